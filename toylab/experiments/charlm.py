"""Run of a small, real language model: its loss at a size N and a budget of compute C.

    D tokens in one pass,    C = c D,    c = 6 N FLOPs a token, and what attention costs

of one of the networks and languages of `languages`. Every run has a schedule of its own that
decays to zero, and, unless it is held, a batch near 128 sqrt(D / D_0), a power of two.
"""

import math
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from toylab.experiments import corpus, synthetic
from toylab.experiments.languages import LANGUAGES, Language, Recipe, recipe
from toylab.experiments.learning_rates import USUAL, Schedule
from toylab.experiments.optimizers import Optimizer, optimizer
from toylab.refusals import refuse

if TYPE_CHECKING:
    from toylab.experiments.nets.training import Layers, Stream

LOOKS = 10  # at a run on its way
LOOKED = 4096  # passages of the exam that a look asks for
LARGEST = 65_536  # tokens a step
WRITTEN = 200  # characters that a trained network writes
MEMORY = 2e9  # bytes one process may need


@dataclass(frozen=True)
class CharlmSpec:
    """One size and budget, and the seeds `seed`, `seed + 1`, ... that train it side by side."""

    size: int  # hidden units, width, or rank
    flops: float  # to spend on each seed, as near as whole batches come
    language: str = "python"
    rate: float = 1.0  # peak learning rate over the usual one of language, network and optimizer
    seed: int = 0
    runs: int = 1
    device: str = "cpu"
    held: int = 0  # tokens a step; 0 for as many as suit the budget
    net: str = "ngram"
    scaled: bool = True  # a learning rate that falls with the width, where the network has one
    optimizer: str = "adam"
    looks: bool = False  # whether its row has its losses on its way

    def __post_init__(self) -> None:
        how = recipe(self.language, self.net)
        given = self.held or optimizer(self.optimizer, self.language, self.net).batch
        rules = {
            f"size must be between 1 and {how.sizes[-1]}, got {self.size}": (
                1 <= self.size <= how.sizes[-1]
            ),
            f"size must be a multiple of {how.step}, got {self.size}": self.size % how.step == 0,
            f"the rate of the {how.title} does not fall with its size: scaled must be true": (
                self.scaled or how.width > 0
            ),
            f"held must be a multiple of {how.asked} tokens, got {self.held}": (
                self.held % how.asked == 0
            ),
            f"rate must be above 0 and at most 1000, got {self.rate}": 0 < self.rate <= 1000,
            f"seed must be between 0 and 1000000000, got {self.seed}": 0 <= self.seed <= 1e9,
            f"runs must be between 1 and 1000, got {self.runs}": 1 <= self.runs <= 1000,
            f"flops must be positive and finite, got {self.flops}": 0 < self.flops < math.inf,
            f"held must be between 0 and {LARGEST} tokens, got {self.held}": (
                0 <= self.held <= LARGEST
            ),
        }
        refuse(rules)
        if self.memory > MEMORY:
            raise ValueError(
                f"{self.runs} runs of size {self.size} need {self.memory / 1e9:.3g} GB of "
                f"memory; the limit is {MEMORY / 1e9:.3g} GB"
            )
        tokens, least = self.flops / self.flops_per_token, max(how.batches[0], given)
        if not least <= tokens <= how.longest:
            raise ValueError(
                f"{self.flops:g} FLOPs at size {self.size} are {tokens:.3g} {self.kind.token}s; a "
                f"run takes between {least} and {how.longest:g}"
            )

    @property
    def kind(self) -> Language:
        """The language that it learns."""
        return LANGUAGES[self.language]

    @property
    def recipe(self) -> Recipe:
        """The network, and how it is trained."""
        return recipe(self.language, self.net)

    @property
    def descent(self) -> Optimizer:
        """The optimizer, and its learning rate and batch."""
        return optimizer(self.optimizer, self.language, self.net)

    @property
    def params(self) -> int:
        """N: matrix-multiply weights."""
        return self.recipe.params(self.size)

    @property
    def flops_per_token(self) -> float:
        """c: training FLOPs a token."""
        return self.recipe.flops(self.size)

    @property
    def batch(self) -> int:
        """B, tokens a step: as held, the optimizer's, or the root of what the budget allows."""
        if given := self.held or self.descent.batch:
            return given
        (usual, at), (least, most) = self.recipe.batch, self.recipe.batches
        near = usual * math.sqrt(self.flops / self.flops_per_token / at)
        return int(min(most, max(least, 2 ** round(math.log2(near)))))

    @property
    def passages(self) -> int:
        """Passages a step, each of which has so many tokens to predict."""
        return self.batch // self.recipe.asked

    @property
    def lr(self) -> float:
        """Peak learning rate."""
        usual = self.descent.lr or self.recipe.rate(self.size, scaled=self.scaled)
        return usual * self.rate

    @property
    def steps(self) -> int:
        """T."""
        return max(1, round(self.flops / self.flops_per_token / self.batch))

    @property
    def tokens(self) -> int:
        """D: in whole batches."""
        return self.steps * self.batch

    @property
    def memory(self) -> float:
        """Bytes at the peak, about: parameters, gradient and the optimizer's state; the exam."""
        held = corpus.EXAM // 8
        wide = self.size * (32 if self.recipe.asked > 1 else 1) + 4 * self.kind.symbols
        kept = 2 + self.descent.state
        return 4.0 * self.runs * (kept * self.params + max(self.batch, held) * wide)

    @property
    def cost(self) -> float:
        """Seconds on the machine it was measured on; elsewhere good for comparisons."""
        asked = corpus.EXAM + LOOKS * LOOKED * self.looks
        exam = 2 * self.params * asked * self.recipe.exam
        spent = (self.flops_per_token * self.tokens + exam) * self.runs
        if self.device != "cpu":
            return 0.3 + self.steps * 6e-4 + spent / 5e12
        step, more, flop = self.recipe.seconds
        chosen = self.tokens * self.runs * self.kind.symbols
        steps = self.steps * (step + more * self.runs)
        return 0.02 * self.runs + steps + spent * flop + chosen * 2e-9


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
    begun = time.perf_counter()
    net, curves = spec.recipe.network, [list[float]() for _ in range(spec.runs)]
    exam = source(spec).exam

    def look(_: int, layers: "Layers") -> None:
        for curve, loss in zip(curves, net.loss(layers, looked(exam)), strict=True):
            curve.append(loss)

    layers = yield from trained(spec, look=look if spec.looks else None)
    losses = net.loss(layers, exam)
    texts = [net.write(layers, k, WRITTEN) for k in range(spec.runs)]
    seconds = (time.perf_counter() - begun) / spec.runs
    yield 1.0, [_row(spec, k, losses[k], curves[k], texts[k], seconds) for k in range(spec.runs)]


def trained(
    spec: CharlmSpec,
    streams: "Sequence[Stream] | None" = None,
    decay: float = 0.0,
    schedule: Schedule = USUAL,
    looks: int = LOOKS,
    look: "Callable[[int, Layers], None] | None" = None,
) -> Generator[tuple[float, list[dict[str, Any]]], None, "Layers"]:
    """Training alone: fractions done, without rows yet; returns the trained layers of all seeds.

    For another exam than `run`'s, other examples than fresh ones of the language (a stream a
    seed), decoupled weight decay or another schedule: `layers = yield from trained(spec)`. `look`
    is called with the steps done and the layers as they are, `looks` times, at last with those
    trained.
    """
    from toylab.experiments.nets import training
    from toylab.experiments.nets.device_check import checked_device

    device, net = checked_device(spec.device), spec.recipe.network
    seeds, shapes = range(spec.seed, spec.seed + spec.runs), net.shapes(spec.size)
    flat = net.initial(spec.size, seeds).to(device)
    symbols, asked = spec.kind.symbols, spec.recipe.asked
    how = (spec.steps, spec.passages, symbols, device, asked)
    data = (
        training.batches_of(streams, *how)
        if streams
        else training.batches(source(spec), seeds, *how)
    )
    rates = training.learning_rates(spec.steps, spec.lr, schedule)
    layers: Layers = net.layers(flat, spec.size)  # windows into what is trained
    for done in training.train(
        flat, shapes, net.gradient, spec.passages, data, rates, looks, spec.optimizer, decay
    ):
        if look:
            look(done, layers)
        if done < spec.steps:
            yield done / spec.steps, []
    return layers


def looked(exam: Any) -> Any:
    """The part of an exam that a look on the way asks for: its first passages.

    That of an endless language is a table of all pairs, of which none is left out.
    """
    return exam if exam.dtype == float else exam[:LOOKED]


def _row(
    spec: CharlmSpec, k: int, loss: float, curve: list[float], text: str, seconds: float
) -> dict[str, Any]:
    """The row of the k-th seed."""
    return {
        "language": spec.language,
        "net": spec.net,
        "optimizer": spec.optimizer,
        "size": spec.size,
        "params": spec.params,
        "tokens": spec.tokens,
        "flops": spec.flops_per_token * spec.tokens,
        "loss": loss,
        "curve": curve,
        "seed": spec.seed + k,
        "batch": spec.batch,
        "lr": spec.lr,
        "steps": spec.steps,
        "seconds": seconds,
        "device": spec.device,
        "diverged": not math.isfinite(loss),
        "text": text,
    }


def source(spec: CharlmSpec) -> Any:
    """Passages to draw, and the exam, of a run's language."""
    if spec.language == "synthetic":
        return synthetic.language()
    return corpus.load().reading(max(corpus.BEFORE, spec.recipe.asked))
