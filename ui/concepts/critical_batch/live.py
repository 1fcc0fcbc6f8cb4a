"""Live races of the page on the critical batch, and the example of a table to fill in."""

import math
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from toylab import devices
from toylab.experiments import critical_batch_results, critical_batch_study, noise_scale
from toylab.experiments.critical_batch_study import CriticalBatchStudy
from toylab.experiments.steps_to_loss import TARGETS
from toylab.fits.critical_batch import Fit
from toylab.fits.estimate import Estimate
from toylab.live.result_source import ResultSource
from toylab.tables import batch_steps
from ui.concepts.shared.hyperbolas import hyperbolas
from ui.knobs import knob
from ui.live import Rows

LASTS = ["2.6", "2.55", "2.5", "2.45", "2.4"]
POOLED = 0.1  # nats: looks at a path this near are one


@dataclass(frozen=True)
class LiveControls:
    """The controls of the live races, as the link has them."""

    seeds: int = knob(3, "Seeds", (1, 8))
    last: str = knob(str(TARGETS[-1]), "Lowest loss to reach", LASTS)
    seed: int = knob(0, "First seed", (0, 10**6), typed=True)
    device: str = knob("cpu", "Device", devices.KINDS)

    @property
    def study(self) -> CriticalBatchStudy:
        """The study that they stand for."""
        return CriticalBatchStudy(self.seeds, float(self.last), seed=self.seed, device=self.device)


@dataclass(frozen=True, eq=False)
class LiveRaces:
    """The races and paths of a study, however many have ended, and their fits."""

    study: CriticalBatchStudy
    races: pd.DataFrame  # as the study's `table` makes it
    paths: pd.DataFrame  # as the study's `noise_table` makes it
    live: bool

    @cached_property
    def fits(self) -> dict[str, Fit | str]:
        """The hyperbola of each target, or why there is none."""
        done = self.races.dropna(subset="steps")
        return batch_steps.fits(done.assign(group=done["target"].map(name)))

    @property
    def good(self) -> dict[float, Fit]:
        """The fits whose critical batch is determined, by target."""
        by_name = {name(target): target for target in self.study.targets}
        return {
            by_name[group]: fit
            for group, fit in self.fits.items()
            if not isinstance(fit, str) and fit.determined
        }

    @property
    def drawn(self) -> dict[str, pd.DataFrame]:
        """The tables of the chart of steps against examples."""
        done = self.races.dropna(subset="steps")
        return hyperbolas(done.assign(group=done["target"].map(name)), self.fits)

    @property
    def scales(self) -> dict[str, pd.DataFrame]:
        """The tables of the chart of noise scales."""
        rows = [
            {"loss": target, "batch": fit.B_crit.value, "low": fit.B_crit.low,
             "high": fit.B_crit.high}
            for target, fit in self.good.items()
        ]  # fmt: skip
        alone = [
            {"loss": target, "low": min(seeds), "high": max(seeds)}
            for target, seeds in critical_batch_results.recorded_seeds().items()
        ]
        bins = (self.paths["loss"] / POOLED).round() * POOLED  # seeds together
        looks = [
            {
                "loss": float(look["loss"].mean()),
                "batch": noise_scale.scale(look["small"], look["big"]),
                "tuned": bool(look["lr"].iloc[0] == critical_batch_study.RATES[0]),
            }
            for _, look in self.paths.groupby(["lr", bins])
        ]
        looks = [look for look in looks if 0 < float(look["batch"]) < math.inf]
        ends = ["loss", "low", "high"]
        return {
            "critical": pd.DataFrame(rows, columns=["loss", "batch", "low", "high"]),
            "alone": pd.DataFrame(alone, columns=ends),
            "looks": pd.DataFrame(looks, columns=["loss", "batch", "tuned"]),
        }

    def noise(self, lr: float, target: float) -> critical_batch_results.NoiseScales | None:
        """The noise scale near a target along the paths at a rate; None if it is not told."""
        return critical_batch_results.noise_scales(self.paths[self.paths["lr"] == lr], target)

    @cached_property
    def grown(self) -> Estimate | None:
        """B_crit at the last target over that at the first; None where it is not told."""
        first, last = self.study.targets[0], self.study.targets[-1]
        return critical_batch_results.growth(self.races, first, last)


def name(target: float) -> str:
    """The name of a target on the chart."""
    return f"loss {target:g}"


def gather(source: ResultSource, rows: Rows, unfinished: Rows | None) -> LiveRaces:
    """The races and paths of finished runs and, live, of those on their way."""
    every = [*rows, *(unfinished or ())]
    return LiveRaces(
        source.about,
        source.about.table(every),
        source.about.noise_table(every),
        unfinished is not None,
    )


def example() -> str:
    """A table to try the upload with: the recorded races, as CSV."""
    study = CriticalBatchStudy.PRESETS["recorded"]
    recorded = study.recorded()
    frame = study.table(recorded.rows if recorded else [])
    middle = frame.groupby(["target", "batch"], as_index=False)["steps"].median()
    return middle.to_csv(index=False)
