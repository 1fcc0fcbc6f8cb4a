"""Tensors of a Transformer: the shape and number of each, and which a token is multiplied with.

    queries d x h k,  keys and values d x h_kv k each,  output h k x d
    feed-forward d x f and f x d; gated: once more d x f
    router d x experts;  embeddings V x d, and once more where the output layer is not tied

The names are those of the Llama and DeepSeek reports; a model's files may fuse or split them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from toylab.laws.transformer import Transformer

ATTENTION, FEED, NORMS = "attention matrices", "feed-forward", "norms and biases"


@dataclass(frozen=True)
class Tensor:
    """Parameters of one kind, in all layers."""

    part: str
    name: str
    rows: int
    columns: int
    number: int  # of such tensors in the model
    met: int  # of these, those that a token meets
    multiplies: bool = True  # a matrix, and no look-up, gain or bias

    @property
    def params(self) -> int:
        """Parameters in all."""
        return self.rows * self.columns * self.number

    @property
    def active(self) -> int:
        """Parameters that a token meets."""
        return self.rows * self.columns * self.met

    @property
    def multiplied(self) -> int:
        """Weights that a token is multiplied with."""
        return self.active if self.multiplies else 0


def tensors(model: Transformer) -> tuple[Tensor, ...]:
    """Every kind of tensor that the model has."""
    kinds = (*_attention(model), *_feed_forward(model), *_vocabulary(model), *_norms(model))
    return tuple(kind for kind in kinds if kind.params)


def _attention(model: Transformer) -> Iterator[Tensor]:
    d, h, L = model.width, model.heads, model.layers

    def matrix(name: str, rows: int, columns: int) -> Tensor:
        return Tensor(ATTENTION, name, rows, columns, L, L)

    if latent := model.latent:
        q_from = latent.q_rank or d
        yield matrix("queries, down", d, latent.q_rank)
        yield matrix("queries, up" if latent.q_rank else "queries", q_from, h * model.query)
        yield matrix("keys and values, down", d, latent.kv_rank + latent.rope)
        each = model.query - latent.rope + latent.value
        yield matrix("keys and values, up", latent.kv_rank, h * each)
    else:
        yield matrix("queries", d, h * model.query)
        yield matrix("keys", d, model.key_heads * model.query)
        yield matrix("values", d, model.key_heads * model.query)
    yield matrix("attention output", h * model.value, d)


def _feed_forward(model: Transformer) -> Iterator[Tensor]:
    plain, routed = model.layers - model.routed, model.routed
    parts = [
        ("", model.inner, plain, plain),
        ("experts' ", model.expert_width or model.inner, routed * model.experts,
         routed * model.active),
        ("shared ", model.shared_width, routed, routed),
    ]  # fmt: skip
    for whose, width, number, met in parts:
        if model.gated:
            yield Tensor(FEED, f"{whose}gate", model.width, width, number, met)
        yield Tensor(FEED, f"{whose}up", model.width, width, number, met)
        yield Tensor(FEED, f"{whose}down", width, model.width, number, met)
    yield Tensor(FEED, "router", model.width, model.experts, routed, routed)


def _vocabulary(model: Transformer) -> Iterator[Tensor]:
    V, d = model.vocabulary, model.width
    name = "embeddings and output layer" if model.tied else "embeddings"
    yield Tensor("vocabulary", name, V, d, 1, 1, model.tied)
    yield Tensor("vocabulary", "output layer", d, V, 1 - model.tied, 1 - model.tied)
    seen = int(model.positions)
    yield Tensor("positions", "positions", model.context, d, seen, seen, multiplies=False)


def _norms(model: Transformer) -> Iterator[Tensor]:
    d, L = model.width, model.layers

    def vectors(name: str, length: int, number: int) -> Tensor:
        return Tensor(NORMS, name, 1, length, number, number, multiplies=False)

    norms = model.norms * L + (model.norms > 0)
    yield vectors("gains of norms", d, norms * (1 + model.biases))
    yield vectors("gains of heads' norms", model.query, 2 * L * model.head_norms)
    if model.latent:
        yield vectors("gains of latent norms", model.latent.q_rank + model.latent.kv_rank, L)
    keys = model.key_heads * model.query
    if model.biases or model.qkv_biases:
        yield vectors("biases of queries, keys, values", model.heads * model.query + 2 * keys, L)
    if model.biases:
        inner = (1 + model.gated) * model.inner + d
        yield vectors("biases of attention output", d, L)
        yield vectors("biases of feed-forward", inner, L - model.routed)
        each = (1 + model.gated) * (model.expert_width or model.inner) + d
        number, met = model.routed * model.experts, model.routed * model.active
        yield Tensor(NORMS, "biases of experts", 1, each, number, met, multiplies=False)
