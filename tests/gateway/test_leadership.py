"""Of two processes of a part one works, the other stands by and takes over; an earlier leader can write no more."""

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from gateway.clock import StillClock
from gateway.database import Database
from gateway.leadership import STANDBY, SupersededError, led, seat_of
from gateway.postgresql import Turn, connect, process_name
from gateway.seats import LEASE_S, Seat
from gateway.store import beat, heartbeats

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PATIENCE_S = 20.0

LEAD = """
import asyncio, sys
from gateway.clock import WallClock
from gateway.database import Database
from gateway.leadership import led

async def work():
    print("leads", flush=True)
    await asyncio.Event().wait()

asyncio.run(led(Database(sys.argv[1]), WallClock(), "monitor", work))
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    found: str = request.getfixturevalue({"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param])
    return found


class Candidate:
    """A process of a part, as far as leading goes."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.leads = asyncio.Event()
        self.task = asyncio.create_task(led(database, StillClock(NOON), "monitor", self._work))

    async def _work(self) -> None:
        self.leads.set()
        await asyncio.Event().wait()

    async def comes_to_lead(self) -> None:
        async with asyncio.timeout(PATIENCE_S):
            await self.leads.wait()

    def writes(self) -> None:
        with self.database.write(Turn.ASSESSMENTS) as session:
            beat(session, "monitor", NOON, {})

    async def ends(self) -> None:
        self.task.cancel()
        with contextlib.suppress(asyncio.CancelledError, SupersededError):
            await self.task


@pytest.fixture
async def candidate(reopen: Callable[[], Database]) -> AsyncIterator[Callable[[], Candidate]]:
    made: list[Candidate] = []

    def another() -> Candidate:
        made.append(Candidate(reopen()))
        return made[-1]

    yield another
    for one in made:
        await one.ends()


async def stands_by(database: Database) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            with database.read() as session:
                if f"monitor{STANDBY}" in heartbeats(session):
                    return
            await asyncio.sleep(0)


async def test_the_second_stands_by_says_so_and_takes_over_when_the_first_leaves(candidate, database: Database):
    first = candidate()
    await first.comes_to_lead()
    second = candidate()
    await stands_by(database)
    assert not second.leads.is_set()
    await first.ends()
    await second.comes_to_lead()
    second.writes()


async def test_the_second_takes_over_from_a_killed_process(candidate, database: Database, database_url: str):
    first = await asyncio.create_subprocess_exec(sys.executable, "-c", LEAD, database_url, stdout=subprocess.PIPE)
    try:
        assert first.stdout is not None
        assert await first.stdout.readline() == b"leads\n"
        second = candidate()
        await stands_by(database)
        assert not second.leads.is_set()
    finally:
        first.kill()
        await first.communicate()
    await second.comes_to_lead()


async def test_parts_do_not_stand_in_each_others_way(candidate, database: Database):
    await candidate().comes_to_lead()
    for part in ("gateway", "alerts"):
        seat = seat_of(database, part)
        assert await asyncio.to_thread(seat.take)
        await asyncio.to_thread(seat.leave)


async def test_a_leader_whose_connection_was_cut_goes_on_when_nobody_led_meanwhile(postgres_server, postgres_url: str):
    database = Database(postgres_url)
    first = Candidate(database)
    await first.comes_to_lead()
    await asyncio.to_thread(postgres_server.cut, postgres_url)
    other = seat_of(database, "monitor")
    for _ in range(20):  # it takes its lock again within a second
        await asyncio.wait([first.task], timeout=0.1)
    assert not first.task.done()
    assert not await asyncio.to_thread(other.take)
    await asyncio.to_thread(other.leave)
    first.writes()
    await first.ends()
    database.dispose()


async def test_what_an_earlier_leader_still_writes_is_refused_and_it_ends(postgres_server, postgres_url: str):
    earlier, later = Database(postgres_url), Database(postgres_url)
    first = Candidate(earlier)
    await first.comes_to_lead()
    seat = seat_of(later, "monitor")
    while not await asyncio.to_thread(seat.take):  # the first may be quicker to take its lock again
        await asyncio.to_thread(postgres_server.cut, postgres_url)
    with pytest.raises(SupersededError):
        first.writes()
    async with asyncio.timeout(PATIENCE_S):
        with pytest.raises(SupersededError):
            await first.task
    await asyncio.to_thread(seat.leave)
    earlier.dispose()
    later.dispose()


@pytest.fixture
def seats(postgres_url: str) -> Iterator[Callable[..., tuple[Seat, Database]]]:
    """Give seats of one part, each on connections of its own."""
    opened: list[Database] = []

    def another(stuck_after_s: float | None = None) -> tuple[Seat, Database]:
        opened.append(Database(postgres_url))
        return seat_of(opened[-1], "monitor", stuck_after_s), opened[-1]

    yield another
    for database in opened:
        database.dispose()


class Seconds:
    """The seconds by which whoever stands by measures silence."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.passed = 0.0
        monkeypatch.setattr("gateway.seats.monotonic_s", lambda: self.passed)


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> Seconds:
    return Seconds(monkeypatch)


def writes(database: Database, at: datetime = NOON) -> None:
    with database.write(Turn.ASSESSMENTS) as session:
        beat(session, "monitor", at, {})


def test_a_leader_that_falls_silent_though_its_connection_stands_is_replaced_and_can_write_no_more(seats, seconds):
    (first, earlier), (second, later) = seats(), seats()
    assert first.take()
    assert not second.take()
    seconds.passed = LEASE_S - 0.1
    assert not second.take()
    seconds.passed = LEASE_S
    assert second.take()
    writes(later)
    with pytest.raises(SupersededError):
        writes(earlier)
    with pytest.raises(SupersededError):
        first.keep()
    second.keep()
    first.leave()
    second.leave()


def test_a_leader_that_renews_its_lease_is_not_replaced_however_long_it_leads(seats, seconds):
    (first, database), (second, _) = seats(), seats()
    assert first.take()
    for seconds.passed in range(1, 30):
        first.keep()
        assert not second.take()
    writes(database)
    first.leave()
    second.leave()


def test_a_leader_that_renews_its_lease_and_gets_nothing_done_is_replaced_where_that_is_asked_for(seats, seconds):
    (first, earlier), (patient, _), (second, _) = seats(), seats(), seats(10.0)
    assert first.take()
    for seconds.passed in range(20):
        writes(earlier, NOON + timedelta(seconds=seconds.passed))
        first.keep()
        assert not second.take()
    for seconds.passed in range(20, 29):
        first.keep()
        assert not second.take()
        assert not patient.take()
    seconds.passed = 29.5
    first.keep()
    assert not patient.take()
    assert second.take()
    with pytest.raises(SupersededError):
        first.keep()
    first.leave()
    patient.leave()
    second.leave()


def test_silence_counts_anew_after_the_database_was_away(seats, seconds, postgres_server, postgres_url: str):
    (first, _), (second, _) = seats(), seats()
    assert first.take()
    assert not second.take()
    postgres_server.cut(postgres_url)
    first.keep()
    first.keep()
    seconds.passed = 100.0
    assert not second.take()  # its own connection was cut as well: it cannot have seen anybody speak
    assert not second.take()
    first.leave()
    second.leave()


def test_every_process_has_a_name_of_its_own_at_the_server(postgres_url: str):
    with contextlib.closing(connect(postgres_url)) as connection:
        [name] = connection.execute("SHOW application_name").fetchone()
    assert name == process_name()
    forked = subprocess.run(
        [sys.executable, "-c", "import gateway.postgresql as p; print(p.process_name())"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    assert forked.startswith("stepguard ")
    assert forked != name
