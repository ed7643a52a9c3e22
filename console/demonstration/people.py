"""The people of a demonstration: caregivers who do what a text says, and a nurse who answers, at times late.

They know only what a telephone shows them, and answer through the outbox's loopback as any telephone would.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from alerts.home_languages import wording_of
from alerts.outbox import receive
from alerts.view import TextLine, text_lines
from console.demonstration.homes import Home
from console.demonstration.ice_rounds import ice_event, ice_rounds
from console.demonstration.plan import Habit
from console.demonstration.reading_texts import asked_groups, asked_later, page_code_of, sends_away
from console.demonstration.setup import NURSE
from gateway.clock import Clock
from gateway.database import Database
from gateway.reading import PatientCode, PatientId
from monitor.store import add_event

LOOK_EVERY_S = 0.1
TEXTS_AT_ONCE = 200
PROMPT_MINUTES = (1.5, 4.0)
LATE_MINUTES = (10.5, 13.0)  # past the second nurse's turn, so that the ladder is seen to climb
LATE_EVERY = 3
LEAVES_AFTER_MINUTES, ARRIVES_AFTER_MINUTES = (3.0, 6.0), (25.0, 45.0)
ARRIVED = ("sent", "delivered")
NEVER = datetime.max.replace(tzinfo=UTC)

_STAFF = frozenset({"nurse", "second_nurse", "oncologist"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A text that somebody will send at `at`."""

    at: datetime
    from_number: str
    body: str


class People:
    """Reads every new text and does what its receiver would."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        homes: Mapping[PatientCode, Home],
        patients: Mapping[PatientCode, PatientId],
        *,
        seed: int,
        texts_in: ZoneInfo,
        left_to_the_viewer: PatientCode | None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._homes = {home.plan.caregiver_number: home for home in homes.values()}
        self._patients = patients
        self._rng = np.random.default_rng([seed, 2])
        self._texts_in = texts_in
        self._left = left_to_the_viewer
        self._read: set[int] = set()
        self._replies: list[Reply] = []
        self._answers = 0
        self._gone: set[str] = set()
        self._medicated: set[PatientCode] = set()
        since = clock.now()
        asked = [(home.plan.code, ice_rounds(home.plan, place, since)) for place, home in enumerate(homes.values())]
        self._ice_due = [(at, code, rounds) for code, rounds in asked if (at := next(rounds, None)) is not None]

    async def live(self) -> None:
        """Look at the telephones ten times a wall second until cancelled."""
        while True:
            await asyncio.to_thread(self.look)
            await asyncio.sleep(LOOK_EVERY_S)

    def look(self) -> None:
        """Read what is new, send what is due."""
        now = self._clock.now()
        for line in self._new_lines():
            if line.role in _STAFF:
                self._plan_answer(line, now)
            elif line.number in self._homes:
                self._obey(self._homes[line.number], line, now)
        due = [reply for reply in self._replies if reply.at <= now]
        self._replies = [reply for reply in self._replies if reply.at > now]
        for reply in due:
            receive(self._database, from_number=reply.from_number, body=reply.body, now=now)
            if reply.body == "GOING":
                self._homes[reply.from_number].leave()
        self._record_medicines(now)
        self._ask_ice(now)

    def _new_lines(self) -> list[TextLine]:
        with self._database.read() as session:
            lines = text_lines(session, limit=TEXTS_AT_ONCE)
        arrived = [line for line in lines if line.direction == "out" and line.status.startswith(ARRIVED)]
        fresh = [line for line in arrived if line.id not in self._read]
        self._read.update(line.id for line in fresh)
        return sorted(fresh, key=lambda line: line.id)

    def _plan_answer(self, line: TextLine, now: datetime) -> None:
        """Let whoever was texted answer: an emergency soon, of the others every third late, the first among them."""
        code = page_code_of(line.body)
        if code is None or (self._left is not None and self._left in line.body):
            return
        emergency = "EMERGENCY" in line.body
        late = self._answers % LATE_EVERY == 0 and not emergency
        at = now + timedelta(minutes=float(self._rng.uniform(*(LATE_MINUTES if late else PROMPT_MINUTES))))
        reply = Reply(at=at, from_number=line.number, body=f"{code} OK")
        pending = next((one for one in self._replies if one.body == reply.body), None)
        if pending is None:
            self._answers += 1
            self._replies.append(reply)
        elif reply.at < pending.at and emergency:
            self._replies.remove(pending)
            self._replies.append(reply)

    def _obey(self, home: Home, line: TextLine, now: datetime) -> None:
        wording = wording_of(home.plan.language)
        home.ask(asked_groups(line.body, wording))
        later = asked_later(line.body, line.at, self._texts_in, wording)
        if later is not None:
            home.expect(*later)
        number = line.number
        if sends_away(line.body, wording) and number not in self._gone:
            self._gone.add(number)
            leaves = now + timedelta(minutes=float(self._rng.uniform(*LEAVES_AFTER_MINUTES)))
            arrives = leaves + timedelta(minutes=float(self._rng.uniform(*ARRIVES_AFTER_MINUTES)))
            self._replies.append(Reply(at=leaves, from_number=number, body="GOING"))
            self._replies.append(Reply(at=arrives, from_number=number, body="THERE"))

    def _record_medicines(self, now: datetime) -> None:
        """Enter what patients took at home, as the nurse hears it on the telephone."""
        for home in self._homes.values():
            plan = home.plan
            if plan.habit is not Habit.TAKES_PARACETAMOL or plan.code in self._medicated:
                continue
            taken = [at for at in plan.course.antipyretics if at <= now]
            if taken:
                self._medicated.add(plan.code)
                event = {
                    "type": "medication",
                    "at": taken[0].isoformat(),
                    "name": "paracetamol",
                    "amount": 1000,
                    "unit": "mg",
                    "purpose": "treatment",
                }
                with self._database.write() as session:
                    add_event(session, self._patients[plan.code], event, by=NURSE, now=now)

    def _ask_ice(self, now: datetime) -> None:
        """Enter the ICE of every patient whose turn has come, as the nurse hears it on the telephone."""
        for place, (at, code, rounds) in enumerate(self._ice_due):
            if at <= now:
                with self._database.write() as session:
                    add_event(session, self._patients[code], ice_event(at), by=NURSE, now=now)
                self._ice_due[place] = (next(rounds, NEVER), code, rounds)
