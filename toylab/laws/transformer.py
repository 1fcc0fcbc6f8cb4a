"""Shape of a decoder-only Transformer: all that its parameters and FLOPs are counted from.

Every layer has attention and a feed-forward part; of that there may be several, the experts, of
which a token meets some (a mixture of experts). Kaplan's model is the default: heads as wide
together as the model, and a plain feed-forward part four times as wide.
"""

from dataclasses import dataclass, fields
from numbers import Integral


@dataclass(frozen=True)
class Latent:
    """Attention through low ranks: DeepSeek-V2 2024, arXiv:2405.04434, sec. 2.1."""

    kv_rank: int  # keys and values of all heads come from so many numbers a token
    rope: int  # of a head's query and key, more numbers, which carry the position
    value: int  # numbers of a head's value
    q_rank: int = 0  # the same for queries; 0: a single matrix

    def __post_init__(self) -> None:
        for name, least in (("kv_rank", 1), ("rope", 0), ("value", 1), ("q_rank", 0)):
            if (value := getattr(self, name)) < least:
                raise ValueError(f"{name} must be at least {least}, got {value}")


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
    biases: bool = False  # in all matrices and norms, as in GPT-2
    positions: bool = False  # learned, one vector for each place of the context
    heads: int = 1
    kv_heads: int = 0  # with keys and values of their own; 0: all
    head_size: int = 0  # numbers of a query and a key; 0: width / heads
    feed_forward: int = 0  # its width; 0: four times the model's
    gated: bool = False  # three matrices instead of two
    expert_width: int = 0  # 0: as feed_forward
    shared_width: int = 0  # of experts that every token meets besides
    dense_layers: int = 0  # the first so many have no experts
    qkv_biases: bool = False  # biases in queries, keys and values alone
    norms: int = 2  # a layer, with a gain for each number; 0: without gains
    head_norms: bool = False  # one more for the queries and one for the keys of a layer
    latent: Latent | None = None

    def __post_init__(self) -> None:
        counts = ("layers", "width", "context", "vocabulary", "experts", "active", "heads")
        for field in fields(self):
            value = getattr(self, field.name)
            least = 1 if field.name in counts else 0
            if field.type is int and (not isinstance(value, Integral) or value < least):
                raise ValueError(
                    f"{field.name} must be a whole number of at least {least}, got {value!r}"
                )
        if self.active > self.experts:
            raise ValueError(
                f"a token cannot meet {self.active} experts where a layer has {self.experts}"
            )
        if not self.head_size and self.width % self.heads:
            raise ValueError(
                f"width must be a multiple of heads ({self.heads}) where head_size is not given, "
                f"got {self.width}"
            )
        if self.heads % self.key_heads:
            raise ValueError(
                f"heads must be a multiple of kv_heads ({self.kv_heads}), got {self.heads}"
            )
        if self.dense_layers > self.layers:
            raise ValueError(
                f"dense_layers must be at most layers ({self.layers}), got {self.dense_layers}"
            )

    @property
    def key_heads(self) -> int:
        """Heads with keys and values of their own."""
        return self.kv_heads or self.heads

    @property
    def query(self) -> int:
        """Numbers of a head's query, those for the position included."""
        return (self.head_size or self.width // self.heads) + (
            self.latent.rope if self.latent else 0
        )

    @property
    def value(self) -> int:
        """Numbers of a head's value."""
        return self.latent.value if self.latent else self.query

    @property
    def inner(self) -> int:
        """Width of a dense layer's feed-forward part."""
        return self.feed_forward or 4 * self.width

    @property
    def routed(self) -> int:
        """Layers in which a router chooses experts."""
        return self.layers - self.dense_layers if self.experts > 1 else 0
