"""Where is the bottom of each valley, and where will it be at a larger budget?

    ln L = c_b + k (ln N - m_b)^2        at budget b
    N_opt(C) = exp(m_b) ~ C^a            a straight line on log-log axes

N parameters, L nats per token, C training FLOPs. Intervals are 95 % percentile bootstraps:
residuals, made larger for what the fit has taken out of them, are dealt anew to the runs.

Source: Hoffmann et al. 2022, arXiv:2203.15556, sec. 3.2 (approach 2). There every budget has a
curvature of its own; here one for all is the default, because single valleys are shallow.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from toylab.fits.estimate import Estimate
from toylab.fits.isoflop_budgets import Places, Valley, budgets, tokens, valley
from toylab.fits.isoflop_parabolas import Array, Parabolas
from toylab.fits.optimal_scaling import OptimalScaling, fit_line
from toylab.fits.runs import Runs

RESAMPLES = 1000
FEWEST = 3  # budgets with a bottom to be trusted
LOPSIDED, SURE = 0.25, 10.0  # a cubic term of this share of the rise, and of this F
FEWEST_TO_BEND = 5  # budgets
BENT = 0.1  # the exponent changes by as much from the smallest to the largest budget
SLIGHT = 0.01  # exponents that differ by less are worth no word
BLURRED = 0.01  # FLOPs of one budget that differ by a larger share are worth a word


@dataclass(frozen=True, eq=False)
class Profiles:
    """A study's valleys, and the lines through their bottoms."""

    valleys: tuple[Valley, ...]
    params: OptimalScaling
    tokens: OptimalScaling
    loss: OptimalScaling  # at the bottoms, as if it fell without a floor
    spread: float  # sd of the runs about their parabolas, in ln L
    warnings: tuple[str, ...]

    @property
    def used(self) -> tuple[Valley, ...]:
        """The valleys that the lines go through."""
        return tuple(valley for valley in self.valleys if not valley.trouble)


def fit(points: Runs, *, shared: bool = True, within: float = np.inf) -> Profiles:
    """The bottoms of a study's valleys, and how they grow.

    Args:
        points: finished runs.
        shared: one curvature for all budgets, else one for each.
        within: use runs within this factor of their budget's lowest one in size.

    Raises:
        ValueError: if fewer than three budgets have a bottom to be trusted; it says why.
    """
    found = _enough(points, shared, within)
    kept, C = found.trusted
    if len(kept) < FEWEST:
        troubles = [one.trouble for one in found.valleys if one.trouble]
        more = f", and {len(troubles) - 1} others likewise or worse" if troubles[1:] else ""
        raise ValueError(
            f"only {len(kept)} of {len(found.valleys)} budgets have a bottom to be trusted, "
            f"and a line needs {FEWEST}: {troubles[0]}{more}"
        )
    N = found.places[:, kept]
    D = np.stack([tokens(points, found.groups[k], found.places[:, k]) for k in kept], axis=1)
    params = fit_line(C, N)
    return Profiles(
        found.valleys,
        params,
        fit_line(C, D),
        fit_line(C, found.heights[:, kept]),
        found.spread,
        (*_warnings(points, found), *_other(points, shared, within, params.exponent)),
    )


def near(points: Runs, profiles: Profiles, factor: float) -> Runs:
    """The runs whose size is within a factor of the line through the bottoms."""
    line = profiles.params.along(points.flops)[0]
    return points.take(np.abs(np.log(points.params / line)) <= np.log(factor))


def look(points: Runs) -> tuple[Valley, ...]:
    """The valleys of a study that may not be finished, of however many budgets; see `fit`."""
    try:
        return _bottoms(points, True, np.inf).valleys
    except ValueError:
        return ()


@dataclass(frozen=True, eq=False)
class _Found:
    groups: Sequence[Places]
    valleys: tuple[Valley, ...]
    places: Array  # (1 + resamples, budgets) ln N
    heights: Array  # (1 + resamples, budgets) ln L
    spread: float
    lopsided: bool

    @property
    def trusted(self) -> tuple[list[int], Array]:
        """Which valleys the line goes through, and their ln C."""
        kept = [k for k, one in enumerate(self.valleys) if not one.trouble]
        return kept, np.log([self.valleys[k].flops for k in kept])


def _enough(points: Runs, shared: bool, within: float) -> _Found:
    found = _bottoms(points, shared, within)
    if len(found.groups) < FEWEST:
        raise ValueError(
            f"isoFLOP profiles need {FEWEST} budgets with runs of three sizes each; these "
            f"{len(points)} runs have {len(found.groups)}"
        )
    return found


@lru_cache(maxsize=32)
def _bottoms(points: Runs, shared: bool, within: float) -> _Found:
    groups = budgets(points, within)
    if not groups:
        return _Found((), (), np.empty((1, 0)), np.empty((1, 0)), 0.0, False)
    parabolas = Parabolas([np.log(points.params[group]) for group in groups], shared)
    if parabolas.freedom < 1:
        raise ValueError(
            f"{len(parabolas.x)} runs are as many as the parabolas have coefficients, so "
            "nothing is left to judge them by: add sizes, or share one curvature"
        )
    y = np.log(points.loss[np.concatenate(groups)])
    off = y - parabolas.fitted(y)
    larger = np.sqrt(len(y) / parabolas.freedom)
    dealt = np.random.default_rng(0).choice(off * larger, (RESAMPLES, len(y)))
    found = parabolas.bottoms(np.vstack([y, y - off + dealt]))
    share, F = parabolas.lopsided(y)
    return _Found(
        groups,
        tuple(valley(points, group, found, b) for b, group in enumerate(groups)),
        found.place,
        found.height,
        float(np.sqrt(off @ off / parabolas.freedom)),
        share > LOPSIDED and F > SURE,
    )


def _warnings(points: Runs, found: _Found) -> list[str]:
    kept, C = found.trusted
    said = [f"Left out: {one.trouble}." for one in found.valleys if one.trouble]
    lost = len(points) - sum(map(len, found.groups))
    if lost:
        said.append(f"{lost} of {len(points)} runs share no budget, or lie outside the window.")
    widths = [np.ptp(np.log(points.flops[group])) for group in found.groups]
    if max(widths) > BLURRED:
        said.append(
            f"Runs of one budget differ by up to {np.expm1(max(widths)):.0%} in FLOPs, which "
            "blurs the valleys."
        )
    said += _bends(C, found.places[:, kept])
    if found.lopsided:
        said.append(
            "The valleys are no parabolas over this range of sizes: one side is steeper, which "
            "shifts the bottoms. Use only runs nearer to them."
        )
    return said


def _bends(log_flops: Array, log_values: Array) -> list[str]:
    """Whether bottoms (1 + resamples, budgets) lie on a line; a sentence if surely not."""
    if len(log_flops) < FEWEST_TO_BEND:
        return []
    known = log_values[np.isfinite(log_values).all(axis=1)]
    curved = np.polynomial.polynomial.polyfit(log_flops - log_flops[0], known.T, 2)
    change = 2 * curved[2] * np.ptp(log_flops)
    told = Estimate.of(change[0], change[1:])
    if told.holds(0) or abs(told.value) < BENT:
        return []
    first, last = curved[1, 0], curved[1, 0] + change[0]
    return [
        f"The bottoms bend: the exponent goes from {first:.2f} at the smallest budget to "
        f"{last:.2f} at the largest, so one exponent describes them only on average, and "
        "extrapolation inherits the bend."
    ]


def _other(points: Runs, shared: bool, within: float, exponent: Estimate) -> list[str]:
    """Whether the other choice of curvature gives an exponent outside this one's interval."""
    try:
        found = _enough(points, not shared, within)
    except ValueError:
        return []
    kept, C = found.trusted
    if len(kept) < FEWEST:
        return []
    other = fit_line(C, found.places[:, kept]).exponent.value
    inside = exponent.holds(other)
    if inside or abs(other - exponent.value) < SLIGHT:
        return []
    choice = "a curvature for each budget" if shared else "one curvature for all budgets"
    return [
        f"With {choice} the exponent is {other:.3f}, outside this fit's interval: the answer "
        "hangs on that choice, as it does when grids are off centre."
    ]
