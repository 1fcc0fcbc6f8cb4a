"""Bowls and grids over batch and learning rate, for tests of fits and of simulations."""

import math

import numpy as np
from hypothesis import strategies as st

from toylab.fits.grid_optimum import Grid
from toylab.simulation.batch_lr_bowl import Bowl

BOWL = Bowl(floor=2.6, batch=1e6, lr=1e-3, along=0.02, across=0.05, tilt=0.5)
GRID = Grid(tuple(np.geomspace(1e5, 1e7, 6)), tuple(np.geomspace(1e-4, 1e-2, 5)))
bowls = st.builds(
    Bowl, st.floats(0.5, 8), st.floats(2, 7).map(lambda d: 10**d),
    st.floats(-5, 0).map(lambda d: 10**d), st.floats(0.005, 1), st.floats(0.005, 1),
    st.floats(-1, 1.5),
)  # fmt: skip


@st.composite
def axes(draw, low, high):
    """Uneven steps of a factor from 1.2 to 3, from somewhere in 10^low to 10^high."""
    steps = draw(st.lists(st.floats(0.2, 1.1), min_size=2, max_size=7))
    start = draw(st.floats(low, high)) * math.log(10)
    return tuple(np.exp(start + np.cumsum([0.0, *steps])))


grids = st.builds(Grid, axes(2, 6), axes(-5, -2))


def cells(grid):
    """(batch, rate) of every cell, rates fastest."""
    return [(batch, lr) for batch in grid.batches for lr in grid.lrs]


def surface(grid, losses, keep):
    """Least squares by LAPACK, about the first cell: coefficients, and its ln B, ln r."""
    ln = np.log(cells(grid))
    x, y = (ln - ln[0])[keep].T
    design = np.stack([x**0, x, y, x**2 / 2, x * y, y**2 / 2], axis=1)
    return np.linalg.lstsq(design, np.asarray(losses)[keep], rcond=None)[0], ln[0]
