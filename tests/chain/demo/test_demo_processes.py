import asyncio
import os
import pty
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.demonstration.processes import Child, ChildEndedError, Ear

pytestmark = pytest.mark.slow


async def answer_until_told(ear: Ear, greeting: str) -> None:
    ear.tell(greeting)
    ear.tell((await ear.heard(), os.getpid()))
    await asyncio.Event().wait()


async def break_down(ear: Ear) -> None:
    raise ValueError("the roster is empty")


def test_a_child_hears_answers_and_is_gone_afterwards(tmp_path: Path):
    with Child("echo", tmp_path / "echo.log", answer_until_told, "hello") as child:
        assert child.heard() == "hello"
        child.tell("how are you")
        word, pid = child.heard()
        assert word == "how are you"
        child.check()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_child_that_breaks_down_says_why(tmp_path: Path):
    with Child("chain", tmp_path / "chain.log", break_down) as child:
        with pytest.raises(ChildEndedError, match=r"(?s)chain.*the roster is empty"):
            child.heard()
        child._process.join(10)
        with pytest.raises(ChildEndedError, match="the roster is empty"):
            child.check()


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder for temporary files whose path leaves room for a socket's name."""
    with tempfile.TemporaryDirectory(prefix="sg-") as folder:
        yield Path(folder)


@pytest.mark.parametrize("told", [True, False], ids=["with a signal", "without a word"])
def test_a_demonstration_whose_terminal_is_closed_ends_and_leaves_nothing(short_folder: Path, told: bool):
    ours, theirs = pty.openpty()
    stepguard = Path(sys.executable).with_name("stepguard")
    environment = {**os.environ, "TMPDIR": str(short_folder), "TERM": "xterm-256color"}
    with subprocess.Popen(
        [stepguard, "demo", "--patients", "3"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment,
        start_new_session=True,
    ) as demo:
        os.close(theirs)
        shown = b""
        while b"P-0" not in shown:
            try:
                shown += os.read(ours, 65_536)
            except OSError:  # the other side is closed
                pytest.fail(f"the demonstration ended by itself: {shown.decode(errors='replace')}")
        os.close(ours)
        if told:  # as the kernel tells whoever sits at a terminal that is gone, but not what they started
            os.killpg(demo.pid, signal.SIGHUP)
        try:
            assert demo.wait(30) == 0
        finally:
            demo.kill()
    assert list(short_folder.iterdir()) == []
