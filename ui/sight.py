"""First sight of a page: key numbers, one large figure, and a sentence that says what it shows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import streamlit as st

from ui import terms
from ui.blocks import Figure
from ui.controls import linked
from ui.drawing import draw_layout
from ui.label import Label
from ui.session import presenting

# By their titles; what is made only when it is chosen costs nothing till then.
Figures: TypeAlias = dict[str, Figure | Callable[[], Figure]]
STYLE = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")


class Layout(NamedTuple):
    """Places of a page's first sight, to be filled in any order."""

    question: Any  # at the left, above the controls
    panel: Any  # the controls
    figure: Any
    row: Any  # below the figure


def layout() -> Layout:
    """Places for the question and the controls at the left, and the figure beside them."""
    with st.container(key="first"):
        left, right = st.columns([1, 4.3], gap="small")
    return Layout(
        left.container(key="question", gap="small"),
        left.container(key="knobs", gap="small"),
        right.container(key="figure", gap="small"),
        right.container(key="row", gap="small"),
    )


@dataclass(frozen=True)
class FirstSight:
    """One large figure of those that a switch offers, its numbers above, its sentence below.

    What else there is to say, and where the numbers come from, opens at "Why?".
    """

    label: Label
    figures: Mapping[str, Figure | Callable[[], Figure]]  # as `Figures`; one has no switch
    sentence: str  # Markdown without formulas
    numbers: Mapping[str, str] = field(default_factory=dict)  # by what they count
    why: Sequence[Any] = ()  # blocks
    open: bool = False  # the question above it: its sentence is no finding yet
    _made: dict[str, Figure] = field(default_factory=dict, init=False, compare=False, repr=False)

    @property
    def finding(self) -> str:
        """The sentence, once no guess keeps it back: what the report says of a run."""
        return "" if self.open else self.sentence

    def figure(self, title: str) -> Figure:
        """The figure of a title, made now if it was not yet."""
        if title not in self._made:
            figure = self.figures[title]
            self._made[title] = figure() if callable(figure) else figure
        return self._made[title]

    def draw(self) -> None:
        """Draw it."""
        page, explained = st.session_state["page"], set[str]()
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="bar"):
            st.html(self._numbers(page, explained), width="stretch")
            chosen = self._chosen(page)
        figure = self.figure(chosen)
        figure.draw_large(f"sight_{page}")
        labels = (self.label, *figure.also)
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="says"):
            st.markdown(" ".join(label.badge for label in labels), width="content")
            sentence = terms.sentence(self.sentence, page, "says", explained)
            st.html(f"<p>{sentence}</p>", width="stretch")
            with st.popover("Why?", type="tertiary"):
                draw_layout([*self.why, *labels])
        self.label.draw_stale()

    def _chosen(self, page: str) -> str:
        titles = list(self.figures)
        if len(titles) == 1:
            return titles[0]
        key = f"{page}_figure"
        st.session_state["firsts"][key] = titles[0]
        if st.session_state.get(key, titles[0]) not in titles:  # after a guess there are more
            st.session_state[key] = titles[0]
        return st.segmented_control(
            "Figure", titles, default=titles[0], required=True, label_visibility="collapsed",
            **linked(key),
        )  # fmt: skip

    def _numbers(self, page: str, explained: set[str]) -> str:
        parts = [
            f"<span><b>{value}</b> {terms.sentence(what, page, f'number_{k}', explained)}</span>"
            for k, (what, value) in enumerate(self.numbers.items())
        ]
        return f'<div class="numbers{" large" if presenting() else ""}">{"".join(parts)}</div>'
