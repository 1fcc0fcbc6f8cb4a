"""The report: everything that was done is in it, as text and never as markup."""

import io
from dataclasses import replace
from html.parser import HTMLParser

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from toylab.teaching import journal, report
from toylab.teaching.journal import Entry

ENTRY = Entry("2026-01-01T10:00:00+00:00", "kaplan", "guess", "How far?", "50 %", "19.6 %",
              "30 points too much", "http://x/kaplan?kaplan_factor=10", "far off")  # fmt: skip


class Cells(HTMLParser):
    """The tags of a document, and the text of its table's cells, as a browser reads them."""

    def __init__(self):
        super().__init__()
        self.tags, self.cells = [], []

    def handle_starttag(self, tag, _attrs):
        self.tags.append(tag)
        if tag in ("th", "td"):
            self.cells.append("")

    def handle_data(self, data):
        if self.tags[-1] in ("th", "td"):
            self.cells[-1] += data


@given(st.text(), st.text())
@example("A < B", "<img src=x onerror=alert(1)>")
def test_a_controls_title_and_value_are_read_as_they_were_typed(title, value):
    read = Cells()
    read.feed(report.controls({title: value}))
    read.close()
    assert read.tags == ["h3", "table", "tr", "th", "td"]
    assert read.cells == [title, value]


@given(st.text(), st.text())
def test_nothing_that_a_reader_types_becomes_markup(name, asked):
    made = (
        report.head(name, "now", "UTC")
        + report.section("T", "http://x?a=1&b=<")
        + report.done([replace(ENTRY, question=asked, given="<script>", answer="&")])
    )
    for text in name, asked:
        if "<" in text:
            assert text not in made
    assert "<script>" not in made
    assert "b=&lt;" in made


def test_every_entry_has_a_row_and_every_column_a_heading():
    made = report.done([ENTRY, ENTRY])
    assert made.count("<tr>") == 3
    for part in (
        "1 Jan 2026, 10:00",
        "How far?",
        "50 %",
        "19.6 %",
        *report.COLUMNS.values(),
    ):
        assert part in made
    assert report.done([]) == ""


@pytest.mark.parametrize(
    ("offset", "read"),
    [(None, "1 Jan 2026, 10:00"), (-60, "1 Jan 2026, 11:00"), (720, "31 Dec 2025, 22:00")],
)
def test_a_time_is_read_from_the_readers_clock(offset, read):
    """A browser in Berlin says -60, one on Midway 660."""
    assert report.local_time(ENTRY.when, offset) == read
    assert read in report.done([ENTRY], offset)


def test_controls_are_said_as_a_reader_would():
    made = report.controls({"Noise": 0.3, "Span": ("1e18", "1e21"), "Floor": True, "N": 7})
    for part in "0.3", "1e18 to 1e21", "yes", "<td>7</td>":
        assert part in made
    assert report.controls({}) == ""


def test_the_journal_goes_through_csv_and_back():
    frame = journal.table([ENTRY])
    back = pd.read_csv(io.StringIO(frame.to_csv(index=False)), dtype=str)
    assert Entry(*back.iloc[0]) == ENTRY
    assert journal.table([]).empty
    assert list(journal.table([]).columns) == list(frame.columns)


def test_the_same_said_twice_is_one_entry_whenever_it_was():
    later, other = replace(ENTRY, when="2027"), replace(ENTRY, given="49 %")
    assert journal.alike(ENTRY, later)
    assert not journal.alike(ENTRY, other)


def test_the_script_asks_nothing_of_a_network():
    script = report.SCRIPT.read_text()
    for word in "http", "fetch(", "XMLHttp", "import(":
        assert word not in script.replace("XMLSerializer", "")
