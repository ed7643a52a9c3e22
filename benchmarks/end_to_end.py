"""Measures the chain from the hub's publish to the text, beside what this machine allows in the same run.

    python -m benchmarks.end_to_end [--quick] [--repeat N] [--output FILE] [--database URL]

Every figure is the median of the repetitions; every rate stands beside a limit measured minutes before. See
benchmarks/README.md for what is measured and how to read it.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from statistics import median

from benchmarks.report import medians, ratios, show
from benchmarks.ward import (
    ROOT,
    STEPGUARD,
    Part,
    Ward,
    add_old_readings,
    ask,
    build_ward,
    drop_databases,
    publish,
)
from gateway.clock import WallClock
from gateway.database import to_microseconds

PATIENTS = 1000
CONNECTIONS = (1, 100, 1000)
RATES = (100, 1000)
GRADED_WITHIN_S = 60.0
TEN_THOUSAND = 10_000
WARM, MEASURED = "warm", "b1"
"""Boots of the hubs: the round before, and what is measured."""

IDLE_S = 5.0
LONG_RECORD = 5_000
"""Events of one patient's 28 days."""

GRADING_WITHIN_S = 900.0
"""Ten thousand patients have to be enrolled first."""


class Sizes:
    """How much is sent, whole or `--quick`."""

    def __init__(self, *, quick: bool, repeat: int | None) -> None:
        self.repeat = repeat or (1 if quick else 3)
        self.drain = {1: 2_000, 100: 5_000, 1000: 5_000} if quick else {1: 10_000, 100: 20_000, 1000: 20_000}
        self.paced_s = 2 if quick else 5
        self.old_rows = 100_000 if quick else 1_000_000
        self.reference = 10_000 if quick else 40_000
        self.stored = 10_000 if quick else 30_000
        self.many_patients = 1_000 if quick else 10_000
        self.timelines = 100 if quick else 1_000


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--quick", action="store_true", help="about a minute, one repetition, small counts")
    arguments.add_argument("--repeat", type=int, help="repetitions (default 3)")
    arguments.add_argument("--output", type=Path, default=Path("bench.json"), help="where the JSON goes")
    arguments.add_argument("--only", choices=[*MEASUREMENTS], nargs="*", help="some of the measurements")
    arguments.add_argument("--database", help=f"also {', '.join(ON_SERVERS)} on this PostgreSQL server, by its URL")
    chosen = arguments.parse_args()
    sizes = Sizes(quick=chosen.quick, repeat=chosen.repeat)
    began = time.perf_counter()
    with new_folder() as folder:
        say(f"enrolling {PATIENTS} patients")
        ward = build_ward(folder, PATIENTS)
        figures: dict[str, object] = {}
        for name, measure in MEASUREMENTS.items():
            if not chosen.only or name in chosen.only:
                figures[name] = measure(ward, sizes)
        if chosen.database:
            figures["postgresql"] = on_server(chosen.database, chosen.only, folder, sizes)
    figures["ratios"] = ratios(figures)
    report = {
        "at": WallClock().now().isoformat(timespec="seconds"),
        "machine": {"cores": os.cpu_count(), "system": platform.system(), "arch": platform.machine()},
        "python": platform.python_version(),
        "repetitions": sizes.repeat,
        "quick": chosen.quick,
        "took_s": round(time.perf_counter() - began, 1),
        "figures": figures,
    }
    chosen.output.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    show(report)
    return 0


def on_server(url: str, only: Sequence[str] | None, folder: Path, sizes: Sizes) -> dict[str, object]:
    """Return the same figures of the same ward on a PostgreSQL server; what is made there is dropped afterwards."""
    say(f"enrolling {PATIENTS} patients on PostgreSQL")
    try:
        ward = build_ward(folder, PATIENTS, server=url)
        return {name: MEASUREMENTS[name](ward, sizes) for name in ON_SERVERS if not only or name in only}
    finally:
        drop_databases(url)


def references(ward: Ward, sizes: Sizes) -> dict[str, object]:
    """Return the limits of this machine: bare sink, bare receivers, bare commits."""
    found: dict[str, object] = {}
    count = sizes.reference
    for connections in CONNECTIONS:
        with serving("sink") as port:
            runs = [
                ask(
                    "benchmarks.publishers",
                    standard_input=json.dumps(
                        {
                            "port": port,
                            "hubs": ward.hubs[:connections],
                            "boot": f"r{run}",
                            "window": window(connections),
                            "listen": True,
                            "messages": count,
                            "first_seq": 1,
                            "rate": None,
                        }
                    ),
                )
                for run in range(sizes.repeat)
            ]
        found[f"sink_{connections}"] = round(median(run["acknowledged"] / run["elapsed_s"] for run in runs))
    for kind in ("raw", "paho"):
        runs = []
        for _ in range(sizes.repeat):
            with serving("source", str(count)) as port:
                runs.append(ask("benchmarks.references", "receive", kind, str(port), str(count)))
        found[f"{kind}_receive"] = medians(runs)
    found["bare_commits"] = medians(
        [ask("benchmarks.references", "commits", str(count)) for _ in range(sizes.repeat)],
    )
    return found


def throughput(ward: Ward, sizes: Sizes) -> dict[str, object]:
    """Return readings per second acknowledged and graded at full speed, and the chain's CPU, per connections."""
    found: dict[str, object] = {}
    for connections in CONNECTIONS:
        runs = []
        for run in range(sizes.repeat):
            say(f"full speed, {connections} connections, run {run + 1}")
            own = ward.copy("run")
            with Part("up", own) as chain:
                warm(chain, own)
                runs.append(_drain(chain, own, connections, sizes.drain[connections]))
        found[str(connections)] = medians(runs)
    return found


def latency(ward: Ward, sizes: Sizes) -> dict[str, object]:
    """Return the latencies at fixed rates over 1,000 connections, one reading in a hundred a new fever."""
    found: dict[str, object] = {}
    for rate in RATES:
        runs = []
        for run in range(sizes.repeat):
            say(f"{rate} readings/s, run {run + 1}")
            own = ward.copy("run")
            with Part("up", own) as chain:
                first_round_s = warm(chain, own)
                messages = rate * sizes.paced_s
                hot = list(range(0, min(PATIENTS, messages), 20))[: max(20, messages // 100)]
                before = chain.cpu_s()
                sent = publish(
                    chain, own, boot=MEASURED, window=50, messages=messages, first_seq=1, rate=rate, fever_hubs=hot
                )
                graded_s = wait_graded(own, messages)
                time.sleep(1.0)  # the last texts are on their way
                runs.append(
                    {
                        "commit_p50_ms": sent["p50_ms"],
                        "commit_p99_ms": sent["p99_ms"],
                        **_stored_latencies(own, datetime.fromisoformat(sent["started_at"])),
                        "cpu_s_per_10k": (chain.cpu_s() - before) / messages * TEN_THOUSAND,
                        "graded_after_s": graded_s,
                        "first_round_after_start_s": first_round_s,
                    }
                )
        found[str(rate)] = medians(runs)
    return found


def memory(ward: Ward, sizes: Sizes) -> dict[str, object]:
    """Return resident memory with 1,000 patients, as started and after some rounds, and what idling costs."""
    own = ward.copy("run")
    with Part("up", own) as chain:
        settle(chain, own)
        idle, used = chain.rss_mb(), chain.cpu_s()
        time.sleep(IDLE_S)
        idle_share = (chain.cpu_s() - used) / IDLE_S
        publish(
            chain, own, boot=MEASURED, window=20, messages=min(20, sizes.drain[1000] // 1000) * PATIENTS, first_seq=1
        )
        wait_graded(own, PATIENTS)
        after = chain.rss_mb()
    with new_folder() as folder, Part("up", build_ward(folder, 1)) as chain:
        empty = chain.rss_mb()
    return {"one_patient_mb": empty, "thousand_idle_mb": idle, "thousand_busy_mb": after, "idle_cpu_share": idle_share}


def table_growth(ward: Ward, sizes: Sizes) -> dict[str, object]:
    """Return the gateway's rate on an empty table and on one with a million rows."""
    full = ward.copy("full")
    add_old_readings(full, sizes.old_rows)
    runs: dict[str, list[dict]] = {"empty": [], "full": []}
    for run in range(sizes.repeat):
        for name, source in (("empty", ward), ("full", full)):
            say(f"gateway alone, {name} table, run {run + 1}")
            own = source.copy("run")
            with Part("gateway", own) as gateway:
                before = gateway.cpu_s()
                sent = publish(
                    gateway, own, connections=100, boot=MEASURED, window=100, messages=sizes.stored, first_seq=1
                )
                runs[name].append(
                    {
                        "rate": sent["acknowledged"] / sent["elapsed_s"],
                        "p99_ms": sent["p99_ms"],
                        "cpu_s_per_10k": (gateway.cpu_s() - before) / sizes.stored * TEN_THOUSAND,
                    }
                )
    return {"rows": sizes.old_rows, **{name: medians(of) for name, of in runs.items()}}


def intake_latency(ward: Ward, sizes: Sizes) -> dict[str, object]:
    """Return publish to PUBACK at fixed rates over 1,000 connections, the gateway alone."""
    found: dict[str, object] = {}
    for rate in RATES:
        runs = []
        for run in range(sizes.repeat):
            say(f"gateway alone, {rate} readings/s, run {run + 1}")
            own = ward.copy("run")
            with Part("gateway", own) as gateway:
                messages = rate * sizes.paced_s
                sent = publish(gateway, own, boot=MEASURED, window=50, messages=messages, first_seq=1, rate=rate)
                runs.append({"commit_p50_ms": sent["p50_ms"], "commit_p99_ms": sent["p99_ms"]})
        found[str(rate)] = medians(runs)
    return found


def cold(ward: Ward, sizes: Sizes) -> dict[str, object]:
    """Return how long the commands take from nothing to their first use."""
    found: dict[str, object] = {"version_s": median(_timed("--version") for _ in range(sizes.repeat))}
    starts = []
    for _ in range(sizes.repeat):
        with new_folder() as folder, Part("up", Ward(file=folder / "new.db", hubs=())) as chain:
            starts.append(chain.start_s)
    found["up_to_listening_s"] = median(starts)
    own = ward.copy("run")
    with Part("up", own) as chain:
        found["up_to_listening_1000_patients_s"] = chain.start_s
    demo = ("demo", "--headless", "--patients", "12", "--duration", "2", "--json")
    found["demo_beyond_its_duration_s"] = median(_timed(*demo) for _ in range(sizes.repeat)) - 2
    return found


def grading(_ward: Ward, sizes: Sizes) -> dict[str, object]:
    """Return what grading itself takes: a long record, many patients at once, and what-if (benchmarks.grading)."""
    found: dict[str, object] = {}
    for name, arguments in {
        "timeline": ("timeline", str(LONG_RECORD)),
        "patients": ("patients", str(sizes.many_patients)),
        "whatif": ("whatif", str(sizes.timelines)),
    }.items():
        runs = 1 if name == "patients" else sizes.repeat
        say(f"grading: {name}")
        found[name] = medians([ask("benchmarks.grading", *arguments, timeout_s=GRADING_WITHIN_S) for _ in range(runs)])
    return found


MEASUREMENTS: dict[str, Callable[[Ward, Sizes], dict[str, object]]] = {
    "references": references,
    "throughput": throughput,
    "latency": latency,
    "memory": memory,
    "table_growth": table_growth,
    "intake_latency": intake_latency,
    "cold": cold,
    "grading": grading,
}


ON_SERVERS = ("throughput", "latency", "intake_latency")
"""What is measured on PostgreSQL too."""


def window(connections: int) -> int:
    """Return how many readings one connection keeps unacknowledged: about a thousand in flight in all."""
    return max(4, 1000 // connections)


def settle(chain: Part, ward: Ward) -> None:
    """Wait until the monitor has answered for every enrolled patient, and the processor is calm again."""
    until = time.perf_counter() + GRADED_WITHIN_S
    while ward.query("SELECT count(DISTINCT patient_id) FROM assessment")[0][0] < len(ward.hubs):
        if time.perf_counter() > until:
            raise TimeoutError("the monitor did not assess every patient at its start")
        time.sleep(0.05)
    used = chain.cpu_s()
    while time.perf_counter() < until:
        time.sleep(0.5)
        used, before = chain.cpu_s(), used
        if used - before < 0.1:
            return


def warm(chain: Part, ward: Ward) -> float:
    """Let every home send one reading and wait until all are graded; return the seconds since the first was sent.

    After a start the monitor has every patient's record still to read; that is measured here, not in what follows.
    """
    settle(chain, ward)
    sent = publish(chain, ward, boot=WARM, window=4, messages=len(ward.hubs), first_seq=1)
    wait_graded(ward, len(ward.hubs), boot=WARM)
    return (WallClock().now() - datetime.fromisoformat(sent["started_at"])).total_seconds()


def wait_graded(ward: Ward, at_least: int, boot: str = MEASURED) -> float:
    """Wait until the monitor has passed the newest reading stored of `boot`. Return the seconds waited."""
    began = time.perf_counter()
    while time.perf_counter() - began < GRADED_WITHIN_S:
        cursor = ward.query("SELECT coalesce(max(reading_id), 0) FROM monitor_cursor WHERE name = 'monitor'")[0][0]
        newest, count = ward.query(f"SELECT coalesce(max(id), 0), count(*) FROM reading WHERE boot = '{boot}'")[0]
        if count >= at_least and cursor >= newest:
            return time.perf_counter() - began
        time.sleep(0.02)
    raise TimeoutError("not everything stored was graded in time")


def _drain(chain: Part, ward: Ward, connections: int, messages: int) -> dict[str, float]:
    before = chain.cpu_s()
    sent = publish(
        chain,
        ward,
        connections=connections,
        boot=MEASURED,
        window=window(connections),
        messages=messages,
        first_seq=1,
    )
    wait_graded(ward, messages)
    last = WallClock().now() - datetime.fromisoformat(sent["started_at"])
    stored = ward.query(f"SELECT count(*) FROM reading WHERE boot = '{MEASURED}'")[0][0]
    if stored != messages or sent["refused"]:
        raise RuntimeError(f"{messages} sent, {stored} stored, {sent['refused']} refused")
    return {
        "acknowledged_per_s": sent["acknowledged"] / sent["elapsed_s"],
        "graded_per_s": messages / last.total_seconds(),
        "p50_ms": sent["p50_ms"],
        "p99_ms": sent["p99_ms"],
        "cpu_s_per_10k": (chain.cpu_s() - before) / messages * TEN_THOUSAND,
    }


def _stored_latencies(ward: Ward, since: datetime) -> dict[str, float]:
    """Return reading-to-assessment and reading-to-text as the database tells them."""
    assessed = ward.query(
        "SELECT a.assessed_at - r.received_at FROM assessment a JOIN reading r ON r.id = a.reading_id"
        f" WHERE r.boot = '{MEASURED}'"
    )
    sent = ward.query(
        f"SELECT min(sent_at) - reading_received_at FROM page WHERE reading_received_at >= {to_microseconds(since)}"
        " GROUP BY incident_id, reading_received_at"
    )
    found: dict[str, float] = {"texts": len(sent)}
    for name, rows in (("assessment", assessed), ("text", sent)):
        spans = sorted(span / 1000 for (span,) in rows if span is not None)
        if spans:
            found[f"{name}_p50_ms"] = spans[len(spans) // 2]
            found[f"{name}_p99_ms"] = spans[len(spans) * 99 // 100]
    return found


@contextmanager
def serving(*arguments: str) -> Iterator[int]:
    """Run a reference server and give its port."""
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.references", *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield int(server.stdout.readline())
    finally:
        server.communicate(timeout=10)


def _timed(*arguments: str) -> float:
    began = time.perf_counter()
    subprocess.run([STEPGUARD, *arguments], cwd=ROOT, check=True, capture_output=True, timeout=60)
    return time.perf_counter() - began


@contextmanager
def new_folder() -> Iterator[Path]:
    """Give a temporary folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="stepguard-bench-") as folder:
        yield Path(folder)


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
