"""Tables of the chart of steps against examples: the runs, and a hyperbola for each group."""

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from toylab.fits.critical_batch import Fit
from toylab.tables import batch_steps

FINE = 97


def hyperbolas(frame: pd.DataFrame, fits: Mapping[str, Fit | str]) -> dict[str, pd.DataFrame]:
    """The tables of the chart of steps against examples: runs (batch, steps, group), fits."""
    runs = frame.assign(examples=frame["batch"] * frame["steps"])
    curves, knees, names = [], [], []
    for group, result in fits.items():
        if isinstance(result, str):
            continue
        used = np.array(result.batches)
        B, curve = np.geomspace(used.min() / 2, used.max() * 2, FINE), result.curve
        line = {"examples": curve.examples(B), "steps": curve.steps(B), "group": group}
        curves.append(pd.DataFrame(line))
        end = {"examples": float(curve.examples(B[0])), "steps": float(curve.steps(B[0]))}
        names.append(end | {"name": "" if group == batch_steps.ALL else _values(group)})
        if result.determined:
            knee = {"examples": 2 * curve.E_min, "steps": 2 * curve.S_min, "group": group}
            knees.append(knee)
    pair = ["examples", "steps"]
    empty = pd.DataFrame(columns=[*pair, "group"], dtype=float)
    return {
        "runs": runs[[*pair, "batch", "group"]],
        "curves": pd.concat(curves) if curves else empty,
        "knees": pd.DataFrame(knees, columns=[*pair, "group"]),
        "names": pd.DataFrame(names, columns=[*pair, "name"]),
    }


def _values(group: str) -> str:
    """A group's name without its columns: "target=3.2, size=70M" -> "3.2, 70M"."""
    return re.sub(r"(^|, )[^=,]+=", r"\1", group)
