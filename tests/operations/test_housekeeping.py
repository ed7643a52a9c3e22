"""What the house does by the clock: once for each time, across restarts and turned clocks, and loud when it fails."""

import asyncio
import contextlib
import itertools
import sqlite3
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from apscheduler.triggers.cron import CronTrigger
from hypothesis import given
from hypothesis import strategies as st

from alerts.housekeeping import BACKUPS, NIGHTLY_HOUR, Housekeeping, Job, back_up_and_rotate, jobs_of, tidy
from alerts.housekeeping_due import RETRY_AFTER, due
from alerts.housekeeping_store import housekeeping_troubles
from alerts.message import Site
from alerts.policy_file import load_policy
from alerts.roster_file import load_roster
from alerts.roster_now import RosterNow
from alerts.tables import OutboxRow
from gateway.audit_anchor import newest_anchor
from gateway.clock import StillClock
from gateway.settings import BackupSettings, Settings, SiteSettings

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def local(text):
    return datetime.fromisoformat(text).replace(tzinfo=COPENHAGEN).astimezone(UTC)


@pytest.mark.parametrize("minute", [15, 45])
@pytest.mark.parametrize("change", ["2026-03-29", "2026-10-25"])
def test_a_daily_job_is_done_once_on_each_day_when_clocks_are_turned(database, minute, change):
    clock, done = StillClock(local(change) - 2 * DAY), []
    trigger = CronTrigger(hour=NIGHTLY_HOUR, minute=minute, timezone=COPENHAGEN)
    job = Job("daily", trigger, lambda now: done.append(now.astimezone(COPENHAGEN).date()))
    house = Housekeeping(database, clock, [job])
    for _ in range(5 * 24 * 4):
        house.look("daily")
        clock.advance(15 * MINUTE)
    assert len(done) == len(set(done)), "no day twice"
    assert len(done) >= 4
    assert all(after - before == DAY for before, after in itertools.pairwise(done)), "no day left out"


@pytest.mark.parametrize("change", ["2026-03-29", "2026-10-25"])
def test_an_hourly_job_is_done_once_in_each_hour_that_passes_when_clocks_are_turned(change):
    trigger = CronTrigger(minute=0, timezone=COPENHAGEN)
    now = done_at = local(change) - HOUR
    done = []
    while now < local(change) + 12 * HOUR:
        now += 10 * MINUTE
        if due(trigger, done_at=done_at, tried_at=None, now=now):
            done.append(now)
            done_at = now
    assert all(after - before == HOUR for before, after in itertools.pairwise(done))
    assert len(done) == 13


def test_a_restart_at_the_wrong_minute_skips_nothing_and_repeats_nothing(database):
    clock, done = StillClock(local("2026-03-02T03:00")), []
    job = Job("daily", CronTrigger(hour=4, minute=15, timezone=COPENHAGEN), done.append)
    Housekeeping(database, clock, [job]).look("daily")
    clock.at = local("2026-03-02T05:00")  # it was not running at 04:15
    assert Housekeeping(database, clock, [job]).look("daily")
    assert not Housekeeping(database, clock, [job]).look("daily"), "another restart"
    clock.at = local("2026-03-06T05:00")  # four days away
    house = Housekeeping(database, clock, [job])
    assert [house.look("daily") for _ in range(3)] == [True, False, False], "once for all the days that were missed"
    assert done == [local("2026-03-02T05:00"), local("2026-03-06T05:00")]


def test_a_job_that_fails_is_a_technical_condition_until_it_succeeds(database):
    clock, broken = StillClock(local("2026-03-02T03:00")), [True]

    def work(_now):
        if broken[0]:
            raise OSError("P-0042 Ada Nielsen")

    house = Housekeeping(database, clock, [Job("backup", CronTrigger(hour=4, timezone=COPENHAGEN), work)])
    house.look("backup")
    clock.at = local("2026-03-02T04:00")
    assert not house.look("backup")
    [trouble] = found(database)
    assert trouble.text == "backup fails (OSError); see the log"
    assert trouble.since == clock.at
    broken[0] = False
    assert not house.look("backup"), "not again at once"
    clock.advance(RETRY_AFTER)
    assert house.look("backup")
    assert found(database) == []


def found(database):
    with database.read() as session:
        return list(housekeeping_troubles(session))


def test_a_job_that_fails_stops_no_other(database):
    clock = StillClock(local("2026-03-02T03:00"))
    done = []
    every_minute = CronTrigger(second=0, timezone=COPENHAGEN)
    house = Housekeeping(
        database, clock, [Job("a", every_minute, lambda _: 1 / 0), Job("b", every_minute, done.append)]
    )
    for _ in range(3):
        for name in house.jobs:
            house.look(name)
        clock.advance(MINUTE)
    assert len(done) == 2


@given(gaps=st.lists(st.integers(min_value=1, max_value=200), min_size=1, max_size=40))
def test_however_often_somebody_looks_a_job_is_never_done_more_often_than_it_has_times(gaps):
    trigger = CronTrigger(hour=4, minute=15, timezone=COPENHAGEN)
    began = now = done_at = local("2026-10-23T12:00")
    count = 0
    for gap in gaps:
        now += timedelta(minutes=10 * gap)
        if due(trigger, done_at=done_at, tried_at=None, now=now):
            count, done_at = count + 1, now
        assert not due(trigger, done_at=done_at, tried_at=None, now=now)
    days = (now.astimezone(COPENHAGEN).date() - began.astimezone(COPENHAGEN).date()).days
    assert count <= days


def jobs(database, clock, tmp_path, **settings):
    site = SiteSettings(timezone="Europe/Copenhagen", downtime_folder=str(tmp_path))
    return jobs_of(
        Settings(site=site, backup=BackupSettings(folder=str(tmp_path), keep=2), **settings),
        database,
        roster=RosterNow(load_roster()),
        policy=load_policy(),
        site=Site(unit_phone="555-0100", emergency_number="112", timezone="Europe/Copenhagen"),
        wake=lambda: None,
    )


def test_a_day_and_night_of_the_house_anchors_backs_up_and_prints(database, tmp_path):
    if database.engine.dialect.name != "sqlite":
        pytest.skip("backs a SQLite file up")
    clock = StillClock(local("2026-03-02T03:30"))
    house = Housekeeping(database, clock, jobs(database, clock, tmp_path))
    assert set(house.jobs) == {"episode summaries", "audit anchor", "retention", "backup", "downtime list"}
    for _ in range(90):
        for name in house.jobs:
            house.look(name)
        clock.advance(MINUTE)
    with database.read() as session:
        assert newest_anchor(session.connection()).number == 89
    assert len(list(tmp_path.glob(BACKUPS))) == 1
    assert "Nobody is enrolled" in (tmp_path / "downtime.txt").read_text()
    assert found(database) == []


def test_the_newest_backups_are_kept_with_their_manifests(database, tmp_path):
    if database.engine.dialect.name != "sqlite":
        pytest.skip("backs a SQLite file up")
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "stepguard.toml").write_text("mine")
    for day in range(1, 5):
        back_up_and_rotate(database, folder, 2, datetime(2026, 3, day, 4, 15, tzinfo=UTC))
    assert sorted(file.name for file in folder.iterdir()) == [
        "stepguard-20260303T041500Z.backup",
        "stepguard-20260303T041500Z.backup.manifest.json",
        "stepguard-20260304T041500Z.backup",
        "stepguard-20260304T041500Z.backup.manifest.json",
        "stepguard.toml",
    ]
    with contextlib.closing(sqlite3.connect(folder / "stepguard-20260304T041500Z.backup")) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_only_texts_that_are_old_enough_go(database):
    now = datetime(2026, 3, 2, tzinfo=UTC)
    with database.write() as session:
        session.add_all(
            OutboxRow(key=f"k{i}", at=now - timedelta(days=i), number="+12025550111", channel="sms", body="x")
            for i in range(1_200)
        )
    assert tidy(database, now - timedelta(days=90)) == 1_200 - 91
    assert tidy(database, now - timedelta(days=90)) == 0


async def test_the_scheduler_looks_by_itself_and_stops(database, monkeypatch):
    monkeypatch.setattr("alerts.housekeeping.LOOK_EVERY_S", 0.02)
    looked, loop = asyncio.Event(), asyncio.get_running_loop()
    clock = StillClock(datetime(2026, 3, 2, tzinfo=UTC))

    def work(_now):
        loop.call_soon_threadsafe(looked.set)

    house = Housekeeping(database, clock, [Job("a", CronTrigger(second=0, timezone=UTC), work)])
    house.look("a")
    clock.advance(MINUTE)
    house.start()
    try:
        await asyncio.wait_for(looked.wait(), 10)
    finally:
        house.stop()
