"""Reads what a shift did with incidents, and keeps who took it over. Confirming changes nobody's incident."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

import msgspec
from sqlmodel import Session, col, or_, select

from alerts.audit_rows import SHIFT_CONFIRMATIONS
from alerts.incident import RefusedError
from alerts.page_code import page_code
from alerts.roster import Roster
from alerts.shift_story import (
    Confirmation,
    ShiftChangedError,
    ShiftIncident,
    Shown,
    changed,
    is_same,
    pressing,
)
from alerts.shift_tables import ShiftConfirmationRow
from alerts.story import Happened
from alerts.tables import IncidentEventRow, IncidentRow
from alerts.view import IncidentLine, incident_lines
from gateway.audit import Entry, append, writing_chain
from gateway.reading import PatientCode, PatientId
from monitor.store import latest_assessments


class _Gist(msgspec.Struct):
    """The one member of a stored incident that is told; the decoder skips all others."""

    reason: str


_gist = msgspec.json.Decoder(_Gist)


def shift_incidents(session: Session, since: datetime) -> list[ShiftIncident]:
    """Return every incident that was open at some time since, in the order opened."""
    rows = session.exec(
        select(IncidentRow)
        .where(or_(col(IncidentRow.state) != "resolved", col(IncidentRow.resolved_at) > since))
        .order_by(col(IncidentRow.id))
    ).all()
    happened: dict[int, list[Happened]] = defaultdict(list)
    ids = [row.id for row in rows]
    events = select(IncidentEventRow).where(
        col(IncidentEventRow.incident_id).in_(ids), col(IncidentEventRow.at) > since
    )
    for event in session.exec(events.order_by(col(IncidentEventRow.id))):
        happened[event.incident_id].append(Happened(at=event.at, what=event.what, by=event.by, note=event.note))
    return [_of_row(row, happened[row.id or 0]) for row in rows]


def _of_row(row: IncidentRow, happened: list[Happened]) -> ShiftIncident:
    return ShiftIncident(
        id=row.id or 0,
        page_code=page_code(row.id or 0),
        patient_id=None if row.patient_id is None else PatientId(row.patient_id),
        code=None if row.code is None else PatientCode(row.code),
        kind=row.kind,
        urgency=row.urgency,
        reason=_gist.decode(row.body).reason,
        opened_at=row.opened_at,
        resolved_at=row.resolved_at,
        happened=tuple(happened),
    )


def pressing_now(session: Session, now: datetime) -> Mapping[PatientId | None, str]:
    """Return how everybody stands in the two worst urgencies; under None the ward's technical incidents."""
    return pressing_of(session, incident_lines(session, now))


def pressing_of(session: Session, incidents: Collection[IncidentLine]) -> Mapping[PatientId | None, str]:
    """Return the same for incidents that were read already in this session."""
    by_patient: dict[PatientId | None, list[IncidentLine]] = defaultdict(list)
    for each in incidents:
        by_patient[each.patient_id].append(each)
    latest = latest_assessments(session)
    found: dict[PatientId | None, str] = {
        one: pressing(stored.assessment, stored.urgent_groups, by_patient.pop(one, ()))
        for one, stored in latest.items()
    }
    return found | {one: pressing(None, (), theirs) for one, theirs in by_patient.items()}


def confirm_shift(session: Session, shown: Shown, *, by: str, roster: Roster | None, now: datetime) -> None:
    """Put down that `by` took over what they read. The roster alone goes on deciding who is called.

    Parameters
    ----------
    roster
        To know that a login and a name on the roster are one person; None when it cannot be read.

    Raises
    ------
    ShiftChangedError
        When anything in the two worst urgencies is not as it was read: nothing is confirmed.
    RefusedError
        When nobody is named as who handed over, it is the same person, or nothing is confirmed at all.
    """
    if not shown.items:
        raise RefusedError("There is nothing left to confirm.")
    if not shown.given_by.strip():
        raise RefusedError("Say who handed over.")
    if is_same(roster, shown.given_by, by):
        raise RefusedError("Whoever takes over confirms, not whoever hands over: the receiving nurse logs in first.")
    different = changed(shown.items, pressing_now(session, now))
    if different:
        raise ShiftChangedError(different)
    rows = [
        ShiftConfirmationRow(
            patient_id=item.patient_id,
            since_at=shown.since,
            shown_at=shown.shown_at,
            confirmed_at=now,
            given_by=shown.given_by.strip(),
            received_by=by,
            digest=item.digest,
        )
        for item in shown.items
    ]
    session.add_all(rows)
    session.flush()
    entries = [SHIFT_CONFIRMATIONS.entry_of("change", row, patient_id=row.patient_id, actor=by) for row in rows]
    append(session.connection(), writing_chain(), now, entries)


def confirmations(session: Session, since: datetime) -> Mapping[PatientId | None, Confirmation]:
    """Return for everybody the newest confirmation of a shift that began at `since` or later; None is the ward."""
    query = select(ShiftConfirmationRow).where(col(ShiftConfirmationRow.since_at) >= since)
    return {
        None if row.patient_id is None else PatientId(row.patient_id): Confirmation(
            patient_id=None if row.patient_id is None else PatientId(row.patient_id),
            since=row.since_at,
            shown_at=row.shown_at,
            confirmed_at=row.confirmed_at,
            given_by=row.given_by,
            received_by=row.received_by,
            digest=row.digest,
        )
        for row in session.exec(query.order_by(col(ShiftConfirmationRow.id)))
    }


def note_look(session: Session, patients: Collection[PatientId], form: str, *, by: str, now: datetime) -> None:
    """Put into the log that somebody read a shift report, under every patient who stands in it."""
    what = msgspec.json.encode({"deed": "view", "as": "shift report", "form": form})
    entries = [Entry("view", f"patient:{one}", what, one, by) for one in sorted(patients)]
    append(session.connection(), "people", now, entries)
