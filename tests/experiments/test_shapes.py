"""Runs of deep and wide networks: accounts, refusals, and networks that were trained."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.experiments.shapes_runs import OTHERS, trained
from toylab.experiments import shapes
from toylab.experiments.shapes import DEPTHS, SIZES, ShapeSpec


@pytest.mark.parametrize("near", SIZES)
def test_every_shape_of_a_study_has_its_parameters_to_2_percent(near):
    found = [ShapeSpec(depth, near=near) for depth in DEPTHS]
    assert [spec.params / near for spec in found] == pytest.approx([1.0] * 5, abs=0.02)
    widths = [spec.width for spec in found]
    assert widths == sorted(widths, reverse=True)


@given(st.integers(1, 12), st.integers(1000, 100_000))
def test_no_other_whole_width_comes_nearer_by_more_than_what_rounding_the_root_costs(depth, near):
    spec = ShapeSpec(depth, near=near)
    below, above = ((226 + (depth - 1) * h) * h for h in (spec.width - 1, spec.width + 1))
    assert below < near < above


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"depth": 0}, "depth must be between 1 and 12, got 0"),
        ({"depth": 1, "skips": True}, "skips need two hidden layers or more, got 1"),
        ({"near": 999}, "near must be between 1000 and 100000 parameters, got 999"),
        ({"rate": 0.0}, "rate must be above 0 and at most 1000, got 0.0"),
        ({"tokens": 100}, "tokens must be between 150000 and 10000000, got 100"),
        ({"runs": 33}, "runs must be between 1 and 32, got 33"),
        ({"seed": -1}, "seed must be between 0 and 1000000000, got -1"),
    ],
)
def test_what_is_no_shape_is_refused(changed, said):
    with pytest.raises(ValueError, match=f"^{said}$"):
        ShapeSpec(**{"depth": 2} | changed)


def test_deeper_and_larger_and_more_cost_more():
    one = ShapeSpec(2)
    for more in (
        ShapeSpec(6),
        ShapeSpec(2, near=SIZES[1]),
        ShapeSpec(2, runs=2),
        ShapeSpec(2, tokens=600_000),
    ):
        assert more.cost > one.cost
    assert ShapeSpec(2, runs=2).cost < 2 * one.cost


def test_a_run_tells_its_shape_is_the_same_again_and_learns():
    """Bitwise; uniform guessing loses ln 98 = 4.6 nats."""
    spec = OTHERS[-1]
    fractions, looks = zip(*trained(spec), strict=True)
    assert fractions == tuple(sorted(fractions))
    assert fractions[-1] == 1
    assert not any(looks[:-1])
    rows = looks[-1]
    assert [row["seed"] for row in rows] == [42, 43]
    for row in rows:
        assert (row["depth"], row["skips"], row["width"]) == (6, True, spec.width)
        assert (row["params"], row["tokens"]) == (spec.params, spec.steps * 128)
        assert row["flops"] == 6 * row["params"] * row["tokens"]
        assert 2 < row["loss"] < 3
        assert not row["diverged"]
    assert rows[0]["loss"] != rows[1]["loss"]
    *_, (_, again) = shapes.run(spec)
    assert [row["loss"] for row in again] == [row["loss"] for row in rows]


def test_a_rate_far_too_large_is_marked_or_learns_nothing():
    *_, (_, (row,)) = shapes.run(ShapeSpec(6, near=1000, rate=1000.0))
    assert row["diverged"] or row["loss"] > 3
