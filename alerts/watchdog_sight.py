"""What the watchdog sees, and since when something of it is wrong. Values in, values out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from alerts.watchdog_round import Verdict
from gateway.readiness import clock_state

Severity = Literal["low", "high"]

ANSWER_GRACE = timedelta(seconds=30)
"""A part that is restarted answers again within ten seconds; whoever is called for less learns to wait."""
PATH_GRACE = timedelta(minutes=2)
LOST_IN_A_ROW = 2
"""Rounds that must be lost one after the other: carriers delay single texts. The second follows the first at once."""

CERTIFICATE_SOON, CERTIFICATE_NOW = timedelta(days=14), timedelta(days=3)
"""As for the gateway's own certificate (gateway.conditions)."""

STANDBY_SUBJECT = "leading"
OWN_SUBJECT = "watchdog"
"""What the watched system says of us; we know better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Something wrong at this moment. It becomes a finding when it lasts for `grace`.

    `since` is when it began by the word of whoever noticed it, None: when it was first seen.
    """

    key: str
    severity: Severity
    text: str
    grace: timedelta = timedelta(0)
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something wrong that lasts: to be called about. `key` stays the same while it does."""

    key: str
    severity: Severity
    since: datetime
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Something that is wrong and may not have lasted long enough yet."""

    finding: Finding
    first_seen: datetime
    grace: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one address answered to /readyz. `status` None: nothing, for the reason in `fault`.

    `date` is the clock of that machine by its own word, None without one; `asked_at` ours in the middle of the
    question. `system` are the lines of `alerts.system_view.system_state` with a state and a text each.
    """

    address: str
    asked_at: datetime
    status: int | None
    fault: str = ""
    not_ready: Mapping[str, Mapping[str, str]]
    system: Sequence[Mapping[str, str | None]] = ()
    synthetic: Mapping[str, str | None] | None = None
    date: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """The certificate that an address shows: until when it holds, or why none could be seen or believed."""

    address: str
    valid_until: datetime | None
    fault: str = ""


def of_answer(answer: Answer) -> Iterator[Seen]:
    """Return what is wrong by one answer to /readyz, or by its absence."""
    if answer.status is None:
        key, text = f"answer:{answer.address}", f"no answer from {answer.address}: {answer.fault}"
        yield Seen(key=key, severity="high", text=text, grace=ANSWER_GRACE)
        return
    for part, subjects in answer.not_ready.items():
        for reason, why in subjects.items():
            if reason != STANDBY_SUBJECT:
                yield Seen(key=f"{part}:{reason}", severity="high", text=f"{part}: {why}", grace=ANSWER_GRACE)
    for line in answer.system:
        subject, state = line["subject"], line["state"]
        if state not in {"doubtful", "failed"} or subject == OWN_SUBJECT:
            continue
        yield Seen(
            key=f"system:{subject}",
            severity="high" if state == "failed" else "low",
            text=str(line["text"]),
            grace=ANSWER_GRACE,
            since=_at(line.get("since")),
        )


def of_clocks(answers: Iterable[Answer], network_ahead_s: float | None) -> Iterator[Seen]:
    """Return whose clock is wrong; the telephone network's decides between the two of ours, where it is known.

    Parameters
    ----------
    network_ahead_s
        How far the telephone network's clock is ahead of ours.
    """
    if network_ahead_s is not None and clock_state(network_ahead_s) != "ok":
        yield _clock(
            "clock:own", network_ahead_s, f"the watchdog's own clock is {_off(-network_ahead_s)} the network's"
        )
    for answer in answers:
        if answer.date is None:
            continue
        ahead_s = (answer.date - answer.asked_at).total_seconds()
        of_whom = "the telephone network's" if network_ahead_s is not None else "the watchdog's"
        by_s = ahead_s - network_ahead_s if network_ahead_s is not None else ahead_s
        if clock_state(by_s) != "ok":
            text = f"the clock of {answer.address} is {_off(by_s)} {of_whom}"
            yield _clock(f"clock:{answer.address}", by_s, text)


def of_certificate(seen: Certificate, now: datetime) -> Iterator[Seen]:
    """Return whether a certificate will soon cut somebody off, or nobody can be reached behind it."""
    key = f"certificate:{seen.address}"
    if seen.valid_until is None:
        yield Seen(key=key, severity="high", text=f"{seen.address}: {seen.fault}", grace=PATH_GRACE)
    elif seen.valid_until - now <= CERTIFICATE_SOON:
        text = f"the certificate of {seen.address} {_ends(seen.valid_until, now)}; renew it"
        severity: Severity = "high" if seen.valid_until - now <= CERTIFICATE_NOW else "low"
        yield Seen(key=key, severity=severity, text=text, since=seen.valid_until - CERTIFICATE_SOON)


def of_rounds(lost: Sequence[tuple[datetime, Verdict]]) -> Iterator[Seen]:
    """Return that readings do not become texts, once enough rounds in a row were lost.

    Parameters
    ----------
    lost
        When each round began that was lost since the last that was well, oldest first, and how.
    """
    if len(lost) >= LOST_IN_A_ROW:
        began_at, _ = lost[0]
        yield Seen(key="round", severity="high", text=lost[-1][1].text, since=began_at)


def of_own_path(fault: str | None) -> Iterator[Seen]:
    """Return that this watchdog's own telephone account does not answer."""
    if fault is not None:
        text = f"the watchdog cannot call by telephone: {fault}"
        yield Seen(key="own-path", severity="high", text=text, grace=PATH_GRACE)


def of_own_sight(*, failed: bool) -> Iterator[Seen]:
    """Return that this watchdog stumbles where it looks: what it says of the rest may be old."""
    if failed:
        text = "the watchdog itself fails where it looks; see its journal"
        yield Seen(key="own-sight", severity="high", text=text, grace=PATH_GRACE)


def of_ping(*, failed: bool) -> Iterator[Seen]:
    """Return that nobody outside hears that all is well; whoever waits there will call because of it."""
    if failed:
        text = "the address that is told that all is well does not answer"
        yield Seen(key="ping", severity="low", text=text, grace=PATH_GRACE)


def fold(known: Mapping[str, Known], seen: Iterable[Seen], now: datetime) -> dict[str, Known]:
    """Return everything that is wrong now with the time it began; what is not seen any more is over."""
    found: dict[str, Known] = {}
    for one in seen:
        if one.key in found and found[one.key].finding.severity == "high":
            continue  # two addresses tell of the same thing: the worse word counts
        before = known.get(one.key)
        first_seen = now if before is None else before.first_seen
        since = first_seen if before is None else before.finding.since
        if one.since is not None:
            since = min(since, one.since)
        finding = Finding(key=one.key, severity=one.severity, since=since, text=one.text)
        found[one.key] = Known(finding=finding, first_seen=first_seen, grace=one.grace)
    return found


def lasting(known: Mapping[str, Known], now: datetime) -> list[Finding]:
    """Return what has lasted for its grace, the worst first, then the oldest."""
    due = [one.finding for one in known.values() if now - one.first_seen >= one.grace]
    return sorted(due, key=lambda one: (one.severity != "high", one.since, one.key))


def _clock(key: str, off_s: float, text: str) -> Seen:
    return Seen(key=key, severity="high" if clock_state(off_s) == "failed" else "low", text=text, grace=ANSWER_GRACE)


def _off(ahead_s: float) -> str:
    return f"{abs(ahead_s):.0f} s {'ahead of' if ahead_s > 0 else 'behind'}"


def _ends(valid_until: datetime, now: datetime) -> str:
    return f"{'ends' if valid_until > now else 'ended'} on {valid_until:%Y-%m-%d}"


def _at(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
