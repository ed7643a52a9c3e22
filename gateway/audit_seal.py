"""How the audit log is sealed: what is hashed, in which order, with which key. Values in, values out.

The rows of a chain hold each other by SHA-256 over one line, `PREVIOUS_HASH_IN_HEX CHAIN NUMBER AT`, and the body, so
that `sha256sum` is enough to follow a chain by hand. The body is a JSON list of `[kind, subject, patient_id, actor,
digest]`, with a sixth member `true` where the payload is kept in `audit_payload`. A digest is keyed BLAKE2b over
subject and payload: whoever reads the log learns nothing of a payload, and once the key of a patient is erased nobody
can guess at it either, while the chain stays as it was.
"""

import hashlib
from typing import Final, Literal

import msgspec

Chain = Literal["gateway", "monitor", "alerts", "people", "anchor"]
"""Who writes: the three parts, people at the console and the command line, and the anchors over all of them."""

WRITING: Final[tuple[Chain, ...]] = ("alerts", "gateway", "monitor", "people")
"""The chains that anchors link, in the order in which a writer that needs several takes them."""

Kind = Literal[
    "reading", "assessment", "page", "receipt", "acknowledgement", "view", "change", "configuration", "erasure"
]

NOTHING: Final = bytes(32)
"""The hash before the first row of a chain."""

KEY_BYTES: Final = 32
DIGEST_BYTES: Final = 24
"""192 bits: nobody finds two payloads of one digest, and Base64 needs no padding."""

NOBODY: Final = 0
"""Under this id stands the key for what belongs to no patient; patients count from 1."""


class Entry(msgspec.Struct, frozen=True):
    """One thing that happened, to be sealed.

    Parameters
    ----------
    subject
        What it is about, as `name:id`. Where `name` is a sealed table the row is its payload, kept there
        (see `kept`); else it may be anything without identity, such as `user:ada` or `patient:42`.
    payload
        The bytes that are sealed: what happened in detail, as JSON where people are to read it.
    patient_id
        Whose key seals it; None when it belongs to nobody.
    actor
        Who did it; None when the system did.
    kept
        Whether the payload is stored beside the log, where `stepguard audit show` reads it and an erasure removes it.
        False when a sealed table holds it.
    """

    kind: Kind
    subject: str
    payload: bytes
    patient_id: int | None = None
    actor: str | None = None
    kept: bool = True

    def sealed(self, key: bytes) -> tuple[object, ...]:
        """Return what stands in the log, its payload as a digest under the patient's key."""
        stated = (self.kind, self.subject, self.patient_id, self.actor, digest(key, self.subject, self.payload))
        return (*stated, True) if self.kept else stated


class Sealed(msgspec.Struct, frozen=True, array_like=True):
    """An entry as it stands in the log."""

    kind: str
    subject: str
    patient_id: int | None
    actor: str | None
    digest: bytes
    kept: bool = False


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(tuple[Sealed, ...])
_packer = msgspec.msgpack.Encoder()


def pack(values: tuple[object, ...]) -> bytes:
    """Return the one spelling of a row's values: integers, text, bytes and None, as MessagePack."""
    return _packer.encode(values)


def digest(key: bytes, subject: str, payload: bytes) -> bytes:
    """Return what the log keeps of a payload."""
    return hashlib.blake2b(b"%b\n%b" % (subject.encode(), payload), key=key, digest_size=DIGEST_BYTES).digest()


def write_body(entries: list[tuple[object, ...]]) -> bytes:
    """Return the body of a row that holds these entries, each as `Entry.sealed` gives it."""
    return _encoder.encode(entries)


def read_body(body: bytes) -> tuple[Sealed, ...]:
    """Return the entries of a body. Raises msgspec.MsgspecError when it is not one."""
    return _decoder.decode(body)


def row_hash(previous_hash: bytes, chain: str, number: int, at_us: int, body: bytes) -> bytes:
    """Return the hash of a row; `at_us` is microseconds since 1970."""
    line = f"{previous_hash.hex()} {chain} {number} {at_us}\n"
    return hashlib.sha256(line.encode() + body).digest()
