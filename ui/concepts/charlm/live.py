"""Runs of "Your own Chinchilla": the study that trains, the next budget, and their results."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import pandas as pd

from toylab.experiments.charlm_study import NET_STUDIES, RECORDED_STUDIES, CharlmStudy
from toylab.experiments.study import Spec
from toylab.fits.forecast import Forecast, forecast, measured
from toylab.fits.isoflop_budgets import Valley
from toylab.live.result_source import ResultSource
from ui.concepts.charlm.results import CharlmResults, learning_curves
from ui.concepts.charlm.view import Controls
from ui.concepts.shared.training import corpus_specs, recorded_table
from ui.guess import GuessState
from ui.live import Rows, result_source

OFF_VALLEY = "python, off the valley"  # the recorded study for the surface alone


@dataclass(frozen=True)
class State:
    """The controls as they stand, the reader's guess, and the runs to show for them."""

    controls: Controls
    source: ResultSource
    guess: GuessState

    @property
    def open(self) -> bool:
        """True where there is an answer to look into: not while it is hidden or on its way."""
        return self.guess.seen and not self.source.live

    @property
    def results(self) -> CharlmResults:
        """The results of runs that have ended."""
        return _ended(self.source, self.controls.study, self.guess)

    def gather(self, rows: Rows, unfinished: Rows | None) -> CharlmResults:
        """The results of the rows so far; those of runs that have ended are made once."""
        if unfinished is None:
            return self.results
        return gather(self.source, self.controls.study, rows, live=True, guess=self.guess)


@lru_cache(maxsize=16)
def _ended(source: ResultSource, study: CharlmStudy, guess: GuessState) -> CharlmResults:
    return gather(source, study, source.rows, live=False, guess=guess)


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
        forecast = self.locked.forecast.params.value
        return CharlmResults(study, every, study.highest, self.live, forecast=forecast)

    @property
    def measured(self) -> Valley:
        """The bottom that was forecast. Refuses while there is none."""
        return measured(self.locked.forecast, self.together.runs)


def specs(study: CharlmStudy) -> Sequence[Spec]:
    """The runs of a study. Refuses where this Python has nothing to learn from."""
    return corpus_specs(study) if study.language == "python" else study.specs()


def source(controls: Controls) -> ResultSource:
    """The runs to show for the controls: a job of this session, or recorded ones."""
    study = controls.study
    otherwise = RECORDED_STUDIES[study.language] if study.net == "ngram" else NET_STUDIES[study.net]
    return result_source("lm", study, CharlmStudy.recorded, otherwise)


def next_source(locked: Locked | None) -> ResultSource:
    """The runs of the next budget; none of it is recorded."""
    return result_source("next", locked, lambda _: None, locked)


def answers(controls: Controls, source: ResultSource) -> CharlmResults:
    """The results that answer a guess; live as long as they do not."""
    return gather(source, controls.study, source.rows, live=source.live, guess=GuessState())


def told(source: ResultSource, chosen: CharlmStudy, seen: bool) -> CharlmStudy | None:
    """The study as far as the figure shows it: until it is seen its smaller budgets, if any."""
    about: CharlmStudy = source.about
    if source.job or seen:
        return about
    low, high = _smaller(_within(chosen, about))
    kept = [C for C in about.budgets if low < C < high]
    return replace(about, lowest=min(kept), highest=max(kept)) if kept else None


def _within(chosen: CharlmStudy, about: CharlmStudy) -> CharlmStudy:
    """The study with its budgets as far as the recorded one has them."""
    low, high = (min(C, about.highest) for C in (chosen.lowest, chosen.highest))
    return replace(chosen, lowest=low, highest=high)


def _smaller(chosen: CharlmStudy) -> tuple[float, float]:
    """The ends of the budgets that do not tell the best size at the largest."""
    return chosen.lowest * 0.9, chosen.highest * 0.9


def gather(
    source: ResultSource,
    chosen: CharlmStudy,
    rows: Rows,
    *,
    live: bool,
    guess: GuessState,
) -> CharlmResults:
    """The results of the rows so far.

    Of recorded ones those stay hidden, until they are seen, that have the largest budget of the
    study that is asked about, or a larger one, so that there is something to guess.
    """
    about = source.about
    frame = recorded_table(about, source.recorded) if source.recorded else about.table(rows)
    if source.job:
        curves = () if live else learning_curves(rows)
        return CharlmResults(about, frame, about.highest, live, guess.numbers, curves=curves)
    chosen = _within(chosen, about)
    if not guess.seen:
        kept = frame["flops"].between(*_smaller(chosen))
        axes = replace(about, lowest=chosen.lowest, highest=chosen.highest)
        return CharlmResults(axes, frame[kept], chosen.highest, guessed=guess.numbers, hidden=True)
    usual = (about.language, about.net) == ("python", "ngram")
    off = RECORDED_STUDIES[OFF_VALLEY].recorded() if usual else None
    more = recorded_table(about, off) if off else None
    return CharlmResults(about, frame, chosen.highest, guessed=guess.numbers, more=more)


def lock(before: CharlmResults, chosen: CharlmStudy) -> Locked:
    """The forecast for the budget after a study, to be trained on the reader's device.

    Refuses where there is no line, or no larger budget.
    """
    study = replace(before.study.next, device=chosen.device, seed=chosen.seed)
    return Locked(forecast(before.line, study.highest), study)


def gather_next(locked: Locked, before: CharlmResults, rows: Rows, live: bool) -> NextBudget:
    """The next budget's rows so far, with the study before."""
    return NextBudget(locked, before, locked.study.table(rows), live)
