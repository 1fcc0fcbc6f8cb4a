"""Runs that are not fitted: the largest are held out, the highest left out, lines go along."""

import pytest

from tests.tables.studies import CELLS, loss, take
from toylab.tables.held_out import without_highest, without_largest

RUNS = take("params,tokens,loss", [(N, D, loss(N, D)) for N, D in CELLS])


def of_lines(found):
    """The losses on the lines that a table of runs names; the first run is on line 2."""
    return [loss(*CELLS[line - 2]) for line in found.lines]


@pytest.mark.parametrize("how_many", [0, 1, 4])
def test_the_runs_of_highest_loss_are_left_out_with_their_lines(how_many):
    found = without_highest(RUNS, how_many)
    assert found.runs.loss.tolist() == pytest.approx(of_lines(found))
    assert sorted(found.runs.loss) == sorted(RUNS.runs.loss)[: 9 - how_many]


def test_the_largest_runs_are_held_out_with_their_lines():
    found = without_largest(RUNS)
    assert found.runs.loss.tolist() == pytest.approx(of_lines(found))
    assert found.held_out.flops.min() > found.runs.flops.max()
    assert len(found.runs) + len(found.held_out) == 9
    with pytest.raises(ValueError, match="a law takes 4 at least"):
        without_largest(without_highest(RUNS, 5))
