"""A guess before the figure: asked, committed, compared, kept; or the figure at once."""

import pytest

from tests.app.helpers import charts, figures, opened
from ui.concepts.isoflop import blocks as isoflop
from ui.sections import UNSEEN

ASKED = (  # pages that ask for a number first, the keys of their guesses, and a guess
    ("home", "home", 1e-3),
    ("sine", "sine", 10.0),
    ("kaplan", "kaplan", 20.0),
    ("allocation", "allocation", 1e10),
    ("isoflop", "isoflop", 2.0),
    ("parametric", "parametric", 5.0),
    ("critical_batch", "critical", 20.0),
)


def says(app, text):
    """Whether a sentence of the page has this in it."""
    return any(text in block.value for block in app.markdown)


def data_offered(app):
    """Whether the row below the figure has its data to carry away."""
    row = app.segmented_control(key=f"row_{app.session_state['page']}")
    return any(option.endswith("Data") for option in row.options)


@pytest.mark.parametrize(("page", "key", "guess"), ASKED)
def test_a_page_asks_before_it_shows_and_says_the_gap_after(page, key, guess):
    app = opened(page, ask="on")
    before, told = charts(app), " ".join(figure.proto.alt for figure in figures(app))
    assert not data_offered(app)
    slider = app.select_slider(key=f"{key}_guess")
    assert slider.value is None
    assert app.button(key=f"{key}_say").disabled
    slider.set_value(guess).run()
    app.button(key=f"{key}_say").click().run()
    assert not app.exception
    assert charts(app) >= before
    assert says(app, "You said ")
    (entry,) = app.session_state["journal"]
    assert (entry.kind, entry.page) == ("guess", page)
    assert entry.given
    assert entry.answer
    assert entry.answer not in told
    assert data_offered(app)
    app.switch_page("pages/glossary.py").run()
    app.switch_page(f"pages/{page}.py").run()
    assert says(app, "You said ")
    app.button(key=f"{key}_again").click().run()
    assert app.select_slider(key=f"{key}_guess")
    assert charts(app) == before


@pytest.mark.parametrize(("page", "key"), [case[:2] for case in ASKED])
def test_who_would_rather_look_may(page, key):
    app = opened(page, ask="on")
    next(button for button in app.button if button.label == "Just show it").click().run()
    assert not app.exception
    assert charts(app)
    assert not says(app, "You said ")
    assert "journal" not in app.session_state
    assert app.button(key=f"{key}_again")


@pytest.mark.parametrize(("page", "key", "guess"), ASKED[3:6])
def test_the_same_words_about_another_law_are_another_question(page, key, guess):
    app = opened(page, ask="on")
    app.select_slider(key=f"{key}_guess").set_value(guess).run()
    app.button(key=f"{page}_say").click().run()
    assert says(app, "You said ")
    app.session_state[f"{page}_alpha"] = 0.5
    app.run()
    assert not app.exception
    assert says(app, "Your guess was about other settings.")
    assert len(app.session_state["journal"]) == 1


def test_a_guess_stays_about_the_settings_that_it_was_made_for():
    app = opened("kaplan", ask="on")
    app.select_slider(key="kaplan_guess").set_value(20.0).run()
    app.button(key="kaplan_say").click().run()
    assert says(app, "You said 20 %; it is 19.6 %")
    app.select_slider(key="kaplan_factor").set_value(100).run()
    assert says(app, "Your guess was about other settings.")
    assert charts(app)
    app.select_slider(key="kaplan_factor").set_value(10).run()
    assert says(app, "You said 20 %; it is 19.6 %")


@pytest.mark.parametrize(
    ("page", "tab"),
    [
        ("allocation", "ratio"),
        ("isoflop", list(isoflop.TABS)[1]),
        ("parametric", "approaches"),
    ],
)
def test_what_would_tell_the_answer_is_shut_until_the_figure_is_shown(page, tab):
    link = {f"{page}_about": tab}
    app = opened(page, ask="on", **link)
    assert UNSEEN in [caption.value for caption in app.caption]
    assert charts(app) == 1  # the first figure, with what does not tell
    assert charts(opened(page, **link)) > 1
