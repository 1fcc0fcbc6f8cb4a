"""Runs found again: after a reload, or by their link in another tab.

A reload finds what its tab had started: the browser keeps which study that was, and the queue
still has its runs. A link finds the runs of the study that it sets, whoever started them, as it
was shared to show them. A page as it opens by itself stays as it is, and so does a lesson or a
step of a way: there a neighbour's run would tell the answer before the guess. The run button
says that such runs are on their way, and joins them.
"""

from collections.abc import Sequence

import streamlit as st

from toylab.live import job_queue
from toylab.live.job import Job, Spec
from toylab.teaching import course
from ui.fingerprint import fingerprint
from ui.session import current_link

LANDED = "landed"  # in the session: whether this is its first run, as the address asked for it
LESSON = {"hide", "say", "present", *course.KEYS}  # in an address that a class shares


def note_started(key: str, study: object) -> None:
    """Note which study this tab has started, for after a reload."""
    st.session_state[f"{key}_started"] = fingerprint(study)


def note_stopped(key: str) -> None:
    """Note that it is not to be found: what its reader has stopped stays stopped."""
    if is_own(key):
        st.session_state[f"{key}_started"] = ""


def is_own(key: str) -> bool:
    """True where this tab has started a study, and did not only open the link of one."""
    return f"{key}_started" in st.session_state


def find_again(key: str, study: object, specs: Sequence[Spec]) -> Job | None:
    """The job of a study that this tab has started before, or that the link asks for."""
    before = st.session_state.get(f"{key}_started")
    started = before and before == fingerprint(study)
    return job_queue.pool().find(specs) if started or _asked_for() else None


def _asked_for() -> bool:
    """True where an address was opened that sets controls, by itself and not for a class."""
    state = st.session_state
    if not state.get(LANDED) or LESSON & set(st.query_params):
        return False
    return any(state["knobs"].get(key) for key in current_link().query)
