"""Runs of "Your own Chinchilla": the study that trains, the next budget, and their results."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from toylab.experiments.charlm_study import RECORDED_STUDIES, CharlmStudy
from toylab.experiments.study import Spec
from toylab.fits.forecast import Forecast, forecast, measured
from toylab.fits.isoflop_budgets import Valley
from toylab.live.result_source import ResultSource
from ui.concepts.charlm.results import CharlmResults
from ui.concepts.charlm.view import Controls, Guess, Question
from ui.concepts.shared.training import corpus_specs
from ui.guess import GuessState
from ui.live import Rows, result_source

OFF_VALLEY = "python, off the valley"  # the recorded study for the surface alone


@dataclass(frozen=True, eq=False)
class State:
    """The controls as they stand, the reader's guess, and the runs to show for them."""

    controls: Controls
    source: ResultSource
    guess: GuessState[Guess]

    @cached_property
    def ended(self) -> CharlmResults | None:
        """The results of runs that have ended; None while some are on their way."""
        source = self.source
        return None if source.live else self._gather(source.rows, live=False)

    @property
    def results(self) -> CharlmResults | None:
        """The same; None while the answer is hidden, too."""
        return None if self.guess.hide else self.ended

    def gather(self, rows: Rows, unfinished: Rows | None) -> CharlmResults:
        """The results of the rows so far; those of runs that have ended are made once."""
        return self.ended or self._gather(rows, live=unfinished is not None)

    def _gather(self, rows: Rows, *, live: bool) -> CharlmResults:
        study = self.controls.study
        guess = self.guess.of(question(self.source, study))
        return gather(self.source, study, rows, live=live, guess=guess, hide=self.guess.hide)


@dataclass(frozen=True)
class Locked:
    """The forecast of the next budget before it is trained, and the study that trains it."""

    forecast: Forecast
    study: CharlmStudy


@dataclass(frozen=True, eq=False)
class NextBudget:
    """The budget beyond a study: its forecast, and its runs so far."""

    locked: Locked
    before: CharlmResults
    frame: pd.DataFrame
    live: bool

    @cached_property
    def together(self) -> CharlmResults:
        """The study with the next budget."""
        study = replace(self.before.study, highest=self.locked.study.highest)
        every = pd.concat([self.before.good, self.frame])
        return CharlmResults(study, every, study.highest, self.live)

    @property
    def valley_tables(self) -> dict[str, pd.DataFrame]:
        """The tables of the chart of valleys, with a rule at the forecast."""
        rule = pd.DataFrame({"params": [self.locked.forecast.params.value]})
        return self.together.valley_tables | {"guess": rule}

    @property
    def measured(self) -> Valley:
        """The bottom that was forecast. Refuses while there is none."""
        return measured(self.locked.forecast, self.together.runs)


def specs(study: CharlmStudy) -> Sequence[Spec]:
    """The runs of a study. Refuses where this Python has nothing to learn from."""
    return corpus_specs(study) if study.language == "python" else study.specs()


def source(controls: Controls) -> ResultSource:
    """The runs to show for the controls: a job of this session, or recorded ones."""
    otherwise = RECORDED_STUDIES[controls.language]
    return result_source("lm", controls.study, CharlmStudy.recorded, otherwise)


def next_source(locked: Locked | None) -> ResultSource:
    """The runs of the next budget; none of it is recorded."""
    return result_source("next", locked, lambda _: None, locked)


def question(source: ResultSource, chosen: CharlmStudy) -> Question:
    """The language and the budget whose best size the figure tells."""
    study = source.about if source.job else chosen
    return study.language, study.highest


def gather(
    source: ResultSource,
    chosen: CharlmStudy,
    rows: Rows,
    *,
    live: bool,
    guess: Guess | None,
    hide: bool,
) -> CharlmResults:
    """The results of the rows so far.

    Of recorded ones those stay hidden, if `hide`, that have the largest budget of the study
    that is asked about, or a larger one, so that there is something to guess.
    """
    about = source.about
    frame = about.table(rows)
    if source.job:
        return CharlmResults(about, frame, about.highest, live, guess)
    if hide:
        kept = (frame["flops"] > chosen.lowest * 0.9) & (frame["flops"] < chosen.highest * 0.9)
        axes = replace(about, lowest=chosen.lowest, highest=chosen.highest)
        return CharlmResults(axes, frame[kept], chosen.highest, guess=guess, hidden=True)
    off = RECORDED_STUDIES[OFF_VALLEY].recorded() if about.language == "python" else None
    more = about.table(off.rows) if off else None
    return CharlmResults(about, frame, chosen.highest, guess=guess, more=more)


def lock(before: CharlmResults, chosen: CharlmStudy) -> Locked:
    """The forecast for the budget after a study, to be trained on the reader's device.

    Refuses where there is no line, or no larger budget.
    """
    study = replace(before.study.next, device=chosen.device, seed=chosen.seed)
    return Locked(forecast(before.line, study.highest), study)


def gather_next(locked: Locked, before: CharlmResults, rows: Rows, live: bool) -> NextBudget:
    """The next budget's rows so far, with the study before."""
    return NextBudget(locked, before, locked.study.table(rows), live)
