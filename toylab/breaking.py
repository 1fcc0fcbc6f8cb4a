"""How do fits go wrong? The same runs under recipes that have all been used in earnest.

Each recipe differs in one thing from the right one, and is judged by the right one's objective
and by the tokens per parameter that it advises.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from toylab import allocation, parametric, plainly
from toylab.descent import Surface
from toylab.forms import Additive
from toylab.parametric import Fit
from toylab.plainly import Habit, Stop
from toylab.points import Points
from toylab.quantities import power
from toylab.recipe import USUAL, Recipe

SAMPLE = 16  # of the 4,500 starts, the lowest: from there the plain way takes 0.3 s
Way = Callable[[], Additive | Stop]
DIGITS = {"E": 2, "A": 1, "B": 1, "alpha": 2, "beta": 2}  # decimals, as printed in 2022


@dataclass(frozen=True)
class Broken:
    """One recipe, and what it makes of the runs."""

    name: str
    why: str
    form: Additive
    objective: float  # of the right recipe, on the runs that it fits
    success: bool | None = None  # what scipy says, where it was asked


@dataclass(frozen=True)
class Breaks:
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


def breaks(every: Points, fit: Fit, chosen: Breaks) -> list[Broken]:
    """The runs under each recipe; one that finds no law is left out.

    Args:
        every: all runs, those too that the fit left out.
        fit: the right one.
        chosen: how wrong to be.
    """
    found = []
    for name, why, way in _ways(every, fit, chosen):
        try:
            end = way()
        except ValueError:  # no law came of it
            continue
        form, said = (end.form, end.success) if isinstance(end, Stop) else (end, None)
        if form:
            found.append(Broken(name, why, form, objective(fit.points, form), said))
    return found


def _ways(every: Points, fit: Fit, chosen: Breaks) -> list[tuple[str, str, Way]]:
    runs, out = fit.points, len(every) - len(fit.points)
    back = min(chosen.restored, out)
    lean = chosen.tilt / (1 - chosen.tilt)
    return [
        ("as it should be", "the sum of Huber's losses, to the bottom", lambda: fit.form),
        ("L-BFGS, sum", "scipy's optimiser with its defaults", lambda: _plain(runs, Habit())),
        (
            "L-BFGS, mean",
            f"divided by {len(runs)} runs every gain looks small: it stops early",
            lambda: _plain(runs, Habit(mean=True)),
        ),
        (
            "L-BFGS, loose tolerance",
            f"the sum, but it stops once a step gains a share of {power(chosen.ftol)} or less",
            lambda: _plain(runs, Habit(ftol=chosen.ftol)),
        ),
        (
            "another Huber delta",
            f"squares up to {chosen.delta:g} nats of ln L: far runs pull harder",
            lambda: _refit(runs, 0, Recipe(delta=chosen.delta)),
        ),
        (
            "outliers left in",
            f"{back} of the {out} runs that were left out are back in",
            lambda: _refit(every, out - back, USUAL),
        ),
        (
            "seeking the floor",
            f"a run above the fit weighs {lean:.2g} times one below, as if it were badly tuned",
            lambda: _refit(runs, 0, Recipe(tilt=chosen.tilt)),
        ),
        ("rounded", "two decimals for E, alpha, beta; one for A, B", lambda: rounded(fit.form)),
    ]


def objective(points: Points, form: Additive) -> float:
    """The right recipe's objective, for any constants."""
    off = np.log(form.loss(points.params, points.tokens) / points.loss)
    return float(plainly.huber(off, USUAL.delta).sum())


def rounded(form: Additive) -> Additive:
    """The constants as a paper would print them.

    Raises:
        ValueError: if one of them rounds to zero.
    """
    digits = {name: round(getattr(form, name), places) for name, places in DIGITS.items()}
    return replace(form, **digits)


def ratio(form: Additive, flops: float) -> float:
    """Tokens per parameter that it advises."""
    return allocation.best(form, flops).tokens_per_param


@lru_cache(maxsize=64)
def _refit(points: Points, dropped: int, recipe: Recipe) -> Additive:
    return parametric.fit(points.without_highest(dropped), recipe).form


@lru_cache(maxsize=64)
def _plain(points: Points, habit: Habit) -> Stop:
    surface, starts = Surface.of(points, USUAL.delta), USUAL.starts
    lowest = np.argsort(surface.screen(starts @ surface.turn.T), kind="stable")[:SAMPLE]
    return plainly.lowest(plainly.walk(points, starts[lowest], habit))
