"""The page charlm in the app: a guess, a hidden answer, presets by language, runs to their end."""

import pytest

from tests.app.helpers import charts, opened, says, wait, walk
from toylab.experiments.charlm_study import USUAL, CharlmStudy
from toylab.quantities import parse_number
from ui.concepts.charlm import blocks, tabs, view

HIDDEN = "Where is the bottom at"
FOUND = "networks want a"


def journal(app):
    """The kinds of what was done."""
    return [entry.kind for entry in app.session_state["journal"]]


def commit(app, size, growth):
    """The page once both numbers are committed."""
    app.select_slider(key="charlm_guess_1").set_value(size)
    app.select_slider(key="charlm_guess_2").set_value(growth).run()
    return app.button(key="charlm_commit").click().run()


def test_a_committed_guess_waits_for_a_run_and_another_language_asks_anew():
    """The question opens again as long as no answer is in sight; later the figure stays."""
    app = commit(opened("charlm", ask="on", charlm_about="known"), 8e4, 5.0)
    assert says(app, HIDDEN)
    assert charts(app) == 2  # and the studies whose answer is known
    assert not app.select_slider(key="charlm_span").proto.disabled
    app.selectbox(key="charlm_language").set_value("synthetic").run()
    assert app.select_slider(key="charlm_guess_1").value is None
    app.selectbox(key="charlm_language").set_value("python").run()
    assert says(app, "You said **80k parameters** and **5 times**")
    app.button(key="charlm_show").click().run()
    assert says(app, FOUND)
    assert journal(app) == ["guess", "guess"]
    app.selectbox(key="charlm_language").set_value("synthetic").run()
    assert says(app, FOUND)
    assert says(app, "Your guess was about other settings.")
    assert journal(app) == ["guess", "guess"]


@pytest.mark.slow
@pytest.mark.parametrize("about", ["next", "approaches"])
def test_the_page_survives_the_ends_of_its_controls_with_its_answer(about):
    walk(opened("charlm", charlm_about=about), most=2)


@pytest.mark.parametrize("language", ["python", "synthetic"])
@pytest.mark.parametrize("ends", [["1e8", "1e8"], ["1e12", "1e12"]])
def test_a_plan_of_one_single_budget_is_drawn_and_can_be_run(language, ends):
    app = opened("charlm", charlm_language=language, charlm_span=ends, charlm_seeds="1")
    assert not app.exception
    assert not app.error
    assert charts(app) == 1
    assert not app.button(key="lm_run").disabled


@pytest.mark.usefixtures("without_a_corpus")
def test_without_a_text_to_learn_the_page_opens_with_the_synthetic_language():
    app = opened("charlm")
    assert not app.exception
    assert not app.error
    assert app.selectbox(key="charlm_language").value == "synthetic"
    first = CharlmStudy.PRESETS["synthetic-half-minute"]
    assert parse_number(app.select_slider(key="charlm_span").value[1]) == first.highest
    assert app.selectbox(key="charlm_preset").value == "synthetic-half-minute"
    assert "the networks learn the synthetic language instead" in app.info[0].value
    assert not app.button(key="lm_run").disabled
    app = opened("charlm", charlm_language="python")
    assert not app.exception
    assert "carries no source of its standard library" in app.error[0].value
    assert charts(app) == 1  # what was recorded elsewhere is shown all the same
    assert app.button(key="lm_run").disabled


def test_to_pick_a_language_sets_its_study_and_every_experiment_can_be_run():
    app = opened("charlm")
    app.selectbox(key="charlm_language").set_value("synthetic").run()
    first = view.FIRST["synthetic"]
    assert tuple(app.select_slider(key="charlm_span").value) == first.span
    assert app.slider(key="charlm_seeds").value == first.seeds
    assert app.selectbox(key="charlm_preset").value == "synthetic-half-minute"
    for k in range(1, len(blocks.EXPERIMENTS) + 1):
        app = opened("charlm")
        app.button(key=f"charlm_try_{k}").click().run()
        assert not app.exception
        assert not app.error
        assert app.session_state["charlm_about"] in tabs.TABS
        assert not app.button(key="lm_run").disabled


def test_nonsense_in_the_link_to_language_models_falls_back_to_the_defaults():
    app = opened(
        "charlm", charlm_language="french", charlm_span=["1e9", "soon"], charlm_seeds="99",
        charlm_width="wide", charlm_rate="-1", charlm_seed="-3", charlm_device="abacus",
        charlm_about="Nowhere",
    )  # fmt: skip
    assert not app.exception
    assert not app.error
    assert app.selectbox(key="charlm_preset").value == USUAL
    assert app.selectbox(key="charlm_language").value == "python"


@pytest.mark.slow
def test_a_run_shows_the_answer_and_commits_no_guess():
    app = opened(
        "charlm", charlm_language="synthetic", charlm_span=["1e8", "1e9"], charlm_seeds="1",
        ask="on",
    )  # fmt: skip
    app.select_slider(key="charlm_guess_1").set_value(8e4).run()
    app.button(key="lm_run").click().run()
    wait(app, "lm_job")
    assert app.session_state["lm_job"].progress().failures == []
    assert not says(app, "You said")
    assert journal(app) == ["run"]


@pytest.mark.slow
def test_a_guess_a_run_and_a_locked_forecast_end_in_a_score_and_a_verdict():
    app = opened(
        "charlm", charlm_language="synthetic", charlm_span=["1e8", "1e9"], charlm_seeds="2",
        charlm_about="next", ask="on",
    )  # fmt: skip
    commit(app, 2.5e3, 3.2)
    app.button(key="lm_run").click().run()
    assert not app.exception
    assert not says(app, HIDDEN)
    wait(app, "lm_job")
    assert app.session_state["lm_job"].progress().failures == []
    assert not app.exception
    assert says(app, FOUND)
    assert says(app, "You said")
    assert says(app, "At **3e9 FLOPs** the lines say")
    app.button(key="next_run").click().run()
    assert says(app, "Locked before the run:")
    wait(app, "next_job")
    assert app.session_state["next_job"].progress().failures == []
    assert not app.exception
    assert says(app, "Best size: forecast") or says(app, "No verdict:")
    assert charts(app) == 2


def test_to_pick_a_network_sets_its_shortest_study_and_a_language_that_it_learns():
    app = opened("charlm", charlm_language="synthetic")
    app.selectbox(key="charlm_net").set_value("transformer").run()
    assert app.selectbox(key="charlm_language").value == "python"
    assert app.selectbox(key="charlm_preset").value == "ten-seconds"
    assert tuple(app.select_slider(key="charlm_span").value) == ("1e9", "1e10")
    assert app.toggle(key="charlm_scaled").value
    assert says(app, "transformer")
    assert not app.button(key="lm_run").disabled
    app.selectbox(key="charlm_language").set_value("synthetic").run()
    assert app.selectbox(key="charlm_net").value == "ngram"
    assert not app.exception
