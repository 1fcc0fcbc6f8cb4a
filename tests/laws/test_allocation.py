"""The best split, against every other split, searches and finite steps."""

import math
from dataclasses import astuple, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq, minimize_scalar

from toylab.laws import allocation, published
from toylab.laws.allocation import (
    allocate,
    best,
    compare,
    flops_for,
    iso_flop,
    iso_loss,
    regret,
    sensitivity,
)
from toylab.laws.forms import Additive, OuterAdditive

exponents = st.floats(0.15, 0.7)
heights = st.floats(0, 4).map(lambda decade: 10.0**decade)
forms = st.builds(Additive, st.floats(0.1, 3), heights, heights, exponents, exponents)
outers = st.builds(
    OuterAdditive, st.floats(0.1, 3), heights, heights, exponents, exponents, st.floats(0.3, 2)
)
budgets = st.floats(15, 27).map(lambda decade: 10.0**decade)
splitting = pytest.mark.parametrize(
    "law", published.SPLITTING, ids=[law.name for law in published.SPLITTING]
)
RUN_BY_HOFFMANN = {"hoffmann-1", "hoffmann-2", "hoffmann-3", "hoffmann-3-full", "besiroglu"}
surfaces = pytest.mark.parametrize(
    "form", [law.form for law in published.SURFACES], ids=[law.name for law in published.SURFACES]
)


def excess(form, N, D):
    """Loss above the floor, without the rounding that adding E brings."""
    return form.above(form.A * N**-form.alpha + form.B * D**-form.beta)


@given(forms | outers, budgets, st.floats(-12, 12))
def test_no_other_split_has_a_lower_loss(form, flops, shift):
    split = best(form, flops)
    N = split.params * math.exp(shift)
    least = excess(form, split.params, split.tokens)
    assert excess(form, N, flops / 6 / N) >= least * (1 - 1e-12)


@given(forms, budgets)
def test_at_the_best_split_one_more_flop_buys_equally_much_of_both(form, flops):
    """alpha A / N^alpha = beta B / D^beta, and 6 N D = C."""
    split = best(form, flops)
    size = form.alpha * form.A / split.params**form.alpha
    assert size == pytest.approx(form.beta * form.B / split.tokens**form.beta)
    assert 6 * split.params * split.tokens == pytest.approx(flops)
    assert split.flops == flops
    assert split.loss == pytest.approx(form.E + excess(form, split.params, split.tokens))
    assert split.tokens_per_param == pytest.approx(split.tokens / split.params)


@surfaces
@pytest.mark.parametrize("flops", [1e18, 1e21, 5.76e23, 1e26])
def test_a_search_along_the_budget_ends_at_the_best_split(form, flops):
    split = best(form, flops)
    found = minimize_scalar(
        lambda u: excess(form, math.exp(u), flops / 6 / math.exp(u)),
        bounds=(0, 50), options={"xatol": 1e-10},
    )  # fmt: skip
    assert math.exp(found.x) == pytest.approx(split.params, rel=1e-5)


@surfaces
def test_a_fine_grid_has_its_least_loss_next_to_the_best_split(form):
    split = best(form, 5.76e23)
    N = split.params * np.geomspace(1 / 3, 3, 20001)
    assert N[np.argmin(form.loss(N, 5.76e23 / 6 / N))] == pytest.approx(split.params, rel=2e-4)


@given(forms, budgets)
def test_the_best_size_and_data_grow_as_the_other_exponent(form, flops):
    before, after = best(form, flops), best(form, 10 * flops)
    both = form.alpha + form.beta
    assert math.log10(after.params / before.params) == pytest.approx(form.beta / both)
    assert math.log10(after.tokens / before.tokens) == pytest.approx(form.alpha / both)


@given(forms, budgets)
def test_the_exponent_is_how_the_best_size_grows_over_a_hundredfold_budget(form, flops):
    sizes = [best(form, C).params for C in (flops, 100 * flops)]
    assert allocation.exponent(form) == pytest.approx(math.log(sizes[1] / sizes[0], 100))
    turned = Additive(form.E, form.B, form.A, form.beta, form.alpha)
    assert allocation.exponent(turned) == pytest.approx(1 - allocation.exponent(form))
    assert allocation.drift(form) == pytest.approx(1 - 2 * allocation.exponent(form))


@given(forms, budgets)
def test_size_and_data_are_treated_alike(form, flops):
    """Call the data the size and the size the data: the split is called so too."""
    split = best(form, flops)
    turned = best(Additive(form.E, form.B, form.A, form.beta, form.alpha), flops)
    assert (turned.params, turned.tokens) == pytest.approx((split.tokens, split.params))


@given(outers, budgets)
def test_an_outer_exponent_leaves_the_best_split_as_it_is(outer, flops):
    additive = Additive(outer.E, outer.A, outer.B, outer.alpha, outer.beta)
    split, plain = best(outer, flops), best(additive, flops)
    assert (split.params, split.tokens) == (plain.params, plain.tokens)
    assert split.loss - outer.E == pytest.approx((plain.loss - outer.E) ** outer.k)


@given(forms | outers, budgets)
def test_the_compute_for_a_loss_turns_the_best_split_around(form, flops):
    assert float(flops_for(form, best(form, flops).loss)) == pytest.approx(flops, rel=1e-5)


@surfaces
def test_the_compute_for_a_loss_is_that_of_a_search_over_budgets(form):
    losses = form.E + np.array([0.05, 0.3, 1.0])
    found = [brentq(lambda u, y=y: best(form, math.exp(u)).loss - y, 10, 90) for y in losses]
    np.testing.assert_allclose(np.log(flops_for(form, losses)), found, rtol=1e-9)


@surfaces
def test_a_loss_at_the_floor_or_below_is_refused(form):
    for loss in (form.E, form.E - 0.1, [form.E + 0.1, form.E], math.nan, math.inf):
        with pytest.raises(ValueError, match="loss above the floor must be positive and finite"):
            flops_for(form, loss)


@given(forms | outers, st.floats(5, 14), st.floats(5, 14))
def test_the_tokens_on_a_contour_of_loss_have_that_loss(form, log_params, log_tokens):
    N, D = 10.0**log_params, 10.0**log_tokens
    loss = float(form.loss(N, D))
    tokens = float(iso_loss(form, loss, N))
    assert float(form.loss(N, tokens)) == pytest.approx(loss, rel=1e-12)
    assert float(iso_loss(form, loss, [1.0, 10 * N])[1]) <= tokens


@surfaces
def test_a_model_too_small_reaches_a_loss_with_no_number_of_tokens(form):
    edge = 1e9  # with endless data it reaches this loss and no lower one
    loss = float(form.loss(edge, math.inf))
    tokens = iso_loss(form, loss, [0.5 * edge, 0.99 * edge, 1.01 * edge])
    assert np.isinf(tokens).tolist() == [True, True, False]


@surfaces
@given(budgets)
def test_a_contour_of_loss_touches_the_line_of_its_least_budget_at_the_best_split(form, flops):
    split = best(form, flops)
    N = split.params * np.geomspace(0.6, 3, 7)
    spare = iso_loss(form, split.loss, N) / iso_flop(flops, N)
    assert (spare >= 1 - 1e-9).all()
    assert float(iso_loss(form, split.loss, split.params)) == pytest.approx(split.tokens)


@given(budgets, st.lists(st.floats(1e5, 1e13), min_size=1, max_size=4))
def test_the_tokens_on_a_line_of_compute_cost_that_compute(flops, params):
    np.testing.assert_allclose(6 * np.array(params) * iso_flop(flops, params), flops)


@splitting
@given(budgets)
def test_every_law_spends_its_whole_budget(law, flops):
    split = allocate(law, flops)
    assert 6 * split.params * split.tokens == pytest.approx(flops)
    assert split.flops == flops
    assert (split.loss is None) == (law not in published.SURFACES)


@given(budgets, st.floats(0.1, 1e4))
def test_a_law_of_a_ratio_keeps_it(flops, ratio):
    law = replace(published.TWENTY, form=replace(published.TWENTY.form, tokens_per_param=ratio))
    assert allocate(law, flops).tokens_per_param == pytest.approx(ratio)


@pytest.mark.parametrize("gives", ["params", "tokens", "flops per token"])
def test_a_growing_quantity_is_the_one_that_the_law_says(gives):
    """In units of 100 FLOPs: 3 x 4^0.5 = 6 at 400."""
    form = replace(published.LLAMA_3.form, coefficient=3.0, exponent=0.5)
    split = allocate(replace(published.LLAMA_3, form=form, gives=gives, per_unit=100.0), 400.0)
    found = {
        "params": split.params,
        "tokens": split.tokens,
        "flops per token": 6 * split.params,
    }
    assert found[gives] == pytest.approx(6)
    assert 6 * split.params * split.tokens == pytest.approx(400)


@pytest.mark.parametrize(
    "law", [published.KAPLAN_N, published.KAPLAN_BATCH, published.KAPLAN_OPT_STEPS]
)
def test_a_law_that_splits_nothing_is_refused(law):
    with pytest.raises(ValueError, match=f"law {law.name} does not split a budget"):
        allocate(law, 1e21)


@given(forms, budgets)
def test_nothing_is_given_away_at_the_best_split(form, flops):
    split = best(form, flops)
    cost = regret(form, split.params, split.tokens)
    assert cost.nats == pytest.approx(0, abs=1e-12)
    assert 0 <= cost.waste < 1e-5


@given(forms, budgets, st.floats(0.05, 6), st.sampled_from([-1, 1]))
def test_something_is_given_away_everywhere_else(form, flops, shift, side):
    split = best(form, flops)
    N = split.params * math.exp(side * shift)
    cost = regret(form, N, flops / 6 / N)
    assert cost.nats > 0
    assert 0 < cost.waste < 1
    assert cost.best_loss == pytest.approx(split.loss)
    assert cost.loss == pytest.approx(float(form.loss(N, flops / 6 / N)))


@surfaces
@pytest.mark.parametrize(("N", "D"), [(280e9, 300e9), (8.03e9, 15e12), (70e9, 1.4e12)])
def test_waste_is_the_share_that_a_search_for_a_cheaper_equal_finds(form, N, D):
    cost, spent = regret(form, N, D), 6 * N * D
    needed = math.exp(
        brentq(lambda u: best(form, math.exp(u)).loss - cost.loss, 30, 80, xtol=1e-13)
    )
    assert cost.flops_needed == pytest.approx(needed)
    assert cost.waste == pytest.approx(1 - needed / spent)
    assert cost.nats == pytest.approx(cost.loss - best(form, spent).loss)


def test_gopher_wasted_more_than_chinchilla():
    """Hoffmann et al. 2022, sec. 4: four times smaller on four times the data, and better."""
    for law in published.SURFACES:
        gopher, chinchilla = regret(law.form, 280e9, 300e9), regret(law.form, 70e9, 1.4e12)
        assert gopher.waste > 2 * chinchilla.waste
        assert chinchilla.loss < gopher.loss


@given(forms, budgets)
def test_sensitivities_are_those_of_the_closed_form(form, flops):
    """ln N* = (ln alpha A - ln beta B + beta ln C/6) / (alpha + beta), by each constant."""
    split, both = best(form, flops), form.alpha + form.beta
    closed = {
        "E": 0.0,
        "A": 1 / both,
        "B": -1 / both,
        "alpha": (1 - form.alpha * math.log(split.params)) / both,
        "beta": (form.beta * math.log(split.tokens) - 1) / both,
    }
    table = sensitivity(form, flops)
    assert list(table["constant"]) == list(closed)
    np.testing.assert_allclose(table["elasticity"], list(closed.values()), atol=1e-6, rtol=1e-6)


@surfaces
def test_sensitivities_foretell_what_one_percent_more_of_a_constant_does(form):
    table = sensitivity(form, 1e23).set_index("constant")["elasticity"]
    for constant, elasticity in table.items():
        moved = replace(form, **{constant: 1.01 * getattr(form, constant)})
        change = math.log(best(moved, 1e23).params / best(form, 1e23).params)
        # To second order: an elasticity of 10 moves by a few percent of itself on the way.
        assert change == pytest.approx(elasticity * math.log(1.01), rel=0.03, abs=1e-12)


@surfaces
def test_a_comparison_judges_every_law_by_one_surface(form):
    table = compare(form, 1e21).set_index("name")
    assert list(table.index) == [law.name for law in published.SPLITTING]
    for law in published.SPLITTING:
        split, row = allocate(law, 1e21), table.loc[law.name]
        cost = regret(form, split.params, split.tokens)
        assert (row["params"], row["tokens"]) == (split.params, split.tokens)
        assert row["tokens_per_param"] == split.tokens / split.params
        assert (row["surface_loss"], row["nats"], row["waste"]) == (
            cost.loss,
            cost.nats,
            cost.waste,
        )
        assert (row["law"], row["source"], row["link"]) == (
            law.title,
            law.source,
            law.paper.url,
        )
        own = float("nan") if split.loss is None else split.loss
        assert row["loss"] == pytest.approx(own, nan_ok=True)
    (own,) = [law.name for law in published.SURFACES if law.form == form]
    assert table["nats"].idxmin() == own


@pytest.mark.parametrize(
    ("flops", "inside"),
    [
        (1e21, RUN_BY_HOFFMANN | {"20:1", "llama3"}),
        (1e20, RUN_BY_HOFFMANN | {"20:1", "llama3", "kaplan", "deepseek"}),
        (1e18, {"kaplan", "hoffmann-1", "20:1", "deepseek"}),
        (1e25, set()),
        (1e12, set()),
    ],
)  # fmt: skip
def test_a_law_is_extrapolated_where_the_budget_or_its_size_lies_outside_its_runs(flops, inside):
    table = compare(published.REFIT.form, flops)
    assert set(table.loc[~table["extrapolated"], "name"]) == inside


@pytest.mark.parametrize("wrong", [0.0, -1.0, math.nan, math.inf])
@pytest.mark.parametrize(
    ("ask", "name"),
    [
        (lambda x: best(published.REFIT.form, x), "flops"),
        (lambda x: allocate(published.TWENTY, x), "flops"),
        (lambda x: compare(published.REFIT.form, x), "flops"),
        (lambda x: sensitivity(published.REFIT.form, x), "flops"),
        (lambda x: iso_flop(x, 1e9), "flops"),
        (lambda x: iso_flop(1e21, x), "params"),
        (lambda x: iso_loss(published.REFIT.form, 2.5, x), "params"),
        (lambda x: regret(published.REFIT.form, x, 1e9), "params"),
        (lambda x: regret(published.REFIT.form, 1e9, x), "tokens"),
    ],
)
def test_what_is_not_positive_and_finite_is_refused_by_name(ask, name, wrong):
    with pytest.raises(ValueError, match=f"{name} must be positive and finite, got {wrong}"):
        ask(wrong)


def test_the_constants_that_a_surface_is_judged_by_are_its_own():
    assert [astuple(law.form)[0] for law in published.SURFACES] == [1.69, 1.6934, 1.8172]


def test_waste_of_many_choices_is_that_of_each():
    params, tokens = np.array([1e9, 7e10, 3e11]), np.array([2e12, 1.4e12, 3e11])
    each = [regret(published.REFIT.form, N, D).waste for N, D in zip(params, tokens, strict=True)]
    assert allocation.waste(published.REFIT.form, params, tokens) == pytest.approx(each)
    assert each[2] == pytest.approx(0.53, abs=0.05)  # worse than Gopher's half


@pytest.mark.parametrize("law", published.SURFACES, ids=[law.name for law in published.SURFACES])
def test_the_best_ratio_drifts_with_its_exponent(law):
    low, high = (best(law.form, C).tokens_per_param for C in (1e18, 1e24))
    assert allocation.drift(law.form) == pytest.approx(math.log10(high / low) / 6)


@given(forms, st.floats(5, 13))
def test_a_model_on_its_matched_tokens_is_the_best_of_its_budget(form, decade):
    N = 10.0**decade
    D = float(allocation.matched(form, N))
    split = best(form, 6 * N * D)
    assert (split.params, split.tokens) == (pytest.approx(N), pytest.approx(D))


@given(forms, budgets)
def test_matched_tokens_undo_the_best_split(form, flops):
    split = best(form, flops)
    assert float(allocation.matched(form, split.params)) == pytest.approx(split.tokens)


@surfaces
def test_matched_tokens_of_many_sizes_are_those_of_each(form):
    N = np.array([[1e7, 1e9], [7e10, 3e11]])
    expected = [[float(allocation.matched(form, n)) for n in row] for row in N]
    np.testing.assert_allclose(allocation.matched(form, N), expected)
    with pytest.raises(ValueError, match="params must be positive and finite"):
        allocation.matched(form, [1e9, 0.0])
