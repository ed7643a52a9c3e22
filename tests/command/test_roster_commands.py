"""Duty by command: who is on call, an override in the night, telephones that are tested."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from alerts.view import incident_lines
from gateway.database import Database

STEPGUARD = Path(sys.executable).parent / "stepguard"
LOOKS = 200  # each look is a process of its own, so a slow machine looks more slowly too

PEOPLE = "".join(
    f'[[person]]\nkey = "{key}"\nname = "{key.title()}"\nnumber = "+452000000{place}"\n'
    for place, key in enumerate(("ada", "ben", "cleo"))
)
WEEK = "".join(
    f"""
[[rotation]]
role = "{role}"
people = ["ada", "ben"]
handover = "weekly"
on = "mon"
at = 08:00:00
starts_on = 2026-03-02
"""
    for role in ("nurse", "second_nurse", "oncologist", "emergency_department")
)
TUESDAY = "2026-03-03T02:10+01:00"
FAR = "2099-01-01T00:00Z"


@pytest.fixture
def ward(stepguard, here):
    """A site with its own roster."""
    (here / "roster.toml").write_text(f'timezone = "Europe/Copenhagen"\n{PEOPLE}{WEEK}')
    (here / "stepguard.toml").write_text('[site]\nroster = "roster.toml"\n')
    return stepguard


def override(ward, *more, person="cleo", until=FAR):
    return ward("roster", "override", "--role", "nurse", "--person", person, "--until", until, "--by", "ada", *more)


def test_the_coming_days_are_shown_turn_by_turn_in_the_sites_time(ward):
    said = ward("roster", "show", "--at", TUESDAY, "--days", "14")
    assert said.code == 0
    lines = [line.split() for line in said.out.splitlines() if line.startswith("nurse ")]
    assert lines[0] == ["nurse", "Ada", "+4520000000", "unverified"]
    assert [" ".join(line) for line in lines[1:]] == [
        "nurse Tue 03 Mar 02:10 - Mon 09 Mar 08:00 Ada rotation",
        "nurse Mon 09 Mar 08:00 - Mon 16 Mar 08:00 Ben rotation",
        "nurse Mon 16 Mar 08:00 - Tue 17 Mar 02:10 Ada rotation",
    ]


def test_show_gives_the_same_to_a_machine(ward):
    shown = ward("roster", "show", "--at", TUESDAY, "--days", "7", "--json").object
    assert shown["on_call"]["nurse"] == "Ada"
    assert shown["example"] is False
    assert shown["turns"][1] == {
        "role": "nurse",
        "person": "ben",
        "name": "Ben",
        "from": "2026-03-09T07:00:00+00:00",
        "until": "2026-03-10T01:10:00+00:00",
        "origin": "rotation",
    }
    assert {one["person"]: one["state"] for one in shown["telephones"]} == dict.fromkeys(
        ("ada", "ben", "cleo"), "unverified"
    )


def test_next_says_who_takes_over(ward):
    override(ward, "--from", "2026-03-01T00:00Z")
    assert {turn["role"] for turn in ward("roster", "next", "--json").object} == {
        "second_nurse",
        "oncologist",
        "emergency_department",
    }
    assert "nurse                  nobody else within 31 days" in ward("roster", "next").out


def test_an_override_is_entered_listed_shown_and_removed_without_a_file(ward):
    entered = override(ward, "--why", "Ben is ill")
    assert entered.out.startswith("override 1: cleo is nurse until Thu 01 Jan 01:00")
    [listed] = ward("roster", "overrides", "--json").object
    assert (listed["person"], listed["why"], listed["by"], listed["on_roster"]) == ("cleo", "Ben is ill", "ada", True)
    assert ward("roster", "show", "--json").object["on_call"]["nurse"] == "Cleo"
    assert ward("roster", "override-remove", "1", "--by", "ben").code == 0
    assert ward("roster", "show", "--json").object["on_call"]["nurse"] != "Cleo"
    assert ward("roster", "overrides", "--json").object == []
    [kept] = ward("roster", "overrides", "--all", "--json").object
    assert (kept["by"], kept["removed_by"]) == ("ada", "ben")
    assert "removed by ben" in ward("roster", "overrides", "--all").out


def test_what_was_done_to_duty_is_sealed_in_the_audit_log_with_its_actor(ward, here):
    override(ward)
    ward("roster", "override-remove", "1", "--by", "ben")
    ward("roster", "verify", "cleo", "--by", "ada")
    database = Database(f"sqlite:///{here}/stepguard.db")
    with database.read() as session:
        rows = session.connection().exec_driver_sql(
            "SELECT audit.chain, payload FROM audit JOIN audit_payload USING (chain, number) ORDER BY number"
        )
        sealed = [(chain, payload.decode()) for chain, payload in rows if b'"what"' in payload]
    database.dispose()
    assert [chain for chain, _ in sealed] == ["people"] * 3
    assert ['"entered"' in sealed[0][1], '"removed"' in sealed[1][1], '"verification asked"' in sealed[2][1]] == [
        True
    ] * 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["override", "--role", "nurse", "--person", "eve", "--until", FAR], ["'eve'", "ada, ben, cleo"]),
        (["override", "--role", "doctor", "--person", "ada", "--until", FAR], ["doctor", "nurse"]),
        (["override", "--role", "nurse", "--person", "ada", "--until", "2099-01-01T00:00"], ["--until", "no offset"]),
        (["override", "--role", "nurse", "--person", "ada", "--until", "2026-03-01T00:00Z"], ["before it begins"]),
        (
            [
                "override",
                "--role",
                "nurse",
                "--person",
                "ada",
                "--from",
                "2026-03-01T00:00Z",
                "--until",
                "2026-03-02T00:00Z",
            ],
            ["has ended already"],
        ),
        (["override-remove", "9"], ["no override has the number 9", "roster overrides"]),
        (["verify"], ["name one person", "--all"]),
        (["verify", "ada", "--all"], ["name one person", "--all"]),
        (["verify", "eve"], ["'eve'", "ada, ben, cleo"]),
    ],
)
def test_what_cannot_be_meant_is_refused_with_the_remedy(ward, arguments, said):
    ward("roster", *arguments).refuses(*said)


def test_check_counts_overrides_as_cover_and_lists_what_is_left(ward, here):
    (here / "roster.toml").write_text(f'timezone = "UTC"\n{PEOPLE}{WEEK.replace("2026-03-02", "2098-12-29")}')
    assert "nobody is nurse from" in ward("roster", "check", "--days", "2").out
    override(ward)
    said = ward("roster", "check", "--days", "2")
    assert said.code == 1
    assert "nobody is nurse from" not in said.out
    assert "nobody is oncologist from" in said.out


def test_check_names_an_override_for_somebody_who_left_the_roster(ward, here):
    override(ward)
    file = here / "roster.toml"
    file.write_text(file.read_text().replace('key = "cleo"', 'key = "eve"'))
    said = ward("roster", "check", "--days", "1")
    assert said.code == 1
    assert "override 1 has no effect: 'cleo' is not on the roster" in said.out
    assert "without effect" in ward("roster", "overrides").out


@pytest.mark.slow
def test_an_engine_that_runs_as_a_process_of_its_own_follows_an_override_without_a_restart(ward, here, installed):
    """Nobody is the nurse, which calls the second nurse; an override ends that."""
    nobody = WEEK.replace(
        'role = "nurse"\npeople = ["ada", "ben"]', 'role = "nurse"\npeople = ["ada"]\nfrom = {}\nuntil = {}'
    )
    hour = (datetime.now(UTC) + timedelta(hours=6)).replace(minute=0, second=0, microsecond=0)  # noqa: TID251 - the engine keeps the wall's time
    hours = (f"{hour:%H:%M:%S}", f"{hour + timedelta(hours=1):%H:%M:%S}")
    (here / "roster.toml").write_text(f'timezone = "UTC"\n{PEOPLE}{nobody.format(*hours)}')
    database = Database(f"sqlite:///{here}/stepguard.db")
    database.migrate()
    engine = subprocess.Popen(
        [str(STEPGUARD), "alerts"],
        cwd=here,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "STEPGUARD_ALERTS__ADMIN_LISTEN": "127.0.0.1:0"},
    )

    def told():
        installed("--version")
        with database.read() as session:
            return "nobody is on call as nurse" in {line.reason for line in incident_lines(session, hour)}

    try:
        assert any(told() for _ in range(LOOKS))
        override(ward)
        assert not all(told() for _ in range(LOOKS))
    finally:
        engine.kill()
        engine.wait()
        database.dispose()


def test_telephones_are_asked_and_the_answer_is_awaited(ward):
    assert ward("roster", "verify", "--all", "--by", "ada").out == "asked Ada, Ben, Cleo\n"
    assert {one["state"] for one in ward("roster", "show", "--json").object["telephones"]} == {"asked"}
    bodies = [line["body"] for line in ward("outbox", "list", "--json").object]
    assert len(bodies) == 3
    assert all(body.startswith("STEPGUARD test of this phone. Reply ") for body in bodies)


def test_a_homes_telephone_is_asked_when_it_is_bound_and_again_by_command(ward):
    ward("enroll", "P-0042")
    ward("contact", "add", "P-0042", "--name", "daughter", "--number", "+4520123456")
    [bound] = ward("contact", "list", "P-0042", "--json").object
    assert bound["state"] == "asked"
    assert ward("contact", "verify", "P-0042", "--number", "+45 20 12 34 56").out == "asked daughter\n"
    assert len(ward("outbox", "list", "--json").object) == 2
    assert "asked 2" in ward("contact", "list", "P-0042").out
    ward("contact", "verify", "P-0042", "--number", "+4520123457").refuses("is not bound to P-0042", "contact add")
    ward("contact", "remove", "P-0042", "+4520123456")
    ward("contact", "verify", "P-0042").refuses("no telephone is bound to P-0042", "contact add")


def test_tests_of_the_telephones_on_call_are_listed(ward):
    rows = ward("roster", "drills", "--json").object
    assert {(row["state"], row["tested_at"]) for row in rows} == {("untested", None)}
    assert {row["name"] for row in rows} <= {"Ada", "Ben"}
    assert "untested" in ward("roster", "drills").out


def test_status_names_gaps_and_telephones_nobody_answered_from(ward, here):
    (here / "roster.toml").write_text(f'timezone = "UTC"\n{PEOPLE}{WEEK.replace("2026-03-02", "2098-12-29")}')
    findings = ward("status", "--json").object["findings"]
    said = {(one["subject"], one["text"]): one["fine"] for one in findings}
    assert said["roster", "nobody is on call as nurse now"] is False
    assert said["telephone", "Ada: unverified"] is None


def test_without_its_database_the_roster_is_shown_from_the_file_and_says_so(ward, here):
    (here / "stepguard.toml").write_text(
        '[site]\nroster = "roster.toml"\n[database]\nurl = "sqlite:///no/such/folder.db"\n'
    )
    said = ward("roster", "show", "--at", TUESDAY)
    assert said.code == 0
    assert "Ada" in said.out
    assert "without overrides" in said.err
