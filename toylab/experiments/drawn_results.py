"""Results of a drawn schedule beside a cosine: their curves, the end, and a law of annealing.

The law is fitted to the cosine's losses alone, and asked what the drawn schedule ends at.
"""

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
import pandas as pd

from toylab.experiments.drawn_study import COSINE, DRAWN, RECORDED_STUDIES, DrawnStudy
from toylab.experiments.paired import Paired
from toylab.fits import annealing_law
from toylab.fits.annealing_law import Annealed, AnnealingLaw
from toylab.fits.estimate import Array, Estimate

EARLY = 0.1  # of the run: earlier losses fall too fast for the law


@dataclass(frozen=True, eq=False)
class DrawnResults:
    """The table of one study's runs, however many there are so far."""

    study: DrawnStudy
    frame: pd.DataFrame  # a row a look, as `DrawnStudy.table` makes it
    live: bool = False

    @cached_property
    def runs(self) -> pd.DataFrame:
        """The looks with a loss."""
        return self.frame[~self.frame["diverged"]]

    @cached_property
    def means(self) -> pd.DataFrame:
        """Means over seeds: columns which, done, loss."""
        return self.runs.groupby(["which", "done"])["loss"].mean().reset_index()

    @cached_property
    def ends(self) -> pd.DataFrame:
        """The last losses: a row a seed, a column a schedule."""
        last = self.runs[self.runs["done"] == self.runs["steps"]]
        return last.pivot(index="seed", columns="which", values="loss")

    @cached_property
    def gap(self) -> Estimate | None:
        """The end of the drawn schedule less that of the cosine; None where not known."""
        if not {DRAWN, COSINE} <= set(self.ends):
            return None
        return Paired(self.ends).difference(DRAWN, COSINE)

    @property
    def falls(self) -> tuple[float, float] | None:
        """The fall of the loss while the drawn rate decays, and in as many steps before.

        nats/character, the mean over seeds; None unless the decay takes less than half the run.
        """
        mine, d = self.means[self.means["which"] == DRAWN], self.study.decay
        if self.live or mine.empty or not 0 < d < 0.5:
            return None
        at = self.study.curves[DRAWN].plain.steps * np.array([1 - 2 * d, 1 - d, 1])
        first, middle, last = np.interp(at, mine["done"], mine["loss"])
        return float(middle - last), float(first - middle)

    def rates(self, curve: str) -> Array:
        """The learning rate of every step of a schedule."""
        one = self.study.curves[curve]
        return np.array(one.schedule.rates(one.plain.steps, one.plain.lr))

    def annealed(self, curve: str) -> Annealed:
        """A schedule's rates and its mean losses but for the first ones."""
        mine = self.means[self.means["which"] == curve]
        rates = self.rates(curve)
        mine = mine[mine["done"] >= EARLY * len(rates)]
        return Annealed(rates, mine["done"].to_numpy(), mine["loss"].to_numpy())

    @cached_property
    def law(self) -> AnnealingLaw | None:
        """The law of the cosine's losses; None as long as not both schedules have ended."""
        if self.live or not {DRAWN, COSINE} <= set(self.means["which"]):
            return None
        return annealing_law.fit(self.annealed(COSINE))

    @property
    def off(self) -> float | None:
        """The law's end of the drawn schedule less the real one, nats/character."""
        if self.law is None:
            return None
        return annealing_law.offs(self.law, [self.annealed(DRAWN)])[0]

    @cached_property
    def off_by_memory(self) -> tuple[float, float] | None:
        """The lowest and highest `off` of laws with each memory of the grid, fitted alike."""
        if self.law is None:
            return None
        cosine, drawn = self.annealed(COSINE), self.annealed(DRAWN)
        laws = [annealing_law.fit(cosine, [memory]) for memory in annealing_law.MEMORIES]
        offs = [annealing_law.offs(law, [drawn])[0] for law in laws]
        return min(offs), max(offs)

    @property
    def records(self) -> dict[str, Any]:
        """The curves, the gap at the end and the law as plain numbers."""
        return {
            "curves": self.means.to_dict("records"),
            "gap": vars(self.gap) if self.gap else None,
            "law": vars(self.law) | {"off": self.off} if self.law else None,
        }


@cache
def recorded(name: str) -> DrawnResults:
    """The results of a recorded study by its name."""
    study = RECORDED_STUDIES[name]
    known = study.recorded()
    assert known is not None, "its runs are in the file"
    return DrawnResults(study, study.table(known.rows))
