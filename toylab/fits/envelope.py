"""Envelope of learning curves, approach 1: the model of lowest loss at each amount of compute.

    at C: N_opt(C) = argmin over the curves of L_curve(C),    N_opt ~ C^a

At many values of C the lowest curve gives a size, and a straight line through these on log-log
axes the exponent. Curves are interpolated in ln L against ln C. Where the lowest one belongs to
the smallest or the largest model, a better one may be missing, and the value does not count.
Intervals are 95 % percentile bootstraps over the curves.

Source: Hoffmann et al. 2022, arXiv:2203.15556, sec. 3.1 (approach 1).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from toylab.fits.optimal_scaling import OptimalScaling, fit_line
from toylab.fits.runs import Array, Runs
from toylab.laws.forms import FLOPS

VALUES = 1500  # of C, as in the paper
FEWEST_SIZES = 3  # that are lowest somewhere
SHORTEST_SPAN = 3.0  # the factor in C that they must span at least
SURE_SHARE = 0.9  # of the resamples must have an envelope, too
RESAMPLES, THINNED = 400, 10  # resamples look at every tenth value


@dataclass(frozen=True, eq=False)
class Curve:
    """The losses of one model on its way."""

    params: float
    tokens: Array  # (marks,) seen so far, ascending
    loss: Array  # (marks,) nats/token

    @property
    def flops(self) -> Array:
        """Spent so far, (points,)."""
        return FLOPS * self.params * self.tokens


@dataclass(frozen=True, eq=False)
class Envelope:
    """The lowest curve at each C, and the line through the sizes."""

    flops: Array = field(repr=False)  # (values,) where the lowest curve counts
    params: Array = field(repr=False)  # of that curve
    loss: Array = field(repr=False)
    scaling: OptimalScaling  # of N_opt
    sizes: int  # different ones among them


def linked(runs: Runs) -> list[Curve]:
    """Finished runs of one size, linked by amount of data, as if they were a learning curve."""
    curves = []
    for size in np.unique(runs.params):
        mine = runs.take(runs.params == size)
        tokens = np.unique(mine.tokens)
        loss = [float(np.exp(np.log(mine.loss[mine.tokens == D]).mean())) for D in tokens]
        if len(tokens) > 1:
            curves.append(Curve(float(size), tokens, np.array(loss)))
    return curves


def envelope(curves: Sequence[Curve]) -> Envelope:
    """The lower envelope of learning curves, and how its size grows.

    Raises:
        ValueError: if fewer than three sizes are lowest somewhere, or not over a range.
    """
    if len(curves) < FEWEST_SIZES:
        raise ValueError(
            f"an envelope needs learning curves of {FEWEST_SIZES} sizes at least, got "
            f"{len(curves)}: several amounts of data for each size"
        )
    ends = [(c.flops[0], c.flops[-1]) for c in curves]
    C = np.geomspace(min(e[0] for e in ends), max(e[1] for e in ends), VALUES)
    heights = np.stack([_at(curve, C) for curve in curves])  # (curves, values) ln L
    sizes = np.array([curve.params for curve in curves])
    lowest, counts = _lowest(heights, sizes)
    winners = np.unique(lowest[counts])
    if len(winners) < FEWEST_SIZES or C[counts][-1] < SHORTEST_SPAN * C[counts][0]:
        raise ValueError(
            f"only {len(winners)} sizes have the lowest loss somewhere between a smaller and a "
            "larger one; an envelope needs more sizes, or longer runs"
        )
    line = fit_line(np.log(C[counts]), np.log(lowest[counts])[None])
    again = _resampled(heights, sizes, C, line.middle)
    return Envelope(
        C[counts],
        lowest[counts],
        np.exp(heights[:, counts].min(axis=0)),
        OptimalScaling(line.middle, np.vstack([line.lines, again])),
        len(winners),
    )


def _resampled(heights: Array, sizes: Array, C: Array, middle: float) -> Array:
    """Lines through the envelopes of models drawn with replacement, (resamples, 2).

    Refuses curves of which too few resamples have an envelope.
    """
    heights, x = heights[:, ::THINNED], np.log(C[::THINNED]) - middle
    drawn = np.random.default_rng(0).integers(len(sizes), size=(RESAMPLES, len(sizes)))
    lines = []
    for models in map(np.unique, drawn):
        lowest, counts = _lowest(heights[models], sizes[models])
        if len(np.unique(lowest[counts])) >= FEWEST_SIZES:
            lines.append(_line(x[counts], np.log(lowest[counts])))
    if len(lines) < SURE_SHARE * RESAMPLES:
        raise ValueError(
            f"the envelope hangs on single models: of {RESAMPLES} resamples of the curves only "
            f"{len(lines)} have one; it needs more sizes, or several curves for each"
        )
    return np.array(lines)


def _line(x: Array, y: Array) -> tuple[float, float]:
    """Least squares: the value at x = 0, and the slope."""
    middle, off = x.mean(), x - x.mean()
    slope = float(off @ y / (off @ off))
    return float(y.mean() - slope * middle), slope


def _at(curve: Curve, flops: Array) -> Array:
    """ln L at these C; infinite where the curve does not reach."""
    x, y = np.log(curve.flops), np.log(curve.loss)
    return np.interp(np.log(flops), x, y, left=np.inf, right=np.inf)


def _lowest(heights: Array, sizes: Array) -> tuple[Array, Array]:
    """The size of the lowest curve at each value, and a mask of those that count."""
    here = np.isfinite(heights)
    best = sizes[heights.argmin(axis=0)]
    least = np.where(here, sizes[:, None], np.inf).min(axis=0)
    most = np.where(here, sizes[:, None], -np.inf).max(axis=0)
    return best, (best > least) & (best < most)
