"""The emergency departments a site may send patients to. Pure: which to tell first is decided from values."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

Stock = Literal["yes", "no", "unknown"]
STOCK_CHECKED_WITHIN = dt.timedelta(days=92)
"""After a quarter nobody relies on what a pharmacy once said it had (engineering, 2026-11-21)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """One emergency department.

    `phone` is called and printed, `text` receives the link to the page; None where a department has no number that
    takes texts. `minutes` is the way from the unit. `opens` and `closes` are None around the clock.
    `knows_bispecifics` says whether it agreed to receive these patients and was taught how; None is not known.
    """

    key: str
    name: str
    phone: str
    text: str | None = None
    address: str | None = None
    minutes: int | None = None
    tocilizumab: Stock = "unknown"
    tocilizumab_checked: dt.date | None = None
    knows_bispecifics: bool | None = None
    opens: dt.time | None = None
    closes: dt.time | None = None

    def is_open(self, at: datetime, zone: ZoneInfo) -> bool:
        """Whether it receives patients at `at`, by the site's clocks."""
        if self.opens is None or self.closes is None:
            return True
        clock = at.astimezone(zone).time()
        if self.opens <= self.closes:
            return self.opens <= clock < self.closes
        return clock >= self.opens or clock < self.closes

    def stock_words(self, today: dt.date) -> str:
        """Return what is known of its tocilizumab, with the day it was asked; an old answer is said to be old."""
        known = {"yes": "tocilizumab in stock", "no": "no tocilizumab in stock", "unknown": "tocilizumab stock unknown"}
        if self.tocilizumab_checked is None:
            return known[self.tocilizumab]
        old = ", long ago: ask" if today - self.tocilizumab_checked > STOCK_CHECKED_WITHIN else ""
        return f"{known[self.tocilizumab]} (asked {self.tocilizumab_checked.isoformat()}{old})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """Every department of the site, in the order of its file: the nearest first is the site's own choice."""

    departments: tuple[Department, ...] = ()
    timezone: str = "UTC"

    def by_key(self, key: str) -> Department | None:
        """Return the department of that key."""
        return next((one for one in self.departments if one.key == key), None)

    def order(self, chosen: Sequence[str], at: datetime) -> tuple[Department, ...]:
        """Return whom to tell about a patient, first to last.

        `chosen` are the patient's own keys; without them, or when none of them is known, the file's order holds. Who
        is closed at `at` comes after everybody who is open: a wrong opening hour must not leave nobody.
        """
        own = [found for key in dict.fromkeys(chosen) if (found := self.by_key(key)) is not None]
        zone = ZoneInfo(self.timezone)
        return tuple(sorted(own or self.departments, key=lambda one: not one.is_open(at, zone)))
