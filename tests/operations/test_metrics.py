"""What /metrics says after a small real run, to the exact count."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from alerts.metrics import AlertsMetrics
from alerts.pages import Became, Owed
from gateway.clock import SpedClock
from gateway.metrics import BOUNDS_S, Spans, cycle_spans, render
from monitor.metrics import MonitorMetrics

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
FIXED = {
    "stepguard_readings_total": {"outcome"},
    "stepguard_reading_to_commit_seconds_count": set(),
    "stepguard_reading_to_assessment_seconds_count": set(),
    "stepguard_reading_to_page_seconds_count": set(),
    "stepguard_due_to_page_seconds_count": set(),
    "stepguard_incidents": {"state"},
    "stepguard_pages_total": {"channel", "outcome"},
    "stepguard_patients": {"sight"},
    "stepguard_cycle_seconds_count": {"part"},
}


def labelled(name, **labels):
    return name, tuple(sorted(labels.items()))


@pytest.mark.slow
async def test_every_message_is_counted_once_by_what_became_of_it(chain):
    first, second = chain.reading(36.8), chain.reading(39.6)
    await chain.publish(first, second, first, b"no reading at all")

    async def paged():
        found = await chain.metrics()
        return found if found[labelled("stepguard_reading_to_page_seconds_count")] else None

    found = await chain.until(paged)
    for outcome, count in (("stored", 2), ("duplicate", 1), ("rejected", 1)):
        assert found[labelled("stepguard_readings_total", outcome=outcome)] == count
    assert found[labelled("stepguard_reading_to_commit_seconds_count")] == 4
    assert found[labelled("stepguard_reading_to_assessment_seconds_count")] == 2
    assert found[labelled("stepguard_reading_to_page_seconds_count")] == 1, "a reading causes one first page"
    assert found[labelled("stepguard_pages_total", channel="sms", outcome="sent")] >= 1
    assert (
        found[labelled("stepguard_patients", sight="seen")] + found[labelled("stepguard_patients", sight="partial")]
        == 1
    )
    assert found[labelled("stepguard_patients", sight="blind")] == 0
    for part in ("gateway", "monitor", "alerts"):
        assert found[labelled("stepguard_cycle_seconds_count", part=part)] >= 1


async def test_the_fixed_names_and_labels_are_there_before_anything_happened(chain):
    found = await chain.metrics()
    for name, labels in FIXED.items():
        of_name = [set(dict(labels_)) for name_, labels_ in found if name_ == name]
        assert of_name, name
        assert all(labels_ == labels for labels_ in of_name), name


async def test_no_label_names_a_patient_or_a_hub(chain):
    await chain.publish(chain.reading(39.6), b"rubbish")
    _, page = await chain.get("/metrics")
    assert "P-0042" not in page
    assert "kit-17" not in page


async def test_each_family_is_described_once_though_every_part_has_it(chain):
    _, page = await chain.get("/metrics")
    described = re.findall(r"^# TYPE (\S+)", page, flags=re.MULTILINE)
    assert "stepguard_cycle_seconds" in described
    assert len(described) == len(set(described))


def test_spans_of_a_fast_clock_are_wall_seconds(database):
    clock = SpedClock(NOON, NOON, 600.0)
    metrics = MonitorMetrics(clock, database)
    metrics.assessed([NOON], NOON + timedelta(minutes=10))
    page = render(metrics.collect()).decode()
    assert 'stepguard_reading_to_assessment_seconds_bucket{le="1.0"} 1.0' in page
    assert "stepguard_reading_to_assessment_seconds_sum 1.0" in page


def test_a_span_on_a_bound_counts_into_it_and_one_beyond_the_last_is_not_lost():
    spans = Spans("s_seconds", "Some.")
    for seconds in (BOUNDS_S[0], BOUNDS_S[-1] + 1, -3.0):
        spans.observe(seconds)
    page = render([spans.collect()]).decode()
    assert f's_seconds_bucket{{le="{BOUNDS_S[0]}"}} 2.0' in page
    assert f's_seconds_bucket{{le="{BOUNDS_S[-1]}"}} 2.0' in page
    assert 's_seconds_bucket{le="+Inf"} 3.0' in page
    assert "s_seconds_count 3.0" in page


def test_families_of_several_parts_become_one():
    spans = [cycle_spans(part) for part in ("gateway", "monitor")]
    spans[1].observe(0.2)
    page = render([each.collect() for each in spans]).decode()
    assert page.count("# TYPE stepguard_cycle_seconds histogram") == 1
    assert 'stepguard_cycle_seconds_count{part="gateway"} 0.0' in page
    assert 'stepguard_cycle_seconds_count{part="monitor"} 1.0' in page


def owed(**changes):
    page = {
        "id": 1, "incident_id": 1, "patient_id": 1, "rung": "0", "role": "nurse", "kind": "page",
        "number": "+12025550111", "channel": "sms", "urgency": "urgent",
        "body": "", "state": "intent", "attempts": 1, "engine": "e", "reference": None, "sent_at": None,
        "receipt_by": None, "due_at": NOON, "reading_received_at": None, "language": "en",
    }  # fmt: skip
    return Owed(**(page | changes))


def counted(metrics):
    return render(metrics.collect()).decode()


def test_a_page_that_is_asked_about_again_is_no_second_page(database):
    metrics = AlertsMetrics(SpedClock(NOON, NOON, 1.0), database)
    took = Became(id=1, state="sent", sent_at=NOON + timedelta(seconds=2), reference="x")
    metrics.became(owed(), took)
    metrics.became(owed(state="sent"), took)
    metrics.became(owed(state="sent"), Became(id=1, state="delivered", sent_at=took.sent_at))
    page = counted(metrics)
    assert 'stepguard_pages_total{channel="sms",outcome="sent"} 1.0' in page
    assert 'stepguard_pages_total{channel="sms",outcome="delivered"} 1.0' in page
    assert "stepguard_due_to_page_seconds_sum 2.0" in page
    assert "stepguard_reading_to_page_seconds_count 0.0" in page


def test_a_page_that_a_reading_caused_counts_from_the_reading_and_not_from_when_it_was_due(database):
    metrics = AlertsMetrics(SpedClock(NOON, NOON, 1.0), database)
    page = owed(reading_received_at=NOON - timedelta(seconds=1), channel="voice")
    metrics.became(page, Became(id=1, state="delivered", sent_at=NOON))
    metrics.became(owed(), Became(id=1, state="failed", outcome="refused"))
    text = counted(metrics)
    assert "stepguard_reading_to_page_seconds_sum 1.0" in text
    assert "stepguard_due_to_page_seconds_count 0.0" in text, "what was never sent has no span"
    assert 'stepguard_pages_total{channel="sms",outcome="failed"} 1.0' in text
    assert 'stepguard_pages_total{channel="voice",outcome="sent"} 1.0' in text


async def test_every_metric_that_a_suggested_rule_names_is_served(chain):
    rules = Path(__file__).parents[2] / "deploy" / "prometheus-alerts.yml"
    named = set(re.findall(r"\bstepguard_(?!watchdog_)\w+", rules.read_text()))  # a watchdog serves its own
    assert len(named) >= 8
    _, page = await chain.get("/metrics")
    described = re.findall(r"^# TYPE (\S+) (\S+)", page, flags=re.MULTILINE)
    served = {f"{name}_bucket" if kind == "histogram" else name for name, kind in described}
    assert named <= served
