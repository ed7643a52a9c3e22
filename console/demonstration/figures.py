"""What a demonstration did, counted from the database: the object of docs/interfaces.md."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from sqlmodel import Session

from alerts.view import counts, latencies
from gateway.database import Database
from gateway.store import heartbeats, readings_after
from monitor.store import assessments_after

PAGE = 1_000
MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What became of what was published. The three sum to it once the queues are empty."""

    stored: int
    duplicate: int
    rejected: int

    @property
    def total(self) -> int:
        """Return how many messages the gateway has dealt with."""
        return self.stored + self.duplicate + self.rejected


def read_intake(database: Database) -> Intake:
    """Return the gateway's own counts, at most a wall second old."""
    with database.read() as session:
        beat = heartbeats(session).get("gateway")
    detail = {} if beat is None else beat.detail
    return Intake(
        stored=int(detail.get("stored", 0)),
        duplicate=int(detail.get("duplicate", 0)),
        rejected=int(detail.get("rejected", 0)),
    )


def read_figures(
    database: Database, *, patients: int, wall_s: float, speed: float, published: int, origin: datetime
) -> dict[str, Any]:
    """Return the whole object. Latencies are wall milliseconds; simulated spans are divided by `speed`."""
    intake = read_intake(database)
    with database.read() as session:
        incidents = counts(session)
        to_text = [(span.sent_at - span.reading_received_at) / speed for span in latencies(session)]
        assessments, to_assessment = _assessments(session, origin, speed)
    return {
        "patients": patients,
        "wall_s": round(wall_s, 1),
        "speed": speed,
        "readings": {
            "published": published,
            "stored": intake.stored,
            "duplicate": intake.duplicate,
            "rejected": intake.rejected,
        },
        "assessments": assessments,
        "incidents": {
            "opened": incidents.opened,
            "acknowledged": incidents.acknowledged,
            "escalated": incidents.escalated,
        },
        "texts_sent": incidents.texts_sent,
        "reading_to_assessment_ms": percentiles(to_assessment),
        "reading_to_text_ms": percentiles(to_text),
    }


def percentiles(spans: Sequence[timedelta]) -> dict[str, float | None]:
    """Return the median and the 99th percentile in milliseconds; None when nothing was measured."""
    if not spans:
        return {"p50": None, "p99": None}
    ms = [span / MILLISECOND for span in spans]
    return {"p50": round(float(np.percentile(ms, 50)), 2), "p99": round(float(np.percentile(ms, 99)), 2)}


def _assessments(session: Session, origin: datetime, speed: float) -> tuple[int, list[timedelta]]:
    """Return how many assessments were made after `origin`, and how long on the wall readings waited for theirs."""
    received: dict[int, datetime] = {}
    after = 0
    while readings := readings_after(session, after, PAGE):
        received |= {one.id: one.reading.received_at for one in readings if one.reading.received_at >= origin}
        after = readings[-1].id
    total, after = 0, 0
    spans = []
    while assessments := assessments_after(session, after, PAGE):
        total += sum(one.assessed_at > origin for one in assessments)
        spans += [
            (one.assessed_at - received[one.reading_id]) / speed for one in assessments if one.reading_id in received
        ]
        after = assessments[-1].id
    return total, spans


def as_table(figures: dict[str, Any]) -> str:
    """Return the object as lines for people."""
    lines = []
    for name, value in figures.items():
        shown = "  ".join(f"{key} {_shown(one)}" for key, one in value.items()) if isinstance(value, dict) else value
        lines.append(f"{name.replace('_', ' '):<26}{shown}")
    return "\n".join(lines)


def _shown(value: float | None) -> str:
    return "not measured" if value is None else f"{value:g}"
