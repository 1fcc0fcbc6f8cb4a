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

import numpy as np
from numpy.typing import NDArray

from toylab.fits.critical_batch_diagnostics import (
    VAGUE,
    diagnose,
    diagnose_bend,
    diagnose_scatter,
)  # fmt: skip
from toylab.fits.estimate import Estimate
from toylab.fits.hyperbola import Rows, solve
from toylab.fits.row_errors import RowErrors
from toylab.laws.critical_batch import Tradeoff
from toylab.quantities import format_count
from toylab.refusals import positive

Array = NDArray[np.float64]
OVERHEAD = 0.2  # steps beyond perfect scaling; Zhang et al. 2024, sec. 1
FEWEST_BATCHES = 3


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
        seed: of each run, if known: then the effect that a seed's runs share is told from noise.

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
    rows = Rows(np.log(B), np.log(S), place)
    p, off, J = solve(rows.x, rows.y)
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
            *diagnose(sizes, means, B_crit, float(np.sqrt((rows.mean(off) ** 2).mean()))),
            *diagnose_bend(rows, errors),
            *diagnose_scatter(sizes, rows, errors, known=seed is not None),
        ),
    )  # fmt: skip
