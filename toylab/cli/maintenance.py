"""`toylab record` and `toylab bench`: the recorded runs made anew; the engine timed."""

import argparse
from collections.abc import Callable
from functools import partial

from toylab.benchmarks.architecture import architecture as time_architecture
from toylab.benchmarks.batch_steps import race as time_batch_steps
from toylab.benchmarks.classroom import Lesson, classroom
from toylab.benchmarks.copy import copy as time_copy
from toylab.benchmarks.fit import fit as time_fit
from toylab.benchmarks.lm import grid as time_lm_grid
from toylab.benchmarks.lm import lm as time_lm
from toylab.benchmarks.repetition import repetition as time_repetition
from toylab.benchmarks.schedules import schedules as time_schedules
from toylab.benchmarks.shapes import shapes as time_shapes
from toylab.benchmarks.sine import sine as time_sine
from toylab.benchmarks.transfer import transfer as time_transfer
from toylab.cli import (
    architecture,
    batch_steps,
    lm,
    lm_grid,
    other_texts,
    regression,
    repetition,
    schedules,
    shapes,
    sine,
    streaks,
    tasks,
    transfer,
)
from toylab.cli.parser import Commands, Parser, add_options, chosen_fields

BENCHMARKS = {
    "sine": time_sine,
    "fit": time_fit,
    "lm": time_lm,
    "architecture": time_architecture,
    "lm-grid": time_lm_grid,
    "batch-steps": time_batch_steps,
    "shapes": time_shapes,
    "copy": time_copy,
    "repetition": time_repetition,
    "transfer": time_transfer,
    "schedules": time_schedules,
}
LESSON = {
    "visitors": "who walk a way through and move sliders",
    "minutes": "how long",
    "pause": "seconds between two moves of a visitor, on average",
    "train": "how many of them press Run, again and again",
    "servers": "processes that share the visitors and the cores",
    "root": "the checkout whose app is served",
}
RECORDS = {
    "sine": sine.record,
    "regression": regression.record,
    "lm": lm.record,
    "lm-nets": lm.record_nets,
    "architecture": architecture.record,
    "repetition": repetition.record,
    "other-texts": other_texts.record,
    "schedules": schedules.record,
    "lm-grid": lm_grid.record,
    "streaks": streaks.record,
    "tasks": tasks.record,
    "batch-steps": batch_steps.record,
    "shapes": shapes.record,
    "transfer": transfer.record,
}


def add(commands: Commands) -> None:
    """Add the commands."""
    record = commands.add_parser("record", help="train the runs in toylab/data (half an hour)")
    record.add_argument("what", nargs="?", choices=RECORDS, help="one set of them; default: all")
    record.set_defaults(run=_record, refuse=record.error, cluster="")  # they name this machine
    timing = commands.add_parser("bench", help="time the engine against the plain way")
    benchmarks = timing.add_subparsers(required=True, dest="what")
    for what, measure in BENCHMARKS.items():
        _add_benchmark(benchmarks, what, partial(_time, measure))
    lesson = _add_benchmark(
        benchmarks,
        "class",
        lambda chosen: classroom(chosen_fields(chosen, Lesson()), as_json=chosen.json),
    )
    add_options(lesson, Lesson(), LESSON)


def _add_benchmark(
    commands: Commands, what: str, run: Callable[[argparse.Namespace], int]
) -> Parser:
    parser = commands.add_parser(what)
    parser.add_argument("--json", action="store_true", help="print the timings as JSON")
    parser.set_defaults(run=run, refuse=parser.error)
    return parser


def _time(measure: Callable[..., int], chosen: argparse.Namespace) -> int:
    return measure(as_json=chosen.json)


def _record(chosen: argparse.Namespace) -> int:
    """Train what pages show before anything is run, and write it where they find it."""
    for what, make in RECORDS.items():
        if chosen.what in (None, what) and (failed := make()):
            return failed
    return 0
