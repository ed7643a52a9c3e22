"""Counts and spans for /metrics, cheap enough for the path of a reading. No label names a patient or a hub.

Names and labels are fixed (docs/interfaces.md, "Metrics"). Spans are wall seconds whatever clock the chain keeps.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

from gateway.clock import Clock
from gateway.intake import STATE_LEAF, Arrived, Outcome

_SECOND = timedelta(seconds=1)
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BOUNDS_S = (
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.04, 0.05, 0.08, 0.1, 0.15, 0.25, 0.5,
    1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 900.0, 3600.0,
)  # fmt: skip
"""Upper bounds of the spans: fine where latencies are promised (25 to 250 ms, a second for a page), and coarse up to
an hour, where a backlog after an outage shows."""


class Spans:
    """A histogram of wall seconds. One thread at a time observes; any thread may read.

    The library's own histogram takes a lock and 0.8 microseconds for each value, seven times what this takes.
    """

    def __init__(self, name: str, text: str, labels: Mapping[str, str] | None = None) -> None:
        self._name, self._text, self._labels = name, text, dict(labels or {})
        self._counts = [0] * (len(BOUNDS_S) + 1)
        self._sum_s = 0.0

    def observe(self, seconds: float) -> None:
        """Count one span; one that a clock set back made negative counts as none."""
        self.observe_all((seconds,))

    def observe_all(self, spans_s: Sequence[float]) -> None:
        """Count many spans."""
        counts, bounds = self._counts, BOUNDS_S
        for seconds in spans_s:
            counts[bisect_left(bounds, seconds)] += 1
        self._sum_s += sum(seconds for seconds in spans_s if seconds > 0)

    def collect(self) -> HistogramMetricFamily:
        """Return what was observed so far."""
        family = HistogramMetricFamily(self._name, self._text, labels=list(self._labels))
        buckets, total = [], 0
        for bound, count in zip((*map(str, BOUNDS_S), "+Inf"), tuple(self._counts), strict=True):
            total += count
            buckets.append((bound, total))
        family.add_metric(list(self._labels.values()), buckets, self._sum_s)
        return family


def cycle_spans(part: str) -> Spans:
    """Return the spans of one part's cycles."""
    return Spans("stepguard_cycle_seconds", "One cycle of a part: a commit, a pass.", {"part": part})


class GatewayMetrics:
    """What the gateway counts. `outcomes`, `refusals`, `connections` and `queued` are read when somebody asks."""

    def __init__(
        self,
        clock: Clock,
        *,
        outcomes: Mapping[Outcome, int],
        refusals: Callable[[], Mapping[str, int]],
        connections: Callable[[], int],
        queued: Callable[[], int],
    ) -> None:
        self._clock = clock
        self._outcomes, self._refusals = outcomes, refusals
        self._connections, self._queued = connections, queued
        self._to_commit = Spans(
            "stepguard_reading_to_commit_seconds", "From the reception of a message to its commit, before its PUBACK."
        )
        self._cycles = cycle_spans("gateway")

    def committed(self, messages: Sequence[Arrived], at: datetime, took_s: float) -> None:
        """Take in a committed group: what arrived when, when it was on disk, and how long its commit took."""
        self._cycles.observe(took_s)
        wall_s = self._clock.wall_seconds(_SECOND)
        self._to_commit.observe_all(
            [(at - message.received_at).total_seconds() * wall_s for message in messages if message.leaf != STATE_LEAF]
        )

    def collect(self) -> Iterable[Metric]:
        """Return every family of the gateway."""
        counted = (Outcome.STORED, Outcome.DUPLICATE, Outcome.REJECTED)
        yield counters(
            "stepguard_readings",
            "Messages by what became of them; rejected ones are in quarantine.",
            ("outcome",),
            [((outcome.value,), self._outcomes.get(outcome, 0)) for outcome in counted],
        )
        yield self._to_commit.collect()
        yield self._cycles.collect()
        refused = [((why,), count) for why, count in sorted(self._refusals().items())]
        yield counters("stepguard_refused", "Connections and packets refused, by reason.", ("reason",), refused)
        heard = "Hubs connected now; behind a broker 1 while it is heard."
        yield GaugeMetricFamily("stepguard_connections", heard, value=self._connections())
        yield GaugeMetricFamily("stepguard_queued_messages", "Messages waiting for commit.", value=self._queued())


def counters(
    name: str, text: str, labels: Sequence[str], values: Iterable[tuple[Sequence[str], float]]
) -> CounterMetricFamily:
    """Return a family of counters, one for each combination of label values."""
    family = CounterMetricFamily(name, text, labels=labels)
    for of, value in values:
        family.add_metric(of, value)
    return family


def gauges(
    name: str, text: str, labels: Sequence[str], values: Iterable[tuple[Sequence[str], float]]
) -> GaugeMetricFamily:
    """Return a family of gauges, one for each combination of label values."""
    family = GaugeMetricFamily(name, text, labels=labels)
    for of, value in values:
        family.add_metric(of, value)
    return family


def total_of(words: Iterable[str], expected: Sequence[str]) -> list[tuple[Sequence[str], float]]:
    """Count `words`; each of `expected` is there even when nobody said it, so that a dashboard never has a hole."""
    seen = Counter(words)
    return [((word,), seen[word]) for word in dict.fromkeys([*expected, *seen])]


class _Families(Collector):
    def __init__(self, families: Sequence[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families


def render(families: Iterable[Metric]) -> bytes:
    """Return the text of one scrape; families of one name from several parts become one."""
    merged: dict[str, Metric] = {}
    for family in families:
        known = merged.setdefault(family.name, family)
        if known is not family:
            known.samples.extend(family.samples)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Families(list(merged.values())))
    return generate_latest(registry)
