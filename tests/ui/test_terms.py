"""Terms of a sentence: explained once, at their first mention, and nothing else is changed."""

import re
from html import unescape

from toylab.teaching import glossary
from ui import terms

SAID = "The **loss** of 7 tokens < 3 is `N`; tokens cost [FLOPs](https://arxiv.org/abs/2203.15556)."


def plain(html):
    """What a reader sees of it."""
    return unescape(re.sub(r"<[^>]*>", "", re.sub(r"<span.*?</span>", "", html)))


def test_a_term_is_a_button_that_opens_its_meaning_and_the_text_stays():
    seen = set()
    html = terms.sentence(SAID, "allocation", "says", seen)
    assert plain(html) == "The loss of 7 tokens < 3 is N; tokens cost FLOPs."
    keys = re.findall(r'popovertarget="(\w+)"', html)
    assert keys == re.findall(r'<span id="(\w+)"', html)
    assert len(set(keys)) == len(keys) >= 3
    assert "<b>" in html
    assert html.count(">tokens</button>") == 1  # of two mentions
    again = terms.sentence("Fewer tokens.", "allocation", "more", seen)
    assert "<button" not in again


def test_every_form_of_every_term_is_found_on_its_page():
    for term in glossary.TERMS:
        for page in term.pages:
            for name in (term.name, *term.forms):
                assert "<button" in terms.sentence(f"A {name} here", page, "x", set()), name


def test_a_page_without_terms_and_a_sentence_with_tags_of_its_own_are_safe():
    assert terms.sentence("A <b> loss", "nowhere", "x", set()) == "A &lt;b&gt; loss"
