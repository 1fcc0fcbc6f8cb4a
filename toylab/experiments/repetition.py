"""Run on a pool of text that is read several times, on fresh text, or on text with noise in it.

    pool     U characters at random places of the text, each with those before it, read for E
             epochs: the first in the order of a fresh stream, later ones shuffled
    fresh    as many characters, U E, none of them on purpose twice
    noisy    as many of a text in which a share q of its passages, or of its characters, is drawn
             by how often characters come

of the n-gram network of characters, by Adam with decoupled weight decay. A seed's pool is the
beginning of its fresh stream, so one epoch of it is the fresh run, bit for bit. All are tested on
the exam of the clean, held-out text; the loss on the pool itself shows what was learned by heart.
"""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from toylab.experiments import charlm, corpus
from toylab.experiments.charlm import CharlmSpec
from toylab.experiments.corpus import Codes, Corpus
from toylab.experiments.languages import NGRAM
from toylab.refusals import refuse

if TYPE_CHECKING:
    from toylab.experiments.nets.training import Stream

TEXTS = ("pool", "fresh", "noisy")
KINDS = ("passages", "characters")  # what noise replaces whole
PASSAGE = 1024  # characters
STEP = 512  # a pool is a multiple of the largest batch: epochs are whole batches
LONGEST = 4_000_000  # characters of a run
SHUFFLED, NOISE = 1, 77  # seeds: of an epoch's order beside the run's; of the noise


@dataclass(frozen=True)
class RepetitionSpec:
    """One text, size and length, and the seeds `seed`, `seed + 1`, ... trained side by side."""

    text: str = "pool"
    unique: int = 10_240  # characters of the pool
    epochs: int = 1
    size: int = 32  # hidden units
    decay: float = 0.0  # weight decay of AdamW
    dirty: float = 0.0  # share of a noisy text that is noise
    kind: str = "passages"  # what is noise
    rate: float = 1.0  # peak learning rate over the usual one
    seed: int = 0
    runs: int = 1
    device: str = "cpu"

    def __post_init__(self) -> None:
        rules = {
            f"text must be one of {', '.join(TEXTS)}, got {self.text}": self.text in TEXTS,
            f"kind must be one of {', '.join(KINDS)}, got {self.kind}": self.kind in KINDS,
            f"unique must be a multiple of {STEP} of at least {STEP}, got {self.unique}": (
                self.unique >= STEP and self.unique % STEP == 0
            ),
            f"epochs must be at least 1, got {self.epochs}": self.epochs >= 1,
            f"unique times epochs must be at most {LONGEST:,} characters, or fresh text would "
            f"run out, got {self.tokens:,}": self.tokens <= LONGEST,
            f"decay must be between 0 and 10, got {self.decay}": 0 <= self.decay <= 10,
            f"dirty must be between 0 and 1, got {self.dirty}": 0 <= self.dirty <= 1,
            "dirty must be 0 where the text is not noisy": self.text == "noisy" or not self.dirty,
        }
        refuse(rules)
        _ = self.plain  # refuses the rest

    @property
    def tokens(self) -> int:
        """D: characters read, again or not."""
        return self.unique * self.epochs

    @property
    def plain(self) -> CharlmSpec:
        """The run of the same network on as many fresh characters, without decay."""
        flops = NGRAM.flops(self.size) * self.tokens
        return CharlmSpec(
            self.size, flops, rate=self.rate, seed=self.seed, runs=self.runs, device=self.device
        )

    @property
    def params(self) -> int:
        """N: matrix-multiply weights."""
        return self.plain.params

    @property
    def cost(self) -> float:
        """Seconds on the machine it was measured on; elsewhere good for comparisons."""
        return self.plain.cost + (1.0 if self.text == "noisy" else 0.0)


def run(spec: RepetitionSpec) -> Iterator[tuple[float, list[dict[str, Any]]]]:
    """Training, then the exams: (fraction done, one row a seed); rows come with the last fraction.

    Repeats itself as `charlm.run` does.
    """
    begun, plain = time.perf_counter(), spec.plain
    net, seeds = plain.recipe.network, range(spec.seed, spec.seed + spec.runs)
    layers = yield from charlm.trained(plain, [stream(spec, seed) for seed in seeds], spec.decay)
    losses = net.loss(layers, corpus.load().exam)
    by_heart = [
        net.loss(tuple(layer[k : k + 1] for layer in layers), _pool(spec, seed))[0]
        for k, seed in enumerate(seeds)
    ]
    seconds = (time.perf_counter() - begun) / spec.runs
    yield (
        1.0,
        [
            {
                "text": spec.text,
                "unique": spec.unique,
                "epochs": spec.epochs,
                "tokens": spec.tokens,
                "size": spec.size,
                "params": spec.params,
                "decay": spec.decay,
                "dirty": spec.dirty,
                "kind": spec.kind,
                "rate": spec.rate,
                "loss": losses[k],
                "pool_loss": by_heart[k],
                "seed": seed,
                "batch": plain.batch,
                "steps": plain.steps,
                "seconds": seconds,
                "device": spec.device,
                "diverged": not math.isfinite(losses[k]),
            }
            for k, seed in enumerate(seeds)
        ],
    )


def stream(spec: RepetitionSpec, seed: int) -> "Stream":
    """The examples of a seed, in the order in which it reads them."""
    clean = corpus.load()
    random = np.random.default_rng(seed)
    if spec.text == "pool":
        return _Pool(clean.draw(random, spec.unique), seed)
    text = clean if spec.text == "fresh" else noisy(spec.dirty, spec.kind)

    def more(examples: int) -> Codes:
        return text.draw(random, examples)

    return more


class _Pool:
    """The stream of a pool: in its order first, then shuffled anew for each epoch."""

    def __init__(self, passages: Codes, seed: int) -> None:
        self.passages, self.random = passages, np.random.default_rng((seed, SHUFFLED))
        self.left = passages

    def __call__(self, examples: int) -> Codes:
        parts: list[Codes] = []
        while examples:
            if not len(self.left):
                self.left = self.passages[self.random.permutation(len(self.passages))]
            parts.append(self.left[:examples])
            self.left = self.left[examples:]
            examples -= len(parts[-1])
        return np.concatenate(parts)


def _pool(spec: RepetitionSpec, seed: int) -> Codes:
    """The pool of a seed, as far as the exam is long."""
    drawn = corpus.load().draw(np.random.default_rng(seed), spec.unique)
    return drawn[: corpus.EXAM]


@lru_cache(maxsize=4)
def noisy(share: float, kind: str) -> Corpus:
    """The text with a share of its passages or characters drawn by how often each comes."""
    clean, random = corpus.load(), np.random.default_rng(NOISE)
    train = clean.train.copy()
    block = PASSAGE if kind == "passages" else 1
    hit = np.repeat(random.random(-(-len(train) // block)) < share, block)[: len(train)]
    often = np.bincount(train, minlength=corpus.SYMBOLS).cumsum() / len(train)
    drawn = np.searchsorted(often, random.random(int(hit.sum())), side="right")
    train[hit] = np.minimum(drawn, corpus.SYMBOLS - 1)
    return replace(clean, train=train)
