"""What an episode came to, printed for the hospital's own record."""

import json
from datetime import UTC, datetime

import pytest

from gateway.database import Database
from gateway.entered import store_entered
from monitor.enrolment import patient_by_code


@pytest.fixture
def ward(stepguard, here):
    assert stepguard("enroll", "P-0042", "--drug", "teclistamab").code == 0
    assert stepguard("dose", "P-0042", "--step", "SUD1", "--at", "2026-03-02T10:00Z", "--by", "ada").code == 0
    return stepguard


@pytest.fixture
def febrile(ward, here):
    at = datetime(2026, 3, 3, 10, tzinfo=UTC)
    fever = {"measured_at": at.isoformat(), "temperature": {"value": 38.4, "unit": "Cel"}}
    database = Database(f"sqlite:///{here / 'stepguard.db'}")
    with database.write() as session:
        store_entered(session, patient_by_code(session, "P-0042").patient_id, json.dumps(fever).encode(), at)
    database.dispose()
    closed = ("crs", "0", "--at", "2026-03-03T16:00Z", "--by", "Dr Ito")
    assert ward("grade", "P-0042", *closed).code == 0
    return ward


def test_the_summary_is_text_by_default_and_says_whether_the_record_holds_it(febrile):
    said = febrile("episode", "P-0042", "--by", "ada")
    assert said.code == 0, said.err
    assert "Worst CRS grade 1 or more, Tue 3 Mar 10:00, SUSPECTED" in said.out
    assert "Closed by a clinician's grade 0 Tue 3 Mar 16:00, after 6 h" in " ".join(said.out.split())
    assert "Not in the record yet" in said.out


def test_its_other_forms_are_json_pdf_and_fhir(febrile, here):
    told = febrile("episode", "P-0042", "--number", "1", "--json").object
    assert (told["summary"]["peak"]["grade"], told["summary"]["ended"]) == (1, "clinician")
    assert told["calls"] == {"calls": [], "answers": [], "departments": []}
    assert told["in_record"] is None
    assert json.loads(febrile("episode", "P-0042", "--format", "fhir").out)["type"] == "document"
    assert febrile("episode", "P-0042", "--format", "pdf", "--to", "e.pdf", "--paper", "letter").code == 0
    assert (here / "e.pdf").read_bytes().startswith(b"%PDF")


def test_what_cannot_be_printed_is_refused_with_the_remedy(ward, febrile):
    febrile("episode", "P-0042", "--number", "2").refuses("--number 2", "1")
    febrile("episode", "P-0042", "--format", "fax").refuses("fax", "fhir")
    febrile("episode", "P-0042", "--format", "pdf").refuses("--to")
    febrile("episode", "P-0042", "--format", "fhir", "--json").refuses("choose one")


def test_a_patient_without_an_episode_has_none_to_sum_up(ward):
    said = ward("episode", "P-0042")
    assert said.code == 1
    assert "has had no episode" in said.err


def test_whoever_looks_is_in_the_audit_log(febrile):
    febrile("episode", "P-0042", "--by", "ada")
    assert "episode" in febrile("audit", "show", "--patient", "P-0042", "--by", "ada").out
