"""Shapes of scaling laws: each an equation with its constants left open.

N parameters, D tokens, C training FLOPs, S optimiser steps, B batch in tokens, L loss in nats
per token. What a paper counts as N or C is said where its constants are: in `published`.
"""

from dataclasses import dataclass, fields
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
FLOPS = 6  # a parameter and a token: 2 forward, 4 backward; Kaplan et al. 2020, sec. 2.1
PF_DAY = 8.64e19  # FLOPs: 1e15 a second for 86400 s; Kaplan et al. 2020, sec. 1.3


@dataclass(frozen=True)
class Form:
    """An equation; its fields are the constants, all positive but for those of either sign."""

    equation: ClassVar[str]  # TeX
    units: ClassVar[dict[str, str]]  # of each constant
    either: ClassVar[tuple[str, ...]] = ()  # constants that may be negative or zero

    def __post_init__(self) -> None:
        for constant in fields(self):
            value, free = getattr(self, constant.name), constant.name in self.either
            if not (-np.inf if free else 0) < value < np.inf:
                rule = "finite" if free else "positive and finite"
                raise ValueError(f"{constant.name} must be {rule}, got {value}")


@dataclass(frozen=True)
class Power(Form):
    """Loss as a power of one thing, without a floor: a straight line on log-log axes."""

    scale: float  # where the line meets a loss of 1, far outside what was measured
    exponent: float

    equation = r"L(X) = \left(X_c / X\right)^{\alpha_X}"
    units: ClassVar = {"scale": "", "exponent": ""}

    def loss(self, x: ArrayLike) -> Array:
        """Nats per token at x."""
        return np.asarray((self.scale / np.asarray(x)) ** self.exponent)


@dataclass(frozen=True)
class Joint(Form):
    """Loss by parameters and by tokens of a data set trained on until early stopping."""

    N_c: float
    D_c: float
    alpha_N: float
    alpha_D: float

    equation = r"L(N,D) = \left[\left(N_c/N\right)^{\alpha_N/\alpha_D} + D_c/D\right]^{\alpha_D}"
    units: ClassVar = {"N_c": "parameters", "D_c": "tokens", "alpha_N": "", "alpha_D": ""}

    def loss(self, params: ArrayLike, tokens: ArrayLike) -> Array:
        """Nats per token; infinite tokens are allowed."""
        return np.asarray((self.model(params) + self.data(tokens)) ** self.alpha_D)

    def model(self, params: ArrayLike) -> Array:
        """The model's term in the bracket."""
        return np.asarray((self.N_c / np.asarray(params)) ** (self.alpha_N / self.alpha_D))

    def data(self, tokens: ArrayLike) -> Array:
        """The data's term in the bracket."""
        return np.asarray(self.D_c / np.asarray(tokens))


@dataclass(frozen=True)
class Curve(Form):
    """Loss by parameters and by optimiser steps taken at a batch far above critical."""

    N_c: float
    S_c: float
    alpha_N: float
    alpha_S: float

    equation = r"L(N,S_{min}) = \left(N_c/N\right)^{\alpha_N} + \left(S_c/S_{min}\right)^{\alpha_S}"
    units: ClassVar = {"N_c": "parameters", "S_c": "steps", "alpha_N": "", "alpha_S": ""}

    def loss(self, params: ArrayLike, steps: ArrayLike) -> Array:
        """Nats per token after `steps`; infinite steps are allowed."""
        return np.asarray(self.converged(params) + (self.S_c / np.asarray(steps)) ** self.alpha_S)

    def converged(self, params: ArrayLike) -> Array:
        """Nats per token after endlessly many steps."""
        return np.asarray((self.N_c / np.asarray(params)) ** self.alpha_N)


@dataclass(frozen=True)
class Batch(Form):
    """A batch by the loss reached: the critical one, or the best, as the law says."""

    B_star: float
    alpha_B: float

    equation = r"B(L) = B_* / L^{1/\alpha_B}"
    units: ClassVar = {"B_star": "tokens", "alpha_B": ""}

    def critical(self, loss: ArrayLike) -> Array:
        """Tokens a batch, at a loss in nats per token."""
        return np.asarray(self.B_star / np.asarray(loss) ** (1 / self.alpha_B))


@dataclass(frozen=True)
class Additive(Form):
    """Loss as a floor, a term that falls with size and one that falls with data."""

    E: float
    A: float
    B: float
    alpha: float
    beta: float

    equation = r"L(N,D) = E + A/N^{\alpha} + B/D^{\beta}"
    units: ClassVar = {
        "E": "nats/token",
        "A": "nats/token x params^alpha",
        "B": "nats/token x tokens^beta",
        "alpha": "",
        "beta": "",
    }

    def loss(self, params: ArrayLike, tokens: ArrayLike) -> Array:
        """Nats per token; infinite params or tokens are allowed."""
        N, D = np.asarray(params), np.asarray(tokens)
        return np.asarray(self.E + self.above(self.A / N**self.alpha + self.B / D**self.beta))

    def above(self, terms: ArrayLike) -> Array:
        """Nats per token above the floor, from the sum of both terms."""
        return np.asarray(terms)

    def terms(self, above: ArrayLike) -> Array:
        """The sum of both terms at a loss above the floor: `above` turned around."""
        return np.asarray(above)

    @property
    def tex(self) -> str:
        """The equation with its constants filled in, in TeX."""
        return f"$L = {self.E:.5g} + {self._tex_terms}$"

    @property
    def _tex_terms(self) -> str:
        size = f"{_tex(self.A)}/N^{{{self.alpha:.4g}}}"
        return f"{size} + {_tex(self.B)}/D^{{{self.beta:.4g}}}"


@dataclass(frozen=True)
class OuterAdditive(Additive):
    """The additive form with an outer exponent k, which leaves the best splits as they are.

    Where one term rules, the loss above the floor falls with k alpha or k beta. Between the two
    k sets how sharply it turns: at 1 it is their sum, towards 0 their maximum.
    """

    k: float

    equation = r"L(N,D) = E + \left(A/N^{\alpha} + B/D^{\beta}\right)^{k}"
    units: ClassVar = {
        "E": "nats/token",
        "A": "(nats/token)^(1/k) x params^alpha",
        "B": "(nats/token)^(1/k) x tokens^beta",
        "alpha": "",
        "beta": "",
        "k": "",
    }

    def above(self, terms: ArrayLike) -> Array:
        """Nats per token above the floor, from the sum of both terms."""
        return np.asarray(np.asarray(terms) ** self.k)

    def terms(self, above: ArrayLike) -> Array:
        """The sum of both terms at a loss above the floor: `above` turned around."""
        return np.asarray(np.maximum(above, 0) ** (1 / self.k))

    @property
    def tex(self) -> str:
        """The equation with its constants filled in, in TeX."""
        return f"$L = {self.E:.5g} + \\left({self._tex_terms}\\right)^{{{self.k:.4g}}}$"


@dataclass(frozen=True)
class Growth(Form):
    """One quantity of the best run, as a power of the compute: a straight line again."""

    coefficient: float
    exponent: float

    equation = r"X_{opt} = k\, C^{a}"
    units: ClassVar = {"coefficient": "", "exponent": ""}
    either: ClassVar = ("exponent",)

    def at(self, compute: ArrayLike) -> Array:
        """The quantity at a compute, in the law's own unit of compute."""
        return np.asarray(self.coefficient * np.asarray(compute) ** self.exponent)


@dataclass(frozen=True)
class Product(Form):
    """A setting by size and data: a power of each."""

    coefficient: float
    by_params: float
    by_tokens: float

    equation = r"X = k\, N^{n} D^{d}"
    units: ClassVar = {"coefficient": "", "by_params": "", "by_tokens": ""}
    either: ClassVar = ("by_params", "by_tokens")

    def at(self, params: ArrayLike, tokens: ArrayLike) -> Array:
        """The setting for so many parameters and tokens."""
        N, D = np.asarray(params, dtype=np.float64), np.asarray(tokens, dtype=np.float64)
        return np.asarray(self.coefficient * N**self.by_params * D**self.by_tokens)


@dataclass(frozen=True)
class Ratio(Form):
    """A fixed number of tokens for each parameter."""

    tokens_per_param: float

    equation = r"D = r\,N"
    units: ClassVar = {"tokens_per_param": "tokens/parameter"}


def _tex(value: float) -> str:
    """A number in TeX: 482.01, or 1.8767 x 10^6 where it is long."""
    mantissa, _, power = f"{value:.5g}".partition("e")
    return f"{mantissa} \\cdot 10^{{{int(power)}}}" if power else mantissa
