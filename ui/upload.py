"""A table of the reader's own, from files or pasted, and the choice of its columns."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import streamlit as st

from toylab.tables.csv_reader import CsvTable
from toylab.tables.selection import by, selectable, where
from toylab.tables.stacking import read_files
from ui.drawing import attempt, show

EACH = "each by itself"  # of the values of a column
KEPT = "own_table"  # in the session: the names and bytes of its files, for all pages
MEGABYTES = 1  # what is larger would pass through a temporary file on its way into memory
TYPES = ["csv", "tsv", "txt", "json", "jsonl", "md", "gz"]
STYLE = """
/* a file's size would read 123.0B, and B is a billion everywhere else */
[data-testid="stFileChipName"] + div { display: none; }
"""


def bring(key: str, title: str, read: Callable[[bytes], Any]) -> Any:
    """The reader's table; None without one, or where it is refused, which is said.

    Several files are one table, with their names in a column. It is kept for the other pages,
    until the session ends or the reader forgets it.

    Args:
        key: prefix of the widgets.
        title: what to ask for.
        read: from the file's bytes to a table with `cells`; refuses with a sentence.
    """
    new = st.file_uploader(
        title, TYPES, accept_multiple_files=True, key=f"{key}_file", max_upload_size=MEGABYTES,
        on_change=_keep_files, args=(f"{key}_file",),
    )  # fmt: skip
    kept: list[tuple[str, bytes]] = st.session_state.get(KEPT, [])
    if not kept:
        return None
    if kept != _files(new):
        names = ", ".join(name for name, _ in kept)
        st.button(
            f"{names}, from before: forget it", icon=":material/close:", key=f"{key}_forget",
            on_click=lambda: st.session_state.pop(KEPT, None),
        )  # fmt: skip
    return attempt(lambda: read_files(kept, read))


def _files(given: Iterable[Any]) -> list[tuple[str, bytes]]:
    """The names and the bytes of files."""
    return [(file.name, file.getvalue()) for file in given]


def _keep_files(key: str) -> None:
    st.session_state[KEPT] = _files(st.session_state[key])


def paste(key: str) -> None:
    """A field for a table that is pasted, header and all, from a spreadsheet or a log."""
    with st.expander("Or paste it", icon=":material/content_paste:"):
        st.text_area(
            "The table, with its header", key=f"{key}_pasted", height=120,
            label_visibility="collapsed", placeholder="params, tokens, loss\n1e8, 2e9, 3.51",
            on_change=_keep_text, args=(f"{key}_pasted",),
        )  # fmt: skip


def _keep_text(key: str) -> None:
    if text := st.session_state[key].strip():
        st.session_state[KEPT] = [("The pasted table", text.encode())]


def narrow(key: str, table: CsvTable) -> dict[str, CsvTable]:
    """The rows that the reader chooses: all, those with one value of a column, or each value's.

    One table without a name, or a table for each value.
    """
    columns = selectable(table)
    if not columns:
        return {"": table}
    header = "|".join(map(str, table.cells.columns))
    column = st.selectbox(
        "Rows", [None, *columns], key=f"{key}_where_{header}", persist_state="session",
        format_func=lambda name: "all" if name is None else f"by {name}",
    )  # fmt: skip
    if column is None:
        return {"": table}
    value = st.selectbox(
        f"Which {column}", [*columns[column], EACH], key=f"{key}_where_{header}_{column}",
        persist_state="session",
    )  # fmt: skip
    return by(table, column) if value == EACH else {"": where(table, column, value)}


def choose(
    key: str,
    table: Any,
    guess: Callable[[Any], Any],
    wanted: Mapping[str, str],
    each: Callable[[], Any] = nullcontext,
) -> dict[str, str | None]:
    """The column of each quantity, or a product of columns: guessed, and open to change.

    Args:
        key: prefix of the widgets.
        table: what `bring` gave.
        guess: from a table to an object with a column or None for each that is wanted.
        wanted: what each column should hold, by the name that `guess` gives it.
        each: a place for each of the widgets; one below the other, if not given.
    """
    names, guessed = list(dict.fromkeys(table.cells.columns)), guess(table)
    header = "|".join(names)  # another header is chosen from anew
    chosen = {}
    for kind in wanted:
        first = getattr(guessed, kind)
        options = list(dict.fromkeys([None, *names, first]))
        with each():
            chosen[kind] = st.selectbox(
                f"Column of {wanted[kind]}", options, index=options.index(first),
                key=f"{key}_{kind}_{header}", persist_state="session",
                format_func=lambda said: "none" if said is None else str(said),
                accept_new_options=True,  # a product of columns, such as steps x batch x 2048
            )  # fmt: skip
    return chosen


def upload(
    key: str,
    title: str,
    read: Callable[[bytes], Any],
    guess: Callable[[Any], Any],
    wanted: Mapping[str, str],
) -> tuple[Any, dict[str, str | None]] | None:
    """The reader's table and the column of each quantity; see `bring` and `choose`."""
    table = bring(key, title, read)
    if table is None:
        return None
    row = st.container(horizontal=True, gap="small")  # it wraps where there is no room
    return table, choose(key, table, guess, wanted, lambda: row)


@dataclass(frozen=True)
class Upload:
    """A table of the reader's own as a block, and the blocks of what it holds.

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
