"""The page on allocation: its presets, its tabs, its experiments, its link."""

import pytest

from tests.app.helpers import charts, opened
from toylab.teaching.exercises.allocation import examples
from ui.concepts.allocation import blocks, view


def test_a_link_sets_every_control_and_the_presets_follow():
    surface = {f"allocation_{name}": str(value) for name, value in vars(LAW).items()}
    app = opened("allocation", allocation_budget="7.23e23", allocation_about="models", **surface)
    assert not app.exception
    assert app.selectbox(key="allocation_preset").value == "hoffmann-3"
    assert app.selectbox(key="allocation_model").value == "Llama 3 8B"
    assert app.number_input(key="allocation_beta").value == LAW.beta
    assert charts(app) == 2  # one above the tabs, one in the open one
    assert len(app.dataframe) == 1


LAW = view.SURFACES["hoffmann-3"]


def test_a_preset_sets_its_knobs_and_a_moved_knob_is_a_choice_of_ones_own():
    app = opened("allocation")
    app.selectbox(key="allocation_preset").set_value("hoffmann-3")
    app.selectbox(key="allocation_model").set_value("GPT-3 175B").run()
    assert app.session_state["allocation_alpha"] == LAW.alpha
    assert app.session_state["allocation_budget"] == view.SPENT["GPT-3 175B"].budget
    app.number_input(key="allocation_alpha").set_value(0.3)
    app.select_slider(key="allocation_budget").set_value("1e20").run()
    assert not app.exception
    assert app.selectbox(key="allocation_preset").value == "custom"
    assert app.selectbox(key="allocation_model").value == "custom"


@pytest.mark.parametrize("k", range(len(blocks.EXPERIMENTS)))
def test_an_experiment_sets_all_that_it_names(k):
    app = opened("allocation")
    app.button(key=f"allocation_try_{k + 1}").click().run()
    assert not app.exception
    for knob, value in vars(blocks.EXPERIMENTS[k][2]).items():
        if f"allocation_{knob}" in app.session_state:  # the record keeps what it has computed, too
            assert app.session_state[f"allocation_{knob}"] == value


def test_every_exercise_has_its_common_mistake_and_what_that_costs():
    app = opened("allocation", allocation_about="examples")
    blocks_ = [text.value for text in app.markdown]
    for example in examples():
        assert any(example.question in text and example.answer in text for text in blocks_)
        for part in example.common_mistake, example.cost:
            assert any(text.endswith(part) and "-badge[" in text for text in blocks_)
