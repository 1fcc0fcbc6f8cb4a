"""Runs of the page on repeated text: which are shown, and their results."""

from dataclasses import dataclass
from functools import cached_property

from toylab.experiments.repetition_results import RepetitionResults
from toylab.experiments.repetition_study import RECORDED_STUDIES, RepetitionStudy
from toylab.live.result_source import ResultSource
from ui.guess import GuessState
from ui.live import Rows, result_source


@dataclass(frozen=True, eq=False)
class State:
    """The runs to show for the controls, and the reader's guess about them."""

    asked: RepetitionStudy  # by the controls as they stand
    source: ResultSource
    guess: GuessState

    @property
    def open(self) -> bool:
        """True where there is an answer to look into: not while it is hidden or on its way."""
        return self.guess.seen and not self.source.live

    @cached_property
    def results(self) -> RepetitionResults:
        """The results of runs that have ended."""
        return gather(self.source, self.source.rows, live=False)

    def gather(self, rows: Rows, unfinished: Rows | None) -> RepetitionResults:
        """The results of the rows so far; those of runs that have ended are made once."""
        return self.results if unfinished is None else gather(self.source, rows, live=True)


def source(study: RepetitionStudy, key: str = "repetition") -> ResultSource:
    """The runs to show for a study: a job of this session, or recorded ones."""
    otherwise = RECORDED_STUDIES["filter-or-mix" if study.dirty else "usual"]
    return result_source(key, study, RepetitionStudy.recorded, otherwise)


def answers(source: ResultSource) -> RepetitionResults:
    """The results that answer a guess; live as long as they do not."""
    return gather(source, source.rows, live=source.live)


def gather(source: ResultSource, rows: Rows, *, live: bool) -> RepetitionResults:
    """The results of rows of a source."""
    return RepetitionResults(source.about, source.about.table(rows), live)
