"""Laws of two designs, a transformer and a recurrent xLSTM, at equal tokens per parameter.

    L = E + (A / N^alpha + B / D^beta)^k,    D = r N,    C = 6 N D = 6 r N^2

Beck et al. 2025 (arXiv:2510.02228) fitted one such law to each, from 80M to 7B parameters on
the same text. In C a design's loss has the local slope s, and its losses become compute:

    s = -d ln L / d ln C = -(d ln L / d ln N) / 2
"""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from toylab.laws.forms import OuterAdditive
from toylab.laws.law import Law
from toylab.laws.published import BECK, TOTAL

STEP = 1e-4  # of ln N, for the slope
_TOLD: Any = {
    "gives": "loss",
    "paper": BECK,
    "where": "fits to its runs, as released with them",
    "counts": TOTAL,
    "measured": {"N": (8e7, 7e9), "D": (2e9, 2e12)},
}
TRANSFORMER: Law[OuterAdditive] = Law(
    name="beck-transformer",
    title="Beck 2025, transformer",
    form=OuterAdditive(
        math.exp(0.0901), math.exp(14.445), math.exp(16.330), 0.6448, 0.6259, 0.2532
    ),
    **_TOLD,
)
XLSTM: Law[OuterAdditive] = Law(
    name="beck-xlstm",
    title="Beck 2025, xLSTM",
    form=OuterAdditive(
        math.exp(0.1768), math.exp(15.457), math.exp(16.526), 0.7058, 0.6534, 0.2578
    ),
    **_TOLD,
)


def loss(form: OuterAdditive, params: ArrayLike, ratio: float) -> NDArray[np.float64]:
    """Nats per token at `ratio` tokens per parameter."""
    N = np.asarray(params, np.float64)
    return form.loss(N, ratio * N)


def slope(form: OuterAdditive, params: float, ratio: float) -> float:
    """The local slope s of the loss in compute, its floor left in."""
    low, high = loss(form, params * np.exp([-STEP, STEP]), ratio)
    return float(np.log(low / high) / (4 * STEP))


def compute_ratio(
    design: OuterAdditive, baseline: OuterAdditive, params: float, ratio: float
) -> float:
    """The compute ratio of a design over a baseline, for the baseline's loss at a size.

    Raises:
        ValueError: if the design does not reach this loss at any size.
    """
    from scipy.optimize import brentq

    target = float(loss(baseline, params, ratio))
    if target <= design.E:
        raise ValueError(f"a loss of {target:.3g} lies below the floor of {design.E:.3g}")

    def above(x: float) -> float:
        return float(loss(design, math.exp(x), ratio)) - target

    at = math.log(params)
    return float(math.exp(2 * (brentq(above, at - 20, at + 60) - at)))
