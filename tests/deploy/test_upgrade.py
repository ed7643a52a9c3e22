"""A record that the first version wrote, with an open page in it, after an upgrade to the newest tables."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from alerts.cycle import Alerts
from alerts.outbox import Outbox
from alerts.policy_file import load_policy
from alerts.roster_file import load_roster
from alerts.service import site_of
from alerts.stored_sources import StoredSources
from alerts.tables import IncidentRow, OutboxRow
from alerts.view import incident_lines
from console.command import main
from gateway.clock import StillClock
from gateway.database import Database
from gateway.settings import Settings
from monitor.cycle import Monitor
from monitor.rulebook import load_rules

RECORD = Path(__file__).parent / "record_of_0003.sql"
"""Written by the version of that schema: one patient with a dose, a fever, garbage, two incidents."""

CODE, HUB, HOME = "P-0001", "kit-1", "+4520123456"


@pytest.fixture
def old(tmp_path, monkeypatch) -> Path:
    """A working folder with the old record as its database."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "stepguard.db"
    connection = sqlite3.connect(file)
    connection.executescript(RECORD.read_text(encoding="utf-8"))
    connection.close()
    return file


@pytest.fixture
def upgraded(old):
    database = Database(f"sqlite:///{old}")
    database.migrate()
    yield database
    database.dispose()


@pytest.fixture
def said(old, capsys):
    """Run a command on the old record and give what it printed."""

    def run(*arguments):
        capsys.readouterr()
        assert main(list(arguments)) == 0, capsys.readouterr().err
        return capsys.readouterr().out

    return run


def tables(file: Path) -> dict[str, list[dict[str, Any]]]:
    """Return every row of every table by its columns' names."""
    connection = sqlite3.connect(file)
    connection.row_factory = sqlite3.Row
    names = [row["name"] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    select_all = "SELECT * FROM {}"
    rows = {name: [dict(row) for row in connection.execute(select_all.format(name))] for name in names}
    connection.close()
    return rows


def stopped_at(file: Path) -> datetime:
    """Return when the old version last did anything."""
    [microseconds] = sqlite3.connect(file).execute("SELECT max(at) FROM heartbeat").fetchone()
    return datetime.fromtimestamp(microseconds / 1e6, UTC)


def test_everything_recorded_is_there_after_the_upgrade(old, said):
    timeline = json.loads(said("export", "timeline", CODE))
    assert timeline["patient"]["baseline"] == {"systolic_mmhg": 124, "spo2_pct": 97}
    assert timeline["regimen"] == {"drug": "teclistamab", "schedule": "us_weekly"}
    kinds = sorted(event["type"] for event in timeline["events"])
    assert kinds == ["dose", "place", "quarantined", "reading", "reading"]
    [hub] = json.loads(said("device", "list", "--json"))
    assert (hub["hub"], hub["patient"]) == (HUB, CODE)
    [contact] = json.loads(said("contact", "list", CODE, "--json"))
    assert contact["number"] == HOME


def test_nothing_stored_is_changed_or_left_out(old):
    before = tables(old)
    database = Database(f"sqlite:///{old}")
    database.migrate()
    database.dispose()
    after = tables(old)
    for name, rows in before.items():
        if name in {"alembic_version", "monitor_cursor"}:  # how far the schema and the monitor are
            continue
        kept = [{column: now[column] for column in was} for was, now in zip(rows, after[name], strict=True)]
        assert kept == rows, name


def test_upgrading_again_changes_nothing(upgraded, old):
    once = tables(old)
    upgraded.migrate()
    assert tables(old) == once


def test_an_open_page_goes_on_where_it_was_and_nobody_is_called_twice_for_it(upgraded, old):
    clock = StillClock(stopped_at(old) + timedelta(seconds=5))
    with upgraded.read() as session:
        lines = [line.page_code for line in incident_lines(session, clock.now())]
        texts = [row.id for row in session.exec(select(OutboxRow))]
    settings = Settings()
    monitor = Monitor(upgraded, load_rules(), clock)
    alerts = Alerts(
        upgraded,
        clock,
        policy=load_policy(),
        roster=load_roster(),
        phone=Outbox(upgraded, clock),
        sources=StoredSources(),
        site=site_of(settings),
    )
    while monitor.cycle():
        pass
    alerts.cycle()
    with upgraded.read() as session:
        assert [line.page_code for line in incident_lines(session, clock.now())][: len(lines)] == lines
        assert [row.id for row in session.exec(select(OutboxRow))] == texts
    clock.advance(timedelta(minutes=5))
    alerts.cycle()
    alerts.cycle()
    with upgraded.read() as session:
        fresh = [row for row in session.exec(select(OutboxRow)) if row.id not in texts]
        about = [row.subject for row in session.exec(select(IncidentRow))]
    assert any(row.channel == "voice" for row in fresh), "the next rung was forgotten"
    assert len(about) == len(set(about)), "an incident was opened anew"
