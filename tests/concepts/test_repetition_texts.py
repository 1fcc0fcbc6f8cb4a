"""The tab on other texts: its chart, names, sentences and table, whole and in part."""

import pytest

from tests import text_checks
from tests.concepts import chart_checks, label_checks
from tests.experiments.other_texts_rows import SLOPES, STUDY, recorded, rows
from toylab.experiments.other_texts import TEXTS
from toylab.experiments.other_texts_results import OtherTextsResults
from toylab.experiments.other_texts_study import RECORDED_STUDY, OtherTextsStudy
from ui.blocks import Table
from ui.concepts.repetition import charts, texts
from ui.concepts.repetition.texts import Controls
from ui.knobs import knobs_of
from ui.label import Label


def results(found, study=STUDY, live=False):
    return OtherTextsResults(study, study.table(found), live)


CASES = {
    "recorded": lambda: OtherTextsResults(RECORDED_STUDY, recorded()),
    "exact": lambda: results(rows()),
    "nothing yet": lambda: results([], live=True),
    "some": lambda: results(rows()[:9], live=True),
    "too few": lambda: results(rows()[:5]),
    "no headers": lambda: results(rows(absent=["headers"])),
    "code alone": lambda: results(rows(absent=["headers", "topics", "comments"])),
    "all alike": lambda: results(rows(length=-0.3)),
    "lost": lambda: results([row | {"diverged": True} for row in rows()]),
}


def words(found):
    """All that the tab says."""
    table = texts.table(found).to_numpy().ravel().tolist() if found.transfers else []
    more = [*texts.findings(found), *texts.limits(found)] if found.transfers else []
    return [texts.sentence(found), *table, *more]


@pytest.mark.parametrize("name", CASES)
def test_the_chart_has_its_tables_and_names_that_stand_free(name):
    found = CASES[name]()
    tables = texts.tables(found)
    chart = charts.texts(tables)
    chart_checks.check(chart)
    assert chart_checks.same_spec(chart, charts.texts(texts.tables(CASES["exact"]())))
    label_checks.check(tables["names"])
    lines = {texts.SHORT[text] for text in found.transfers if not found.live}
    for wide in (True, False):
        names = tables["names"]
        assert set(names[names["wide"] == wide]["name"]) - {texts.EQUAL} == lines
    x0, x1, y0, y1 = tables["axes"].iloc[0]
    assert tables["dots"]["held"].dropna().between(x0, x1).all()
    assert tables["dots"]["loss"].dropna().between(y0, y1).all()


@pytest.mark.parametrize("name", CASES)
def test_nothing_in_the_words_is_missing(name):
    found = CASES[name]()
    for text in words(found):
        text_checks.check(text)
    assert any(isinstance(block, Table) for block in texts.blocks(found)) == (
        bool(found.transfers) and not found.live
    )


def test_the_dots_are_the_runs_and_the_lines_go_through_their_ends():
    found = CASES["exact"]()
    tables = texts.tables(found)
    assert len(tables["dots"]) == STUDY.networks * len(TEXTS)
    for text, meaning in texts.MEANINGS.items():
        line, mine = (
            part[part["meaning"] == meaning] for part in (tables["lines"], tables["dots"])
        )
        rise = (line["loss"].max() - line["loss"].min()) / (line["held"].max() - line["held"].min())
        assert rise == pytest.approx(SLOPES[text])
        assert line["loss"].max() == pytest.approx(mine["loss"].max())
        assert line["loss"].min() == pytest.approx(mine["loss"].min())
    assert set(tables["way"]["meaning"]) == set(texts.MEANINGS.values())
    assert len(set(texts.MEANINGS.values())) == len(TEXTS)


def test_the_sentence_and_the_table_have_the_numbers_of_the_study():
    found = CASES["recorded"]()
    line = found.transfers["topics"]
    text_checks.check_numbers(
        texts.sentence(found), f"{line.slope.value:.2f}", f"{line.slope.low:.2f}",
        f"{line.penalty:.2f}", f"{found.transfers['headers'].slope.value:.2f}",
    )  # fmt: skip
    table = texts.table(found).set_index("Text")
    assert list(table.index) == list(TEXTS.values())
    text_checks.check_numbers(table.loc[TEXTS["comments"], "Higher by, nats"], "0.45")
    headers = found.transfers["headers"]
    text_checks.check_numbers(
        " ".join(texts.findings(found)),
        f"{headers.slope.value:.2f}",
        f"{-headers.length.value:.2f}",
    )


def test_what_is_said_follows_from_the_lines():
    assert texts.LESSON in texts.findings(CASES["recorded"]())
    level = [row | {"topics": 3.0, "headers": row["loss"]} for row in rows()]
    assert texts.findings(results(level)) == []  # nothing gained on English, all on headers
    absent = texts.findings(CASES["no headers"]())
    assert absent == [texts.LESSON, texts.ABSENT.format(texts="C headers")]


def test_every_choice_of_the_controls_is_a_study_with_enough_networks():
    for largest in knobs_of(Controls)["largest"].options:
        for longest in knobs_of(Controls)["longest"].options:
            assert OtherTextsStudy(largest, longest).networks >= 8


def test_the_sliders_have_stops_and_begin_at_the_recorded_networks():
    """A tuple would be a slider from its first number to its second, in steps of its third."""
    for name, knob in knobs_of(Controls).items():
        assert isinstance(knob.options, list)
        assert getattr(Controls(), name) == getattr(RECORDED_STUDY, name)
        assert getattr(Controls(), name) in knob.options


def test_the_label_says_how_the_exams_are_set():
    label = Label("recorded", RECORDED_STUDY.describe(), texts.made("Made so."))
    assert "16,384" in label.made
    assert "3 seeds from seed 1000" in label.settings
