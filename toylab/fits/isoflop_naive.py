"""Naive isoFLOP fit, as in exercises: the lowest dot of each budget, without logarithms.

    N_opt = k C^a    by least squares in N itself, through the lowest run of each budget

A grid knows the best size only to its next dot. And in N the largest budgets outweigh all
others: with sizes that grow by half a decade from budget to budget, the last one has ten times
the weight of the one before.
"""

import numpy as np
import pandas as pd

from toylab.fits.isoflop_budgets import budgets
from toylab.fits.runs import Runs
from toylab.laws.forms import Growth

LARGEST_LOG = 600.0  # of k


def lowest_runs(runs: Runs) -> pd.DataFrame:
    """The run of lowest loss at each budget: columns params, tokens, flops, loss."""
    best = [group[runs.loss[group].argmin()] for group in budgets(runs)]
    return runs.frame.iloc[best].reset_index(drop=True)


def fit_without_logs(dots: pd.DataFrame) -> Growth:
    """N = k C^a through the dots, least squares in N.

    Raises:
        ValueError: if there are fewer than three, or no power law comes of them.
    """
    from scipy.optimize import curve_fit

    if len(dots) < 3:
        raise ValueError(f"a power law needs three budgets at least, got {len(dots)}")
    flops, params = dots["flops"].to_numpy(), dots["params"].to_numpy()
    x, y = flops / flops.max(), params / params.max()
    slope, level = np.polyfit(np.log(x), np.log(y), 1)
    try:
        (k, a), _ = curve_fit(lambda x, k, a: k * x**a, x, y, p0=(np.exp(level), slope))
    except RuntimeError as trouble:
        raise ValueError("no power law comes of these dots") from trouble
    if min(k, a) <= 0:
        raise ValueError("through these dots the best size does not grow with compute")
    log_k = np.log(k) + np.log(params.max()) - a * np.log(flops.max())
    if abs(log_k) > LARGEST_LOG:
        raise ValueError(f"through these dots N = k C^{a:.3g}, too steep to write down its k")
    return Growth(float(np.exp(log_k)), float(a))
