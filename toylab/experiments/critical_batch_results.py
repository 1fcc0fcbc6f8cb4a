"""Results of races to a loss: the critical batch at each target, and the noise scale near it.

    S = S_min (1 + B_crit / B)     steps S at batch B, through the races to one target

Sources: McCandlish et al. 2018; the fit is `toylab.fits.critical_batch`.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from toylab.data.recorded import read
from toylab.experiments.critical_batch_study import RECORDED, CriticalBatchStudy
from toylab.experiments.noise_scale import mean_of_ratios, scale
from toylab.fits.critical_batch import Fit, fit
from toylab.fits.estimate import Estimate

NEAR = 0.1  # nats/character


def near(path: pd.DataFrame, target: float) -> pd.DataFrame:
    """The pairs of a path whose loss is near a target."""
    return path[(path["loss"] - target).abs() <= NEAR]


@dataclass(frozen=True)
class NoiseScales:
    """The noise scale near a loss, in characters."""

    pooled: float  # of all seeds
    alone: tuple[float, ...]  # of each
    hasty: float  # the average of each pair's ratio instead: biased


def noise_scales(path: pd.DataFrame, target: float) -> NoiseScales | None:
    """The noise scale near a target; None where no seed has a positive one."""
    pairs = near(path, target)
    alone = [scale(group["small"], group["big"]) for _, group in pairs.groupby("seed")]
    good = tuple(value for value in alone if 0 < value < np.inf)
    pooled = scale(pairs["small"], pairs["big"]) if good else np.inf
    if not 0 < pooled < np.inf:
        return None
    return NoiseScales(pooled, good, mean_of_ratios(pairs["small"], pairs["big"]))


def fit_target(frame: pd.DataFrame, target: float) -> Fit:
    """The hyperbola of steps and examples through the races to one target.

    Raises:
        ValueError: if fewer than three batches came to it.
    """
    reached = frame[(frame["target"] == target) & frame["steps"].notna()]
    batch, steps = (reached[name].to_numpy(float) for name in ("batch", "steps"))
    return fit(batch, steps, reached["seed"].to_list())


def growth(frame: pd.DataFrame, first: float, last: float) -> Estimate | None:
    """The ratio of B_crit at the last target to that at the first, with its interval over seeds.

    Both are of the same races, so a seed's ratio is compared with other seeds' ratios. None
    where fewer than three seeds have both.
    """
    logs = []
    for _, races in frame.groupby("seed"):
        try:
            pair = [fit_target(races, target).B_crit.value for target in (last, first)]
        except ValueError:
            continue
        logs.append(np.log(pair[0] / pair[1]))
    if len(logs) < 3:
        return None
    log = Estimate.mean(logs)
    return Estimate(*(float(np.exp(x)) for x in (log.value, log.low, log.high)))


@lru_cache(maxsize=1)
def recorded_seeds() -> dict[float, list[float]]:
    """The B_crit of each recorded seed, fitted alone, by target: what one seed tells."""
    study = CriticalBatchStudy.PRESETS["recorded"]
    frame = study.table(read(RECORDED).rows)
    return {
        target: [
            fit_target(frame[frame["seed"] == seed], target).B_crit.value
            for seed in frame["seed"].unique()
        ]
        for target in study.targets
    }
