"""Controls set by a file of the reader's own, uploaded or pasted; what it leaves open is said."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import streamlit as st

from ui.controls import fill, gather
from ui.markdown import safe

R = TypeVar("R")
Notes = Callable[[R], Iterable[str]]  # of the controls as they are: what was mended is gone
MEGABYTES = 1  # what is larger would pass through a temporary file on its way into memory


@dataclass(frozen=True)
class RecordFile(Generic[R]):
    """A file that sets the controls of a page."""

    title: str
    types: Sequence[str]
    example: str  # in the empty field
    kind: type[R]  # of the page's controls
    read: Callable[[str, R], tuple[R, Notes[R]]]  # text, controls as they are: its own, notes


def fill_from_file(prefix: str, file: RecordFile[Any]) -> None:
    """Fields for the file and for its text; below them a refusal, or what it left open."""
    uploaded, pasted, outcome = f"{prefix}_upload", f"{prefix}_paste", f"{prefix}_outcome"
    with st.expander(file.title, icon=":material/upload_file:"):
        st.file_uploader(
            "File", file.types, key=uploaded, max_upload_size=MEGABYTES,
            on_change=lambda: _take(prefix, file, uploaded),
        )  # fmt: skip
        st.text_area(
            "Or paste it", key=pasted, height=120, placeholder=file.example,
            on_change=lambda: _take(prefix, file, pasted),
        )  # fmt: skip
    refusal, notes = st.session_state.get(outcome, ("", _none))
    if refusal:
        st.error(safe(refusal), icon=":material/block:")
    for note in notes(gather(prefix, file.kind)):
        st.caption(safe(note))


def _take(prefix: str, file: RecordFile[Any], key: str) -> None:
    """Set the controls, or note the refusal; the controls then stay as they are."""
    given, outcome = st.session_state[key], f"{prefix}_outcome"
    st.session_state[outcome] = ("", _none)
    if not given:
        return
    try:
        text = given if isinstance(given, str) else _decoded(given.getvalue())
        record, notes = file.read(text, gather(prefix, file.kind))
    except ValueError as refusal:
        st.session_state[outcome] = (str(refusal), _none)
        return
    fill(prefix, record)
    st.session_state[outcome] = ("", notes)


def _none(_: object) -> tuple[str, ...]:
    return ()


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("the file is binary, not text") from None
