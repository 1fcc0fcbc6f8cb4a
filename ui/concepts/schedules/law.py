"""Tab "A good fit, a forecast?": the annealing law, fitted to the cosine, asked about others."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from toylab.experiments import drawn_results, drawn_study
from toylab.experiments.drawn_results import DrawnResults
from toylab.experiments.drawn_study import COSINE, DRAWN, RECORDED_STUDIES
from toylab.fits import annealing_law
from toylab.laws import published
from toylab.quantities import format_fixed, format_number, format_signed
from ui.blocks import Figure, Folded, Table
from ui.concepts.schedules import charts
from ui.concepts.schedules.draw import LOSS, MEANINGS, NAMES, named
from ui.concepts.schedules.live import State
from ui.knobs import knob
from ui.label import Label
from ui.labels import Axes

CHOICES = {drawn_study.NAMES[name]: name for name in RECORDED_STUDIES}
MEANING = {word: RECORDED_STUDIES[name].describe() for word, name in CHOICES.items()}
OTHER, FIT = "other schedule", "fit"
FORECAST = "forecast"
LAW = "$L = L_0 + A\\,S_1^{-\\alpha} - C\\,S_2$"
ALT = (
    "Held-out loss along the run: of the cosine with the law fitted to it, and of another schedule "
    "with what the law says of it, dotted. The sentence says how far off its end is."
)
LESSON = (
    "**A good fit is not a forecast.** Four constants and a memory describe one schedule well; "
    "whether they hold for another is a question to runs of the other. Like is told from like, a "
    "late decay from a cosine less well."
)
WHAT = (
    "$S_1$ is the area under the learning rate so far, $S_2$ what has been taken off it, with a "
    "memory; the constants are fitted to the cosine's losses from a tenth of the run on. The "
    "paper fits and predicts large models, at rates of their own; it is not refuted by this."
)
MEMORY = (
    "Of the memories tried, {first:g} to {last:g} from step to step, {best:g} fits best. With each "
    "of them the forecast is between {low} and {high} nats off."
)
HEAD = ["Schedule", "Forecast", "Real", "Off, nats", "Seeds, nats"]


@dataclass(frozen=True)
class Controls:
    """The controls of the tab, as the link has them."""

    target: str = knob(drawn_study.NAMES["wsd"], "Forecast of", MEANING)


def law(_: State, chosen: Controls) -> Iterator[Any]:
    """The law's fit of the cosine, and its forecast of another schedule."""
    results = drawn_results.recorded(CHOICES[chosen.target])
    known = results.study.recorded()
    yield Label(
        "recorded", f"{results.study.describe()}; {LAW}", known.made if known else "",
        methods=(published.TISSUE,),
    )  # fmt: skip
    yield sentence(results)
    yield [Figure(charts.curves(tables(results), LOSS), ALT)]
    yield Table(table())
    yield LESSON
    yield Folded("What the law says", " ".join(filter(None, (WHAT, memory(results)))))


def sentence(results: DrawnResults) -> str:
    """How well the law fits, and how far off it is elsewhere."""
    fitted, off = results.law, results.off
    if fitted is None or off is None:
        return "Too few runs ended well to fit the law."
    word = "too low" if off < 0 else "too high"
    gap = results.gap
    luck = gap is not None and abs(off) < (gap.high - gap.low) / 2
    within = ", no more than these seeds can tell" if luck else ""
    return (
        f"The law fits the cosine's losses to **{format_number(100 * fitted.rms, 2)} %**. For "
        f"the end of the other schedule it is **{format_fixed(abs(off), 3)} nats {word}**{within}."
    )


def memory(results: DrawnResults) -> str:
    """How much the forecast depends on the memory."""
    ends, fitted = results.off_by_memory, results.law
    if ends is None or fitted is None:
        return ""
    low, high = (format_signed(off, 3) for off in ends)
    first, *_, last = annealing_law.MEMORIES
    return MEMORY.format(first=first, last=last, best=fitted.memory, low=low, high=high)


def table() -> pd.DataFrame:
    """The forecast of every recorded schedule beside its real end."""
    rows = []
    for word, name in CHOICES.items():
        results = drawn_results.recorded(name)
        if results.off is None or DRAWN not in results.ends:
            continue
        real = float(results.ends[DRAWN].mean())
        spread = float(results.ends[DRAWN].std(ddof=1))
        rows.append([
            word, format_fixed(real + results.off, 3), format_fixed(real, 3),
            format_signed(results.off, 3), format_fixed(spread, 3),
        ])  # fmt: skip
    return pd.DataFrame(rows, columns=HEAD)


def tables(results: DrawnResults) -> dict[str, pd.DataFrame]:
    """The tables of the chart: real losses, and the law's dotted."""
    parts = []
    for curve in (COSINE, DRAWN):
        run, name = results.annealed(curve), NAMES[curve]
        word = name if curve == COSINE else OTHER
        real = [(t / len(run.rates), loss) for t, loss in zip(run.steps, run.loss, strict=True)]
        parts += [(*at, word, word, MEANINGS[curve], False) for at in real]
        if results.law:
            said = results.law.loss(run.rates)
            line = [(t / len(run.rates), float(said[int(t) - 1])) for t in run.steps]
            what = FIT if curve == COSINE else FORECAST
            parts += [(*at, what, what, MEANINGS[curve], True) for at in line]
    frame = pd.DataFrame(parts, columns=["done", "loss", "curve", "line", "meaning", "dash"])
    known = list(frame["loss"])
    ends = Axes((0.0, 1.25), (min(known) / 1.01, max(known) * 1.01), (False, True))
    return {"lines": frame, "names": named(frame[frame["curve"] != FIT], ends), "axes": ends.table}
