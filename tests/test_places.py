"""Places: what a link into the app says, and that each leads where it says it does."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from toylab.quantities import parse_number
from toylab.teaching import course, quiz
from toylab.teaching.contents import SECTIONS, TITLES, PageLink
from toylab.teaching.mistakes.catalogue import mistakes

ROOT = Path(__file__).parent.parent


def test_values_are_said_as_the_address_has_them():
    place = PageLink("home", {"a": 10, "b": "70B", "c": True, "d": ("1e18", "1e21"), "e": 0.5})
    assert place.query == {
        "a": "10", "b": "70B", "c": "true", "d": ["1e18", "1e21"], "e": "0.5",
    }  # fmt: skip
    assert PageLink("home").query == {}
    assert place.without({"a", "c", "d", "e", "z"}).query == {"b": "70B"}
    assert place.title == "Scaling laws, live"


def test_every_page_has_one_title_of_its_own():
    stems = {path.stem for path in (ROOT / "pages").glob("*.py")}
    assert set(TITLES) == stems
    assert len(set(TITLES.values())) == len(stems)
    assert sum(map(len, SECTIONS.values())) == len(stems)


def places() -> Iterator[tuple[str, PageLink]]:
    """Every place of the app that sets a control, by who points there."""
    for way in course.WAYS.values():
        for k, step in enumerate(way.steps, 1):
            yield f"{way.name}-{k}", step.link
    for mistake in mistakes():
        yield mistake.name, mistake.link
    for seed in (0, 3):
        for question in quiz.paper(seed):
            yield f"{question.name}-{seed}", question.link


def near(held: object, asked: object) -> bool:
    """Whether a control holds what a link asked for, or the stop next to it."""
    if isinstance(asked, tuple):
        return isinstance(held, tuple) and all(map(near, held, asked))
    if isinstance(asked, float) and isinstance(held, str):
        return 1 / 1.6 < parse_number(held) / asked < 1.6
    return held == asked


PLACES = {name: place for name, place in places() if place.settings}


@pytest.mark.parametrize("name", PLACES)
def test_a_link_sets_its_controls_whatever_they_were_before(name):
    """Streamlit alone leaves a kept value where the link says what is a control's first."""
    place = PLACES[name]
    app = AppTest.from_file(ROOT / "app.py", default_timeout=60)
    app.query_params["ask"] = "off"
    app.switch_page("pages/glossary.py").run()
    for key in place.settings:
        app.session_state[key] = "somewhere else"
    for key, value in place.query.items():
        app.query_params[key] = value
    app.switch_page(f"pages/{place.page}.py").run()
    assert not app.exception
    for key, value in place.settings.items():
        assert near(app.session_state[key], value), key
