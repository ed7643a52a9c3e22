"""What one read of a patient's record found. Pure values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from alerts.enrolment_check import Checklist
from console.views.cells import Incident, Text
from gateway.reading import PatientId
from monitor.dossier import Dossier
from monitor.overview import History, Overview
from monitor.planned_doses import DoseCalendar
from monitor.record import Limit


class TrailLine(Protocol):
    """What a section needs of an entry of the audit log; `gateway.audit_log.Line` is one."""

    @property
    def at(self) -> datetime: ...  # noqa: D102 - the names are those of `gateway.audit_log.Line`
    @property
    def kind(self) -> str: ...  # noqa: D102
    @property
    def subject(self) -> str: ...  # noqa: D102
    @property
    def actor(self) -> str | None: ...  # noqa: D102
    @property
    def detail(self) -> Mapping[str, Any]: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientRecord:
    """Everything the patient screen shows, read in one go at `read_at`.

    `overview` and `dossier` are None when the patient is not enrolled (any more); `texts` are those to and from their
    home and about their incidents, newest first.
    """

    patient_id: PatientId
    read_at: datetime
    overview: Overview | None
    history: History
    incidents: Sequence[Incident]
    texts: Sequence[Text]
    dossier: Dossier | None
    planned: DoseCalendar = field(default_factory=DoseCalendar)
    checklist: Checklist | None = None
    own_limits: Sequence[tuple[str, Limit]] = ()
