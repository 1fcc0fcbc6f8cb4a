"""Outliers of an isoFLOP study: runs that lie off their valley by more than chance allows.

    t = e / (s sqrt(1 - h)),    Student's t with as many degrees as are left without the run

e is a run's distance from its budget's parabola in ln L, h its leverage, s the scatter of all
other runs. The generalised extreme Studentised deviate test takes the worst run out, again and
again, and asks each time; the last one that is beyond chance, and all before it, are outliers.
So two diverged runs do not hide each other. Chance is 1 % for all runs of a study together;
measured on 1,000 clean studies each of 20, 35 and 63 runs: 1.1, 0.7 and 1.3 %.

Source: Rosner 1983, Technometrics 25(2), 165-172, here with the leverages of parabolas.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr

from toylab.fits.isoflop_budgets import Places
from toylab.fits.isoflop_parabolas import Array
from toylab.fits.runs import Runs
from toylab.quantities import format_count, format_scientific

LEVEL = 0.01  # of a false alarm in a clean study
MOST = 10  # one run in so many may be an outlier
MATTERS = 0.1  # of the loss: parabolas are not exact, and small models scatter more than large
TIE = 1e-6  # in a valley of four runs all are equally far off: the highest loss is then meant


@dataclass(frozen=True)
class Outlier:
    """A run off its valley."""

    run: int  # from 1, in the order given
    params: float
    flops: float
    loss: float  # nats/token
    expected: float  # by the other runs, nats/token
    p: float  # for all runs of the study together

    def __str__(self) -> str:
        return (
            f"run {self.run} ({format_count(self.params)} params at "
            f"{format_scientific(self.flops)} FLOPs) has a loss of {self.loss:.3g}, where its "
            f"valley has {self.expected:.3g}: see if it diverged, and train it again"
        )


def outliers(runs: Runs, groups: Sequence[Places]) -> tuple[Outlier, ...]:
    """The runs of these budgets that are off their parabolas, the worst first."""
    left, taken, beyond_chance = list(groups), [], 0
    for _ in range(max(1, sum(map(len, groups)) // MOST)):
        if not (worst := _worst(runs, left)):
            break
        taken.append(worst)
        left = [group[group != worst.run - 1] for group in left]
        far = abs(np.log(worst.loss / worst.expected)) > MATTERS
        beyond_chance = len(taken) if worst.p < LEVEL and far else beyond_chance
    return tuple(taken[:beyond_chance])


def _worst(runs: Runs, groups: Sequence[Places]) -> Outlier | None:
    places = np.concatenate(groups)
    fits = [_residuals(runs, group) for group in groups]
    off, left = (np.concatenate(part) for part in zip(*fits, strict=True))
    freedom = round(left.sum()) - 1
    known = left > TIE
    if freedom < 1 or not known.any():
        return None
    off, left, places = off[known], left[known], places[known]
    rest = np.maximum(off @ off - off**2 / left, 1e-24) / freedom
    t = np.abs(off) / np.sqrt(rest * left)
    tied = t >= t.max() * (1 - TIE)
    k = int(np.flatnonzero(tied)[runs.loss[places[tied]].argmax()])
    run, p = int(places[k]), 2 * len(places) * float(stdtr(freedom, -t[k]))
    expected = float(runs.loss[run] * np.exp(-off[k] / left[k]))
    N, C, loss = (float(x[run]) for x in (runs.params, runs.flops, runs.loss))
    return Outlier(run + 1, N, C, loss, expected, min(p, 1.0))


def _residuals(runs: Runs, group: Places) -> tuple[Array, Array]:
    """Distances from the group's own parabola in ln L, and 1 less the leverages; (runs,)."""
    x = np.log(runs.params[group])
    Q, _ = np.linalg.qr(np.vander(x - x.mean(), 3))
    y = np.log(runs.loss[group])
    return y - Q @ (Q.T @ y), 1 - (Q**2).sum(axis=1)
