"""Tables of the fitted surface over parameters and tokens, with its runs and its best split."""

import math
from collections.abc import Iterable

import numpy as np
import pandas as pd

from toylab.laws import allocation
from toylab.laws.forms import FLOPS, Additive
from toylab.quantities import format_count, format_number, format_scientific
from ui.concepts.parametric.view import Answer
from ui.concepts.shared.numbers import vague
from ui.labels import Axes, Labels, Point

LEVELS = (0.1, 0.3, 0.5, 0.7, 0.9)  # along the best splits: where contours cross them
FINE = 61  # points along a contour
BEYOND = 3.0  # the plane reaches this factor beyond all that is on it
ROOM = 12.0  # and this beyond the best split, for its name
OFF_MAP = 1e8  # a best size this factor from all runs is not drawn
Box = tuple[Point, Point]  # the plane's edges: parameters, tokens


def tables(answer: Answer) -> dict[str, pd.DataFrame]:
    """The tables of the chart of the plane."""
    box, form, C = edges(answer), answer.fit.form, answer.controls.flops
    line, frontier = budget(C, box), best_splits(form, box)
    rings = contours(form, frontier, box)
    size = answer.best
    ends = (size.low, size.high) if not vague(size) else ()
    return {
        "runs": answer.residuals,
        "contours": rings,
        "line": line,
        "frontier": frontier,
        "interval": _inside(((N, C / FLOPS / N) for N in ends), box),
        "best": _inside([split(form, C)], box),
        "truth": _inside([split(answer.law, C)] if answer.law else [], box),
        "box": pd.DataFrame({"params": box[0], "tokens": box[1]}),
        "names": names(answer, box, line, frontier, rings),
    }


def split(form: Additive, flops: float) -> Point:
    """The best parameters and tokens of a budget."""
    best = allocation.best(form, flops)
    return best.params, best.tokens


def edges(answer: Answer) -> Box:
    """The edges of the plane: all runs, and the best split that is asked about."""
    runs, C, best = answer.runs, answer.controls.flops, answer.best
    splits = [split(form, C) for form in (answer.fit.form, answer.law) if form]
    if not vague(best):
        splits += [(N, C / FLOPS / N) for N in (best.low, best.high)]
    near = [
        at for at in splits
        if runs.params.min() / OFF_MAP < at[0] < runs.params.max() * OFF_MAP
    ]  # fmt: skip
    params = [*runs.params, *(N for N, _ in near), *(N * ROOM / BEYOND for N, _ in near[:1])]
    tokens = [*runs.tokens, *(D for _, D in near)]
    return _around(params), _around(tokens)


def budget(flops: float, box: Box) -> pd.DataFrame:
    """The line of all splits of a budget, as far as it lies on the plane."""
    (least, most), (few, many) = box
    product = flops / FLOPS
    params = max(least, product / many), min(most, product / few)
    on = params if params[0] < params[1] else ()
    return _points((N, product / N) for N in on)


def best_splits(form: Additive, box: Box) -> pd.DataFrame:
    """The best splits of every budget that lie on the plane: its two ends, on log axes."""
    sides = np.log(np.array(box))  # (2, 2)
    start, grown = (np.log(split(form, FLOPS * scale)) for scale in (1.0, math.e))
    times = (sides - start[:, None]) / (grown - start)[:, None]  # of ln C, at each edge
    first, last = times[:, 0].max(), times[:, 1].min()
    on = (first, last) if first < last else ()
    return _points(split(form, FLOPS * math.exp(at)) for at in on)


def contours(form: Additive, frontier: pd.DataFrame, box: Box) -> pd.DataFrame:
    """A few lines of equal loss, evenly along the best splits: params, tokens, level."""
    if frontier.empty:
        return _points([]).assign(level="")
    ends = np.log(frontier.to_numpy())  # (2, 2)
    crossed = np.exp(ends[0] + np.outer(LEVELS, ends[1] - ends[0]))
    losses = form.loss(crossed[:, 0], crossed[:, 1])
    rings = [contour(form, float(L), box).assign(level=level(float(L))) for L in losses]
    return pd.concat(rings)


def level(loss: float) -> str:
    """The name of a contour."""
    return f"loss {format_number(loss, 3)}"


def contour(form: Additive, loss: float, box: Box) -> pd.DataFrame:
    """A line of equal loss from edge to edge of the plane."""
    above, (least, most), (few, many) = loss - form.E, *box

    def by_size(N: float) -> float:  # the share that the model's term has in what is above E
        return form.A / N**form.alpha / above

    def by_data(D: float) -> float:
        return 1 - form.B / D**form.beta / above

    low, high = max(by_size(most), by_data(few)), min(by_size(least), by_data(many))
    low, high = max(low, 1e-9), min(high, 1 - 1e-9)
    if low >= high:
        return _points([])
    logits = np.linspace(math.log(low / (1 - low)), math.log(high / (1 - high)), FINE)
    share = 1 / (1 + np.exp(-logits))
    params = (form.A / (share * above)) ** (1 / form.alpha)
    tokens = (form.B / ((1 - share) * above)) ** (1 / form.beta)
    return _points(zip(params, tokens, strict=True))


def names(
    answer: Answer, box: Box, line: pd.DataFrame, frontier: pd.DataFrame, rings: pd.DataFrame
) -> pd.DataFrame:
    """Names of lines and dots, with their places."""
    labels, C, runs = Labels(Axes(*box)), answer.controls.flops, answer.residuals
    lines = {f"{format_scientific(C)} FLOPs": points(line), "best splits": points(frontier)}
    lines |= {str(name): points(ring) for name, ring in rings.groupby("level")}
    labels.keep_off_points(points(runs))
    labels.keep_off(*lines.values())
    best = split(answer.fit.form, C)
    split_text = f"{format_count(best[0])} on {format_count(best[1])}"
    dots, out = {split_text: best}, runs[runs["kept"] == "left out"]
    if answer.law:
        dots["the law"] = split(answer.law, C)
    labels.name_points(dots, list(dots), [split_text], most=(2, 0))  # a phone has no room for them
    if not out.empty:
        labels.name_points({"left out": points(out.nlargest(1, "loss"))[0]}, ["left out"])
    labels.name_lines(lines)
    return labels.table


def points(frame: pd.DataFrame) -> list[Point]:
    """The rows of a table as points of the plane."""
    return list(frame[["params", "tokens"]].itertuples(index=False, name=None))


def _points(rows: Iterable[Point]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["params", "tokens"], dtype=np.float64)


def _inside(rows: Iterable[Point], box: Box) -> pd.DataFrame:
    frame, (params, tokens) = _points(rows), box
    return frame[frame["params"].between(*params) & frame["tokens"].between(*tokens)]


def _around(values: list[float]) -> Point:
    return min(values) / BEYOND, max(values) * BEYOND
