"""Runs of the studies of schedules whose losses are known."""

import math
from dataclasses import replace

import numpy as np

from toylab.experiments.charlm import LOOKS
from toylab.experiments.collapse_results import CollapseResults
from toylab.experiments.collapse_study import CollapseStudy
from toylab.experiments.drawn_results import DrawnResults
from toylab.experiments.drawn_study import DRAWN, DrawnStudy
from toylab.experiments.drawn_study import LOOKS as DRAWN_LOOKS
from toylab.experiments.horizon_results import HorizonResults
from toylab.experiments.horizon_study import HORIZONS, RATES, HorizonStudy
from toylab.experiments.wsd_results import WsdResults
from toylab.experiments.wsd_study import WsdStudy

HORIZON, WSD = HorizonStudy(), WsdStudy()
COLLAPSE, DRAWN_STUDY = CollapseStudy(), DrawnStudy()
BOWL = {0.5: 0.03, 1.0: 0.0, 2.0: 0.02}  # of a decay that ends with the run, above the best


def known_horizon(rate, horizon):
    """The loss: a longer horizon helps half the rate, and hurts the others."""
    x = math.log2(horizon)
    return 2.0 + BOWL[rate] + {0.5: -0.02 * x, 1.0: 0.02 * x, 2.0: 0.08 * x}[rate]


def horizon_rows(study=HORIZON, noise=0.002, lost=(), law=known_horizon, seed=0):
    """Rows as `schedules.run` yields them; pairs of rate and horizon `lost` diverge."""
    random, made, plain = np.random.default_rng(seed), [], study.usual.plain
    effects = 0.02 * random.standard_normal(study.seeds)
    for rate in RATES:
        for horizon in HORIZONS:
            for k in range(study.seeds):
                loss = law(rate, horizon) + effects[k] + noise * random.standard_normal()
                gone = (rate, horizon) in lost
                made.append({
                    "rate": rate, "horizon": horizon, "shape": study.shape, "end": study.end,
                    "size": study.size, "params": plain.params, "tokens": plain.tokens,
                    "batch": plain.batch, "steps": plain.steps, "done": plain.steps,
                    "loss": math.nan if gone else loss, "seed": study.seed + k, "seconds": 0.1,
                    "device": "cpu", "diverged": gone,
                })  # fmt: skip
    return made


def horizons(study=HORIZON, live=False, **how):
    """The results of such runs."""
    return HorizonResults(study, study.table(horizon_rows(study, **how)), live)


def known_wsd(kind, rate, steps):
    """The loss: a plateau wants half the rate, and equals the cosine then."""
    best = {"wsd": 0.5, "cosine": 1.0}[kind]
    return 1.5 + 8 * steps**-0.34 + 0.04 * math.log2(rate / best) ** 2


def wsd_rows(study=WSD, noise=0.002, lost=(), law=known_wsd):
    """Rows as `wsd.run` and `schedules.run` yield them; rates `lost` diverge."""
    random, made = np.random.default_rng(1), []
    for kind in ("wsd", "cosine"):
        for rate in RATES:
            for steps in study.tree.steps:
                for k in range(study.seeds):
                    loss = law(kind, rate, steps) + noise * random.standard_normal()
                    row = {
                        "rate": rate, "steps": steps, "tokens": 64 * steps, "size": study.size,
                        "decay": study.decay, "shape": study.shape, "seed": study.seed + k,
                        "loss": math.nan if rate in lost else loss, "seconds": 0.1,
                        "device": "cpu", "diverged": rate in lost,
                    }  # fmt: skip
                    made.append(row | ({"kind": kind} if kind == "wsd" else {}))
    return made


def branches(study=WSD, live=False, **how):
    """The results of such runs."""
    return WsdResults(study, study.table(wsd_rows(study, **how)), live)


def collapse_rows(study=COLLAPSE, noise=0.004, spread=0.0):
    """Rows as `charlm.run` yields them: one curve for each family, times a loss of each budget."""
    random, made = np.random.default_rng(2), []
    done = np.arange(1, LOOKS + 1) / LOOKS
    bend = {"valley": 0.3, "larger": 0.4, "smaller": 0.2}
    for (family, C), one in study.runs.items():
        budget = study.budgets.index(C)
        for k in range(study.seeds):
            curve = 2.4 * 0.9**budget * (1 + bend[family] * (1 - done)) ** (1 + spread * budget)
            curve = curve * np.exp(noise * random.standard_normal(LOOKS))
            made.append({
                "size": one.size, "params": one.params, "tokens": one.tokens, "steps": one.steps,
                "loss": float(curve[-1]), "curve": curve.tolist(), "seed": study.seed + k,
                "seconds": 0.1, "device": "cpu", "diverged": False,
            })  # fmt: skip
    return made


def collapsed(study=COLLAPSE, live=False, **how):
    """The results of such runs."""
    return CollapseResults(study, study.table(collapse_rows(study, **how)), live)


def drawn_rows(study=DRAWN_STUDY, noise=0.002, off=0.03):
    """Rows as `schedules.run` yields them: yours ends `off` above the cosine."""
    random, made = np.random.default_rng(3), []
    for one, name in {one: name for name, one in reversed(study.curves.items())}.items():
        steps = one.plain.steps
        for k in range(study.seeds):
            for look in range(1, DRAWN_LOOKS + 1):
                done = round(steps * look / DRAWN_LOOKS)
                loss = 2.0 + 0.5 * (1 - done / steps) + (off if name == DRAWN else 0)
                made.append({
                    "warm": one.warm, "decay": one.decay, "shape": one.shape, "end": one.end,
                    "rate": one.rate, "done": done, "steps": steps, "seed": study.seed + k,
                    "loss": loss + noise * random.standard_normal(), "seconds": 0.1,
                    "device": "cpu", "diverged": False,
                })  # fmt: skip
    return made


def drawn(study=DRAWN_STUDY, live=False, **how):
    """The results of such runs."""
    return DrawnResults(study, study.table(drawn_rows(study, **how)), live)


def again(study, seeds):
    """The same study with so many seeds."""
    return replace(study, seeds=seeds)
