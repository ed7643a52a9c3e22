"""What an episode came to, from everything known: late values and corrections taken in, nothing invented."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec
import pytest

from monitor.course import Course
from monitor.episode_record import plain
from monitor.episode_summary import EpisodeSummary, same_course, summaries
from monitor.rulebook import load_rules
from monitor.timeline import parse_timeline

RULES = load_rules()
DOSE = datetime(2026, 3, 2, 10, tzinfo=UTC)
FEVER_H = 20
HOUR = timedelta(hours=1)


def at(hours: float) -> str:
    return (DOSE + hours * HOUR).isoformat()


def reading(hours: float, celsius: str = "36.8", spo2: int = 97, systolic: int = 122, **more) -> dict:
    return {
        "at": at(hours),
        "type": "reading",
        "temperature": {"value": Decimal(celsius), "unit": "Cel", "site": "oral"},
        "oximetry": {"spo2_pct": spo2, "pulse_bpm": 78},
        "blood_pressure": {"systolic_mmhg": systolic, "diastolic_mmhg": 66},
        **more,
    }


ILL = [
    {"at": at(0), "type": "dose", "step": "SUD2", "amount": Decimal("0.3"), "unit": "mg/kg"},
    reading(10),
    reading(FEVER_H, "38.4"),
    {"at": at(21), "type": "medication", "name": "tocilizumab", "amount": 560, "unit": "mg", "purpose": "treatment"},
    reading(22, "39.0", spo2=91, systolic=84),
]
WELL = [reading(hours) for hours in range(24, 50, 2)]
CARE = [
    {"at": at(22.5), "type": "place", "where": "emergency_department"},
    {"at": at(23), "type": "support", "vasopressors": ["norepinephrine"], "by": "Dr Lund"},
    {"at": at(23.1), "type": "clinician_grade", "syndrome": "crs", "grade": 4, "by": "Dr Lund"},
    {"at": at(23.2), "type": "clinician_grade", "syndrome": "icans", "grade": 1, "by": "Dr Lund"},
    {"at": at(24), "type": "support", "by": "Dr Lund"},
    {"at": at(25), "type": "place", "where": "discharged", "by": "ada"},
]


def of(*events: dict, hours: float = 80) -> tuple[EpisodeSummary, ...]:
    record = parse_timeline(
        {
            "patient": {"code": "P-1", "baseline": {"systolic_mmhg": 124, "spo2_pct": 97}},
            "regimen": {"drug": "teclistamab", "schedule": "us_weekly"},
            "events": list(events),
        },
        RULES.plausibility,
    )
    return summaries(Course(record.profile, record.regimen, RULES, record.events), DOSE + hours * HOUR)


def test_it_tells_the_whole_course():
    [told] = of(*ILL, *CARE, *WELL)
    assert told.onset == DOSE + FEVER_H * HOUR
    assert (told.dose.step, told.dose.hours) == ("SUD2", Decimal("20.0"))
    assert (told.ended, told.ended_at) == ("resolved", DOSE + 48 * HOUR)
    assert (told.peak.grade, told.peak.at, told.peak.certainty) == (3, DOSE + 23 * HOUR, "confirmed")
    assert (told.clinician_peak, told.icans_peak) == (4, 1)
    assert told.confirmed_grade3_minutes == 60
    assert [(one.at, one.grade, one.certainty) for one in told.grades][:4] == [
        (DOSE + 20 * HOUR, 1, "suspected"),
        (DOSE + 22 * HOUR, 2, "suspected"),
        (DOSE + 23 * HOUR, 3, "confirmed"),
        (DOSE + 24 * HOUR, 0, "none"),
    ]
    assert [one.urgency for one in told.urgencies][:2] == ["urgent", "emergency"]
    worst = {one.vital: (one.numbers, one.at) for one in told.worst}
    assert worst["temperature"] == ((Decimal("39.0"),), DOSE + 22 * HOUR)
    assert worst["blood_pressure"][0] == (Decimal(84), Decimal(66))
    assert worst["oximetry"][0] == (Decimal(91),)
    assert [(one.what, one.by) for one in told.treatments] == [
        ("tocilizumab", None),
        ("norepinephrine", "Dr Lund"),
        ("none", "Dr Lund"),
    ]
    assert [one.what for one in told.said] == ["emergency_department", "CRS grade 4", "ICANS grade 1", "discharged"]
    assert told.masked_at_end, "tocilizumab hides fever for days"
    assert told.rules_version == RULES.version


def test_without_an_episode_there_is_nothing_to_sum_up():
    assert of(ILL[0], reading(10), *WELL) == ()


def test_an_open_one_says_that_it_is_open():
    [told] = of(*ILL, hours=23)
    assert (told.ended, told.ended_at) == (None, None)
    assert (told.peak.grade, told.peak.certainty, told.peak.at_least) == (2, "suspected", True)
    assert told.clinician_peak is None
    assert told.icans_peak is None


@pytest.mark.parametrize(
    ("event", "ended"),
    [
        ({"type": "clinician_grade", "syndrome": "crs", "grade": 0, "by": "Dr Ito"}, "clinician"),
        ({"type": "place", "where": "ended"}, "watch_ended"),
    ],
)
def test_it_says_how_it_ended(event, ended):
    [told] = of(*ILL, {"at": at(30), **event})
    assert (told.ended, told.ended_at) == (ended, DOSE + 30 * HOUR)


def test_a_value_that_came_late_is_part_of_the_course():
    late = reading(20.5, "38.6", systolic=82, received_at=at(60))
    [before], [after] = of(*ILL[:4], *WELL), of(*ILL[:4], *WELL, late)
    assert (before.peak.grade, after.peak.grade) == (1, 2)
    assert after.peak.at == DOSE + 20.5 * HOUR
    assert not same_course(before, after)


def test_what_was_struck_out_was_never_part_of_it_not_even_before_it_was_struck_out():
    wrong = {**ILL[4], "id": "wrong"}
    struck = [*ILL[:4], wrong, {"at": at(26), "type": "void", "of": "wrong", "why": "the husband's"}, *WELL]
    [told], [without] = of(*struck), of(*ILL[:4], *WELL)
    assert told.peak.grade == 1
    assert same_course(told, without)


def test_each_episode_has_its_own_and_a_later_one_does_not_change_the_first():
    again = [reading(60, "38.2"), *(reading(60 + hours) for hours in range(2, 30, 2))]
    [first] = of(*ILL, *WELL)
    one, two = of(*ILL, *WELL, *again, hours=120)
    assert same_course(first, one)
    assert (two.number, two.onset, two.peak.grade) == (2, DOSE + 60 * HOUR, 1)


def test_a_summary_of_other_rules_that_says_the_same_is_the_same():
    [told] = of(*ILL, *WELL)
    assert same_course(told, msgspec.structs.replace(told, rules_version="older", unsigned="signed by nobody"))


def test_it_reads_back_as_it_was_written():
    [told] = of(*ILL, *CARE, *WELL)
    assert msgspec.convert(plain(told), EpisodeSummary) == told
