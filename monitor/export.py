"""Writes a stored record as a timeline (docs/interfaces.md), so that `replay` gives the same answers again."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from gateway.device_clock import graded_at
from gateway.plausibility import PlausibilityLimits
from gateway.plausibility_limits import load_limits
from gateway.reading import PatientId, Reading
from gateway.store import readings_of
from monitor.enrolment import patient_by_id, profile_object
from monitor.record import MessageQuarantined, ReadingTaken
from monitor.store import events_of, quarantines_of, taken


def timeline_of(session: Session, patient_id: PatientId) -> dict[str, Any]:
    """Return a patient's whole record, in the order in which it became known.

    Numbers are exact decimals as sent. Readings name the instant they were graded at only where a reader could not
    derive it: when the device clock was judged by what only the gateway knew.
    """
    enrolled = patient_by_id(session, patient_id)
    regimen = {} if enrolled is None else {"drug": enrolled.drug, "schedule": enrolled.schedule}
    limits = load_limits()
    known: list[tuple[datetime, dict[str, Any]]] = [
        *((one.event.known_at, dict(one.body)) for one in events_of(session, patient_id)),
        *((one.known_at, reading_object(one, limits)) for one in map(taken, readings_of(session, patient_id))),
        *((one.known_at, _quarantined_object(one)) for one in quarantines_of(session, patient_id)),
    ]
    known.sort(key=lambda pair: pair[0])
    return {
        "patient": profile_object(session, patient_id),
        "regimen": {key: value for key, value in regimen.items() if value is not None},
        "events": [event for _, event in known],
    }


def reading_object(taken_reading: ReadingTaken, limits: PlausibilityLimits) -> dict[str, Any]:
    """Return a reading as an event of a timeline."""
    reading = taken_reading.reading
    written: dict[str, Any] = {
        "at": reading.measured_at.isoformat(),
        "received_at": reading.received_at.isoformat(),
        "type": "reading",
        "id": taken_reading.ref,
    }
    derived_at, derived_doubt = graded_at(
        reading.measured_at, reading.received_at, assigned_from=None, explained_by_run=False, limits=limits
    )
    if (derived_at, derived_doubt) != (taken_reading.graded_at, taken_reading.clock_doubt):
        written["graded_at"] = taken_reading.graded_at.isoformat()
        written["clock_doubt"] = taken_reading.clock_doubt
    return written | dict(_groups(reading))


def _groups(reading: Reading) -> Iterator[tuple[str, Any]]:
    if (temperature := reading.temperature) is not None:
        yield (
            "temperature",
            {"value": _sent(temperature.sent_value), "unit": temperature.sent_unit, "site": temperature.site}
            | _flags(temperature.flags),
        )
    if (oximetry := reading.oximetry) is not None:
        optional = {"pulse_bpm": oximetry.pulse_bpm, "perfusion_index_pct": oximetry.perfusion_index_pct}
        yield "oximetry", {"spo2_pct": _sent(oximetry.spo2_pct)} | _present(optional) | _flags(oximetry.flags)
    if (pressure := reading.blood_pressure) is not None:
        values = {"systolic_mmhg": _sent(pressure.systolic_mmhg), "diastolic_mmhg": _sent(pressure.diastolic_mmhg)}
        yield "blood_pressure", values | _present({"pulse_bpm": pressure.pulse_bpm}) | _flags(pressure.flags)
    if (rate := reading.respiratory_rate) is not None:
        yield "respiratory_rate_bpm", _sent(rate.breaths_bpm)


def _sent(value: Decimal | None) -> Decimal | str:
    """Return the value, or what a device sends when it measured and got nothing."""
    return "--" if value is None else value


def _present(values: dict[str, Decimal | None]) -> dict[str, Decimal]:
    return {name: value for name, value in values.items() if value is not None}


def _flags(flags: frozenset[str]) -> dict[str, list[str]]:
    return {"flags": sorted(flags)} if flags else {}


def _quarantined_object(event: MessageQuarantined) -> dict[str, Any]:
    return {"at": event.at.isoformat(), "type": "quarantined", "id": event.ref, "reason": event.reason}
