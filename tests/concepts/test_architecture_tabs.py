"""Tabs of the page on architectures: depth against width, and optimizers."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from tests import text_checks
from tests.concepts import chart_checks, label_checks
from tests.experiments import architecture_runs
from tests.experiments.shapes_runs import made, results
from toylab.experiments.architecture_results import ArchitectureResults
from toylab.experiments.architecture_study import RECORDED_STUDIES
from toylab.experiments.shapes_results import ShapesResults
from toylab.experiments.shapes_study import RECORDED_STUDIES as SHAPES_STUDIES
from toylab.experiments.shapes_study import ShapesStudy
from ui.concepts.architecture import live, optimizers, optimizers_text, shapes, shapes_text
from ui.concepts.architecture.shapes import ACROSS, Controls
from ui.knobs import knobs_of
from ui.labels import LOW


def recorded(study):
    return ShapesResults(study, study.table(study.recorded().rows))


MUCH = [0.0, 0.03, 0.05, 0.08, 0.13, 0.01, 0.012, 0.014, 0.02]
CASES = {
    **{name: lambda study=study: recorded(study) for name, study in SHAPES_STUDIES.items()},
    "nothing yet": lambda: results([]),
    "some shapes": lambda: results(made(MUCH)[:20]),
    "all equal": lambda: results(made(np.zeros(9))),
    "open": lambda: results(made([0.0, *[0.05] * 8], seeds=2), seeds=2),
    "skips cost": lambda: results(made([0.0, 0.0, 0.0, 0.0, 0.0, 0.1, 0.2, 0.3, 0.4])),
    "one layer is worst": lambda: results(made([0.12, *[0.0] * 8])),
    "one diverged": lambda: results(
        [row | {"loss": np.inf, "diverged": True} if not k else row
         for k, row in enumerate(made(MUCH))]
    ),
}  # fmt: skip
SMALL, _, LARGE, *_ = SHAPES_STUDIES
DRAWN = [SMALL, LARGE, "nothing yet", "all equal", "skips cost"]


@cache
def empty(across):
    """The chart before any run has ended."""
    return shapes.figure(results([]), across)[1][0].chart


@pytest.mark.parametrize("make", CASES.values(), ids=CASES)
def test_every_sentence_on_shapes_is_whole(make):
    found = make()
    text_checks.check(shapes_text.finding(found))
    text_checks.check(shapes_text.why(found))


@pytest.mark.parametrize("name", DRAWN)
def test_shapes_are_drawn_within_the_axes_and_no_name_covers_another(name):
    found = CASES[name]()
    for across in ACROSS:
        ((_, (figure,)), ends) = shapes.figure(found, across), shapes.axes(found, across)
        chart_checks.check(figure.chart)
        tables = figure.chart.tables
        label_checks.check(tables["names"], LOW)
        assert tables["shapes"]["x"].between(*sorted(ends.x)).all()
        assert tables["shapes"]["high"].between(*ends.y).all()
        assert chart_checks.same_spec(figure.chart, empty(across))


def test_both_lines_are_named_where_they_are_drawn():
    for across in ACROSS:
        names = shapes.tables(recorded(ShapesStudy.PRESETS["recorded"]), across)["names"]
        for wide in (True, False):
            assert {"plain", "skips"} <= set(names.loc[names["wide"] == wide, "name"])


def test_the_finding_on_shapes_follows_the_verdicts():
    finding = shapes_text.finding
    usual = finding(recorded(ShapesStudy.PRESETS["recorded"]))
    assert "shape hardly matters" in usual
    assert "Without skips, depth costs" in usual
    assert "Skips help 6 layers" in usual
    text_checks.check_numbers(usual, "27", "19", "1.7", "12.9", "11.0")
    assert finding(CASES["all equal"]()).count("hardly matters") == 2
    assert finding(CASES["open"]()).count("it is open whether") == 2
    cost, flat = finding(CASES["skips cost"]()), finding(CASES["one layer is worst"]())
    assert "With skips, depth costs" in cost
    assert "Skips hurt 6 layers" in cost
    assert flat.count("shape matters:** 1 layer of 27 units lies") == 2
    assert "Whether skips help 6 layers is open" in flat
    assert "1 run diverged" in finding(CASES["one diverged"]())
    assert "0 of 9" in finding(results([]))


def test_what_the_tab_says_of_rates_and_longer_runs_is_recorded():
    """Half the rate helps deep plain nets where they are wide; more characters help most."""
    deep, flat = shapes_text.DEEP, shapes_text.FLAT
    small, large = (shapes_text.excess(deep, params) for params in (6000, 25_000))
    assert large[1] < large[0] - 2
    assert small[0] < small[1]
    assert min(shapes_text.excess(deep, 6000, 600_000)) < 0.6 * min(small)
    assert min(shapes_text.excess(flat, 6000)) == 0
    assert 0.4 < min(shapes_text.excess(flat, 6000, 600_000)) < 1.5
    assert 0.1 < shapes_text.size_counts() < 0.2


@pytest.mark.parametrize(("params", "N"), [("6k", 6000), ("25k", 25_000)])
@pytest.mark.parametrize(("rate", "times"), [("tuned", 1.0), ("half of it", 0.5)])
@pytest.mark.parametrize(("tokens", "D"), [("150k", 150_000), ("600k", 600_000)])
def test_every_setting_of_shapes_has_recorded_runs_to_show(params, N, rate, times, tokens, D):
    study = Controls(params, rate, tokens).study
    assert (study.params, study.rate, study.tokens) == (N, times, D)
    options = knobs_of(Controls)
    assert params in options["params"].options
    assert tokens in options["tokens"].options
    shown = shapes.source(study).about
    assert shown.recorded()
    assert (shown.params, shown.rate) == (study.params, study.rate)
    assert shown.tokens == (study.tokens if study.params == 6000 else 150_000)


@pytest.mark.parametrize("tab", [shapes, optimizers])
def test_every_run_of_a_tab_is_trained_on_its_device(tab):
    assert {spec.device for spec in tab.Controls(device="cuda").study.specs()} == {"cuda"}


# --- Optimizers -------------------------------------------------------------------------------

STUDY = RECORDED_STUDIES["optimizers"]
FOUND = {
    "recorded": lambda: ArchitectureResults(STUDY, STUDY.table(STUDY.recorded().rows)),
    "noisy": lambda: architecture_runs.results(STUDY, noise=0.1),
    "no Adam": lambda: architecture_runs.results(STUDY, lost=("adam",)),
    "no SGD": lambda: architecture_runs.results(STUDY, lost=("sgd",)),
    "no untuned": lambda: architecture_runs.results(STUDY, lost=("untuned",)),
    "on its way": lambda: replace(architecture_runs.results(STUDY), live=True),
}


@pytest.mark.parametrize("make", FOUND.values(), ids=FOUND)
def test_every_sentence_on_optimizers_is_whole_and_its_figure_has_all_lines(make):
    found = make()
    *told, (figure,) = optimizers.figure(found)
    for text in (*told, optimizers_text.why()):
        text_checks.check(text)
    chart_checks.check(figure.chart)
    label_checks.check(figure.chart.tables["names"])


def test_an_untuned_slope_is_called_steeper_only_where_the_difference_is_known():
    steeper = "looks like a better scaling law"
    flat = architecture_runs.LAWS | {"untuned": (2.7, 0.06)}
    for found, said in (
        (FOUND["recorded"](), steeper),
        (FOUND["noisy"](), "do not tell the two slopes apart"),
        (architecture_runs.results(STUDY, laws=flat), "flatter by 0.01"),
        (shared_luck(), steeper),
    ):
        *_, last = optimizers_text.finding(found)
        assert said in last
        assert (steeper in last) == (said == steeper)


def shared_luck():
    """Runs whose luck goes with seed and budget, not with the optimiser: only differences tell."""
    rows = architecture_runs.rows(STUDY)
    for row in rows:
        luck = np.random.default_rng([row["seed"], round(row["flops"] / 1e8)]).normal(0, 0.02)
        row["loss"] *= np.exp(luck)
    found = ArchitectureResults(STUDY, STUDY.table(rows))
    one, other = (found.lines[name].slope for name in ("untuned", "sgd"))
    assert one.low < other.high
    return found


def test_the_tab_asks_for_the_study_of_optimizers_and_finds_its_recorded_runs():
    asked = optimizers.Controls("1e10", 4).study
    assert (asked.compare, asked.highest, asked.sizes, asked.seeds) == ("optimizers", 1e10, 1, 4)
    assert live.source(asked, "optimizers").about == STUDY
