"""A patient's record as values: what was given, measured, seen and decided, in the order it became known."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

from gateway.reading import Reading

Syndrome = Literal["crs", "icans"]
Sign = Literal["fever", "hypotension", "hypoxia"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """The patient's own values when well. None means that the relative rules for it are off."""

    temperature_c: Decimal | None = None
    systolic_mmhg: Decimal | None = None
    diastolic_mmhg: Decimal | None = None
    spo2_pct: Decimal | None = None
    pulse_bpm: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A clinician's own limits for one group of one patient: urgent and emergency *below* these values."""

    urgent: Decimal | None
    emergency: Decimal | None
    by: str | None = None
    why: str | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Who the patient is, as far as grading and a handover need it. `code` is opaque; everything else may be unknown.

    `allergies` None means that nobody recorded any; empty, that there are none. `departments` are the keys of the
    emergency departments to be told, in order; `department_minutes` how long the way from the home to one of them is.
    `team` is the part of the ward that has the patient, in lower case.
    """

    code: str
    born: str | None = None
    weight_kg: Decimal | None = None
    timezone: str = "UTC"
    language: str | None = None
    baseline: Baseline = field(default_factory=Baseline)
    spo2_scale: int = 1
    conditions: frozenset[str] = frozenset()
    limits: tuple[tuple[str, Limit], ...] = ()
    allergies: tuple[str, ...] | None = None
    departments: tuple[str, ...] = ()
    team: str | None = None
    department_minutes: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Regimen:
    """The drug and, when known, the regional schedule."""

    drug: str | None = None
    schedule: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened at `at`. `ref` names it within the record so that it can be voided."""

    at: datetime
    ref: str = ""
    by: str | None = None
    entered_at: datetime | None = None

    @property
    def known_at(self) -> datetime:
        """The instant from which it counts: entries count from the time they speak of."""
        return self.at


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingTaken(Event):
    """A home reading. `graded_at` is the measurement's instant, or that of receipt when the clock is doubtful.

    `at` is never later than receipt: a clock slightly ahead must not make a reading wait. `by_text` when the home
    typed the values, and no device sent them.
    """

    reading: Reading
    graded_at: datetime
    clock_doubt: str | None = None
    by_text: bool = False

    @property
    def known_at(self) -> datetime:
        """When the gateway received it."""
        return max(self.at, self.reading.received_at)

    @property
    def delay(self) -> timedelta:
        """How long after its measurement it became known."""
        return self.known_at - self.at


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseGiven(Event):
    """A dose of the bispecific; `step` as entered, `at` its start."""

    step: str | None = None
    amount: Decimal | None = None
    unit: str | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DosePlanned(Event):
    """A dose put on the calendar, or what became of one: `of` names the entry that it moves or cancels.

    `due` is when the dose is to be given; None cancels. A planned dose is no dose: no answer rests on it.
    """

    step: str | None = None
    due: datetime | None = None
    amount: Decimal | None = None
    unit: str | None = None
    of: str | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicationTaken(Event):
    """Any other drug; only recorded ones mask fever."""

    name: str
    amount: Decimal | None = None
    unit: str | None = None
    purpose: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportGiven(Event):
    """The complete supportive treatment from `at` on: whatever is not named is not given.

    `vasopressors` holds the names other than vasopressin, lower case. `oxygen_flow_l_min` None with a device means
    that the flow is not known.
    """

    vasopressors: frozenset[str] = frozenset()
    vasopressin: bool = False
    fluids_for_hypotension: bool = False
    oxygen_device: str = "none"
    oxygen_flow_l_min: Decimal | None = None
    oxygen_indication: str = "hypoxia"

    @property
    def words(self) -> str:
        """What is given: `norepinephrine, nasal cannula 4 L/min`; "none" when nothing is."""
        parts = [*sorted(self.vasopressors), *(["vasopressin"] if self.vasopressin else [])]
        parts += ["fluids for hypotension"] if self.fluids_for_hypotension else []
        if self.oxygen_device != "none":
            flow = "" if self.oxygen_flow_l_min is None else f" {self.oxygen_flow_l_min.normalize():f} L/min"
            why = "" if self.oxygen_indication == "hypoxia" else f" ({self.oxygen_indication.replace('_', ' ')})"
            parts.append(f"{self.oxygen_device.replace('_', ' ')}{flow}{why}")
        return ", ".join(parts) or "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class IceAsked(Event):
    """The ICE score, 0 to 10 points (ASTCT 2019).

    `handwriting` is what comparing the written sentence with the one kept from before treatment showed: "same" or
    "changed"; None when nobody compared. It earns no point.
    """

    orientation: int
    naming: int
    commands: int
    writing: int
    attention: int
    handwriting: str | None = None

    @property
    def score(self) -> int:
        """The sum of the five parts."""
        return self.orientation + self.naming + self.commands + self.writing + self.attention


@dataclass(frozen=True, slots=True, kw_only=True)
class CapdAsked(Event):
    """The Cornell Assessment of Pediatric Delirium: eight items of 0 to 4, the more the worse (ASTCT 2019).

    No items means that the child could not be assessed at all.
    """

    items: tuple[int, ...] = ()

    @property
    def score(self) -> int | None:
        """The sum of the items, 0 to 32; None when the child was unable."""
        return sum(self.items) if self.items else None


@dataclass(frozen=True, slots=True, kw_only=True)
class NeuroExamined(Event):
    """The other ICANS domains (ASTCT 2019)."""

    consciousness: str = "spontaneous"
    seizure: str = "none"
    motor_weakness: bool = False
    cerebral_edema: str = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class SymptomsReported(Event):
    """Symptoms told by the home; no names answers all earlier ones."""

    names: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignAttributed(Event):
    """A clinician explains one sign by another cause, for a day at most."""

    sign: Sign
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClinicianGraded(Event):
    """A clinician's own grade, 0 to 5; None withdraws it."""

    syndrome: Syndrome
    grade: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceChanged(Event):
    """Where the patient is from now on."""

    where: str
    expected_by: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineChanged(Event):
    """New baseline values; those that are None stay as they were."""

    baseline: Baseline


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageQuarantined(Event):
    """A message of this patient's hub could not be read."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Voided(Event):
    """Another event is struck out, from grading now and from history on recomputation."""

    of: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted(Event):
    """Words for people. They change no answer, and are no sign of life from the home."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeSummarised(Event):
    """What an episode came to was written down. Derived from the record, so it changes no answer."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticked(Event):
    """Nothing but time."""


_RANK: dict[type[Event], int] = {
    kind: rank
    for rank, kind in enumerate(
        (
            Voided,
            BaselineChanged,
            PlaceChanged,
            DoseGiven,
            MedicationTaken,
            SupportGiven,
            SignAttributed,
            SymptomsReported,
            NeuroExamined,
            IceAsked,
            CapdAsked,
            ReadingTaken,
            ClinicianGraded,
            MessageQuarantined,
            DosePlanned,
            Noted,
            EpisodeSummarised,
            Ticked,
        )
    )
}


def clinical_order(event: Event) -> tuple[datetime, int, datetime, datetime, str]:
    """Sort key in the time of what happened; the order of arrival does not matter, not even among equals.

    Of two entries of one kind for the same instant the one entered later is taken later: it stands.
    """
    return (event.at, _RANK[type(event)], event.known_at, event.entered_at or event.at, _spell(event))


def known_order(event: Event) -> tuple[datetime, datetime, int, datetime, str]:
    """Sort key in the time of becoming known, the order in which a record is processed."""
    return (event.known_at, event.at, _RANK[type(event)], event.entered_at or event.at, _spell(event))


def _spell(event: Event) -> str:
    """Return the event in words, its name first: `e9` comes before `e10`."""
    if type(event) is Ticked:
        return ""
    return f"{_NUMBER.sub(_in_full, event.ref)} {event!r}"


_NUMBER = re.compile(r"\d+")


def _in_full(number: re.Match[str]) -> str:
    return number[0].zfill(12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Everything known of one patient, in the order it became known."""

    profile: Profile
    regimen: Regimen
    events: tuple[Event, ...] = ()
