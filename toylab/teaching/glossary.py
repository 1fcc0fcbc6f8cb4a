"""Glossary: every word and symbol of the app, its meaning and the pages that use it.

The terms are data: `glossary.toml`, by theme. The papers are in `papers`.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

DATA = Path(__file__).with_suffix(".toml")
SHORT = 2  # letters: such a search is for a symbol, which as a part of words would be anywhere
MANY = 3  # pages: a longer list of them only says how many


@dataclass(frozen=True)
class Term:
    """A word or a symbol, explained."""

    name: str  # as the pages say it
    meaning: str  # Markdown, a sentence or two
    symbol: str = ""  # TeX between dollars; empty where there is none
    unit: str = ""  # empty where a unit makes no sense
    pages: tuple[str, ...] = ()  # stems of the pages that use it, in the menu's order
    forms: tuple[str, ...] = ()  # how else the pages say it

    @property
    def head(self) -> str:
        """The term with its symbol and unit, in Markdown."""
        unit = f":small[{self.unit}]" if self.unit else ""
        return " ".join(filter(None, (f"**{self.name}**", self.symbol, unit)))

    @property
    def line(self) -> str:
        """The term explained, in a line of Markdown."""
        return f"{self.head}: {self.meaning}"


def read(text: str) -> dict[str, tuple[Term, ...]]:
    """The terms of a TOML file, by theme: a table each, with the fields of `Term`."""
    return {theme: tuple(map(_term, rows)) for theme, rows in tomllib.loads(text).items()}


def _term(row: Mapping[str, str | list[str]]) -> Term:
    fields = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    return Term(**fields)  # type: ignore[arg-type]


THEMES = read(DATA.read_text(encoding="utf-8"))
TERMS: tuple[Term, ...] = tuple(term for terms in THEMES.values() for term in terms)


def on(page: str) -> list[Term]:
    """The terms that a page uses, by its stem."""
    return [term for term in TERMS if page in term.pages]


def find(text: str) -> list[Term]:
    """The terms that have a text in name, symbol, meaning or another form; all for none.

    Upper and lower case are alike. One letter or two are searched as a word of their own.
    """
    return [term for term in TERMS if has(text, words(term))]


def has(text: str, words: str) -> bool:
    """True if a search for `text` finds these words."""
    pattern = re.escape(text.strip())
    if 0 < len(text.strip()) <= SHORT:
        pattern = rf"(?<!\w){pattern}(?!\w)"
    return re.search(pattern, words, re.IGNORECASE) is not None


def words(term: Term) -> str:
    """The text that a search looks at."""
    return " | ".join((term.name, term.symbol, term.meaning, *term.forms))


def by_theme(terms: Iterable[Term]) -> dict[str, list[Term]]:
    """The terms under their themes, in the order of reading; themes without any left out."""
    wanted = set(terms)
    kept = {theme: [t for t in every if t in wanted] for theme, every in THEMES.items()}
    return {theme: terms for theme, terms in kept.items() if terms}


def to_markdown(terms: Iterable[Term], titles: Mapping[str, str]) -> str:
    """Terms as Markdown, a paragraph each with the pages that use it, under these titles."""
    return "\n\n".join(f"{term.line} {page_list(term.pages, titles)}" for term in terms)


def page_list(pages: Iterable[str], titles: Mapping[str, str]) -> str:
    """The pages that use something, in small type: their titles, or how many they are."""
    named = [titles[page] for page in pages]
    text = f"{len(named)} pages" if len(named) > MANY else " \N{MIDDLE DOT} ".join(named)
    return f":small[:material/menu_book: {text}]" if named else ""


def table(terms: Iterable[Term], titles: Mapping[str, str]) -> pd.DataFrame:
    """Terms to carry away: theme, term, symbol, unit, meaning, pages."""
    rows = [
        (theme, term.name, term.symbol.strip("$"), term.unit, term.meaning,
         "; ".join(titles[page] for page in term.pages))
        for theme, group in by_theme(terms).items()
        for term in group
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["theme", "term", "symbol", "unit", "meaning", "pages"])
