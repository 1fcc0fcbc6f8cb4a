"""Another text: what a loss on the text that is learned says of the loss on others."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd

from toylab.experiments.other_texts import EXAM, TEXTS
from toylab.experiments.other_texts_results import OtherTextsResults, Transfer
from toylab.experiments.other_texts_study import (
    LENGTHS,
    RECORDED_STUDY,
    SIZES,
    OtherTextsStudy,
)
from toylab.fits.estimate import Estimate
from toylab.laws import published
from toylab.quantities import format_fixed, format_signed
from ui.blocks import Figure, Folded, Table
from ui.concepts.repetition import charts, text
from ui.concepts.repetition.live import State
from ui.concepts.shared.training import corpus_specs
from ui.knobs import knob
from ui.label import Label
from ui.labels import Axes, Labels
from ui.live import Live, Rows, Run, result_source

KEY = "texts"
MEANINGS = {"code": "theory", "comments": "data", "topics": "model", "headers": "rival"}
SHORT = {"code": "code", "comments": "comments", "topics": "English", "headers": "C headers"}
EQUAL, ROOM = "the same loss", 0.33  # nats at the right, for names
WIDE = {"held": (1.5, 2.6), "loss": (1.4, 3.5)}  # what the axes show at least
ALT = (
    "Loss on other texts against the loss on held-out Python, a dot a network and a line a text; "
    "larger dots read more characters. The sentence and the table say how steep each line is."
)
LEGEND = (
    "Larger dots read more characters; crosses are one network on its way. Dotted: the same loss "
    "on both."
)
LESSON = (
    "**Better on the text it learns is better on related text**, at a nearly constant cost. It is "
    "the cost that another text changes, hardly the gain."
)
NOT_ANY = "It does not hold for every text: C headers gain only {slope} nats a nat."
LENGTH = (
    "There the length counts, too: of two networks with the same loss on Python, the smaller one "
    "that read ten times the characters is {less} nats better."
)
LIMITS = (
    "The networks span {span} nats; Figure 8 of {source}, which says that the loss elsewhere "
    "follows from the loss at home alone, spans more. An interval holds for these texts, not for "
    "others."
)
PARTS = (
    "Code and comments are parts of the held-out files, so their lines are partly arithmetic. The "
    "file of help topics, the largest of the library, is left out of training, as its English is "
    "one of the exams."
)
NOT_TO_SAY = "What these lines do not say"
ABSENT = "This Python carries no {texts}: that exam was left out."
HEAD = ["Text", "Slope (95 %)", "Higher by, nats", "Scatter, nats"]


@dataclass(frozen=True)
class Controls:
    """The controls of the tab, as the link has them."""

    largest: int = knob(RECORDED_STUDY.largest, "Hidden units, at most", list(SIZES[3:]))
    longest: int = knob(RECORDED_STUDY.longest, "Characters read, at most", list(LENGTHS[1:]))

    def study(self, state: State) -> OtherTextsStudy:
        """The study that they ask for, with the page's first seed and its device."""
        first, device = state.asked.seed, state.asked.device
        return OtherTextsStudy(self.largest, self.longest, seed=first, device=device)


def panel(state: State, chosen: Controls) -> Iterator[Any]:
    """The button that trains it."""
    mine = chosen.study(state)
    yield Run(KEY, mine, partial(corpus_specs, mine), primary=False)


def texts(state: State, chosen: Controls) -> Iterator[Any]:
    """Loss on other texts against held-out loss, and the line of each."""
    source = result_source(KEY, chosen.study(state), OtherTextsStudy.recorded, RECORDED_STUDY)

    def gather(rows: Rows, unfinished: Rows | None) -> OtherTextsResults:
        study = source.about
        return OtherTextsResults(study, study.table(rows), unfinished is not None)

    label = Label(
        source.kind, source.about.describe(), made(source.made), methods=(published.KAPLAN,),
        stale=source.stale, when=source.when,
    )  # fmt: skip
    yield Live(label, source, gather, blocks)


def made(how: str) -> str:
    """The provenance of the runs: how they were made and examined, when and where."""
    return f"{text.made(how)} Other texts are asked for at {EXAM:,} random places each."


def blocks(results: OtherTextsResults) -> list[Any]:
    """The figure, its sentence, and when the runs have ended what follows and what does not."""
    figure = [Figure(charts.texts(tables(results)), ALT)]
    if results.live or not results.transfers:
        return [sentence(results), figure]
    folded = Folded(NOT_TO_SAY, "\n\n".join(limits(results)))
    return [sentence(results), figure, LEGEND, Table(table(results)), *findings(results), folded]


def tables(results: OtherTextsResults) -> dict[str, pd.DataFrame]:
    """The tables of the chart."""
    points = results.points
    held, loss = (_around(points[name], usual) for name, usual in WIDE.items())
    ends = Axes((held[0], held[1] + ROOM), loss, (False, False))
    across = (float(points["held"].min()), float(points["held"].max()))
    lines = {} if results.live else {
        name: [(held, float(line.at(held))) for held in across]
        for name, line in results.transfers.items()
    }  # fmt: skip
    equal = [(value, value) for value in held]
    labels = Labels(ends)
    labels.keep_off_points(list(zip(points["held"], points["loss"], strict=True)))
    labels.keep_off(*lines.values())
    labels.name_lines({EQUAL: equal})
    at = {SHORT[name]: line[-1] for name, line in lines.items()}
    labels.name_points(at, list(at), must=list(at))
    way = results.way
    return {
        "dots": points.assign(name=points["text"].map(TEXTS), meaning=points["text"].map(MEANINGS)),
        "lines": _table([(*at, MEANINGS[name]) for name, line in lines.items() for at in line]),
        "equal": _table([(*at, "budget") for at in equal]),
        "way": way[["held", "loss"]].assign(meaning=way["text"].map(MEANINGS)),
        "names": labels.table,
        "axes": ends.table,
    }


def sentence(results: OtherTextsResults) -> str:
    """The worth elsewhere of a nat at home."""
    if results.live:
        return f"{results.trained} of {results.study.networks} networks trained."
    lines = dict(results.transfers)
    if not lines:
        return "Too few runs ended well for a line."
    first = lines.pop("topics", None) or lines.pop(next(iter(lines)))
    low, high = (format_fixed(value, 2) for value in (first.slope.low, first.slope.high))
    others = ", ".join(f"{_slope(line)} on {TEXTS[name]}" for name, line in lines.items())
    return (
        f"A network that is one nat better on held-out Python is **{_slope(first)} nats better on "
        f"{TEXTS[first.text]}** (95 %: {low} to {high}), where the loss is "
        f"{format_fixed(abs(first.penalty), 2)} nats {'higher' if first.penalty > 0 else 'lower'}"
        + (f"; {others}." if others else ".")
    )


def table(results: OtherTextsResults) -> pd.DataFrame:
    """The line of each text: slope, cost, and the scatter of networks about it."""
    rows = [
        [
            TEXTS[name],
            _range(line.slope, format_fixed),
            format_signed(line.penalty, 2),
            format_fixed(line.rms, 3),
        ]
        for name, line in results.transfers.items()
    ]
    return pd.DataFrame(rows, columns=HEAD)


def findings(results: OtherTextsResults) -> list[str]:
    """The conclusion, the texts it does not hold for, and those that were absent."""
    lines, sentences = results.transfers, list[str]()
    topics, headers = lines.get("topics"), lines.get("headers")
    if topics and topics.slope.low > 0.5:
        sentences.append(LESSON)
    if headers and headers.slope.high < min(line.slope.low for line in _related(results)):
        less = format_fixed(-headers.length.value, 2)
        counts = headers.length_counts == "yes" and headers.length.value < 0
        not_any = NOT_ANY.format(slope=_slope(headers))
        sentences.append(f"{not_any} {LENGTH.format(less=less)}" if counts else not_any)
    if results.absent:
        names = " and no ".join(TEXTS[name] for name in results.absent)
        sentences.append(ABSENT.format(texts=names))
    return sentences


def limits(results: OtherTextsResults) -> list[str]:
    """The questions that the lines leave open."""
    span = results.points["held"].max() - results.points["held"].min()
    more = LIMITS.format(span=format_fixed(span, 1), source=published.KAPLAN.cited)
    return [length(results), more, PARTS]


def length(results: OtherTextsResults) -> str:
    """The effect of length: at equal loss on Python, a long run of a small network elsewhere."""
    lines = results.transfers.items()
    parts = [
        f"by {_range(line.length, format_signed)} nats on {TEXTS[name]}"
        + (", which is little" if line.length_counts == "hardly" else "")
        for name, line in lines
        if line.length_counts != "no"
    ]
    none = [TEXTS[name] for name, line in lines if line.length_counts == "no"]
    parts += [f"by no more than scatter on {' and '.join(none)}"] if none else []
    return (
        "Of two networks with the same loss on Python, one is smaller and read ten times the "
        f"characters. Its loss on another text differs {'; '.join(parts)}."
    )


def _related(results: OtherTextsResults) -> list[Transfer]:
    """The lines of texts that are near the one that is learned."""
    return [line for name, line in results.transfers.items() if name != "headers"]


def _range(estimate: Estimate, say: Callable[[float, int], str]) -> str:
    """Like 0.93 (0.89 to 0.97)."""
    value, low, high = (say(part, 2) for part in (estimate.value, estimate.low, estimate.high))
    return f"{value} ({low} to {high})"


def _slope(line: Transfer) -> str:
    return format_fixed(line.slope.value, 2)


def _around(values: "pd.Series[float]", usual: tuple[float, float]) -> tuple[float, float]:
    """The ends of an axis around values and the usual ones."""
    known = [*values.dropna(), *usual]
    return min(known) - 0.05, max(known) + 0.05


def _table(rows: list[tuple[float, float, str]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["held", "loss", "meaning"])
