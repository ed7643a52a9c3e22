"""Reads a patient's recent past for screens."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from gateway.entered import TEXT_HUB_ID
from gateway.plausibility import NotGraded, Usable, judge
from gateway.plausibility_limits import load_limits
from gateway.reading import PatientId
from gateway.store import StoredReading, readings_of
from monitor.entry_words import spell_entry
from monitor.overview import EntryLine, History, Point, RecordLine, Strike
from monitor.store import (
    StoredEvent,
    events_of,
    quarantines_of,
    reading_ref,
)


def history(session: Session, patient_id: PatientId, since: datetime) -> History:
    """Return what was measured and entered since `since`, oldest first; what was voided is marked, not left out."""
    entered = events_of(session, patient_id)
    voided = {entry.body["of"] for entry in entered if entry.body.get("type") == "void"}
    points: list[Point] = []
    for stored in readings_of(session, patient_id):
        if stored.graded_at >= since:
            points += points_of(stored, voided=reading_ref(stored.id) in voided)
    for message in quarantines_of(session, patient_id):
        if message.at >= since:
            points.append(Point(at=message.at, group="message", values=(), graded=False, remark=message.reason))
    return History(
        points=tuple(sorted(points, key=lambda point: point.at)),
        entries=tuple(each.line for each in _lines(entered) if each.line.at >= since),
    )


def record_lines(session: Session, patient_id: PatientId) -> tuple[RecordLine, ...]:
    """Return every entry of a patient's record, oldest first; what was struck out is marked, not left out."""
    return tuple(_lines(events_of(session, patient_id)))


def _lines(entered: Sequence[StoredEvent]) -> Iterator[RecordLine]:
    struck = _strikes(entered)
    for entry in sorted(entered, key=lambda entry: entry.event.at):
        corrects = entry.body.get("corrects")
        line = EntryLine(
            ref=entry.event.ref,
            at=entry.event.at,
            entered_at=entry.entered_at,
            by=entry.by,
            kind=str(entry.body["type"]),
            text=spell_entry(entry.body),
            voided=entry.event.ref in struck,
            strike=struck.get(entry.event.ref),
            corrects=None if corrects is None else str(corrects),
        )
        yield RecordLine(line=line, body=entry.body)


def _strikes(entered: Sequence[StoredEvent]) -> Mapping[str, Strike]:
    """Return who struck out what; of two strikes of one entry the first counts."""
    found: dict[str, Strike] = {}
    for each in entered:
        if each.body.get("type") == "void":
            replaced_by = each.body.get("replaced_by")
            strike = Strike(
                at=each.entered_at,
                by=each.by,
                why=str(each.body.get("why") or ""),
                replaced_by=None if replaced_by is None else str(replaced_by),
            )
            found.setdefault(str(each.body["of"]), strike)
    return found


def points_of(stored: StoredReading, *, voided: bool) -> list[Point]:
    """Return the values of one reading as points in a patient's past, those not graded with the reason."""
    reading = stored.reading
    judged = judge(reading, load_limits())
    groups = (
        ("temperature", judged.temperature, (reading.temperature.temperature_c,) if reading.temperature else ()),
        ("oximetry", judged.oximetry, (reading.oximetry.spo2_pct,) if reading.oximetry else ()),
        (
            "blood_pressure",
            judged.blood_pressure,
            (reading.blood_pressure.systolic_mmhg, reading.blood_pressure.diastolic_mmhg)
            if reading.blood_pressure
            else (),
        ),
        (
            "respiratory_rate",
            judged.respiratory_rate,
            (reading.respiratory_rate.breaths_bpm,) if reading.respiratory_rate else (),
        ),
        ("pulse", Usable() if judged.cuff_pulse_bpm else None, (judged.cuff_pulse_bpm,)),
        ("pulse", Usable() if judged.oximeter_pulse_bpm else None, (judged.oximeter_pulse_bpm,)),
    )
    points = []
    for group, verdict, numbers in groups:
        if verdict is None or isinstance(verdict, NotGraded):
            continue
        remark = "voided" if voided else ", ".join(verdict.doubts) if isinstance(verdict, Usable) else verdict.reason
        points.append(
            Point(
                at=stored.graded_at,
                group=group,
                values=tuple(number for number in numbers if number is not None),
                graded=isinstance(verdict, Usable) and not voided,
                remark=remark,
                by_text=stored.hub_id == TEXT_HUB_ID,
            )
        )
    return points
