"""Until when the label wants a patient watched after a dose, counted from the clock the label names. Pure.

In sentences: docs/behaviour.md, "Guidance".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.catalogue_facts import Observation
from monitor.window import DoseSeen

_KINDS = {
    "hospitalize": "in hospital",
    "healthcare_setting": "in a healthcare setting",
    "stay_near_facility": "near a hospital",
    "daily_checks": "checked every day",
}
"""What the label asks for, in words; what is not here has no hours to count."""
_WITH_STAFF = frozenset({"hospitalize", "healthcare_setting"})
_CLOCKS = {
    "infusion_start": "the start of the infusion",
    "infusion_end": "the end of the infusion",
    "administration": "the dose",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """One stretch from a dose on. `least` and `until` are its end as the label's fewest and most hours put it.

    `counted_at_least` says that the end of the infusion is not recorded: the hours are counted from its start, and
    the stretch lasts at least that long.
    """

    observation: Observation
    step: str
    starts: datetime
    least: datetime
    until: datetime
    counted_at_least: bool

    @property
    def asks_for_staff(self) -> bool:
        """Whether the label wants the patient where staff is."""
        return self.observation.kind in _WITH_STAFF

    def words(self, zone: ZoneInfo, earlier: str = "") -> str:
        """Return the line that is shown while it runs: what, until when, counted from where, on what condition.

        `earlier` is what the record says of the condition.
        """
        end = _clock(self.until, zone)
        span = end if self.least == self.until else f"{_clock(self.least, zone)} to {end}"
        from_where = _CLOCKS[self.observation.counted_from]
        asked = f"label: {_KINDS[self.observation.kind]} until {span}"
        counted = f"{self.observation.hours} h from {from_where} of {self.step}".replace("the dose of ", "")
        if self.counted_at_least:
            asked = f"label: {_KINDS[self.observation.kind]} at least until {span}"
            counted = f"{self.observation.hours} h from the end of the infusion of {self.step}, which is not recorded"
        condition = f"; {self.observation.condition}" if self.observation.condition else ""
        condition += f": {earlier}" if earlier else ""
        doubt = "; uncertain" if self.observation.confidence == "uncertain" else ""
        return f"{asked} ({counted}{condition}{doubt})"


def watches(doses: Sequence[DoseSeen]) -> tuple[Watch, ...]:
    """Return every stretch the label asks for after the doses given, in the order of the doses."""
    return tuple(watch for seen in doses for watch in _after(seen))


def _after(seen: DoseSeen) -> Iterator[Watch]:
    for observation in seen.step.observations if seen.step else ():
        if observation.hours_min is None or observation.kind not in _KINDS:
            continue
        ends_unknown = observation.counted_from == "infusion_end" and seen.dose.ended_at is None
        counts = seen.dose.at
        if observation.counted_from == "infusion_end" and seen.dose.ended_at is not None:
            counts = seen.dose.ended_at
        longest = observation.hours_max or observation.hours_min
        yield Watch(
            observation=observation,
            step=seen.dose.step or (seen.step.name if seen.step else "the dose"),
            starts=seen.dose.at,
            least=counts + timedelta(hours=float(observation.hours_min)),
            until=counts + timedelta(hours=float(longest)),
            counted_at_least=ends_unknown,
        )


def running(known: Sequence[Watch], now: datetime) -> tuple[Watch, ...]:
    """Return the stretches that run at `now`; at its end one has ended."""
    return tuple(watch for watch in known if watch.starts <= now < watch.until)


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
