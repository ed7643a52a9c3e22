"""Medians, ratios and the printed table of a run."""

from collections.abc import Iterator
from statistics import median


def ratios(figures: dict) -> dict[str, float]:
    """Return G1 to G3 of docs and goals, as far as both sides were measured in this run."""
    found: dict[str, float] = {}
    limits, drains, growth = (figures.get(name) for name in ("references", "throughput", "table_growth"))
    if limits and drains:
        hundred = drains["100"]
        found["G1 cpu per graded reading / bare paho receive"] = (
            hundred["cpu_s_per_10k"] / limits["paho_receive"]["cpu_s_per_10k"]
        )
        found["G2 graded rate / bare paho receive"] = hundred["graded_per_s"] / limits["paho_receive"]["rate"]
        found["G2b acknowledged rate / bare raw receive"] = (
            hundred["acknowledged_per_s"] / limits["raw_receive"]["rate"]
        )
        found["acknowledged rate / bare commits"] = hundred["acknowledged_per_s"] / limits["bare_commits"]["rate"]
    if limits and growth:
        alone = growth["empty"]
        found["G1 of the gateway alone"] = alone["cpu_s_per_10k"] / limits["paho_receive"]["cpu_s_per_10k"]
        found["G2 of the gateway alone"] = alone["rate"] / limits["paho_receive"]["rate"]
        found["G2b of the gateway alone"] = alone["rate"] / limits["raw_receive"]["rate"]
    if growth:
        found["G3 rate with old rows / empty table"] = growth["full"]["rate"] / growth["empty"]["rate"]
    return {name: round(value, 3) for name, value in found.items()}


def medians(runs: list[dict]) -> dict[str, float]:
    """Return the median of every figure over the repetitions."""
    return {name: round(median(run[name] for run in runs if name in run), 3) for name in runs[0]}


def show(report: dict) -> None:
    """Print the figures as a table, one line each."""
    machine = report["machine"]
    print(f"{report['at']}  {machine['cores']} cores {machine['arch']}  python {report['python']}")
    print(f"median of {report['repetitions']}, {report['took_s']} s")
    for path, value in flatten(report["figures"]):
        print(f"  {path:<56} {value:>14,.3f}" if isinstance(value, float) else f"  {path:<56} {value:>14,}")


def flatten(tree: dict, prefix: str = "") -> Iterator[tuple[str, float]]:
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from flatten(value, f"{prefix}{name}  ")
        else:
            yield f"{prefix}{name}", value
