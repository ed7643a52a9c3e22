"""`stepguard audit` as an auditor meets it."""

import json
import sys
from io import StringIO

import pytest
from sqlalchemy import text

from console.command import main
from gateway.permissions import Role
from gateway.users import add_user


@pytest.fixture
def stepguard(night, monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STEPGUARD_DATABASE__URL", night.url)

    def run(*arguments):
        capsys.readouterr()
        code = main(list(arguments))
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_a_sound_log_says_so_with_its_counts(stepguard):
    code, out, err = stepguard("audit", "verify", "--by", "ida")
    assert code == 0, err
    assert out.splitlines()[0].startswith("sound: ")
    assert "newest anchor " in out
    assert err == "", "nothing but answers where nobody watches"


def test_findings_are_named_and_fail(stepguard, tamper):
    tamper("UPDATE reading SET payload = :other WHERE id = 2", other=b"{}")
    code, out, _ = stepguard("audit", "verify", "--by", "ida")
    assert code == 1
    assert out.startswith("altered         reading:2: not what was written")
    assert "1 faults" in out


def test_findings_as_json_stand_alone(stepguard, tamper):
    tamper("DELETE FROM page WHERE id = 1")
    code, out, _ = stepguard("audit", "verify", "--json", "--by", "ida")
    found = json.loads(out)
    assert code == 1
    assert found["sound"] is False
    assert {"fault": "missing", "where": "page:1"}.items() <= found["findings"][0].items()


def test_one_patient_can_be_verified_alone(stepguard, tamper):
    tamper("UPDATE record_event SET body = '{}' WHERE patient_id = 1")
    assert stepguard("audit", "verify", "--patient", "P-1", "--by", "ida")[0] == 1
    assert stepguard("audit", "verify", "--patient", "P-2", "--by", "ida")[0] == 0


def test_the_anchor_that_was_printed_is_found_again(stepguard, tamper):
    code, printed, _ = stepguard("audit", "anchor", "--by", "ida")
    assert code == 0
    assert stepguard("audit", "verify", "--anchor", printed.strip(), "--by", "ida")[0] == 0
    tamper(
        "DELETE FROM audit WHERE chain = 'anchor' AND number = (SELECT max(number) FROM audit WHERE chain = 'anchor')"
    )
    code, out, _ = stepguard("audit", "verify", "--anchor", printed.strip(), "--by", "ida")
    assert (code, out.split()[:2]) == (1, ["anchor", "unknown"])


def test_what_is_no_hash_is_refused(stepguard):
    code, out, err = stepguard("audit", "verify", "--anchor", "abc?", "--by", "ida")
    assert (code, out) == (2, "")
    assert "--anchor 'abc?' is not a hash" in err


def test_the_log_is_read_in_the_order_of_time_with_names(stepguard):
    code, out, _ = stepguard("audit", "show", "--limit", "1000", "--by", "ida")
    lines = out.splitlines()
    assert code == 0
    assert [line.split()[0] for line in lines] == sorted(line.split()[0] for line in lines)
    told = " ".join(next(line for line in lines if "neighbour" in line).split())
    assert " change P-1 ada incident_event:" in told
    assert any("acknowledgement" in line and " ada " in line for line in lines)
    assert any("view" in line and "screen=patient" in line for line in lines)


def test_the_log_can_be_asked_for_one_patient_kind_and_time(stepguard):
    _, out, _ = stepguard(
        "audit",
        "show",
        "--patient",
        "P-2",
        "--kind",
        "reading",
        "--since",
        "2026-03-03T02:20Z",
        "--json",
        "--by",
        "ida",
    )
    found = json.loads(out)
    assert [(line["patient"], line["kind"]) for line in found] == [("P-2", "reading")] * 3
    assert [line["subject"] for line in found] == ["reading:4", "reading:6", "quarantine:1"]


def test_every_assessment_of_the_night_comes_out_again(stepguard, night):
    code, out, err = stepguard("audit", "recompute", "P-1", "--by", "ida")
    assert code == 0, err
    with night.read() as session:
        query = text("SELECT count(*) FROM assessment WHERE patient_id = 1")
        stored = session.connection().execute(query).scalar_one()
    assert out.startswith(f"P-1: {stored} assessments compared under rules ")
    assert f"{stored} the same, 0 not comparable" in out


def test_a_changed_assessment_is_told_with_key_and_both_values(stepguard, tamper):
    tamper(
        "UPDATE assessment SET body = CAST(replace(CAST(body AS TEXT), :was, :now) AS BLOB) WHERE patient_id = 1",
        was='"urgency":"urgent"',
        now='"urgency":"routine"',
    )
    code, out, _ = stepguard("audit", "recompute", "P-1", "--by", "ida")
    assert code == 1
    assert "urgency is 'routine', comes out as 'urgent'" in out
    code, out, _ = stepguard("audit", "recompute", "P-1", "--json", "--by", "ida")
    assert json.loads(out)["differences"][0]["key"] == "urgency"


def test_erasing_asks_first_and_refuses_who_is_watched(stepguard, monkeypatch):
    monkeypatch.setattr(sys, "stdin", StringIO("n\n"))
    code, _, err = stepguard("audit", "erase", "P-1", "--why", "asked", "--by", "ada")
    assert code == 1
    assert "P-1 was not erased" in err
    code, _, err = stepguard("audit", "erase", "P-1", "--why", "asked", "--yes", "--by", "ada")
    assert code == 2
    assert "still watched; record place ended first" in err


def test_only_an_auditor_reads_the_log_once_there_are_users(stepguard, night, now):
    with night.write() as session:
        add_user(session, "ida", Role.AUDITOR, "a long enough phrase", by="root", now=now)
        add_user(session, "ben", Role.NURSE, "another long phrase", by="root", now=now)
    assert stepguard("audit", "verify", "--by", "ida")[0] == 0
    code, _, err = stepguard("audit", "verify", "--by", "ben")
    assert code == 2
    assert "a nurse may not read the audit log; ask an auditor" in err
