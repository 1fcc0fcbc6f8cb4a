"""Blocks of the page on emergence: its figure, its tabs, its experiments."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from toylab.experiments.task_results import CHANCE, WORST, CopyResults
from toylab.laws import published
from toylab.live.result_source import ResultSource
from ui.blocks import Figure
from ui.concepts.emergence import charts, learning, mirage, text, trio, view
from ui.concepts.emergence.live import State
from ui.concepts.emergence.view import Controls
from ui.concepts.shared import training
from ui.label import Label
from ui.remembered import remembered
from ui.row import Export
from ui.sections import Tab
from ui.sight import Figures, FirstSight


@remembered
def figure(state: State, results: CopyResults) -> Iterator[Any]:
    """Shares that are right against size; behind the switch the loss, and p^k."""
    guess, symbols, source = state.guess, state.controls.symbols, state.source
    seen = guess.seen
    network = view.network(results, symbols) if guess.questions else None
    mark, guessed = None, None
    if network:
        mark = guess.mark(x=str(float(network["params"])), y=_share)
        guessed = (network["params"], _share(guess.given)) if guess.given is not None else None
    asked = network if guessed or not seen else None
    tables = view.shares(results, symbols, asked=asked, seen=seen, guess=guessed)
    drawn = charts.shares(tables, tuple(results.study.sizes))
    figures: Figures = {"Right": Figure(drawn, text.ALT["shares"], guess=mark)}
    if seen:
        figures["Loss"] = partial(_losses, results)
    if seen and symbols > 1:
        figures["p^k"] = partial(_powers, results, symbols)
    yield FirstSight(
        Label(
            source.kind,
            source.about.describe(),
            text.made(source),
            methods=(published.SCHAEFFER,),
            stale=state.stale and seen,
            when=source.when,
        ),
        figures,
        text.headline(results, symbols) if seen else text.OPEN,
        text.numbers(results, symbols, seen=seen),
        text.why(results, symbols) if seen else [],
        open=not seen,
    )


def _losses(results: CopyResults) -> Figure:
    sizes = tuple(results.study.sizes)
    return Figure(charts.losses(view.losses(results), sizes, CHANCE, WORST), text.ALT["losses"])


def _powers(results: CopyResults, symbols: int) -> Figure:
    return Figure(charts.powers(view.powers(results, symbols)), text.ALT["powers"])


def _share(percent: float) -> float:
    return percent / 100


def export(source: ResultSource) -> Export:
    """The exams, to carry away."""
    return training.export(source, "copy", "exams")


TABS = {  # by their keys in the link
    "steps": Tab("While it learns", learning.learning, learning.LearningControls, "addition",
                 learning.train),
    "three": Tab("Three tasks", trio.trio),
    **mirage.TABS,
}  # fmt: skip
EXPERIMENTS = (
    (
        "One symbol, or twelve",
        "Set k to 1, to 4 and to 12. How does the rise move, and which networks are trained anew?",
        Controls(symbols=4),
    ),
    (
        "Train longer",
        "1,000 steps in place of 300: does the size at which half is right stay?",
        Controls(steps=1000),
    ),
    (
        "Far too short",
        "100 steps: is there a size at all that copies a row? What do single symbols say?",
        Controls(steps=100),
    ),
    (
        "Other seeds",
        "The same sizes from other seeds. Where do the dots lie far apart, and where not?",
        Controls(seed=100),
    ),
    (
        "Is it the size, or the training?",
        "Ten times the usual learning rate, and as few steps: do the large networks still copy? "
        "What does their loss say?",
        replace(Controls(), rate=10.0),
    ),
)
CODE = (
    "toylab.experiments.tasks.run",
    "toylab.experiments.tasks.in_a_row",
    "toylab.experiments.nets.task_transformer.logits",
    "toylab.experiments.nets.block.block",
    "toylab.experiments.nets.training.train",
    "toylab.experiments.streaks.run",
    "toylab.experiments.streaks.exact_matches",
    "toylab.laws.exact_match.exact_match",
    "toylab.fits.independence.compare",
)
