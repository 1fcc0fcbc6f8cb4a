"""Finished runs in one variable: their losses by params, tokens or FLOPs alone."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toylab.fits.runs import TOGETHER, Array, Runs

EQUAL = 0.01  # sizes, or amounts of data, that differ by a smaller share are one


@dataclass(frozen=True, eq=False)
class LossRuns:
    """Finished runs in one variable: their sizes, which count one quantity, and their losses."""

    quantity: str  # params, tokens or flops
    sizes: Array  # (runs,)
    loss: Array  # (runs,) nats/token

    def __len__(self) -> int:
        return len(self.loss)

    @property
    def scale(self) -> Array:
        """The sizes, which say how large a run is, (runs,)."""
        return self.sizes

    def take(self, which: NDArray[np.bool_]) -> "LossRuns":
        """Some of them, by a mask."""
        return LossRuns(self.quantity, self.sizes[which], self.loss[which])


def in_quantity(runs: Runs | LossRuns, quantity: str) -> LossRuns:
    """The runs by their params, tokens or flops alone."""
    if isinstance(runs, LossRuns):
        return runs
    return LossRuns(quantity, getattr(runs, quantity), runs.loss)


def in_one_variable(runs: Runs) -> LossRuns | None:
    """The runs in the one quantity that they vary; None where they vary size and data apart.

    Runs of one size vary their tokens, runs on equal data their params, and runs whose tokens
    grow with their params, in step to about 2 %, their FLOPs.
    """
    x, z = np.log(runs.params), np.log(runs.tokens)
    one_size, one_length = np.ptp(x) < EQUAL, np.ptp(z) < EQUAL
    if one_size != one_length:
        quantity = "tokens" if one_size else "params"
    elif one_size:
        return None
    elif len(runs) > 2 and np.corrcoef(x, z)[0, 1] > TOGETHER:
        quantity = "flops"
    else:
        return None
    return in_quantity(runs, quantity)
