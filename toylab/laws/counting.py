"""Counting of a Transformer's parameters and training FLOPs, part by part, against 6 N D.

    matrices     4 d a + 2 d f weights a layer, 6 FLOPs a weight and token
    scores       12 s a FLOPs a layer and token, no weights
    vocabulary   V d weights, 6 FLOPs a weight as the output layer, none as a look-up

d width, a = d of all heads together, f = 4 d of the feed-forward part, s context, V vocabulary.
2 of 6 FLOPs are the forward pass, 4 the backward pass. Kaplan et al. 2020, eq. 2.1 and Table 1,
which counts 6 s a for scores, as if no masked pair were computed; Hoffmann et al. 2022, App. F,
which counts a look-up as a matrix. Norms, softmax, activations and the optimiser's update are
additions and not products of matrices: about a percent, left out here as there.
"""

from dataclasses import dataclass

import pandas as pd

from toylab.laws.forms import FLOPS

FORWARD = 2  # FLOPs a weight and token
SCORES = 12  # FLOPs a context position, head dimension and token: 2 matrices of 2, three times


@dataclass(frozen=True)
class Transformer:
    """A decoder's shape, and how it is trained. Refuses counts that cannot be."""

    layers: int
    width: int
    context: int  # tokens
    vocabulary: int  # tokens
    tied: bool = True  # the output layer has the embeddings' weights
    experts: int = 1  # feed-forward parts a layer
    active: int = 1  # of them, those that a token meets
    recompute: bool = False  # a layer's forward pass once more, instead of keeping its numbers
    biases: bool = False  # in matrices and norms, and learned positions: as in GPT-2

    def __post_init__(self) -> None:
        for name in ("layers", "width", "context", "vocabulary", "experts", "active"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, got {getattr(self, name)}")
        if self.active > self.experts:
            raise ValueError(
                f"a token cannot meet {self.active} experts where a layer has {self.experts}"
            )


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
    active: int  # parameters that a token meets, embeddings included

    @property
    def params(self) -> int:
        """All parameters, embeddings included: Hoffmann's N."""
        return sum(part.params for part in self.parts)

    @property
    def without_embeddings(self) -> int:
        """Parameters without vocabulary and positions: Kaplan's N."""
        inside = ("attention matrices", "feed-forward", "norms and biases")
        return sum(part.params for part in self.parts if part.name in inside)

    @property
    def flops(self) -> float:
        """Training FLOPs a token."""
        return sum(part.flops for part in self.parts)

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


def count(model: Transformer) -> Count:
    """The parameters and the training FLOPs a token of every part."""
    L, d, V = model.layers, model.width, model.vocabulary
    attention, expert, router = 4 * d * d * L, 8 * d * d * L, d * model.experts * L
    router *= model.experts > 1
    scores = SCORES * model.context * d * L
    met = FLOPS * (attention + model.active * expert + router)
    norms = (2 * L + 1) * d * (1 + model.biases)
    biases = model.biases * L * (4 * d + 5 * d * model.experts)
    parts = (
        Part("attention matrices", attention, FLOPS * attention),
        Part("attention scores", 0, scores),
        Part("feed-forward", model.experts * expert + router, met - FLOPS * attention),
        Part("vocabulary", V * d * (1 if model.tied else 2), FLOPS * V * d),
        Part("positions", model.biases * model.context * d, 0),
        Part("norms and biases", norms + biases, 0),
        Part("recomputation", 0, model.recompute * (met + scores) * FORWARD / FLOPS),
    )
    unmet = (model.experts - model.active) * (expert + model.biases * 5 * d * L)
    return Count(parts, sum(part.params for part in parts) - unmet)
