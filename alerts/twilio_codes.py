"""Says in words what Twilio's error codes mean, from a table with sources. Little is decided by them."""

import datetime as dt
import tomllib
from functools import cache
from importlib import resources

import msgspec


class Code(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One code, with what is decided by it.

    `account`: nothing of ours goes out until somebody mends the account. `landline`: no text reaches this number, a
    call does. `quoted`: see the table.
    """

    code: int
    words: str
    source: str
    quoted: bool
    date: dt.date
    account: bool = False
    landline: bool = False


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: tuple[Code, ...]


@cache
def codes() -> dict[int, Code]:
    """Return the table."""
    text = resources.files("alerts").joinpath("data", "twilio_codes.toml").read_text(encoding="utf-8")
    return {row.code: row for row in msgspec.convert(tomllib.loads(text), _File).code}


def in_words(code: int | None) -> str:
    """Return what a code means, for people; the number itself where nobody has written it down."""
    if code is None:
        return "no reason given"
    known = codes().get(code)
    return known.words if known is not None else f"the provider's code {code}"


def is_account_fault(code: int | None) -> bool:
    """Whether a code says that the account itself is at fault."""
    known = codes().get(code) if code is not None else None
    return known is not None and known.account


def is_landline(code: int | None) -> bool:
    """Whether a code says that the number can be called and not texted."""
    known = codes().get(code) if code is not None else None
    return known is not None and known.landline
