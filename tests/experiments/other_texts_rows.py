"""Rows of exams on other texts whose lines are known."""

from functools import cache

import numpy as np

from toylab.experiments.other_texts import TEXTS
from toylab.experiments.other_texts_study import RECORDED_STUDY, OtherTextsStudy

STUDY = OtherTextsStudy(largest=256)
SLOPES = {"code": 1.0, "comments": 0.9, "topics": 0.9, "headers": 0.45}
OFFSETS = {"code": -0.05, "comments": 0.7, "topics": 0.75, "headers": 2.2}


@cache
def recorded():
    """The recorded runs as a table."""
    return RECORDED_STUDY.table(RECORDED_STUDY.recorded().rows)


@cache
def held():
    """The recorded mean loss on held-out Python, by size and length."""
    frame = recorded()
    return frame[frame["done"] == 1].groupby(["size", "tokens"])["loss"].mean()


def rows(study=STUDY, noise=0.0, length=0.0, absent=(), seed=0):
    """Rows as `other_texts.run` yields them, with the recorded losses on held-out Python.

    Ten times the characters change all the losses on other texts by `length`.
    """
    random, losses, made = np.random.default_rng(seed), held(), []
    for spec in study.specs():
        for k in range(spec.runs):
            for done in (0.5, 1.0) if spec.along else (1.0,):
                loss = losses[spec.size, spec.tokens] + 0.2 * (done < 1)
                others = {
                    text: SLOPES[text] * loss + OFFSETS[text]
                    + length * np.log10(spec.tokens) + noise * random.standard_normal()
                    for text in TEXTS
                }  # fmt: skip
                made.append({
                    "size": spec.size, "params": spec.params, "tokens": spec.tokens,
                    "done": done, "loss": loss, **others, **dict.fromkeys(absent, np.nan),
                    "seed": spec.seed + k, "batch": 64, "steps": 100, "seconds": 0.1,
                    "device": "cpu", "diverged": False,
                })  # fmt: skip
    return made
