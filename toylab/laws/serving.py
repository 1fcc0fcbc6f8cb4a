"""Over-training: the size that costs least where a model is trained once and served often.

    minimise  6 N D + 2 N T    subject to    L(N, D) = l

N parameters, D training tokens, T tokens served (read and written), l nats per token. Along the
curve of equal loss D falls as N grows, by dD/dN = - alpha A N^(-alpha-1) / (beta B D^(-beta-1)),
so the least total is where

    3 D + T = 3 N |dD/dN|

which has one root: below the size that is best for training alone. Source: Sardana and Frankle
2024, arXiv:2401.00448, eq. 2. Serving at a low utilisation of the devices costs more than 2 N.
"""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from toylab.laws import allocation
from toylab.laws.forms import FLOPS, Additive

SERVED = 2  # FLOPs a parameter and token: forward alone


@dataclass(frozen=True)
class Lifetime:
    """A model that is trained to a loss, and then serves."""

    params: float
    tokens: float  # trained on
    served: float  # tokens

    @property
    def training(self) -> float:
        """FLOPs of training."""
        return FLOPS * self.params * self.tokens

    @property
    def serving(self) -> float:
        """FLOPs of serving."""
        return SERVED * self.params * self.served

    @property
    def flops(self) -> float:
        """FLOPs in all."""
        return self.training + self.serving

    @property
    def tokens_per_param(self) -> float:
        """Training tokens a parameter."""
        return self.tokens / self.params


def of_size(form: Additive, loss: float, params: float, served: float) -> Lifetime:
    """The lifetime of a model of this size at this loss.

    Raises:
        ValueError: if no number of tokens takes it to that loss.
    """
    tokens = float(allocation.iso_loss(form, loss, params))
    if not math.isfinite(tokens):
        raise ValueError(f"a model of {params:g} parameters never reaches a loss of {loss:g}")
    return Lifetime(params, tokens, served)


def best(form: Additive, loss: float, served: float) -> Lifetime:
    """The size of least FLOPs in all; with nothing served, the best for training alone.

    Raises:
        ValueError: if the loss is not above the law's floor, or served is negative or infinite.
    """
    if not 0 <= served < math.inf:
        raise ValueError(f"served must be 0 or more tokens and finite, got {served}")
    flops = float(allocation.flops_for(form, loss))
    usual = allocation.best(form, flops).params

    def balance(log_params: float) -> float:
        """Above 0 where a smaller model would cost less."""
        N = math.exp(log_params)
        D = float(allocation.iso_loss(form, loss, N))
        if not math.isfinite(D):
            return -math.inf
        slope = form.alpha * form.A / N**form.alpha / (form.beta * form.B / D**form.beta)
        return math.log1p(served / (FLOPS / SERVED * D)) - math.log(slope)

    if balance(math.log(usual)) <= 0:  # nothing to serve, or less than rounding
        return of_size(form, loss, usual, served)
    just_above = math.log(smallest_size(form, loss)) + 1e-9
    root = brentq(balance, just_above, math.log(usual), xtol=1e-12)
    return of_size(form, loss, math.exp(root), served)


def smallest_size(form: Additive, loss: float) -> float:
    """Parameters that reach the loss with endless data, and none smaller."""
    return float((form.A / form.terms(loss - form.E)) ** (1 / form.alpha))


def curve(form: Additive, loss: float, served: float, factor: float = 30.0) -> pd.DataFrame:
    """FLOPs against size at equal loss, around the best: params, tokens, training, serving, flops.

    100 sizes, within a factor below and above the best size for training alone, as far down as
    the loss can be reached.
    """
    usual = best(form, loss, 0.0).params
    low = max(usual / factor, smallest_size(form, loss) * 1.001)
    N = np.geomspace(low, usual * factor, 100)
    D = allocation.iso_loss(form, loss, N)
    training, serving = FLOPS * N * D, SERVED * N * served
    return pd.DataFrame(
        {"params": N, "tokens": D, "training": training, "serving": serving,
         "flops": training + serving}
    )  # fmt: skip
