"""Envelopes of curves whose law is known, and what an undecayed learning rate does to them."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toylab.fits.envelope import Curve, envelope, linked
from toylab.fits.runs import make_runs
from toylab.laws import allocation, published
from toylab.simulation.isoflop_study import SimulatedStudy, Training, curves

FORM = published.REFIT.form
surfaces = pytest.mark.parametrize(
    "form", [law.form for law in published.SURFACES], ids=[law.name for law in published.SURFACES]
)


def exponent(form):
    return form.beta / (form.alpha + form.beta)


def endless(form, sizes):
    """Every size on any amount of data, along the law."""
    D = np.geomspace(1e8, 1e13, 400)
    return [Curve(float(N), D, form.loss(N, D)) for N in sizes]


SIZES = np.geomspace(1e7, 1e11, 81)
STEP = math.log(1e4) / 80  # between sizes


@surfaces
def test_at_each_compute_the_lowest_of_exact_curves_is_the_best_size_to_a_grid_step(form):
    found = envelope(endless(form, SIZES))
    best = np.array([allocation.best(form, C).params for C in found.flops])
    assert np.abs(np.log(found.params / best)).max() < 0.51 * STEP
    floor = [allocation.best(form, C).loss for C in found.flops]
    np.testing.assert_allclose(found.loss, floor, rtol=2e-4)
    assert (found.loss >= np.array(floor) * (1 - 1e-9)).all()
    assert found.scaling.exponent.value == pytest.approx(exponent(form), abs=0.003)
    at = allocation.best(form, 1e21).params
    assert found.scaling.at(1e21).value == pytest.approx(at, rel=math.expm1(STEP / 2))


@surfaces
def test_horizons_do_not_matter_where_an_undecayed_rate_costs_nothing(form):
    many = curves(form, SimulatedStudy(noise=0, sizes=40), Training(undecayed=0))
    found = envelope(many)
    assert found.scaling.exponent.value == pytest.approx(exponent(form), abs=0.005)
    assert found.scaling.exponent.low - 0.002 < exponent(form) < found.scaling.exponent.high + 0.002


def test_the_line_is_the_one_through_all_that_counts():
    found = envelope(curves(FORM, SimulatedStudy(noise=0.01), Training()))
    slope, level = np.polyfit(np.log(found.flops), np.log(found.params), 1)
    assert found.scaling.exponent.value == pytest.approx(slope)
    assert math.log(found.scaling.at(1e20).value) == pytest.approx(level + slope * math.log(1e20))
    assert found.sizes == len(np.unique(found.params))
    assert len(found.flops) > 500


def test_the_smallest_and_the_largest_model_do_not_count():
    found = envelope(endless(FORM, SIZES))
    assert found.params.min() == pytest.approx(SIZES[1])
    assert found.params.max() < SIZES[-1]
    few = envelope(endless(FORM, SIZES[20:31]))
    assert set(np.unique(few.params)) == set(SIZES[21:30])


def test_where_only_some_curves_reach_the_ends_are_of_those():
    """A curve that stops early is neither lowest nor an end beyond its last point."""
    cut = []
    for N in SIZES:
        D = np.geomspace(1e8, 1.5 * float(allocation.matched(FORM, N)), 200)
        cut.append(Curve(float(N), D, FORM.loss(N, D)))
    found = envelope(cut)
    ends = [(c.params, c.flops[0], c.flops[-1]) for c in cut]
    for C, N in zip(found.flops, found.params, strict=True):
        here = [size for size, first, last in ends if first <= C <= last]
        assert min(here) < N < max(here)
    best = [allocation.best(FORM, C).params for C in found.flops]
    assert np.abs(np.log(found.params / best)).max() < 1.01 * STEP


def test_curves_that_all_stop_where_their_size_becomes_the_best_have_no_envelope():
    """Every smaller one has stopped before: the lowest is always the smallest that is left."""
    stopped = [
        Curve(N, allocation.matched(FORM, N) * np.geomspace(0.02, 1, 60), loss)
        for N in np.geomspace(1e7, 1e10, 20)
        for loss in [FORM.loss(N, allocation.matched(FORM, N) * np.geomspace(0.02, 1, 60))]
    ]
    with pytest.raises(ValueError, match="only 0 sizes have the lowest loss"):
        envelope(stopped)


@given(st.floats(1e-3, 1e3), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=5)
def test_the_unit_of_size_and_the_order_of_curves_do_not_matter(unit, random):
    many = endless(FORM, SIZES[::4])
    one = envelope(many)
    random.shuffle(many)
    other = envelope([Curve(c.params * unit, c.tokens / unit, c.loss) for c in many])
    np.testing.assert_allclose(other.params, one.params * unit)
    assert other.scaling.exponent.value == pytest.approx(one.scaling.exponent.value)


def test_curves_between_their_points_are_straight_on_log_axes():
    """Power laws of the data have then the same envelope, however few points they have."""

    def many(n):
        D = np.geomspace(1e8, 1e14, n)
        return [Curve(N, D, 10 * N**0.1 * D ** (-0.15 - 0.01 * k))
                for k, N in enumerate(np.geomspace(1e7, 1e10, 9))]  # fmt: skip

    coarse, fine = envelope(many(2)), envelope(many(300))
    np.testing.assert_allclose(coarse.params, fine.params)
    np.testing.assert_allclose(coarse.loss, fine.loss)


@pytest.mark.slow
def test_few_horizons_of_undecayed_rates_answer_too_small_and_many_mend_it():
    """On its way to a long horizon a run has not decayed: that of a smaller model has."""
    off = {}
    for horizons in (2, 16):
        for cost in (0.0, 0.1):
            study = SimulatedStudy(noise=0, sizes=10 * horizons)
            trend = envelope(curves(FORM, study, Training(horizons, cost))).scaling
            size = trend.at(1e21).value / allocation.best(FORM, 1e21).params
            off[horizons, cost] = trend.exponent.value - exponent(FORM), math.log(size)
    for horizons in (2, 16):
        assert off[horizons, 0.0] == pytest.approx((0, 0), abs=0.005)
    assert off[2, 0.1][0] < -0.1
    assert off[2, 0.1][1] < math.log(0.4)
    assert off[16, 0.1] == pytest.approx((0, 0), abs=0.03)


@pytest.mark.slow
@surfaces
def test_intervals_cover_the_truth_in_about_95_of_100_studies(form):
    hits = 0
    for seed in range(20):
        study = SimulatedStudy(noise=0.004, sizes=16, seed=seed)
        said = envelope(curves(form, study, Training(undecayed=0))).scaling.exponent
        hits += said.low <= exponent(form) <= said.high
    assert hits >= 16  # 19 expected; fewer than 16 once in 400


def test_the_same_curves_give_the_same_interval():
    many = curves(FORM, SimulatedStudy(noise=0.01), Training())
    one, two = envelope(many).scaling.exponent, envelope(many).scaling.exponent
    size = envelope(many).scaling.at(1e20)
    assert one == two
    assert one.low < one.value < one.high
    assert size.value / 1.5 < size.low < size.value < size.high < size.value * 1.5


def test_finished_runs_of_one_size_are_linked_by_their_data():
    runs = make_runs(
        params=[2e8, 1e8, 1e8, 1e8, 3e8, 1e8], tokens=[1e9, 4e9, 1e9, 2e9, 1e9, 2e9],
        loss=[3.0, 2.5, 4.0, 2.0, 3.0, 8.0],
    )  # fmt: skip
    (curve,) = linked(runs)  # the others have one amount of data
    assert curve.params == 1e8
    assert curve.tokens.tolist() == [1e9, 2e9, 4e9]
    np.testing.assert_allclose(curve.loss, [4.0, 4.0, 2.5])  # sqrt(2 x 8) = 4
    np.testing.assert_allclose(curve.flops, [6e17, 1.2e18, 2.4e18])


def test_linked_runs_of_a_grid_give_back_its_law():
    N, D = (part.ravel() for part in np.meshgrid(SIZES[::2], np.geomspace(1e8, 1e13, 60)))
    found = envelope(linked(make_runs(params=N, tokens=D, loss=FORM.loss(N, D))))
    assert found.scaling.exponent.value == pytest.approx(exponent(FORM), abs=0.01)


@pytest.mark.parametrize(
    ("sizes", "sentence"),
    [
        ([1e8, 1e9], "learning curves of 3 sizes at least, got 2"),
        ([1e8, 1e9, 1e10], "only 1 sizes have the lowest loss somewhere between"),
        ([1e8, 3e8, 1e9, 3e9], "only 2 sizes have the lowest loss somewhere between"),
    ],
)
def test_too_few_sizes_are_refused(sizes, sentence):
    with pytest.raises(ValueError, match=sentence):
        envelope(endless(FORM, sizes))


def test_sizes_that_win_over_a_small_range_only_are_refused():
    with pytest.raises(ValueError, match="an envelope needs more sizes, or longer runs"):
        envelope(endless(FORM, np.geomspace(1e8, 1.5e8, 6)))


def test_an_envelope_that_hangs_on_single_models_is_refused():
    """A resample of five models has an envelope only where it drew nearly all of them."""
    luck = np.exp(0.004 * np.random.default_rng(2).standard_normal(5))
    five = [
        Curve(c.params, c.tokens, c.loss * part)
        for c, part in zip(endless(FORM, np.geomspace(1e8, 1e10, 5)), luck, strict=True)
    ]
    with pytest.raises(ValueError, match="hangs on single models"):
        envelope(five)
