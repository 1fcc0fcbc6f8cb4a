"""Run of a small, real language model: its loss at a size N and a budget of compute C.

    N = matrix-multiply weights,    D tokens in one pass,    C = 6 N D

Two languages to learn. Characters of Python's own library (`corpus`) with the n-gram network of
`ngram`, N = 226 h for h hidden units; and a synthetic one whose entropy is known (`synthetic`),
one word from the word before, with the table of rank r of `bigram`, N = 512 r. Embeddings and
biases are not counted: they cost no matrix products. Every run has a schedule of its own that
decays to zero, and, unless it is held, a batch near 128 sqrt(D / D_0), a power of two.
"""

import importlib
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from toylab.experiments import corpus, synthetic
from toylab.laws.forms import FLOPS

LOOKS = 10  # at a run on its way
LARGEST = 65_536  # tokens a step
WRITTEN = 200  # characters that a trained network writes
MEMORY = 2e9  # bytes one process may need


@dataclass(frozen=True)
class Language:
    """A language, the network that learns it, and how."""

    title: str
    token: str
    net: str  # the module
    symbols: int
    weights: int  # N at size 1
    sizes: tuple[int, ...]
    middle: float  # the size that grids are centred on at 1e9 FLOPs
    lr: float  # peak learning rate of Adam
    batch: tuple[int, float]  # so many at so many tokens; it grows with their square root
    batches: tuple[int, int]  # smallest and largest
    longest: float  # tokens of a run

    @property
    def network(self) -> ModuleType:
        """The module; it imports torch."""
        return importlib.import_module(self.net)


LANGUAGES = {
    "python": Language(
        title="The source of Python's library, character by character",
        token="character",
        net="toylab.experiments.nets.ngram",
        symbols=corpus.SYMBOLS,
        weights=corpus.BEFORE * corpus.NUMBERS + corpus.SYMBOLS,
        sizes=(
            2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536,
            2048, 3072,
        ),
        middle=22.0,
        lr=1e-2,
        batch=(128, 5e5),
        batches=(16, 512),
        longest=8e6,
    ),
    "synthetic": Language(
        title="A synthetic language, word by word, whose entropy is known",
        token="word",
        net="toylab.experiments.nets.bigram",
        symbols=synthetic.WORDS,
        weights=synthetic.WORDS,
        sizes=(1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256),
        middle=5.0,
        lr=3e-2,
        batch=(128, 1e5),
        batches=(32, 1024),
        longest=1e8,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class CharlmSpec:
    """One size and budget, and the seeds `seed`, `seed + 1`, ... that train it side by side."""

    size: int  # hidden units, or rank
    flops: float  # to spend on each seed, as near as whole batches come
    language: str = "python"
    rate: float = 1.0  # peak learning rate over the language's usual one
    seed: int = 0
    runs: int = 1
    device: str = "cpu"
    held: int = 0  # tokens a step; 0 for as many as suit the budget

    def __post_init__(self) -> None:
        if self.language not in LANGUAGES:
            raise ValueError(f"language must be one of {', '.join(LANGUAGES)}, got {self.language}")
        kind = self.kind
        rules = {
            f"size must be between 1 and {kind.sizes[-1]}, got {self.size}": (
                1 <= self.size <= kind.sizes[-1]
            ),
            f"rate must be above 0 and at most 1000, got {self.rate}": 0 < self.rate <= 1000,
            f"seed must be between 0 and 1000000000, got {self.seed}": 0 <= self.seed <= 1e9,
            f"runs must be between 1 and 1000, got {self.runs}": 1 <= self.runs <= 1000,
            f"flops must be positive and finite, got {self.flops}": 0 < self.flops < math.inf,
            f"held must be between 0 and {LARGEST} tokens, got {self.held}": (
                0 <= self.held <= LARGEST
            ),
        }
        for rule, kept in rules.items():
            if not kept:
                raise ValueError(rule)
        if self.memory > MEMORY:
            raise ValueError(
                f"{self.runs} runs of size {self.size} need {self.memory / 1e9:.3g} GB of "
                f"memory; the limit is {MEMORY / 1e9:.3g} GB"
            )
        tokens, least = self.flops / FLOPS / self.params, max(kind.batches[0], self.held)
        if not least <= tokens <= kind.longest:
            raise ValueError(
                f"{self.flops:g} FLOPs at size {self.size} are {tokens:.3g} {kind.token}s; a "
                f"run takes between {least} and {kind.longest:g}"
            )

    @property
    def kind(self) -> Language:
        """The language that it learns, and how."""
        return LANGUAGES[self.language]

    @property
    def params(self) -> int:
        """N: matrix-multiply weights."""
        return self.kind.weights * self.size

    @property
    def batch(self) -> int:
        """B, tokens a step: as held, or near the square root of what the budget allows."""
        if self.held:
            return self.held
        (usual, at), (least, most) = self.kind.batch, self.kind.batches
        near = usual * math.sqrt(self.flops / FLOPS / self.params / at)
        return int(min(most, max(least, 2 ** round(math.log2(near)))))

    @property
    def lr(self) -> float:
        """Peak learning rate."""
        return self.kind.lr * self.rate

    @property
    def steps(self) -> int:
        """T, of Adam."""
        return max(1, round(self.flops / FLOPS / self.params / self.batch))

    @property
    def tokens(self) -> int:
        """D: in whole batches."""
        return self.steps * self.batch

    @property
    def memory(self) -> float:
        """Bytes at the peak, about: parameters, gradient and Adam's state; the exam."""
        kind, held = self.kind, corpus.EXAM // 8
        wide = self.size + 4 * kind.symbols
        return 4.0 * self.runs * (4 * self.params + max(self.batch, held) * wide)

    @property
    def cost(self) -> float:
        """Seconds on the machine it was measured on; elsewhere good for comparisons."""
        spent = FLOPS * self.params * (self.tokens + corpus.EXAM / 3) * self.runs
        if self.device != "cpu":
            return 0.3 + self.steps * 6e-4 + spent / 5e12
        chosen = self.tokens * self.runs * self.kind.symbols
        steps = self.steps * (7e-5 + 4e-5 * self.runs)
        return 0.02 * self.runs + steps + spent / 6e10 + chosen * 2e-9


def again(spec: CharlmSpec) -> float:
    """The share of a run's tokens that it has seen before; none in an endless language.

    Drawn with replacement from M, the D tokens have M (1 - exp(-D/M)) places.
    """
    if spec.language == "synthetic":
        return 0.0
    rounds = spec.tokens / len(corpus.load().train)
    return 1 + math.expm1(-rounds) / rounds


def run(spec: CharlmSpec) -> Iterator[tuple[float, list[dict[str, Any]]]]:
    """Training, then the exam: (fraction done, one row a seed); rows come with the last fraction.

    The same spec on the same processor gives bitwise the same rows, but for their `seconds`, a
    run's share of the time its stack took. A GPU adds up gradients of embeddings in any order,
    so there the last digits differ, as they do where a seed is stacked with others. A run
    without a finite loss is marked `diverged`.
    """
    from toylab.experiments.nets import training
    from toylab.experiments.nets.device_check import checked_device

    begun = time.perf_counter()
    device = checked_device(spec.device)
    source, net = _source(spec.language), spec.kind.network
    seeds, shapes = range(spec.seed, spec.seed + spec.runs), net.shapes(spec.size)
    flat = net.initial(spec.size, seeds).to(device)
    data = training.batches(source, seeds, spec.steps, spec.batch, spec.kind.symbols, device)
    rates = training.learning_rates(spec.steps, spec.lr)
    for done in training.train_adam(
        flat, shapes, net.gradient, batch=spec.batch, data=data, rates=rates, looks=LOOKS
    ):
        if done < spec.steps:
            yield done / spec.steps, []
    layers = net.layers(flat, spec.size)
    losses = net.loss(layers, source.exam)
    texts = [net.write(layers, k, WRITTEN) for k in range(spec.runs)]
    seconds = (time.perf_counter() - begun) / spec.runs
    yield 1.0, [_row(spec, k, losses[k], texts[k], seconds) for k in range(spec.runs)]


def _row(spec: CharlmSpec, k: int, loss: float, text: str, seconds: float) -> dict[str, Any]:
    """The row of the k-th seed."""
    return {
        "language": spec.language,
        "size": spec.size,
        "params": spec.params,
        "tokens": spec.tokens,
        "flops": FLOPS * spec.params * spec.tokens,
        "loss": loss,
        "seed": spec.seed + k,
        "batch": spec.batch,
        "lr": spec.lr,
        "steps": spec.steps,
        "seconds": seconds,
        "device": spec.device,
        "diverged": not math.isfinite(loss),
        "text": text,
    }


def _source(language: str) -> Any:
    return corpus.load() if language == "python" else synthetic.language()
