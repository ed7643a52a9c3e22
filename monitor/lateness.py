"""Answers whether any home is overdue, by each patient's newest assessment."""

import msgspec
from sqlmodel import Session, col, select

from monitor.tables import AssessmentRow, PatientNowRow


class _Sight(msgspec.Struct):
    overdue: tuple[str, ...]


class _Lateness(msgspec.Struct):
    """The one member of an assessment that says who is overdue; the decoder skips all others."""

    sight: _Sight


_lateness = msgspec.json.Decoder(_Lateness)


def anybody_late(session: Session) -> bool:
    """Return whether a group of any patient is past due and grace; away from home nothing is (docs/behaviour.md).

    A patient of whom nothing was ever heard or entered counts as late: nobody has said that they need not measure.
    """
    newest = (
        select(PatientNowRow.patient_id, AssessmentRow.body)
        .select_from(PatientNowRow)
        .join(AssessmentRow, col(AssessmentRow.id) == col(PatientNowRow.assessment_id), isouter=True)
    )
    return any(_late(body) for _, body in session.exec(newest))


def _late(body: bytes | None) -> bool:
    if body is None:
        return True
    return bool(body) and bool(_lateness.decode(body).sight.overdue)  # an erased answer is empty
