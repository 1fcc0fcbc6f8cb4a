"""Runs of the page on learning rates that travel: which are shown, and their results."""

from toylab.experiments.transfer_results import TransferResults
from toylab.experiments.transfer_study import RECORDED_STUDIES, TransferStudy
from toylab.live.result_source import ResultSource
from ui.concepts.shared import training
from ui.concepts.shared.training import StudyState
from ui.guess import GuessState
from ui.live import result_source

State = StudyState[TransferResults]


def state(asked: TransferStudy, source: ResultSource, guess: GuessState) -> State:
    """The state of the page, for the study of its controls."""
    return State(TransferResults, asked, source, guess)


def source(study: TransferStudy) -> ResultSource:
    """The runs to show for a study: a job of this session, or recorded ones."""
    nearest = RECORDED_STUDIES.get(study.preset or "", RECORDED_STUDIES["usual"])
    return result_source("transfer", study, TransferStudy.recorded, nearest)


def answers(source: ResultSource) -> TransferResults:
    """The results that answer a guess; live as long as they do not."""
    return training.answers(TransferResults, source)
