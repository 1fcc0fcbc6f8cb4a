"""How should the learning rate end? in Streamlit's runner: its figures, tabs and refusals."""

import pytest

from tests.app.helpers import charts, opened, says
from toylab.data.recorded import Damaged
from toylab.experiments.horizon_study import HorizonStudy
from toylab.live import job_queue


def test_the_first_visit_shows_recorded_runs_and_every_figure_opens():
    app = opened("schedules")
    assert charts(app) == 1
    assert says(app, "at half of it. With the best rate for each")
    switch = app.segmented_control(key="schedules_figure")
    assert switch.options == ["Loss", "Rate"]
    switch.set_value("Rate").run()
    assert not app.exception
    assert charts(app) == 1


def test_a_damaged_file_of_recorded_runs_is_a_sentence_in_place_of_the_page(monkeypatch):
    def damaged(*_):
        raise Damaged("the file horizons.csv is damaged; copy it again")

    monkeypatch.setattr("toylab.experiments.horizon_study.find_recorded", damaged)
    app = opened("schedules")
    assert not app.exception
    assert [error.value for error in app.error] == [
        "the file horizons.csv is damaged; copy it again"
    ]


@pytest.mark.parametrize(
    ("tab", "figures", "told"),
    [
        ("draw", 2, "These seeds tell no difference at the end"),
        ("wsd", 2, "50 % of the steps"),
        ("collapse", 1, "the valley's curves at 4 budgets lie"),
        ("law", 1, "The law fits the cosine's losses to"),
    ],
)
def test_every_tab_opens_with_its_figures_and_what_they_say(tab, figures, told):
    app = opened("schedules", schedules_about=tab)
    assert not app.exception
    assert charts(app) == 1 + figures
    assert says(app, told)


def test_nonsense_in_the_link_falls_back_and_an_absent_device_is_refused():
    absent = {"cpu", "mps", "cuda"} - {device.kind for device in job_queue.pool().devices}
    app = opened(
        "schedules", schedules_shape="step", schedules_end="low", schedules_size="7",
        schedules_tokens="all", schedules_seeds="1", wsd_lengths="x", wsd_decay="2",
        schedules_about="wsd", schedules_device=min(absent),
    )  # fmt: skip
    assert not app.exception
    first = HorizonStudy()
    assert app.segmented_control(key="schedules_shape").value == first.shape
    assert app.select_slider(key="schedules_end").value == first.end
    assert app.select_slider(key="schedules_size").value == 8  # the nearest stop
    assert app.slider(key="schedules_seeds").value == first.seeds
    assert app.slider(key="wsd_lengths").value == 6
    assert "is not on this machine" in app.error[0].value
    assert app.button(key="schedules_run").disabled
    assert app.button(key="wsd_run").disabled


def test_a_preset_shows_its_own_recorded_runs_and_other_settings_ask_for_a_run():
    app = opened("schedules")
    app.selectbox(key="schedules_preset").set_value("to-a-tenth").run()
    assert app.select_slider(key="schedules_end").value == 0.1
    assert says(app, "costs 0.043 nats")
    app.select_slider(key="schedules_size").set_value(64).run()
    assert any("Press Run" in caption.value for caption in app.caption)
    assert not app.button(key="schedules_run").disabled


def test_a_drawn_schedule_moves_the_rates_at_once_and_asks_for_a_run():
    app = opened("schedules", schedules_about="draw", draw_decay="0.7", draw_warm="0.3")
    assert not app.exception
    assert any("the losses of the schedule that was trained last" in c.value for c in app.caption)
    assert not app.button(key="draw_run").disabled
