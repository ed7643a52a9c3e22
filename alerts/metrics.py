"""What alerts counts for /metrics: how soon pages go out, what becomes of them, and how many incidents are open."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import get_args

from prometheus_client import Metric

from alerts.incident import State
from alerts.pages import Became, Owed
from alerts.phone import Channel
from alerts.view import incidents_by_state
from gateway.clock import Clock
from gateway.database import Database
from gateway.metrics import Spans, counters, cycle_spans, gauges

REPEATED = "repeated"
"""Outcome of a try that was interrupted: nobody knows whether it went out, and the message is sent once more."""
OUTCOMES = ("sent", "delivered", "failed", "retry", REPEATED)


class AlertsMetrics:
    """Filled by the passes, in their thread; read by whoever asks."""

    def __init__(self, clock: Clock, database: Database) -> None:
        self._clock, self._database = clock, database
        self._to_page = Spans(
            "stepguard_reading_to_page_seconds",
            "From the reception of a reading to the moment the network took the first page it caused.",
        )
        self._due_to_page = Spans(
            "stepguard_due_to_page_seconds",
            "From the moment a page was due by the clock to the moment the network took it.",
        )
        self._cycles = cycle_spans("alerts")
        self._pages: Counter[tuple[str, ...]] = Counter(
            {(channel, outcome): 0 for channel in get_args(Channel) for outcome in OUTCOMES}
        )

        self._synthetic: Counter[tuple[str, ...]] = Counter({(outcome,): 0 for outcome in OUTCOMES})

    def cycled(self, took_s: float) -> None:
        """Count one pass."""
        self._cycles.observe(took_s)

    def became(self, page: Owed, became: Became) -> None:
        """Count what has become of a page, now that it is on disk; being asked about again is nothing new."""
        if page.kind == "synthetic":
            self._synthetic[(became.state,)] += 1
            return
        if page.state != "sent" and became.sent_at is not None:
            self._pages[page.channel, "sent"] += 1
            self._took(page, became.sent_at)
        if became.state != "sent":
            self._pages[page.channel, became.state] += 1

    def repeated(self, page: Owed) -> None:
        """Count a page that is sent once more because another engine left it unfinished."""
        self._pages[page.channel, REPEATED] += 1

    def _took(self, page: Owed, sent_at: datetime) -> None:
        if page.reading_received_at is not None:
            self._to_page.observe(self._clock.wall_seconds(sent_at - page.reading_received_at))
        else:
            self._due_to_page.observe(self._clock.wall_seconds(sent_at - page.due_at))

    def collect(self) -> Iterable[Metric]:
        """Return every family of alerts.

        Raises
        ------
        sqlalchemy.exc.SQLAlchemyError
            When incidents cannot be read; what was counted in memory has been given by then.
        """
        yield self._to_page.collect()
        yield self._due_to_page.collect()
        yield self._cycles.collect()
        yield counters(
            "stepguard_pages", "Texts and calls by what became of them.", ("channel", "outcome"), self._pages.items()
        )
        yield counters(
            "stepguard_synthetic_pages",
            "Texts to a watchdog by what became of them; in no other figure.",
            ("outcome",),
            self._synthetic.items(),
        )
        with self._database.read() as session:
            found = incidents_by_state(session)
        states = [((state,), float(found.get(state, 0))) for state in get_args(State)]
        yield gauges("stepguard_incidents", "Incidents by state, since the database began.", ("state",), states)
