"""Rows of learning rates at several widths whose valleys are known, as `transfer.run` has them."""

from functools import cache

import numpy as np

from toylab.experiments import transfer
from toylab.experiments.transfer_study import TransferStudy

DRIFTS = {"standard": -0.5, "mup": 0.1}  # octaves a doubling
BASE_AT = -5.8  # log2 of the best rate at the base
GROWTH = {"standard": (0.0, 0.5, 1.0), "mup": (0.0, 0.0, 0.0)}  # doublings a doubling
NOISE = 0.003


def doublings(spec):
    """From the base."""
    return float(np.log2(spec.width / spec.base))


def bottom(scaling, up):
    """The lowest loss so many doublings above the base."""
    return 2.6 - (0.07 if scaling == "standard" else 0.1) * up


def loss(spec, octave, random):
    """A valley in the rate about a place that moves with the width."""
    up = doublings(spec)
    u = octave - BASE_AT - DRIFTS[spec.scaling] * up
    valley = 0.028 * u**2 / (1 + 0.1 * abs(u))
    return float(bottom(spec.scaling, up) * np.exp(valley + random.normal(0, NOISE)))


def row(spec, octave):
    """The row of one rate."""
    kind = 0 if spec.width == spec.base else len(spec.scaling)
    random = np.random.default_rng([spec.seed, spec.width, kind, round(octave + 100)])
    up = doublings(spec)
    changes = [0.2 * 2 ** (up * one + random.normal(0, 0.03)) for one in GROWTH[spec.scaling]]
    return transfer._row(spec, 2.0**octave, loss(spec, octave, random), changes, 0.01)


@cache
def rows(study=TransferStudy(), diverged=()):  # noqa: B008
    """All rows of a study; `diverged` are pairs of width and octave without a loss."""
    made = [row(spec, octave) for spec in study.specs() for octave in spec.octaves]
    for one in made:
        if (one["width"], round(np.log2(one["lr"]))) in diverged:
            one.update(loss=float("inf"), diverged=True)
    return made
