import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.command import main

STEPGUARD = Path(sys.executable).with_name("stepguard")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> dict:
    """The one object that a short headless demonstration prints."""
    folder = tmp_path_factory.mktemp("elsewhere")
    temporary = tmp_path_factory.mktemp("temporary")
    done = subprocess.run(
        [STEPGUARD, "demo", "--headless", "--patients", "12", "--duration", "12", "--seed", "3", "--json"],
        cwd=folder,
        env={**os.environ, "TMPDIR": str(temporary)},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 1, "standard output holds the object and nothing else"
    assert list(folder.iterdir()) == [], "no stepguard.db, nothing left where it was started"
    assert list(temporary.iterdir()) == [], "nothing left in the temporary folder"
    return json.loads(done.stdout)


def test_the_object_has_every_key_of_the_contract_and_no_other(figures):
    assert {key: set(value) if isinstance(value, dict) else type(value) for key, value in figures.items()} == {
        "patients": int,
        "wall_s": float,
        "speed": float,
        "readings": {"published", "stored", "duplicate", "rejected"},
        "assessments": int,
        "incidents": {"opened", "acknowledged", "escalated"},
        "texts_sent": int,
        "reading_to_assessment_ms": {"p50", "p99"},
        "reading_to_text_ms": {"p50", "p99"},
    }
    assert figures["patients"] == 12
    assert figures["speed"] == 600
    assert 12 <= figures["wall_s"] < 30


def test_every_published_reading_is_stored_a_duplicate_or_rejected(figures):
    readings = figures["readings"]
    assert readings["published"] == readings["stored"] + readings["duplicate"] + readings["rejected"]
    assert readings["stored"] > 12
    assert readings["rejected"] > 0


def test_readings_become_assessments_incidents_and_texts(figures):
    assert figures["assessments"] >= 20
    incidents = figures["incidents"]
    assert incidents["opened"] >= incidents["acknowledged"] > 0
    assert incidents["opened"] >= incidents["escalated"] > 0
    assert figures["texts_sent"] >= incidents["opened"]


def test_latencies_are_wall_milliseconds(figures):
    for name in ("reading_to_assessment_ms", "reading_to_text_ms"):
        assert 0 < figures[name]["p50"] <= figures[name]["p99"] < 12_000


def chain_children(parent: int) -> Iterator[int]:
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    for line in listed.splitlines():
        pid, of = map(int, line.split())
        if of == parent:
            yield pid


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_however_it_is_stopped_no_process_stays_behind(tmp_path, number):
    demo = subprocess.Popen(
        [STEPGUARD, "demo", "--headless", "--patients", "3", "--duration", "60"],
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    within(20, lambda: list(tmp_path.glob("stepguard-demo-*/demo.db-wal")))
    children = list(chain_children(demo.pid))
    assert children
    demo.send_signal(number)
    demo.wait(30)
    within(20, lambda: not any(alive(pid) for pid in children))
    if number != signal.SIGKILL:
        assert list(tmp_path.iterdir()) == []


def test_without_a_terminal_the_board_is_refused_with_the_remedy(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin.isatty", lambda: False)
    assert main(["demo"]) == 2
    complaint = capsys.readouterr().err
    assert "--headless" in complaint
    assert complaint.count("\n") == 1


@pytest.mark.parametrize(
    "wrong", [("--patients", "0"), ("--speed", "0.5"), ("--duration", "0"), ("--duration", "-1")], ids=" ".join
)
def test_unusable_numbers_are_refused_by_name(capsys, wrong):
    assert main(["demo", "--headless", *wrong]) == 2
    assert wrong[0] in capsys.readouterr().err


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(") ")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def within(seconds: float, condition) -> None:
    """Wait for another process, with a bound."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)
