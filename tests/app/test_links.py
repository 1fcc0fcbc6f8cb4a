"""Links into the app: each sets the controls that it says, whatever they were before."""

from collections.abc import Iterator

import pytest

from tests.app.helpers import opened
from toylab.quantities import parse_number
from toylab.teaching import quiz
from toylab.teaching.contents import PageLink
from toylab.teaching.mistakes.catalogue import mistakes
from toylab.teaching.ways import WAYS


def links() -> Iterator[PageLink]:
    """Every link of the app that sets a control: of steps, of mistakes, of two papers."""
    for way in WAYS.values():
        yield from (step.link for step in way.steps)
    yield from (mistake.link for mistake in mistakes())
    for seed in (0, 3):
        yield from (question.link for question in quiz.paper(seed))


def joined(links: list[PageLink]) -> list[PageLink]:
    """Links to one page, those joined that open the same tab and do not contradict each other."""
    together: list[dict[str, object]] = []
    for link in sorted(links, key=lambda link: -len(link.settings)):
        tab = {key: link.settings.get(key) for key in TABS}
        for settings in together:
            same = {key: settings.get(key) for key in TABS} == tab
            if same and all(settings.get(k, v) == v for k, v in link.settings.items()):
                settings.update(link.settings)
                break
        else:
            together.append(dict(link.settings))
    return [PageLink(links[0].page, settings) for settings in together]


def near(held: object, asked: object) -> bool:
    """True if a control holds what a link asked for, or the stop next to it."""
    if isinstance(asked, tuple):
        return isinstance(held, tuple) and all(map(near, held, asked))
    if isinstance(asked, float) and isinstance(held, str):
        return 1 / 1.6 < parse_number(held) / asked < 1.6
    return held == asked


def elsewhere(key: str, value: object) -> object:
    """Where a control stood before: at what another link asks of it, if one does."""
    asked = [link.settings[key] for link in EVERY if key in link.settings]
    return next((other for other in asked if other != value), "somewhere else")


EVERY = [link for link in links() if link.settings]
TABS = {key for link in EVERY for key in link.settings if key.endswith("_about")}
PAGES = {link.page: [other for other in EVERY if other.page == link.page] for link in EVERY}


@pytest.mark.parametrize("page", PAGES)
def test_a_link_sets_its_controls_whatever_they_were_before(page):
    """Streamlit alone leaves a kept value where the link says what is a control's first."""
    app = opened("teaching", ask="off")
    for link in joined(PAGES[page]):
        for key, value in link.settings.items():
            app.session_state[key] = elsewhere(key, value)
        for key, value in link.query.items():
            app.query_params[key] = value
        app.switch_page(f"pages/{page}.py").run()
        assert not app.exception
        for key, value in link.settings.items():
            assert near(app.session_state[key], value), (key, link)
        app.query_params.clear()
        app.query_params["ask"] = "off"
        app.switch_page("pages/teaching.py").run()
