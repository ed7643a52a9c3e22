"""What the monitor counts for /metrics: how soon readings are graded, and how well it sees the ward."""

from collections.abc import Iterable
from datetime import datetime

from prometheus_client import Metric

from gateway.clock import Clock
from gateway.database import Database
from gateway.metrics import Spans, cycle_spans, gauges, total_of
from monitor.enrolment import enrolled
from monitor.store import latest_assessments

SIGHTS = ("seen", "partial", "blind")
UNWATCHED = frozenset({"ended"})
"""Places at which nobody expects readings any more; such a patient is not counted."""


class MonitorMetrics:
    """Filled by the passes, in their thread; read by whoever asks."""

    def __init__(self, clock: Clock, database: Database) -> None:
        self._clock, self._database = clock, database
        self._to_assessment = Spans(
            "stepguard_reading_to_assessment_seconds",
            "From the reception of a reading to the commit of its assessment.",
        )
        self._cycles = cycle_spans("monitor")

    def cycled(self, took_s: float) -> None:
        """Count one pass."""
        self._cycles.observe(took_s)

    def assessed(self, received: Iterable[datetime], at: datetime) -> None:
        """Count the readings, by when they were received, whose assessments were committed at `at`."""
        for received_at in received:
            self._to_assessment.observe(self._clock.wall_seconds(at - received_at))

    def collect(self) -> Iterable[Metric]:
        """Return every family of the monitor.

        Raises
        ------
        sqlalchemy.exc.SQLAlchemyError
            When the ward cannot be read; what was counted in memory has been given by then.
        """
        yield self._to_assessment.collect()
        yield self._cycles.collect()
        yield gauges(
            "stepguard_patients",
            "Patients under watch by how well they are seen; one never assessed is blind.",
            ("sight",),
            total_of(self._sights(), SIGHTS),
        )

    def _sights(self) -> list[str]:
        with self._database.read() as session:
            latest, patients = latest_assessments(session), enrolled(session)
        answers = [latest.get(patient.patient_id) for patient in patients]
        return [
            "blind" if answer is None else answer.assessment.sight.state
            for answer in answers
            if answer is None or answer.assessment.place not in UNWATCHED
        ]
