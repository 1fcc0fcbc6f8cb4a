"""Runs of a study of language models whose best sizes and losses are known, and sentences."""

import math

import numpy as np

from toylab.experiments.charlm_study import CharlmStudy
from toylab.fits.optimal_scaling import OptimalScaling
from ui.concepts.charlm.results import CharlmResults

A, FALL, BEND = 0.45, 0.07, 0.03  # exponents of best size and loss, and the valleys' curvature
USUAL = CharlmStudy.PRESETS["half-minute"]
SMALL = CharlmStudy(lowest=1e9, highest=1e10, seeds=1)


def best(study, flops, a=A):
    """The best size at a budget."""
    return study.recipe.middle[0] * (np.asarray(flops) / 1e9) ** a


def rows(study, noise=0.0, seed=0, lost=0.0, bend=BEND, a=A):
    """Runs as the engine yields them; a share `lost` diverged, or those of the sizes `lost`."""
    random, made = np.random.default_rng(seed), []
    for spec in study.specs():
        C = 6.0 * spec.params * spec.tokens
        rise = bend * math.log(spec.params / best(study, C, a)) ** 2
        for k in range(spec.runs):
            loss = 3 * (C / 1e9) ** -FALL * math.exp(rise + noise * random.standard_normal())
            if isinstance(lost, float | int):
                diverged = bool(random.random() < lost)
            else:
                diverged = spec.size in lost
            made.append(
                {
                    "language": study.language,
                    "size": spec.size,
                    "params": spec.params,
                    "tokens": spec.tokens,
                    "flops": C,
                    "seed": spec.seed + k,
                    "loss": math.nan if diverged else loss,
                    "batch": spec.batch,
                    "steps": spec.steps,
                    "seconds": 0.1,
                    "device": "cpu",
                    "diverged": diverged,
                    "text": "" if k else f"def {spec.size}",
                }
            )
    return made


def results(study=USUAL, made=None, flops=None, noise=0.0, seed=0, lost=(), **more):
    """The results of these runs, or of runs made with this noise."""
    frame = study.table(rows(study, noise, seed, lost) if made is None else made)
    return CharlmResults(study, frame, flops or study.highest, **more)


def trend(low, high, at=1e4):
    """A line whose exponent has this interval."""
    slopes = np.array([(low + high) / 2, *np.linspace(low, high, 401)])
    return OptimalScaling(math.log(3e10), np.column_stack([np.full(402, math.log(at)), slopes]))


def stated(estimate, digits=3):
    """An estimate and its interval, as sentences have them."""
    value, low, high = (f"{x:.{digits}f}" for x in (estimate.value, estimate.low, estimate.high))
    return f"{value} (95 %: {low} to {high})"
