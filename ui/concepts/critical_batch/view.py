"""How big a batch is too big: what the page of that name asks, answered."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pandas as pd

from toylab.experiments import corpus, critical_batch_study, noise_scale
from toylab.experiments.critical_batch_study import CriticalBatchStudy
from toylab.experiments.noise_scale import NoiseScaleSpec
from toylab.experiments.steps_to_loss import TARGETS, StepsToLossSpec
from toylab.fits.critical_batch import Fit, fit
from toylab.fits.estimate import Estimate
from toylab.laws import published
from toylab.laws.critical_batch import Tradeoff
from toylab.laws.forms import FLOPS
from toylab.laws.wall_clock import Cluster
from toylab.live.result_source import ResultSource
from toylab.quantities import format_count
from toylab.simulation.noisy_quadratic import Quadratic
from toylab.tables import batch_steps as steps_table

Rows = Iterable[Mapping[str, Any]]
FINE = 97
# Below 1.7 Kaplan's laws contradict each other: sec. 6.3 of the paper.
LOSSES = ["4", "3.5", "3.2", "3", "2.8", "2.6", "2.4", "2.2", "2", "1.8"]
BATCHES = [format_count(2.0**k) for k in range(14, 28)]
DEVICES = [str(2**k) for k in range(3, 18)]
SYNCS = ["1", "3", "10", "30", "100", "300"]  # milliseconds
KINDS = {"A100": 312e12, "H100": 989e12}  # dense FLOP/s; NVIDIA's data sheets, without sparsity
USED = 0.4  # of it: 38 to 43 % for the largest models; Llama 3 2024
LASTS = ["2.6", "2.55", "2.5", "2.45", "2.4"]
NOISES = ["1", "3", "10", "30", "100", "300"]
SHARES = ["30", "20", "10", "5", "2"]  # % of the first loss
DECAYS = ["0", "0.25", "0.5", "0.75", "1", "1.25", "1.5"]
POOLED = 0.1  # nats: looks at a path this near are one
REPORTED = (1e6, 2e6)  # tokens: the critical batch of Kaplan's largest; 2020, sec. 1.1
PLATEAU = 4096 * 4096  # tokens: Merrill et al. 2025, for OLMo
DAY = 86_400.0
TABS = {  # by their keys in the link
    "live": "Live: train to a target",
    "wall_clock": "Time against money",
    "quadratic": "Why a hyperbola",
    "table": "Your own table",
    "mistakes": "Usual slips",
}
WANTED = {"batch": "batch sizes", "steps": "steps to the loss", "group": "groups, if any"}
LAWS = (
    published.KAPLAN_BATCH, published.KAPLAN_CMIN, published.KAPLAN_OPT_STEPS, published.KAPLAN_SIZE,
    published.MINICPM_BATCH, published.ZHANG_DATA, published.ZHANG_SIZE,
)  # fmt: skip
ASKED = (
    ("Devices", DEVICES, "devices"), ("Each a", list(KINDS), "kind"),
    ("A step costs at least, ms", SYNCS, "sync"),
)  # fmt: skip
BOWLS = (
    ("Noise of a gradient", NOISES, "noise"),
    ("Curvature i is 1 over i to the", DECAYS, "decay"),
    ("Down to, % of the first loss", SHARES, "share"),
)  # fmt: skip
ROOM = 40.0  # times the least that the axes of the tradeoff reach
RACED = ((1.5e3, 3e5), (20.0, 6e3))  # characters and steps of the live races
SCALED = ((2.3, 3.3), (30.0, 6e3))  # losses and characters of the noise scales
ALT = {  # constant: a chart whose text changes is drawn anew; the sentences below it change
    "tradeoff": "Optimiser steps against tokens to the same loss on log axes: a hyperbola. "
    "Small batches take many steps, large ones many tokens, and at the critical batch both "
    "are twice their least. Marks show your batch and twice it.",
    "growth": "Critical batch against the loss, falling to the right: it rises steeply, far "
    "faster than one over the loss; MiniCPM's best batch rises faster still.",
    "races": "Steps against characters to each of three losses, a dot for each batch and "
    "seed: along each hyperbola larger batches take fewer steps and more characters; a lower "
    "loss takes more of both. The text has the critical batches.",
    "scales": "Critical batch with its interval at three losses, and noise scales along "
    "training runs at two rates, against the loss: the two need not agree, and the scale "
    "depends on the run. The text compares them.",
    "clock": "Days against device-days on log axes: more devices are faster and cost more, "
    "and the more there are, the less time another one saves.",
    "choice": "Days against the batch for your devices: a valley, because small batches pay "
    "for each step and large ones for tokens. Its lowest point need not be the critical "
    "batch.",
    "quadratic": "Steps against examples of the noisy quadratic: large batches take few steps "
    "and many examples, small ones the reverse, along the hyperbola fitted to them. The text "
    "says how close it comes.",
    "own": "Steps against examples of your table, and a hyperbola for each group: where the "
    "dots bend with it, the bend is the critical batch. The text gives it, or says that it is "
    "not determined.",
}


@dataclass(frozen=True)
class View:
    """The page's controls, as the link has them."""

    loss: str = "2"
    batch: str = "2.1M"

    @property
    def tokens(self) -> float:
        """The batch as a number."""
        first = BATCHES.index(View.batch)
        k = BATCHES.index(self.batch) if self.batch in BATCHES else first
        return 2.0 ** (14 + k)

    @property
    def reached(self) -> float:
        """The loss as a number."""
        return float(self.loss)

    @cached_property
    def compute(self) -> float:
        """C_min in PF-days that Kaplan's best runs need to the loss."""
        form = published.KAPLAN_CMIN.form
        return float(form.scale / self.reached ** (1 / form.exponent))

    @cached_property
    def curve(self) -> Tradeoff:
        """Of Kaplan's best run to that loss: S_min of Table 6 and the critical batch."""
        S_min = float(published.KAPLAN_OPT_STEPS.form.at(self.compute))
        return Tradeoff(S_min, S_min * float(published.KAPLAN_BATCH.form.critical(self.reached)))

    @cached_property
    def params(self) -> float:
        """The size of that run's model."""
        return float(published.KAPLAN_SIZE.form.at(self.compute))

    @property
    def box(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Tokens and steps that the axes of the tradeoff span: its corner stays in place."""
        curve, batches = self.curve, np.array([self.tokens, 2 * self.tokens])
        E, S = curve.examples(batches).max(), curve.steps(batches).max()
        return (
            (curve.E_min / 2, max(ROOM * curve.E_min, 1.5 * float(E))),
            (curve.S_min / 2, max(ROOM * curve.S_min, 1.5 * float(S))),
        )

    @property
    def tradeoff(self) -> dict[str, pd.DataFrame]:
        """What `charts.critical_batch.tradeoff` draws."""
        curve, B = self.curve, np.geomspace(1e3, 1e11, FINE)
        return {
            "curve": pd.DataFrame({"examples": curve.examples(B), "steps": curve.steps(B)}),
            "least": pd.DataFrame({"examples": [curve.E_min], "steps": [curve.S_min]}),
            "batches": pd.DataFrame(
                [
                    (float(curve.examples(batch)), float(curve.steps(batch)), name, kind)
                    for batch, name, kind in (
                        (curve.B_crit, "", "critical"),
                        (2 * self.tokens, format_count(2 * self.tokens), "double"),
                        (self.tokens, format_count(self.tokens), "yours"),
                    )
                ],
                columns=["examples", "steps", "name", "kind"],
            ),
        }

    @property
    def growth(self) -> dict[str, pd.DataFrame]:
        """What `charts.critical_batch.growth` draws."""
        loss = np.geomspace(float(LOSSES[-1]), float(LOSSES[0]), FINE)
        critical = published.KAPLAN_BATCH.form.critical
        start = float(critical(loss[-1]))
        lines = {
            "kaplan": critical(loss), "inverse": start * loss[-1] / loss,
            "minicpm": published.MINICPM_BATCH.form.critical(loss),
        }  # fmt: skip
        frames = [
            pd.DataFrame({"loss": loss, "batch": batch, "law": law}) for law, batch in lines.items()
        ]
        here = pd.DataFrame({"loss": [self.reached], "batch": [self.curve.B_crit]})
        return {"lines": pd.concat(frames), "here": here}

    @property
    def table(self) -> pd.DataFrame:
        """Batches, steps and tokens, to carry away."""
        B = np.array([2.0**k for k in range(14, 28)])
        return pd.DataFrame(
            {"batch": B, "steps": self.curve.steps(B), "tokens": self.curve.examples(B)}
        )


@dataclass(frozen=True)
class Setup(View):
    """All that an experiment sets."""

    about: str = "live"


# --- time against money ---------------------------------------------------------------------
@dataclass(frozen=True)
class Hall:
    """The devices that train."""

    devices: str = "1024"
    kind: str = "H100"
    sync: str = "30"  # milliseconds

    @property
    def many(self) -> float:
        """How many there are."""
        return float(self.devices)

    def cluster(self, asked: View) -> Cluster:
        """Their speed on the model that is asked about."""
        rate = KINDS[self.kind] * USED / (FLOPS * asked.params)
        return Cluster(rate, float(self.sync) / 1000)

    def row(self, asked: View, devices: float) -> dict[str, Any]:
        """So many devices at their fastest batch."""
        cluster, curve = self.cluster(asked), asked.curve
        batch = float(cluster.fastest(curve, devices))
        days = float(cluster.seconds(curve, devices, batch)) / DAY
        return {"devices": devices, "batch": batch, "days": days, "cost": days * devices}

    def clock(self, asked: View) -> dict[str, pd.DataFrame]:
        """What `charts.critical_batch.clock` draws."""
        many = [2.0**k for k in range(3, 18)]
        dots = pd.DataFrame([self.row(asked, n) for n in many])
        dots["name"] = [format_count(n) if k % 3 == 0 else "" for k, n in enumerate(many)]
        here = pd.DataFrame([self.row(asked, self.many)]).assign(name="")
        return {"line": dots, "dots": dots, "here": here}

    def choice(self, asked: View) -> dict[str, pd.DataFrame]:
        """What `charts.critical_batch.choice` draws."""
        cluster, curve = self.cluster(asked), asked.curve

        def at(batch: Any) -> pd.DataFrame:
            days = cluster.seconds(curve, self.many, batch) / DAY
            return pd.DataFrame({"batch": np.atleast_1d(batch), "days": np.atleast_1d(days)})

        best = float(cluster.fastest(curve, self.many))
        middle = math.sqrt(best * curve.B_crit)
        return {
            "line": at(np.geomspace(min(best, middle) / 100, max(best, middle) * 100, FINE)),
            "best": at(best),
            "critical": at(curve.B_crit),
        }


# --- the noisy quadratic --------------------------------------------------------------------
@dataclass(frozen=True)
class Bowl:
    """A noisy quadratic, and how far down to go."""

    noise: str = "10"
    decay: str = "1"
    share: str = "10"  # % of the first loss

    @property
    def quadratic(self) -> Quadratic:
        """The task."""
        return Quadratic(decay=float(self.decay), noise=float(self.noise))

    @property
    def target(self) -> float:
        """The loss to reach."""
        return self.quadratic.start * float(self.share) / 100

    @property
    def raced(self) -> "Raced":
        """Every batch at its best rate, and the hyperbola through them."""
        return _raced(self)

    @property
    def drawn(self) -> dict[str, pd.DataFrame]:
        """What `charts.critical_batch.races` draws."""
        found = self.raced
        return hyperbolas(found.frame, {steps_table.ALL: found.fit})


@dataclass(frozen=True, eq=False)
class Raced:
    """What a noisy quadratic gives."""

    frame: pd.DataFrame  # batch, steps, lr
    fit: Fit
    first: tuple[float, float]  # B_simple and B_noise at the start
    last: tuple[float, float]  # and where the critical batch comes to the target


@lru_cache(maxsize=32)
def _raced(asked: Bowl) -> Raced:
    task = asked.quadratic
    batches = 2.0 ** np.arange(-2, 18)
    steps, lrs = task.race(batches, asked.target)
    found = fit(batches.tolist(), steps.tolist())
    near = int(np.abs(np.log(batches / found.curve.B_crit)).argmin())
    square = task.square(batches[near], lrs[near], steps[near])
    frame = pd.DataFrame({"batch": batches, "steps": steps, "lr": lrs, "group": steps_table.ALL})
    return Raced(frame, found, task.scales(), task.scales(square))


# --- measured tables ------------------------------------------------------------------------
def hyperbolas(frame: pd.DataFrame, fits: Mapping[str, Fit | str]) -> dict[str, pd.DataFrame]:
    """What `charts.critical_batch.races` draws: runs (batch, steps, group) and their fits."""
    runs = frame.assign(examples=frame["batch"] * frame["steps"])
    curves, knees, names = [], [], []
    for group, found in fits.items():
        if isinstance(found, str):
            continue
        used = np.array(found.batches)
        B, curve = np.geomspace(used.min() / 2, used.max() * 2, FINE), found.curve
        line = {"examples": curve.examples(B), "steps": curve.steps(B), "group": group}
        curves.append(pd.DataFrame(line))
        end = {"examples": float(curve.examples(B[0])), "steps": float(curve.steps(B[0]))}
        names.append(end | {"name": "" if group == steps_table.ALL else group})
        if found.determined:
            knee = {"examples": 2 * curve.E_min, "steps": 2 * curve.S_min, "group": group}
            knees.append(knee)
    pair = ["examples", "steps"]
    empty = pd.DataFrame(columns=[*pair, "group"], dtype=float)
    return {
        "runs": runs[[*pair, "batch", "group"]],
        "curves": pd.concat(curves) if curves else empty,
        "knees": pd.DataFrame(knees, columns=[*pair, "group"]),
        "names": pd.DataFrame(names, columns=[*pair, "name"]),
    }


# --- live -----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Asked:
    """The controls of the live run, as the link has them."""

    seeds: int = 3
    last: str = str(TARGETS[-1])
    seed: int = 0
    device: str = "cpu"

    @property
    def plan(self) -> CriticalBatchStudy:
        """What they stand for."""
        return CriticalBatchStudy(self.seeds, float(self.last), seed=self.seed, device=self.device)


@dataclass(frozen=True, eq=False)
class Live:
    """The races and paths of a plan, however many have ended, and what they say."""

    plan: CriticalBatchStudy
    races: pd.DataFrame  # as `batch_steps.races` makes it
    paths: pd.DataFrame  # as `batch_steps.paths` makes it
    live: bool

    @cached_property
    def fits(self) -> dict[str, Fit | str]:
        """The hyperbola of each target, or why there is none."""
        done = self.races.dropna(subset="steps")
        return steps_table.fits(done.assign(group=done["target"].map(name)))

    @property
    def good(self) -> dict[float, Fit]:
        """Those whose critical batch is determined, by target."""
        by_name = {name(target): target for target in self.plan.targets}
        return {
            by_name[group]: fit
            for group, fit in self.fits.items()
            if not isinstance(fit, str) and fit.determined
        }

    @property
    def drawn(self) -> dict[str, pd.DataFrame]:
        """What `charts.critical_batch.races` draws."""
        done = self.races.dropna(subset="steps")
        return hyperbolas(done.assign(group=done["target"].map(name)), self.fits)

    @property
    def scales(self) -> dict[str, pd.DataFrame]:
        """What `charts.critical_batch.scales` draws."""
        rows = [
            {"loss": target, "batch": fit.B_crit.value, "low": fit.B_crit.low,
             "high": fit.B_crit.high}
            for target, fit in self.good.items()
        ]  # fmt: skip
        alone = [
            {"loss": target, "low": min(found), "high": max(found)}
            for target, found in critical_batch_study.alone().items()
        ]
        bins = (self.paths["loss"] / POOLED).round() * POOLED  # seeds together
        looks = [
            {
                "loss": float(look["loss"].mean()),
                "batch": noise_scale.scale(look["small"], look["big"]),
                "tuned": bool(look["lr"].iloc[0] == critical_batch_study.RATES[0]),
            }
            for _, look in self.paths.groupby(["lr", bins])
        ]
        looks = [look for look in looks if 0 < float(look["batch"]) < math.inf]
        ends = ["loss", "low", "high"]
        return {
            "critical": pd.DataFrame(rows, columns=["loss", "batch", "low", "high"]),
            "alone": pd.DataFrame(alone, columns=ends),
            "looks": pd.DataFrame(looks, columns=["loss", "batch", "tuned"]),
        }

    def noise(self, lr: float, target: float) -> critical_batch_study.Scales | None:
        """The noise scale near a target along the paths at a rate; None if it is not told."""
        return critical_batch_study.scales(self.paths[self.paths["lr"] == lr], target)

    @cached_property
    def grown(self) -> Estimate | None:
        """B_crit at the last target over that at the first; None where it is not told."""
        first, last = self.plan.targets[0], self.plan.targets[-1]
        return critical_batch_study.grown(self.races, first, last)


def name(target: float) -> str:
    """What a target is called on the chart."""
    return f"loss {target:g}"


def gather(shown: ResultSource, rows: Rows, unfinished: Rows | None) -> Live:
    """The findings of finished runs and, live, of those on their way."""
    every = [*rows, *(unfinished or ())]
    return Live(
        shown.about,
        shown.about.table(every),
        shown.about.noise_table(every),
        unfinished is not None,
    )


@lru_cache(maxsize=8)
def ended(shown: ResultSource) -> Live:
    """Of what moves no more: kept, because the fits take longer than all the rest of a page."""
    return gather(shown, shown.rows, None)


def specs(plan: CriticalBatchStudy) -> list[StepsToLossSpec | NoiseScaleSpec]:
    """What a plan trains. Refuses where this Python has nothing to learn from."""
    corpus.check()
    return plan.specs()


def rows(shown: ResultSource) -> pd.DataFrame:
    """What there is to carry away."""
    return shown.about.table(shown.rows)


def example() -> str:
    """A table to try the upload with: the recorded races, as CSV."""
    study = CriticalBatchStudy.PRESETS["recorded"]
    recorded = study.recorded()
    frame = study.table(recorded.rows if recorded else [])
    middle = frame.groupby(["target", "batch"], as_index=False)["steps"].median()
    return middle.to_csv(index=False)
