"""Hands intents to the telephone network and writes down what became of each.

The intent is on disk before the network hears of it. An intent that another process left behind may or may not have
gone out: it is sent once more, and that is counted, because a duplicate is better than silence. What became of several
messages is written in one transaction; no transaction is open while the network is spoken to.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session

from alerts import pages, store
from alerts.calling import Duty, at_once
from alerts.fault import where
from alerts.incident import fail
from alerts.instructing import KIND, not_arrived
from alerts.lanes import BATCH, LINES, Lanes
from alerts.metrics import AlertsMetrics
from alerts.pacing import Pacer
from alerts.pages import Became, Owed
from alerts.phone import (
    Fate,
    NotDelivered,
    Outcome,
    Outgoing,
    Phone,
    PhoneOfMany,
    PhoneWithPace,
    Refused,
    Sent,
    TryAgain,
    Unknown,
)
from alerts.policy import LadderName
from alerts.reaching import call_instead
from alerts.roster import STAFF_ROLES
from gateway.clock import Clock
from gateway.database import Database
from gateway.postgresql import Turn

log = structlog.get_logger()
ASK_AGAIN = timedelta(seconds=2)
"""How often the network is asked about a message it took."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=4), timedelta(seconds=30)
"""Between tries of a message that the network did not take; doubled each time."""
CLOSE_WITHIN_S = 2.0
TRIES_INTERRUPTED = 5
"""How often a message is tried whose every try ended with its process: it may be what ends them, and would go on."""
AT_ONCE = 2 * LINES * BATCH
SENT_AGAIN = "sent again"
"""What the history of an incident says of a page that may have gone out twice."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the network said and when; `delivery` is None when nothing was taken by it."""

    outcome: Outcome
    delivery: Fate | None
    at: datetime


class Dispatch:
    """Sends what is owed. One per process; it knows which messages are under way.

    `wait_s` is how long one pass may wait for the network, in wall seconds: None until everything is answered, else
    what is still under way is written down by a later pass, for which `wake` asks.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        phone: Phone,
        duty: Duty,
        *,
        wait_s: float | None = None,
        wake: Callable[[], None] = lambda: None,
        metrics: AlertsMetrics | None = None,
    ) -> None:
        self._metrics = metrics or AlertsMetrics(clock, database)
        self._database = database
        self._clock = clock
        self._phone = phone
        self._duty = duty
        self._wait_s = wait_s
        self._lanes: Lanes[_Answer] = Lanes(self._carry, many=BATCH if isinstance(phone, PhoneOfMany) else 1, wake=wake)
        self._pacer = Pacer(phone.pace if isinstance(phone, PhoneWithPace) else None)
        self._unwritten: list[tuple[Owed, Became]] = []

    @property
    def busy(self) -> bool:
        """Whether messages are under way, or what became of some has not been written yet."""
        return bool(self._unwritten) or bool(self._lanes.busy)

    def send_due(self) -> None:
        """Send every page that is due and write down what became of those answered; the worst urgency first."""
        self._collect(0.0)
        while self._start():
            self._collect(self._wait_s)

    def close(self) -> None:
        """Write down what is answered within a short time; what is still under way then is sent once more later."""
        try:
            self._collect(CLOSE_WITHIN_S)
        finally:
            self._lanes.close()

    def _start(self) -> bool:
        """Set out with the worst of what is due, as far as lines are free; return whether anything set out."""
        with self._database.read() as session:
            due = pages.owed(session, self._clock.now(), at_most=AT_ONCE, but=self._lanes.busy)
            unbound = pages.unbound(session, due)
        # Another home may have the number by now: nobody there reads what was meant for this one.
        self._unwritten += [(page, _failed(page, "telephone removed")) for page in due if page.id in unbound]
        due = self._lanes.take(self._in_pace([page for page in due if page.id not in unbound]))
        ready = self._claimed(due)
        self._pacer.handed(ready, self._clock.now())
        self._lanes.start(ready)
        return bool(due or unbound)

    def _in_pace(self, due: Sequence[Owed]) -> list[Owed]:
        """Return what the carriers take now, and write down which texts of low urgency wait, and why."""
        now = self._clock.now()
        may_go, waiting = self._pacer.parted(due, now)
        if waiting:
            with self._database.write(Turn.CALLS) as session:
                pages.write_outcomes(session, waiting)
                pages.seal_outcomes(session, waiting, now)
        return may_go

    def _claimed(self, due: Sequence[Owed]) -> list[Owed]:
        """Return what may be done now, after making sure that each try is on disk before it is made."""
        own = [page for page in due if page.state == "sent" or self._is_fresh(page)]
        if len(own) == len(due):
            return own
        left = [page for page in due if page.state == "intent" and not self._is_fresh(page) and page.attempts > 0]
        spent = [page for page in left if page.attempts >= TRIES_INTERRUPTED]
        known = {page.id for page in (*own, *spent)}
        again = {page.id: replace(page, attempts=page.attempts + 1) for page in due if page.id not in known}
        repeated = [page for page in left if page.id in again]
        with self._database.write(Turn.CALLS) as session:
            pages.claim(session, again.values(), self._duty.engine)
            for page in repeated:
                if page.incident_id is not None:
                    store.note(session, page.incident_id, self._clock.now(), SENT_AGAIN, text=f"page {page.id}")
        for page in repeated:
            log.warning("page may go out twice: its first try was interrupted", page=page.id, tries=page.attempts)
            self._metrics.repeated(page)
        self._unwritten += [(page, _failed(page, "interrupted too often")) for page in spent]
        return [again.get(page.id, page) for page in due if page.id in again or page in own]

    def _is_fresh(self, page: Owed) -> bool:
        return page.state == "intent" and page.engine == self._duty.engine

    def _carry(self, job: Sequence[Owed]) -> list[_Answer]:
        """Send or ask about the pages of one job. Runs in a thread of the lanes, outside any transaction."""
        fresh = [page for page in job if page.state != "sent"]
        outcomes = dict(zip((page.id for page in fresh), self._sent(fresh), strict=True))
        return [self._answer(outcomes.get(page.id) or Sent(page.reference or "")) for page in job]

    def _sent(self, fresh: Sequence[Owed]) -> Sequence[Outcome]:
        messages = [_outgoing(page) for page in fresh]
        try:
            if isinstance(self._phone, PhoneOfMany):
                return self._phone.send_all(messages) if messages else []
            return [self._phone.send(message) for message in messages]
        except Exception as error:  # noqa: BLE001 - a network that misbehaves must not stop the next page
            return [Unknown(f"{type(error).__name__} while sending") for _ in messages]

    def _answer(self, outcome: Outcome) -> _Answer:
        at = self._clock.now()
        if not isinstance(outcome, Sent):
            return _Answer(outcome, None, at)
        return _Answer(outcome, outcome.delivery or self._receipt(outcome.reference), at)

    def _receipt(self, reference: str) -> Fate:
        try:
            return self._phone.delivery(reference)
        except Exception as error:  # noqa: BLE001 - not knowing is an answer; the time for the receipt runs on
            log.warning("delivery unknown", error=where(error))
            return "pending"

    def _collect(self, at_most_s: float | None) -> None:
        """Write down what became of the messages that are answered, all in one transaction.

        If the database refuses, the answers are kept and written by a later pass.
        """
        for carried in self._lanes.finished(at_most_s):
            self._unwritten += [
                (page, self._became(page, answer)) for page, answer in zip(carried.pages, carried.answers, strict=True)
            ]
        if not self._unwritten:
            return
        with self._database.write(Turn.CALLS) as session:
            pages.write_outcomes(session, (became for _, became in self._unwritten))
            # Asking again every few seconds whether it arrived is no news.
            news = [became for page, became in self._unwritten if (page.state, became.state) != ("sent", "sent")]
            pages.seal_outcomes(session, news, self._clock.now())
            for page, became in self._unwritten:
                if became.state == "failed":
                    self._pass_on(session, page, became)
        for page, became in self._unwritten:
            self._metrics.became(page, became)
        self._unwritten.clear()

    def _became(self, page: Owed, answer: _Answer) -> Became:
        match answer.outcome:
            case Sent(reference) if page.state == "sent":
                return self._receipted(page, answer, reference, page.sent_at or answer.at)
            case Sent(reference):
                receipt_by = answer.at + timedelta(seconds=self._receipt_within_s(page))
                return self._receipted(replace(page, receipt_by=receipt_by), answer, reference, answer.at)
            case TryAgain(reason, after) if page.attempts < self._duty.policy.send_attempts:
                return Became(
                    id=page.id, state="retry", outcome=reason, not_before=answer.at + max(after, _pause(page.attempts))
                )
            case TryAgain(reason, _) | Refused(reason) | Unknown(reason):
                return _failed(page, reason)

    def _receipted(self, page: Owed, answer: _Answer, reference: str, sent_at: datetime) -> Became:
        """Return what a message has become that the network took: delivered, failed, or asked about again."""
        took = Became(id=page.id, state="sent", reference=reference, sent_at=sent_at, receipt_by=page.receipt_by)
        match answer.delivery:
            case "delivered":
                return replace(took, state="delivered", outcome="delivered")
            case "undelivered":
                return replace(took, state="failed", outcome="undelivered")
            case NotDelivered(reason):
                return replace(took, state="failed", outcome=f"undelivered: {reason}")
        if page.state == "sent" and page.receipt_by is not None and answer.at >= page.receipt_by:
            return replace(took, state="failed", outcome="no receipt in time")
        again = answer.at + ASK_AGAIN
        return replace(took, not_before=again if page.receipt_by is None else min(again, page.receipt_by))

    def _receipt_within_s(self, page: Owed) -> int:
        name: LadderName = (
            "emergency" if page.urgency == "emergency" else "urgent" if page.urgency == "urgent" else "watch"
        )
        return self._duty.policy.ladders[name].receipt_within_s

    def _pass_on(self, session: Session, page: Owed, became: Became) -> None:
        log.warning("page failed", page=page.id, incident=page.incident_id, reason=became.outcome)
        try:
            with session.begin_nested():
                self._next_rung(session, page, became.outcome)
        except Exception as error:  # noqa: BLE001 - what became of the other pages must still be written
            log.error("ladder failed", page=page.id, error=where(error))  # noqa: TRY400 - see alerts.fault

    def _next_rung(self, session: Session, page: Owed, reason: str) -> None:
        """Let the incidents know that nobody was reached, unless another telephone on the same rung may be."""
        now = self._clock.now()
        if page.kind == KIND:
            not_arrived(session, page.id, self._duty.site, self._duty.terms, reason, now)
            return
        for row in pages.carried_by(session, page.id):
            others = pages.same_rung(session, row)
            if row.incident_id is None or any(other.state != "failed" and other.id != row.id for other in others):
                continue
            kept = store.by_id(session, row.incident_id)
            if kept is None or not kept.incident.live:
                continue
            store.note(session, row.incident_id, now, "not reached", by=row.person, text=f"{row.channel}: {reason}")
            if row.id != page.id or not call_instead(session, row, kept, self._duty.site, self._duty.engine, now):
                failed = replace(kept, incident=fail(kept.incident, row.rung, now))
                store.save(session, failed, at_once(now))


def _failed(page: Owed, reason: str) -> Became:
    return Became(id=page.id, state="failed", outcome=reason, reference=page.reference, sent_at=page.sent_at)


def _pause(attempts: int) -> timedelta:
    """Return the least time to the next try: a network that is away for a minute must not use up the whole ladder."""
    return min(FIRST_PAUSE * (1 << (attempts - 1)), LONGEST_PAUSE)


def _outgoing(page: Owed) -> Outgoing:
    return Outgoing(
        key=pages.key_of(page.id),
        number=page.number,
        channel=page.channel,
        body=page.body,
        language=page.language,
        asks_for_key=page.channel == "voice" and page.kind == "page" and page.role in STAFF_ROLES,
    )
