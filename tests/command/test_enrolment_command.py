"""What an enrolment lacks, by command; who may be texted values and who said so; what a minor's enrolment asks for."""

import json

import pytest

DIRECTORY = """
[[department]]
key = "north"
name = "North"
phone = "+4535451111"
tocilizumab = "yes"
tocilizumab_checked = 2999-01-01
"""
LIMITS = {
    group: {"urgent": urgent, "emergency": emergency, "by": "Dr Ito", "why": "age 9", "until": "2999-12-31T00:00Z"}
    for group, urgent, emergency in (("oximetry", 94, 92), ("blood_pressure", 85, 75))
}


def items(said):
    return {item["item"]: item["standing"] for item in said.object[0]["items"]}


def test_an_enrolment_is_completed_step_by_step_and_says_what_is_left(stepguard, here):
    (here / "departments.toml").write_text(DIRECTORY)
    (here / "stepguard.toml").write_text('[site]\ndepartments = "departments.toml"\n')
    stepguard("enroll", "P-1", "--drug", "teclistamab", "--schedule", "us_weekly", "--by", "ada")
    first = stepguard("enrolment", "P-1", "--json", "--by", "ada")
    assert first.code == 1
    before = items(first)
    assert (before["drug"], before["contact1"], before["department"]) == ("done", "open", "open")
    told = ("--born", "1956-03-01", "--weight-kg", "71", "--no-allergies", "--language", "da", "--department", "north")
    values = ("--temperature-c", "36.6", "--systolic-mmhg", "124", "--diastolic-mmhg", "76", "--spo2-pct", "97")
    enrolled = stepguard(
        "enroll",
        "P-1",
        *told,
        *values,
        "--pulse-bpm",
        "74",
        "--minutes",
        "north=25",
        "--timezone",
        "UTC",
        "--by",
        "ada",
    )
    assert enrolled.code == 0, enrolled.err
    for name, number in (("daughter", "+4520123456"), ("son", "+4520123457")):
        stepguard("contact", "add", "P-1", "--name", name, "--number", number, "--by", "ada")
    left = {
        key
        for key, standing in items(stepguard("enrolment", "P-1", "--json", "--by", "ada")).items()
        if standing != "done"
    }
    assert left == {"doses", "test", "consent", "kit", "ice"}
    assert "P-1: enrolment incomplete: planned doses" in stepguard("enrolment", "--by", "ada").out


def test_consent_to_texted_values_is_kept_with_who_said_so_and_when(stepguard):
    stepguard("enroll", "P-1", "--by", "ada")
    stepguard("contact", "add", "P-1", "--name", "son", "--number", "+4520123457", "--by", "ada")

    def listed():
        return stepguard("contact", "list", "P-1", "--json", "--by", "ada").object[0]

    assert (listed()["consent"], listed()["consent_by"]) == ("not_asked", None)
    assert stepguard("contact", "consent", "P-1", "+45 20 12 34 57", "yes", "--by", "ben").code == 0
    agreed = listed()
    assert (agreed["consent"], agreed["consent_values"], agreed["consent_by"]) == ("agreed", True, "ben")
    assert agreed["consent_at"]
    stepguard("contact", "consent", "P-1", "+4520123457", "no", "--by", "cleo")
    assert (listed()["consent"], listed()["consent_by"]) == ("refused", "cleo")
    stepguard("contact", "consent", "P-1", "+4520999999", "no", "--by", "cleo").refuses("+4520999999")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"oximetry": None}, ["under 18", "oximetry"]),
        ({"oximetry": {"emergency": None}}, ["under 18", "both urgent and emergency"]),
        ({"oximetry": {"until": "2020-01-01T00:00Z"}}, ["under 18", "ran out on 2020-01-01"]),
        ({"oximetry": {"urgent": 85, "emergency": 90}}, ["comes before urgent"]),
    ],
    ids=["no limits of a group", "half a limit", "run out", "the wrong way round"],
)
def test_a_minor_is_not_enrolled_without_limits_that_hold(stepguard, here, change, words):
    limits = {
        group: row | (change.get(group) or {}) for group, row in LIMITS.items() if change.get(group, {}) is not None
    }
    (here / "profile.json").write_text(json.dumps({"code": "P-9", "born": "2017-05-01", "limits": limits}))
    stepguard("enroll", "P-9", "--profile", "profile.json").refuses(*words)


def test_a_minor_with_limits_that_hold_is_enrolled_and_asked_capd(stepguard, here):
    (here / "profile.json").write_text(json.dumps({"code": "P-9", "born": "2017-05-01", "limits": LIMITS}))
    assert stepguard("enroll", "P-9", "--profile", "profile.json").code == 0
    assert "CAPD before the first dose" in stepguard("enrolment", "P-9").out
    stepguard("enroll", "P-10", "--born", "2999-01-01").refuses("has not come yet")
