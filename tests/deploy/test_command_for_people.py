"""`deploy/bin/stepguard`: the command finds configuration, secrets and bells whoever calls it."""

import os
import pwd
import subprocess
import sys

import pytest


@pytest.fixture
def installed(tmp_path, deploy):
    """The script with every place moved below a folder of this test, and a command that says what it was given."""
    etc, program, run = tmp_path / "etc", tmp_path / "opt", tmp_path / "run"
    command = program / ".venv" / "bin" / "stepguard"
    command.parent.mkdir(parents=True)
    command.write_text('#!/bin/sh\necho "$PWD|$STEPGUARD_SITE__TIMEZONE|${TMPDIR:-}|$*"\n')
    command.chmod(0o755)
    (command.parent / "python").symlink_to(sys.executable)
    etc.mkdir()
    (etc / "stepguard.env").write_text("# comment\nSTEPGUARD_SITE__TIMEZONE=Europe/Copenhagen\n")
    script = (deploy / "bin" / "stepguard").read_text()
    moves = {"/opt/stepguard": program, "/etc/stepguard": etc, "/run/stepguard": run}
    for place, here in moves.items():
        script = script.replace(f"={place}\n", f"={here}\n")
    user = pwd.getpwuid(os.getuid()).pw_name
    script = script.replace("OWNER=stepguard\n", f"OWNER={user}\n")
    file = tmp_path / "stepguard"
    file.write_text(script)
    file.chmod(0o755)
    return file, etc, run


def said(file, *arguments):
    return subprocess.run([file, *arguments], capture_output=True, text=True, check=True).stdout.strip().split("|")


def test_the_owner_works_in_the_configured_place_with_its_environment(installed):
    file, etc, _ = installed
    assert said(file, "status", "--json")[:2] == [str(etc), "Europe/Copenhagen"]
    assert said(file, "enroll", "two words")[3] == "enroll two words"


def test_what_people_enter_rings_where_the_services_listen(installed):
    file, _, run = installed
    assert said(file, "status")[2] != str(run)
    run.mkdir()
    assert said(file, "status")[2] == str(run)


def test_another_version_is_tried_with_the_same_configuration_before_an_upgrade(installed, tmp_path, monkeypatch):
    file, etc, _ = installed
    command = tmp_path / "opt-new" / ".venv" / "bin" / "stepguard"
    command.parent.mkdir(parents=True)
    command.write_text('#!/bin/sh\necho "new|$PWD|$STEPGUARD_SITE__TIMEZONE|$*"\n')
    command.chmod(0o755)
    (command.parent / "python").symlink_to(sys.executable)
    monkeypatch.setenv("PROGRAM", str(tmp_path / "opt-new"))
    assert said(file, "check") == ["new", str(etc), "Europe/Copenhagen", "check"]


def test_a_python_that_the_owner_cannot_run_is_named_with_the_remedy(installed, tmp_path):
    file, _, _ = installed
    python = tmp_path / "opt" / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to(tmp_path / "home" / "of" / "somebody" / "python3")
    done = subprocess.run([file, "status"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "PYTHON=/usr/bin/python3" in done.stderr


def test_the_script_names_the_places_the_units_use(deploy):
    script = (deploy / "bin" / "stepguard").read_text()
    unit = (deploy / "systemd" / "stepguard.service").read_text()
    assert "OWNER=stepguard" in script
    assert "User=stepguard" in unit
    assert "RUN=/run/stepguard" in script
    assert "TMPDIR=/run/stepguard" in unit
    assert "ExecStart=/opt/stepguard/.venv/bin/stepguard" in unit
