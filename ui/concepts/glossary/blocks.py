"""Blocks of the glossary's page: the words by theme, and the papers by age."""

from collections.abc import Iterator
from typing import Any

from toylab.teaching import glossary, papers
from toylab.teaching.contents import TITLES
from ui.blocks import Download, Heading, Info
from ui.concepts.glossary import text
from ui.sections import Tab


def words(search: str) -> Iterator[Any]:
    """The terms that a search finds, under their themes."""
    terms = glossary.find(search)
    if not terms:
        yield Info(text.no_words(search))
    for theme, group in glossary.by_theme(terms).items():
        yield Heading(theme)
        yield glossary.to_markdown(group, TITLES)
    rows = glossary.table(terms, TITLES).to_csv(index=False)
    yield Download(f"{len(terms)} terms as CSV", rows, "words.csv", empty=not terms)


def cited(search: str) -> Iterator[Any]:
    """The papers that a search finds, oldest first."""
    references = papers.find(search)
    if not references:
        yield Info(text.no_papers(search))
    yield papers.to_markdown(references, TITLES)
    rows = papers.table(references, TITLES).to_csv(index=False)
    yield Download(f"{len(references)} papers as CSV", rows, "sources.csv", empty=not references)


TABS = {"words": Tab("Words", words), "papers": Tab("Sources", cited)}  # by their keys in the link
