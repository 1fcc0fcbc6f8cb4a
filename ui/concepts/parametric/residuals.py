"""Tables of the residuals: how far each run lies above the fitted surface."""

import pandas as pd

from ui.concepts.parametric.view import Answer
from ui.labels import Axes, Labels

MARGIN = 0.08  # of the height, above and below


def tables(answer: Answer) -> dict[str, pd.DataFrame]:
    """The tables of the chart of residuals."""
    runs = answer.residuals
    off = [*runs["off"], 0.0]
    pad = max(MARGIN * (max(off) - min(off)), 0.01)
    across = runs["params"].min() / 1.5, runs["params"].max() * 1.5
    up = min(off) - pad, max(off) + pad
    labels = Labels(Axes(across, up, log=(True, False)))
    dots = list(runs[["params", "off"]].itertuples(index=False, name=None))
    labels.keep_off_points(dots)
    labels.name_lines({"on the surface": [(across[0], 0.0), (across[1], 0.0)]})
    out = runs[runs["kept"] == "left out"]
    if not out.empty:
        highest = out.nlargest(1, "off").iloc[0]
        labels.name_points({"left out": (highest["params"], highest["off"])}, ["left out"])
    return {
        "runs": runs,
        "zero": pd.DataFrame({"off": [0.0]}),
        "box": pd.DataFrame({"params": across, "off": up}),
        "names": labels.table,
    }
