"""Hands intents to the telephone network and writes down what became of each.

The intent is on disk before the network hears of it. An intent that another process left behind, or that this one
could not finish, may or may not have gone out: it is sent once more and never a third time.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session

from alerts import store
from alerts.calling import Duty, at_once
from alerts.fault import where
from alerts.incident import fail
from alerts.phone import Channel, Delivery, Outcome, Outgoing, Phone, Refused, Sent, TryAgain, Unknown
from alerts.policy import LadderName
from alerts.tables import PageRow
from gateway.clock import Clock
from gateway.database import Database

log = structlog.get_logger()
ASK_AGAIN = timedelta(seconds=2)
"""How often the network is asked about a message it took."""


class Dispatch:
    """Sends what is owed. One per process; it remembers what it has tried."""

    def __init__(self, database: Database, clock: Clock, phone: Phone, duty: Duty) -> None:
        self._database = database
        self._clock = clock
        self._phone = phone
        self._duty = duty
        self._tried: set[int] = set()

    def send_due(self) -> int:
        """Send every page that is due, the worst urgency first; return how many outcomes were written."""
        with self._database.read() as session:
            pages = store.unsent(session, self._clock.now())
        return sum(self._attend(page) for page in pages)

    def _attend(self, page: PageRow) -> int:
        if page.state == "sent":
            return self._ask(page)
        if page.id is None or not self._claim(page):
            return 1
        self._tried.add(page.id)
        try:
            outcome = self._phone.send(_outgoing(page))
        except Exception as error:  # noqa: BLE001 - a network that misbehaves must not stop the next page
            outcome = Unknown(f"{type(error).__name__} while sending")
        self._record(page, outcome)
        self._tried.discard(page.id)
        return 1

    def _claim(self, page: PageRow) -> bool:
        """Make sure that this try is on disk before it is made; False when it must not be made any more."""
        if page.state == "intent" and page.engine == self._duty.engine and page.id not in self._tried:
            return True
        left_by_crash = page.state == "intent"
        if left_by_crash and page.attempts > 1:
            self._record(page, Unknown("interrupted twice"))
            return False
        with self._database.write() as session:
            row = session.get_one(PageRow, page.id)
            row.state, row.engine, row.attempts = "intent", self._duty.engine, row.attempts + 1
            session.add(row)
        page.attempts += 1
        return True

    def _ask(self, page: PageRow) -> int:
        """Ask what became of a message the network took."""
        now = self._clock.now()
        delivery = self._receipt(page.reference or "")
        if delivery == "pending" and page.receipt_by is not None and now >= page.receipt_by:
            self._finish(page, "failed", "no receipt in time", now)
        elif delivery == "pending":
            with self._database.write() as session:
                row = session.get_one(PageRow, page.id)
                row.not_before = _next_ask(now, row.receipt_by)
                session.add(row)
            return 0
        else:
            state = "delivered" if delivery == "delivered" else "failed"
            self._finish(page, state, delivery, now)
        return 1

    def _receipt(self, reference: str) -> Delivery:
        try:
            return self._phone.delivery(reference)
        except Exception as error:  # noqa: BLE001 - not knowing is an answer; the time for the receipt runs on
            log.warning("delivery unknown", error=where(error))
            return "pending"

    def _record(self, page: PageRow, outcome: Outcome) -> None:
        now = self._clock.now()
        match outcome:
            case Sent(reference):
                delivery = self._receipt(reference)
                page.reference, page.sent_at = reference, now
                if delivery == "pending":
                    self._await_receipt(page, now)
                else:
                    self._finish(page, "delivered" if delivery == "delivered" else "failed", delivery, now)
            case TryAgain(reason, after) if page.attempts < self._duty.policy.send_attempts:
                self._postpone(page, reason, now + after)
            case TryAgain(reason, _) | Refused(reason) | Unknown(reason):
                self._finish(page, "failed", reason, now)

    def _postpone(self, page: PageRow, reason: str, until: datetime) -> None:
        with self._database.write() as session:
            row = session.get_one(PageRow, page.id)
            row.state, row.outcome, row.not_before = "retry", reason, until
            session.add(row)

    def _await_receipt(self, page: PageRow, now: datetime) -> None:
        name: LadderName = (
            "emergency" if page.urgency == "emergency" else "urgent" if page.urgency == "urgent" else "watch"
        )
        with self._database.write() as session:
            row = session.get_one(PageRow, page.id)
            row.state, row.reference, row.sent_at = "sent", page.reference, now
            row.receipt_by = now + timedelta(seconds=self._duty.policy.ladders[name].receipt_within_s)
            row.not_before = _next_ask(now, row.receipt_by)
            session.add(row)

    def _finish(self, page: PageRow, state: str, reason: str, now: datetime) -> None:
        with self._database.write() as session:
            row = session.get_one(PageRow, page.id)
            row.state, row.outcome, row.not_before = state, reason, None
            row.reference, row.sent_at = page.reference, page.sent_at
            session.add(row)
            session.flush()
            if state == "failed":
                log.warning("page failed", page=row.id, incident=row.incident_id, reason=reason)
                self._next_rung(session, store.carried_by(session, row.id or 0), now)

    def _next_rung(self, session: Session, pages: Sequence[PageRow], now: datetime) -> None:
        """Let the incidents know that nobody was reached, unless another telephone on the same rung may be."""
        for page in pages:
            if page.incident_id is None or any(row.state != "failed" for row in store.same_rung(session, page)):
                continue
            kept = store.by_id(session, page.incident_id)
            if kept is not None and kept.incident.live:
                failed = replace(kept, incident=fail(kept.incident, page.rung, now))
                store.save(session, failed, at_once(now))


def _outgoing(page: PageRow) -> Outgoing:
    channel: Channel = "voice" if page.channel == "voice" else "sms"
    return Outgoing(key=f"page-{page.id}", number=page.number, channel=channel, body=page.body)


def _next_ask(now: datetime, receipt_by: datetime | None) -> datetime:
    return now + ASK_AGAIN if receipt_by is None else min(now + ASK_AGAIN, receipt_by)
