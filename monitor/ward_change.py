"""Which recorded timelines can be told apart by two sets of rules at all, from their values alone.

The fold of a record looks at thresholds only through the rank of each value. Where every value of a record has the same
rank under both rules, whatever the bedside may have been at that instant, the fold cannot differ, and nothing need be
graded twice. What is not certain counts as "may differ"; a doubt costs time, never an answer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from itertools import product

import numpy as np

from monitor import ward_columns
from monitor.age import is_minor
from monitor.columns import Bedside
from monitor.record import (
    Baseline,
    BaselineChanged,
    IceAsked,
    MedicationTaken,
    ReadingTaken,
    Record,
    SymptomsReported,
)
from monitor.rules import Rules
from monitor.triage import Row, row_of
from monitor.ward import Table
from monitor.ward_columns import Bedsides, Flags, Ranks

_NO_PULSE = Decimal(0)
"""Below every limit of a pulse: what is left is what the shock index says."""

_PLAIN = Bedside(
    baseline=Baseline(),
    limits={},
    scale2=False,
    beta_blocker=False,
    minor=False,
    masked=False,
    symptomatic=False,
)


def only_triggers_differ(old: Rules, new: Rules) -> bool:
    """Return whether nothing differs but numbers that the trigger table alone looks at.

    Any other change (fever itself, cadence, holds, resolution, plausibility, the catalogue) may move every record.
    """
    keep = old.temperature
    temperature = replace(
        new.temperature,
        watch_c=keep.watch_c,
        emergency_c=keep.emergency_c,
        baseline_band_c=keep.baseline_band_c,
    )
    ice = replace(
        new.ice,
        watch_at_or_below=old.ice.watch_at_or_below,
        urgent_at_or_below=old.ice.urgent_at_or_below,
        emergency_at_or_below=old.ice.emergency_at_or_below,
        urgent_drop=old.ice.urgent_drop,
    )
    alike = replace(
        new,
        version=old.version,
        signed_by=old.signed_by,
        signed_on=old.signed_on,
        signed_version=old.signed_version,
        site=old.site,
        temperature=temperature,
        ice=ice,
        pulse=replace(old.pulse, shock_index_pulse_within=new.pulse.shock_index_pulse_within),
        blood_pressure=old.blood_pressure,
        oximetry=old.oximetry,
        respiratory_rate=old.respiratory_rate,
        masked=old.masked,
        limit_bounds=old.limit_bounds,  # looked at by enrolment, by no grading
    )
    return alike == old


def may_differ(records: Sequence[Record], old: Rules, new: Rules) -> Flags:
    """Return for each record whether its urgency may come out otherwise under `new` than under `old`."""
    if not only_triggers_differ(old, new):
        return np.ones(len(records), dtype=bool)
    seen = _Seen()
    for place, record in enumerate(records):
        seen.add(place, record, old)
    found = np.zeros(len(records), dtype=bool)
    found[seen.uncertain] = True
    if seen.rows:
        found[np.array(seen.owners)[_rows_differ(seen, old, new)]] = True
    for place, score, best in seen.scores:
        if _ice_differs(score, best, old, new):
            found[place] = True
    return found


@dataclass(slots=True)
class _Seen:
    """Every graded value of some records as rows.

    `row_of`, `bed_of` and `owners` are as long as each other: each row once beside every bed it may have been at.
    """

    rows: list[Row] = field(default_factory=list)
    bedsides: list[Bedside] = field(default_factory=list)
    row_of: list[int] = field(default_factory=list)
    bed_of: list[int] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)
    scores: list[tuple[int, int, int | None]] = field(default_factory=list)
    uncertain: list[int] = field(default_factory=list)

    def add(self, place: int, record: Record, rules: Rules) -> None:
        """Put in one record; one whose baseline changed, or who was ever under age, is uncertain at once."""
        events = record.events
        at = max((event.at for event in events), default=None)
        young = record.profile.born is not None and any(
            is_minor(record.profile, event.at, rules) for event in events[:1]
        )
        if at is None:
            return
        if young or any(isinstance(event, BaselineChanged) for event in events):
            self.uncertain.append(place)
            return
        beside = tuple(_bedsides(record))
        readings = [event for event in events if isinstance(event, ReadingTaken)]
        rows = [row_of(event.reading, rules) for event in readings]
        rows += _pairs(readings, rows, rules)
        beds = range(len(self.bedsides), len(self.bedsides) + len(beside))
        for number in range(len(self.rows), len(self.rows) + len(rows)):
            self.row_of += [number] * len(beside)
            self.bed_of += beds
        self.owners += [place] * (len(beside) * len(rows))
        self.rows += rows
        self.bedsides += beside
        scores = [event.score for event in events if isinstance(event, IceAsked)]
        self.scores += [(place, score, best) for score in set(scores) for best in {*scores, None}]


def _bedsides(record: Record) -> Iterator[Bedside]:
    """Give every bedside a value of this record may have been judged at, and the plain one a late value is."""
    profile = record.profile
    masked = any(isinstance(event, MedicationTaken) for event in record.events)
    felt = any(isinstance(event, SymptomsReported) for event in record.events)
    limits = [dict(profile.limits)]
    if any(limit.until is not None for _, limit in profile.limits):
        lasting = {group: limit for group, limit in profile.limits if limit.until is None}
        names = [group for group, limit in profile.limits if limit.until is not None]
        limits += [
            {**lasting, **{name: dict(profile.limits)[name] for name, kept in zip(names, keep, strict=True) if kept}}
            for keep in product((False, True), repeat=len(names))
        ]
    for own, hidden, symptomatic in product(limits, (False, True)[: 1 + masked], (False, True)[: 1 + felt]):
        yield Bedside(
            baseline=profile.baseline,
            limits=own,
            scale2=profile.spo2_scale == 2,  # noqa: PLR2004 - the name of a scale
            beta_blocker="beta_blocker" in profile.conditions,
            minor=False,
            masked=hidden,
            symptomatic=symptomatic,
        )
    yield _PLAIN


def _pairs(readings: Sequence[ReadingTaken], rows: Sequence[Row], rules: Rules) -> Iterator[Row]:
    """Give every pair of pressure and pulse that a shock index could be made of."""
    within = rules.pulse.shock_index_pulse_within
    cuffs = [(one.graded_at, row.systolic) for one, row in zip(readings, rows, strict=True) if row.systolic is not None]
    pulses = sorted(
        ((one.graded_at, number) for one, row in zip(readings, rows, strict=True) for number in _pulses(one, row)),
        key=lambda pulse: pulse[0],
    )
    instants = np.array([at.timestamp() for at, _ in pulses])
    for at, systolic in cuffs:
        first, last = np.searchsorted(instants, _around(at, within.total_seconds()))
        for _, number in pulses[int(first) : int(last)]:
            yield Row(pulse=_NO_PULSE, index_pulse=number, systolic=systolic)


def _around(at: datetime, seconds: float) -> tuple[float, float]:
    """Return the ends of the time around `at`, a second wider than asked."""
    return at.timestamp() - seconds - 1, at.timestamp() + seconds + 1


def _pulses(event: ReadingTaken, row: Row) -> Iterator[Decimal]:
    """Give the pulses of both devices, the one that counts and the other."""
    reading = event.reading
    if row.pulse is not None:
        yield row.pulse
        if reading.oximetry is not None and reading.oximetry.pulse_bpm not in {None, row.pulse}:
            assert reading.oximetry.pulse_bpm is not None  # noqa: S101 - None was left out in the line above
            yield reading.oximetry.pulse_bpm


def _rows_differ(seen: _Seen, old: Rules, new: Rules) -> Flags:
    """Return which rows have another rank under the new rules, in any of the ways the rest of the signs may stand."""
    table = Table.of(seen.rows).take(np.array(seen.row_of))
    patients = Bedsides.of(seen.bedsides).take(np.array(seen.bed_of))
    differ = np.zeros(len(seen.owners), dtype=bool)
    for before, after in zip(_ranks(table, patients, old), _ranks(table, patients, new), strict=True):
        differ |= before != after
    return differ


def _ranks(table: Table, patients: Bedsides, rules: Rules) -> Iterator[Ranks]:
    yield ward_columns.pressure(table.systolic, table.diastolic, patients, rules)
    yield ward_columns.saturation(table.spo2, patients, rules)
    yield ward_columns.breaths(table.breaths, patients, rules)
    never = np.zeros(len(table.floored), dtype=bool)
    for beside in (never, ~never):
        yield ward_columns.temperature(
            table.temperature, table.low_sites, patients, rules, red=beside, urgent=beside, back=never
        )
        yield ward_columns.pulse(
            table.pulse, table.index_pulse, table.systolic, patients, rules, fever_or_low_pressure=beside
        )


def _ice_differs(score: int, best: int | None, old: Rules, new: Rules) -> bool:
    ranks = [ward_columns.ice([score], [best], rules)[0] for rules in (old, new)]
    return bool(ranks[0] != ranks[1])
