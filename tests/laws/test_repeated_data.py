"""Repeated data: the shares that the paper gives, and the limits of the formula."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toylab.laws.allocation import best
from toylab.laws.repeated_data import (
    CEILING,
    FORM,
    allocate,
    limit,
    loss,
    matched_params,
    worth,
)


@pytest.mark.parametrize(
    ("epochs", "share"), [(1, 1), (2, 0.98), (4, 0.93), (8, 0.83), (16, 0.66), (40, 0.38)]
)
def test_a_token_read_again_is_worth_so_much_of_a_fresh_one(epochs, share):
    """Muennighoff et al. 2023: four epochs are nearly free, forty are not."""
    assert float(worth(1e9, epochs)) / (1e9 * epochs) == pytest.approx(share, abs=0.005)


@given(st.floats(1, 1e4), st.floats(1.001, 10))
def test_another_pass_always_helps_and_never_beyond_the_ceiling(epochs, more):
    once, again = worth(1.0, [epochs, epochs * more])
    assert once <= again <= CEILING
    assert again - once <= epochs * (more - 1)  # nor more than fresh text would


@pytest.mark.parametrize(
    ("params", "tokens", "printed"),
    [(6.34e9, 242e9, 2.2256440889984477), (8.67e9, 178e9, 2.2269634075087867)],
)
def test_the_losses_that_the_authors_print_come_out(params, tokens, printed):
    """Of their README, at 25B different tokens."""
    assert float(loss(params, tokens, 25e9)) == pytest.approx(printed, rel=1e-9)


def test_with_fresh_tokens_enough_the_law_is_the_surface_without_repeats():
    """No token twice, and a model no larger than they are best for."""
    assert loss(1e9, 2e10, 2e10) == pytest.approx(FORM.loss(1e9, 2e10))
    assert loss(1e9, 2e10, 9e10) == pytest.approx(FORM.loss(1e9, 2e10))
    assert loss(1e10, 2e10, 2e10) > FORM.loss(1e10, 2e10)  # too large for its tokens


def test_the_size_matched_to_tokens_is_that_of_the_best_split():
    for C in 1e19, 1e23:
        split = best(FORM, C)
        assert matched_params(split.tokens) == pytest.approx(split.params)


@pytest.mark.parametrize("flops", [1e20, 1e21, 9.3e21, 1e23, 1e24])
def test_the_best_split_is_that_of_a_fine_grid(flops):
    N = np.geomspace(1e8, 1e12, 40_001)
    L = loss(N, flops / 6 / N, 25e9)
    split = allocate(flops, 25e9)
    assert split.params == pytest.approx(N[L.argmin()], rel=5e-3)
    assert split.loss == pytest.approx(L.min(), abs=1e-9)
    assert 6 * split.params * split.tokens == pytest.approx(flops)


def test_where_tokens_are_enough_the_split_is_chinchillas_and_else_it_spares_size():
    """Muennighoff et al. 2023: with few tokens, epochs grow faster than the model."""
    assert allocate(1e20, 25e9).params == best(FORM, 1e20).params
    for C in 1e22, 1e23:
        split, fresh = allocate(C, 25e9), best(FORM, C)
        assert split.epochs > 1
        assert split.params < fresh.params
        assert split.loss > fresh.loss


def test_the_authors_split_of_their_example_comes_out():
    """Of their README: 6.8B parameters on 227B of 25B different tokens, 9.1 epochs, by a grid."""
    split = allocate(6 * 8.67e9 * 178e9, 25e9)
    assert split.params == pytest.approx(6.8e9, rel=0.01)
    assert split.tokens == pytest.approx(227e9, rel=0.01)
    assert split.epochs == pytest.approx(9.1, rel=0.01)


@pytest.mark.parametrize(("unique", "epochs"), [(0.0, 2), (1e9, 0.5)])
def test_no_data_and_less_than_a_pass_are_refused(unique, epochs):
    with pytest.raises(ValueError, match="must be"):
        worth(unique, epochs)


@pytest.mark.parametrize("unique", [1e9, 1e11])
def test_no_budget_passes_the_limit_of_its_tokens(unique):
    """Endless passes and endless parameters come to it, and the best splits fall towards it."""
    ends = float(limit(unique))
    assert float(loss(1e25, 1e30, unique)) == pytest.approx(ends)
    above = [allocate(C, unique).loss - ends for C in (1e19, 1e21, 1e23, 1e25)]
    assert above == sorted(above, reverse=True)
    assert above[-1] >= -1e-12
