"""Runs of a study of repetition whose curves are known."""

import math

import numpy as np

from toylab.experiments.repetition_results import RepetitionResults
from toylab.experiments.repetition_study import DECAYED, PLAIN, RepetitionStudy

STUDY = RepetitionStudy(seeds=3)


def fresh(tokens):
    """The loss on fresh text."""
    return 1.5 + 20 * np.asarray(tokens, dtype=float) ** -0.3


def known(study, name, epochs):
    """The loss of a curve: lowest at 4 epochs, falling to 16 and flat, or fresh."""
    if name == PLAIN:
        return 2.4 + 0.1 * math.log2(epochs / 4) ** 2
    if name == DECAYED:
        return 2.2 + 0.1 * max(0.0, math.log2(16 / epochs))
    return float(fresh(study.unique * epochs)) + 0.3 * study.dirty


def rows(study=STUDY, noise=0.003, lost=(), law=known):
    """Rows as `repetition.run` yields them; curves `lost` diverge."""
    random, made = np.random.default_rng(0), []
    for epochs in study.lengths:
        for name, one in study.curves.items():
            for k in range(study.seeds):
                loss = law(study, name, epochs) * math.exp(noise * random.standard_normal())
                made.append({
                    "text": one.text, "unique": one.unique, "epochs": epochs,
                    "tokens": one.unique * epochs, "size": one.size, "params": one.params,
                    "decay": one.decay, "dirty": one.dirty, "kind": one.kind, "rate": one.rate,
                    "loss": math.nan if name in lost else loss, "pool_loss": 2.5 / epochs**0.2,
                    "seed": study.seed + k, "batch": 16, "steps": 100 * epochs, "seconds": 0.1,
                    "device": "cpu", "diverged": name in lost,
                })  # fmt: skip
    return made


def results(study=STUDY, live=False, **how):
    """The results of such runs."""
    return RepetitionResults(study, study.table(rows(study, **how)), live)
