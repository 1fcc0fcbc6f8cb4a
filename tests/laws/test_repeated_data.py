"""Repeated data: the shares that the paper gives, and the limits of the formula."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toylab.laws.repeated_data import CEILING, worth


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


def test_the_paper_s_loss_comes_out():
    """Their L(6.34e9, 242e9, U 25e9) = 2.2256441, by the same constants of the surface."""
    E, A, B, alpha = np.exp(0.6254804), np.exp(6.255414), np.exp(7.3049974), 0.3526596
    U, D, N = 25e9, 242e9, 6.34e9
    U_N = (B / A) ** (-1 / alpha) * U  # at the optimum alpha = beta: N_opt(U)
    R_N = max(N / U_N - 1, 0)
    N_worth = U_N + U_N * 5.309743 * -np.expm1(-R_N / 5.309743) if N > U_N else N
    loss = E + A / N_worth**alpha + B / float(worth(U, D / U)) ** alpha
    assert loss == pytest.approx(2.2256441, abs=2e-5)


@pytest.mark.parametrize(("unique", "epochs"), [(0.0, 2), (1e9, 0.5)])
def test_no_data_and_less_than_a_pass_are_refused(unique, epochs):
    with pytest.raises(ValueError, match="must be"):
        worth(unique, epochs)
