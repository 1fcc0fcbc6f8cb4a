"""Runs of a comparison of designs whose laws are known."""

import math

import numpy as np

from toylab.experiments.architecture_results import ArchitectureResults
from toylab.experiments.architecture_study import ArchitectureStudy

STUDY = ArchitectureStudy(seeds=3, sizes=3)
LAWS = {  # loss at 1e9 FLOPs, and its slope
    "ngram": (2.3, 0.07), "lstm": (2.33, 0.085), "transformer": (2.4, 0.07),
    "adam": (2.3, 0.07), "momentum": (2.35, 0.075), "sgd": (2.35, 0.075), "untuned": (2.7, 0.09),
}  # fmt: skip
WORSE = 0.02  # of ln L: a size that is not the best


def rows(study=STUDY, noise=1e-3, lost=(), laws=LAWS):
    """Rows as `charlm.run` yields them; the middle size is best, designs `lost` diverge."""
    random, made = np.random.default_rng(0), []
    for name, design in study.designs.items():
        height, slope = laws[name]
        for C in study.budgets:
            sizes = design.sizes(C, study.sizes)
            for k, size in enumerate(sizes):
                spec, off = design.spec(size, C), WORSE * abs(k - len(sizes) // 2)
                for seed in range(study.seed, study.seed + study.seeds):
                    rise = off + noise * random.standard_normal()
                    loss = height * (C / 1e9) ** -slope * math.exp(rise)
                    made.append({
                        "language": "python", "net": design.net, "optimizer": design.optimizer,
                        "size": size, "params": spec.params, "tokens": spec.tokens,
                        "flops": spec.flops_per_token * spec.tokens, "seed": seed,
                        "loss": math.nan if name in lost else loss, "diverged": name in lost,
                        "batch": spec.batch, "lr": spec.lr, "steps": spec.steps, "seconds": 0.1,
                        "device": "cpu", "text": f"def {name}",
                    })  # fmt: skip
    return made


def results(study=STUDY, live=False, **how):
    """The results of such runs."""
    return ArchitectureResults(study, study.table(rows(study, **how)), live)
