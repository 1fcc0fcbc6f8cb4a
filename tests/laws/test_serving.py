"""Over-training: the worked example, a search on a grid, and the limits."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toylab.laws import allocation, published, serving

FORM = published.REFIT.form
LAWS = [law.form for law in (published.REFIT, published.HOFFMANN_3, published.HOFFMANN_3_FULL)]


def test_a_13b_model_that_serves_two_trillion_tokens_should_have_been_6b():
    """Sardana and Frankle's question with Besiroglu's constants: 29 % less than the 13B."""
    tokens = float(allocation.matched(FORM, 13e9))
    loss = float(FORM.loss(13e9, tokens))
    assert (loss, tokens) == (pytest.approx(2.1027, abs=5e-5), pytest.approx(2.60e11, rel=2e-3))
    best = serving.best(FORM, loss, 2e12)
    assert best.params == pytest.approx(6.10e9, rel=1e-3)
    assert best.tokens == pytest.approx(7.37e11, rel=1e-3)
    assert best.flops == pytest.approx(5.14e22, rel=1e-3)
    usual = serving.of_size(FORM, loss, 13e9, 2e12)
    assert 1 - best.flops / usual.flops == pytest.approx(0.29, abs=0.005)


@given(st.sampled_from(LAWS), st.floats(18, 27), st.floats(6, 16))
def test_no_other_size_costs_less(form, log_flops, log_served):
    loss, served = allocation.best(form, 10**log_flops).loss, 10**log_served
    best = serving.best(form, loss, served)
    others = serving.curve(form, loss, served)
    assert best.flops <= others["flops"].min() * (1 + 1e-9)
    near = [serving.of_size(form, loss, best.params * f, served).flops for f in (0.99, 1.01)]
    assert min(near) >= best.flops * (1 - 1e-12)
    assert float(form.loss(best.params, best.tokens)) == pytest.approx(loss, rel=1e-9)


@given(st.sampled_from(LAWS), st.floats(18, 27), st.floats(6, 15))
def test_more_to_serve_wants_a_smaller_model_on_more_tokens(form, log_flops, log_served):
    loss = allocation.best(form, 10**log_flops).loss
    little, much = (serving.best(form, loss, 10**log_served * f) for f in (1, 2))
    assert much.params < little.params < allocation.best(form, 10**log_flops).params
    assert much.tokens > little.tokens


def test_nothing_to_serve_is_training_alone_and_endless_serving_the_smallest_size():
    loss = allocation.best(FORM, 1e23).loss
    assert serving.best(FORM, loss, 0).params == pytest.approx(
        allocation.best(FORM, 1e23).params, rel=1e-9
    )
    smallest = serving.smallest_size(FORM, loss)
    assert serving.best(FORM, loss, 1e30).params == pytest.approx(smallest, rel=1e-3)
    with pytest.raises(ValueError, match="never reaches"):
        serving.of_size(FORM, loss, smallest * 0.99, 0)


@given(st.sampled_from(LAWS), st.floats(15, 33), st.floats(-6, 40))
def test_any_number_of_tokens_has_a_best_size(form, log_flops, log_served):
    usual = allocation.best(form, 10**log_flops)
    best = serving.best(form, usual.loss, 10**log_served)
    smallest = serving.smallest_size(form, usual.loss)
    assert smallest < best.params <= usual.params * (1 + 1e-6)


@pytest.mark.parametrize("served", [-1, math.inf, math.nan])
def test_tokens_that_cannot_be_served_are_refused(served):
    with pytest.raises(ValueError, match="served"):
        serving.best(FORM, 2.1, served)


def test_the_curve_starts_where_the_loss_can_be_reached():
    curve = serving.curve(FORM, 2.1, 1e12)
    assert np.isfinite(curve.to_numpy()).all()
    assert (curve["flops"] == curve["training"] + curve["serving"]).all()
