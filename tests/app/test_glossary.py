"""Words and sources on their page: all of them, those that a search finds, or none."""

import pytest

from tests.app.helpers import opened
from toylab.teaching import glossary, papers

TABS = {"words": len(glossary.TERMS), "papers": len(papers.papers())}


def texts(app):
    return "\n".join(element.value for kind in ("markdown", "info") for element in app.get(kind))


@pytest.mark.parametrize("tab", TABS)
def test_a_tab_has_everything_and_hands_it_over(tab):
    app = opened("glossary", glossary_about=tab)
    assert not app.exception
    assert [button.label.split()[0] for button in app.get("download_button")] == [str(TABS[tab])]
    lines = [one.line for one in (glossary.TERMS if tab == "words" else papers.papers())]
    assert all(line in texts(app) for line in lines)
    themes = [theme.label.split("**")[1] for theme in app.main.get("expander")]
    assert themes == (list(glossary.THEMES) if tab == "words" else [])


@pytest.mark.parametrize("tab", TABS)
def test_a_search_in_the_link_is_made_and_nothing_found_is_said(tab):
    found = texts(opened("glossary", glossary_about=tab, glossary_find="porian"))
    assert "From Kaplan's exponent to Chinchilla's" in found or tab == "words"
    app = opened("glossary", glossary_about=tab, glossary_find="zz*z")
    assert not app.exception
    assert r"zz\*z" in app.info[0].value
    assert app.get("download_button")[0].proto.disabled


def links(app):
    """What the links of the page itself say, and where they lead."""
    return [link.proto.label for link in app.main.get("page_link")]


def test_what_a_search_finds_leads_to_the_page_and_a_search_for_nothing_leads_on():
    found = opened("glossary", glossary_find="huber loss")
    assert links(found) == ["Break the fit: Huber, tolerance, outliers (One surface for every run)"]
    assert [button.label for button in found.get("download_button")] == ["1 term as CSV"]
    assert "over-training" in links(opened("glossary", glossary_find="overtraining"))[0].lower()
    assert links(opened("glossary", glossary_find="zz*z")) == []
