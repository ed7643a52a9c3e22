"""A pharmacist asks what the label says about the next dose of one patient, now or on a planned day."""

import pytest


@pytest.fixture
def ward(stepguard):
    assert stepguard("enroll", "P-0042", "--drug", "teclistamab", "--systolic-mmhg", "124").code == 0
    assert stepguard("dose", "P-0042", "--step", "SUD1", "--at", "2026-03-02T10:00Z", "--by", "ada").code == 0
    return stepguard


def sheet(ward, at, code="P-0042"):
    said = ward("next-dose", code, "--at", at, "--by", "ada", "--json")
    assert said.code == 0, said.err
    return said.object


def test_on_time_the_next_step_of_the_schedule_is_named_with_what_surrounds_it(ward):
    said = sheet(ward, "2026-03-05T10:00Z")
    assert said["gives"] == ["SUD2"]
    assert said["next_dose"]["actions"] == ["proceed"]
    assert said["next_dose"]["allowed"] is None
    assert [each["says"] for each in said["observation"]] == ["hospitalize 48 h from administration"]
    assert any("dexamethasone" in each["says"] for each in said["premedication"])
    assert said["label"] == said["second_reference"] == said["other_causes"] == []


def test_a_planned_day_that_is_late_names_the_step_that_is_given_again(ward):
    assert sheet(ward, "2026-03-09T23:59Z")["gives"] == ["SUD2"]
    said = sheet(ward, "2026-03-10T00:00Z")
    assert said["gives"] == ["SUD1", "SUD2", "first treatment dose"]
    assert said["next_dose"]["actions"] == ["restart_step_up"]
    assert "more than 7 days" in said["restart"]["says"]


def test_what_happened_stands_with_its_rule_and_the_second_reference(ward):
    ward("grade", "P-0042", "icans", "2", "--at", "2026-03-03T10:00Z", "--by", "ada")
    said = sheet(ward, "2026-03-03T12:00Z")
    assert said["next_dose"]["allowed"] is False
    (rule,) = said["label"]
    assert rule["about"] == "ICANS grade 2"
    assert "48 h after the next dose" in rule["says"]
    (panel,) = said["second_reference"]
    assert panel["about"] == "IMWG 2024, ICANS grade 2"


def test_every_statement_has_its_source_and_how_sure_it_is(ward):
    ward("grade", "P-0042", "icans", "3", "--at", "2026-03-03T10:00Z", "--by", "ada")
    said = sheet(ward, "2026-03-12T12:00Z")
    parts = ("label", "premedication", "observation", "second_reference", "other_causes")
    statements = [each for part in parts for each in said[part]] + [said["restart"]]
    assert len(statements) >= 4
    assert all(each["source"] and each["confidence"] for each in statements)


def test_what_is_only_recalled_is_called_uncertain_and_asks_a_pharmacist(ward):
    assert ward("enroll", "P-0007", "--drug", "glofitamab").code == 0
    ward("dose", "P-0007", "--step", "SUD1", "--at", "2026-03-02T10:00Z", "--by", "ada")
    said = sheet(ward, "2026-03-20T10:00Z", "P-0007")
    assert said["restart"]["doubt"] is True
    assert "ask_pharmacist" in said["next_dose"]["actions"]
    shown = ward("next-dose", "P-0007", "--at", "2026-03-20T10:00Z", "--by", "ada").out
    assert "UNCERTAIN after SUD1: " in shown
    assert "US label, recalled; uncertain, checked 2026-11-21" in shown


def test_where_no_table_was_found_nothing_is_filled_in(ward):
    assert ward("enroll", "P-0008", "--drug", "linvoseltamab").code == 0
    ward("dose", "P-0008", "--step", "SUD1", "--at", "2026-03-02T10:00Z", "--by", "ada")
    said = sheet(ward, "2026-03-12T10:00Z", "P-0008")
    assert said["gives"] == []
    assert said["next_dose"]["actions"] == ["ask_pharmacist"]
    shown = ward("next-dose", "P-0008", "--at", "2026-03-12T10:00Z", "--by", "ada").out
    assert "step: not known" in shown
    assert "ask a pharmacist (label section 2)" in shown


def test_a_drug_outside_the_catalogue_and_a_patient_before_the_first_dose_are_said_so(ward):
    assert ward("enroll", "P-0009", "--drug", "something new").code == 0
    shown = ward("next-dose", "P-0009", "--by", "ada").out
    assert "no dose given yet" in shown
    assert "ask pharmacist" in shown
    assert "order" in shown.splitlines()[-1]


def test_an_unknown_patient_or_a_time_without_offset_is_refused_in_one_line(ward):
    ward("next-dose", "P-9999", "--by", "ada").refuses("P-9999", "enroll")
    ward("next-dose", "P-0042", "--at", "2026-03-05T10:00", "--by", "ada").refuses("--at", "offset")


def test_looking_is_written_into_the_audit_log_under_a_name(ward):
    sheet(ward, "2026-03-05T10:00Z")
    said = ward("audit", "verify", "--json")
    assert said.code == 0, said.err
