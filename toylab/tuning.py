"""What do the published laws say of batch and learning rate, and would a study find them?

DeepSeek's laws go by compute, Step Law's by size and data, MiniCPM's and Kaplan's by the loss
reached; Kaplan's batch is the critical one, not the best. Everything is said in one system:
tokens, sequences of a given length, and the peak learning rate. A rate is for its authors'
schedule and optimiser, and does not carry over as it stands.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from toylab import allocation, kaplan, laws
from toylab.batch_lr import Bowl, Grid, Optima, draw, lowest, quadratic
from toylab.forms import FLOPS, Form
from toylab.laws import Law
from toylab.quantities import positive, power
from toylab.trend import Trend, through

Array = NDArray[np.float64]
DRAWS = 200  # studies that a spread is over
FEWEST = 40  # of them: the 2.5th percentile of fewer is their least
LOSS = laws.REFIT.form  # stands in where a law asks for a loss
FINDERS = {"fit": quadratic, "lowest": lowest}


@dataclass(frozen=True)
class Rule:
    """Best settings by compute."""

    title: str
    sources: tuple[Law[Form], ...]
    batch: Callable[[float], float]  # FLOPs -> tokens
    lr: Callable[[float], float]  # FLOPs -> peak learning rate


def _twenty(flops: float) -> tuple[float, float]:
    split = allocation.allocate(laws.TWENTY, flops)
    return split.params, split.tokens


RULES = {
    "deepseek": Rule(
        "DeepSeek's laws",
        (laws.DEEPSEEK_BATCH, laws.DEEPSEEK_LR),
        lambda C: float(laws.DEEPSEEK_BATCH.form.at(C)),
        lambda C: float(laws.DEEPSEEK_LR.form.at(C)),
    ),
    "step": Rule(
        "Step Law, at 20 tokens a parameter",
        (laws.STEP_BATCH, laws.STEP_LR),
        lambda C: float(laws.STEP_BATCH.form.at(*_twenty(C))),
        lambda C: float(laws.STEP_LR.form.at(*_twenty(C))),
    ),
}


def bits(exponent: float) -> float:
    """Doublings of a quantity for each decade of compute, when it grows with that power."""
    return exponent * math.log2(10)


# --- what was really used -----------------------------------------------------------------
@dataclass(frozen=True)
class Trained:
    """A model, and the settings that it was trained with."""

    name: str
    attention: str
    layers: int
    width: int
    context: int  # tokens of a sequence
    sequences: int  # a batch
    lr: float  # peak
    tokens: float

    @property
    def batch(self) -> int:
        """Tokens a step."""
        return self.sequences * self.context

    @property
    def flops(self) -> float:
        """M D, with M = 72 n_layer d^2 + 12 n_layer d n_seq as DeepSeek counts it."""
        per_token = 72 * self.layers * self.width**2
        return (per_token + 12 * self.layers * self.width * self.context) * self.tokens


# DeepSeek LLM 2024, Table 2 and sec. 2.3; multi-head attention in one, grouped in the other.
TRAINED = (
    Trained("DeepSeek 7B", "MHA", 30, 4096, 4096, 2304, 4.2e-4, 2e12),
    Trained("DeepSeek 67B", "GQA", 95, 8192, 4096, 4608, 3.2e-4, 2e12),
)


# --- the laws side by side ----------------------------------------------------------------
@dataclass(frozen=True)
class Advice:
    """What one law says; None where it says nothing."""

    law: str
    needs: str  # what it goes by
    batch: float  # tokens
    lr: float | None  # peak
    critical: bool  # a batch beyond which one pays, rather than the best one
    sources: tuple[Law[Form], ...]

    def sequences(self, context: float) -> float:
        """The batch in sequences of so many tokens."""
        return self.batch / context


def advice(params: float, tokens: float) -> list[Advice]:
    """What each law says for a model of this size on this many tokens.

    Where a law goes by compute, that is 6 N D; where it goes by the loss, the loss is that of
    Besiroglu's refit for MiniCPM, and of Kaplan's own L(N, D) for Kaplan.
    """
    N, D = float(positive("params", params)), float(positive("tokens", tokens))
    C = FLOPS * N * D
    reached, by_kaplan = float(LOSS.loss(N, D)), float(kaplan.JOINT.loss(N, D))
    deepseek = RULES["deepseek"]
    return [
        Advice("DeepSeek 2024", f"compute, {power(C)} FLOPs", deepseek.batch(C), deepseek.lr(C),
               False, deepseek.sources),
        Advice("Step Law 2025", "size and data", float(laws.STEP_BATCH.form.at(N, D)),
               float(laws.STEP_LR.form.at(N, D)), False, RULES["step"].sources),
        Advice("MiniCPM 2024", f"loss, {reached:.2f} nats",
               float(laws.MINICPM_BATCH.form.critical(reached)), None, False,
               (laws.MINICPM_BATCH,)),
        Advice("Kaplan 2020, critical", f"loss, {by_kaplan:.2f} nats",
               float(laws.KAPLAN_BATCH.form.critical(by_kaplan)), None, True,
               (laws.KAPLAN_BATCH,)),
    ]  # fmt: skip


# --- a study of grids ---------------------------------------------------------------------
@dataclass(frozen=True)
class Study:
    """A grid at each of many budgets, under a rule that says where the best settings are."""

    rule: str = "deepseek"
    noise: float = 0.002  # of a run's loss, as a share
    cells: int = 9  # a side
    span: float = 8.0  # the grid reaches this factor to either side
    along: float = Bowl.along
    across: float = Bowl.across
    tilt: float = Bowl.tilt
    finder: str = "fit"
    seed: int = 0

    def __post_init__(self) -> None:
        if self.rule not in RULES:
            raise ValueError(f"rule must be one of {', '.join(RULES)}, got {self.rule}")
        if self.finder not in FINDERS:
            raise ValueError(f"finder must be one of {', '.join(FINDERS)}, got {self.finder}")
        if not 3 <= self.cells <= 50:
            raise ValueError(f"cells must be between 3 and 50 a side, got {self.cells}")
        if not 1 < self.span <= 1000:
            raise ValueError(f"span must be above 1 and at most 1000, got {self.span}")

    def bowl(self, flops: float) -> Bowl:
        """The truth at a budget; its floor is the best that Besiroglu's refit can do."""
        rule = RULES[self.rule]
        floor = allocation.best(LOSS, flops).loss or LOSS.E
        return Bowl(floor, rule.batch(flops), rule.lr(flops), self.along, self.across, self.tilt)

    def grid(self, flops: float) -> Grid:
        """What is tried there: around a power of two and a round rate, not around the truth."""
        truth = self.bowl(flops)
        batch = 2.0 ** round(math.log2(truth.batch))
        lr = 10.0 ** (round(4 * math.log10(truth.lr)) / 4)
        steps = self.span ** np.linspace(-1, 1, self.cells)
        return Grid(tuple(batch * steps), tuple(lr * steps))

    def losses(self, flops: float, draws: int = DRAWS) -> Array:
        """What runs measure there, (draws, cells^2); the first draw is this study's own."""
        seed = self.seed * 1000 + round(10 * math.log10(flops))  # other luck at other budgets
        return draw(self.bowl(flops), self.grid(flops), self.noise, seed, draws)

    def found(self, flops: float, finder: str | None = None) -> Optima:
        """Where it finds the best settings, in each of its draws."""
        return _found(replace(self, finder=finder or self.finder), flops)


@lru_cache(maxsize=256)
def _found(study: Study, flops: float) -> Optima:
    found = FINDERS[study.finder](study.grid(flops), study.losses(flops))
    if study.finder == "lowest":
        return found
    # what lies outside the cells that were tried is no answer
    batch, lr = (np.where(found.inside, x, np.nan) for x in (found.batch, found.lr))
    return replace(found, batch=batch, lr=lr)


@dataclass(frozen=True, eq=False)
class Travel:
    """How the best settings move with compute, as a study finds it."""

    flops: Array  # (budgets,)
    batch: Array  # (budgets,) tokens, in the study's own draw
    lr: Array  # (budgets,)
    by_batch: Trend  # its line, and those of other draws
    by_lr: Trend
    lost: float  # share of draws without a best setting at some budget


def travel(study: Study, flops: tuple[float, ...]) -> Travel:
    """Fit power laws to what a study finds at many budgets.

    Raises:
        ValueError: if the study itself, or most of its draws, find no best setting at some
            budget, or there are not two budgets.
    """
    if len(set(flops)) < 2:
        raise ValueError(f"flops must hold two budgets at least, got {flops}")
    found = [study.found(C) for C in flops]
    batch, lr = (np.array([getattr(one, name) for one in found]).T for name in ("batch", "lr"))
    if not np.isfinite(batch[0]).all():
        raise ValueError(
            "at some budget the quadratic has no lowest point inside the grid: less noise, "
            "or a wider grid"
        )
    log_C = np.log(np.array(flops))
    good = np.isfinite(batch).all(axis=1)
    if good.sum() < FEWEST:
        raise ValueError(
            "in nearly every draw some budget has no bottom inside the grid: less noise, or a "
            "wider grid"
        )
    return Travel(
        np.array(flops),
        batch[0],
        lr[0],
        through(log_C, np.log(batch[good])),
        through(log_C, np.log(lr[good])),
        float(1 - good.mean()),
    )
