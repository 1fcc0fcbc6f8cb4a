"""Labels: where the numbers of a figure come from, one of five kinds on every page."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

import streamlit as st

from toylab.laws.law import Law, Paper

Source: TypeAlias = Paper | Law[Any]

KINDS = {  # where a figure's numbers come from: said in the same place and colour on every page
    "live": (
        "green",
        "trained here since the app was started; if not just now, a time says when",
    ),
    "recorded": (
        "blue",
        "real runs of this engine, made before, with the command that made them",
    ),
    "published": ("violet", "numbers that a paper or a report prints, named beside them"),
    "simulated": ("orange", "computed from a formula, whoever's; nothing was measured"),
    "yours": ("gray", "a table of your own, fitted just now"),
}
OURS = ("live", "recorded", "yours")  # a paper gives these a method, never numbers


def kinds() -> None:
    """Draw the labels, each with its meaning."""
    for kind, (colour, meaning) in KINDS.items():
        st.markdown(f":{colour}-badge[{kind}] {meaning}")


@dataclass(frozen=True)
class Label:
    """The label of a figure: its kind, its settings and sources; `made` on a hover.

    Raises:
        ValueError: if there is no such kind, or numbers of our own are said to be a paper's.
    """

    kind: str
    settings: str
    made: str = ""
    sources: tuple[Source, ...] = ()  # of the numbers
    methods: tuple[Source, ...] = ()  # of how they were made or fitted
    stale: bool = False  # the controls ask for something else by now
    when: str = ""  # of runs that were not trained just now

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}, got {self.kind!r}")
        if self.kind in OURS and self.sources:
            raise ValueError(f"what is {self.kind} has methods and no sources")

    @property
    def badge(self) -> str:
        """Its kind, in its colour; and the time of runs that were remembered."""
        text = f"{self.kind}, {self.when}" if self.when else self.kind
        return f":{KINDS[self.kind][0]}-badge[{text}]"

    def draw(self) -> None:
        """Draw it."""
        links = "".join(f" \N{MIDDLE DOT} {source}" for source in _cited(self.sources))
        method = ", ".join(_cited(self.methods))
        links += f" \N{MIDDLE DOT} method: {method}" if method else ""
        st.markdown(f"{self.badge} {self.settings}{links}", help=self.made or None)
        self.draw_stale()

    def draw_stale(self) -> None:
        """Say that the runs are not those that the controls ask for, where that is so."""
        if self.stale:
            st.caption("These runs have other settings than yours. Press Run to train yours.")


def _cited(sources: Iterable[Source]) -> list[str]:
    """Links to them, each once."""
    return list(dict.fromkeys(source.cited for source in sources))
