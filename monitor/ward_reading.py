"""Reads the ward for screens: who is watched, the answer, the values behind it, the onset curve."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from sqlmodel import Session

from gateway.reading import PatientId
from monitor.assessment import Assessment
from monitor.catalogue import choose_schedule, match_step
from monitor.enrolment import Enrolled, enrolled
from monitor.glance import Glance, decode
from monitor.onset import Onset
from monitor.overview import Attribution, Measured, OnsetCurve, Overview
from monitor.record import DoseGiven
from monitor.rules import Rules
from monitor.store import answers_by_id, stands

CURVE_BINS = 24


def overviews(session: Session, rules: Rules, now: datetime) -> list[Overview]:
    """Return every patient whose watch has not ended, by code."""
    return WardReading(rules).read(session, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """What was made of one patient, and of what. `until` is when it looks otherwise by itself."""

    patient: Enrolled
    stands: tuple[int, bytes] | None
    overview: Overview
    made_at: datetime
    until: datetime | None

    def holds(self, patient: Enrolled, stands: tuple[int, bytes] | None, now: datetime) -> bool:
        """Return whether the same would be made of this patient at `now`."""
        in_time = self.made_at <= now and (self.until is None or now < self.until)
        return in_time and self.stands == stands and self.patient == patient


class WardReading:
    """Reads a ward again and again, and makes anew only what changed: the rest are the same values as before."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._kept: Mapping[PatientId, _Kept] = {}

    def read(self, session: Session, now: datetime) -> list[Overview]:
        """Return every patient whose watch has not ended, by code."""
        ward, standing = enrolled(session), stands(session)
        kept = {
            patient.patient_id: last
            for patient in ward
            if (last := self._kept.get(patient.patient_id)) is not None
            and last.holds(patient, standing.get(patient.patient_id), now)
        }
        anew = [patient for patient in ward if patient.patient_id not in kept]
        answers = answers_by_id(
            session, [standing[patient.patient_id][0] for patient in anew if patient.patient_id in standing]
        )
        for patient in anew:
            found = standing.get(patient.patient_id)
            answer = None if found is None else answers.get(found[0])
            seen = None if found is None else decode(found[1])
            kept[patient.patient_id] = _Kept(
                patient=patient,
                stands=found,
                overview=_overview(patient, answer, seen, self._rules, now),
                made_at=now,
                until=_changes_at(seen, now),
            )
        self._kept = kept
        lines = [kept[patient.patient_id].overview for patient in ward]
        return [line for line in lines if line.assessment is None or line.assessment.place != "ended"]


def _changes_at(seen: Glance | None, now: datetime) -> datetime | None:
    """Return when the same values look otherwise: one goes stale, or an attribution ends."""
    if seen is None:
        return None
    ends = [*(held.stale_at for held in seen.groups.values()), *(each.until for each in seen.attributed)]
    return min((at for at in ends if at is not None and at > now), default=None)


def _overview(
    patient: Enrolled,
    answer: tuple[Assessment, datetime] | None,
    seen: Glance | None,
    rules: Rules,
    now: datetime,
) -> Overview:
    def measured(group: str) -> Measured | None:
        held = seen.groups.get(group) if seen else None
        return held.measured(now) if held else None

    return Overview(
        patient_id=patient.patient_id,
        code=patient.code,
        drug=patient.drug,
        schedule=patient.schedule,
        dose_step=seen.dose_step if seen else None,
        dose_amount=seen.dose_amount if seen else None,
        dose_at=seen.dose_at if seen else None,
        curve=_curve(patient, seen, rules),
        assessment=answer[0] if answer else None,
        assessed_at=answer[1] if answer else None,
        temperature=measured("temperature"),
        oximetry=measured("oximetry"),
        blood_pressure=measured("blood_pressure"),
        pulse=measured("pulse"),
        late_values=seen.late_values if seen else 0,
        attributions=tuple(
            Attribution(sign=each.sign, cause=each.cause, until=each.until)
            for each in (seen.attributed if seen else ())
            if now < each.until
        ),
        team=patient.profile.team,
        usual={key: Decimal(value) for key, value in seen.usual.items()} if seen else {},
        timezone=patient.profile.timezone,
    )


def _curve(patient: Enrolled, seen: Glance | None, rules: Rules) -> OnsetCurve | None:
    drug = rules.catalogue.find(patient.drug)
    if drug is None or seen is None or seen.dose_at is None:
        return None
    dose = DoseGiven(at=seen.dose_at, step=seen.dose_step)
    schedule = choose_schedule(drug, patient.schedule, [])
    step = match_step(schedule, dose, seen.dose_ordinal) if schedule else None
    onset = rules.onset.find(drug, schedule, step)
    return None if onset is None else onset_curve(onset)


@lru_cache(maxsize=256)
def onset_curve(onset: Onset) -> OnsetCurve:
    """Return the distribution as relative heights of equal bins up to its operational close."""
    width = onset.closes_h / CURVE_BINS
    shares = [onset.quantile(width * (i + 1)) - onset.quantile(width * i) for i in range(CURVE_BINS)]
    highest = max(shares)
    return OnsetCurve(
        hours=onset.closes_h,
        density=tuple(share / highest for share in shares),
        source=onset.source,
        confidence=onset.confidence,
        median=onset.median_text,
        basis=onset.basis,
        half_h=(onset.hours[1], onset.hours[3]) if onset.single else None,
        most_h=(onset.hours[0], onset.hours[4]) if onset.single else None,
    )
