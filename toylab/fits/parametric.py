"""Parametric fit, approach 3: one surface through every run.

    minimise  sum_i Huber(ln(E + (A / N_i^alpha + B / D_i^beta)^k) - ln L_i),   delta = 1e-3

over five constants with k = 1, or over six, from the paper's 4,500 starts: all are screened, the
best walk down together. N parameters, D tokens, L nats per token. What an optimiser says of its
own success means nothing here, so the fit reports how many walks end at the same place, the
gradient there, and how badly the data determine each constant.

Source: Hoffmann et al. 2022, arXiv:2203.15556, sec. 3.3, eq. 3 and app. D.2 (approach 3).
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from toylab.fits import parametric_constants
from toylab.fits.estimate import Estimate
from toylab.fits.gauss_newton import minimise
from toylab.fits.goodness import Goodness
from toylab.fits.huber_objective import ALPHA, BETA, TINY, HuberObjective
from toylab.fits.optimal_scaling import OptimalScaling
from toylab.fits.parametric_constants import NAMES
from toylab.fits.parametric_options import USUAL, FitOptions
from toylab.fits.runs import TOGETHER, Array, Runs
from toylab.laws import allocation
from toylab.laws.forms import FLOPS, Additive, OuterAdditive

WALKING = 200  # of the starts, those that begin lowest; fewer where there are many runs
WORK, FEWEST_WALKS = 100_000, 40  # walks times runs
STEPS, LAST_STEPS = 80, 400  # of each walk, and of the lowest one to the very bottom
OUTER_WALKING, OUTER_STEPS = 40, 240  # with the outer exponent: its walks take longer to arrive
MOVED = 1e-6  # a walk that moved less has stayed where it began
SAME = 1e-4  # two walks agree if their objectives differ by a smaller share
RESAMPLES, RESAMPLED_STEPS = 400, 80
OUTER_RESAMPLED_STEPS = 40  # they begin near the bottom, and k's interval stands by then
FEWEST_RUNS = 8  # five constants, and something left to judge them by; one more for a sixth
ROUNDING = 1e-6  # of ln L: losses with six decimals


@dataclass(frozen=True, eq=False)
class Fit:
    """The lowest place that was found, and the signs of how far to believe it."""

    runs: Runs
    options: FitOptions
    form: Additive
    theta: Array = field(repr=False)  # (c,), centred as in `huber_objective`
    objective: float
    starts: int  # screened
    walked: int
    agreeing: int  # walks that end at the same objective
    gradient: float  # its largest component
    gain: float  # by what share of the objective one more step would lower it
    curvature: Array = field(repr=False)  # (f, f) in ln A, ln B, ln E, alpha, beta, ln k

    @property
    def k(self) -> float:
        """The outer exponent; 1 where it was not fitted."""
        return self.form.k if isinstance(self.form, OuterAdditive) else 1.0

    @property
    def exponent_params(self) -> float:
        """a of N_opt ~ C^a."""
        return allocation.exponent(self.form)

    @property
    def exponent_tokens(self) -> float:
        """b of D_opt ~ C^b."""
        return 1 - self.exponent_params

    @property
    def exact(self) -> bool:
        """True if what is left is rounding, as with runs that a formula made."""
        return bool(np.abs(self.residuals).max() < ROUNDING)

    @cached_property
    def condition(self) -> float:
        """Uncertainty of the worst-known direction over that of the best.

        Directions in ln A, ln B, ln E, alpha, beta and ln k: other units give another number. An
        uncertainty goes as one over the root of the curvature, hence the root.
        """
        return float(np.sqrt(np.linalg.cond(self.curvature)))

    @cached_property
    def sloppy(self) -> dict[str, float]:
        """The direction in which the constants move at least cost; the largest part is 1."""
        _, vectors = np.linalg.eigh(self.curvature)
        direction = self.options.free @ vectors[:, 0]
        direction = direction / direction[np.abs(direction).argmax()]
        return dict(zip(NAMES[: len(direction)], map(float, direction), strict=True))

    @property
    def goodness(self) -> Goodness:
        """The rms of the residuals, R^2, and the runs that are furthest off."""
        return Goodness.of(self.residuals, self.runs.loss)

    @cached_property
    def residuals(self) -> Array:
        """ln of predicted over measured loss, (runs,)."""
        predicted = self.form.loss(self.runs.params, self.runs.tokens)
        return np.asarray(np.log(predicted / self.runs.loss))


@dataclass(frozen=True, eq=False)
class Spread:
    """A fit, and the constants that resampled runs would have given."""

    fit: Fit
    constants: Array = field(repr=False)  # (resamples, c) A, B, E, alpha, beta, k if fitted

    @cached_property
    def intervals(self) -> dict[str, Estimate]:
        """Each constant that was fitted, and both exponents, with 95 % intervals."""
        names = NAMES[: self.constants.shape[1]]
        constants = {
            name: Estimate.of(getattr(self.fit.form, name), column)
            for name, column in zip(names, self.constants.T, strict=True)
        }
        return constants | {
            "exponent_params": self.params.exponent,
            "exponent_tokens": self.params.complement.exponent,
        }

    def losses(self, params: Array, tokens: Array) -> Array:
        """The loss that each resample predicts for points (points,): (resamples, points)."""
        A_, B_, E_, alpha, beta, *k = self.constants.T[..., None]
        terms = A_ / params**alpha + B_ / tokens**beta
        return np.asarray(E_ + (terms ** k[0] if k else terms))

    @cached_property
    def params(self) -> OptimalScaling:
        """N_opt, in closed form: see `allocation.best`."""
        form, constants = self.fit.form, self.constants[:, :5]  # an outer exponent cancels
        rows = np.vstack([[form.A, form.B, form.E, form.alpha, form.beta], constants])
        A_, B_, _, alpha, beta = rows[(rows[:, ALPHA] > 0) & (rows[:, BETA] > 0)].T
        ratio = np.log(alpha * A_) - np.log(beta * B_)
        middle = float(np.log(self.fit.runs.flops).mean())
        exponents = beta / (alpha + beta)
        values = ratio / (alpha + beta) + exponents * (middle - np.log(FLOPS))
        return OptimalScaling(middle, np.column_stack([values, exponents]))


def fit(runs: Runs, options: FitOptions = USUAL) -> Fit:
    """The surface through the runs.

    Raises:
        ValueError: if there are too few runs, N and D move together, or the loss does not fall
            with both.
    """
    _check(runs, options)
    objective = HuberObjective.of(runs, options.huber_delta, options.asymmetry)
    starts = options.starts
    starts[:, :5] = starts[:, :5] @ objective.centring.T
    starts = starts[np.argsort(objective.screen(starts), kind="stable")]
    walking = min(WALKING, max(FEWEST_WALKS, WORK // len(runs)))
    walking, steps = (OUTER_WALKING, OUTER_STEPS) if options.outer else (walking, STEPS)
    places, values = minimise(objective, starts[:walking], options.free, steps)
    best = places[values.argmin()][None]
    best, value = minimise(objective, best, options.free, LAST_STEPS)
    gradient, gain, curvature = _determined(objective, best, options.free, float(value[0]))
    close = values <= float(value[0]) * (1 + SAME) + np.finfo(float).eps
    moved = np.abs(places - starts[:walking]).max(axis=1) > MOVED  # else it shows nothing
    return Fit(
        runs,
        options,
        parametric_constants.form(best[0], objective),
        best[0],
        objective=float(value[0]),
        starts=len(starts),
        walked=len(places),
        agreeing=int((close & moved).sum()),
        gradient=gradient,
        gain=gain,
        curvature=curvature,
    )


def _determined(
    objective: HuberObjective, best: Array, free: Array, value: float
) -> tuple[float, float, Array]:
    """The largest slope at the best place, what a step would gain, and the curvature (f, f)."""
    gradients, curvatures = objective.derivatives(best)
    slope, bend = gradients[0] @ free, free.T @ curvatures[0] @ free
    turn = parametric_constants.slopes(best[0], objective) @ free
    gain = float(slope @ np.linalg.pinv(bend) @ slope / 2 / max(value, TINY))
    return float(np.abs(slope).max()), gain, turn.T @ curvatures[0] @ turn


def bootstrap(fit: Fit, resamples: int = RESAMPLES, seed: int = 0) -> Spread:
    """The fit again and again, each time to as many runs drawn from them with replacement."""
    options, n = fit.options, len(fit.runs)
    objective = HuberObjective.of(fit.runs, options.huber_delta, options.asymmetry)
    drawn = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=resamples)
    starts = np.tile(fit.theta, (resamples, 1))
    weights = drawn.astype(np.float64)
    steps = OUTER_RESAMPLED_STEPS if options.outer else RESAMPLED_STEPS
    places, _ = minimise(objective, starts, options.free, steps, weights)
    return Spread(fit, parametric_constants.constants(places, objective))


def _check(runs: Runs, options: FitOptions) -> None:
    if options.fixed_E is not None and options.fixed_E >= runs.loss.min():
        raise ValueError(
            f"a floor must lie below the lowest loss, {runs.loss.min():.4g}, "
            f"got {options.fixed_E:g}"
        )
    fewest, many = FEWEST_RUNS + options.outer, "six" if options.outer else "five"
    if len(runs) < fewest:
        raise ValueError(f"{many} constants need at least {fewest} runs, got {len(runs)}")
    for name, values in (("sizes", runs.params), ("amounts of data", runs.tokens)):
        if len(np.unique(values)) < 3:
            raise ValueError(
                f"the fit needs three different {name} at least; these runs have "
                f"{len(np.unique(values))}; choose those of one for a law in the other alone"
            )
    x, z = np.log(runs.params), np.log(runs.tokens)
    if np.abs(np.corrcoef(x, z)[0, 1]) > TOGETHER:
        raise ValueError(
            "size and data move together in these runs, so nothing can tell what each buys: "
            "add runs of one size on different amounts of data"
        )
