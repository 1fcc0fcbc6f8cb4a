"""Results of a study of language models: valleys, the line through them, and the approaches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from toylab.experiments import charlm_repeats
from toylab.experiments.charlm import LOOKS
from toylab.experiments.charlm_repeats import Band
from toylab.experiments.charlm_study import NET_STUDIES, RECORDED_STUDIES, CharlmStudy
from toylab.experiments.languages import Language
from toylab.fits import isoflop
from toylab.fits.envelope import Curve, envelope, linked
from toylab.fits.estimate import Estimate
from toylab.fits.isoflop import Profiles
from toylab.fits.isoflop_budgets import Valley
from toylab.fits.isoflop_parabolas import Array
from toylab.fits.parametric import Spread
from toylab.fits.parametric_diagnostics import diagnose
from toylab.fits.runs import Runs, runs_of
from ui.concepts.charlm.view import BOTTOMS, MARKS
from ui.concepts.shared.approaches import Answers, answers, compared
from ui.concepts.shared.isoflop_names import Tables, name_growth, name_valleys, valley_axes
from ui.concepts.shared.isoflop_tables import FINE, NOTHING, dots, drawn, line, profiles
from ui.concepts.shared.loss_surface import fitted
from ui.labels import Axes

R = TypeVar("R")
NEAR = 2.5  # the factor around the valleys within which a surface is fitted once more
BEYOND = 3.4  # how far the axis reaches beyond the largest budget
EDGE = 1.3  # how far it begins below the smallest


@dataclass(frozen=True, eq=False)
class CharlmResults:
    """The finished runs of a study, however many there are so far, and their fits."""

    study: CharlmStudy
    frame: pd.DataFrame  # as `CharlmStudy.table` makes it
    flops: float  # the budget whose best size is asked about
    live: bool = False
    guessed: Sequence[float | None] = ()  # the best size, and its growth for 10 times the compute
    hidden: bool = False  # the answer; the line through the bottoms would give it away
    more: pd.DataFrame | None = None  # runs off the valley, for the surface alone
    forecast: float | None = None  # parameters: the best size as it was forecast
    curves: Sequence[Curve] = ()  # losses on the way; recorded runs have none

    @property
    def good(self) -> pd.DataFrame:
        """Runs with a loss."""
        return self.frame[~self.frame["diverged"]]

    @property
    def language(self) -> Language:
        """The language that is learned."""
        return self.study.kind

    @property
    def unit(self) -> str:
        """The unit of the loss."""
        return f"nats/{self.language.token}"

    @cached_property
    def runs(self) -> Runs:
        """The good runs, to be fitted."""
        return runs_of(self.good)

    @cached_property
    def valleys(self) -> tuple[Valley, ...]:
        """The valleys so far."""
        fit = self.profiles
        return isoflop.look(self.runs) if isinstance(fit, str) else fit.valleys

    @cached_property
    def profiles(self) -> Profiles | str:
        """The line through their bottoms, or the reason why there is none."""
        return profiles(self.runs)

    @property
    def line(self) -> Profiles:
        """The same. Refuses where there is none."""
        return _granted(self.profiles)

    @property
    def best(self) -> Estimate | None:
        """The best size at the budget that is asked about, as the line has it."""
        fit = self.profiles
        return None if isinstance(fit, str) else fit.params.at(self.flops)

    @property
    def warnings(self) -> tuple[str, ...]:
        """The diagnostics of the line, where there is one to see."""
        fit = self.profiles
        return () if isinstance(fit, str) or self.hidden or self.live else fit.warnings

    @property
    def alike(self) -> Estimate | None:
        """The exponent with one curvature for all valleys, as the band's repeats were fitted."""
        fit = self.profiles
        if isinstance(fit, str):
            return None
        return fit.choice.exponent if fit.choice.shared else fit.choice.other

    @property
    def ratios(self) -> list[float]:
        """Tokens per parameter at each bottom."""
        fit = self.profiles
        used = () if isinstance(fit, str) else fit.used
        return [valley.tokens / valley.params.value for valley in used]

    @property
    def band(self) -> Band | None:
        """The band of repeats of this study; None where there are none."""
        return charlm_repeats.band(self.study)

    @property
    def sizes(self) -> tuple[float, float]:
        """The ends of an axis of sizes: the study's networks, and the guess; parameters.

        They are half powers of ten: the grid's own ends would tell where the bottoms are sought.
        """
        sizes = [float(spec.params) for spec in self.study.specs()]
        sizes += [size for size in self.guessed[:1] if size]
        halves = 2 * np.log10(sizes)
        return 10 ** (np.floor(halves.min()) / 2), 10 ** (np.ceil(halves.max()) / 2)

    @property
    def expected(self) -> tuple[float, ...]:
        """Losses that are on their way, by the recorded runs of these budgets: an axis has room."""
        if not self.live:
            return ()
        budgets, losses = _recorded(self.study.language)
        mine = losses[(budgets > self.study.lowest / EDGE) & (budgets < self.study.highest * EDGE)]
        return (mine.min(), mine.max()) if len(mine) else ()

    @property
    def axes(self) -> Axes:
        """The axes of the chart of growth: budgets and sizes."""
        return Axes((self.study.lowest / EDGE, BEYOND * self.study.highest), self.sizes)

    @property
    def valley_tables(self) -> Tables:
        """The tables of the chart of valleys."""
        valleys = [valley for valley in self.valleys if not (self.live and valley.warning)]
        forecast = pd.DataFrame({"params": [self.forecast]}, dtype=np.float64).dropna()
        tables = drawn(self.runs, valleys) | {"truth": NOTHING, "forecast": forecast}
        upright = [at for at in (self.forecast, *self.guessed[:1]) if at is not None]
        return name_valleys(tables, valley_axes(tables, self.sizes, self.expected), MARKS, upright)

    @property
    def growth_tables(self) -> Tables:
        """The tables of the chart of growth."""
        low, high = self.study.lowest, self.study.highest
        C = np.append(np.geomspace(low, high, FINE), BEYOND * high)
        fit = self.profiles
        trend = pd.DataFrame(columns=["flops", "params", "low", "high", "beyond"], dtype=np.float64)
        if not isinstance(fit, str) and not self.hidden:
            trend = line(fit.params, C, high)
        bottoms = [valley for valley in self.valleys if not valley.warning]
        tables = {"dots": dots(bottoms), "line": trend, "truth": NOTHING, "guess": NOTHING}
        if len(made := [number for number in self.guessed if number]) == 2:
            along = made[0] * (C / self.flops) ** np.log10(made[1])
            tables["guess"] = pd.DataFrame({"flops": C, "params": along})
        return name_growth(tables, self.axes, BOTTOMS)

    @property
    def written(self) -> tuple[Mapping[str, Any], Mapping[str, Any]] | None:
        """The best and the worst run at the largest budget whose text was kept."""
        wrote = self.good[self.good["text"] != ""]
        if wrote.empty:
            return None
        last = wrote[wrote["flops"] > wrote["flops"].max() / 2].sort_values("loss")
        return (last.iloc[0].to_dict(), last.iloc[-1].to_dict()) if len(last) > 1 else None

    @property
    def all_runs(self) -> Runs:
        """The good runs, and those off the valley, where there are some."""
        if self.more is None:
            return self.runs
        return runs_of(pd.concat([self.good, self.more]))

    @cached_property
    def approaches(self) -> Answers:
        """The growth of the best size by each approach, or its refusal."""
        return answers(
            {
                "1. envelope": lambda: envelope(self.curves or linked(self.runs)).scaling,
                "2. isoFLOP profiles": lambda: self.line.params,
                "3. surface, all runs": lambda: self.surface.params,
                f"3. surface, within {NEAR:g}x": lambda: (
                    _surface(isoflop.near(self.all_runs, self.line, NEAR)).params
                ),
            }
        )

    @property
    def surface(self) -> Spread:
        """One surface through all runs. Refuses where they determine none."""
        return _surface(self.all_runs)

    @property
    def surface_warnings(self) -> tuple[str, ...]:
        """The diagnostics of that surface; empty where there is none."""
        try:
            return diagnose(self.surface.fit, self.surface, self.flops)
        except ValueError:
            return ()

    @property
    def approach_tables(self) -> dict[str, pd.DataFrame]:
        """The tables of the chart of approaches."""
        return compared(self.approaches, None)


@cache
def by_network() -> Mapping[str, CharlmResults]:
    """The results of one recorded plan with each network, by the names of their studies."""
    by_net = {}
    for name, study in NET_STUDIES.items():
        known = study.recorded()
        frame = study.table(known.rows if known else [])
        by_net[name] = CharlmResults(study, frame, study.highest)
    return by_net


@lru_cache
def _recorded(language: str) -> tuple[Array, Array]:
    """Budgets and losses of the recorded runs of a language."""
    study = RECORDED_STUDIES[language]
    known = study.recorded()
    frame = study.table(known.rows if known else []).dropna(subset="loss")
    return frame["flops"].to_numpy(float), frame["loss"].to_numpy(float)


def learning_curves(rows: Sequence[Mapping[str, Any]]) -> list[Curve]:
    """The losses at the looks of runs with some, a curve a size and length, means over seeds."""
    several: dict[tuple[int, int], list[list[float]]] = {}
    for row in rows:
        if row.get("curve") and not row["diverged"]:
            several.setdefault((row["params"], row["tokens"]), []).append(row["curve"])
    return [
        Curve(float(params), tokens * np.arange(1, LOOKS + 1) / LOOKS, np.mean(losses, axis=0))
        for (params, tokens), losses in sorted(several.items())
    ]


def _granted(result: R | str) -> R:
    if isinstance(result, str):
        raise ValueError(result)
    return result


def _surface(runs: Runs) -> Spread:
    return _granted(fitted(runs))
