"""Runs are what was given, and what C = 6 N D makes of it."""

import math
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toylab.fits.runs import highest, make_runs, runs_of

# Hoffmann et al.'s runs as read off their figure; kept beside the project, not in it.

amounts = st.floats(3, 13).map(lambda decade: 10.0**decade)
columns = st.lists(st.tuples(amounts, amounts, st.floats(0.1, 10)), min_size=1, max_size=9)


@given(columns)
def test_of_params_tokens_and_flops_any_two_give_the_third(rows):
    N, D, L = map(np.array, zip(*rows, strict=True))
    for given_two in ({"params": N, "tokens": D}, {"params": N, "flops": 6 * N * D},
                      {"tokens": D, "flops": 6 * N * D}):  # fmt: skip
        runs = make_runs(loss=L, **given_two)
        np.testing.assert_allclose(runs.params, N)
        np.testing.assert_allclose(runs.tokens, D)
        np.testing.assert_allclose(runs.flops, 6 * N * D)
        np.testing.assert_array_equal(runs.loss, L)
        assert len(runs) == len(rows)


def test_flops_are_kept_as_the_study_counted_them():
    runs = make_runs(params=[1e8, 1e9], tokens=[1e9, 1e10], flops=[7e17, 5e19], loss=[3, 2])
    assert runs.flops.tolist() == [7e17, 5e19]
    assert runs.tokens.tolist() == [1e9, 1e10]


def test_a_table_of_runs_has_a_row_for_each():
    frame = make_runs(params=[1e8, 1e9], tokens=[1e9, 1e10], loss=[3, 2]).frame
    assert list(frame.columns) == ["params", "tokens", "flops", "loss"]
    assert frame.iloc[1].tolist() == [1e9, 1e10, 6e19, 2.0]


def test_runs_are_taken_by_mask_or_by_place():
    runs = make_runs(params=[1, 2, 3], tokens=[4, 5, 6], flops=[7, 8, 9], loss=[3, 2, 1])
    for which in (np.array([True, False, True]), np.array([0, 2])):
        np.testing.assert_array_equal(runs.take(which).frame, runs.frame.iloc[[0, 2]])


@given(st.lists(st.sampled_from([1.0, 2.0, 3.0, 4.0]), min_size=1, max_size=12), st.data())
def test_without_the_highest_the_lower_runs_stay_in_their_order(losses, data):
    n = len(losses)
    many = data.draw(st.integers(0, n - 1))
    runs = make_runs(params=np.arange(1, n + 1), tokens=np.ones(n), loss=losses)
    left = runs.without_highest(many)
    assert sorted(left.loss) == sorted(losses)[: n - many]
    assert (np.diff(left.params) > 0).all()
    np.testing.assert_array_equal(left.loss, np.array(losses)[left.params.astype(int) - 1])


@given(st.lists(st.sampled_from([1.0, 2.0, 3.0]), min_size=1, max_size=12), st.data())
def test_the_highest_are_exactly_those_that_are_left_out_ties_too(losses, data):
    n = len(losses)
    many = data.draw(st.integers(0, n - 1))
    runs = make_runs(params=np.arange(1, n + 1), tokens=np.ones(n), loss=losses)
    out = highest(runs.loss, many)
    assert (out.dtype, out.shape, out.sum()) == (bool, (n,), many)
    assert runs.take(~out) == runs.without_highest(many)


def test_of_runs_of_one_loss_the_later_ones_are_the_highest():
    runs = make_runs(params=[1, 2, 3, 4], tokens=np.ones(4), loss=[2, 3, 3, 3])
    assert highest(runs.loss, 2).tolist() == [False, False, True, True]


@given(columns)
def test_runs_of_equal_content_are_equal_and_one_key_of_a_cache(rows):
    N, D, L = zip(*rows, strict=True)
    one, other = (make_runs(params=list(N), tokens=list(D), loss=list(L)) for _ in range(2))
    calls = []
    ask = lru_cache(calls.append)
    for runs in (one, other, one.take(np.arange(len(one)))):
        ask(runs)
    assert (one == other, hash(one) == hash(other), len(calls)) == (True, True, 1)


@given(columns, st.sampled_from(["params", "tokens", "loss", "flops"]), st.data())
def test_runs_that_differ_in_one_number_are_two_keys(rows, name, data):
    N, D, L = zip(*rows, strict=True)
    runs = make_runs(params=N, tokens=D, loss=L)
    changed = getattr(runs, name).copy()
    place = data.draw(st.integers(0, len(rows) - 1))
    changed[place] = np.nextafter(changed[place], np.inf)
    other = replace(runs, **{name: changed})
    assert runs != other
    assert len({runs, other}) == 2


def test_fewer_runs_another_order_and_what_are_no_runs_are_unequal():
    runs = make_runs(params=[1, 2], tokens=[3, 4], loss=[5, 6])
    for other in (runs.take(np.array([0])), runs.take(np.array([1, 0])), None, 1, "runs"):
        assert runs != other
    turned = make_runs(params=[3, 4], tokens=[1, 2], loss=[5, 6])
    assert runs != turned


@pytest.mark.parametrize("many", [-1, 3, 4])
def test_no_more_runs_than_there_are_can_be_dropped(many):
    runs = make_runs(params=[1, 2, 3], tokens=[4, 5, 6], loss=[3, 2, 1])
    with pytest.raises(ValueError, match=f"between 0 and 2 of these runs, got {many}"):
        runs.without_highest(many)
    with pytest.raises(ValueError, match=f"between 0 and 2 of these runs, got {many}"):
        highest(runs.loss, many)


@pytest.mark.parametrize(
    ("given_them", "sentence"),
    [
        ({}, "runs need a loss and two of"),
        ({"params": [1.0], "tokens": [1.0]}, "need a loss .* got params, tokens"),
        ({"params": [1.0], "loss": [1.0]}, "two of params, tokens and flops, got params, loss"),
        ({"params": [1.0], "tokens": [1.0, 2.0], "loss": [1.0]}, r"one entry a run.*\(2,\)"),
        ({"params": 1.0, "tokens": 1.0, "loss": 1.0}, "one entry a run"),
        ({"params": [[1.0]], "tokens": [[1.0]], "loss": [[1.0]]}, r"loss \(1, 1\)"),
        ({"params": [0.0], "tokens": [1.0], "loss": [1.0]}, "params must be positive"),
        ({"params": [1.0], "tokens": [-1.0], "loss": [1.0]}, "tokens must be positive"),
        ({"params": [1.0], "tokens": [1.0], "loss": [math.nan]}, "loss must be positive"),
        ({"params": [1.0], "flops": [math.inf], "loss": [1.0]}, "flops must be positive"),
    ],
)
def test_what_are_no_runs_is_refused(given_them, sentence):
    with pytest.raises(ValueError, match=sentence):
        make_runs(**given_them)


TABLE = pd.DataFrame(
    {
        "seed": [7, 8], "loss": [3.0, 2.0], "flops": [7e17, 5e19], "params": [10**8, 10**9],
        "tokens": [10**9, 10**10],
    }
)  # fmt: skip


def test_runs_of_a_table_are_its_four_columns_by_name_in_its_order():
    runs = runs_of(TABLE)
    for name in ("params", "tokens", "loss", "flops"):
        assert getattr(runs, name).tolist() == TABLE[name].tolist()
        assert getattr(runs, name).dtype == np.float64
    assert runs_of(runs.frame) == runs
    turned = runs_of(TABLE.iloc[::-1])
    assert turned.loss.tolist() == [2.0, 3.0]


def test_a_table_without_rows_is_a_study_without_runs():
    assert len(runs_of(TABLE.iloc[:0])) == 0
    assert runs_of(TABLE.iloc[:0].astype(object)) == runs_of(TABLE.iloc[:0])


@pytest.mark.parametrize("name", ["params", "tokens", "loss", "flops"])
def test_a_table_with_a_run_that_has_no_number_is_refused_by_its_column(name):
    broken = TABLE.assign(**{name: [1.0, math.nan]})
    with pytest.raises(ValueError, match=f"{name} must be positive and finite"):
        runs_of(broken)


def test_of_245_published_runs_240_have_a_loss_below_the_fifth_highest(published_points):
    """The recipe of Besiroglu et al. 2024: keep what is below sorted(loss)[-5]."""
    table = pd.read_csv(published_points)
    N, C, L = (table[name] for name in ("Model Size", "Training FLOP", "loss"))
    left = make_runs(params=N, flops=C, loss=L).without_highest(5)
    kept = table[np.sort(L)[-5] > L]
    assert (len(table), len(left)) == (245, 240)
    np.testing.assert_allclose(left.params, kept["Model Size"])
    np.testing.assert_allclose(6 * left.params * left.tokens, kept["Training FLOP"])
