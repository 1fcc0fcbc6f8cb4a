"""Diagnostics of an isoFLOP fit: what speaks against its line, in sentences."""

import numpy as np

from toylab.fits.estimate import Estimate
from toylab.fits.isoflop_parabolas import Array
from toylab.fits.isoflop_resampling import Chosen, Resampled
from toylab.fits.runs import Runs

LOPSIDED_SHARE = 0.25  # of the rise: a smaller cubic term is worth no word
LOPSIDED_F = 10.0  # of the cubic term: with a smaller one it may be noise
FEWEST_BUDGETS_TO_BEND = 5
BENT = 0.1  # the exponent changes by as much from the smallest to the largest budget
BLURRED = 0.01  # FLOPs of one budget that differ by a larger share are worth a word


def diagnose(runs: Runs, chosen: Chosen, bottoms: Resampled) -> list[str]:
    """A sentence for each trouble with the runs, their valleys and the bottoms."""
    warnings = [f"Left out: {outlier}." for outlier in chosen.outliers]
    warnings += _left_out([valley.warning for valley in bottoms.valleys if valley.warning])
    if chosen.alone:
        warnings.append(f"{chosen.alone} of {len(runs)} runs share no budget.")
    widths = [np.ptp(np.log(runs.flops[group])) for group in chosen.groups]
    if max(widths) > BLURRED:
        warnings.append(
            f"Runs of one budget differ by up to {np.expm1(max(widths)):.0%} in FLOPs, which "
            "blurs the valleys."
        )
    kept, C = bottoms.trusted
    warnings += _bend(C, bottoms.places[:, kept])
    share, F = bottoms.lopsided
    if share > LOPSIDED_SHARE and F > LOPSIDED_F:
        warnings.append(
            "The valleys are no parabolas over this range of sizes: one side is steeper, which "
            "shifts the bottoms. Use only runs nearer to them."
        )
    return warnings


def _left_out(reasons: list[str]) -> list[str]:
    """A sentence a reason, with all budgets that it holds for."""
    budgets: dict[str, list[str]] = {}
    for reason in reasons:
        at, why = reason.removeprefix("at ").split(" FLOPs ", 1)
        budgets.setdefault(why, []).append(at)
    return [f"Left out: at {', '.join(at)} FLOPs {why}." for why, at in budgets.items()]


def _bend(log_flops: Array, log_values: Array) -> list[str]:
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
