"""The page on recipes: its guess, its three figures, its table, its experiments."""

import pytest

from tests.app.helpers import charts, figures, opened, says
from ui.concepts.recipes import blocks, view


def test_the_guess_is_about_tokens_and_the_other_figures_tell_nothing_of_it():
    app = opened("recipes", ask="on", recipes_compare="batch")
    assert charts(app) == 1
    assert not says(app, "tokens a parameter in 2024")
    app.selectbox(key="recipes_compare").set_value("tokens").run()
    app.select_slider(key="recipes_guess_1").set_value(300.0).run()
    app.button(key="recipes_commit").click().run()
    assert not app.exception
    assert says(app, "You said 300")
    (entry,) = app.session_state["journal"]
    assert (entry.given, entry.grade) == ("300", "close")


@pytest.mark.parametrize("compare", view.SHOWN)
def test_each_figure_stands_alone_and_is_told_in_words(compare):
    app = opened("recipes", recipes_compare=compare)
    (figure,) = figures(app)
    assert figure.proto.alt == view.ALT[compare]


def test_the_table_is_filtered_and_bears_a_model_without_a_recipe():
    app = opened("recipes", recipes_about="table", recipes_kind="sparse", recipes_model="Phi-2")
    assert not app.exception
    (table,) = app.dataframe
    assert "Kimi K2" in set(table.value["Model"])
    assert "Phi-2" not in set(table.value["Model"])
    app = opened("recipes", recipes_about="advice", recipes_model="Phi-2")
    assert not app.exception
    assert says(app, "was not found")


def test_an_experiment_sets_its_model_and_opens_its_tab():
    app = opened("recipes")
    for k, (*_, record) in enumerate(blocks.EXPERIMENTS, 1):
        app.session_state["recipes_about"] = "try"
        app.run()
        app.button(key=f"recipes_try_{k}").click().run()
        assert not app.exception
        assert app.session_state["recipes_model"] == record.model
        assert app.session_state["recipes_compare"] == record.compare
