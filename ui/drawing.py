"""Drawing of blocks: text, key numbers, rows, and whatever draws itself; refusals as sentences."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, TypeAlias, TypeVar

import streamlit as st

from ui.markdown import safe
from ui.turns import aside

R = TypeVar("R")
Numbers: TypeAlias = Mapping[str, tuple[str, str | None]]


def show(blocks: Iterable[Any]) -> bool:
    """Draw blocks in order; whether none refused.

    A refusal is said once, as a sentence; what came before it stays.
    """
    try:
        draw_layout(blocks)
    except ValueError as refusal:
        _refuse(refusal)
        return False
    return True


def draw_layout(layout: Iterable[Any]) -> None:
    """Draw blocks in order, but for those that are empty."""
    for block in layout:
        if block:
            draw(block)


def draw(block: Any) -> None:
    """Draw one block: text, key numbers, a row of blocks, or one that draws itself."""
    if isinstance(block, str):
        st.markdown(block)
    elif isinstance(block, Mapping):
        draw_numbers(block)
    elif isinstance(block, Sequence):
        _draw_row(block)
    else:
        block.draw()


def sentences(layout: Iterable[Any]) -> Iterator[str]:
    """The sentences of blocks, without their headings."""
    for block in layout:
        text = block if isinstance(block, str) else getattr(block, "finding", "")
        if text[:1] not in ("", "#"):
            yield text


def draw_numbers(numbers: Numbers, *, below: bool = True) -> None:
    """Draw a row of key numbers; the second of a pair stands below, or is a hover."""
    columns = st.columns(len(numbers))
    for column, (name, (value, more)) in zip(columns, numbers.items(), strict=True):
        how: dict[str, Any] = {"delta": more} if below else {"help": more}
        column.metric(name, value, delta_color="off", delta_arrow="off", **how)


def _draw_row(row: Sequence[Any]) -> None:
    """Draw blocks side by side, each as wide as it says."""
    columns = st.columns([block.width for block in row], gap="small")
    for column, block in zip(columns, row, strict=True):
        with column:
            block.draw()


def attempt(function: Callable[[], R]) -> R | None:
    """The result of the function; or None, and its refusal as a sentence on the page."""
    try:
        return function()
    except ValueError as refusal:
        _refuse(refusal)
        return None


def _refuse(refusal: ValueError) -> None:
    st.error(safe(str(refusal)), icon=":material/block:")


def waiting(text: str, *, long: bool) -> AbstractContextManager[Any]:
    """A spinner for what takes long to compute; none for the rest, as a flash would disturb."""
    return _spinner(text) if long else nullcontext()


@contextmanager
def _spinner(text: str) -> Iterator[None]:
    """Others have the turn meanwhile."""
    with st.spinner(text), aside():
        yield
