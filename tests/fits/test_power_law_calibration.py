"""Calibration of the verdict on a line: how often it is right and wrong, over seeded studies.

Three designs and two scatters of log error, as the docstring of `power_law_diagnostics` has them.
A rate may exceed its limit by what a sample of so many studies makes of it, in 1 case of 100.
"""

from collections import Counter

import numpy as np
import pytest
from scipy import stats

from toylab.fits.lack_of_fit import LackOfFit
from toylab.fits.power_law_diagnostics import diagnose
from toylab.fits.seed_medians import sample

DESIGNS = [(5, 8), (7, 8), (7, 24)]  # sizes, seeds
SCATTERS = [0.1, 0.4]
CELLS = [(*design, scatter) for design in DESIGNS for scatter in SCATTERS]
WIDE = [cell for cell in CELLS if cell[0] == 7]
SLOPES = (-0.08, -0.25, -0.5, -1.0)

pytestmark = pytest.mark.slow


def kinds(curve, sizes, seeds, scatter, studies, scatters=None):
    """The verdicts on a curve of log size, from 0, in so many studies."""
    random = np.random.default_rng([sizes, seeds, int(10 * scatter), studies])
    x = np.log(2.0) * np.arange(sizes)
    wide = scatter * (np.ones(sizes) if scatters is None else np.linspace(*scatters, sizes))
    draws = random.standard_normal((studies, seeds, sizes)) * wide
    return Counter(diagnose(np.exp(x), np.exp(curve(x) + noise)).kind for noise in draws)


def assert_at_most(count, studies, rate):
    most = stats.binom.ppf(0.99, studies, rate)
    assert count <= most, f"{count} of {studies}, at most {most:g}"


def law(slope):
    return lambda x: slope * x


def floored(slope, share=2 / 3):
    """A fall to a floor that makes so much of the last error."""
    return lambda x: np.logaddexp(np.log(share), np.log(1 - share) + slope * (x - x[-1]))


def broken(first, last):
    return lambda x: first * np.minimum(x, x[-1] / 2) + last * np.maximum(x - x[-1] / 2, 0)


NO_LAWS = {
    "exponential": lambda x: -2 * np.exp(x - x[-1]),
    "steep exponential": lambda x: -6 * np.exp(x - x[-1]),
    "sigmoid": lambda x: -1 / (1 + np.exp(-2.5 * (x - x[-1] / 2))),
    "high sigmoid": lambda x: -3 / (1 + np.exp(-2.5 * (x - x[-1] / 2))),
    "steepens": broken(-0.5, -1.0),
    "flattens": broken(-1.0, -0.5),
    "steepens threefold": broken(-0.25, -0.75),
    "flattens fourfold": broken(-1.0, -0.25),
}


@pytest.mark.parametrize(("sizes", "seeds", "scatter"), CELLS)
def test_an_exact_power_law_is_hardly_ever_called_anything_else(sizes, seeds, scatter):
    """At most 5 % anything but a law or unclear, and 2 % a floor; all slopes taken together."""
    found = sum((kinds(law(slope), sizes, seeds, scatter, 20) for slope in SLOPES), Counter())
    assert_at_most(found.total() - found["power law"] - found["unclear"], found.total(), 0.05)
    assert_at_most(found["floor"], found.total(), 0.02)


@pytest.mark.parametrize("seeds", [8, 24])
def test_the_tests_of_a_straight_line_reject_it_in_5_of_100_studies_together(seeds):
    """Even where the slope is so small that no departure from it is too small to matter."""
    random, x = np.random.default_rng(seeds), np.log(2.0) * np.arange(7)
    noise = 0.5 * random.standard_normal((400, seeds, 7))
    fits = [LackOfFit(sample(np.exp(x), np.exp(-0.01 * x + one))) for one in noise]
    assert_at_most(sum(fit.flattens for fit in fits), 400, 0.02)
    assert_at_most(sum(not fit.straight for fit in fits), 400, 0.05)
    assert sum(not fit.straight for fit in fits) >= 4


@pytest.mark.parametrize("scatters", [(1.6, 0.3), (0.3, 1.6)], ids=["falling", "rising"])
def test_nor_where_the_scatter_differs_from_size_to_size(scatters):
    found = sum((kinds(law(slope), 7, 8, 0.4, 20, scatters) for slope in SLOPES), Counter())
    assert_at_most(found.total() - found["power law"] - found["unclear"], found.total(), 0.05)


def test_a_steep_power_law_is_called_one_where_the_data_suffice():
    """With a slope of -1: over 7 sizes almost always, but not with much scatter and few seeds."""
    assert kinds(law(-1.0), 7, 8, 0.1, 60)["power law"] >= 54
    assert kinds(law(-1.0), 7, 24, 0.4, 60)["power law"] >= 51
    assert kinds(law(-1.0), 5, 8, 0.4, 60)["unclear"] >= 51


@pytest.mark.parametrize(("sizes", "seeds", "scatter"), WIDE)
def test_what_is_no_power_law_is_hardly_ever_called_one(sizes, seeds, scatter):
    for name, curve in NO_LAWS.items():
        found = kinds(curve, sizes, seeds, scatter, 10)
        assert found["power law"] <= stats.binom.ppf(0.99, 10, 0.05), name


@pytest.mark.parametrize(("sizes", "seeds", "scatter"), CELLS)
def test_noise_is_hardly_ever_called_a_power_law(sizes, seeds, scatter):
    found = kinds(law(0.0), sizes, seeds, scatter, 40)
    assert_at_most(found["power law"], 40, 0.01)
    assert_at_most(40 - found["no slope"] - found["unclear"], 40, 0.08)  # a rise: 2.5


@pytest.mark.parametrize(("sizes", "seeds", "scatter"), CELLS)
def test_a_floor_of_two_thirds_of_the_last_error_is_found_or_left_open(sizes, seeds, scatter):
    found = sum(
        (kinds(floored(s), sizes, seeds, scatter, 12) for s in (-0.25, -0.5, -1)), Counter()
    )
    assert_at_most(found.total() - found["floor"] - found["unclear"], found.total(), 0.1)


def test_a_broken_law_that_goes_on_falling_is_hardly_ever_called_a_floor():
    found = sum((kinds(broken(-1.0, last), 7, 8, 0.4, 30) for last in (-0.5, -0.3)), Counter())
    assert_at_most(found["floor"], 60, 0.05)


def test_a_floor_is_found_where_the_data_suffice():
    found = kinds(floored(-1.0), 7, 24, 0.1, 30)
    assert found["floor"] >= 20


@pytest.mark.parametrize(
    ("slope", "sizes", "seeds", "scatter"), [(-0.5, 5, 8, 0.1), (-1, 7, 8, 0.4)]
)
def test_the_seeds_that_are_wanted_do_decide(slope, sizes, seeds, scatter):
    """With 80 % power by design; a study that asks for more has had an unlucky draw, too."""
    x = np.log(2.0) * np.arange(sizes)
    random = np.random.default_rng(7)

    def study(seeds):
        return diagnose(
            np.exp(x), np.exp(slope * x + scatter * random.standard_normal((seeds, sizes)))
        )

    asked = [found.wanted.seeds for found in (study(seeds) for _ in range(30)) if found.wanted]
    again = [study(round(float(np.median(asked)))).kind for _ in range(30)]
    assert again.count("power law") >= stats.binom.ppf(0.01, 30, 0.8)
