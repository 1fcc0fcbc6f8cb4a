"""Simulated grids of batch and learning rate at many budgets, and the power laws they give."""

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from toylab.fits.grid_optimum import Grid, Optima, lowest, quadratic
from toylab.fits.optimal_scaling import OptimalScaling, fit_line
from toylab.laws import allocation
from toylab.laws.batch_lr import LOSS, RULES, Array
from toylab.simulation.batch_lr_bowl import Bowl, draw

DRAWS = 200  # studies that a spread is over
FEWEST = 40  # of them: the 2.5th percentile of fewer is their least
FINDERS = {"fit": quadratic, "lowest": lowest}


@dataclass(frozen=True)
class SimulatedGrids:
    """A grid at each of many budgets, under a rule for the best settings."""

    rule: str = "deepseek"
    noise: float = 0.002  # of a run's loss, as a share
    cells: int = 9  # a side
    span: float = 8.0  # the grid reaches this factor to either side
    along: float = Bowl.along
    across: float = Bowl.across
    tilt: float = Bowl.tilt
    finder: str = "fit"
    seed: int = 0

    def __post_init__(self) -> None:
        if self.rule not in RULES:
            raise ValueError(f"rule must be one of {', '.join(RULES)}, got {self.rule}")
        if self.finder not in FINDERS:
            raise ValueError(f"finder must be one of {', '.join(FINDERS)}, got {self.finder}")
        if not 3 <= self.cells <= 50:
            raise ValueError(f"cells must be between 3 and 50 a side, got {self.cells}")
        if not 1 < self.span <= 1000:
            raise ValueError(f"span must be above 1 and at most 1000, got {self.span}")

    def bowl(self, flops: float) -> Bowl:
        """The bowl at a budget; its floor is the best that Besiroglu's refit can do."""
        rule = RULES[self.rule]
        floor = allocation.best(LOSS, flops).loss or LOSS.E
        return Bowl(floor, rule.batch(flops), rule.lr(flops), self.along, self.across, self.tilt)

    def grid(self, flops: float) -> Grid:
        """The settings tried: around a power of two and a round rate, not around the truth."""
        truth = self.bowl(flops)
        batch = 2.0 ** round(math.log2(truth.batch))
        lr = 10.0 ** (round(4 * math.log10(truth.lr)) / 4)
        steps = self.span ** np.linspace(-1, 1, self.cells)
        return Grid(tuple(batch * steps), tuple(lr * steps))

    def losses(self, flops: float, draws: int = DRAWS) -> Array:
        """Losses that runs measure there, (draws, cells^2); the first draw is this study's own."""
        seed = self.seed * 1000 + round(10 * math.log10(flops))  # other luck at other budgets
        return draw(self.bowl(flops), self.grid(flops), self.noise, seed, draws)

    def found(self, flops: float, finder: str | None = None) -> Optima:
        """The best settings that it finds, in each of its draws."""
        return _found(replace(self, finder=finder or self.finder), flops)


@lru_cache(maxsize=256)
def _found(study: SimulatedGrids, flops: float) -> Optima:
    optima = FINDERS[study.finder](study.grid(flops), study.losses(flops))
    if study.finder == "lowest":
        return optima
    # what lies outside the cells that were tried is no answer
    batch, lr = (np.where(optima.inside, x, np.nan) for x in (optima.batch, optima.lr))
    return replace(optima, batch=batch, lr=lr)


@dataclass(frozen=True, eq=False)
class OptimalSettings:
    """The best settings against compute, as a study finds them."""

    flops: Array  # (budgets,)
    batch: Array  # (budgets,) tokens, in the study's own draw
    lr: Array  # (budgets,)
    by_batch: OptimalScaling  # its line, and those of other draws
    by_lr: OptimalScaling
    lost: float  # share of draws without a best setting at some budget


def optimal_settings(study: SimulatedGrids, flops: tuple[float, ...]) -> OptimalSettings:
    """Power laws through the best settings that a study finds at many budgets.

    Raises:
        ValueError: if the study itself, or most of its draws, find no best setting at some
            budget, or there are not two budgets.
    """
    if len(set(flops)) < 2:
        raise ValueError(f"flops must hold two budgets at least, got {flops}")
    optima = [study.found(C) for C in flops]
    batch, lr = (np.array([getattr(best, name) for best in optima]).T for name in ("batch", "lr"))
    if not np.isfinite(batch[0]).all():
        raise ValueError(
            "at some budget the quadratic has no lowest point inside the grid: less noise, "
            "or a wider grid"
        )
    log_C = np.log(np.array(flops))
    good = np.isfinite(batch).all(axis=1)
    if good.sum() < FEWEST:
        raise ValueError(
            "in nearly every draw some budget has no bottom inside the grid: less noise, or a "
            "wider grid"
        )
    return OptimalSettings(
        np.array(flops),
        batch[0],
        lr[0],
        fit_line(log_C, np.log(batch[good])),
        fit_line(log_C, np.log(lr[good])),
        float(1 - good.mean()),
    )
