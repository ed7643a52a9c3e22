"""The benchmark of alarm load in small: the real chain over a few simulated days calls for every grade 2."""

from dataclasses import replace

import pytest

from alerts.policy_file import load_policy
from benchmarks.alarm_count import per_febrile_day, per_well_week, severe_called
from benchmarks.alarm_homes import ZONE, draw_ward
from benchmarks.alarm_load import START, simulate, site_policy
from benchmarks.alarm_page import page
from console.demonstration.plan import step_up_regimens
from monitor.rulebook import load_rules

pytestmark = pytest.mark.slow
RULES, POLICY = load_rules(), load_policy(timezone=str(ZONE))


@pytest.fixture(scope="module")
def lived():
    """Give three days of six patients: well, febrile, grade 2, sloppy and with a broken device."""
    return simulate(seed=4, patients=6, days=3, rules=RULES, policy=POLICY)


def test_no_simulated_grade_2_goes_uncalled(lived):
    called = severe_called([lived])
    assert called, "the ward has somebody who becomes grade 2"
    assert all(one.in_time for one in called), called


def test_every_page_is_about_somebody_and_says_why(lived):
    assert lived.paged
    assert all(page.reason and page.patient is not None for page in lived.paged if page.incident != "technical")
    assert all(page.at >= lived.start for page in lived.paged)


def test_whoever_is_febrile_is_called_about_more_than_whoever_is_well(lived):
    days = per_febrile_day([lived])
    assert sum(days) / len(days) > (per_well_week([lived]) or 0) / 7


def test_the_page_of_a_run_states_budget_seed_and_rules(lived):
    text = page([lived], lived, today=START.date(), rules_version=RULES.version)
    assert f"--seeds 4`; do not edit. 2026-03-02, rules {RULES.version}: 1 ward of 6" in text
    assert "| pages per febrile patient-day | 6 |" in text
    assert "None was missed." in text


def test_a_seed_draws_the_same_ward_twice_and_another_seed_another():
    regimens = step_up_regimens(RULES)
    drawn = [draw_ward(patients=20, days=28, seed=seed, start=START, regimens=regimens) for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert {one.kind for one in drawn[0]} == {"well", "grade 1", "grade 2+", "sloppy", "broken device"}


def test_the_policy_beside_the_defaults_differs_in_what_the_page_says_and_nothing_else():
    site = site_policy(POLICY)
    ladders = {name: ladder for name, ladder in site.ladders.items() if name not in {"urgent", "no_sight"}}
    assert ladders == {name: POLICY.ladders[name] for name in ladders}
    assert replace(site, ladders=POLICY.ladders) == POLICY
    assert site.ladders["urgent"].rungs == POLICY.ladders["urgent"].rungs
