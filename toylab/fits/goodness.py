"""Goodness of fit: the rms of the residuals, R^2, and the runs that are furthest off.

    r_i = ln predicted - ln measured loss
    rms = sqrt(mean r^2),   R^2 = 1 - sum r^2 / sum (ln L - mean ln L)^2

Both are of ln L, so that an rms of 0.01 is an error of about 1 % of the loss.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toylab.fits.runs import Array
from toylab.quantities import format_number, format_signed

WORST = 3  # runs that are named
APART = 7.0  # times the typical residual: in 1 study of 200 a run is so far off by chance
LEAST = 0.05  # of the loss: what is off by less has not diverged
ROUNDING = 1e-9  # an rms of runs that a formula made


@dataclass(frozen=True)
class Goodness:
    """The goodness of a fit."""

    rms: float  # of ln L
    r2: float  # share of the variance of ln L; nan where the losses are equal
    worst: tuple[tuple[int, float], ...]  # place of a run, and its measured over predicted loss
    apart: int = 0  # how many of them are far more off than the others

    @classmethod
    def of(
        cls, residuals: Array, loss: Array, places: NDArray[np.int64] | None = None
    ) -> "Goodness":
        """From ln of predicted over measured loss (runs,) and the losses (runs,).

        `places` are those of the runs in the study, where not all were fitted.
        """
        y, squares = np.log(loss), float(np.square(residuals).sum())
        total = float(np.square(y - y.mean()).sum())
        furthest: NDArray[np.int64] = np.argsort(-np.abs(residuals), kind="stable")[:WORST]
        apart = max(APART * float(np.median(np.abs(residuals))), LEAST)
        among = np.arange(len(loss)) if places is None else places
        return cls(
            float(np.sqrt(np.square(residuals).mean())),
            1 - squares / total if total else np.nan,
            tuple((int(among[k]), float(np.exp(-residuals[k]))) for k in furthest),
            int((np.abs(residuals[furthest]) > apart).sum()),
        )

    def sentence(self, lines: Sequence[int | str], counted: str = "line") -> str:
        """The rms error, R^2, and the runs that are furthest off, by their lines in a file.

        `counted` is what the lines are, in the singular: records in JSON.
        """
        if self.rms < ROUNDING:
            return "The fit is exact: what is left is rounding."
        worst = ", ".join(
            f"{lines[place]} ({format_signed(100 * (ratio - 1), 2)} %)"
            for place, ratio in self.worst
        )
        r2 = f", R2 = {self.r2:.4f}" if math.isfinite(self.r2) else ""
        rms = f"rms error {format_number(100 * self.rms, 3)} % of the loss"
        return f"{rms}{r2}. Furthest off: {counted}s {worst}.{self._remedy}"

    @property
    def _remedy(self) -> str:
        if not self.apart:
            return ""
        which = "The first is" if self.apart == 1 else f"The first {self.apart} are"
        return (
            f" {which} far more off than the others: correct what is mistyped, leave out a run "
            "that diverged."
        )
