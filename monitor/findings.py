"""What one instant of the fold came to, before it is put into words. A value between `settle` and `verdict`."""

from datetime import datetime

import msgspec

from monitor.crs import Axis, CrsGrade
from monitor.scores import IcansGrade, ShockIndex
from monitor.window import WindowNow


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """The settled facts of one instant.

    `masked_until` is the end of the longest fever-hiding drug, None when none works. `symptoms` are those held.
    `urgency` is the worst rank; `causes` name every group or circumstance that is urgent or worse.
    """

    window: WindowNow
    masked_until: datetime | None
    fever: bool | None
    symptoms: tuple[str, ...]
    hypotension: Axis
    hypoxia: Axis
    crs: CrsGrade
    icans: IcansGrade
    icans_without_crs: bool
    asks_ice: bool
    ice_unanswered_since: datetime | None
    shock_index: ShockIndex | None
    fresh: frozenset[str]
    overdue: tuple[str, ...]
    urgency: int
    causes: frozenset[str]
    attributed: frozenset[str]
    at_home: bool
    minor: bool
