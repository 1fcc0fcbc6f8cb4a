"""The page emergence in the app: what it shows at first, refuses, and trains to its end."""

import pytest

from tests.app.helpers import charts, figures, opened, says, wait
from toylab.experiments.task_studies import CopyStudy
from toylab.live import job_queue

SMALL = {"emergence_widths": ["4", "5"], "emergence_seeds": "1", "emergence_steps": "100"}


def test_the_first_visit_shows_recorded_networks_in_every_figure_and_tab():
    app = opened("emergence")
    assert charts(app) == 1
    assert says(app, "the same networks, another exam")
    switch = app.segmented_control(key="emergence_figure")
    assert switch.options == ["Right", "Loss", "p^k"]
    for name in switch.options[1:]:
        app.segmented_control(key="emergence_figure").set_value(name).run()
        assert not app.exception
        assert charts(app) == 1
    app.slider(key="emergence_symbols").set_value(1).run()  # p^1 is no figure
    assert not app.exception
    assert app.segmented_control(key="emergence_figure").options == ["Right", "Loss"]
    for tab, several in ("steps", 3), ("three", 2):
        app = opened("emergence", emergence_about=tab)
        assert not app.exception
        assert charts(app) == several
        assert any("-badge[recorded]" in text.value for text in app.markdown)


def test_k_moves_only_tables_and_no_run_becomes_stale():
    app, specs = opened("emergence"), set()
    for symbols in (12, 2, 7):
        app.slider(key="emergence_symbols").set_value(symbols).run()
        specs.add(figures(app)[0].proto.spec)
        assert not any("Press Run" in caption.value for caption in app.caption)
    assert len(specs) == 1


def test_other_steps_are_stale_unless_they_are_recorded():
    app = opened("emergence", emergence_steps="1000")
    assert not any("Press Run" in caption.value for caption in app.caption)
    assert says(app, "At N = 424")
    app = opened("emergence", emergence_steps="500")
    assert any("Press Run" in caption.value for caption in app.caption)


def test_nonsense_in_the_link_falls_back_and_an_absent_device_is_refused():
    absent = {"cpu", "mps", "cuda"} - {device.kind for device in job_queue.pool().devices}
    app = opened(
        "emergence", emergence_symbols="99", emergence_steps="-3", emergence_rate="abc",
        emergence_widths=["x", "9"], emergence_seeds="<b>", emergence_device=min(absent),
    )  # fmt: skip
    assert not app.exception
    assert app.slider(key="emergence_symbols").value == 12
    assert app.select_slider(key="emergence_steps").value == 300
    assert tuple(app.select_slider(key="emergence_widths").value) == CopyStudy().widths
    assert "is not on this machine" in app.error[0].value
    assert app.button(key="emergence_run").disabled


@pytest.mark.slow
@pytest.mark.parametrize("rate", ["1", "1000"])
def test_run_trains_and_the_figures_become_live_even_where_it_diverges(rate):
    app = opened("emergence", emergence_rate=rate, **SMALL)
    app.button(key="emergence_run").click().run()
    wait(app, "emergence_job")
    assert not app.exception
    assert any("-badge[live]" in text.value for text in app.markdown)
    assert says(app, "Hardly a network has learned to copy")
    for name in ("Loss", "p^k"):
        app.segmented_control(key="emergence_figure").set_value(name).run()
        assert not app.exception
    (entry,) = app.session_state["journal"]
    assert (entry.page, entry.kind) == ("emergence", "run")
    assert entry.question.startswith("Copying 12 of 16 symbols; ")


@pytest.mark.slow
def test_addition_is_trained_in_its_tab():
    app = opened("emergence", emergence_about="steps", addition_seeds="1", addition_steps="1000")
    app.button(key="addition_run").click().run()
    wait(app, "addition_job")
    assert not app.exception
    assert any("-badge[live] Adding" in text.value for text in app.markdown)
    assert any(text.value.startswith("**Less than p") for text in app.markdown)
