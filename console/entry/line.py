"""What the entry line works with: the setting of a line, and its three outcomes. Pure; asks, never guesses."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from console.entry.medicine import Medicine
from console.entry.moment import Asks, take_moment
from console.views import wording
from monitor.catalogue import Drug
from monitor.record import Limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a line is understood against: the moment, the ward's clock, the patient's drug, the words known.

    `standing_support` is the support now recorded, in words; None when there is none. `unsaid_at` is what a line
    without a time means: None for now, else the time of the entry that is being corrected.
    """

    now: datetime
    zone: tzinfo
    drug: Drug | None
    schedule: str | None
    medicines: tuple[Medicine, ...]
    standing_support: str | None
    unsaid_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """An event ready to be saved once the person has read `read_back` and agreed."""

    event: Mapping[str, object]
    read_back: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Words for the patient's open incident, or for the record where there is none."""

    text: str
    read_back: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Limited:
    """A patient's own limits for one vital group; None ends those that stand."""

    group: str
    limit: Limit | None
    by: str
    why: str
    read_back: str


Answer = Understood | Note | Limited | Asks

EXAMPLES = {
    "d": "dose: d SUD2 0.3 mg/kg 19:10",
    "m": "medicine: m para 1000 01:20   m dexa 16 mg 18:00 pre",
    "s": "support, ALL that is given now: s nc 4 norad fluids   s none",
    "i": "ICE (orientation 4, naming 3, commands 1, writing 1, attention 1): i 4 3 1 1 0 same   i capd 0 0 1 0 0 2 0 0",
    "y": "symptoms: y rigors dizziness   y none",
    "u": "neurology: u voice   u seizure brief   u weakness",
    "p": "place: p travelling 60   p ed   p admitted   p home   p discharged   p ended",
    "g": "a clinician's grade: g crs 2 Dr Berg   g icans 1 Dr Berg",
    "c": "another cause, for 24 h: c fever infection   c hypoxia pneumonia",
    "n": "note: n called the daughter, she measures again",
    "v": "strike out: v m12 wrong patient",
    "b": "what is usual for this patient: b temp 36.6 sys 124 dia 76 spo2 97 pulse 74",
    "l": "own limits, urgent and emergency below: l spo2 88 85 +14d Dr Berg: chronic lung   l spo2 none Dr Berg: over",
}
"""One example line for each letter, shown while typing."""


LEAST_BEGINNING = 2


def timed(words: list[str], setting: Setting) -> tuple[list[str], datetime] | Asks:
    """Return the words before the time, and the time; now, or that of the corrected entry, when none is written."""
    found = take_moment(words, setting.now, setting.zone)
    if isinstance(found, Asks):
        return replace(found, field="when")
    rest, at = found
    return (rest, setting.unsaid_at) if len(rest) == len(words) and setting.unsaid_at is not None else (rest, at)


def event(kind: str, at: datetime, body: Mapping[str, object], words: str, setting: Setting) -> Understood:
    """Return an event of the timeline contract with its read-back: what, when, how long ago."""
    when = wording.clock_time(at, setting.zone, setting.now)
    ago = "now" if at == setting.now else f"{when}, {wording.age(setting.now - at)} ago"
    if at == setting.unsaid_at:
        ago = f"{when} as before"
    return Understood(event={"at": at.isoformat(), "type": kind, **body}, read_back=f"{words}; {ago}")


def match_word(word: str, known: tuple[str, ...]) -> list[str]:
    """Return the known words a word may stand for: itself when it is one, else every one that begins so.

    One letter is too little to begin with.
    """
    folded = word.casefold().replace("-", "_")
    if folded in known:
        return [folded]
    return [each for each in known if each.startswith(folded)] if len(folded) >= LEAST_BEGINNING else []


def one_of(word: str, known: tuple[str, ...], what: str, field: str = "") -> str | Asks:
    """Return the one known word meant, or the question about `field`."""
    found = match_word(word, known)
    if len(found) == 1:
        return found[0]
    if not found:
        return Asks(question=f"{word!r} is no {what} known here: {', '.join(known)}", field=field)
    return Asks(question=f"{word!r} could be {' or '.join(found)}: which?", field=field)
