"""Who is under watch: enrolments in and out. A patient is known to everybody only by the opaque code."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy
from sqlalchemy import bindparam
from sqlmodel import Session, col, func, select

from gateway.audit import append, writing_chain
from gateway.audit_rows import PATIENTS
from gateway.reading import PatientCode, PatientId
from gateway.store import HubError, ensure_patient
from gateway.synthetic import refuse_synthetic
from gateway.synthetic_mark import is_somebody
from gateway.tables import PatientRow
from monitor.age import is_minor
from monitor.audit_rows import ENROLMENTS
from monitor.profile_object import strange_code
from monitor.record import Limit, Profile, Regimen
from monitor.rulebook import load_rules
from monitor.stored_json import spell
from monitor.tables import EnrolmentHistoryRow, EnrolmentRow
from monitor.timeline import BadEvent, parse_profile
from monitor.usual_values import refuse_unusual, refuse_weight

LIMITS_OF_A_MINOR = ("blood_pressure", "oximetry")
"""The groups whose limits are a child's own: no limits for vital signs are shipped under 18."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """A patient under watch. A patient whose readings arrive without enrolment has only a code.

    `version` is the row of the enrolment's history that this is.
    """

    patient_id: PatientId
    code: PatientCode
    profile: Profile
    regimen: Regimen
    enrolled_at: datetime | None = None
    version: int | None = None

    @property
    def drug(self) -> str | None:
        """The drug's name as enrolled."""
        return self.regimen.drug

    @property
    def schedule(self) -> str | None:
        """The schedule as enrolled."""
        return self.regimen.schedule


def enrol(
    session: Session,
    *,
    code: PatientCode | str,
    profile: Mapping[str, Any],
    drug: str | None,
    schedule: str | None,
    now: datetime,
) -> PatientId:
    """Put a patient under watch, or correct the enrolment of one already there.

    Raises
    ------
    BadEvent
        When the profile cannot be read, a new code could be a name or be taken for another, a value is nobody's, own
        limits lack name, reason or expiry or leave the bounds of the rules, the patient is under age and has no own
        limits: none are shipped, or the code is that of a watchdog's synthetic patient.
    """
    _refuse_synthetic(session, code)
    parsed = parse_profile({**profile, "code": code})
    _refuse_unsound_limits(parsed)
    _refuse_unborn(parsed, now)
    _refuse_strange_code(session, code)
    patient_id = ensure_patient(session, code)
    row = session.get(EnrolmentRow, patient_id)
    before = _before(row)
    refuse_unusual(parsed.baseline, before.baseline)
    refuse_weight(parsed.weight_kg, before.weight_kg)
    _demand_limits_of_a_minor(parsed, dict(before.limits), now)
    body = spell({**profile, "code": code})
    if row is None:
        row = EnrolmentRow(
            patient_id=patient_id, profile=body, drug=drug, schedule=schedule, enrolled_at=now, changed_at=now
        )
    else:
        row.profile, row.drug, row.schedule, row.changed_at = body, drug, schedule, now
    session.add(row)
    happened = EnrolmentHistoryRow(patient_id=patient_id, profile=body, drug=drug, schedule=schedule, changed_at=now)
    session.add(happened)
    session.flush()
    entries = [
        PATIENTS.entry("change", patient_id, [code], patient_id=patient_id),
        ENROLMENTS.entry_of("change", happened, patient_id=patient_id),
    ]
    append(session.connection(), writing_chain(), now, entries)
    return patient_id


def _refuse_synthetic(session: Session, code: str) -> None:
    try:
        refuse_synthetic(session, code)
    except HubError as error:
        raise BadEvent(f"patient.code: {error}") from error


def _refuse_strange_code(session: Session, code: str) -> None:
    """Refuse a new code that could be a name, or would be taken for somebody else's; one that is known stays."""
    alike = session.exec(select(PatientRow.code).where(func.lower(PatientRow.code) == code.lower())).all()
    if code not in alike and (strange := strange_code(code, alike)) is not None:
        raise BadEvent(f"patient.code {strange}")


def _refuse_unsound_limits(profile: Profile) -> None:
    bounds = load_rules().limit_bounds
    for group, limit in profile.limits:
        for key in ("by", "why", "until"):
            if not getattr(limit, key):
                raise BadEvent(f"patient.limits.{group} needs {key}: own limits carry name, reason and expiry")
        least, most = bounds[group]
        for key in ("urgent", "emergency"):
            value = getattr(limit, key)
            if value is not None and not least <= value <= most:
                raise BadEvent(
                    f"patient.limits.{group}.{key} {value} is outside {least} to {most}, the bounds of the rules"
                )
        if limit.urgent is None and limit.emergency is None:
            raise BadEvent(f"patient.limits.{group} has neither urgent nor emergency; give at least one")
        if limit.urgent is not None and limit.emergency is not None and limit.emergency > limit.urgent:
            raise BadEvent(
                f"patient.limits.{group}: emergency below {limit.emergency} comes before urgent below {limit.urgent}"
            )


def _refuse_unborn(profile: Profile, now: datetime) -> None:
    if profile.born is not None and profile.born > now.astimezone(ZoneInfo(profile.timezone)).date().isoformat():
        raise BadEvent(f"patient.born {profile.born} has not come yet; write the date of birth as 1956-03-01")


def _before(row: EnrolmentRow | None) -> Profile:
    """Return the profile as it stands; an empty one where it cannot be read any more: that is being corrected."""
    try:
        return Profile(code="") if row is None else _profile(row.profile)
    except BadEvent:
        return Profile(code="")


def _demand_limits_of_a_minor(profile: Profile, before: Mapping[str, Limit], now: datetime) -> None:
    """Refuse a patient under age without both columns of pressure and oximetry in force: none are shipped.

    Limits that ran out since the last enrolment do not hold up a correction of something else.
    """
    if not is_minor(profile, now, load_rules()):
        return
    given = dict(profile.limits)
    for group in LIMITS_OF_A_MINOR:
        limit = given.get(group)
        if limit is None:
            missing = ", ".join(each for each in LIMITS_OF_A_MINOR if each not in given)
            raise BadEvent(f"the patient is under 18: set patient.limits for {missing} first")
        if limit.urgent is None or limit.emergency is None:
            raise BadEvent(f"the patient is under 18: patient.limits.{group} needs both urgent and emergency")
        if limit.until is not None and limit.until <= now and before.get(group) != limit:
            raise BadEvent(
                f"the patient is under 18: patient.limits.{group} ran out on {limit.until:%Y-%m-%d}; renew it"
            )


def enrolled(session: Session) -> list[Enrolled]:
    """Return every known patient by code; those not enrolled have an empty profile and no drug.

    A watchdog's synthetic patient is nobody and left out, unless somebody was enrolled as it after all.
    """
    return [
        Enrolled(
            patient_id=PatientId(patient_id or 0),
            code=PatientCode(code),
            profile=Profile(code=code) if profile is None else _profile(profile),
            regimen=Regimen(drug=drug, schedule=schedule),
            enrolled_at=enrolled_at,
        )
        for patient_id, code, profile, drug, schedule, enrolled_at in session.connection().execute(_EVERYBODY)
    ]


def patient_by_code(session: Session, code: str) -> Enrolled | None:
    """Return the patient of that code, None when there is none."""
    return next((patient for patient in enrolled(session) if patient.code == code), None)


def patient_by_id(session: Session, patient_id: PatientId) -> Enrolled | None:
    """Return the patient of that row id, None when there is none."""
    found = session.connection().execute(_BY_ID, {"patient_id": patient_id}).first()
    if found is None:
        return None
    code, profile, drug, schedule, enrolled_at, newest = found
    return Enrolled(
        patient_id=patient_id,
        code=PatientCode(code),
        profile=_profile(profile) if profile is not None else Profile(code=code),
        regimen=Regimen(drug=drug, schedule=schedule),
        enrolled_at=enrolled_at,
        version=newest,
    )


_NEWEST = (
    select(func.max(EnrolmentHistoryRow.id))
    .where(col(EnrolmentHistoryRow.patient_id) == bindparam("patient_id"))
    .scalar_subquery()
)
_BY_ID = (
    sqlalchemy.select(
        col(PatientRow.code),
        col(EnrolmentRow.profile),
        col(EnrolmentRow.drug),
        col(EnrolmentRow.schedule),
        col(EnrolmentRow.enrolled_at),
        _NEWEST,
    )
    .join_from(PatientRow, EnrolmentRow, col(EnrolmentRow.patient_id) == col(PatientRow.id), isouter=True)
    .where(col(PatientRow.id) == bindparam("patient_id"))
)
_EVERYBODY = (
    sqlalchemy.select(
        col(PatientRow.id),
        col(PatientRow.code),
        col(EnrolmentRow.profile),
        col(EnrolmentRow.drug),
        col(EnrolmentRow.schedule),
        col(EnrolmentRow.enrolled_at),
    )
    .join_from(PatientRow, EnrolmentRow, col(EnrolmentRow.patient_id) == col(PatientRow.id), isouter=True)
    .where(is_somebody(col(PatientRow.id)) | col(EnrolmentRow.patient_id).is_not(None))
    .order_by(col(PatientRow.code))
)
"""Built once and read as plain columns: a start reads every patient, and statement and mapper would cost the most."""


def patient_as_of(session: Session, patient_id: PatientId, version: int | None) -> Enrolled:
    """Return a patient as enrolled by one row of the enrolment's history; None: before there was any.

    Raises
    ------
    LookupError
        When there is no such row.
    """
    row = None if version is None else session.get(EnrolmentHistoryRow, version)
    patient = session.get(PatientRow, patient_id)
    if patient is None or (version is not None and (row is None or row.patient_id != patient_id)):
        raise LookupError(f"patient row {patient_id} has no enrolment {version}")
    return replace(_enrolled(patient, row), version=version)


def _enrolled(patient: PatientRow, row: EnrolmentRow | EnrolmentHistoryRow | None) -> Enrolled:
    code = PatientCode(patient.code)
    return Enrolled(
        patient_id=PatientId(patient.id or 0),
        code=code,
        profile=_profile(row.profile) if row else Profile(code=code),
        regimen=Regimen(drug=row.drug, schedule=row.schedule) if row else Regimen(),
        enrolled_at=row.enrolled_at if isinstance(row, EnrolmentRow) else None,
    )


@lru_cache(maxsize=4096)
def _profile(stored: str) -> Profile:
    return parse_profile(json.loads(stored, parse_float=Decimal))


def profile_object(session: Session, patient_id: PatientId) -> dict[str, Any]:
    """Return the `patient` object of a timeline as it was enrolled."""
    row = session.get(EnrolmentRow, patient_id)
    patient = session.get(PatientRow, patient_id)
    empty: dict[str, Any] = {"code": patient.code if patient else ""}
    return json.loads(row.profile) if row else empty
