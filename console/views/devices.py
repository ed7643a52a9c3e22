"""Decides how the home hubs read: in whose home each stands, when it was last heard, what is doubtful. Pure.

A hub that was never heard is said to be so; nothing that is not known is shown as fine.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.views import wording
from console.views.cells import Line, Tone
from gateway.reading import HubName, PatientCode

BATTERY_LOW_PCT = 20
"""Below it a hub is charged or changed within the day; ours, as no maker says how long the rest lasts."""

BATTERY_EMPTY_PCT = 10
QUIET_AFTER = timedelta(hours=9)
"""Somewhere a reading is due every eight hours at the slowest; as for the silence of all homes."""

CODE_WIDTH = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class HubSight:
    """One hub as it is known now. What it never said is None; `troubles` are the technical conditions it has.

    `heard_at` is the last reading or word of its own; `state_at` is when it said or lost `online`.
    """

    name: HubName
    code: PatientCode | None
    since: datetime | None
    disabled: bool
    online: bool | None
    state_at: datetime | None
    heard_at: datetime | None
    battery_pct: int | None
    software: str | None
    troubles: tuple[str, ...] = ()


def ordered(hubs: Sequence[HubSight]) -> list[HubSight]:
    """Return the hubs of homes by patient, then those in nobody's home by name."""
    return sorted(hubs, key=lambda hub: (hub.code is None, hub.code or "", hub.name))


def hub_line(hub: HubSight, now: datetime, *, wide: int) -> Line:
    """Return one hub as `P-0042     kit-17  heard 3m  battery 83%  online`; `wide` is the longest name."""
    words = [f"{hub.code or 'no home':<{CODE_WIDTH}} {hub.name:<{wide}}", _heard(hub, now), _battery(hub)]
    words.append(_line_state(hub, now))
    words += list(hub.troubles)
    return Line(text="  ".join(word for word in words if word), tone=hub_tone(hub, now))


def hub_tone(hub: HubSight, now: datetime) -> Tone:
    """Return how much a hub should stand out: silence in a home most, a spare one not at all."""
    if hub.disabled or hub.code is None:
        return Tone.DIM
    if hub.heard_at is None or now - hub.heard_at > QUIET_AFTER:
        return Tone.UNSEEN
    if hub.battery_pct is not None and hub.battery_pct < BATTERY_EMPTY_PCT:
        return Tone.URGENT
    low = hub.battery_pct is not None and hub.battery_pct < BATTERY_LOW_PCT
    return Tone.WATCH if low or hub.troubles or hub.online is False else Tone.PLAIN


def _heard(hub: HubSight, now: datetime) -> str:
    return "NEVER HEARD" if hub.heard_at is None else f"heard {wording.age(now - hub.heard_at)}"


def _battery(hub: HubSight) -> str:
    if hub.battery_pct is None:
        return "battery ?"
    low = " LOW" if hub.battery_pct < BATTERY_LOW_PCT else ""
    return f"battery {hub.battery_pct}%{low}"


def _line_state(hub: HubSight, now: datetime) -> str:
    if hub.disabled:
        return "shut out"
    if hub.online is None or hub.state_at is None:
        return ""
    return "online" if hub.online else f"OFFLINE {wording.age(now - hub.state_at)}"


def devices_head(hubs: Sequence[HubSight], now: datetime) -> Line:
    """Return the head of the list: how many stand in homes, how many of them are silent."""
    homes = [hub for hub in hubs if hub.code is not None]
    silent = [hub for hub in homes if hub_tone(hub, now) is Tone.UNSEEN]
    spare = sum(hub.code is None and not hub.disabled for hub in hubs)
    text = f"{len(homes)} hub{'' if len(homes) == 1 else 's'} in homes, {spare} spare"
    if not hubs:
        return Line(text="No hub yet: stepguard device add NAME lets one in.", tone=Tone.WATCH)
    if silent:
        return Line(text=f"{text}; {len(silent)} NOT HEARD for 9 h or ever", tone=Tone.UNSEEN)
    low = sum(hub.battery_pct is not None and hub.battery_pct < BATTERY_LOW_PCT for hub in homes)
    if low:
        return Line(text=f"{text}; {low} with a low battery", tone=Tone.WATCH)
    return Line(text=f"{text}; every one was heard within 9 h", tone=Tone.CALM)
