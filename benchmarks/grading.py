"""Measures grading itself: one long record, ten thousand patients at once, and what-if over recorded timelines.

`python -m benchmarks.grading timeline|patients|whatif N` prints one JSON line. Seconds are processor seconds of the one
thread, and each figure stands beside a limit of this machine that the same process measured.
`python -m benchmarks.end_to_end --only grading` runs all three.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.publishers import reading
from benchmarks.references import commit_rate
from benchmarks.ward import BASELINE, build_ward
from console.demonstration.course import Course, draw_baseline, draw_reaction, measured, vitals_at
from gateway.clock import StillClock, WallClock
from gateway.database import Database
from gateway.intake import READING_LEAF, Arrived, Intake
from gateway.native import decode
from gateway.plausibility_limits import load_limits
from gateway.reading import HubName, Reading
from monitor import columns
from monitor.columns import Bedside
from monitor.cycle import Monitor
from monitor.record import Baseline, Record
from monitor.replay import replay
from monitor.rulebook import load_rules
from monitor.scores import ShockIndex
from monitor.state import URGENT, Value
from monitor.timeline import parse_timeline
from monitor.triage import row_of
from monitor.ward import Row, Table, urgency_of
from monitor.ward_change import may_differ
from monitor.ward_columns import Bedsides
from monitor.whatif import compare

START = datetime(2026, 3, 2, 10, tzinfo=UTC)
DAYS = 28
DOSE_DAYS = (0, 3, 6, 13, 20)
CALLED_BELOW = Decimal(95)
"""What the tried rules set for SpO2 in place of 94: the change whose cost is measured."""


def main(arguments: list[str]) -> None:
    match arguments:
        case ["timeline", events]:
            print(json.dumps(one_timeline(int(events))))
        case ["patients", patients]:
            print(json.dumps(many_patients(int(patients))))
        case ["whatif", timelines]:
            print(json.dumps(what_if(int(timelines))))
        case _:
            sys.exit(__doc__)


def one_timeline(events: int) -> dict[str, float]:
    """Return how long one patient's 28 days of `events` events take to be graded, a line after every event."""
    text = json.dumps(_timeline(events, seed=1, ill=True))
    rules = load_rules()
    decoded, decode_s = _timed(lambda: json.loads(text, parse_float=Decimal), best_of=3)
    _, parse_s = _timed(lambda: parse_timeline(decoded, rules.plausibility))
    lines, graded_s = _timed(lambda: sum(1 for _ in replay(decoded, rules, every_event=True)), best_of=3)
    changes, changes_s = _timed(lambda: sum(1 for _ in replay(decoded, rules)), best_of=3)
    assert lines == events
    return {
        "events": events,
        "graded_s": graded_s,
        "events_per_s": events / graded_s,
        "lines_on_change": changes,
        "on_change_s": changes_s,
        "of_that_reading_the_timeline_s": parse_s,
        "graded_over_bare_json_decode": graded_s / decode_s,
    }


def many_patients(patients: int) -> dict[str, float]:
    """Return how long one new reading of each of `patients` takes: through the live cycle, and as a ward at once."""
    now = WallClock().now()
    payloads = [reading("b1", 1, now, 36.4 + n % 24 / 10) for n in range(patients)]
    return {**_ward_at_once(payloads, now), **_live_cycle(payloads, now)}


def _live_cycle(payloads: list[bytes], now: datetime) -> dict[str, float]:
    """Measure the monitor's own passes over a database, the first with every record still to read."""
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="stepguard-bench-") as folder:
        ward = build_ward(Path(folder), len(payloads))
        database, clock = Database(ward.url), StillClock(now)
        monitor, intake = Monitor(database, load_rules(), clock), Intake(load_limits())
        with database.write_connection() as connection:
            intake.load(connection)
        monitor.cycle()
        limit = commit_rate(len(payloads), payloads[0])
        for name in ("first", "next"):
            clock.at += timedelta(seconds=30)
            arrived = [
                Arrived(HubName(hub), READING_LEAF, payload.replace(b'"b1"', b'"%s"' % name.encode()), clock.at)
                for (hub, _), payload in zip(ward.hubs, payloads, strict=True)
            ]
            with database.write_connection() as connection:
                saved = intake.save(connection, arrived)
            intake.adopt(saved)
            stored, cycle_s = _timed(lambda: sum(iter(monitor.cycle, 0)))
            assert stored >= len(payloads)
            found[f"live_{name}_s"] = cycle_s
            found[f"live_{name}_per_s"] = len(payloads) / cycle_s
            found[f"live_{name}_over_bare_commits"] = cycle_s / len(payloads) * 1e4 / limit["cpu_s_per_10k"]
        database.dispose()
    return found


def _ward_at_once(payloads: list[bytes], now: datetime) -> dict[str, float]:
    """Measure the trigger table over all readings at once, beside the same table one reading after another.

    The columns are made once from the readings; ranking them under any rules is what repeats.
    """
    rules, bedside = load_rules(), _bedside()
    readings = [one for payload in payloads if isinstance(one := decode(payload, now), Reading)]
    assert len(readings) == len(payloads)
    rows, judged_s = _timed(lambda: [row_of(one, rules) for one in readings], best_of=3)
    (table, patients), columns_s = _timed(lambda: (Table.of(rows), Bedsides.of([bedside] * len(rows))), best_of=3)
    found, ranked_s = _timed(lambda: urgency_of(table, patients, rules), best_of=3)
    alone, alone_s = _timed(lambda: [_worst_alone(row, now, bedside, rules) for row in rows], best_of=3)
    assert np.array_equal(found.worst, np.array(alone))
    return {
        "patients": len(readings),
        "judged_s": judged_s,
        "made_columns_s": columns_s,
        "ranked_at_once_s": ranked_s,
        "ranked_one_by_one_s": alone_s,
        "one_by_one_over_at_once": alone_s / ranked_s,
        "with_everything_per_s": len(readings) / (judged_s + columns_s + ranked_s),
    }


def _bedside() -> Bedside:
    return Bedside(
        baseline=Baseline(**{name: Decimal(str(value)) for name, value in BASELINE.items()}),
        limits={},
        scale2=False,
        beta_blocker=False,
        minor=False,
        masked=False,
        symptomatic=False,
    )


def _worst_alone(row: Row, at: datetime, bedside: Bedside, rules: Any) -> int:
    """Return the worst rank of a row of three groups by the scalar columns: the least a loop could do."""
    spo2, _ = columns.saturation(Value(at, (row.spo2,)), bedside, rules)
    pressure, _ = columns.pressure(Value(at, (row.systolic, row.diastolic)), bedside, rules)
    fever = row.temperature >= rules.temperature.fever_c
    index = ShockIndex(row.index_pulse, row.systolic)
    low = fever or pressure >= URGENT
    pulse, _ = columns.pulse(Value(at, (row.pulse,)), index, bedside, rules, fever_or_low_pressure=low)
    red = "red" if max(spo2, pressure) >= URGENT else ""
    urgent = red or ("pulse" if pulse >= URGENT else "")
    warm, _ = columns.temperature(Value(at, (row.temperature,), row.site), bedside, rules, red=red, urgent=urgent)
    return max(spo2, pressure, pulse, warm)


def what_if(timelines: int) -> dict[str, float]:
    """Return what the quick look saves: every fourth of the recorded patients is ill, the others stay well."""
    old = load_rules()
    new = replace(old, version="tried", oximetry=replace(old.oximetry, urgent_below_pct=CALLED_BELOW))
    records = [_record(seed, old) for seed in range(timelines)]
    differs, look_s = _timed(lambda: may_differ(records, old, new))
    chosen = [record for record, may in zip(records, differs, strict=True) if may]
    found, folds_s = _timed(lambda: [compare(record, old, new) for record in chosen])
    every, every_s = _timed(lambda: [compare(record, old, new) for record in records])
    assert sum(one.changed for one in found) == sum(one.changed for one in every)
    return {
        "timelines": timelines,
        "events": sum(len(record.events) for record in records),
        "changed": sum(one.changed for one in found),
        "graded_twice": len(chosen),
        "quick_look_s": look_s,
        "quick_s": look_s + folds_s,
        "every_s": every_s,
        "every_over_quick": every_s / (look_s + folds_s),
        "fold_over_quick_look": every_s / look_s,
    }


def _record(seed: int, rules: Any) -> Record:
    return parse_timeline(json.loads(json.dumps(_timeline(160, seed=seed, ill=seed % 4 == 0))), rules.plausibility)


def _timeline(events: int, *, seed: int, ill: bool) -> dict[str, Any]:
    """Return 28 days of one patient: doses, medication when febrile, ICE twice a day, and readings in between."""
    rng = np.random.default_rng(seed)
    baseline = draw_baseline(rng)
    reaction = draw_reaction(rng, START + timedelta(hours=float(rng.uniform(20, 70))), 2) if ill else None
    course = Course(baseline=baseline, timezone=UTC, reaction=reaction)
    others: list[dict[str, Any]] = [
        {"at": _text(START + timedelta(days=day)), "type": "dose", "step": f"SUD{number + 1}" if number < 2 else None}
        for number, day in enumerate(DOSE_DAYS)
    ]
    score = {"orientation": 4, "naming": 3, "commands": 1, "writing": 1, "attention": 1}
    others += [{"at": _text(START + timedelta(hours=10 + 12 * n)), "type": "ice", **score} for n in range(20)]
    if reaction is not None:
        taken = _text(reaction.onset_at + timedelta(hours=2))
        others.append({"at": taken, "type": "medication", "name": "paracetamol", "amount": 1000, "unit": "mg"})
    left = events - len(others)
    gap = timedelta(days=DAYS) / left
    found = [*others, *(_reading(course, START + gap * (n + 1), rng) for n in range(left))]
    return {
        "patient": {
            "code": f"P-{seed:04d}",
            "baseline": {
                "temperature_c": round(baseline.temperature_c, 1),
                "systolic_mmhg": round(baseline.systolic_mmhg),
                "diastolic_mmhg": round(baseline.diastolic_mmhg),
                "spo2_pct": round(baseline.spo2_pct),
                "pulse_bpm": round(baseline.pulse_bpm),
            },
        },
        "regimen": {"drug": "teclistamab", "schedule": "us_weekly"},
        "events": found,
    }


def _reading(course: Course, at: datetime, rng: np.random.Generator) -> dict[str, Any]:
    seen = measured(vitals_at(course, at), rng)
    return {
        "at": _text(at),
        "type": "reading",
        "temperature": {"value": seen.temperature_c, "unit": "Cel", "site": "oral"},
        "oximetry": {"spo2_pct": seen.spo2_pct, "pulse_bpm": seen.pulse_bpm},
        "blood_pressure": {"systolic_mmhg": seen.systolic_mmhg, "diastolic_mmhg": seen.diastolic_mmhg},
    }


def _text(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _timed(work: Callable[[], Any], *, best_of: int = 1) -> tuple[Any, float]:
    """Return what the work returned and the least processor seconds it took: one thread, so as good as an idle core."""
    took = []
    for _ in range(best_of):
        began = time.process_time()
        result = work()
        took.append(time.process_time() - began)
    return result, min(took)


if __name__ == "__main__":
    main(sys.argv[1:])
