"""Keeps what Twilio said of each message; the only module that writes those rows."""

from datetime import datetime

import msgspec
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from alerts import no_texts, pages
from alerts.phone import Channel, Fate, NotDelivered
from alerts.tables import ReceiptRow
from alerts.twilio_codes import in_words, is_landline
from alerts.twilio_states import Receipt, Source, first_heard, heard
from gateway.audit import Entry, append

LEARNED_BY_ASKING = 3
"""Messages in a row whose fate the network told only when asked, after which its callbacks count as not arriving."""
_FIELDS = tuple(Receipt.__dataclass_fields__)


def receipt_of(session: Session, reference: str) -> Receipt | None:
    """Return what is known of a message; None when it was never heard of."""
    row = session.get(ReceiptRow, reference)
    return None if row is None else _receipt(row)


def receipt_by_key(session: Session, page_key: str) -> Receipt | None:
    """Return the newest message that was sent under this key."""
    query = select(ReceiptRow).where(ReceiptRow.page_key == page_key).order_by(col(ReceiptRow.created_at).desc())
    row = session.exec(query.limit(1)).first()
    return None if row is None else _receipt(row)


def hear(
    session: Session,
    *,
    reference: str,
    page_key: str | None,
    channel: Channel,
    status: str,
    code: int | None,
    source: Source,
    now: datetime,
) -> Receipt:
    """Take in what the network says of a message, and let its page know if that changes what became of it."""
    row = session.get(ReceiptRow, reference, with_for_update=True)
    if row is None:
        first = first_heard(reference, page_key, channel, status, code, source, now)
        if _insert(session, first):
            _is_new(session, first, now)
            return first
        row = session.get_one(ReceiptRow, reference, with_for_update=True)
    known = _receipt(row)
    receipt = heard(known, status, code, source, now)
    for name in _FIELDS:
        setattr(row, name, getattr(receipt, name))
    row.page_key = row.page_key or page_key
    session.add(row)
    session.flush()
    if receipt.status != known.status:
        _is_new(session, _receipt(row), now)
    return _receipt(row)


def fate_of(receipt: Receipt) -> Fate:
    """Return what became of a message, with the reason in words where there is one."""
    if receipt.delivery != "undelivered":
        return receipt.delivery
    reason = receipt.reason
    return NotDelivered(in_words(receipt.error_code) if receipt.error_code is not None or reason is None else reason)


def unheard_since(session: Session) -> datetime | None:
    """Return since when the network's callbacks do not arrive; None while they do, or while nothing tells.

    It shows in messages whose fate it told only when asked. Replies come the same way as callbacks.
    """
    query = select(ReceiptRow).where((col(ReceiptRow.asked) > 0) | col(ReceiptRow.called_back_at).is_not(None))
    last = session.exec(query.order_by(col(ReceiptRow.created_at).desc()).limit(LEARNED_BY_ASKING)).all()
    silent = [row for row in last if row.called_back_at is None and row.asked and row.rank > 1]
    return min(row.created_at for row in silent) if len(silent) == LEARNED_BY_ASKING else None


def _insert(session: Session, receipt: Receipt) -> bool:
    """Write a new receipt; False when another connection has just done so."""
    try:
        with session.begin_nested():
            session.add(ReceiptRow(**{name: getattr(receipt, name) for name in _FIELDS}))
    except IntegrityError:
        return False
    return True


def _is_new(session: Session, receipt: Receipt, now: datetime) -> None:
    """Seal what the network said, and let the message's page know once it is known what became of it."""
    told = {"page": receipt.page_key, "status": receipt.status, "code": receipt.error_code}
    entry = Entry("receipt", f"network:{receipt.reference}", msgspec.json.encode(told))
    append(session.connection(), "alerts", now, [entry])
    page_id = pages.id_of_key(receipt.page_key)
    if page_id is not None and receipt.delivery != "pending":
        if receipt.channel == "sms":
            _remember_landline(session, page_id, receipt, now)
        pages.receipt_came(session, page_id, receipt.reference, delivered=receipt.delivery == "delivered")


def _remember_landline(session: Session, page_id: int, receipt: Receipt, now: datetime) -> None:
    """Remember a number that no text reaches, until one does: the daily tests of telephones go on as texts."""
    number = pages.number_of(session, page_id)
    if number is None:
        return
    if receipt.delivery == "delivered":
        no_texts.forget(session, number, no_texts.LANDLINE)
    elif is_landline(receipt.error_code):
        no_texts.remember(session, number, no_texts.LANDLINE, now)


def _receipt(row: ReceiptRow) -> Receipt:
    return Receipt(**{name: getattr(row, name) for name in _FIELDS})
