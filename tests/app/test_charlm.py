"""The page charlm in the app: a guess, a hidden answer, presets by language, runs to their end."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.helpers import charts, opened, says, wait, walk
from toylab.experiments.charlm_study import USUAL, CharlmStudy
from toylab.quantities import parse_number
from ui.concepts.charlm import blocks, view

HIDDEN = "Its valley of losses is not shown yet"
FOUND = "networks want a"


MADE = {"guess_best": "80k", "guess_slope": "0.7"}


def guessed(app: AppTest) -> tuple[bool, bool]:
    """Which of the guess's two sliders are off."""
    return (
        app.select_slider(key="guess_best").proto.disabled,
        app.select_slider(key="guess_slope").proto.disabled,
    )


def shown(about: str = next(iter(blocks.TABS)), **link: str | list[str]) -> AppTest:
    """The page with its recorded answer, by default where nothing long is fitted."""
    app = opened("charlm", charlm_about=about, **link)
    app.button(key="guess_show").click().run()
    return app


def test_the_answer_is_hidden_until_it_is_asked_for_and_can_be_hidden_again():
    app = opened("charlm")
    assert says(app, HIDDEN)
    assert not says(app, FOUND)
    assert not app.metric
    assert charts(app) == 2
    assert app.button(key="guess_show").label == "Show"
    app.button(key="guess_show").click().run()
    assert not app.exception
    assert says(app, FOUND)
    assert not says(app, HIDDEN)
    assert [metric.label for metric in app.metric] == [
        "Exponent a", "Best size at 3e10 FLOPs", "Loss at the bottoms",
    ]  # fmt: skip
    assert len([text for text in app.main.markdown if text.value.startswith("**The ")]) == 2
    assert guessed(app) == (False, False)
    app.button(key="guess_show").click().run()
    assert says(app, HIDDEN)
    assert not says(app, FOUND)


def test_to_commit_a_guess_fixes_its_sliders_and_keeps_the_answer_hidden():
    app = opened("charlm")
    assert guessed(app) == (False, False)
    assert app.button(key="guess_commit").disabled
    app.select_slider(key="guess_best").set_value("25k").run()
    assert app.button(key="guess_commit").disabled
    app.select_slider(key="guess_slope").set_value("0.60").run()
    assert not app.button(key="guess_commit").disabled
    app.button(key="guess_commit").click().run()
    assert guessed(app) == (True, True)
    assert says(app, "Committed: now press Run.")
    assert not says(app, FOUND)
    assert not says(app, "Your guess:")
    assert app.select_slider(key="guess_slope").value == "0.60"
    assert not app.slider(key="charlm_seeds").proto.disabled
    app.button(key="guess_commit").click().run()
    assert guessed(app) == (False, False)
    assert says(app, "Guess, commit, then press Run.")
    assert says(app, HIDDEN)


def test_a_guess_is_scored_only_if_it_was_committed_before_the_answer_was_shown():
    app = shown()
    assert not says(app, "**Your guess:**")
    assert app.button(key="guess_commit").disabled
    app = opened("charlm", guess_best="25k", guess_slope="0.7")
    app.button(key="guess_commit").click().run()
    app.button(key="guess_show").click().run()
    assert says(app, "**Your guess:** 25k parameters at 3e10 FLOPs")
    assert [metric.delta for metric in app.metric][:2] == [
        "your guess: 0.70", "your guess: 25k",
    ]  # fmt: skip


def test_a_guess_about_one_budget_is_not_held_against_another():
    app = opened("charlm", **MADE)
    app.button(key="guess_commit").click().run()
    app.button(key="guess_show").click().run()
    assert says(app, "**Your guess:** 80k parameters at 3e10 FLOPs")
    app.select_slider(key="charlm_span").set_value(("1e9", "1e12")).run()
    assert not says(app, "**Your guess:**")
    assert guessed(app) == (False, False)
    app.select_slider(key="charlm_span").set_value(("1e9", "3e10")).run()
    assert says(app, "**Your guess:** 80k parameters at 3e10 FLOPs")


def test_a_guess_about_one_language_is_not_held_against_another():
    app = opened("charlm", charlm_span=["1e9", "1e10"], **MADE)
    app.button(key="guess_commit").click().run()
    app.button(key="guess_show").click().run()
    assert says(app, "**Your guess:** 80k parameters at 1e10 FLOPs")
    app.selectbox(key="charlm_language").set_value("synthetic").run()
    app.select_slider(key="charlm_span").set_value(("1e9", "1e10")).run()
    assert not says(app, "**Your guess:**")


@pytest.mark.parametrize("about", list(blocks.TABS)[:2])
def test_what_would_give_the_answer_away_is_closed_while_it_is_hidden(about):
    app = opened("charlm", charlm_about=about)
    assert any("opens when the answer is no longer hidden" in x.value for x in app.caption)
    assert charts(app) == 2
    assert "next_run" not in [button.key for button in app.button]


def test_the_next_budget_is_forecast_before_it_can_be_run():
    app = shown()
    assert says(app, "At **3e12 FLOPs** the lines say")
    assert app.button(key="next_run").label == "Lock it in and run"
    assert charts(app) == 2


@pytest.mark.slow
def test_three_approaches_to_the_recorded_study_are_drawn_and_compared():
    app = shown(list(blocks.TABS)[1])
    assert not app.exception
    assert charts(app) == 3
    assert says(app, "| 2. isoFLOP profiles |")
    assert says(app, "One surface, E + A/N^alpha + B/D^beta, through all")


@pytest.mark.slow
def test_studies_whose_answer_is_known_are_open_while_the_answer_is_hidden():
    app = opened("charlm", charlm_about=list(blocks.TABS)[2])
    assert not app.exception
    assert says(app, HIDDEN)
    assert says(app, "The entropy of this language is")
    assert says(app, "(theory 0.400,")
    assert charts(app) == 3


@pytest.mark.slow
@pytest.mark.parametrize("about", list(blocks.TABS)[:2])
def test_the_page_of_language_models_survives_the_ends_of_its_controls_with_its_answer(about):
    walk(shown(about))


@pytest.mark.parametrize("language", ["python", "synthetic"])
@pytest.mark.parametrize("ends", [["1e8", "1e8"], ["1e12", "1e12"]])
def test_a_plan_of_one_single_budget_is_drawn_and_can_be_run(language, ends):
    app = shown(charlm_language=language, charlm_span=ends, charlm_seeds="1")
    for hidden in False, True:
        assert not app.exception
        assert not app.error
        assert charts(app) == 2
        assert not app.button(key="lm_run").disabled
        assert says(app, HIDDEN) == hidden
        if not hidden:
            app.button(key="guess_show").click().run()
    assert says(app, f"best at {ends[0]} FLOPs?")


def test_a_link_to_the_synthetic_language_shows_its_study():
    app = shown(charlm_language="synthetic", charlm_span=["3e8", "1e10"])
    assert not app.exception
    assert not app.error
    assert app.selectbox(key="charlm_language").value == "synthetic"
    assert says(app, "whose entropy is known; 7 budgets")
    assert says(app, " words per parameter.")
    assert app.metric[1].label == "Best size at 1e10 FLOPs"
    assert not says(app, "**The best at")


@pytest.mark.usefixtures("without_a_corpus")
def test_without_a_text_to_learn_the_page_opens_with_the_synthetic_language():
    app = opened("charlm")
    assert not app.exception
    assert not app.error
    assert app.selectbox(key="charlm_language").value == "synthetic"
    first = CharlmStudy.PRESETS["synthetic-half-minute"]
    assert parse_number(app.select_slider(key="charlm_span").value[1]) == first.highest
    assert app.selectbox(key="charlm_preset").value == "synthetic-half-minute"
    assert says(app, "A synthetic language, word by word")
    assert "the networks learn the synthetic language instead" in app.info[0].value
    assert not app.button(key="lm_run").disabled


@pytest.mark.usefixtures("without_a_corpus")
def test_without_a_text_to_learn_a_link_to_it_says_so_and_cannot_be_run():
    app = opened("charlm", charlm_language="python")
    assert not app.exception
    assert "carries no source of its standard library" in app.error[0].value
    assert "choose the synthetic language" in app.error[0].value
    assert charts(app) == 2  # what was recorded elsewhere is shown all the same
    assert app.button(key="lm_run").disabled


def test_to_pick_a_language_sets_the_study_that_is_usual_there():
    app = opened("charlm")
    app.selectbox(key="charlm_language").set_value("synthetic").run()
    first = view.FIRST["synthetic"]
    assert tuple(app.select_slider(key="charlm_span").value) == first.span
    assert app.slider(key="charlm_seeds").value == first.seeds
    assert app.selectbox(key="charlm_preset").value == "synthetic-half-minute"


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


def test_every_experiment_with_language_models_sets_controls_that_can_be_run():
    app = opened("charlm")
    tries = [button.key for button in app.button if button.key and "_try_" in button.key]
    assert len(tries) == 4
    for key in tries:
        app.button(key=key).click().run()
        assert not app.exception
        assert not app.error
        assert not app.button(key="lm_run").disabled


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
    assert guessed(app) == (False, False)
    assert app.button(key="guess_commit").disabled
    assert says(app, "networks")
    assert not says(app, "Your guess")
    assert [entry.kind for entry in app.session_state["journal"]] == ["run"]


@pytest.mark.slow
def test_a_guess_a_run_and_a_locked_forecast_end_in_a_score_and_a_verdict():
    app = opened(
        "charlm", charlm_language="synthetic", charlm_span=["3e8", "3e9"],
        charlm_seeds="2", guess_best="2.5k", guess_slope="0.5",
    )  # fmt: skip
    app.button(key="guess_commit").click().run()
    app.button(key="lm_run").click().run()
    assert not app.exception
    assert says(app, "-badge[live]")
    assert not says(app, HIDDEN)
    assert app.button(key="guess_show").disabled
    wait(app, "lm_job")
    assert app.session_state["lm_job"].progress().failures == []
    assert not app.exception
    assert says(app, FOUND)
    assert says(app, "**Your guess:** 2.5k parameters at 3e9 FLOPs")
    assert app.button(key="guess_show").disabled
    assert says(app, "At **1e10 FLOPs** the lines say")
    app.button(key="next_run").click().run()
    assert says(app, "Locked before the run:")
    wait(app, "next_job")
    assert app.session_state["next_job"].progress().failures == []
    assert not app.exception
    assert says(app, "Best size: forecast") or says(app, "No verdict:")
    assert charts(app) == 3
