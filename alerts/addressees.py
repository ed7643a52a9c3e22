"""Reads who was called about what, and who had it last."""

from sqlmodel import Session, col, select

from alerts import store
from alerts.page_code import is_near, page_code
from alerts.store import Kept
from alerts.tables import IncidentEventRow, PageRow

ANSWERABLE = ("page", "notice", "hand_over")
"""Kinds of pages that ask for an acceptance."""
SHOWN_AT_MOST = 3


def was_called(session: Session, kept: Kept, number: str, *, kinds: tuple[str, ...] = ANSWERABLE) -> bool:
    """Whether this number was ever asked about an incident, whoever is on duty now."""
    query = select(PageRow.id).where(
        PageRow.incident_id == kept.id, PageRow.number == number, col(PageRow.kind).in_(kinds)
    )
    return session.exec(query.limit(1)).first() is not None


def open_codes_near(session: Session, code: str, number: str) -> list[str]:
    """Return the codes one slip of the finger from `code` of live incidents this number was asked about."""
    live = (kept for kept in store.live(session) if is_near(page_code(kept.id or 0), code))
    return [page_code(kept.id or 0) for kept in live if was_called(session, kept, number)][:SHOWN_AT_MOST]


def last_holder(session: Session, kept: Kept) -> str | None:
    """Return who accepted an incident last; None when nobody ever did."""
    query = select(IncidentEventRow.by).where(
        IncidentEventRow.incident_id == kept.id, IncidentEventRow.what == store.ACKNOWLEDGED
    )
    return session.exec(query.order_by(col(IncidentEventRow.id).desc()).limit(1)).first()
