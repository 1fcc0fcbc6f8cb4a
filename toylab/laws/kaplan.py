"""Scaling laws of Kaplan et al. 2020, arXiv:2001.08361, and what a factor more buys.

    L(N) = (N_c / N)^alpha_N, and likewise for D and C_min       eq. 1.1 to 1.3
    L(N, D) = [(N_c / N)^(alpha_N / alpha_D) + D_c / D]^alpha_D  eq. 1.5
    L(N, S) = (N_c / N)^alpha_N + (S_c / S)^alpha_S              eq. 1.6

N parameters without embeddings, D tokens of the data set, C_min PF-days, S steps at a batch
far above critical, L nats per token. No law has a floor. The constants are in `published`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from toylab.laws import published
from toylab.refusals import positive

ONE = {"params": published.KAPLAN_N, "tokens": published.KAPLAN_D, "compute": published.KAPLAN_CMIN}
SEEDS = 0.02  # how far apart Kaplan's seeds end up, as a share of the loss; eq. 4.4
JOINT, CURVE = published.KAPLAN_ND.form, published.KAPLAN_NS.form


def loss(of: str, amount: ArrayLike) -> NDArray[np.float64]:
    """L(N), L(D) or L(C_min), nats/token; `of` is params, tokens or compute (PF-days)."""
    return ONE[of].form.loss(positive(of, amount))


def gain(of: str, factor: float) -> float:
    """The loss after `factor` times more, as a share, wherever one starts: a straight line."""
    return float(positive("factor", factor) ** -ONE[of].form.exponent)


def needed(of: str, drop: float) -> float:
    """The factor more that multiplies the loss by `drop`, which is at most 1."""
    factor = float(positive("drop", drop))
    if factor > 1:
        raise ValueError(f"drop must be at most 1, got {drop}")
    return float(factor ** (-1 / ONE[of].form.exponent))


@dataclass(frozen=True)
class Regime:
    """A model and a data set under L(N, D)."""

    loss: float  # nats/token, of the model stopped when its test loss is lowest
    endless_data: float  # nats/token, the same model with unlimited data
    endless_model: float  # nats/token, the same data with an unlimited model
    model_share: float  # of the bracket, the part that the model's size is to blame for
    overfit: float  # loss / endless_data - 1, eq. 4.2

    @property
    def limit(self) -> str:
        """The side that holds it back, once one term is three times the other."""
        if self.model_share > 0.75:
            return "model-limited"
        return "data-limited" if self.model_share < 0.25 else "in between"


def regime(params: float, tokens: float) -> Regime:
    """The place of (N, D) between the two limits; eq. 1.5 and 4.2."""
    N, D = positive("params", params), positive("tokens", tokens)
    model, data = JOINT.model(N), JOINT.data(D)
    whole = float((model + data) ** JOINT.alpha_D)
    alone = float(model**JOINT.alpha_D)
    return Regime(
        whole,
        alone,
        float(data**JOINT.alpha_D),
        float(model / (model + data)),
        whole / alone - 1,
    )


def tokens_needed(params: ArrayLike, overfit: float = SEEDS) -> NDArray[np.float64]:
    """Tokens that keep overfitting at `overfit`, solved from eq. 4.3.

    The paper rounds it to 5e3 N^0.74 for 0.02, the spread of its seeds (eq. 4.4); the formula
    has 5.5e3 and exponent 0.738.
    """
    ratio = (1 + positive("overfit", overfit)) ** (1 / JOINT.alpha_D) - 1
    return np.asarray(JOINT.D_c / (ratio * JOINT.model(positive("params", params))))


def learning_curve(params: ArrayLike, steps: ArrayLike) -> NDArray[np.float64]:
    """L(N, S_min), nats/token, with data unlimited; eq. 1.6."""
    return CURVE.loss(positive("params", params), positive("steps", steps))


def stop(params: float) -> tuple[float, float]:
    """The end of efficient training: (steps, nats/token).

    The slope of loss by steps and by size then cost the same: the loss is alpha_N / alpha_S,
    about 10 %, above that of the converged model (eq. B.5).
    """
    converged = float(CURVE.converged(positive("params", params)))
    excess = converged * CURVE.alpha_N / CURVE.alpha_S
    return float(CURVE.S_c / excess ** (1 / CURVE.alpha_S)), converged + excess


def off_size(ratio: ArrayLike) -> NDArray[np.float64]:
    """Compute for the same loss with a model `ratio` times the best size, as a factor.

    Infinite where so small a model never gets there; eq. B.16.
    """
    r = positive("ratio", ratio)
    steps = 1 + CURVE.alpha_S / CURVE.alpha_N * (1 - r**-CURVE.alpha_N)
    possible = np.where(steps > 0, steps, 1.0)
    return np.where(steps > 0, r * possible ** (-1 / CURVE.alpha_S), np.inf)


@dataclass(frozen=True)
class Conflict:
    """The crossing beyond which the laws cannot all go on."""

    compute: float  # PF-days
    params: float
    tokens: float
    loss: float  # nats/token


def conflict() -> Conflict:
    """The crossing of L(C_min) and what its tokens, 2e10 C_min^0.27, allow by L(D); sec. 6.3.

    The paper says about 1e4 PF-days, and that it cannot tell by better than a factor of ten.
    """
    line, data, spent = (
        published.KAPLAN_CMIN.form,
        published.KAPLAN_D.form,
        published.KAPLAN_OPT_TOKENS.form,
    )
    height = line.exponent * np.log(line.scale) - data.exponent * np.log(
        data.scale / spent.coefficient
    )
    compute = float(np.exp(height / (line.exponent - data.exponent * spent.exponent)))
    return Conflict(
        compute,
        float(published.KAPLAN_SIZE.form.at(compute)),
        float(spent.at(compute)),
        float(line.loss(compute)),
    )
