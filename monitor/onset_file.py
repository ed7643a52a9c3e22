"""Reads the tables of monitor/data/onset.toml into distributions. Pure: the text was read elsewhere."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from monitor.catalogue import normalise
from monitor.onset import Curve, Onset, OnsetRow, OnsetTable, Percentiles, RiskNumbers, Tail

_PERCENTILES = ("q2_5_h", "q25_h", "q50_h", "q75_h", "q97_5_h", "q99_5_h")
_PERCENT = 100
Origin = Callable[[Mapping[str, Any], str], None]


def onset_table(tree: Mapping[str, Any], require_origin: Origin) -> OnsetTable:
    """Return the table without its background of other fevers, which is a rule.

    `require_origin` refuses a row without source, confidence and date, naming where it stands.
    """
    for name in ("contamination", "tail_h"):
        require_origin(tree["tail"][name], f"onset.toml: tail.{name}")
    tail = Tail(share=float(tree["tail"]["contamination"]["value"]), hours=float(tree["tail"]["tail_h"]["value"]))
    knots = [float(hour) for hour in tree["knots_h"]]
    rows = []
    for row in tree["onset"]:
        require_origin(row, f"onset.toml: {row.get('drug')}")
        rows.append(_row(row, knots, tail))
    return OnsetTable(rows=tuple(rows), risk=_risk(tree["risk"], tail, require_origin))


def _row(row: Mapping[str, Any], knots: list[float], tail: Tail) -> OnsetRow:
    shares, density = ([float(value) for value in row[key]] for key in ("cdf", "density_per_h"))
    means = (float(row["median_from_h"]), float(row["median_to_h"])) if "median_from_h" in row else None
    low, high = (float(value) for value in row["envelope_q50_h"])
    return OnsetRow(
        drug=normalise(row["drug"]),
        route=row["route"],
        steps=frozenset(normalise(step) for step in row["steps"]),
        schedules=frozenset(normalise(schedule) for schedule in row["schedules"]),
        onset=Onset(
            hours=_percentiles(row),
            closes_h=float(row["closes_h"]),
            source=row["source"],
            confidence=row["confidence"],
            curve=Curve.through(knots, shares, density),
            tail=tail,
            median_means=means,
            day_granular=row["day_granular"],
        ),
        published=row["published"],
        uses=row["uses"],
        why=row["why"],
        unit=row["unit"],
        convention=row["convention"],
        counted_from=row["counted_from"],
        n=row["n"],
        n_basis=row["n_basis"],
        checked=row["checked"],
        cites=tuple(row["cites"]),
        verified_by=row["verified_by"],
        research=row["research"],
        envelope_median_h=(low, high),
        other=tuple(row["other"]),
    )


def _percentiles(row: Mapping[str, Any]) -> Percentiles:
    q2, q25, q50, q75, q97, q99 = (float(row[key]) for key in _PERCENTILES)
    return q2, q25, q50, q75, q97, q99


def _risk(numbers: Mapping[str, Any], tail: Tail, require_origin: Origin) -> RiskNumbers:
    def value(name: str) -> float:
        require_origin(numbers[name], f"onset.toml: risk.{name}")
        return float(numbers[name]["value"])

    return RiskNumbers(
        background_per_h=math.nan,  # a rule that a site may set: see `OnsetTable.with_background`
        background_factor=value("background_factor"),
        visible_masked=value("fever_visible_masked_pct") / _PERCENT,
        rate_when_unknown=value("crs_rate_when_unknown_pct") / _PERCENT,
        closing_from=value("closing_from_probability_pct") / _PERCENT,
        remembered_h=tail.hours,
    )
