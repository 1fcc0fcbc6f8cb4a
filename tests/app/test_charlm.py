"""The page charlm in the app: a guess, a hidden answer, presets by language, runs to their end."""

import pytest

from tests.app.helpers import charts, opened, says, wait, walk
from toylab.experiments.charlm_study import USUAL, CharlmStudy
from toylab.quantities import parse_number
from ui.concepts.charlm import blocks, tabs, view

HIDDEN = "Where is the bottom at"
FOUND = "networks want a"
MADE = {"guess_best": "80k", "guess_slope": "5x"}


def guessed(app):
    """Which of the guess's two sliders are off."""
    return tuple(
        app.select_slider(key=f"guess_{name}").proto.disabled for name in ("best", "slope")
    )


def journal(app):
    """The kinds of what was done."""
    return [entry.kind for entry in app.session_state["journal"]]


def test_the_answer_is_hidden_until_it_is_asked_for_and_then_no_guess_is_scored():
    app = opened("charlm")
    assert says(app, HIDDEN)
    assert not says(app, FOUND)
    assert charts(app) == 1
    assert not app.button(key="lm_run").disabled
    assert "next_run" not in [button.key for button in app.button]
    app.button(key="guess_show").click().run()
    assert not app.exception
    assert says(app, FOUND)
    assert not says(app, HIDDEN)
    assert "journal" not in app.session_state
    app.button(key="guess_again").click().run()
    assert says(app, HIDDEN)
    assert not says(app, FOUND)


def test_a_guess_is_whole_before_it_is_committed_then_fixed_and_scored_with_the_answer():
    app = opened("charlm")
    assert guessed(app) == (False, False)
    assert app.button(key="guess_commit").disabled
    app.select_slider(key="guess_best").set_value("80k").run()
    assert app.button(key="guess_commit").disabled
    app.select_slider(key="guess_slope").set_value(MADE["guess_slope"]).run()
    app.button(key="guess_commit").click().run()
    assert guessed(app) == (True, True)
    assert says(app, HIDDEN)
    assert not says(app, "You said")
    app.button(key="guess_commit").click().run()  # changed
    assert guessed(app) == (False, False)
    app.button(key="guess_commit").click().run()
    app.button(key="guess_show").click().run()
    assert says(app, "You said")
    assert journal(app) == ["guess", "guess"]


def test_a_guess_comes_back_with_its_budget_and_is_not_held_against_another_language():
    app = opened("charlm", charlm_span=["1e9", "1e10"], **MADE)
    app.button(key="guess_commit").click().run()
    app.button(key="guess_show").click().run()
    assert says(app, "You said 80k parameters")
    span = app.select_slider(key="charlm_span")
    span.set_value(("1e9", "1e12")).run()
    assert not says(app, "You said")
    span.set_value(("1e9", "1e10")).run()
    assert says(app, "You said 80k parameters")
    assert journal(app) == ["guess", "guess"]  # held once against each of two answers
    app.selectbox(key="charlm_language").set_value("synthetic").run()
    span.set_value(("1e9", "1e10")).run()
    assert app.selectbox(key="charlm_language").value == "synthetic"
    assert says(app, FOUND)
    assert not says(app, "You said")


@pytest.mark.parametrize("about", ["next", "approaches", "wrote"])
def test_what_would_give_the_answer_away_is_closed_while_it_is_hidden(about):
    app = opened("charlm", charlm_about=about)
    assert says(app, HIDDEN)
    assert charts(app) == 1
    assert "next_run" not in [button.key for button in app.button]


@pytest.mark.slow
@pytest.mark.parametrize("about", ["next", "approaches"])
def test_the_page_survives_the_ends_of_its_controls_with_its_answer(about):
    walk(opened("charlm", charlm_about=about, ask="off"))


@pytest.mark.slow
def test_studies_whose_answer_is_known_are_open_while_the_answer_is_hidden():
    app = opened("charlm", charlm_about="known")
    assert not app.exception
    assert says(app, HIDDEN)
    assert says(app, "The entropy of this language is")
    assert charts(app) == 2


@pytest.mark.parametrize("language", ["python", "synthetic"])
@pytest.mark.parametrize("ends", [["1e8", "1e8"], ["1e12", "1e12"]])
def test_a_plan_of_one_single_budget_is_drawn_and_can_be_run(language, ends):
    app = opened("charlm", charlm_language=language, charlm_span=ends, charlm_seeds="1")
    assert not says(app, FOUND)
    app.button(key="guess_show").click().run()
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
        guess_best="many", guess_slope="7", charlm_about="Nowhere",
    )  # fmt: skip
    assert not app.exception
    assert not app.error
    assert app.selectbox(key="charlm_preset").value == USUAL
    assert app.selectbox(key="charlm_language").value == "python"
    assert app.select_slider(key="guess_best").value == view.Guess.best


@pytest.mark.slow
@pytest.mark.parametrize("ask", ["on", "off"])
def test_to_run_commits_no_guess(ask):
    app = opened(
        "charlm", charlm_language="synthetic", charlm_span=["1e8", "1e9"], charlm_seeds="1",
        ask=ask, **MADE,
    )  # fmt: skip
    app.button(key="lm_run").click().run()
    wait(app, "lm_job")
    assert app.session_state["lm_job"].progress().failures == []
    assert not says(app, "You said")
    assert journal(app) == ["run"]


@pytest.mark.slow
def test_a_guess_a_run_and_a_locked_forecast_end_in_a_score_and_a_verdict():
    app = opened(
        "charlm", charlm_language="synthetic", charlm_span=["3e8", "3e9"], charlm_seeds="2",
        charlm_about="next", guess_best="2.5k", guess_slope="3.2x",
    )  # fmt: skip
    app.button(key="guess_commit").click().run()
    app.button(key="lm_run").click().run()
    assert not app.exception
    assert not says(app, HIDDEN)
    wait(app, "lm_job")
    assert app.session_state["lm_job"].progress().failures == []
    assert not app.exception
    assert says(app, FOUND)
    assert says(app, "You said")
    assert says(app, "At **1e10 FLOPs** the lines say")
    app.button(key="next_run").click().run()
    assert says(app, "Locked before the run:")
    wait(app, "next_job")
    assert app.session_state["next_job"].progress().failures == []
    assert not app.exception
    assert says(app, "Best size: forecast") or says(app, "No verdict:")
    assert charts(app) == 2
