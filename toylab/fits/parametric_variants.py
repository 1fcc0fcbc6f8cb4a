"""Variants of the parametric fit that go wrong, all of which have been used in earnest.

Each differs in one option from the right fit, and is judged by the right one's objective and by
the tokens per parameter that it advises.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from toylab.fits import lbfgs_baseline, parametric
from toylab.fits.huber_objective import HuberObjective
from toylab.fits.lbfgs_baseline import Minimum, Options
from toylab.fits.parametric import Fit
from toylab.fits.parametric_options import USUAL, FitOptions
from toylab.fits.runs import Runs
from toylab.laws import allocation
from toylab.laws.forms import Additive
from toylab.quantities import format_scientific

SAMPLE = 16  # of the 4,500 starts, the lowest: from there L-BFGS takes 0.3 s
DIGITS = {"E": 2, "A": 1, "B": 1, "alpha": 2, "beta": 2}  # decimals, as printed in 2022
Fitting = Callable[[], Additive | Minimum]
Fittings = dict[str, tuple[str, Fitting]]  # by name: how it differs, and the fit itself


@dataclass(frozen=True)
class Variant:
    """A variant, and the law that it makes of the runs."""

    name: str
    why: str
    form: Additive | None  # None where no law came of it
    objective: float  # of the right fit, on the runs that it fits
    success: bool | None = None  # what scipy says, where it was asked


@dataclass(frozen=True)
class VariantOptions:
    """Options of the variants: what the reader chooses to get wrong."""

    ftol: float = 1e-6
    huber_delta: float = 1.0  # nats of ln L; so large is least squares
    asymmetry: float = 0.1
    restored: int = 5  # runs of highest loss, back in

    def __post_init__(self) -> None:
        if not (self.ftol > 0 and 0 < self.asymmetry < 1 and self.restored >= 0):
            raise ValueError(
                f"ftol must be positive, asymmetry between 0 and 1, restored not negative: {self}"
            )


def variants(runs: Runs, fit: Fit, chosen: VariantOptions) -> list[Variant]:
    """The runs under each variant.

    Args:
        runs: all of them, those too that the fit left out.
        fit: the right one.
        chosen: how wrong to be.
    """
    fittings: Fittings = {"as it should be": ("what the figures above show", lambda: fit.form)}
    if fit.options.free.shape == (5, 5):  # L-BFGS frees all five
        fittings |= _baselines(fit, chosen)
    fittings |= _refits(runs, fit, chosen)
    return [_variant(name, why, fitting, fit) for name, (why, fitting) in fittings.items()]


def _variant(name: str, why: str, fitting: Fitting, fit: Fit) -> Variant:
    try:
        end = fitting()
    except ValueError:
        return Variant(name, why, None, np.nan)
    form, success = (end.form, end.success) if isinstance(end, Minimum) else (end, None)
    return Variant(name, why, form, objective(fit, form) if form else np.nan, success)


def _baselines(fit: Fit, chosen: VariantOptions) -> Fittings:
    runs = fit.runs
    return {
        "L-BFGS, sum": (
            "scipy's optimiser with its defaults",
            lambda: _baseline(runs, Options()),
        ),
        "L-BFGS, mean": (
            f"the objective divided by the {len(runs)} runs, so that every gain looks smaller",
            lambda: _baseline(runs, Options(mean=True)),
        ),
        "L-BFGS, loose tolerance": (
            f"the sum, until a step gains a share of {format_scientific(chosen.ftol)} or less",
            lambda: _baseline(runs, Options(ftol=chosen.ftol)),
        ),
    }


def _refits(runs: Runs, fit: Fit, chosen: VariantOptions) -> Fittings:
    kept, options, out = fit.runs, fit.options, len(runs) - len(fit.runs)
    back, lean = min(chosen.restored, out), chosen.asymmetry / (1 - chosen.asymmetry)
    fittings: Fittings = {
        "another Huber delta": (
            f"residuals count by their squares up to {chosen.huber_delta:g} in ln L",
            lambda: _refit(kept, 0, replace(options, huber_delta=chosen.huber_delta)),
        ),
        "seeking the floor": (
            f"a run above the fit weighs {lean:.2g} times as much as one below it",
            lambda: _refit(kept, 0, replace(options, asymmetry=chosen.asymmetry)),
        ),
        "rounded": ("two decimals for E, alpha, beta; one for A, B", lambda: rounded(fit.form)),
    }
    if back:
        fittings["left-out runs back in"] = (
            f"{back} of the {out} runs of highest loss that are left out above",
            lambda: _refit(runs, out - back, options),
        )
    return fittings


def objective(fit: Fit, form: Additive) -> float:
    """The objective that was minimised, for any constants; of a symmetric fit."""
    off = np.log(form.loss(fit.runs.params, fit.runs.tokens) / fit.runs.loss)
    return float(lbfgs_baseline.huber(off, fit.options.huber_delta).sum())


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
        advice = allocation.best(form, flops).tokens_per_param
    except (OverflowError, ZeroDivisionError):
        return np.nan
    return advice if 0 < advice < np.inf else np.nan


@lru_cache(maxsize=64)
def _refit(runs: Runs, dropped: int, options: FitOptions) -> Additive:
    return parametric.fit(runs.without_highest(dropped), options).form


@lru_cache(maxsize=64)
def _baseline(runs: Runs, options: Options) -> Minimum:
    surface, starts = HuberObjective.of(runs, USUAL.huber_delta), USUAL.starts
    order = np.argsort(surface.screen(starts @ surface.centring.T), kind="stable")
    minima = lbfgs_baseline.minimise(runs, starts[order[:SAMPLE]], options)
    return lbfgs_baseline.lowest(minima)
