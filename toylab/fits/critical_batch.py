"""Critical batch: steps and examples to the same loss, traded against each other.

    S = S_min (1 + B_crit / B),   E = B S = E_min (1 + B / B_crit),   B_crit = E_min / S_min
    (S / S_min - 1) (E / E_min - 1) = 1

McCandlish et al. 2018 (arXiv:1812.06162), eq. 2.11 and 5.1 of Kaplan et al. 2020. Steps S are
those that a batch of B examples (or tokens) needs to reach one loss, its learning rate tuned.
At B_crit both cost twice their least. Zhang et al. 2024 call critical the batch at which steps
exceed perfect scaling, E_min / B, by 20 %: on this curve that is B_crit / 5.

A table of batches and steps is fitted by least squares in ln S, one number a batch: the
geometric mean of its runs. Intervals are Student's t and take the misfit for noise; where
repeats say that it is none, a warning does.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toylab.fits.estimate import Estimate
from toylab.laws.critical_batch import Tradeoff
from toylab.quantities import format_number, positive

Array = NDArray[np.float64]
OVERHEAD = 0.2  # steps beyond perfect scaling; Zhang et al. 2024, sec. 1
FEWEST_BATCHES = 3
VAGUE = 100.0  # an interval that spans a larger factor determines nothing
ROUGH = 0.15  # of ln S: a larger misfit is no noise of a few seeds
TINY = 1e-150
COPIED = 1e-9  # of ln S: repeats that differ by less are copies
MISFIT_CHANCE = 0.01  # of so large a misfit if the curve were right
SHORT_SPAN = 4.0  # batches that span a smaller factor hardly tell which side they are on
ALIKE = 1.5  # ends of the table whose steps or examples differ by less show no bend


@dataclass(frozen=True)
class Fit:
    """A hyperbola through a table, with its intervals and its warnings."""

    curve: Tradeoff
    S_min: Estimate  # steps
    E_min: Estimate  # examples
    B_crit: Estimate  # examples a batch
    B_20pct: Estimate  # likewise
    batches: tuple[float, ...]  # that were used
    steps: tuple[float, ...]  # their geometric means
    rms: float  # of ln S around the curve
    warnings: tuple[str, ...]

    @property
    def determined(self) -> bool:
        """True if B_crit is told: by its interval, and by batches that are not far from it."""
        near = self.batches[0] / VAGUE < self.B_crit.value < self.batches[-1] * VAGUE
        return near and self.B_crit.high <= VAGUE * self.B_crit.low


def fit(batch: Sequence[float] | Array, steps: Sequence[float] | Array) -> Fit:
    """The hyperbola through batches (examples) and the steps they took, in any order.

    Raises:
        ValueError: if numbers are not positive, or there are fewer than three batches.
    """
    B, S = positive("batch", batch), positive("steps", steps)
    if B.shape != S.shape or B.ndim != 1:
        raise ValueError(
            f"batch and steps must be two lists of one length, got {B.shape}, {S.shape}"
        )
    sizes, place = np.unique(B, return_inverse=True)
    if len(sizes) < FEWEST_BATCHES:
        raise ValueError(f"a hyperbola needs {FEWEST_BATCHES} different batches, got {len(sizes)}")
    x, y = np.log(sizes), np.bincount(place, np.log(S)) / np.bincount(place)
    p, off, J = _solve(x, y)
    S_min, E_min, B_crit = _estimates(p, off, J, [(1, 0), (0, 1), (-1, 1)])
    rms = float(np.sqrt((off**2).mean()))
    repeats = np.bincount(place).astype(np.int64)
    return Fit(
        Tradeoff(*map(float, np.exp(p))), S_min, E_min, B_crit,
        Estimate(*(OVERHEAD * v for v in (B_crit.value, B_crit.low, B_crit.high))),
        tuple(map(float, sizes)), tuple(map(float, np.exp(y))), rms,
        (
            *_diagnose(sizes, np.exp(y), B_crit, rms),
            *_diagnose_bend(x, y, off, np.log(S) - y[place], repeats),
        ),
    )  # fmt: skip


def _estimates(
    p: Array, off: Array, J: Array, several: Sequence[tuple[float, float]]
) -> list[Estimate]:
    """exp(w p) for several w, each with Student's t interval."""
    from scipy.stats import t

    # w (J'J)^-1 w by singular values: a table without a bend leaves one of them near zero
    _, singular, turned = np.linalg.svd(J, full_matrices=False)
    freedom = len(off) - 2
    wide = float(t.ppf(0.975, freedom) * np.sqrt((off**2).sum() / freedom))
    estimates = []
    for w in map(np.array, several):
        error = wide * np.linalg.norm(turned @ w / np.maximum(singular, TINY))
        ends = np.exp(np.clip([w @ p, w @ p - error, w @ p + error], -600, 600))
        estimates.append(Estimate(*map(float, ends)))
    return estimates


def _solve(x: Array, y: Array) -> tuple[Array, Array, Array]:
    """ln S_min and ln E_min, the misfits and their derivatives, for ln B and ln S."""
    from scipy.optimize import least_squares

    def misfit(p: Array) -> Array:
        return np.asarray(np.logaddexp(p[0], p[1] - x) - y)

    def jacobian(p: Array) -> Array:
        total = np.logaddexp(p[0], p[1] - x)
        return np.exp(np.stack([p[0] - total, p[1] - x - total], axis=1))

    start = np.array([y.min() - np.log(2), (x + y).min() - np.log(2)])
    end = least_squares(
        misfit,
        start,
        jacobian,
        bounds=(start - 40, start + 40),
        x_scale="jac",
        xtol=1e-15,
        ftol=1e-15,
        gtol=1e-15,
    )
    return end.x, end.fun, jacobian(end.x)


def _diagnose_bend(
    x: Array, y: Array, off: Array, scatter: Array, repeats: "NDArray[np.int64]"
) -> tuple[str, ...]:
    """A sentence where repeats surely agree better with one another than with the curve.

    Lack of fit, by F.
    """
    from scipy.stats import f

    spare, freedom = len(scatter) - len(x), len(x) - 2
    uneven = repeats.max() > 2 * repeats.min()  # then the unweighted curve is no fair judge
    if spare < len(x) or len(x) < FEWEST_BATCHES + 2 or uneven or scatter.std() < COPIED:
        return ()
    ratio = (repeats * off**2).sum() / freedom / ((scatter**2).sum() / spare)
    if f.sf(ratio, freedom, spare) > MISFIT_CHANCE:
        return ()
    few, many = (_solve(x[part], y[part])[0] for part in (slice(-2), slice(2, None)))
    ends = sorted(float(np.exp(p[1] - p[0])) for p in (few, many))
    return (
        "The repeats agree with one another, but miss the curve: the hyperbola is only roughly "
        f"right. Without the two largest or the two smallest batches B_crit is "
        f"{format_number(ends[0], 3)} to {format_number(ends[1], 3)}.",
    )


def _diagnose(B: Array, S: Array, B_crit: Estimate, rms: float) -> tuple[str, ...]:
    """The warnings about a fit; B ascends."""
    warnings = []
    if not B_crit.high <= VAGUE * B_crit.low:
        warnings.append(f"B_crit is not determined: its interval spans a factor over {VAGUE:g}.")
    flat, steep = S[0] / S[-1] < ALIKE, B[-1] * S[-1] / (B[0] * S[0]) < ALIKE
    if (flat or steep) and B[-1] / B[0] < SHORT_SPAN:
        warnings.append("The batches span too little to show where the curve bends.")
    elif flat:
        warnings.append(
            "The steps hardly fall: all batches are far above B_crit, and E_min is a guess."
        )
    elif steep:
        warnings.append(
            "The examples hardly grow: all batches are far below B_crit, and S_min is a guess."
        )
    elif not B[0] < B_crit.value < B[-1]:
        warnings.append(
            f"B_crit lies outside the batches tried, {format_number(B[0])} to "
            f"{format_number(B[-1])}: it is extrapolated."
        )
    if len(B) < FEWEST_BATCHES + 2:
        warnings.append(f"Only {len(B)} batches: the intervals rest on very few points.")
    if rms > ROUGH:
        warnings.append(
            f"The steps lie {rms:.0%} off the hyperbola (rms): was the learning rate tuned for "
            "each batch, and is the loss the same for all?"
        )
    if (np.diff(S) > ROUGH * S[:-1]).any():
        warnings.append(
            "Steps rise with the batch somewhere: the learning rate there is not the best."
        )
    return tuple(warnings)
