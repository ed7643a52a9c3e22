"""What the person who installs and looks after the system is told by the commands."""

import json
import sqlite3

import pytest

from console.command import main
from gateway.clock import WallClock
from gateway.database import Database
from gateway.permissions import Role
from gateway.store import beat
from gateway.users import add_user, set_user_disabled

PASSWORD = "seven green apples"


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A database of this test alone, which every command finds."""
    url = f"sqlite:///{tmp_path}/site.db"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STEPGUARD_DATABASE__URL", url)
    database = Database(url)
    database.migrate()
    yield database
    database.dispose()


def login(database, name, role):
    with database.write() as session:
        add_user(session, name, role, PASSWORD, by="root", now=WallClock().now())


def found(capsys, subject):
    main(["status", "--json"])
    findings = json.loads(capsys.readouterr().out)["findings"]
    return [(one["fine"], one["text"]) for one in findings if one["subject"] == subject]


def test_status_counts_who_can_log_in(site, capsys):
    [(fine, text)] = found(capsys, "logins")
    assert fine is None
    assert "asks for none" in text
    login(site, "ada", Role.NURSE)
    login(site, "ben", Role.NURSE)
    with site.write() as session:
        set_user_disabled(session, "ben", disabled=True, by="root", now=WallClock().now())
    assert found(capsys, "logins") == [(None, "1 enabled of 2")]


def test_unsigned_thresholds_are_not_called_fine(site, capsys):
    with site.write() as session:
        beat(session, "alerts", WallClock().now(), {"unsigned": True})
    assert [fine for fine, _ in found(capsys, "unsigned")] == [None]


def test_the_paper_list_is_for_those_who_may_see_the_ward_and_the_log_says_who_took_it(site, capsys):
    login(site, "ada", Role.NURSE)
    login(site, "tom", Role.DEVICE_TECHNICIAN)
    login(site, "max", Role.AUDITOR)
    assert main(["export", "downtime", "--by", "tom"]) == 2
    assert "see the values of the ward" in capsys.readouterr().err
    assert main(["export", "downtime", "--by", "ada"]) == 0
    capsys.readouterr()
    assert main(["audit", "show", "--by", "max", "--json"]) == 0
    taken = [one for one in json.loads(capsys.readouterr().out) if one["subject"] == "ward:list"]
    assert [(one["kind"], one["actor"]) for one in taken] == [("view", "ada")]


def test_a_database_that_takes_nothing_keeps_the_paper_list_from_nobody(site, tmp_path, capsys, monkeypatch):
    login(site, "ada", Role.NURSE)
    with sqlite3.connect(tmp_path / "site.db") as other:
        other.execute("CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no room'); END")
    assert main(["export", "downtime", "--by", "ada"]) == 0
    said = capsys.readouterr()
    assert "not in the audit log" in said.err
    assert said.out.strip() != ""


def test_whoever_chooses_a_password_is_told_how_long_it_must_be_before_typing_it(site, monkeypatch):
    asked = []

    def typed(prompt):
        asked.append(prompt)
        return PASSWORD

    monkeypatch.setattr("getpass.getpass", typed)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    assert main(["user", "add", "ada", "--role", "nurse"]) == 0
    assert "at least 12 characters" in asked[0]


def test_check_says_by_day_that_the_folder_of_the_nights_backup_is_missing(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STEPGUARD_BACKUP__FOLDER", str(tmp_path / "backups"))
    monkeypatch.setenv("STEPGUARD_SITE__DOWNTIME_FOLDER", str(tmp_path))
    assert main(["check"]) == 0
    said = capsys.readouterr().err
    assert "backup.folder" in said
    assert "downtime_folder" not in said
    (tmp_path / "backups").mkdir()
    assert main(["check"]) == 0
    assert "backup.folder" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("variable", "given", "said"),
    [
        ("DATABASE__URL", "mysql://x/y", "database.url: mysql:// is not supported"),
        ("MQTT__LISTEN", "127.0.0.1:88830", "mqtt.listen: '127.0.0.1:88830' is not host:port"),
        ("GATEWAY__ADMIN_LISTEN", "8482", "gateway.admin_listen: '8482' is not host:port"),
    ],
)
def test_check_refuses_what_no_part_could_start_with(tmp_path, monkeypatch, capsys, variable, given, said):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(f"STEPGUARD_{variable}", given)
    assert main(["check"]) == 2
    assert said in capsys.readouterr().err


def test_a_database_whose_folder_is_missing_is_named_by_check_and_by_whatever_opens_it(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STEPGUARD_DATABASE__URL", f"sqlite:///{tmp_path}/away/site.db")
    assert main(["check"]) == 0
    assert f"database.url: {tmp_path}/away does not exist" in capsys.readouterr().err
    assert main(["status"]) == 1
    assert f"{tmp_path}/away must exist" in capsys.readouterr().err


def test_a_signature_of_a_day_to_come_is_doubted_by_check(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STEPGUARD_RULES__SIGNED_BY", "Dr Berg")
    monkeypatch.setenv("STEPGUARD_RULES__SIGNED_ON", "2999-01-01")
    assert main(["check"]) == 0
    assert "rules.signed_on 2999-01-01 has not come yet" in capsys.readouterr().err
