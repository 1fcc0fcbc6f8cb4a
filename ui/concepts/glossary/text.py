"""Sentences of the glossary's page."""

from toylab.quantities import plural
from toylab.teaching.contents import TITLES
from toylab.teaching.places import Place
from ui.markdown import safe

PLACEHOLDER = "a word, a symbol, a name"


def no_words(search: str) -> str:
    """The answer to a search that no word has."""
    return f"No word here has *{safe(search.strip())}* in it."


def no_papers(search: str) -> str:
    """The answer to a search that no paper has."""
    return f"No paper here has *{safe(search.strip())}*."


def folded(theme: str, many: int) -> str:
    """A theme, and how many terms it opens to."""
    return f"**{theme}** \N{MIDDLE DOT} {plural(many, 'term')}"


def at_work(place: Place) -> str:
    """A link to the place where a word is used."""
    return f"{place.says} ({TITLES[place.page]})" if place.tab else TITLES[place.page]


def meant(word: str) -> str:
    """A word that is spelled like the one that was not found."""
    return f"Did you mean *{word}*?"


def count(many: int, of: str) -> str:
    """A button that hands over so many rows."""
    return f"{plural(many, of)} as CSV"
