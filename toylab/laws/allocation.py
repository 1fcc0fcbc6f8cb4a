"""Compute-optimal split of a training budget between model size and data.

    minimise L(N, D) = E + A / N^alpha + B / D^beta    subject to    6 N D = C

N parameters, D training tokens, C training FLOPs, L nats per token. Other laws say the best N
or D for a C outright. Constants and what they count are in `published`.

Source: Hoffmann et al. 2022, arXiv:2203.15556, sec. 3.3 and eq. 4.
"""

import math
from dataclasses import asdict, dataclass, fields, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from toylab.laws import published
from toylab.laws.forms import FLOPS, Additive, Form, Growth, Ratio
from toylab.laws.law import Law
from toylab.refusals import positive

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Allocation:
    """One budget and its split under one law."""

    flops: float
    params: float
    tokens: float
    loss: float | None  # nats/token; None where the law says nothing about loss

    @property
    def tokens_per_param(self) -> float:
        """The ratio that the 20:1 rule is about."""
        return self.tokens / self.params


def allocate(law: Law[Form], flops: float) -> Allocation:
    """The split of a budget under any law that has one; 6 N D is the budget.

    Raises:
        ValueError: if the law splits no budget, or flops is not positive and finite.
    """
    budget = float(positive("flops", flops))
    if budget < FLOPS:
        raise ValueError(f"flops must be at least {FLOPS}, for one parameter and token: {flops}")
    match law.form:
        case Additive() as form:
            return best(form, budget)
        case Ratio(ratio):
            return _from_params(budget, math.sqrt(budget / FLOPS / ratio))
        case Growth() as form if law.gives in ("params", "tokens", "flops per token"):
            amount = float(form.at(budget / law.per_unit))
            if law.gives == "tokens":
                amount = budget / FLOPS / amount
            return _from_params(budget, amount / (FLOPS if "per token" in law.gives else 1))
    raise ValueError(f"law {law.name} does not split a budget")


def best(form: Additive, flops: float) -> Allocation:
    """Split a budget so that one more FLOP buys equally much from size and from data.

    Setting dL/dN = 0 along 6 N D = C gives a closed form (Hoffmann et al. 2022, eq. 4):

        N* = G (C/6)^(beta / (alpha+beta)),    G = (alpha A / (beta B))^(1 / (alpha+beta))

    An outer exponent of both terms' sum changes nothing in it.
    """
    product = float(positive("flops", flops)) / FLOPS  # N D
    both = form.alpha + form.beta
    G = (form.alpha * form.A / (form.beta * form.B)) ** (1 / both)
    params = G * product ** (form.beta / both)
    tokens = product / params
    return Allocation(flops, params, tokens, float(form.loss(params, tokens)))


def matched(form: Additive, params: ArrayLike) -> Array:
    """Tokens that make models of these sizes the best choice; from dL/dN = 0, as in `best`."""
    falling = form.alpha * form.A / positive("params", params) ** form.alpha
    return np.asarray((form.beta * form.B / falling) ** (1 / form.beta))


def flops_for(form: Additive, loss: ArrayLike) -> Array:
    """The least compute that reaches a loss: `best` turned around, in closed form.

    Raises:
        ValueError: if a loss is not above the floor E.
    """
    above = positive("loss above the floor", np.asarray(loss) - form.E)
    one = best(form, float(FLOPS))
    assert one.loss is not None  # an Additive form always has one
    fall = form.alpha * form.beta / (form.alpha + form.beta)
    return np.asarray(FLOPS * (form.terms(one.loss - form.E) / form.terms(above)) ** (1 / fall))


def iso_loss(form: Additive, loss: float, params: ArrayLike) -> Array:
    """Tokens at which models of these sizes reach a loss; infinite where they never do."""
    terms = form.terms(positive("loss", loss) - form.E)
    left = terms - form.A / positive("params", params) ** form.alpha
    reached = np.where(left > 0, left, 1.0)
    return np.where(left > 0, (form.B / reached) ** (1 / form.beta), np.inf)


def iso_flop(flops: float, params: ArrayLike) -> Array:
    """Tokens that a budget leaves for models of these sizes."""
    return positive("flops", flops) / FLOPS / positive("params", params)


@dataclass(frozen=True)
class Regret:
    """Loss and compute that a choice of (N, D) gave away under a law."""

    loss: float  # nats/token, of the choice
    best_loss: float  # nats/token, of the best split of the same 6 N D
    flops_needed: float  # the least that would have reached the same loss
    waste: float  # the share of 6 N D beyond that

    @property
    def nats(self) -> float:
        """Loss above the best split's."""
        return self.loss - self.best_loss


def regret(form: Additive, params: float, tokens: float) -> Regret:
    """Loss above the best split of the same compute, and the compute that makes up for it.

    A model made small on purpose, to be cheap to run, shows as waste here: the law counts
    training only.
    """
    flops = float(FLOPS * positive("params", params) * positive("tokens", tokens))
    least = best(form, flops).loss
    assert least is not None
    lost = float(waste(form, params, tokens))
    return Regret(float(form.loss(params, tokens)), least, flops * (1 - lost), lost)


def waste(form: Additive, params: ArrayLike, tokens: ArrayLike) -> Array:
    """The share of 6 N D beyond the least that reaches the same loss; they broadcast."""
    N, D = positive("params", params), positive("tokens", tokens)
    least = flops_for(form, form.loss(N, D)) / (FLOPS * N * D)
    return np.asarray(1 - np.minimum(least, 1.0))  # rounding must not make it negative


def exponent(form: Additive) -> float:
    """a of N_opt ~ C^a: beta / (alpha + beta), eq. 4."""
    return form.beta / (form.alpha + form.beta)


def drift(form: Additive) -> float:
    """The exponent b - a with which the best tokens per parameter grow with compute; eq. 4."""
    return (form.alpha - form.beta) / (form.alpha + form.beta)


def sensitivity(form: Additive, flops: float, step: float = 1e-5) -> pd.DataFrame:
    """Percent by which the best size moves if one constant grows by one percent.

    The others held: a fit's errors are correlated, so this is no error bar. Central
    differences; columns constant, elasticity (d ln N* / d ln constant, error about step^2).
    """
    rows = []
    for constant in fields(form):
        value = getattr(form, constant.name)
        up, down = (
            best(replace(form, **{constant.name: value * (1 + s)}), flops).params
            for s in (step, -step)
        )
        rows.append({"constant": constant.name, "elasticity": math.log(up / down) / (2 * step)})
    return pd.DataFrame(rows)


def compare(form: Additive, flops: float) -> pd.DataFrame:
    """Every law's split of a budget, judged by one loss surface.

    Columns name, law, params, tokens, tokens_per_param, loss (the law's own, nats/token; NaN
    where it has none), surface_loss (by `form`), nats (above its best), waste, source, link,
    extrapolated (budget, size or data lie outside the law's runs).
    """
    rows = []
    for law in published.SPLITTING:
        choice = allocate(law, flops)
        cost = regret(form, choice.params, choice.tokens)
        made = {"C": flops, "N": choice.params, "D": choice.tokens}
        inside = [low <= made[k] <= high for k, (low, high) in law.measured.items()]
        rows.append(
            asdict(choice)
            | {
                "name": law.name,
                "law": law.title,
                "tokens_per_param": choice.tokens_per_param,
                "surface_loss": cost.loss,
                "nats": cost.nats,
                "waste": cost.waste,
                "source": law.source,
                "link": law.paper.url,
                "extrapolated": not all(inside),
            }
        )
    return pd.DataFrame(rows).astype({"loss": float})


def _from_params(flops: float, params: float) -> Allocation:
    return Allocation(flops, params, flops / FLOPS / params, None)
