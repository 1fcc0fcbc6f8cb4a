"""Diagnostics of a hyperbola through batches and steps: sentences on what speaks against it."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from toylab.fits.estimate import Estimate
from toylab.fits.hyperbola import Rows, solve
from toylab.fits.row_errors import RowErrors, Variance
from toylab.quantities import format_number, format_share

Array = NDArray[np.float64]
ENOUGH = 5  # batches that tell a bend, and let intervals rest on more than very few points
VAGUE = 100.0  # an interval that spans a larger factor determines nothing
ROUGH = 0.15  # of ln S: a larger misfit is no noise of a few seeds
COPIED = 1e-9  # of ln S: repeats that differ by less are copies
MISFIT_CHANCE = 0.01  # of so large a misfit if the curve were right
SCATTER_CHANCE = 0.01  # of one batch's runs so far apart if noise were alike at all
SHORT_SPAN = 4.0  # batches that span a smaller factor hardly tell which side they are on
ALIKE_ROWS = 0.05  # of ln S: runs at one batch that differ by less are alike
ALIKE = 1.5  # ends of the table whose steps or examples differ by less show no bend


def diagnose(B: Array, S: Array, B_crit: Estimate, rms: float) -> tuple[str, ...]:
    """The warnings about a fit; B ascends."""
    warnings = []
    if not B_crit.high <= VAGUE * B_crit.low:
        warnings.append(f"B_crit is not determined: its interval spans a factor over {VAGUE:g}.")
    warnings += _side(B, S, B_crit)
    if len(B) < ENOUGH:
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


def _side(B: Array, S: Array, B_crit: Estimate) -> Iterator[str]:
    """A sentence where the batches do not lie on both sides of the critical one."""
    flat, steep = S[0] / S[-1] < ALIKE, B[-1] * S[-1] / (B[0] * S[0]) < ALIKE
    if (flat or steep) and B[-1] / B[0] < SHORT_SPAN:
        yield "The batches span too little to show where the curve bends."
    elif flat:
        yield "The steps hardly fall: all batches are far above B_crit, and E_min is a guess."
    elif steep:
        yield "The examples hardly grow: all batches are far below B_crit, and S_min is a guess."
    elif not B[0] < B_crit.value < B[-1]:
        yield (
            f"B_crit lies outside the batches tried, {format_number(B[0])} to "
            f"{format_number(B[-1])}: it is extrapolated."
        )


def diagnose_bend(rows: Rows, errors: RowErrors) -> tuple[str, ...]:
    """A sentence where repeats surely agree better with one another than with the curve."""
    batches, noise = len(rows.repeats), errors.noise
    repeated = noise.freedom >= batches >= ENOUGH and noise.value > COPIED**2
    if not repeated or errors.misfit.chance(noise) > MISFIT_CHANCE:
        return ()
    parts = rows.place < batches - 2, rows.place > 1
    constants = [solve(rows.x[part], rows.y[part])[0] for part in parts]
    ends = sorted(float(np.exp(p[1] - p[0])) for p in constants)
    return (
        "The repeats agree with one another, but miss the curve: the hyperbola is only roughly "
        f"right. Without the two largest or the two smallest batches B_crit is "
        f"{format_number(ends[0], 3)} to {format_number(ends[1], 3)}.",
    )


def diagnose_scatter(B: Array, rows: Rows, errors: RowErrors, *, known: bool) -> tuple[str, ...]:
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
