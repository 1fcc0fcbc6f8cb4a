"""Tables of the cloud: B and beta as fits to resampled runs have them, and the range of B."""

import math

import numpy as np
import pandas as pd

from toylab.quantities import format_full
from ui.concepts.parametric.view import Answer
from ui.labels import Axes, Labels, Point

SHOWN = 400  # resamples
BELOW, ABOVE = 2.0, 120.0  # factors that the axis spans around the bottom, while its top is asked
LEAST = 1.5  # the factor that it always spans
TAILS = (0.005, 0.995)  # what lies further out is not drawn
PAIR = ["beta", "B"]
Box = tuple[Point, Point]


def tables(answer: Answer, asked: bool, seen: bool) -> dict[str, pd.DataFrame]:
    """The tables of the chart of the cloud; before it is `seen` only the bottom of the range."""
    box = guessed(answer) if asked else around(answer)
    drawn, best, span = _drawn(answer), answer.fit.form, answer.spread.intervals["B"]
    marks = {
        "drawn": drawn,
        "best": pd.DataFrame([(best.beta, best.B)], columns=PAIR),
        "truth": pd.DataFrame(
            [(answer.law.beta, answer.law.B)] if answer.law else [], columns=PAIR, dtype=np.float64
        ),
        "high": pd.DataFrame({"B": [span.high]}),
    }
    if not seen:
        marks = {name: table.iloc[:0] for name, table in marks.items()}
    marks = {name: _inside(table, box) for name, table in marks.items()}
    return {
        **marks,
        "low": _inside(pd.DataFrame({"B": [span.low]}), box),
        "box": pd.DataFrame(dict(zip(PAIR, box, strict=True))),
        "names": _names(marks, (span.low, span.high), box),
    }


def guessed(answer: Answer) -> Box:
    """The edges while the top of the range is asked for: they follow from its bottom alone."""
    span = answer.spread.intervals
    low, beta = span["B"].low, span["beta"].low
    # B and beta move so that B / D^beta stays as it is where the runs are
    typical = max(1.0, float(np.log(answer.fit.runs.tokens).mean()))
    sides = (-math.log(BELOW) / typical, math.log(ABOVE) / typical)
    return (beta + sides[0], beta + sides[1]), (low / BELOW, low * ABOVE)


def around(answer: Answer) -> Box:
    """The edges around the cloud."""
    drawn, span = _drawn(answer), answer.spread.intervals
    law = [answer.law] if answer.law else []
    forms = [answer.fit.form, *law]
    betas = [*drawn["beta"].quantile(TAILS), *(form.beta for form in forms)]
    logs = np.log([*drawn["B"].quantile(TAILS), *(form.B for form in forms), span["B"].low])
    pad = max(0.05 * (max(logs) - min(logs)), math.log(LEAST) / 2)
    margin = max(0.05 * (max(betas) - min(betas)), 0.005)
    across = (min(betas) - margin, max(betas) + margin)
    return across, (math.exp(min(logs) - pad), math.exp(max(logs) + pad))


def _drawn(answer: Answer) -> pd.DataFrame:
    columns = ["A", "B", "E", "alpha", "beta"]  # as `parametric.NAMES`
    return pd.DataFrame(answer.spread.constants[:SHOWN], columns=columns).drop(columns="E")


def _names(marks: dict[str, pd.DataFrame], span: Point, box: Box) -> pd.DataFrame:
    """Names of the range's ends, the fit and the law, with their places."""
    (left, right), _ = box
    labels = Labels(Axes(*box, log=(False, True)))
    labels.keep_off_points(list(marks["drawn"][PAIR].itertuples(index=False, name=None)))
    low, high = span
    lines = {f"95 % range: from {format_full(low)}": [(left, low), (right, low)]}
    if not marks["high"].empty:
        lines[f"to {format_full(high)}"] = [(left, high), (right, high)]
    labels.name_lines(lines)
    dots = {
        name: next(marks[table][PAIR].itertuples(index=False, name=None))
        for table, name in (("best", "the fit"), ("truth", "the law itself"))
        if not marks[table].empty
    }
    labels.name_points(dots, list(dots), list(dots))
    return labels.table


def _inside(frame: pd.DataFrame, box: Box) -> pd.DataFrame:
    """The rows on the plot: those beyond would widen its axes."""
    for name, ends in zip(PAIR, box, strict=True):
        if name in frame:
            frame = frame[frame[name].between(*ends)]
    return frame
