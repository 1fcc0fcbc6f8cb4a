"""Mistake: a working with one wrong line, what is right instead, and what believing it costs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from toylab.laws.law import Law, Paper
from toylab.quantities import format_count, format_number, format_scientific
from toylab.teaching.contents import PageLink

CHINCHILLA = (70e9, 1.4e12)  # parameters and tokens; Hoffmann et al. 2022, Table 1
PERCENT = "% of the loss"
FORMATS: dict[str, Callable[[float], str]] = {
    "parameters": lambda params: f"{params:,.0f}" if params < 1e5 else format_count(params),
    "tokens": format_count,
    "FLOPs": format_scientific,
    "steps": lambda steps: f"{steps:,.0f}",
    "nats": lambda nats: f"{nats:.3f}",
    PERCENT: lambda part: f"{format_number(part, 3)} %",
}


@dataclass(frozen=True)
class Mistake:
    """A working with one wrong line, in Markdown, and what the engine has to say of it."""

    name: str  # for keys: letters and hyphens
    title: str  # a few neutral words
    question: str  # with the situation
    working: tuple[str, ...]  # 3 to 5 lines; those after the wrong one may follow from it
    wrong_line: int  # which of them, from 0
    explanation: str
    claimed: float  # what the working ends with
    correct: float  # what the engine says instead
    unit: str  # of both
    cost: str  # of believing it
    link: PageLink  # where the right answer can be seen
    sources: tuple[Paper | Law[Any], ...] = ()  # who printed it

    def format(self, value: float) -> str:
        """A number as its unit is said: 70B, 5.76e23, 2.319; an exponent as 0.376."""
        return FORMATS[self.unit](value) if self.unit in FORMATS else format_number(value, 3)

    @property
    def times_off(self) -> float:
        """The factor by which the claim is too large or too small; above one."""
        return max(self.claimed / self.correct, self.correct / self.claimed)
