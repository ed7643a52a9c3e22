"""Measures how often a ward is called: simulated patients over weeks, through the real grading, policy and ladders.

    python -m benchmarks.alarm_load [--seeds 1 2 3] [--patients 40] [--days 28] [--jobs N] [--write]

Prints the table and, with --write, writes docs/alarm-load.md and bench-alarms.json. Nothing sleeps: the clock jumps
from one thing that happens to the next. Each seed takes some minutes of one core (benchmarks/README.md).
"""

import argparse
import json
import logging
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from alerts.policy import Policy
from alerts.policy_file import load_policy
from benchmarks.alarm_count import Lived
from benchmarks.alarm_homes import ZONE, draw_ward
from benchmarks.alarm_house import House
from benchmarks.alarm_page import page, summary
from console.demonstration.plan import step_up_regimens
from gateway.clock import WallClock
from monitor.rulebook import load_rules
from monitor.rules import Rules

START = datetime(2026, 3, 2, 7, tzinfo=UTC)
"""A Monday morning; the clocks of the ward change on the 28th day."""

PATIENTS, DAYS, SEEDS = 40, 28, (1, 2, 3)
PAGE = Path(__file__).parent.parent / "docs" / "alarm-load.md"
MEMORY = Path("/dev/shm")
PROGRESS_EVERY = timedelta(days=1)
LONGER_HOLD_S = 14_400
SILENCE_S = {("nurse", "voice"): 2400, ("second_nurse", "sms"): 3000, ("oncologist", "sms"): 3600}
"""What the variant sets: four hours in place of two for an urgent incident, and the later calls about silence."""


def simulate(*, seed: int, patients: int, days: int, rules: Rules, policy: Policy, quiet: bool = True) -> Lived:
    """Return what one ward went through."""
    residents = draw_ward(patients=patients, days=days, seed=seed, start=START, regimens=step_up_regimens(rules))
    told_at = START

    def progress(at: datetime) -> None:
        nonlocal told_at
        if not quiet and at >= told_at:
            told_at = at + PROGRESS_EVERY
            print(f"seed {seed}: day {(at - START).days + 1} of {days}", file=sys.stderr, flush=True)

    # Nothing has to survive this process, and a file system in memory makes a commit as cheap as it can be.
    with tempfile.TemporaryDirectory(prefix="stepguard-alarms-", dir=MEMORY if MEMORY.is_dir() else None) as folder:
        house = House(Path(folder), residents, seed=seed, start=START, rules=rules, policy=policy)
        try:
            house.live(START + timedelta(days=days), progress)
        finally:
            house.close()
    return Lived(
        seed=seed,
        start=START,
        days=days,
        residents=tuple(residents),
        paged=tuple(house.paged),
        intervals=house.intervals,
        readings=house.readings,
        texts_home=house.texts_home,
    )


def site_policy(policy: Policy) -> Policy:
    """Return the policy with the changes whose effect the page shows beside the defaults."""
    urgent = replace(policy.ladders["urgent"], acknowledgement_holds_s=LONGER_HOLD_S)
    silence = policy.ladders["no_sight"]
    rungs = tuple(
        replace(rung, after_s=SILENCE_S.get((rung.role, rung.channel), rung.after_s)) for rung in silence.rungs
    )
    return replace(policy, ladders={**policy.ladders, "urgent": urgent, "no_sight": replace(silence, rungs=rungs)})


def one_ward(job: tuple[int, int, int, bool]) -> Lived:
    """Return what one ward went through, by seed, patients, days and whether by the site's policy."""
    seed, patients, days, by_site = job
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    policy = load_policy(timezone=str(ZONE))
    return simulate(
        seed=seed,
        patients=patients,
        days=days,
        rules=load_rules(),
        policy=site_policy(policy) if by_site else policy,
        quiet=False,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[*SEEDS])
    parser.add_argument("--patients", type=int, default=PATIENTS)
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--jobs", type=int, default=1, help="wards at once, each in a process of its own")
    parser.add_argument(
        "--write", action="store_true", help="also the first seed by a site's policy, docs/alarm-load.md and the JSON"
    )
    parser.add_argument("--output", type=Path, default=Path("bench-alarms.json"), help="where the JSON goes")
    chosen = parser.parse_args(arguments)
    began = time.perf_counter()
    jobs = [(seed, chosen.patients, chosen.days, False) for seed in chosen.seeds]
    if chosen.write:
        jobs.append((chosen.seeds[0], chosen.patients, chosen.days, True))
    with ProcessPoolExecutor(max_workers=chosen.jobs) as workers:
        lives = list(workers.map(one_ward, jobs))
    own = lives[: len(chosen.seeds)]
    figures = summary(own)
    if chosen.write:
        today, version = WallClock().now().date(), load_rules().version
        PAGE.write_text(page(own, lives[-1], today=today, rules_version=version), encoding="utf-8")
        variant = summary([lives[-1]])
        report = {"at": today.isoformat(), "rules": version, "figures": figures, "site_policy": variant}
        chosen.output.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    for name, value in figures.items():
        print(f"{name:<58} {value if value is not None else 'nothing to measure'}")
    print(f"took {time.perf_counter() - began:.0f} s", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
