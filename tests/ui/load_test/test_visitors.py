"""Visitors speak to a server as browsers do: a small app counts what they did to it."""

from argparse import Namespace

import pytest
from websockets.asyncio.server import serve

from tests.visitor import run
from toylab.benchmarks import classroom
from ui.load_test import visitors

APP = """
import json, pathlib, time
import streamlit as st

seen = pathlib.Path(__file__).with_name("seen.txt").open("a")
if st.query_params.get("ask"):  # a page that is not there runs the app
    seen.write("page\\n")
step = st.select_slider("step", ["a", "b", "c"], key="step")

@st.fragment
def part():
    seen.write(f"moved {step} {st.slider('part', 0.0, 1.0, key='part', step=0.25)}\\n")

part()

@st.fragment
def button():
    if st.button("Run", key="sine_run"):
        st.session_state.end = time.time() + 0.3
        st.rerun()  # all of the page, which answers the press

button()
live = time.time() < st.session_state.get("end", 0)

@st.fragment(run_every=0.2 if live else None)
def run():
    if not st.session_state.pop("drawn", False):
        seen.write("tick\\n")  # it was asked for alone
    if live and time.time() > st.session_state.end:
        st.rerun()

st.session_state.drawn = True
run()
st.exception(ValueError("broken"))
"""


@pytest.mark.slow
def test_a_class_walks_moves_and_trains_and_its_servers_are_looked_at(tmp_path, monkeypatch):
    (tmp_path / "app.py").write_text(APP)
    monkeypatch.setattr(classroom, "LOOK", 0.2)
    lesson = classroom.Lesson(visitors=4, minutes=0.1, pause=0.4, train=1, root=str(tmp_path))
    timing = classroom.measure(lesson)
    seen = (tmp_path / "seen.txt").read_text().split("\n")
    moved = {line for line in seen if line.startswith("moved")}
    assert (timing.visitors, timing.lost) == (4, 0)
    assert set(timing.errors) == {"ValueError: broken"}
    assert timing.moves >= 1
    assert timing.pages >= 3
    assert timing.trained >= 1
    assert {line.split()[1] for line in moved} > {"a"}  # the page's own slider
    assert {line.split()[2] for line in moved} > {"0.0"}  # and one in a fragment
    assert seen.count("tick") >= 1
    assert timing.runs >= timing.moves + timing.pages
    assert 0 < timing.median <= timing.p95
    assert min(timing.memory) > 20


def test_a_visitor_whose_connection_ends_is_lost_and_the_reason_is_told():
    async def lose() -> visitors.Visits:
        async def hang_up(socket):
            await socket.recv()
            await socket.close()

        async with serve(hang_up, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            chosen = Namespace(visitors=2, seconds=1.0, train=1, pause=0.2)
            return await visitors.gather([f"http://127.0.0.1:{port}"], chosen)

    seen = run(lose())
    assert len(seen.lost) == 2
    assert all(seen.lost)
