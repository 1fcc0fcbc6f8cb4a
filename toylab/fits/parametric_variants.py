"""How do fits go wrong? The same runs under recipes that have all been used in earnest.

Each recipe differs in one thing from the right one, and is judged by the right one's objective
and by the tokens per parameter that it advises.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from toylab.fits import lbfgs_baseline, parametric
from toylab.fits.gauss_newton import HuberObjective
from toylab.fits.lbfgs_baseline import Minimum, Options
from toylab.fits.parametric import Fit
from toylab.fits.parametric_options import USUAL, FitOptions
from toylab.fits.runs import Runs
from toylab.laws import allocation
from toylab.laws.forms import Additive
from toylab.quantities import format_scientific

SAMPLE = 16  # of the 4,500 starts, the lowest: from there the plain way takes 0.3 s
Way = Callable[[], Additive | Minimum]
Ways = dict[str, tuple[str, Way]]
DIGITS = {"E": 2, "A": 1, "B": 1, "alpha": 2, "beta": 2}  # decimals, as printed in 2022


@dataclass(frozen=True)
class Variant:
    """One recipe, and what it makes of the runs."""

    name: str
    why: str
    form: Additive | None  # None where no law came of it
    objective: float  # of the right recipe, on the runs that it fits
    success: bool | None = None  # what scipy says, where it was asked


@dataclass(frozen=True)
class VariantOptions:
    """What the reader chooses to get wrong."""

    ftol: float = 1e-6
    delta: float = 1.0  # nats of ln L; so large is least squares
    tilt: float = 0.1
    restored: int = 5  # runs of highest loss, back in

    def __post_init__(self) -> None:
        if not (self.ftol > 0 and 0 < self.tilt < 1 and self.restored >= 0):
            raise ValueError(
                f"ftol must be positive, tilt between 0 and 1, restored not negative: {self}"
            )


def variants(every: Runs, fit: Fit, chosen: VariantOptions) -> list[Variant]:
    """The runs under each recipe.

    Args:
        every: all runs, those too that the fit left out.
        fit: the right one.
        chosen: how wrong to be.
    """
    ways: Ways = {"as it should be": ("what the figures above show", lambda: fit.form)}
    if fit.recipe.free.shape[1] == fit.recipe.free.shape[0]:  # the plain way frees all five
        ways |= _plain_ways(fit, chosen)
    ways |= _other_ways(every, fit, chosen)
    return [_variant(name, why, way, fit) for name, (why, way) in ways.items()]


def _variant(name: str, why: str, way: Way, fit: Fit) -> Variant:
    try:
        end = way()
    except ValueError:
        return Variant(name, why, None, np.nan)
    form, said = (end.form, end.success) if isinstance(end, Minimum) else (end, None)
    return Variant(name, why, form, objective(fit, form) if form else np.nan, said)


def _plain_ways(fit: Fit, chosen: VariantOptions) -> Ways:
    runs = fit.points
    return {
        "L-BFGS, sum": (
            "scipy's optimiser with its defaults",
            lambda: _plain(runs, Options()),
        ),
        "L-BFGS, mean": (
            f"the objective divided by the {len(runs)} runs, so that every gain looks smaller",
            lambda: _plain(runs, Options(mean=True)),
        ),
        "L-BFGS, loose tolerance": (
            f"the sum, until a step gains a share of {format_scientific(chosen.ftol)} or less",
            lambda: _plain(runs, Options(ftol=chosen.ftol)),
        ),
    }


def _other_ways(every: Runs, fit: Fit, chosen: VariantOptions) -> Ways:
    runs, recipe, out = fit.points, fit.recipe, len(every) - len(fit.points)
    back, lean = min(chosen.restored, out), chosen.tilt / (1 - chosen.tilt)
    ways: Ways = {
        "another Huber delta": (
            f"residuals count by their squares up to {chosen.delta:g} in ln L",
            lambda: _refit(runs, 0, replace(recipe, delta=chosen.delta)),
        ),
        "seeking the floor": (
            f"a run above the fit weighs {lean:.2g} times as much as one below it",
            lambda: _refit(runs, 0, replace(recipe, tilt=chosen.tilt)),
        ),
        "rounded": ("two decimals for E, alpha, beta; one for A, B", lambda: rounded(fit.form)),
    }
    if back:
        ways["left-out runs back in"] = (
            f"{back} of the {out} runs of highest loss that are left out above",
            lambda: _refit(every, out - back, recipe),
        )
    return ways


def objective(fit: Fit, form: Additive) -> float:
    """The objective that was minimised, for any constants; of a symmetric recipe."""
    runs = fit.points
    off = np.log(form.loss(runs.params, runs.tokens) / runs.loss)
    return float(lbfgs_baseline.huber(off, fit.recipe.delta).sum())


def rounded(form: Additive) -> Additive:
    """The constants as a paper would print them.

    Raises:
        ValueError: if one of them rounds to zero.
    """
    digits = {name: round(getattr(form, name), places) for name, places in DIGITS.items()}
    return replace(form, **digits)


def ratio(form: Additive, flops: float) -> float:
    """Tokens per parameter that it advises; nan beyond all numbers."""
    try:
        said = allocation.best(form, flops).tokens_per_param
    except (OverflowError, ZeroDivisionError):
        return np.nan
    return said if 0 < said < np.inf else np.nan


@lru_cache(maxsize=64)
def _refit(points: Runs, dropped: int, recipe: FitOptions) -> Additive:
    return parametric.fit(points.without_highest(dropped), recipe).form


@lru_cache(maxsize=64)
def _plain(points: Runs, habit: Options) -> Minimum:
    surface, starts = HuberObjective.of(points, USUAL.delta), USUAL.starts
    lowest = np.argsort(surface.screen(starts @ surface.turn.T), kind="stable")[:SAMPLE]
    return lbfgs_baseline.lowest(lbfgs_baseline.minimise(points, starts[lowest], habit))
