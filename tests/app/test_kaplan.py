"""The page on Kaplan's laws: its link, its figures, its experiments."""

from tests.app.helpers import charts, opened
from ui.concepts.kaplan import blocks


def test_a_link_sets_every_control_and_opens_its_figure_and_its_tab():
    link = {"factor": "100", "params": "10B", "tokens": "1B", "floor": "true", "about": "ends",
            "figure": "Compute"}  # fmt: skip
    app = opened("kaplan", **{f"kaplan_{name}": value for name, value in link.items()})
    assert not app.exception
    assert app.select_slider(key="kaplan_factor").value == 100
    assert app.select_slider(key="kaplan_params").value == "10B"
    assert app.select_slider(key="kaplan_tokens").value == "1B"
    assert app.toggle(key="kaplan_floor").value
    assert app.session_state["kaplan_figure"] == "Compute"
    assert charts(app) == 2  # one of the three lines, and where two laws cross


def test_an_experiment_sets_all_that_it_names_and_its_tab_waits_for_the_guess():
    app = opened("kaplan", ask="on")
    for k, (*_, record) in enumerate(blocks.EXPERIMENTS, 1):
        app.session_state["kaplan_about"] = "try"
        app.run()
        app.button(key=f"kaplan_try_{k}").click().run()
        assert not app.exception
        for knob in ("factor", "params", "tokens", "floor"):
            assert app.session_state[f"kaplan_{knob}"] == getattr(record, knob)
        assert charts(app) == 1
