"""Counting of a Transformer's parameters and training FLOPs, part by part, against 6 N D.

    matrices     4 d a + 2 d f weights a layer, 6 FLOPs a weight and token
    scores       12 s a FLOPs a layer and token, no weights; 6 s a if masked pairs are skipped
    vocabulary   V d weights, 6 FLOPs a weight as the output layer, none as a look-up

d width, a = h k of h heads with k numbers each, f of the feed-forward part, s context, V
vocabulary; what else a shape may have is in `tensors`. 2 of 6 FLOPs are the forward pass, 4 the
backward pass. Kaplan et al. 2020, eq. 2.1 and Table 1, which counts 6 s a for scores, as if no
masked pair were computed; Hoffmann et al. 2022, App. F, which counts a look-up as a matrix.
Norms, softmax, activations and the optimiser's update are additions and not products of
matrices: about a percent, left out here as there.
"""

from dataclasses import dataclass

import pandas as pd

from toylab.laws.forms import FLOPS
from toylab.laws.tensors import Tensor, tensors
from toylab.laws.transformer import Transformer

FORWARD = 2  # FLOPs a weight and token
INSIDE = ("attention matrices", "feed-forward", "norms and biases")  # Kaplan's N


@dataclass(frozen=True)
class Part:
    """A part of the model: its parameters, and what a token costs there in training."""

    name: str
    params: int
    flops: float  # a token

    @property
    def rule(self) -> float:
        """The FLOPs a token by 6N alone."""
        return float(FLOPS * self.params)

    @property
    def left_out(self) -> float:
        """FLOPs a token that 6 N leaves out; negative where it counts what costs nothing."""
        return self.flops - self.rule


@dataclass(frozen=True)
class Count:
    """All parts of a model."""

    parts: tuple[Part, ...]
    tensors: tuple[Tensor, ...]

    @property
    def params(self) -> int:
        """All parameters, embeddings included: Hoffmann's N."""
        return sum(part.params for part in self.parts)

    @property
    def active(self) -> int:
        """Parameters that a token meets, embeddings included."""
        return sum(tensor.active for tensor in self.tensors)

    @property
    def multiplied(self) -> int:
        """Weights of the matrices that a token is multiplied with: 6 FLOPs each."""
        return sum(tensor.multiplied for tensor in self.tensors)

    @property
    def without_embeddings(self) -> int:
        """Parameters without vocabulary and positions: Kaplan's N."""
        return sum(part.params for part in self.parts if part.name in INSIDE)

    @property
    def embeddings(self) -> int:
        """Parameters of vocabulary and positions."""
        return self.params - self.without_embeddings

    @property
    def flops(self) -> float:
        """Training FLOPs a token."""
        return sum(part.flops for part in self.parts)

    @property
    def readings(self) -> dict[str, int]:
        """N as four papers and model cards would count it, by what it counts."""
        return {
            "total": self.params,
            "non_embedding": self.without_embeddings,
            "active": self.active,
            "multiplied": self.multiplied,
        }

    @property
    def six_n_d(self) -> dict[str, float]:
        """Training FLOPs over 6 N D by each reading of N."""
        return {name: self.flops / (FLOPS * N) for name, N in self.readings.items()}

    @property
    def most(self) -> Part:
        """The part where 6 N is furthest off."""
        return max(self.parts, key=lambda part: abs(part.left_out))

    @property
    def frame(self) -> pd.DataFrame:
        """One row a part: part, params, flops, rule, left_out, share (of 6 N)."""
        rule = FLOPS * self.params
        rows = [
            (part.name, part.params, part.flops, part.rule, part.left_out, part.left_out / rule)
            for part in self.parts
        ]
        names = ["part", "params", "flops", "rule", "left_out", "share"]
        return pd.DataFrame(rows, columns=names)


def count(model: Transformer, *, skip_masked: bool = False) -> Count:
    """The parameters and the training FLOPs a token of every part.

    Args:
        model: the shape.
        skip_masked: attention computes no score of a later token, as the best kernels do.
    """
    every = tensors(model)
    met = {part: FLOPS * sum(t.multiplied for t in every if t.part == part) for part in INSIDE}
    scores = FLOPS * model.context * model.heads * (model.query + model.value) * model.layers
    scores //= 2 if skip_masked else 1
    again = (sum(met.values()) + scores) * FORWARD / FLOPS
    flops = met | {
        "attention scores": scores,
        "vocabulary": FLOPS * model.vocabulary * model.width,
        "recomputation": model.recompute * again,
    }
    names = (
        "attention matrices", "attention scores", "feed-forward", "vocabulary", "positions",
        "norms and biases", "recomputation",
    )  # fmt: skip
    parts = [
        Part(name, sum(t.params for t in every if t.part == name), flops.get(name, 0))
        for name in names
    ]
    return Count(tuple(parts), every)
