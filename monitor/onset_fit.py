"""Fits distributions of onset times to what is published about them: a median, a range, a count. Pure numpy.

Every published number is an interval, a cell: an hour is half an hour either way, a study day is the 24 hours that
bear its number. The likelihood is that of exact order statistics over those cells; the posterior is a grid over the
median and the spread. What such fits can and cannot say: docs/decisions/0019-fits-of-onset-times.md.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from monitor.special_functions import Array, binomial_tail, normal_cdf, regularised_gamma

Family = Literal["lognormal", "weibull", "gamma"]
Cell = tuple[float, float]
_EVERYTHING = 1e-7  # grid points less likely than this against the best add nothing to a quantile
_HALVINGS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What is published about `n` onsets, each number as a cell in hours after the start of the dose.

    `share_by` is a single point of the distribution: hours, and how many of `n` had begun by then. `truncated_at` is
    the hour of the next dose where later onsets were counted to that one. None is not published.
    """

    n: int
    median: Cell | None = None
    minimum: Cell | None = None
    maximum: Cell | None = None
    share_by: tuple[float, int] | None = None
    truncated_at: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """How to fit. Hours; `contamination` is the share of onsets that may be anything up to `tail_h`.

    The prior of the median is flat in its logarithm between the two medians; that of the spread, the standard
    deviation of the logarithm of a lognormal, is half-normal with `spread_scale` between the two spreads.
    """

    contamination: float
    tail_h: float
    median_from: float
    median_to: float
    spread_from: float
    spread_to: float
    spread_scale: float
    points: int
    family: Family = "lognormal"


class ImpossibleFiguresError(Exception):
    """No distribution of the grid explains the published numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A posterior: medians and spreads with their weights, which sum to 1."""

    method: Method
    median: Array
    spread: Array
    weight: Array

    def cdf(self, hours: Array | float) -> Array:
        """Return the share of onsets by each hour, averaged over the posterior, without the contamination."""
        distribution = FAMILIES[self.method.family]
        at = np.atleast_1d(np.asarray(hours, dtype=np.float64))
        return np.array([float(self.weight @ distribution(float(h), self.median, self.spread)) for h in at])

    def quantile(self, share: float) -> float:
        """Return the hour by which `share` of onsets have begun, at most the end of the tail."""
        low, high = math.log(self.method.median_from) - 12, math.log(self.method.tail_h)
        if self.cdf(self.method.tail_h)[0] <= share:
            return self.method.tail_h
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if self.cdf(math.exp(middle))[0] < share else (low, middle)
        return math.exp(high)


def _lognormal(hours: float, median: Array, spread: Array) -> Array:
    return normal_cdf((math.log(hours) - np.log(median)) / spread)


def _weibull(hours: float, median: Array, spread: Array) -> Array:
    """Return the Weibull distribution of that median whose logarithm has that standard deviation."""
    shape = math.pi / (math.sqrt(6) * spread)
    value: Array = -np.expm1(-math.log(2) * np.exp(shape * (math.log(hours) - np.log(median))))
    return value


def _gamma(hours: float, median: Array, spread: Array) -> Array:
    """Return the gamma distribution of about that median and spread of the logarithm (Wilson and Hilferty)."""
    shape = 1 / spread**2 + 0.5
    scale = median / (shape * (1 - 1 / (9 * shape)) ** 3)
    return regularised_gamma(shape, hours / scale)


FAMILIES: dict[Family, Callable[[float, Array, Array], Array]] = {
    "lognormal": _lognormal,
    "weibull": _weibull,
    "gamma": _gamma,
}


def fit(figures: Figures, method: Method) -> Fit:
    """Return the posterior of median and spread given the figures.

    Raises
    ------
    ImpossibleFiguresError
        When no point of the grid gives the figures a probability above 0.
    """
    log_medians = np.linspace(math.log(method.median_from), math.log(method.median_to), method.points)
    spreads = np.linspace(method.spread_from, method.spread_to, method.points)
    medians, spread = (part.ravel() for part in np.meshgrid(np.exp(log_medians), spreads, indexing="ij"))
    likely = likelihood(figures, method, medians, spread)
    prior = np.exp(-(spread**2) / (2 * method.spread_scale**2))
    weight = likely * prior
    if not weight.sum() > 0:
        raise ImpossibleFiguresError("no distribution of the grid explains these figures; look at cells and counts")
    keep = weight > _EVERYTHING * weight.max()
    kept = weight[keep] / weight[keep].sum()
    return Fit(
        method=method,
        median=medians[keep],
        spread=spread[keep],
        weight=kept,
    )


def likelihood(figures: Figures, method: Method, median: Array, spread: Array) -> Array:
    """Return the probability of the figures for each pair of median and spread.

    The range is the joint probability of the smallest and the largest of `n`; the median is taken as independent of
    them, which is close enough from some thirty onsets on.
    """
    whole = _contaminated(method, math.inf if figures.truncated_at is None else figures.truncated_at, median, spread)

    def cdf(hours: float) -> Array:
        if figures.truncated_at is not None:
            hours = min(hours, figures.truncated_at)
        return _contaminated(method, hours, median, spread) / whole

    likely = np.ones(median.shape)
    n = figures.n
    if figures.minimum is not None and figures.maximum is not None:
        a0, a1 = (cdf(hours) for hours in figures.minimum)
        b0, b1 = (cdf(hours) for hours in figures.maximum)
        joint = _power(b1 - a0, n) - _power(b1 - a1, n) - _power(b0 - a0, n) + _power(b0 - a1, n)
        likely = likely * np.maximum(joint, 0.0)
    if figures.median is not None:
        below = math.ceil(n / 2)
        low, high = (cdf(hours) for hours in figures.median)
        likely = likely * np.maximum(binomial_tail(n, below, high) - binomial_tail(n, below, low), 0.0)
    if figures.share_by is not None:
        hours, count = figures.share_by
        share = np.clip(cdf(hours), 1e-300, 1 - 1e-15)
        likely = likely * np.exp(count * np.log(share) + (n - count) * np.log1p(-share))
    return likely


def _power(base: Array, n: int) -> Array:
    return np.maximum(base, 0.0) ** n


def _contaminated(method: Method, hours: float, median: Array, spread: Array) -> Array:
    if hours <= 0:
        return np.zeros(median.shape)
    if math.isinf(hours):
        return np.ones(median.shape)
    core = FAMILIES[method.family](hours, median, spread)
    e = method.contamination
    return (1 - e) * core + e * min(hours / method.tail_h, 1.0)


def envelope(
    variants: tuple[Figures, ...], method: Method, families: tuple[Family, ...], contaminations: tuple[float, ...]
) -> dict[float, tuple[float, float]]:
    """Return the least and the greatest median and 97.5th percentile over readings, families and contaminations.

    Figures that no distribution of a family explains are left out of the envelope; the base fit must stand.
    """
    found: dict[float, list[float]] = {0.5: [], 0.975: []}
    for figures in variants:
        for family in families:
            for contamination in contaminations:
                try:
                    one = fit(figures, replace(method, family=family, contamination=contamination))
                except ImpossibleFiguresError:
                    continue
                for share, values in found.items():
                    values.append(one.quantile(share))
    return {share: (min(values), max(values)) for share, values in found.items() if values}
