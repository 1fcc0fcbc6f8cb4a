"""The isoFLOP page: its link, its refusals, its experiments."""

import pytest

from tests.app.helpers import charts, opened
from ui.concepts.isoflop import blocks
from ui.sections import TRY


def test_nonsense_in_the_link_falls_back_to_the_defaults():
    app = opened(
        "isoflop", isoflop_span=["soon", "1e21"], isoflop_sizes="2", isoflop_width="1e9",
        isoflop_curvature="none", isoflop_seed="-1", isoflop_about="7",
    )  # fmt: skip
    assert not app.exception
    assert not app.error
    assert app.slider(key="isoflop_sizes").value == 9
    assert tuple(app.select_slider(key="isoflop_span").value) == ("1e18", "1e21")


@pytest.mark.parametrize("about", [TRY, "curves"])
def test_equal_ends_of_the_budgets_are_a_sentence_and_the_page_stands(about):
    app = opened("isoflop.py", isoflop_span=["1e20", "1e20"], isoflop_about=about)
    assert not app.exception
    assert [error.value for error in app.error] == [
        "a study needs two different ends of its budgets, got 1e+20"
    ]
    assert charts(app) == 0
    app.select_slider(key="isoflop_span").set_value(("1e18", "1e20")).run()
    assert not app.error
    assert charts(app) == 1 + 2 * (about != TRY)


@pytest.mark.parametrize("about", [TRY, "designs"])
def test_a_study_that_the_fit_refuses_is_drawn_all_the_same(about):
    app = opened("isoflop.py", isoflop_width="20", isoflop_sizes="5", isoflop_about=about)
    assert not app.exception
    assert "budgets have a bottom to be trusted" in app.error[0].value
    assert charts(app) == 1 + (about != TRY)
    assert "isoflop_figure" not in app.session_state  # no second figure to switch to


def test_the_growth_is_a_second_figure_once_the_valleys_are_seen():
    app = opened("isoflop", ask="on")
    assert "isoflop_figure" not in app.session_state
    app.button(key="isoflop_show").click().run()
    assert app.session_state["isoflop_figure"] == "Valleys"
    app.segmented_control(key="isoflop_figure").set_value("Growth").run()
    assert not app.exception
    assert charts(app) == 1


def test_every_experiment_sets_its_controls_and_opens_its_tab():
    """The words above the button of the last one promise half the right size."""
    app = opened("isoflop")
    for k, (*_, record) in enumerate(blocks.EXPERIMENTS, 1):
        app.session_state["isoflop_about"] = TRY
        app.run()
        app.button(key=f"isoflop_try_{k}").click().run()
        assert not app.exception
        assert not app.error
        assert charts(app) >= 2
        assert app.session_state["isoflop_off_centre"] == record.off_centre
        assert app.session_state["isoflop_about"] == record.about
    (said,) = [x.value for x in app.markdown if "times the right size**" in x.value]
    assert 0.4 <= float(said.split(" times the right")[0].split("**")[-1]) <= 0.6
