"""Tab "Do all curves look the same?": loss curves, as they are and normalised."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd

from toylab.experiments.charlm import LOOKS
from toylab.experiments.collapse_results import LAST, VALLEY, CollapseResults
from toylab.experiments.collapse_study import FAMILIES, RECORDED_STUDY, CollapseStudy
from toylab.laws import published
from toylab.quantities import format_number, format_scientific
from ui.blocks import Figure, Folded
from ui.concepts.schedules import charts
from ui.concepts.schedules.live import State
from ui.concepts.shared import training
from ui.concepts.shared.training import corpus_specs
from ui.knobs import knob
from ui.label import Label
from ui.labels import LOW, Axes, Labels, Point
from ui.live import Live, Run, result_source

KEY = "collapse"
HIGHEST = ["3e9", "1e10", "3e10"]
FLOORS = [0.0, 0.5, 1.0, 1.24]
NAMES = {"valley": "valley", "larger": "4 times larger", "smaller": "4 times smaller"}
MEANINGS = {"valley": "data", "larger": "rival", "smaller": "model"}
LOSS, OVER = "Loss, nats/character", "Loss over the last loss"
ALT = (
    "Loss against the share of the run, a line a network: sizes of the valley at several budgets, "
    "and sizes four times larger and smaller. The sentence says how far apart they are."
)
FAMILY = (
    "**Each family has a curve of its own.** Networks four times too large or too small for their "
    "budget lie {larger} and {smaller} apart among themselves. So a collapse shows equal "
    "schedules and equal tokens a parameter. It does not show that a size is the best one."
)
OWN = (
    "At the end every normalised curve is 1 by construction; the first {last} of {looks} looks "
    "count here, but for the very first. The curves are means over {seeds} seeds, whose noise "
    "alone would part them by {luck}."
)
FLOOR = (
    "{source} found it for models of several sizes, with a floor taken off. Here the curves are "
    "closest with none (L0 = 0). Choose a floor, and hold their distance against that of seeds."
)


@dataclass(frozen=True)
class Controls:
    """The controls of the tab, as the link has them."""

    normalised: bool = knob(True, "Divide by the last loss")
    floor: float = knob(0.0, "Floor L0 taken off first, nats", FLOORS)
    highest: str = knob("1e10", "Largest budget, FLOPs", HIGHEST)

    def study(self, state: State) -> CollapseStudy:
        """The study that they ask for, with the page's seeds and device."""
        asked = state.asked
        return CollapseStudy(
            highest=float(self.highest), seeds=asked.seeds, seed=asked.seed, device=asked.device
        )


def panel(state: State, chosen: Controls) -> Iterator[Any]:
    """The button that trains it."""
    mine = chosen.study(state)
    yield Run(KEY, mine, partial(corpus_specs, mine), primary=False)


def collapse(state: State, chosen: Controls) -> Iterator[Any]:
    """Loss curves of all families, and how far apart they are."""
    source = result_source(KEY, chosen.study(state), CollapseStudy.recorded, RECORDED_STUDY)
    label = Label(
        source.kind, source.about.describe(), source.made, methods=(published.QIU,),
        stale=source.stale and source.job is not None, when=source.when,
    )  # fmt: skip
    yield Live(
        label, source, partial(training.gather, CollapseResults, source),
        partial(blocks, chosen=chosen),
    )  # fmt: skip


def blocks(results: CollapseResults, chosen: Controls) -> list[Any]:
    """The figure, and when the runs have ended what it says."""
    title = OVER if chosen.normalised else LOSS
    figure = [Figure(charts.curves(tables(results, chosen), title), ALT)]
    if results.live:
        return [f"{results.trained} of {results.study.networks} networks trained.", figure]
    if not results.whole:
        return ["Some runs diverged: too few are left to compare.", figure]
    return [
        sentence(results, chosen),
        figure,
        family(results, chosen),
        Folded("What counts, and the floor", f"{own(results, chosen)}\n\n{floor()}"),
    ]


def sentence(results: CollapseResults, chosen: Controls) -> str:
    """The spread of the valley's curves beside seeds, and the distance of sizes off it."""
    budgets = len(results.study.budgets)
    if not chosen.normalised:
        return (
            f"As they are, the curves of {budgets} budgets lie {percent(results.raw_spread())} "
            "apart (standard deviation). Divide each by its last loss, and look again."
        )
    spread, noise = (f(VALLEY, chosen.floor) for f in (results.spread, results.noise))
    off = [results.distance(name, chosen.floor) for name in ("larger", "smaller")]
    floor = f" with a floor of {chosen.floor:g}" if chosen.floor else ""
    return (
        f"Normalised{floor}, the valley's curves at {budgets} budgets lie **{percent(spread)} "
        f"apart**, {against(spread, noise)}: seeds of one network differ by {percent(noise)}. "
        f"Sizes off the valley lie {percent(min(off))} and {percent(max(off))} from them."
    )


def against(spread: float, noise: float) -> str:
    """The spread beside the noise of one seed."""
    if spread <= noise:
        return "no more than seeds do"
    return f"{format_number(spread / noise, 2)} times as far as seeds do"


def percent(value: float) -> str:
    """Like 0.58 %, 4.1 %."""
    return f"{format_number(100 * value, 2)} %"


def family(results: CollapseResults, chosen: Controls) -> str:
    """The spread of the families off the valley, each about its own curve."""
    names = ("larger", "smaller")
    return FAMILY.format(**{name: percent(results.spread(name, chosen.floor)) for name in names})


def own(results: CollapseResults, chosen: Controls) -> str:
    """The looks that count, and how far seeds alone would part the means."""
    luck = results.noise(VALLEY, chosen.floor) / math.sqrt(results.study.seeds)
    seeds = results.study.seeds
    return OWN.format(last=LAST, looks=LOOKS, seeds=seeds, luck=percent(luck))


def floor() -> str:
    """The floor that others take off."""
    return FLOOR.format(source=published.QIU.cited)


def tables(results: CollapseResults, chosen: Controls) -> dict[str, pd.DataFrame]:
    """The tables of the chart: a line a family and budget, means over seeds."""
    parts, at, lines = [], dict[str, Point](), dict[str, list[Point]]()
    for family in FAMILIES:
        means = _means(results, family, chosen)
        for budget, row in means.iterrows():
            name = f"{NAMES[family]}, {format_scientific(float(str(budget)))} FLOPs"
            line = [(float(results.done[k]), float(value)) for k, value in enumerate(row)]
            lines[name] = line
            parts += [(*point, name, name, MEANINGS[family], False) for point in line]
        if len(means):
            middle = means.median()
            at[NAMES[family]] = (float(results.done[0]), float(middle.iloc[0]))
    frame = pd.DataFrame(parts, columns=["done", "loss", "curve", "line", "meaning", "dash"])
    low, high = (1.0, 1.6) if chosen.normalised else (1.8, 3.3)
    known = [*frame["loss"], low, high]
    ends = Axes((0.0, 1.04), (min(known) / 1.02, max(known) * 1.05), (False, True))
    labels = Labels(ends, LOW)
    labels.keep_off(*lines.values())
    labels.name_points(at, list(at), must=list(at))
    return {"lines": frame, "names": labels.table, "axes": ends.table}


def _means(results: CollapseResults, family: str, chosen: Controls) -> pd.DataFrame:
    """What is drawn of a family: a row a budget, a column a look."""
    if chosen.normalised:
        return results.means(family, chosen.floor).map(math.exp)
    mine = results.curves[results.curves.index.get_level_values("family") == family]
    return mine.map(math.log).groupby(level="budget").mean().map(math.exp)
