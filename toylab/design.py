"""Which study finds the best size, and how far off will it be? Ask it of studies that know.

Many studies are drawn from a law, each with its own noise, fitted by isoFLOP profiles and
extrapolated; their answers are held against the law's own. Bottoms are linear algebra in ln L,
so a hundred studies of one design cost as much as one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from toylab import allocation
from toylab.forms import Additive
from toylab.parabola import Array, Parabolas
from toylab.study import Study, grid
from toylab.trend import through
from toylab.valleys import FEWEST_SIZES, NEAR

DRAWS = 200
TYPICAL = 0.68
LEAST = 0.5  # the share of draws that must give an answer at all


@dataclass(frozen=True)
class Error:
    """How far a design's answers at a budget lie from the truth."""

    bias: float  # without noise: N_opt over the truth, less 1; nan where there is no bottom
    exponent_bias: float  # the same for a, as a difference
    typical: float  # two noisy studies in three are off by at most this factor, less 1; nan
    # where too few sizes lie near the bottoms, or too few studies give an answer
    answered: float  # share of the noisy studies that give an answer at all


def error(form: Additive, study: Study, flops: float, *, shared: bool = True) -> Error:
    """The error of a study's N_opt at a budget.

    All budgets are used: unlike `isoflop.fit` this leaves no valley out, but a study in which
    some valley has no bottom gives no answer.
    """
    params, tokens = grid(form, study)
    parabolas = Parabolas(list(np.log(params)), shared)
    clean = np.log(form.loss(params, tokens)).ravel()
    draws = np.random.default_rng(study.seed).standard_normal((DRAWS, len(clean)))
    y = np.vstack([clean, clean + study.noise * draws])
    places = parabolas.bottoms(y).place  # (1 + draws, budgets)
    truth = allocation.best(form, flops).params
    if not np.isfinite(places[0]).all():
        return Error(np.nan, np.nan, np.nan, 0.0)
    answers = through(np.log(study.flops), places)
    near = np.abs(np.log(params) - places[0][:, None]) <= np.log(NEAR)
    dense = near.sum(axis=1).min() >= FEWEST_SIZES  # else `isoflop.fit` leaves a valley out
    off = np.log(answers.along(np.array([flops]))[:, 0] / truth)
    answered = (len(off) - 1) / DRAWS
    return Error(
        bias=float(np.expm1(off[0])),
        exponent_bias=float(answers.lines[0, 1] - allocation.exponent(form)),
        typical=_typical(off[1:]) if answered >= LEAST and dense else np.nan,
        answered=answered,
    )


def _typical(off: Array) -> float:
    return float(np.expm1(np.quantile(np.abs(off), TYPICAL)))


def designs(
    form: Additive,
    study: Study,
    flops: float,
    sizes: Sequence[int],
    widths: Sequence[float],
    *,
    shared: bool = True,
) -> pd.DataFrame:
    """The error of each design: columns sizes, runs, width, typical, bias."""
    rows = []
    for many in sizes:
        for width in widths:
            design = replace(study, sizes=many, width=width, spoiled=0)
            found = error(form, design, flops, shared=shared)
            rows.append(
                {
                    "sizes": many,
                    "runs": design.runs,
                    "width": width,
                    "typical": found.typical,
                    "bias": found.bias,
                }
            )
    return pd.DataFrame(rows)


def biases(
    form: Additive,
    study: Study,
    flops: float,
    widths: Sequence[float],
    centres: Sequence[float],
) -> pd.DataFrame:
    """The error without noise: columns width, off_centre, curvature, bias, exponent_bias."""
    rows = []
    for centre in centres:
        for width in widths:
            design = replace(study, width=width, off_centre=centre, noise=0.0, spoiled=0)
            for shared in (True, False):
                found = error(form, design, flops, shared=shared)
                rows.append(
                    {
                        "width": width,
                        "off_centre": centre,
                        "curvature": "shared" if shared else "own",
                        "bias": found.bias,
                        "exponent_bias": found.exponent_bias,
                    }
                )
    return pd.DataFrame(rows)
