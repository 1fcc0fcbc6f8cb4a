"""SGD on a noisy quadratic: the closed form, its best step, and the hyperbola it makes."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from toylab.experiments import noise_scale
from toylab.fits.critical_batch import fit
from toylab.simulation.noisy_quadratic import MOST, Quadratic

few = settings(deadline=None, max_examples=30)
bowls = st.builds(
    Quadratic, directions=st.integers(1, 30), decay=st.floats(0, 3), noise=st.floats(1e-3, 1e3)
)
batches = st.floats(1e-2, 1e6)
STEEP = Quadratic(decay=1.0)


def recursion(bowl, batch, lr, steps):
    """E x_i^2 and the loss after each step, one step at a time."""
    square = [1.0] * bowl.directions
    for _ in range(steps):
        square = [(1 - lr * h) ** 2 * x + lr**2 * s / batch
                  for x, h, s in zip(square, bowl.h, bowl.s, strict=True)]  # fmt: skip
        yield square, sum(h * x for h, x in zip(bowl.h, square, strict=True)) / 2


# --- Every moment is known --------------------------------------------------------------------


def test_curvatures_fall_as_a_power_and_noise_goes_with_them():
    bowl = Quadratic(directions=3, decay=2.0, noise=5.0)
    assert bowl.h == pytest.approx([1, 1 / 4, 1 / 9])
    assert bowl.s == pytest.approx([5, 5 / 4, 5 / 9])
    assert bowl.start == pytest.approx((1 + 1 / 4 + 1 / 9) / 2)


@given(bowls, batches, st.floats(0.01, 1.99))
@few
def test_the_closed_form_is_the_recursion_step_by_step(bowl, batch, lr):
    assert bowl.loss(batch, lr, 0) == pytest.approx(bowl.start)
    for step, (square, loss) in enumerate(recursion(bowl, batch, lr, 12), 1):
        np.testing.assert_allclose(bowl.square(batch, lr, step), square, rtol=1e-9)
        assert bowl.loss(batch, lr, step) == pytest.approx(loss)


def test_many_batches_rates_and_steps_are_each_by_itself():
    batch, lr, steps = np.array([[1.0], [9.0]]), np.array([0.1, 0.5, 1.0]), 7
    together = STEEP.loss(batch, lr, steps)
    assert together.shape == (2, 3)
    assert STEEP.square(batch, lr, steps).shape == (2, 3, 64)
    for row, B in zip(together, (1.0, 9.0), strict=True):
        assert row == pytest.approx([float(STEEP.loss(B, rate, steps)) for rate in lr])


def test_simulated_sgd_has_the_expected_loss_to_its_standard_error():
    """Gradients h x of normal examples, 5 a batch, in 4,000 runs."""
    bowl, batch, lr, random = Quadratic(6, 1.0, 2.0), 5, 0.4, np.random.default_rng(0)
    x = np.ones((4000, 6))
    for step in range(1, 31):
        examples = random.standard_normal((batch, *x.shape)) * np.sqrt(bowl.s)
        x = x - lr * (bowl.h * x + examples.mean(axis=0))
        if step in (1, 3, 10, 30):
            losses = (bowl.h * x**2).sum(axis=1) / 2
            error = losses.std() / math.sqrt(len(losses))
            assert error < 0.02 * losses.mean()
            assert bowl.loss(batch, lr, step) == pytest.approx(losses.mean(), abs=3.5 * error)


@given(bowls, batches, st.floats(0.01, 1.99), st.integers(0, 50), st.floats(1e-3, 1e3))
@few
def test_noise_and_batch_matter_by_their_ratio_only(bowl, batch, lr, steps, more):
    other = Quadratic(bowl.directions, bowl.decay, bowl.noise * more)
    one = float(bowl.loss(batch, lr, steps))
    assert other.loss(batch * more, lr, steps) == pytest.approx(one)


# --- The best single step ---------------------------------------------------------------------


def best_step(bowl, batch, square):
    """The greatest expected fall of the loss in one step, and its rate, by search."""
    before = bowl.h @ square / 2

    def after(lr):
        left = (1 - lr * bowl.h) ** 2 * square + lr**2 * bowl.s / batch
        return float(bowl.h @ left / 2 / before)

    found = minimize_scalar(after, bounds=(0, 2 / bowl.h.min()), method="bounded",
                            options={"xatol": 1e-12})  # fmt: skip
    return (1 - found.fun) * before, found.x


@given(
    st.builds(
        Quadratic,
        directions=st.integers(2, 20),
        decay=st.floats(0, 2),
        noise=st.floats(0.1, 10),
    ),
    st.floats(0.1, 10),
    st.integers(0, 100),
)
@few
def test_the_best_step_gains_and_goes_as_theory_has_it(bowl, share, seed):
    """dL_max / (1 + B_noise / B), at lr_max / (1 + B_noise / B), from any point."""
    square = np.random.default_rng(seed).uniform(0.1, 2, bowl.directions)
    _, B_noise = bowl.scales(square)
    most, rate = best_step(bowl, 1e15, square)
    gain, lr = best_step(bowl, share * B_noise, square)
    assert gain / most == pytest.approx(1 / (1 + 1 / share), rel=1e-4)
    assert lr / rate == pytest.approx(1 / (1 + 1 / share), rel=1e-3)


@given(bowls)
@few
def test_the_best_rate_of_a_first_step_without_noise_is_that_of_the_equation(bowl):
    gain, lr = best_step(bowl, 1e15, np.ones(bowl.directions))
    G2 = bowl.h**2  # |G|^2 / sum h G^2: eq. 2.6 to 2.8
    assert G2.sum() / (bowl.h * G2).sum() == pytest.approx(lr, rel=1e-3)
    assert bowl.start - bowl.loss(1e15, lr, 1) == pytest.approx(gain)
    assert bowl.start - bowl.loss(1e15, 1.1 * lr, 1) < gain
    assert bowl.start - bowl.loss(1e15, 0.9 * lr, 1) < gain


@given(bowls, st.floats(1, 100), st.floats(2, 1000))
@few
def test_the_simple_noise_scale_is_what_two_batches_gradients_tell(bowl, b, more):
    G2, noise, B = float((bowl.h**2).sum()), float(bowl.s.sum()), b * more
    told = noise_scale.scale([G2 + noise / b], [G2 + noise / B], b, B)
    assert bowl.scales()[0] == pytest.approx(told, rel=1e-6)
    assert bowl.scales(0.25)[0] == pytest.approx(4 * told, rel=1e-6)
    assert bowl.scales(0.25)[1] == pytest.approx(4 * bowl.scales()[1])


@given(st.integers(1, 64), st.floats(1e-3, 1e3), st.floats(0.01, 10))
@few
def test_the_two_noise_scales_agree_where_all_curvatures_are_equal(directions, noise, square):
    simple, exact = Quadratic(directions, 0.0, noise).scales(square)
    assert simple == pytest.approx(exact)
    assert simple == pytest.approx(noise / square)
    if directions > 1:
        simple, exact = Quadratic(directions, 1.0, noise).scales(square)
        assert simple > 1.05 * exact


# --- Steps to a target, and races -------------------------------------------------------------


@given(st.floats(0.05, 0.8), st.floats(1, 100), st.floats(0.05, 1))
@few
def test_the_steps_to_a_target_are_those_at_which_the_recursion_crosses_it(share, batch, lr):
    bowl = Quadratic(5, 1.0)
    target = share * bowl.start
    (steps,) = bowl.steps(batch, target, np.array([lr]))
    walk = enumerate(recursion(bowl, batch, lr, 600), 1)
    crossed = next((n for n, (_, loss) in walk if loss <= target), math.inf)
    if crossed == 1:
        assert steps <= 1
    else:
        assert min(crossed, 601) - 1 - 1e-6 <= steps <= crossed


def test_a_target_below_where_a_rate_settles_is_out_of_its_reach():
    """The noise holds the loss up, and more steps do not help: a slower rate or batch does."""
    lr = 1.0
    settled = STEEP.h @ (lr**2 * STEEP.s / (1 - (1 - lr * STEEP.h) ** 2)) / 2
    above, below = 0.102 * STEEP.start, 0.098 * STEEP.start
    batch = settled / (0.1 * STEEP.start)
    assert STEEP.steps(batch, above, np.array([lr]))[0] < 1e3
    assert STEEP.steps(batch, below, np.array([lr])).tolist() == [math.inf]
    assert STEEP.steps(batch, below, np.array([lr, 0.5]))[1] < 1e3
    assert STEEP.steps(1.1 * batch, below, np.array([lr]))[0] < 1e3
    assert STEEP.loss(batch, lr, MOST) == pytest.approx(0.1 * STEEP.start)


RACES = pytest.mark.parametrize("decay", [0.5, 1.0, 1.5])


@RACES
def test_a_larger_batch_takes_fewer_steps_and_more_examples_close_to_a_hyperbola(decay):
    bowl, batch = Quadratic(decay=decay), np.geomspace(0.3, 3e4, 16)
    steps, lrs = bowl.race(batch, 0.05 * bowl.start)
    assert (np.diff(steps) < 0).all()
    assert (np.diff(batch * steps) > 0).all()
    assert (np.diff(lrs) >= 0).all()
    assert steps[0] / steps[-1] > 50
    assert batch[-1] * steps[-1] > 50 * batch[0] * steps[0]
    found = fit(batch, steps)
    assert found.rms < 0.1
    assert found.warnings == ()


@RACES
@pytest.mark.parametrize("share", [0.2, 0.02])
def test_the_critical_batch_of_a_race_is_about_the_noise_scale_at_its_target(decay, share):
    """To a factor of five: the noise scale grows as the loss falls, and B_crit with it."""
    bowl, batch = Quadratic(decay=decay), np.geomspace(0.3, 3e4, 12)
    found = fit(batch, bowl.race(batch, share * bowl.start)[0])
    assert 0.2 < found.B_crit.value / bowl.scales(share)[1] < 5


@pytest.mark.parametrize(
    ("batch", "share", "noise"),
    [
        (0.5, 0.05, 1),
        (5, 0.05, 1),
        (50, 0.05, 1),
        (1e-4, 0.05, 1),
        (0.5, 0.01, 1),
        (2, 0.5, 30),
    ],
)
def test_a_race_is_won_by_the_best_rate_there_is(batch, share, noise):
    bowl = Quadratic(16, 1.0, noise)
    target = share * bowl.start
    (steps,), (lr,) = bowl.race([batch], target)

    def log_steps(log_lr):
        return math.log(bowl.steps(batch, target, np.exp([log_lr]))[0])

    found = minimize_scalar(
        log_steps, bounds=(math.log(lr / 1.3), math.log(lr * 1.3)), method="bounded"
    )
    assert steps == pytest.approx(bowl.steps(batch, target, np.array([lr]))[0])
    assert math.log(steps) == pytest.approx(found.fun, abs=2e-3)
    assert math.log(steps) >= found.fun - 1e-9
    for other in (lr / 1.3, lr * 1.3):
        assert log_steps(math.log(other)) > found.fun


@pytest.mark.parametrize("noise", [1.0, 1e4])
def test_however_small_the_batch_a_slow_rate_gets_there_on_the_same_examples(noise):
    """Perfect scaling: rates fall, and steps grow, in proportion."""
    bowl, batch = Quadratic(16, 1.0, noise), noise * np.geomspace(1e-4, 1e-2, 3)
    steps, lrs = bowl.race(batch, 0.3 * bowl.start)
    np.testing.assert_allclose(batch * steps, batch[0] * steps[0], rtol=0.02)
    np.testing.assert_allclose(lrs / batch, lrs[0] / batch[0], rtol=0.1)


@RACES
@pytest.mark.parametrize("share", [1e-3, 0.05, 0.7])
def test_the_rates_that_race_reach_beyond_the_winner_on_both_sides(decay, share):
    """From batches of nothing to endless ones; steeper than 1.9 / h the largest one climbs."""
    bowl, batch = Quadratic(decay=decay), np.geomspace(1e-6, 1e6, 9)
    target = share * bowl.start
    steps, lrs = bowl.race(batch, target)
    assert np.isfinite(steps).all()
    for B, taken, lr in zip(batch, steps, lrs, strict=True):
        slower, faster = bowl.steps(B, target, np.array([lr / 1.1, min(1.1 * lr, 1.99)]))
        assert taken <= slower
        assert taken <= faster * (1 + 1e-9)


@pytest.mark.parametrize("decay", [0.0, 0.5, 2.0])
def test_no_race_takes_less_than_a_step(decay):
    bowl = Quadratic(8, decay)
    steps, _ = bowl.race([1.0, 1e3, 1e6], 0.9 * bowl.start)
    assert (steps >= 1).all()
    assert steps[-1] == pytest.approx(1)


# --- Refusals ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"directions": 0}, "directions must be 1 to 10,000, got 0"),
        ({"directions": 10_001}, "directions must be 1 to 10,000, got 10001"),
        ({"decay": -0.1}, "decay must be 0 to 3 and noise positive, got -0.1 and 1.0"),
        ({"decay": 3.1}, "decay must be 0 to 3"),
        ({"decay": math.nan}, "decay must be 0 to 3"),
        ({"noise": 0.0}, "noise positive, got 0.5 and 0.0"),
        ({"noise": math.inf}, "noise positive, got 0.5 and inf"),
        ({"noise": math.nan}, "noise positive, got 0.5 and nan"),
    ],
)
def test_a_bowl_that_is_none_is_refused(wrong, sentence):
    with pytest.raises(ValueError, match=sentence):
        Quadratic(**wrong)


@pytest.mark.parametrize("target", [0.0, -1.0, math.nan, 0.75, 1.0])
def test_a_target_that_is_not_between_nothing_and_the_start_is_refused(target):
    bowl = Quadratic(2, 1.0)
    assert bowl.start == 0.75
    with pytest.raises(ValueError, match=r"target must be between 0 and 0\.75, got"):
        bowl.race([1.0], target)


@pytest.mark.parametrize("batch", [0.0, -1.0, math.nan])
def test_a_batch_that_is_not_positive_is_refused(batch):
    with pytest.raises(ValueError, match="batch must be positive"):
        STEEP.race([8.0, batch], 0.1 * STEEP.start)
    with pytest.raises(ValueError, match="batch must be positive"):
        STEEP.steps(batch, 0.1 * STEEP.start, np.array([0.1]))
