"""What a test does at a console in place of a nurse: waits until it has settled, types, and reads the screen."""

import asyncio

from textual.pilot import Pilot
from textual.widgets import Input, Static

from console.terminal import ConsoleApp

ROUNDS = 3
"""So many rounds in a row nothing may be left to do: a message that is taken may post another one."""


async def settled(pilot: Pilot) -> None:
    """Let every reading and writing thread end, and every message that follows from it be taken."""
    calm = 0
    while calm < ROUNDS:
        await pilot.app.workers.wait_for_complete()
        await pilot._wait_for_screen()
        await asyncio.sleep(0)
        calm = 0 if at_work(pilot) else calm + 1
    await pilot.pause()


def at_work(pilot: Pilot) -> bool:
    """Say whether a thread still runs, a message still waits, or a read was asked for that has not begun."""
    app = pilot.app
    if isinstance(app, ConsoleApp) and app._read_asked == float("-inf"):
        return True
    pumps = [app, *(one for screen in app.screen_stack for one in screen.walk_children(with_self=True))]
    return any(not each.is_finished for each in app.workers) or any(pump.message_queue_size for pump in pumps)


async def read_again(pilot: Pilot) -> None:
    """Have the ward read anew, as the beat does in time."""
    await settled(pilot)
    pilot.app._read_asked = float("-inf")
    pilot.app.beat()
    await settled(pilot)


async def typed(pilot: Pilot, text: str, field: str = "Input") -> None:
    """Type into an open line, as a keyboard does."""
    line = pilot.app.screen.query_one(field, Input)
    for character in text:
        line.insert_text_at_cursor(character)
    await pilot.pause()


def painted(pilot: Pilot) -> str:
    """Return the text of the screen as a terminal would show it."""
    strips = pilot.app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


def said(pilot: Pilot, selector: str) -> str:
    """Return what stands in one field of the screen."""
    return str(pilot.app.screen.query_one(selector, Static).render())


def notices(pilot: Pilot) -> str:
    """Return every notice that is or was in the corner."""
    return " ".join(each.message for each in pilot.app._notifications)
