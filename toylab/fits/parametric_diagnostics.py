"""Diagnostics of a fitted surface: what speaks against it, each in a sentence."""

import numpy as np
from scipy.special import fdtrc

from toylab.fits.parametric import Fit, Spread
from toylab.fits.runs import Array
from toylab.quantities import format_count, format_number, format_scientific

FEW_WALKS = 0.1  # the share of the walks that must end at the lowest place
STILL = 1e-4  # one more step gains at most this share of the objective at rest
VAGUE_FLOOR = 1.5  # a floor that may be lower by a larger factor is hardly determined
NONE = 1e-6  # a floor below this share of the lowest loss is none
VAGUE = 100.0  # a size whose interval spans a larger factor is not determined
FAR = 10.0  # budgets and sizes outside those of the runs by more than this factor
PATTERN_CHANCE = 0.001  # of residuals so patterned if they were noise
PATTERN_SHARE = 0.25  # a pattern explains at least this share of the residuals' variance


def diagnose(fit: Fit, spread: Spread | None, flops: float | None = None) -> tuple[str, ...]:
    """Warnings about the fit, and about its use at a budget; empty if there are none."""
    warnings = [
        _walks(fit),
        _gradient(fit),
        _floor(spread) if spread else "",
        _outer(spread) if spread else "",
        _pattern(fit),
        _reach(fit, flops) if flops else "",
        _size(spread, flops) if spread and flops else "",
    ]
    return tuple(sentence for sentence in warnings if sentence)


def _walks(fit: Fit) -> str:
    if fit.agreeing >= FEW_WALKS * fit.walked:
        return ""
    return (
        f"Only {fit.agreeing} of {fit.walked} walks end at the lowest place: there may be a "
        "lower one that none has found."
    )


def _gradient(fit: Fit) -> str:
    if fit.exact or fit.gain <= STILL:
        return ""
    return (
        f"The descent has not come to rest: one more step would still gain {fit.gain:.2%} of "
        "the objective."
    )


def _floor(spread: Spread) -> str:
    if spread.fit.options.fixed_E is not None:
        return ""
    E = spread.intervals["E"]
    if E.high < NONE * spread.fit.runs.loss.min():
        return "The fit puts the floor E at zero: these runs show none."
    if E.low > E.value / VAGUE_FLOOR:
        return ""
    together = "Exponents fitted together with it are not, either."
    if spread.fit.options.outer:
        together = "With another floor k, alpha and beta are others, too."
    return (
        f"The floor E is hardly determined: 95 % interval {format_number(E.low, 2)} to "
        f"{format_number(E.high, 3)}. {together}"
    )


def _outer(spread: Spread) -> str:
    if not spread.fit.options.outer or spread.fit.exact or not spread.intervals["k"].holds(1):
        return ""
    between = spread.intervals["k"].between(lambda k: f"{k:.3g}")
    return (
        f"These runs do not ask for the outer exponent: the 95 % interval of k, {between}, holds "
        "1. A constant that is not needed makes all others less certain."
    )


def _pattern(fit: Fit) -> str:
    """Warning if size and data explain residuals that should be noise."""
    x, z = (np.log(v / np.exp(np.log(v).mean())) for v in (fit.runs.params, fit.runs.tokens))
    design = np.column_stack([np.ones_like(x), x, z, x * x, x * z, z * z])
    spare = len(x) - design.shape[1]
    if spare < 1 or fit.exact:
        return ""
    share, chance = _explained(design, fit.residuals, spare)
    if chance > PATTERN_CHANCE or share < PATTERN_SHARE:
        return ""
    return (
        f"The residuals are no noise: a smooth bend in size and data explains {share:.0%} of "
        "them. This form holds only nearer to the valley, and its constants hang on which runs "
        "are in."
    )


def _explained(design: Array, values: Array, spare: int) -> tuple[float, float]:
    """R^2 of a regression, and the chance of as much from noise."""
    off = values - design @ np.linalg.lstsq(design, values, rcond=None)[0]
    total = float(((values - values.mean()) ** 2).sum())
    share = 1 - float(off @ off) / max(total, np.finfo(float).tiny)
    many = design.shape[1] - 1
    F = share / many / max((1 - share) / spare, 1e-300)
    return share, float(fdtrc(many, spare, max(F, 0.0)))


def _reach(fit: Fit, flops: float) -> str:
    return _outside(flops, fit.runs.flops, "FLOPs")


def diagnose_point(fit: Fit, params: float, tokens: float) -> tuple[str, ...]:
    """Warnings about the use of a fit at a size and an amount of data."""
    sizes = ((params, fit.runs.params, "params"), (tokens, fit.runs.tokens, "tokens"))
    return tuple(sentence for one in sizes if (sentence := _outside(*one)))


def _outside(size: float, sizes: Array, unit: str) -> str:
    beyond, before = size / sizes.max(), sizes.min() / size
    if max(beyond, before) <= FAR:
        return ""
    factor, side = (beyond, "above the largest") if beyond > 1 else (before, "below the smallest")
    times = f"{factor:,.0f}" if factor < 1e6 else format_scientific(factor)
    written = format_scientific(size) if unit == "FLOPs" else format_count(size)
    return (
        f"{written} {unit} lie a factor {times} {side} of these runs: the "
        "interval there holds only if the form does."
    )


def _size(spread: Spread, flops: float) -> str:
    best = spread.params.at(flops)
    if best.high <= VAGUE * best.low:
        return ""
    return (
        f"These runs do not determine the best size at {format_scientific(flops)} FLOPs: its "
        f"95 % interval spans a factor {format_scientific(best.high / best.low)}."
    )
