"""Which patients count as synthetic, as a condition for queries; see `gateway.synthetic`."""

from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select
from sqlmodel import col

from gateway.tables import AssignmentRow, SyntheticRow

UNCONTRADICTED = ~exists().where(
    col(AssignmentRow.patient_id) == col(SyntheticRow.patient_id), col(AssignmentRow.hub_id) != col(SyntheticRow.hub_id)
)
"""Whether no other hub ever stood in that home: one that did may have brought somebody's readings."""

_MARKED = select(col(SyntheticRow.patient_id)).where(UNCONTRADICTED)


def is_somebody(patient_id: Any) -> ColumnElement[bool]:
    """Return whether the patient of a column is a real one, or none at all."""
    return or_(patient_id.is_(None), patient_id.not_in(_MARKED))
