"""`deploy/bin/stepguard-backup`: a backup is tried before older ones go."""

import os
import subprocess
import time

import pytest

DAY_S = 86_400


@pytest.fixture
def backup(deploy, stepguard, tmp_path, database):
    """Run the script on a database of this test; more environment can be given."""
    configuration = tmp_path / "stepguard.toml"
    configuration.write_text(f'[database]\nurl = "{database.url}"\n')

    def run(**environment):
        given = os.environ | {"CONFIG": str(configuration), "STEPGUARD": str(stepguard)} | environment
        script = deploy / "bin" / "stepguard-backup"
        return subprocess.run(
            [script, tmp_path / "backups"], env=given, capture_output=True, text=True, check=False, cwd=tmp_path
        )

    return run


def aged(folder, name, days):
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_bytes(b"old")
    os.utime(file, (time.time() - days * DAY_S,) * 2)
    return file


@pytest.mark.slow
def test_a_backup_is_written_tried_and_old_ones_go(backup, tmp_path):
    folder = tmp_path / "backups"
    old, young = aged(folder, "2026-01-01T000000Z.backup", 20), aged(folder, "2026-03-01T000000Z.backup", 3)
    foreign = aged(folder, "notes.txt", 99)
    done = backup()
    assert done.returncode == 0, done.stderr
    assert not old.exists()
    assert young.exists()
    assert foreign.exists()
    [fresh] = set(folder.glob("*.backup")) - {young}
    assert fresh.stat().st_size > 0
    assert fresh.stat().st_mode & 0o077 == 0


@pytest.mark.slow
def test_when_the_backup_fails_no_old_one_is_removed(backup, tmp_path):
    old = aged(tmp_path / "backups", "2026-01-01T000000Z.backup", 20)
    assert backup(CONFIG=str(tmp_path / "nowhere.toml")).returncode != 0
    assert old.exists()
