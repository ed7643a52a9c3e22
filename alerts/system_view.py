"""How the whole system stands, thing by thing: one list for the board, `stepguard status`, /readyz and the watchdog.

Read from the database alone, so that whoever can read it says the same, also while alerts is down. A database that
cannot be read at all is the caller's to tell: nothing below is known then.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlmodel import Session

from alerts.housekeeping_store import housekeeping_troubles, last_done
from alerts.line_probe import line_now
from alerts.network_watch import network_troubles
from alerts.phone import ACCOUNT_REFUSED
from alerts.sources import Trouble
from alerts.store import last_outcomes, live
from alerts.stored_sources import conditions_now
from alerts.synthetic_page import newest_trail
from gateway.conditions import NO_READING, Condition
from gateway.database import Database
from gateway.readiness import (
    GIB,
    LineState,
    SystemLine,
    clock_state,
    disk_state,
    quiet,
    watchdog_state,
    worst,
)
from gateway.store import Heartbeat, heartbeats, last_reading_at
from gateway.synthetic import WatchdogSeen, watchdogs

PARTS = ("gateway", "monitor", "alerts")
WITHOUT = {
    "gateway": "no reading is stored",
    "monitor": "no reading is graded",
    "alerts": "nobody is called",
}
BACKUP_LATE_AFTER = timedelta(hours=30)
"""One a night: a day, and time for a night that was busy."""
ANCHOR_LATE_AFTER = timedelta(minutes=5)
"""The housekeeping writes an anchor each minute; when none comes, nothing else is done by the clock either."""
BEAT_AHEAD_S = 5.0
_STATES: Mapping[str, LineState] = {"low": "doubtful", "high": "failed"}
_ABOUT_HUBS = frozenset({"deaf", "front", "hubs"})


def system_state(session: Session, now: datetime) -> list[SystemLine]:
    """Return how everything stands that the system needs to see and to call, always the same subjects in this order.

    Subjects: database, gateway, monitor, alerts, hubs (the endpoint or the broker), readings, texts (the way to the
    telephones), clock, disk, certificate, housekeeping, watchdog. `unseen` is said of what nothing here can tell.
    """
    beats, found = heartbeats(session), conditions_now(session, now)
    return [
        SystemLine(subject="database", state="ok", text=f"{session.get_bind().dialect.name}: answers"),
        *(_part(part, beats.get(part), beats, now) for part in PARTS),
        _hubs(beats.get("gateway"), found, now, second_lasts=_second_lasts(beats)),
        _readings(session, found),
        _texts(session, beats.get("alerts"), now),
        _clock([*_beats_ahead(beats, now), *_compared(session, beats)]),
        _disk(_disks(beats.get("alerts"))),
        _certificate(beats.get("gateway"), found),
        _housekeeping(session, now),
        _watchdog(watchdogs(session), now),
    ]


def system_troubles(session: Session, now: datetime) -> Iterator[Trouble]:
    """Return what is wrong with clock, disk, watchdog and its text as conditions; the other lines have their own.

    A folder that is not there is none: what is done in it fails, and tells of that itself.
    """
    beats = heartbeats(session)
    disks = [one for one in _disks(beats.get("alerts")) if "fault" not in one]
    watched = (_clock(_compared(session, beats)), _disk(disks), _watchdog(watchdogs(session), now), _tried(session))
    for line in watched:
        if line is not None and line.state in {"doubtful", "failed"}:
            # A watchdog that is gone leaves the watch thinner and nobody unseen: it is not worth a nurse's night.
            high = line.state == "failed" and line.subject != "watchdog"
            since = now if line.since is None else line.since
            yield Trouble(key=f"system:{line.subject}", severity="high" if high else "low", since=since, text=line.text)


def disk_line(session: Session) -> SystemLine:
    """Return how the disks stand, as alerts measured them last."""
    return _disk(_disks(heartbeats(session).get("alerts")))


def told(database: Database, now: datetime) -> dict[str, object]:
    """Return what alerts adds to /readyz: the list of `system_state`, and how far the newest synthetic page came."""
    with database.read() as session:
        lines, trail = system_state(session, now), newest_trail(session)
    return {
        "system": [
            {
                "subject": line.subject,
                "state": line.state,
                "since": None if line.since is None else line.since.isoformat(),
                "text": line.text,
            }
            for line in lines
        ],
        "synthetic": None if trail is None else msgspec.to_builtins(trail),
    }


def _part(part: str, beat: Heartbeat | None, beats: Mapping[str, Heartbeat], now: datetime) -> SystemLine:
    if beat is None:
        return SystemLine(subject=part, state="failed", text=f"{part} has never run: {WITHOUT[part]}")
    if quiet(beat.at, now, second_lasts=_second_lasts(beats)):
        text = f"{part} has gone quiet: {WITHOUT[part]}"
        return SystemLine(subject=part, state="failed", since=beat.at, text=text)
    return SystemLine(subject=part, state="ok", text="works", since=beat.at)


def _second_lasts(beats: Mapping[str, Heartbeat]) -> timedelta:
    """Return what a wall second is on the clock of the house; a demonstration's runs faster."""
    own = beats.get("alerts")
    return timedelta(seconds=1.0 if own is None else float(own.detail.get("second_lasts_s", 1.0)))


def _hubs(
    gateway: Heartbeat | None, found: Iterable[Condition], now: datetime, *, second_lasts: timedelta
) -> SystemLine:
    told = [_line("hubs", condition) for condition in found if condition.key in _ABOUT_HUBS]
    if told:
        return _worst_of(told)
    if gateway is None or quiet(gateway.at, now, second_lasts=second_lasts):
        since = None if gateway is None else gateway.at
        return SystemLine(subject="hubs", state="unseen", since=since, text="only the gateway could tell")
    connected = gateway.detail.get("connections")
    text = "hubs are heard" if connected is None else f"hubs are heard, {connected} connected"
    return SystemLine(subject="hubs", state="ok", text=text)


def _readings(session: Session, found: Iterable[Condition]) -> SystemLine:
    told = [_line("readings", condition) for condition in found if condition.key == NO_READING]
    if told:
        return told[0]
    last = last_reading_at(session)
    if last is None:
        return SystemLine(subject="readings", state="unseen", text="no home has sent a reading yet")
    return SystemLine(subject="readings", state="ok", since=last, text="the newest of any home")


def _texts(session: Session, alerts: Heartbeat | None, now: datetime) -> SystemLine:
    told = [_of_trouble("texts", trouble) for trouble in network_troubles(session)]
    line = line_now(session, now)
    if line is not None and line.fault is not None:
        text = f"texts do not go out: {line.fault}"
        told.insert(0, SystemLine(subject="texts", state="failed", since=line.since, text=text))
    told += [
        SystemLine(subject="texts", state="failed", since=kept.incident.opened_at, text=kept.incident.reason)
        for kept in live(session, prefix="technical:mute")
    ]
    if told:
        return _worst_of(told)
    newest, tried = last_outcomes(session, 1), _tried(session)
    if tried is not None:
        return tried
    if line is not None and (alerts is None or not newest):
        text = "the telephone network answers; nothing has been sent yet of which the end is known"
        return SystemLine(subject="texts", state="unseen", since=line.since, text=text)
    if alerts is None or not newest:
        return SystemLine(subject="texts", state="unseen", text="nothing has been sent yet of which the end is known")
    last = newest[0]
    if last.state == "failed":
        return SystemLine(subject="texts", state="doubtful", since=last.created_at, text="the newest text failed")
    return SystemLine(subject="texts", state="ok", since=last.sent_at, text="the newest text arrived")


def _tried(session: Session) -> SystemLine | None:
    """Return what the watchdog's text tells of the way to the telephones; None when a text of the ward is newer."""
    trail, newest = newest_trail(session), last_outcomes(session, 1)
    if trail is None or trail.state not in {"delivered", "failed"}:
        return None
    if newest and newest[0].created_at >= trail.written_at:
        return None
    if trail.state == "delivered":
        return SystemLine(subject="texts", state="ok", since=trail.sent_at, text="the watchdog's text arrived")
    state: LineState = "failed" if trail.outcome.startswith(ACCOUNT_REFUSED) else "doubtful"
    text = f"the watchdog's text failed: {trail.outcome}"
    return SystemLine(subject="texts", state=state, since=trail.written_at, text=text)


def _clock(told: list[SystemLine]) -> SystemLine:
    if not told:
        text = "compared with no other: only a watchdog or a database server elsewhere has one"
        return SystemLine(subject="clock", state="unseen", text=text)
    return _worst_of(told)


def _beats_ahead(beats: Mapping[str, Heartbeat], now: datetime) -> list[SystemLine]:
    """Find parts that live in our future: two machines disagree, or this one's clock was set back a moment ago."""
    second_lasts = _second_lasts(beats)
    return [
        SystemLine(
            subject="clock",
            state=clock_state((beat.at - now) / second_lasts),
            since=beat.at,
            text=f"{part} beat {(beat.at - now).total_seconds():.0f} s in the future; check both clocks",
        )
        for part, beat in beats.items()
        if (beat.at - now) / second_lasts > BEAT_AHEAD_S
    ]


def _compared(session: Session, beats: Mapping[str, Heartbeat]) -> list[SystemLine]:
    """Return what the clocks of others say about this machine's."""
    own, found = beats.get("alerts"), []
    if own is not None and (measured := own.detail.get("clock")):
        found.append(_of_offset(float(measured["ahead_s"]), str(measured["against"]), _at(measured.get("since"))))
    for seen in watchdogs(session):
        if seen.reading_at is not None and seen.measured_at is not None:
            ahead_s = (seen.reading_at - seen.measured_at).total_seconds()
            found.append(_of_offset(ahead_s, f"the watchdog {seen.hub}", seen.reading_at))
    return found


def _of_offset(ahead_s: float, against: str, since: datetime | None) -> SystemLine:
    state = clock_state(ahead_s)
    if state == "ok":
        return SystemLine(subject="clock", state=state, since=since, text=f"agrees with that of {against}")
    text = f"this machine's clock is {abs(ahead_s):.0f} s {'ahead of' if ahead_s > 0 else 'behind'} that of {against}"
    return SystemLine(subject="clock", state=state, since=since, text=text)


def _disks(alerts: Heartbeat | None) -> list[Mapping[str, Any]]:
    return [] if alerts is None else list(alerts.detail.get("disk", ()))


def _disk(disks: Iterable[Mapping[str, Any]]) -> SystemLine:
    told = [_of_disk(one) for one in disks]
    if not told:
        text = "not measured: alerts has not begun to, or the database's disk is its server's to watch"
        return SystemLine(subject="disk", state="unseen", text=text)
    if worst(told) == "ok":
        return SystemLine(subject="disk", state="ok", text=", ".join(line.text for line in told))
    return _worst_of(told)


def _of_disk(one: Mapping[str, Any]) -> SystemLine:
    since, what = _at(one.get("since")), one["what"]
    if "fault" in one:
        text = f"the folder of the {what} cannot be looked at ({one['fault']})"
        return SystemLine(subject="disk", state="doubtful", since=since, text=text)
    free, total = int(one["free_bytes"]), int(one["total_bytes"])
    text = f"{what}: {free / GIB:.1f} GiB free of {total / GIB:.0f}"
    return SystemLine(subject="disk", state=disk_state(free, total), since=since, text=text)


def _certificate(gateway: Heartbeat | None, found: Iterable[Condition]) -> SystemLine:
    told = [_line("certificate", condition) for condition in found if condition.key == "certificate"]
    if told:
        return told[0]
    ends = None if gateway is None else _at(gateway.detail.get("certificate_valid_until"))
    if ends is None:
        text = "the gateway shows hubs none; a broker's and a proxy's are watched by the watchdog"
        return SystemLine(subject="certificate", state="unseen", text=text)
    return SystemLine(subject="certificate", state="ok", text=f"valid until {ends:%Y-%m-%d}")


def _housekeeping(session: Session, now: datetime) -> SystemLine:
    told = [_of_trouble("housekeeping", trouble) for trouble in housekeeping_troubles(session)]
    done = last_done(session)
    if not done:
        return SystemLine(subject="housekeeping", state="unseen", text="alerts has not begun it yet")
    for job, late_after in (("audit anchor", ANCHOR_LATE_AFTER), ("backup", BACKUP_LATE_AFTER)):
        if (at := done.get(job)) is not None and now - at >= late_after:
            told.append(SystemLine(subject="housekeeping", state="doubtful", since=at, text=f"{job}: none since"))
    if told:
        return _worst_of(told)
    if (backup := done.get("backup")) is None:
        return SystemLine(subject="housekeeping", state="unseen", text="done, but no backup is asked for")
    return SystemLine(subject="housekeeping", state="ok", since=backup, text="done; the last backup")


def _watchdog(seen: list[WatchdogSeen], now: datetime) -> SystemLine:
    if not seen:
        text = "none is set up: nobody outside notices when this system is down"
        return SystemLine(subject="watchdog", state="unseen", text=text)
    return _worst_of([_of_watchdog(one, now) for one in seen])


def _of_watchdog(seen: WatchdogSeen, now: datetime) -> SystemLine:
    state, since = watchdog_state(
        now, since=seen.since, online=seen.online, state_at=seen.state_at, reading_at=seen.reading_at
    )
    match state:
        case "failed":
            text = f"the watchdog {seen.hub} has not been heard of since"
        case "unseen":
            text = f"the watchdog {seen.hub} has not sent its first reading yet"
        case _:
            text = f"the watchdog {seen.hub} was heard"
    return SystemLine(subject="watchdog", state=state, since=since, text=text)


def _line(subject: str, condition: Condition) -> SystemLine:
    return SystemLine(subject=subject, state=_STATES[condition.severity], since=condition.since, text=condition.text)


def _of_trouble(subject: str, trouble: Trouble) -> SystemLine:
    return SystemLine(subject=subject, state=_STATES[trouble.severity], since=trouble.since, text=trouble.text)


def _worst_of(lines: list[SystemLine]) -> SystemLine:
    state = worst(lines)
    return next(line for line in lines if line.state == state)


def _at(text: object) -> datetime | None:
    return None if text is None else datetime.fromisoformat(str(text))
