"""Reader of a model's `config.json`: the shape that it tells, and what it leaves open.

Nothing is guessed in silence: keys that are not understood, and those that are and are not
counted, are named; what the shape needs and the file lacks has to be given.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from toylab.laws.transformer import Latent, Transformer
from toylab.tables.config_keys import (
    DENSE,
    EVERY,
    FAMILIES,
    FOREIGN,
    LATENT,
    LEFT_OUT,
    NEEDED,
    NEUTRAL,
    PLAIN,
    SHARED,
    SPELLINGS,
    SWITCHES,
)  # fmt: skip

LARGEST = 10**9  # of any number in it


@dataclass(frozen=True)
class ModelConfig:
    """A shape as a file tells it, with what the file leaves open."""

    family: str  # its model_type
    recognised: bool  # else it is counted as a Llama
    fields: Mapping[str, Any]  # of Transformer
    missing: tuple[str, ...]  # fields that the shape needs
    unknown: tuple[str, ...]  # keys that are not understood
    left_out: Mapping[str, str]  # keys that would change a count, and what they are

    def shape(self, **given: int) -> Transformer:
        """The shape, with what is missing as given.

        Raises:
            ValueError: if something is still missing, or the numbers make no model.
        """
        fields = {name: given[name] for name in self.missing if name in given}
        if lacking := [name for name in self.missing if name not in given]:
            ways = "; ".join(f"{name} ({SPELLINGS[name][0]})" for name in lacking)
            raise ValueError(f"the config lacks {ways}")
        return Transformer(**{**self.fields, **fields})


def read_config(text: str) -> ModelConfig:
    """The shape that a `config.json` tells.

    Raises:
        ValueError: if it is broken, no config of a decoder, or a number in it cannot be.
    """
    config = _decoder(_object(text))
    family = str(config.get("model_type", ""))
    numbers = dict(_numbers(config))
    fields = {**FAMILIES.get(family, PLAIN), **numbers, **dict(_switches(config))}
    if not {"layers", "width", "heads"} & set(numbers):
        raise ValueError(
            "this is no config of a decoder: it has none of "
            f"{', '.join(SPELLINGS[name][0] for name in NEEDED)}"
        )
    return ModelConfig(
        family,
        family in FAMILIES,
        fields,
        tuple(name for name in NEEDED if name not in fields),
        tuple(key for key in config if key not in NEUTRAL | LEFT_OUT.keys() | _understood()),
        dict(_left_out(config, fields)),
    )


def _left_out(config: Mapping[str, Any], fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Keys that would change a count, and what they are; not a window that hides nothing."""
    for key, what in LEFT_OUT.items():
        unused = config.get("use_sliding_window") is False or config.get(key) == fields.get(
            "context"
        )
        if config.get(key) and not (key == "sliding_window" and unused):
            yield key, what


def _object(text: str) -> Mapping[str, Any]:
    try:
        config = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"the JSON is broken on line {error.lineno}: {error.msg}") from None
    except RecursionError:
        raise ValueError("the JSON is nested too deeply for a config") from None
    if not isinstance(config, dict):
        raise ValueError('a config is one JSON object, such as {"hidden_size": 4096, ...}')
    return config


def _decoder(config: Mapping[str, Any]) -> Mapping[str, Any]:
    """The part that describes the language model; refuses what is no decoder."""
    inner = config.get("text_config")
    chosen = {**config, **inner} if isinstance(inner, dict) else config
    family = str(chosen.get("model_type", ""))
    if chosen.get("is_encoder_decoder") or family.startswith(FOREIGN):
        raise ValueError(f"a model of type {family or 'encoder-decoder'} is no decoder alone: only "
                         "decoder-only Transformers are counted")  # fmt: skip
    return {key: value for key, value in chosen.items() if key != "text_config"}


def _understood() -> set[str]:
    spelled = {key for keys in (*SPELLINGS.values(), *SWITCHES.values()) for key in keys}
    return spelled | set(LATENT.values()) | {SHARED, DENSE, *EVERY}


def _numbers(config: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Fields that are whole numbers, or follow from them."""
    numbers: dict[str, int] = {}
    for field, keys in SPELLINGS.items():
        key = next((key for key in keys if config.get(key) is not None), None)
        if key:
            numbers[field] = _whole(config, key)
    if config.get(SHARED):
        each = numbers.get("expert_width") or numbers.get("feed_forward", 0)
        numbers["shared_width"] = _whole(config, SHARED) * each
    if numbers.get("experts", 1) > 1 and "layers" in numbers:
        numbers["dense_layers"] = _dense(config, numbers)
    yield from numbers.items()
    if config.get(LATENT["kv_rank"]):
        ranks = {name: _whole(config, key) for name, key in LATENT.items() if config.get(key)}
        yield "latent", Latent(**{"rope": 0, "value": numbers.get("head_size", 0)} | ranks)
        yield "kv_heads", 0  # all heads have their own, out of the same rank


def _dense(config: Mapping[str, Any], numbers: Mapping[str, int]) -> int:
    """Layers that have no experts."""
    layers, first = numbers["layers"], numbers.get("dense_layers", 0)
    last_of, first_of = (_whole(config, key) if config.get(key) else 1 for key in EVERY)
    sparse = min(
        layers // last_of - first // last_of, (layers - 1) // first_of - (first - 1) // first_of
    )
    listed = config.get(DENSE) or []
    if not isinstance(listed, list):
        raise ValueError(f"{DENSE} must be a list of layers, got {listed!r}")
    return max(layers - sparse, len(listed))


def _switches(config: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    for field, keys in SWITCHES.items():
        for key in keys:
            if config.get(key) is not None:
                if not isinstance(config[key], bool):
                    raise ValueError(f"{key} must be true or false, got {config[key]!r}")
                yield field, config[key]


def _whole(config: Mapping[str, Any], key: str) -> int:
    value = config[key]
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST:
        raise ValueError(f"{key} must be a whole number from 0 to {LARGEST:,}, got {value!r}")
    return value
