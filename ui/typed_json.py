"""JSON of typed values: what is read back is of its kind, or refused.

Kinds are bool, int, float, str, lists, tuples, sets and dicts of kinds, and dataclasses whose
fields have kinds.
"""

import json
import math
from dataclasses import fields, is_dataclass
from functools import lru_cache
from typing import Any, get_args, get_origin, get_type_hints

PLAIN = (bool, int, float, str)


def text(value: Any) -> str:
    """The JSON of a value."""
    return json.dumps(_plain(value), separators=(",", ":"))


def read(kind: Any, words: str) -> Any:
    """The value of a kind that this JSON stands for.

    Raises:
        ValueError: if it is no JSON, or of another kind.
    """
    try:
        return _typed(kind, json.loads(words))
    except RecursionError:
        raise ValueError("the JSON must not be nested so deep") from None


@lru_cache
def _names(kind: Any) -> tuple[str, ...]:
    """The names of a dataclass's fields; a session has many records of few kinds."""
    return tuple(field.name for field in fields(kind))


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if is_dataclass(value):
        return {name: _plain(getattr(value, name)) for name in _names(value.__class__)}
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, set):
        return sorted(value)
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value


def _typed(kind: Any, value: Any) -> Any:
    origin, inner = get_origin(kind), get_args(kind)
    if is_dataclass(kind) and isinstance(value, dict):
        kinds = get_type_hints(kind)
        given = {name: _typed(kinds[name], each) for name, each in value.items() if name in kinds}
        try:
            return kind(**given)  # type: ignore[operator]
        except TypeError:
            raise ValueError(f"the JSON must have every field of {kind}, got {value}") from None
    if origin is dict and isinstance(value, dict):
        return {_key(inner[0], name): _typed(inner[1], each) for name, each in value.items()}
    if origin in (list, tuple, set) and isinstance(value, list):
        return origin(_typed(inner[0], each) for each in value)
    exact = kind in PLAIN and type(value) in ((int, float) if kind is float else (kind,))
    if not exact or (kind is float and not math.isfinite(value)):
        raise ValueError(f"the JSON must be of the kind {kind}, got {value!r}")
    return kind(value)


def _key(kind: Any, name: str) -> Any:
    return int(name) if kind is int else name
