"""Measures how soon the first page of a fever leaves: under load, after a kill, and when one of two engines is lost.

    python -m benchmarks.paging [--quick] [--output FILE] [--database URL]

Real processes and a telephone network over HTTP. A span begins with the reception of the reading, before its commit,
and ends when the network has the request; it stands beside a bare insert, commit and POST of the same run. With the URL
of a PostgreSQL server all of it is measured there too, and what it takes until the second of two engines calls.
"""

import argparse
import base64
import http.client
import json
import os
import platform
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from benchmarks import wire
from benchmarks.end_to_end import MEASURED, PATIENTS, new_folder, say, settle, wait_graded, warm
from benchmarks.publishers import FEVER_C, reading
from benchmarks.report import flatten
from benchmarks.telephones import ACCOUNT, NUMBER, PUBLIC, TOKEN
from benchmarks.ward import ROOT, Part, Ward, build_ward, drop_databases, leave_ungraded, publish
from gateway.clock import WallClock

RATE = 100
"""Readings a second."""
PAGED_WITHIN_S = 60.0
FEVERS_EVERY = 40
"""One reading in so many is a first fever."""
REFERENCES = 200
UNGRADED_ROUNDS = 6
"""Readings of each patient that wait for a monitor when it starts."""
BACKLOG_BOOT = "waited"
TROUBLES = ("kill -9", "SIGSTOP")


@dataclass(frozen=True)
class Sizes:
    paced_s: int
    kills: int


class Telephones:
    """The network's process, and what it has taken."""

    def __init__(self, listen: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.telephones", PUBLIC, f"http://{listen}"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.port = int(self.process.stdout.readline())
        self.environment = {
            "STEPGUARD_HTTP__LISTEN": listen,
            "STEPGUARD_HTTP__PUBLIC_URL": PUBLIC,
            "STEPGUARD_TWILIO__ACCOUNT_SID": ACCOUNT,
            "STEPGUARD_TWILIO__AUTH_TOKEN": TOKEN,
            "STEPGUARD_TWILIO__FROM": NUMBER,
            "STEPGUARD_TWILIO__API_URL": f"http://127.0.0.1:{self.port}",
        }

    def taken(self) -> dict[str, float]:
        """Return when each page first came, in Unix seconds."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        line.request("GET", "/local/taken")
        first: dict[str, float] = {}
        for key, at in json.load(line.getresponse()):
            first.setdefault(key, at)
        line.close()
        return first

    def post(self, body: str) -> None:
        """Hand a text over as barely as can be."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        form = {"To": "+12025550111", "From": NUMBER, "Body": body, "StatusCallback": f"{PUBLIC}/none?page={body}"}
        secret = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        headers = {"Authorization": f"Basic {secret}", "Content-Type": "application/x-www-form-urlencoded"}
        line.request("POST", f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json", urlencode(form), headers)
        assert line.getresponse().status == http.HTTPStatus.CREATED
        line.close()

    def close(self) -> None:
        self.process.communicate(timeout=10)


@contextmanager
def telephones() -> Iterator[Telephones]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        listen = f"127.0.0.1:{probe.getsockname()[1]}"
    network = Telephones(listen)
    try:
        yield network
    finally:
        network.close()


def spread(spans_s: Sequence[float]) -> dict[str, float]:
    """Return how many spans there are, their median, 99th percentile and longest, in milliseconds."""
    ordered = sorted(span * 1000 for span in spans_s)
    return {
        "count": len(ordered),
        "p50_ms": round(ordered[len(ordered) // 2], 1),
        "p99_ms": round(ordered[len(ordered) * 99 // 100], 1),
        "max_ms": round(ordered[-1], 1),
    }


def first_pages(ward: Ward) -> dict[str, float]:
    """Return when the reading behind each first page to staff was received, in Unix seconds, by the page's key."""
    rows = ward.query(
        "SELECT id, reading_received_at FROM page WHERE reading_received_at IS NOT NULL AND kind = 'page'"
        " AND role <> 'caregiver'"
    )
    return {f"page-{page}": at / 1e6 for page, at in rows}


def wait_pages(ward: Ward, network: Telephones, at_least: int) -> list[float]:
    """Wait until the network has so many first pages; return how long each took from the reading's reception."""
    until = time.perf_counter() + PAGED_WITHIN_S
    while True:
        received, came = first_pages(ward), network.taken()
        done = [came[key] - at for key, at in received.items() if key in came]
        if len(done) >= at_least:
            return done
        if time.perf_counter() > until:
            raise TimeoutError(f"{len(done)} of {at_least} first pages reached the network")
        time.sleep(0.02)


def bare(folder: Path, network: Telephones) -> dict[str, float]:
    """Return what a row, its commit and a POST take, one after the other."""
    connection = sqlite3.connect(folder / "bare.db", isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE reading (id INTEGER PRIMARY KEY, payload BLOB)")
    began = {}
    payload = reading("b0", 1, WallClock().now(), FEVER_C)
    for number in range(REFERENCES):
        began[f"bare-{number}"] = time.time()
        connection.execute("INSERT INTO reading (payload) VALUES (?)", (payload,))
        network.post(f"bare-{number}")
        time.sleep(1 / RATE)
    connection.close()
    came = network.taken()
    return spread([came[key] - at for key, at in began.items()])


def under_load(ward: Ward, network: Telephones, sizes: Sizes) -> dict[str, float]:
    """Return the spans of first fevers among readings at a fixed rate, the whole chain as `up`."""
    own = ward.copy("run")
    with Part("up", own, network.environment) as chain:
        warm(chain, own)
        messages = RATE * sizes.paced_s
        hot = list(range(0, PATIENTS, max(1, PATIENTS * FEVERS_EVERY // messages)))[: messages // FEVERS_EVERY]
        sent = publish(chain, own, boot=MEASURED, window=50, messages=messages, first_seq=1, rate=RATE, fever_hubs=hot)
        wait_graded(own, messages)
        spans = wait_pages(own, network, len(hot))
    stages = own.query(
        "SELECT assessment.assessed_at - reading.received_at, page.created_at - reading.received_at FROM page"
        " JOIN reading ON reading.patient_id = page.patient_id AND reading.received_at = page.reading_received_at"
        " JOIN assessment ON assessment.reading_id = reading.id WHERE page.kind = 'page' AND page.role <> 'caregiver'"
    )
    return {
        **spread(spans),
        "until": {
            "stored": {"p50_ms": round(sent["p50_ms"], 1), "p99_ms": round(sent["p99_ms"], 1)},
            "graded": spread([graded / 1e6 for graded, _ in stages]),
            "decided": spread([decided / 1e6 for _, decided in stages]),
        },
    }


def after_restart(ward: Ward, network: Telephones, sizes: Sizes) -> dict[str, float]:
    """Return how long after a kill -9 of every process the page of a reading acknowledged just before leaves."""
    own = ward.copy("run")
    spans = []
    for kill in range(sizes.kills):
        with Part("up", own, network.environment) as chain:
            settle(chain, own)
            wait_caught_up(own)
            known = len(first_pages(own))
            measure_fever(chain.port, own, kill)
            chain.kill()
            killed_at = time.time()
        with Part("up", own, network.environment):
            wait_pages(own, network, known + 1)
        spans.append(newest(own, network) - killed_at)
    return spread(spans)


def during_catch_up(ward: Ward, sizes: Sizes) -> dict[str, object]:
    """Return the spans of a fever that arrives while a freshly started chain still grades what waited for it.

    Each start has a network of its own: the copies of the ward give their pages the same keys.
    """
    spans, waited = [], []
    for start in range(sizes.kills):
        own = ward.copy("run")
        leave_ungraded(own, UNGRADED_ROUNDS, BACKLOG_BOOT)
        known = set(first_pages(own))
        with telephones() as network, Part("up", own, network.environment) as chain:
            measure_fever(chain.port, own, start)
            waited.append(ungraded(own))
            spans.append(page_of_fever(own, network, known))
    return {"ungraded_when_it_came": {"least": min(waited), "most": max(waited)}, **spread(spans)}


def ungraded(ward: Ward) -> int:
    """Return how many stored readings the monitor has not come to."""
    return ward.query(
        "SELECT count(*) FROM reading WHERE id > (SELECT coalesce(max(reading_id), 0) FROM monitor_cursor"
        " WHERE name = 'monitor')"
    )[0][0]


def page_of_fever(ward: Ward, network: Telephones, known: set[str]) -> float:
    """Wait for the first page that is not among `known`; return how long after its reading the network had it."""
    until = time.perf_counter() + PAGED_WITHIN_S
    while True:
        received, came = first_pages(ward), network.taken()
        fresh = [came[key] - at for key, at in received.items() if key not in known and key in came]
        if fresh:
            return fresh[0]
        if time.perf_counter() > until:
            raise TimeoutError("the fever's page did not reach the network")
        time.sleep(0.02)


def wait_caught_up(ward: Ward) -> None:
    """Wait until everything stored is graded and every answer was taken up by alerts."""
    until = time.perf_counter() + PAGED_WITHIN_S
    while ungraded(ward) or ward.query(
        "SELECT count(*) FROM assessment WHERE id > (SELECT coalesce(max(assessment_id), 0) FROM alerts_cursor)"
    ) != [(0,)]:
        if time.perf_counter() > until:
            raise TimeoutError("the ward is not caught up in time")
        time.sleep(0.05)


def two_engines(ward: Ward, network: Telephones, sizes: Sizes) -> dict[str, object]:
    """Return the spans of a fever received as the engine that leads is lost, and with nothing lost beside them."""
    own = ward.copy("run")
    found: dict[str, list[float]] = {"undisturbed": [], **{trouble: [] for trouble in TROUBLES}}
    with ExitStack() as running:
        gateway = running.enter_context(Part("gateway", own, network.environment))
        running.enter_context(Part("monitor", own, network.environment))
        leader = running.enter_context(Part("alerts", own, network.environment))
        wait_beat(own, "alerts", since=time.time())
        wait_caught_up(own)
        hub = 0
        for _ in range(sizes.kills):
            for trouble, spans in found.items():
                standby = running.enter_context(Part("alerts", own, network.environment))
                wait_beat(own, "alerts.standby", since=time.time())
                known = len(first_pages(own))
                if trouble == "SIGSTOP":
                    leader.process.send_signal(signal.SIGSTOP)
                measure_fever(gateway.port, own, hub)
                if trouble == "kill -9":
                    leader.kill()
                hub += 1
                wait_pages(own, network, known + 1)
                received = max(first_pages(own).values())
                spans.append(newest(own, network) - received)
                if trouble == "undisturbed":
                    standby.kill()
                else:
                    leader.kill()
                    leader = standby
    usual_s = median(found["undisturbed"])
    figures: dict[str, object] = {name: spread(spans) for name, spans in found.items()}
    for trouble in TROUBLES:
        figures[f"extra_max_s {trouble}"] = round(max(found[trouble]) - usual_s, 3)
    return figures


def newest(ward: Ward, network: Telephones) -> float:
    """Return when the network had the newest first page."""
    came = network.taken()
    key = max(first_pages(ward), key=lambda key: int(key.removeprefix("page-")))
    return came[key]


def wait_beat(ward: Ward, part: str, *, since: float) -> None:
    """Wait until a part gives its heartbeat anew."""
    until = time.perf_counter() + PAGED_WITHIN_S
    while not ward.query(f"SELECT 1 FROM heartbeat WHERE part = '{part}' AND at > {int(since * 1e6)}"):
        if time.perf_counter() > until:
            raise TimeoutError(f"{part} gives no heartbeat")
        time.sleep(0.02)


def measure_fever(port: int, ward: Ward, hub: int) -> None:
    """Send one fever from one hub and return when it is acknowledged: it is on disk."""
    name, password = ward.hubs[hub]
    with socket.create_connection(("127.0.0.1", port), 10) as line:
        line.sendall(wire.connect(name, name, password))
        await_packet(line, wire.CONNACK)
        payload = reading(f"k{hub}", 1, WallClock().now(), FEVER_C)
        line.sendall(wire.publish(f"stepguard/v1/{name}/up/reading", 1, payload))
        await_packet(line, wire.PUBACK)


def await_packet(line: socket.socket, kind: int) -> None:
    buffer = bytearray()
    while True:
        buffer += line.recv(4096)
        if any(first & 0xF0 == kind for first, _ in wire.packets(buffer)):
            return


def measured(folder: Path, sizes: Sizes, server: str | None) -> dict[str, object]:
    """Return every figure of one database."""
    where = "SQLite" if server is None else "PostgreSQL"
    say(f"{where}: enrolling {PATIENTS} patients")
    ward = build_ward(folder, PATIENTS, server=server)
    figures: dict[str, object] = {}
    with telephones() as network:
        say("bare insert, commit and POST")
        figures["bare"] = bare(folder, network)
    with telephones() as network:
        say(f"{RATE} readings a second for {sizes.paced_s} s")
        figures["first_page"] = under_load(ward, network, sizes)
    with telephones() as network:
        say(f"{sizes.kills} kills of the whole chain")
        figures["first_page_after_kill"] = after_restart(ward, network, sizes)
    say(f"{sizes.kills} starts on {UNGRADED_ROUNDS * PATIENTS} ungraded readings")
    figures["first_page_during_catch_up"] = during_catch_up(ward, sizes)
    if server is not None:
        with telephones() as network:
            say(f"{len(TROUBLES) + 1} times {sizes.kills} fevers with two engines")
            figures["two_engines"] = two_engines(ward, network, sizes)
    figures["first_page_p99 / bare p99"] = round(figures["first_page"]["p99_ms"] / figures["bare"]["p99_ms"], 2)
    figures["first_page_p50 / bare p50"] = round(figures["first_page"]["p50_ms"] / figures["bare"]["p50_ms"], 2)
    return figures


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--quick", action="store_true", help="10 s of load and 3 kills of each kind")
    arguments.add_argument("--output", type=Path, default=Path("paging.json"), help="where the JSON goes")
    arguments.add_argument("--database", help="measure on this PostgreSQL server too, by the URL of its own database")
    arguments.add_argument("--only-database", action="store_true", help="leave SQLite out")
    chosen = arguments.parse_args()
    sizes = Sizes(paced_s=10, kills=3) if chosen.quick else Sizes(paced_s=60, kills=10)
    began = time.perf_counter()
    figures: dict[str, object] = {}
    if not chosen.only_database:
        with new_folder() as folder:
            figures["sqlite"] = measured(folder, sizes, None)
    if chosen.database:
        try:
            with new_folder() as folder:
                figures["postgresql"] = measured(folder, sizes, chosen.database)
        finally:
            drop_databases(chosen.database)
    report = {
        "at": WallClock().now().isoformat(timespec="seconds"),
        "machine": {"cores": os.cpu_count(), "system": platform.system(), "arch": platform.machine()},
        "python": platform.python_version(),
        "took_s": round(time.perf_counter() - began, 1),
        "figures": figures,
    }
    chosen.output.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(f"{report['at']}  {report['machine']['cores']} cores  python {report['python']}  {report['took_s']} s")
    for path, value in flatten(figures):
        print(f"  {path:<60} {value:>12,.3f}" if isinstance(value, float) else f"  {path:<60} {value:>12,}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
