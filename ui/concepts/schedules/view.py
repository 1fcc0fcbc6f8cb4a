"""Controls of the page on schedules, and the tables behind its main figure."""

from dataclasses import asdict, dataclass, replace

import pandas as pd

from toylab import devices
from toylab.experiments import horizon_study
from toylab.experiments.horizon_results import HorizonResults
from toylab.experiments.horizon_study import HORIZONS, RATES, SHAPES, HorizonStudy
from toylab.experiments.learning_rates import Schedule
from ui.controls import Presets
from ui.knobs import knob
from ui.labels import Axes, Labels, Point

FIRST = HorizonStudy()
SIZES = [8, 16, 32, 64, 128]
TOKENS = {40_960: "41k", 81_920: "82k", 163_840: "164k", 327_680: "328k", 655_360: "655k"}
ENDS = [0.0, 0.1]  # shares of the peak
NAMED = {0.5: "half rate", 1.0: "usual rate", 2.0: "twice rate"}
MEANINGS = {0.5: "model", 1.0: "data", 2.0: "rival"}
AT = 2.0  # horizon that is asked about
EXCESS = (-0.03, 0.12)  # what the axis shows at least
FINE = 80


@dataclass(frozen=True)
class Controls:
    """The page's controls, as the link has them: the fields of a `HorizonStudy`."""

    shape: str = knob(FIRST.shape, "Decay", {shape: shape for shape in SHAPES}, row=True)
    end: float = knob(FIRST.end, "Ends at this share of the peak", ENDS)
    size: int = knob(FIRST.size, "Hidden units", SIZES)
    tokens: int = knob(FIRST.tokens, "Characters read", list(TOKENS), more=True)
    seeds: int = knob(FIRST.seeds, "Seeds", (2, 10), more=True)
    seed: int = knob(FIRST.seed, "First seed", (0, 10**6), more=True, typed=True)
    device: str = knob(FIRST.device, "Device", devices.KINDS, more=True)

    @property
    def study(self) -> HorizonStudy:
        """The study that they ask for."""
        return HorizonStudy(**asdict(self))


def presets(controls: Controls) -> Presets:
    """The studies to choose from, with seeds and device as they are."""
    records = {
        name: replace(
            controls, shape=one.shape, end=one.end, size=one.size, tokens=one.tokens
        )
        for name, one in HorizonStudy.PRESETS.items()
    }  # fmt: skip
    return Presets(records, controls.study.preset, horizon_study.NAMES)


def axes(results: HorizonResults) -> Axes:
    """The ends of the axes: horizons, and all excesses and the usual ones."""
    found = [*results.excess["excess"], *results.excess["low"], *results.excess["high"], *EXCESS]
    room = 0.06 * (max(found) - min(found))
    return Axes((0.93, HORIZONS[-1] * 1.75), (min(found) - room, max(found) + room), (True, False))


def excess(results: HorizonResults, *, seen: bool = True) -> dict[str, pd.DataFrame]:
    """The tables of the excess against the horizon; until `seen` of those in time."""
    ends, means, seeds = axes(results), results.excess, results.seeds
    if not seen:
        means, seeds = means[means["horizon"] == 1], seeds[seeds["horizon"] == 1]
    labels, at = Labels(ends), {}
    for rate in RATES:
        mine = means[means["rate"] == rate]
        line = [(float(x), float(y)) for x, y in mine[["horizon", "excess"]].to_numpy()]
        labels.keep_off(line)
        if line:
            at[NAMED[rate]] = line[-1]
    labels.keep_off([(HORIZONS[0], 0.0), (HORIZONS[-1], 0.0)])
    labels.name_points(at, list(at), must=list(at))
    return {
        "means": means.assign(meaning=means["rate"].map(MEANINGS), curve=means["rate"].map(NAMED)),
        "seeds": seeds.assign(meaning=seeds["rate"].map(MEANINGS)),
        "names": labels.table,
        "axes": ends.table,
    }


def rates(results: HorizonResults) -> dict[str, pd.DataFrame]:
    """The tables of the rate along the run, for each horizon."""
    study, rows, at = results.study, [], dict[str, Point]()
    ends = Axes((0.0, 1.3), (0.0, 1.06), (False, False))
    labels, usual = Labels(ends), replace(results.study.usual, tokens=study.tokens)
    steps = usual.plain.steps
    for horizon in HORIZONS:
        schedule = Schedule(shape=study.shape, end=study.end, horizon=horizon)
        course = schedule.rates(steps, 1.0)
        chosen = sorted({round(k * (steps - 1) / FINE) for k in range(FINE + 1)})
        line = [((t + 1) / steps, course[t]) for t in chosen]
        labels.keep_off(line)
        meaning = "data" if horizon == 1 else "model"
        rows += [(*point, f"{horizon:g}", meaning) for point in line]
        at[f"{horizon:g} times as long" if horizon > 1 else "ends with the run"] = line[-1]
    labels.name_points(at, list(at), must=list(at))
    return {
        "lines": pd.DataFrame(rows, columns=["done", "rate", "horizon", "meaning"]),
        "names": labels.table,
        "axes": ends.table,
    }
