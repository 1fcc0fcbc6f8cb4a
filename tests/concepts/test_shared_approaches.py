"""Several approaches to one growth of the best size, side by side."""

import numpy as np
import pytest

from toylab.fits.optimal_scaling import OptimalScaling
from ui.concepts.shared import approaches


def test_an_approach_that_refuses_is_its_sentence_and_one_that_breaks_is_not_hidden():
    def refuses():
        raise ValueError("too few runs")

    def breaks():
        raise KeyError("a bug")

    line = OptimalScaling(0.0, np.array([[1.0, 0.5], [1.0, 0.4], [1.0, 0.6]]))
    said = approaches.answers({"one": lambda: line, "other": refuses})
    assert list(said.items()) == [("one", line), ("other", "too few runs")]
    with pytest.raises(KeyError):
        approaches.answers({"one": breaks})


def test_approaches_side_by_side_are_those_that_answer_and_the_truth_where_it_is_known():
    lines = [[0.0, 0.5], *([0.0, a] for a in np.linspace(0.4, 0.6, 201))]
    said = {"b": OptimalScaling(0.0, np.array(lines)), "no": "too few runs"}
    tables = approaches.compared(said, 0.52)
    (row,) = tables["approaches"].itertuples(index=False, name=None)
    assert row == ("b", 0.5, pytest.approx(0.405), pytest.approx(0.595))
    assert tables["truth"]["exponent"].tolist() == [0.52]
    none = approaches.compared({"no": "too few"}, None)
    assert none["approaches"].empty
    assert none["truth"].empty
    for name, columns in ("approaches", ["name", "exponent", "low", "high"]), (
        "truth", ["exponent"],
    ):  # fmt: skip
        assert list(tables[name].columns) == list(none[name].columns) == columns
    assert none["truth"]["exponent"].dtype == np.float64
