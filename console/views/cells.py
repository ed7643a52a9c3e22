"""The values a board is made of (tones, groups, cells, rows) and those it is made from. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Protocol

from alerts.silence import Silence
from gateway.reading import PatientCode, PatientId
from monitor.assessment import URGENCIES
from monitor.overview import Overview

STANDING_FAULTS = frozenset({"unsigned", "insecure", "open", "rules"})
"""Banners about how the site is set up. They never go away by themselves and do not make the ward unseen."""


class Tone(StrEnum):
    """How a text is painted. The stylesheet of a tone is the painter's business; its meaning is decided here."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    UNSEEN = "unseen"
    WATCH = "watch"
    CALM = "calm"
    PLAIN = "plain"
    DIM = "dim"


class Group(IntEnum):
    """The order of the board, most pressing first."""

    EMERGENCY = 0
    URGENT = 1
    UNSEEN = 2
    WATCH = 3
    REST = 4


GROUP_TONE = {
    Group.EMERGENCY: Tone.EMERGENCY,
    Group.URGENT: Tone.URGENT,
    Group.UNSEEN: Tone.UNSEEN,
    Group.WATCH: Tone.WATCH,
    Group.REST: Tone.PLAIN,
}
GROUP_MARK = {Group.EMERGENCY: "!!", Group.URGENT: "! ", Group.UNSEEN: "? ", Group.WATCH: "w ", Group.REST: "  "}


class Incident(Protocol):
    """What the board needs of an open incident; `alerts.view.IncidentLine` is one."""

    @property
    def id(self) -> int: ...  # noqa: D102 - the names are those of `alerts.view.IncidentLine`
    @property
    def page_code(self) -> str: ...  # noqa: D102
    @property
    def patient_id(self) -> PatientId | None: ...  # noqa: D102
    @property
    def code(self) -> PatientCode | None: ...  # noqa: D102
    @property
    def kind(self) -> str: ...  # noqa: D102
    @property
    def urgency(self) -> str: ...  # noqa: D102
    @property
    def state(self) -> str: ...  # noqa: D102
    @property
    def reason(self) -> str: ...  # noqa: D102
    @property
    def opened_at(self) -> datetime: ...  # noqa: D102
    @property
    def unanswered_since(self) -> datetime | None: ...  # noqa: D102
    @property
    def holder(self) -> str | None: ...  # noqa: D102
    @property
    def held_until(self) -> datetime | None: ...  # noqa: D102
    @property
    def next_step(self) -> str | None: ...  # noqa: D102
    @property
    def next_at(self) -> datetime | None: ...  # noqa: D102
    @property
    def silence(self) -> Silence | None: ...  # noqa: D102
    @property
    def explained_by(self) -> str | None: ...  # noqa: D102
    @property
    def stands_for(self) -> Sequence[PatientCode]: ...  # noqa: D102
    @property
    def offered_to(self) -> str | None: ...  # noqa: D102


class Fault(Protocol):
    """A standing condition of the whole system; `alerts.view.Fault` is one."""

    @property
    def kind(self) -> str: ...  # noqa: D102
    @property
    def since(self) -> datetime | None: ...  # noqa: D102
    @property
    def text(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupFault:
    """A banner about how the site is set up; nobody knows since when."""

    kind: str
    text: str
    since: datetime | None = None


class Text(Protocol):
    """What the screens need of a text message; `alerts.view.TextLine` is one."""

    @property
    def at(self) -> datetime: ...  # noqa: D102 - the names are those of `alerts.view.TextLine`
    @property
    def direction(self) -> str: ...  # noqa: D102
    @property
    def role(self) -> str | None: ...  # noqa: D102
    @property
    def person(self) -> str | None: ...  # noqa: D102
    @property
    def body(self) -> str: ...  # noqa: D102
    @property
    def status(self) -> str: ...  # noqa: D102
    @property
    def incident_id(self) -> int | None: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What one read of the database found, and when it was read."""

    read_at: datetime
    overviews: Sequence[Overview]
    incidents: Sequence[Incident]
    faults: Sequence[Fault]
    texts: Sequence[Text] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A text and its tone. The text alone must be enough."""

    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a panel; `struck` lines were corrected and stay readable. `after` follows and is never struck."""

    text: str
    tone: Tone = Tone.PLAIN
    struck: bool = False
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One patient's line.

    `cells` has one entry per `COLUMNS`; `short_dose` and `short_window` stand for them where the terminal is narrow;
    `why` holds the reasons of the assessment; `incident` is the most pressing open one, unanswered first; `flashing`
    says that nobody has it yet.
    """

    patient_id: PatientId
    code: PatientCode
    group: Group
    cells: tuple[Cell, ...]
    why: tuple[str, ...]
    short_dose: Cell
    short_window: Cell
    incident: Incident | None
    flashing: bool

    @property
    def tone(self) -> Tone:
        """The tone of the patient's group."""
        return GROUP_TONE[self.group]


@dataclass(frozen=True, slots=True, kw_only=True)
class WardView:
    """The whole board: title line, banners, the one thing to do next, rows in order.

    `next_thing_veiled` is the same without anything clinical, for a board that is locked.
    `banners_elsewhere` are the banners of other screens: those about how the site is set up stay on the board.
    `asking` holds the unanswered incidents and `pages` all open ones, most pressing first; `texts` are the newest
    messages; `faults` is what is wrong with the system or its setup; `ring` says that an unanswered incident is an
    emergency; `left_out` says who is not shown because the board is narrowed to a team, empty when everybody is.
    """

    title: Cell
    counts: str
    banners: tuple[Cell, ...]
    banners_elsewhere: tuple[Cell, ...]
    next_thing: Cell
    next_thing_veiled: Cell
    rows: tuple[Row, ...]
    asking: tuple[Incident, ...] = ()
    pages: tuple[Incident, ...] = ()
    texts: tuple[Line, ...] = ()
    faults: tuple[Fault, ...] = ()
    ring: bool = False
    left_out: str = ""


COLUMNS = ("", "who", "dose", "window", "crs", "temp", "spo2", "bp", "who has it", "pulse")
"""Headings in the order of `Row.cells`. The last is shown only where there is room."""


def rank(urgency: str) -> int:
    """Return 0 (routine) to 3 (emergency); a technical `low` ranks as watch, `high` and any unknown word as urgent."""
    known: Mapping[str, int] = {name: index for index, name in enumerate(URGENCIES)} | {"low": 1, "high": 2}
    return known.get(urgency, 2)


def pressing(incident: Incident) -> tuple[bool, bool, int, datetime]:
    """Unanswered before answered, patients before machines, worst first, longest waiting first."""
    return (
        incident.unanswered_since is None,
        incident.kind == "technical",
        -rank(incident.urgency),
        incident.unanswered_since or incident.opened_at,
    )
