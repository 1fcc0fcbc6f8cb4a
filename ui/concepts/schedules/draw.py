"""Tab "Draw it yourself": a schedule of the reader's own beside a cosine."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd

from toylab.experiments.drawn_results import DrawnResults
from toylab.experiments.drawn_study import COSINE, DRAWN, RECORDED_STUDIES, DrawnStudy
from toylab.experiments.learning_rates import FALLS
from toylab.laws import published
from toylab.quantities import format_fixed, format_signed
from ui.blocks import Caption, Figure
from ui.concepts.schedules import charts
from ui.concepts.schedules.live import State
from ui.concepts.schedules.view import ENDS
from ui.concepts.shared import training
from ui.concepts.shared.training import corpus_specs
from ui.knobs import knob
from ui.label import Label
from ui.labels import LOW, Axes, Labels, Point
from ui.live import Live, Run, result_source

FIRST = DrawnStudy()
KEY = "draw"
WARMS = [0.0, 0.02, 0.1, 0.3]
DECAYS = [0.0, 0.05, 0.1, 0.2, 0.4, 0.7, 1.0]
RATES = [0.25, 0.5, 1.0, 2.0]
NAMES = {DRAWN: "yours", COSINE: "cosine"}
MEANINGS = {DRAWN: "model", COSINE: "data"}
LOSS = "Held-out loss, nats/character"
ALT = {
    "rates": "The learning rate along the run, of your schedule and of the cosine.",
    "losses": "Held-out loss along the run, of your schedule and of the cosine. The sentence says "
    "which ends lower.",
}
STALE = "The rates are those of your controls, the losses of the schedule that was trained last."
LATE = (
    "While its rate decays the loss falls by {decay} nats, in as many steps before by {before}: on "
    "its way a run with a late decay looks worse than it is."
)
FINE = 100


@dataclass(frozen=True)
class Controls:
    """The controls of the tab, as the link has them."""

    warm: float = knob(FIRST.warm, "Share that warms up", WARMS)
    decay: float = knob(FIRST.decay, "Share that decays", DECAYS)
    shape: str = knob(FIRST.shape, "Shape", {shape: shape for shape in FALLS}, row=True)
    end: float = knob(FIRST.end, "Ends at this share of the peak", ENDS)
    rate: float = knob(FIRST.rate, "Times the usual peak rate", RATES)

    def study(self, state: State) -> DrawnStudy:
        """The study that they ask for, with the page's network, seeds and device."""
        asked = state.asked
        return DrawnStudy(
            self.warm, self.decay, self.shape, self.end, self.rate, asked.size, asked.tokens,
            asked.seeds, asked.seed, asked.device,
        )  # fmt: skip


def panel(state: State, chosen: Controls) -> Iterator[Any]:
    """The button that trains it."""
    mine = chosen.study(state)
    yield Run(KEY, mine, partial(corpus_specs, mine), primary=False)


def draw(state: State, chosen: Controls) -> Iterator[Any]:
    """The rate beside the losses, of the schedule drawn and of the cosine."""
    asked = chosen.study(state)
    otherwise = RECORDED_STUDIES[asked.preset or "wsd"]
    source = result_source(KEY, asked, DrawnStudy.recorded, otherwise)
    label = Label(
        source.kind, source.about.describe(), source.made, methods=(published.MINICPM,),
        stale=source.stale and source.job is not None, when=source.when,
    )  # fmt: skip
    yield Live(
        label, source, partial(training.gather, DrawnResults, source),
        partial(blocks, asked=asked),
    )  # fmt: skip


def blocks(results: DrawnResults, asked: DrawnStudy) -> list[Any]:
    """The two figures, and when the runs have ended what they say."""
    figures = [
        Figure(charts.rates(rates(asked), large=False), ALT["rates"]),
        Figure(charts.curves(losses(results), LOSS), ALT["losses"]),
    ]
    mine = results.study.curves[DRAWN].schedule
    other = asked.curves[DRAWN].schedule != mine or asked.rate != results.study.rate
    stale = [Caption(STALE)] if other else []
    if results.live:
        done = results.frame.groupby(["which", "seed"]).ngroups
        return [f"{done} of {results.study.networks} networks trained.", figures, *stale]
    return [sentence(results), figures, *stale, *filter(None, [late(results)])]


def sentence(results: DrawnResults) -> str:
    """Which of the two ends lower, and by how much."""
    gap = results.gap
    if results.study.curves[DRAWN].schedule == results.study.curves[COSINE].schedule:
        return "This is the cosine itself: change something."
    if gap is None:
        return "Too few runs ended well to compare the two."
    between = gap.between(lambda x: format_signed(x, 3))
    if gap.holds(0):
        return f"These seeds tell no difference at the end (95 %: {between} nats)."
    word = "lower" if gap.value < 0 else "higher"
    return (
        f"Your schedule ends **{format_fixed(abs(gap.value), 3)} nats {word}** than the cosine "
        f"(95 %: {between}). At another peak rate it may be the other way round."
    )


def late(results: DrawnResults) -> str:
    """How much of the loss falls with the rate, where that is more than before."""
    falls = results.falls
    if falls is None or falls[0] <= falls[1]:
        return ""
    decay, before = (format_fixed(fall, 3) for fall in falls)
    return LATE.format(decay=decay, before=before)


def rates(asked: DrawnStudy) -> dict[str, pd.DataFrame]:
    """The tables of the learning rate along the run, over the usual peak."""
    rows, at, ends = [], dict[str, Point](), Axes((0.0, 1.04), (0.0, asked.rate * 1.15),
                                                  (False, False))  # fmt: skip
    labels = Labels(ends, LOW)
    for name, one in asked.curves.items():
        steps = one.plain.steps
        course = one.schedule.rates(steps, asked.rate)
        chosen = sorted({round(k * (steps - 1) / FINE) for k in range(FINE + 1)})
        line = [((t + 1) / steps, course[t]) for t in chosen]
        labels.keep_off(line)
        rows += [(*point, name, MEANINGS[name]) for point in line]
        at[NAMES[name]] = line[FINE // 2 if name == COSINE else FINE // 3]
    labels.name_points(at, list(at), must=list(at))
    return {
        "lines": pd.DataFrame(rows, columns=["done", "rate", "horizon", "meaning"]),
        "names": labels.table,
        "axes": ends.table,
    }


def losses(results: DrawnResults) -> dict[str, pd.DataFrame]:
    """The tables of the loss along the run: means over seeds."""
    steps = results.study.curves[DRAWN].plain.steps
    means = results.means
    frame = pd.DataFrame({
        "done": means["done"] / steps, "loss": means["loss"],
        "curve": means["which"].map(NAMES), "line": means["which"],
        "meaning": means["which"].map(MEANINGS), "dash": False,
    })  # fmt: skip
    known = [*frame["loss"], 1.95, 2.6]
    ends = Axes((0.0, 1.2), (min(known) / 1.01, max(known) * 1.01), (False, True))
    return {"lines": frame, "names": named(frame, ends), "axes": ends.table}


def named(frame: pd.DataFrame, ends: Axes) -> pd.DataFrame:
    """Names at the ends of the lines."""
    labels, at = Labels(ends, LOW), dict[str, Point]()
    for name, mine in frame.groupby("curve", sort=False):
        line = [(float(x), float(y)) for x, y in mine[["done", "loss"]].to_numpy()]
        labels.keep_off(line)
        at[str(name)] = line[-1]
    labels.name_points(at, list(at), must=list(at))
    return labels.table
