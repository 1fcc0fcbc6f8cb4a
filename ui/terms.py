"""Terms that explain themselves where they stand: a dotted word, and a bubble that it opens."""

import re
from functools import lru_cache
from html import escape
from itertools import count

from toylab.teaching import glossary

FORMS = {  # what the key sentences say in Markdown
    r"\*\*(.+?)\*\*": r"<b>\1</b>",
    r"\*(.+?)\*": r"<i>\1</i>",
    r"`(.+?)`": r"<code>\1</code>",
    r"\[([^]]+)\]\((https?://[^)]+)\)": r'<a href="\2" target="_blank">\1</a>',
}
MARKUP = re.compile(r"(<[^>]*>)")


def sentence(text: str, page: str, place: str, seen: set[str]) -> str:
    """A sentence of Markdown as HTML, the page's terms explained at their first mention.

    Args:
        text: Markdown: bold, italics, code and links, no formulas.
        page: the stem of the page, whose terms these are.
        place: where it stands, once on a page: the bubbles are named after it.
        seen: the terms that are explained already; those of this sentence are added.
    """
    html = escape(text, quote=False)
    for markdown, tag in FORMS.items():
        html = re.sub(markdown, tag, html)
    number = count()

    def explained(match: re.Match[str]) -> str:
        term = _terms(page)[match.group().casefold()]
        if term.name in seen:
            return match.group()
        seen.add(term.name)
        return _bubble(match.group(), term, f"means_{place}_{next(number)}")

    pattern = _pattern(page)
    if pattern is None:
        return html
    parts = MARKUP.split(html)  # tags at the odd places: nothing in them is a word of the text
    parts[::2] = [pattern.sub(explained, part) for part in parts[::2]]
    return "".join(parts)


def _bubble(word: str, term: glossary.Term, key: str) -> str:
    """A word as a button of the browser's own popover: a click, a tap or Enter opens it."""
    means = re.sub(r"[*$`\\]", "", term.meaning)
    return (
        f'<button class="term" popovertarget="{key}">{word}</button>'
        f'<span id="{key}" class="means" popover>{escape(means)}</span>'
    )


@lru_cache
def _terms(page: str) -> dict[str, glossary.Term]:
    """The page's terms by each of their names, in small letters."""
    return {
        escape(name, quote=False).casefold(): term
        for term in reversed(glossary.on(page))
        for name in (*term.forms, term.name)
    }


@lru_cache
def _pattern(page: str) -> re.Pattern[str] | None:
    names = sorted(_terms(page), key=len, reverse=True)
    if not names:
        return None
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)", re.IGNORECASE)
