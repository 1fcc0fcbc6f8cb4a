"""Disagreement of Kaplan and Chinchilla on N ~ C^a, 0.73 against 0.5, and its causes.

Three of them, each with its own arithmetic. The experiments that undid them one by one are
published (`STAIRCASE`). The counting of parameters bends the exponent at small scale:

    N_T = N + w N^(1/3)

N parameters without embeddings, N_T all of them, w a constant of the model family (Pearce &
Song 2024, arXiv:2406.12907). And a power law without a floor, fitted to L = E + A / N^alpha,
has a local slope that is not alpha but alpha (L - E) / L.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from toylab.laws.forms import FLOPS, Additive
from toylab.laws.published import COMPUTE
from toylab.refusals import positive

Array = NDArray[np.float64]
W = 47491.0  # Pearce & Song 2024: fitted to the Chinchilla models, vocabulary 32,000
KAPLAN_RANGE = COMPUTE["C"]  # FLOPs
POINTS = 300


@dataclass(frozen=True)
class Step:
    """One stair: what was changed, and the exponent a of N ~ C^a that it left."""

    name: str
    refinedweb: float
    interval: tuple[float, float]  # 95 %, on RefinedWeb
    openwebtext: float
    why: str
    openwebtext_interval: tuple[float, float] | None = None  # None where we have none


FIXED_BATCH = 0.88  # exponent of N at a fixed batch: Kaplan et al. 2020, Figure 14
# Porian et al. 2024, arXiv:2406.19146, from the tables released with its code.
STAIRCASE = (
    Step(
        "Kaplan's set-up, reproduced", 0.835, (0.824, 0.846), 0.864,
        "Parameters and FLOPs without embeddings and last layer, a long warm-up, one learning "
        "rate schedule for every length.",
        openwebtext_interval=(0.819, 0.897),
    ),
    Step(
        "count the last layer's FLOPs", 0.706, (0.692, 0.717), 0.699,
        "Turning the last hidden state into a token costs compute too, and in a small model "
        "it is much of the whole. Leave it out, and small models look cheaper than they are.",
    ),
    Step(
        "warm up briefly", 0.602, (0.591, 0.617), 0.603,
        "A warm-up longer than a small model's best training time makes small models look "
        "worse than they are. Fitting it to the model removes that.",
    ),
    Step(
        "decay to match the length", 0.571, (0.560, 0.589), 0.574,
        "Cosine decay that ends when training ends: the reason that Hoffmann 2022 suspected. "
        "It turns out to be the smallest of the steps.",
    ),
    Step(
        "tune the optimiser for each size", 0.497, (0.491, 0.505), 0.518,
        "Learning rate, batch size and Adam's beta2 tuned at each scale, and then without any "
        "decay: so decay is not essential.",
        openwebtext_interval=(0.493, 0.541),
    ),
)  # fmt: skip


def total(params: ArrayLike, w: float = W) -> Array:
    """All parameters, from those without embeddings."""
    N = positive("params", params)
    return np.asarray(N + w * np.cbrt(N))


def frontier(form: Additive, params: ArrayLike, w: float = W) -> Array:
    """The FLOPs, counted without embeddings, for which `params` without embeddings are best.

    Minimise the loss of total parameters along 6 N D = C, N and C without embeddings. dL/dN = 0
    gives D outright (Pearce & Song 2024, sec. 3):

        D^beta = (beta B) / (alpha A) N_T^(1+alpha) / (N + w N^(1/3) / 3)
    """
    N = positive("params", params)
    everything = total(N, w)
    slope = N + w / 3 * np.cbrt(N)  # d N_T / d ln N
    weight = form.beta * form.B / (form.alpha * form.A)
    tokens = (weight * everything ** (1 + form.alpha) / slope) ** (1 / form.beta)
    return np.asarray(FLOPS * N * tokens)


def local_exponent(form: Additive, params: ArrayLike, w: float = W) -> Array:
    """d ln N / d ln C of that frontier, exact.

    Between beta / (alpha/3 + beta) for small models, where embeddings are nearly everything,
    and beta / (alpha + beta) for large ones there is a hump: near 1 with Hoffmann's constants,
    where embeddings are about three quarters of all parameters.
    """
    N = positive("params", params)
    root = w * np.cbrt(N)
    all_, slope = N + root, N + root / 3
    grows = (1 + form.alpha) * slope / all_ - (N + root / 9) / slope
    return np.asarray(1 / (1 + grows / form.beta))


def limits(form: Additive) -> tuple[float, float]:
    """The local exponent of very small and of very large models."""
    return form.beta / (form.alpha / 3 + form.beta), form.beta / (form.alpha + form.beta)


def embedding_share(params: ArrayLike, w: float = W) -> Array:
    """The part of all parameters that are embeddings."""
    return np.asarray(1 - np.asarray(params) / total(params, w))


def steepest(form: Additive) -> tuple[float, float]:
    """The top of the hump: the highest local exponent, and the share of embeddings there."""
    N = np.geomspace(1e3, 1e12, 1000)
    slopes = local_exponent(form, N)
    return float(slopes.max()), float(embedding_share(N[slopes.argmax()]))


def fitted_exponent(
    form: Additive, span: tuple[float, float] = KAPLAN_RANGE, w: float = W
) -> float:
    """The slope of a straight line through the frontier on log-log axes.

    `span` is in FLOPs; the points are even in log C, as evenly spaced budgets would be.

    Raises:
        ValueError: if the span is empty.
    """
    C = _along(span)
    return float(np.polyfit(np.log(C), np.log(sizes(form, C, w)), 1)[0])


def sizes(form: Additive, flops: ArrayLike, w: float = W) -> Array:
    """The best sizes without embeddings: `frontier` turned around, by interpolation."""
    N = np.geomspace(1e-2, 1e16, 20_000)  # the frontier is smooth: error below 1e-6
    C, wanted = frontier(form, N, w), positive("flops", flops)
    if wanted.min() < C[0] or wanted.max() > C[-1]:
        raise ValueError(f"flops must be between {C[0]:.0e} and {C[-1]:.0e}, got {flops!r}")
    return np.asarray(np.exp(np.interp(np.log(wanted), np.log(C), np.log(N))))


def local_slope(form: Additive, params: ArrayLike) -> Array:
    """-d ln L / d ln N of the loss with endless data, its floor left in; without it, alpha."""
    N = positive("params", params)
    above = form.A / N**form.alpha
    return np.asarray(form.alpha * above / (form.E + above))


def slope_without_floor(form: Additive, span: tuple[float, float]) -> float:
    """The exponent of a power law without a floor, fitted to losses of these sizes (N)."""
    N = _along(span)
    return float(-np.polyfit(np.log(N), np.log(form.loss(N, np.inf)), 1)[0])


@dataclass(frozen=True)
class Score:
    """A guess of the exponent against the last stair."""

    gap: float  # guess - measured
    inside: bool  # within the 95 % interval
    size_ratio: float  # by how much ten times more compute would mis-size the next model


def score(guess: float) -> Score:
    """The gap between a guess of the exponent and what all the fixes leave."""
    last = STAIRCASE[-1]
    low, high = last.interval
    gap = guess - last.refinedweb
    return Score(gap, low <= guess <= high, 10**gap)


def stairs() -> pd.DataFrame:
    """The staircase as a table.

    Columns step, name, exponent, low, high, interval, second (the exponent on OpenWebText2),
    second_interval, change; intervals in words.
    """
    rows = [
        {
            "step": k,
            "name": step.name,
            "exponent": step.refinedweb,
            "low": step.interval[0],
            "high": step.interval[1],
            "interval": _format_interval(step.interval),
            "second": step.openwebtext,
            "second_interval": _format_interval(step.openwebtext_interval),
        }
        for k, step in enumerate(STAIRCASE)
    ]
    return pd.DataFrame(rows).assign(change=lambda f: f["exponent"].diff())


def _format_interval(interval: tuple[float, float] | None) -> str:
    return "{:.3f} to {:.3f}".format(*interval) if interval else "not known"


def _along(span: tuple[float, float]) -> Array:
    """Points even in the logarithm, from one end to the other."""
    low, high = positive("span", span)
    if not low < high:
        raise ValueError(f"span must go up, got {span}")
    return np.geomspace(low, high, POINTS)
