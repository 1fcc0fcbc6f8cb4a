"""The page on batch and learning rate: opened, walked through, guessed on, refused."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.helpers import charts, opened, says, walk
from toylab.experiments import batch_lr_study
from ui.concepts.batch_lr import blocks, text
from ui.concepts.batch_lr.live import LiveControls
from ui.concepts.batch_lr.view import Controls, Guess

LIVE, TRUST, LAWS, MISTAKES = blocks.TABS
BEST = Controls().bowl
ANSWER = text.setting(BEST.batch, BEST.lr)


def told(app: AppTest) -> bool:
    """Whether the best setting at the usual budget can be read anywhere."""
    return says(app, ANSWER) or any(ANSWER in metric.value for metric in app.metric)


MADE = {"eye_batch": "524k", "eye_lr": "1e-3"}


def settings(app: AppTest) -> tuple[bool, bool]:
    """Which of the two sliders of the guess are off."""
    return tuple(app.select_slider(key=f"eye_{k}").proto.disabled for k in ("batch", "lr"))


def test_to_commit_a_setting_shows_the_answer_and_to_unlock_hides_it_again():
    app = opened("batch_lr", tune_about=MISTAKES)
    assert not app.metric
    app.select_slider(key="eye_batch").set_value("131k").run()
    assert app.button(key="eye_commit").disabled
    assert not app.metric
    app.select_slider(key="eye_lr").set_value("1e-3").run()
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
    app = opened("batch_lr", tune_about=MISTAKES)
    usual = Controls(), None
    hidden, shown = (text.finding(*usual, hide=hide) for hide in (True, False))
    assert not told(app)
    assert says(app, hidden)
    assert not says(app, shown)
    app.button(key="eye_show").click().run()
    assert told(app)
    assert says(app, shown)
    assert len(app.metric) == 3
    assert settings(app) == (False, False)
    assert app.button(key="eye_show").label == "Hide"
    app.button(key="eye_show").click().run()
    assert not told(app)
    assert app.button(key="eye_show").label == "Show"


def test_a_guess_about_one_valley_shows_nothing_of_another():
    app = opened("batch_lr", tune_about=MISTAKES, **MADE)
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
    app = opened("batch_lr", tune_noise="5", tune_along="0.0005", tune_about=TRUST)
    assert not app.error
    app.button(key="eye_show").click().run()
    assert not app.exception
    said = [x.value for x in (*app.error, *app.markdown)]
    assert any("at some budget the quadratic has no lowest point" in words for words in said)
    assert charts(app) == 4
    assert told(app)


def test_where_the_answers_land_is_closed_while_the_answer_is_hidden():
    app = opened("batch_lr", tune_about=TRUST, **MADE)
    assert charts(app) == 3
    assert any("opens when the answer is no longer hidden" in x.value for x in app.caption)
    app.button(key="eye_commit").click().run()
    assert charts(app) == 4
    assert not app.caption
    assert len([x for x in app.markdown if "-badge[simulated]" in x.value]) == 2


def test_the_valley_survives_the_ends_of_its_controls_with_its_answer():
    app = opened("batch_lr", tune_about=TRUST)
    app.button(key="eye_show").click().run()
    walk(app, "tune_")
    assert charts(app) == 4


@pytest.mark.parametrize(
    ("about", "drawn", "kind"),
    [
        (LIVE, 3 + len(batch_lr_study.TOKENS), "recorded"), (LAWS, 5, "published"),
        (MISTAKES, 3, "simulated"),
    ],
)  # fmt: skip
def test_a_tab_on_batch_and_rate_draws_its_figures_under_its_own_label(about, drawn, kind):
    app = opened("batch_lr", tune_about=about)
    assert charts(app) == drawn
    badges = [x.value for x in app.markdown if "-badge[" in x.value[:20]]
    assert f"-badge[{kind}]" in badges[1]


def test_a_paper_with_two_laws_is_cited_once_beside_a_figure():
    app = opened("batch_lr", tune_about=MISTAKES)
    sources = Controls().sources
    assert len({source.cited for source in sources}) < len(sources)
    label = next(x.value for x in app.markdown if "-badge[simulated]" in x.value)
    links = re.findall(r"\]\((http[^)]+)\)", label)
    assert len(links) == len(set(links)) >= 2
    assert all(source.cited in label for source in sources)


def test_the_link_sets_controls_and_nonsense_in_it_falls_back_to_the_defaults():
    app = opened(
        "batch_lr", tune_budget="lots", tune_noise="-1", tune_cells="99", tune_span="1",
        tune_rule="<b>", tune_tilt="x", tune_along="0", tune_across="-1", tune_finder="lowest",
        tune_seed="7", tune_about="Nowhere", eye_batch="many", eye_lr="7", grid_budgets="9",
        grid_seeds="5", grid_seed="-1", grid_device="abacus", laws_params="huge",
    )  # fmt: skip
    assert not app.exception
    assert not app.error
    for name in "budget", "noise", "cells", "rule", "along", "across", "tilt":
        assert app.session_state[f"tune_{name}"] == getattr(Controls(), name)
    assert (app.session_state["tune_finder"], app.session_state["tune_seed"]) == ("lowest", 7)
    assert app.session_state["tune_span"] == "3"  # the stop nearest to what the link asks for
    assert app.session_state["tune_about"] == LIVE
    assert app.session_state["eye_batch"] == Guess().batch
    assert app.session_state["grid_budgets"] == LiveControls().budgets
    assert app.session_state["grid_seeds"] == 5
    assert not app.button(key="grid_run").disabled
