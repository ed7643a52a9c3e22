"""Reads when each hub was last heard: by a reading in the home it stands in, a numbered message, or its own word."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from gateway.reading import HubName
from gateway.tables import AssignmentRow, HubRow, HubStateRow, ReadingRow, SequenceRow


def last_heard(session: Session) -> Mapping[HubName, datetime]:
    """Return when each hub was last heard; a hub that never was is left out.

    A reading without a number, sent by a hub that stands in nobody's home, is not looked for: nothing finds it fast.
    """
    in_home = (
        select(ReadingRow.received_at)
        .where(
            col(ReadingRow.patient_id) == col(AssignmentRow.patient_id),
            col(ReadingRow.hub_id) == col(AssignmentRow.hub_id),
        )
        .order_by(col(ReadingRow.id).desc())
        .limit(1)
        .correlate(AssignmentRow)
        .scalar_subquery()
    )
    names = {row_id: HubName(name) for row_id, name in session.exec(select(HubRow.id, HubRow.name))}
    found: dict[HubName, datetime] = {}
    for rows in (
        session.exec(select(AssignmentRow.hub_id, in_home).where(col(AssignmentRow.until_at).is_(None))),
        session.exec(select(SequenceRow.hub_id, func.max(SequenceRow.updated_at)).group_by(col(SequenceRow.hub_id))),
        session.exec(select(HubStateRow.hub_id, HubStateRow.at).where(col(HubStateRow.online).is_(True))),
    ):
        for hub_id, at in rows:
            name = names.get(hub_id)
            if name is not None and at is not None:
                found[name] = max(at, found.get(name, at))
    return found
