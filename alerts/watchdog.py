"""Watches a running system from outside: tries the whole way of a reading, looks at every part, calls by its own path.

Nothing here reads the database of the watched system, nor needs any of its parts. What is known is kept in memory: a
watchdog that is started anew sees for itself within a minute, and calls again about what still lasts.
"""

import asyncio
import contextlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from alerts.fault import where
from alerts.synthetic_words import token_in, token_of
from alerts.watchdog_account import AccountClient, AccountError, Came
from alerts.watchdog_calls import Call, Calling, Reply, answered, due, look, made
from alerts.watchdog_hub import HubError, WatchdogHub
from alerts.watchdog_probes import ask, look_at_certificate, ping, post, run_command
from alerts.watchdog_round import LEGS, Leg, Round, Verdict, judge, spans_s
from alerts.watchdog_settings import Watch
from alerts.watchdog_sight import (
    Answer,
    Certificate,
    Finding,
    Known,
    Seen,
    fold,
    lasting,
    of_answer,
    of_certificate,
    of_clocks,
    of_own_path,
    of_own_sight,
    of_ping,
    of_rounds,
)
from gateway.clock import Clock

LOOK_EVERY = timedelta(seconds=10)
UNDER_WAY_EVERY = timedelta(seconds=2)
INBOX_EVERY = timedelta(minutes=1)
CERTIFICATES_EVERY = timedelta(minutes=1)
PING_EVERY = timedelta(minutes=1)
ROUND_AGAIN_AFTER = timedelta(minutes=2)
"""After a round was lost: often enough to say soon that all is well again, and thirty texts an hour at most."""
TOLD_AT: Mapping[Leg, str] = {"graded": "graded_at", "written": "written_at", "sent": "sent_at"}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class LastRound:
    """The newest round that is over."""

    round: Round
    verdict: Verdict


class Watchdog:
    """One watchdog. `tick` does everything that is due; nothing that fails outside makes it fail.

    One that is `mute` looks and calls nobody.
    """

    def __init__(self, watch: Watch, clock: Clock, zone: ZoneInfo, *, mute: bool = False) -> None:
        self._watch, self._clock, self._zone, self._mute = watch, clock, zone, mute
        self._boot = f"w{secrets.token_hex(4)}"
        self._hub = WatchdogHub(
            host=watch.way_in.host,
            port=watch.way_in.port,
            name=watch.hub,
            password=watch.password,
            boot=self._boot,
            tls=watch.tls,
            now=clock.now,
            beside=mute,
        )
        self._account = None if watch.account is None else AccountClient(watch.account)
        self._last_leg: Leg = "sent" if watch.account is None else "received"
        self._seq = 0
        self._round: Round | None = None
        self._sending: asyncio.Task[None] | None = None
        self._next_round_at = clock.now()
        self._lost: list[tuple[datetime, Verdict]] = []
        self._answers: Sequence[Answer] = ()
        self._certificates: Sequence[Certificate] = ()
        self._network_ahead_s: float | None = None
        self._own_fault: str | None = None
        self._ping_fault = False
        self._stumbles = False
        self._heard: frozenset[str] | None = None
        self._done_at: dict[str, datetime] = {}
        self._known: dict[str, Known] = {}
        self._calling = Calling()
        self.last: LastRound | None = None
        self.rounds: dict[str, int] = {"well": 0, "lost": 0}

    @property
    def findings(self) -> Sequence[Finding]:
        """What is wrong and has lasted long enough to call about, the worst first."""
        return lasting(self._known, self._clock.now())

    @property
    def known(self) -> Sequence[Finding]:
        """What is wrong at this moment, whether it lasts or not."""
        return [one.finding for one in self._known.values()]

    @property
    def calling(self) -> Calling:
        """How far the calling has come."""
        return self._calling

    @property
    def own_fault(self) -> str | None:
        """Why this watchdog cannot call by telephone, None when it can."""
        return self._own_fault

    @property
    def is_well(self) -> bool:
        """Whether the last round was well and nothing high is known, not even for a moment."""
        high = any(one.finding.severity == "high" for one in self._known.values())
        return self.last is not None and self.last.verdict.state == "well" and not high

    def pause(self) -> timedelta:
        """Return how long to wait for the next tick."""
        return LOOK_EVERY if self._round is None else UNDER_WAY_EVERY

    async def tick(self) -> None:
        """Look at everything that is due, decide, call."""
        looks = (self._ask_all(), self._read_inbox(), self._look_at_certificates())
        stumbled = [one for one in await asyncio.gather(*looks, return_exceptions=True) if isinstance(one, Exception)]
        for error in stumbled:  # what fails in one place must keep nobody from being called about the others
            log.error("a look failed", error=where(error))
        self._stumbles = bool(stumbled)
        self._go_on()
        now = self._clock.now()
        known = fold(self._known, self._seen(now), now)
        for key in known.keys() - self._known.keys():
            log.warning("something is wrong", what=key, severity=known[key].finding.severity)
        for key in self._known.keys() - known.keys():
            log.info("no longer wrong", what=key)
        self._known = known
        if not self._mute:
            await self._call()
            await self._ping()

    async def close(self) -> None:
        """End the connection of the hub with a word; one that only looked leaves the word to the running one."""
        if self._sending is not None:
            self._sending.cancel()
            await asyncio.gather(self._sending, return_exceptions=True)
        await (self._hub.hang_up() if self._mute else self._hub.leave())

    def _is_due(self, what: str, every: timedelta) -> bool:
        now, done_at = self._clock.now(), self._done_at.get(what)
        if done_at is not None and now - done_at < every:
            return False
        self._done_at[what] = now
        return True

    async def _ask_all(self) -> None:
        self._answers = await asyncio.gather(*(ask(address, self._clock) for address in self._watch.readyz))

    async def _look_at_certificates(self) -> None:
        broken = any(one.valid_until is None for one in self._certificates)
        if self._watch.certificates and self._is_due("certificates", LOOK_EVERY if broken else CERTIFICATES_EVERY):
            looks = (look_at_certificate(address, self._watch.ca) for address in self._watch.certificates)
            self._certificates = await asyncio.gather(*looks)

    async def _read_inbox(self) -> None:
        """Read what came to our own number: synthetic pages, and the word of whoever takes a trouble on."""
        if self._account is None:
            return
        waiting = self._round is not None or self._calling.began_at is not None
        if not self._is_due("inbox", timedelta(0) if waiting else INBOX_EVERY):
            return
        began_at = self._clock.now()
        try:
            inbox = await self._account.inbox()
        except AccountError as error:
            self._own_fault, self._network_ahead_s = str(error), None
            return
        self._own_fault = None
        now = self._clock.now()
        if inbox.date is not None:
            self._network_ahead_s = (inbox.date - (began_at + (now - began_at) / 2)).total_seconds()
        fresh = [one for one in inbox.texts if self._heard is None or one.reference not in self._heard]
        self._heard = frozenset(one.reference for one in inbox.texts)
        for one in reversed(fresh):
            self._take(one, now)

    def _take(self, came: Came, now: datetime) -> None:
        token = token_in(came.body)
        if token is not None:
            if self._round is not None and self._round.token == token:
                self._round = self._round.reached("received", now)
            return
        reply = Reply(reference=came.reference, sender=came.sender, body=came.body, at=now)
        before = self._calling.accepted
        self._calling = answered(self._calling, reply, self.findings, self._watch.numbers)
        if self._calling.accepted != before:
            log.info("somebody takes it on")

    def _go_on(self) -> None:
        """Begin a round that is due; take in how far the present one came, and end it when that is known."""
        now = self._clock.now()
        if self._round is None:
            if now < self._next_round_at:
                return
            if self._sending is not None:
                self._sending.cancel()
            self._seq += 1
            self._round = Round(token=token_of(self._boot, self._seq), began_at=now)
            self._sending = asyncio.create_task(self._send(self._seq), name="watchdog sends")
        self._round = self._told(self._round)
        if (self._hub.acknowledged or 0) >= self._seq and self._hub.acknowledged_at is not None:
            self._round = self._round.reached("stored", self._hub.acknowledged_at)
        verdict = judge(self._round, now, last=self._last_leg)
        if verdict.state == "under way":
            return
        self.last, self._round = LastRound(round=self._round, verdict=verdict), None
        self.rounds[verdict.state] += 1
        log.info("round", token=self.last.round.token, state=verdict.state, legs_s=spans_s(self.last.round))
        if verdict.state == "well":
            self._lost.clear()
            self._next_round_at = self.last.round.began_at + timedelta(minutes=self._watch.every_min)
        else:
            self._lost.append((self.last.round.began_at, verdict))
            # The first loss is tried again at once: until the second it is a carrier's mood.
            self._next_round_at = now if len(self._lost) == 1 else now + ROUND_AGAIN_AFTER

    def _told(self, one: Round) -> Round:
        """Take in what the watched system says of this round's page; believed only where it is bad news."""
        for answer in self._answers:
            trail = answer.synthetic
            if trail is None or trail.get("token") != one.token:
                continue
            for leg, name in TOLD_AT.items():
                if (at := trail.get(name)) is not None:
                    one = one.reached(leg, datetime.fromisoformat(at))
            if trail.get("state") == "failed":
                one = replace(one, fault=f"its page failed ({trail.get('outcome')})")
        return one

    async def _send(self, seq: int) -> None:
        token = token_of(self._boot, seq)

        def reached(leg: Leg, at: datetime) -> None:
            if self._round is not None and self._round.token == token:
                self._round = self._round.reached(leg, at)

        try:
            await self._hub.send(seq, reached)
        except HubError as error:
            if self._round is not None and self._round.token == token:
                self._round = replace(self._round, fault=str(error))

    def _seen(self, now: datetime) -> list[Seen]:
        return [
            *(seen for answer in self._answers for seen in of_answer(answer)),
            *of_clocks(self._answers, self._network_ahead_s),
            *(seen for one in self._certificates for seen in of_certificate(one, now)),
            *of_rounds(self._lost),
            *of_own_path(self._own_fault),
            *of_own_sight(failed=self._stumbles),
            *of_ping(failed=self._ping_fault),
        ]

    async def _call(self) -> None:
        now = self._clock.now()
        findings = self.findings
        self._calling = look(self._calling, findings, now)
        calls = due(self._calling, findings, self._watch.reach, now, self._zone)
        for call, well in zip(
            calls, await asyncio.gather(*(self._make(call, findings) for call in calls)), strict=True
        ):
            self._calling = made(self._calling, call, now, well=well)

    async def _make(self, call: Call, findings: Sequence[Finding]) -> bool:
        try:
            well = await self._carry(call, findings)
        except Exception as error:  # noqa: BLE001 - one way that breaks must not stop the others
            log.error("call failed", way=call.way, error=where(error))  # noqa: TRY400 - see alerts.fault
            return False
        log.warning("called", way=call.way, step=call.step, well=well)
        return well

    async def _carry(self, call: Call, findings: Sequence[Finding]) -> bool:
        match call.way:
            case "webhook":
                about = [_shown(one) for one in findings]
                body = {"from": "stepguard watchdog", "text": call.text, "findings": about}
                return await post(self._watch.webhook or "", body)
            case "command":
                return await run_command(self._watch.command, call.text)
        if self._account is None:
            return False
        with contextlib.suppress(AccountError):
            await (self._account.text if call.way == "sms" else self._account.call)(call.target, call.text)
            return True
        return False

    async def _ping(self) -> None:
        """Tell the outside that all is well; its silence is what calls when this process is gone."""
        url = self._watch.ping
        if url is not None and self.is_well and self._own_fault is None and self._is_due("ping", PING_EVERY):
            self._ping_fault = not await ping(url)


def report(dog: Watchdog, findings: Sequence[Finding]) -> dict[str, object]:
    """Return what a watchdog says of itself and of what it watches, in values that JSON can hold."""
    last = dog.last
    legs = {} if last is None else spans_s(last.round)
    return {
        "findings": [_shown(one) for one in findings],
        "round": None
        if last is None
        else {
            "token": last.round.token,
            "began_at": last.round.began_at.isoformat(),
            "state": last.verdict.state,
            "text": last.verdict.text,
            "legs_s": {leg: legs.get(leg) for leg in LEGS},
        },
        "accepted": dog.calling.accepted is not None,
    }


def _shown(one: Finding) -> dict[str, str]:
    return {"key": one.key, "severity": one.severity, "since": one.since.isoformat(), "text": one.text}
