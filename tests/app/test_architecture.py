"""The page architecture in the app: what it shows at first, refuses, and sets up."""

import pytest

from tests.app.helpers import charts, opened, says
from toylab.experiments.architecture_study import ArchitectureStudy
from toylab.live import job_queue


def test_the_first_visit_shows_recorded_lines_and_every_tab_opens():
    app = opened("architecture")
    assert charts(app) == 1
    assert says(app, "times the compute")
    switch = app.segmented_control(key="architecture_figure")
    assert switch.options == ["Loss", "Compute"]
    switch.set_value("Compute").run()
    assert not app.exception
    assert charts(app) == 1
    for tab, figures in ("optimizers", 2), ("shapes", 2), ("others", 2), ("wrote", 1):
        app = opened("architecture", architecture_about=tab)
        assert not app.exception
        assert charts(app) >= figures


def test_nonsense_in_the_link_falls_back_and_an_absent_device_is_refused():
    absent = {"cpu", "mps", "cuda"} - {device.kind for device in job_queue.pool().devices}
    app = opened(
        "architecture", architecture_seeds="1", architecture_highest="abc", architecture_sizes="x",
        architecture_device=min(absent), architecture_about="optimizers",
        optimizers_device=min(absent),
    )  # fmt: skip
    assert not app.exception
    assert app.slider(key="architecture_seeds").value == ArchitectureStudy().seeds
    assert app.select_slider(key="architecture_highest").value == "1e10"
    assert "is not on this machine" in app.error[0].value
    assert app.button(key="architecture_run").disabled
    assert app.button(key="optimizers_run").disabled
    assert [error.value for error in app.error] == [app.error[0].value] * 2


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("architecture_highest", ["1e9", "3e9"]),  # one slider, two values, one between stops
        ("others_ratio", ["15", "500"]),
        ("optimizers_highest", ["1e9", "5e9"]),
    ],
)
def test_a_key_that_is_twice_in_the_link_is_nonsense_and_falls_back(key, values):
    tab = {"others_ratio": "others", "optimizers_highest": "optimizers"}.get(key, "try")
    app = opened("architecture", **{key: values, "architecture_about": tab})
    assert not app.exception
    assert not app.error


def test_a_preset_sets_the_controls_and_other_settings_say_that_the_figure_has_other_runs():
    app = opened("architecture")
    app.selectbox(key="architecture_preset").set_value("thorough").run()
    assert app.select_slider(key="architecture_highest").value == "3e10"
    assert app.slider(key="architecture_seeds").value == 5
    assert not any("Press Run" in caption.value for caption in app.caption)  # but for seeds
    app.select_slider(key="architecture_highest").set_value("3e9").run()
    assert any("Press Run" in caption.value for caption in app.caption)
    assert not app.button(key="architecture_run").disabled


def test_a_link_sets_the_controls_of_a_tab_and_its_figure_follows():
    app = opened(
        "architecture", architecture_about="shapes", shapes_tokens="600k",
        shapes_across="aspect", shapes_rate="half of it",
    )  # fmt: skip
    assert not app.exception
    assert says(app, "600,000 characters of Python's library, 8 seeds from seed 1000, 0.5 times")
    assert not app.button(key="shapes_run").disabled
