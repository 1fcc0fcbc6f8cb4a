"""A worked exercise: question, answer, the common mistake and its cost."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Example:
    """One exercise, in Markdown."""

    name: str
    question: str
    answer: str
    common_mistake: str
    cost: str
