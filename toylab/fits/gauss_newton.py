"""How do you find the bottom of a narrow, bent valley? Go down from many places at once.

    minimise  sum_i w_i rho(r_i),   r_i = ln(E + A / N_i^alpha + B / D_i^beta) - ln L_i

rho is Huber's: r^2 / 2 up to delta, then straight with slope delta. A start is a row of theta =
(ln A', ln B', ln E, alpha, beta), where A' and B' are the two terms at the middle of the data:
with A and B themselves the condition number would be a thousand times larger. All starts move
together, each by damped Gauss-Newton steps on reweighted squares, which may only go down.

Source: Hoffmann et al. 2022, arXiv:2203.15556, sec. 3.3 and app. D.2, for the objective.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toylab.fits.runs import Runs

Array = NDArray[np.float64]
BLOCK = 2**16  # numbers in an array at once: what stays in a core's cache
LONGEST = 2.0  # the largest step in any coordinate
TINY = 1e-300
A, B, E, ALPHA, BETA = range(5)


@dataclass(frozen=True, eq=False)
class HuberObjective:
    """The objective for given runs, and how to move on it."""

    x: Array  # (runs,) ln N, less its mean
    z: Array  # (runs,) ln D, less its mean
    y: Array  # (runs,) ln L
    middle: tuple[float, float]  # the means
    delta: float  # where rho turns straight
    tilt: float = 0.5  # of a run above the fit, against one below it; 0.5 is symmetric

    @classmethod
    def of(cls, points: Runs, delta: float, tilt: float = 0.5) -> "HuberObjective":
        """The surface that some runs make."""
        x, z = np.log(points.params), np.log(points.tokens)
        middle = float(x.mean()), float(z.mean())
        return cls(x - middle[0], z - middle[1], np.log(points.loss), middle, delta, tilt)

    @property
    def turn(self) -> Array:
        """(5, 5): from (ln A, ln B, ln E, alpha, beta) to theta."""
        turned = np.eye(5)
        turned[[A, B], [ALPHA, BETA]] = -np.array(self.middle)
        return turned

    def terms(self, theta: Array) -> tuple[Array, Array, Array]:
        """ln of the predicted loss, and the shares of A and B in it, each (starts, runs)."""
        t = theta[..., None]
        floor = t[:, E]
        a = np.exp(np.minimum(t[:, A] - floor - t[:, ALPHA] * self.x, 700.0))
        b = np.exp(np.minimum(t[:, B] - floor - t[:, BETA] * self.z, 700.0))
        total = 1 + a + b
        return np.log(total) + floor, a / total, b / total

    def heights(self, theta: Array, weights: Array | None = None) -> Array:
        """The objective at each start, (starts,)."""
        return self._height(self.terms(theta)[0] - self.y, weights)

    def screen(self, theta: Array) -> Array:
        """The same for very many starts."""
        size = max(1, BLOCK // len(self.y))
        blocks = range(0, len(theta), size)
        return np.concatenate([self.heights(theta[k : k + size]) for k in blocks])

    def _height(self, r: Array, weights: Array | None) -> Array:
        size = np.abs(r)
        near = np.minimum(size, self.delta)
        rho = near * (size - near / 2) * self._lean(r)
        return np.asarray((rho if weights is None else rho * weights).sum(axis=-1))

    def _lean(self, r: Array) -> Array | float:
        return 1.0 if self.tilt == 0.5 else np.where(r < 0, 2 * self.tilt, 2 - 2 * self.tilt)

    def slopes(self, theta: Array, weights: Array | None = None) -> tuple[Array, Array]:
        """Gradient (starts, 5) and Gauss-Newton matrix (starts, 5, 5) of the objective."""
        predicted, a, b = self.terms(theta)
        r = predicted - self.y
        pull = np.minimum(1, self.delta / np.maximum(np.abs(r), TINY)) * self._lean(r)
        if weights is not None:
            pull = pull * weights
        J = np.stack([a, b, 1 - a - b, -a * self.x, -b * self.z], axis=1)  # (starts, 5, runs)
        pulled = J * pull[:, None]
        return (pulled @ r[..., None])[..., 0], pulled @ J.transpose(0, 2, 1)


def minimise(
    surface: HuberObjective, theta: Array, free: Array, steps: int, weights: Array | None = None
) -> tuple[Array, Array]:
    """Go down from each row of theta; the lowest places (starts, 5) and heights (starts,).

    Args:
        surface: what to go down on.
        theta: (starts, 5).
        free: (5, k), the directions that may be moved in.
        steps: how many steps each start may try.
        weights: (starts, runs), such as how often a bootstrap drew each run for each start.
    """
    size = max(1, BLOCK // len(surface.y))
    blocks = range(0, len(theta), size)
    parts = [
        _minimise(
            surface, theta[k : k + size], free, steps,
            None if weights is None else weights[k : k + size],
        )
        for k in blocks
    ]  # fmt: skip
    return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])


def _minimise(
    surface: HuberObjective, theta: Array, free: Array, steps: int, weights: Array | None
) -> tuple[Array, Array]:
    height = surface.heights(theta, weights)
    damping = np.full(len(theta), 1e-3)
    for _ in range(steps):
        gradient, curvature = surface.slopes(theta, weights)
        g, H = gradient @ free, free.T @ curvature @ free
        scale = np.einsum("bkk->bk", H) + 1e-12
        H = H + (damping[:, None] * scale)[..., None] * np.eye(free.shape[1])
        step = np.linalg.solve(H, -g[..., None])[..., 0] @ free.T
        trial = theta + np.clip(step, -LONGEST, LONGEST)
        there = surface.heights(trial, weights)
        lower = there < height
        theta = np.where(lower[:, None], trial, theta)
        height = np.where(lower, there, height)
        damping = np.clip(np.where(lower, damping / 5, damping * 4), 1e-12, 1e8)
    return theta, height
