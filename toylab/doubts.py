"""Is a fitted surface to be believed? What speaks against it, each in a sentence."""

import numpy as np
from scipy.special import fdtrc

from toylab.parametric import Fit, Spread
from toylab.points import Array
from toylab.quantities import power

FEW = 0.1  # of the walks must end at the lowest place
STILL = 1e-3  # the gradient, against the objective itself: beyond it nothing has converged
WIDE = 1.5  # a floor that may be lower by a larger factor is hardly determined
ROUNDING = 1e-9  # of ln L
FAR = 10.0  # budgets beyond the largest one by more than this factor
CHANCE = 0.001  # of residuals so patterned if they were noise
PATTERN = 0.25  # and the share of their variance that the pattern must explain


def doubts(fit: Fit, spread: Spread | None, flops: float | None = None) -> tuple[str, ...]:
    """What to know before using the fit, and before using it at a budget; empty if nothing."""
    said = [
        _walks(fit),
        _gradient(fit),
        _floor(spread) if spread else "",
        _pattern(fit),
        _reach(fit, flops) if flops else "",
    ]
    return tuple(sentence for sentence in said if sentence)


def _walks(fit: Fit) -> str:
    if fit.agreeing >= FEW * fit.walked:
        return ""
    return (
        f"Only {fit.agreeing} of {fit.walked} walks end at the lowest place: there may be a "
        "lower one that none has found."
    )


def _gradient(fit: Fit) -> str:
    if _exact(fit) or fit.gradient <= STILL * fit.objective:
        return ""
    return f"The descent has not come to rest: the gradient is still {fit.gradient:.1e}."


def _floor(spread: Spread) -> str:
    if spread.fit.recipe.floor is not None:
        return ""
    E = spread.intervals["E"]
    if E.low > E.value / WIDE:
        return ""
    return (
        f"The floor E is hardly determined: 95 % interval {E.low:.2g} to {E.high:.3g}. "
        "Exponents fitted together with it are not, either."
    )


def _pattern(fit: Fit) -> str:
    """Whether size and data explain residuals that should be noise."""
    x, z = (
        np.log(v / np.exp(np.log(v).mean())) for v in (fit.points.params, fit.points.tokens)
    )
    design = np.column_stack([np.ones_like(x), x, z, x * x, x * z, z * z])
    spare = len(x) - design.shape[1]
    if spare < 1 or _exact(fit):
        return ""
    share, chance = _explained(design, fit.residuals, spare)
    if chance > CHANCE or share < PATTERN:
        return ""
    return (
        f"The residuals are no noise: a smooth bend in size and data explains {share:.0%} of "
        "them. This form holds only nearer to the valley, and its constants hang on which runs "
        "are in."
    )


def _exact(fit: Fit) -> bool:
    """Whether what is left is rounding, as in runs that a formula made."""
    return bool(np.abs(fit.residuals).max() < ROUNDING)


def _explained(design: Array, values: Array, spare: int) -> tuple[float, float]:
    """R^2 of a regression, and the chance of as much from noise."""
    off = values - design @ np.linalg.lstsq(design, values, rcond=None)[0]
    total = float(((values - values.mean()) ** 2).sum())
    share = 1 - float(off @ off) / max(total, np.finfo(float).tiny)
    many = design.shape[1] - 1
    F = share / many / max((1 - share) / spare, 1e-300)
    return share, float(fdtrc(many, spare, max(F, 0.0)))


def _reach(fit: Fit, flops: float) -> str:
    beyond = flops / fit.points.flops.max()
    if beyond <= FAR:
        return ""
    return (
        f"{power(flops)} FLOPs lie a factor {beyond:,.0f} beyond the largest of these runs: "
        "the interval there holds only if the form does."
    )
