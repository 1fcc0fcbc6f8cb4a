"""Runs of the page on architectures: which are shown, and their results."""

from dataclasses import dataclass
from functools import cached_property

from toylab.experiments.architecture_results import ArchitectureResults
from toylab.experiments.architecture_study import RECORDED_STUDIES, ArchitectureStudy
from toylab.live.result_source import ResultSource
from ui.concepts.architecture.view import FIRST
from ui.guess import GuessState
from ui.live import Rows, result_source


@dataclass(frozen=True, eq=False)
class State:
    """The runs to show for the controls, and the reader's guess about them."""

    asked: ArchitectureStudy  # by the controls as they stand
    source: ResultSource
    guess: GuessState

    @property
    def stale(self) -> bool:
        """True where the runs shown have other settings than were asked for.

        The recorded ones, with more budgets and sizes, stand for those of the first visit.
        """
        return self.source.stale and (self.source.job is not None or self.asked != FIRST)

    @property
    def open(self) -> bool:
        """True where there is an answer to look into: not while it is hidden or on its way."""
        return self.guess.seen and not self.source.live

    @cached_property
    def results(self) -> ArchitectureResults:
        """The results of runs that have ended."""
        return gather(self.source, self.source.rows, live=False)

    def gather(self, rows: Rows, unfinished: Rows | None) -> ArchitectureResults:
        """The results of the rows so far; those of runs that have ended are made once."""
        return self.results if unfinished is None else gather(self.source, rows, live=True)


def source(study: ArchitectureStudy) -> ResultSource:
    """The runs to show for a study: a job of this session, or recorded ones."""
    return result_source(
        "architecture", study, ArchitectureStudy.recorded, RECORDED_STUDIES[study.compare]
    )


def answers(source: ResultSource) -> ArchitectureResults:
    """The results that answer a guess; live as long as they do not."""
    return gather(source, source.rows, live=source.live)


def gather(source: ResultSource, rows: Rows, *, live: bool) -> ArchitectureResults:
    """The results of rows of a source."""
    return ArchitectureResults(source.about, source.about.table(rows), live)
