"""Typed JSON: what is written comes back, and what is of another kind is refused."""

import json
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui import typed_json


@dataclass(frozen=True)
class Part:
    """A record of every kind."""

    numbers: tuple[float, ...]
    names: dict[int, set[str]]
    yes: bool = False
    words: str = ""


FLOATS = st.floats(allow_nan=False, allow_infinity=False)
PARTS = st.builds(
    Part,
    st.lists(FLOATS).map(tuple),
    st.dictionaries(st.integers(), st.sets(st.text(max_size=3), max_size=3), max_size=3),
    st.booleans(),
    st.text(max_size=5),
)
KINDS = (Part, list[Part], dict[str, int], dict[int, Part], set[str], bool, int, float, str)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(("numbers", "names", "7")), inner)
    ),
    max_leaves=6,
)


@given(st.lists(PARTS, max_size=3))
def test_what_is_written_comes_back(parts):
    assert typed_json.read(list[Part], typed_json.text(parts)) == parts


@given(st.sampled_from(KINDS), JSON.map(json.dumps) | st.text(max_size=20))
def test_whatever_is_read_is_of_the_kind_or_refused(kind, words):
    try:
        found = typed_json.read(kind, words)
    except ValueError:
        return
    assert typed_json.read(kind, typed_json.text(found)) == found


@pytest.mark.parametrize(
    ("kind", "words"),
    [(int, "true"), (bool, "1"), (float, "NaN"), (float, "1e999"), (str, "null"),
     (set[str], "[[]]"), (dict[int, str], '{"x": "y"}'), (Part, "{}"), (Part, "[]"),
     (list[str], "[" * 100_000), (None, "1"), (int, "1" * 5000)],
)  # fmt: skip
def test_another_kind_is_refused(kind, words):
    with pytest.raises(ValueError, match=r".+"):
        typed_json.read(kind, words)
