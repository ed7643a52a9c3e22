"""What one read of a patient's record found. Pure values."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from alerts.enrolment_check import Checklist
from console.views.cells import Incident, Text
from gateway.reading import PatientId
from monitor.overview import History, Overview
from monitor.planned_doses import DoseCalendar
from monitor.record import Limit


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartLimits:
    """The limits of the rules that the charts draw: degrees Celsius, mmHg, percent."""

    fever_c: Decimal
    temperature_emergency_c: Decimal
    systolic_urgent_mmhg: Decimal
    systolic_emergency_mmhg: Decimal
    spo2_urgent_pct: Decimal
    spo2_emergency_pct: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientRecord:
    """Everything the patient screen shows, read in one go at `read_at`.

    `overview` is None when the patient is not enrolled (any more); `texts` are those of this patient's incidents.
    """

    patient_id: PatientId
    read_at: datetime
    overview: Overview | None
    history: History
    incidents: Sequence[Incident]
    texts: Sequence[Text]
    limits: ChartLimits
    planned: DoseCalendar = field(default_factory=DoseCalendar)
    checklist: Checklist | None = None
    own_limits: Sequence[tuple[str, Limit]] = ()
