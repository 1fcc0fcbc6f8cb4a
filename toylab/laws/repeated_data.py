"""Law of repeated data: what tokens read several times, and a model too large for them, count for.

    L = E + A / N'^alpha + B / D'^beta
    D' = U + U R_D* (1 - exp(-R_D / R_D*)),        R_D = D / U - 1, epochs less one
    N' = U_N + U_N R_N* (1 - exp(-R_N / R_N*)),    R_N = N / U_N - 1, where N is above U_N

of U different tokens; U_N is the size for which they are the best number. Source: Muennighoff et
al. 2023, arXiv:2305.16264, with the constants of the released code; from runs with ordinary
weight decay, those that over-fit left out.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from toylab.laws.allocation import best
from toylab.laws.forms import FLOPS, Additive
from toylab.refusals import positive

R_STAR = 15.387756  # R_D*: repeats after which another pass is worth 1/e of the first
R_STAR_SIZE = 5.309743  # R_N*: likewise of a model's size beyond U_N
CEILING = 1 + R_STAR  # times U: what endless passes are worth
FORM = Additive(math.exp(0.6254804), math.exp(6.255414), math.exp(7.3049974), 0.3526596, 0.3526596)
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Split:
    """The best split of a budget where tokens are few."""

    flops: float
    unique: float  # U
    params: float  # N
    tokens: float  # D, again or not
    loss: float  # nats/token

    @property
    def epochs(self) -> float:
        """The number of times each token is read; below one where there are more than enough."""
        return self.tokens / self.unique


def worth(unique: ArrayLike, epochs: ArrayLike) -> Array:
    """D': fresh tokens that teach as much as `unique` ones read so many times.

    Raises:
        ValueError: if `unique` is not positive, or there is less than one epoch.
    """
    U, repeats = positive("unique", unique), np.asarray(epochs, dtype=np.float64) - 1
    if not (repeats >= 0).all():
        raise ValueError(f"epochs must be at least 1, got {epochs!r}")
    return np.asarray(U + _saturated(U, repeats, R_STAR))


def matched_params(unique: ArrayLike) -> Array:
    """U_N: the size for which so many tokens, all fresh, are the best number."""
    U, form = positive("unique", unique), FORM
    ratio = form.alpha * form.A / (form.beta * form.B)
    return np.asarray(ratio ** (1 / form.alpha) * U ** (form.beta / form.alpha))


def loss(params: ArrayLike, tokens: ArrayLike, unique: ArrayLike) -> Array:
    """L(N, D, U), nats per token. With fewer tokens than U each is read at most once."""
    N, D, U = (
        positive(name, value)
        for name, value in (("params", params), ("tokens", tokens), ("unique", unique))
    )
    seen = np.minimum(U, D)
    U_N = np.minimum(N, matched_params(seen))
    size = U_N + _saturated(U_N, N / U_N - 1, R_STAR_SIZE)
    return FORM.loss(size, worth(seen, D / seen))


def limit(unique: ArrayLike) -> Array:
    """The loss that no budget passes: endless passes over so many tokens, by an endless model."""
    U = positive("unique", unique)
    return FORM.loss(matched_params(U) * (1 + R_STAR_SIZE), CEILING * U)


def allocate(flops: float, unique: float) -> Split:
    """The best size and number of tokens for a budget of 6 N D where only `unique` tokens exist.

    In closed form while the budget wants no more than these; beyond, by Brent's bounded search
    over the size, in which the loss has one valley. Its bottom is flat where the tokens are used
    up, at their `limit`: the size found there is one of many.

    Raises:
        ValueError: if either is not positive and finite.
    """
    from scipy.optimize import minimize_scalar

    C, U = float(positive("flops", flops)), float(positive("unique", unique))
    fresh = best(FORM, C)
    if fresh.tokens <= U:
        return Split(C, U, fresh.params, fresh.tokens, float(loss(fresh.params, fresh.tokens, U)))
    product = C / FLOPS

    def along(x: float) -> float:
        return float(loss(math.exp(x), product / math.exp(x), U))

    least, most = math.log(fresh.params) - 1, math.log(product / U)  # at most: one epoch
    solution = minimize_scalar(along, bounds=(least, max(most, least + 1)), method="bounded",
                            options={"xatol": 1e-10})  # fmt: skip
    params = math.exp(float(solution.x))
    return Split(C, U, params, product / params, float(solution.fun))


def _saturated(once: Array, repeats: Array, scale: float) -> Array:
    return np.asarray(once * scale * -np.expm1(-repeats / scale))
