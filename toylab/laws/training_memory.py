"""Memory that training takes on a device: weights, gradients, the optimiser's state, activations.

    state = 16 bytes a parameter: 2 weight, 2 gradient, 12 Adam (the weight once more and two
            moments, in float32); a share of it where devices split it
    activations = 2 bytes for every number that the backward pass needs again

Mixed precision and its split: ZeRO, Rajbhandari et al. 2020, arXiv:1910.02054, sec. 3.1 and 5.
Activations a layer: Korthikanti et al. 2022, arXiv:2205.05198, eq. 1, without dropout and
without the scores, which today's kernels compute again: 32 bytes s d there, and here for any
shape. Recomputed, only each layer's input is kept, and one layer's numbers at a time.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from toylab.laws.counting import Count
from toylab.laws.transformer import Transformer

NUMBER = 2  # bytes
ADAM = 12  # bytes a parameter
SPLITS: Mapping[str, tuple[str, ...]] = {  # what devices share, by the stages of ZeRO
    "nothing": (),
    "optimizer": ("optimizer",),
    "all": ("weights", "gradients", "optimizer"),
}


@dataclass(frozen=True)
class Memory:
    """Bytes on each device."""

    weights: float
    gradients: float
    optimizer: float
    activations: float

    @property
    def total(self) -> float:
        """All of it; buffers and fragments come on top."""
        return self.weights + self.gradients + self.optimizer + self.activations


def training_memory(
    model: Transformer, counted: Count, tokens: int, devices: int = 1, split: str = "all"
) -> Memory:
    """The memory of a training step.

    Args:
        model: the shape.
        counted: its count.
        tokens: on one device at a time.
        devices: that share the state.
        split: what of it they share, of SPLITS.
    """
    if split not in SPLITS:
        raise ValueError(f"split must be one of {', '.join(SPLITS)}, got {split!r}")
    if tokens < 1 or devices < 1:
        raise ValueError(f"tokens and devices must be at least 1, got {tokens} and {devices}")
    each = {"weights": NUMBER, "gradients": NUMBER, "optimizer": ADAM}
    state = {
        name: counted.params * size / (devices if name in SPLITS[split] else 1)
        for name, size in each.items()
    }
    return Memory(**state, activations=NUMBER * tokens * _activations(model))


def _activations(model: Transformer) -> float:
    """Numbers a token that the backward pass needs again."""
    routed = model.active * (model.expert_width or model.inner) + model.shared_width
    plain = model.layers - model.routed
    dense, sparse = _layer(model, model.inner), _layer(model, routed)
    kept = plain * dense + model.routed * sparse
    if model.recompute:
        kept = model.layers * model.width + max(dense * (plain > 0), sparse * (model.routed > 0))
    return kept + 2 * model.vocabulary  # the logits, in float32


def _layer(model: Transformer, wide: int) -> float:
    """A layer's numbers a token: two norms' inputs and outputs, and what matrices are given.

    Args:
        model: the shape.
        wide: the feed-forward part's width, of all experts together that a token meets.
    """
    keys = model.heads if model.latent else model.key_heads
    attention = (model.heads + keys) * (model.query + model.value)
    return 4 * model.width + attention + (3 if model.gated else 2) * wide
