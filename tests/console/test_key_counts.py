"""How many keys the most common tasks of a night take, walked on the real keyboard of the application.

A line of shorthand counts as one key; words that are typed freely count each.
"""

from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

SIZE = (80, 24)


class Keyboard:
    """Presses keys and counts them."""

    def __init__(self, pilot: Pilot) -> None:
        self._pilot = pilot
        self.pressed = 0

    async def keys(self, *keys: str) -> None:
        for key in keys:
            await self._pilot.press(key)
            self.pressed += 1
            await self._settle()

    async def line(self, words: str) -> None:
        self._type(words)
        self.pressed += 1
        await self._settle()

    async def words(self, words: str) -> None:
        self._type(words)
        self.pressed += len(words)
        await self._settle()

    def _type(self, words: str) -> None:
        field = self._pilot.app.screen.query_one(Input)
        for character in words:
            field.insert_text_at_cursor(character)

    async def _settle(self) -> None:
        for _ in range(3):
            await self._pilot.app.workers.wait_for_complete()
            await self._pilot.pause()


Walk = Callable[[Keyboard], Awaitable[None]]


def entry(key: str, line: str) -> Walk:
    async def walk(keyboard: Keyboard) -> None:
        await keyboard.keys(key)
        await keyboard.line(line)
        await keyboard.keys("enter", "enter")

    return walk


async def acknowledge(keyboard: Keyboard) -> None:
    await keyboard.keys("a", "enter")


async def note(keyboard: Keyboard) -> None:
    await keyboard.keys("n")
    await keyboard.words("bed 4")
    await keyboard.keys("enter")


async def call_next(keyboard: Keyboard) -> None:
    await keyboard.keys("2", "e", "enter")


async def tell_department(keyboard: Keyboard) -> None:
    await keyboard.keys("2", "s", "enter")


async def strike_out(keyboard: Keyboard) -> None:
    await keyboard.keys("enter", "x", "x")
    await keyboard.line("wrong time")
    await keyboard.keys("enter")


async def correct(keyboard: Keyboard) -> None:
    await keyboard.keys("enter", "x", "enter")
    await keyboard.line("01:10")
    await keyboard.keys("enter", "enter")


async def hand_over(keyboard: Keyboard) -> None:
    await keyboard.keys("2", "down", "g")
    await keyboard.line("cleo")
    await keyboard.keys("enter", "enter")


TASKS = {
    "acknowledge": (acknowledge, 2, "acknowledge"),
    "dose": (entry("d", "SUD2 0.3 mg/kg 01:10"), 6, "enter"),
    "medication": (entry("m", "para 1000 01:10"), 6, "enter"),
    "support": (entry("s", "nc 4 norad"), 8, "enter"),
    "ICE": (entry("i", "4 3 1 1 0"), 8, "enter"),
    "symptoms": (entry("y", "rigors dizziness"), 6, "enter"),
    "place": (entry("p", "ed"), 6, "enter"),
    "note": (note, len("bed 4") + 2, "note"),
    "call the next person": (call_next, 3, "escalate"),
    "tell the emergency department": (tell_department, 3, "send"),
    "hand over": (hand_over, 6, "hand over"),
    "strike out": (strike_out, 5, "enter"),
    "correct": (correct, 6, "correct"),
}


@pytest.mark.parametrize("task", TASKS)
async def test_a_common_task_takes_no_more_keys_than_promised(console, desk, task):
    walk, at_most, deed = TASKS[task]
    async with console.run_test(size=SIZE) as pilot:
        keyboard = Keyboard(pilot)
        await keyboard._settle()
        await walk(keyboard)
        assert [each[0] for each in desk.done] == [deed]
        assert keyboard.pressed <= at_most
