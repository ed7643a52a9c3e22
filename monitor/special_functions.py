"""The few distribution functions that fits of onset times need, over numpy arrays.

Accuracy, held by tests/monitor/test_onset_fit.py: normal distribution 2e-7 relative, incomplete gamma 1e-9,
binomial tail 1e-12 absolute.
"""

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_ERFC = np.frompyfunc(math.erfc, 1, 1)  # numpy has no error function; the standard library's is exact
_ROUNDS = 600
_TINY = 1e-300


def normal_cdf(z: Array) -> Array:
    """Return the standard normal distribution function."""
    return 0.5 * np.asarray(_ERFC(-np.asarray(z, dtype=np.float64) / math.sqrt(2)), dtype=np.float64)


def regularised_gamma(a: Array, x: Array) -> Array:
    """Return the regularised lower incomplete gamma function P(a, x) for a > 0; x below 0 counts as 0.

    Series below a + 1, Lentz's continued fraction above.
    """
    a, x = (np.ascontiguousarray(part) for part in np.broadcast_arrays(np.asarray(a, float), np.asarray(x, float)))
    result = np.zeros(a.shape)
    low = (x > 0) & (x < a + 1)
    high = (x >= a + 1) & np.isfinite(x)
    result[low] = _series(a[low], x[low])
    result[high] = 1 - _fraction(a[high], x[high])
    result[np.isposinf(x)] = 1.0
    return result


def _scale(a: Array, x: Array) -> Array:
    """Return x**a exp(-x) / gamma(a)."""
    shapes, index = np.unique(a, return_inverse=True)
    logs = np.array([math.lgamma(shape) for shape in shapes])[index].reshape(a.shape)
    scale: Array = np.exp(a * np.log(x) - x - logs)
    return scale


def _series(a: Array, x: Array) -> Array:
    term = 1 / a
    total = term.copy()
    for n in range(1, _ROUNDS):
        term = term * x / (a + n)
        total += term
        if not term.size or float((term / total).max()) < 1e-13:  # noqa: PLR2004 - below the last digit kept
            break
    return total * _scale(a, x)


def _fraction(a: Array, x: Array) -> Array:
    b = x + 1 - a
    c = np.full(a.shape, 1 / _TINY)
    d = 1 / b
    value = d.copy()
    for n in range(1, _ROUNDS):
        factor = -n * (n - a)
        b = b + 2
        d = factor * d + b
        d = 1 / np.where(np.abs(d) < _TINY, _TINY, d)
        c = b + factor / c
        c = np.where(np.abs(c) < _TINY, _TINY, c)
        value *= d * c
        if not value.size or float(np.abs(d * c - 1).max()) < 1e-13:  # noqa: PLR2004 - below the last digit kept
            break
    return value * _scale(a, x)


def binomial_tail(n: int, k: int, p: Array) -> Array:
    """Return the probability of at least `k` successes among `n`, each of probability `p`."""
    if k <= 0:
        return np.ones(np.shape(p))
    counts = np.arange(k, n + 1)
    logs = np.array([math.lgamma(n + 1) - math.lgamma(i + 1) - math.lgamma(n - i + 1) for i in counts])
    p = np.asarray(p, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        each = logs + counts * np.log(p)[..., None]
        rest = (n - counts) * np.log1p(-p)[..., None]
        rest = np.where(counts == n, 0.0, rest)  # nothing is left over: 0 log 0 counts as 0
        total: Array = np.exp(each + rest).sum(axis=-1)
    return np.minimum(total, 1.0)
