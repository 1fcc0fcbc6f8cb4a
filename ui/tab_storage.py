"""Storage of a browser tab: what its reader did survives a reload, and the server's restart.

Guesses, answers, the journal, a teacher's lesson and which studies were started are parts of
the session. The browser keeps each as JSON in the tab's own sessionStorage, so that two tabs do
not mix and a closed tab leaves nothing; a new session gets them back with one more run. What
it cannot read, it begins without.
"""

import re
import secrets
from collections.abc import Mapping, MutableMapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, TypeAlias

import streamlit as st

from toylab.teaching import journal, report
from toylab.teaching.score_sheets import Sitting
from ui import typed_json
from ui.guess import Committed
from ui.live import leave_jobs
from ui.session import REDRAW

State: TypeAlias = MutableMapping[Any, Any]  # of the session
KINDS = {  # of what is stored, by patterns of its key in the session
    r"journal": list[journal.Entry],
    r"quiz_sittings": dict[int, Sitting],
    r"mistakes_given": dict[str, int],
    r"reader|quiz_student|quiz_id|lesson_say_\w+": str,
    r"teacher|lesson_present|lesson_ask": bool,
    r"lesson_\w+": list[str],
    r"home_seed": int,
    r"\w+_started": str,
    r"\w+_committed": Committed,
    r"\w+_answered": set[str],
}
ALONE = re.compile(r"home_seed|\w+_answered")  # of somebody who has only looked: not worth a run
TIMES = 3  # a run may be cut short before the browser hears of it, so that each part goes thrice
LARGEST = 2_000_000  # letters that are read back
VISIT, RECALLED, SENT = "tab_visit", "tab_recalled", "tab_sent"  # in the session
SCRIPTS = report.SCRIPT, Path(__file__).with_suffix(".js")


def keep_tab() -> None:
    """Let the browser keep what changed, and copies of the page's figures for the report."""
    state = st.session_state
    _tab()(
        key="tab",
        data={
            "page": state["page"],
            "visit": state.setdefault(VISIT, secrets.token_hex(4)),
            "recalled": RECALLED in state,
            "parts": _changed(parts(state.to_dict()), state.setdefault(SENT, {})),
        },
        on_stored_change=_recall,
    )


def start_over() -> None:
    """Forget all that was done in this tab; for use as a callback."""
    leave_jobs()
    st.session_state.clear()
    st.session_state[RECALLED] = True  # as another visit: the browser forgets its parts, too
    st.session_state[REDRAW] = True
    st.query_params.clear()


def parts(state: Mapping[Any, Any]) -> dict[str, str]:
    """The JSON of each part of the session that is stored; none if its reader has only looked."""
    values = {key: state[key] for key in map(str, state) if _kind(key)}
    if all(ALONE.fullmatch(key) or not value for key, value in values.items()):
        return {}
    return {key: typed_json.text(value) for key, value in values.items()}


def recall(state: State, words: str) -> None:
    """Put stored parts into a new session; first answers stay the first."""
    try:
        stored = typed_json.read(dict[str, str], words[:LARGEST])
    except ValueError:
        return
    for key, part in stored.items():
        try:
            value = typed_json.read(_kind(key), part)
        except ValueError:
            continue
        value = journal.readable(value) if key == "journal" else value
        state[key] = _joined(value, state.get(key))


@lru_cache
def _kind(key: str) -> Any:
    """The kind of a part by its key in the session; None for what is not stored."""
    return next((kind for pattern, kind in KINDS.items() if re.fullmatch(pattern, key)), None)


def _joined(stored: Any, now: Any) -> Any:
    """A stored value, with what this session has already added to it."""
    if isinstance(stored, dict) and isinstance(now, dict):
        return {**now, **stored}
    if isinstance(stored, set) and isinstance(now, set):
        return now | stored
    if isinstance(stored, list) and isinstance(now, list):
        return stored + [each for each in now if each not in stored]
    return stored


def _changed(now: Mapping[str, str], sent: dict[str, list[Any]]) -> dict[str, str | None]:
    """The parts that the browser may not have yet; None for those that are gone."""
    for key in {*now, *sent}:
        if key not in sent or sent[key][0] != now.get(key):
            sent[key] = [now.get(key), TIMES]
    changed = {key: part for key, (part, times) in sent.items() if times}
    for key in changed:
        sent[key][1] -= 1
    return changed


def _recall() -> None:
    """Take what the browser has sent."""
    state = st.session_state
    state[RECALLED], state[SENT], state[REDRAW] = True, {}, True
    if words := state["tab"].stored:
        recall(state, str(words))


@cache
def _tab() -> Any:
    """Nothing to see: the script that keeps, in the browser."""
    script = "\n".join(path.read_text(encoding="utf-8") for path in SCRIPTS)
    return st.components.v2.component("tab", html="<i hidden></i>", js=script)
