"""A guess before the figure: asked, committed, compared, kept; or the figure at once."""

import pytest

from tests.app.helpers import charts, figures, opened, says
from ui.concepts.charlm.text import CLOSED
from ui.sections import UNSEEN

OTHERS = "Your guess was about other settings."
ASKED = (  # page, prefix of its keys, numbers to guess, a tab that tells, a control that asks anew
    ("home", "home", (1e-3,), "", None),
    ("sine", "sine", (10.0,), "", ("sweep", "width", "data")),
    ("kaplan", "kaplan", (20.0,), "joint", ("factor", 100, 10)),
    ("allocation", "allocation", (1e10,), "ratio", ("alpha", 0.5, 0.3478)),
    ("isoflop", "isoflop", (2.0,), "lowest", ("alpha", 0.5, 0.3478)),
    ("parametric", "parametric", (5.0,), "approaches", ("alpha", 0.5, 0.3478)),
    ("critical_batch", "critical", (20.0,), "wall_clock", ("loss", "4", "2")),
    ("batch_lr", "tune", (2.0**17, 1e-3), "trust", ("budget", "1e22", "1e20")),
    ("architecture", "architecture", (2.0,), "wrote", None),
    ("repetition", "repetition", (8.0,), "mix", None),
    ("planner", "planner", (1.1,), "serve", ("context", 2048, 8192)),
    ("transfer", "transfer", (2.0**-6,), "saves", None),
    ("recipes", "recipes", (50.0,), "changed", None),
    ("schedules", "schedules", (0.05,), "", ("end", 0.1, 0.0)),
    ("emergence", "emergence", (40.0,), "three", ("symbols", 4, 12)),
    ("charlm", "charlm", (8e4, 5.0), "next", ("span", ("1e9", "1e12"), ("1e9", "3e10"))),
)


def sliders(app, prefix):
    """The sliders of the guess."""
    return [one for one in app.select_slider if one.key.startswith(f"{prefix}_guess_")]


def press(app, prefix, *names):
    """The page once the buttons of the guess with these names have been pressed."""
    for name in names:
        app.button(key=f"{prefix}_{name}").click().run()
        assert not app.exception


def commit(app, prefix, numbers):
    """The page once the numbers are committed, each with its slider."""
    for k, number in enumerate(numbers):
        assert sliders(app, prefix)[k].value is None
        assert app.button(key=f"{prefix}_commit").disabled
        sliders(app, prefix)[k].set_value(number).run()
    press(app, prefix, "commit")


def seen(app):
    """Whether the answer may be told: by the data to carry away, and in the open tab."""
    row = app.segmented_control(key=f"row_{app.session_state['page']}")
    shut = any(caption.value in (UNSEEN, CLOSED) for caption in app.caption)
    return any(option.endswith("Data") for option in row.options) and not shut


def journal(app):
    """What the reader did."""
    return app.session_state["journal"] if "journal" in app.session_state else []  # noqa: SIM401


@pytest.mark.parametrize(("page", "prefix", "numbers", "tab", "other"), ASKED)
def test_a_page_asks_before_it_shows_and_says_the_gap_after(page, prefix, numbers, tab, other):
    app = opened(page, ask="on", **({f"{prefix}_about": tab} if tab else {}))
    before, told = charts(app), " ".join(figure.proto.alt for figure in figures(app))
    assert before == 1
    assert len(sliders(app, prefix)) == len(numbers)
    assert not any(slider.proto.query_param_key for slider in sliders(app, prefix))
    assert not seen(app)
    assert not any("guess" in key for key in app.session_state["knobs"])  # it is no setting
    commit(app, prefix, numbers)
    if page == "charlm":  # its guess waits for a run, or for whoever will not
        assert says(app, "There is no answer yet.")
        assert not seen(app)
        assert not journal(app)
        press(app, prefix, "show")
    assert says(app, "You said ")
    assert seen(app)
    entries = list(journal(app))
    assert len(entries) == len(numbers)
    for entry in entries:
        assert (entry.kind, entry.page) == ("guess", page)
        assert entry.given
        assert entry.answer
        assert entry.answer not in told
    app.switch_page("pages/glossary.py").run()
    app.switch_page(f"pages/{page}.py").run()
    assert says(app, "You said ")
    if other:
        name, value, back = other
        app.session_state[f"{prefix}_{name}"] = value
        app.run()
        assert not app.exception
        assert says(app, OTHERS)
        assert not says(app, "You said ")
        assert seen(app)
        app.session_state[f"{prefix}_{name}"] = back
        app.run()
        assert says(app, "You said ")
    press(app, prefix, "again")
    assert (charts(app), seen(app)) == (before, False)
    commit(app, prefix, numbers)
    if page == "charlm":
        press(app, prefix, "show")
    assert says(app, "-badge[not scored]")
    press(app, prefix, "again", "show")
    assert seen(app)
    assert not says(app, "You said ")
    assert not says(app, OTHERS)
    assert journal(app) == entries


def test_an_answer_that_was_in_sight_is_not_scored_and_another_laws_is():
    """A guess is drawn and scored about its own question alone, whoever was asked or not."""
    app = opened("kaplan", ask="off")
    assert not sliders(app, "kaplan")
    app.query_params["ask"] = "on"
    app.run()
    commit(app, "kaplan", (20.0,))
    assert says(app, "-badge[not scored]")
    assert not journal(app)
    press(app, "kaplan", "again")
    app.select_slider(key="kaplan_factor").set_value(100).run()
    commit(app, "kaplan", (20.0,))
    (entry,) = journal(app)
    assert entry.answer == "35.4 %"
