"""Runs the whole chain on this machine for a while: temporary database, simulated homes, people and a sped clock.

Gateway, monitor and alerts are the real ones in a process of their own; only homes, people and the telephone
network are simulated. Nothing is left behind, and `stepguard.db` is never touched.
"""

import asyncio
import json
import os
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any
from zoneinfo import ZoneInfo

from alerts.directory_file import EXAMPLE, load_directory
from console.command import FailedError, InputError
from console.demonstration.departments import Departments
from console.demonstration.figures import Intake, as_table, read_figures, read_intake
from console.demonstration.homes import Street
from console.demonstration.people import People
from console.demonstration.plan import HomePlan, plan_homes, step_up_regimens
from console.demonstration.processes import Child, ChildEndedError, Ear
from console.demonstration.setup import Furnished, furnish
from console.demonstration.tour_mark import mark_of, remember, seen
from gateway.clock import SpedClock, WallClock, monotonic_s, parse_clock
from gateway.database import Database
from gateway.settings import DatabaseSettings, HttpSettings, MqttSettings, Settings, SiteSettings
from monitor.rulebook import load_rules

ORIGIN = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)
"""When the simulated day is entered: early afternoon, so that the rounds of a street are spread over the hours."""

TIMEZONE = "Europe/Copenhagen"
INSTRUCTIONS = Path(__file__).with_name("instructions.toml")
"""Standing instructions that say that they are invented, so that a viewer can send one."""

VIEWER = "you"
HEADLESS_SPEED, SCREEN_SPEED = 600.0, 60.0
HEADLESS_DURATION_S = 30.0
HEARD = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
DRAIN_SHARE, DRAIN_S = 0.2, 2.0
SETTLE_WITHIN_S, LOOK_EVERY_S = 10.0, 0.1
PROGRESS_EVERY_S = 5.0
MOST_PATIENTS = 5_000
STARTED = "started"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One demonstration that is under way. Can be handed to another process."""

    plans: tuple[HomePlan, ...]
    furnished: Furnished
    database_url: str
    clock: str
    port: int
    seed: int
    speed: float
    left_to_the_viewer: bool
    pages_at: str


def run_demo(
    *,
    patients: int = 40,
    speed: float | None = None,
    duration_s: float | None = None,
    seed: int = 1,
    headless: bool = False,
    as_json: bool = False,
    tour: bool | None = None,
) -> int:
    """Run the demonstration and return the exit code.

    Parameters
    ----------
    patients
        How many homes.
    speed
        Simulated seconds per wall second; by default 600 headless and 60 on screen.
    duration_s
        Wall seconds, by default 30 headless. On screen the homes fall silent after it and the board stays; by
        default they live until the board is closed.
    seed
        The same seed gives the same patients, doses and courses.
    headless
        Print figures at the end instead of opening the board.
    as_json
        Headless: print the one object of docs/interfaces.md and nothing else.
    tour
        Begin on screen with the tour, or without it; None shows it to whoever has not seen it.

    Raises
    ------
    InputError
        When an argument cannot be used, or the board has no terminal to stand in.
    FailedError
        When a part of the chain ended by itself.
    """
    speed = (HEADLESS_SPEED if headless else SCREEN_SPEED) if speed is None else speed
    _refuse(patients, speed, duration_s, headless=headless)
    with tempfile.TemporaryDirectory(prefix="stepguard-demo-") as folder, _stopped_by_signals():
        try:
            return _run(Path(folder), patients, speed, duration_s, seed, headless=headless, as_json=as_json, tour=tour)
        except ChildEndedError as error:
            raise FailedError(" ".join(str(error).split())) from error


def _refuse(patients: int, speed: float, duration_s: float | None, *, headless: bool) -> None:
    if not 1 <= patients <= MOST_PATIENTS:
        raise InputError(f"--patients {patients}: give a number from 1 to {MOST_PATIENTS}")
    if not 1 <= speed <= 3_600:  # noqa: PLR2004 - an hour a second; beyond it nobody could follow
        raise InputError(f"--speed {speed:g}: give a number from 1 to 3600")
    if duration_s is not None and duration_s <= 0:
        raise InputError(f"--duration {duration_s:g}: give wall seconds above 0")
    if not headless and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise InputError("demo: the board needs a terminal; add --headless for figures only")


def _run(
    folder: Path,
    patients: int,
    speed: float,
    duration_s: float | None,
    seed: int,
    *,
    headless: bool,
    as_json: bool,
    tour: bool | None,
) -> int:
    pages_at = _free_address()
    settings = Settings(
        database=DatabaseSettings(url=f"sqlite:///{folder / 'demo.db'}"),
        mqtt=MqttSettings(listen="127.0.0.1:0"),
        http=HttpSettings(listen=pages_at, public_url=f"http://{pages_at}"),
        site=SiteSettings(timezone=TIMEZONE, departments=str(EXAMPLE), instructions=str(INSTRUCTIONS)),
    )
    with Child("chain", folder / "chain.log", run_chain_child, settings) as chain:
        rules = load_rules()
        plans = plan_homes(
            patients=patients,
            seed=seed,
            origin=ORIGIN,
            speed=speed,
            regimens=step_up_regimens(rules),
            timezone=ZoneInfo(TIMEZONE),
        )
        database = Database(settings.database.url)
        database.migrate()
        furnished = furnish(database, plans, rules, ORIGIN)
        database.dispose()
        chain.heard()
        clock = SpedClock(origin=ORIGIN, wall_origin=WallClock().now(), speed=speed)
        chain.tell(clock.spell())
        stage = Stage(
            plans=plans,
            furnished=furnished,
            database_url=settings.database.url,
            clock=clock.spell(),
            port=chain.heard(),
            seed=seed,
            speed=speed,
            left_to_the_viewer=not headless,
            pages_at=pages_at,
        )
        if headless:
            duration_s = duration_s or HEADLESS_DURATION_S
            figures = asyncio.run(_headless(stage, chain, duration_s, progress=not as_json))
            _print(json.dumps(figures) if as_json else as_table(figures))
            return 0
        with Child("homes", folder / "homes.log", run_homes_child, stage, duration_s) as homes:
            homes.heard()
            return _show_board(settings, clock, tour=tour)


def _free_address() -> str:
    """Return an address of this machine that nobody listens on: links to pages are written before any is opened."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


def _show_board(settings: Settings, clock: SpedClock, *, tour: bool | None) -> int:
    import console.app  # noqa: PLC0415 - headless runs do not load the screen

    mark = mark_of(os.environ)
    shown = not seen(mark) if tour is None else tour
    tour_seen = partial(remember, mark) if shown else None
    try:
        return console.app.run(settings, clock, actor=VIEWER, demonstration=True, tour_seen=tour_seen)
    finally:
        _deafen()


async def run_chain_child(ear: Ear, settings: Settings) -> None:
    """Load everything, say so, take the clock, then run gateway, monitor and alerts; tell the endpoint's port."""
    from console.answering import answering_if_free  # noqa: PLC0415 - as below
    from console.chain import run_chain  # noqa: PLC0415 - only this process needs the parts
    from console.ground import read_ground  # noqa: PLC0415

    ground = read_ground(settings)
    ear.tell(STARTED)
    clock = parse_clock(await ear.heard())
    database = Database(settings.database.url)
    try:
        async with answering_if_free(settings.http.admin_listen) as accounts:
            await run_chain(settings, clock, database=database, ground=ground, ready=ear.tell, accounts=accounts)
    finally:
        database.dispose()


async def run_homes_child(ear: Ear, stage: Stage, duration_s: float | None) -> None:
    """Run homes and people until told to stop; after `duration_s` wall seconds the homes measure no more."""
    database = Database(stage.database_url)
    try:
        async with _living(stage, database) as street:
            ear.tell(STARTED)
            if duration_s is not None:
                await asyncio.sleep(duration_s)
                await street.close(SETTLE_WITHIN_S)
            await asyncio.Event().wait()
    finally:
        database.dispose()


@asynccontextmanager
async def _living(stage: Stage, database: Database) -> AsyncIterator[Street]:
    """Give the street with its people about."""
    clock = parse_clock(stage.clock)
    async with Street(stage.plans, stage.furnished.passwords, clock, stage.port) as street:
        people = People(
            database,
            clock,
            street.homes,
            stage.furnished.patients,
            seed=stage.seed,
            texts_in=ZoneInfo(TIMEZONE),
            left_to_the_viewer=stage.plans[0].code if stage.left_to_the_viewer else None,
        )
        directory = load_directory(EXAMPLE, timezone=TIMEZONE)
        departments = Departments(database, clock, directory, stage.pages_at, seed=stage.seed)
        about = [asyncio.create_task(everybody.live()) for everybody in (people, departments)]
        try:
            yield street
        finally:
            for task in about:
                task.cancel()
            for ended in await asyncio.gather(*about, return_exceptions=True):
                if isinstance(ended, Exception):
                    raise ended


async def _headless(stage: Stage, chain: Child, duration_s: float, *, progress: bool) -> dict[str, Any]:
    """Let the homes live, stop them in time, wait until every queue is empty, and count."""
    database = Database(stage.database_url)
    began = monotonic_s()
    publishing_s = duration_s - min(DRAIN_S, duration_s * DRAIN_SHARE)
    try:
        async with _living(stage, database) as street:
            shown_at = 0.0
            while (passed_s := monotonic_s() - began) < publishing_s:
                chain.check()
                if progress and passed_s - shown_at >= PROGRESS_EVERY_S:
                    shown_at = passed_s
                    now = parse_clock(stage.clock).now().astimezone(ZoneInfo(TIMEZONE))
                    _say(f"{passed_s:4.0f} s  {now:%H:%M}  {street.published()} readings published")
                await asyncio.sleep(min(LOOK_EVERY_S, publishing_s - passed_s))
            await street.close(SETTLE_WITHIN_S)
            await _settle(database, street)
            await asyncio.sleep(max(0.0, duration_s - (monotonic_s() - began)))
            chain.check()
            return await asyncio.to_thread(
                read_figures,
                database,
                patients=len(stage.plans),
                wall_s=monotonic_s() - began,
                speed=stage.speed,
                published=street.published(),
                origin=ORIGIN,
            )
    finally:
        database.dispose()


async def _settle(database: Database, street: Street) -> None:
    """Wait until the gateway has counted everything published and nothing moves any more, but not for ever."""
    until = monotonic_s() + SETTLE_WITHIN_S
    while monotonic_s() < until:
        intake: Intake = await asyncio.to_thread(read_intake, database)
        if intake.total >= street.published():
            return
        await asyncio.sleep(LOOK_EVERY_S)
    _say("the gateway has not counted every message yet; the sums below may not hold")


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """Turn the first SIGTERM, SIGHUP or SIGINT into one orderly end; later ones must not disturb the clearing up."""

    def leave(_number: int, _frame: FrameType | None) -> None:
        _deafen()
        raise KeyboardInterrupt

    for number in HEARD:
        signal.signal(number, leave)
    try:
        yield
    finally:
        _deafen()


def _deafen() -> None:
    for number in HEARD:
        signal.signal(number, signal.SIG_IGN)


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
