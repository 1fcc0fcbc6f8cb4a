"""Plain text: the words of Markdown stay, its marks go."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toylab.teaching.mistakes.catalogue import mistakes
from toylab.teaching.plain_text import plain
from toylab.teaching.quiz import paper

MARKS = re.compile(r"[$\\`]|\*\*|\]\(|:[a-z-]+\[|:material/")


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("**Why?** It is an *optimisation floor*.", "Why? It is an optimisation floor."),
        (":material/lightbulb: **Close.** :green-badge[found]", "Close. found"),
        ("[Kaplan 2020](http://x) in `code`", "Kaplan 2020 in code"),
        (r"$N_{opt} \sim C^a$ with a = 0.5 [0.4, 0.6]", "N_opt ~ C^a with a = 0.5 [0.4, 0.6]"),
        (r"$4\,N^{1/3}$", "4 N^(1/3)"),
        (":small[N, [a] counts]", "N, [a] counts"),
        ("**bold *in* it**", "bold in it"),
        ("2 * 10^3 * 4, 2*3*4", "2 * 10^3 * 4, 2*3*4"),
        ("two\n\nlines", "two lines"),
    ],
)
def test_marks_go_and_words_stay(markdown, words):
    assert plain(markdown) == words


def test_nothing_is_left_of_the_marks_in_what_the_quiz_and_the_mistakes_say():
    texts = [text for seed in (0, 7) for one in paper(seed) for text in (one.text, one.explanation)]
    texts += [text for one in mistakes() for text in (one.question, one.explanation, one.cost)]
    for text in texts:
        assert not MARKS.search(plain(text)), plain(text)


@given(st.text("abc *_[]()$:", max_size=30))
def test_plain_text_is_no_longer_than_before_and_has_single_spaces(markdown):
    once = plain(markdown)
    assert len(once) <= len(markdown)
    assert " ".join(once.split()) == once
