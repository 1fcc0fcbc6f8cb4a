"""Critical batch: steps and examples to the same loss, traded against each other.

    S = S_min (1 + B_crit / B),   E = B S = E_min (1 + B / B_crit),   B_crit = E_min / S_min
    (S / S_min - 1) (E / E_min - 1) = 1

McCandlish et al. 2018 (arXiv:1812.06162), eq. 2.11 and 5.1 of Kaplan et al. 2020. Steps S are
those that a batch of B examples (or tokens) needs to reach one loss, its learning rate tuned.
At B_crit both cost twice their least. Zhang et al. 2024 call critical the batch at which steps
exceed perfect scaling, E_min / B, by 20 %: on this curve that is B_crit / 5.

A table of batches and steps is fitted by least squares in ln S. Its rows are runs: those at one
batch are repeats, and say how large the noise is; where they agree and yet miss the curve, the
misfit is the error, and a warning says so. Intervals are those of `row_errors`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from toylab.fits.estimate import Estimate
from toylab.fits.row_errors import RowErrors, Variance
from toylab.laws.critical_batch import Tradeoff
from toylab.quantities import format_count, format_number, format_share, positive

Array = NDArray[np.float64]
OVERHEAD = 0.2  # steps beyond perfect scaling; Zhang et al. 2024, sec. 1
FEWEST_BATCHES = 3
VAGUE = 100.0  # an interval that spans a larger factor determines nothing
ROUGH = 0.15  # of ln S: a larger misfit is no noise of a few seeds
COPIED = 1e-9  # of ln S: repeats that differ by less are copies
MISFIT_CHANCE = 0.01  # of so large a misfit if the curve were right
SCATTER_CHANCE = 0.01  # of one batch's runs so far apart if noise were alike at all
SHORT_SPAN = 4.0  # batches that span a smaller factor hardly tell which side they are on
ALIKE_ROWS = 0.05  # of ln S: runs at one batch that differ by less are alike
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
    runs: int
    rms: float  # of ln S around the curve, over the runs
    warnings: tuple[str, ...]

    @property
    def determined(self) -> bool:
        """True if B_crit is told: by its interval, and by batches that are not far from it."""
        near = self.batches[0] / VAGUE < self.B_crit.value < self.batches[-1] * VAGUE
        return near and self.B_crit.high <= VAGUE * self.B_crit.low

    def tried(self, batch: float) -> bool:
        """True for a batch among those of the table, or between them."""
        return self.batches[0] <= batch <= self.batches[-1]

    def beyond(self, baseline: float) -> Estimate:
        """The batch whose examples exceed those of a baseline batch by 20 %.

        Raises:
            ValueError: if the baseline lies outside the batches that were used.
        """
        if not self.tried(baseline):
            first, last = self.batches[0], self.batches[-1]
            raise ValueError(
                f"the baseline batch must be among the batches of the table, {format_count(first)} "
                f"to {format_count(last)}, got {format_count(baseline)}"
            )
        ends = self.B_crit.value, self.B_crit.low, self.B_crit.high
        return Estimate(*(Tradeoff(1.0, B_crit).beyond(OVERHEAD, baseline) for B_crit in ends))


def fit(
    batch: Sequence[float] | Array,
    steps: Sequence[float] | Array,
    seed: Sequence[object] | None = None,
) -> Fit:
    """The hyperbola through batches (examples) and the steps they took, in any order.

    Args:
        batch: of each run.
        steps: likewise.
        seed: of each run, if known: then the luck that a seed's runs share is told from noise.

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
    rows = _Rows(np.log(B), np.log(S), place)
    p, off, J = _solve(rows.x, rows.y)
    seeds = None if seed is None else np.unique(list(map(str, seed)), return_inverse=True)[1]
    errors = RowErrors.of(off, place, seeds)

    def estimate(*w: float) -> Estimate:
        value, error = p @ w, errors.half_width(J, np.array(w))
        ends = np.exp(np.clip([value, value - error, value + error], -600, 600))
        return Estimate(*map(float, ends))

    B_crit, means = estimate(-1, 1), np.exp(rows.means)
    return Fit(
        Tradeoff(*map(float, np.exp(p))), estimate(1, 0), estimate(0, 1), B_crit,
        Estimate(*(OVERHEAD * v for v in (B_crit.value, B_crit.low, B_crit.high))),
        tuple(map(float, sizes)), tuple(map(float, means)), len(B),
        float(np.sqrt((off**2).mean())),
        (
            *_diagnose(sizes, means, B_crit, float(np.sqrt((rows.mean(off) ** 2).mean()))),
            *_diagnose_bend(rows, errors),
            *_diagnose_scatter(sizes, rows, errors, known=seed is not None),
        ),
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Rows:
    """Logarithms of a table's rows, and the number of each row's batch."""

    x: Array  # ln B
    y: Array  # ln S
    place: "NDArray[np.intp]"

    @cached_property
    def repeats(self) -> "NDArray[np.intp]":
        return np.bincount(self.place)

    @property
    def means(self) -> Array:
        return self.mean(self.y)

    def mean(self, values: Array) -> Array:
        """The mean of each batch."""
        return np.bincount(self.place, values) / self.repeats


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


def _diagnose_bend(rows: _Rows, errors: RowErrors) -> tuple[str, ...]:
    """A sentence where repeats surely agree better with one another than with the curve."""
    batches, noise = len(rows.repeats), errors.noise
    told = noise.freedom >= batches >= FEWEST_BATCHES + 2 and noise.value > COPIED**2
    if not told or errors.misfit.chance(noise) > MISFIT_CHANCE:
        return ()
    parts = rows.place < batches - 2, rows.place > 1
    constants = [_solve(rows.x[part], rows.y[part])[0] for part in parts]
    ends = sorted(float(np.exp(p[1] - p[0])) for p in constants)
    return (
        "The repeats agree with one another, but miss the curve: the hyperbola is only roughly "
        f"right. Without the two largest or the two smallest batches B_crit is "
        f"{format_number(ends[0], 3)} to {format_number(ends[1], 3)}.",
    )


def _diagnose_scatter(B: Array, rows: _Rows, errors: RowErrors, *, known: bool) -> tuple[str, ...]:
    """A sentence where runs at one batch differ by more than chance explains.

    `known` says that their seeds are, so that large scatter is theirs.
    """
    place, spare = rows.place, rows.repeats - 1
    squares = np.bincount(place, (rows.y - rows.means[place]) ** 2)
    apart = np.array([np.ptp(rows.y[place == k]) for k in range(len(B))])
    if not known and errors.noise.value > ROUGH**2:
        return (
            f"Steps at one batch differ by up to {format_share(float(np.expm1(apart.max())))}: are "
            "several losses, models or learning rates among the runs?",
        )
    k = int(np.argmax(squares / np.maximum(spare, 1)))
    here = Variance.of(float(squares[k]), int(spare[k]))
    others = Variance.of(float(squares.sum() - squares[k]), int(spare.sum() - spare[k]))
    if apart[k] < ALIKE_ROWS or here.chance(others) * len(B) > SCATTER_CHANCE:
        return ()
    share = format_share(float(np.expm1(apart[k])))
    return (
        f"Steps at batch {format_number(B[k])} differ by {share}, far more than at other "
        "batches: is one of its runs of another loss or model?",
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
