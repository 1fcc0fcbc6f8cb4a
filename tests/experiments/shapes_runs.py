"""Runs of a study of shapes whose excess over the best is known."""

from dataclasses import replace
from functools import cache

import numpy as np
import torch

from toylab.experiments import shapes
from toylab.experiments.shapes import ShapeSpec
from toylab.experiments.shapes_results import ShapesResults
from toylab.experiments.shapes_study import SHAPES, ShapesStudy

torch.set_num_threads(1)  # as in a worker

OTHERS = (ShapeSpec(1, seed=42), ShapeSpec(6, seed=42), ShapeSpec(6, True, seed=42, runs=2))
SEED_SPREAD = 0.006  # of ln loss, about what a run has of its own


@cache
def trained(spec):
    """All that a run yields, trained once for all tests."""
    return list(shapes.run(spec))


def made(excess, seed=0, seeds=3, scatter=SEED_SPREAD):
    """Rows of a study whose shapes (of SHAPES) lie so far above 2 nats, in ln loss."""
    random, rows = np.random.default_rng(seed), []
    shared = 0.01 * random.standard_normal(seeds)
    for (skips, depth), far in zip(SHAPES, excess, strict=True):
        spec = ShapeSpec(depth, skips)
        for k, luck in enumerate(scatter * random.standard_normal(seeds)):
            loss = 2 * np.exp(far + shared[k] + luck)
            rows.append(shapes._row(replace(spec, seed=0), k, loss, 0.1))
    return rows


def results(rows, **settings):
    """Their results, as of a study that has ended."""
    study = ShapesStudy(**settings)
    return ShapesResults(study, study.table(rows))
