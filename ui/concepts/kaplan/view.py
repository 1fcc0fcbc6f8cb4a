"""Controls of the page on Kaplan's laws, and the tables of its lines, limits and curves."""

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
    format_scientific,
    format_share,
    ladder,
    parse_number,
)
from ui.knobs import knob
from ui.labels import LOW, Axes, Labels, Point

FINE = 81
CEILING = 12.0  # nats/token: the top of the curves, above a blind guess
LOSSES = (0.7, 7.0)  # nats/token: what the axis of the three lines spans
FACTORS = [2, 3, 5, 10, 20, 50, 100, 1000]
SIZES = [format_count(n) for n in ladder(3, 13)]
DATA = [format_count(n) for n in ladder(6, 15)]
FLOOR = published.REFIT.form
REACH = {"params": (1e3, 1e13), "tokens": (1e6, 1e15), "compute": (1e12, 1e27)}
TITLES = {  # the one that is asked about comes first
    "tokens": "Tokens D",
    "params": "Parameters N",
    "compute": "Compute C_min, FLOPs",
}
SAID = {"tokens": format_count, "params": format_count, "compute": format_scientific}
FAMILY = (1e5, 1e7, 1e9, 1e11)  # parameters, beside the reader's own
STEPS = (10.0, 1e6)
EXAMPLES, ALLOWED = "Kaplan's examples", "L(D), least for its tokens"
OVERFIT = Axes(REACH["tokens"], (1e-4, 5.0))  # tokens, and the share of the loss
WRONG = Axes((0.2, 8.0), (0.0, 2.0), log=(True, False))  # over the best size; extra compute
CROSSING = Axes((PF_DAY, 1e6 * PF_DAY), (1.0, 3.5))  # FLOPs, nats/token
OFF_MARKS = (0.6, 2.2)  # times the best size: the examples of Kaplan 2020, eq. B.16
_OFF = [format_share(extra, 1) for extra in kaplan.off_size(OFF_MARKS) - 1]
OFF_SHOWN = 5.0  # extra compute; beyond it, and where a model never gets there, no curve
TENFOLD = {of: format_share(kaplan.gain(of, 10)) for of in kaplan.ONE}  # what is left of the loss
ALT = {  # constant: a chart whose text changes is drawn anew; the sentences below it change
    "params": "Loss against parameters on log axes: a straight line, on which ten times the "
    f"size always leaves {TENFOLD['params']} of the loss. A law with a floor, if shown, "
    "bends and levels off.",
    "tokens": "Loss against tokens on log axes: a straight line, on which ten times the data "
    "always leaves the same share of the loss. A law with a floor, if shown, bends and levels "
    "off.",
    "compute": "Loss against compute on log axes: a straight line, on which ten times the "
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
    f"valley, {_OFF[0]} at {OFF_MARKS[0]:g} and {_OFF[1]} at {OFF_MARKS[1]:g} times the best, and "
    "steeper further out.",
}
STEPS_TITLE = "Optimiser steps, at a batch far above critical"
LINES = "$L = (X_c/X)^{\\alpha}$; solid along Kaplan's own runs, dashed beyond"
MEANING = (
    "Computed from the printed constants; nothing is trained. N without embeddings; compute is "
    "C_min, the least for its loss. The floor's law is Besiroglu's refit, other things endless "
    "or at their best."
)
JOINT = "Kaplan's joint law; your model and data are the large dot"


@dataclass(frozen=True)
class Controls:
    """The page's controls, as the link has them."""

    factor: int = knob(10, "Times more", FACTORS)
    params: str = knob("100M", "Your model, parameters", SIZES)
    tokens: str = knob("2B", "Your data, tokens", DATA)
    floor: bool = knob(False, f"Add a law with a floor of {FLOOR.E:.2f} nats")

    @cached_property
    def start(self) -> dict[str, float]:
        """Parameters, tokens and C_min to start from; the critical batch spends twice C_min."""
        N, D = parse_number(self.params), parse_number(self.tokens)
        return {"params": N, "tokens": D, "compute": FLOPS * N * D / published.SPENT}

    def loss(self, of: str, amount: float) -> float:
        """Kaplan's loss; compute in FLOPs."""
        return float(kaplan.loss(of, amount / (PF_DAY if of == "compute" else 1)))

    def ends(self, of: str) -> list[tuple[float, float]]:
        """The step along a line: amount and loss where it starts, and where it ends."""
        low = self.start[of]
        return [(x, self.loss(of, x)) for x in (low, low * self.factor)]

    def line(
        self, of: str, seen: bool = True, guess: float | None = None
    ) -> dict[str, pd.DataFrame]:
        """The tables of the chart of a line; before it is `seen` only where the step starts.

        `guess` is a loss that the reader expects at the end of the step.
        """
        line, bend, ends = _line(of), _bend(of), pd.DataFrame(self.ends(of), columns=["x", "loss"])
        return {
            "line": line if seen else line.iloc[:0],
            "bend": bend if seen and self.floor else bend.iloc[:0],
            "ends": ends if seen else ends.iloc[:1],
            "names": self._names(of, seen, guess),
        }

    def _names(self, of: str, seen: bool, guess: float | None) -> pd.DataFrame:
        """Names of the line and of the ends of the step, with their places."""
        labels, say, (start, end) = Labels(Axes(REACH[of], LOSSES)), SAID[of], self.ends(of)
        points = {f"{say(start[0])}: {start[1]:.2f}": start}
        lines: dict[str, list[Point]] = {}
        if seen:
            drawn = {name: _curve(rows) for name, rows in _line(of).groupby("measured")}
            lines = {"Kaplan's runs": drawn["measured"], "beyond his runs": drawn["above"]}
            if self.floor:
                lines[f"floor of {FLOOR.E:.2f}"] = _curve(_bend(of))
            labels.keep_off([start, (end[0], start[1]), end], drawn["below"], *lines.values())
            change = format_change(end[1] / start[1])
            points[f"{say(end[0])}: {end[1]:.2f} ({change})"] = end
        else:  # a guess can stand anywhere above the end of the step
            labels.keep_off([(end[0], loss) for loss in LOSSES])
        if guess:
            labels.keep_guess((end[0], guess))
        labels.name_points(points, list(points), list(points))
        labels.name_lines(lines)
        return labels.table

    @cached_property
    def regime(self) -> Regime:
        """The place of the model and the data between the limits of L(N, D)."""
        return kaplan.regime(self.start["params"], self.start["tokens"])

    @property
    def joint(self) -> dict[str, pd.DataFrame]:
        """The tables of the chart of a family: L(N, D) against D."""
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
        """The tables of the chart of overfitting: loss above that of endless data, against D."""
        N, D = self.start["params"], self.start["tokens"]
        x = np.geomspace(*REACH["tokens"], FINE)
        above = kaplan.JOINT.loss(N, x) / self.regime.endless_data - 1
        need, now = float(kaplan.tokens_needed(N)), self.regime.overfit
        labels, (low, high) = Labels(OVERFIT, LOW), REACH["tokens"]
        enough = f"{format_share(kaplan.SEEDS)}: enough data"
        lines = {
            enough: [(low, kaplan.SEEDS), (high, kaplan.SEEDS)],
            f"your {self.params}": list(zip(x, above, strict=True)),
        }
        labels.keep_off(*lines.values())
        labels.keep_off_points([(need, kaplan.SEEDS)])
        labels.name_points({"your data": (D, now)}, ["your data"], ["your data"])
        labels.name_lines(lines)
        return {
            "own": pd.DataFrame({"x": x, "overfit": above}),
            "here": pd.DataFrame({"x": [D], "overfit": [now]}),
            "need": pd.DataFrame({"x": [need], "overfit": [kaplan.SEEDS]}),
            "names": labels.table,
        }

    @property
    def curves(self) -> dict[str, pd.DataFrame]:
        """The tables of the chart of a family: L(N, S) against S."""
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
        """The tables of the chart of wrong sizes: extra compute against size over best size."""
        x, marks = np.geomspace(*WRONG.x, FINE), np.array(OFF_MARKS)
        own = pd.DataFrame({"x": x, "extra": kaplan.off_size(x) - 1})
        own = own[own["extra"] < OFF_SHOWN]
        here = pd.DataFrame({"x": marks, "extra": kaplan.off_size(marks) - 1})
        labels, line = Labels(WRONG, LOW), _points(own)
        labels.keep_off(line)
        labels.name_points({"": _points(here)[0], "Kaplan's examples": _points(here)[1]},
                          ["Kaplan's examples"], ["Kaplan's examples"])  # fmt: skip
        labels.name_lines({"for the same loss": line})
        return {"own": own, "here": here, "names": labels.table}

    @property
    def table(self) -> pd.DataFrame:
        """The figures' numbers to carry away: law, x, loss."""
        frames = [_line(of).assign(law=law.title) for of, law in kaplan.ONE.items()]
        return pd.concat(frames)[["law", "x", "loss", "measured"]]


@dataclass(frozen=True)
class Experiment(Controls):
    """All that an experiment sets, and the tab that answers it."""

    about: str = "joint"


@lru_cache
def crossing() -> dict[str, pd.DataFrame]:
    """The tables of the chart of the crossing: both laws against the compute."""
    days = np.geomspace(1, 1e6, FINE)
    data = published.KAPLAN_OPT_TOKENS.form.at(days)
    end = kaplan.conflict()
    tables = {
        "compute": pd.DataFrame({"x": days * PF_DAY, "loss": kaplan.loss("compute", days)}),
        "data": pd.DataFrame({"x": days * PF_DAY, "loss": kaplan.loss("tokens", data)}),
        "here": pd.DataFrame({"x": [end.compute * PF_DAY], "loss": [end.loss]}),
    }
    labels = Labels(CROSSING, LOW)
    lines = [_points(tables[of]) for of in ("compute", "data")]
    points = {"they cross": _points(tables["here"])[0], ALLOWED: lines[1][-FINE // 8]}
    labels.keep_off(*lines)
    labels.name_points(points, list(points), list(points))
    labels.name_lines({"L(C_min)": lines[0]})
    return tables | {"names": labels.table}


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


def _curve(frame: pd.DataFrame) -> list[Point]:
    return _points(frame[["x", "loss"]])


def _points(frame: pd.DataFrame) -> list[Point]:
    return list(frame.itertuples(index=False, name=None))


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
