"""What a screen needs to know about each patient, read in one go: the answer, the values behind it, the dose."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from gateway.reading import PatientCode, PatientId
from monitor.assessment import Assessment, Urgency


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The newest graded value of one group, however old: its age is the reader's to show.

    `values` are the printed numbers of the group: `(38.4,)`, `(94,)`, `(104, 61)`; `urgency` is what this value
    alone says; `doubts` are the reasons it is doubtful, empty when it is not.
    """

    values: tuple[Decimal, ...]
    measured_at: datetime
    urgency: Urgency
    fresh: bool
    doubts: tuple[str, ...] = ()
    site: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OnsetCurve:
    """The onset distribution of this drug at this dose, for drawing.

    `density` holds relative heights 0..1 of equal bins from 0 to `hours`; empty when no distribution is known.
    `median` is the published median in words, an interval where the text counts days. `source` and `confidence` say
    where it comes from, `basis` how near it is to this dose: dose, drug or route. Half of the onsets lie within
    `half_h` and 95 % within `most_h` after the dose; None where several rows stand for one.
    """

    hours: float
    density: tuple[float, ...]
    source: str
    confidence: str
    median: str = "not known for this dose"
    basis: str = "dose"
    half_h: tuple[float, float] | None = None
    most_h: tuple[float, float] | None = None

    @property
    def uncertain(self) -> bool:
        """Whether it must not be relied on: a doubtful text, or another dose or drug stands for this one."""
        return self.confidence == "uncertain" or self.basis != "dose"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """A sign that another cause explains: it does not count for the grade until `until` (exclusive)."""

    sign: str
    cause: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """One enrolled patient as the board shows it. Anything None is not known.

    `attributions` are those that hold; `team` is the part of the ward that has the patient, None where nobody said.
    `usual` is the baseline in force by its keys, empty when none was given; `timezone` is where they live.
    """

    patient_id: PatientId
    code: PatientCode
    drug: str | None
    schedule: str | None
    dose_step: str | None
    dose_amount: str | None
    dose_at: datetime | None
    curve: OnsetCurve | None
    assessment: Assessment | None
    assessed_at: datetime | None
    temperature: Measured | None
    oximetry: Measured | None
    blood_pressure: Measured | None
    pulse: Measured | None
    late_values: int = 0
    attributions: tuple[Attribution, ...] = ()
    team: str | None = None
    usual: Mapping[str, Decimal] = field(default_factory=dict)
    timezone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One stored value in a patient's past; `by_text` when the home typed it, and no device sent it."""

    at: datetime
    group: str
    values: tuple[Decimal, ...]
    graded: bool
    remark: str = ""
    by_text: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Strike:
    """Who struck out an entry, when, why, and the ref of what was entered in its place; None when nothing was."""

    at: datetime
    by: str | None
    why: str
    replaced_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryLine:
    """One entered fact of a patient's record, in words; struck through once voided.

    `strike` tells of the striking out, `corrects` is the ref of the entry in whose place this one was entered.
    """

    ref: str
    at: datetime
    entered_at: datetime
    by: str | None
    kind: str
    text: str
    voided: bool
    strike: Strike | None = None
    corrects: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLine:
    """One entry of a record as it is listed, and as it is stored: what a correction begins with."""

    line: EntryLine
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A patient's recent past, oldest first."""

    points: tuple[Point, ...]
    entries: tuple[EntryLine, ...]
