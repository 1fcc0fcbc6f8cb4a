"""What is odd about the reader's own runs is said, whichever fit gives the answer."""

from dataclasses import replace

import numpy as np
import pytest

from tests.concepts import chart_checks, label_checks
from toylab.fits.loss_runs import LossRuns
from toylab.laws import published
from toylab.simulation.isoflop_study import SimulatedStudy, simulate
from toylab.tables.columns import Columns
from toylab.tables.imported_runs import ImportedLosses, ImportedRuns
from ui.concepts.own_runs.charts import loss_law
from ui.concepts.own_runs.curve import CurveAnswer
from ui.concepts.own_runs.surface import Answer


def answer_of(runs):
    columns = Columns("params", "tokens", None, "loss")
    return Answer(ImportedRuns(columns, "", (), runs=runs), "")


def test_a_diverged_run_is_named_also_where_a_surface_gives_the_answer():
    runs = simulate(published.REFIT.form, SimulatedStudy(budgets=4, sizes=5))
    loss = runs.loss.copy()
    loss[12] = 9.8
    answer = answer_of(replace(runs, loss=loss))
    assert not isinstance(answer.spread, str)
    (outlier,) = answer.profiles.outliers
    assert outlier.run == 13
    assert any(str(outlier) in said for said in answer.warnings)
    assert not any("run " in said for said in answer_of(runs).warnings)


N = np.geomspace(1e6, 1e9, 8)
LOSSES = {
    "line": (1e14 / N) ** 0.08,
    "floor": 1.7 + 400 * N**-0.34,
    "flat": 3 + 0.01 * np.sin(5 * np.log(N)),
    "cliff": np.array([9.0, 3, 3.01, 2.99, 3, 3.01, 2.99, 3]),
}


def curve_of(loss, asked=""):
    runs = LossRuns("params", N, loss)
    return CurveAnswer(ImportedLosses(Columns("N", None, None, "loss"), "", (), runs=runs), asked)


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_the_figure_of_a_law_in_one_variable_has_its_marks_and_names(loss):
    answer = curve_of(loss)
    tables = answer.tables
    chart = loss_law(tables, "Parameters")
    chart_checks.check(chart)
    label_checks.check(tables["names"])
    assert len(tables["runs"]) == len(N)
    assert len(tables["curve"]) > 5
    determined = answer.law.determined
    assert (len(tables["band"]) > 0, len(tables["forecast"])) == (determined, int(determined))
    assert chart_checks.same_spec(chart, loss_law(curve_of(2 * loss).tables, "Parameters"))
    inside = tables["axes"].iloc[0]
    assert inside["x0"] < N[0]
    assert inside["x1"] > (1e10 if determined else 1e9)


def test_a_size_below_the_runs_can_be_asked_about_and_one_far_beyond_cannot():
    below = curve_of(LOSSES["line"], "1e5")
    assert below.forecast.value == pytest.approx((1e14 / 1e5) ** 0.08)
    beyond = curve_of(LOSSES["line"], "1e14")
    assert isinstance(beyond.forecast, str)
    assert beyond.tables["forecast"].empty
