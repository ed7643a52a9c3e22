"""The real command as its own process: it says where hubs connect, and leaves in good order."""

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

STEPGUARD = Path(sys.executable).parent / "stepguard"
LEAVES_WITHIN_S = 20
LOOKS_FOR_S = 60
pytestmark = pytest.mark.slow


@pytest.fixture
def started(here):
    """Start the command; give the process and the port it listens on."""
    running = []

    def start(*arguments):
        (here / "stepguard.toml").write_text('[mqtt]\nlisten = "127.0.0.1:0"\n')
        process = subprocess.Popen(
            [str(STEPGUARD), *arguments], cwd=here, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        running.append(process)
        for line in process.stderr:
            if line.startswith("listening for hubs on port "):
                return process, int(line.rsplit(" ", 1)[1])
        pytest.fail(f"it ended with code {process.wait()}")

    yield start
    for process in running:
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()


def test_up_listens_and_leaves_when_told(started, stepguard):
    process, port = started("up")
    socket.create_connection(("127.0.0.1", port), timeout=5).close()
    within(LOOKS_FOR_S, lambda: stepguard("status").code == 0, "the chain never saw and called")
    process.terminate()
    assert process.wait(LEAVES_WITHIN_S) == 0
    assert process.stdout.read() == ""


def test_one_part_runs_alone(started):
    process, port = started("gateway")
    socket.create_connection(("127.0.0.1", port), timeout=5).close()
    process.send_signal(signal.SIGINT)
    assert process.wait(LEAVES_WITHIN_S) == 0


def test_an_address_in_use_is_said_in_one_line(started, installed, here):
    _, port = started("gateway")
    (here / "stepguard.toml").write_text(
        f'[database]\nurl = "sqlite:///another.db"\n[mqtt]\nlisten = "127.0.0.1:{port}"\n'
    )
    said = installed("up")
    assert said.code in {1, 2}
    assert "Traceback" not in said.err
    assert f"cannot listen on 127.0.0.1:{port}" in said.err


def test_a_second_one_on_the_same_database_stands_by_and_status_says_so(started, stepguard, here):
    started("gateway")
    second = subprocess.Popen([str(STEPGUARD), "gateway"], cwd=here, stderr=subprocess.PIPE, text=True)
    try:
        assert any("standing by" in line for line in second.stderr)
        within(LOOKS_FOR_S, lambda: "gateway standby" in stepguard("status").out, "status never said that it stands by")
    finally:
        second.terminate()
        assert second.wait(LEAVES_WITHIN_S) == 0
        second.stderr.close()


def test_listening_beyond_this_machine_without_tls_is_refused(stepguard, here):
    (here / "stepguard.toml").write_text('[mqtt]\nlisten = "0.0.0.0:0"\n')
    said = stepguard("gateway")
    assert said.code == 2
    assert "mqtt.insecure" in said.err
    assert "Traceback" not in said.err


def within(seconds, happened, complaint):
    """Wait for another process, with a bound."""
    until = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < until, complaint
        time.sleep(0.1)
