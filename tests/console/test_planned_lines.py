"""How the calendar of planned doses reads: what comes first, what is late, what was left out."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from console.views.cells import Tone
from console.views.planned_doses import NOTHING, planned_lines
from monitor.assessment import NextDose
from monitor.planned_doses import DoseCalendar, PlannedDose
from monitor.restart import Delay

NOW = datetime(2026, 3, 5, 8, tzinfo=UTC)
DAY = timedelta(days=1)


def entry(ref, days, state="planned", **more):
    due = NOW + days * DAY
    told = {"ref": ref, "step": "SUD2", "due": due, "first_due": due, "state": state}
    return PlannedDose(**(told | more))


def lines(*entries, **more):
    next_dose = more.pop("next_dose", None)
    calendar = DoseCalendar(entries=entries, **more)
    return planned_lines(calendar, NOW, UTC, next_dose=next_dose)


def test_the_first_line_says_what_comes_next_and_when():
    first, *_ = lines(entry("m1", 2, amount=Decimal("0.3"), unit="mg/kg"))
    assert first.text == "next: SUD2 0.3 mg/kg, in 2d"
    assert lines()[0].text == NOTHING


def test_what_is_late_says_that_none_was_entered_and_what_the_label_says_of_it():
    delay = Delay(kind="not_known", from_day=8, why="no delay table was found for this dose")
    first, label, _ = lines(entry("m1", -3, "late"), label=delay)
    assert first.text == "LATE: SUD2 of Mon 2 Mar 08:00, none entered"
    assert label.text.startswith("now, by the label (reference): 8 days or more")
    assert {first.tone, label.tone} == {Tone.WATCH}


def test_a_plan_that_goes_on_while_the_dose_has_to_wait_is_said():
    wait = NextDose(allowed=False, earliest=None, actions=("withhold_until_resolved",), text="", source="label")
    assert any("not now" in each.text for each in lines(entry("m1", 1), next_dose=wait))
    assert not any("not now" in each.text for each in lines(entry("m1", 1)))


def test_a_cancelled_dose_is_struck_through_with_its_reason():
    cancelled = lines(entry("m1", 1, "cancelled", why="fever"), entry("m2", 2))[1]
    assert cancelled.struck
    assert "(fever)" in cancelled.text


def test_a_long_calendar_is_short_on_the_screen_and_says_what_it_leaves_out():
    given = [entry(f"g{days}", -days, "given", given_at=NOW - days * DAY) for days in range(9, 0, -1)]
    planned = [entry(f"p{days}", days) for days in range(1, 12)]
    shown = lines(*given, *planned)
    assert shown[-1].text == "and 13 more: stepguard doses list"
    assert len(planned_lines(DoseCalendar(entries=(*given, *planned)), NOW, UTC, whole=True)) == 21
