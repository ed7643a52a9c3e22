"""The calendar of planned doses: what a schedule proposes, what is late, and that a planned dose is no dose."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.catalogue import choose_schedule
from monitor.course import Course
from monitor.dose_plan import PlanRefusedError, as_events, cancellation, moving, propose, propose_after
from monitor.event_fields import BadEvent
from monitor.planned_doses import dose_calendar
from monitor.record import DoseGiven, Profile, Regimen
from monitor.replay import replay
from monitor.rulebook import load_rules
from monitor.timeline import parse_timeline

RULES = load_rules()
HOME = ZoneInfo("Europe/Copenhagen")
MONDAY = datetime(2026, 3, 23, 10, tzinfo=HOME)
DAY = timedelta(days=1)
TECLISTAMAB = RULES.catalogue.find("teclistamab")
WEEKLY = choose_schedule(TECLISTAMAB, "us_weekly", [])
REGIMEN = {"drug": "teclistamab", "schedule": "us_weekly"}


def plan(later=0, start=MONDAY):
    events = as_events(propose(WEEKLY, HOME, start=start, later=later), start - DAY)
    return [{**event, "id": f"p{place}"} for place, event in enumerate(events, 1)]


def dose(step, at, ref="d", **more):
    return {"type": "dose", "at": at.isoformat(), "step": step, "id": ref, **more}


def calendar(events, now, regimen=None):
    timeline = {"patient": {"code": "P-1"}, "regimen": regimen or REGIMEN, "events": events}
    record = parse_timeline(timeline, RULES.plausibility)
    course = Course(Profile(code="P-1"), record.regimen, RULES, record.events)
    drug = RULES.catalogue.find(record.regimen.drug)
    return dose_calendar(course.standing(now), drug, record.regimen, HOME, RULES.panels.long_gap.days, now)


def states(found):
    return {each.ref: each.state for each in found.entries}


def test_a_schedule_becomes_dates_at_one_time_of_day_also_over_the_change_of_the_clocks():
    found = propose(WEEKLY, HOME, start=MONDAY, later=2)
    assert [(each.step, f"{each.due.astimezone(HOME):%d %b %H:%M}") for each in found.doses] == [
        ("SUD1", "23 Mar 10:00"),
        ("SUD2", "26 Mar 10:00"),
        ("first treatment dose", "29 Mar 10:00"),  # the clocks went forward that night
        ("weekly treatment dose", "05 Apr 10:00"),
        ("weekly treatment dose", "12 Apr 10:00"),
    ]
    assert found.doses[0].due.utcoffset() != found.doses[2].due.utcoffset()


def test_amounts_are_the_schedules_words_and_never_calculated():
    assert [f"{each.amount} {each.unit}" for each in propose(WEEKLY, HOME, start=MONDAY).doses] == [
        "0.06 mg/kg",
        "0.3 mg/kg",
        "1.5 mg/kg",
    ]


@pytest.mark.parametrize("drug", RULES.catalogue.drugs, ids=lambda drug: drug.name)
def test_every_schedule_gives_each_step_a_date_or_says_that_none_is_printed(drug):
    for schedule in drug.schedules:
        if not schedule.steps:
            with pytest.raises(PlanRefusedError, match="no doses are known"):
                propose(schedule, HOME, start=MONDAY)
            continue
        found = propose(schedule, HOME, start=MONDAY)
        assert len(found.doses) + len(found.undated) == len(schedule.steps)
        assert [each.due for each in found.doses] == sorted(each.due for each in found.doses)


def test_a_plan_goes_on_after_the_last_dose_given():
    last = DoseGiven(at=MONDAY + DAY, step="SUD1")
    found = propose_after(WEEKLY, HOME, last=last, step=WEEKLY.steps[0], later=1)
    assert [(each.step, each.due - MONDAY) for each in found.doses][:2] == [
        ("SUD2", 4 * DAY),
        ("first treatment dose", 7 * DAY),
    ]
    with pytest.raises(PlanRefusedError, match="--later"):
        propose_after(WEEKLY, HOME, last=DoseGiven(at=MONDAY, step="weekly"), step=None)


def test_a_dose_on_the_calendar_is_given_only_by_a_dose_entered():
    events = plan()
    waiting = calendar(events, MONDAY + timedelta(hours=1))
    assert states(waiting)["p1"] == "due"
    found = calendar([*events, dose("SUD1", MONDAY + timedelta(hours=2))], MONDAY + timedelta(hours=3))
    assert states(found) == {"p1": "given", "p2": "planned", "p3": "planned"}
    assert (found.entries[0].given_ref, found.next.ref, found.unplanned) == ("d", "p2", ())


def test_a_dose_known_by_another_label_of_its_step_is_that_dose():
    found = calendar([*plan(), dose("D1", MONDAY)], MONDAY + DAY)
    assert states(found)["p1"] == "given"


def test_a_dose_is_late_once_its_day_is_over_at_home_and_the_labels_row_is_said():
    events = [*plan(), dose("SUD1", MONDAY)]
    thursday = MONDAY + 3 * DAY
    midnight = datetime(2026, 3, 27, tzinfo=HOME)
    assert states(calendar(events, midnight - timedelta(minutes=1)))["p2"] == "due"
    late = calendar(events, midnight)
    assert states(late)["p2"] == "late"
    assert late.label is None  # five days are within what the label allows
    very_late = calendar(events, MONDAY + 9 * DAY)
    assert very_late.label.row.give[0] == "SUD1"
    assert "restart the step-up" in very_late.label_words
    assert any("the label gives SUD1" in remark for remark in very_late.next.remarks)
    assert late.next.due == thursday


def test_what_is_moved_keeps_its_first_date_and_is_held_against_the_spacing_of_the_label():
    events = [*plan(), dose("SUD1", MONDAY), moving("p2", MONDAY + DAY, MONDAY, "a free chair")]
    (entry,) = [each for each in calendar(events, MONDAY).entries if each.ref == "p2"]
    assert (entry.state, entry.moved, entry.first_due, entry.why) == (
        "planned",
        True,
        MONDAY + 3 * DAY,
        "a free chair",
    )
    assert entry.remarks == ("1 day after SUD1: the label asks for at least 2",)


def test_a_step_that_the_schedule_does_not_have_is_said_and_no_other_is():
    odd = {"type": "planned_dose", "at": (MONDAY - DAY).isoformat(), "step": "SUD9", "due": (MONDAY + DAY).isoformat()}
    found = calendar([*plan(later=1), odd | {"id": "p9"}, odd | {"id": "p8", "step": "SUD 2"}], MONDAY - DAY)
    said = {each.ref for each in found.entries if "us_weekly has no step of that name" in each.remarks}
    assert said == {"p9"}


def test_what_is_cancelled_stays_and_is_not_given_by_a_later_dose():
    events = [*plan(), cancellation("p1", MONDAY, "fever"), dose("SUD1", MONDAY)]
    found = calendar(events, MONDAY + timedelta(hours=1))
    assert states(found)["p1"] == "cancelled"
    assert [each.ref for each in found.unplanned] == ["d"]


def test_a_move_struck_out_leaves_the_date_before_it():
    moved = {**moving("p2", MONDAY + 5 * DAY, MONDAY, "?"), "id": "x"}
    struck = {"type": "void", "at": MONDAY.isoformat(), "of": "x"}
    (entry,) = [each for each in calendar([*plan(), moved, struck], MONDAY).entries if each.ref == "p2"]
    assert entry.due == MONDAY + 3 * DAY


def test_a_dose_of_an_earlier_step_up_is_not_taken_for_the_one_planned_weeks_later():
    later = MONDAY + 30 * DAY
    found = calendar([dose("SUD1", MONDAY), *plan(start=later)], later - DAY)
    assert states(found)["p1"] == "planned"
    assert found.next.ref == "p1"


def test_a_dose_that_was_left_out_is_passed_and_not_late_for_ever():
    found = calendar(
        [*plan(), dose("SUD1", MONDAY), dose("first treatment dose", MONDAY + 6 * DAY, "e")], MONDAY + 7 * DAY
    )
    assert states(found) == {"p1": "given", "p2": "passed", "p3": "given"}
    assert found.next is None


def test_what_comes_before_the_drug_is_none_of_its_doses():
    glofitamab = {"drug": "glofitamab", "schedule": "standard"}
    schedule = choose_schedule(RULES.catalogue.find("glofitamab"), "standard", [])
    events = [
        {**event, "id": f"p{n}"}
        for n, event in enumerate(as_events(propose(schedule, HOME, start=MONDAY), MONDAY - DAY), 1)
    ]
    found = calendar([*events, dose("obinutuzumab", MONDAY)], MONDAY + timedelta(hours=1), glofitamab)
    assert states(found)["p1"] == "due"
    assert found.unplanned == ()


@pytest.mark.parametrize("hours", [13, 30, 300])
def test_a_planned_dose_changes_no_answer_and_is_no_sign_of_life(hours):
    course = [
        dose("SUD1", MONDAY, amount=0.06, unit="mg/kg"),
        {"type": "reading", "at": (MONDAY + DAY / 24).isoformat(), "temperature": {"value": 38.4, "unit": "Cel"}},
    ]
    planned = [*plan(later=3), moving("p2", MONDAY + 40 * DAY, MONDAY + DAY / 2, "later")]
    tick = {"type": "tick", "at": (MONDAY + timedelta(hours=hours)).isoformat()}

    def last(events):
        *_, found = replay({"patient": {"code": "P-1"}, "regimen": REGIMEN, "events": events}, RULES, every_event=True)
        return found

    assert last([*planned, *course, tick]) == last([*course, tick])


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"step": "SUD1"},
        {"due": "2026-03-02T10:00Z"},
        {"of": "nobody", "due": None},
        {"step": "SUD1", "due": "soon"},
    ],
)
def test_a_plan_that_says_too_little_is_refused(body):
    with pytest.raises(BadEvent):
        calendar([{"type": "planned_dose", "at": MONDAY.isoformat(), **body}], MONDAY)


def test_an_unknown_drug_has_a_calendar_too():
    event = {"type": "planned_dose", "at": MONDAY.isoformat(), "id": "a", "step": "one", "due": MONDAY.isoformat()}
    found = calendar([event, dose("one", MONDAY)], MONDAY.astimezone(UTC) + DAY, {"drug": "newmab"})
    assert states(found) == {"a": "given"}
    assert dose_calendar((), None, Regimen(), HOME, 28, MONDAY).next is None
