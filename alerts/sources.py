"""What alerts reads of the gateway and the monitor, and the two facts it enters there, in one place."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

import msgspec
from sqlmodel import Session

from alerts.home_replies import Entered
from gateway.reading import PatientCode, PatientId, Reading
from monitor.assessment import Assessment


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One stored assessment. `reading_id` is the reading behind it, None when time or an entry caused it.

    `calm` is whether it asks for nobody by itself: routine, without fever, without an open episode. `read` decodes
    the whole answer, which calm news of a patient about whom nothing is open does not need.
    """

    id: int
    patient_id: PatientId
    code: PatientCode
    urgent_groups: frozenset[str]
    reading_id: int | None
    calm: bool
    read: Callable[[], Assessment]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """The reading behind an assessment; `by_text` when a caregiver texted it."""

    reading: Reading
    by_text: bool

    @property
    def groups(self) -> frozenset[str]:
        """The vital groups in it."""
        names = ("temperature", "oximetry", "blood_pressure", "respiratory_rate")
        return frozenset(name for name in names if getattr(self.reading, name) is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A technical condition that holds now; `text` carries no identity and no clinical value."""

    key: str
    severity: Literal["low", "high"]
    since: datetime
    text: str
    patient_id: PatientId | None = None
    code: PatientCode | None = None


class Sources(Protocol):
    """The other parts of the house as alerts sees them; every call happens inside the caller's transaction."""

    def news(self, session: Session, after_id: int, limit: int) -> Sequence[News]:
        """Return the assessments stored after `after_id`, oldest first."""
        ...

    def cause(self, session: Session, reading_id: int) -> Cause | None:
        """Return one stored reading."""
        ...

    def newest(self, session: Session, patient_id: PatientId) -> News | None:
        """Return the newest assessment of one patient; None when there is none."""
        ...

    def troubles(self, session: Session, now: datetime) -> Sequence[Trouble]:
        """Return the technical conditions that the gateway sees."""
        ...

    def heartbeats(self, session: Session) -> Mapping[str, datetime]:
        """Return when each part last finished a cycle."""
        ...

    def enter_reading(self, session: Session, patient_id: PatientId, payload: bytes, received_at: datetime) -> int:
        """Store a reading that a caregiver texted; return its id."""
        ...

    def enter_place(
        self,
        session: Session,
        patient_id: PatientId,
        where: Literal["travelling", "emergency_department"],
        now: datetime,
    ) -> None:
        """Record that the patient is on the way or has arrived."""
        ...

    def enter_symptoms(self, session: Session, patient_id: PatientId, names: Sequence[str], now: datetime) -> None:
        """Record symptoms that the home named; it cannot end any."""
        ...

    def enter_ice(self, session: Session, patient_id: PatientId, points: Sequence[int], now: datetime) -> None:
        """Record the points of orientation, naming, commands, writing and attention that the home counted."""
        ...


_encoder = msgspec.json.Encoder(decimal_format="number")


def native_payload(entered: Entered, received_at: datetime) -> bytes:
    """Return texted values as a native reading (docs/interfaces.md), numbers exact.

    The site of the temperature is unknown and the time is that of the text. A pulse goes with the oximeter's value
    when there is one, else with the cuff's.
    """
    body: dict[str, object] = {"measured_at": received_at.isoformat()}
    pulse = {} if entered.pulse_bpm is None else {"pulse_bpm": entered.pulse_bpm}
    if entered.temperature is not None:
        body["temperature"] = {"value": entered.temperature, "unit": entered.temperature_unit, "site": "unknown"}
    if entered.spo2_pct is not None:
        body["oximetry"] = {"spo2_pct": entered.spo2_pct, **pulse}
        pulse = {}
    if entered.systolic_mmhg is not None:
        body["blood_pressure"] = {
            "systolic_mmhg": entered.systolic_mmhg,
            "diastolic_mmhg": entered.diastolic_mmhg,
            **pulse,
        }
    return _encoder.encode(body)
