"""Keeps the lines of patients about whom nothing has changed: most of a large ward, most seconds. Decides no word.

A line is kept while its overview is the very same value and none of its words can have changed with the time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from console.views import onset
from console.views.cells import Incident, Row
from console.views.rows import LONGEST_GRACE, row
from gateway.reading import PatientId
from monitor.overview import Overview

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class _Kept:
    overview: Overview
    zone: tzinfo
    blind: bool
    made_at: datetime
    until: datetime
    row: Row

    def holds(self, overview: Overview, now: datetime, zone: tzinfo, *, blind: bool) -> bool:
        same = self.overview is overview and self.zone is zone and self.blind is blind
        return same and self.made_at <= now < self.until


@dataclass(slots=True)
class RowBook:
    """The lines of one console's board."""

    _kept: dict[PatientId, _Kept] = field(default_factory=dict)

    def row(
        self, overview: Overview, incidents: Sequence[Incident], now: datetime, zone: tzinfo, *, blind: bool
    ) -> Row:
        """Return what `console.views.rows.row` returns."""
        if incidents or overview.attributions:  # they count seconds, or down
            return row(overview, incidents, now, zone, blind=blind)
        kept = self._kept.get(overview.patient_id)
        if kept is not None and kept.holds(overview, now, zone, blind=blind):
            return kept.row
        made = row(overview, incidents, now, zone, blind=blind)
        self._kept[overview.patient_id] = _Kept(overview, zone, blind, now, steady_until(overview, now), made)
        return made


def steady_until(overview: Overview, now: datetime) -> datetime:
    """Return until when no word of a patient's line changes by itself, a minute at most."""
    return min((at for at in _changes(overview, now) if at > now), default=now + _MINUTE)


def _changes(overview: Overview, now: datetime) -> Iterator[datetime]:
    yield now + _MINUTE
    values = (overview.temperature, overview.oximetry, overview.blood_pressure, overview.pulse)
    for since in (overview.dose_at, *(each.measured_at for each in values if each is not None)):
        if since is not None:
            yield since + ((now - since) // _MINUTE + 1) * _MINUTE
    if overview.curve is not None and overview.dose_at is not None:
        for bin_number in range(onset.BINS + 1):
            # a moment early: where a bin ends is divided in floating point
            yield overview.dose_at + timedelta(hours=overview.curve.hours * bin_number / onset.BINS) - _EARLY
            yield overview.dose_at + timedelta(hours=overview.curve.hours * bin_number / onset.BINS) + _EARLY
    if overview.assessment is not None:
        due = overview.assessment.next_due
        for at in (due.temperature, due.oximetry, due.blood_pressure):
            if at is not None:
                yield at + LONGEST_GRACE + timedelta.resolution
        if due.ice is not None:
            yield due.ice


_EARLY = timedelta(milliseconds=10)
