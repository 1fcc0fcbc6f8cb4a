"""Places of the app: every page and every tab, with the words by which readers look for them.

They are data: `places.toml`. What the app does not teach yet has an entry too, which admits it
and leads to the place that comes nearest.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toylab.teaching.contents import NAMES, TITLES, PageLink

DATA = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True)
class Place:
    """A page, or one of its tabs."""

    page: str  # by its stem
    says: str  # what a link to it says
    words: tuple[str, ...]  # how else people call what is there
    tab: str = ""  # by its key
    about: str = ""  # the key of the page's tabs in the link
    missing: bool = False  # what was looked for is not there: this comes nearest

    @property
    def link(self) -> PageLink:
        """The link that opens it."""
        return PageLink(self.page, {self.about: self.tab} if self.tab else {})

    @property
    def phrases(self) -> tuple[str, ...]:
        """All by which it is found; a page by its title and the field's name for it too."""
        own = () if self.tab or self.missing else (TITLES[self.page], NAMES.get(self.page, ""))
        return (*filter(None, own), *(() if self.missing else (self.says,)), *self.words)


def read(text: str) -> tuple[Place, ...]:
    """The places of a TOML file: each page with its tabs, and last what is missing."""
    pages = tomllib.loads(text)
    missing = pages.pop("missing", [])
    places = [place for page, row in pages.items() for place in _page(page, row)]
    for row in missing:
        about = pages[row["page"]].get("about", "")
        words, tab = tuple(row["words"]), row.get("tab", "")
        places.append(Place(row["page"], row["says"], words, tab, about, missing=True))
    return tuple(places)


def _page(page: str, row: Mapping[str, Any]) -> Iterator[Place]:
    yield Place(page, row["says"], tuple(row["words"]))
    for key, tab in row.get("tabs", {}).items():
        yield Place(page, tab["says"], tuple(tab["words"]), key, row["about"])


PLACES = read(DATA.read_text(encoding="utf-8"))
