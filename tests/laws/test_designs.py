"""Laws of a transformer and an xLSTM at equal tokens per parameter."""

import math

import numpy as np
import pytest

from toylab.laws.designs import TRANSFORMER, XLSTM, compute_ratio, loss, slope

PAIR = [law.form for law in (TRANSFORMER, XLSTM)]


@pytest.mark.parametrize("form", PAIR)
@pytest.mark.parametrize("N", [8e7, 7e9])
def test_the_slope_is_the_derivative_in_closed_form(form, N):
    """d ln L / d ln N = -k S^(k-1) (alpha A N^-alpha + beta B D^-beta) / L, and C goes as N^2."""
    D = 20 * N
    terms = form.A / N**form.alpha, form.B / D**form.beta
    falls = form.alpha * terms[0] + form.beta * terms[1]
    truth = form.k * sum(terms) ** (form.k - 1) * falls / form.loss(N, D) / 2
    assert slope(form, N, 20) == pytest.approx(float(truth), rel=1e-6)


@pytest.mark.parametrize("ratio", [20, 100])
def test_a_compute_ratio_leads_to_the_same_loss(ratio):
    m = compute_ratio(*PAIR, 1e9, ratio)
    assert loss(PAIR[0], 1e9 * math.sqrt(m), ratio) == pytest.approx(
        float(loss(PAIR[1], 1e9, ratio))
    )
    assert compute_ratio(PAIR[1], PAIR[1], 1e9, ratio) == pytest.approx(1)


def test_at_twenty_tokens_a_parameter_the_published_lines_are_nearly_parallel():
    """At 1B parameters slopes .048 and .049; an xLSTM is ahead by a factor of 1.3 in compute."""
    slopes = [slope(form, 1e9, 20) for form in PAIR]
    assert slopes == pytest.approx([0.0483, 0.0489], abs=5e-5)
    assert compute_ratio(*PAIR, 1e9, 20) == pytest.approx(1.33, abs=0.005)


def test_a_loss_below_the_floor_is_out_of_reach():
    low = type(PAIR[0])(0.5, 1.0, 1.0, 0.6, 0.6, 0.25)
    with pytest.raises(ValueError, match="below the floor"):
        compute_ratio(PAIR[0], low, 1e12, 20)
    assert np.isfinite(loss(low, 1e12, 20))


def test_large_constants_are_powers_of_ten_in_tex():
    assert r"1.8767 \cdot 10^{6}/N^{0.6448}" in PAIR[0].tex
