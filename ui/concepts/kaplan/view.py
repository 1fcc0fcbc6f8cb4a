"""The three lines and the two limits: what "What does ten times more buy?" asks, answered."""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import pandas as pd

from toylab.laws import allocation, kaplan, published
from toylab.laws.forms import FLOPS, PF_DAY
from toylab.laws.kaplan import Regime
from toylab.quantities import (
    format_change,
    format_count,
    format_number,
    format_scientific,
    format_share,
    ladder,
    parse_number,
)
from toylab.teaching.guesses import Guess, percentage, percents

FINE = 81
CEILING = 12.0  # nats/token: the top of the figures, above a blind guess
FACTORS = [2, 3, 5, 10, 20, 50, 100, 1000]
SIZES = [format_count(n) for n in ladder(3, 13)]
DATA = [format_count(n) for n in ladder(6, 15)]
FLOOR = published.REFIT.form
REACH = {"params": (1e3, 1e13), "tokens": (1e6, 1e15), "compute": (1e12, 1e27)}
TITLES = {
    "params": "Parameters N",
    "tokens": "Tokens D",
    "compute": "Compute C_min, FLOPs",
}
FAMILY = (1e5, 1e7, 1e9, 1e11)  # parameters, beside the reader's own
STEPS = (10.0, 1e6)
OFF = (0.2, 8.0)  # sizes over the best size
OFF_MARKS = (0.6, 2.2)  # times the best size: the examples of Kaplan 2020, eq. B.16
OFF_SHOWN = 5.0  # extra compute; beyond it, and where a model never gets there, no curve
TENFOLD = {of: format_share(kaplan.gain(of, 10)) for of in kaplan.ONE}  # what is left of the loss
ALT = {  # constant: a chart whose text changes is drawn anew; the sentences below it change
    "params": f"Loss against parameters on log axes: a straight line, on which ten times the "
    f"size always leaves {TENFOLD['params']} of the loss. A law with a floor, if shown, "
    "bends and levels off.",
    "tokens": f"Loss against tokens on log axes: a straight line, on which ten times the "
    f"data always leaves {TENFOLD['tokens']} of the loss. A law with a floor, if shown, "
    "bends and levels off.",
    "compute": f"Loss against compute on log axes: a straight line, on which ten times the "
    f"compute always leaves {TENFOLD['compute']} of the loss. A law with a floor, if shown, "
    "bends.",
    "joint": "Loss against tokens, one curve a model size: all fall together while data are "
    "few, then level off, the small models first and at the highest loss. More data cannot "
    "make up for size.",
    "overfit": "Overfitting against tokens for the chosen size: it shrinks as data grow, and "
    "below 2 % the data are enough. The text says how many tokens that takes.",
    "curves": "Loss against optimiser steps, one curve a model size: large models fall sooner "
    "and further. The mark, where efficient training stops, lies where the curve still falls.",
    "crossing": "Two falling lines against compute: the loss of the best allocation, and the "
    "lowest loss that its tokens allow. The first falls faster and crosses the second, so the "
    "two laws cannot both go on.",
    "off": "Extra compute for the same loss against model size over the best size: a flat "
    "valley, about 20 % at 0.6 and at 2.2 times the best, and steeper further out.",
}
STEPS_TITLE = "Optimiser steps, at a batch far above critical"
LINES = "$L = (X_c/X)^{\\alpha}$; dashed beyond Kaplan's own runs"
MEANING = (
    "Computed from the printed constants; nothing is trained. N without embeddings; compute is "
    "C_min, the least for its loss. The floor's law is Besiroglu's refit, other things endless "
    "or at their best."
)
JOINT = "Kaplan's joint law; your model and data are the large dot"


TABS = {  # by their keys in the link
    "joint": "Which of the two holds you back?",
    "stopping": "When to stop, and which size?",
    "ends": "Where must the lines end?",
}


@dataclass(frozen=True)
class View:
    """The page's controls, as the link has them."""

    factor: int = 10
    params: str = "100M"
    tokens: str = "2B"
    floor: bool = False

    @cached_property
    def start(self) -> dict[str, float]:
        """Parameters, tokens and FLOPs, 6 N D, to start from."""
        N, D = parse_number(self.params), parse_number(self.tokens)
        return {"params": N, "tokens": D, "compute": FLOPS * N * D}

    def loss(self, of: str, amount: float) -> float:
        """Kaplan's loss; compute in FLOPs."""
        return float(kaplan.loss(of, amount / (PF_DAY if of == "compute" else 1)))

    def line(self, of: str) -> dict[str, pd.DataFrame]:
        """What `charts.kaplan.line` draws."""
        low = self.start[of]
        ends = pd.DataFrame({"x": [low, low * self.factor]})
        ends["loss"] = [self.loss(of, x) for x in ends["x"]]
        bend = _bend(of) if self.floor else _bend(of).iloc[:0]
        return {"line": _line(of), "bend": bend, "ends": ends}

    def step(self, of: str) -> str:
        """What a factor buys, as a percentage."""
        return format_change(kaplan.gain(of, self.factor))

    @cached_property
    def regime(self) -> Regime:
        """Where the model and the data stand under L(N, D)."""
        return kaplan.regime(self.start["params"], self.start["tokens"])

    @property
    def joint(self) -> dict[str, pd.DataFrame]:
        """What `charts.kaplan.family` draws: L(N, D) against D."""
        N, D = self.start["params"], self.start["tokens"]
        x = np.geomspace(*REACH["tokens"], FINE)
        own = pd.DataFrame({"x": x, "loss": kaplan.JOINT.loss(N, x), "size": self.params})
        limits = pd.DataFrame(
            {
                "x": [*REACH["tokens"], *x],
                "loss": [self.regime.endless_data] * 2 + [*kaplan.JOINT.loss(np.inf, x)],
                "limit": ["model"] * 2 + ["data"] * FINE,
            }
        )
        here = pd.DataFrame({"x": [D], "loss": [self.regime.loss]})
        return {"family": _joint(), "own": own, "limits": limits[limits["loss"] < CEILING],
                "here": here}  # fmt: skip

    @property
    def overfit(self) -> dict[str, pd.DataFrame]:
        """What `charts.kaplan.overfit` draws: loss above that of endless data, against D."""
        N, D = self.start["params"], self.start["tokens"]
        x = np.geomspace(*REACH["tokens"], FINE)
        above = kaplan.JOINT.loss(N, x) / self.regime.endless_data - 1
        need = float(kaplan.tokens_needed(N))
        return {
            "own": pd.DataFrame({"x": x, "overfit": above}),
            "here": pd.DataFrame({"x": [D], "overfit": [self.regime.overfit]}),
            "need": pd.DataFrame({"x": [need], "overfit": [kaplan.SEEDS]}),
        }

    @property
    def curves(self) -> dict[str, pd.DataFrame]:
        """What `charts.kaplan.family` draws: L(N, S) against S."""
        N = self.start["params"]
        x = np.geomspace(*STEPS, FINE)
        own = pd.DataFrame({"x": x, "loss": kaplan.learning_curve(N, x), "size": self.params})
        end, loss = kaplan.stop(N)
        limits = pd.DataFrame(
            {"x": STEPS, "loss": float(kaplan.CURVE.converged(N)), "limit": "model"}
        )
        here = pd.DataFrame({"x": [end], "loss": [loss]})
        return {"family": _learning(), "own": own[own["loss"] < CEILING], "limits": limits,
                "here": here}  # fmt: skip

    @property
    def off(self) -> dict[str, pd.DataFrame]:
        """What `charts.kaplan.off` draws: extra compute against size over best size."""
        x = np.geomspace(*OFF, FINE)
        marks = np.array(OFF_MARKS)
        return {
            "own": pd.DataFrame({"x": x, "extra": kaplan.off_size(x) - 1}).loc[
                lambda f: f["extra"] < OFF_SHOWN
            ],
            "here": pd.DataFrame({"x": marks, "extra": kaplan.off_size(marks) - 1}),
        }

    # --- in words ---------------------------------------------------------------------------

    @property
    def question(self) -> Guess:
        """What a factor of data takes off Kaplan's loss."""
        left = kaplan.gain("tokens", self.factor)
        exponent = kaplan.ONE["tokens"].form.exponent
        return Guess(
            text=f"**{self.factor} times the data** for a large language model: by how many percent "
            "does its loss fall?",
            answer=100 * (1 - left),
            options=percents(),
            explanation=f"Kaplan's loss goes as D to the power \N{MINUS SIGN}{exponent:g}, so {self.factor} "
            f"times the data leave {format_number(left, 3)} of it, wherever you start.",
            say=percentage,
            points=3.0,
        )

    @property
    def numbers(self) -> dict[str, str]:
        """What the factor does to the loss, for the panel."""
        return {
            f"{self.factor}\N{MULTIPLICATION SIGN} parameters": self.step("params"),
            f"{self.factor}\N{MULTIPLICATION SIGN} tokens": self.step("tokens"),
            f"{self.factor}\N{MULTIPLICATION SIGN} compute": self.step("compute"),
        }

    @property
    def finding(self) -> str:
        """What the lines say, with or without a floor beside them."""
        doubling = ", ".join(format_change(kaplan.gain(of, 2)) for of in kaplan.ONE)
        said = (
            f"**Wherever you start,** {self.factor} times more multiplies the loss by the same "
            f"number: that is what a straight line on log axes means. Doubling parameters, "
            f"tokens or compute buys {doubling}. To lower the loss by a tenth takes "
            f"{kaplan.needed('params', 0.9):.1f} times the parameters, "
            f"{kaplan.needed('tokens', 0.9):.1f} times the tokens or "
            f"{kaplan.needed('compute', 0.9):.1f} times the compute."
        )
        said = f"{said} {self._beyond}"
        return f"{said} {self._bent}" if self.floor else said

    @property
    def _beyond(self) -> str:
        """Where the dots are, and how far beyond Kaplan's runs."""
        far = []
        for of, law in kaplan.ONE.items():
            low, high = next(iter(law.measured.values()))
            if not low <= self.start[of] <= self.start[of] * self.factor <= high:
                far.append(of)
        said = (
            f"The dots start at {self.params} parameters, at {self.tokens} tokens and at the "
            f"{format_scientific(self.start['compute'])} FLOPs, 6 N D, that the two cost together; each "
            "law holds with the other things endless or at their best: none of the three is "
            "the loss of your run, which is below, under L(N, D)."
        )
        if not far:
            return said
        return f"{said} Outside the range of Kaplan's own runs: {', '.join(far)}."

    @property
    def _bent(self) -> str:
        small, large = 1e7, 1e11
        drops = [
            format_change(float(FLOOR.loss(N * self.factor, np.inf) / FLOOR.loss(N, np.inf)))
            for N in (small, large)
        ]
        return (
            f"**With a floor** of {FLOOR.E} nats the curve bends: {self.factor} times the "
            f"parameters buy {drops[0]} from {format_count(small)} and {drops[1]} from "
            f"{format_count(large)}. "
            "Compare the shapes, not the heights: the two laws were measured on different "
            "text, and a token is not the same thing in both."
        )

    @property
    def standing(self) -> str:
        """Model-limited or data-limited, what doubling each buys, and overfitting."""
        N, D, here = self.start["params"], self.start["tokens"], self.regime
        double = [
            format_change(kaplan.regime(n, d).loss / here.loss) for n, d in ((2 * N, D), (N, 2 * D))
        ]
        need = float(kaplan.tokens_needed(N))
        enough = "not enough" if need > D else "enough"
        return (
            f"{self.params} parameters on {self.tokens} tokens: **{here.limit}**, loss "
            f"{here.loss:.3f} nats/token. Doubling the model buys {double[0]}, doubling the "
            f"data {double[1]}. An endless model would bring {here.endless_model:.3f}, endless "
            f"data {here.endless_data:.3f}: the model overfits by {format_share(here.overfit, 1)}. "
            f"To stay below {format_share(kaplan.SEEDS)}, the spread of Kaplan's seeds, it needs "
            f"{format_count(need)} tokens: {self.tokens} is {enough}. Eight times the model needs "
            f"{float(kaplan.tokens_needed(8 * N)) / need:.2f} times the data."
        )

    @property
    def stopping(self) -> str:
        """Where efficient training stops, and what a wrong size costs."""
        steps, loss = kaplan.stop(self.start["params"])
        off = kaplan.off_size(OFF_MARKS) - 1
        return (
            f"{self.params} parameters are used best up to {steps:,.0f} steps and a loss of "
            f"{loss:.3f}, {format_share(kaplan.CURVE.alpha_N / kaplan.CURVE.alpha_S)} above what they "
            "would converge to: well before the curve is flat. And the size itself is "
            f"forgiving: {OFF_MARKS[0]:g} times the best costs {format_share(off[0])} more compute "
            f"for the same loss, {OFF_MARKS[1]:g} times the best {format_share(off[1])}."
        )

    @property
    def table(self) -> pd.DataFrame:
        """The figures' numbers to carry away: law, x, loss."""
        frames = [_line(of).assign(law=law.title) for of, law in kaplan.ONE.items()]
        return pd.concat(frames)[["law", "x", "loss", "measured"]]


def conflict() -> str:
    """Where the lines must end, in words."""
    end = kaplan.conflict()
    flops, size = format_scientific(end.compute * PF_DAY, 2), format_count(end.params, 2)
    return (
        "**The lines cannot all go on.** L(C_min) falls faster than L(D) allows for the few "
        f"tokens it uses: they cross at {format_scientific(end.compute, 2)} PF-days ({flops} FLOPs), "
        f"{size} parameters and a loss of {end.loss:.2f} nats/token. Somewhere before that at "
        "least one of them bends. The paper says so too, in section 6.3, and puts the "
        "crossing near 1e4 PF-days, give or take a factor of ten."
    )


@lru_cache
def crossing() -> dict[str, pd.DataFrame]:
    """What `charts.kaplan.crossing` draws: both laws against the compute."""
    days = np.geomspace(1, 1e6, FINE)
    data = published.KAPLAN_OPT_TOKENS.form.at(days)
    end = kaplan.conflict()
    return {
        "compute": pd.DataFrame({"x": days * PF_DAY, "loss": kaplan.loss("compute", days)}),
        "data": pd.DataFrame({"x": days * PF_DAY, "loss": kaplan.loss("tokens", data)}),
        "here": pd.DataFrame({"x": [end.compute * PF_DAY], "loss": [end.loss]}),
    }


@lru_cache
def _line(of: str) -> pd.DataFrame:
    """A law from end to end: x, loss, and whether it lies in the range of its runs."""
    law = kaplan.ONE[of]
    (low, high), unit = next(iter(law.measured.values())), PF_DAY if of == "compute" else 1
    inside = np.geomspace(low, high, FINE)
    parts = {
        "measured": inside,
        "below": np.array([REACH[of][0], low]),
        "above": np.array([high, REACH[of][1]]),
    }
    return pd.concat(
        pd.DataFrame({"x": x, "loss": kaplan.loss(of, x / unit), "measured": name})
        for name, x in parts.items()
    )


@lru_cache
def _bend(of: str) -> pd.DataFrame:
    """A law with a floor, everything else endless or at its best: x, loss."""
    x = np.geomspace(*REACH[of], FINE)
    sizes = x if of == "params" else np.full(FINE, np.inf)
    data = x if of == "tokens" else np.full(FINE, np.inf)
    if of == "compute":
        splits = [allocation.best(FLOOR, float(C)) for C in x]
        sizes, data = (np.array([getattr(s, n) for s in splits]) for n in ("params", "tokens"))
    frame = pd.DataFrame({"x": x, "loss": FLOOR.loss(sizes, data)})
    return frame[frame["loss"] < CEILING]


@lru_cache
def _joint() -> pd.DataFrame:
    """L(N, D) against D for a few sizes: x, loss, size."""
    x = np.geomspace(*REACH["tokens"], FINE)
    return pd.concat(
        pd.DataFrame({"x": x, "loss": kaplan.JOINT.loss(N, x), "size": format_count(N)})
        for N in FAMILY
    )


@lru_cache
def _learning() -> pd.DataFrame:
    """L(N, S) against S for a few sizes: x, loss, size; up to a loss of 12."""
    x = np.geomspace(*STEPS, FINE)
    return pd.concat(
        pd.DataFrame({"x": x, "loss": kaplan.learning_curve(N, x), "size": format_count(N)})
        for N in FAMILY
    ).loc[lambda f: f["loss"] < CEILING]
