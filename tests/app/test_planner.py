"""The planner in the app: its figure, its tabs, a config, and what it refuses."""

import json

import pytest

from tests.app.helpers import charts, opened, says
from tests.tables.test_model_config import CONFIGS


def test_the_first_visit_shows_a_models_flops_and_its_parameters():
    app = opened("planner")
    assert charts(app) == 1
    switch = app.segmented_control(key="planner_figure")
    assert switch.options == ["FLOPs", "Parameters"]
    app = switch.set_value("Parameters").run()
    assert not app.exception
    assert charts(app) == 1


@pytest.mark.parametrize(
    ("tab", "figures", "told"),
    [
        ("pay", 3, "**24.8 days** on 1,024 H100"),
        ("serve", 2, "it pays from **11.4T tokens served** on"),
        ("tensors", 1, "8,030,261,248 parameters in all"),
    ],
)
def test_every_tab_opens_and_says_its_number(tab, figures, told):
    app = opened("planner", planner_about=tab)
    assert not app.exception
    assert charts(app) == figures
    assert says(app, told)


def test_a_pasted_config_sets_the_controls_and_a_broken_one_leaves_them():
    app = opened("planner")
    field = app.text_area(key="planner_paste")
    app = field.set_value(json.dumps(CONFIGS["Mixtral 8x7B"])).run()
    assert app.number_input(key="planner_experts").value == 8
    assert app.selectbox(key="planner_model").value == "Mixtral 8x7B"
    assert any("32,768" in caption.value for caption in app.caption)  # what its context costs
    app = app.number_input(key="planner_context").set_value(4096).run()
    assert not any("32,768" in caption.value for caption in app.caption)
    app = app.text_area(key="planner_paste").set_value('{"hidden_size": ').run()
    assert "broken on line 1" in app.error[0].value
    assert app.number_input(key="planner_experts").value == 8
    assert not app.exception


def test_numbers_that_make_no_model_get_one_sentence():
    app = opened("planner", planner_heads="7", planner_about="serve")
    assert not app.exception
    assert len(app.error) == 1
    assert "heads" in app.error[0].value
    app = opened("planner", planner_tokens="many", planner_about="pay")
    assert not app.exception
    assert len(app.error) == 1


def test_nonsense_in_the_link_is_dropped():
    app = opened(
        "planner", planner_layers="x", planner_width="-1", planner_context="nan", pay_mfu="500",
        pay_device="abacus", serve_law="kaplan-N", planner_about="pay",
    )  # fmt: skip
    assert not app.exception
    assert not app.error
    assert app.number_input(key="planner_layers").value == 32
