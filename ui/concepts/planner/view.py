"""Shape of a model as controls, and the tables of its figures."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import pandas as pd

from toylab.laws.counting import Count, count
from toylab.laws.forms import FLOPS
from toylab.laws.model_shapes import SHAPES, ModelShape
from toylab.laws.transformer import Latent, Transformer
from toylab.quantities import format_count, parse_number
from toylab.teaching import model_links
from ui.controls import Presets
from ui.knobs import Values, knob
from ui.labels import Axes

LARGEST = 10_000_000  # of any number of a shape
FIRST = "Llama 3 8B"
READ = ("1M", "1e18")  # the fewest and the most training tokens
TOKENS = "15T"  # where a report has none
BIASES = {"none": "nowhere", "qkv": "queries, keys, values", "all": "everywhere"}
WHOLE = "total"
ROOM = 2.0  # times 6N: the axis before the answer is told
MET = ("a token meets them", "a token does not")


def _many(default: int, title: str, least: int = 0, **how: Any) -> Any:
    return knob(default, title, (least, LARGEST), typed=True, **how)


def _dense(values: Values) -> bool:
    return int(values["experts"]) < 2


def _full(values: Values) -> bool:
    return int(values["kv_rank"]) < 1


@dataclass(frozen=True)
class Controls:
    """A decoder and the text it reads; as Llama 3 8B at first."""

    layers: int = _many(32, "Layers", 1)
    width: int = _many(4096, "Width", 1)
    context: int = _many(8192, "Context, tokens", 1)
    tokens: str = knob(TOKENS, "Training tokens, as 15T", typed=True)
    heads: int = _many(32, "Heads", 1, more=True)
    kv_heads: int = _many(8, "Key and value heads", more=True, help="0: as many as heads")
    feed_forward: int = _many(14_336, "Feed-forward width", more=True,
                              help="0: four times the width")  # fmt: skip
    vocabulary: int = _many(128_256, "Vocabulary, tokens", 1, more=True)
    experts: int = _many(1, "Experts in a layer", 1, more=True)
    active: int = _many(1, "Experts a token meets", 1, more=True, gone=_dense)
    expert_width: int = _many(0, "Width of an expert", more=True, gone=_dense,
                              help="0: as the feed-forward width")  # fmt: skip
    shared_width: int = _many(0, "Width of shared experts", more=True, gone=_dense)
    dense_layers: int = _many(0, "First layers without experts", more=True, gone=_dense)
    gated: bool = knob(True, "Gated feed-forward part", more=True)
    tied: bool = knob(False, "Output layer uses the embeddings' weights", more=True)
    head_size: int = _many(0, "Head size", more=True, help="0: the width over the heads")
    kv_rank: int = _many(0, "Rank of keys and values", more=True,
                         help="DeepSeek's latent attention; 0: none")  # fmt: skip
    q_rank: int = _many(0, "Rank of queries", more=True, gone=_full)
    rope: int = _many(64, "Numbers for positions", more=True, gone=_full)
    value: int = _many(128, "Size of a value", 1, more=True, gone=_full)
    biases: str = knob("none", "Biases", BIASES, more=True)
    norms: int = knob(2, "Norms in a layer", (0, 8), more=True)
    head_norms: bool = knob(False, "Norms on queries and keys", more=True)
    positions: bool = knob(False, "Learned positions", more=True)
    recompute: bool = knob(False, "Activations are recomputed", more=True)
    skip_masked: bool = knob(False, "Attention skips masked pairs", more=True)

    @property
    def shape(self) -> Transformer:
        """The model's shape. Refuses what cannot be."""
        own = {field.name: getattr(self, field.name) for field in fields(Transformer)
               if hasattr(self, field.name) and field.name != "biases"}  # fmt: skip
        if self.kv_rank:
            latent = Latent(self.kv_rank, self.rope, self.value, self.q_rank)
            own |= {"latent": latent, "kv_heads": 0}
        if self.experts < 2:
            own |= {"active": 1, "expert_width": 0, "shared_width": 0, "dense_layers": 0}
        return Transformer(**own, biases=self.biases == "all", qkv_biases=self.biases == "qkv")

    @cached_property
    def counted(self) -> Count:
        """Its parameters and FLOPs."""
        return count(self.shape, skip_masked=self.skip_masked)

    @property
    def read(self) -> float:
        """Training tokens. Refuses what no training reads."""
        tokens, (least, most) = parse_number(self.tokens), READ
        if not parse_number(least) <= tokens <= parse_number(most):
            raise ValueError(f"training tokens must be from {least} to {most}, got {self.tokens}")
        return tokens

    @property
    def flops(self) -> float:
        """Training FLOPs."""
        return self.counted.flops * self.read

    @property
    def refusal(self) -> str:
        """The refusal of these numbers; empty where they make a model."""
        try:
            _ = self.counted, self.read
        except ValueError as refusal:
            return str(refusal)
        return ""

    @property
    def name(self) -> str:
        """The published model that it is, or what it is called else."""
        return presets(self).current or "This model"


def of_shape(shape: Transformer, tokens: str, *, skip_masked: bool = False) -> Controls:
    """The controls that make a shape."""
    held: Mapping[str, Any] = model_links.settings(shape)
    return Controls(**held, tokens=tokens, skip_masked=skip_masked)


def _record(model: ModelShape) -> Controls:
    return of_shape(model.shape, format_count(model.tokens) if model.tokens else TOKENS)


RECORDS: Mapping[str, Controls] = {name: _record(model) for name, model in SHAPES.items()}


def presets(controls: Controls) -> Presets:
    """Published models, and which of them the controls are."""
    current = next((name for name, record in RECORDS.items() if record == controls), None)
    names = {name: name for name in RECORDS} | {"custom": "custom"}
    return Presets(RECORDS, current, names, title="Model", of="model")


def flops(controls: Controls, *, seen: bool, guess: float | None = None) -> dict[str, pd.DataFrame]:
    """FLOPs a token by part, counted and by 6N, as shares of 6N; only 6N's until it is seen.

    The axis has room for the `guess`.
    """
    counted = controls.counted
    frame = counted.frame[lambda f: (f["params"] > 0) | (f["flops"] > 0)]
    rule = float(FLOPS * counted.params)
    whole = pd.DataFrame({"part": [WHOLE], "share": [counted.flops / rule], "rule": [1.0]})
    parts = pd.DataFrame(
        {"part": frame["part"], "share": frame["flops"] / rule, "rule": frame["rule"] / rule}
    )
    bars = pd.concat([whole, parts], ignore_index=True)
    if not seen:
        bars = bars.assign(share=math.nan)
    end = 1.05 * max(1.0, bars["share"].max()) if seen else ROOM
    end = max(end, 1.05 * (guess or 0.0))
    return {"bars": bars, "axes": Axes((0.0, end), (0.0, 1.0)).table}


def params(controls: Controls) -> dict[str, pd.DataFrame]:
    """Parameters by part: those that a token meets, and the experts that it does not."""
    counted = controls.counted
    rows = pd.DataFrame(
        [(tensor.part, tensor.active, tensor.params - tensor.active) for tensor in counted.tensors],
        columns=["part", *MET],
    )
    parts = rows.groupby("part", sort=False).sum().reset_index()
    bars = parts.melt("part", list(MET), "met", "params")
    return {"bars": bars[bars["params"] > 0].assign(share=lambda f: f["params"] / counted.params)}


def tensors(controls: Controls) -> pd.DataFrame:
    """Every kind of tensor, for reading."""
    frame = pd.DataFrame(
        [
            {
                "Part": tensor.part,
                "Tensor": tensor.name,
                "Shape": f"{tensor.rows:,} x {tensor.columns:,}",
                "Number": tensor.number,
                "Parameters": tensor.params,
                "A token meets": tensor.active,
                "Training FLOPs a token": FLOPS * tensor.multiplied,
            }
            for tensor in controls.counted.tensors
        ]
    )
    beyond = [name for name in frame.columns[4:] if frame[name].dtype == object]
    return frame.astype(dict.fromkeys(beyond, float))  # more than a table's whole numbers hold
