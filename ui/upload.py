"""Upload of a table, and the choice of its columns."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from ui.drawing import attempt, show


def upload(
    key: str,
    title: str,
    read: Callable[[bytes], Any],
    guess: Callable[[Any], Any],
    wanted: Mapping[str, str],
) -> tuple[Any, dict[str, str | None]] | None:
    """The table of a file, and the column of each quantity; None without a file.

    The columns are guessed and open to change.

    Args:
        key: prefix of the widgets.
        title: what to ask for.
        read: from the file's bytes to a table with `cells`; refuses with a sentence.
        guess: from a table to an object with a column or None for each that is wanted.
        wanted: what each column should hold, by the name that `guess` gives it.
    """
    new = st.file_uploader(title, ["csv", "tsv", "txt"], key=f"{key}_file")
    if new is not None:  # kept, because the widget forgets it on another page
        st.session_state[f"{key}_kept"] = (new.name, new.getvalue())
    name, data = st.session_state.get(f"{key}_kept", ("", None))
    if data is None:
        return None
    if new is None:
        st.button(
            f"{name}, from before: forget it", icon=":material/close:", key=f"{key}_forget",
            on_click=lambda: st.session_state.pop(f"{key}_kept", None),
        )  # fmt: skip
    table = attempt(lambda: read(data))
    if table is None:
        return None
    names, guessed = list(dict.fromkeys(table.cells.columns)), guess(table)
    header = "|".join(names)  # another header is chosen from anew
    chosen, row = {}, st.container(horizontal=True, gap="small")  # it wraps where there is no room
    for kind, what in wanted.items():
        first = getattr(guessed, kind)
        chosen[kind] = row.selectbox(
            f"Column of {what}", [None, *names],
            index=names.index(first) + 1 if first else 0, key=f"{key}_{kind}_{header}",
            persist_state="session",
            format_func=lambda said: "none" if said is None else str(said),
        )  # fmt: skip
    return table, chosen


@dataclass(frozen=True)
class Upload:
    """A file of the reader's own as a block, and the blocks of what it holds.

    The arguments up to `wanted` are those of `upload`.
    """

    key: str
    title: str
    read: Callable[[bytes], Any]
    guess: Callable[[Any], Any]
    wanted: Mapping[str, str]
    blocks: Callable[[Any, dict[str, str | None]], Iterable[Any]]  # of the table and its columns
    empty: Callable[[], Iterable[Any]] = tuple  # where there is no file that can be read

    def draw(self) -> None:
        """Draw it."""
        given = upload(self.key, self.title, self.read, self.guess, self.wanted)
        show(self.blocks(*given) if given else self.empty())
