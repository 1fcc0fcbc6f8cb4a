"""Papers and reports that the app uses, and what each gave it.

They are data: `papers.toml` has what the code follows (`studies`), and the reports of the models
in `data/models.csv`. The laws that a paper printed and the models that it reports are looked up.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from toylab.laws import published, trained_models
from toylab.laws.forms import Form
from toylab.laws.law import Law, Paper
from toylab.teaching.glossary import has, page_list

DATA = Path(__file__).with_suffix(".toml")
REAL = ("allocation", "recipes")  # the pages with tables of real models
REGISTERED = {paper.name: paper for paper in vars(published).values() if isinstance(paper, Paper)}


@dataclass(frozen=True)
class Report(Paper):
    """A text that stands elsewhere than on arXiv."""

    link: str = ""

    @property
    def url(self) -> str:
        """Its own page."""
        return self.link


@dataclass(frozen=True)
class Reference:
    """A paper, and what the app has of it."""

    paper: Paper
    use: str  # Markdown, a sentence or two
    laws: tuple[Law[Form], ...]  # of the registry
    pages: tuple[str, ...]  # stems, in the menu's order

    @property
    def line(self) -> str:
        """The paper with its use and its laws, in a line of Markdown."""
        title = f"*{self.paper.title}*"
        printed = "; ".join(f"{law.title} ({law.where})" for law in self.laws)
        laws = f" **Laws here:** {printed}." if printed else ""
        return f"**{self.paper.cited}** {title}: {self.use}{laws}"


@cache
def papers() -> list[Reference]:
    """Every paper once, oldest first."""
    data = tomllib.loads(DATA.read_text(encoding="utf-8"))
    studies = [_reference(row, row["pages"]) for row in data["studies"]]
    reports = [_reference(row, REAL) for row in data["reports"]]
    return sorted([*studies, *reports], key=lambda reference: _age(reference.paper))


def _reference(row: Mapping[str, Any], pages: Iterable[str]) -> Reference:
    paper = _paper(row)
    return Reference(
        paper=paper, use=row["use"] + _models(paper), laws=_laws(paper), pages=tuple(pages)
    )


def _paper(row: Mapping[str, Any]) -> Paper:
    name = row["name"]
    if "title" not in row:
        return REGISTERED[name]
    if "link" in row:
        return Report(name=name, arxiv="", title=row["title"], link=row["link"])
    return Paper(name=name, arxiv=row["arxiv"], title=row["title"])


def find(text: str) -> list[Reference]:
    """The papers that have a text in name, title, use or laws; all for none."""
    return [reference for reference in papers() if has(text, reference.line)]


def to_markdown(references: Iterable[Reference], titles: Mapping[str, str]) -> str:
    """Papers as Markdown, a paragraph each with the pages that use it, under these titles."""
    return "\n\n".join(f"{one.line} {page_list(one.pages, titles)}" for one in references)


def table(references: Iterable[Reference], titles: Mapping[str, str]) -> pd.DataFrame:
    """Papers to carry away: name, title, link, use, laws, pages."""
    rows = [
        (one.paper.name, one.paper.title, one.paper.url, one.use,
         "; ".join(law.name for law in one.laws), "; ".join(titles[page] for page in one.pages))
        for one in references
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["name", "title", "link", "use", "laws", "pages"])


def _laws(paper: Paper) -> tuple[Law[Form], ...]:
    return tuple(law for law in published.LAWS.values() if law.paper == paper)


def _models(paper: Paper) -> str:
    """The real models that it reports, in a sentence."""
    frame = trained_models.trained()
    names = frame.loc[frame["link"] == paper.url, "name"]
    return f" Models: {', '.join(names)}." if len(names) else ""


def _age(paper: Paper) -> tuple[str, str]:
    """By the year in its name, then by its number; what has none comes last in its year."""
    return paper.name[-4:], paper.arxiv or "9999"
