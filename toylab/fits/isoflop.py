"""IsoFLOP fit, approach 2: the bottoms of the valleys, and their growth with compute.

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
FEWEST_BUDGETS = 3  # with a bottom to be trusted
LOPSIDED_SHARE = 0.25  # of the rise: a smaller cubic term is worth no word
LOPSIDED_F = 10.0  # of the cubic term: with a smaller one it may be noise
FEWEST_BUDGETS_TO_BEND = 5
BENT = 0.1  # the exponent changes by as much from the smallest to the largest budget
SAME_EXPONENT = 0.01  # exponents that differ by less are worth no word
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
        return tuple(valley for valley in self.valleys if not valley.warning)


def fit(runs: Runs, *, shared: bool = True, within: float = np.inf) -> Profiles:
    """The bottoms of a study's valleys, and how they grow.

    Args:
        runs: finished runs.
        shared: one curvature for all budgets, else one for each.
        within: use runs within this factor of their budget's lowest one in size.

    Raises:
        ValueError: if fewer than three budgets have a bottom to be trusted; it says why.
    """
    bottoms = _enough(runs, shared, within)
    kept, C = bottoms.trusted
    if len(kept) < FEWEST_BUDGETS:
        raise ValueError(_too_few(bottoms.valleys, len(kept)))
    N = bottoms.places[:, kept]
    D = np.stack(
        [tokens(runs, bottoms.groups[k], bottoms.places[:, k]) for k in kept], axis=1
    )  # fmt: skip
    params = fit_line(C, N)
    return Profiles(
        bottoms.valleys,
        params,
        fit_line(C, D),
        fit_line(C, bottoms.heights[:, kept]),
        bottoms.spread,
        (*_diagnose(runs, bottoms), *_diagnose_choice(runs, shared, within, params.exponent)),
    )


def _too_few(valleys: Sequence[Valley], kept: int) -> str:
    why = [valley.warning for valley in valleys if valley.warning]
    more = f", and {len(why) - 1} others likewise or worse" if why[1:] else ""
    return (
        f"only {kept} of {len(valleys)} budgets have a bottom to be trusted, "
        f"and a line needs {FEWEST_BUDGETS}: {why[0]}{more}"
    )


def near(runs: Runs, profiles: Profiles, factor: float) -> Runs:
    """The runs whose size is within a factor of the line through the bottoms."""
    line = profiles.params.predict(runs.flops)[0]
    return runs.take(np.abs(np.log(runs.params / line)) <= np.log(factor))


def look(runs: Runs) -> tuple[Valley, ...]:
    """The valleys of a study that may not be finished, of however many budgets; see `fit`."""
    try:
        return _bottoms(runs, True, np.inf).valleys
    except ValueError:
        return ()


@dataclass(frozen=True, eq=False)
class _Bottoms:
    groups: Sequence[Places]
    valleys: tuple[Valley, ...]
    places: Array  # (1 + resamples, budgets) ln N
    heights: Array  # (1 + resamples, budgets) ln L
    spread: float
    lopsided: bool

    @property
    def trusted(self) -> tuple[list[int], Array]:
        """The valleys that the line goes through, and their ln C."""
        kept = [k for k, valley in enumerate(self.valleys) if not valley.warning]
        return kept, np.log([self.valleys[k].flops for k in kept])


def _enough(runs: Runs, shared: bool, within: float) -> _Bottoms:
    bottoms = _bottoms(runs, shared, within)
    if len(bottoms.groups) < FEWEST_BUDGETS:
        raise ValueError(
            f"isoFLOP profiles need {FEWEST_BUDGETS} budgets with runs of three sizes each; these "
            f"{len(runs)} runs have {len(bottoms.groups)}"
        )
    return bottoms


@lru_cache(maxsize=32)
def _bottoms(runs: Runs, shared: bool, within: float) -> _Bottoms:
    groups = budgets(runs, within)
    if not groups:
        return _Bottoms((), (), np.empty((1, 0)), np.empty((1, 0)), 0.0, False)
    parabolas = Parabolas([np.log(runs.params[group]) for group in groups], shared)
    if parabolas.freedom < 1:
        raise ValueError(
            f"{len(parabolas.x)} runs are as many as the parabolas have coefficients, so "
            "nothing is left to judge them by: add sizes, or share one curvature"
        )
    y = np.log(runs.loss[np.concatenate(groups)])
    off = y - parabolas.fitted(y)
    lowest = parabolas.bottoms(np.vstack([y, _resampled(y, off, parabolas.freedom)]))
    share, F = parabolas.lopsided(y)
    return _Bottoms(
        groups,
        tuple(valley(runs, group, lowest, b) for b, group in enumerate(groups)),
        lowest.place,
        lowest.height,
        float(np.sqrt(off @ off / parabolas.freedom)),
        share > LOPSIDED_SHARE and F > LOPSIDED_F,
    )


def _resampled(y: Array, off: Array, freedom: int) -> Array:
    """The parabolas with residuals dealt anew, (resamples, runs) ln L."""
    larger = np.sqrt(len(y) / freedom)
    dealt = np.random.default_rng(0).choice(off * larger, (RESAMPLES, len(y)))
    return np.asarray(y - off + dealt)


def _diagnose(runs: Runs, bottoms: _Bottoms) -> list[str]:
    kept, C = bottoms.trusted
    warnings = [f"Left out: {valley.warning}." for valley in bottoms.valleys if valley.warning]
    lost = len(runs) - sum(map(len, bottoms.groups))
    if lost:
        warnings.append(f"{lost} of {len(runs)} runs share no budget, or lie outside the window.")
    widths = [np.ptp(np.log(runs.flops[group])) for group in bottoms.groups]
    if max(widths) > BLURRED:
        warnings.append(
            f"Runs of one budget differ by up to {np.expm1(max(widths)):.0%} in FLOPs, which "
            "blurs the valleys."
        )
    warnings += _diagnose_bend(C, bottoms.places[:, kept])
    if bottoms.lopsided:
        warnings.append(
            "The valleys are no parabolas over this range of sizes: one side is steeper, which "
            "shifts the bottoms. Use only runs nearer to them."
        )
    return warnings


def _diagnose_bend(log_flops: Array, log_values: Array) -> list[str]:
    """A sentence where bottoms (1 + resamples, budgets) surely lie on no line."""
    if len(log_flops) < FEWEST_BUDGETS_TO_BEND:
        return []
    known = log_values[np.isfinite(log_values).all(axis=1)]
    curved = np.polynomial.polynomial.polyfit(log_flops - log_flops[0], known.T, 2)
    change = 2 * curved[2] * np.ptp(log_flops)
    bend = Estimate.of(change[0], change[1:])
    if bend.holds(0) or abs(bend.value) < BENT:
        return []
    first, last = curved[1, 0], curved[1, 0] + change[0]
    return [
        f"The bottoms bend: exponent {first:.2f} at the smallest budget, {last:.2f} at the "
        "largest. Do not extrapolate the line."
    ]


def _diagnose_choice(runs: Runs, shared: bool, within: float, exponent: Estimate) -> list[str]:
    """A sentence where the other choice of curvature gives an exponent outside the interval."""
    try:
        bottoms = _enough(runs, not shared, within)
    except ValueError:
        return []
    kept, C = bottoms.trusted
    if len(kept) < FEWEST_BUDGETS:
        return []
    other = fit_line(C, bottoms.places[:, kept]).exponent.value
    inside = exponent.holds(other)
    if inside or abs(other - exponent.value) < SAME_EXPONENT:
        return []
    choice = "each valley may have its own" if shared else "all valleys must have the same"
    return [
        f"If {choice} curvature, the exponent becomes {other:.3f}, outside this fit's interval: "
        "the answer depends on how you fit."
    ]
