"""Every paper once, with what the app has of it and where."""

import csv
import re
import tomllib
from pathlib import Path

import pytest

from toylab.laws import published, trained_models
from toylab.laws.published import LAWS
from toylab.teaching import glossary, papers
from toylab.teaching.contents import SECTIONS, TITLES

ROOT = Path(__file__).parents[2]
LAST = ("Check yourself", "Keep at hand")  # sections without papers of their own
PAGES = [page for section, pages in SECTIONS.items() if section not in LAST for page in pages]
EVERY = papers.papers()
every = pytest.mark.parametrize("used", EVERY, ids=lambda used: used.paper.name)


def test_every_paper_of_the_registry_is_there_and_none_twice():
    for of in ("name", "title", "url"):
        values = [getattr(used.paper, of) for used in EVERY]
        assert len(values) == len(set(values))
    assert set(papers.REGISTERED.values()) <= {used.paper for used in EVERY}


def test_every_law_stands_with_its_paper_and_nowhere_else():
    told = [law.name for used in EVERY for law in used.laws]
    assert sorted(told) == sorted(LAWS)
    assert all(law.paper == used.paper for used in EVERY for law in used.laws)


def test_every_report_of_a_real_model_is_there_and_names_its_models():
    with (ROOT / "toylab/data/models.csv").open() as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    by_link = {used.paper.url: used for used in EVERY}
    for row in rows:
        used = by_link[row["link"]]
        assert re.search(rf"\b{re.escape(row['name'])}\b", used.use)
        assert set(papers.REAL) <= set(used.pages)
    assert len(rows) == len(trained_models.trained())


def test_a_report_that_is_no_study_is_one_of_a_real_model_or_of_many():
    links = set(trained_models.trained()["link"])
    cited = {one["name"] for one in tomllib.loads(papers.DATA.read_text())["reports"]}
    named = {used.paper.name for used in EVERY if used.paper.url in links}
    assert cited - named == {"Epoch 2025"}
    assert trained_models.trained()["source"].str.contains("Epoch 2025").sum() > 5


def test_the_oldest_comes_first():
    years = [int(used.paper.name[-4:]) for used in EVERY]
    assert years == sorted(years)
    assert min(years) == 1997
    for year in set(years):
        numbers = [u.paper.arxiv for u in EVERY if u.paper.name.endswith(str(year))]
        numbers = [number for number in numbers if number]
        assert numbers == sorted(numbers)
        for number in numbers:  # a paper may be printed a year or two after it was posted
            assert year - 2000 - int(number[:2]) in (0, 1, 2)


@every
def test_a_paper_has_a_link_a_use_and_pages_in_the_menus_order(used):
    assert used.paper.url.startswith("https://")
    assert used.use.endswith(".")
    assert len(used.use) > 10
    assert used.pages
    assert list(used.pages) == [page for page in PAGES if page in used.pages]
    assert used.paper.cited in used.line
    assert all(law.title in used.line for law in used.laws)


def test_a_search_finds_a_paper_by_name_title_law_or_model():
    assert published.PORIAN in [used.paper for used in papers.find("porian")]
    assert [u.paper for u in papers.find("Longtermism")] == [published.DEEPSEEK]
    assert [u.paper for u in papers.find("critical batch by data")] == [published.ZHANG]
    assert [u.paper for u in papers.find("Jurassic")] == [published.HOFFMANN]
    assert papers.find(" ") == EVERY
    assert papers.find("zzz") == []


def test_the_list_and_the_table_have_every_paper():
    listed = papers.to_markdown(EVERY, TITLES)
    table = papers.table(EVERY, TITLES)
    assert listed.count("\n\n") + 1 == len(EVERY) == len(table)
    assert all(glossary.page_list(used.pages, TITLES) in listed for used in EVERY)
    kaplan = table.set_index("name").loc["Kaplan 2020"]
    assert "kaplan-ND" in kaplan["laws"].split("; ")
    assert kaplan["link"] == "https://arxiv.org/abs/2001.08361"
    assert TITLES["kaplan"] in kaplan["pages"].split("; ")
