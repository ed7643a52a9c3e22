"""People and their logins by command, and whose name a command takes once there are users."""

import fcntl
import os
import pty
import select
import shutil
import sqlite3
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import argon2
import pytest

from gateway import users

STEPGUARD = Path(sys.executable).parent / "stepguard"
PASSWORD = "correct horse battery"
BOUND_S = 60


@pytest.fixture(autouse=True)
def cheap(monkeypatch):
    """Hash quickly: what is tested is the command, not argon2."""
    monkeypatch.setattr(users, "HASHER", argon2.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


@pytest.fixture
def add(stepguard, here):
    def run(name, role):
        (here / "password").write_text(f"{PASSWORD}\n")
        said = stepguard("user", "add", name, "--role", role, "--password-file", "password", "--by", "root")
        assert said.code == 0, said.err
        return said

    return run


@pytest.fixture
def staffed(stepguard, add):
    assert stepguard("enroll", "P-0042", "--drug", "teclistamab").code == 0
    for name, role in (("ada", "nurse"), ("ben", "physician"), ("tom", "device_technician"), ("eve", "auditor")):
        add(name, role)
    return stepguard


def listed(stepguard):
    return {one["user"]: one for one in stepguard("user", "list", "--json").object}


def test_the_first_user_says_what_changes(stepguard, add):
    assert "asks nobody to log in" in stepguard("user", "list").out
    assert "from now on the console asks for a login" in add("ada", "nurse").err
    assert "from now on" not in add("ben", "physician").err
    assert listed(stepguard)["ada"]["role"] == "nurse"


def test_a_generated_password_stands_alone_on_stdout_and_is_asked_once_more_of_nobody(stepguard):
    said = stepguard("user", "add", "ada", "--role", "nurse", "--generate")
    assert said.code == 0
    assert len(said.out.strip().split("-")) == 4
    assert said.out.count("\n") == 1
    again = stepguard("user", "password", "ada", "--generate", "--json").object
    assert again["user"] == "ada"
    assert again["password"] != said.out.strip()


def test_a_password_is_asked_for_twice_at_a_terminal(stepguard, monkeypatch):
    answers = iter([PASSWORD, PASSWORD, PASSWORD, "another long one"])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("getpass.getpass", lambda _prompt: next(answers))
    assert stepguard("user", "add", "ada", "--role", "nurse").code == 0
    stepguard("user", "password", "ada").refuses("differ", "nothing was changed")


def test_a_login_is_shut_opened_and_given_another_role(stepguard, add):
    add("ada", "nurse")
    said = stepguard("user", "disable", "ada")
    assert "may not log in" in said.out
    assert "consoles that are opened ask for none" in said.err
    assert listed(stepguard)["ada"]["disabled"] is True
    assert stepguard("user", "enable", "ada").code == 0
    assert stepguard("user", "role", "ada", "auditor", "--json").object == {"user": "ada"}
    assert listed(stepguard)["ada"]["role"] == "auditor"


def test_a_locked_login_shows_and_is_unlocked(stepguard, add, here):
    add("ada", "nurse")
    with sqlite3.connect(here / "stepguard.db") as database:
        database.execute("update app_user set wrong_in_a_row = 7, locked_until = ?", (4_000_000_000_000_000,))
    database.close()
    assert "LOCKED until" in stepguard("user", "list").out
    assert listed(stepguard)["ada"]["locked_until"] is not None
    assert stepguard("user", "unlock", "ada").code == 0
    assert listed(stepguard)["ada"]["locked_until"] is None
    assert "LOCKED" not in stepguard("user", "list").out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["add", "Ada Berg", "--role", "nurse", "--generate"], ["one word", "ada"]),
        (["add", "ada", "--role", "boss", "--generate"], ["--role", "physician"]),
        (["add", "ada", "--role", "nurse"], ["--password-file", "--generate"]),
        (["add", "ada", "--role", "nurse", "--password-file", "none"], ["none", "cannot be read"]),
        (["add", "ada", "--role", "nurse", "--password-file", "empty"], ["empty", "first line"]),
        (["add", "ada", "--role", "nurse", "--password-file", "short"], ["at least 12"]),
        (["add", "ada", "--role", "nurse", "--generate", "--password-file", "short"], ["exclude"]),
        (["password", "zoe", "--generate"], ["'zoe'", "user list"]),
        (["role", "zoe", "nurse"], ["'zoe'"]),
        (["disable", "zoe"], ["'zoe'"]),
        (["unlock", "zoe"], ["'zoe'"]),
    ],
    ids=" ".join,
)
def test_what_cannot_be_used_is_said_with_its_remedy_and_nobody_is_added(stepguard, here, arguments, words):
    (here / "empty").write_text("")
    (here / "short").write_text("tooshort\n")
    stepguard("user", *arguments).refuses(*words)
    assert listed(stepguard) == {}


def test_a_name_that_is_taken_is_refused_before_a_password_is_asked_for(stepguard, add, monkeypatch):
    add("ada", "nurse")
    monkeypatch.setattr("sys.stdin.isatty", lambda: pytest.fail("a password was asked for"))
    stepguard("user", "add", "ADA", "--role", "nurse").refuses("'ada'", "exists already")


DOSE = ["dose", "P-0042", "--step", "SUD1"]
GRADE = ["grade", "P-0042", "crs", "2"]
REFUSED = [
    ("eve", DOSE, "nurse or physician"),
    ("tom", DOSE, "nurse or physician"),
    ("ada", GRADE, "ask a physician"),
    ("eve", ["enroll", "P-0043"], "nurse or physician"),
    ("ada", ["device", "add", "kit-1"], "device technician"),
    ("eve", ["device", "assign", "kit-1", "P-0042"], "nurse"),
    ("tom", ["export", "timeline", "P-0042"], "nurse"),
    ("tom", ["contact", "list", "P-0042"], "nurse"),
    ("eve", ["contact", "add", "P-0042", "--name", "son", "--number", "+4520123456"], "nurse"),
    ("tom", ["outbox", "list"], "nurse"),
    ("eve", ["outbox", "reply", "--from", "+12025550111", "OK"], "nurse"),
]


@pytest.mark.parametrize(("name", "arguments", "able"), REFUSED, ids=str)
def test_a_role_that_does_not_permit_a_command_is_refused_with_who_could(staffed, name, arguments, able):
    before = staffed("export", "timeline", "P-0042", "--by", "eve").object
    staffed(*arguments, "--by", name).refuses(f"--by {name}", "may not", able)
    assert staffed("export", "timeline", "P-0042", "--by", "eve").object == before
    assert staffed("device", "list", "--json", "--by", "tom").object == []


@pytest.mark.parametrize("name", ["zoe", "Ada Berg"])
def test_a_name_without_a_login_is_refused_once_there_are_users(staffed, name):
    staffed(*DOSE, "--by", name).refuses("--by", name, "user list")


def test_the_login_name_of_the_machine_must_be_a_user_too(staffed, monkeypatch):
    monkeypatch.setenv("LOGNAME", "cleo")
    staffed(*DOSE).refuses("cleo", "user list")
    monkeypatch.setenv("LOGNAME", "ada")
    assert staffed(*DOSE).code == 0


def test_a_disabled_user_may_nothing_by_command(staffed):
    staffed("user", "disable", "ada")
    staffed(*DOSE, "--by", "ada").refuses("'ada'", "enabled")


def test_the_record_keeps_the_name_as_it_is_written_among_the_users(staffed):
    assert staffed(*DOSE, "--by", "ADA").code == 0
    assert staffed("export", "timeline", "P-0042", "--by", "eve").object["events"][0]["by"] == "ada"


def test_a_nurse_writes_down_the_grade_of_a_named_clinician(staffed):
    assert staffed(*GRADE, "--by", "ada", "--clinician", "Dr Ito").code == 0
    assert staffed(*GRADE, "--by", "ben").code == 0
    staffed(*GRADE, "--by", "ada", "--clinician", " ").refuses("--clinician")
    events = staffed("export", "timeline", "P-0042", "--by", "eve").object["events"]
    assert [event["by"] for event in events] == ["Dr Ito", "ben"]


def test_own_limits_are_a_physicians(staffed, here):
    (here / "profile.json").write_text(
        '{"code": "P-0042", "limits": {"oximetry": {"urgent": 88, "emergency": 85, "by": "ben", "why": "COPD",'
        ' "until": "2026-12-31T00:00:00Z"}}}'
    )
    enroll = ["enroll", "P-0042", "--profile", "profile.json"]
    staffed(*enroll, "--by", "ada").refuses("own limits", "ask a physician")
    said = staffed(*enroll, "--by", "ben")
    assert said.code == 0, said.err
    said = staffed(*enroll, "--weight-kg", "70", "--by", "ada")
    assert said.code == 0, "limits that do not change are nobody's deed"


def test_what_people_change_and_look_at_is_in_the_audit_log_under_their_names(staffed, here):
    staffed("device", "add", "kit-1", "--by", "tom")
    staffed("device", "assign", "kit-1", "P-0042", "--by", "ada")
    staffed("contact", "add", "P-0042", "--name", "daughter", "--number", "+4520123456", "--by", "ben")
    staffed("export", "timeline", "P-0042", "--by", "eve")
    found = deeds(here / "stepguard.db")
    for actor, word in (("tom", "hub:kit-1"), ("ada", "assigned"), ("ben", "contact added"), ("eve", "timeline")):
        assert any(who == actor and word in deed for who, deed in found), (actor, word, found)
    assert all(who for who, _ in found)


def deeds(file):
    """Return (actor, subject with details) of everything in the people's chain."""
    import msgspec  # noqa: PLC0415 - only this reads bytes of the log

    database = sqlite3.connect(file)
    rows = database.execute(
        "SELECT a.body, p.payload FROM audit a JOIN audit_payload p ON a.chain = p.chain AND a.number = p.number"
        " WHERE a.chain = 'people' ORDER BY a.number"
    ).fetchall()
    database.close()
    return [
        (msgspec.json.decode(body)[0][3], f"{msgspec.json.decode(body)[0][1]} {payload!r}") for body, payload in rows
    ]


class Terminal:
    """A console in a terminal of its own, as an SSH connection gives it."""

    def __init__(self, folder, *arguments):
        self.seen = b""
        self.line, inner = pty.openpty()
        fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        self.process = subprocess.Popen(
            ["setsid", "--ctty", str(STEPGUARD), *arguments],
            cwd=folder,
            env=os.environ | {"TERM": "xterm-256color"},
            stdin=inner,
            stdout=inner,
            stderr=inner,
        )
        os.close(inner)

    def wait_for(self, word):
        """Read what the terminal shows until it shows `word`."""
        until = time.monotonic() + BOUND_S
        while word not in self.seen:
            assert time.monotonic() < until, self.seen[-2000:]
            ready, _, _ = select.select([self.line], [], [], 1)
            if ready:
                self.seen += os.read(self.line, 65536)

    def press(self, keys):
        self.seen = b""
        os.write(self.line, keys)

    def drop(self):
        """Cut the line, and wait until the process has ended."""
        os.close(self.line)
        return self.process.wait(BOUND_S)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("setsid") is None, reason="needs setsid: apt install util-linux")
def test_a_connection_that_drops_ends_the_console_and_logs_its_person_out(staffed, here):
    terminal = Terminal(here, "console", "--by", "ada")
    try:
        terminal.wait_for(b"password")
        terminal.press(PASSWORD.encode() + b"\r")
        terminal.wait_for(b"ada (nurse)")
        terminal.drop()
    finally:
        terminal.process.kill()
        terminal.process.wait()
    told = [deed for who, deed in deeds(here / "stepguard.db") if who == "ada"]
    assert "let in" in told[-2]
    assert "logged out" in told[-1]
