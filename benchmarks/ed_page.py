"""How long the page for an emergency department takes: four weeks of readings, in each of its four forms.

.venv/bin/python benchmarks/ed_page.py --days 28 --every-hours 2 --rounds 20
"""

import argparse
import statistics
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from alerts.ed_record import FORMS, made
from alerts.ed_sheet import EdSheet, calls_of
from alerts.roster_file import load_roster
from monitor.course import Course
from monitor.handover import handover
from monitor.handover_file import load_remarks
from monitor.rulebook import load_rules
from monitor.timeline import parse_timeline

DOSE_AT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
BOUND_S = 1.0


def record(days: int, every_hours: float) -> dict:
    """Return the timeline of a patient measured all the time since the first dose, ill at the end."""
    count = int(days * 24 / every_hours)
    events = [{"at": DOSE_AT.isoformat(), "type": "dose", "step": "SUD1", "amount": Decimal("0.06"), "unit": "mg/kg"}]
    for number in range(1, count + 1):
        at = DOSE_AT + timedelta(hours=every_hours * number)
        ill = number > count - 3
        events.append(
            {
                "at": at.isoformat(),
                "type": "reading",
                "temperature": {"value": Decimal("39.1" if ill else "36.8"), "unit": "Cel", "site": "oral"},
                "oximetry": {"spo2_pct": 91 if ill else 97, "pulse_bpm": 118 if ill else 78},
                "blood_pressure": {"systolic_mmhg": 86 if ill else 122, "diastolic_mmhg": 51 if ill else 74},
            }
        )
    patient = {"code": "P-0042", "weight_kg": Decimal("71.5"), "timezone": "Europe/Copenhagen", "allergies": []}
    return {"patient": patient, "regimen": {"drug": "teclistamab"}, "events": events}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=28)
    parser.add_argument("--every-hours", type=float, default=2.0)
    parser.add_argument("--rounds", type=int, default=20)
    given = parser.parse_args()
    rules, remarks, roster = load_rules(), load_remarks(), load_roster()
    timeline = record(given.days, given.every_hours)
    now = DOSE_AT + timedelta(days=given.days, minutes=20)
    worst = 0.0
    for form in FORMS:
        took, worked = [], []
        for _ in range(given.rounds):
            began, worked_before = time.perf_counter(), time.process_time()
            known = parse_timeline(timeline, rules.plausibility)
            told = handover(Course(known.profile, known.regimen, rules, known.events), remarks, now)
            calls = calls_of(roster, told, "555-0100")
            made(EdSheet(handover=told, calls=calls), form)
            took.append(time.perf_counter() - began)
            worked.append(time.process_time() - worked_before)
        worst = max(worst, *took)
        print(
            f"{form:<5} median {statistics.median(took) * 1000:6.0f} ms   worst {max(took) * 1000:6.0f} ms   "
            f"processor {statistics.median(worked) * 1000:6.0f} ms"
        )
    print(f"{len(timeline['events'])} events; within {BOUND_S:.0f} s: {'yes' if worst < BOUND_S else 'NO'}")


if __name__ == "__main__":
    main()
