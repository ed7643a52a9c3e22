"""What a fever means after one or more doses, and what is left without one: reference figures, rules, properties."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.assessment import URGENCIES
from monitor.onset import Curve, Onset, RiskNumbers
from monitor.onset_build import KNOTS_H, SOURCES, curve_of, method_of, read
from monitor.onset_fit import fit
from monitor.onset_published import figures_of
from monitor.onset_risk import Dosed, DoseRisk, hours_until_unlikely, probability, residual, shares
from monitor.record import DoseGiven
from monitor.replay import replay
from monitor.rulebook import load_rules
from monitor.rules import Rules
from monitor.window import (
    DoseSeen,
    Odds,
    dose_risk,
    keep_open_while_likely,
    locate,
    most_likely_dose,
    odds,
    weigh,
)

RULES = load_rules()
RISK = RULES.onset.risk
BACKGROUND = 0.012 / 24
LOW, NEUTROPENIC = 0.005 / 24, 0.05 / 24
START = datetime(2026, 3, 2, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
ROWS = {f"{row.drug} {'/'.join(sorted(row.steps | row.schedules))}".strip(): row for row in RULES.onset.rows}


def onset(drug: str) -> Onset:
    return next(row.onset for row in RULES.onset.rows if row.drug == drug)


def risk(drug: str, share: float) -> DoseRisk:
    return DoseRisk(onset=onset(drug), share=share, known=True)


TECLISTAMAB = (risk("teclistamab", 0.42), risk("teclistamab", 0.35), risk("teclistamab", 0.24))


def fever(hours: float, doses: tuple[DoseRisk, ...] = TECLISTAMAB[:1], at: tuple[float, ...] = (0,)) -> float:
    """The probability at `hours`, of doses given at those hours."""
    return probability(sum(one.hazard() for one in after(hours, doses, at)), BACKGROUND)


def after(hours: float, doses: tuple[DoseRisk, ...], at: tuple[float, ...]) -> list[Dosed]:
    return [one.after(hours - given) for one, given in zip(doses, at, strict=True) if given <= hours]


def meant(doses: list[DoseSeen], at: datetime, numbers: RiskNumbers = RISK, *, masked: bool = False) -> Odds | None:
    weighed = weigh(doses, at, numbers)
    return odds(weighed, numbers, masked=masked) if weighed else None


def seen(hours: float, one: DoseRisk | None, step: str = "SUD1") -> DoseSeen:
    dose = DoseGiven(at=START + hours * HOUR, step=step)
    limits = one.onset.limits(dose.at) if one else ()
    return DoseSeen(dose=dose, step=None, onset=one.onset if one else None, limits=limits, risk=one)


# one dose


@pytest.mark.parametrize(
    ("drug", "share", "expected"),
    [
        ("teclistamab", 0.42, (0.97, 0.97, 0.97, 0.96, 0.86, 0.62, 0.37, 0.22, 0.11)),
        ("elranatamab", 0.43, (0.97, 0.97, 0.97, 0.96, 0.87, 0.70, 0.51, 0.36, 0.20)),
        ("talquetamab", 0.29, (0.95, 0.95, 0.95, 0.96, 0.83, 0.52, 0.27, 0.15, 0.07)),
    ],
)
def test_a5_a_fever_after_one_dose_means_what_it_was_worked_out_to_mean(drug, share, expected):
    one = risk(drug, share)
    found = [fever(hours, (one,)) for hours in (2, 6, 12, 24, 48, 72, 96, 120, 168)]
    assert found == pytest.approx(expected, abs=0.011)


@pytest.mark.parametrize(
    ("background", "expected"), [(LOW, (0.98, 0.94, 0.80, 0.40)), (NEUTROPENIC, (0.87, 0.59, 0.28, 0.06))]
)
def test_a5_the_background_moves_the_probability_as_worked_out(background, expected):
    one = TECLISTAMAB[0]
    assert [probability(one.hazard(h), background) for h in (24, 48, 72, 120)] == pytest.approx(expected, abs=0.011)


@given(hours=st.floats(0, 335), one=st.floats(1e-6, 0.1), more=st.floats(1.01, 10))
def test_a5_a_higher_background_lowers_the_probability(hours, one, more):
    hazard = TECLISTAMAB[0].hazard(hours)
    assert probability(hazard, one * more) < probability(hazard, one)


def test_a5_no_background_is_certainty_and_no_rate_is_nothing():
    assert probability(TECLISTAMAB[0].hazard(24), 1e-15) == pytest.approx(1)
    assert probability(risk("teclistamab", 1e-9).hazard(24), BACKGROUND) == pytest.approx(0, abs=1e-6)
    assert risk("teclistamab", 0.0).hazard(24) == 0


# overlapping doses


def test_a6_three_doses_at_0_72_and_144_hours():
    known = {24: 0.96, 70: 0.64, 84: 0.97, 143: 0.59, 168: 0.93, 240: 0.31, 288: 0.19}
    for hours, expected in known.items():
        assert fever(hours, TECLISTAMAB, (0, 72, 144)) == pytest.approx(expected, abs=0.011), hours
    at_84 = shares(after(84, TECLISTAMAB, (0, 72, 144)))
    assert fever(84, TECLISTAMAB, (0, 72, 144)) >= 0.95
    assert at_84[1] >= 0.90
    assert fever(288, TECLISTAMAB, (0, 72, 144)) <= 0.25


# A-6b: early plateau


def test_a6b_a_fever_earlier_than_the_published_minimum_scores_like_the_core():
    """The negative control is the raw hazard: by it a case that began 2.5 h after the start would not be expected."""
    one = risk("glofitamab", 0.56)
    assert probability(one.hazard(2.5), BACKGROUND) >= 0.95
    assert probability(one.after(2.5).raw(), BACKGROUND) < 0.7
    # The narrower of the two published variants, whose raw hazard at 2.5 h is smaller still.
    sources = read(SOURCES)
    text = next(t for row in sources["onset"] for t in row["published"] if t["id"] == "nejm-2022")
    fitted = fit(figures_of(text, dose_clock_h=12), method_of(sources["method"]))
    table = curve_of(fitted)
    curve = Curve.through(KNOTS_H, table["cdf"], table["density_per_h"])
    hours = (6.2, 10.6, 13.7, 17.9, 31.8, 43.6)
    narrow = replace(one, onset=replace(one.onset, hours=hours, curve=curve))
    assert probability(narrow.hazard(2.5), BACKGROUND) >= 0.95
    assert probability(narrow.after(2.5).raw(), BACKGROUND) == pytest.approx(0.28, abs=0.02)
    assert probability(narrow.after(2.5).raw(), NEUTROPENIC) == pytest.approx(0.08, abs=0.01)


@given(row=st.sampled_from(sorted(ROWS)), part=st.floats(0, 1), share=st.floats(0.01, 0.9))
def test_a6b_before_the_25th_percentile_a_single_dose_never_scores_below_it(row, part, share):
    one = DoseRisk(onset=ROWS[row].onset, share=share, known=True)
    core = one.onset.hours[1]
    assert one.hazard(core * part) >= one.hazard(core) * (1 - 1e-12)
    assert one.hazard(core * part) >= one.after(core * part).raw(), "the plateau only raises"


# masking


def test_a7_no_fever_under_a_mask_is_weak_evidence():
    one = TECLISTAMAB[0]
    assert one.after(48).residual(1.0) == pytest.approx(0.06, abs=0.01)
    assert one.after(48).residual(0.7) == pytest.approx(0.21, abs=0.01)
    assert one.after(48).residual(0.4) == pytest.approx(0.31, abs=0.01)


@given(
    row=st.sampled_from(sorted(ROWS)),
    hours=st.floats(0, 335),
    share=st.floats(0.01, 0.9),
    visible=st.floats(0.05, 1),
)
def test_a7_taking_a_mask_away_never_lowers_the_probability_and_never_raises_the_risk_left(row, hours, share, visible):
    one = DoseRisk(onset=ROWS[row].onset, share=share, known=True)
    assert one.hazard(hours, 1.0) >= one.hazard(hours, visible) * (1 - 1e-12)
    assert one.after(hours).residual(1.0) <= one.after(hours).residual(visible) + 1e-12
    doses = [seen(0, one)]
    masked, plain = (meant(doses, START + hours * HOUR, masked=mask) for mask in (True, False))
    assert masked is not None
    assert plain is not None
    assert masked.probability == plain.probability, "what is printed is not lowered by a drug"
    assert masked.low <= plain.low <= plain.probability <= plain.high


# Properties of every shipped distribution


@given(row=st.sampled_from(sorted(ROWS)), hours=st.lists(st.floats(0, 400), min_size=2, max_size=8))
def test_every_distribution_rises(row, hours):
    curve = ROWS[row].onset
    values = [curve.with_tail(h)[0] for h in sorted(hours)]
    assert all(a <= b + 1e-12 for a, b in itertools.pairwise(values))
    assert all(0 <= value <= 1 for value in values)
    assert all(curve.with_tail(h)[1] >= 0 for h in hours)


@pytest.mark.parametrize("row", sorted(ROWS))
def test_every_curve_passes_through_its_printed_percentiles(row):
    curve = ROWS[row].onset
    for share, hours in zip((0.025, 0.25, 0.5, 0.75, 0.975, 0.995), curve.hours, strict=True):
        if hours < 336:
            assert curve.quantile(hours) == pytest.approx(share, abs=0.03)
        else:
            assert curve.quantile(335.9) <= share + 0.001


@pytest.mark.parametrize("row", sorted(ROWS))
def test_the_density_is_the_slope_of_the_distribution(row):
    curve = ROWS[row].onset
    for hours in (0.02, 1.0, 5.5, 13.0, 29.0, 90.0, 300.0):
        nudge = hours * 1e-5
        rise = curve.with_tail(hours + nudge)[0] - curve.with_tail(hours - nudge)[0]
        assert curve.with_tail(hours)[1] == pytest.approx(rise / (2 * nudge), rel=1e-3)


doses = st.lists(
    st.tuples(st.sampled_from(sorted(ROWS)), st.floats(0.01, 0.9), st.floats(0, 300)), min_size=1, max_size=4
)


@given(given_doses=doses)
def test_the_shares_of_overlapping_doses_sum_to_one(given_doses):
    dosed = [DoseRisk(onset=ROWS[r].onset, share=s, known=True).after(h) for r, s, h in given_doses]
    assert sum(shares(dosed)) == pytest.approx(1)


@given(given_doses=doses)
def test_one_dose_more_never_lowers_what_a_fever_means_nor_the_risk_left(given_doses):
    dosed = [DoseRisk(onset=ROWS[r].onset, share=s, known=True).after(h) for r, s, h in given_doses]
    fewer, every = (sum(d.hazard() for d in some) for some in (dosed[:-1], dosed))
    assert probability(every, BACKGROUND) >= probability(fewer, BACKGROUND)
    assert residual(dosed, 0.7) >= residual(dosed[:-1], 0.7) - 1e-12


# Which doses count, and when nothing is said


def test_nothing_is_said_without_a_dose_or_long_after_the_last():
    assert weigh([], START, RISK) is None
    one = seen(0, TECLISTAMAB[0])
    assert weigh([one], START + 335.9 * HOUR, RISK) is not None
    assert weigh([one], START + 336 * HOUR, RISK) is None


def test_one_dose_without_a_published_rate_leaves_the_probability_unknown():
    unknown = dose_risk(onset("teclistamab"), None, RISK)
    assert unknown is not None
    assert (unknown.share, unknown.known) == (RISK.rate_when_unknown, False)
    both = [seen(0, TECLISTAMAB[0]), seen(72, unknown, "SUD2")]
    assert weigh(both, START + 80 * HOUR, RISK) is None
    assert weigh([seen(0, None)], START + 8 * HOUR, RISK) is None


def test_what_is_given_before_the_first_step_brings_no_syndrome():
    pretreated = [dose(0, "obinutuzumab pretreatment"), reading(14)]
    assert told(pretreated, "glofitamab")[-1].window.crs_probability is None
    stepped = told([*pretreated, dose(168), reading(182)], "glofitamab")[-1]
    alone = told([dose(168), reading(182)], "glofitamab")[-1]
    assert stepped.window.crs_probability == alone.window.crs_probability > 0.9


def test_an_episode_goes_to_the_dose_with_the_largest_share_and_to_the_latest_when_nothing_is_known():
    three = [seen(at, one, f"SUD{i}") for i, (at, one) in enumerate(zip((0, 72, 144), TECLISTAMAB, strict=True), 1)]
    for hours, step in ((24, "SUD1"), (84, "SUD2"), (146, "SUD3")):
        attributed = most_likely_dose(three, START + hours * HOUR)
        assert attributed is not None
        assert attributed.dose.step == step
    nothing = [seen(0, None, "a"), seen(5, None, "b")]
    assert most_likely_dose(nothing, START + 6 * HOUR) is nothing[1]


def test_a_late_first_dose_may_still_own_a_fever_soon_after_the_second():
    """Attribution follows the hazard, not the calendar: a rare syndrome after the new dose against a common one."""
    common, rare = seen(0, risk("teclistamab", 0.9), "SUD1"), seen(20, risk("teclistamab", 0.01), "SUD2")
    assert most_likely_dose([common, rare], START + 22 * HOUR) is common


# A window does not close while a fever would probably be the syndrome


def test_a_window_stays_open_until_a_fever_is_improbable():
    calm = replace(RISK, background_per_h=1e-5)
    one = seen(0, TECLISTAMAB[0])
    (kept,) = keep_open_while_likely([one], calm)
    closes, later = one.limits[-1], kept.limits[-1]
    assert later > closes
    moment = timedelta(seconds=1)
    before, after = (meant([kept], at, calm) for at in (later - moment, later + moment))
    assert before is not None
    assert after is None or after.probability < 0.5 <= before.probability
    days = timedelta(days=28)
    assert locate([kept], later - moment, days).phase == "closing"
    assert locate([kept], later, days).phase == "closed"
    assert locate([one], later - moment, days).phase == "closed", "the negative control"


def test_the_shipped_background_puts_no_close_off():
    """Then a fever is improbable before the 99.5th percentile; this says so as long as it holds."""
    for name, row in ROWS.items():
        one = seen(0, DoseRisk(onset=row.onset, share=0.45, known=True))
        assert keep_open_while_likely([one], RISK) == (one,), name


def test_a_probability_that_is_low_puts_nothing_off():
    assert hours_until_unlikely([TECLISTAMAB[0].after(200)], BACKGROUND, 0.5, 336) is None


@settings(max_examples=40, deadline=None)
@given(given_doses=doses, factor=st.floats(0.001, 1))
def test_a_close_is_never_brought_forward(given_doses, factor):
    given_at = sorted(given_doses, key=lambda dose: dose[2])
    calm = replace(RISK, background_per_h=RISK.background_per_h * factor)
    some = [seen(h, DoseRisk(onset=ROWS[r].onset, share=s, known=True)) for r, s, h in given_at]
    for kept, was in zip(keep_open_while_likely(some, calm), some, strict=True):
        assert kept.limits[:-1] == was.limits[:-1]
        assert kept.limits[-1] >= was.limits[-1]


# How a median is told


def test_a_median_in_days_is_told_as_an_interval():
    assert onset("teclistamab").median_text == "12-36 h"
    assert onset("talquetamab").median_text == "27 h"
    assert onset("tarlatamab").median_text == "16 h", "the published one, not the fitted"
    assert onset("cevostamab").median_text == "not published"
    assert onset("teclistamab").hours_text == "4.6, 13, 12-36, 30, 73, 117"


# in the whole chain


PATIENT = {
    "code": "P-0001",
    "timezone": "Europe/Copenhagen",
    "baseline": {"temperature_c": 36.6, "systolic_mmhg": 124, "diastolic_mmhg": 76, "spo2_pct": 97, "pulse_bpm": 74},
}


def told(events: list[dict], drug: str | None = "teclistamab", rules: Rules = RULES) -> list:
    timeline = {"patient": PATIENT, "regimen": {"drug": drug} if drug else {}, "events": events}
    return list(replay(timeline, rules, every_event=True))


def reading(hours: float, temperature: str = "36.8", spo2: int = 97, systolic: int = 124) -> dict:
    return {
        "at": (START + hours * HOUR).isoformat(),
        "type": "reading",
        "temperature": {"value": Decimal(temperature), "unit": "Cel"},
        "oximetry": {"spo2_pct": spo2},
        "blood_pressure": {"systolic_mmhg": systolic, "diastolic_mmhg": 70},
    }


def dose(hours: float, step: str = "SUD1", **more: object) -> dict:
    return {"at": (START + hours * HOUR).isoformat(), "type": "dose", "step": step, **more}


def switched_off(rules: Rules) -> Rules:
    """The rules with windows that are over as soon as they begin and say nothing."""
    short = (1e-6, 2e-6, 3e-6, 4e-6, 5e-6, 6e-6)
    rows = tuple(
        replace(row, onset=replace(row.onset, hours=short, closes_h=1e-6, single=False)) for row in rules.onset.rows
    )
    return replace(rules, onset=replace(rules.onset, rows=rows))


OFF = switched_off(RULES)
vitals = st.builds(
    reading,
    st.integers(0, 400),
    st.sampled_from(["36.5", "37.6", "38.0", "38.6", "39.5", "40.1"]),
    st.sampled_from([97, 94, 92, 90]),
    st.sampled_from([124, 102, 98, 88]),
)
symptoms = st.builds(
    lambda hours, name: {"at": (START + hours * HOUR).isoformat(), "type": "symptom", "names": [name]},
    st.integers(0, 400),
    st.sampled_from(["rigors", "dizziness", "confusion"]),
)
given_doses = st.builds(dose, st.sampled_from([0, 72, 144, 170]), st.sampled_from(["SUD1", "SUD2", "x"]))


@settings(max_examples=150, deadline=None)
@given(
    events=st.lists(st.one_of(vitals, vitals, given_doses, symptoms), min_size=1, max_size=8),
    drug=st.sampled_from(["teclistamab", "glofitamab", "odronextamab", "moonbodymab", None]),
)
def test_a8_no_alarm_is_lower_with_the_window_than_without(events, drug):
    events = sorted(events, key=lambda event: event["at"])
    for on, off in zip(told(events, drug), told(events, drug, OFF), strict=True):
        assert URGENCIES.index(on.urgency) >= URGENCIES.index(off.urgency), on.at


@pytest.mark.parametrize(
    ("drug", "step"),
    [("moonbodymab", "SUD1"), (None, "SUD1"), ("teclistamab", "no such step"), ("odronextamab", "SUD1a")],
)
def test_a9_what_is_not_known_is_inside_the_window(drug, step):
    last = told([dose(0, step, amount=Decimal(77), unit="mg"), reading(20)], drug)[-1]
    assert last.window.phase in {"unknown", "open", "peak", "closing"}
    assert (last.window.crs_probability, last.window.residual_risk) == (None, None)


def test_a9_a_drug_without_figures_gets_the_widest_window_of_its_route():
    same_route = [row.onset for row in RULES.onset.rows if row.route == "IV"]
    drug = RULES.catalogue.find("odronextamab")
    found = RULES.onset.find(drug, None, None)
    assert found is not None
    assert (found.basis, found.single) == ("route", False)
    assert found.hours[1] == min(each.hours[1] for each in same_route)
    assert found.ends == max(each.ends for each in same_route)
    assert found.median_text == "not known for this dose"


def test_a9_before_the_dose_is_not_outside():
    one = seen(5, TECLISTAMAB[0])
    assert one.phase(START) == "open"
    assert one.hazard(START) == one.hazard(one.dose.at) > 0


def test_a9_a_dose_of_another_drug_does_not_close_the_window():
    last = told([dose(0), dose(50, "of another drug", amount=Decimal(77), unit="mg"), reading(60)])[-1]
    assert last.window.phase in {"open", "peak", "closing"}
    assert last.window.crs_probability is None


def test_a9_hours_are_counted_through_the_change_to_summer_time():
    """The night of 29 March 2026 has no hour from 2 to 3 in Copenhagen; a window has all of its own."""
    eve = datetime(2026, 3, 28, 20, tzinfo=UTC)
    given_at = {"at": eve.isoformat(), "type": "dose", "step": "SUD1"}
    after = {**reading(0), "at": (eve + 24 * HOUR).astimezone(UTC).isoformat()}
    last = told([given_at, after])[-1]
    assert last.window.hours_since_dose == 24
    assert last.window.crs_probability == pytest.approx(0.96, abs=0.011)


# What an assessment says


def test_an_assessment_says_what_a_fever_would_mean_and_what_is_left():
    at_dose, next_day = told([dose(0), {**medication(0)}, reading(24)])[::2]
    assert at_dose.window.crs_probability == pytest.approx(0.97, abs=0.011)
    assert next_day.window.crs_probability == pytest.approx(0.96, abs=0.011)
    low, high = next_day.window.crs_probability_range
    assert low < next_day.window.crs_probability < high
    assert 0 < next_day.window.residual_risk < at_dose.window.residual_risk == pytest.approx(0.42, abs=0.011)


def medication(hours: float) -> dict:
    return {"at": (START + hours * HOUR).isoformat(), "type": "medication", "name": "saline"}


def test_only_what_was_measured_counts_as_seen_to_be_free_of_fever():
    measured = told([dose(0), medication(0), reading(48), {"at": (START + 60 * HOUR).isoformat(), "type": "tick"}])
    silent = told([dose(0), medication(0), {"at": (START + 60 * HOUR).isoformat(), "type": "tick"}])
    assert measured[-1].window.residual_risk == measured[-2].window.residual_risk, "silence is no evidence"
    assert silent[-1].window.residual_risk == pytest.approx(0.42, abs=0.001), "nothing was seen at all"


@pytest.mark.parametrize("name", ["paracetamol", None])
def test_a_recorded_mask_or_no_record_at_all_leaves_more_risk(name):
    clear = told([dose(0), medication(0), reading(48)])[-1].window.residual_risk
    hidden = [{**medication(0), "name": name}] if name else []
    assert told([dose(0), *hidden, reading(48)])[-1].window.residual_risk > clear + 0.1


def test_after_a_fever_no_risk_left_is_printed_until_the_next_dose():
    lines = told([dose(0), reading(24, "38.4"), reading(30, "36.9"), dose(150, "SUD2"), reading(151)])
    assert [line.window.residual_risk is None for line in lines] == [False, True, True, True, True], (
        "the episode is open"
    )
