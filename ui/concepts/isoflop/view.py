"""Controls of the isoFLOP page, and the tables of its simulated scaling study."""

from dataclasses import asdict, dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
import pandas as pd

from toylab.fits import isoflop, isoflop_naive
from toylab.fits.envelope import Curve, Envelope, envelope
from toylab.fits.isoflop import NEAR, Profiles
from toylab.fits.isoflop_parabolas import Array
from toylab.fits.optimal_scaling import OptimalScaling
from toylab.fits.runs import Runs
from toylab.laws import allocation
from toylab.laws.forms import Additive, Growth
from toylab.quantities import format_scientific, ladder, parse_number
from toylab.simulation import study_design
from toylab.simulation.isoflop_study import SimulatedStudy, Training, curves, simulate
from ui.concepts.shared.isoflop_names import growth_axes, name_growth, name_valleys, valley_axes
from ui.concepts.shared.isoflop_tables import FINE, NOTHING, dots, drawn, line
from ui.concepts.shared.loss_surface import Surface, simulated_runs
from ui.knobs import knob

COMPUTE = [format_scientific(C) for C in ladder(17, 23, (1, 3))]
WIDTHS = ["1.5", "2", "2.5", "3", "4", "5", "6", "8", "10", "15", "20", "30"]
CENTRES = ["0.2", "0.25", "0.33", "0.5", "0.7", "1", "1.4", "2", "3", "4", "5"]
NOISES = ["0", "0.05", "0.1", "0.2", "0.3", "0.5", "1", "2", "3"]  # percent of the loss
UNDECAYED = ["0", "0.02", "0.05", "0.1", "0.2", "0.3"]
CURVATURES = {
    "near": f"each budget's own, from sizes within a factor {NEAR:g} of its bottom",
    "own": "each budget's own, from all sizes",
    "shared": "one for all budgets, from all sizes: less noise, wrong if the grids are off centre",
}
TARGETS = (1e23, 1e24)  # FLOPs
DESIGNS = (5, 7, 9, 12, 16, 20), (1.5, 2.0, 3.0, 4.0, 6.0, 10.0, 20.0)
SWEPT = (1.25, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 20.0, 30.0)
DRAWN = 60  # other draws of the noise for the naive fit
ALT = {  # constant: a chart whose text changes is drawn anew; the sentences below it change
    "valleys": "Loss against parameters on a log axis, one valley a budget: by the law larger "
    "budgets lie lower, with larger best sizes. While the question is open only the smallest "
    "budget's valley is drawn; your guess is an upright line.",
    "growth": "Best size against training FLOPs on log axes: a line through the valleys' "
    "bottoms, continued to 1e24 FLOPs, and a band that holds it to what the noise allows. The "
    "text says whether the law's own best size lies inside.",
    "designs": "A table of designs, sizes a budget against the width of the grid, with the "
    "typical error at 1e23 FLOPs. Narrow grids suffer from noise, wide ones from the valley's "
    "shape. The text names the cheapest that is good enough.",
    "biases": "Error of the best size at 1e23 FLOPs without any noise, against the width of "
    "the grid: what grids off centre and valleys that are no parabolas do, and more runs "
    "cannot mend. The text says how large it is here.",
    "curves": "Loss against training FLOPs on a log axis: at little compute the learning "
    "curves of small models are lowest, at more compute those of larger ones. The envelope "
    "follows the lowest.",
    "winners": "The size with the lowest loss against training FLOPs on log axes: it rises on "
    "the whole, in steps from one size tried to the next. The text holds the slope of the "
    "line through them against the law's.",
    "naive": "Best size against training FLOPs on log axes: the lowest runs jump around the "
    "law's line by steps of the grid, and the power law fitted to them without logarithms "
    "leans on the largest budgets. The text says how far off it ends.",
}
LAW = {"truth": "the law itself"}
MARKS = {"bottoms": "bottom of the fit", "truth": "the law's best"}
BOTTOMS = {"dots": "bottoms", "line": "line through them", "guess": "your guess", **LAW}
WINNERS = {"dots": "lowest curve", "line": "line through them", **LAW}
NAIVE = {"dots": "lowest runs", "line": "fitted without logarithms", **LAW}
STEEP = 2 / 3  # an exponent above every published one: the axis of sizes must not tell the law's
MARGIN = 1.5  # beyond what is drawn, as a factor


@dataclass(frozen=True)
class Controls(Surface):
    """The page's controls, as the link has them."""

    span: tuple[str, str] = knob(("1e18", "1e21"), "Budgets, FLOPs, from and to", COMPUTE)
    budgets: int = knob(7, "Budgets", (3, 12))
    sizes: int = knob(9, "Sizes at each budget", (3, 25))
    width: str = knob("4", "Grid: factor to either side", WIDTHS)
    off_centre: str = knob("1", "Grid's centre over the best size", CENTRES)
    noise: str = knob("0.5", "Noise, % of the loss", NOISES)
    curvature: str = knob("near", "Curvature", CURVATURES, more=True)
    seed: int = knob(0, "Seed", (0, 9999), more=True, typed=True)
    horizons: int = knob(4, "Learning curves: run lengths for each size", (2, 6), more=True)
    undecayed: str = knob(
        "0.1", "Learning curves: nats that a learning rate at its peak costs", UNDECAYED, more=True
    )

    @cached_property
    def study(self) -> SimulatedStudy:
        """The study as the engine knows it. Refuses one that has no range."""
        low, high = map(parse_number, self.span)
        if low == high:
            raise ValueError(f"a study needs two different ends of its budgets, got {low:g}")
        return SimulatedStudy(
            lowest=low,
            highest=high,
            budgets=self.budgets,
            sizes=self.sizes,
            width=float(self.width),
            off_centre=float(self.off_centre),
            noise=float(self.noise) / 100,
            seed=self.seed,
        )

    @property
    def clean(self) -> SimulatedStudy:
        """The same without noise."""
        return replace(self.study, noise=0.0)

    @property
    def shared(self) -> bool:
        """True where all budgets have one curvature."""
        return self.curvature == "shared"

    @property
    def kind(self) -> bool | None:
        """The same for the fit, whose default has one curvature where own ones are refused."""
        return None if self.curvature == "near" else self.shared

    @property
    def within(self) -> float:
        """The factor around each bottom whose runs are used."""
        return NEAR if self.curvature == "near" else np.inf

    @property
    def points(self) -> Runs:
        """The runs."""
        return simulated_runs(self.form, self.study)

    @property
    def table(self) -> pd.DataFrame:
        """The runs, to carry away."""
        return self.points.frame

    @property
    def profiles(self) -> Profiles:
        """The fit. Refuses where too few valleys have a bottom."""
        return _fitted(self.form, self.study, self.kind, self.within)

    @property
    def bias(self) -> dict[str, study_design.Error]:
        """The error of this very grid without noise, by the choice of curvature."""
        return {name: _bias(self.form, self.clean, *how) for name, *how in study_design.CHOICES}

    @property
    def misfit(self) -> float:
        """The distance of runs without noise from the parabolas, in ln L; nan if refused."""
        try:
            return _fitted(self.form, self.clean, self.kind, self.within).spread
        except ValueError:
            return np.nan

    def truth(self, flops: float) -> float:
        """The law's own best size."""
        return allocation.best(self.form, flops).params

    @property
    def exponent(self) -> float:
        """The law's own exponent of the best size."""
        return allocation.exponent(self.form)

    @property
    def drawn_sizes(self) -> tuple[float, float]:
        """The axis of sizes; it has room for every guess, and does not tell the answer."""
        sizes, study = self.points.params, self.study
        span = (study.highest / study.lowest) ** STEEP * study.width**2
        low = min(sizes.min(), self.truth(study.lowest)) / MARGIN
        return low, max(low * span * MARGIN**2, 10 * self.truth(study.lowest), sizes.max()) * 1.1

    def valleys(self, seen: bool = True, factor: float | None = None) -> dict[str, pd.DataFrame]:
        """The tables of the chart of valleys; before it is `seen` the smallest budget's alone.

        Names keep off the guess of a `factor` for ten times the budget.
        """
        return _valleys(self, seen, factor)

    def growth(self, factor: float | None = None) -> dict[str, pd.DataFrame]:
        """The tables of the chart of growth; at a guessed `factor` for ten times the budget."""
        tables = _lines(self.form, self.study, self.profiles.params)
        C, start = tables["truth"]["flops"], self.study.lowest
        guessed = NOTHING
        if factor is not None:
            along = (C / start) ** np.log10(factor)
            guessed = pd.DataFrame({"flops": C, "params": self.truth(start) * along})
        dots_ = dots(self.profiles.used)
        return _named(tables | {"dots": dots_, "guess": guessed}, BOTTOMS)

    @property
    def designs(self) -> pd.DataFrame:
        """The tables of the chart of designs."""
        return _designs(self.form, self.study, self.shared, self.within)

    @property
    def biases(self) -> pd.DataFrame:
        """The tables of the chart of biases."""
        return _biases(self.form, self.study)

    @property
    def envelope(self) -> Envelope:
        """Approach 1 on learning curves of the same cost."""
        return _enveloped(self.form, self.study, self.training)

    @property
    def training(self) -> Training:
        """The making of the learning curves."""
        return Training(horizons=self.horizons, undecayed=float(self.undecayed))

    @property
    def curves(self) -> dict[str, pd.DataFrame]:
        """The tables of the chart of curves."""
        made = _curves(self.form, self.study, self.training)
        lines = [
            pd.DataFrame({"flops": c.flops, "loss": c.loss, "params": c.params, "run": k})
            for k, c in enumerate(made)
        ]
        envelope = self.envelope
        low = pd.DataFrame({"flops": envelope.flops, "loss": envelope.loss})
        return {"curves": pd.concat(lines), "envelope": low.iloc[:: len(low) // 100 + 1]}

    @property
    def winners(self) -> dict[str, pd.DataFrame]:
        """The tables of the chart of winners."""
        envelope = self.envelope
        steps = pd.DataFrame({"flops": envelope.flops, "params": envelope.params})
        dots_ = _exact(steps.iloc[:: len(steps) // 120 + 1])
        return _named(_lines(self.form, self.study, envelope.scaling) | {"dots": dots_}, WINNERS)

    @property
    def naive(self) -> Growth:
        """The growth by the lowest dots and a fit without logarithms."""
        return isoflop_naive.fit_without_logs(isoflop_naive.lowest_runs(self.points))

    @property
    def naive_ratios(self) -> Array:
        """The naive size over the right one at the last target, for other draws; (draws,)."""
        return _naive_ratios(self.form, self.study, self.truth(max(TARGETS)))

    @property
    def naive_tables(self) -> dict[str, pd.DataFrame]:
        """The tables of the chart of the naive fit."""
        C = _compute(self.study)
        fitted = pd.DataFrame({"flops": C, "params": self.naive.at(C)})
        tables = {
            "dots": _exact(isoflop_naive.lowest_runs(self.points)),
            "line": _exact(fitted).assign(beyond=self.study.highest < C),
            "truth": _truth(self.form, C),
        }
        return _named(tables, NAIVE)


@dataclass(frozen=True)
class Experiment(Controls):
    """All that an experiment sets."""

    about: str = "designs"


@lru_cache(maxsize=32)
def _valleys(controls: Controls, seen: bool, factor: float | None) -> dict[str, pd.DataFrame]:
    try:
        valleys = controls.profiles.valleys
    except ValueError:  # the runs are drawn all the same
        valleys = ()
    best = [asdict(allocation.best(controls.form, C)) for C in controls.study.flops]
    truth = pd.DataFrame(best)[["params", "loss"]]
    tables = drawn(controls.points, valleys) | {"truth": truth, "forecast": NOTHING}
    axes = valley_axes(tables, controls.drawn_sizes)
    guessed = [] if factor is None else [factor * controls.truth(controls.study.lowest)]
    if seen:
        return name_valleys(tables, axes, MARKS, guessed)
    first = tables["runs"]["budget"].iloc[0]
    shown = {name: tables[name] for name in ("runs", "parabolas", "bottoms")}
    tables |= {name: table[table["budget"] == first] for name, table in shown.items()}
    return name_valleys(tables | {"truth": NOTHING}, axes, {"bottoms": "best size"}, guessed)


def _named(tables: dict[str, pd.DataFrame], words: dict[str, str]) -> dict[str, pd.DataFrame]:
    """The tables of a chart of growth, complete: names, the ends of its axes, no guess if none."""
    return name_growth({"guess": NOTHING, **tables}, growth_axes(tables), words)


def _exact(frame: pd.DataFrame) -> pd.DataFrame:
    """Sizes without an interval."""
    return frame.assign(low=frame["params"], high=frame["params"])


def _lines(form: Additive, study: SimulatedStudy, trend: OptimalScaling) -> dict[str, pd.DataFrame]:
    C = _compute(study)
    return {"line": line(trend, C, study.highest), "truth": _truth(form, C)}


def _compute(study: SimulatedStudy) -> Array:
    """From the lowest budget to the furthest target; the highest budget is among them."""
    far = np.geomspace(study.highest, max(TARGETS), FINE)
    return np.concatenate([np.geomspace(study.lowest, study.highest, FINE), far])


def _truth(form: Additive, flops: Array) -> pd.DataFrame:
    best = [allocation.best(form, C).params for C in flops]
    return pd.DataFrame({"flops": flops, "params": best})


@lru_cache(maxsize=64)
def _fitted(form: Additive, study: SimulatedStudy, shared: bool | None, within: float) -> Profiles:
    return isoflop.fit(simulated_runs(form, study), shared=shared, within=within)


@lru_cache(maxsize=16)
def _designs(form: Additive, study: SimulatedStudy, shared: bool, within: float) -> pd.DataFrame:
    return study_design.designs(form, study, TARGETS[0], *DESIGNS, shared=shared, within=within)


@lru_cache(maxsize=16)
def _biases(form: Additive, study: SimulatedStudy) -> pd.DataFrame:
    return study_design.biases(form, study, TARGETS[0], SWEPT, (study.off_centre,))


@lru_cache(maxsize=32)
def _bias(form: Additive, study: SimulatedStudy, shared: bool, within: float) -> study_design.Error:
    return study_design.error(form, study, TARGETS[0], shared=shared, within=within)


@lru_cache(maxsize=16)
def _curves(form: Additive, study: SimulatedStudy, training: Training) -> list[Curve]:
    return curves(form, study, training)


@lru_cache(maxsize=16)
def _enveloped(form: Additive, study: SimulatedStudy, training: Training) -> Envelope:
    return envelope(_curves(form, study, training))


@lru_cache(maxsize=16)
def _naive_ratios(form: Additive, study: SimulatedStudy, truth: float) -> Array:
    ratios = []
    for seed in range(study.seed + 1, study.seed + 1 + DRAWN):
        try:
            growth = isoflop_naive.fit_without_logs(
                isoflop_naive.lowest_runs(simulate(form, replace(study, seed=seed)))
            )
        except ValueError:
            continue
        ratios.append(float(growth.at(max(TARGETS))) / truth)
    return np.array(ratios)
