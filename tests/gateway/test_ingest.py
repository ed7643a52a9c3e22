"""What happens between a socket and the disk when the disk fails, the queue is full, or the night ends."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from gateway import ingest, store
from gateway.database import Database
from gateway.ingest import Ingest
from gateway.intake import Arrived, Intake, Outcome
from gateway.mqtt.packets import Puback, Publish
from gateway.plausibility_limits import load_limits
from gateway.reading import HubName
from gateway.wakeup import Wakeup

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
House = Any
Start = Callable[[], AbstractAsyncContextManager[House]]


class Listener:
    """Stands for a connection."""

    def __init__(self) -> None:
        self.acknowledged: list[int] = []
        self.resumed = 0
        self.heard = asyncio.Event()

    def stored(self, packet_ids: Sequence[int]) -> None:
        self.acknowledged += packet_ids
        self.heard.set()

    def resume(self) -> None:
        self.resumed += 1
        self.heard.set()

    async def until(self, count: int) -> None:
        async with asyncio.timeout(10):
            while len(self.acknowledged) < count:
                self.heard.clear()
                await self.heard.wait()


class FailingIntake(Intake):
    """Fails so many times as a full disk does, then works."""

    failures = 0

    def save(self, connection: Any, messages: Sequence[Arrived]) -> Any:
        saved = super().save(connection, messages)
        if self.failures:
            self.failures -= 1
            raise OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))
        return saved


@pytest.fixture
def homes(database: Database) -> Database:
    with database.write() as session:
        for number in (1, 2):
            store.add_hub(session, f"h{number}")
            store.ensure_patient(session, f"P-{number}")
            store.assign(session, f"h{number}", f"P-{number}", NOON - timedelta(days=1))
    return database


def arrived(seq: int | None, hub: str = "h1", payload: bytes | None = None) -> Arrived:
    identity = "" if seq is None else f'"boot": "b1", "seq": {seq}, '
    body = f'{{{identity}"measured_at": "2026-03-02T12:00:00Z", "respiratory_rate_bpm": 16}}'.encode()
    return Arrived(HubName(hub), "up/reading", body if payload is None else payload, NOON)


def stored(database: Database) -> list[int | None]:
    with database.read() as session:
        return [one.reading.seq for one in store.readings_after(session, 0, 100_000)]


async def test_a_failing_database_acknowledges_nothing_and_loses_nothing(
    homes: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(ingest, "FIRST_RETRY_S", 0.001)
    intake, listener = FailingIntake(load_limits()), Listener()
    intake.failures = 3
    deaf: list[str | None] = []
    queue = Ingest(homes, intake)

    async def watched(seconds: float) -> None:
        deaf.append(queue.deaf)
        assert listener.acknowledged == []
        await Wakeup().wait(seconds)

    monkeypatch.setattr(queue, "_pause", watched)
    for seq in (1, 2, 2):
        queue.offer(arrived(seq), listener, seq)
    running = asyncio.create_task(queue.run())
    await listener.until(3)
    assert deaf == ["OperationalError"] * 3
    assert queue.deaf is None
    assert queue.counts == {"stored": 2, "duplicate": 1, "rejected": 0, "noted": 0}
    running.cancel()
    await queue.drain(1.0)
    assert stored(homes) == [1, 2]


async def test_a_group_is_whatever_arrived_while_the_last_was_committed(homes: Database):
    queue, listener = Ingest(homes, Intake(load_limits())), Listener()
    for seq in range(1, 2_501):
        queue.offer(arrived(seq), listener, seq)
    running = asyncio.create_task(queue.run())
    await listener.until(2_500)
    assert queue.commits == 3
    assert listener.acknowledged == list(range(1, 2_501))
    queue.offer(arrived(2_501), listener, 2_501)
    await listener.until(2_501)
    assert queue.commits == 4
    running.cancel()
    await queue.drain(1.0)


async def test_a_full_queue_drops_nothing_and_says_when_there_is_room(homes: Database):
    queue, listener = Ingest(homes, Intake(load_limits())), Listener()
    seq = 0
    while not queue.full:
        seq += 1
        queue.offer(arrived(seq), listener, seq)
    assert seq == ingest.QUEUE_MESSAGES
    queue.when_room(listener)
    running = asyncio.create_task(queue.run())
    await listener.until(seq)
    assert listener.resumed == 1
    assert not queue.full
    running.cancel()
    await queue.drain(1.0)
    assert len(stored(homes)) == seq


async def test_a_few_large_messages_fill_the_queue_too(homes: Database):
    queue = Ingest(homes, Intake(load_limits()))
    large = arrived(1, payload=bytes(2**20))
    for _ in range(32):
        assert not queue.full
        queue.offer(large, None, 0)
    assert queue.full
    await queue.drain(5.0)
    assert not queue.full


async def test_an_orderly_end_commits_and_acknowledges_what_has_arrived(homes: Database):
    queue, listener = Ingest(homes, Intake(load_limits())), Listener()
    running = asyncio.create_task(queue.run())
    for seq in range(1, 1_501):
        queue.offer(arrived(seq), listener, seq)
    await listener.until(1)
    running.cancel()
    await queue.drain(5.0)
    assert len(listener.acknowledged) == 1_500
    assert len(stored(homes)) == 1_500


async def test_a_database_that_stays_broken_does_not_hold_up_the_end(homes: Database):
    intake, listener = FailingIntake(load_limits()), Listener()
    intake.failures = 10**9
    queue = Ingest(homes, intake)
    queue.offer(arrived(1), listener, 1)
    await queue.drain(5.0)
    assert listener.acknowledged == []
    assert stored(homes) == []


async def test_everybody_is_woken_after_a_commit_and_only_then(homes: Database):
    wake, listener = Wakeup(), Listener()
    queue = Ingest(homes, Intake(load_limits()), wakes=[wake])
    assert not await wake.wait(0.001)
    queue.offer(arrived(1), listener, 1)
    running = asyncio.create_task(queue.run())
    assert await wake.wait(10)
    assert listener.acknowledged == [1]
    running.cancel()
    await queue.drain(1.0)


def test_a_mistake_of_ours_about_one_message_costs_no_other(homes: Database, monkeypatch: pytest.MonkeyPatch):
    intake = Intake(load_limits())
    original = intake._store

    def failing(message: Arrived, *rest: Any) -> Outcome:
        if message.payload.startswith(b"{ "):
            raise KeyError("surprise")
        return original(message, *rest)

    monkeypatch.setattr(intake, "_store", failing)
    odd = arrived(2, payload=b"{ " + arrived(2).payload[1:])
    with homes.write_connection() as connection:
        saved = intake.save(connection, [arrived(1), odd, arrived(3)])
    assert saved.outcomes == [Outcome.STORED, Outcome.REJECTED, Outcome.STORED]
    with homes.read() as session:
        (kept,) = store.quarantined_after(session, 0, 10)
    assert kept.reason == "could not be read: KeyError"


def test_a_message_from_a_hub_nobody_knows_is_kept(homes: Database):
    with homes.write_connection() as connection:
        saved = Intake(load_limits()).save(connection, [arrived(1, hub="h9")])
    assert saved.outcomes == [Outcome.REJECTED]
    with homes.read() as session:
        (kept,) = store.quarantined_after(session, 0, 10)
    assert (kept.hub_name, kept.reason, kept.patient_id) == ("h9", "unknown hub", None)


def test_the_same_garbage_is_kept_again_after_ten_minutes(homes: Database):
    intake = Intake(load_limits())
    outcomes = []
    for minutes in (0, 9, 10):
        message = Arrived(HubName("h1"), "up/reading", b"garbage", NOON + timedelta(minutes=minutes))
        with homes.write_connection() as connection:
            saved = intake.save(connection, [message, message])
        intake.adopt(saved)
        outcomes.append(saved.outcomes)
    assert outcomes == [
        [Outcome.REJECTED, Outcome.DUPLICATE],
        [Outcome.DUPLICATE] * 2,
        [Outcome.REJECTED, Outcome.DUPLICATE],
    ]


def test_a_rolled_back_group_leaves_no_trace_in_memory(homes: Database):
    intake = Intake(load_limits())
    with homes.engine.connect() as connection, connection.begin() as transaction:
        intake.save(connection, [arrived(1), arrived(None)])
        transaction.rollback()
    with homes.write_connection() as connection:
        saved = intake.save(connection, [arrived(1), arrived(None)])
    assert saved.outcomes == [Outcome.STORED, Outcome.STORED]


async def test_a_locked_database_is_waited_for(start: Start, database: Database, reopen: Callable[[], Database]):
    async with start() as house:
        house.hub("h1", "P-1")
        async with house.client("h1") as hub:
            with reopen().write():
                await hub.send(Publish("stepguard/v1/h1/up/reading", arrived(1).payload, 1, 1))
                with pytest.raises(TimeoutError):
                    async with asyncio.timeout(0.2):
                        await hub.receive()
            assert await hub.receive() == Puback(packet_id=1)
    assert stored(database) == [1]
