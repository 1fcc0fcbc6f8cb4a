"""Sentences of the glossary's page."""

from toylab.teaching import glossary

PLACEHOLDER = "a word, a symbol, a name"


def no_words(search: str) -> str:
    """The answer to a search that no word has."""
    return f"No word here has *{glossary.escape(search)}* in it."


def no_papers(search: str) -> str:
    """The answer to a search that no paper has."""
    return f"No paper here has *{glossary.escape(search)}*."
