"""Tables of what laws would have advised for a model, beside what was done."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from toylab.quantities import format_count, format_number, format_scientific, format_share
from ui.concepts.recipes.view import Controls, ratio

NOT_FOUND = "not found"


def splits(controls: Controls) -> pd.DataFrame:
    """The chosen model, and every law's split of its compute, for reading."""
    mine = controls.recipe
    cost = mine.regret(controls.surface.form)
    own = _split("**what they did**", mine.params, 1.0, mine.tokens, cost.waste, "")
    columns = ["law", "params", "times_params", "tokens", "waste", "source", "link"]
    rows = [
        _split(law, params, factor, tokens, waste, f"[{source}]({link})")
        for law, params, factor, tokens, waste, source, link in mine.splits(controls.surface.form)[
            columns
        ].to_numpy()
    ]
    return pd.DataFrame([own, *rows])


def settings(controls: Controls) -> pd.DataFrame:
    """The chosen model's batch and rate, and what every law advises, for reading."""
    mine = controls.recipe
    own = {
        "": "**what they did**",
        "Goes by": "",
        "Batch, tokens": _or_not(mine.batch, format_count),
        "They took": "",
        "Peak rate": _or_not(mine.lr, format_scientific),
        "They took ": "",
    }
    columns = ["law", "needs", "batch", "times_batch", "lr", "times_lr"]
    rows = [
        {
            "": law,
            "Goes by": needs,
            "Batch, tokens": format_count(batch),
            "They took": times(taken),
            "Peak rate": "says nothing" if np.isnan(lr) else format_scientific(lr),
            "They took ": times(rate_taken),
        }
        for law, needs, batch, taken, lr, rate_taken in mine.settings()[columns].to_numpy()
    ]
    return pd.DataFrame([own, *rows])


def times(value: float) -> str:
    """The ratio of what was taken to what is advised: 0.23 x, 4.3 x; empty where not known."""
    return "" if np.isnan(value) else f"{format_number(value, 2)}\N{MULTIPLICATION SIGN}"


def _split(
    law: str, params: float, factor: float, tokens: float, waste: float, source: str
) -> dict[str, str]:
    return {
        "": law,
        "Parameters": format_count(params),
        "Against theirs": times(factor),
        "Tokens": format_count(tokens),
        "Tokens per parameter": ratio(tokens / params),
        "Wasted compute": format_share(waste, 1),
        "Source": source,
    }


def _or_not(value: float, say: Callable[[float], str]) -> str:
    return NOT_FOUND if np.isnan(value) else say(value)
