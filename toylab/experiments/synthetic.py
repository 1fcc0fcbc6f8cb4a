"""Synthetic language, word by word, whose entropy is known exactly.

    x ~ Zipf(1) over V = 512 words,   P(y | x) ~ y^-0.8 exp(1.5 sum_k u_k(x) v_k(y) / k)

u and v are fixed standard normal draws. The entropy of the next word,

    E = -sum_x pi(x) sum_y P(y | x) ln P(y | x)  nats,

is a sum over a table: no network can have a lower loss, and any loss is computed exactly too.
"""

from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
WORDS = 512
CONTRAST, TILT = 1.5, 0.8
FIXED = 14  # seed of u and v


@dataclass(frozen=True, eq=False)
class Language:
    """Probabilities of each word, and of each next one."""

    first: Array = field(repr=False)  # (V,) pi
    following: Array = field(repr=False)  # (V, V) P, a row for each word before

    @property
    def entropy(self) -> float:
        """E, nats a word."""
        return float(-(self.exam * np.log(self.following)).sum())

    @property
    def exam(self) -> Array:
        """The probability of each pair, (V, V): what a network is tested on."""
        return self.first[:, None] * self.following

    def draw(self, random: np.random.Generator, examples: int) -> NDArray[np.int64]:
        """Pairs of words, (examples, 2)."""
        places = random.random((examples, 2))  # pair by pair: more examples begin with these
        x = np.searchsorted(self.first.cumsum(), places[:, 0], side="right")
        x = np.minimum(x, WORDS - 1)
        # All rows' sums in one rising array: row x lies between x and x + 1.
        y = np.searchsorted(_sums(self), x + places[:, 1], side="right")
        return np.stack([x, np.clip(y - x * WORDS, 0, WORDS - 1)], axis=1)


@cache
def language() -> Language:
    """The one language; always the same."""
    random, rank = np.random.default_rng(FIXED), np.arange(1.0, WORDS + 1)
    u, v = random.standard_normal((2, WORDS, WORDS))
    heights = CONTRAST * (u / rank) @ v.T - TILT * np.log(rank)
    following = np.exp(heights - heights.max(axis=1, keepdims=True))
    first = 1 / rank
    return Language(first / first.sum(), following / following.sum(axis=1, keepdims=True))


@cache
def _sums(language: Language) -> Array:
    """(V * V,) rising from 0 to V: sums along each row, and its number."""
    sums = language.following.cumsum(axis=1)
    return np.asarray((sums / sums[:, -1:] + np.arange(WORDS)[:, None]).ravel())
