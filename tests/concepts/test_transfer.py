"""The page transfer: what its sentences say of known results, and the tables of its charts."""

from dataclasses import replace

import numpy as np
import pytest

from tests.concepts.chart_checks import check
from tests.experiments import transfer_runs
from toylab.experiments.transfer_results import TransferResults, recorded
from toylab.experiments.transfer_study import TransferStudy
from toylab.fits.estimate import Estimate
from toylab.fits.rate_minimum import Drift
from ui.concepts.transfer import charts, law, rules, saves, text, view

USUAL = TransferStudy()


def results(study=USUAL, many=None, **how):
    rows = transfer_runs.rows(study, **how)[:many]
    return TransferResults(study, study.table(rows), live=many is not None)


KNOWN = results()


@pytest.mark.parametrize(
    ("slope", "said"),
    [
        ((-0.5, -0.6, -0.4), "2.8 times lower"),
        ((0.2, 0.1, 0.3), "1.5 times higher"),
        ((0.02, -0.05, 0.1), "stays within a factor of 1.2"),
        ((0.1, -0.2, 0.5), "may move or not"),
    ],
)
def test_a_movement_is_said_as_far_as_it_is_shown(slope, said):
    assert said in text.moved(Drift(Estimate(*slope), 3.0))


def test_a_rate_at_twice_the_steps_is_another_only_where_its_interval_says_so():
    usual, long = (recorded(name).place("standard", 64) for name in ("usual", "long"))
    overlap = usual.low <= long.high and long.low <= usual.high
    assert ("cannot tell apart" in text.longer()) == overlap


def test_before_the_answer_only_networks_up_to_the_base_are_drawn():
    hidden, shown = view.loss(KNOWN, seen=False), view.loss(KNOWN)
    assert set(hidden["means"]["width"]) == {32, 64}
    assert set(shown["means"]["width"]) == set(USUAL.widths)
    assert hidden["lowest"]["width"].max() == USUAL.base
    assert text.question(KNOWN).answer == pytest.approx(2 ** (-5.8 - 1.5), rel=0.1)
    assert text.question(results(many=30)).answer is None


def test_the_panels_stand_apart_and_hold_the_same_rates():
    means = view.loss(KNOWN)["means"]
    left = means[means["scaling"] == "standard"]["x"]
    right = means[means["scaling"] == "mup"]["x"]
    assert left.max() + view.GAP == pytest.approx(right.min())
    assert np.ptp(left) == pytest.approx(np.ptp(right)) == pytest.approx(6)


def test_the_table_of_rules_has_a_row_a_parameter_and_marks_what_changes():
    table = rules.table(KNOWN, 512)
    assert list(table["Parameter"]) == ["e", "W_1", "b_1", "W_2", "b_2", "W", "b"]
    bold = table.apply(lambda row: sum("**" in str(cell) for cell in row), axis=1)
    assert list(bold) == [0, 0, 0, 1, 0, 2, 0]
    assert rules.changed(KNOWN, 64) == "nothing"
    assert rules.changed(results(replace(USUAL, depth=1)), 512) == "only W"


def test_what_is_not_trained_or_lies_at_an_edge_is_said():
    assert "Too few networks" in text.finding(results(many=0))
    low = results(replace(USUAL, lowest=-7))
    assert "standard 512" in text.edges(low)
    assert "a lower lowest rate" in text.edges(low)
    assert not text.edges(KNOWN)
    assert "**turns up**" in law.finding(KNOWN, -4.0)
    assert len(saves.table({})) == 0


@pytest.mark.parametrize(
    ("mine", "said"), [(-0.05, "better law"), (-0.014, "less useful"), (-0.027, "hardly differ")]
)
def test_an_exponent_at_one_rate_is_told_beside_the_tuned_one(mine, said):
    assert said in law.beside(mine, -0.026)


def test_a_rate_is_blamed_only_where_the_wide_network_is_better_with_its_own():
    assert "is not worse" in law.blame(KNOWN, 64, 512)
    assert "does not explain" in law.blame(KNOWN, 512, 64)


@pytest.mark.parametrize(
    "chart",
    [
        charts.loss(view.loss(KNOWN)),
        charts.best(view.best(KNOWN)),
        charts.law(view.law(KNOWN, -6.0)),
        charts.check(view.check(KNOWN, "logits"), "Change"),
        charts.loss(view.loss(results(many=0))),
    ],
    ids=["loss", "best", "law", "check", "empty"],
)
def test_a_chart_is_a_valid_spec_of_its_tables(chart):
    check(chart)
