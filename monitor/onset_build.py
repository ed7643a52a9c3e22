"""Fits monitor/data/onset.toml from monitor/data/onset_sources.toml: `python -m monitor.onset_build [--check]`."""

import hashlib
import sys
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np

from monitor.catalogue_file import load_references
from monitor.catalogue_origin import Reference
from monitor.onset_fit import Fit, Method, envelope, fit
from monitor.onset_published import PublishedError, check_row, cites_of, figures_of

HERE = Path(__file__).parent / "data"
SOURCES = HERE / "onset_sources.toml"
FITTED = HERE / "onset.toml"
SHARES = {"q2_5_h": 0.025, "q25_h": 0.25, "q50_h": 0.5, "q75_h": 0.75, "q97_5_h": 0.975, "q99_5_h": 0.995}
KNOTS_H = tuple(float(f"{hours:.6g}") for hours in np.geomspace(0.05, 336, 64))
TOLERANCE = 2e-3
_WHOLE_FROM_H = 10
_HEAD = """# Onset of cytokine release syndrome after a dose, hours from the start of that dose, among those who get it.
# Written by `make fits` from onset_sources.toml; do not edit. How: docs/decisions/0019-fits-of-onset-times.md.
#
# `q*_h` are percentiles, whole hours from 10 h on; 336 h is the end of the tail: read it as 336 h or later.
# `closes_h` is the operational close. `envelope_*` is the least and the greatest value over families,
# contaminations and, for the median, the two readings of days. `median_from_h` to `median_to_h` is what the printed
# median can mean. `cdf` and `density_per_h` are the fitted distribution at `knots_h`, without the tail.
# `steps` (a step's name or alias) and `schedules` limit a row; none means every dose, every schedule.
# The fits are engineering, unsigned; `published` is what the source says.
# `cites` names the sources in drugs/sources.toml, `source` gives their short names.
"""


def main(arguments: list[str]) -> int:
    """Write the fitted file, or with --check compare it. Exit 0 done, 1 out of date, 2 unusable."""
    if arguments not in ([], ["--check"]):
        print("usage: python -m monitor.onset_build [--check]", file=sys.stderr)  # noqa: T201 - a command
        return 2
    try:
        sources = read(SOURCES)
        rows = list(fitted(sources))
    except (OSError, tomllib.TOMLDecodeError, PublishedError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command
        return 2
    if not arguments:
        FITTED.write_text(spell(rows, sources), encoding="utf-8")
        return 0
    stale = differences(rows, sources, read(FITTED)) if FITTED.exists() else ["onset.toml is missing"]
    for line in stale:
        print(f"{line}; run make fits", file=sys.stderr)  # noqa: T201 - a command
    return 1 if stale else 0


def read(path: Path) -> dict[str, Any]:
    """Return the tables of a TOML file."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def fitted(sources: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Fit every row in the order of the file, telling on stderr how far it is."""
    rows = sources["onset"]
    for number, row in enumerate(rows, 1):
        check_row(row)
        label = " ".join([row["drug"], *row.get("schedules", ()), *row.get("steps", ())])
        print(f"{number}/{len(rows)} {label}", file=sys.stderr, flush=True)  # noqa: T201 - progress
        yield fit_row(row, sources["method"])


def method_of(numbers: Mapping[str, Any]) -> Method:
    """Return the fitting method that the file's numbers describe."""
    value = {name: row["value"] for name, row in numbers.items()}
    return Method(
        contamination=float(value["contamination"]),
        tail_h=float(value["tail_h"]),
        median_from=float(value["median_from_h"]),
        median_to=float(value["median_to_h"]),
        spread_from=float(value["spread_from"]),
        spread_to=float(value["spread_to"]),
        spread_scale=float(value["spread_scale"]),
        points=int(value["points"]),
        family=value["families"][0],
    )


def fit_row(row: Mapping[str, Any], numbers: Mapping[str, Any]) -> dict[str, Any]:
    """Return one row of the fitted file."""
    method = method_of(numbers)
    clock = float(numbers["dose_clock_h"]["value"])
    families = tuple(numbers["families"]["value"])
    contaminations = tuple(float(share) for share in numbers["contaminations"]["value"])
    texts = {text["id"]: text for text in row["published"]}
    used = texts[row["uses"]]
    base = figures_of(used, dose_clock_h=clock)
    covered = [figures_of(texts[name], dose_clock_h=clock) for name in row.get("close_covers", ())]
    limits = envelope((base, *covered), method, families, contaminations)
    low, high = limits[0.5]
    granular = used["convention"] == "calendar"
    if granular:
        elapsed = figures_of(used, dose_clock_h=clock, convention="elapsed")
        other = envelope((elapsed,), method, families, contaminations)[0.5]
        low, high = min(low, other[0]), max(high, other[1])
    one = fit(base, method)
    result: dict[str, Any] = {name: row[name] for name in ("drug", "route")}
    result |= {"steps": list(row.get("steps", ())), "schedules": list(row.get("schedules", ()))}
    result |= {name: rounded(one.quantile(share)) for name, share in SHARES.items()}
    result["closes_h"] = closes(limits[0.975][1], numbers)
    result |= {
        "envelope_q50_h": [rounded(low), rounded(high)],
        "envelope_q97_5_h": [rounded(hours) for hours in limits[0.975]],
        "day_granular": granular,
    }
    if base.median is not None:
        result |= {"median_from_h": base.median[0], "median_to_h": base.median[1]}
    result |= {"published": used["text"], "uses": row["uses"], "why": row["why"]}
    result |= {name: used[name] for name in ("unit", "convention", "counted_from", "n", "n_basis")}
    result |= {"source": _short(used), "cites": cites_of(used)}
    result |= {name: used[name] for name in ("confidence", "checked")}
    result |= {"verified_by": used["verified_by"], "research": row.get("research", False)}
    result["inputs"] = inputs_digest(row, numbers)
    result["other"] = [
        f"{text['text']} ({_short(text)}; {text['confidence']}): {text['not_used']}"
        for text in row["published"]
        if text is not used
    ]
    return result | curve_of(one)


@cache
def _references() -> Mapping[str, Reference]:
    return load_references()


def _short(text: Mapping[str, Any]) -> str:
    """Return the sources of a text by their short names; refuse one that is not in the list of sources."""
    if unknown := [key for key in cites_of(text) if key not in _references()]:
        raise PublishedError(f"{text['id']}: {unknown[0]!r} is not in drugs/sources.toml; add it or correct the id")
    return "; ".join(_references()[key].short for key in cites_of(text))


def inputs_digest(row: Mapping[str, Any], numbers: Mapping[str, Any]) -> str:
    """Return a short digest of every number a fitted row rests on, so that a stale row is known without fitting."""
    clock = float(numbers["dose_clock_h"]["value"])
    figures = {text["id"]: figures_of(text, dose_clock_h=clock) for text in row["published"]}
    rests_on = (
        figures[row["uses"]],
        [figures[name] for name in row.get("close_covers", ())],
        {name: number["value"] for name, number in sorted(numbers.items())},
    )
    return hashlib.sha256(repr(rests_on).encode()).hexdigest()[:12]


def curve_of(one: Fit) -> dict[str, list[float]]:
    """Return the distribution and its density per hour at the shared knots."""
    at = np.array(KNOTS_H)
    nudge = 1e-4
    density = (one.cdf(at * (1 + nudge)) - one.cdf(at * (1 - nudge))) / (2 * nudge * at)
    return {
        "cdf": [float(f"{value:.6g}") for value in one.cdf(at)],
        "density_per_h": [float(f"{max(value, 0.0):.5g}") for value in density],
    }


def rounded(hours: float) -> float:
    """Return hours as precise as such fits are: whole from 10 h on, one decimal below."""
    return float(round(hours)) if hours >= _WHOLE_FROM_H - 0.05 else round(hours, 1)


def closes(latest_h: float, numbers: Mapping[str, Any]) -> float:
    """Return the operational close for the greatest 97.5th percentile of the envelope."""
    step = float(numbers["closes_in_steps_of_h"]["value"])
    least, most = (float(numbers[name]["value"]) for name in ("closes_at_least_h", "closes_at_most_h"))
    return min(max(least, ceil(latest_h / step) * step), most)


def differences(rows: list[dict[str, Any]], sources: Mapping[str, Any], shipped: Mapping[str, Any]) -> list[str]:
    """Return in words where freshly fitted rows and the shipped file differ by more than rounding."""
    told = []
    if shipped.get("risk") != sources["risk"] or any(
        number != sources["method"][name] for name, number in shipped.get("tail", {}).items()
    ):
        told.append("onset.toml: the numbers of [risk] or [tail] differ from onset_sources.toml")
    old = shipped.get("onset", [])
    if len(old) != len(rows):
        told.append(f"onset.toml has {len(old)} rows, onset_sources.toml {len(rows)}")
    for new, was in zip(rows, old, strict=False):
        told += [
            f"onset.toml: {new['drug']} {' '.join(new['steps'])} {key} is {was.get(key)!r}, fitted {value!r}"
            for key, value in new.items()
            if not _same(value, was.get(key))
        ]
    return told


def _same(one: object, other: object) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(_same(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, int | float) and isinstance(other, int | float) and not isinstance(one, bool):
        return abs(one - other) <= TOLERANCE * max(abs(one), 1e-3)
    return one == other


def spell(rows: list[dict[str, Any]], sources: Mapping[str, Any]) -> str:
    """Return the fitted file."""
    lines = [_HEAD, f"knots_h = {_plain(list(KNOTS_H))}", "", "[tail]"]
    lines += [_inline(name, sources["method"][name]) for name in ("contamination", "tail_h")]
    lines += ["", "[risk]", *(_inline(name, number) for name, number in sources["risk"].items())]
    for row in rows:
        lines += ["", "[[onset]]", *(f"{key} = {_plain(value)}" for key, value in row.items())]
    return "\n".join(lines) + "\n"


def _inline(name: str, number: Mapping[str, Any]) -> str:
    return f"{name} = {{ {', '.join(f'{key} = {_plain(value)}' for key, value in number.items())} }}"


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ", ".join(_plain(item) for item in value) + "]"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
