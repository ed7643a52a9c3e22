"""Draws the onset window of a dose in seven characters, the present hour marked by a bar. Pure.

An unknown distribution is drawn as `?`: an empty cell would look like no risk.
"""

from functools import lru_cache

from monitor.overview import OnsetCurve

UNKNOWN = "?"
NOW_MARK = "│"
BEYOND_MARK = "→"
BARS = "▁▂▃▄▅▆▇█"
BINS = 6


def resample(density: tuple[float, ...], bins: int) -> tuple[float, ...]:
    """Return the mean height of `bins` equal stretches, scaled so that the tallest is 1. `density` is not empty."""
    count = len(density)
    means = []
    for index in range(bins):
        start = index * count / bins
        stop = (index + 1) * count / bins
        weights = [max(0.0, min(stop, k + 1) - max(start, k)) for k in range(count)]
        means.append(sum(w * d for w, d in zip(weights, density, strict=True)) / sum(weights))
    tallest = max(means)
    return tuple(mean / tallest if tallest else 0.0 for mean in means)


def bar(height: float) -> str:
    """Return the block character for a relative height 0..1; the lowest block also stands for zero."""
    return BARS[min(len(BARS) - 1, max(0, round(height * (len(BARS) - 1))))]


def sparkline(curve: OnsetCurve | None, hours: float | None, *, bins: int = BINS) -> str:
    """Return the curve with `│` before the stretch that contains the present hour, `→` when it lies beyond.

    Without a dose time there is no mark. One character longer than `bins` when marked.
    """
    if curve is None or not curve.density:
        return UNKNOWN
    line = _bars(curve.density, bins)
    if hours is None:
        return line
    if hours >= curve.hours:
        return line + BEYOND_MARK
    at = int(max(0.0, hours) / curve.hours * bins)
    return line[:at] + NOW_MARK + line[at:]


@lru_cache(maxsize=1024)
def _bars(density: tuple[float, ...], bins: int) -> str:
    return "".join(bar(height) for height in resample(density, bins))
