"""The hand-over of a shift as values: which shift it is, what it says, and that both layouts say all of it."""

import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from alerts.roster_file import load_roster
from alerts.shift_story import Confirmation, ShiftIncident, ShownItem, changed, is_same, pressing
from alerts.silence import Silence
from alerts.story import Happened
from console.shift_paper import as_pdf
from console.views.cells import Group
from console.views.shift_changes import changes
from console.views.shift_json import as_object
from console.views.shift_lines import LAYOUTS, as_text, hung, lines_of, patient_blocks, sections, status_line
from console.views.shift_patient import patient_report
from console.views.shift_span import span_of
from console.views.shift_values import Material, PatientReport
from gateway.reading import PatientCode, PatientId
from monitor.overview import EntryLine, Point, Strike
from monitor.planned_doses import PlannedDose
from monitor.shift_past import Entered, Past, Running

UTC_ZONE = ZoneInfo("UTC")
SHIPPED = load_roster(None)
"""Ada is the nurse from 7 to 19, Ben from 19 to 7, in UTC."""


def at(hour: int, minute: int = 0, *, day: int = 3) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "since", "giver", "receiver", "ended"),
    [
        (at(6, 50), at(19, day=2), "Ben Ortiz", "Ada Berg", None),
        (at(7, 0), at(19, day=2), "Ben Ortiz", "Ada Berg", at(7)),
        (at(8, 59), at(19, day=2), "Ben Ortiz", "Ada Berg", at(7)),
        (at(9, 0), at(7), "Ada Berg", "Ben Ortiz", None),
        (at(1, 14), at(19, day=2), "Ben Ortiz", "Ada Berg", None),
    ],
)
def test_the_shift_that_ended_is_handed_over_for_two_hours_then_the_present_one(now, since, giver, receiver, ended):
    span = span_of(SHIPPED, now, UTC_ZONE)
    assert (span.since, span.giver, span.receiver, span.ended_at) == (since, giver, receiver, ended)


def test_a_roster_that_names_no_change_of_nurses_is_cut_at_the_half_of_the_day_and_says_so():
    always = replace(SHIPPED, shifts=tuple(one for one in SHIPPED.shifts if one.role != "nurse"))
    lone = replace(SHIPPED.shifts[2], role="nurse")
    for roster in (None, always, replace(always, shifts=(*always.shifts, lone))):
        span = span_of(roster, at(6, 50), UTC_ZONE)
        assert span.since == at(19, day=2)
        assert "half of the day" in span.why
        assert span_of(roster, at(8, 59), UTC_ZONE).since == at(19, day=2)
        assert span_of(roster, at(9), UTC_ZONE).since == at(7)


def report_of(make, number: int, past: Past, **more):
    overview = next(each for each in make.snapshot().overviews if each.patient_id == number)
    own = [each for each in make.snapshot().incidents if each.patient_id == number]
    return patient_report(Material(overview=overview, past=past, incidents=own, **more), None, make.now, make.zone)


def routine(make) -> Past:
    return Past(before=make.standing(500, "routine"))


def texts(report) -> str:
    return "\n".join(fact.text for fact in report.facts)


def test_whoever_was_seen_and_routine_all_shift_is_one_line_and_anything_else_is_a_part(make):
    well = report_of(make, 33, routine(make))
    assert not well.eventful
    assert "\n" not in well.brief
    assert all(word in well.brief for word in ("P-0033", "elr SUD1", "CRS 0", "36.8 15m", "124/78 15m", "05:59"))
    entered = EntryLine(ref="m1", at=make.now, entered_at=make.now, by="ada", kind="note", text="slept", voided=False)
    feverish = make.standing(90, "urgent", 1)
    for past in (
        replace(routine(make), entries=(Entered(line=entered),)),
        replace(routine(make), standings=(feverish, make.standing(30, "routine"))),
        replace(routine(make), points=(Point(at=make.now, group="oximetry", values=(), graded=False),)),
        replace(routine(make), running=(Running(what="ibuprofen may hide fever", until=make.now),)),
        Past(before=None),
    ):
        assert report_of(make, 33, past).eventful
    quiet = replace(routine(make), entries=(Entered(line=replace(entered, kind="ice"), expected=True),))
    assert not report_of(make, 33, quiet).eventful
    assert report_of(make, 33, routine(make), hubs=(make.hub("kit-33", "P-0033", battery_pct=9),)).eventful
    for number, group in ((42, Group.EMERGENCY), (31, Group.UNSEEN), (8, Group.WATCH)):
        report = report_of(make, number, routine(make))
        assert (report.eventful, report.group) == (True, group)


def test_what_is_missing_is_said_to_be_missing_and_nothing_old_passes_for_new(make):
    said = texts(report_of(make, 31, routine(make), missing=("weight", "hub in the home")))
    assert "SpO2 never measured" in said
    assert "temperature 37.1 C at Mon 19:04 (7h ago, OLD)" in said
    assert "not recorded: weight, hub in the home" in said
    assert "overdue: temperature, SpO2, pressure" in said
    said = texts(report_of(make, 17, routine(make)))
    assert "support: nothing was entered" in said
    assert "CRS, at least" not in said
    assert "suspected CRS, grade 1" in said


def test_every_fact_stands_once_in_either_layout_and_nothing_else_does(make, feed):
    for report in feed.shift(make.now).report.patients:
        for layout in LAYOUTS:
            shown = [fact for _, facts in sections(report, layout) for fact in facts]
            added = [fact for fact in shown if fact not in report.facts]
            assert sorted(shown, key=repr) == sorted((*report.facts, *added), key=repr)
            assert {fact.text for fact in added} <= {"nothing that is recorded", "nothing is open", "nothing to report"}


def test_the_changes_of_a_shift_are_told_with_the_time_the_entry_was_made_and_what_was_struck_out(make, feed):
    report = next(each for each in feed.shift(make.now).report.patients if each.code == "P-0042")
    told = {fact.text: fact for fact in report.facts if fact.topic == "changed"}
    assert "urgency: routine, urgent 00:04, emergency 02:12" in told
    assert "values: temperature 38.9 at 02:11 (highest of 2)" in told
    struck = next(fact for text, fact in told.items() if "medication paracetamol 500 mg" in text)
    assert struck.struck
    assert struck.text.startswith("STRUCK OUT")
    strike = Strike(at=make.now, by="ben", why="wrong patient", replaced_by="m10")
    late = EntryLine(
        ref="m9",
        at=make.now - timedelta(hours=6),
        entered_at=make.now,
        by="ben",
        kind="dose",
        text="SUD2",
        voided=False,
    )
    [fact] = changes(Past(before=None, entries=(Entered(line=late),)), (), make.now, make.zone, eventful=False)
    assert fact.text == "dose SUD2 (for Mon 20:14), ben [m9]"
    wrong = Entered(line=replace(late, voided=True, strike=strike))
    [fact] = changes(Past(before=None, entries=(wrong,)), (), make.now, make.zone, eventful=False)
    assert fact.text.startswith("STRUCK OUT by ben (wrong patient), now m10: dose SUD2")


def test_a_planned_dose_is_told_before_its_time_and_is_something_to_do_after_it(make):
    def said(hours: float) -> PatientReport:
        due = make.now + timedelta(hours=hours)
        dose = PlannedDose(ref="m7", step="SUD3", due=due, first_due=due - timedelta(days=1), remarks=("a day early",))
        return report_of(make, 33, routine(make), planned=(dose,))

    assert "dose SUD3 planned 07:14, moved from Mon 07:14; a day early" in texts(said(5))
    assert [said(hours).eventful for hours in (-1, 5, 23, 30)] == [True, True, True, False]
    assert "dose SUD3" not in texts(said(8 * 24))
    [late] = [fact for fact in said(-1).facts if "SUD3" in fact.text]
    assert (late.topic, "was planned for 01:14" in late.text, "is not entered" in late.text) == ("actions", True, True)


def test_many_changes_are_told_by_the_worst_and_the_last_and_many_acceptances_by_their_number(make):
    flapping = tuple(
        make.standing(300 - 10 * number, "emergency" if number == 3 else ("urgent", "watch")[number % 2])
        for number in range(9)
    )
    happened = [
        Happened(
            at=make.now - timedelta(minutes=60 - number), what="acknowledged", by=("ada", "ben")[number % 2], note=""
        )
        for number in range(8)
    ]
    story = ShiftIncident(
        id=7,
        page_code="KD07",
        patient_id=PatientId(42),
        code=PatientCode("P-0042"),
        kind="clinical",
        urgency="urgent",
        reason="fever",
        opened_at=make.now,
        resolved_at=make.now,
        happened=(Happened(at=happened[0].at, what="paged", by="ada", note="x"), *happened),
    )
    past = Past(before=make.standing(500, "routine"), standings=flapping)
    told = [fact.text for fact in changes(past, [story], make.now, make.zone, eventful=False)]
    assert told[0] == "urgency: routine, 9 changes, worst emergency first Mon 21:44, now urgent since Mon 22:34"
    assert told[1] == "page KD07 acknowledged 8 times by ada, ben, last 01:21"
    assert told[-1] == "page KD07 resolved"


def test_what_ends_and_what_comes_is_told_in_the_order_it_comes(make):
    quiet = Silence(
        id=3,
        subject="patient:17",
        covers="watch",
        grade=None,
        blind=False,
        by="ada",
        why="asleep",
        since=make.now,
        until=make.now + timedelta(hours=1),
    )
    held = replace(make.snapshot().incidents[1], patient_id=PatientId(17), silence=quiet, offered_to="Cleo Marsh")
    past = replace(
        routine(make),
        running=(
            Running(what="fever attributed to infection", until=make.now + timedelta(hours=9), at_latest=True),
            Running(what="paracetamol may hide fever", until=make.now + timedelta(hours=3)),
        ),
    )
    overview = next(each for each in make.snapshot().overviews if each.patient_id == 17)
    report = patient_report(Material(overview=overview, past=past, incidents=[held]), None, make.now, make.zone)
    ahead = [fact for fact in report.facts if fact.topic == "ahead" and fact.at is not None]
    assert [fact.at for fact in ahead] == sorted(fact.at for fact in ahead)
    said = "\n".join(fact.text for fact in report.facts)
    assert "paracetamol may hide fever until 05:14" in said
    assert "fever attributed to infection until 11:14 at the latest" in said
    assert "silence of page KD04 ends 03:14" in said
    assert "page KD04: what Ben Lund accepted runs out 04:01" in said
    assert "with Ben Lund until 04:01, offered to Cleo Marsh" in said


def test_a_digest_pins_every_word_that_was_shown(make):
    report = report_of(make, 42, routine(make))
    again = report_of(make, 42, routine(make))
    assert report.item == again.item
    assert len(report.item.digest) == 64
    for place, fact in enumerate(report.facts):
        other = (*report.facts[:place], replace(fact, text=f"{fact.text}."), *report.facts[place + 1 :])
        assert replace(report, facts=other).item.digest != report.item.digest


def test_only_the_two_worst_urgencies_ask_again(make):
    calm, bad = make.assessment(urgency="watch"), make.assessment(urgency="urgent", grade=1)
    assert pressing(calm, {"temperature"}, ()) == ""
    was = pressing(bad, {"temperature"}, [make.incident(7, 42, "P-0042")])
    assert was == "URGENT (temperature), CRS 1, home; page KD07 emergency, nobody has it"
    item = ShownItem(patient_id=PatientId(42), code=PatientCode("P-0042"), digest="", pressing=was)
    assert changed([item], {PatientId(42): was}) == []
    [(code, before, now)] = changed([item], {PatientId(42): was.replace("nobody has it", "with Ben")})
    assert (code, before) == ("P-0042", was)
    assert now.endswith("with Ben")
    assert changed([item], {}) == [("P-0042", was, "")]


def test_a_login_and_a_name_of_the_roster_are_one_person():
    assert is_same(SHIPPED, "ada", "Ada Berg")
    assert is_same(None, "Ada ", "ada")
    assert not is_same(SHIPPED, "ada", "Ben Ortiz")
    assert not is_same(SHIPPED, "zoe", "yan")
    assert not is_same(None, "ada", "Ada Berg")


def confirmed(make, whom: PatientId | None) -> Confirmation:
    return Confirmation(
        patient_id=whom,
        since=make.now,
        shown_at=make.now,
        confirmed_at=make.now + timedelta(minutes=1),
        given_by="Ben Ortiz",
        received_by="ada",
        digest="0" * 64,
    )


def test_the_giving_nurse_reads_who_is_not_confirmed_yet(make, feed):
    def said() -> str:
        return status_line(feed.shift(make.now).report.handed, make.zone).text

    assert said() == "NOT HANDED OVER: 12 patients and the ward are not confirmed"
    feed.taken = {each.patient_id: confirmed(make, each.patient_id) for each in feed.snapshot.overviews}
    del feed.taken[PatientId(42)]
    assert said() == "handed over to ada at 02:15: 11 of 12 confirmed; NOT CONFIRMED: the ward, P-0042"
    feed.taken |= {None: confirmed(make, None), PatientId(42): confirmed(make, PatientId(42))}
    assert said() == "handed over to ada at 02:15, confirmed: all 12 and the ward"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_text_fits_80_columns_and_names_everybody(make, feed, layout):
    report = feed.shift(make.now).report
    text = as_text(report, layout, make.zone)
    assert all(len(line) <= 78 for line in text.splitlines())
    assert all(each.code in text for each in report.patients)
    assert "THE WARD" in text
    # well and uneventful patients are counted, and have a line each
    assert f"NOTHING OPEN: {len(report.uneventful)}" in text
    assert len(report.uneventful) == 6
    lines = lines_of(patient_blocks(report.patients[0], layout, make.now, make.zone))
    for width in (20, 40, 76):
        assert all(len(line.text) <= width for line in hung(lines, width))


def test_the_object_says_the_same_as_the_text(make, feed):
    report = feed.shift(make.now).report
    said = as_object(report)
    assert [each["patient"] for each in said["patients"]] == [each.code for each in report.patients]
    assert said["since"] == "2026-03-02T19:00:00+00:00"
    assert said["patients"][0]["digest"] == report.patients[0].item.digest
    assert said["ward"]["confirmed"] is None


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
def test_the_pdf_says_every_word_of_the_text_and_is_the_same_twice(make, feed, tmp_path):
    report = feed.shift(make.now).report
    written = as_pdf(report, "SBAR", make.zone)
    assert written == as_pdf(report, "SBAR", make.zone)
    file = tmp_path / "shift.pdf"
    file.write_bytes(written)
    read = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, text=True, check=True).stdout
    words, codes = set(read.split()), [each.code for each in report.patients]
    for each in report.eventful:
        for fact in each.facts:
            missing = [word for word in fact.text.split() if word not in words]
            assert not missing, (fact.text, missing)
    assert all(each.code in words for each in report.patients)
    assert "(struck" in words
    assert "page 1 of" in read
    tops = [page.strip().splitlines()[0] for page in read.split("\f")[1:] if page.strip()]
    assert tops
    # whoever holds a single page knows whose it is
    assert all(any(code in top for code in (*codes, "The ward", "Seen and routine")) for top in tops), tops
