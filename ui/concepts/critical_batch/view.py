"""Controls of the page on the critical batch, and the tables of its charts."""

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pandas as pd

from toylab.fits.critical_batch import Fit, fit
from toylab.laws import published
from toylab.laws.critical_batch import Tradeoff
from toylab.laws.forms import FLOPS, PF_DAY
from toylab.laws.wall_clock import Cluster
from toylab.quantities import format_count
from toylab.simulation.noisy_quadratic import Quadratic
from toylab.tables import batch_steps
from ui.concepts.shared.hyperbolas import hyperbolas
from ui.knobs import knob
from ui.labels import Axes, Labels

FINE = 97
# Below 1.7 Kaplan's laws contradict each other: sec. 6.3 of the paper.
LOSSES = ["4", "3.5", "3.2", "3", "2.8", "2.6", "2.4", "2.2", "2", "1.8"]
BATCHES = [format_count(2.0**k) for k in range(14, 28)]
DEVICES = [str(2**k) for k in range(3, 18)]
SYNCS = ["1", "3", "10", "30", "100", "300"]  # milliseconds
KINDS = {"A100": 312e12, "H100": 989e12}  # dense FLOP/s; NVIDIA's data sheets, without sparsity
USED = 0.4  # of it: 38 to 43 % for the largest models; Llama 3 2024
NOISES = ["1", "3", "10", "30", "100", "300"]
SHARES = ["30", "20", "10", "5", "2"]  # % of the first loss
DECAYS = ["0", "0.25", "0.5", "0.75", "1", "1.25", "1.5"]
REPORTED = (1e6, 2e6)  # tokens: the critical batch of Kaplan's largest; 2020, sec. 1.1
PLATEAU = 4096 * 4096  # tokens: Merrill et al. 2025, for OLMo
DAY = 86_400.0
LAWS = (
    published.KAPLAN_BATCH,
    published.KAPLAN_CMIN,
    published.KAPLAN_OPT_STEPS,
    published.KAPLAN_SIZE,
    published.MINICPM_BATCH,
    published.ZHANG_DATA,
    published.ZHANG_SIZE,
)
REACHED = float(LOSSES[-1]), float(LOSSES[0])  # the losses that the axis of growth spans
LAW_NAMES = {
    "kaplan": "critical batch, Kaplan", "inverse": "if it went as 1/loss",
    "minicpm": "best batch, MiniCPM",
}  # fmt: skip
SPENT = ((6e8, 3e12), (2.5e3, 8e6))  # tokens and steps of every loss and batch: they tell nothing
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
}


@dataclass(frozen=True)
class Controls:
    """The page's controls, as the link has them."""

    loss: str = knob("2", "Loss to reach, nats/token", LOSSES)
    batch: str = knob("2.1M", "Your batch, tokens", BATCHES)

    @property
    def tokens(self) -> float:
        """The batch as a number."""
        first = BATCHES.index(Controls.batch)
        k = BATCHES.index(self.batch) if self.batch in BATCHES else first
        return 2.0 ** (14 + k)

    @property
    def reached(self) -> float:
        """The loss as a number."""
        return float(self.loss)

    @cached_property
    def compute(self) -> float:
        """C_min of Kaplan's best run to the loss, PF-days."""
        form = published.KAPLAN_CMIN.form
        return float(form.scale / self.reached ** (1 / form.exponent))

    @property
    def beyond(self) -> float:
        """Its compute over that of Kaplan's largest run; above one the laws are extrapolated."""
        return self.compute * PF_DAY / published.KAPLAN_CMIN.measured["C"][1]

    @cached_property
    def curve(self) -> Tradeoff:
        """The hyperbola of Kaplan's best run to that loss: S_min of Table 6, the critical batch."""
        S_min = float(published.KAPLAN_OPT_STEPS.form.at(self.compute))
        return Tradeoff(S_min, S_min * float(published.KAPLAN_BATCH.form.critical(self.reached)))

    @cached_property
    def params(self) -> float:
        """The size of that run's model."""
        return float(published.KAPLAN_SIZE.form.at(self.compute))

    def saved(self, percent: float) -> tuple[float, float]:
        """Tokens and steps, if twice the batch saves so many percent of the steps."""
        steps = float(self.curve.steps(self.tokens)) * (1 - percent / 100)
        return 2 * self.tokens * steps, steps

    def tradeoff(self, seen: bool = True, guess: float | None = None) -> dict[str, pd.DataFrame]:
        """The tables of the chart of the tradeoff; before it is `seen` the reader's batch alone.

        No name lies on the `guess` of the percent that twice the batch saves.
        """
        curve, B, own = self.curve, np.geomspace(1e3, 1e11, FINE), self.tokens
        points = {"critical": curve.B_crit, "double": 2 * own, "yours": own}
        rows = [
            (float(curve.examples(batch)), float(curve.steps(batch)), kind)
            for kind, batch in points.items()
            if seen or kind == "yours"
        ]
        line = pd.DataFrame({"examples": curve.examples(B), "steps": curve.steps(B)})
        least = pd.DataFrame({"examples": [curve.E_min], "steps": [curve.S_min]})
        labels = Labels(Axes(*SPENT))
        if guess is not None:
            x, y = self.saved(guess)
            labels.keep_guess((x, y), left=seen and x < float(curve.examples(x / y)))
        if seen:
            labels.keep_off(list(line.itertuples(index=False, name=None)))
            labels.name_lines({
                "least steps": [(x, curve.S_min) for x in SPENT[0]],
                "least tokens": [(curve.E_min, y) for y in SPENT[1]],
            })  # fmt: skip
        texts = {
            "critical": f"critical: {format_count(curve.B_crit)}",
            "double": f"twice: {format_count(2 * own)}",
            "yours": f"your batch: {format_count(own)}",
        }
        at = {texts[kind]: (x, y) for x, y, kind in rows}
        labels.name_points(at, list(at), must=list(at))
        return {
            "curve": line if seen else line.iloc[:0],
            "least": least if seen else least.iloc[:0],
            "batches": pd.DataFrame(rows, columns=["examples", "steps", "kind"]),
            "names": labels.table,
        }

    @property
    def growth(self) -> dict[str, pd.DataFrame]:
        """The tables of the chart of the critical batch against the loss."""
        lines, names = _growth()
        here = pd.DataFrame({"loss": [self.reached], "batch": [self.curve.B_crit]})
        return {"lines": lines, "names": names, "here": here}

    @property
    def table(self) -> pd.DataFrame:
        """Batches, steps and tokens, to carry away."""
        B = np.array([2.0**k for k in range(14, 28)])
        return pd.DataFrame(
            {"batch": B, "steps": self.curve.steps(B), "tokens": self.curve.examples(B)}
        )


@lru_cache
def growth_axes() -> Axes:
    """The axes of the chart of growth: losses fall to the right."""
    batches = _laws()["batch"]
    return Axes((REACHED[1], REACHED[0]), (batches.min() / 2, batches.max() * 2))


@lru_cache
def _laws() -> pd.DataFrame:
    """Each law's batch against the loss: loss, batch, law."""
    loss = np.geomspace(*REACHED, FINE)
    critical = published.KAPLAN_BATCH.form.critical
    start = float(critical(loss[-1]))
    lines = {
        "kaplan": critical(loss), "inverse": start * loss[-1] / loss,
        "minicpm": published.MINICPM_BATCH.form.critical(loss),
    }  # fmt: skip
    return pd.concat(
        pd.DataFrame({"loss": loss, "batch": batch, "law": law}) for law, batch in lines.items()
    )


@lru_cache
def _growth() -> tuple[pd.DataFrame, pd.DataFrame]:
    """The lines of the chart of growth, and where they are named."""
    lines, labels = _laws(), Labels(growth_axes())
    labels.name_lines({
        LAW_NAMES[str(law)]: list(rows[["loss", "batch"]].itertuples(index=False, name=None))[::-1]
        for law, rows in lines.groupby("law")
    })  # fmt: skip
    return lines, labels.table


@dataclass(frozen=True)
class Experiment(Controls):
    """All that an experiment sets."""

    about: str = "try"


@dataclass(frozen=True)
class ClusterControls:
    """The devices that train."""

    devices: str = knob("1024", "Devices", DEVICES)
    kind: str = knob("H100", "Each a", list(KINDS))
    sync: str = knob("30", "A step costs at least, ms", SYNCS)

    @property
    def many(self) -> float:
        """The number of devices."""
        return float(self.devices)

    def cluster(self, controls: Controls) -> Cluster:
        """Their speed on the model of Kaplan's best run to the loss."""
        rate = KINDS[self.kind] * USED / (FLOPS * controls.params)
        return Cluster(rate, float(self.sync) / 1000)

    def row(self, controls: Controls, devices: float) -> dict[str, Any]:
        """So many devices at their fastest batch."""
        cluster, curve = self.cluster(controls), controls.curve
        batch = float(cluster.fastest(curve, devices))
        days = float(cluster.seconds(curve, devices, batch)) / DAY
        return {"devices": devices, "batch": batch, "days": days, "cost": days * devices}

    def clock(self, controls: Controls) -> dict[str, pd.DataFrame]:
        """The tables of the chart of time against cost."""
        many = [2.0**k for k in range(3, 18)]
        dots = pd.DataFrame([self.row(controls, n) for n in many])
        dots["name"] = [format_count(n) if k % 3 == 0 else "" for k, n in enumerate(many)]
        here = pd.DataFrame([self.row(controls, self.many)]).assign(name="")
        return {"line": dots, "dots": dots, "here": here}

    def choice(self, controls: Controls) -> dict[str, pd.DataFrame]:
        """The tables of the chart of time against the batch."""
        cluster, curve = self.cluster(controls), controls.curve

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


@dataclass(frozen=True)
class QuadraticControls:
    """A noisy quadratic, and its target."""

    noise: str = knob("10", "Noise of a gradient", NOISES)
    decay: str = knob("1", "Curvature i is 1 over i to the", DECAYS)
    share: str = knob("10", "Down to, % of the first loss", SHARES)

    @property
    def quadratic(self) -> Quadratic:
        """The task."""
        return Quadratic(decay=float(self.decay), noise=float(self.noise))

    @property
    def target(self) -> float:
        """The loss to reach."""
        return self.quadratic.start * float(self.share) / 100

    @property
    def result(self) -> "QuadraticResult":
        """Every batch at its best rate, and the hyperbola through them."""
        return _race(self)

    @property
    def drawn(self) -> dict[str, pd.DataFrame]:
        """The tables of the chart of steps against examples."""
        result = self.result
        return hyperbolas(result.frame, {batch_steps.ALL: result.fit})


@dataclass(frozen=True, eq=False)
class QuadraticResult:
    """The races of a noisy quadratic, their hyperbola, and noise scales."""

    frame: pd.DataFrame  # batch, steps, lr
    fit: Fit
    first: tuple[float, float]  # B_simple and B_noise at the start
    last: tuple[float, float]  # and where the critical batch comes to the target


@lru_cache(maxsize=32)
def _race(controls: QuadraticControls) -> QuadraticResult:
    task = controls.quadratic
    batches = 2.0 ** np.arange(-2, 18)
    steps, lrs = task.race(batches, controls.target)
    hyperbola = fit(batches.tolist(), steps.tolist())
    near = int(np.abs(np.log(batches / hyperbola.curve.B_crit)).argmin())
    square = task.square(batches[near], lrs[near], steps[near])
    frame = pd.DataFrame({"batch": batches, "steps": steps, "lr": lrs, "group": batch_steps.ALL})
    return QuadraticResult(frame, hyperbola, task.scales(), task.scales(square))
