"""Error of an isoFLOP study's best size by its design, from studies whose truth is known.

Many studies are drawn from a law, each with its own noise, fitted by isoFLOP profiles and
extrapolated; their answers are held against the law's own. Bottoms are linear algebra in ln L,
so a hundred studies of one design cost as much as one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toylab.fits.isoflop import FEWEST_BUDGETS
from toylab.fits.isoflop_budgets import FEWEST_SIZES, NEAR_BOTTOM
from toylab.fits.isoflop_parabolas import Array, Parabolas
from toylab.fits.optimal_scaling import fit_line
from toylab.laws import allocation
from toylab.laws.forms import Additive
from toylab.simulation.isoflop_study import SimulatedStudy, grid

DRAWS = 200
TYPICAL = 0.68
LEAST = 0.5  # the share of draws that must give an answer at all


@dataclass(frozen=True)
class Error:
    """The distance of a design's answers at a budget from the truth."""

    bias: float  # without noise: N_opt over the truth, less 1
    exponent_bias: float  # the same for a, as a difference
    typical: float  # two noisy studies in three are off by at most this factor, less 1


def error(form: Additive, study: SimulatedStudy, flops: float, *, shared: bool = True) -> Error:
    """The error of a study's N_opt at a budget.

    The line goes through the valleys that `isoflop.fit` would trust if there were no noise;
    where these are fewer than three, everything is nan.
    """
    params, tokens = grid(form, study)
    parabolas = Parabolas(list(np.log(params)), shared)
    clean = np.log(form.loss(params, tokens)).ravel()
    many = DRAWS if study.noise else 1  # without noise all are alike
    draws = np.random.default_rng(study.seed).standard_normal((many, len(clean)))
    places = parabolas.bottoms(np.vstack([clean, clean + study.noise * draws])).place
    good = _trusted(np.log(params), places[0])
    if parabolas.freedom < 1 or good.sum() < FEWEST_BUDGETS:
        return Error(np.nan, np.nan, np.nan)
    answers = fit_line(np.log(study.flops)[good], places[:, good])
    truth = allocation.best(form, flops).params
    off = np.log(answers.predict(np.array([flops]))[:, 0] / truth)
    return Error(
        bias=float(np.expm1(off[0])),
        exponent_bias=float(answers.lines[0, 1] - allocation.exponent(form)),
        typical=_typical(off[1:]) if len(off) > LEAST * many else np.nan,
    )


def _trusted(log_params: Array, places: Array) -> NDArray[np.bool_]:
    """The bottoms within their grid, and near enough to three sizes: (budgets,)."""
    inside = (log_params[:, 0] < places) & (places < log_params[:, -1])
    near = np.abs(log_params - places[:, None]) <= np.log(NEAR_BOTTOM)
    return np.asarray(inside & (near.sum(axis=1) >= FEWEST_SIZES))


def _typical(off: Array) -> float:
    return float(np.expm1(np.quantile(np.abs(off), TYPICAL)))


def designs(
    form: Additive,
    study: SimulatedStudy,
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
            off = error(form, design, flops, shared=shared)
            rows.append((many, design.runs, width, off.typical, off.bias))
    return pd.DataFrame(rows, columns=["sizes", "runs", "width", "typical", "bias"])


def biases(
    form: Additive,
    study: SimulatedStudy,
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
                off = error(form, design, flops, shared=shared)
                curvature = "shared" if shared else "own"
                rows.append((width, centre, curvature, off.bias, off.exponent_bias))
    names = ["width", "off_centre", "curvature", "bias", "exponent_bias"]
    return pd.DataFrame(rows, columns=names)
