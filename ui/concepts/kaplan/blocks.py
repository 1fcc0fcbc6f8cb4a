"""Blocks of the page on Kaplan's laws: its figure, its tabs, its experiments."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from toylab.laws import kaplan, published
from ui.blocks import Figure, Label, StackedNumbers
from ui.concepts.kaplan import charts, text, view
from ui.concepts.kaplan.view import Controls
from ui.sections import Tab

FIRST = Controls()


def label(controls: Controls) -> Label:
    """The laws that the figure is drawn from."""
    floor = (published.REFIT,) if controls.floor else ()
    return Label("simulated", view.LINES, view.MEANING, (*kaplan.ONE.values(), *floor))


def panel(controls: Controls) -> Iterator[Any]:
    """The change of the loss, in numbers."""
    yield StackedNumbers(text.numbers(controls))


def figure(controls: Controls) -> Iterator[Any]:
    """The three lines, and what they say."""
    yield [line(controls, of) for of in view.TITLES]
    yield text.finding(controls)


def line(controls: Controls, of: str) -> Figure:
    """One of the three lines."""
    chart = charts.line(
        controls.line(of),
        view.TITLES[of],
        view.REACH[of],
        flops=of == "compute",
        floor=controls.floor,
    )
    return Figure(chart, view.ALT[of])


def joint(controls: Controls) -> Iterator[Any]:
    """Too small a model, or too little data."""
    law = published.KAPLAN_ND
    yield Label("simulated", f"${law.form.equation}$", view.JOINT, (law,))
    family = charts.family(controls.joint, view.TITLES["tokens"], "your run")
    yield [
        Figure(family, view.ALT["joint"]),
        Figure(charts.overfit(controls.overfit), view.ALT["overfit"]),
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
        Figure(charts.off(controls.off), view.ALT["off"]),
    ]
    yield text.stopping(controls)


def ends(_: Controls) -> Iterator[Any]:
    """The crossing of two laws."""
    laws = (published.KAPLAN_CMIN, published.KAPLAN_D, published.KAPLAN_OPT_TOKENS)
    yield Label("simulated", "L(C_min) against L(D) of the tokens it would use", "", laws)
    yield [Figure(charts.crossing(view.crossing()), view.ALT["crossing"])]
    yield text.ends()


TABS = {  # by their keys in the link
    "joint": Tab("Which of the two holds you back?", joint),
    "stopping": Tab("When to stop, and which size?", stopping),
    "ends": Tab("Where must the lines end?", ends),
}
EXPERIMENTS = (
    (
        "**Read it off the axis.** Ten times the tokens take a fifth off the loss. How much "
        "compute takes off as much? Move *Times more* until the last number comes closest.",
        FIRST,
    ),
    (
        "**A small model with a lot of data** is model-limited: more data hardly helps it. "
        "Walk up in size until the data holds it back.",
        replace(FIRST, params="10M", tokens="1T"),
    ),
    (
        "**A large model with little data.** Where does it start to overfit, and how far does "
        "it need the data to grow when you make it eight times larger?",
        replace(FIRST, params="10B", tokens="1B"),
    ),
    (
        "**Straight, or bent?** Put a law with a floor beside the lines. Over which range "
        "could you tell them apart, if losses were known to a percent?",
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
