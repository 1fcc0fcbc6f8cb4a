"""The equations, by their limits, their slopes and their inverses."""

import math
from dataclasses import astuple, fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toylab.laws.forms import (
    FLOPS,
    PF_DAY,
    Additive,
    Batch,
    Curve,
    Form,
    Growth,
    Joint,
    OuterAdditive,
    Power,
    Product,
    Ratio,
)

exponents = st.floats(0.03, 1.2)
either = st.floats(-1.2, 1.2)  # of settings, some of which fall as things grow
amounts = st.floats(2, 14).map(lambda decade: 10.0**decade)
scales = st.floats(3, 15).map(lambda decade: 10.0**decade)
heights = st.floats(0.1, 1e4)
floors = st.floats(0.1, 3)
powers = st.builds(Power, scales, exponents)
gentle = st.floats(0.05, 0.5)  # their ratio is an exponent too
joints = st.builds(Joint, scales, scales, gentle, gentle)
curves = st.builds(Curve, scales, scales, exponents, exponents)
additives = st.builds(Additive, floors, heights, heights, exponents, exponents)

EXAMPLES = {
    Power: (2.0, 0.5),
    Joint: (2.0, 3.0, 0.5, 0.25),
    Curve: (2.0, 3.0, 0.5, 0.25),
    Batch: (2.0, 0.5),
    Additive: (1.0, 2.0, 3.0, 0.5, 0.25),
    OuterAdditive: (1.0, 2.0, 3.0, 0.5, 0.25, 0.3),
    Growth: (2.0, 0.5),
    Product: (2.0, 0.5, 0.25),
    Ratio: (20.0,),
}
EITHER = {Growth: ["exponent"], Product: ["by_params", "by_tokens"]}  # of either sign


def slope(f, x, step=1e-5):
    """d ln f / d ln x by central differences."""
    return math.log(f(x * math.exp(step)) / f(x * math.exp(-step))) / (2 * step)


def test_a_parameter_and_a_token_cost_two_flops_forward_and_twice_that_backward():
    """Kaplan et al. 2020, sec. 2.1."""
    forward = 2
    assert forward + 2 * forward == FLOPS


def test_a_petaflop_day_is_a_day_of_a_thousand_million_million_flops_a_second():
    seconds = 24 * 60 * 60
    assert PF_DAY / seconds == 1e15


@given(powers, amounts)
@settings(deadline=None)
def test_a_power_is_a_straight_line_that_meets_one_at_its_scale(form, x):
    assert float(form.loss(form.scale)) == pytest.approx(1)
    assert slope(form.loss, x) == pytest.approx(-form.exponent, rel=1e-6)
    # Turned around, it gives back x.
    assert form.scale * float(form.loss(x)) ** (-1 / form.exponent) == pytest.approx(x)


@given(joints, amounts)
@settings(deadline=None)
def test_with_the_other_unlimited_the_joint_law_is_a_power_of_each(form, x):
    model, data = Power(form.N_c, form.alpha_N), Power(form.D_c, form.alpha_D)
    assert float(form.loss(x, math.inf)) == pytest.approx(float(model.loss(x)))
    assert float(form.loss(math.inf, x)) == pytest.approx(float(data.loss(x)))


@given(joints, amounts, amounts)
@settings(deadline=None)
def test_the_joint_law_falls_with_both_and_stays_above_both_limits(form, N, D):
    loss = float(form.loss(N, D))
    assert float(form.loss(2 * N, D)) <= loss >= float(form.loss(N, 2 * D))
    assert loss >= max(form.loss(N, math.inf), form.loss(math.inf, D))


@given(joints, amounts)
@settings(deadline=None)
def test_the_joint_law_depends_on_one_ratio_apart_from_a_power_of_the_data(form, D):
    """Kaplan et al. 2020, sec. 4.1: both terms grow alike along N ~ D^(alpha_D / alpha_N)."""
    N = 1e6 * np.array([1.0, 10 ** (form.alpha_D / form.alpha_N)])
    near, far = form.loss(N, D * np.array([1.0, 10.0]))
    assert far / near == pytest.approx(10**-form.alpha_D)


def test_where_both_terms_are_one_the_joint_loss_is_a_power_of_two():
    assert float(Joint(5e9, 7e10, 0.076, 0.103).loss(5e9, 7e10)) == pytest.approx(2**0.103)


@given(curves, amounts, amounts)
@settings(deadline=None)
def test_a_learning_curve_falls_to_the_converged_loss_as_a_power_of_steps(form, N, S):
    converged = float(form.converged(N))
    assert converged == pytest.approx(float(Power(form.N_c, form.alpha_N).loss(N)))
    assert float(form.loss(N, math.inf)) == converged
    above = float(form.loss(N, S)) - converged
    assert above == pytest.approx(
        (form.S_c / S) ** form.alpha_S, rel=1e-12, abs=1e-12 * (1 + converged)
    )


@given(st.builds(Batch, scales, st.floats(0.1, 1)), st.floats(0.5, 8))
@settings(deadline=None)
def test_the_critical_batch_doubles_when_the_loss_falls_by_two_to_the_minus_alpha(form, loss):
    batch = float(form.critical(loss))
    assert float(form.critical(loss * 2**-form.alpha_B)) == pytest.approx(2 * batch)
    assert float(form.critical(1)) == pytest.approx(form.B_star)
    # Turned around, it gives back the loss.
    assert (form.B_star / batch) ** form.alpha_B == pytest.approx(loss)


@given(additives, amounts, amounts)
@settings(deadline=None)
def test_the_additive_law_is_its_floor_and_two_powers_each_of_one_thing(form, N, D):
    assert float(form.loss(math.inf, math.inf)) == form.E
    size, data = float(form.loss(N, math.inf)) - form.E, float(form.loss(math.inf, D)) - form.E
    close = {"rel": 1e-12, "abs": 1e-12}
    assert size == pytest.approx(form.A * math.exp(-form.alpha * math.log(N)), **close)
    assert data == pytest.approx(form.B * math.exp(-form.beta * math.log(D)), **close)
    assert float(form.loss(N, D)) == pytest.approx(form.E + size + data)


@given(st.builds(Growth, scales, either), amounts)
@settings(deadline=None)
def test_growth_starts_at_its_coefficient_and_has_one_slope(form, C):
    assert float(form.at(1)) == form.coefficient
    assert slope(form.at, C) == pytest.approx(form.exponent, rel=1e-6, abs=1e-9)


@given(st.builds(Growth, scales, st.floats(0.03, 1.2).map(lambda a: -a)), amounts)
@settings(deadline=None)
def test_growth_with_a_negative_exponent_falls(form, C):
    assert float(form.at(10 * C)) < float(form.at(C)) < form.coefficient


@given(st.builds(Product, scales, either, either), amounts, amounts)
@settings(deadline=None)
def test_a_product_is_a_power_of_each_times_its_coefficient(form, N, D):
    assert float(form.at(1, 1)) == form.coefficient
    for way, x, power in (
        (lambda u: form.at(u, D), N, form.by_params),
        (lambda u: form.at(N, u), D, form.by_tokens),
    ):
        assert slope(way, x) == pytest.approx(power, rel=1e-6, abs=1e-9)
    alone = Growth(form.coefficient, form.by_params), Growth(1, form.by_tokens)
    assert float(form.at(N, D)) == pytest.approx(float(alone[0].at(N) * alone[1].at(D)))


@given(scales, either, amounts, amounts, amounts)
@settings(deadline=None)
def test_a_product_does_not_depend_on_what_it_has_no_power_of(scale, power, x, one, other):
    data, size = Product(scale, 0.0, power), Product(scale, power, 0.0)
    assert float(data.at(one, x)) == float(data.at(other, x))
    assert float(size.at(x, one)) == float(size.at(x, other))


def test_whole_numbers_beyond_64_bits_are_counts_too():
    assert float(Product(2.0, -0.5, 0.5).at(10**20, 10**24)) == pytest.approx(200)


@given(additives, st.floats(0.1, 3), amounts, amounts)
def test_an_outer_exponent_takes_both_terms_to_its_power_and_back(plain, k, N, D):
    outer = OuterAdditive(*astuple(plain), k)
    above = float(outer.loss(N, D)) - plain.E
    assert above == pytest.approx((float(plain.loss(N, D)) - plain.E) ** k, rel=1e-6, abs=1e-9)
    assert float(outer.terms(outer.above(N))) == pytest.approx(N)
    assert float(outer.terms(-1.0)) == 0  # no sum of terms has a loss below the floor
    assert f"^{{{k:.4g}}}$" in outer.tex


def test_every_form_has_an_example_here():
    assert set(EXAMPLES) == {*Form.__subclasses__(), *Additive.__subclasses__()}


@pytest.mark.parametrize("form", EXAMPLES)
def test_every_constant_has_a_unit_or_an_empty_one(form):
    assert list(form.units) == [constant.name for constant in fields(form)]


@pytest.mark.parametrize("form", EXAMPLES)
@pytest.mark.parametrize("wrong", [0.0, -1.0, math.nan, math.inf, -math.inf])
def test_constants_that_are_not_positive_and_finite_are_refused_by_name(form, wrong):
    for k, name in enumerate(form.units):
        constants, free = [*EXAMPLES[form]], name in EITHER.get(form, [])
        constants[k] = wrong
        if free and math.isfinite(wrong):
            assert getattr(form(*constants), name) == wrong
            continue
        rule = "finite" if free else "positive and finite"
        with pytest.raises(ValueError, match=f"^{name} must be {rule}, got {wrong}$"):
            form(*constants)


@pytest.mark.parametrize(
    ("f", "more"),
    [
        (Power(2e9, 0.5).loss, 0), (Joint(2e9, 3e9, 0.5, 0.25).loss, 1),
        (Curve(2e9, 3e9, 0.5, 0.25).loss, 1), (Batch(2e9, 0.5).critical, 0),
        (Additive(1, 2, 3, 0.5, 0.25).loss, 1),
        (OuterAdditive(1, 2, 3, 0.5, 0.25, 0.3).loss, 1), (Growth(2, 0.5).at, 0),
        (Growth(2, -0.5).at, 0), (Product(2, -0.5, 0.25).at, 1),
    ],
)  # fmt: skip
def test_a_table_of_arguments_gives_the_table_of_single_answers(f, more):
    x = np.array([[1e3, 2e5, 3e9], [4e4, 1.0, 2e12]])
    every = [x, 7 * x[::-1]][: 1 + more]
    singles = [float(f(*at)) for at in zip(*(part.ravel() for part in every), strict=True)]
    assert f(*every).shape == x.shape
    np.testing.assert_allclose(f(*every).ravel(), singles, rtol=1e-14)
