"""Blocks of the page on architectures: its figure, its experiments."""

from collections.abc import Iterator
from typing import Any

from toylab.experiments.architecture_results import ArchitectureResults
from toylab.live.result_source import ResultSource
from ui.blocks import Caution, Figure
from ui.concepts.architecture import charts, text, view
from ui.concepts.architecture.live import State
from ui.concepts.architecture.view import Experiment
from ui.concepts.shared import training
from ui.label import Label
from ui.remembered import remembered
from ui.row import Export
from ui.sight import Figures, FirstSight


@remembered
def figure(state: State, results: ArchitectureResults) -> Iterator[Any]:
    """Loss against compute; behind the switch the compute ratios."""
    seen = state.guess.seen
    middle, study = results.middle, results.study
    base = results.lines.get(study.baseline)
    level = float(base(middle)) if base else None
    mark = state.guess.mark(x=lambda times: times * middle, y=str(level) if level else None)
    loss = charts.loss(view.loss(results, seen=seen))
    figures: Figures = {"Loss": Figure(loss, text.ALT["loss"], guess=mark)}
    if seen and not results.live and results.others:
        baseline = study.designs[study.baseline].title
        figures["Compute"] = lambda: Figure(
            charts.ratios(view.ratios(results), baseline), text.ALT["ratios"]
        )
    yield FirstSight(
        label(state.source, stale=state.stale and seen),
        figures,
        text.headline(results, seen=seen),
        text.numbers(results, seen=seen),
        text.details(results) if seen and not results.live else [],
        open=not seen,
    )
    if seen and (edges := text.edges(results)):
        yield Caution(edges)


def label(source: ResultSource, *, stale: bool = False) -> Label:
    """The origin of runs."""
    return training.label(source, text.made(source.made), stale=stale)


def export(source: ResultSource) -> Export:
    """The runs, to carry away."""
    about = source.about
    table = training.table(source).drop(columns="text")
    return Export(table, f"architecture_{about.compare}", about.command())


EXPERIMENTS = (
    ("Other seeds", "How far do the lines move?", Experiment(seed=100)),
    (
        "A fourth budget",
        "Do the three lines stay parallel? Takes a minute or two.",
        Experiment(highest="3e10"),
    ),
    ("More seeds", "By how much do the intervals shrink?", Experiment(seeds=5)),
    (
        "An optimiser that nobody tuned",
        "Does it look like a better scaling law?",
        Experiment(about="optimizers"),
    ),
    (
        "Six layers, or one?",
        "What does depth cost at equal parameters, with skips and without?",
        Experiment(about="shapes"),
    ),
)
CODE = (
    "toylab.experiments.charlm.run",
    "toylab.experiments.nets.transformer.logits",
    "toylab.experiments.nets.lstm.logits",
    "toylab.experiments.nets.ngram.gradient",
    "toylab.experiments.nets.sequences.gradient",
    "toylab.experiments.nets.deep.DeepNet",
    "toylab.experiments.nets.training.train",
    "toylab.experiments.nets.sgd.Sgd",
    "toylab.fits.compute_ratio.fit",
    "toylab.fits.compute_ratio.ratio",
    "toylab.fits.compute_ratio.crossing",
)
