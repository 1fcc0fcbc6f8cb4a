"""The tables behind the figures, and the sentences about them: every number is computed."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.concepts import label_checks
from tests.concepts.question_checks import stands
from toylab.experiments import sine, sine_report
from toylab.experiments.sine_results import gather
from toylab.experiments.sine_study import SWEEPS, SineStudy
from toylab.live.result_source import ResultSource
from toylab.teaching.guesses import UNSET
from ui.concepts.sine import blocks, text, view
from ui.concepts.sine.view import COSTS, CURVES, EXAMPLES

PRESETS = SineStudy.PRESETS

NOISE, ARTICLE, FLOOR = PRESETS["noise"], PRESETS["article"], PRESETS["floor"]
MADE = SineStudy(sizes=(8, 64), seeds=5, noise=0.3)
costs = st.floats(1e-3, 1e3)


def made(study, errors, seconds=None, diverged=()):
    """Rows of a data sweep from errors[size][seed]."""
    return [
        {
            "width": 8, "params": 97, "samples": size, "seed": seed, "steps": 9, "flops": size,
            "test_mse": error, "train_mse": error, "device": "cpu", "curve": [float(seed)] * 65,
            "seconds": seconds[size] if seconds else 1.0, "diverged": (size, seed) in diverged,
        }
        for size, line in errors.items()
        for seed, error in enumerate(line, start=study.seed)
    ]  # fmt: skip


def recorded(study):
    return gather(study, study.recorded().rows, None)


def test_points_are_quartiles_over_the_seeds_that_ended_well():
    random = np.random.default_rng(0)
    errors = {size: random.uniform(0, 1, 5).tolist() for size in MADE.grid}
    found = gather(MADE, made(MADE, errors, diverged={(8, 0), (64, 3)}), None)
    errors[8].pop(0)
    errors[64].pop(3)
    assert found.points["seeds"].tolist() == [4, 5, 5, 4]
    assert found.points["size"].tolist() == MADE.grid
    for column, percent in ("low", 25), ("error", 50), ("high", 75):
        expected = [np.percentile(line, percent) for line in errors.values()]
        np.testing.assert_allclose(found.points[column], expected)


@given(st.dictionaries(st.integers(1, 99), st.tuples(costs, costs), min_size=1, max_size=12))
@settings(deadline=None, max_examples=12)
def test_the_frontier_is_every_size_that_no_cheaper_one_beats(sizes):
    rows = made(
        MADE, {n: [e] * 3 for n, (_, e) in sizes.items()}, {n: c for n, (c, _) in sizes.items()}
    )
    best = set(gather(MADE, rows, None).unbeaten("seconds")["size"])
    for n, (cost, error) in sizes.items():
        rivals = [e for m, (c, e) in sizes.items() if c <= cost and m != n]
        cheaper = [e for c, e in sizes.values() if c < cost]
        if n in best:
            assert error < min(cheaper, default=math.inf)
        else:
            assert error >= min(rivals)


def test_learned_curves_are_of_three_seeds_a_size_finished_or_not():
    study = replace(MADE, seed=10)
    done = made(study, {8: [0.1] * 5, 16: [0.1] * 2})
    found = gather(study, done, made(study, {32: [0.2] * 5}))
    drawn = view.learned(found).groupby("size")["seed"].unique()
    assert {n: list(seeds) for n, seeds in drawn.items()} == {
        8: [10, 11, 12], 16: [10, 11], 32: [10, 11, 12]
    }  # fmt: skip
    assert len(view.learned(found)) == 8 * 65
    assert (view.learned(found)["y"] == view.learned(found)["seed"]).all()
    assert view.learned(found)["x"].iloc[:65].tolist() == sine.GRID[::8].tolist()
    assert drawn.map(len).max() == CURVES


@pytest.mark.parametrize("kind", SWEEPS)
def test_the_points_in_a_panel_are_among_those_its_first_network_learns_from(kind):
    study = replace(NOISE, sweep=kind, seed=3)
    examples = view.examples(study)
    for spec in study.specs()[: len(study.grid)]:
        x, y = sine.examples(spec)
        drawn = examples[examples["size"] == getattr(spec, SWEEPS[kind])]
        assert drawn["x"].tolist() == x[0, : len(drawn)].tolist()
        np.testing.assert_allclose(drawn["y"], y[0, : len(drawn)])
        assert len(drawn) == min(spec.samples, EXAMPLES)


def test_panels_do_not_reach_into_each_other():
    panels = view.panels(recorded(ARTICLE))
    boxes = panels["target"].groupby("panel")[["across", "down"]].agg(["min", "max"])
    for k, a in enumerate(boxes.itertuples(index=False)):
        for b in boxes.iloc[k + 1 :].itertuples(index=False):
            assert a[1] < b[0] or b[1] < a[0] or a[3] < b[2] or b[3] < a[2]
    said = [f"{n:,}" for n in ARTICLE.grid]
    assert panels["labels"]["label"].tolist() == [f"{said[0]} samples", *said[1:]]


def test_theory_is_a_line_of_slope_minus_one_at_the_points_height():
    found = recorded(NOISE)
    theory, points = found.theory, found.points
    slope, level = np.polyfit(np.log(theory["size"]), np.log(theory["error"]), 1)
    assert slope == pytest.approx(-1)
    assert level == pytest.approx(np.log(points["error"] * points["size"]).mean())


def test_theory_knows_the_floor_of_noisy_labels_and_nothing_without_noise_or_of_width():
    assert recorded(FLOOR).theory["error"].tolist() == pytest.approx([0.01] * 60)
    assert recorded(ARTICLE).theory.empty
    assert recorded(replace(NOISE, sweep="width")).theory.empty


@pytest.mark.parametrize("change", [{"frequency": 3}, {"target": "fourier"}, {"width": 2}])
def test_theory_is_silent_where_the_network_may_not_hold_the_target(change):
    rows = NOISE.recorded().rows
    assert not gather(NOISE, rows, None).theory.empty
    assert gather(replace(NOISE, **change), rows, None).theory.empty


def test_what_fits_is_drawn_over_the_sizes_measured_and_no_further():
    found = recorded(NOISE)
    assert found.fitted["size"].iloc[[0, -1]].tolist() == pytest.approx([32, 2048])
    np.testing.assert_allclose(found.fitted["error"], found.diagnosis.line(found.fitted["size"]))
    assert found.fitted["error"].between(found.fitted["low"], found.fitted["high"]).all()


def test_no_line_is_drawn_through_what_is_not_a_law():
    found = recorded(replace(NOISE, sweep="width"))
    assert found.diagnosis.kind == "one point"
    assert found.fitted.empty


def test_there_is_no_verdict_before_the_end():
    rows = NOISE.recorded().rows
    found = gather(NOISE, rows[:100], rows[100:110])
    assert found.live
    assert found.diagnosis is None
    assert found.fitted.empty
    assert found.theory.empty
    assert sine_report.finding(found) == "100 of 168 networks trained."


def test_a_verdict_counts_the_runs_that_diverged_and_those_that_are_missing():
    errors = {n: [1 / n] * 5 for n in MADE.grid}
    lost = gather(MADE, made(MADE, errors, diverged={(8, 0), (64, 3)}), None)
    assert sine_report.finding(lost) == (
        f"{lost.diagnosis.sentence} 2 of 20 runs diverged and are left out."
    )
    few = gather(MADE, made(MADE, {8: [0.1] * 5, 16: [0.05] * 5}), None)
    assert sine_report.finding(few) == f"From 10 of 20 networks: {few.diagnosis.sentence}"
    one = gather(replace(MADE, sizes=(8, 8)), made(MADE, {8: [0.1] * 5}), None)
    assert sine_report.finding(one) == "One size makes no line: choose two or more."
    every = {(n, seed) for n in MADE.grid for seed in range(5)}
    none = gather(MADE, made(MADE, errors, diverged=every), None)
    assert sine_report.finding(none) == (
        "Too few runs ended well at two sizes or more to draw a line. "
        "20 of 20 runs diverged and are left out."
    )


def test_the_reason_says_how_many_parameters_the_noise_moves():
    """noise^2 p / D: p from a straight line of slope -1, by hand."""
    points = recorded(NOISE).points
    p = np.exp(np.mean(np.log(points["error"] * points["size"] / 0.3**2)))
    said = text.reason(recorded(NOISE))
    assert f"That makes p about {p:.0f}, of the network's 97 parameters." in said


@pytest.mark.parametrize(
    ("study", "words"),
    [
        (ARTICLE, ["500 steps of Adam", "optimisation floor"]),
        (
            replace(ARTICLE, sweep="width"),
            ["2 neurons a layer", "what is left is how far 500 steps of Adam get"],
        ),
        (
            replace(NOISE, sweep="width"),
            ["2 neurons a layer", "what is left is the noise in the labels"],
        ),
        (FLOOR, ["0.1\u00b2 = 0.01", "Choose the clean curve"]),
    ],
)
def test_the_reason_quotes_the_settings(study, words):
    said = text.reason(recorded(study))
    assert [word for word in words if word not in said] == []


def shown(study, guess=None, seen=True):
    """The first sight of a recorded study, the guess made as the slider or a click does."""
    found = recorded(study)
    source = ResultSource(study, None, study.recorded(), stale=False)
    asked = stands("sine", text.question(found), guess, seen=seen)
    (sight,) = blocks.figure(found, source, asked)
    return sight, sight.figures["Error"]


@pytest.mark.parametrize("kind", SWEEPS)
@pytest.mark.parametrize("name", PRESETS)
def test_only_the_first_size_is_drawn_while_the_question_is_open(name, kind):
    study = replace(PRESETS[name], sweep=kind)
    sight, figure = shown(study, 10.0, seen=False)
    tables = figure.chart.tables
    for part in "runs", "points":
        assert set(tables[part]["size"]) == {study.grid[0]}
    assert tables["fitted"].empty
    assert tables["theory"].empty
    assert list(sight.figures) == ["Error"]
    assert set(list(sight.numbers.values())[1:]) == {UNSET}
    first = recorded(study).points["error"].iloc[0]
    assert figure.guess.x == str(study.grid[-1])
    assert figure.guess.y.at[10.0] == pytest.approx(first / 10)
    low, high = tables["ends"]["error"]
    assert all(low < error < high for error in figure.guess.y.at.values())
    assert low == pytest.approx(first / view.FALLS[-1] / 2)  # from the first size alone


@pytest.mark.parametrize("kind", SWEEPS)
@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("guess", [None, 1.0, 100.0, 1e4])
def test_all_of_it_and_the_guess_are_inside_the_axes_and_names_are_apart(name, kind, guess):
    study = replace(PRESETS[name], sweep=kind)
    sight, figure = shown(study, guess)
    tables = figure.chart.tables
    low, high = tables["ends"]["error"]
    for table in "runs", "points", "fitted", "theory":
        assert tables[table]["error"].dropna().between(low, high).all()
    assert figure.guess.y.value == guess
    if guess:
        assert low < figure.guess.y.at[guess] < high
    assert list(sight.figures) == ["Error", "Curves", "Seconds", "FLOPs"]
    for one in map(sight.figure, sight.figures):
        if "names" in one.chart.tables:
            label_checks.check(one.chart.tables["names"])
    assert UNSET not in sight.numbers.values()


def test_a_committed_guess_stays_drawn_while_a_run_goes_on_and_is_answered_at_its_end():
    ended, rows = text.question(recorded(NOISE)), NOISE.recorded().rows
    source = ResultSource(NOISE, None, NOISE.recorded(), stale=False)
    first = [row for row in rows if row["samples"] == NOISE.grid[0]]
    for come in [], first[:3], first:
        found = gather(NOISE, come, [])
        question = text.question(found)
        assert (question.answer, question.about) == (None, ended.about)
        (sight,) = blocks.figure(found, source, stands("sine", question, 10.0, seen=True))
        mark, error = sight.figures["Error"].guess, found.points["error"]
        (at,) = mark.tables["guess_at"]["y"]
        assert not mark.open
        assert at == pytest.approx(error[0] / 10 if come else math.nan, nan_ok=True)
    assert ended.answer > 1


def test_no_text_of_a_figure_changes_while_runs_come_in():
    sight = shown(NOISE)[0]
    assert all(sight.figure(title).alt in text.ALT.values() for title in sight.figures)


@pytest.mark.parametrize("kind", SWEEPS)
@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("unfinished", [None, []], ids=["ended", "live"])
def test_everything_works_without_a_single_row(name, kind, unfinished):
    study = replace(PRESETS[name], sweep=kind)
    found = gather(study, [], unfinished)
    assert found.diagnosis is None
    for empty in (found.points, found.fitted, found.theory, view.learned(found)):
        assert empty.empty or study.score == "labels"
    assert len(view.panels(found)["labels"]) == len(study.grid)
    assert view.panels(found)["learned"].empty
    assert all(view.frontier(found, cost)["best"].empty for cost in COSTS)
    assert view.scaling(found)["points"].empty
    assert UNSET in text.numbers(found, seen=True).values()
    assert text.reason(found) == ""
