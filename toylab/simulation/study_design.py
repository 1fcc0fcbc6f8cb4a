"""Error of an isoFLOP study's best size by its design, from studies whose truth is known.

Many studies are drawn from a law, each with its own noise, fitted by isoFLOP profiles and
extrapolated; their answers are held against the law's own. Bottoms are linear algebra in ln L,
so a hundred studies of one design cost as much as one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from toylab.fits.isoflop import FEWEST_BUDGETS, NEAR
from toylab.fits.isoflop_budgets import FEWEST_SIZES, NEAR_BOTTOM
from toylab.fits.isoflop_parabolas import Array, Parabolas
from toylab.fits.isoflop_windows import windows
from toylab.fits.optimal_scaling import fit_line
from toylab.laws import allocation
from toylab.laws.forms import Additive
from toylab.simulation.isoflop_study import SimulatedStudy, simulate

DRAWS = 200
TYPICAL = 0.68
LEAST = 0.5  # the share of draws that must give an answer at all
CHOICES = (("near", False, NEAR), ("own", False, np.inf), ("shared", True, np.inf))


@dataclass(frozen=True)
class Error:
    """The distance of a design's answers at a budget from the truth."""

    bias: float  # without noise: N_opt over the truth, less 1
    exponent_bias: float  # the same for a, as a difference
    typical: float  # two noisy studies in three are off by at most this factor, less 1


def error(
    form: Additive,
    study: SimulatedStudy,
    flops: float,
    *,
    shared: bool = False,
    within: float = NEAR,
) -> Error:
    """The error of a study's N_opt at a budget.

    The runs and the valleys are those that `isoflop.fit` would choose and trust if there were
    no noise; where the valleys are fewer than three, everything is nan.
    """
    runs = simulate(form, replace(study, noise=0.0, spoiled=0))
    groups = windows(runs, list(np.arange(study.runs).reshape(study.budgets, -1)), within)
    if len(groups) < FEWEST_BUDGETS:
        return Error(np.nan, np.nan, np.nan)
    log_params = [np.log(runs.params[group]) for group in groups]
    parabolas, kept = Parabolas(log_params, shared), np.concatenate(groups)
    many = DRAWS if study.noise else 1  # without noise all are alike
    draws = np.random.default_rng(study.seed).standard_normal((many, study.runs))[:, kept]
    clean = np.log(runs.loss[kept])
    places = parabolas.bottoms(np.vstack([clean, clean + study.noise * draws])).place
    good = np.array([_trusted(*pair) for pair in zip(log_params, places[0], strict=True)])
    if parabolas.freedom < 1 or good.sum() < FEWEST_BUDGETS:
        return Error(np.nan, np.nan, np.nan)
    C = np.log([runs.flops[group[0]] for group in groups])
    answers = fit_line(C[good], places[:, good])
    truth = allocation.best(form, flops).params
    off = np.log(answers.predict(np.array([flops]))[:, 0] / truth)
    return Error(
        bias=float(np.expm1(off[0])),
        exponent_bias=float(answers.lines[0, 1] - allocation.exponent(form)),
        typical=_typical(off[1:]) if len(off) > LEAST * many else np.nan,
    )


def _trusted(log_params: Array, place: float) -> bool:
    """True where a bottom is within its grid, and near enough to three sizes."""
    near = np.abs(log_params - place) <= np.log(NEAR_BOTTOM)
    return bool(log_params[0] < place < log_params[-1] and near.sum() >= FEWEST_SIZES)


def _typical(off: Array) -> float:
    return float(np.expm1(np.quantile(np.abs(off), TYPICAL)))


def designs(
    form: Additive,
    study: SimulatedStudy,
    flops: float,
    sizes: Sequence[int],
    widths: Sequence[float],
    *,
    shared: bool = False,
    within: float = NEAR,
) -> pd.DataFrame:
    """The error of each design: columns sizes, runs, width, typical, bias."""
    rows = []
    for many in sizes:
        for width in widths:
            design = replace(study, sizes=many, width=width, spoiled=0)
            off = error(form, design, flops, shared=shared, within=within)
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
            for curvature, shared, within in CHOICES:
                off = error(form, design, flops, shared=shared, within=within)
                rows.append((width, centre, curvature, off.bias, off.exponent_bias))
    names = ["width", "off_centre", "curvature", "bias", "exponent_bias"]
    return pd.DataFrame(rows, columns=names)
