"""Exam of a trained language model: are the next k characters in a row all right?

    E_k = share of places from which the next k characters are all right,   k = 1 .. 16,   p = E_1

A character is right where the likeliest one is the one that comes, after the true characters
before it. As long as all are right that is the text which the model writes if it always takes the
likeliest character: E_k is the exact match of k characters written. The model is the n-gram
network of `charlm`, of the size that is best at a budget of compute; the places are held-out
ones, the same for all models. Python's text has many rows of blanks, so two more shares are told:
of rows that are all right and all blanks, and E_k of the places before any other row.
"""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toylab.experiments import charlm, corpus
from toylab.experiments.charlm import CharlmSpec

LONGEST = 16  # characters in a row
BEST = (16.0, 0.5)  # hidden units of the best size at 1e9 FLOPs, and the exponent it grows with
PASSAGES, STARTS = 4096, 16  # of the exam, and places in each from which rows begin
MIXED = 124  # seed of their places
BLANKS = corpus.codes(b"\n\t ")


@dataclass(frozen=True)
class StreaksSpec:
    """One budget, and the seeds `seed`, `seed + 1`, ... that train side by side."""

    flops: float  # for each seed
    seed: int = 0
    runs: int = 1
    device: str = "cpu"

    def __post_init__(self) -> None:
        _ = self.model  # refuses what cannot be trained

    @property
    def model(self) -> CharlmSpec:
        """The language model of the best size."""
        if not 0 < self.flops < math.inf:
            raise ValueError(f"flops must be positive and finite, got {self.flops}")
        units, growth = BEST
        size = round(units * (self.flops / 1e9) ** growth)
        return CharlmSpec(size, self.flops, seed=self.seed, runs=self.runs, device=self.device)

    @property
    def cost(self) -> float:
        """Seconds on the machine it was measured on; elsewhere good for comparisons."""
        asked = PASSAGES * (STARTS + LONGEST - 1) * self.runs
        return self.model.cost + asked * (5e-7 + 2 * self.model.params / 6e10)


def run(spec: StreaksSpec) -> Iterator[tuple[float, list[dict[str, Any]]]]:
    """Training, then the exams: (fraction done, rows); a row a seed and k, at the end."""
    begun = time.perf_counter()
    model = spec.model
    network = model.recipe.network
    layers = yield from charlm.trained(model)
    losses = network.loss(layers, charlm.source(model).exam)
    passages = exam()
    correct = network.correct(layers, passages)
    matches = exact_matches(correct, np.isin(passages[:, corpus.BEFORE :], BLANKS))
    seconds = (time.perf_counter() - begun) / spec.runs
    rows = [
        {
            "budget": spec.flops,
            "seed": spec.seed + run,
            "symbols": k,
            "exact": float(matches.exact[run, k - 1]),
            "exact_blank": float(matches.blank[run, k - 1]),
            "exact_beside_blanks": float(matches.beside_blanks[run, k - 1]),
            "loss": losses[run],
            "size": model.size,
            "params": model.params,
            "tokens": model.tokens,
            "device": spec.device,
            "diverged": not math.isfinite(losses[run]),
            "seconds": seconds,
        }
        for run in range(spec.runs)
        for k in range(1, LONGEST + 1)
    ]
    yield 1.0, rows


@dataclass(frozen=True, eq=False)
class ExactMatches:
    """Shares for k = 1 .. 16, each (runs, LONGEST)."""

    exact: NDArray[np.float64]  # of all places: E_k
    blank: NDArray[np.float64]  # of all places: k blanks, all right
    beside_blanks: NDArray[np.float64]  # of the places before a row that is not all blanks


def exact_matches(correct: NDArray[np.bool_], blank: NDArray[np.bool_]) -> ExactMatches:
    """The shares of all runs.

    Args:
        correct: (runs, passages, STARTS + LONGEST - 1). Rows of every length begin at the same
            places, the first `STARTS` of each passage.
        blank: (passages, STARTS + LONGEST - 1).
    """
    exact, both, blanks = (_all_true(marks) for marks in (correct, correct & blank, blank))
    return ExactMatches(exact, both, (exact - both) / (1 - blanks))


def _all_true(marks: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Shares of the starts from which the next 1 .. LONGEST marks are all true, (..., LONGEST)."""
    alive = np.ones_like(marks[..., :STARTS])
    shares = []
    for ahead in range(LONGEST):
        alive = alive & marks[..., ahead : ahead + STARTS]
        shares.append(alive.mean((-2, -1)))
    return np.stack(shares, -1)


@cache
def exam() -> corpus.Codes:
    """Held-out passages at random places, (PASSAGES, K + STARTS + LONGEST - 1)."""
    held = corpus.load().held
    windows = np.lib.stride_tricks.sliding_window_view(held, corpus.BEFORE + STARTS + LONGEST - 1)
    return windows[np.random.default_rng(MIXED).integers(0, len(windows), PASSAGES)]
