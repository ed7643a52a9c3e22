"""Backups of a database in use, kills in the middle, and drills that find a single flipped byte."""

import contextlib
import json
import resource
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest

from console.command import main
from console.commands.backup import check_audit
from gateway import store
from gateway.backup import BackupError, back_up
from gateway.clock import WallClock
from gateway.database import Database
from gateway.manifest import ManifestError, beside, read_manifest, sha256_of
from gateway.postgresql import connect, parse_url
from gateway.readiness import QUIET_AFTER_S
from gateway.restore import drill, restore

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HUBS = 400
ROOM_BYTES = 1 << 20
"""Less than the copy needs."""


def rows(file):
    with contextlib.closing(sqlite3.connect(file)) as connection:
        return connection.execute("SELECT * FROM hub ORDER BY id").fetchall()


def names(folder):
    return sorted(file.name for file in folder.iterdir())


def add_hubs(database, names):
    with database.write_connection() as connection:
        for name in names:
            connection.exec_driver_sql(
                "INSERT INTO hub (name, password_hash, disabled) VALUES (?, ?, 0)", (name, "x" * 4000)
            )


@pytest.fixture
def house(database):
    """A database of some megabytes, so that its copy takes several steps."""
    if database.engine.dialect.name != "sqlite":
        pytest.skip("of SQLite's files")
    add_hubs(database, [f"kit-{i}" for i in range(HUBS * 5)])
    return database


def test_a_backup_beside_a_writer_is_one_moment_and_the_writer_goes_on(house, tmp_path):
    written, steps = [], []

    def writes_between_steps(done, of):
        if done < of:
            name = f"late-{len(written)}"
            writer = threading.Thread(target=add_hubs, args=(house, [name]))
            writer.start()
            writer.join()
            written.append(name)
        steps.append((done, of))

    manifest = back_up(house, tmp_path / "b.backup", NOON, writes_between_steps)
    assert len(steps) > 1, "it is copied in steps"
    assert written, "somebody wrote meanwhile"
    assert manifest.tables["hub"].rows == HUBS * 5, "what was written after it began is not in it"
    copied = {row[1] for row in rows(tmp_path / "b.backup")}
    assert copied == {f"kit-{i}" for i in range(HUBS * 5)}
    with house.read() as session:
        assert {hub.name for hub in store.hubs(session)} == copied | set(written)


def test_a_backup_is_for_its_owner_alone_and_one_file_with_its_manifest(house, tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    back_up(house, folder / "b.backup", NOON)
    assert names(folder) == ["b.backup", "b.backup.manifest.json"]
    for file in folder.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert read_manifest(folder / "b.backup").made_at == NOON


def test_nothing_is_overwritten(house, tmp_path):
    (tmp_path / "b.backup").write_text("mine")
    with pytest.raises(BackupError, match="exists; choose another name"):
        back_up(house, tmp_path / "b.backup", NOON)
    assert (tmp_path / "b.backup").read_text() == "mine"


def test_a_disk_without_room_is_named_with_the_remedy_and_leaves_nothing(house, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("STEPGUARD_DATABASE__URL", house.url)
    place = tmp_path / "elsewhere"
    assert main(["backup", "--to", str(place / "b.backup")]) == 2
    assert f"the folder {place} does not exist; make it" in capsys.readouterr().err
    place.mkdir()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM_BYTES, hard))
    try:
        assert main(["backup", "--to", str(place / "b.backup")]) == 1
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert f"make room in {place}" in capsys.readouterr().err
    assert [each for each in place.iterdir() if each.stat().st_size] == []


KILLED = """
import os, signal, sys
from pathlib import Path
from gateway.backup import back_up
from gateway.clock import WallClock
from gateway.database import Database
def die(done, of):
    os.kill(os.getpid(), signal.SIGKILL)
back_up(Database(sys.argv[1]), Path(sys.argv[2]), WallClock().now(), die)
"""


@pytest.mark.faults
def test_a_backup_killed_in_the_middle_leaves_nothing_under_its_name_and_the_next_one_succeeds(house, tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, house.url, str(folder / "b.backup")], timeout=60, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert all(name.startswith(".b.backup.part") for name in names(folder))
    back_up(house, folder / "b.backup", NOON)
    assert names(folder) == ["b.backup", "b.backup.manifest.json"]
    assert drill(house.url, folder / "b.backup", check_audit).faults == ()


def flip(file, at):
    content = bytearray(file.read_bytes())
    content[at] ^= 1
    file.write_bytes(bytes(content))


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7, 1.0])
def test_a_drill_finds_one_flipped_bit_anywhere(house, tmp_path, share):
    to = tmp_path / "b.backup"
    manifest = back_up(house, to, NOON)
    assert drill(house.url, to, check_audit).faults == ()
    flip(to, int(share * (manifest.bytes - 1)))
    faults = drill(house.url, to, check_audit).faults
    assert "SHA-256 differs" in faults[0]


def test_a_drill_finds_a_row_that_is_missing_though_the_checksum_was_made_to_fit(house, tmp_path):
    to = tmp_path / "b.backup"
    back_up(house, to, NOON)
    with contextlib.closing(sqlite3.connect(to, isolation_level=None)) as connection:
        connection.execute("DELETE FROM hub WHERE name = 'kit-7'")
    forged = json.loads(beside(to).read_bytes())
    beside(to).write_text(json.dumps(forged | {"sha256": sha256_of(to)}))
    assert drill(house.url, to, check_audit).faults == (
        f"table hub has {HUBS * 5 - 1} rows up to id {HUBS * 5}, the manifest says {HUBS * 5} rows up to id {HUBS * 5}",
    )


def test_a_backup_without_its_manifest_is_not_guessed_at(house, tmp_path):
    back_up(house, tmp_path / "b.backup", NOON)
    beside(tmp_path / "b.backup").unlink()
    with pytest.raises(ManifestError, match="a backup is the two files together"):
        drill(house.url, tmp_path / "b.backup", check_audit)


def test_a_restored_database_is_the_one_that_was_backed_up_and_the_other_is_kept(house, tmp_path):
    before = rows(tmp_path / "house.db")
    back_up(house, tmp_path / "b.backup", NOON)
    add_hubs(house, ["since"])
    house.dispose()
    with pytest.raises(BackupError, match="--replace"):
        restore(house.url, tmp_path / "b.backup", NOON, check_audit)
    restored = restore(house.url, tmp_path / "b.backup", NOON, check_audit, replace=True)
    assert restored.faults == ()
    assert rows(tmp_path / "house.db") == before
    assert len(rows(restored.moved_to)) == len(before) + 1


def test_a_damaged_backup_replaces_nothing(house, tmp_path):
    back_up(house, tmp_path / "b.backup", NOON)
    flip(tmp_path / "b.backup", 5_000)
    add_hubs(house, ["since"])
    house.dispose()
    assert restore(house.url, tmp_path / "b.backup", NOON, check_audit, replace=True).faults
    assert len(rows(tmp_path / "house.db")) == HUBS * 5 + 1


def test_nothing_is_restored_while_a_part_is_at_work(house, tmp_path):
    back_up(house, tmp_path / "b.backup", NOON)
    with house.write() as session:
        store.beat(session, "monitor", NOON, {})
    just_before, just_after = (NOON + timedelta(seconds=QUIET_AFTER_S + by) for by in (-1, 0))
    with pytest.raises(BackupError, match="monitor is at work"):
        restore(house.url, tmp_path / "b.backup", just_before, check_audit, replace=True)
    house.dispose()
    assert restore(house.url, tmp_path / "b.backup", just_after, check_audit, replace=True).faults == ()


def test_a_backup_goes_into_an_empty_place_without_being_forced(house, tmp_path):
    back_up(house, tmp_path / "b.backup", NOON)
    restored = restore(f"sqlite:///{tmp_path / 'new.db'}", tmp_path / "b.backup", NOON, check_audit)
    assert restored.moved_to is None
    assert rows(tmp_path / "new.db") == rows(tmp_path / "b.backup")


def test_a_file_that_is_no_database_any_more_is_replaced_when_told(house, tmp_path):
    back_up(house, tmp_path / "b.backup", NOON)
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"no database at all, but bytes" * 200)
    url = f"sqlite:///{broken}"
    with pytest.raises(BackupError, match="--replace"):
        restore(url, tmp_path / "b.backup", NOON, check_audit)
    assert restore(url, tmp_path / "b.backup", NOON, check_audit, replace=True).faults == ()
    assert len(rows(broken)) == HUBS * 5


def test_the_commands_say_what_they_did_and_what_comes_next(house, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STEPGUARD_DATABASE__URL", house.url)
    assert main(["backup", "--to", "b.backup", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["sha256"] == read_manifest(tmp_path / "b.backup").sha256
    assert main(["backup", "--to", "b.backup"]) == 2
    assert "nothing is overwritten" in capsys.readouterr().err
    assert main(["restore", "b.backup", "--drill"]) == 0
    assert "audit log sound" in capsys.readouterr().out
    assert main(["restore", "b.backup"]) == 2
    assert "--replace" in capsys.readouterr().err
    assert main(["restore", "b.backup", "--replace"]) == 0
    assert "stepguard status" in capsys.readouterr().out
    flip(tmp_path / "b.backup", 0)
    assert main(["restore", "b.backup", "--drill", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["sound"] is False


def test_a_postgresql_database_is_backed_up_drilled_and_restored(postgres_url, tmp_path):
    database = Database(postgres_url)
    with database.write() as session:
        store.add_hub(session, "kit-1")
    manifest = back_up(database, tmp_path / "b.backup", NOON)
    assert manifest.tables["hub"].rows == 1
    assert drill(database.url, tmp_path / "b.backup", check_audit).faults == ()
    with database.write() as session:
        store.add_hub(session, "kit-2")
    database.dispose()
    with pytest.raises(BackupError, match="--replace"):
        restore(database.url, tmp_path / "b.backup", WallClock().now(), check_audit)
    assert restore(database.url, tmp_path / "b.backup", WallClock().now(), check_audit, replace=True).faults == ()
    with database.read() as session:
        assert [hub.name for hub in store.hubs(session)] == ["kit-1"]
    flip(tmp_path / "b.backup", manifest.bytes // 2)
    assert drill(database.url, tmp_path / "b.backup", check_audit).faults
    database.dispose()


def test_a_role_that_may_not_make_databases_is_told_what_a_drill_needs(postgres_url, tmp_path, monkeypatch, capsys):
    database = Database(postgres_url)
    database.migrate()
    back_up(database, tmp_path / "b.backup", NOON)
    database.dispose()
    with contextlib.closing(connect(postgres_url)) as server:
        server.execute(b"DROP ROLE IF EXISTS without_databases")
        server.execute(b"CREATE ROLE without_databases LOGIN")
    monkeypatch.chdir(tmp_path)
    limited = parse_url(postgres_url).set(username="without_databases").render_as_string(hide_password=False)
    monkeypatch.setenv("STEPGUARD_DATABASE__URL", limited)
    assert main(["restore", "b.backup", "--drill"]) == 1
    assert "CREATEDB" in capsys.readouterr().err
