"""What other rules would have changed: told in full, missed calls first, and never passed over by the quick look."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.replay import replay
from monitor.rulebook import load_rules
from monitor.timeline import parse_timeline
from monitor.ward_change import may_differ, only_triggers_differ
from monitor.whatif import compare

RULES = load_rules()
START = datetime(2026, 3, 2, 10, tzinfo=UTC)
BASELINE = {"temperature_c": 36.6, "systolic_mmhg": 124, "diastolic_mmhg": 76, "spo2_pct": 97, "pulse_bpm": 74}


def at(hours):
    return (START + timedelta(hours=hours)).isoformat()


def timeline(*events, **patient):
    dose = {"at": at(0), "type": "dose", "step": "SUD1"}
    return {
        "patient": {"code": "P-0001", "baseline": BASELINE, **patient},
        "regimen": {"drug": "teclistamab"},
        "events": [dose, *events],
    }


def reading(hours, celsius="36.8", spo2=97, systolic=122, pulse=76):
    return {
        "at": at(hours),
        "type": "reading",
        "temperature": {"value": Decimal(celsius), "unit": "Cel", "site": "oral"},
        "oximetry": {"spo2_pct": spo2, "pulse_bpm": pulse},
        "blood_pressure": {"systolic_mmhg": systolic, "diastolic_mmhg": systolic - 45},
    }


def record(*events, **patient):
    return parse_timeline(timeline(*events, **patient), RULES.plausibility)


def with_oxygen(**numbers):
    return replace(RULES, oximetry=replace(RULES.oximetry, **{name: Decimal(n) for name, n in numbers.items()}))


LAXER = with_oxygen(urgent_below_pct=90, urgent_drop_pct=20, emergency_below_pct=88, watch_below_pct=91)


def test_a_call_that_the_new_rules_would_never_have_made_is_missed():
    found = compare(record(reading(4), reading(8, spo2=93), reading(12), reading(16)), RULES, LAXER)
    [told] = found.told
    assert (told.fate, told.at, told.urgency, told.groups) == (
        "missed",
        START + timedelta(hours=8),
        "urgent",
        ("oximetry",),
    )
    assert found.old.minutes["urgent"] == pytest.approx(240)
    assert found.new.minutes["urgent"] == 0
    assert (found.old.first_urgent, found.new.first_urgent) == (START + timedelta(hours=8), None)


def test_a_call_that_comes_with_the_next_value_is_later():
    falling = record(reading(4), reading(8, spo2=93), reading(9, spo2=89), reading(9.2, spo2=89))
    found = compare(falling, RULES, LAXER)
    assert [(told.fate, told.urgency) for told in found.told] == [("missed", "emergency"), ("later", "urgent")]
    [later] = [told for told in found.told if told.fate == "later"]
    assert (later.at, later.other_at) == (START + timedelta(hours=8), START + timedelta(hours=9))


def test_stricter_rules_add_calls_and_make_others_earlier():
    falling = record(reading(4), reading(8, spo2=93), reading(9, spo2=89), reading(10, spo2=97))
    found = compare(falling, LAXER, RULES)
    assert {told.fate for told in found.told} == {"added", "earlier"}
    assert found.new.calls > found.old.calls


def test_the_same_rules_change_nothing():
    found = compare(record(reading(4), reading(8, "38.6", 89, 84), reading(9)), RULES, RULES)
    assert not found.changed
    assert sum(found.old.minutes.values()) == pytest.approx(9 * 60)


def test_minutes_and_first_instants_are_those_that_replay_prints():
    events = [reading(4), reading(8, "38.6"), reading(9, "38.9", 91, 88), reading(9.2), reading(9.5), reading(40)]
    lines = list(replay(timeline(*events), RULES))
    outcome = compare(record(*events), RULES, RULES).old
    assert outcome.first_urgent == next(line.at for line in lines if line.urgency in {"urgent", "emergency"})
    assert outcome.first_emergency == next(line.at for line in lines if line.urgency == "emergency")
    ends = [*(line.at for line in lines[1:]), START + timedelta(hours=40)]
    for urgency, minutes in outcome.minutes.items():
        spans = [end - line.at for line, end in zip(lines, ends, strict=True) if line.urgency == urgency]
        assert minutes == pytest.approx(sum(spans, timedelta()) / timedelta(minutes=1)), urgency


def test_a_record_without_events_has_nothing_to_change():
    empty = parse_timeline({"patient": {"code": "P"}, "events": []}, RULES.plausibility)
    assert not compare(empty, RULES, LAXER).changed
    assert may_differ([empty], RULES, LAXER).tolist() == [False]


def test_only_the_timelines_with_a_value_in_between_are_graded_again():
    quiet, touched = record(reading(4), reading(8)), record(reading(4), reading(8, spo2=93))
    assert may_differ([quiet, touched, quiet], RULES, LAXER).tolist() == [False, True, False]


@pytest.mark.parametrize(
    "other",
    [
        replace(RULES, temperature=replace(RULES.temperature, fever_c=Decimal("38.3"))),
        replace(RULES, cadence=replace(RULES.cadence, fresh_at_least=timedelta(hours=3))),
        replace(RULES, masking={}),
    ],
    ids=["fever itself", "cadence", "masks"],
)
def test_a_change_the_trigger_table_does_not_hold_has_every_timeline_graded_again(other):
    assert not only_triggers_differ(RULES, other)
    assert may_differ([record(reading(4))], RULES, other).all()


numbers = st.sampled_from([Decimal(n) for n in ("-3", "-1", "-0.5", "0", "0.5", "1", "3")])


@st.composite
def other_rules(draw):
    """Rules in which a few numbers of the trigger table lie elsewhere."""

    def moved(part, *names):
        return replace(part, **{name: getattr(part, name) + draw(numbers) for name in names})

    changed = RULES
    if draw(st.booleans()):
        changed = replace(changed, oximetry=moved(changed.oximetry, "urgent_below_pct", "emergency_below_pct"))
    if draw(st.booleans()):
        changed = replace(changed, blood_pressure=moved(changed.blood_pressure, "urgent_below_mmhg", "watch_drop_mmhg"))
    if draw(st.booleans()):
        changed = replace(changed, pulse=moved(changed.pulse, "urgent_bpm", "watch_bpm"))
    if draw(st.booleans()):
        index = replace(changed.pulse, shock_index_urgent=Decimal("0.85"), shock_index_emergency=Decimal("0.95"))
        changed = replace(changed, pulse=index)
    if draw(st.booleans()):
        changed = replace(changed, temperature=replace(changed.temperature, emergency_c=Decimal("39.2")))
    if draw(st.booleans()):
        changed = replace(changed, masked=moved(changed.masked, "pulse_bpm", "systolic_drop_mmhg"))
    return changed


readings = st.builds(
    reading,
    st.just(0),
    st.sampled_from(["36.8", "37.6", "38.1", "39.3", "39.6"]),
    st.sampled_from([97, 96, 95, 94, 93, 92, 91]),
    st.sampled_from([122, 105, 103, 101, 99, 97, 91, 89]),
    st.sampled_from([76, 88, 97, 99, 108, 111, 118, 121]),
)
others = st.sampled_from(
    [
        {"type": "medication", "name": "paracetamol"},
        {"type": "symptom", "names": ["dizziness"]},
        {"type": "baseline", "systolic_mmhg": 110},
        {"type": "ice", "orientation": 4, "naming": 3, "commands": 1, "writing": 0, "attention": 0},
        {"type": "place", "where": "admitted"},
    ]
)
gaps = st.floats(0.05, 9, allow_nan=False)
records = st.lists(st.tuples(gaps, st.one_of(readings, readings, others)), min_size=1, max_size=7).map(
    lambda steps: [
        {**event, "at": at(sum(gap for gap, _ in steps[: place + 1]))} for place, (_, event) in enumerate(steps)
    ]
)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(records, other_rules(), st.booleans())
def test_what_the_quick_look_passes_over_comes_out_the_same_by_the_fold(events, other, limited):
    limit = {"limits": {"oximetry": {"urgent": 93, "emergency": 90, "until": at(12)}}} if limited else {}
    told = record(*events, **limit)
    if not may_differ([told], RULES, other)[0]:
        assert not compare(told, RULES, other).changed


def test_a_shock_index_made_of_two_messages_is_looked_at():
    """The cuff gives no pulse; the oximeter's, measured ten minutes before, belongs to it."""
    sooner = replace(RULES, pulse=replace(RULES.pulse, shock_index_urgent=Decimal("0.85")))
    probe = {"at": at(4), "type": "reading", "oximetry": {"spo2_pct": 97, "pulse_bpm": 99}}
    cuff = {
        "at": at(4.15),
        "type": "reading",
        "blood_pressure": {"systolic_mmhg": 112, "diastolic_mmhg": 70},
    }
    told = record(probe, cuff)
    assert compare(told, RULES, sooner).changed
    assert may_differ([told], RULES, sooner).tolist() == [True]
    assert may_differ([record(probe)], RULES, sooner).tolist() == [False]
