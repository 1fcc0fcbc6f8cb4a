"""Several approaches to one study, side by side: how the best size grows, or why not."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from toylab.fits.optimal_scaling import OptimalScaling

Answers = dict[str, OptimalScaling | str]


def answers(made: Mapping[str, Callable[[], OptimalScaling]]) -> Answers:
    """The line of each approach, or the sentence in which it refuses."""
    results: Answers = {}
    for name, make in made.items():
        try:
            results[name] = make()
        except ValueError as refusal:
            results[name] = str(refusal)
    return results


def compared(results: Answers, truth: float | None) -> dict[str, pd.DataFrame]:
    """The tables of `shared.charts.approaches`; `truth` is the known exponent, if any."""
    rows = [
        (name, trend.exponent.value, trend.exponent.low, trend.exponent.high)
        for name, trend in results.items()
        if isinstance(trend, OptimalScaling)
    ]
    known = np.array([] if truth is None else [truth], dtype=np.float64)
    return {
        "approaches": pd.DataFrame(rows, columns=["name", "exponent", "low", "high"]),
        "truth": pd.DataFrame({"exponent": known}),
    }
