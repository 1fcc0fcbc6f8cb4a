"""What is odd about the reader's own runs is said, whichever fit gives the answer."""

from dataclasses import replace

from toylab.laws import published
from toylab.simulation.isoflop_study import SimulatedStudy, simulate
from toylab.tables.columns import Columns
from toylab.tables.imported_runs import ImportedRuns
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
