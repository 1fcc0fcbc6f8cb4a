"""Every page opens, draws, survives its widgets' extremes, and refuses in sentences."""

import re
import time

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from tests.app.helpers import charts, opened, walk
from toylab.experiments import batch_lr_study, charlm_study, corpus
from toylab.laws import published
from toylab.live import job_queue
from toylab.quantities import parse_number
from toylab.simulation.isoflop_study import SimulatedStudy, simulate
from toylab.teaching.exercises import batch_lr as tuning_slips
from toylab.teaching.exercises import critical_batch as batch_slips
from ui.concepts.batch_lr import text as tuned
from ui.concepts.batch_lr import view as batch_lr
from ui.concepts.charlm import view as charlm
from ui.concepts.critical_batch import text as critical_words
from ui.concepts.critical_batch import view as critical_batch
from ui.concepts.isoflop import blocks as isoflop_blocks
from ui.concepts.parametric import blocks as parametric_blocks

PREFIX = {"batch_lr.py": "tune", "critical_batch.py": "critical"}  # of keys, if not the stem


@pytest.fixture(scope="module", autouse=True)
def _pool():
    job_queue.pool().warm()
    yield
    job_queue.pool().close()
    job_queue._pool.cache_clear()


# --- Fits, and files of one's own -------------------------------------------------------------


def a_file(**study) -> bytes:
    runs = simulate(published.REFIT.form, SimulatedStudy(noise=0.003, **study)).frame
    return runs[["params", "tokens", "loss"]].to_csv(index=False).encode()


def given(data: bytes | None = None, name: str = "mine.csv", **link: str) -> AppTest:
    """The page on surfaces with somebody's own runs."""
    app = opened("parametric.py", parametric_data="yours", **link)
    if data is not None:
        app.file_uploader(key="own_runs_file").set_value((name, data, "text/csv")).run()
    return app


def columns(app: AppTest) -> dict[str, Selectbox]:
    boxes = {
        (box.key or "").split("_")[2]: box
        for box in app.selectbox
        if (box.key or "").startswith("own_runs_")
    }
    assert not boxes or list(boxes) == ["params", "tokens", "flops", "loss"]
    return boxes


def test_without_a_file_the_page_welcomes_one_and_draws_nothing():
    app = given()
    assert not app.exception
    assert not app.error
    assert "Choose a file" in app.info[0].value
    assert charts(app) == 0


@pytest.mark.parametrize("about", parametric_blocks.TABS)
def test_a_file_of_runs_is_fitted_and_drawn(about):
    app = given(a_file(), parametric_about=about)
    assert not app.exception
    assert not app.error
    assert charts(app) == 2 + (about in list(parametric_blocks.TABS)[1:3])
    assert any("58 runs (5 of highest loss left out) give" in x.value for x in app.markdown)
    assert any("-badge[recorded]" in x.value for x in app.markdown)
    assert not any("The law behind" in x.value for x in app.markdown)


ROW = b"1e8,2e9,3.5\n"
BROKEN = {
    "empty": b"",
    "header only": b"params,tokens,loss\n",
    "no header": ROW * 9,
    "binary": b"params,\0tokens",
    "workbook": b"PK\x03\x04" + bytes(99),
    "web page": b"<!DOCTYPE html><p>",
    "json": b'[{"params": 1}]',
    "no loss": b"params,tokens\n1e8,2e9\n",
    "text": b"params,tokens,loss\n" + ROW + b"big,2e9,3\n",
    "short row": b"params,tokens,loss\n" + ROW + b"1e8,2e9\n",
    "diverged": b"params,tokens,loss\n" + ROW + b"1e8,3e9,nan\n",
    "perplexity": b"params,tokens,ppl\n1e8,2e9,30\n",
    "few runs": b"params,tokens,loss\n" + ROW + b"2e8,2e9,3.3\n",
    "one line of sizes": b"params,tokens,loss\n"
    + b"".join(b"%de8,%de9,3.%d\n" % (k, 2 * k, 20 - k) for k in range(1, 16)),
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_one_sentence_and_no_exception(data):
    app = given(data, parametric_drop="0")
    assert not app.exception
    assert len(app.error) == 1
    assert len(app.error[0].value) > 20
    assert charts(app) == 0


def test_which_column_is_which_is_shown_and_can_be_changed():
    app = given(a_file())
    chosen = columns(app)
    assert {kind: box.value for kind, box in chosen.items()} == {
        "params": "params", "tokens": "tokens", "flops": None, "loss": "loss",
    }  # fmt: skip
    chosen["tokens"].select_index(0).run()  # none
    assert not app.exception
    assert "two of params, tokens and flops are needed" in app.error[0].value
    columns(app)["tokens"].set_value("tokens").run()
    assert not app.error
    assert charts(app) == 2
    columns(app)["tokens"].set_value("params").run()
    assert "used twice" in app.error[0].value


def test_a_column_of_an_unknown_name_can_be_chosen():
    app = given(a_file().replace(b"loss", b"final quality", 1))
    assert "no column holds the loss" in app.error[0].value
    columns(app)["loss"].set_value("final quality").run()
    assert not app.error
    assert charts(app) == 2


def test_a_file_is_kept_while_other_pages_are_visited():
    app = given(a_file())
    app.switch_page("pages/isoflop.py").run()
    app.switch_page("pages/parametric.py").run()
    forget = app.button(key="own_runs_forget")
    assert forget.label == "mine.csv, from before: forget it"
    assert charts(app) == 2
    assert not app.error
    forget.click().run()
    assert not app.exception
    assert "Choose a file" in app.info[0].value
    assert charts(app) == 0


def test_a_corrected_choice_of_columns_is_kept_when_the_page_is_left():
    runs = simulate(published.REFIT.form, SimulatedStudy(noise=0.003)).frame
    odd = runs[["params", "tokens", "loss"]].rename(columns={"loss": "badness"})
    app = given(odd.to_csv(index=False).encode())
    columns(app)["loss"].set_value("badness").run()
    assert not app.error
    app.switch_page("pages/isoflop.py").run()
    app.switch_page("pages/parametric.py").run()
    assert columns(app)["loss"].value == "badness"
    assert not app.error


def test_another_file_takes_the_place_of_the_first():
    app = given(a_file(), "one.csv")
    app.file_uploader(key="own_runs_file").set_value(("two.csv", b"", "text/csv")).run()
    assert "empty" in app.error[0].value
    more = a_file(sizes=12)
    app.file_uploader(key="own_runs_file").set_value(("three.csv", more, "text/csv")).run()
    assert any("79 runs (5 of" in x.value for x in app.markdown)
    assert not app.error


def test_a_mended_file_of_the_same_name_is_read_by_its_own_header():
    runs = simulate(published.REFIT.form, SimulatedStudy(noise=0.003)).frame
    app = given(a_file())
    data = runs[["params", "flops", "loss"]].to_csv(index=False).encode()
    app.file_uploader(key="own_runs_file").set_value(("mine.csv", data, "text/csv")).run()
    assert not app.error


def test_controls_of_simulated_runs_are_off_for_runs_of_ones_own():
    app = given(a_file())
    assert app.slider(key="parametric_spoiled").disabled
    assert app.select_slider(key="parametric_noise").disabled
    assert not app.slider(key="parametric_drop").disabled
    app.slider(key="parametric_drop").set_value(0).run()
    assert any("63 runs give" in x.value for x in app.markdown)


def test_nonsense_in_the_links_of_fits_falls_back_to_the_defaults():
    app = opened(
        "parametric.py", parametric_at="soon", parametric_noise="-1", parametric_drop="999",
        parametric_data="theirs", parametric_fitted="<b>", parametric_about="Nowhere",
        parametric_alpha="x", breaks_ftol="0",
    )  # fmt: skip
    assert not app.exception
    assert not app.error
    assert app.select_slider(key="parametric_at").value == "5.76e23"
    assert app.slider(key="parametric_drop").value == 5
    assert app.selectbox(key="parametric_data").value == "simulated"
    app = opened(
        "isoflop.py", isoflop_span=["soon", "1e21"], isoflop_sizes="2", isoflop_width="1e9",
        isoflop_curvature="none", isoflop_seed="-1", isoflop_about="7",
    )  # fmt: skip
    assert not app.exception
    assert not app.error
    assert app.slider(key="isoflop_sizes").value == 9
    assert tuple(app.select_slider(key="isoflop_span").value) == ("1e18", "1e21")


@pytest.mark.parametrize("about", isoflop_blocks.TABS)
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


@pytest.mark.parametrize("about", isoflop_blocks.TABS)
def test_a_study_that_the_fit_refuses_is_drawn_all_the_same(about):
    app = opened("isoflop.py", isoflop_width="20", isoflop_sizes="5", isoflop_about=about)
    assert not app.exception
    assert "budgets have a bottom to be trusted" in app.error[0].value
    assert charts(app) >= 1
    assert not any("say $N_{opt}" in x.value for x in app.markdown)


@pytest.mark.parametrize("name", ["isoflop", "parametric"])
def test_every_experiment_with_fits_can_be_set_up(name):
    app = opened(f"{name}.py")
    tries = [button.key for button in app.button if button.key and "_try_" in button.key]
    assert len(tries) >= 4
    for key in tries:
        app.button(key=key).click().run()
        assert not app.exception
        assert not app.error
        assert charts(app) >= 2


def test_an_experiment_sets_its_controls_and_opens_its_tab():
    app = opened("isoflop.py")
    app.button(key="isoflop_try_2").click().run()
    assert app.select_slider(key="isoflop_off_centre").value == "3"
    assert any("are centred on 3 times" in x.value for x in app.markdown)
    app.button(key="isoflop_try_4").click().run()
    assert any("half the right size" in x.value for x in app.markdown)
    assert any("times the right size**" in x.value for x in app.markdown)
    app = opened("parametric.py")
    app.button(key="parametric_try_3").click().run()
    assert (app.slider(key="parametric_spoiled").value, charts(app)) == (12, 3)
    app.button(key="parametric_try_5").click().run()
    assert app.selectbox(key="parametric_fitted").value == "floor"
    assert app.number_input(key="parametric_floor").value == 0


def test_half_the_right_size_is_what_the_experiment_with_the_lowest_dot_shows():
    """The text above the button promises it."""
    app = opened("isoflop.py")
    app.button(key="isoflop_try_4").click().run()
    (said,) = [x.value for x in app.markdown if "times the right size**" in x.value]
    assert 0.4 <= float(said.split(" times the right")[0].split("**")[-1]) <= 0.6


def test_real_runs_of_the_simplest_learner_are_fitted_and_their_theory_is_told():
    app = opened("parametric.py", parametric_data="recorded", parametric_at="1e17")
    assert not app.exception
    assert not app.error
    assert charts(app) == 2
    assert any("-badge[recorded]" in x.value for x in app.markdown)
    assert app.slider(key="parametric_spoiled").disabled


def test_the_command_below_the_runs_holds_the_controls():
    app = opened("parametric.py", parametric_drop="7", parametric_fitted="tied")
    app.session_state["drawer_Take it with youruns"] = True
    app.run()
    shown = [block.value for block in app.code]
    assert "python -m toylab fit runs.csv --drop-highest 7 --tied --at 5.76e23" in shown


# --- Language models, and a guess -------------------------------------------------------------

HIDDEN = "Its valley of losses is not shown yet"
FOUND = "networks say $N_{opt}"


def says(app: AppTest, words: str) -> bool:
    return any(words in text.value for text in app.markdown)


def guessed(app: AppTest) -> tuple[bool, bool]:
    """Which of the guess's two sliders are off."""
    return (
        app.select_slider(key="guess_best").proto.disabled,
        app.slider(key="guess_slope").proto.disabled,
    )


def shown(about: str = next(iter(charlm.TABS)), **link: str | list[str]) -> AppTest:
    """The page with its recorded answer, by default where nothing long is fitted."""
    app = opened("charlm.py", charlm_about=about, **link)
    app.button(key="guess_show").click().run()
    return app


def test_the_answer_is_hidden_until_it_is_asked_for_and_can_be_hidden_again():
    app = opened("charlm.py")
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
    app = opened("charlm.py")
    assert guessed(app) == (False, False)
    app.slider(key="guess_slope").set_value(0.6).run()
    app.button(key="guess_commit").click().run()
    assert guessed(app) == (True, True)
    assert says(app, "Committed: now press Run.")
    assert not says(app, FOUND)
    assert not says(app, "Your guess:")
    assert app.slider(key="guess_slope").value == 0.6
    assert not app.slider(key="charlm_seeds").proto.disabled
    app.button(key="guess_commit").click().run()
    assert guessed(app) == (False, False)
    assert says(app, "Set your guess, then commit or run.")
    assert says(app, HIDDEN)


def test_a_guess_is_scored_only_if_it_was_committed_before_the_answer_was_shown():
    app = shown()
    assert not says(app, "**Your guess:**")
    app = opened("charlm.py")
    app.select_slider(key="guess_best").set_value("25k").run()
    app.button(key="guess_commit").click().run()
    app.button(key="guess_show").click().run()
    assert says(app, "**Your guess:** 25k parameters at 3e10 FLOPs")
    assert [metric.delta for metric in app.metric][:2] == [
        "your guess: 0.7", "your guess: 25k",
    ]  # fmt: skip


def test_a_guess_about_one_budget_is_not_held_against_another():
    app = opened("charlm.py")
    app.button(key="guess_commit").click().run()
    app.button(key="guess_show").click().run()
    assert says(app, "**Your guess:** 80k parameters at 3e10 FLOPs")
    app.select_slider(key="charlm_span").set_value(("1e9", "1e12")).run()
    assert not says(app, "**Your guess:**")
    assert guessed(app) == (False, False)
    app.select_slider(key="charlm_span").set_value(("1e9", "3e10")).run()
    assert says(app, "**Your guess:** 80k parameters at 3e10 FLOPs")


def test_a_guess_about_one_language_is_not_held_against_another():
    app = opened("charlm.py", charlm_span=["1e9", "1e10"])
    app.button(key="guess_commit").click().run()
    app.button(key="guess_show").click().run()
    assert says(app, "**Your guess:** 80k parameters at 1e10 FLOPs")
    app.selectbox(key="charlm_language").set_value("synthetic").run()
    app.select_slider(key="charlm_span").set_value(("1e9", "1e10")).run()
    assert not says(app, "**Your guess:**")


@pytest.mark.parametrize("about", list(charlm.TABS)[:2])
def test_what_would_give_the_answer_away_is_closed_while_it_is_hidden(about):
    app = opened("charlm.py", charlm_about=about)
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
    app = shown(list(charlm.TABS)[1])
    assert not app.exception
    assert charts(app) == 3
    assert says(app, "| 2. isoFLOP profiles |")
    assert says(app, "One surface, E + A/N^alpha + B/D^beta, through all")


@pytest.mark.slow
def test_studies_whose_answer_is_known_are_open_while_the_answer_is_hidden():
    app = opened("charlm.py", charlm_about=list(charlm.TABS)[2])
    assert not app.exception
    assert says(app, HIDDEN)
    assert says(app, "The entropy of this language is")
    assert says(app, "(theory 0.400,")
    assert charts(app) == 3


@pytest.mark.slow
@pytest.mark.parametrize("about", list(charlm.TABS)[:2])
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


@pytest.fixture
def _without_a_corpus(monkeypatch):
    """A Python that carries no source of its library, and has not read any."""
    corpus.present.cache_clear()
    corpus.load.cache_clear()
    monkeypatch.setattr(corpus, "_paths", lambda: ())
    yield
    corpus.present.cache_clear()
    corpus.load.cache_clear()


@pytest.mark.usefixtures("_without_a_corpus")
def test_without_a_text_to_learn_the_page_opens_with_the_synthetic_language():
    app = opened("charlm.py")
    assert not app.exception
    assert not app.error
    assert app.selectbox(key="charlm_language").value == "synthetic"
    first = charlm_study.CharlmStudy.PRESETS["synthetic-half-minute"]
    assert parse_number(app.select_slider(key="charlm_span").value[1]) == first.highest
    assert app.selectbox(key="charlm_preset").value == "synthetic-half-minute"
    assert says(app, "A synthetic language, word by word")
    assert "the networks learn the synthetic language instead" in app.info[0].value
    assert not app.button(key="lm_run").disabled


@pytest.mark.usefixtures("_without_a_corpus")
def test_without_a_text_to_learn_a_link_to_it_says_so_and_cannot_be_run():
    app = opened("charlm.py", charlm_language="python")
    assert not app.exception
    assert "carries no source of its standard library" in app.error[0].value
    assert "choose the synthetic language" in app.error[0].value
    assert charts(app) == 2  # what was recorded elsewhere is shown all the same
    assert app.button(key="lm_run").disabled


def test_to_pick_a_language_sets_the_study_that_is_usual_there():
    app = opened("charlm.py")
    app.selectbox(key="charlm_language").set_value("synthetic").run()
    first = charlm.FIRST["synthetic"]
    assert tuple(app.select_slider(key="charlm_span").value) == first.span
    assert app.slider(key="charlm_seeds").value == first.seeds
    assert app.selectbox(key="charlm_preset").value == "synthetic-half-minute"


def test_nonsense_in_the_link_to_language_models_falls_back_to_the_defaults():
    app = opened(
        "charlm.py", charlm_language="french", charlm_span=["1e9", "soon"], charlm_seeds="99",
        charlm_width="1", charlm_rate="-1", charlm_seed="-3", charlm_device="abacus",
        guess_best="many", guess_slope="7", charlm_about="Nowhere",
    )  # fmt: skip
    assert not app.exception
    assert not app.error
    assert app.selectbox(key="charlm_preset").value == charlm_study.USUAL
    assert app.selectbox(key="charlm_language").value == "python"
    assert app.select_slider(key="guess_best").value == charlm.Guess.best


def test_every_experiment_with_language_models_sets_controls_that_can_be_run():
    app = opened("charlm.py")
    tries = [button.key for button in app.button if button.key and "_try_" in button.key]
    assert len(tries) == 4
    for key in tries:
        app.button(key=key).click().run()
        assert not app.exception
        assert not app.error
        assert not app.button(key="lm_run").disabled


def ended(app: AppTest, key: str) -> AppTest:
    """The page when a job has ended."""
    end = time.monotonic() + 60
    while app.session_state[key].live:
        assert time.monotonic() < end
        time.sleep(0.1)
    assert app.session_state[key].progress().failures == []
    return app.run()


@pytest.mark.slow
def test_to_run_commits_the_guess():
    app = opened(
        "charlm.py", charlm_language="synthetic", charlm_span=["1e8", "1e9"], charlm_seeds="1"
    )
    app.select_slider(key="guess_best").set_value("2k").run()
    app.button(key="lm_run").click().run()
    ended(app, "lm_job")
    assert guessed(app) == (True, True)
    assert says(app, "networks")
    assert says(app, "**Your guess:** 2k parameters") or says(app, "Your guess waits")


@pytest.mark.slow
def test_a_guess_a_run_and_a_locked_forecast_end_in_a_score_and_a_verdict():
    app = opened(
        "charlm.py", charlm_language="synthetic", charlm_span=["3e8", "3e9"],
        charlm_seeds="2",
    )  # fmt: skip
    app.select_slider(key="guess_best").set_value("2.5k").run()
    app.button(key="guess_commit").click().run()
    app.button(key="lm_run").click().run()
    assert not app.exception
    assert says(app, "-badge[live]")
    assert not says(app, HIDDEN)
    assert app.button(key="guess_show").disabled
    ended(app, "lm_job")
    assert not app.exception
    assert says(app, FOUND)
    assert says(app, "**Your guess:** 2.5k parameters at 3e9 FLOPs")
    assert app.button(key="guess_show").disabled
    assert says(app, "At **1e10 FLOPs** the lines say")
    app.button(key="next_run").click().run()
    assert says(app, "Locked before the run:")
    ended(app, "next_job")
    assert not app.exception
    assert says(app, "Best size: forecast") or says(app, "No verdict:")
    assert charts(app) == 3


# --- Batch and learning rate ------------------------------------------------------------------

LIVE, TRUST, LAWS, SLIPS = batch_lr.TABS
BEST = batch_lr.View().bowl
ANSWER = tuned.setting(BEST.batch, BEST.lr)


def told(app: AppTest) -> bool:
    """Whether the best setting at the usual budget can be read anywhere."""
    return says(app, ANSWER) or any(ANSWER in metric.value for metric in app.metric)


def settings(app: AppTest) -> tuple[bool, bool]:
    """Which of the two sliders of the guess are off."""
    return tuple(app.select_slider(key=f"eye_{k}").proto.disabled for k in ("batch", "lr"))


def test_to_commit_a_setting_shows_the_answer_and_to_unlock_hides_it_again():
    app = opened("batch_lr.py", tune_about=SLIPS)
    app.select_slider(key="eye_batch").set_value("131k").run()
    assert not told(app)
    assert [metric.value for metric in app.metric] == ["131k, 1e-3"]
    hidden = app.metric[0].delta
    app.button(key="eye_commit").click().run()
    assert not app.exception
    assert told(app)
    assert settings(app) == (True, True)
    assert app.button(key="eye_show").disabled
    assert app.metric[0].value == "131k, 1e-3"
    assert app.metric[0].delta != hidden
    assert any(metric.value == ANSWER for metric in app.metric)
    app.button(key="eye_commit").click().run()
    assert not told(app)
    assert settings(app) == (False, False)
    assert not app.button(key="eye_show").disabled
    assert [(metric.value, metric.delta) for metric in app.metric] == [("131k, 1e-3", hidden)]


def test_the_best_setting_is_shown_without_a_guess_and_hidden_again():
    app = opened("batch_lr.py", tune_about=SLIPS)
    usual = batch_lr.View(), batch_lr.Guess()
    hidden, shown = (tuned.finding(*usual, hide=hide) for hide in (True, False))
    assert not told(app)
    assert says(app, hidden)
    assert not says(app, shown)
    app.button(key="eye_show").click().run()
    assert told(app)
    assert says(app, shown)
    assert len(app.metric) == 4
    assert settings(app) == (False, False)
    assert app.button(key="eye_show").label == "Hide"
    app.button(key="eye_show").click().run()
    assert not told(app)
    assert app.button(key="eye_show").label == "Show"


def test_a_guess_about_one_valley_shows_nothing_of_another():
    app = opened("batch_lr.py", tune_about=SLIPS)
    app.button(key="eye_commit").click().run()
    assert told(app)
    for key, other, back in ("budget", "1e22", "1e20"), ("noise", "0.1", "0.5"):
        app.select_slider(key=f"tune_{key}").set_value(other).run()
        assert len(app.metric) == 1
        assert not told(app)
        assert settings(app) == (False, False)
        app.select_slider(key=f"tune_{key}").set_value(back).run()
        assert told(app)


def test_a_valley_that_noise_has_drowned_is_drawn_and_has_no_curves():
    app = opened("batch_lr.py", tune_noise="5", tune_along="0.0005", tune_about=TRUST)
    assert not app.error
    app.button(key="eye_show").click().run()
    assert not app.exception
    said = [text.value for text in (*app.error, *app.markdown)]
    assert any("at some budget the quadratic has no lowest point" in words for words in said)
    assert charts(app) == 4
    assert told(app)


def test_where_the_answers_land_is_closed_while_the_answer_is_hidden():
    app = opened("batch_lr.py", tune_about=TRUST)
    assert charts(app) == 3
    assert any("opens when the answer is no longer hidden" in x.value for x in app.caption)
    app.button(key="eye_commit").click().run()
    assert charts(app) == 4
    assert not app.caption
    assert len([text for text in app.markdown if "-badge[simulated]" in text.value]) == 2


def test_the_valley_survives_the_ends_of_its_controls_with_its_answer():
    app = opened("batch_lr.py", tune_about=TRUST)
    app.button(key="eye_show").click().run()
    walk(app, "tune_")
    assert charts(app) == 4


@pytest.mark.parametrize(
    ("about", "drawn", "kind"),
    [
        (LIVE, 3 + len(batch_lr_study.TOKENS), "recorded"), (LAWS, 5, "published"),
        (SLIPS, 3, "simulated"),
    ],
)  # fmt: skip
def test_a_tab_on_batch_and_rate_draws_its_figures_under_its_own_label(about, drawn, kind):
    app = opened("batch_lr.py", tune_about=about)
    assert charts(app) == drawn
    badges = [text.value for text in app.markdown if "-badge[" in text.value[:20]]
    assert f"-badge[{kind}]" in badges[1]


# --- The critical batch -----------------------------------------------------------------------

OWN = list(critical_batch.TABS)[3]
HYPERBOLA = "".join(f"{B},{100 + 20_000 / B}\n" for B in (32, 64, 128, 256, 512, 1024))
TWO = "run,batch,steps\n" + "".join(
    f"small,{B},{100 + 20_000 / B}\nlarge,{B},{50 + 45_000 / B}\n"
    for B in (64, 128, 256, 512, 1024)
)


def raced(data: str, app: AppTest | None = None) -> AppTest:
    """The page on critical batches with somebody's own steps."""
    app = app or opened("critical_batch.py", critical_about=OWN)
    file = ("mine.csv", data.encode(), "text/csv")
    app.file_uploader(key="own_steps_file").set_value(file).run()
    assert not app.exception
    return app


def lines(app: AppTest) -> list[list[str]]:
    """The rows of the page's table, without its head."""
    tables = [text.value for text in app.markdown if text.value.startswith("|")]
    assert len(tables) <= 1
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in (tables[0].splitlines()[2:] if tables else [])
    ]


def test_without_a_table_the_page_asks_for_one_and_draws_the_law_alone():
    app = opened("critical_batch.py", critical_about=OWN)
    assert not app.error
    assert len(app.info) == 1
    assert charts(app) == 2
    assert lines(app) == []


def test_a_table_of_steps_is_fitted_and_drawn_as_recorded_runs():
    app = raced("batch,steps\n" + HYPERBOLA)
    assert not app.error
    assert not app.warning
    assert not app.info
    assert charts(app) == 3
    assert says(app, "-badge[recorded]")
    ((_, critical, *_),) = lines(app)
    assert critical.startswith("200 [")


def test_a_table_with_two_groups_has_a_line_for_each_in_its_own_order():
    app = raced(TWO)
    assert not app.error
    assert charts(app) == 3
    assert [row[0] for row in lines(app)] == ["small", "large"]
    assert [row[1].split(" [")[0] for row in lines(app)] == ["200", "900"]


def test_a_group_without_a_fit_says_why_beside_one_that_has_it():
    app = raced(TWO + "few,64,900\n")
    assert not app.error
    assert [row[1].split(" [")[0] for row in lines(app)[:2]] == ["200", "900"]
    assert "3 different batches" in lines(app)[2][1]
    assert charts(app) == 3


@pytest.mark.parametrize("name", ["a|b", "_all_ *of* them", "loss $3$"])
def test_a_groups_name_stands_in_its_cell_whatever_it_is(name):
    app = raced(TWO.replace("small", name))
    (shown,) = [text.value for text in app.markdown if text.value.startswith("|")]
    cells = [len(re.findall(r"(?<!\\)\|", line)) for line in shown.splitlines()]
    assert len(set(cells)) == 1, "a name has broken its row"


@pytest.mark.parametrize("first", [32, 64])
@pytest.mark.parametrize("falls", [0, 1], ids=["not at all", "in proportion"])
def test_steps_without_a_bend_have_no_critical_batch(first, falls):
    """It is then nothing or endless, and no number is its value."""
    table = "".join(f"{B},{2e5 / B**falls:.1f}\n" for B in (first * 2**k for k in range(6)))
    app = raced("batch,steps\n" + table)
    assert app.warning
    assert charts(app) == 3
    assert not re.search(r"\d", lines(app)[0][1])
    assert not re.search(r"e-\d|\b0\.0\d", " ".join(lines(app)[0][1:5]))


@pytest.mark.parametrize(
    "data",
    [
        "", "batch,steps\n", HYPERBOLA, "a,b\n1,2\n", "batch,steps\n32,many\n",
        "batch,steps\n0,9\n", "PK\x03\x04", "batch,steps\n32\n",
    ],
)  # fmt: skip
def test_a_broken_table_is_one_sentence_and_no_exception(data):
    app = raced(data)
    assert len(app.error) == 1
    assert len(app.error[0].value) > 20
    assert charts(app) == 2
    assert lines(app) == []


def test_too_few_batches_are_said_where_the_critical_batch_would_stand():
    app = raced("batch,steps\n32,90\n64,50\n")
    assert not app.error
    assert "3 different batches" in lines(app)[0][1]


def test_a_column_of_steps_can_be_chosen_and_a_mended_table_takes_its_place():
    app = raced("batch,took\n" + HYPERBOLA)
    assert "no column holds the steps" in app.error[0].value
    (box,) = [x for x in app.selectbox if (x.key or "").startswith("own_steps_steps_")]
    box.set_value("took").run()
    assert not app.error
    assert lines(app)[0][1].startswith("200 [")
    app = raced(TWO, app)
    assert not app.error
    assert len(lines(app)) == 2


def test_a_table_is_kept_while_other_pages_are_visited():
    app = raced("batch,steps\n" + HYPERBOLA)
    app.switch_page("pages/home.py").run()
    app.switch_page("pages/critical_batch.py").run()
    assert app.session_state["critical_about"] == OWN
    assert lines(app)[0][1].startswith("200 [")
    app.button(key="own_steps_forget").click().run()
    assert not app.exception
    assert lines(app) == []


# --- Both -------------------------------------------------------------------------------------


def test_nonsense_in_the_links_on_batches_falls_back_to_the_defaults():
    app = opened(
        "batch_lr.py", tune_budget="lots", tune_noise="-1", tune_cells="99", tune_span="1",
        tune_rule="<b>", tune_tilt="x", tune_along="0", tune_across="-1", tune_finder="eye",
        tune_seed="-3", tune_about="Nowhere", eye_batch="many", eye_lr="7", grid_budgets="9",
        grid_seeds="0", grid_seed="-1", grid_device="abacus", laws_params="huge",
    )  # fmt: skip
    assert not app.exception
    assert not app.error
    for name in "budget", "noise", "cells", "span", "rule", "along", "across", "tilt", "seed":
        assert app.session_state[f"tune_{name}"] == getattr(batch_lr.View(), name)
    assert app.session_state["tune_about"] == LIVE
    assert app.session_state["eye_batch"] == batch_lr.Guess.batch
    assert not app.button(key="grid_run").disabled
    app = opened(
        "critical_batch.py", critical_loss="0", critical_batch="x", critical_about="7",
        races_seeds="99", races_last="3", races_seed="-1", races_device="none",
    )  # fmt: skip
    assert not app.exception
    assert not app.error
    assert app.session_state["critical_loss"] == critical_batch.View.loss
    assert app.session_state["critical_batch"] == critical_batch.View.batch
    assert app.session_state["races_last"] == critical_batch.Asked.last
    assert not app.button(key="races_run").disabled


@pytest.mark.parametrize(("name", "key"), [("batch_lr.py", "grid"), ("critical_batch.py", "races")])
def test_an_absent_device_is_refused_where_batches_are_tried(name, key):
    absent = {"cpu", "mps", "cuda"} - {device.kind for device in job_queue.pool().devices}
    app = opened(name, **{f"{key}_device": min(absent)})
    assert "is not on this machine" in app.error[0].value
    assert app.button(key=f"{key}_run").disabled
    assert charts(app) >= 4  # what was recorded elsewhere is shown all the same


@pytest.mark.usefixtures("_without_a_corpus")
@pytest.mark.parametrize(("name", "key"), [("batch_lr.py", "grid"), ("critical_batch.py", "races")])
def test_without_a_text_nothing_can_be_trained_and_the_recorded_runs_stand(name, key):
    app = opened(name)
    assert not app.exception
    assert "carries no source of its standard library" in app.error[0].value
    assert app.button(key=f"{key}_run").disabled
    assert charts(app) >= 4


@pytest.mark.parametrize(
    ("name", "about", "examples"),
    [
        ("batch_lr.py", SLIPS, tuning_slips.examples()),
        ("critical_batch.py", list(critical_batch.TABS)[-1], batch_slips.examples()),
    ],
)
def test_every_exercise_has_its_slip_and_the_price_of_that(name, about, examples):
    app = opened(name, **{f"{PREFIX[name]}_about": about})
    said = [text.value for text in app.markdown]
    for example in examples:
        assert any(example.question in words and example.answer in words for words in said)
        for part in example.common_mistake, example.cost:
            assert any(words.endswith(part) and "-badge[" in words for words in said)


@pytest.mark.parametrize(
    ("name", "steps"),
    [("batch_lr.py", tuned.EXPERIMENTS), ("critical_batch.py", critical_words.EXPERIMENTS)],
)
def test_every_experiment_on_batches_sets_all_that_it_names(name, steps):
    app = opened(name)
    assert len(steps) >= 4
    for k, (_, record) in enumerate(steps, 1):
        app.button(key=f"{PREFIX[name]}_try_{k}").click().run()
        assert not app.exception
        assert not app.error
        for knob, value in vars(record).items():
            assert app.session_state[f"{PREFIX[name]}_{knob}"] == value
        for slider in app.select_slider:
            assert slider.value in slider.options


@pytest.mark.parametrize("name", ["batch_lr.py", "critical_batch.py"])
def test_runs_and_the_page_are_carried_away_in_a_drawer_each(name):
    app = opened(name)
    drawers = [drawer for drawer in app.expander if drawer.label == "Take it with you"]
    assert len(drawers) == 2
    before = len(app.code)
    for k, drawer in enumerate(drawers, 1):
        app.session_state[drawer.key] = True
        app.run()
        assert not app.exception
        assert len(app.code) == before + k
    commands = [block.value for block in app.code]
    assert len(set(commands)) == 2
    assert all(command.startswith("python -m toylab ") for command in commands)


def test_a_paper_with_two_laws_is_cited_once_beside_a_figure():
    app = opened("batch_lr.py", tune_about=SLIPS)
    sources = batch_lr.View().sources
    assert len({source.cited for source in sources}) < len(sources)
    label = next(text.value for text in app.markdown if "-badge[simulated]" in text.value)
    links = re.findall(r"\]\((http[^)]+)\)", label)
    assert len(links) == len(set(links)) >= 2
    assert all(source.cited in label for source in sources)
