"""Answer of the reader's runs of many sizes and lengths: the best model for a budget."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from toylab.fits.estimate import Estimate
from toylab.fits.goodness import Goodness
from toylab.fits.isoflop import Profiles
from toylab.fits.optimal_scaling import OptimalScaling
from toylab.fits.parametric import Spread
from toylab.fits.parametric_diagnostics import VAGUE, diagnose
from toylab.fits.prediction import Score, predict, score
from toylab.fits.runs import Runs
from toylab.tables.imported_runs import ImportedRuns
from ui.concepts.own_runs import larger_run
from ui.concepts.shared import isoflop_tables
from ui.concepts.shared.isoflop_names import growth_axes, name_growth, name_valleys, valley_axes
from ui.concepts.shared.isoflop_tables import NOTHING
from ui.concepts.shared.loss_surface import fitted

FINE = 61
ROOM = 1.5  # times the smallest and the largest size
NAMES = {"dots": "bottoms of valleys", "line": "best size"}
ALT = {
    "growth": "Best size against training FLOPs on log axes: the line that your runs lead to, with "
    "its 95 % band; thin where it goes beyond your largest run. Dots are the bottoms of valleys, "
    "where your runs have any. The sentence above gives the number at your budget.",
    "valleys": "Loss against parameters on a log axis, your runs by budget, with a parabola "
    "through each budget's runs. Where a bottom is marked, the best size there is determined.",
}


@dataclass(frozen=True, eq=False)
class Answer:
    """Finished runs, and what they say about a budget."""

    imported: ImportedRuns
    budget: str  # as it was typed, perhaps not at all

    @property
    def runs(self) -> Runs:
        """The runs."""
        return self.imported.runs

    @property
    def flops(self) -> float:
        """The budget; ten times that of the largest run where none is typed."""
        return larger_run.size(self.budget, self.runs.flops)

    @cached_property
    def spread(self) -> Spread | str:
        """One surface through all runs and through resamples, or why there is none."""
        return fitted(self.runs)

    @cached_property
    def profiles(self) -> Profiles | str:
        """The valleys and the line through their bottoms, or why there is none."""
        return isoflop_tables.profiles(self.runs)

    @property
    def trend(self) -> OptimalScaling:
        """The growth of the best size: by the surface, or else by the valleys.

        Raises:
            ValueError: if neither can be fitted; it says why.
        """
        if not isinstance(self.spread, str):
            return self.spread.params
        if not isinstance(self.profiles, str):
            return self.profiles.params
        raise ValueError(f"{self.spread}; and {self.profiles}")

    @property
    def params(self) -> Estimate:
        """The best size for the budget."""
        return self.trend.at(self.flops)

    @property
    def tokens(self) -> Estimate:
        """The tokens that the budget leaves for it."""
        return self.trend.complement.at(self.flops)

    @cached_property
    def loss(self) -> Estimate | None:
        """The loss of one run of the best size, where a surface tells it."""
        if isinstance(self.spread, str):
            return None
        return predict(self.spread, self.params.value, self.tokens.value).loss

    @cached_property
    def score(self) -> Score | str | None:
        """The errors on the runs that were held out, or why there are none."""
        held = self.imported.held_out
        if held is None or isinstance(self.spread, str):
            return None if held is None else str(self.spread)
        return score(self.spread, held)

    @property
    def goodness(self) -> Goodness | None:
        """How well the surface fits, where there is one."""
        return None if isinstance(self.spread, str) else self.spread.fit.goodness

    @property
    def determined(self) -> bool:
        """True where the interval of the best size tells something."""
        return self.params.high <= VAGUE * self.params.low

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences on what speaks against the answer."""
        if not isinstance(self.spread, str):
            fit = self.profiles
            off = () if isinstance(fit, str) else fit.outliers
            left = (f"Left out of the valleys: {outlier}." for outlier in off)
            return (*diagnose(self.spread.fit, self.spread, self.flops), *left)
        assert not isinstance(self.profiles, str)  # or there is no answer
        return (f"No surface: {self.spread}.", *self.profiles.warnings)

    @property
    def growth(self) -> dict[str, pd.DataFrame]:
        """The tables of the chart of the best size against the budget."""
        smallest, largest = float(self.runs.flops.min()), float(self.runs.flops.max())
        ends = min(smallest, self.flops), max(largest, self.flops)
        used = () if isinstance(self.profiles, str) else self.profiles.used
        tables = {
            "dots": isoflop_tables.dots(used),
            "line": isoflop_tables.line(self.trend, np.geomspace(*ends, FINE), largest),
            "truth": NOTHING,
            "guess": NOTHING,
        }
        return name_growth(tables, growth_axes(tables), NAMES)

    @property
    def valleys(self) -> dict[str, pd.DataFrame] | None:
        """The tables of the chart of valleys, where there are any."""
        if isinstance(self.profiles, str):
            return None
        drawn = isoflop_tables.drawn(self.runs, self.profiles.valleys)
        tables = {**drawn, "truth": NOTHING, "forecast": NOTHING}
        sizes = self.runs.params
        axes = valley_axes(tables, (sizes.min() / ROOM, sizes.max() * ROOM))
        return name_valleys(tables, axes, {"bottoms": "best size"})
