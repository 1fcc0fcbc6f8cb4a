"""Tab *Depth or width*: shapes of networks of one size, trained live."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from toylab import devices
from toylab.experiments.shapes import DEPTHS, SIZES
from toylab.experiments.shapes_results import FEW, KINDS, ShapesResults
from toylab.experiments.shapes_study import LENGTHS, ShapesStudy, recorded_study
from toylab.laws import published
from toylab.live.result_source import ResultSource
from toylab.quantities import format_count, parse_number
from ui.blocks import Figure, Folded, Layout
from ui.concepts.architecture import charts, shapes_text
from ui.concepts.shared.training import corpus_specs
from ui.knobs import knob
from ui.label import Label
from ui.labels import LOW, Axes, Labels
from ui.live import Live, Rows, Run, result_source

FIRST = ShapesStudy()
ACROSS = {"depth": "Hidden layers", "aspect": "Width over depth"}  # a column, and its name
RATES = {"tuned": 1.0, "half of it": 0.5}
ENDS = {  # of the axis across, deep networks at the right; wider networks reach further
    "depth": (DEPTHS[0] - 0.4, DEPTHS[-1] + 0.6),
    SIZES[0]: (40.0, 2.3),
    SIZES[1]: (160.0, 6.0),
}
NAMES = {"plain": False, "skips": True}  # at the lines
HIGHEST = 18.0  # percent: the usual height of the figure


def _row(names: Iterable[str]) -> dict[str, str]:
    """Options side by side, which the link has as they read."""
    return {name: name for name in names}


@dataclass(frozen=True)
class Controls:
    """The controls of the tab, as the link has them."""

    params: str = knob(
        format_count(FIRST.params),
        "Parameters of each network",
        _row(map(format_count, SIZES)),
        row=True,
    )
    rate: str = knob("tuned", "Learning rate", _row(RATES), row=True)
    tokens: str = knob(
        format_count(FIRST.tokens),
        "Characters to learn from",
        _row(map(format_count, LENGTHS)),
        row=True,
    )
    seeds: int = knob(FIRST.seeds, "Seeds", (2, 8))
    across: str = knob("depth", "Across", _row(ACROSS), row=True)
    device: str = knob(FIRST.device, "Device", devices.KINDS)

    @property
    def study(self) -> ShapesStudy:
        """The study that they ask for."""
        params, tokens = (round(parse_number(text)) for text in (self.params, self.tokens))
        return ShapesStudy(params, RATES[self.rate], tokens, self.seeds, device=self.device)


def source(study: ShapesStudy) -> ResultSource:
    """The runs to show: a job of this session, or recorded ones that come near."""
    return result_source("shapes", study, ShapesStudy.recorded, nearest(study))


def nearest(study: ShapesStudy) -> ShapesStudy:
    """The recorded study of a size and rate, with as many characters or else the fewest."""
    lengths = (study.tokens, LENGTHS[0])
    known = (recorded_study(study.params, study.rate, tokens) for tokens in lengths)
    return next(filter(None, known))


def panel(_: object, chosen: Controls) -> Iterator[Any]:
    """The button that trains the shapes."""
    yield Run("shapes", chosen.study, lambda: corpus_specs(chosen.study))


def shapes(_: object, chosen: Controls) -> Iterator[Any]:
    """Excess loss against shape, what Kaplan found, and what not to conclude."""
    shown = source(chosen.study)
    about: ShapesStudy = shown.about

    def gather(rows: Rows, unfinished: Rows | None) -> ShapesResults:
        return ShapesResults(about, about.table(rows), unfinished is not None)

    label = Label(shown.kind, about.describe(), shown.made, stale=shown.stale, when=shown.when)
    yield Live(label, shown, gather, lambda results: figure(results, chosen.across))
    yield Label("published", shapes_text.KAPLAN, sources=(published.KAPLAN,))
    if not shown.live:
        yield Folded("Why?", shapes_text.why(gather(shown.rows, None)))


def figure(results: ShapesResults, across: str) -> Layout:
    """The finding in a sentence, and the figure."""
    chart = charts.shapes(tables(results, across), across, ACROSS[across])
    return [shapes_text.finding(results), [Figure(chart, shapes_text.ALT)]]


def axes(results: ShapesResults, across: str) -> Axes:
    """The ends of the axes: the same for all studies of a size, if the data allow it."""
    x = ENDS[across if across == "depth" else results.study.params]
    top = max([HIGHEST, *(results.shapes["high"] * 1.05)])
    return Axes(x, (-0.6, top), (across != "depth", False))


def tables(results: ShapesResults, across: str) -> dict[str, pd.DataFrame]:
    """The tables of the chart of excess loss against shape."""
    frame, ends = results.shapes, axes(results, across)
    frame = frame.assign(x=frame[across].astype(float))
    few = 100 * FEW
    labels = Labels(ends, LOW)
    labels.keep_off(*([(x, low), (x, high)] for x, low, high in _rows(frame, "low", "high")))
    lines = {
        name: list(_rows(frame[frame["kind"] == KINDS[skips]], "excess"))
        for name, skips in NAMES.items()
    }
    level = {f"{few:g} %": [(ends.x[0], few), (ends.x[1], few)]}
    labels.name_lines({name: line for name, line in lines.items() if line} | level)
    return {
        "shapes": frame,
        "few": pd.DataFrame({"excess": [few]}),
        "axes": ends.table,
        "names": labels.table,
    }


def _rows(frame: pd.DataFrame, *columns: str) -> Iterator[Any]:
    return frame[["x", *columns]].itertuples(index=False, name=None)
