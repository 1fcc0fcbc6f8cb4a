"""The page on Kaplan's laws: its link, its experiments."""

import pytest

from tests.app.helpers import charts, opened
from ui.concepts.kaplan import blocks


def test_a_link_sets_every_control_and_opens_its_tab():
    link = {"factor": "100", "params": "10B", "tokens": "1B", "floor": "true", "about": "ends"}
    app = opened("kaplan", **{f"kaplan_{name}": value for name, value in link.items()})
    assert not app.exception
    assert app.select_slider(key="kaplan_factor").value == 100
    assert app.select_slider(key="kaplan_params").value == "10B"
    assert app.select_slider(key="kaplan_tokens").value == "1B"
    assert app.toggle(key="kaplan_floor").value
    assert charts(app) == 4  # three lines, and where they cross
    assert any("With a floor" in text.value for text in app.markdown)
    assert [metric.label for metric in app.metric] == [
        f"100\N{MULTIPLICATION SIGN} {name}" for name in ("parameters", "tokens", "compute")
    ]


def test_tabs_are_open_before_the_guess_and_the_figure_is_not():
    app = opened("kaplan", ask="on")
    assert not app.metric
    assert charts(app) == 2


@pytest.mark.parametrize("k", range(len(blocks.EXPERIMENTS)))
def test_an_experiment_sets_all_that_it_names(k):
    app = opened("kaplan")
    app.button(key=f"kaplan_try_{k + 1}").click().run()
    assert not app.exception
    for knob in ("factor", "params", "tokens", "floor"):
        value = getattr(blocks.EXPERIMENTS[k][1], knob)
        assert app.session_state[f"kaplan_{knob}"] == value
