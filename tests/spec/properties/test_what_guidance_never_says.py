"""Properties of the guidance in every course: what it never allows, and that reusing it changes nothing."""

import os
from datetime import timedelta
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.catalogue_rules import Action
from monitor.course import Course
from monitor.guidance import guide, next_change
from monitor.next_dose import label_of
from monitor.timeline import parse_timeline
from spec_shorthand import timeline
from spec_tables import rules

MANY = settings(max_examples=int(os.environ.get("STEPGUARD_EXAMPLES", "30")))
DRUGS = {
    "teclistamab us_weekly": ["SUD1", "SUD2", "first treatment dose -", "weekly treatment dose -", "C3D1 1.5 mg/kg"],
    "glofitamab standard": ["SUD1", "SUD2 until 4h", "first full dose -"],
    "mosunetuzumab iv": ["SUD1", "SUD2", "first full (loading) dose -"],
    "tarlatamab standard": ["step-up dose -", "first full dose -"],
    "blinatumomab rr_ge45kg": ["cycle-1 start -", "escalation until 30h", "odd 13 mcg/day"],
    "tebentafusp standard": ["dose 1 -", "dose 2 -"],
    "linvoseltamab us": ["SUD1", "SUD2"],
    "something new": ["one"],
}
EVENTS = [
    "well",
    "well T 38.0",
    "well T 38.4 B 80/50",
    "well T 37.9",
    "support O2 face_mask 8",
    "support O2 cpap",
    "support none",
    "crs 0",
    "crs 2",
    "crs null",
    "icans 2",
    "icans 0",
    "icans null",
    "ice 10",
    "ice 8",
    "ice 5",
    "ice 2",
    "neuro brief",
    "neuro spontaneous",
    "med paracetamol",
    "med tocilizumab",
    "attribute fever",
    "place admitted",
    "place discharged",
    "tick",
]
GAPS = [0, 1, 59, 60, 119, 120, 600, 1440, 4319, 4320, 10080]


@st.composite
def courses(draw):
    """Draw a drug and its events in shorthand, the first of them a dose."""
    drug = draw(st.sampled_from(sorted(DRUGS)))
    doses = [f"dose {step}" for step in DRUGS[drug]]
    told = draw(st.lists(st.tuples(st.sampled_from(GAPS), st.sampled_from([*EVENTS, *doses])), max_size=16))
    minutes, items = 0, [f"drug {drug}", f"0h {doses[0]}"]
    for gap, event in told:
        minutes += gap
        hours, rest = divmod(minutes, 60)
        items.append(f"{hours}h{rest}m {event}")
    return "; ".join(items)


def course_of(when):
    record = parse_timeline(timeline(when), rules().plausibility)
    course = Course(record.profile, record.regimen, rules())
    return course, record.events


def afresh(course, now):
    label = label_of(rules().catalogue.find(course.regimen.drug))
    return guide(course.state, course.find(now), label, rules().panels, now, course.zone).guidance


@MANY
@given(when=courses())
def test_what_is_reused_is_what_would_be_said_anew(when):
    course, events = course_of(when)
    for event in events:
        course.learn(event)
        assert course.assess(event.known_at).guidance == afresh(course, event.known_at)


@MANY
@given(when=courses())
def test_nothing_is_allowed_while_anything_forbids_it(when):
    course, events = course_of(when)
    for event in events:
        course.learn(event)
        answer = course.assess(event.known_at)
        dose, episode = answer.guidance.next_dose, answer.crs.episode
        assert dose.actions
        assert set(dose.actions) <= set(get_args(Action))
        assert dose.text
        assert dose.source
        if episode is not None and episode.resolved is None:
            assert (dose.allowed, dose.earliest) == (False, None)
            assert {"withhold_until_resolved", "discontinue_permanently"} & set(dose.actions)
        if "discontinue_permanently" in dose.actions:
            assert (dose.actions, dose.allowed, dose.earliest) == (("discontinue_permanently",), False, None)
        if dose.allowed:
            assert "ask_pharmacist" not in dose.actions
            assert dose.earliest is None or dose.earliest <= answer.at
        if "proceed" in dose.actions:
            assert dose.actions == ("proceed",)


@MANY
@given(when=courses(), hours=st.integers(1, 2000))
def test_time_alone_never_ends_a_stop(when, hours):
    course, events = course_of(when)
    for event in events:
        course.learn(event)
    now = max(event.known_at for event in events)
    stopped = "discontinue_permanently" in course.assess(now).guidance.next_dose.actions
    later = course.assess(now + timedelta(hours=hours)).guidance.next_dose
    assert not stopped or later.actions == ("discontinue_permanently",)


@MANY
@given(when=courses(), share=st.floats(0.01, 0.99))
def test_between_two_clocks_nothing_changes(when, share):
    course, events = course_of(when)
    for event in events:
        course.learn(event)
    now = max(event.known_at for event in events)
    said = course.assess(now).guidance
    label = label_of(rules().catalogue.find(course.regimen.drug))
    clock = next_change(course.state, label, rules().panels, now).at
    settled = course.next_change(now)
    end = min((at for at in (clock, settled) if at is not None), default=now + timedelta(days=40))
    between = now + (end - now) * share
    if now < between < end:
        assert afresh(course, between) == said
