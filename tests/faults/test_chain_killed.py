"""`kill -9` of the whole chain within a backlog: nothing acknowledged is lost, everyone in need is called, once."""

import asyncio
import os
import random
import signal
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hub_backlog import START_WITHIN_S, HomeHub, processes
from sqlalchemy import text

from alerts.audit_rows import ALERTS_TABLES
from gateway import store
from gateway.audit_rows import GATEWAY_TABLES
from gateway.audit_verify import verify
from gateway.clock import WallClock
from gateway.database import Database
from monitor.audit_rows import MIRRORS, MONITOR_TABLES
from monitor.enrolment import enrol, enrolled
from monitor.recompute import recompute
from monitor.rulebook import load_rules
from monitor.store import add_event

KILLS = int(os.environ.get("STEPGUARD_KILLS", "4"))
FEVER_EVERY = max(1, KILLS // 4)
"""Kills between one patient's first fever and the next one's."""

BACKLOG = 400
"""Messages under way when the process dies."""

DRAINED_WITHIN_S = 60.0
IMPORTS = """
import asyncio
from console.chain import run_chain
from gateway.clock import WallClock
from gateway.database import Database
from gateway.settings import MqttSettings, Settings
settings = Settings(mqtt=MqttSettings(listen="127.0.0.1:0"))
"""
WORK = "asyncio.run(run_chain(settings, WallClock(), database=Database(sys.argv[1]), ready=ready))"


class FeveredHome(HomeHub):
    """A home whose patient is well until `febrile` is set, and febrile from the next reading on."""

    def __init__(self, name: str, password: str, began: datetime) -> None:
        super().__init__(name, password)
        self._began = began
        self.febrile = False

    def measure(self, until: int) -> None:
        while len(self.kept) < until:
            at = self._began + timedelta(seconds=self.made * 0.05)
            celsius = 38.4 if self.febrile else 36.8
            self.keep(
                {
                    "measured_at": at.isoformat(),
                    "temperature": {"value": celsius, "unit": "Cel", "site": "oral"},
                    "oximetry": {"spo2_pct": 97},
                    "blood_pressure": {"systolic_mmhg": 122, "diastolic_mmhg": 78},
                }
            )


def furnished(database: Database) -> list[FeveredHome]:
    """Enrol three patients in the window, each with a hub."""
    now = WallClock().now()
    homes = []
    with database.write() as session:
        for number in (1, 2, 3):
            code = f"P-000{number}"
            patient_id = enrol(
                session,
                code=code,
                profile={
                    "baseline": {"systolic_mmhg": 124, "diastolic_mmhg": 78, "spo2_pct": 97, "temperature_c": 36.7}
                },
                drug="teclistamab",
                schedule="us_weekly",
                now=now - timedelta(days=1),
            )
            dose = {"at": (now - timedelta(hours=20)).isoformat(), "type": "dose", "step": "SUD1"}
            add_event(session, patient_id, dose, "ada", now)
            store.assign(session, _hub(session, number), code, now - timedelta(days=1))
            homes.append(FeveredHome(f"h{number}", _PASSWORDS[number], now - timedelta(minutes=9)))
    return homes


_PASSWORDS: dict[int, str] = {}


def _hub(session, number: int) -> str:
    _PASSWORDS[number] = store.add_hub(session, f"h{number}")
    return f"h{number}"


def stored(database: Database) -> dict[str, Counter[int]]:
    found: dict[str, Counter[int]] = {f"h{number}": Counter() for number in (1, 2, 3)}
    with database.read() as session:
        rows = session.connection().execute(text("SELECT hub.name, seq FROM reading JOIN hub ON hub.id = hub_id"))
        for name, seq in rows:
            found[name][seq] += 1
    return found


def first_pages(database: Database) -> Counter[str]:
    """Return how often each patient's nurse was texted about the fever, as the telephone network carried it."""
    with database.read() as session:
        bodies = session.connection().execute(text("SELECT body FROM outbox WHERE channel = 'sms'")).scalars()
        return Counter(
            word for body in bodies if "URGENT" in body for word in ("P-0001", "P-0002", "P-0003") if word in body
        )


def graded(database: Database) -> bool:
    """Whether the monitor and the alerts have caught up with what is stored, and a text is out about everybody."""
    with database.read() as session:
        connection = session.connection()
        newest = connection.execute(text("SELECT max(id) FROM reading")).scalar()
        read_to = connection.execute(text("SELECT reading_id FROM monitor_cursor WHERE name = 'monitor'")).scalar()
        answered = connection.execute(text("SELECT max(id) FROM assessment")).scalar()
        acted_to = connection.execute(text("SELECT assessment_id FROM alerts_cursor")).scalar()
        owed = connection.execute(text("SELECT count(*) FROM page WHERE state = 'intent' AND rung = '0s'")).scalar()
    return newest == read_to and answered == acted_to and not owed and len(first_pages(database)) == len(_PASSWORDS)


async def caught_up(database: Database) -> None:
    """Wait until everything stored was graded and acted on; fails when that takes too long."""
    async with asyncio.timeout(DRAINED_WITHIN_S):
        while not await asyncio.to_thread(graded, database):  # noqa: ASYNC110 - another process decides when
            await asyncio.sleep(0.1)


@pytest.mark.faults
@pytest.mark.slow
async def test_kills_of_the_chain_lose_nothing_acknowledged_and_page_nobody_twice(tmp_path: Path):
    database = Database(f"sqlite:///{tmp_path / 'killed.db'}")
    database.migrate()
    homes = furnished(database)
    chance = random.Random(11)  # noqa: S311 - chooses instants, keeps no secret
    under_way = 0
    with processes(IMPORTS, WORK, database.url) as start:
        for kill in range(KILLS):
            for number, home in enumerate(homes, 1):
                home.febrile = kill >= number * FEVER_EVERY
                home.measure(max(BACKLOG, len(home.kept) + 1))
            with start() as (process, port):
                first_to_stop = chance.randrange(1, 40)
                sending = [
                    asyncio.create_task(home.send_backlog(port, first_to_stop if home is homes[0] else None))
                    for home in homes
                ]
                await asyncio.wait(sending, return_when=asyncio.FIRST_COMPLETED, timeout=START_WITHIN_S)
                os.kill(process, signal.SIGKILL)
                await asyncio.gather(*sending)
            under_way += sum(len(home.kept) for home in homes)
            found = stored(database)
            for home in homes:
                lost = [seq for seq in home.acknowledged if found[home.name][seq] != 1]
                assert not lost, f"acknowledged and not stored exactly once: {lost[:10]}"
        assert under_way > KILLS * 100, "the kills must fall into a backlog"
        with start() as (_, port):
            await asyncio.gather(*(home.send_backlog(port, None) for home in homes))
            await caught_up(database)
    assert stored(database) == {home.name: Counter(range(1, home.made + 1)) for home in homes}
    assert first_pages(database) == {"P-0001": 1, "P-0002": 1, "P-0003": 1}
    with database.read() as session:
        connection = session.connection()
        sealed = verify(connection, (*GATEWAY_TABLES, *MONITOR_TABLES, *ALERTS_TABLES), mirrors=MIRRORS)
        assert sealed.findings == []
        assert sealed.entries > sum(home.made for home in homes)
        for one in enrolled(session):
            derived = recompute(session, one.patient_id, load_rules())
            assert derived.compared > 0
            assert (derived.differences, derived.not_comparable) == ([], [])
    database.dispose()
