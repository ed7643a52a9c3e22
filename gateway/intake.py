"""Saves groups of messages: each is stored, recognised as a duplicate, or quarantined with a reason; none is lost.

Duplicates are recognised before anything is stored or graded, by what is kept in memory: the numbers seen of each
boot of each hub, and a recent window of natural keys for messages without numbers. So the reading table needs no
unique index, and its millionth row costs what its first did. Memory follows the database: what a group changes is
staged, and adopted only once the group is committed.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, text

from gateway.audit import Entry, Keys, append, draw_ids
from gateway.audit_rows import QUARANTINE, READINGS
from gateway.audit_seal import pack
from gateway.bulk import insert_rows, upsert_rows
from gateway.database import from_microseconds, to_microseconds
from gateway.device_clock import graded_at
from gateway.homes import HomeHub, Homes
from gateway.native import decode, identity
from gateway.plausibility import PlausibilityLimits
from gateway.reading import HubName, Reading, Rejected
from gateway.repeats import NATURAL_KEYS_KEPT, QUARANTINE_KEPT, NaturalKey, digest, keep_newest, natural_keys
from gateway.sequence import Marks, parse_beyond

READING_LEAF = "up/reading"
STATE_LEAF = "state"
_LATER_LEAVES = ("up/omh", "up/fhir", "up/gatt")
"""Formats without a decoder yet (docs/interfaces.md); any other leaf is a device's own word, never repeated."""

REFUSED_BYTES_KEPT = 65_536
"""Of a message that may not count, which can be of any size, only the beginning is kept."""

QUARANTINE_REPEAT = timedelta(minutes=10)
"""The same bytes from the same hub within this span are one message sent again."""

_SEQUENCE_COLUMNS = (
    "hub_id",
    "boot",
    "first_seq",
    "complete_to",
    "beyond",
    "anchor_seq",
    "anchor_at",
    "updated_at",
)
_CLOCK_COLUMNS = ("hub_id", "patient_id", "doubt", "since", "last_at")
_STATE_COLUMNS = ("hub_id", "online", "at", "battery_pct", "boot", "software")

_PATIENT: Final = 1
"""Where the patient stands in the sealed columns of readings and of quarantined messages."""

BootKey = tuple[int, str]
"""A hub's id and the name of one of its boots."""


class Outcome(Enum):
    """What became of one message. All four are on disk or were before, so all four may be acknowledged."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    NOTED = "noted"


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message as it came: from which hub, below which leaf of its topics, and when.

    `refusal` is why it may not count although nobody could be told so on the way; it is quarantined for that.
    `after_a_loss` says that what the hub sent before may have been lost without its knowing.
    """

    hub: HubName
    leaf: str
    payload: bytes
    received_at: datetime
    refusal: str | None = None
    after_a_loss: bool = False


@dataclass(slots=True)
class Saved:
    """What a group became, and what memory must adopt once it is committed."""

    outcomes: list[Outcome] = field(default_factory=list)
    marks: dict[BootKey, Marks] = field(default_factory=dict)
    natural_keys: dict[NaturalKey, None] = field(default_factory=dict)
    quarantine_digests: dict[bytes, datetime] = field(default_factory=dict)
    readings: list[tuple[Any, ...]] = field(default_factory=list)
    quarantine: list[tuple[Any, ...]] = field(default_factory=list)
    states: dict[int, tuple[object, ...]] = field(default_factory=dict)
    clocks: dict[int, tuple[int, int | None, str | None, int, int]] = field(default_factory=dict)
    touched: dict[BootKey, tuple[HubName, datetime]] = field(default_factory=dict)

    @property
    def confirmed(self) -> dict[HubName, tuple[str, int]]:
        """Return per hub the boot of its last message here and the highest number below which nothing is missing."""
        return {
            hub: (key[1], self.marks[key].complete_to)
            for key, (hub, _) in self.touched.items()
            if not self.marks[key].start_is_doubtful
        }


class _HubState(msgspec.Struct):
    """The payload of a hub's `state` topic."""

    online: bool
    boot: str | None = None
    battery_pct: int | None = None
    software: str | None = None


_state_decoder = msgspec.json.Decoder(_HubState)


class Intake:
    """The memory beside the reading table. Used by one writer at a time."""

    def __init__(self, limits: PlausibilityLimits) -> None:
        self._limits = limits
        self._homes = Homes()
        self._marks: dict[BootKey, Marks] = {}
        self._natural_keys: OrderedDict[NaturalKey, None] = OrderedDict()
        self._quarantine_digests: OrderedDict[bytes, datetime] = OrderedDict()
        self._gaps: dict[BootKey, tuple[HubName, datetime]] = {}
        self._asked_in_vain: set[BootKey] = set()
        self._doubted_since: dict[int, int] = {}
        self._keys = Keys()

    def load(self, connection: Connection) -> None:
        """Rebuild memory from the database: small tables, and the newest rows of the large ones."""
        self._homes.refresh(connection)
        names = {hub_id: HubName(name) for hub_id, name in connection.execute(text("SELECT id, name FROM hub"))}
        columns = ", ".join(_SEQUENCE_COLUMNS)
        rows = connection.execute(text(f"SELECT {columns} FROM sequence"))  # noqa: S608 - our own column names
        for hub_id, boot, first_seq, complete_to, beyond, anchor_seq, anchor_us, updated_us in rows:
            anchor = None if anchor_seq is None else (anchor_seq, from_microseconds(anchor_us))
            marks = Marks(first_seq, complete_to, parse_beyond(beyond), anchor)
            self._marks[hub_id, boot] = marks
            if marks.beyond and hub_id in names:
                self._gaps[hub_id, boot] = (names[hub_id], from_microseconds(updated_us))
        doubted = connection.execute(text("SELECT hub_id, since FROM hub_clock WHERE doubt IS NOT NULL"))
        self._doubted_since.update((row.hub_id, row.since) for row in doubted)
        self._load_windows(connection)

    def _load_windows(self, connection: Connection) -> None:
        newest = text(
            "SELECT hub_id, received_at, payload FROM reading WHERE boot IS NULL"
            " AND id > (SELECT coalesce(max(id), 0) FROM reading) - :kept ORDER BY id"
        )
        for hub_id, received_us, payload in connection.execute(newest, {"kept": NATURAL_KEYS_KEPT}):
            reading = decode(payload, from_microseconds(received_us))
            if isinstance(reading, Reading):
                self._natural_keys.update(dict.fromkeys(natural_keys(hub_id, reading)))
        newest = text(
            "SELECT hub_name, topic, received_at, payload FROM quarantine"
            " WHERE id > (SELECT coalesce(max(id), 0) FROM quarantine) - :kept ORDER BY id"
        )
        for hub_name, topic, received_us, payload in connection.execute(newest, {"kept": QUARANTINE_KEPT}):
            self._quarantine_digests[digest(hub_name, topic, payload)] = from_microseconds(received_us)

    def save(self, connection: Connection, messages: Sequence[Arrived]) -> Saved:
        """Write what a group of messages becomes, in the order they came; nothing counts until `adopt`.

        Raises
        ------
        sqlalchemy.exc.SQLAlchemyError
            When the database cannot take it; then nothing has changed here either.
        """
        self._homes.refresh(connection)
        saved = Saved()
        for message in messages:
            try:
                outcome = self._sort(message, saved)
            except Exception as error:  # noqa: BLE001 - a mistake of ours about one message must not cost the others
                reason = f"could not be read: {type(error).__name__}"
                outcome = self._quarantine(message, self._homes.hub(message.hub), reason, saved)
            saved.outcomes.append(outcome)
        self._insert_sealed(connection, saved, messages)
        upsert_rows(connection, "hub_clock", _CLOCK_COLUMNS, 1, list(saved.clocks.values()))
        upsert_rows(connection, "hub_state", _STATE_COLUMNS, 1, list(saved.states.values()))
        upsert_rows(connection, "sequence", _SEQUENCE_COLUMNS, 2, _sequence_rows(saved))
        return saved

    def _insert_sealed(self, connection: Connection, saved: Saved, messages: Sequence[Arrived]) -> None:
        """Append readings and quarantined messages with ids of our own drawing, and seal them as one audit row."""
        self._keys.forget()
        entries: list[Entry] = []
        for table, rows in ((READINGS, saved.readings), (QUARANTINE, saved.quarantine)):
            if rows:
                ids = draw_ids(connection, table.name, len(rows))
                insert_rows(
                    connection,
                    table.name,
                    ("id", *table.columns),
                    [(i, *row) for i, row in zip(ids, rows, strict=True)],
                )
                entries += [
                    Entry("reading", f"{table.name}:{i}", pack(row), row[_PATIENT], None, kept=False)
                    for i, row in zip(ids, rows, strict=True)
                ]
        if entries:
            append(connection, "gateway", messages[-1].received_at, entries, keys=self._keys)

    def adopt(self, saved: Saved) -> None:
        """Take over what a committed group changed."""
        self._keys.adopt()
        self._marks.update(saved.marks)
        for key, marks in saved.marks.items():
            if not marks.start_is_doubtful:
                self._asked_in_vain.discard(key)
            if not marks.beyond:
                self._gaps.pop(key, None)
            else:
                self._gaps.setdefault(key, saved.touched[key])
        for hub_id, _, doubt, since_us, _ in saved.clocks.values():
            if doubt is None:
                self._doubted_since.pop(hub_id, None)
            else:
                self._doubted_since[hub_id] = since_us
        keep_newest(self._natural_keys, saved.natural_keys, NATURAL_KEYS_KEPT)
        keep_newest(self._quarantine_digests, saved.quarantine_digests, QUARANTINE_KEPT)

    def gaps(self) -> dict[BootKey, tuple[HubName, datetime]]:
        """Return the boots of which a number is missing, with the hub's name and since when."""
        return dict(self._gaps)

    def missing(self, key: BootKey, at_most: int) -> list[int]:
        """Return at most `at_most` numbers missing of one boot."""
        marks = self._marks.get(key)
        return [] if marks is None else marks.missing(at_most)

    def asked_in_vain(self, key: BootKey) -> None:
        """Take note that a hub was asked, more than once, for what may lie before its first message.

        If the start of that boot is still in doubt when the hub sends something newer, it heard the question and has
        nothing more.
        """
        marks = self._marks.get(key)
        if marks is not None and marks.start_is_doubtful:
            self._asked_in_vain.add(key)

    def confirmed(self, hub_name: HubName) -> dict[str, int]:
        """Return of each boot of a hub the highest number below which nothing is missing."""
        hub = self._homes.hub(hub_name)
        if hub is None:
            return {}
        return {
            boot: marks.complete_to
            for (hub_id, boot), marks in self._marks.items()
            if hub_id == hub.id and not marks.start_is_doubtful
        }

    def _sort(self, message: Arrived, saved: Saved) -> Outcome:
        hub = self._homes.hub(message.hub)
        if hub is None:
            return self._quarantine(message, None, "unknown hub", saved)
        if hub.disabled:  # a kit that was lost or stolen says nothing about the patient it was taken from
            return self._quarantine(message, None, "hub is shut out", saved)
        if message.refusal is not None:
            return self._quarantine_numbered(message, hub, message.refusal, saved)
        if message.leaf == STATE_LEAF:
            return self._note_state(message, hub, saved)
        if message.leaf != READING_LEAF:
            known = any(message.leaf == leaf or message.leaf.startswith(f"{leaf}/") for leaf in _LATER_LEAVES)
            what = message.leaf.split("/")[1] if known else "this topic"
            return self._quarantine(message, hub, f"nothing reads {what} yet: kept as it came", saved)
        reading = decode(message.payload, message.received_at)
        if isinstance(reading, Rejected):
            return self._quarantine_numbered(message, hub, reading.reason, saved)
        return self._store(message, hub, reading, saved)

    def _store(self, message: Arrived, hub: HomeHub, reading: Reading, saved: Saved) -> Outcome:
        boot, seq = reading.boot, reading.seq
        marks: Marks | None = None
        if boot is None or seq is None:
            keys = list(natural_keys(hub.id, reading))
            if all(key in self._natural_keys or key in saved.natural_keys for key in keys):
                return Outcome.DUPLICATE
            saved.natural_keys.update(dict.fromkeys(keys))
        else:
            marks = self._note_number(hub, boot, seq, message, saved)
            if marks is None:
                return Outcome.DUPLICATE
        measured_us, received_us = to_microseconds(reading.measured_at), to_microseconds(message.received_at)
        measured_stay, received_stay = hub.stay_at(measured_us), hub.stay_at(received_us)
        kit = measured_stay or received_stay
        at, doubt = graded_at(
            reading.measured_at,
            message.received_at,
            None if kit is None else from_microseconds(kit.from_us),
            marks is not None and seq is not None and marks.explains(seq, reading.measured_at),
            self._limits,
        )
        stay = measured_stay if doubt is None else received_stay
        if doubt is None and marks is not None and seq is not None:
            marks.anchor_at(seq, reading.measured_at)
        graded_us = measured_us if doubt is None else to_microseconds(at)
        patient_id = None if stay is None else stay.patient_id
        self._note_clock(hub.id, patient_id, doubt, received_us, saved)
        saved.readings.append(
            (hub.id, patient_id, boot, seq, measured_us, received_us, graded_us, doubt, "native", message.payload)
        )
        return Outcome.STORED

    def _note_clock(
        self, hub_id: int, patient_id: int | None, doubt: str | None, received_us: int, saved: Saved
    ) -> None:
        """Stage what is now thought of a hub's clock; nothing for the many that were never in doubt."""
        if hub_id in saved.clocks:
            _, _, before, since_us, _ = saved.clocks[hub_id]
            doubted_since = None if before is None else since_us
        else:
            doubted_since = self._doubted_since.get(hub_id)
        if doubt is None and doubted_since is None:
            return
        since_us = received_us if doubt is None or doubted_since is None else doubted_since
        saved.clocks[hub_id] = (hub_id, patient_id, doubt, since_us, received_us)

    def _note_number(self, hub: HomeHub, boot: str, seq: int | None, message: Arrived, saved: Saved) -> Marks | None:
        """Mark a number as arrived in the staged marks and return them, or None when it had arrived before."""
        if seq is None:
            return None
        key = (hub.id, boot)
        saved.touched[key] = (message.hub, message.received_at)
        marks = saved.marks.get(key)
        if marks is None:
            known = self._marks.get(key)
            if known is None:
                begin = Marks.start_in_doubt if message.after_a_loss else Marks.start
                marks = saved.marks[key] = begin(seq)
                return marks
            marks = saved.marks[key] = known.copy()
            if key in self._asked_in_vain and seq > marks.first_seq:
                marks.accept_start()
        if marks.seen(seq):
            return None
        marks.add(seq)
        return marks

    def _quarantine_numbered(self, message: Arrived, hub: HomeHub, reason: str, saved: Saved) -> Outcome:
        """Quarantine a message; its number, if it has one, counts as arrived."""
        boot, seq = identity(message.payload)
        if boot is not None and self._note_number(hub, boot, seq, message, saved) is None:
            return Outcome.DUPLICATE
        return self._quarantine(message, hub, reason, saved)

    def _quarantine(self, message: Arrived, hub: HomeHub | None, reason: str, saved: Saved) -> Outcome:
        repeat = digest(message.hub, message.leaf, message.payload)
        before = saved.quarantine_digests.get(repeat) or self._quarantine_digests.get(repeat)
        if before is not None and message.received_at - before < QUARANTINE_REPEAT:
            return Outcome.DUPLICATE
        saved.quarantine_digests[repeat] = message.received_at
        received_us = to_microseconds(message.received_at)
        stay = None if hub is None else hub.stay_at(received_us)
        patient_id = None if stay is None else stay.patient_id
        payload = message.payload if message.refusal is None else message.payload[:REFUSED_BYTES_KEPT]
        words = (_storable(message.hub), patient_id, _storable(message.leaf), received_us, _storable(reason))
        saved.quarantine.append((*words, payload))
        return Outcome.REJECTED

    def _note_state(self, message: Arrived, hub: HomeHub, saved: Saved) -> Outcome:
        try:
            state = _state_decoder.decode(message.payload)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return self._quarantine(message, hub, "state is not an object with online: true or false", saved)
        received_us = to_microseconds(message.received_at)
        battery_pct = state.battery_pct if state.battery_pct is None or 0 <= state.battery_pct <= 100 else None  # noqa: PLR2004 - percent
        words = (word if word is None or word.isprintable() else None for word in (state.boot, state.software))
        saved.states[hub.id] = (hub.id, state.online, received_us, battery_pct, *words)
        return Outcome.NOTED


def _storable(word: str) -> str:
    """Return text that every database takes: PostgreSQL knows no NUL, and half a character is no UTF-8."""
    return word.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


def _sequence_rows(saved: Saved) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for (hub_id, boot), marks in saved.marks.items():
        anchor_seq, anchor_us = (
            (None, None) if marks.anchor is None else (marks.anchor[0], to_microseconds(marks.anchor[1]))
        )
        updated_us = to_microseconds(saved.touched[hub_id, boot][1])
        rows.append(
            (hub_id, boot, marks.first_seq, marks.complete_to, marks.spell_beyond(), anchor_seq, anchor_us, updated_us)
        )
    return rows
