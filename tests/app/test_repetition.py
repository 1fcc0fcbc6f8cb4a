"""The page repetition in the app: what it shows at first, refuses, and sets up."""

import pytest

from tests.app.helpers import charts, opened, says
from toylab.experiments.repetition_sizes import SizesStudy
from toylab.experiments.repetition_study import RepetitionStudy
from toylab.live import job_queue
from toylab.teaching.contents import PageLink
from ui.concepts.repetition.view import UNIQUE


def test_the_first_visit_shows_recorded_curves_and_every_figure_opens():
    app = opened("repetition")
    assert charts(app) == 1
    assert says(app, "and 1.62 nats higher after 64")
    switch = app.segmented_control(key="repetition_figure")
    assert switch.options == ["Loss", "Worth", "By heart"]
    for name in switch.options[1:]:
        switch = app.segmented_control(key="repetition_figure").set_value(name).run()
        assert not app.exception
        assert charts(app) == 1


@pytest.mark.parametrize(
    ("tab", "told"),
    [
        ("sizes", "the best of these networks has **1.81k parameters**"),
        ("mix", "is better than the pool: without weight decay from **4."),
        ("texts", "**0.93 nats better on English documentation**"),
        ("law", "The best model has **7.03B parameters and reads every token 9.5 times**"),
    ],
)
def test_every_tab_opens_with_its_figure_and_what_it_says(tab, told):
    app = opened("repetition", repetition_about=tab)
    assert not app.exception
    assert charts(app) == 2
    assert says(app, told)
    assert not any("Press Run" in caption.value for caption in app.caption)


def test_the_tab_that_shows_the_same_curve_is_shut_as_long_as_the_question_is_open():
    app = opened("repetition", ask="on", repetition_about="mix")
    assert charts(app) == 1
    assert not says(app, "is better than the pool")
    app.button(key="repetition_show").click().run()
    assert charts(app) == 2
    assert says(app, "is better than the pool")


def test_nonsense_in_the_link_falls_back_and_an_absent_device_is_refused():
    absent = {"cpu", "mps", "cuda"} - {device.kind for device in job_queue.pool().devices}
    app = opened(
        "repetition", repetition_unique="all", repetition_decay="none", repetition_size="7",
        repetition_epochs="x", repetition_rate="nan", repetition_seeds="1", sizes_epochs="often",
        repetition_about="sizes", repetition_device=min(absent),
    )  # fmt: skip
    assert not app.exception
    first, tab = RepetitionStudy(), SizesStudy()
    for name in "unique", "decay", "epochs", "rate":
        assert app.select_slider(key=f"repetition_{name}").value == getattr(first, name)
    assert app.select_slider(key="repetition_size").value == 8  # the nearest stop
    assert app.slider(key="repetition_seeds").value == first.seeds
    assert app.select_slider(key="sizes_epochs").value == tab.epochs
    assert "is not on this machine" in app.error[0].value
    assert app.button(key="repetition_run").disabled
    assert app.button(key="sizes_run").disabled


def test_a_preset_sets_the_controls_and_shows_its_own_recorded_runs():
    app = opened("repetition")
    app.selectbox(key="repetition_preset").set_value("large-net").run()
    assert app.select_slider(key="repetition_size").value == 128
    assert app.select_slider(key="repetition_epochs").value == 16
    assert not any("Press Run" in caption.value for caption in app.caption)
    assert says(app, "and 2.45 nats higher after 16")
    assert not app.button(key="repetition_run").disabled
    app.select_slider(key="repetition_size").set_value(64).run()
    assert any("Press Run" in caption.value for caption in app.caption)


def test_a_link_sets_the_controls_of_the_tabs():
    settings = {"repetition_about": "law", "law_budget": "1e25", "law_tokens": "1B"}
    app = opened("repetition", **PageLink("repetition", settings).query)
    assert says(app, "**These tokens are used up.**")
    app = opened("repetition", repetition_about="mix", mix_kind="characters", mix_dirty="0.6")
    assert not app.exception
    assert app.segmented_control(key="mix_kind").value == "characters"
    assert any("other settings" in caption.value for caption in app.caption)


def test_a_study_that_is_too_long_is_refused_in_a_sentence():
    """40,960 characters 128 times are more than the longest run; 64 times, they are not."""
    app = opened("repetition", repetition_unique="40960", repetition_epochs="128")
    assert not app.exception
    assert any("at most 4,000,000" in error.value for error in app.error)
    for unique in UNIQUE:
        assert RepetitionStudy(unique=unique).specs()
    app = opened(
        "repetition", repetition_about="sizes", sizes_unique="40960", sizes_epochs="128"
    )  # fmt: skip
    assert len([error for error in app.error if "at most" in error.value]) == 1
