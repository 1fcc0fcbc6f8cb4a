"""Windows of an isoFLOP study: of each budget, the runs near the bottom of its valley.

    |ln N - ln N_0| <= ln(within)

N_0 is the bottom of a parabola through the runs within that factor of the lowest one. The
lowest run itself jumps from size to size with the noise, and the window with it, which no
resampling of residuals sees: intervals then cover the truth in 85 to 90 % of studies on a
fixed list of sizes.
"""

from collections.abc import Sequence

import numpy as np

from toylab.fits.isoflop_budgets import FEWEST_SIZES, Places, sizes
from toylab.fits.isoflop_parabolas import Array
from toylab.fits.runs import Runs


def windows(runs: Runs, groups: Sequence[Places], within: float) -> list[Places]:
    """The places of each budget's runs near its bottom; fewer than three sizes are no budget."""
    near = [_around(runs, group, _centre(runs, group, within), within) for group in groups]
    return [group for group in near if sizes(runs, group) >= FEWEST_SIZES]


def _around(runs: Runs, group: Places, centre: float, within: float) -> Places:
    off = np.abs(np.log(runs.params[group]) - centre)
    return group[off <= np.log(within) * (1 + 1e-9)]


def _centre(runs: Runs, group: Places, within: float) -> float:
    lowest = float(np.log(runs.params[group][runs.loss[group].argmin()]))
    near = _around(runs, group, lowest, within)
    if sizes(runs, near) <= FEWEST_SIZES:
        return lowest
    x: Array = np.log(runs.params[near]) - lowest
    square, slope, _ = np.polyfit(x, np.log(runs.loss[near]), 2)
    return lowest + float(np.clip(-slope / 2 / square, x.min(), x.max())) if square > 0 else lowest
