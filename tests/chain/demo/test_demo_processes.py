import asyncio
import os
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
