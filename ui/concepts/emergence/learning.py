"""Tab "While it learns": sums that are right against steps of training."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import pandas as pd

from toylab import devices
from toylab.experiments.task_results import AdditionResults
from toylab.experiments.task_studies import AdditionStudy
from toylab.live.result_source import ResultSource
from ui.blocks import Figure
from ui.concepts.emergence import charts, learning_text
from ui.concepts.shared import training
from ui.knobs import knob
from ui.label import Label
from ui.live import Live, Rows, Run, result_source

USUAL, RECORDED = (AdditionStudy.PRESETS[name] for name in ("usual", "recorded"))
STEPS = [1000, 2500, 4000]
LINES = {"right_3": "optimum", "right_1": "model", "right_2": "rival", "exact_3": "data"}


@dataclass(frozen=True)
class LearningControls:
    """The controls of the networks that learn to add, as the link has them."""

    seeds: int = knob(USUAL.seeds, "Seeds", (1, 8))
    steps: int = knob(USUAL.steps, "Steps of training", STEPS)
    seed: int = knob(USUAL.seed, "First seed", (0, 10**6), typed=True)
    device: str = knob(USUAL.device, "Device", devices.KINDS)

    @property
    def study(self) -> AdditionStudy:
        """The study that they ask for."""
        return AdditionStudy(**asdict(self))


def train(*given: Any) -> Iterator[Any]:
    """The run button."""
    study = given[-1].study
    yield Run("addition", study, study.specs)


def learning(*given: Any) -> Iterator[Any]:
    """Networks that learn to add, trained now or recorded."""
    study = given[-1].study
    source = result_source("addition", study, AdditionStudy.recorded, RECORDED)
    yield Live(
        Label(
            source.kind,
            source.about.describe(),
            source.made,
            stale=source.stale and source.job is not None,
            when=source.when,
        ),
        source,
        partial(training.results, gather, source),
        _drawn,
    )
    yield training.export(source, "addition", "exams")


def gather(source: ResultSource, rows: Rows, unfinished: Rows | None) -> AdditionResults:
    """The looks at finished networks and, live, at those on their way."""
    table = source.about.table([*rows, *(unfinished or ())])
    return AdditionResults(source.about, table, live=unfinished is not None)


def _drawn(results: AdditionResults) -> list[Any]:
    steps = results.study.steps
    every = charts.learning(networks(results), steps)
    one = charts.digits(digits(results), steps)
    return [
        [
            Figure(every, learning_text.ALT["networks"]),
            Figure(one, learning_text.ALT["digits"]),
        ],
        *learning_text.lessons(results, results.middle_seed),
    ]


def networks(results: AdditionResults) -> dict[str, pd.DataFrame]:
    """The table of sums that are right, a line a network."""
    seeds = results.seeds().rename(columns={"exact": "share"})[["step", "share", "seed"]]
    return {"seeds": seeds}


def digits(results: AdditionResults) -> dict[str, pd.DataFrame]:
    """The table of the digits of one network, and of whole sums."""
    mine = results.trained[results.trained["seed"] == results.middle_seed]
    parts = [
        pd.DataFrame(
            {
                "step": mine["step"],
                "share": mine[column],
                "what": charts.DIGITS[meaning],
                "meaning": meaning,
            }
        )
        for column, meaning in LINES.items()
    ]
    return {"lines": pd.concat(parts, ignore_index=True)}
