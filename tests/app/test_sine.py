"""The page sine in the app: presets, links, refusals, a run to its end."""

import json
import sys
from contextlib import closing
from functools import partial

import pytest
import streamlit as st

from tests.app.helpers import charts, opened, says, wait
from toylab.experiments import sine_study
from toylab.experiments.sine_study import SineStudy
from toylab.live import cluster, job_queue
from toylab.live.cluster_connection import Cluster
from toylab.live.cluster_worker import ClusterWorker
from toylab.live.job_queue import Pool
from ui import live, tab_storage
from ui.concepts.sine import blocks as blocks_of_sine
from ui.concepts.sine import charts as charts_of_sine
from ui.controls import _knobs, _preset, set_up
from ui.markdown import safe
from ui.remembered import remembered


def test_the_first_visit_shows_recorded_runs_and_a_verdict():
    app = opened("sine")
    assert charts(app) == 1
    assert says(app, "A power law over this range")
    switch = app.segmented_control(key="sine_figure")
    assert switch.options == ["Error", "Curves", "Seconds", "FLOPs"]
    for name in switch.options[1:]:
        app.segmented_control(key="sine_figure").set_value(name).run()
        assert not app.exception
        assert charts(app) == 1


@pytest.mark.parametrize(
    ("preset", "begins"),
    [("article", "Not a power law: the error falls, then flattens"), ("noise", "A power law")],
)
def test_a_preset_sets_the_controls_and_shows_its_verdict(preset, begins):
    app = opened("sine")
    app.selectbox(key="sine_preset").set_value(preset).run()
    assert says(app, begins)
    assert app.selectbox(key="sine_preset").value == preset


def test_a_changed_knob_makes_the_preset_custom_and_says_that_the_figures_are_old():
    app = opened("sine")
    app.slider(key="sine_noise").set_value(0.5).run()
    assert app.selectbox(key="sine_preset").value == "custom"
    assert any("Press Run" in caption.value for caption in app.caption)
    assert charts(app)


def test_a_figure_behind_the_switch_is_made_when_it_is_chosen(monkeypatch):
    made, curves = [], charts_of_sine.curves
    monkeypatch.setattr(
        charts_of_sine, "curves", lambda **tables: made.append(tables) or curves(**tables)
    )
    monkeypatch.setattr(blocks_of_sine, "figure", remembered(blocks_of_sine.figure.__wrapped__))
    app = opened("sine")
    assert made == []
    app.segmented_control(key="sine_figure").set_value("Curves").run()
    assert len(made) == 1


def test_an_absent_device_is_refused_in_a_sentence_and_cannot_be_run():
    absent = {"cpu", "mps", "cuda"} - {device.kind for device in job_queue.pool().devices}
    app = opened("sine", sine_device=min(absent))
    assert "is not on this machine" in app.error[0].value
    assert app.button(key="sine_run").disabled


def test_a_cluster_that_cannot_be_had_is_said_once_and_run_tries_again(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.setenv(cluster.VARIABLE, "tcp://lab:8786")
    with closing(Pool(1, partial(ClusterWorker, Cluster(cluster.address())))) as absent:
        monkeypatch.setattr(job_queue, "pool", lambda: absent)
        absent.warm()
        app = opened("sine", sine_seed="77")
        for _ in range(2):
            (warning,) = app.warning
            assert safe(absent.trouble) in warning.value
            app.button(key="sine_run").click().run()
            wait(app, "sine_job")
        assert not app.button(key="sine_run").disabled


def test_what_would_hold_up_the_line_for_hours_is_refused_with_the_limit():
    app = opened("sine", sine_sizes=["4", "8192"], sine_width="512", sine_steps="4000")
    assert "the limit here is 30 min" in app.error[0].value
    assert app.button(key="sine_run").disabled


def test_the_limit_is_what_a_run_may_take_and_no_more(monkeypatch):
    estimate = job_queue.pool().estimate(SineStudy.PRESETS["noise"].specs())
    for limit, refused in ((1.05 * estimate, False), (0.95 * estimate, True)):
        monkeypatch.setattr(live, "LONGEST", limit)
        app = opened("sine")
        assert bool(app.error) == app.button(key="sine_run").disabled == refused


def test_nonsense_in_the_link_falls_back_to_the_defaults():
    app = opened("sine", sine_seeds="9999", sine_lr="abc", sine_target="<b>", sine_steps="-5")
    assert not app.exception
    assert app.slider(key="sine_seeds").value == 24
    assert app.number_input(key="sine_lr").value == 0.01
    assert app.selectbox(key="sine_target").value == "sine"


def test_the_link_sets_the_controls():
    app = opened("sine", sine_seeds="3", sine_sizes=["32", "64"], sine_device="cpu")
    assert app.slider(key="sine_seeds").value == 3
    assert tuple(app.select_slider(key="sine_sizes").value) == (32, 64)


def is_live(app):
    return any("-badge[live" in text.value for text in app.markdown)


@pytest.mark.slow
def test_run_trains_and_the_figures_become_live_for_whoever_has_started_it_or_its_link():
    link = {"sine_seeds": "5", "sine_sizes": ["32", "256"], "sine_steps": "50"}
    app = opened("sine", **link)
    app.button(key="sine_run").click().run()
    assert is_live(app)
    assert not is_live(opened("sine"))  # a page as it opens by itself
    wait(app, "sine_job")
    assert not app.exception
    assert says(app, "slope")
    assert not app.button(key="sine_run").disabled
    app.run()
    (entry,) = app.session_state["journal"]  # once, however often it is drawn
    assert (entry.page, entry.kind) == ("sine", "run")
    assert entry.question.startswith("sin x, noise 0.3, width 8, 50 steps")
    assert "slope" in entry.answer
    assert "#" not in entry.answer
    for more in ({}, {"ask": "on"}):
        other = opened("sine", **link, **more)
        assert is_live(other)
        assert "journal" not in other.session_state  # it is nothing that this reader did
    for lesson in ({"way": "self_study", "step": "2"}, {"hide": "sine_seed"}, {"say": "Look"}):
        assert not is_live(opened("sine", **link, **lesson))
    later = opened("sine", ask="off")
    tab_storage.recall(later.session_state, json.dumps(tab_storage.parts(app.session_state)))
    later.run()
    assert not is_live(later)  # the controls ask for another study
    for name in ("seeds", "sizes", "steps"):
        later.session_state[f"sine_{name}"] = app.session_state[f"sine_{name}"]
    later.run()
    assert is_live(later)
    assert later.session_state["journal"] == [entry]


@pytest.mark.slow
def test_every_experiment_to_try_sets_controls_that_can_be_run():
    app = opened("sine")
    tries = [button.key for button in app.button if button.key and "_try_" in button.key]
    assert len(tries) >= 3
    for key in tries:
        app.button(key=key).click().run()
        assert not app.exception
        assert not app.error
        assert app.toast
        assert not app.button(key="sine_run").disabled


def test_an_experiment_to_try_leaves_the_other_pages_alone(monkeypatch):
    state = {"a_preset_custom": True, "b_preset_custom": True}
    monkeypatch.setattr(st, "session_state", state)
    monkeypatch.setattr(st, "toast", None)  # a callback in a fragment must show nothing
    set_up("a", sine_study.SineStudy.PRESETS["noise"], "")
    assert (state["a_preset_custom"], state["b_preset_custom"]) == (False, True)
    assert state["a_noise"] == sine_study.SineStudy.PRESETS["noise"].noise


def test_a_presets_old_name_that_comes_with_a_moved_knob_does_not_undo_the_move(monkeypatch):
    records = {"noise": sine_study.SineStudy.PRESETS["noise"]}
    state = {"a_noise": 0.1, "a_preset": "custom"}
    monkeypatch.setattr(st, "session_state", state)
    before = _knobs("a", records)
    state |= {"a_noise": 0.2, "a_preset": "noise"}
    _preset("a", records, "a_preset", before)
    assert state["a_noise"] == 0.2
    state["a_noise"] = 0.1
    _preset("a", records, "a_preset", before)
    assert state["a_noise"] == sine_study.SineStudy.PRESETS["noise"].noise
