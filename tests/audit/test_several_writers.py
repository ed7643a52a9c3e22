"""Several processes write to the log at once, are killed in the middle, on either database: it stays whole."""

import random
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from alerts.erasure import erase_patient
from gateway.audit import Entry, Keys, append, draw_ids
from gateway.clock import StillClock
from gateway.reading import PatientId
from monitor.cycle import Monitor
from monitor.recompute import recompute
from monitor.rulebook import load_rules
from monitor.store import add_event

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
WRITES = """
import sys
from datetime import UTC, datetime
from gateway.audit import Entry, append
from gateway.database import Database
database = Database(sys.argv[1])
at = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
print("ready", flush=True)
for number in range(int(sys.argv[3])):
    entries = [Entry("view", f"patient:{number % 5 + 1}", b"{}", patient_id=number % 5 + 1, actor=sys.argv[2])] * 20
    with database.write_connection() as connection:
        append(connection, "people", at, entries)
database.dispose()
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request):
    return request.getfixturevalue({"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param])


def writer(database, name, writes):
    process = subprocess.Popen(
        [sys.executable, "-c", WRITES, database.url, name, str(writes)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "ready\n"
    return process


def rows(database):
    with database.read() as session:
        return session.connection().execute(text("SELECT count(*) FROM audit")).scalar_one()


def test_two_processes_in_one_chain_take_turns(database, verified):
    processes = [writer(database, name, 40) for name in ("ada", "ben")]
    for process in processes:
        process.communicate(timeout=60)
        assert process.returncode == 0
    assert rows(database) == 80
    assert verified(database).findings == []


def test_a_writer_killed_anywhere_leaves_a_whole_chain(database, verified):
    for kill in range(5):
        before, wanted = rows(database), random.Random(kill).randint(1, 12)  # noqa: S311 - where to kill
        process = writer(database, "ada", 1_000_000)
        while rows(database) < before + wanted:
            assert process.poll() is None
        process.kill()
        process.communicate(timeout=30)
        assert verified(database).findings == []
    with database.write_connection() as connection:
        append(connection, "people", NOW, [Entry("view", "patient:1", b"{}", patient_id=1, actor="ada")])
    assert verified(database).findings == []


def test_what_is_rolled_back_leaves_no_trace_and_no_key(database, verified):
    keys = Keys()

    def fail():
        with database.write_connection() as connection:
            append(connection, "gateway", NOW, [Entry("view", "patient:7", b"{}", patient_id=7)], keys=keys)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    keys.forget()
    assert rows(database) == 0
    with database.write_connection() as connection:
        append(connection, "gateway", NOW, [Entry("view", "patient:7", b"{}", patient_id=7)], keys=keys)
    keys.adopt()
    assert verified(database).findings == []


def test_a_key_that_another_writer_made_first_is_the_one_that_counts(database, verified):
    mine, theirs = Keys(), Keys()
    for keys in (mine, theirs, mine):
        with database.write_connection() as connection:
            append(connection, "gateway", NOW, [Entry("view", "patient:7", b"{}", patient_id=7)], keys=keys)
        keys.adopt()
    assert verified(database).findings == []


def test_ids_drawn_are_those_that_the_rows_get(database):
    with database.write_connection() as connection:
        first = list(draw_ids(connection, "incident_event", 3))
        assert first == sorted(set(first))
        for row_id in first:
            values = {"id": row_id, "at": 0}
            connection.execute(
                text("INSERT INTO incident_event (id, incident_id, at, what, note) VALUES (:id, 1, :at, 'x', '')"),
                values,
            )
    with database.write_connection() as connection:
        assert min(draw_ids(connection, "incident_event", 2)) > max(first)


def test_a_whole_night_is_sealed_found_out_derived_and_erased_alike_on_both(database, verified, live, now):
    live(database)
    assert verified(database).findings == []
    with database.read() as session:
        found = recompute(session, PatientId(1), load_rules())
        assert found.compared > 0
        assert found.differences == []
    with database.write_connection() as connection:
        connection.execute(text("UPDATE record_event SET at = at + 1 WHERE id = 1"))
        connection.execute(text("UPDATE audit SET at = at + 1 WHERE chain = 'monitor' AND number = 3"))
    assert [(one.fault, one.where) for one in verified(database).findings] == [
        ("altered", "monitor 3"),
        ("altered", "record_event:1"),
    ]
    with database.write_connection() as connection:
        connection.execute(text("UPDATE record_event SET at = at - 1 WHERE id = 1"))
        connection.execute(text("UPDATE audit SET at = at - 1 WHERE chain = 'monitor' AND number = 3"))
        connection.execute(text("UPDATE incident SET state = 'resolved' WHERE patient_id = 1"))
    with database.write() as session:
        add_event(session, PatientId(1), {"at": now.isoformat(), "type": "place", "where": "ended"}, "ada", now)
    Monitor(database, load_rules(), StillClock(now)).cycle()
    with database.write() as session:
        erased = erase_patient(session, PatientId(1), by="ada", why="asked for it", now=now)
    assert erased.blanked > 0
    assert verified(database).findings == []
