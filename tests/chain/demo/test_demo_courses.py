from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from alerts.instructions_file import instructions_of
from console.demonstration.course import (
    Course,
    chance_still,
    draw_baseline,
    draw_onset_hours,
    draw_reaction,
    measured,
    vitals_at,
)
from console.demonstration.demo import INSTRUCTIONS
from console.demonstration.home_kit import GARBAGE, REQUIRED, Card, garbage, message, next_measurement
from console.demonstration.plan import Habit, plan_homes, step_up_regimens
from gateway.native import decode
from gateway.reading import Reading, Rejected
from gateway.settings import SiteSettings
from monitor.rulebook import load_rules

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
ORIGIN = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)
SEEDS = range(30)


def course_with_reaction(seed: int, severity: int = 3) -> Course:
    rng = np.random.default_rng(seed)
    baseline = draw_baseline(rng)
    return Course(baseline=baseline, timezone=COPENHAGEN, reaction=draw_reaction(rng, ORIGIN, severity))


def plans(patients: int = 40, seed: int = 1, speed: float = 60):
    regimens = step_up_regimens(load_rules())
    return plan_homes(patients=patients, seed=seed, origin=ORIGIN, speed=speed, regimens=regimens, timezone=COPENHAGEN)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_temperature_passes_38_at_onset(seed):
    course = course_with_reaction(seed)
    minute = timedelta(minutes=1)
    assert vitals_at(course, ORIGIN - minute).temperature_c < 38.0 + 0.01
    assert vitals_at(course, ORIGIN + minute).temperature_c > 38.0 - 0.01
    assert vitals_at(course, ORIGIN + timedelta(hours=1)).temperature_c > 38.0


@pytest.mark.parametrize("seed", SEEDS)
def test_temperature_rises_before_pressure_falls_and_pressure_before_oxygen(seed):
    course = course_with_reaction(seed)
    at = [ORIGIN + timedelta(minutes=minute) for minute in range(0, 60 * 24, 5)]
    seen = [vitals_at(course, one) for one in at]
    pressure_falls = next(i for i, one in enumerate(seen) if one.systolic_mmhg < course.baseline.systolic_mmhg - 20)
    oxygen_falls = next(i for i, one in enumerate(seen) if one.spo2_pct < course.baseline.spo2_pct - 3)
    assert 0 < pressure_falls < oxygen_falls
    assert all(one.temperature_c >= 38.0 for one in seen[1:pressure_falls])


def test_a_patient_without_a_reaction_stays_within_ordinary_values_all_day():
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        course = Course(baseline=draw_baseline(rng), timezone=COPENHAGEN)
        for hour in range(24):
            seen = measured(vitals_at(course, ORIGIN + timedelta(hours=hour)), rng)
            assert seen.temperature_c < 37.5
            assert seen.systolic_mmhg >= 95
            assert seen.spo2_pct >= 94


def test_paracetamol_hides_part_of_the_fever_and_wears_off():
    course = course_with_reaction(3, severity=1)
    taken = ORIGIN + timedelta(hours=3)
    treated = replace(course, antipyretics=(taken,))

    def hidden_c(hours: float) -> float:
        at = taken + timedelta(hours=hours)
        return vitals_at(course, at).temperature_c - vitals_at(treated, at).temperature_c

    assert hidden_c(0.25) == pytest.approx(0.0)
    assert hidden_c(2) == pytest.approx(1.1, abs=0.35)
    assert hidden_c(7) == pytest.approx(0.0)


def test_drawn_onsets_follow_the_published_distribution_and_never_lie_in_the_past():
    regimen = next(one for one in step_up_regimens(load_rules()) if one.drug == "talquetamab")
    onset = regimen.steps[0].onset
    rng = np.random.default_rng(7)
    hours = [draw_onset_hours(rng, onset.quantile, 0.0) for _ in range(800)]
    assert np.median(hours) == pytest.approx(onset.hours[2], rel=0.1)
    assert np.quantile(hours, 0.25) == pytest.approx(onset.hours[1], rel=0.1)
    late = [draw_onset_hours(rng, onset.quantile, 30.0) for _ in range(200)]
    assert min(late) >= 30.0


def test_waiting_without_a_reaction_lowers_the_chance_of_one():
    assert chance_still(0.4, 0.0) == pytest.approx(0.4)
    assert chance_still(0.4, 0.5) == pytest.approx(0.25)
    assert chance_still(0.4, 1.0) == 0.0


def test_the_same_seed_gives_the_same_street_and_another_seed_another():
    assert plans(seed=5) == plans(seed=5)
    assert plans(seed=5) != plans(seed=6)


def test_reactions_among_ordinary_homes_come_at_about_the_published_rate():
    homes = [plan for seed in range(12) for plan in plans(patients=60, seed=seed) if plan.habit is Habit.ORDINARY]
    dosed = [plan for plan in homes if plan.doses]
    expected = np.array(
        [
            chance_still(plan.doses[-1].step.probability, plan.doses[-1].step.onset.quantile(hours))
            for plan in dosed
            for hours in [(ORIGIN - plan.doses[-1].at) / timedelta(hours=1)]
        ]
    )
    seen = sum(plan.course.reaction is not None for plan in dosed)
    spread = float(np.sqrt(np.sum(expected * (1 - expected))))
    assert seen == pytest.approx(float(expected.sum()), abs=4 * spread)
    assert all(plan.course.reaction is None for plan in homes if not plan.doses)
    assert all(plan.course.reaction.onset_at >= ORIGIN for plan in dosed if plan.course.reaction)


@pytest.mark.parametrize("speed", [10, 60, 600])
def test_the_first_home_heats_up_within_thirty_wall_seconds_and_inside_the_window(speed):
    first = plans(speed=speed)[0]
    assert first.habit is Habit.HEATS_UP
    fever_at = first.first_round_at
    assert (fever_at - ORIGIN).total_seconds() / speed <= 30
    assert vitals_at(first.course, fever_at).temperature_c > 38.0
    assert all(vitals_at(first.course, at).temperature_c < 38.0 for at in first.measured_before)
    onset = first.doses[-1].step.onset
    assert 0 < (fever_at - first.doses[-1].at) / timedelta(hours=1) < onset.closes_h


def test_a_street_has_every_peculiar_home_and_several_drugs():
    street = plans()
    assert {plan.habit for plan in street} == set(Habit)
    assert len({plan.regimen.drug for plan in street}) == 7
    assert len({plan.code for plan in street}) == len({plan.hub for plan in street}) == 40


def local(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-{text}").replace(tzinfo=COPENHAGEN)


CARD_TIMES = """
               | dose      | measured  | next
day, in window | 02T08:00  | 02T10:00  | 02T14:00
to the evening | 02T08:00  | 02T19:00  | 02T22:00
exactly ten    | 02T08:00  | 02T18:00  | 02T22:00
night check    | 02T08:00  | 02T22:00  | 03T03:00
late, no check | 01T08:00  | 03T21:00  | 04T07:00
not yet dosed  | 09T08:00  | 02T10:00  | 02T18:00
well, evening  | 09T08:00  | 02T17:00  | 02T22:00
well, night    | 09T08:00  | 02T19:00  | 03T07:00
"""


@pytest.mark.parametrize("row", CARD_TIMES.strip().splitlines()[1:], ids=lambda row: row.split("|")[0].strip())
def test_the_card_gives_the_next_time(row):
    dose, at, expected = (local(cell.strip()) for cell in row.split("|")[1:])
    card = Card(doses=(dose,), timezone=COPENHAGEN)
    well = draw_baseline(np.random.default_rng(1))
    assert next_measurement(card, at, well) == expected


def test_fever_and_the_red_box_shorten_the_interval_day_and_night():
    card = Card(doses=(local("02T08:00"),), timezone=COPENHAGEN)
    well = draw_baseline(np.random.default_rng(1))
    at = local("02T23:30")
    assert next_measurement(card, at, replace(well, temperature_c=38.0)) - at == timedelta(hours=1)
    assert next_measurement(card, at, replace(well, systolic_mmhg=89)) - at == timedelta(minutes=15)
    assert next_measurement(card, at, replace(well, spo2_pct=91)) - at == timedelta(minutes=15)


def test_every_ordinary_message_is_a_reading_and_every_broken_one_is_survived_by_name():
    seen = measured(vitals_at(course_with_reaction(2), ORIGIN), np.random.default_rng(1))
    for group in REQUIRED:
        payload = message(boot="b1", seq=4, measured_at=ORIGIN, seen=seen, groups=(group,))
        reading = decode(payload, ORIGIN)
        assert isinstance(reading, Reading)
        assert getattr(reading, group) is not None
        assert (reading.boot, reading.seq) == ("b1", 4)
    answers = {kind: decode(garbage(kind, ORIGIN), ORIGIN) for kind in GARBAGE}
    assert isinstance(answers.pop("implausible"), Reading)
    assert all(isinstance(answer, Rejected) and answer.reason for answer in answers.values())


def test_a_viewer_can_send_every_home_of_the_demonstration_an_instruction_that_says_it_is_none():
    rules = load_rules()
    standing = instructions_of(
        SiteSettings(timezone="Europe/Copenhagen", instructions=str(INSTRUCTIONS)), rules.catalogue
    )
    assert {one.drug for one in standing.instructions} == {one.drug for one in step_up_regimens(rules)}
    for text in (text for one in standing.instructions for text in one.texts.values()):
        assert text.text.startswith("DEMONSTRATION.")
        assert text.by.startswith("nobody")
        assert text.on <= ORIGIN.date()
