"""Blocks of the page on the critical batch: its figure, its tabs, its experiments."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from toylab.experiments.critical_batch_study import CriticalBatchStudy
from toylab.laws import published
from toylab.live.result_source import ResultSource
from toylab.tables import csv_reader, step_columns
from toylab.tables.csv_reader import CsvTable
from toylab.teaching.exercises import critical_batch as exercises
from ui.blocks import Download, Figure, Info, Waiting
from ui.concepts.critical_batch import charts, live, live_text, text, view
from ui.concepts.critical_batch.live import LiveControls, LiveRaces
from ui.concepts.critical_batch.view import (
    ClusterControls,
    Controls,
    Experiment,
    QuadraticControls,
)
from ui.concepts.shared import charts as shared_charts
from ui.concepts.shared import steps_table, training
from ui.guess import GuessState
from ui.label import Label
from ui.live import Live, Run, result_source
from ui.remembered import remembered
from ui.row import Export
from ui.sections import Exercises, Tab
from ui.sight import Figures, FirstSight
from ui.upload import Upload


@remembered
def figure(controls: Controls, guess: GuessState) -> Iterator[Any]:
    """The tradeoff of steps against tokens, and the growth of the critical batch."""
    seen = guess.seen
    tradeoff = Figure(
        charts.tradeoff(controls.tradeoff(seen, guess.given), view.SPENT),
        view.ALT["tradeoff"],
        guess=guess.mark(
            x=lambda percent: controls.saved(percent)[0],
            y=lambda percent: controls.saved(percent)[1],
            left=charts.UNDER,
        ),
    )
    figures: Figures = {"Steps against tokens": tradeoff}
    if seen:
        figures["Growth"] = lambda: Figure(
            charts.growth(controls.growth, view.growth_axes()), view.ALT["growth"]
        )
    sources = (published.KAPLAN_BATCH, published.MCCANDLISH)
    yield FirstSight(
        Label("simulated", text.label(controls), text.MADE, sources),
        figures,
        text.headline(controls) if seen else text.asked(controls),
        text.numbers(controls, seen),
        [text.finding(controls), text.growing(controls)] if seen else [],
        open=not seen,
    )


def train(_: Controls, options: LiveControls) -> Iterator[Any]:
    """The run button of the live races."""
    yield from training.corpus_preparation()
    yield Run("races", options.study, lambda: training.corpus_specs(options.study))


def races(_: Controls, options: LiveControls) -> Iterator[Any]:
    """Real races of eight batches to three losses, trained now or recorded."""
    recorded = CriticalBatchStudy.PRESETS["recorded"]
    source = result_source("races", options.study, CriticalBatchStudy.recorded, recorded)
    study, methods = source.about, (published.MCCANDLISH,)
    origin = Label(
        source.kind,
        study.describe(),
        live_text.made(source),
        methods=methods,
        stale=source.stale,
        when=source.when,
    )
    if source.kind == "live":
        kept = ResultSource(recorded, None, recorded.recorded(), stale=False)
        yield Label(kept.kind, live_text.ALONE, kept.made)
    yield Live(origin, source, partial(training.results, live.gather, source), _races)
    yield Export(training.table(source), "races", study.command(), "races")


def _races(races: LiveRaces) -> list[Any]:
    steps = shared_charts.races(races.drawn, "characters", view.RACED)
    scales = charts.scales(races.scales, view.SCALED)
    return [
        [Figure(steps, view.ALT["races"], 3), Figure(scales, view.ALT["scales"], 2)],
        live_text.race(races),
        live_text.grown(races),
        live_text.noise(races),
    ]


def wall_clock(controls: Controls, devices: ClusterControls) -> Iterator[Any]:
    """Time against money for so many devices."""
    yield Label("simulated", text.WALL_CLOCK, text.MADE)
    yield [
        Figure(charts.clock(devices.clock(controls)), view.ALT["clock"]),
        Figure(charts.choice(devices.choice(controls)), view.ALT["choice"]),
    ]
    yield text.cluster(controls, devices)


def quadratic(_: Controls, task: QuadraticControls) -> Iterator[Any]:
    """A noisy quadratic, where everything is known: whether a hyperbola holds."""
    yield Label("simulated", text.QUADRATIC, sources=(published.MCCANDLISH,))
    yield Waiting("Racing twenty batches to the target ...", lambda: _raced(task))
    yield text.quadratic(task)


def _raced(task: QuadraticControls) -> Iterator[Any]:
    yield [Figure(shared_charts.races(task.drawn, "examples"), view.ALT["quadratic"])]


def table(_: Controls) -> Iterator[Any]:
    """The reader's own table of batches and steps."""
    title = "Your runs, one a line, as CSV"
    yield Upload(
        "own_steps", title, csv_reader.parse, step_columns.guess, steps_table.WANTED, _own, _welcome
    )


def _welcome() -> Iterator[Any]:
    yield Info(text.WELCOME, ":material/upload_file:")
    yield Download("An example to fill in", live.example(), "steps.csv")


def _own(table: CsvTable, chosen: dict[str, str | None]) -> Iterator[Any]:
    yield from steps_table.answer(table, chosen)
    yield steps_table.export(table, chosen)


def mistakes(_: Controls) -> Iterator[Any]:
    """Worked exercises with their common mistakes."""
    sources = (published.KAPLAN_BATCH, published.ZHANG)
    yield Label("simulated", "Computed when the page is drawn", sources=sources)
    yield Exercises(exercises.examples())


def export(controls: Controls) -> Export:
    """The rows behind the figure, to carry away."""
    return Export(
        controls.table,
        "tradeoff",
        "python -m toylab laws kaplan-batch kaplan-opt-steps",
        "batches",
        "The constants behind it, in a terminal:",
    )


TABS = {  # by their keys in the link
    "live": Tab("Live: train to a target", races, LiveControls, "races", train),
    "wall_clock": Tab("Time against money", wall_clock, ClusterControls, "hall", above=True),
    "quadratic": Tab("Why a hyperbola", quadratic, QuadraticControls, "bowl", above=True),
    "table": Tab("Your own table", table),
    "mistakes": Tab("Common mistakes", mistakes),
}
EXPERIMENTS = (
    (
        "Twice the batch, half the steps?",
        "Try batches of 1.05M, 8.39M and 67.1M. What does doubling buy each time?",
        Experiment(loss="2", batch="1.05M"),
    ),
    (
        "Early in training",
        "The critical batch is still small. How many times more tokens does 8.4M "
        "cost to a loss of 4?",
        Experiment(loss="4", batch="8.39M"),
    ),
    (
        "Measure one",
        "Train a small model at eight batch sizes. Does the critical batch grow as the loss falls?",
        Experiment(about="live"),
    ),
    (
        "What is waiting worth?",
        "1024 devices, or 8192? Then let each step cost more.",
        Experiment(loss="2", about="wall_clock"),
    ),
)
CODE = (
    "toylab.laws.critical_batch.Tradeoff",
    "toylab.fits.critical_batch.fit",
    "toylab.experiments.steps_to_loss.run",
    "toylab.experiments.steps_to_loss.descend",
    "toylab.experiments.noise_scale.parts",
    "toylab.experiments.noise_scale.scale",
    "toylab.laws.wall_clock.Cluster",
    "toylab.simulation.noisy_quadratic.Quadratic",
)
