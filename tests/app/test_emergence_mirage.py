"""The tab "A mirage?" on its page: recorded exams, and all that the slider changes."""

import re

from tests.app.helpers import charts, figures, opened
from toylab.experiments.streaks import LONGEST

LESSONS = ("**The axis.**", "**The text.**", "**What counts.**")


def test_the_tab_shows_both_axes_with_the_labels_of_both_kinds_of_number_and_follows_the_slider():
    app = opened("emergence", emergence_about="mirage")
    several, specs = charts(app), set()
    for symbols in (8, 2, LONGEST):
        app.slider(key="streaks_symbols").set_value(symbols).run()
        assert not app.exception
        assert not app.error
        assert charts(app) == several >= 2
        specs.add(tuple(figure.proto.spec for figure in figures(app)[-2:]))
        said = [text.value for text in app.markdown]
        kinds = [re.search(r"-badge\[(\w+)\]", text)[1] for text in said if "badge[" in text]
        assert kinds[-2:] == ["simulated", "recorded"]
        lessons = [text for text in said if text.startswith(LESSONS)]
        assert len(lessons) == 3
        assert not re.search(r"\bnan\b|\binf\b|\de[-+]\d", " ".join(lessons))
    assert len(specs) == 1  # only tables change while a slider moves
    assert app.session_state["streaks_symbols"] == LONGEST
