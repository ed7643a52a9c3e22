"""Opens the console over a site's database. The only place that joins screens, feed, desk and door."""

import asyncio
import contextlib
import signal
from collections.abc import Callable
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from console.desk import DatabaseDesk
from console.door import DatabaseDoor
from console.entry.vocabulary import load_medicines
from console.feed import RULES_UNUSABLE, DatabaseFeed
from console.ground import rules_of
from console.terminal import ConsoleApp
from gateway.clock import Clock
from gateway.database import Database
from gateway.settings import Settings
from monitor.rulebook import RulesError, load_rules
from monitor.rules import Rules

GONE: Final = (signal.SIGHUP, signal.SIGTERM)
"""What arrives when the connection drops or the machine shuts down."""


def run(
    settings: Settings,
    clock: Clock,
    *,
    actor: str,
    offered: str = "",
    demonstration: bool = False,
    seated: str | None = None,
    kind: type[ConsoleApp] = ConsoleApp,
    tour_seen: Callable[[], None] | None = None,
) -> int:
    """Open the console of a site in this terminal. Return its exit code.

    Parameters
    ----------
    actor
        The name that things are done in where no logins are set up.
    offered
        The name a login offers first.
    demonstration
        Ask nobody to log in, and do not say so on the board.
    seated
        Who has logged in already, at the door of a browser; they are asked again only after a lock.
    kind
        The application to open.
    tour_seen
        Begin with the tour, and call this when somebody has walked through it or ended it.
    """
    database = Database(settings.database.url)
    try:
        rules, rules_fault = _rules_to_show(settings)
        door = None if demonstration else DatabaseDoor(database, clock)
        app = kind(
            DatabaseFeed(database, rules, settings, says_open=not demonstration, rules_fault=rules_fault),
            DatabaseDesk(database, clock, site=settings.site),
            clock,
            actor=actor,
            door=door,
            seated=None if door is None or seated is None else door.standing(seated).person,
            offered=offered,
            lock_after=timedelta(minutes=settings.console.lock_after_min),
            zone=ZoneInfo(settings.site.timezone),
            catalogue=rules.catalogue,
            medicines=load_medicines(),
        )
        if tour_seen is not None:
            app.tour, app.tour_seen = app.tour.begun(), tour_seen
        return asyncio.run(_until_left(app))
    finally:
        database.dispose()


def _rules_to_show(settings: Settings) -> tuple[Rules, str | None]:
    """Return the rules whose limits the charts draw, and what to say when they are not the site's.

    The board shows answers that are already given: a rule file that cannot be used must not keep it shut.
    """
    try:
        return rules_of(settings), None
    except RulesError:
        return load_rules(), RULES_UNUSABLE


async def _until_left(app: ConsoleApp) -> int:
    """Run until somebody leaves or the terminal is gone; whoever sat here is logged out in the log.

    A console that failed by itself returns 1. The signals end the app itself: an error raised through it would leave
    its reader of keys behind, spinning.
    """
    loop = asyncio.get_running_loop()
    for number in GONE:
        loop.add_signal_handler(number, app.exit, 0)
    try:
        await app.run_async()
        return app.return_code or 0
    finally:
        with contextlib.suppress(Exception):  # the database may be gone too; there is nobody left to tell
            await asyncio.to_thread(app.leave_word)
