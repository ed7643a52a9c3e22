"""The rules' numbers as frozen values. Decides nothing; names and units are those of monitor/data/rules.toml."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Literal

from gateway.plausibility import PlausibilityLimits
from monitor.catalogue import Catalogue, Drug
from monitor.onset import OnsetTable
from monitor.panels import Panels
from monitor.site_rules import Change

MaskingKind = Literal["antipyretic", "steroid", "anticytokine"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TemperatureRules:
    """Degrees Celsius; fever is at or above `fever_c` (ASTCT 2019)."""

    fever_c: Decimal
    watch_c: Decimal
    emergency_c: Decimal
    baseline_band_c: Decimal
    watch_repeat: timedelta
    fever_repeat: timedelta
    rigors_repeat: timedelta
    back_within: timedelta
    still_after: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class PressureRules:
    """Millimetres of mercury; drops are below the patient's own baseline."""

    urgent_below_mmhg: Decimal
    emergency_below_mmhg: Decimal
    map_emergency_below_mmhg: Decimal
    watch_drop_mmhg: Decimal
    urgent_drop_mmhg: Decimal
    urgent_drop_pct: Decimal
    emergency_drop_mmhg: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class OximetryRules:
    """Percent saturation on air."""

    watch_below_pct: Decimal
    urgent_below_pct: Decimal
    urgent_drop_pct: Decimal
    emergency_below_pct: Decimal
    baseline_band_pct: Decimal
    scale2_urgent_below_pct: Decimal
    scale2_emergency_below_pct: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PulseRules:
    """Beats per minute, and the shock index (pulse / systolic)."""

    watch_bpm: Decimal
    urgent_bpm: Decimal
    emergency_bpm: Decimal
    shock_index_urgent: Decimal
    shock_index_emergency: Decimal
    shock_index_above_baseline: Decimal
    shock_index_pulse_within: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class BreathRules:
    """Breaths per minute."""

    watch_bpm: Decimal
    urgent_bpm: Decimal
    emergency_bpm: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class IceRules:
    """Points of the home ICE score and of a child's CAPD, how long an answer counts, and when one is missed."""

    watch_at_or_below: int
    urgent_at_or_below: int
    emergency_at_or_below: int
    urgent_drop: int
    best_of: timedelta
    fresh: timedelta
    neuro_fresh: timedelta
    asked_at_hours: tuple[int, ...]
    unanswered_after: timedelta
    capd_under_years: int
    capd_watch_at_or_above: int
    capd_urgent_at_or_above: int
    capd_emergency_at_or_above: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SymptomRules:
    """Which symptom says what, and for how long."""

    hold: timedelta
    emergency: frozenset[str]
    urgent_in_window: frozenset[str]
    watch: frozenset[str]
    makes_pressure_fall_symptomatic: frozenset[str]
    asks_ice: frozenset[str]

    @property
    def known(self) -> frozenset[str]:
        """Every symptom the rules name."""
        return self.emergency | self.urgent_in_window | self.watch


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """One row of the cadence table: measure every `interval`; overdue `grace` later."""

    interval: timedelta
    grace: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class CadenceRules:
    """How often a patient measures and how long a value counts; hours of day are the patient's own."""

    calm: Pace
    window: Pace
    episode_first: Pace
    episode: Pace
    emergency: Pace
    episode_first_for: timedelta
    fresh_at_least: timedelta
    night_from_hour: int
    night_to_hour: int
    night_measurement_hour: int
    night_measurement_within: timedelta
    window_evening_before_hour: int
    window_night_before_hour: int
    calm_evening_before_hour: int
    sight_urgent_after: timedelta
    discharged_for: timedelta
    travelling_for: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class CrsRules:
    """Support, attribution and resolution."""

    low_flow_up_to_l_min: Decimal
    support_reconfirm: timedelta
    attribution: timedelta
    resolved_after: timedelta
    resolved_temperatures: int
    resolved_systolic_at_least_mmhg: Decimal
    resolved_systolic_below_baseline_mmhg: Decimal
    resolved_spo2_below_baseline_pct: Decimal
    resolved_spo2_without_baseline_pct: Decimal
    oxygen_grade: Mapping[str, int]
    nasal_cannula_high_grade: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskedRules:
    """What is urgent while a drug hides fever."""

    systolic_drop_mmhg: Decimal
    spo2_at_or_below_pct: Decimal
    spo2_drop_pct: Decimal
    pulse_bpm: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskingDrug:
    """A drug that hides fever for `lasts` after each recorded dose."""

    name: str
    kind: MaskingKind
    lasts: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyEndRules:
    """When an emergency raised by a value is over."""

    readings_in_a_row: int
    single_after: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class LateRules:
    """Values that arrive long after they were measured."""

    after: timedelta
    emergency_pages_up_to: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class NeuroWatch:
    """For how long ICE or CAPD is asked: after every dose, and from the first one on; the later end counts."""

    drug: str
    after_dose: timedelta
    from_start: timedelta
    published: str
    source: str
    confidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NeuroWatches:
    """The neuro-toxicity window of each drug, by its name."""

    by_drug: Mapping[str, NeuroWatch]
    any_other: NeuroWatch

    def of(self, drug: Drug | None) -> NeuroWatch:
        """Return the window of `drug`, that of any other when nothing is known of it."""
        return self.any_other if drug is None else self.by_drug.get(drug.name, self.any_other)


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteChanges:
    """What the site's own file changes, and how many of its test vectors were held against it."""

    name: str
    file: str
    changes: tuple[Change, ...]
    vectors: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Everything a grading looks up. `version` is stamped on every assessment.

    `site` is None for the shipped rules alone. `signed_version` is the version that the signature names, if it names
    one.
    """

    version: str
    site: SiteChanges | None = None
    signed_by: str | None = None
    signed_on: str | None = None
    signed_version: str | None = None
    temperature: TemperatureRules
    blood_pressure: PressureRules
    oximetry: OximetryRules
    pulse: PulseRules
    respiratory_rate: BreathRules
    ice: IceRules
    neuro: NeuroWatches
    emergency_ends: EmergencyEndRules
    late: LateRules
    symptoms: SymptomRules
    cadence: CadenceRules
    crs: CrsRules
    masked: MaskedRules
    masking: Mapping[str, MaskingDrug]
    limit_bounds: Mapping[str, tuple[Decimal, Decimal]]
    adult_from_years: int
    doses_of_last: timedelta
    plausibility: PlausibilityLimits
    onset: OnsetTable
    catalogue: Catalogue
    panels: Panels

    @property
    def signed(self) -> bool:
        """Whether a site has taken responsibility for exactly these thresholds."""
        return self.unsigned_because is None

    @property
    def unsigned_because(self) -> str | None:
        """Why nobody has taken responsibility for these thresholds; None when somebody has.

        A signature of a site's own file names the version signed, so that it ends with the next change of the file.
        """
        if not (self.signed_by and self.signed_on):
            return "thresholds are unsigned engineering defaults: rules.signed_by and rules.signed_on are not set"
        if self.signed_version is None and self.site is None:
            return None
        if self.signed_version is None:
            return f"the site's rules are signed without naming them: set rules.signed_version to {self.version}"
        if self.signed_version != self.version:
            return f"the rules changed since they were signed as {self.signed_version}; these are {self.version}"
        return None
