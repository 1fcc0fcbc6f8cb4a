"""Runs of the page on repeated text: which are shown, and their results."""

from toylab.experiments.repetition_results import RepetitionResults
from toylab.experiments.repetition_study import RECORDED_STUDIES, RepetitionStudy
from toylab.live.result_source import ResultSource
from ui.concepts.shared import training
from ui.concepts.shared.training import StudyState
from ui.guess import GuessState
from ui.live import result_source

State = StudyState[RepetitionResults]


def state(asked: RepetitionStudy, source: ResultSource, guess: GuessState) -> State:
    """The state of the page, for the study of its controls."""
    return State(RepetitionResults, asked, source, guess)


def source(study: RepetitionStudy, key: str = "repetition") -> ResultSource:
    """The runs to show for a study: a job of this session, or recorded ones."""
    nearest = study.preset or ("filter-or-mix" if study.dirty else "usual")
    otherwise = RECORDED_STUDIES[nearest]
    return result_source(key, study, RepetitionStudy.recorded, otherwise)


def answers(source: ResultSource) -> RepetitionResults:
    """The results that answer a guess; live as long as they do not."""
    return training.answers(RepetitionResults, source)
