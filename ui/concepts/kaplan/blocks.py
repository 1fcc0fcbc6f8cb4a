"""Blocks of the page on Kaplan's laws: its figure, its tabs, its experiments."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from toylab.laws import kaplan, published
from ui.blocks import Figure
from ui.concepts.kaplan import charts, text, view
from ui.concepts.kaplan.view import Controls, Experiment
from ui.guess import GuessState
from ui.guess_mark import GuessMark
from ui.label import Label
from ui.remembered import remembered
from ui.row import Export
from ui.sections import Tab
from ui.sight import Figures, FirstSight

FIRST = Controls()


@remembered
def figure(controls: Controls, guess: GuessState) -> Iterator[Any]:
    """The three lines, one at a time, and what they say."""
    seen, (start, end) = guess.seen, controls.ends("tokens")
    mark = guess.mark(x=f"{end[0]}", y=lambda percent: start[1] * (1 - percent / 100))
    given = start[1] * (1 - guess.given / 100) if guess.given else None
    figures: Figures = {"Tokens": line(controls, "tokens", seen, mark, given)}
    if seen:
        for of in "params", "compute":
            figures[text.NAMES[of].capitalize()] = partial(line, controls, of)
    floor = (published.REFIT,) if controls.floor else ()
    sources = (*kaplan.ONE.values(), *floor)
    why = [text.doubling(), text.dots(controls), text.bent(controls) if controls.floor else ""]
    yield FirstSight(
        Label("simulated", view.LINES, view.MEANING, sources),
        figures,
        text.finding(controls) if seen else text.asked(controls),
        text.numbers(controls, seen),
        why if seen else [],
        open=not seen,
    )


def line(
    controls: Controls,
    of: str,
    seen: bool = True,
    mark: GuessMark | None = None,
    given: float | None = None,
) -> Figure:
    """One of the three lines, and the loss that was guessed at the end of its step."""
    tables = controls.line(of, seen, given)
    flops = of == "compute"
    chart = charts.line(tables, view.TITLES[of], view.REACH[of], view.LOSSES, flops=flops)
    return Figure(chart, view.ALT[of], guess=mark)


def joint(controls: Controls) -> Iterator[Any]:
    """Too small a model, or too little data."""
    law = published.KAPLAN_ND
    yield Label("simulated", f"${law.form.equation}$", view.JOINT, (law,))
    family = charts.family(controls.joint, view.TITLES["tokens"], "your run")
    yield [
        Figure(family, view.ALT["joint"]),
        Figure(charts.overfit(controls.overfit, view.OVERFIT), view.ALT["overfit"]),
    ]
    yield text.joint(controls)


def stopping(controls: Controls) -> Iterator[Any]:
    """Learning curves, and the cost of a wrong size."""
    law = published.KAPLAN_NS
    formula = f"${law.form.equation}$, and from it eq. B.5 and B.16"
    yield Label("simulated", formula, "", (law,))
    curves = charts.family(controls.curves, view.STEPS_TITLE, "where to stop")
    yield [
        Figure(curves, view.ALT["curves"]),
        Figure(charts.off(controls.off, view.WRONG), view.ALT["off"]),
    ]
    yield text.stopping(controls)


def ends(_: Controls) -> Iterator[Any]:
    """The crossing of two laws."""
    laws = (published.KAPLAN_CMIN, published.KAPLAN_D, published.KAPLAN_OPT_TOKENS)
    yield Label("simulated", "L(C_min) against L(D) of the tokens it would use", "", laws)
    yield [Figure(charts.crossing(view.crossing(), view.CROSSING), view.ALT["crossing"])]
    yield text.ends()


def export(controls: Controls) -> Export:
    """The rows behind the figure, to carry away."""
    does = "The constants behind it, in a terminal:"
    return Export(controls.table, "kaplan", text.COMMAND, "points", does)


TABS = {  # by their keys in the link
    "joint": Tab("Which of the two holds you back?", joint),
    "stopping": Tab("When to stop, and which size?", stopping),
    "ends": Tab("Where must the lines end?", ends),
}
EXPERIMENTS = (
    (
        "Compute for data",
        "See what ten times the tokens buy. How many times the compute buys "
        "as much? Move *Times more*.",
        FIRST,
    ),
    (
        "A small model, a lot of data",
        "Walk up in size until the data holds it back.",
        Experiment(params="10M", tokens="1T"),
    ),
    (
        "A large model, little data",
        "It overfits. How much more data would one eight times larger need?",
        Experiment(params="10B", tokens="1B"),
    ),
    (
        "Straight, or bent?",
        "Over which range could you tell a floor, if losses were known to a percent?",
        replace(FIRST, floor=True),
    ),
)
LAWS = (
    *kaplan.ONE.values(),
    published.KAPLAN_C,
    published.KAPLAN_ND,
    published.KAPLAN_NS,
    published.REFIT,
    published.KAPLAN_SIZE,
    published.KAPLAN_OPT_TOKENS,
)
CODE = (
    "toylab.laws.kaplan.gain",
    "toylab.laws.kaplan.regime",
    "toylab.laws.kaplan.tokens_needed",
    "toylab.laws.kaplan.stop",
    "toylab.laws.kaplan.off_size",
    "toylab.laws.kaplan.conflict",
)
