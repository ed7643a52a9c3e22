"""`stepguard doses`: a schedule put on the calendar, moved, cancelled and listed."""

from datetime import timedelta

import pytest

from gateway.clock import WallClock

NOW = WallClock().now()


@pytest.fixture
def ward(stepguard):
    assert stepguard("enroll", "P-0042", "--drug", "teclistamab", "--schedule", "us_weekly", "--by", "ada").code == 0
    return stepguard


def listed(ward):
    return ward("doses", "list", "P-0042", "--json", "--by", "ada").object


def test_a_calendar_is_planned_moved_cancelled_and_followed_by_doses_entered(ward):
    start = (NOW + timedelta(days=1)).isoformat()
    said = ward("doses", "plan", "P-0042", "--start", start, "--later", "1", "--by", "ada")
    assert said.code == 0, said.err
    assert said.out.startswith("next: SUD1 0.06 mg/kg")
    first, second, third, fourth = (each["entry"] for each in listed(ward)["doses"])
    ward("doses", "plan", "P-0042", "--start", start, "--by", "ada").refuses("--anew")
    assert ward("dose", "P-0042", "--step", "SUD1", "--at", NOW.isoformat(), "--by", "ada").code == 0
    moved = (NOW + timedelta(days=20)).isoformat()
    assert ward("doses", "move", "P-0042", second, "--to", moved, "--why", "fever", "--by", "ada").code == 0
    said = ward("doses", "cancel", "P-0042", fourth, "--why", "progression", "--by", "ben")
    assert "moved from" in said.out
    again = ("doses", "move", "P-0042", fourth, "--to", moved, "--by", "ada", "--why")
    ward(*again, "back").refuses(fourth, "cancelled already", "doses add")
    ward("doses", "cancel", "P-0042", third, "--why", " ", "--by", "ada").refuses("--why")
    found = listed(ward)
    assert {each["entry"]: each["state"] for each in found["doses"]} == {
        first: "given",
        second: "planned",
        third: "planned",
        fourth: "cancelled",
    }
    assert found["doses"][0]["amount"] == 0.06
    (export,) = [e for e in ward("export", "timeline", "P-0042").object["events"] if e.get("why") == "progression"]
    assert (export["type"], export["by"], export["due"]) == ("planned_dose", "ben", None)


def test_what_is_no_planned_dose_cannot_be_moved_or_cancelled(ward):
    ref = ward("dose", "P-0042", "--step", "SUD1", "--by", "ada").out.split()[0]
    ward("doses", "cancel", "P-0042", ref, "--why", "wrong", "--by", "ada").refuses(ref, "doses list")
    ward("doses", "plan", "P-9", "--by", "ada").refuses("P-9")


def test_a_plan_needs_to_know_where_to_begin_and_by_which_schedule(ward):
    ward("doses", "plan", "P-0042", "--by", "ada").refuses("--start")
    assert ward("enroll", "P-0043", "--drug", "teclistamab", "--by", "ada").code == 0
    start = NOW.isoformat()
    ward("doses", "plan", "P-0043", "--start", start, "--by", "ada").refuses("--schedule", "us_weekly", "eu_2022")
