"""A window lies around the bottom of its valley, not around a lucky run."""

import numpy as np
import pytest

from toylab.fits.isoflop_windows import windows
from toylab.fits.runs import make_runs


def profile(sizes, bottom, lucky=None):
    """A budget's runs, an exact parabola in ln L; the loss of one may be lower by luck."""
    N = np.asarray(sizes, dtype=float)
    loss = 3 * np.exp(0.05 * np.log(N / bottom) ** 2)
    if lucky is not None:
        loss[lucky] = 0.999 * loss.min()
    return make_runs(params=N, tokens=1e18 / 6 / N, flops=np.full(len(N), 1e18), loss=loss)


def places(runs, within):
    return [group.tolist() for group in windows(runs, [np.arange(len(runs))], within)]


def test_a_window_keeps_runs_near_the_bottom_ends_included():
    sizes = 1e8 * np.array([1 / 3.01, 1 / 3, 1, 2, 3, 3.01])
    assert places(profile(sizes, 1e8), 3) == [[1, 2, 3, 4]]


def test_fewer_than_three_sizes_are_no_budget():
    assert places(profile([5e7, 1e8, 2.1e8, 4e8], 1e8), 1.9) == []


@pytest.mark.parametrize("lucky", [7, 8, 9])
def test_a_lucky_run_does_not_drag_the_window_along(lucky):
    """The bottom is at place 8; around a lowest run the window would move by a size."""
    sizes = 1e8 * 2.0 ** np.arange(-8, 9)
    assert places(profile(sizes, 1e8, lucky), 10) == [list(range(5, 12))]


def test_no_window_keeps_every_run():
    assert places(profile(1e8 * 2.0 ** np.arange(9), 1e8), np.inf) == [list(range(9))]
