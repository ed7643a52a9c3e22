"""The home's values as lines of the page for the emergency department: newest, its age, what came before. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from alerts.paper_words import NAMES, NOT_RECORDED, ago, clock
from monitor.handover_vitals import TEXTED, Point, VitalTold, spell

CHANGE_OVER = timedelta(hours=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class VitalRow:
    """One vital as printed. `alarming` is whether it is urgent or worse by itself."""

    name: str
    newest: str
    earlier: str
    well: str
    alarming: bool


def vital_row(vital: VitalTold, now: datetime, zone: ZoneInfo) -> VitalRow:
    """Return one vital as it is printed at `now`, with times of `zone`."""
    newest = vital.newest
    well = f"{spell(vital.name, vital.baseline)} {vital.unit}" if vital.baseline else NOT_RECORDED
    name = NAMES[vital.name]
    if newest is None:
        return VitalRow(name=name, newest="not measured", earlier="", well=well, alarming=False)
    site = f" {newest.site}" if newest.site else ""
    typed = f", {TEXTED}" if newest.by_text else ""
    value = f"{spell(vital.name, newest.numbers)} {vital.unit}{site}{typed}"
    doubt = f" (doubtful: {newest.doubts[0]})" if newest.doubts else ""
    old = "" if vital.fresh else ", OLD"
    change = _change(vital, now)
    return VitalRow(
        name=name,
        newest=f"{value}, {ago(newest.at, now)}{old}{doubt}{change}",
        earlier=", ".join(_earlier(vital, point, newest, zone) for point in reversed(vital.points[:-1])),
        well=well,
        alarming=vital.urgency in {"urgent", "emergency"},
    )


def _earlier(vital: VitalTold, point: Point, newest: Point, zone: ZoneInfo) -> str:
    at = point.at.astimezone(zone)
    same_day = at.date() == newest.at.astimezone(zone).date()
    return f"{spell(vital.name, point.numbers)} " + (f"at {at:%H:%M}" if same_day else f"on {clock(point.at, zone)}")


def _change(vital: VitalTold, now: datetime) -> str:
    """Return how the first number moved over the last hours, empty where there is nothing to compare."""
    newest = vital.points[-1]
    within = [point for point in vital.points[:-1] if newest.at - point.at <= CHANGE_OVER]
    if not within or now - newest.at > CHANGE_OVER:
        return ""
    moved = newest.numbers[0] - within[0].numbers[0]
    if moved == 0:
        return ""
    told = spell(vital.name, (abs(moved),)) if vital.name == "temperature" else f"{abs(moved).normalize():f}"
    minutes = int((newest.at - within[0].at).total_seconds() // 60)
    over = f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"  # noqa: PLR2004 - as in `ago`
    return f"; {'up' if moved > 0 else 'down'} {told} in {over}"
