"""Published laws of batch size and learning rate, and the settings of real models.

DeepSeek's laws go by compute, Step Law's by size and data, MiniCPM's and Kaplan's by the loss
reached; Kaplan's batch is the critical one, not the best. Everything is said in one system:
tokens, sequences of a given length, and the peak learning rate. A rate is for its authors'
schedule and optimiser, and does not carry over as it stands.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toylab.laws import allocation, kaplan, published
from toylab.laws.forms import FLOPS, Form
from toylab.laws.law import Law
from toylab.quantities import format_scientific
from toylab.refusals import positive

Array = NDArray[np.float64]
LOSS = published.REFIT.form  # stands in where a law asks for a loss


@dataclass(frozen=True)
class Rule:
    """Best settings by compute."""

    title: str
    sources: tuple[Law[Form], ...]
    batch: Callable[[float], float]  # FLOPs -> tokens
    lr: Callable[[float], float]  # FLOPs -> peak learning rate


def _twenty(flops: float) -> tuple[float, float]:
    split = allocation.allocate(published.TWENTY, flops)
    return split.params, split.tokens


RULES = {
    "deepseek": Rule(
        "DeepSeek's laws",
        (published.DEEPSEEK_BATCH, published.DEEPSEEK_LR),
        lambda C: float(published.DEEPSEEK_BATCH.form.at(C)),
        lambda C: float(published.DEEPSEEK_LR.form.at(C)),
    ),
    "step": Rule(
        "Step Law, at 20 tokens a parameter",
        (published.STEP_BATCH, published.STEP_LR),
        lambda C: float(published.STEP_BATCH.form.at(*_twenty(C))),
        lambda C: float(published.STEP_LR.form.at(*_twenty(C))),
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
    Trained(
        name="DeepSeek 7B",
        attention="MHA",
        layers=30,
        width=4096,
        context=4096,
        sequences=2304,
        lr=4.2e-4,
        tokens=2e12,
    ),
    Trained(
        name="DeepSeek 67B",
        attention="GQA",
        layers=95,
        width=8192,
        context=4096,
        sequences=4608,
        lr=3.2e-4,
        tokens=2e12,
    ),
)


# --- the laws side by side ----------------------------------------------------------------
@dataclass(frozen=True)
class Advice:
    """Settings by one law; None where it says nothing."""

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
    """Every law's settings for a model of this size on this many tokens.

    Where a law goes by compute, that is 6 N D; where it goes by the loss, the loss is that of
    Besiroglu's refit for MiniCPM, and of Kaplan's own L(N, D) for Kaplan.
    """
    N, D = float(positive("params", params)), float(positive("tokens", tokens))
    C = FLOPS * N * D
    reached, by_kaplan = float(LOSS.loss(N, D)), float(kaplan.JOINT.loss(N, D))
    deepseek = RULES["deepseek"]
    return [
        Advice(
            law="DeepSeek 2024",
            needs=f"compute, {format_scientific(C)} FLOPs",
            batch=deepseek.batch(C),
            lr=deepseek.lr(C),
            critical=False,
            sources=deepseek.sources,
        ),
        Advice(
            law="Step Law 2025",
            needs="size and data",
            batch=float(published.STEP_BATCH.form.at(N, D)),
            lr=float(published.STEP_LR.form.at(N, D)),
            critical=False,
            sources=RULES["step"].sources,
        ),
        Advice(
            law="MiniCPM 2024",
            needs=f"loss, {reached:.2f} nats",
            batch=float(published.MINICPM_BATCH.form.critical(reached)),
            lr=None,
            critical=False,
            sources=(published.MINICPM_BATCH,),
        ),
        Advice(
            law="Kaplan 2020, critical",
            needs=f"loss, {by_kaplan:.2f} nats",
            batch=float(published.KAPLAN_BATCH.form.critical(by_kaplan)),
            lr=None,
            critical=True,
            sources=(published.KAPLAN_BATCH,),
        ),
    ]
