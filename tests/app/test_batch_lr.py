"""The page on batch and learning rate: opened, walked through, guessed on, refused."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.helpers import charts, opened, says, walk
from toylab.experiments import batch_lr_study
from toylab.teaching.journal import Entry
from ui.concepts.batch_lr import blocks, text, view
from ui.concepts.batch_lr.live import LiveControls
from ui.concepts.batch_lr.view import Controls
from ui.sections import UNSEEN

LIVE, TRUST, LAWS, MISTAKES = blocks.TABS
BEST = Controls().bowl
ANSWER = text.setting(BEST.batch, BEST.lr)


def told(app: AppTest) -> bool:
    """Whether the best setting at the usual budget can be read anywhere."""
    return says(app, ANSWER)


MADE = {"eye_batch": "131k", "eye_lr": "1e-3"}
KINDS = "simulated|published|recorded|live|yours"


def numbers(app: AppTest) -> str:
    """The key numbers above the figure."""
    (found,) = (x.proto.body for x in app.get("html") if 'class="numbers' in x.proto.body)
    return found


def kept(app: AppTest) -> list[Entry]:
    """The guesses in the journal."""
    entries = app.session_state["journal"] if "journal" in app.session_state else []  # noqa: SIM401
    return [entry for entry in entries if entry.kind == "guess"]


def test_a_committed_setting_is_answered_once_and_nothing_tells_before():
    app = opened("batch_lr", tune_about=TRUST)
    assert app.button(key="eye_commit").disabled
    assert numbers(app).count("<b>?</b>") == 3
    assert charts(app) == 1
    assert any(x.value == UNSEEN for x in app.caption)
    app.select_slider(key="eye_batch").set_value("131k").run()
    assert app.button(key="eye_commit").disabled
    app.select_slider(key="eye_lr").set_value("1e-3").run()
    assert not told(app)
    assert not app.segmented_control(key="row_batch_lr").value
    assert [x.key for x in app.segmented_control] == ["row_batch_lr"]  # no other figure to look at
    app.button(key="eye_commit").click().run()
    assert not app.exception
    assert told(app)
    assert not any(x.value == UNSEEN for x in app.caption)
    assert charts(app) == 2
    assert app.segmented_control(key="batch_lr_figure").options == ["Valley", *view.SWITCH.values()]
    assert says(app, "You said 131k tokens; it is 1.02M tokens: 7.8 times too small.")
    assert says(app, "a rate of 9.9e-4")
    assert "guess" in numbers(app)
    assert len(kept(app)) == 2
    app.run()
    assert len(kept(app)) == 2
    for key, other, back in ("budget", "1e22", "1e20"), ("noise", "0.1", "0.5"):
        app.select_slider(key=f"tune_{key}").set_value(other).run()
        assert numbers(app).count("<b>?</b>") == 3
        assert not told(app)
        app.select_slider(key=f"tune_{key}").set_value(back).run()
        assert told(app)
    app.button(key="eye_again").click().run()
    assert not told(app)
    assert charts(app) == 1


def test_the_best_setting_is_shown_without_a_guess_and_none_is_reported():
    app = opened("batch_lr", tune_noise="5", tune_along="0.0005", tune_about=TRUST, **MADE)
    assert not told(app)
    app.button(key="eye_show").click().run()
    assert not app.exception
    assert not app.error
    assert told(app)
    assert "guess" not in numbers(app)
    assert not kept(app)
    assert not says(app, "You said")
    assert charts(app) == 2
    assert says(app, "at some budget the quadratic has no lowest point")
    walk(app, "tune_")
    assert charts(app) == 2


@pytest.mark.parametrize(
    ("about", "drawn", "kind"),
    [
        (LIVE, 1 + len(batch_lr_study.TOKENS), "recorded"), (LAWS, 3, "published"),
        (MISTAKES, 1, "simulated"),
    ],
)  # fmt: skip
def test_a_tab_on_batch_and_rate_draws_its_figures_under_its_own_label(about, drawn, kind):
    app = opened("batch_lr", ask="off", tune_about=about)
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
        "batch_lr", ask="off", tune_budget="lots", tune_noise="-1", tune_cells="99", tune_span="1",
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
