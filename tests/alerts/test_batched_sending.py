"""Texts that go out together: what a crash repeats, who waits for whom, what a calm pass writes."""

import threading
from dataclasses import dataclass, field

import pytest
from sqlalchemy import event
from sqlmodel import select

from alerts import store
from alerts.cycle import TAKEN_AT_ONCE, Alerts
from alerts.dispatch import TRIES_INTERRUPTED, Dispatch
from alerts.outbox import Outbox
from alerts.phone import Outgoing, Refused, Sent
from alerts.tables import OutboxRow, PageRow

BEN = "+12025550112"
SMS, VOICE = "sms", "voice"
PATIENCE_S = 20.0


class KilledError(BaseException):
    """The process ends here."""


@dataclass
class ManyPhone:
    """A network that takes several messages at once; `dies` kills the process before, within or after a batch."""

    dies: str = ""
    batches: list[list[str]] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)

    def send(self, message):
        return self.send_all([message])[0]

    def send_all(self, messages):
        if self.dies == "before":
            raise KilledError
        self.batches.append([message.key for message in messages])
        for count, message in enumerate(messages):
            if self.dies == "within" and count == 1:
                raise KilledError
            self.taken.append(message.key)
        if self.dies == "after":
            raise KilledError
        return [Sent(f"ref-{message.key}", "delivered") for message in messages]

    def delivery(self, _reference):
        return "delivered"


@dataclass
class SlowPhone:
    """A network that answers about some numbers only when it is let go."""

    slow: set[tuple[str, str]]
    let_go: threading.Event = field(default_factory=threading.Event)
    sent: list[tuple[str, str]] = field(default_factory=list)
    most: int = 0
    under_way: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, message):
        way = (message.number, message.channel)
        with self.lock:
            self.under_way += 1
            self.most = max(self.most, self.under_way)
        if way in self.slow:
            assert self.let_go.wait(PATIENCE_S)
        with self.lock:
            self.under_way -= 1
            self.sent.append(way)
        return Sent(message.key, "delivered")

    def delivery(self, _reference):
        return "delivered"


def states(ward):
    with ward.database.read() as session:
        return [row.state for row in session.exec(select(PageRow).where(PageRow.number != "").order_by(PageRow.id))]


def fevers(ward, *patients):
    """Several homes report a first fever before the next pass."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ward.alerts, "cycle", lambda: None)
        for patient in patients:
            ward.fever(patient)


def use(ward, phone):
    ward.phone = phone
    ward.restart()
    return phone


def patient_engine(ward, phone, wake):
    """An engine that does not wait for its network, as the service runs it."""
    ward.phone = phone
    return Alerts(
        ward.database,
        ward.clock,
        policy=ward.policy,
        roster=ward.roster,
        phone=phone,
        sources=ward.monitor,
        site=ward.alerts._duty.site,
        watched=(),
        send_wait_s=0.0,
        wake=wake,
    )


def test_the_texts_of_one_pass_are_handed_over_together(ward):
    phone = use(ward, ManyPhone())
    fevers(ward, 1, 2, 3)
    ward.alerts.cycle()
    assert [len(batch) for batch in phone.batches] == [3]
    assert states(ward).count("delivered") == 3


def test_a_kill_between_the_intents_and_the_sends_loses_no_text_of_the_batch(ward):
    use(ward, ManyPhone(dies="before"))
    fevers(ward, 1, 2, 3)
    with pytest.raises(KilledError):
        ward.alerts.cycle()
    assert states(ward).count("intent") == 3
    phone = use(ward, ManyPhone())
    for _ in range(3):
        ward.alerts.cycle()
    assert len(phone.taken) == 3
    assert states(ward).count("delivered") == 3


@pytest.mark.parametrize("dies", ["within", "after"])
def test_a_kill_before_the_outcomes_are_written_sends_each_text_at_most_once_more(ward, dies):
    first = use(ward, ManyPhone(dies=dies))
    fevers(ward, 1, 2, 3)
    with pytest.raises(KilledError):
        ward.alerts.cycle()
    second = use(ward, ManyPhone())
    for _ in range(3):
        ward.alerts.cycle()
    everything = first.taken + second.taken
    assert set(everything) == set(second.taken)
    assert len(second.taken) == 3
    assert max(everything.count(key) for key in everything) <= 2


def test_a_batch_that_ends_every_process_is_given_up_and_the_next_rung_comes(ward):
    use(ward, ManyPhone(dies="after"))
    fevers(ward, 1, 2)
    for _ in range(TRIES_INTERRUPTED):
        with pytest.raises(KilledError):
            ward.alerts.cycle()
        use(ward, ManyPhone(dies="after"))
    phone = use(ward, ManyPhone())
    ward.alerts.cycle()
    ward.alerts.cycle()
    with ward.database.read() as session:
        rows = session.exec(select(PageRow)).all()
    given_up = {f"page-{row.id}" for row in rows if row.outcome == "interrupted too often"}
    calls = {f"page-{row.id}" for row in rows if row.channel == VOICE and row.state == "delivered"}
    assert (len(given_up), len(calls)) == (2, 2)
    assert set(phone.taken) == calls


def test_outcomes_that_the_database_refused_are_written_later_and_nothing_is_sent_again(ward, monkeypatch):
    phone = use(ward, ManyPhone())
    with monkeypatch.context() as patch:

        def refuse(*_arguments):
            raise RuntimeError

        patch.setattr("alerts.pages.write_outcomes", refuse)
        with pytest.raises(RuntimeError):
            ward.fever()
    assert states(ward).count("intent") == 1
    ward.alerts.cycle()
    assert states(ward).count("delivered") == 1
    assert len(phone.taken) == 1


def test_one_ladder_that_breaks_does_not_stop_the_outcomes_of_the_others(ward, monkeypatch):
    ward.phone.outcomes[(BEN, SMS)] = [Refused("down"), Sent("x"), Refused("down")]

    def broken(*_arguments):
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(Dispatch, "_next_rung", broken)
        fevers(ward, 1, 2, 3)
        ward.alerts.cycle()
    assert sorted(states(ward)) == ["delivered", "failed", "failed"]


def test_an_emergency_does_not_wait_for_a_network_that_is_busy_with_everything_else(ward):
    phone, woken = SlowPhone(slow={(BEN, SMS)}), threading.Semaphore(0)
    ward.alerts = patient_engine(ward, phone, woken.release)
    fevers(ward, *range(1, 20))
    ward.alerts.cycle()
    assert phone.sent == []
    ward.caregiver(patient=50, number="+12025550150")
    phone.slow.discard((BEN, SMS))  # those under way stay slow
    ward.low_pressure(50)
    for _ in range(2):
        assert woken.acquire(timeout=PATIENCE_S)
    assert phone.sent[0] in {(BEN, SMS), ("+12025550150", SMS)}
    phone.let_go.set()
    while ward.alerts._dispatch.busy:
        assert woken.acquire(timeout=PATIENCE_S)
        ward.alerts.cycle()
    assert len(phone.sent) == 21
    assert phone.most <= 8
    assert set(states(ward)) <= {"delivered", "failed"}


def test_a_pass_beside_a_slow_network_goes_on_deciding_and_repeats_nothing(ward):
    phone, woken = SlowPhone(slow={(BEN, SMS)}), threading.Semaphore(0)
    ward.alerts = patient_engine(ward, phone, woken.release)
    ward.fever(1)
    ward.fever(2)
    assert [line.code for line in ward.lines()] == ["P-0001", "P-0002"]
    phone.let_go.set()
    while ward.alerts._dispatch.busy:
        assert woken.acquire(timeout=PATIENCE_S)
        ward.alerts.cycle()
    assert phone.sent == [(BEN, SMS)] * 2


def test_closing_writes_down_what_was_answered(ward):
    phone = SlowPhone(slow=set())
    ward.alerts = patient_engine(ward, phone, lambda: None)
    ward.fever()
    ward.alerts.close()
    assert states(ward)[-1] == "delivered"


def test_calm_news_writes_nothing_and_is_still_taken_in_once(ward):
    ward.says(1)
    written = []
    event.listen(ward.database.engine, "commit", written.append)
    for patient in range(2, 30):
        ward.says(patient)
    assert ward.alerts._read_to == 29
    with ward.database.read() as session:
        assert store.cursor(session) < 29
    before = len(written)
    ward.alerts._looked_around_s = None
    ward.alerts.cycle()
    assert len(written) - before == 1
    with ward.database.read() as session:
        assert store.cursor(session) == 29


def test_news_read_again_after_a_restart_pages_nobody_twice(ward):
    ward.says(1)
    ward.fever(2)
    ward.expect((BEN, SMS))
    ward.says(3)
    ward.restart()
    ward.alerts.cycle()
    ward.no_texts()
    assert ward.alerts._read_to == 3


def test_more_news_than_one_transaction_takes_is_taken_in_by_the_same_pass(ward):
    fevers(ward, *range(1, 2 * TAKEN_AT_ONCE + 2))
    ward.alerts.cycle()
    assert len(ward.lines()) == 2 * TAKEN_AT_ONCE + 1
    assert len(ward.phone.take()) == 2 * TAKEN_AT_ONCE + 1


def test_the_outbox_keeps_a_batch_in_order_and_each_key_once(database, clock):
    outbox = Outbox(database, clock)
    batch = [Outgoing(key=key, number=BEN, channel="sms", body=key) for key in ("a", "b", "a")]
    unreachable = Outgoing(key="c", number="home", channel="sms", body="c")
    one, two, again, none = outbox.send_all([*batch, unreachable])
    assert one == again != two
    assert isinstance(none, Refused)
    assert list(outbox.send_all(batch)) == [one, two, again]
    with database.read() as session:
        assert [row.key for row in session.exec(select(OutboxRow).order_by(OutboxRow.id))] == ["a", "b"]
