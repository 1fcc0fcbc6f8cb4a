"""Every page opens, draws, survives its widgets' extremes, and refuses in sentences."""

import time

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from tests.app.helpers import charts, opened, walk
from toylab.experiments import charlm_study, corpus
from toylab.laws import published
from toylab.live import job_queue
from toylab.quantities import parse_number
from toylab.simulation.isoflop_study import SimulatedStudy, simulate
from ui.concepts.charlm import view as charlm
from ui.concepts.isoflop import blocks as isoflop_blocks
from ui.concepts.parametric import blocks as parametric_blocks


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
