"""Reads stored answers in brief: who must act on one learns whether it asks for anybody before all of it is decoded."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import bindparam, func, select
from sqlmodel import Session, col

from gateway.reading import PatientCode, PatientId
from gateway.tables import PatientRow
from monitor.assessment import Assessment, Urgency, decode
from monitor.tables import AssessmentRow, PatientNowRow


class _Episode(msgspec.Struct):
    resolved: str | None


class _Crs(msgspec.Struct):
    fever: bool | None
    episode: _Episode | None


class _Icans(msgspec.Struct):
    grade: int | None
    clinician_grade: int | None


class _Gist(msgspec.Struct):
    """The few members of an `Assessment` that decide whether it is calm; the decoder skips all others."""

    urgency: Urgency
    crs: _Crs
    icans: _Icans


_gist = msgspec.json.Decoder(_Gist)
_BRIEF = (
    select(
        col(AssessmentRow.id),
        col(AssessmentRow.patient_id),
        col(PatientRow.code),
        col(AssessmentRow.reading_id),
        col(AssessmentRow.urgent_groups),
        col(AssessmentRow.body),
    )
    .join(PatientRow, col(PatientRow.id) == col(AssessmentRow.patient_id))
    .where(func.length(col(AssessmentRow.body)) > 0)
)
_AFTER = (
    _BRIEF.where(col(AssessmentRow.id) > bindparam("after_id"))
    .order_by(col(AssessmentRow.id))
    .limit(bindparam("at_most"))
)
_NEWEST = _BRIEF.join(PatientNowRow, col(PatientNowRow.assessment_id) == col(AssessmentRow.id)).where(
    col(PatientNowRow.patient_id) == bindparam("wanted")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """One answer on disk, not decoded yet.

    `calm` is whether it is routine, without fever, open episode or ICANS. An answer that cannot be read is not
    calm: whoever decodes it then learns what is wrong.
    """

    id: int
    patient_id: PatientId
    code: PatientCode
    reading_id: int | None
    urgent_groups: frozenset[str]
    calm: bool
    body: bytes

    def assessment(self) -> Assessment:
        """Return the whole answer. Raises msgspec.DecodeError when it cannot be read."""
        return decode(self.body)


def briefs_after(session: Session, after_id: int, limit: int) -> list[Brief]:
    """Return at most `limit` answers with an id above `after_id`, in the order stored."""
    rows = session.connection().execute(_AFTER, {"after_id": after_id, "at_most": limit})
    return [_brief(row) for row in rows]


def newest_brief(session: Session, patient_id: PatientId) -> Brief | None:
    """Return the newest answer about one patient; None when there is none, or it was erased."""
    row = session.connection().execute(_NEWEST, {"wanted": patient_id}).first()
    return None if row is None else _brief(row)


def _brief(row: Sequence[Any]) -> Brief:
    assessment_id, patient_id, code, reading_id, urgent_groups, body = row
    return Brief(
        id=assessment_id,
        patient_id=PatientId(patient_id),
        code=PatientCode(code),
        reading_id=reading_id,
        urgent_groups=frozenset(urgent_groups.split(",")) if urgent_groups else frozenset(),
        calm=_is_calm(body),
        body=body,
    )


def _is_calm(body: bytes) -> bool:
    try:
        gist = _gist.decode(body)
    except msgspec.DecodeError:
        return False
    episode = gist.crs.episode
    return (
        gist.urgency == "routine"
        and gist.crs.fever is not True
        and (episode is None or episode.resolved is not None)
        and not gist.icans.grade
        and not gist.icans.clinician_grade
    )
