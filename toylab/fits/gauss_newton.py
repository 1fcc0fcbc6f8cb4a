"""Batched Gauss-Newton on the Huber objective of approach 3: down from many starts at once.

All starts move together, each by damped Gauss-Newton steps on reweighted squares, which may only
go down. A start is a row of theta, as `huber_objective` has it.
"""

import numpy as np

from toylab.fits.huber_objective import HuberObjective
from toylab.fits.runs import Array

LONGEST_STEP = 2.0  # in any coordinate
SHORTEST_STEP = 1e-9  # in every coordinate: after it a walk has arrived, or is stuck


def minimise(
    objective: HuberObjective,
    theta: Array,
    free: Array,
    steps: int,
    weights: Array | None = None,
) -> tuple[Array, Array]:
    """The lowest places (starts, c) below each row of theta, and their values (starts,).

    Args:
        objective: what to go down on.
        theta: (starts, c), of five coordinates or six.
        free: (c, f), the directions that may be moved in.
        steps: how many steps each start may try.
        weights: (starts, runs), such as how often a bootstrap drew each run for each start.
    """
    parts = [
        _descend(objective, theta[part], free, steps, None if weights is None else weights[part])
        for part in objective.blocks(len(theta))
    ]
    return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])


def _descend(
    objective: HuberObjective, theta: Array, free: Array, steps: int, weights: Array | None
) -> tuple[Array, Array]:
    terms = objective.terms(theta)
    value = objective.value_of(terms, weights)
    damping = np.full(len(theta), 1e-3)
    places, values, walking = theta.copy(), value.copy(), np.arange(len(theta))
    for _ in range(steps):
        step = _step(*objective.derivatives_of(terms, weights), free, damping)
        there = objective.terms(theta + step)
        height = objective.value_of(there, weights)
        lower = height < value
        theta = np.where(lower[:, None], theta + step, theta)
        there[:, ~lower] = terms[:, ~lower]
        terms = there
        value = np.where(lower, height, value)
        damping = np.clip(np.where(lower, damping / 5, damping * 4), 1e-12, 1e8)
        places[walking], values[walking] = theta, value
        moved = np.abs(step).max(axis=1) > SHORTEST_STEP
        if not moved.any():
            break
        if not moved.all():
            walking, theta, value, damping = (
                each[moved] for each in (walking, theta, value, damping)
            )
            terms, weights = terms[:, moved], None if weights is None else weights[moved]
    return places, values


def _step(gradient: Array, curvature: Array, free: Array, damping: Array) -> Array:
    """A damped Gauss-Newton step of each start, (starts, c)."""
    g, H = gradient @ free, free.T @ curvature @ free
    scale = np.einsum("bkk->bk", H) + 1e-12
    H = H + (damping[:, None] * scale)[..., None] * np.eye(free.shape[1])
    step = np.linalg.solve(H, -g[..., None])[..., 0] @ free.T
    return np.asarray(np.clip(step, -LONGEST_STEP, LONGEST_STEP))
