"""Runs of the page on architectures: which are shown, and their results."""

from toylab.experiments.architecture_results import ArchitectureResults
from toylab.experiments.architecture_study import RECORDED_STUDIES, ArchitectureStudy
from toylab.live.result_source import ResultSource
from ui.concepts.architecture.view import FIRST
from ui.concepts.shared import training
from ui.concepts.shared.training import StudyState
from ui.guess import GuessState
from ui.live import result_source


class State(StudyState[ArchitectureResults]):
    """The runs to show, and the reader's guess about them."""

    @property
    def stale(self) -> bool:
        """True where the runs shown have other settings than were asked for.

        The recorded ones, with more budgets and sizes, stand for those of the first visit.
        """
        return self.source.stale and (self.source.job is not None or self.asked != FIRST)


def state(asked: ArchitectureStudy, source: ResultSource, guess: GuessState) -> State:
    """The state of the page, for the study of its controls."""
    return State(ArchitectureResults, asked, source, guess)


def source(study: ArchitectureStudy, key: str = "architecture") -> ResultSource:
    """The runs to show for a study: a job of this session, or recorded ones."""
    return result_source(key, study, ArchitectureStudy.recorded, RECORDED_STUDIES[study.compare])


def answers(source: ResultSource) -> ArchitectureResults:
    """The results that answer a guess; live as long as they do not."""
    return training.answers(ArchitectureResults, source)
