"""The trigger table for many values at once: what `monitor.columns` says of one value, as ranks of whole arrays.

Every function takes the same numbers of the same `Rules` and gives the same rank for the same value and patient;
tests/monitor/test_ward.py holds them against each other. Numbers are exact: decimals become whole multiples of one
power of ten for each table, so that nothing is rounded and 37.99 is no fever here either.

A row without a value has the rank `NOT_MEASURED`, which is below routine: missing is never normal.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.columns import WATCHED_SITES, Bedside
from monitor.rules import Rules
from monitor.state import EMERGENCY, ROUTINE, URGENT, WATCH

Numbers = Sequence[Decimal | None]
Ranks = NDArray[np.int8]
Flags = NDArray[np.bool_]
Places = NDArray[np.intp]
NOT_MEASURED = -1

_MOST_PLACES, _MOST = 3, 1000
"""Within these the largest product below, three numbers and a power of ten, fits into 64 bits. Beyond them the same
arithmetic runs on Python's own integers, slower and just as exact."""


@dataclass(frozen=True, slots=True)
class Column:
    """One number for every row, as whole multiples of 10**-places; `known` says where there is one.

    Made once and looked at under any rules. `small` says whether products of such numbers fit into 64 bits.
    """

    whole: NDArray[Any]
    known: Flags
    places: int
    small: bool

    @classmethod
    def of(cls, numbers: Numbers) -> "Column":
        """Return the column of these numbers; a row without one holds 0 and is not known."""
        met = {number for number in numbers if number is not None}
        places = max(map(_places, met), default=0)
        wholes: dict[Decimal | None, int] = {number: _whole(number, places) for number in met}
        small = places <= _MOST_PLACES and all(abs(number) <= _MOST for number in met)
        wholes[None] = 0
        return cls(
            whole=np.array([wholes[number] for number in numbers], dtype=np.int64 if small else object),
            known=np.array([number is not None for number in numbers], dtype=bool),
            places=places,
            small=small,
        )

    def take(self, rows: Places) -> "Column":
        """Return the column of some of the rows, in this order, any of them more than once."""
        return replace(self, whole=self.whole[rows], known=self.known[rows])


class Exact:
    """The common scale of one table: of its columns and of the numbers that rules compare them with."""

    def __init__(self, columns: Iterable[Column], numbers: Iterable[Decimal]) -> None:
        columns, numbers = list(columns), list(numbers)
        self._places = max([*(column.places for column in columns), *map(_places, numbers)])
        small = self._places <= _MOST_PLACES and all(column.small for column in columns)
        self._small = small and all(abs(number) <= _MOST for number in numbers)

    @property
    def one(self) -> int:
        """The whole number that stands for 1."""
        return int(10**self._places)

    def number(self, number: Decimal) -> int:
        """Return one number of the rules as a whole."""
        return _whole(number, self._places)

    def whole(self, column: Column) -> NDArray[Any]:
        """Return the numbers of a column as wholes."""
        whole = column.whole if self._small else column.whole.astype(object)
        return whole if column.places == self._places else whole * int(10 ** (self._places - column.places))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bedsides:
    """What the trigger table needs to know of every row's patient; the columns of `monitor.columns.Bedside`."""

    temperature_c: Column
    systolic_mmhg: Column
    spo2_pct: Column
    pulse_bpm: Column
    urgent: dict[str, Column]
    emergency: dict[str, Column]
    limited: dict[str, Flags]
    scale2: Flags
    beta_blocker: Flags
    minor: Flags
    masked: Flags
    symptomatic: Flags

    @classmethod
    def of(cls, bedsides: Sequence[Bedside]) -> "Bedsides":
        """Return the columns of some patients, one row each."""

        def flags(name: str) -> Flags:
            return np.array([getattr(one, name) for one in bedsides], dtype=bool)

        limits = {group: [one.limits.get(group) for one in bedsides] for group in _LIMITED}
        return cls(
            temperature_c=Column.of([one.baseline.temperature_c for one in bedsides]),
            systolic_mmhg=Column.of([one.baseline.systolic_mmhg for one in bedsides]),
            spo2_pct=Column.of([one.baseline.spo2_pct for one in bedsides]),
            pulse_bpm=Column.of([one.baseline.pulse_bpm for one in bedsides]),
            urgent={
                group: Column.of([None if own is None else own.urgent for own in column])
                for group, column in limits.items()
            },
            emergency={
                group: Column.of([None if own is None else own.emergency for own in column])
                for group, column in limits.items()
            },
            limited={group: np.array([own is not None for own in column], bool) for group, column in limits.items()},
            scale2=flags("scale2"),
            beta_blocker=flags("beta_blocker"),
            minor=flags("minor"),
            masked=flags("masked"),
            symptomatic=flags("symptomatic"),
        )

    def take(self, rows: Places) -> "Bedsides":
        """Return the columns of some of the patients, in this order, any of them more than once."""
        return Bedsides(
            temperature_c=self.temperature_c.take(rows),
            systolic_mmhg=self.systolic_mmhg.take(rows),
            spo2_pct=self.spo2_pct.take(rows),
            pulse_bpm=self.pulse_bpm.take(rows),
            urgent={group: column.take(rows) for group, column in self.urgent.items()},
            emergency={group: column.take(rows) for group, column in self.emergency.items()},
            limited={group: flags[rows] for group, flags in self.limited.items()},
            scale2=self.scale2[rows],
            beta_blocker=self.beta_blocker[rows],
            minor=self.minor[rows],
            masked=self.masked[rows],
            symptomatic=self.symptomatic[rows],
        )


_LIMITED = ("temperature", "oximetry", "blood_pressure", "respiratory_rate")


def is_watched_site(sites: Sequence[str | None]) -> Flags:
    """Return where a temperature was taken at a site that reads low."""
    return np.array([site in WATCHED_SITES for site in sites], dtype=bool)


def temperature(
    celsius: Column, low_sites: Flags, patients: Bedsides, rules: Rules, *, red: Flags, urgent: Flags, back: Flags
) -> Ranks:
    """Return the rank of each temperature (`monitor.columns.temperature`).

    Parameters
    ----------
    low_sites
        See `is_watched_site`.
    red, urgent
        Where another group is in its urgent column or worse, without and with the pulse.
    back
        Where a fever came back after an antipyretic (`monitor.state.Value`); one that never left is urgent as any is.
    """
    limits = rules.temperature
    exact = Exact(
        (celsius, patients.temperature_c, *_own_limits(patients, "temperature")),
        (limits.emergency_c, limits.fever_c, limits.watch_c, limits.baseline_band_c),
    )
    t, own = exact.whole(celsius), exact.whole(patients.temperature_c)
    usual = patients.temperature_c.known & (t <= own + exact.number(limits.baseline_band_c)) & ~low_sites
    febrile = t >= exact.number(limits.fever_c)
    return _first(
        celsius.known,
        (t >= exact.number(limits.emergency_c), EMERGENCY),
        (febrile & (red | (back & urgent)), EMERGENCY),
        (febrile, URGENT),
        *_below_limit(exact, t, patients, "temperature"),
        ((t >= exact.number(limits.watch_c)) & ~usual, WATCH),
    )


def pressure(systolic: Column, diastolic: Column, patients: Bedsides, rules: Rules) -> Ranks:
    """Return the rank of each cuff reading (`monitor.columns.pressure`)."""
    limits, masked = rules.blood_pressure, rules.masked
    exact = Exact(
        (systolic, diastolic, patients.systolic_mmhg, *_own_limits(patients, "blood_pressure")),
        (*(getattr(limits, name) for name in _PRESSURE), masked.systolic_drop_mmhg),
    )
    s, low, baseline = exact.whole(systolic), exact.whole(diastolic), exact.whole(patients.systolic_mmhg)
    number = exact.number
    urgent_below, emergency_below = _replaced(
        exact, patients, "blood_pressure", number(limits.urgent_below_mmhg), number(limits.emergency_below_mmhg)
    )
    drop, based = baseline - s, patients.systolic_mmhg.known
    far = (drop >= number(limits.urgent_drop_mmhg)) | (
        drop * (100 * exact.one) >= number(limits.urgent_drop_pct) * baseline
    )
    fell = based & (drop >= number(limits.watch_drop_mmhg))
    return _first(
        systolic.known & diastolic.known,
        (patients.minor & ~patients.limited["blood_pressure"], ROUTINE),
        (s < emergency_below, EMERGENCY),
        (s + 2 * low < 3 * number(limits.map_emergency_below_mmhg), EMERGENCY),
        (based & patients.symptomatic & (drop >= number(limits.emergency_drop_mmhg)), EMERGENCY),
        (s < urgent_below, URGENT),
        (based & far, URGENT),
        (fell & patients.beta_blocker, URGENT),
        (based & patients.masked & (drop >= number(masked.systolic_drop_mmhg)), URGENT),
        (fell, WATCH),
    )


_PRESSURE = (
    "urgent_below_mmhg", "emergency_below_mmhg", "map_emergency_below_mmhg", "watch_drop_mmhg", "urgent_drop_mmhg",
    "urgent_drop_pct", "emergency_drop_mmhg",
)  # fmt: skip


def saturation(spo2: Column, patients: Bedsides, rules: Rules) -> Ranks:
    """Return the rank of each SpO2 (`monitor.columns.saturation`)."""
    limits, masked = rules.oximetry, rules.masked
    exact = Exact(
        (spo2, patients.spo2_pct, *_own_limits(patients, "oximetry")),
        (*(getattr(limits, name) for name in _OXIMETRY), masked.spo2_at_or_below_pct, masked.spo2_drop_pct),
    )
    s, number, limited = exact.whole(spo2), exact.number, patients.limited["oximetry"]
    urgent_below, emergency_below = _replaced(
        exact,
        patients,
        "oximetry",
        np.where(patients.scale2, number(limits.scale2_urgent_below_pct), number(limits.urgent_below_pct)),
        np.where(patients.scale2, number(limits.scale2_emergency_below_pct), number(limits.emergency_below_pct)),
    )
    drop, based = exact.whole(patients.spo2_pct) - s, patients.spo2_pct.known
    hidden = patients.masked & (s <= number(masked.spo2_at_or_below_pct)) & (drop >= number(masked.spo2_drop_pct))
    watched = ~(patients.scale2 | limited) & (s < number(limits.watch_below_pct))
    usual = based & (drop <= number(limits.baseline_band_pct))
    return _first(
        spo2.known,
        (patients.minor & ~limited, ROUTINE),
        (s < emergency_below, EMERGENCY),
        (s < urgent_below, URGENT),
        (based & (drop >= number(limits.urgent_drop_pct)), URGENT),
        (based & hidden, URGENT),
        (watched & ~usual, WATCH),
    )


_OXIMETRY = (
    "watch_below_pct", "urgent_below_pct", "emergency_below_pct", "urgent_drop_pct", "baseline_band_pct",
    "scale2_urgent_below_pct", "scale2_emergency_below_pct",
)  # fmt: skip


def breaths(rates: Column, patients: Bedsides, rules: Rules) -> Ranks:
    """Return the rank of each respiratory rate (`monitor.columns.breaths`)."""
    limits = rules.respiratory_rate
    table = (limits.watch_bpm, limits.urgent_bpm, limits.emergency_bpm)
    exact = Exact((rates, *_own_limits(patients, "respiratory_rate")), table)
    rate = exact.whole(rates)
    return _first(
        rates.known,
        *_below_limit(exact, rate, patients, "respiratory_rate"),
        (patients.minor, ROUTINE),
        (rate >= exact.number(limits.emergency_bpm), EMERGENCY),
        (rate >= exact.number(limits.urgent_bpm), URGENT),
        (rate >= exact.number(limits.watch_bpm), WATCH),
    )


def pulse(
    rates: Column, index_pulse: Column, index_systolic: Column, patients: Bedsides, rules: Rules, *,
    fever_or_low_pressure: Flags,
) -> Ranks:  # fmt: skip
    """Return the rank of each pulse and of the shock index beside it (`monitor.columns.pulse`).

    Parameters
    ----------
    index_pulse, index_systolic
        The pair of the shock index; a row in which either is not known has none.
    """
    limits, masked_bpm = rules.pulse, rules.masked.pulse_bpm
    exact = Exact(
        (rates, index_pulse, index_systolic, patients.pulse_bpm, patients.systolic_mmhg),
        (*(getattr(limits, name) for name in _PULSE), masked_bpm),
    )
    rate, number = exact.whole(rates), exact.number
    p, s = exact.whole(index_pulse), exact.whole(index_systolic)
    own_p, own_s = exact.whole(patients.pulse_bpm), exact.whole(patients.systolic_mmhg)
    paired, based = index_pulse.known & index_systolic.known, patients.pulse_bpm.known & patients.systolic_mmhg.known

    def at_least(limit: Decimal) -> Flags:
        found: Flags = p * exact.one >= number(limit) * s
        return paired & found

    gap = p * own_s - own_p * s
    above = gap * exact.one >= number(limits.shock_index_above_baseline) * s * own_s
    counts = at_least(limits.shock_index_urgent) & (above | ~based)
    return _first(
        rates.known,
        (patients.minor, ROUTINE),
        (rate >= number(limits.emergency_bpm), EMERGENCY),
        (counts & fever_or_low_pressure & at_least(limits.shock_index_emergency), EMERGENCY),
        (rate >= number(limits.urgent_bpm), URGENT),
        (counts, URGENT),
        (patients.masked & (rate >= number(masked_bpm)), URGENT),
        (rate >= number(limits.watch_bpm), WATCH),
    )


_PULSE = (
    "watch_bpm", "urgent_bpm", "emergency_bpm", "shock_index_urgent", "shock_index_emergency",
    "shock_index_above_baseline",
)  # fmt: skip


def ice(scores: Sequence[int | None], best: Sequence[int | None], rules: Rules) -> Ranks:
    """Return the rank of each ICE score; `best` is the best of the last days (`monitor.columns.ice`)."""
    limits = rules.ice
    known = np.array([score is not None for score in scores], dtype=bool)
    score = np.array([0 if one is None else one for one in scores], dtype=np.int64)
    had = np.array([one is not None for one in best], dtype=bool)
    fall = np.array([0 if one is None else one for one in best], dtype=np.int64) - score
    return _first(
        known,
        (score <= limits.emergency_at_or_below, EMERGENCY),
        (score <= limits.urgent_at_or_below, URGENT),
        (had & (fall >= limits.urgent_drop), URGENT),
        (score <= limits.watch_at_or_below, WATCH),
    )


def _places(number: Decimal) -> int:
    """Return how many digits stand after the point."""
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)  # noqa: S101 - readings and rules hold finite numbers only
    return max(0, -exponent)


def _whole(number: Decimal, places: int) -> int:
    """Return `number` as a multiple of 10**-places: by whole numbers, because decimals round at 28 digits."""
    above, below = number.as_integer_ratio()
    return above * int(10**places) // below


def _own_limits(patients: Bedsides, group: str) -> tuple[Column, Column]:
    return patients.urgent[group], patients.emergency[group]


def _replaced(exact: Exact, patients: Bedsides, group: str, urgent: Any, emergency: Any) -> tuple[Any, Any]:
    """Return the limits in force below which a value is urgent and an emergency: the patient's own where set."""
    own_urgent, own_emergency = _own_limits(patients, group)
    return (
        np.where(own_urgent.known, exact.whole(own_urgent), urgent),
        np.where(own_emergency.known, exact.whole(own_emergency), emergency),
    )


def _below_limit(exact: Exact, whole: Any, patients: Bedsides, group: str) -> tuple[tuple[Any, int], ...]:
    urgent, emergency = _own_limits(patients, group)
    return (
        (emergency.known & (whole < exact.whole(emergency)), EMERGENCY),
        (urgent.known & (whole < exact.whole(urgent)), URGENT),
    )


def _first(known: Flags, *cases: tuple[Any, int]) -> Ranks:
    """Return for each row the rank of the first case that holds, routine without one."""
    holds = [np.asarray(case, dtype=bool) for case, _ in cases]
    rank = np.select(holds, [np.int8(rank) for _, rank in cases], np.int8(ROUTINE))
    found: Ranks = np.where(known, rank, np.int8(NOT_MEASURED)).astype(np.int8)
    return found
