"""Coordinate check of a study: how the change of activations grows with the width.

    growth = slope of log2 of the change over log2 of the width

In muP it is 0 for every layer in the limit of wide networks (Yang et al. 2022, arXiv:2203.03466,
appendix D.1). In the standard parametrisation it is 1 for logits above one hidden layer: Adam
moves h weights by about the rate each, and the moves agree. Deeper hidden layers grow, too.
"""

import numpy as np
import pandas as pd

from toylab.experiments.transfer_results import TransferResults
from toylab.fits import rate_minimum
from toylab.fits.rate_minimum import Drift

LAYERS = ("first", "last", "logits")  # hidden layers, and what they predict


def checked(results: TransferResults) -> pd.DataFrame:
    """The runs that are looked at, those of the lowest rate.

    There a step is small, and a few of them add up; larger ones soon change the network.
    """
    octaves = np.log2(results.runs["lr"])
    return results.runs[np.isclose(octaves, results.study.lowest)]


def changes(results: TransferResults) -> pd.DataFrame:
    """Geometric means over seeds: columns scaling, width, first, last, logits."""
    runs = checked(results)
    logs = runs.assign(**{layer: np.log(runs[layer]) for layer in LAYERS})
    means = logs.groupby(["scaling", "width"], as_index=False)[list(LAYERS)].mean()
    return means.assign(**{layer: np.exp(means[layer]) for layer in LAYERS})


def growth(results: TransferResults, scaling: str, layer: str) -> Drift | None:
    """The growth of a layer's change, doublings a doubling of width, from the base up.

    By the scatter over seeds of all widths together; None before these have ended.
    """
    runs = checked(results)
    logs = runs.assign(log=np.log2(runs[layer]))
    table = logs.pivot(index=["scaling", "width"], columns="seed", values="log").dropna()
    upward = [width for width in results.study.widths if width >= results.study.base]
    if not {(scaling, width) for width in upward} <= results.ended & set(table.index):
        return None
    x = table.to_numpy()
    df = (len(x) - 1) * (x.shape[1] - 1)  # the base stands twice
    sd = float(np.sqrt(((x - x.mean(axis=1)[:, None]) ** 2).sum() / df))
    means = table.loc[scaling].loc[upward].to_numpy().mean(axis=1)
    return rate_minimum.slope(upward, means, sd / np.sqrt(x.shape[1]), df)
