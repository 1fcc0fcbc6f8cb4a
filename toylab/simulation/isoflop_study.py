"""Simulated isoFLOP study: what its runs would measure if a law were exactly true.

    L = L_law(N, D) exp(sd g),  g a standard normal draw for each run,  D = C / (6 N)

At each budget the sizes are a geometric grid around the best one, or off it: N_opt times
`off_centre`, from there a factor `width` down and up. Spoiled runs are those that lose most
under the law, and ended a ninth to a third higher still: as with the published points, a fit
is better off without the highest losses.

For learning curves a run of horizon T pays, until its learning rate has decayed,

    L(D) = (L_law(N, D) + undecayed (eta(D/T) - 0.1)) exp(sd g),
    eta = 0.1 + 0.9 (1 + cos(pi D/T)) / 2

which is our own, simplest assumption; the cosine to a tenth is Hoffmann et al.'s (app. B).
"""

from dataclasses import dataclass

import numpy as np

from toylab.fits.envelope import Curve
from toylab.fits.runs import Array, Runs
from toylab.laws import allocation
from toylab.laws.forms import FLOPS, Additive
from toylab.refusals import refuse

DECAYED = 0.1  # the last learning rate, of the peak
HORIZONS = 16.0  # the longest horizon of a size over its shortest
FIRST = 0.02  # the part of the horizon at which a curve begins
SPOILED = 1 / 3


@dataclass(frozen=True)
class SimulatedStudy:
    """The runs of a study, and how well they are measured."""

    lowest: float = 1e18  # FLOPs
    highest: float = 1e21
    budgets: int = 7
    sizes: int = 9  # at each budget
    width: float = 4.0  # factor from the grid's centre to either end
    off_centre: float = 1.0  # the grid's centre over the best size
    noise: float = 0.002  # sd of ln L
    spoiled: int = 0  # runs, those of highest loss, that ended higher still
    seed: int = 0

    def __post_init__(self) -> None:
        rules = {
            "lowest must be at least 1e12 FLOPs and below highest": 1e12
            <= self.lowest
            < self.highest,
            "budgets must be at least 2": self.budgets >= 2,
            "sizes must be at least 3": self.sizes >= 3,
            "width must be above 1": self.width > 1,
            "off_centre must be positive": 0 < self.off_centre < np.inf,
            "noise must not be negative": 0 <= self.noise < 1,
            "spoiled must be fewer than the runs": 0 <= self.spoiled < self.runs,
        }
        refuse({f"{rule}, got {self}": holds for rule, holds in rules.items()})

    @property
    def runs(self) -> int:
        """The number of its runs."""
        return self.budgets * self.sizes

    @property
    def flops(self) -> Array:
        """The budgets, (budgets,)."""
        return np.geomspace(self.lowest, self.highest, self.budgets)


def grid(form: Additive, study: SimulatedStudy) -> tuple[Array, Array]:
    """Params and tokens of each run, (budgets, sizes)."""
    centre = [allocation.best(form, C).params * study.off_centre for C in study.flops]
    across = np.geomspace(1 / study.width, study.width, study.sizes)
    params = np.array(centre)[:, None] * across
    return params, allocation.iso_flop(1, params) * study.flops[:, None]


def simulate(form: Additive, study: SimulatedStudy) -> Runs:
    """The study's finished runs under a law."""
    params, tokens = (part.ravel() for part in grid(form, study))
    draws = np.random.default_rng(study.seed)
    clean, noise = form.loss(params, tokens), study.noise * draws.standard_normal(len(params))
    worst = np.argsort(-clean, kind="stable")[: study.spoiled]
    noise[worst] += np.log1p(draws.uniform(SPOILED / 3, SPOILED, study.spoiled))
    loss = clean * np.exp(noise)
    return Runs(params, tokens, loss, FLOPS * params * tokens)


@dataclass(frozen=True)
class Training:
    """The making of the runs behind learning curves."""

    horizons: int = 4  # run lengths for each size
    undecayed: float = 0.1  # nats that a learning rate at its peak costs
    points: int = 60  # on each curve

    def __post_init__(self) -> None:
        if self.horizons < 2 or self.points < 2 or not 0 <= self.undecayed < np.inf:
            raise ValueError(
                "curves need two horizons, two points and a cost that is not negative (with "
                f"one horizon every run would end just where its size becomes the best): {self}"
            )


def curves(form: Additive, study: SimulatedStudy, training: Training) -> list[Curve]:
    """Learning curves, about as many as the study has runs: each size with all horizons.

    The sizes reach from a factor `width` below the best one of the lowest budget to as much
    above that of the highest; a size's horizons are even on a log axis around its best one.
    """
    ends = [allocation.best(form, C).params for C in (study.lowest, study.highest)]
    many = max(3, study.runs // training.horizons)
    sizes = np.geomspace(ends[0] / study.width, ends[1] * study.width, many)
    spread = np.sqrt(HORIZONS)
    around = np.geomspace(1 / spread, spread, training.horizons)
    draws = np.random.default_rng(study.seed)
    done = np.geomspace(FIRST, 1, training.points)
    excess = training.undecayed * (1 - DECAYED) * (1 + np.cos(np.pi * done)) / 2
    learning_curves = []
    for N in sizes:
        for horizon in allocation.matched(form, N) * around:
            loss = form.loss(N, horizon * done) + excess
            luck = np.exp(study.noise * draws.standard_normal())
            learning_curves.append(Curve(float(N), horizon * done, loss * luck))
    return learning_curves
