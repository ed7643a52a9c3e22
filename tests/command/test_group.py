"""`up` is one group of processes: one ends, all end; told to leave, all leave; the parent gone, they leave too."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

STEPGUARD = Path(sys.executable).parent / "stepguard"
ENDS_WITHIN_S = 30
pytestmark = pytest.mark.slow


@pytest.fixture
def group(here):
    """Start `up`; give the process and its parts by process id."""
    (here / "stepguard.toml").write_text('[mqtt]\nlisten = "127.0.0.1:0"\n')
    process = subprocess.Popen([str(STEPGUARD), "up"], cwd=here, stderr=subprocess.PIPE, text=True)
    for line in process.stderr:
        if line.startswith("listening for hubs on port "):
            break
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    if not children.exists():
        process.kill()
        pytest.skip("this system does not list child processes in /proc")
    yield process, [int(child) for child in children.read_text().split()]
    process.kill()
    process.wait()
    process.stderr.close()


def gone(pid: int) -> None:
    """Wait until a process that is not our child has ended."""
    descriptor = os.pidfd_open(pid)
    try:
        import select  # noqa: PLC0415 - only this helper waits

        assert select.select([descriptor], [], [], ENDS_WITHIN_S)[0], f"process {pid} did not end"
    finally:
        os.close(descriptor)


@pytest.mark.parametrize("index", [0, 1, 2, 3])
def test_a_part_that_is_killed_ends_the_group_with_its_name(group, index):
    process, parts = group
    assert len(parts) == 4
    os.kill(parts[index], signal.SIGKILL)
    assert process.wait(ENDS_WITHIN_S) == 1
    assert f"{('gateway', 'monitor', 'alerts', 'admin')[index]} ended; the others were stopped" in process.stderr.read()
    for pid in parts:
        assert not Path(f"/proc/{pid}").exists()


def test_parts_whose_parent_is_killed_leave_too(group):
    process, parts = group
    process.kill()
    process.wait()
    for pid in parts:
        if Path(f"/proc/{pid}").exists():
            gone(pid)
