"""Blocks of the glossary's page: the words by theme, and the papers by age."""

from collections.abc import Iterator
from typing import Any

from toylab.teaching import glossary, papers
from toylab.teaching.contents import TITLES
from toylab.teaching.search import find, nearest, shown
from ui.blocks import Download, Folded, Heading, Info, Link
from ui.concepts.glossary import text
from ui.sections import Tab

FEW = 8  # terms: so many have a link each to where they are at work


def words(search: str) -> Iterator[Any]:
    """The terms that a search finds, under their themes, which are shut without one; ways on."""
    terms = glossary.find(search)
    if not terms:
        yield Info(text.no_words(search))
        yield from ways_on(search)
    for theme, group in glossary.by_theme(terms).items():
        if not search.strip():
            yield Folded(text.folded(theme, len(group)), glossary.to_markdown(group, TITLES))
            continue
        yield Heading(theme)
        if len(terms) > FEW:
            yield glossary.to_markdown(group, TITLES)
            continue
        for term in group:
            yield term.line
            place = shown(term)
            yield Link(place.link, text.at_work(place))
    rows = glossary.table(terms, TITLES).to_csv(index=False)
    yield Download(text.count(len(terms), "term"), rows, "words.csv", empty=not terms)


def ways_on(search: str) -> Iterator[Link]:
    """Places of the app that a search finds, or else the words that are spelled most like it."""
    hits = find(search)
    for hit in hits:
        yield Link(hit.link, f"{hit.says} ({hit.where})")
    for word in () if hits else nearest(search):
        yield Link(find(word)[0].link, text.meant(word))


def cited(search: str) -> Iterator[Any]:
    """The papers that a search finds, oldest first."""
    references = papers.find(search)
    if not references:
        yield Info(text.no_papers(search))
        yield from ways_on(search)
    yield papers.to_markdown(references, TITLES)
    rows = papers.table(references, TITLES).to_csv(index=False)
    yield Download(text.count(len(references), "paper"), rows, "sources.csv", empty=not references)


TABS = {"words": Tab("Words", words), "papers": Tab("Sources", cited)}  # by their keys in the link
