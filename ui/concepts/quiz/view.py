"""Questions of a paper by their places, and a first seed for those who bring none."""

import secrets

from toylab.teaching import quiz
from toylab.teaching.quiz import Question


def first_seed(linked: str) -> int | None:
    """A seed drawn at random; None where the link names one."""
    return None if quiz.valid(linked) else secrets.randbelow(quiz.SEEDS)


def questions(seed: int) -> dict[int, Question]:
    """The questions of a paper by their places, from 1."""
    return dict(enumerate(quiz.paper(seed), 1))
