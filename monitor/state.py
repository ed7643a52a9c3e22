"""What the fold of a record has come to at one instant. Changed only by the fold; copied, never shared."""

from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from decimal import Decimal
from operator import attrgetter

import msgspec

from monitor.catalogue import Schedule
from monitor.observation import Watch
from monitor.record import Baseline, CapdAsked, IceAsked, NeuroExamined, SupportGiven
from monitor.restart import Delays, Followed
from monitor.rules import MaskingDrug, Pace
from monitor.window import DoseSeen

REQUIRED = ("temperature", "oximetry", "blood_pressure")
"""The groups that count for sight."""

TRACKS = (*REQUIRED, "respiratory_rate", "pulse", "ice", "capd")
PERIPHERAL_SITES = frozenset({"skin", "finger", "toe"})
"""Sites whose low values never reassure (docs/behaviour.md, "Urgency")."""

ROUTINE, WATCH, URGENT, EMERGENCY = range(4)


class Value(msgspec.Struct, frozen=True):
    """One graded value of one group.

    `numbers` holds what the group prints: temperature, SpO2, (systolic, diastolic), breaths, pulse, ICE score.
    `moves_urgency` is False for a late value that does not page. `back` and `still` say what an antipyretic did.
    """

    at: datetime
    numbers: tuple[Decimal, ...]
    site: str | None = None
    doubts: tuple[str, ...] = ()
    moves_urgency: bool = True
    late: bool = False
    back: bool = False
    still: bool = False


@dataclass(slots=True)
class Track:
    """One group of vital signs: its newest value, the urgency that value holds, and when it must be repeated.

    `rank` is held until a fresh value replaces it; `emergency_at` is the instant of the last emergency value until
    the emergency is over. `floor_at` is set while a value below the plausible floor waits for a sound one.
    """

    newest: Value | None = None
    same_instant: tuple[tuple[str | None, tuple[Decimal, ...]], ...] = ()
    arrived: bool = False
    rank: int = ROUTINE
    column: int = ROUTINE
    said: str = ""
    emergency_at: datetime | None = None
    quiet: int = 0
    floor_at: datetime | None = None
    floor_reason: str = ""
    repeat_at: datetime | None = None
    no_reading: str = ""
    due: datetime | None = None
    overdue_at: datetime | None = None
    stale_at: datetime | None = None

    def fresh(self, now: datetime) -> bool:
        """Whether the newest value still counts for grading at `now`."""
        return self.newest is not None and (self.stale_at is None or now < self.stale_at)

    def overdue(self, now: datetime) -> bool:
        """Whether a repeat is past due and grace at `now`."""
        return self.overdue_at is not None and now >= self.overdue_at


@dataclass(slots=True)
class EpisodeNow:
    """The open or latest episode. `kept` is the last grade inferred while each required group was fresh.

    `told` is the worst grade a clinician gave while it was open, 0 when none did or it was withdrawn.
    """

    number: int
    dose: str | None
    onset: datetime
    treated: bool
    peak: int | None = None
    resolved: datetime | None = None
    resolved_while_masked: bool = False
    kept: dict[str, int] = field(default_factory=dict)
    grade3_total: timedelta = timedelta(0)
    grade3_since: datetime | None = None
    grade2_total: timedelta = timedelta(0)
    grade2_since: datetime | None = None
    told: int = 0
    closed_by_clinician: bool = False

    @property
    def open(self) -> bool:
        """Whether it has not resolved."""
        return self.resolved is None


class ToldCrs(msgspec.Struct, frozen=True):
    """CRS that a clinician graded while no episode was open: since when, the worst grade, when it was called over."""

    peak: int
    since: datetime
    ended: datetime | None = None


class IcansEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One run of ICANS above grade 0, by the worse of what was examined and what a clinician says.

    `peak_at` is when it first reached its peak. Since when it is below that, at most grade 1, and 0 is in
    `below_peak_since`, `mild_since` and `ended`; None while it is not. `seizures_at` are the examinations that found
    one.
    """

    onset: datetime
    peak: int
    peak_at: datetime
    below_peak_since: datetime | None = None
    mild_since: datetime | None = None
    ended: datetime | None = None
    seizures_at: tuple[datetime, ...] = ()


@dataclass(slots=True)
class State:
    """Everything the next answer depends on. Containers are replaced, never changed in place."""

    baseline: Baseline
    first_event_at: datetime | None = None
    doses: tuple[DoseSeen, ...] = ()
    tracks: dict[str, Track] = field(default_factory=dict)
    masks: tuple[tuple[datetime, MaskingDrug], ...] = ()
    unknown_names: tuple[str, ...] = ()
    medication_recorded: bool = False
    support: SupportGiven | None = None
    supported: bool = False
    support_clear_since: datetime | None = None
    neuro: NeuroExamined | None = None
    ice_scores: tuple[tuple[datetime, int], ...] = ()
    ice: IceAsked | None = None
    capd: CapdAsked | None = None
    answered_before_dose: bool = False
    neuro_since: datetime | None = None
    neuro_until: datetime | None = None
    symptoms: tuple[tuple[str, datetime], ...] = ()
    attributions: tuple[tuple[str, datetime, str], ...] = ()
    crs_opinion: int | None = None
    icans_opinion: int | None = None
    place: str = "home"
    place_since: datetime | None = None
    expected_by: datetime | None = None
    heard_at: datetime | None = None
    silence_urgent: bool = False
    quarantined: tuple[tuple[datetime, str], ...] = ()
    late_values: int = 0
    shock_pulse: Value | None = None

    episode: EpisodeNow | None = None
    episodes_before: tuple[EpisodeNow, ...] = ()
    told_crs: ToldCrs | None = None
    icans_event: IcansEvent | None = None
    icans_events_before: tuple[IcansEvent, ...] = ()
    schedule: Schedule | None = None
    other_schedules: tuple[Followed, ...] = ()
    delays: Delays | None = None
    watches: tuple[Watch, ...] = ()
    fever_since: datetime | None = None
    last_fever_at: datetime | None = None
    quiet_since: datetime | None = None
    quiet_temperatures: tuple[datetime, ...] = ()
    last_pressure_at: datetime | None = None
    last_saturation_at: datetime | None = None
    pressure_bad: bool = False
    pressure_clear_since: datetime | None = None
    saturation_bad: bool = False
    saturation_clear_since: datetime | None = None

    pace: Pace | None = None
    pace_name: str = ""
    pace_since: datetime | None = None

    def copy(self) -> "State":
        """Return an independent copy; cheap, because everything inside but tracks and episode is a value."""
        twin = State(*_parts_of_state(self))
        twin.tracks = {name: Track(*_parts_of_track(track)) for name, track in self.tracks.items()}
        if self.episode is not None:
            twin.episode = replace(self.episode, kept=dict(self.episode.kept))
        return twin


# In the order of their fields; `dataclasses.replace` takes several times as long, and every half hour is kept.
_parts_of_state = attrgetter(*(each.name for each in fields(State)))
_parts_of_track = attrgetter(*(each.name for each in fields(Track)))


def initial_state(baseline: Baseline) -> State:
    """Return the state before anything is known."""
    return State(baseline=baseline, tracks={name: Track() for name in TRACKS})
