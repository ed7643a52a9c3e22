"""What a site has signed to be sent to a home about a drug: its standing instructions, and which of them fit. Pure.

The words are the site's own. Nothing here is sent by itself: a nurse reads one in full and presses
(`alerts.instructing`).
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from alerts.gsm7 import fit_air
from alerts.home_texts import SEGMENTS
from alerts.message import Site
from alerts.phone import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """One text in one language, with blanks `{unit}` and `{emergency}`; who took responsibility for it, and when."""

    text: str
    by: str
    on: dt.date

    def words(self, site: Site, *, letter: str | None = None) -> str:
        """Return the text as it goes out; `letter` names the patient where a number serves two homes.

        What is spoken begins with who it is about instead (`alerts.home_texts.about`).

        Raises
        ------
        alerts.gsm7.TextRefusedError
            When it does not fit the two segments a text to a home may have.
        """
        head = f"{letter}: " if letter else ""
        filled = self.text.format(unit=site.unit_phone, emergency=site.emergency_number)
        return fit_air(f"{head}{filled}", at_most=SEGMENTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """One thing a home may be told to do while it is treated with `drug`; `texts` by language code."""

    drug: str
    key: str
    title: str
    texts: Mapping[str, Signed]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Every standing instruction of the site, in the order of its file; `file` is None where there is none."""

    file: str | None = None
    instructions: tuple[Instruction, ...] = field(default=())

    def of(self, names: Sequence[str]) -> tuple[Instruction, ...]:
        """Return the instructions for a drug that has these names, whatever their case."""
        wanted = {name.casefold() for name in names}
        return tuple(one for one in self.instructions if one.drug.casefold() in wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToTelephone:
    """What one telephone would receive; `words` is None where nothing can be sent to it, and `why` says why."""

    person: str
    number: str
    channel: Channel
    language: str
    words: str | None
    signed: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """One instruction as it would go out now, telephone by telephone."""

    key: str
    title: str
    telephones: tuple[ToTelephone, ...]

    @property
    def goes_out(self) -> bool:
        """Whether at least one telephone would receive it."""
        return any(one.words is not None for one in self.telephones)

    @property
    def shown(self) -> tuple[str, ...]:
        """What a person must have read before it is sent: who is told what, in which way."""
        return tuple(f"{one.number} {one.channel} {one.words}" for one in self.telephones if one.words is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """What may be sent to one home; `why_none` says why there is nothing, and what to do about it."""

    drug: str | None
    offered: tuple[Offered, ...] = ()
    why_none: str = ""

    def by_key(self, key: str) -> Offered | None:
        """Return the instruction of that key."""
        return next((one for one in self.offered if one.key == key.casefold()), None)
