"""The urgency of many readings at once, each by itself: what a ward's newest round says before any history.

Plausibility is judged reading by reading, by the one function there is; the trigger table then runs over whole arrays
(`monitor.ward_columns`). What needs history - emergencies that end, repeats, silence, episodes - is the fold's.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from monitor import ward_columns
from monitor.rules import Rules
from monitor.state import URGENT
from monitor.triage import Row
from monitor.ward_columns import NOT_MEASURED, Bedsides, Column, Exact, Flags, Places, Ranks, is_watched_site

GROUPS = ("temperature", "oximetry", "blood_pressure", "respiratory_rate", "pulse")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows as columns, made once and ranked under any rules."""

    temperature: Column
    low_sites: Flags
    spo2: Column
    systolic: Column
    diastolic: Column
    breaths: Column
    pulse: Column
    index_pulse: Column
    floored: Flags

    @classmethod
    def of(cls, rows: Sequence[Row]) -> "Table":
        """Return the columns of some rows."""

        def column(name: str) -> Column:
            return Column.of([getattr(row, name) for row in rows])

        return cls(
            temperature=column("temperature"),
            low_sites=is_watched_site([row.site for row in rows]),
            spo2=column("spo2"),
            systolic=column("systolic"),
            diastolic=column("diastolic"),
            breaths=column("breaths"),
            pulse=column("pulse"),
            index_pulse=column("index_pulse"),
            floored=np.array([row.floored for row in rows], dtype=bool),
        )

    def take(self, rows: Places) -> "Table":
        """Return the columns of some of the rows, in this order, any of them more than once."""
        return Table(
            temperature=self.temperature.take(rows),
            low_sites=self.low_sites[rows],
            spo2=self.spo2.take(rows),
            systolic=self.systolic.take(rows),
            diastolic=self.diastolic.take(rows),
            breaths=self.breaths.take(rows),
            pulse=self.pulse.take(rows),
            index_pulse=self.index_pulse.take(rows),
            floored=self.floored[rows],
        )


@dataclass(frozen=True, slots=True)
class WardUrgency:
    """The rank of each group in each reading, and the worst of it; `NOT_MEASURED` where nothing was graded."""

    ranks: dict[str, Ranks]
    worst: Ranks


def urgency_of(table: Table, patients: Bedsides, rules: Rules) -> WardUrgency:
    """Return the urgency of every row; every column of `patients` has as many."""
    pressure = ward_columns.pressure(table.systolic, table.diastolic, patients, rules)
    oximetry = ward_columns.saturation(table.spo2, patients, rules)
    breaths = ward_columns.breaths(table.breaths, patients, rules)
    exact = Exact([table.temperature], [rules.temperature.fever_c])
    febrile = exact.whole(table.temperature) >= exact.number(rules.temperature.fever_c)
    pulse = ward_columns.pulse(
        table.pulse,
        table.index_pulse,
        table.systolic,
        patients,
        rules,
        fever_or_low_pressure=(table.temperature.known & febrile) | (pressure >= URGENT),
    )
    red: Flags = (pressure >= URGENT) | (oximetry >= URGENT) | (breaths >= URGENT)
    temperature = ward_columns.temperature(
        table.temperature,
        table.low_sites,
        patients,
        rules,
        red=red,
        urgent=red | (pulse >= URGENT),
        back=np.zeros(len(red), dtype=bool),
    )
    ranks = dict(zip(GROUPS, (temperature, oximetry, pressure, breaths, pulse), strict=True))
    floor = np.where(table.floored, URGENT, NOT_MEASURED)
    worst: Ranks = np.max([*ranks.values(), floor], axis=0, initial=NOT_MEASURED).astype(np.int8)
    return WardUrgency(ranks=ranks, worst=worst)
