"""The emergency departments of a demonstration: open what they were texted, and accept or decline, as people there do.

They know what their telephones show, and answer on the page over HTTP; page, door and log are the real ones.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
import structlog

from alerts.directory import Department, Directory
from alerts.outbox import carried_to
from alerts.spoken import apart
from console.demonstration.department_browser import DepartmentBrowser, code_in, link_in
from gateway.clock import Clock
from gateway.database import Database

log = structlog.get_logger(__name__)
LOOK_EVERY_S = 0.2
READS_AFTER_MINUTES = (1.0, 3.0)
ARRIVES_AFTER_MINUTES, TREATS_AFTER_MINUTES = (40.0, 55.0), (5.0, 15.0)
DECLINE_EVERY = 3
WHO = {"name": "Dr Maria Lund", "role": "emergency physician"}
FULL = "no bed"


@dataclass
class _Case:
    """One telling of one department: its link, and what somebody there will do next, and when."""

    department: Department
    code: str
    browser: DepartmentBrowser
    spoken: str | None = None
    next_at: datetime | None = None
    steps: list[str] = field(default_factory=list)


class Departments:
    """Everybody at the departments of `directory`. `served_at` is host and port of the pages."""

    def __init__(self, database: Database, clock: Clock, directory: Directory, served_at: str, *, seed: int) -> None:
        self._database, self._clock, self._served_at = database, clock, served_at
        self._numbers = {one.text: one for one in directory.departments if one.text}
        self._numbers |= {one.phone: one for one in directory.departments}
        self._rng = np.random.default_rng([seed, 3])
        self._cases: list[_Case] = []
        self._calls: list[tuple[Department, str]] = []
        self._read = 0
        self._told = 0

    async def live(self) -> None:
        """Look at the telephones a few times a wall second until cancelled."""
        while True:
            await asyncio.to_thread(self.look)
            await asyncio.sleep(LOOK_EVERY_S)

    def look(self) -> None:
        """Read what is new, do what is due."""
        now = self._clock.now()
        with self._database.read() as session:
            fresh = carried_to(session, self._numbers, self._read)
        for one in fresh:
            self._read = one.id
            self._hear(self._numbers[one.number], one.channel, one.body)
        for case in self._cases:
            if case.spoken is None:
                case.spoken = self._code_for(case)
                case.next_at = None if case.spoken is None else now + self._between(READS_AFTER_MINUTES)
            if case.next_at is not None and case.next_at <= now:
                self._act(case, now)
        self._cases = [case for case in self._cases if case.spoken is None or case.next_at is not None]

    def _hear(self, department: Department, channel: str, body: str) -> None:
        link = link_in(body)
        if channel == "voice":
            self._calls.append((department, body))
        elif link is not None:
            about = next(word for word in body.split() if word.startswith("P-"))
            self._told += 1
            steps = ["decline"] if self._told % DECLINE_EVERY == 1 else ["accept", "arrived", "treats"]
            case = _Case(department, about, DepartmentBrowser(link, self._served_at), steps=["open", *steps])
            self._cases.append(case)

    def _code_for(self, case: _Case) -> str | None:
        """Return the code of the newest call to this department about this patient."""
        about = apart(case.code)
        calls = (body for department, body in reversed(self._calls) if department.key == case.department.key)
        return next((code for body in calls if about in body and (code := code_in(body))), None)

    def _act(self, case: _Case, now: datetime) -> None:
        """Do the next step at the page; a page that cannot be had now is tried again."""
        try:
            done = self._does(case, case.steps[0])
        except OSError:
            log.warning("the page of a department does not answer")
            case.next_at = now + self._between(READS_AFTER_MINUTES)
            return
        case.steps = case.steps[1:] if done else []
        waits = {"arrived": ARRIVES_AFTER_MINUTES, "treats": TREATS_AFTER_MINUTES}
        case.next_at = now + self._between(waits.get(case.steps[0], READS_AFTER_MINUTES)) if case.steps else None

    def _does(self, case: _Case, step: str) -> bool:
        """Do one step; return whether there may be another."""
        match step:
            case "open":
                return case.browser.opens(case.spoken or "", **WHO)
            case "decline":
                case.browser.does("decline", reason=FULL)
            case "accept":
                case.browser.does("accept")
            case "arrived":
                case.browser.does("move", where="arrived", key="arrived")
            case _:
                case.browser.does("save", support="all", fluids="yes", crs="2", key="treats")
        return True

    def _between(self, minutes: tuple[float, float]) -> timedelta:
        return timedelta(minutes=float(self._rng.uniform(*minutes)))
