"""Tables of isoFLOP valleys: runs, parabolas, bottoms, and the line through them."""

import math
from dataclasses import replace

import numpy as np
import pytest

from toylab.fits import isoflop
from toylab.fits.estimate import Estimate
from toylab.fits.isoflop_budgets import Valley
from toylab.fits.runs import make_runs
from toylab.laws.forms import Additive
from toylab.simulation.isoflop_study import SimulatedStudy, simulate
from ui.concepts.shared import isoflop_tables

ONE = Valley(1e9, 9, 1e3, 1.6e4, Estimate(4e3, 3e3, 5e3), 4e4, 2.4, 0.05, True, "")
EDGE = replace(ONE, flops=3.04e9, params=Estimate(2e4, 1e4, 9e4), warning="at the edge")
HILL = replace(ONE, flops=1e10, params=Estimate(*[math.nan] * 3), warning="no bottom")
RUNS = make_runs(params=[1e3, 4e3, 1.6e4, 1e3], flops=[1e9, 1.004e9, 1e9, 3.04e9],
              loss=[2.5, 2.4, 2.6, 2.2])  # fmt: skip


def test_runsare_drawn_as_they_are_under_the_name_of_their_budget():
    runs = isoflop_tables.drawn(RUNS, [])["runs"]
    assert runs["params"].tolist() == RUNS.params.tolist()
    assert runs["loss"].tolist() == RUNS.loss.tolist()
    assert runs["budget"].tolist() == ["1e9", "1e9", "1e9", "3e9"]


def test_a_parabola_is_one_in_the_logarithms_through_its_bottom_between_its_runs():
    line = isoflop_tables.drawn(RUNS, [ONE])["parabolas"]
    assert len(line) == isoflop_tables.FINE
    assert (line["params"].min(), line["params"].max()) == pytest.approx((1e3, 1.6e4))
    middle = line.iloc[isoflop_tables.FINE // 2]  # 1e3 and 1.6e4 lie a factor 4 to either side
    assert middle[["params", "loss"]].tolist() == pytest.approx([4e3, 2.4])
    bent = np.polyfit(np.log(line["params"] / 4e3), np.log(line["loss"]), 2)
    assert bent == pytest.approx([0.05, 0.0, math.log(2.4)], abs=1e-9)
    assert set(line["budget"]) == {"1e9"}


def test_valleys_without_a_bottom_have_no_parabola_and_without_trust_no_dot():
    tables = isoflop_tables.drawn(RUNS, [ONE, EDGE, HILL])
    assert list(dict.fromkeys(tables["parabolas"]["budget"])) == ["1e9", "3e9"]
    assert tables["bottoms"].to_numpy().tolist() == [[4e3, 2.4, "1e9"]]
    nothing = isoflop_tables.drawn(RUNS, [HILL])
    assert nothing["parabolas"].empty
    assert list(nothing["parabolas"].columns) == list(tables["parabolas"].columns)
    assert list(nothing["bottoms"].columns) == list(tables["bottoms"].columns)


def test_of_no_runsevery_table_is_there_and_empty():
    tables = isoflop_tables.drawn(RUNS.take(np.arange(0)), [])
    full = isoflop_tables.drawn(RUNS, [ONE])
    assert set(tables) == set(full)
    for name, table in tables.items():
        assert table.empty
        assert list(table.columns) == list(full[name].columns)


def test_dots_are_the_bottoms_and_their_intervals():
    assert isoflop_tables.dots([ONE, EDGE]).to_numpy().tolist() == [
        [1e9, 4e3, 3e3, 5e3], [3.04e9, 2e4, 1e4, 9e4],
    ]  # fmt: skip
    assert list(isoflop_tables.dots([]).columns) == ["flops", "params", "low", "high"]


def test_a_line_and_its_band_are_the_trends_at_each_budget():
    trend = isoflop.fit(simulate(Additive(1.7, 400, 900, 0.35, 0.35), SimulatedStudy())).params
    C = np.array([1e17, 1e19, 1e21, 1e23])
    line = isoflop_tables.line(trend, C, 1e21)
    for row in line.itertuples():
        at = trend.at(row.flops)
        assert (row.params, row.low, row.high) == pytest.approx((at.value, at.low, at.high))
    assert line["flops"].tolist() == C.tolist()
    assert line["beyond"].tolist() == [False, False, False, True]
