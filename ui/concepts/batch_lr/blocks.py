"""Blocks of the page on batch and learning rate: its figure, its tabs, its experiments."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from toylab.experiments import batch_lr_study
from toylab.experiments.batch_lr_study import BatchLrStudy
from toylab.laws import batch_lr, published
from toylab.teaching.exercises import batch_lr as exercises
from ui.blocks import Figure, Table
from ui.concepts.batch_lr import charts, live, live_text, text, view
from ui.concepts.batch_lr.live import LiveControls, LiveGrids
from ui.concepts.batch_lr.view import Controls, Experiment, ModelControls
from ui.concepts.shared import training
from ui.guess import GuessState
from ui.label import Label
from ui.live import Live, Run, result_source
from ui.remembered import remembered
from ui.row import Export
from ui.sections import Exercises, Tab
from ui.sight import Figures, FirstSight


@remembered
def figure(controls: Controls, guess: GuessState) -> Iterator[Any]:
    """The valley and, once they are seen, its bottom and the best settings by compute."""
    guessed, seen = view.guessed(guess.numbers), guess.seen
    valley = charts.valley(controls.valley(guessed, seen), controls.box)
    mark = guess.mark(x=float, y=float)
    figures: Figures = {"Valley": Figure(valley, view.ALT["valley"], guess=mark)}
    sources = (*controls.sources, published.REFIT)
    label = Label("simulated", text.label(controls), text.MADE, sources)
    numbers = text.numbers(controls, guessed, seen)
    if not seen:
        yield FirstSight(label, figures, text.asked(controls, guessed), numbers, open=True)
        return
    figures |= {name: partial(_curve, controls, what) for what, name in view.SWITCH.items()}
    why = [text.details(controls), text.moving(controls), text.used()]
    yield FirstSight(label, figures, text.finding(controls, guessed), numbers, why)


def _curve(controls: Controls, what: str) -> Figure:
    across, up = view.CURVES
    chart = charts.moving(controls.moving(what), view.TITLES[what], (across, up[what]))
    trained = Label("published", text.TRAINED, sources=(published.DEEPSEEK,))
    return Figure(chart, view.ALT[what], also=(trained,))


def train(_: Controls, options: LiveControls) -> Iterator[Any]:
    """The run button of the live grid."""
    yield from training.corpus_preparation()
    yield Run("grid", options.study, lambda: training.corpus_specs(options.study))


def grids(_: Controls, options: LiveControls) -> Iterator[Any]:
    """A real grid at each of some budgets, trained now or recorded."""
    recorded = BatchLrStudy.PRESETS["recorded"]
    source = result_source("grid", options.study, BatchLrStudy.recorded, recorded)
    study = source.about
    origin = Label(
        source.kind,
        study.describe(),
        live_text.made(source),
        stale=source.stale,
        when=source.when,
    )
    yield Live(origin, source, partial(training.results, live.gather, source), _grids)
    yield Export(training.table(source), "grid", study.command())


def _grids(grids: LiveGrids) -> list[Any]:
    box = view.box(batch_lr_study.GRID)
    row = [
        Figure(
            charts.valley(grids.tables(valley), box, "characters", live.title(valley)),
            view.ALT["grid"],
        )
        for valley in grids.valleys
    ]
    return [row, *map(live_text.bottom, grids.valleys), live_text.together(grids)]


def trust(controls: Controls) -> Iterator[Any]:
    """The answers of many draws: the lowest run's and the quadratic's."""
    yield Label("simulated", text.label(controls), text.MADE)
    yield [Figure(charts.landings(controls.landings, controls.box), view.ALT["landings"])]
    yield text.trust(controls)


def laws(_: Controls, model: ModelControls) -> Iterator[Any]:
    """The advice of each law for one model."""
    yield Label("simulated", "What each law says of one model", text.LAWS)
    yield [
        Figure(charts.advice(model.advised, "batch", view.BATCH), view.ALT["advice_batch"]),
        Figure(charts.advice(model.advised, "lr", view.RATE), view.ALT["advice_lr"]),
    ]
    yield Table(text.advice(model))
    yield text.disagreement(model)


def mistakes(_: Controls) -> Iterator[Any]:
    """Worked exercises with their common mistakes."""
    source = (published.DEEPSEEK_BATCH,)
    yield Label("simulated", "Computed when the page is drawn", sources=source)
    yield Exercises(exercises.examples())


def export(controls: Controls) -> Export:
    """The rows behind the figure, to carry away."""
    return Export(
        controls.table,
        "valley",
        "python -m toylab laws deepseek-batch deepseek-lr step-batch step-lr",
        "runs",
        "The constants behind it, in a terminal:",
    )


TABS = {  # by their keys in the link
    "live": Tab("Live: a real grid", grids, LiveControls, "grid", train, always=True),
    "trust": Tab("Which answer to trust?", trust),
    "laws": Tab("The laws side by side", laws, ModelControls, "laws", above=True, always=True),
    "mistakes": Tab("Common mistakes", mistakes, always=True),
}


def _times(what: str) -> float:
    """The growth of a best setting over all budgets, by DeepSeek's law."""
    rule = getattr(batch_lr.RULES["deepseek"], what)
    return float(rule(view.EVERY[-1]) / rule(view.EVERY[0]))


EXPERIMENTS = (
    (
        "Lucky runs",
        "5 % of noise, a steep valley: where does the lowest run land when the "
        "study is repeated? Does any setting really have its loss?",
        Experiment(**vars(view.SHAPES["steep"]), noise="5", about="trust"),
    ),
    (
        "A flat valley",
        "Large models hardly mind a factor of two. How much noise can the "
        "fit bear, and what does a wrong answer cost?",
        Experiment(**vars(view.SHAPES["flat"]), noise="0.2", about="trust"),
    ),
    (
        "A law from lowest runs",
        "At *Best batch* and *Best rate* the curves now go through the lowest run of each budget. "
        "How wide did the intervals of the exponents become?",
        Experiment(noise="0.5", finder="lowest"),
    ),
    (
        "Move the budget",
        f"Go from {view.BUDGETS[0]} to {view.BUDGETS[-1]} FLOPs and follow the "
        f"bottom: by DeepSeek's laws the best batch grows {_times('batch'):.0f} times and the best "
        f"rate falls {1 / _times('lr'):.0f} times.",
        Experiment(budget="1e16", noise="0.2"),
    ),
)
CODE = (
    "toylab.simulation.batch_lr_bowl.Bowl",
    "toylab.simulation.batch_lr_bowl.draw",
    "toylab.fits.grid_optimum.lowest",
    "toylab.fits.grid_optimum.quadratic",
    "toylab.simulation.batch_lr_grids.optimal_settings",
    "toylab.laws.batch_lr.advice",
    "toylab.experiments.charlm.run",
    "toylab.experiments.nets.training.train",
    "toylab.experiments.batch_lr_results.Valley",
)
