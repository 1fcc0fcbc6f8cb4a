"""Two studies whose answer is known: what real fits make of them."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from toylab.experiments import regression, synthetic
from toylab.experiments.charlm_study import RECORDED_STUDIES
from toylab.experiments.regression_study import RegressionStudy
from toylab.fits import isoflop, parametric
from toylab.fits.estimate import Estimate
from toylab.fits.isoflop import Profiles
from toylab.fits.runs import Runs, runs_of
from toylab.live.result_source import ResultSource
from ui.concepts.charlm.view import Rows
from ui.concepts.shared.isoflop_tables import NO_TRUTH, drawn, profiles

RANGES = (3e9, 1e10, 1e11)  # the largest budget that a fit of the floor may see
SIZES = (float(regression.SIZES[0]), float(regression.SIZES[-1]))


@dataclass(frozen=True)
class Floor:
    """A fitted floor, where the true one is known."""

    highest: float  # FLOPs
    runs: int
    E: Estimate  # nats/word
    rms: float  # of the residuals, in ln L
    a: float  # exponent of the best size

    @property
    def off(self) -> float:
        """The error, as a share of the truth."""
        return self.E.value / truth() - 1


def truth() -> float:
    """The entropy of the synthetic language, nats a word."""
    return synthetic.language().entropy


@cache
def language() -> pd.DataFrame:
    """The recorded study of the synthetic language."""
    study = RECORDED_STUDIES["synthetic"]
    kept = study.recorded()
    return study.table(kept.rows if kept else [])


@cache
def floors() -> tuple[Floor, ...]:
    """What the five-constant fit makes of E, with runs up to one budget or another."""
    found = []
    for highest in RANGES:
        frame = language()
        points = runs_of(frame[frame["flops"] < highest * 1.1])
        fit = parametric.fit(points)
        E = parametric.bootstrap(fit).intervals["E"]
        rms = float(np.sqrt(np.mean(fit.residuals**2)))
        found.append(Floor(highest, len(points), E, rms, fit.exponent_params))
    return tuple(found)


@cache
def removed() -> Profiles:
    """Valleys of what is left of the loss without the floor, which is known here."""
    frame = language()
    return isoflop.fit(runs_of(frame.assign(loss=frame["loss"] - truth())))


@dataclass(frozen=True, eq=False)
class Learner:
    """The regression's runs so far."""

    study: RegressionStudy
    points: Runs
    live: bool

    @property
    def profiles(self) -> Profiles | str:
        """The lines through the bottoms, or why there are none."""
        return profiles(self.points, shared=False)  # eight seeds tell each curvature

    @property
    def drawn(self) -> dict[str, pd.DataFrame]:
        """What `charts.isoflop.valleys` draws."""
        found = self.profiles
        valleys = isoflop.look(self.points) if isinstance(found, str) else found.valleys
        return drawn(self.points, valleys) | {"truth": NO_TRUTH}


def gather(shown: ResultSource, rows: Rows, live: bool) -> Learner:
    """The findings of the rows so far."""
    return Learner(shown.about, runs_of(shown.about.table(rows)), live)
