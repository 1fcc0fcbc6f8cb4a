"""Huber objective of approach 3 for given runs, with its gradient and curvature.

    sum_i w_i rho(r_i),   r_i = ln(E + A / N_i^alpha + B / D_i^beta) - ln L_i

rho is Huber's: r^2 / 2 up to delta, then straight with slope delta. A place is a row of theta =
(ln A', ln B', ln E, alpha, beta), where A' and B' are the two terms at the middle of the data:
with A and B themselves the condition number would be a thousand times larger.

A sixth coordinate, ln k, gives both terms an outer exponent:

    E + (A / N^alpha + B / D^beta)^k = E + (U^(1/k) + V^(1/k))^k,   U = A' e^(-p x), V = B' e^(-q z)

Then A' and B' are the terms to the power k, and the exponents are local ones, p = k alpha and q =
k beta: those of the loss far from the corner between both terms. So k rounds that corner only.

Source: Hoffmann et al. 2022, arXiv:2203.15556, sec. 3.3 and app. D.2.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from toylab.fits.runs import Array, Runs

BLOCK = 2**14  # numbers in an array at once: what stays in a core's cache
TINY = 1e-300
LARGEST_LOG_K = 100.0  # |ln k|: a walk may leave for any corner
A, B, E, ALPHA, BETA, K = range(6)


@dataclass(frozen=True, eq=False)
class HuberObjective:
    """The objective for given runs, with its gradient and curvature."""

    x: Array  # (runs,) ln N, less its mean
    z: Array  # (runs,) ln D, less its mean
    y: Array  # (runs,) ln L
    middle: tuple[float, float]  # the means
    delta: float  # where rho turns straight
    asymmetry: float = 0.5  # weight of a run above the fit; 0.5 is symmetric

    @classmethod
    def of(cls, runs: Runs, delta: float, asymmetry: float = 0.5) -> "HuberObjective":
        """The objective that some runs make."""
        x, z = np.log(runs.params), np.log(runs.tokens)
        middle = float(x.mean()), float(z.mean())
        return cls(x - middle[0], z - middle[1], np.log(runs.loss), middle, delta, asymmetry)

    @property
    def centring(self) -> Array:
        """(5, 5): from (ln A, ln B, ln E, alpha, beta) to theta, without an outer exponent."""
        matrix = np.eye(5)
        matrix[[A, B], [ALPHA, BETA]] = -np.array(self.middle)
        return matrix

    def terms(self, theta: Array) -> Array:
        """ln of the predicted loss, and the shares of A and B in it: (3, starts, runs).

        With an outer exponent there is a fourth, the slope of the first by ln k.
        """
        t = theta[..., None]
        floor, outer = t[:, E], theta.shape[1] > K
        out = np.empty((3 + outer, len(theta), len(self.y)))
        total, a, b = out[:3]
        for part, top, slope, size in ((a, A, ALPHA, self.x), (b, B, BETA, self.z)):
            np.multiply(t[:, slope], size, out=part)
            np.subtract(t[:, top] - floor, part, out=part)
        if outer:
            out[3] = _rounded(a, b, np.exp(np.clip(t[:, K], -LARGEST_LOG_K, LARGEST_LOG_K)))
        for part in (a, b):
            np.exp(np.minimum(part, 700.0, out=part), out=part)
        np.add(a, b, out=total)
        total += 1
        a /= total
        b /= total
        if outer:
            out[3] *= a + b
        np.log(total, out=total)
        total += floor
        return out

    def value(self, theta: Array, weights: Array | None = None) -> Array:
        """The objective at each start, (starts,)."""
        return self.value_of(self.terms(theta), weights)

    def value_of(self, terms: Array, weights: Array | None = None) -> Array:
        """The objective at each start, (starts,), from the terms there."""
        r = terms[0] - self.y
        side = self._side(r)
        size = np.abs(r, out=r)
        near = np.minimum(size, self.delta)
        size -= near / 2
        rho = np.multiply(near, size, out=near) * side
        return np.asarray((rho if weights is None else rho * weights).sum(axis=-1))

    def screen(self, theta: Array) -> Array:
        """The same for very many starts."""
        return np.concatenate([self.value(theta[part]) for part in self.blocks(len(theta))])

    def blocks(self, starts: int) -> Iterator[slice]:
        """Slices of so many starts, each of which fits the cache."""
        size = max(1, BLOCK // len(self.y))
        return (slice(k, k + size) for k in range(0, starts, size))

    def _side(self, r: Array) -> Array | float:
        """The weight of a residual by its sign."""
        if self.asymmetry == 0.5:
            return 1.0
        return np.where(r < 0, 2 * self.asymmetry, 2 - 2 * self.asymmetry)

    def derivatives(self, theta: Array, weights: Array | None = None) -> tuple[Array, Array]:
        """Gradient (starts, c) and Gauss-Newton matrix (starts, c, c), of c coordinates."""
        return self.derivatives_of(self.terms(theta), weights)

    def derivatives_of(self, terms: Array, weights: Array | None = None) -> tuple[Array, Array]:
        """Gradient and Gauss-Newton matrix at each start from the terms there."""
        J = self.slopes_of(terms)
        r, many = J[:, -1], J.shape[1] - 1
        pull = self.pull(r)
        if weights is not None:
            pull = pull * weights
        products = (J[:, :many] * pull[:, None]) @ J.transpose(0, 2, 1)
        return products[..., many], products[..., :many]

    def pull(self, r: Array) -> Array:
        """The weight that makes Huber's loss of each residual a square."""
        return np.minimum(1, self.delta / np.maximum(np.abs(r), TINY)) * self._side(r)

    def slopes_of(self, terms: Array) -> Array:
        """Slopes of ln L by each coordinate, and residuals below: (starts, c + 1, runs)."""
        predicted, a, b, *by_k = terms
        J = np.empty((len(a), 6 + len(by_k), len(self.y)))
        J[:, A], J[:, B] = a, b
        np.subtract(1 - a, b, out=J[:, E])
        np.multiply(a, -self.x, out=J[:, ALPHA])
        np.multiply(b, -self.z, out=J[:, BETA])
        for slope in by_k:
            J[:, K] = slope
        np.subtract(predicted, self.y, out=J[:, -1])
        return J


def _rounded(u: Array, v: Array, k: Array) -> Array:
    """The slope by ln k of ln (U^(1/k) + V^(1/k))^k; makes ln U and ln V its parts, in place.

    k times the entropy of both shares: at the corner k ln 2, far from it nothing.
    """
    apart = (v - u) / k
    turn = np.logaddexp(0, apart)
    u += (k - 1) * turn
    v += (k - 1) * (turn - apart)
    return np.asarray(k * (turn - apart * np.exp(apart - turn)))
