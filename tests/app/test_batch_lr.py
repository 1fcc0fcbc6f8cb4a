"""The page on batch and learning rate: opened, walked through, guessed on, refused."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.helpers import charts, opened, says, walk
from toylab.experiments import batch_lr_study
from ui.concepts.batch_lr import blocks, text, view
from ui.concepts.batch_lr.live import LiveControls
from ui.concepts.batch_lr.view import Controls

LIVE, TRUST, LAWS, MISTAKES = blocks.TABS
BEST = Controls().bowl
ANSWER = text.setting(BEST.batch, BEST.lr)


def told(app: AppTest) -> bool:
    """Whether the best setting at the usual budget can be read anywhere."""
    return says(app, ANSWER)


KINDS = "simulated|published|recorded|live|yours"


def numbers(app: AppTest) -> str:
    """The key numbers above the figure."""
    (found,) = (x.proto.body for x in app.get("html") if 'class="numbers' in x.proto.body)
    return found


def test_nothing_tells_the_best_setting_before_the_guess_and_its_cost_is_told_after():
    app = opened("batch_lr", ask="on", tune_about=TRUST)
    for slider, value in ("tune_guess_1", 2.0**17), ("tune_guess_2", 1e-3):
        assert numbers(app).count("<b>?</b>") == 3
        assert not told(app)
        assert [x.key for x in app.segmented_control] == ["row_batch_lr"]  # no other figure
        app.select_slider(key=slider).set_value(value).run()
    app.button(key="tune_commit").click().run()
    assert told(app)
    assert app.segmented_control(key="batch_lr_figure").options == ["Valley", *view.SWITCH.values()]
    assert says(app, "You said 131k tokens; it is 1.02M tokens: 7.8 times too small.")
    assert says(app, "a rate of 9.9e-4")
    assert "guess" in numbers(app)
    app.select_slider(key="tune_noise").set_value("0.1").run()  # other luck, the same question
    assert "guess" in numbers(app)
    app.select_slider(key="tune_budget").set_value("1e22").run()
    assert "guess" not in numbers(app)
    assert charts(app) == 2


def test_a_flat_valley_full_of_noise_is_shown_and_bears_its_controls():
    app = opened("batch_lr", tune_noise="5", tune_along="0.0005", tune_about=TRUST)
    assert not app.error
    assert told(app)
    assert "guess" not in numbers(app)
    assert charts(app) == 2
    assert says(app, "at some budget the quadratic has no lowest point")
    walk(app, "tune_")
    assert charts(app) == 2


@pytest.mark.parametrize(
    ("about", "drawn", "kind"),
    [
        (LIVE, 1 + len(batch_lr_study.TOKENS), "recorded"), (LAWS, 3, "simulated"),
        (MISTAKES, 1, "simulated"),
    ],
)  # fmt: skip
def test_a_tab_on_batch_and_rate_draws_its_figures_under_its_own_label(about, drawn, kind):
    app = opened("batch_lr", tune_about=about)
    assert charts(app) == drawn
    badges = [x.value for x in app.markdown if re.match(rf":\w+-badge\[({KINDS})\]", x.value)]
    kinds = [re.findall(r"-badge\[(\w+)\]", badge)[0] for badge in badges]
    assert kinds == ["simulated", "simulated", kind]  # the figure's, at "Why?", and the tab's own
    if about == MISTAKES:  # a paper with two laws is cited once beside a figure
        sources = Controls().sources
        assert len({source.cited for source in sources}) < len(sources)
        label = next(x for x in badges if "](http" in x)
        links = re.findall(r"\]\((http[^)]+)\)", label)
        assert len(links) == len(set(links)) >= 2
        assert all(source.cited in label for source in sources)


def test_the_link_sets_controls_and_nonsense_in_it_falls_back_to_the_defaults():
    app = opened(
        "batch_lr", tune_budget="lots", tune_noise="-1", tune_cells="99", tune_span="1",
        tune_rule="<b>", tune_tilt="x", tune_along="0", tune_across="-1", tune_finder="lowest",
        tune_seed="7", tune_about=LIVE, grid_budgets="9",
        grid_seeds="5", grid_seed="-1", grid_device="abacus", laws_params="huge",
    )  # fmt: skip
    assert not app.exception
    assert not app.error
    for name in "budget", "noise", "cells", "rule", "along", "across", "tilt":
        assert app.session_state[f"tune_{name}"] == getattr(Controls(), name)
    assert (app.session_state["tune_finder"], app.session_state["tune_seed"]) == ("lowest", 7)
    assert app.session_state["tune_span"] == "3"  # the stop nearest to what the link asks for
    assert app.session_state["tune_about"] == LIVE
    assert app.session_state["grid_budgets"] == LiveControls().budgets
    assert app.session_state["grid_seeds"] == 5
    assert not app.button(key="grid_run").disabled
