"""Sentences on three approaches to the same runs, and on their agreement."""

import pandas as pd

from toylab.fits.optimal_scaling import OptimalScaling
from toylab.quantities import format_number, format_scientific
from ui.concepts.parametric.text import whose_truth
from ui.concepts.parametric.view import Answer, Controls
from ui.concepts.shared.numbers import number, size

THREE = (
    "Approach 1 takes the lowest learning curve at each amount of compute; approach 2 the "
    "bottoms of parabolas, one through the runs near each budget's bottom; approach 3 the surface "
    "above. "
    "Intervals are 95 % bootstraps over curves, residuals and runs."
)
APART = "**their intervals do not overlap**: at least one of them is wrong about these runs"


def three(controls: Controls) -> str:
    """The runs that the three approaches look at."""
    if controls.data == "simulated":
        return "The runs above; for approach 1 learning curves of the same law, none spoiled"
    return "The runs above; for approach 1 those of one size are linked to a curve"


def approaches(answer: Answer) -> pd.DataFrame:
    """The three approaches side by side."""
    C = answer.controls.flops
    rows = []
    for name, result in answer.approaches.items():
        known = isinstance(result, OptimalScaling)
        rows.append(
            {
                "Approach": name,
                "Exponent a": number(result.exponent)
                if isinstance(result, OptimalScaling)
                else "none",
                f"Best size at {format_scientific(C)} FLOPs": size(result.at(C))
                if isinstance(result, OptimalScaling)
                else "none",
                "Why not": "" if known else result,
            }
        )
    frame = pd.DataFrame(rows)
    return frame if frame["Why not"].any() else frame.drop(columns="Why not")


def agreement(answer: Answer) -> str:
    """The agreement of the approaches that answer, with each other and with what is known."""
    trends = {
        name: result
        for name, result in answer.approaches.items()
        if isinstance(result, OptimalScaling)
    }
    if len(trends) < 2:
        return "Only one approach answers on these runs, so nothing checks it."
    C = answer.controls.flops
    sizes = [trend.at(C) for trend in trends.values()]
    overlap = max(e.low for e in sizes) <= min(e.high for e in sizes)
    spread = max(e.value for e in sizes) / min(e.value for e in sizes)
    overlapping = "their intervals overlap" if overlap else APART
    return (
        f"The {len(trends)} approaches that answer differ by a factor {format_number(spread, 3)} "
        f"in the best size at {format_scientific(C)} FLOPs; "
        f"{overlapping}.{_wrong(answer, trends)} They use the runs differently: an envelope only "
        "the lowest, parabolas only the neighbourhood of each bottom, a surface all of them, so "
        "it depends on a form that holds everywhere."
    )


def _wrong(answer: Answer, trends: dict[str, OptimalScaling]) -> str:
    if not answer.known:
        return ""
    a, whose = answer.known["a"], whose_truth(answer)
    ends = {name: trend.exponent for name, trend in trends.items()}
    out = [name for name, e in ends.items() if not e.holds(a)]
    if not out:
        return f" The interval of each holds {whose} exponent, {a:.3f}."
    return (
        f" {whose.capitalize()} exponent, {a:.3f}, lies outside the interval of "
        f"{', '.join(out)}: the form, or the interval, is wrong there."
    )
