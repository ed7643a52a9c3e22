"""The enrolment form: what it understands, what it asks, what it reads back; and one enrolment at the keyboard."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from textual.widgets import Input

from console.entry.enrolment import NOTHING, Enrolling, understand_enrolment
from console.entry.enrolment_fields import Seen, fields_of, values_of
from console.entry.enrolment_reading import EnrolmentSetting
from console.entry.moment import Asks
from console.entry.planned import Planning, PlanSetting, understand_planned
from console.entry.telephones import Caregiver, understand_caregiver
from console.screens.enrol import EnrolScreen
from monitor.planned_doses import DoseCalendar, PlannedDose
from monitor.rulebook import load_rules

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOME = ZoneInfo("Europe/Copenhagen")
CATALOGUE = load_rules().catalogue
NEW = Seen(
    values={"timezone": "Europe/Copenhagen"},
    timezone="Europe/Copenhagen",
    spare_hubs=("kit-17",),
    departments=("north", "south"),
    codes=("P-0001",),
)
FILLED = {
    "code": "P-0042",
    "drug": "Tecvayli",
    "schedule": "us_weekly",
    "first": "2026-03-02 10:00 +1",
    "born": "1956-03-01",
    "weight": "71,5",
    "allergies": "penicillin, iodine contrast",
    "language": "da",
    "timezone": "Europe/Copenhagen",
    "temp": "36.6",
    "sys": "124",
    "dia": "76",
    "spo2": "97",
    "pulse": "74",
    "conditions": "beta_blocker",
    "scale": "",
    "departments": "north 25, south",
    "contact-1": "daughter +45 20 12 34 56 yes",
    "contact-2": "son +4520123457 en no",
    "kit": "kit-17",
}
DAUGHTER = Caregiver(name="daughter", number="+4520123456", language="da", consent=True)


def dialable(number):
    return number if len(number) > 9 else None


def understood(seen=NEW, **values):
    setting = EnrolmentSetting(now=NOW, seen=seen, catalogue=CATALOGUE, dialable=dialable, adult_from_years=18)
    return understand_enrolment({**(FILLED if seen is NEW else seen.values), **values}, setting)


def asked(seen=NEW, **values):
    found = understood(seen, **{name.replace("_", "-", 1): value for name, value in values.items()})
    return {} if isinstance(found, Enrolling) else {each.field: each.question for each in found}


def test_a_whole_enrolment_is_understood_and_read_back_with_its_dates_and_telephones():
    found = understood()
    assert found.profile["weight_kg"] == Decimal("71.5")
    assert found.profile["allergies"] == ["penicillin", "iodine contrast"]
    assert found.profile["baseline"]["systolic_mmhg"] == 124
    assert found.profile["department_minutes"] == {"north": 25}
    assert found.profile["departments"] == ["north", "south"]
    assert (found.drug, found.schedule, found.hub, found.later) == ("teclistamab", "us_weekly", "kit-17", 1)
    assert found.start == datetime(2026, 3, 2, 10, tzinfo=HOME)
    assert found.contacts[0] == DAUGHTER
    for said in (
        "SUD2 Thu 5 Mar 10:00",
        "weekly treatment dose Sun 15 Mar",
        "a test text is sent: daughter",
        "kit-17 stands",
    ):
        assert said in found.read_back


@pytest.mark.parametrize(
    ("values", "field", "word"),
    [
        ({"code": "Ada Berg"}, "code", "opaque"),
        ({"code": "p-0001"}, "code", "enrolled already"),
        ({"drug": "aspirin"}, "drug", "catalogue"),
        ({"schedule": "fl_3step"}, "schedule", "us_weekly"),
        ({"schedule": ""}, "first", "Which schedule"),
        ({"first": "tomorrow"}, "first", "2026-03-02 10:00"),
        ({"first": "2026-10-25 02:30"}, "first", "clocks change"),
        ({"born": "2027-01-01"}, "born", "not come yet"),
        ({"weight": "710"}, "weight", "kilograms"),
        ({"allergies": "none, latex"}, "allergies", "exclude"),
        ({"timezone": "Mars"}, "timezone", "no time zone"),
        ({"sys": "12"}, "sys", "between"),
        ({"conditions": "tall"}, "conditions", "beta_blocker"),
        ({"scale": "3"}, "scale", "hypoxia"),
        ({"departments": "west 10"}, "departments", "north"),
        ({"contact_1": "daughter 20123456"}, "contact-1", "country code"),
        ({"contact_2": "son +4520123456"}, "contact-1", "twice"),
        ({"contact_2": "son +4520123457 maybe"}, "contact-2", "'maybe'"),
        ({"kit": "kit-99"}, "kit", "kit-17"),
        ({"born": "2017-05-01"}, "limit-systolic", "Under 18"),
        ({"limit_spo2": "94 97 +90d Dr Ito: age"}, "limit-spo2", "higher one first"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_cannot_be_meant_is_asked_at_its_field_and_nothing_is_guessed(values, field, word):
    found = asked(**values)
    assert word in found[field]
    assert len(found) <= (3 if field == "drug" else 2)


def test_nothing_recorded_is_not_none_known_and_both_can_be_said():
    assert understood(allergies="none").profile["allergies"] == []
    assert "allergies" not in understood(allergies="").profile


def test_a_minor_is_enrolled_with_limits_and_the_form_says_that_they_are_set():
    limits = {"limit-systolic": "85 75 +90d Dr Ito: age 9", "limit-spo2": "94 92 +90d Dr Ito: age 9"}
    found = understood(born="2017-05-01", **limits)
    assert set(found.profile["limits"]) == {"blood_pressure", "oximetry"}
    assert found.sets_limits
    assert "urgent below 85" in found.read_back


def known(**changes):
    profile = understood().profile
    values = values_of(profile, drug="teclistamab", schedule="us_weekly", timezone="UTC", hub="kit-17")
    values |= {"contact-1": DAUGHTER.line}
    seen = replace(NEW, patient_id=7, code="P-0042", version=3, profile=profile, values=values)
    return replace(seen, contacts=(DAUGHTER,), hub="kit-17", **changes)


def test_a_correction_reads_back_only_what_changes_and_keeps_the_rest():
    found = understood(known(), weight="17.5")
    assert found.read_back == "weight, kg: 71.5 -> 17.5"
    assert found.profile["allergies"] == ["penicillin", "iodine contrast"]
    assert (found.version, found.hub, found.start) == (3, None, None)


def test_a_form_in_which_nothing_changed_saves_nothing():
    assert [each.question for each in understood(known())] == [NOTHING]


def test_a_drug_that_is_in_no_catalogue_stays_while_something_else_is_corrected():
    trial = known()
    trial = replace(trial, values={**trial.values, "drug": "XYZ-123", "schedule": "arm B"})
    found = understood(trial, weight="17.5")
    assert (found.drug, found.schedule, found.read_back) == ("XYZ-123", "arm B", "weight, kg: 71.5 -> 17.5")
    assert "catalogue" in asked(trial, drug="XYZ-124")["drug"]
    assert "arm B" in asked(trial, drug="teclistamab")["schedule"]


def test_a_telephone_that_leaves_is_said_and_only_it_is_unbound():
    found = understood(known(), **{"contact-1": "son +4520123457 en"})
    assert "NO LONGER TEXTED: daughter +4520123456" in found.read_back
    assert found.unbinds == ("+4520123456",)
    consent = understood(known(), **{"contact-1": "daughter +4520123456 da no"})
    assert "refused values in texts" in consent.read_back
    assert consent.unbinds == ()


def test_a_code_does_not_change_and_a_calendar_is_not_planned_over():
    assert "code stays" in asked(known(), code="P-0043")["code"]
    assert "planned already" in asked(known(planned=True), first="2026-03-02 10:00")["first"]


def test_the_fields_offer_the_schedules_of_the_drug_that_stands_there():
    offered = {field.name: field.offered for field in fields_of(NEW, CATALOGUE, "teclistamab")}
    assert "us_weekly" in offered["schedule"]
    assert offered["kit"] == ("kit-17",)
    assert {field.name: field.offered for field in fields_of(NEW, CATALOGUE, "")}["schedule"] == ()


@pytest.mark.parametrize("said", [True, False, None])
def test_a_telephone_is_typed_as_it_is_shown(said):
    one = replace(DAUGHTER, consent=said)
    assert understand_caregiver(one.line, default_language="en", dialable=dialable) == one


CALENDAR = DoseCalendar(
    entries=(PlannedDose(ref="m3", step="SUD2", due=NOW + timedelta(days=1), first_due=NOW + timedelta(days=1)),)
)


def planning(line, calendar=CALENDAR, schedule="us_weekly"):
    drug = CATALOGUE.find("teclistamab")
    return understand_planned(line, PlanSetting(now=NOW, zone=HOME, drug=drug, schedule=schedule, calendar=calendar))


@pytest.mark.parametrize(
    ("line", "events", "words"),
    [
        ("again 2026-03-02 10:00 +1", 5, "1 planned before are cancelled"),
        ("m3 2026-03-09 10:00 bad cough", 1, "moves from Mon 2 Mar 13:00 to Mon 9 Mar 10:00: bad cough"),
        ("M3 cancel relapse", 1, "is cancelled: relapse"),
        ("first treatment dose 2026-03-09 10:00", 1, "first treatment dose is planned for Mon 9 Mar 10:00"),
    ],
)
def test_a_line_about_planned_doses_is_read_back_with_its_days(line, events, words):
    found = planning(line)
    assert isinstance(found, Planning)
    assert len(found.events) == events
    assert words in found.read_back


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("", "plan"),
        ("plan 2026-03-02 10:00", "again"),
        ("plan", "On which day"),
        ("m3 cancel", "Why"),
        ("m3 2026-03-09 10:00", "Why"),
        ("again 2026-03-02 10:00 +99", "at most"),
        ("again 2026-03-02 10:00+01:00", "offset"),
        ("m3 soon", "On which day"),
    ],
)
def test_a_line_about_planned_doses_that_says_too_little_is_asked_back(line, word):
    found = planning(line)
    assert isinstance(found, Asks)
    assert word in found.question


def test_a_schedule_that_is_not_named_is_asked_for():
    assert "us_weekly" in planning("plan 2026-03-02 10:00", DoseCalendar(), schedule=None).question


async def settled(pilot):
    for _ in range(3):
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()


async def test_a_nurse_enrols_from_the_board_reading_everything_back_before_it_is_saved(console, desk, feed):
    feed.seen = replace(NEW, codes=())
    async with console.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("H")
        await settled(pilot)
        screen = console.screen
        assert isinstance(screen, EnrolScreen)
        assert console.focused.id == "field-code"
        console.focused.value = "P-0099"
        await pilot.press("tab")
        console.focused.value = "tec"
        await pilot.press("down")
        await pilot.press("tab", "down")
        await settled(pilot)
        assert screen.values["drug"] == "teclistamab"
        assert screen.values["schedule"] == "us_weekly"
        screen.query_one("#field-born", Input).value = "1956-13-01"
        await pilot.press("enter")
        await settled(pilot)
        assert console.focused.id == "field-born"  # what is asked brings the cursor there
        console.focused.value = "1956-03-01"
        screen.query_one("#field-contact-1", Input).value = "daughter +4520123456 da yes"
        await pilot.press("enter")
        await settled(pilot)
        said = str(screen.query_one("#read-back").render())
        assert "Enter saves P-0099" in said
        assert "born 1956-03-01" in said
        assert desk.done == []
        await pilot.press("escape")
        await settled(pilot)
        assert console.screen is screen, "a form somebody wrote in is left at the second key"
        assert "what was typed is lost" in str(screen.query_one("#read-back").render())
        desk.refusal = "this number serves another home too"
        await pilot.press("enter", "enter")
        await settled(pilot)
        again = console.screen
        assert isinstance(again, EnrolScreen)
        assert again is not screen
        assert again.values == screen.agreed, "what was refused stands there as it was typed"
        assert "NOT SAVED: this number serves" in str(again.query_one("#read-back").render())
        desk.refusal = None
        await pilot.press("enter", "enter")
        await settled(pilot)
        ((deed, saved),) = desk.done
        assert (deed, saved.code, saved.drug, saved.contacts) == ("enrol", "P-0099", "teclistamab", (DAUGHTER,))
