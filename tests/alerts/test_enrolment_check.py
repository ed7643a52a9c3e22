"""What an enrolment lacks, item by item; it stops nothing and hides nothing."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from alerts.directory import Department, Directory
from alerts.enrolment_check import WITHIN_REACH_MIN, ContactSeen, Known, checklist
from console.views.enrolment import checklist_lines, every_summary, lines_on_screen, missing_lines, summary
from monitor.planned_doses import DoseCalendar, PlannedDose
from monitor.record import Baseline, Limit, Profile, Regimen
from monitor.rulebook import load_rules

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
CATALOGUE = load_rules().catalogue
BASELINE = Baseline(
    temperature_c=Decimal("36.6"),
    systolic_mmhg=Decimal(124),
    diastolic_mmhg=Decimal(76),
    spo2_pct=Decimal(97),
    pulse_bpm=Decimal(74),
)
PROFILE = Profile(
    code="P-1",
    born="1956-03-01",
    weight_kg=Decimal(71),
    timezone="Europe/Copenhagen",
    language="da",
    baseline=BASELINE,
    allergies=(),
    departments=("north",),
    department_minutes=(("north", 25),),
)
NORTH = Department(
    key="north", name="North", phone="+4535451111", tocilizumab="yes", tocilizumab_checked=date(2026, 2, 20)
)
DAUGHTER = ContactSeen(name="daughter", state="verified", consent="agreed")
SON = ContactSeen(name="son", state="verified", consent="refused")
WHOLE = Known(
    code="P-1",
    profile=PROFILE,
    regimen=Regimen(drug="teclistamab", schedule="us_weekly"),
    drug=CATALOGUE.find("teclistamab"),
    contacts=(DAUGHTER, SON),
    hubs=("kit-1",),
    calendar=DoseCalendar(entries=(PlannedDose(ref="m1", step="SUD1", due=NOW + DAY, first_due=NOW + DAY),)),
    dosed=False,
    asked_before_dose=True,
    minor=False,
    child=False,
)


def found(known=WHOLE, *departments, **changes):
    profile = {key: changes.pop(key) for key in list(changes) if key in PROFILE.__dataclass_fields__}
    known = replace(known, **changes)
    known = replace(known, profile=replace(known.profile, **profile))
    return checklist(known, Directory(departments=departments or (NORTH,), timezone="UTC"), NOW)


def missing(**changes):
    return {item.key: item.says for item in found(**changes).missing}


def test_an_enrolment_with_everything_is_complete_a_refusal_to_be_texted_values_included():
    assert found().complete
    assert summary(found()) == "enrolment complete"
    said = {item.key: item.says for item in found().items}
    assert (said["schedule"], said["doses"], said["baseline"]) == (
        "us_weekly (weekly)",
        "next SUD1 2026-03-03 10:00",
        "36.6 C, 124/76 mmHg, SpO2 97 %, pulse 74",
    )


@pytest.mark.parametrize(
    ("changes", "key", "word"),
    [
        ({"drug": None, "regimen": Regimen(drug="newmab")}, "drug", "newmab"),
        ({"regimen": Regimen(drug="teclistamab")}, "schedule", "us_weekly"),
        ({"calendar": DoseCalendar()}, "doses", "calendar"),
        ({"born": None}, "born", "adult"),
        ({"weight_kg": None}, "weight", "not known"),
        ({"allergies": None}, "allergies", "nobody asked"),
        ({"baseline": replace(BASELINE, spo2_pct=None)}, "baseline", "oxygen"),
        ({"language": None}, "language", "Europe/Copenhagen"),
        ({"contacts": ()}, "contact1", "nobody"),
        ({"contacts": (DAUGHTER,)}, "contact2", "one telephone alone"),
        ({"contacts": (DAUGHTER, replace(SON, consent="not asked"))}, "consent", "son"),
        ({"contacts": (DAUGHTER, replace(SON, state="asked"))}, "test", "no answer yet: son"),
        ({"contacts": (DAUGHTER, replace(SON, state="unverified"))}, "test", "never tested: son"),
        ({"contacts": (DAUGHTER, replace(SON, state="failed", why="landline"))}, "test", "landline"),
        ({"hubs": ()}, "kit", "no hub"),
        ({"asked_before_dose": False}, "ice", "nothing to compare"),
        ({"department_minutes": ()}, "department", "how far"),
        ({"department_minutes": (("north", WITHIN_REACH_MIN + 1),)}, "department", "61 min"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_missing_is_named_with_what_it_costs(changes, key, word):
    left = missing(**changes)
    assert word in left[key]
    assert set(left) <= {key, *({"schedule"} if key == "drug" else {"contact1", "contact2"})}


def test_waiting_for_a_test_reply_is_not_the_same_as_never_having_asked():
    waiting = found(contacts=(DAUGHTER, replace(SON, state="asked"))).missing[0]
    unasked = found(contacts=(DAUGHTER, replace(SON, state="unverified"))).missing[0]
    assert (waiting.standing, unasked.standing) == ("waiting", "open")


@pytest.mark.parametrize(
    "stock",
    [
        {"tocilizumab": "no"},
        {"tocilizumab": "unknown", "tocilizumab_checked": None},
        {"tocilizumab_checked": date(2025, 3, 1)},
    ],
    ids=["none", "nobody asked", "asked long ago"],
)
def test_a_department_counts_only_with_a_stock_somebody_asked_about_lately(stock):
    (item,) = found(WHOLE, replace(NORTH, **stock)).missing
    assert item.key == "department"
    assert "tocilizumab" in item.says


def test_the_nearest_department_with_stock_counts_also_when_a_nearer_one_has_none():
    south = replace(NORTH, key="south", name="South")
    ways = {"departments": ("north", "south"), "department_minutes": (("north", 10), ("south", 40))}
    done = found(WHOLE, replace(NORTH, tocilizumab="no"), south, **ways)
    assert done.complete
    assert any("South, 40 min" in item.says for item in done.items)


def test_what_cannot_be_made_up_any_more_is_shown_and_does_not_keep_it_open_for_ever():
    late = found(dosed=True, asked_before_dose=False)
    assert late.complete
    assert [item.standing for item in late.items if item.key == "ice"] == ["too late"]


def limit(until):
    return Limit(urgent=Decimal(90), emergency=Decimal(85), by="Dr Ito", why="age", until=until)


@pytest.mark.parametrize(
    ("limits", "word"),
    [
        ((), "blood pressure"),
        ((("blood_pressure", limit(NOW + 90 * DAY)),), "oximetry"),
        ((("blood_pressure", limit(NOW + 90 * DAY)), ("oximetry", limit(NOW - DAY))), "oximetry"),
        ((("blood_pressure", limit(NOW + 2 * DAY)), ("oximetry", limit(NOW + 90 * DAY))), "end on"),
    ],
)
def test_under_18_limits_that_are_missing_or_run_out_are_named(limits, word):
    assert word in missing(minor=True, limits=limits)["limits"]
    both = (("blood_pressure", limit(NOW + 90 * DAY)), ("oximetry", limit(NOW + 90 * DAY)))
    assert found(minor=True, limits=both).complete


def test_a_child_is_asked_capd_and_nobody_else_is():
    assert any(item.what.startswith("CAPD") for item in found(child=True).items)
    assert any(item.what.startswith("ICE") for item in found().items)


def test_what_is_missing_reads_with_its_remedy_and_is_never_painted_as_calm():
    lines = checklist_lines(found(hubs=()), remedies=True)
    (kit,) = [line for line in lines if "home kit" in line.text]
    assert kit.text.startswith("OPEN")
    assert "device assign KIT P-1" in kit.text
    assert [line.tone for line in missing_lines(found(hubs=()))] == [kit.tone]
    assert lines_on_screen(found(hubs=()))[-1].text.startswith("H ")
    assert lines_on_screen(found()) == ()
    assert every_summary({"P-1": found(), "P-2": found(hubs=())}).startswith("1 of 2 incomplete: P-2 (1 missing)")
