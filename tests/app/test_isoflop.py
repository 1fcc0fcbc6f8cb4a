"""The isoFLOP page: its link, its refusals, its experiments."""

import pytest

from tests.app.helpers import charts, opened
from ui.concepts.isoflop import blocks


def test_nonsense_in_the_link_falls_back_to_the_defaults():
    app = opened(
        "isoflop", isoflop_span=["soon", "1e21"], isoflop_sizes="2", isoflop_width="1e9",
        isoflop_curvature="none", isoflop_seed="-1", isoflop_about="7",
    )  # fmt: skip
    assert not app.exception
    assert not app.error
    assert app.slider(key="isoflop_sizes").value == 9
    assert tuple(app.select_slider(key="isoflop_span").value) == ("1e18", "1e21")


@pytest.mark.parametrize("about", blocks.TABS)
def test_equal_ends_of_the_budgets_are_a_sentence_and_the_page_stands(about):
    app = opened("isoflop.py", isoflop_span=["1e20", "1e20"], isoflop_about=about)
    assert not app.exception
    assert [error.value for error in app.error] == [
        "a study needs two different ends of its budgets, got 1e+20"
    ]
    assert charts(app) == 0
    assert len([b for b in app.button if b.label == "Set it up"]) == 4
    app.select_slider(key="isoflop_span").set_value(("1e18", "1e20")).run()
    assert not app.error
    assert charts(app) >= 2


@pytest.mark.parametrize("about", blocks.TABS)
def test_a_study_that_the_fit_refuses_is_drawn_all_the_same(about):
    app = opened("isoflop.py", isoflop_width="20", isoflop_sizes="5", isoflop_about=about)
    assert not app.exception
    assert "budgets have a bottom to be trusted" in app.error[0].value
    assert charts(app) >= 1
    assert not any("say $N_{opt}" in x.value for x in app.markdown)


def test_half_the_right_size_is_what_the_experiment_with_the_lowest_dot_shows():
    """The text above the button promises it."""
    app = opened("isoflop.py")
    app.button(key="isoflop_try_4").click().run()
    (said,) = [x.value for x in app.markdown if "times the right size**" in x.value]
    assert 0.4 <= float(said.split(" times the right")[0].split("**")[-1]) <= 0.6


@pytest.mark.parametrize("k", range(1, len(blocks.EXPERIMENTS) + 1))
def test_every_experiment_can_be_set_up(k):
    app = opened("isoflop")
    app.button(key=f"isoflop_try_{k}").click().run()
    assert not app.exception
    assert not app.error
    assert charts(app) >= 2


def test_an_experiment_sets_its_controls_and_opens_its_tab():
    app = opened("isoflop")
    app.button(key="isoflop_try_2").click().run()
    assert app.select_slider(key="isoflop_off_centre").value == "3"
    assert any("are centred on 3 times" in x.value for x in app.markdown)
    app.button(key="isoflop_try_4").click().run()
    assert any("half the right size" in x.value for x in app.markdown)
    assert any("times the right size**" in x.value for x in app.markdown)
