"""What the shift of that night hands over."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from night_values import (
    NOW,
    ZONE,
    entry,
    point,
    standing,
)

from alerts.shift_story import pressing
from alerts.view import IncidentLine
from console.views.rows import order, row
from console.views.shift_patient import patient_report
from console.views.shift_span import span_of
from console.views.shift_values import Material, ShiftReport
from console.views.shift_ward import ward_report
from gateway.reading import PatientId
from monitor.shift_past import Entered, Past, Running

if TYPE_CHECKING:
    from console_fakes import FakeFeed


def sample_pasts() -> dict[PatientId, Past]:
    """Return what became of the ward since the evening; whoever is left out was routine throughout."""
    return {
        PatientId(42): Past(
            before=standing(500, "routine"),
            standings=(standing(130, "urgent", 1), standing(2, "emergency", 2)),
            points=(point("temperature", 2, "38.4"), point("temperature", 0.05, "38.9")),
            entries=(
                Entered(line=entry("m3", 3, "medication", "paracetamol 500 mg", voided=True)),
                Entered(line=entry("m4", 0.9, "medication", "paracetamol 1000 mg")),
            ),
            running=(Running(what="paracetamol may hide fever", until=NOW + timedelta(hours=5)),),
        ),
    }


def sample_shift(feed: "FakeFeed", now: datetime) -> ShiftReport:
    """Return the hand-over of the feed's ward, made by the deciding functions themselves."""
    snapshot = feed.snapshot
    by_patient: dict[PatientId | None, list[IncidentLine]] = {}
    for each in snapshot.incidents:
        by_patient.setdefault(each.patient_id, []).append(each)
    found = sorted(
        snapshot.overviews,
        key=lambda each: order(row(each, by_patient.get(each.patient_id, ()), now, ZONE, blind=False), each, now),
    )
    routine = Past(before=standing(500, "routine"))
    return ShiftReport(
        span=span_of(feed.book.roster, now, ZONE),
        ward=ward_report(
            feed.book,
            feed.parts,
            snapshot.incidents,
            snapshot.faults,
            (),
            {},
            patients=len(found),
            pressing="",
            confirmed=feed.taken.get(None),
            now=now,
            zone=ZONE,
        ),
        patients=tuple(
            patient_report(
                Material(
                    overview=each,
                    past=feed.pasts.get(each.patient_id, routine),
                    pressing=pressing(each.assessment, (), by_patient.get(each.patient_id, ())),
                    incidents=by_patient.get(each.patient_id, ()),
                ),
                feed.taken.get(each.patient_id),
                now,
                ZONE,
            )
            for each in found
        ),
    )
