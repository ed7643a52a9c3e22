"""The answer about one patient at one instant, shaped as docs/interfaces.md, "Assessment", prints it.

`None` always means "unknown or not applicable", never "normal"; `reasons` says why in words.
"""

from datetime import datetime
from typing import Literal

import msgspec

Certainty = Literal["none", "suspected", "confirmed"]
Urgency = Literal["routine", "watch", "urgent", "emergency"]
Phase = Literal["before", "open", "peak", "closing", "closed", "unknown"]
SightState = Literal["seen", "partial", "blind"]
Where = Literal["home", "travelling", "emergency_department", "admitted", "discharged", "ended"]

URGENCIES: tuple[Urgency, ...] = ("routine", "watch", "urgent", "emergency")
"""From calm to worst; `URGENCIES.index` ranks them."""


class Episode(msgspec.Struct, frozen=True, kw_only=True):
    """One run of cytokine release syndrome: the open one, else the latest."""

    number: int
    dose: str | None
    onset: datetime
    peak: int | None
    resolved: datetime | None
    resolved_while_masked: bool
    attributed: bool


class Crs(msgspec.Struct, frozen=True, kw_only=True):
    """Cytokine release syndrome (ASTCT 2019, Lee et al., doi:10.1016/j.bbmt.2018.12.758)."""

    grade: int | None
    at_least: bool
    certainty: Certainty
    fever: bool | None
    fever_masked: bool
    hypotension_grade: int | None
    hypoxia_grade: int | None
    clinician_grade: int | None
    disagrees: bool
    episode: Episode | None


class Icans(msgspec.Struct, frozen=True, kw_only=True):
    """Immune effector cell-associated neurotoxicity syndrome (ASTCT 2019).

    `capd` is a child's score instead of `ice`. `without_crs` is true while it stands beside no sign of CRS.
    `unanswered_since` is when an ICE or CAPD fell due that nobody has answered for too long.
    """

    grade: int | None
    at_least: bool
    ice: int | None
    asked_at: datetime | None
    clinician_grade: int | None
    disagrees: bool
    capd: int | None = None
    without_crs: bool = False
    unanswered_since: datetime | None = None


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """Where this instant lies in the onset distribution of a dose. It explains; it never silences.

    `crs_probability` is what a fever at this instant would mean, `crs_probability_range` how far it may be off.
    `residual_risk` is the probability that cytokine release syndrome is still to come, no fever having been seen.
    """

    dose: str | None
    hours_since_dose: float | None
    phase: Phase
    quantile: float | None
    crs_probability: float | None
    crs_probability_range: tuple[float, float] | None = None
    residual_risk: float | None = None


class Sight(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the patient can be seen: which groups are fresh, which are overdue."""

    state: SightState
    overdue: tuple[str, ...]
    oldest_minutes: int | None


class News2(msgspec.Struct, frozen=True, kw_only=True):
    """National Early Warning Score 2 (RCP 2017), a partial sum unless `complete`. Drives nothing."""

    score: int | None
    complete: bool


class NextDue(msgspec.Struct, frozen=True, kw_only=True):
    """When each group should be measured next; None when nothing is asked."""

    temperature: datetime | None
    oximetry: datetime | None
    blood_pressure: datetime | None
    ice: datetime | None


class NextDose(msgspec.Struct, frozen=True, kw_only=True):
    """What the label says about the next dose: reference, never an order."""

    allowed: bool | None
    earliest: datetime | None
    actions: tuple[str, ...]
    text: str
    source: str


class Guidance(msgspec.Struct, frozen=True, kw_only=True):
    """Reference text for now and for the next dose."""

    now: tuple[str, ...]
    next_dose: NextDose


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the system says about one patient at `at`."""

    at: datetime
    crs: Crs
    icans: Icans
    urgency: Urgency
    reasons: tuple[str, ...]
    window: Window
    sight: Sight
    place: Where
    news2: News2
    shock_index: float | None
    next_due: NextDue
    guidance: Guidance
    rules_version: str


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Assessment)


def encode(assessment: Assessment) -> bytes:
    """Return the one line of JSON that docs/interfaces.md shows."""
    return _encoder.encode(assessment)


def decode(line: bytes | str) -> Assessment:
    """Return the assessment that `encode` wrote."""
    return _decoder.decode(line)
