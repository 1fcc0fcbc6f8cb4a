"""The tab that counts a model: true at every setting, and it names the part that is most off."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.text_checks import check, check_numbers
from ui.concepts.allocation import counting, counting_text
from ui.concepts.allocation.counting import CountControls

shapes = st.builds(
    CountControls,
    layers=st.integers(1, 128),
    width=st.sampled_from(counting.WIDTHS),
    context=st.sampled_from(counting.CONTEXTS),
    vocabulary=st.integers(256, 1_000_000),
    experts=st.just("256"),
    active=st.sampled_from(counting.MANY),
)


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({}, "attention scores"),
        ({"tied": False}, "vocabulary"),
        ({"experts": "8", "active": "2"}, "feed-forward"),
        ({"recompute": True}, "recomputation"),
        ({"layers": 1, "width": "128", "context": "1048576"}, "attention scores"),
    ],
)
def test_the_sentence_names_the_part_that_is_most_off_and_says_which_way(change, part):
    controls = replace(CountControls(), **change)
    most = controls.counted.most
    assert most.name == part
    said = counting_text.finding(controls)
    assert counting_text.WHY[part][most.left_out < 0] in said
    assert ("too much" in said) == (most.left_out < 0)


def test_the_first_model_is_gpt2_small():
    numbers = counting_text.numbers(CountControls())
    assert numbers["Parameters"] == ("124M", "124,439,808")
    check_numbers(counting_text.ratios(CountControls()), "1.14", "124M")
    wide = CountControls(96, "12288", "128", biases=False)
    assert "right" in counting_text.finding(wide)


@given(shapes)
@settings(max_examples=12, deadline=None)
def test_everything_can_be_said_of_any_shape_and_adds_up(controls):
    check(counting_text.finding(controls))
    check(counting_text.ratios(controls))
    counted, bars = controls.counted, controls.bars
    assert 1 + bars["share"].sum() == pytest.approx(counted.flops / (6 * counted.params))
    cells = controls.table.to_numpy().ravel().tolist()
    assert not [cell for cell in cells if re.search(r"nan|e\+|-\d", str(cell))]


def test_more_active_experts_than_there_are_is_a_sentence():
    with pytest.raises(ValueError, match="a token cannot meet 4 experts"):
        _ = replace(CountControls(), active="4").counted
