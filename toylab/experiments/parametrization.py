"""Parametrisation of a deep n-gram network: first weights and learning rates, by kind of parameter.

With m = h / h_base, how many times wider than the base a network is, for Adam:

    kind     parameters        standard: std, rate             muP: std, rate
    input    e (98 x 16)       1,                       1      the same
             W_1 (128 x h)     sqrt(2 / 128),           1      the same
    bias     b_1 .. b          0,                       1      the same
    hidden   W_l (h x h)       sqrt(2 / h),             1      sqrt(2 / h),                  1 / m
    output   W (h x 98)        sqrt(1 / (4 h)),         1      sqrt(1 / (4 h)) / sqrt(m),    1 / m

The maximal-update parametrisation is that of Yang et al. 2022 (arXiv:2203.03466, Table 3): only
what sums over h inputs is touched. Both are one and the same network at the base width.
"""

from dataclasses import dataclass, replace

from toylab.experiments.corpus import BEFORE, NUMBERS, SYMBOLS

INPUTS = BEFORE * NUMBERS
SCALINGS = ("standard", "mup")


@dataclass(frozen=True)
class Parameter:
    """A matrix or a vector of the network: its shape, and how it starts and learns."""

    name: str
    kind: str  # input, bias, hidden, output
    rows: int
    columns: int
    std: float  # of its first values, normal
    rate: float = 1.0  # its learning rate, over that of the network

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns)."""
        return self.rows, self.columns


def standard(width: int, depth: int, *, skips: bool = False) -> list[Parameter]:
    """The parameters of a network in the order of its layers, as they usually start and learn.

    With skips W_l starts at half its size: what skips add up would grow too much from layer to
    layer.
    """
    inner = (2 / width) ** 0.5 * (0.5 if skips else 1.0)
    found = [
        Parameter("e", "input", SYMBOLS, NUMBERS, 1.0),
        Parameter("W_1", "input", INPUTS, width, (2 / INPUTS) ** 0.5),
        Parameter("b_1", "bias", 1, width, 0.0),
    ]
    for layer in range(2, depth + 1):
        found.append(Parameter(f"W_{layer}", "hidden", width, width, inner))
        found.append(Parameter(f"b_{layer}", "bias", 1, width, 0.0))
    found.append(Parameter("W", "output", width, SYMBOLS, 0.5 * width**-0.5))
    return [*found, Parameter("b", "bias", 1, SYMBOLS, 0.0)]


def mup(width: int, depth: int, base: int, *, skips: bool = False) -> list[Parameter]:
    """The same in the maximal-update parametrisation, which changes nothing at the base width."""
    m = width / base
    change = {"hidden": (1.0, 1 / m), "output": (m**-0.5, 1 / m)}
    return [
        replace(one, std=one.std * std, rate=one.rate * rate)
        for one in standard(width, depth, skips=skips)
        for std, rate in [change.get(one.kind, (1.0, 1.0))]
    ]


def count(width: int, depth: int) -> int:
    """N: the weights of a network that multiply."""
    kinds = [one for one in standard(width, depth)[1:] if one.kind != "bias"]
    return sum(one.rows * one.columns for one in kinds)
