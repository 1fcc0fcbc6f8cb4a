"""Real fits of two studies whose answer is known: a floor, and two exponents."""

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
from ui.concepts.charlm.view import MARKS
from ui.concepts.shared.isoflop_names import Tables, name_valleys, valley_axes
from ui.concepts.shared.isoflop_tables import NOTHING, drawn, profiles
from ui.live import Rows, result_source

RANGES = (3e9, 1e10, 1e11)  # the largest budget that a fit of the floor may see
SIZES = (regression.SIZES[0] / 1.3, regression.SIZES[-1] * 1.6)  # of the axis, with room


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
    recorded = study.recorded()
    return study.table(recorded.rows if recorded else [])


@cache
def floors() -> tuple[Floor, ...]:
    """The five-constant fit's E, with runs up to one budget or another."""
    fits = []
    for highest in RANGES:
        frame = language()
        runs = runs_of(frame[frame["flops"] < highest * 1.1])
        fit = parametric.fit(runs)
        E = parametric.bootstrap(fit).intervals["E"]
        rms = float(np.sqrt(np.mean(fit.residuals**2)))
        fits.append(Floor(highest, len(runs), E, rms, fit.exponent_params))
    return tuple(fits)


@cache
def removed() -> Profiles:
    """The valleys of the loss without its floor, which is known here."""
    frame = language()
    return isoflop.fit(runs_of(frame.assign(loss=frame["loss"] - truth())))


@dataclass(frozen=True, eq=False)
class Learner:
    """The regression's runs so far."""

    study: RegressionStudy
    runs: Runs
    live: bool

    @property
    def profiles(self) -> Profiles | str:
        """The lines through the bottoms, or the reason why there are none."""
        return profiles(self.runs)

    @property
    def valley_tables(self) -> Tables:
        """The tables of the chart of valleys."""
        fit = self.profiles
        valleys = isoflop.look(self.runs) if isinstance(fit, str) else fit.valleys
        tables = drawn(self.runs, valleys) | {"truth": NOTHING, "forecast": NOTHING}
        losses = expected() if self.live else ()
        return name_valleys(tables, valley_axes(tables, SIZES, losses), MARKS)


@cache
def expected() -> tuple[float, float]:
    """The ends of the recorded losses: an axis has room for runs on their way."""
    study = RegressionStudy()
    known = study.recorded()
    losses = study.table(known.rows if known else [])["loss"]
    return losses.min(), losses.max()


def source(study: RegressionStudy) -> ResultSource:
    """The runs to show of the regression: a job of this session, or recorded ones."""
    return result_source("known", study, RegressionStudy.recorded, study)


def gather(source: ResultSource, rows: Rows, live: bool) -> Learner:
    """The regression's rows so far."""
    return Learner(source.about, runs_of(source.about.table(rows)), live)
