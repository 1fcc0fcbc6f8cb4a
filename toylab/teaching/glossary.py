"""What does a word or a symbol mean, and on which pages does it stand?

The terms themselves are in `terms`; the papers are in `sources`.
"""

import re
from collections.abc import Iterable, Mapping

import pandas as pd

from toylab.teaching.glossary_terms import TERMS, THEMES, Term

SHORT = 2  # letters: such a search is for a symbol, which as a part of words would be anywhere
MANY = 3  # pages: a longer list of them only says how many


def on(page: str) -> list[Term]:
    """The terms that a page uses, by its stem."""
    return [term for term in TERMS if page in term.pages]


def find(text: str) -> list[Term]:
    """The terms that have a text in name, symbol, meaning or another form; all for none.

    Upper and lower case are alike. One letter or two are searched as a word of their own.
    """
    return [term for term in TERMS if has(text, words(term))]


def has(text: str, words: str) -> bool:
    """Whether a search for `text` finds these words."""
    sought = re.escape(text.strip())
    if 0 < len(text.strip()) <= SHORT:
        sought = rf"(?<!\w){sought}(?!\w)"
    return re.search(sought, words, re.IGNORECASE) is not None


def plain(text: str) -> str:
    """A reader's own text, where Markdown would make something of it."""
    return re.sub(r"([^\w\s])", r"\\\1", text.strip())


def words(term: Term) -> str:
    """All that a search looks at."""
    return " | ".join((term.name, term.symbol, term.meaning, *term.forms))


def by_theme(terms: Iterable[Term]) -> dict[str, list[Term]]:
    """The terms under their themes, in the order of reading; themes without any left out."""
    wanted = set(terms)
    found = {theme: [t for t in every if t in wanted] for theme, every in THEMES.items()}
    return {theme: some for theme, some in found.items() if some}


def listed(terms: Iterable[Term], titles: Mapping[str, str]) -> str:
    """Terms as Markdown, a paragraph each with the pages that use it, under these titles."""
    return "\n\n".join(f"{term.line} {places(term.pages, titles)}" for term in terms)


def places(pages: Iterable[str], titles: Mapping[str, str]) -> str:
    """Where something is used, in small type: the pages' titles, or how many they are."""
    named = [titles[page] for page in pages]
    said = f"{len(named)} pages" if len(named) > MANY else " \N{MIDDLE DOT} ".join(named)
    return f":small[:material/menu_book: {said}]" if named else ""


def table(terms: Iterable[Term], titles: Mapping[str, str]) -> pd.DataFrame:
    """Terms to carry away: theme, term, symbol, unit, meaning, pages."""
    rows = [
        (theme, term.name, term.symbol.strip("$"), term.unit, term.meaning,
         "; ".join(titles[page] for page in term.pages))
        for theme, some in by_theme(terms).items()
        for term in some
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["theme", "term", "symbol", "unit", "meaning", "pages"])
