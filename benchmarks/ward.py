"""A ward to measure on: a database with enrolled patients and their hubs, and the processes of the chain on it."""

import contextlib
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Self

from sqlalchemy import make_url

from alerts import contacts
from alerts.store import move_cursor
from benchmarks.publishers import reading
from gateway import store as hubs
from gateway.clock import WallClock
from gateway.database import Database
from gateway.intake import READING_LEAF, Arrived, Intake
from gateway.plausibility_limits import load_limits
from gateway.postgresql import connect
from gateway.reading import HubName
from monitor import store as records
from monitor.cycle import Monitor
from monitor.enrolment import enrol
from monitor.rulebook import load_rules

ROOT = Path(__file__).parent.parent
STEPGUARD = str(Path(sys.executable).with_name("stepguard"))
BASELINE = {"temperature_c": 36.7, "systolic_mmhg": 124, "diastolic_mmhg": 76, "spo2_pct": 97, "pulse_bpm": 74}
BENCH = "stepguard_bench_"
"""Begins the name of every database that a measurement makes on a PostgreSQL server."""
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ward:
    """A database and the name and password of every hub in it.

    `server` is the URL of a PostgreSQL server's own database; without one the ward is in the SQLite `file`.
    """

    file: Path
    hubs: tuple[tuple[str, str], ...]
    server: str | None = None

    @property
    def url(self) -> str:
        """Return the database's URL."""
        if self.server is None:
            return f"sqlite:///{self.file}"
        return make_url(self.server).set(database=f"{BENCH}{self.file.stem}").render_as_string(hide_password=False)

    def copy(self, name: str) -> "Ward":
        """Return the same ward in a file of its own, so that every run begins alike."""
        target = self.file.with_name(f"{name}.db")
        if self.server is not None:
            own = Ward(file=target, hubs=self.hubs, server=self.server)
            make_database(own, template=f"{BENCH}{self.file.stem}")
            return own
        for old in target.parent.glob(f"{target.name}*"):
            old.unlink()
        shutil.copyfile(self.file, target)
        return Ward(file=target, hubs=self.hubs)

    def query(self, sql: str) -> list[tuple]:
        """Read with a connection of its own, as any other process would."""
        if self.server is not None:
            with contextlib.closing(connect(self.url)) as connection:
                return connection.execute(sql).fetchall()
        connection = sqlite3.connect(f"file:{self.file}?mode=ro", uri=True, timeout=10)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()


def make_database(ward: Ward, *, template: str = "template1") -> None:
    """Make the PostgreSQL database of a ward anew, as a copy of another."""
    name = ward.file.stem
    with contextlib.closing(connect(ward.server)) as connection:
        connection.execute("SET statement_timeout = '5min'")
        connection.execute(f"DROP DATABASE IF EXISTS {BENCH}{name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {BENCH}{name} TEMPLATE {template}")


def drop_databases(server: str) -> None:
    """Remove every database that a measurement made."""
    with contextlib.closing(connect(server)) as connection:
        made = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", (f"{BENCH}%",)).fetchall()
        for (name,) in made:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def build_ward(folder: Path, patients: int, server: str | None = None) -> Ward:
    """Enrol `patients`, each a day into the first step of teclistamab, with one caregiver, one hub and one round.

    The round was measured ten minutes ago and graded, so that nobody is overdue and nobody is called at the start.
    """
    empty = Ward(file=folder / "template.db", hubs=(), server=server)
    if server is not None:
        make_database(empty)
    database = Database(empty.url)
    database.migrate()
    now = WallClock().now()
    passwords = []
    with database.write() as session:
        for number in range(patients):
            code, hub = f"P-{number:04d}", f"hub-{number:04d}"
            patient = enrol(
                session,
                code=code,
                profile={"code": code, "timezone": "UTC", "language": "en", "baseline": BASELINE},
                drug="teclistamab",
                schedule="us_weekly",
                now=now - timedelta(days=2),
            )
            dose = {"type": "dose", "step": "SUD1", "amount": 0.06, "unit": "mg/kg"}
            dose["at"] = (now - timedelta(hours=20)).isoformat()
            records.add_event(session, patient, dose, by="benchmark", now=now - timedelta(hours=20))
            contacts.add_contact(
                session,
                patient,
                name="caregiver",
                number=f"+4520{number:06d}",
                language="en",
                consent_values=True,
                now=now,
            )
            passwords.append((hub, hubs.add_hub(session, hub)))
            hubs.assign(session, hub, code, from_at=now - timedelta(days=2))
    with database.write_connection() as connection:
        intake = Intake(load_limits())
        intake.load(connection)
        at = now - timedelta(minutes=10)
        payload = reading("b0", 1, at, 36.7)
        first = [Arrived(hub=HubName(hub), leaf=READING_LEAF, payload=payload, received_at=at) for hub, _ in passwords]
        intake.save(connection, first)
    monitor = Monitor(database, load_rules(), WallClock())
    while monitor.cycle():  # one pass takes only so many patients whose record it has not read
        pass
    with database.write() as session:
        move_cursor(session, max(stored.id for stored in records.latest_assessments(session).values()))
    database.dispose()
    if server is None:
        with sqlite3.connect(empty.file) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Ward(file=empty.file, hubs=tuple(passwords), server=server)


def leave_ungraded(ward: Ward, rounds: int, boot: str) -> int:
    """Store `rounds` readings of each hub as a gateway does while no monitor runs; return how many."""
    database = Database(ward.url)
    began = WallClock().now() - timedelta(minutes=5)
    with database.write_connection() as connection:
        intake = Intake(load_limits())
        intake.load(connection)
        for number in range(1, rounds + 1):
            at = began + number * timedelta(minutes=4) / rounds
            payload = reading(boot, number, at, 36.7)
            intake.save(
                connection,
                [Arrived(hub=HubName(hub), leaf=READING_LEAF, payload=payload, received_at=at) for hub, _ in ward.hubs],
            )
    database.dispose()
    return rounds * len(ward.hubs)


def add_old_readings(ward: Ward, rows: int) -> None:
    """Put `rows` readings of the past days before everything else, as if they had come over months."""
    at = int((time.time() - 40 * 86_400) * 1e6)
    payload = reading("b0", 1, WallClock().now() - timedelta(days=40), 36.7)
    hubs = len(ward.hubs)
    with sqlite3.connect(ward.file) as connection:
        connection.executemany(
            "INSERT INTO reading (hub_id, patient_id, boot, seq, measured_at, received_at, graded_at, clock_doubt,"
            " kind, payload) VALUES (?, ?, 'b0', ?, ?, ?, ?, NULL, 'native', ?)",
            ((n % hubs + 1, n % hubs + 1, n // hubs, at + n, at + n, at + n, payload) for n in range(rows)),
        )
        connection.execute("UPDATE monitor_cursor SET reading_id = (SELECT max(id) FROM reading)")
    with sqlite3.connect(ward.file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class Part:
    """One `stepguard` process on a ward: `up` for the whole chain, `gateway` for taking in alone.

    One that hubs connect to is waited for.
    """

    def __init__(self, command: str, ward: Ward, environment: Mapping[str, str] = MappingProxyType({})) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        environment = {
            **os.environ,
            **environment,
            "STEPGUARD_DATABASE__URL": ward.url,
            "STEPGUARD_MQTT__LISTEN": f"127.0.0.1:{self.port}",
            "STEPGUARD_HTTP__ADMIN_LISTEN": "127.0.0.1:0",
            "STEPGUARD_GATEWAY__ADMIN_LISTEN": "127.0.0.1:0",
            "STEPGUARD_MONITOR__ADMIN_LISTEN": "127.0.0.1:0",
            "STEPGUARD_ALERTS__ADMIN_LISTEN": "127.0.0.1:0",
        }
        self._log = ward.file.with_suffix(".log").open("ab")
        began = time.perf_counter()
        self.process = subprocess.Popen(
            [STEPGUARD, command],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
        )
        self.start_s = self._wait_for_port(began) if command in {"up", "gateway"} else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._log.close()

    def kill(self) -> None:
        """End every process of the group without a word."""
        for pid in self._processes() if self.process.poll() is None else ():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def cpu_s(self) -> float:
        """Return user and system seconds used so far by every process of the group."""
        used = 0
        for pid in self._processes():
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(") ")[2].split()
            used += int(fields[11]) + int(fields[12])
        return used / TICKS

    def rss_mb(self) -> float:
        """Return the memory the group holds now, pages that forked processes share counted once."""
        kilobytes = 0
        for pid in self._processes():
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
            kilobytes += int(next(line for line in rollup.splitlines() if line.startswith("Pss:")).split()[1])
        return kilobytes / 1e3

    def _processes(self) -> list[int]:
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        return [pid, *(int(child) for child in children)]

    def _wait_for_port(self, began: float) -> float:
        while time.perf_counter() - began < 60:
            if self.process.poll() is not None:
                end = Path(self._log.name).read_text(encoding="utf-8", errors="replace")[-800:]
                raise RuntimeError(f"the chain ended at once: {end}")
            try:
                socket.create_connection(("127.0.0.1", self.port), 0.2).close()
            except OSError:
                time.sleep(0.01)
            else:
                return time.perf_counter() - began
        raise TimeoutError("the endpoint did not open within 60 s")


def publish(part: Part, ward: Ward, **job: object) -> dict:
    """Run one job of `benchmarks.publishers` against this part and return its answer."""
    hubs = ward.hubs[: job.pop("connections", len(ward.hubs))]
    wanted = {"port": part.port, "hubs": hubs, "rate": None, "listen": True, **job}
    return ask("benchmarks.publishers", standard_input=json.dumps(wanted))


def ask(module: str, *arguments: str, standard_input: str = "", timeout_s: float = 240) -> dict:
    """Run a benchmark module in its own process and return the JSON line it prints."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        input=standard_input,
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{module} {' '.join(arguments)} failed: {done.stderr[-2000:]}")
    return json.loads(done.stdout)
