"""Runs of the page on emergence: which are shown, and their results."""

from dataclasses import dataclass

from toylab.experiments.task_results import CopyResults
from toylab.experiments.task_studies import CopyStudy
from toylab.live.result_source import ResultSource
from ui.concepts.emergence import view
from ui.concepts.emergence.view import Controls
from ui.concepts.shared import training
from ui.guess import GuessState
from ui.live import Rows, result_source


@dataclass(frozen=True)
class State:
    """The runs to show for the controls, and the reader's guess about them."""

    controls: Controls
    source: ResultSource
    guess: GuessState

    @property
    def results(self) -> CopyResults:
        """The results of runs that have ended."""
        return answers(self.source)

    def gather(self, rows: Rows, unfinished: Rows | None) -> CopyResults:
        """The results of the rows so far."""
        return training.gather(CopyResults, self.source, rows, unfinished)

    @property
    def stale(self) -> bool:
        """True where the runs that are shown have other settings than was asked for."""
        study, shown = self.controls.study, self.source.about
        return self.source.stale and (self.source.job is not None or view.differs(study, shown))


def source(study: CopyStudy) -> ResultSource:
    """The runs to show for a study: a job of this session, or recorded ones."""
    return result_source("emergence", study, CopyStudy.recorded, view.fallback(study))


def answers(source: ResultSource) -> CopyResults:
    """The results that answer a guess; live as long as they do not."""
    return training.answers(CopyResults, source)
