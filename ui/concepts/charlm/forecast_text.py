"""Sentences about the next budget: its forecast, and how that came out."""

from toylab.fits.estimate import Estimate
from toylab.fits.forecast import Forecast, held
from toylab.fits.isoflop_budgets import Valley
from toylab.quantities import format_change, format_scientific
from ui.concepts.charlm.live import Locked, NextBudget
from ui.concepts.shared.numbers import number, size

BEFORE = "The smaller budgets"
BUSY = "The forecast of another study is being trained; stop it here, or wait for its end."


def prediction(forecast: Forecast, unit: str) -> str:
    """A forecast, before it is run."""
    return (
        f"At **{format_scientific(forecast.flops)} FLOPs** the lines say: best size "
        f"**{size(forecast.params)}**, loss **{number(forecast.loss)}** {unit}. Both are straight "
        "lines on log-log axes; for the loss that means no floor. Intervals are those of the "
        "lines. Lock it in, and the runs will tell."
    )


def outcome(result: NextBudget) -> str:
    """The forecast, and what its runs say so far."""
    if result.live:
        return f"{locked(result.locked)} {len(result.frame)} networks trained."
    try:
        return score_forecast(result.locked.forecast, result.measured)
    except ValueError as refusal:
        return f"{locked(result.locked)} No verdict: {refusal}."


def score_forecast(forecast: Forecast, valley: Valley) -> str:
    """The forecast against the valley that was trained since."""
    params, loss = forecast.params, forecast.loss
    vague = size(params) == "not determined"
    sizes = "the forecast says nothing" if vague else _held(held(params, valley.params))
    losses = held(loss, valley.bottom)
    parts = (
        f"Best size: forecast {size(params)}, measured {size(valley.params)}, {sizes}.",
        f"Loss: forecast {number(loss)}, measured {number(valley.bottom)}, {_held(losses)}.",
        _bend(losses),
        "Each difference is weighed with both scatters; one seed a size has more.",
    )
    return " ".join(filter(None, parts))


def _held(off: Estimate) -> str:
    inside = off.holds(1)
    return f"off by {format_change(off.value)}, **{'held' if inside else 'missed'}**"


def _bend(off: Estimate) -> str:
    if off.low > 1:
        return "A loss above the line is what a floor would do: the fall slows down."
    if off.high < 1:
        return "A loss below the line: the fall gets steeper here."
    return ""


def locked(locked: Locked) -> str:
    """A forecast that can no longer be changed."""
    forecast = locked.forecast
    return (
        f"Locked before the run: best size {size(forecast.params)}, loss "
        f"{number(forecast.loss)} at {format_scientific(forecast.flops)} FLOPs."
    )
