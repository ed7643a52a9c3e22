"""The way to the telephones is asked about, so that a quiet night does not hide that nobody could be called."""

import asyncio
from datetime import UTC, datetime, timedelta

from alerts.line_probe import ASK_EVERY_S, CALL_AFTER_S, PART, WRITE_EVERY_S, heard, line_now, line_troubles, probing
from alerts.phone import Fate, Outcome, Outgoing, Sent
from alerts.system_view import system_state
from alerts.view import SILENT_AFTER_S, faults
from gateway.clock import StillClock
from gateway.database import Database
from gateway.store import beat

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
AWAY = "the telephone network cannot be reached"


class Line:
    """A telephone network that is asked, and never sent anything."""

    def __init__(self) -> None:
        self.fault: str | None = None

    def send(self, message: Outgoing) -> Outcome:
        return Sent(message.key)

    def delivery(self, reference: str) -> Fate:
        del reference
        return "delivered"

    def line_fault(self) -> str | None:
        return self.fault


def test_a_fault_is_written_at_once_and_calls_people_only_when_it_lasts():
    known, writes = heard(None, None, NOON, 0.0)
    assert writes
    known, writes = heard(known, AWAY, NOON, 1.0)
    assert (known.line.fault, known.line.lasts, writes) == (AWAY, False, True)
    known, writes = heard(known, AWAY, NOON, 1.0 + ASK_EVERY_S)
    assert not writes
    known, writes = heard(known, AWAY, NOON, 1.0 + CALL_AFTER_S)
    assert (known.line.lasts, writes) == (True, True)
    known, writes = heard(known, None, NOON, 2.0 + CALL_AFTER_S)
    assert (known.line.fault, known.line.lasts, writes) == (None, False, True)


def test_a_line_that_stays_as_it_is_renews_its_row_and_keeps_when_it_began():
    known, _ = heard(None, AWAY, NOON, 0.0)
    again, writes = heard(known, AWAY, NOON + timedelta(hours=1), WRITE_EVERY_S)
    assert writes
    assert again.line.since == NOON


async def test_a_cut_line_is_on_the_board_before_anything_was_sent_and_gone_when_it_stands(database: Database):
    line, changed = Line(), asyncio.Event()
    line.fault = AWAY
    clock = StillClock(NOON)
    with database.write() as session:
        beat(session, "alerts", NOON, {})
    async with probing(line, database, clock, wake=changed.set):
        await asyncio.wait_for(changed.wait(), 10)
        with database.read() as session:
            assert [fault.text for fault in faults(session, NOON)] == [f"texts do not go out: {AWAY}"]
            texts = next(one for one in system_state(session, NOON) if one.subject == "texts")
            assert (texts.state, texts.text) == ("failed", f"texts do not go out: {AWAY}")
            assert line_troubles(session, NOON) == [], "nobody is called about a moment"
        line.fault = None
        changed.clear()
        await asyncio.wait_for(changed.wait(), 10)
    with database.read() as session:
        assert faults(session, NOON) == []


def test_what_was_last_known_of_the_line_is_not_known_any_more_once_nobody_asks(database: Database):
    with database.write() as session:
        beat(session, "alerts", NOON, {})
        beat(session, PART, NOON, {"fault": AWAY, "since": NOON.isoformat(), "lasts": True})
    with database.read() as session:
        assert [one.key for one in line_troubles(session, NOON)] == ["mute"]
        assert line_now(session, NOON + timedelta(seconds=15)) is None


def test_a_gateway_without_a_word_is_on_the_board_before_people_are_called_about_it(database: Database):
    with database.write() as session:
        beat(session, "alerts", NOON, {})
        beat(session, "gateway", NOON, {"deaf": None})
    with database.read() as session:
        assert faults(session, NOON + timedelta(seconds=SILENT_AFTER_S - 0.1)) == []
        [fault] = faults(session, NOON + timedelta(seconds=SILENT_AFTER_S))
        assert (fault.kind, fault.since) == ("deaf", NOON)
