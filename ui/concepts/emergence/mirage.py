"""Tab "A mirage?": k characters in a row, beside k unrelated ones, by language models."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from toylab import devices
from toylab.experiments.streaks import LONGEST
from toylab.experiments.streaks_results import Exam, by_budget, by_seed
from toylab.experiments.streaks_study import BUDGETS, StreaksStudy
from toylab.laws import published
from toylab.live.result_source import ResultSource
from ui.blocks import Figure, Folded
from ui.concepts.emergence import charts, mirage_text
from ui.concepts.shared import training
from ui.knobs import knob
from ui.label import Label
from ui.live import Live, Rows, Run, result_source
from ui.sections import Tab

ENDS = (BUDGETS[0] / 1.4, BUDGETS[-1] * 1.4)  # FLOPs, of the axis
ROOM = 1.5  # of the axis: a factor below the lowest share
RECORDED = StreaksStudy.PRESETS["recorded"]


@dataclass(frozen=True)
class MirageControls:
    """The characters that must be right, and the networks to train."""

    symbols: int = knob(8, "Characters that must all be right, k", (2, LONGEST))
    seeds: int = knob(StreaksStudy().seeds, "Seeds", (3, 8))  # fewer have no interval
    seed: int = knob(0, "First seed of a run", (0, 10**6), typed=True)
    device: str = knob("cpu", "Device", devices.KINDS)

    @property
    def study(self) -> StreaksStudy:
        """The study that they ask for."""
        return StreaksStudy(seeds=self.seeds, seed=self.seed, device=self.device)


@dataclass(frozen=True, eq=False)
class Mirage:
    """The exams of the networks so far."""

    symbols: int
    frame: pd.DataFrame
    live: bool

    @cached_property
    def exams(self) -> list[Exam]:
        """By budget, ascending, as far as three seeds have ended."""
        return by_budget(self.frame, self.symbols)

    @cached_property
    def lines(self) -> pd.DataFrame:
        """The means over the seeds: flops, share, exam."""
        rows = [
            (exam.budget, getattr(exam, name).value, name)
            for name in charts.EXAMS
            for exam in self.exams
        ]
        frame = pd.DataFrame(rows, columns=list(charts.EXAM))
        return frame.astype({"flops": float, "share": float})

    @property
    def shapes(self) -> dict[str, pd.DataFrame]:
        """The table of the chart of shares of what the largest network reaches."""
        last = self.lines[self.lines["flops"] == BUDGETS[-1]].set_index("exam")["share"]
        whole = self.lines["exam"].map(last)
        return {"lines": self.lines.assign(share=self.lines["share"] / whole).dropna()}

    @property
    def levels(self) -> dict[str, pd.DataFrame]:
        """The tables of the chart of the shares themselves, on a log axis.

        A mean stands where no seed has 0.
        """
        seeds = by_seed(self.frame, self.symbols).rename(columns={"budget": "flops"})
        seeds = seeds.melt("flops", list(charts.EXAMS), var_name="exam", value_name="share")
        lowest = seeds.groupby(["flops", "exam"])["share"].min().rename("lowest")
        lines = self.lines.join(lowest, on=["flops", "exam"])
        lines, seeds = lines[lines["lowest"] > 0], seeds[seeds["share"] > 0]
        least = seeds["share"].min() / ROOM if len(seeds) else 1e-4
        axes = pd.DataFrame({"y0": [least], "y1": [1.0]})
        return {"lines": lines, "seeds": seeds, "axes": axes}


def train(*given: Any) -> Iterator[Any]:
    """The run button, once there is a text to learn from."""
    study = given[-1].study
    yield from training.corpus_preparation()
    yield Run("streaks", study, lambda: training.corpus_specs(study))


def mirage(*given: Any) -> Iterator[Any]:
    """The exams of the recorded networks, or of those that are trained now."""
    controls: MirageControls = given[-1]
    source = result_source("streaks", controls.study, StreaksStudy.recorded, RECORDED)
    yield Label("simulated", mirage_text.UNRELATED, sources=(published.SCHAEFFER,))
    yield Live(
        Label(
            source.kind,
            source.about.describe(),
            source.made,
            stale=source.stale and source.job is not None,
            when=source.when,
        ),
        source,
        lambda rows, unfinished: gather(source, controls, rows, live=unfinished is not None),
        _drawn,
    )
    yield Folded(mirage_text.OPEN, mirage_text.debate())
    yield training.export(source, "streaks", "exams")


def gather(source: ResultSource, controls: MirageControls, rows: Rows, *, live: bool) -> Mirage:
    """The exams of the rows so far."""
    return Mirage(controls.symbols, source.about.table(rows), live)


def _drawn(result: Mirage) -> list[Any]:
    shapes = charts.exam_shapes(result.shapes, ENDS)
    levels = charts.exam_levels(result.levels, ENDS)
    figures = [
        Figure(shapes, mirage_text.ALT["shapes"]),
        Figure(levels, mirage_text.ALT["levels"]),
    ]
    return [figures, *mirage_text.lessons(result.exams, result.symbols, live=result.live)]


TABS: Mapping[str, Tab] = {"mirage": Tab("A mirage?", mirage, MirageControls, "streaks", train)}
