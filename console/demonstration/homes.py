"""Simulated homes: one MQTT connection each, QoS 1, keeping every message until the gateway says it is stored.

A home lives by its card, answers requests, connects again when the line drops, and has the faults its habit says.
"""

import asyncio
import contextlib
import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Self

import aiomqtt
import numpy as np

from console.demonstration.course import FEVER_C, Vitals, measured, vitals_at
from console.demonstration.home_kit import GARBAGE, REQUIRED, garbage, is_red, late_by, message, next_measurement
from console.demonstration.plan import WRONG_CLOCK_AHEAD, Habit, HomePlan
from gateway.clock import Clock
from gateway.reading import HubName
from gateway.wakeup import Wakeup

RECONNECT_S = (0.2, 2.0)
PUBLISH_TIMEOUT_S = 30.0
DUPLICATE_SHARE = 0.04
FIRST_GARBAGE_AFTER = timedelta(minutes=4)
GARBAGE_EVERY = timedelta(minutes=20)
REACTS_AFTER_MINUTES = (1.0, 3.0)
BREATH_S = 0.01  # the least a loop waits, so that a sped clock cannot make it spin


class Home:
    """One patient's home: its hub, its devices and the person who uses them."""

    def __init__(self, plan: HomePlan, password: str, clock: Clock, port: int) -> None:
        self.plan = plan
        self.published = 0
        """Readings handed to the endpoint and answered by a PUBACK, garbage and repeats included."""
        self.unacknowledged: dict[int, bytes] = {}
        """By `seq`: what the hub still keeps because no `down/ack` has covered it."""
        self._password = password
        self._clock = clock
        self._port = port
        self._rng = np.random.default_rng([*plan.seed, 1])
        self._boot = f"b{plan.seed[1]}"
        self._seq = 0
        self._garbage_sent = 0
        self._febrile = False
        self._round_at = plan.first_round_at
        self._asked_at: datetime | None = None
        self._asked_for: frozenset[str] = frozenset()
        self._garbage_at = clock.now() + FIRST_GARBAGE_AFTER if plan.habit is Habit.SENDS_GARBAGE else None
        self._resend: set[int] = set()
        self._left_home = False
        self._closing = False
        self._wakeup = Wakeup()
        self._idle = asyncio.Event()
        self._idle.set()

    async def live(self) -> None:
        """Stay connected and measure until cancelled; a lost connection is retried, everything kept is sent again."""
        while True:
            with contextlib.suppress(aiomqtt.MqttError):
                async with self._client() as client:
                    self._resend.update(self.unacknowledged)
                    await client.subscribe(self._topic("down/#"), qos=1)
                    await client.publish(self._topic("state"), self._state(online=True), qos=1)
                    listening = asyncio.create_task(self._listen(client))
                    try:
                        await self._measure_and_send(client)
                    finally:
                        listening.cancel()
            await asyncio.sleep(float(self._rng.uniform(*RECONNECT_S)))

    def ask(self, groups: Collection[str]) -> None:
        """Tell the person at home what to measure soon; what they are already asked for stays asked."""
        known = frozenset(groups) & frozenset(REQUIRED)
        if not known or self._silent():
            return
        self._asked_for |= known
        if self._asked_at is None:
            minutes = float(self._rng.uniform(*REACTS_AFTER_MINUTES))
            self._asked_at = self._clock.now() + timedelta(minutes=minutes)
        self._wakeup.nudge()

    def expect(self, groups: Collection[str], at: datetime) -> None:
        """Tell the person at home when the next measurement is wanted, if that is sooner than they meant to."""
        if frozenset(groups) & frozenset(REQUIRED) and at < self._round_at:
            self._round_at = at
            self._wakeup.nudge()

    def leave(self) -> None:
        """Let the patient set off for the hospital: nobody is at home to measure."""
        self._left_home = True

    async def close(self, at_most_s: float) -> bool:
        """Measure nothing more; wait until everything sent is acknowledged. Return whether that was reached."""
        self._closing = True
        self._wakeup.nudge()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(at_most_s):
                await self._idle.wait()
                while self.unacknowledged:
                    await self._wakeup.wait(BREATH_S * 10)
        return self._idle.is_set() and not self.unacknowledged

    def _client(self) -> aiomqtt.Client:
        return aiomqtt.Client(
            "127.0.0.1",
            self._port,
            identifier=self.plan.hub,
            username=self.plan.hub,
            password=self._password,
            protocol=aiomqtt.ProtocolVersion.V5,
            will=aiomqtt.Will(self._topic("state"), self._state(online=False), qos=1),
            timeout=PUBLISH_TIMEOUT_S,
        )

    def _topic(self, leaf: str) -> str:
        return f"stepguard/v1/{self.plan.hub}/{leaf}"

    def _state(self, *, online: bool) -> bytes:
        return json.dumps({"online": online, "boot": self._boot, "battery_pct": 83, "software": "demo"}).encode()

    async def _listen(self, client: aiomqtt.Client) -> None:
        """Take what the gateway sends down: acknowledgements free memory, requests are passed to the person."""
        with contextlib.suppress(aiomqtt.MqttError):  # the sending side sees the same loss and reconnects
            async for heard in client.messages:
                body = json.loads(bytes(heard.payload)) if isinstance(heard.payload, bytes | bytearray) else {}
                if heard.topic.value.endswith("down/ack"):
                    self._forget(body)
                elif "resend" in body:
                    self._resend.update(seq for seq in body["resend"] if seq in self.unacknowledged)
                    self._wakeup.nudge()
                else:
                    self.ask(body.get("vitals", ()))

    def _forget(self, acknowledged: dict[str, object]) -> None:
        upto = acknowledged.get("seq")
        if acknowledged.get("boot") != self._boot or not isinstance(upto, int):
            return
        for seq in [kept for kept in self.unacknowledged if kept <= upto]:
            del self.unacknowledged[seq]
        if not self.unacknowledged:
            self._wakeup.nudge()

    async def _measure_and_send(self, client: aiomqtt.Client) -> None:
        while True:
            if not self._closing:
                self._idle.clear()
                await self._do_what_is_due(client)
            for seq in sorted(self._resend & self.unacknowledged.keys()):
                await self._publish(client, self.unacknowledged[seq])
            self._resend.clear()
            self._idle.set()
            due = min(at for at in (self._round_at, self._asked_at, self._garbage_at) if at is not None)
            wait_s = 1.0 if self._closing or self._silent() else self._clock.wall_seconds(due - self._clock.now())
            await self._wakeup.wait(min(1.0, max(BREATH_S, wait_s)))

    async def _do_what_is_due(self, client: aiomqtt.Client) -> None:
        now = self._clock.now()
        if self._garbage_at is not None and now >= self._garbage_at:
            await self._publish(client, garbage(GARBAGE[self._garbage_sent % len(GARBAGE)], now))
            self._garbage_sent += 1
            self._garbage_at = now + GARBAGE_EVERY
        if self._silent():
            return
        if now >= self._round_at:
            await self._round(client, REQUIRED)
        elif self._asked_at is not None and now >= self._asked_at:
            groups, self._asked_at, self._asked_for = self._asked_for, None, frozenset()
            await self._round(client, [group for group in REQUIRED if group in groups])

    async def _round(self, client: aiomqtt.Client, groups: Sequence[str]) -> None:
        """Measure these groups, one device after the other; on a new fever stop and do what the card says."""
        now = self._clock.now()
        seen = measured(vitals_at(self.plan.course, now), self._rng)
        newly_febrile = seen.temperature_c >= FEVER_C and not self._febrile and "temperature" in groups
        for group in groups[:1] if newly_febrile else groups:
            await self._send(client, seen, group)
        if newly_febrile:
            self.ask(groups[1:] or REQUIRED[1:])
        if "temperature" in groups:
            self._febrile = seen.temperature_c >= FEVER_C
        self._round_at = next_measurement(self.plan.card, now, seen)
        if not is_red(seen):
            self._round_at += late_by(self._rng) * (0.3 if self._febrile else 1.0)

    async def _send(self, client: aiomqtt.Client, seen: Vitals, group: str) -> None:
        self._seq += 1
        at = self._clock.now() + (WRONG_CLOCK_AHEAD if self.plan.habit is Habit.WRONG_CLOCK else timedelta())
        payload = message(boot=self._boot, seq=self._seq, measured_at=at, seen=seen, groups=(group,))
        self.unacknowledged[self._seq] = payload
        await self._publish(client, payload)
        if self._rng.uniform() < DUPLICATE_SHARE:
            await self._publish(client, payload)

    async def _publish(self, client: aiomqtt.Client, payload: bytes) -> None:
        await client.publish(self._topic("up/reading"), payload, qos=1)
        self.published += 1

    def _silent(self) -> bool:
        return self._left_home or self.plan.habit is Habit.STOPS_MEASURING


class Street:
    """All homes of a demonstration, each in its own task."""

    def __init__(self, plans: Sequence[HomePlan], passwords: Mapping[HubName, str], clock: Clock, port: int) -> None:
        self.homes = {plan.code: Home(plan, passwords[plan.hub], clock, port) for plan in plans}
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        """Connect every home."""
        self._tasks = [asyncio.create_task(home.live(), name=home.plan.hub) for home in self.homes.values()]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Disconnect every home; what broke in one of them is raised."""
        for task in self._tasks:
            task.cancel()
        ended = await asyncio.gather(*self._tasks, return_exceptions=True)
        broken = [one for one in ended if isinstance(one, Exception)]
        if broken:
            raise ExceptionGroup("simulated homes broke down", broken)

    async def close(self, at_most_s: float) -> bool:
        """Stop measuring everywhere and wait for the last acknowledgement. Return whether all were received."""
        return all(await asyncio.gather(*(home.close(at_most_s) for home in self.homes.values())))

    def published(self) -> int:
        """Return how many readings all homes have published so far."""
        return sum(home.published for home in self.homes.values())
