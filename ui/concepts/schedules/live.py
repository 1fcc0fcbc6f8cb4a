"""Runs of the page on schedules: which are shown, and their results."""

from toylab.experiments.horizon_results import HorizonResults
from toylab.experiments.horizon_study import RECORDED_STUDIES, HorizonStudy
from toylab.live.result_source import ResultSource
from ui.concepts.shared import training
from ui.concepts.shared.training import StudyState
from ui.guess import GuessState
from ui.live import result_source

State = StudyState[HorizonResults]


def state(asked: HorizonStudy, source: ResultSource, guess: GuessState) -> State:
    """The state of the page, for the study of its controls."""
    return State(HorizonResults, asked, source, guess)


def source(study: HorizonStudy) -> ResultSource:
    """The runs to show for a study: a job of this session, or recorded ones."""
    otherwise = RECORDED_STUDIES[study.preset or "usual"]
    return result_source("schedules", study, HorizonStudy.recorded, otherwise)


def answers(source: ResultSource) -> HorizonResults:
    """The results that answer a guess; live as long as they do not."""
    return training.answers(HorizonResults, source)
