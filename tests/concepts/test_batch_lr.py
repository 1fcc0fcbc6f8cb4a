"""Controls and tables of the page on batch and learning rate, held to what they stand for."""

import math
from collections import Counter
from dataclasses import asdict, replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.concepts.label_checks import check
from tests.example_counts import few
from toylab.experiments import batch_lr_study
from toylab.experiments.batch_lr_study import BatchLrStudy
from toylab.laws import batch_lr
from toylab.live.result_source import ResultSource
from toylab.quantities import parse_number
from toylab.simulation import batch_lr_grids
from ui.concepts.batch_lr import blocks, charts, live, view
from ui.concepts.batch_lr.view import SHAPES, Controls, ModelControls
from ui.concepts.shared import training
from ui.knobs import knobs_of
from ui.sections import TRY

RECORDED = BatchLrStudy.PRESETS["recorded"]


LIMITS = {name: knobs_of(Controls)[name].options[:2] for name in ("along", "across", "tilt")}


def limits(name):
    low, high = LIMITS[name]
    return st.sampled_from([low, getattr(Controls(), name), high]) | st.floats(low, high)


def asked(noise=view.NOISES):
    """Any setting of the first page's controls."""
    return st.builds(
        Controls, along=limits("along"), across=limits("across"), tilt=limits("tilt"),
        cells=st.integers(4, 16), span=st.sampled_from(view.SPANS),
        budget=st.sampled_from(view.BUDGETS), noise=st.sampled_from(list(noise)),
        rule=st.sampled_from(list(view.RULES)), finder=st.sampled_from(list(view.FINDERS)),
        seed=st.integers(0, 9999),
    )  # fmt: skip


GUESS = (2.0**19, 1e-3)
guesses = st.tuples(st.sampled_from(view.BATCHES), st.sampled_from(view.RATES))
LAWS = {  # best batch and rate by compute, as the papers print them; Step Law at D = 20 N
    "deepseek": (lambda C: 0.2920 * C**0.3271, lambda C: 0.3118 * C**-0.1250),
    "step": (
        lambda C: 0.58 * (20 * math.sqrt(C / 120)) ** 0.571,
        lambda C: 1.79 * math.sqrt(C / 120) ** -0.713 * (20 * math.sqrt(C / 120)) ** 0.307,
    ),
}
FLAT = Controls(**asdict(SHAPES["flat"]), noise="5")  # at 1e20 its quadratic has no lowest point


def bowl_of(view_, batch, lr):
    """The true loss above the floor, nats, written out."""
    best_batch, best_lr = (law(view_.flops) for law in LAWS[view_.rule])
    b, r = np.log(np.asarray(batch) / best_batch), np.log(np.asarray(lr) / best_lr)
    return view_.along * b**2 + view_.across * (r - view_.tilt * b) ** 2


def place(table):
    """The one setting in a table."""
    ((batch, lr),) = table[["batch", "lr"]].to_numpy()
    return batch, lr


# --- The controls of the first page -----------------------------------------------------------


def test_every_power_of_two_and_a_rate_near_any_can_be_guessed():
    assert tuple(2**k for k in range(11, 28)) == view.BATCHES
    assert (view.RATES[0], view.RATES[-1]) == (1e-6, 0.1)
    assert all(1 < b / a <= 1.5 for a, b in pairwise(view.RATES))


def test_a_guess_has_its_place_once_both_halves_are_made():
    assert view.guessed(GUESS) == GUESS
    for half in (), (None, None), (GUESS[0], None), (None, GUESS[1]):
        assert view.guessed(half) is None


def test_the_first_view_can_be_chosen():
    first, model = Controls(), ModelControls()
    assert first.budget in view.BUDGETS
    assert first.noise in view.NOISES
    assert first.rule in view.RULES
    assert (
        first.finder in view.FINDERS == batch_lr_grids.FINDERS.keys()
        or first.finder in batch_lr_grids.FINDERS
    )
    for name, knob in knobs_of(ModelControls).items():
        assert getattr(model, name) in knob.options


def test_the_ways_to_find_and_the_rules_are_those_of_the_engine():
    assert view.FINDERS.keys() == batch_lr_grids.FINDERS.keys()
    assert view.RULES.keys() == batch_lr.RULES.keys()


def test_every_budget_of_the_slider_is_one_that_the_curves_go_through():
    assert list(view.EVERY) == [parse_number(budget) for budget in view.BUDGETS]
    assert [Controls(budget=budget).flops for budget in view.BUDGETS] == [
        float(f"1e{k}") for k in range(16, 26)
    ]


@pytest.mark.parametrize("name", SHAPES)
def test_a_preset_is_known_by_its_knobs_and_can_be_set(name):
    shape = SHAPES[name]
    assert Controls(**asdict(shape), noise="5", budget="1e24", seed=7).shape == name
    for knob, (low, high) in LIMITS.items():
        assert low <= getattr(shape, knob) <= high
    assert 4 <= shape.cells <= 16
    assert shape.span in view.SPANS
    assert set(view.SHAPE_NAMES) == {*SHAPES, "custom"}


@pytest.mark.parametrize("change", [
    {"along": 0.03}, {"across": 0.2}, {"tilt": 0.4}, {"cells": 6}, {"span": "16"},
])  # fmt: skip
def test_a_shape_with_a_knob_turned_has_no_name(change):
    for shape in SHAPES.values():
        assert Controls(**asdict(replace(shape, **change))).shape is None


def test_the_usual_shape_is_that_of_the_engine():
    study = Controls(noise="0.2", seed=3).study
    assert study == batch_lr_grids.SimulatedGrids(seed=3)


@given(asked())
@few
def test_every_setting_of_the_controls_is_the_study_that_it_says(one):
    assert one.study == batch_lr_grids.SimulatedGrids(
        rule=one.rule, noise=float(one.noise) / 100, cells=one.cells, span=float(one.span),
        along=one.along, across=one.across, tilt=one.tilt, finder=one.finder, seed=one.seed,
    )  # fmt: skip
    ratios = np.diff(np.log(one.grid.batches)), np.diff(np.log(one.grid.lrs))
    for ratio in ratios:
        assert np.exp(ratio) == pytest.approx(one.step)
    assert one.step ** ((one.cells - 1) / 2) == pytest.approx(float(one.span))


@pytest.mark.parametrize(("rule", "batch", "lr"), [
    ("deepseek", 0.3271, -0.1250), ("step", 0.571 / 2, (0.307 - 0.713) / 2),
])  # fmt: skip
def test_the_exponents_of_a_rule_are_those_printed(rule, batch, lr):
    assert Controls(rule=rule).exponents == pytest.approx((batch, lr), abs=1e-12)
    cited = [law.name for law in Controls(rule=rule).sources]
    assert cited == [f"{rule}-batch", f"{rule}-lr"]


# --- The valley -------------------------------------------------------------------------------


@given(asked())
@few
def test_the_cells_tile_the_axes_without_gaps_and_each_holds_its_setting(one):
    cells = one.valley(GUESS, seen=False)["cells"]
    (left, right), (bottom, top) = one.box
    assert len(cells) == one.cells**2
    for (low, high, at), ends in (
        (("left", "right", "batch"), (left, right)), (("bottom", "top", "lr"), (bottom, top)),
    ):  # fmt: skip
        columns = cells[[low, high, at]].drop_duplicates().sort_values(at).to_numpy()
        assert len(columns) == one.cells
        assert (columns[0, 0], columns[-1, 1]) == ends
        assert columns[1:, 0].tolist() == columns[:-1, 1].tolist()
        assert np.sqrt(columns[:, 0] * columns[:, 1]) == pytest.approx(columns[:, 2])
    assert not cells.duplicated(["batch", "lr"]).any()


@given(asked())
@few
def test_a_cells_loss_is_the_runs_and_its_height_is_over_the_lowest(one):
    cells = one.valley(GUESS, seen=True)["cells"]
    least = cells["loss"].min()
    assert cells["above"].min() == 0
    assert (cells["above"] == 0).sum() == 1
    assert least * (1 + cells["above"].to_numpy()) == pytest.approx(cells["loss"].to_numpy())
    assert place(one.valley(GUESS, seen=True)["lowest"]) == place(cells[cells["above"] == 0])
    losses = one.study.losses(one.flops)[0].reshape(one.cells, one.cells)
    table = cells.pivot(index="batch", columns="lr", values="loss")
    assert (table.to_numpy() == losses).all()
    assert table.index.tolist() == list(one.grid.batches)
    assert table.columns.tolist() == list(one.grid.lrs)


@given(asked(noise=["0"]))
@few
def test_without_noise_a_cells_loss_is_the_bowls_around_the_laws_best_setting(one):
    cells = one.table
    assert cells["loss"].to_numpy() - one.bowl.floor == pytest.approx(
        bowl_of(one, cells["batch"], cells["lr"]), abs=1e-9
    )
    assert list(cells) == ["batch", "lr", "loss", "flops"]
    assert (cells["flops"] == one.flops).all()


def test_cells_without_a_loss_are_left_out_and_move_no_edge():
    grid = batch_lr_study.GRID
    losses = np.linspace(3, 2, 42)
    every, losses[[0, 41]] = view.cells(grid, losses), np.nan
    some = view.cells(grid, losses)
    assert len(some) == 40
    edges = ["left", "right", "bottom", "top"]
    assert (some[edges] == every[edges].iloc[1:41]).all(axis=None)
    assert (some["above"] == 0).tolist().index(True) == 39
    assert view.cells(grid, np.full(42, np.nan)).empty


@given(asked(), guesses)
@few
def test_while_it_is_guessed_the_valley_has_its_cells_and_nothing_else(one, guess):
    """The guess is drawn by the page; one chart before and after, and the axes tell nothing."""
    hidden, shown = (charts.valley(one.valley(guess, seen), one.box) for seen in (False, True))
    assert hidden.spec == shown.spec
    drawn_ = {name for name, table in hidden.tables.items() if len(table)}
    assert drawn_ == {"cells", "axes"}
    assert hidden.tables["axes"].to_numpy().ravel().tolist() == [*one.box[0], *one.box[1]]
    pd.testing.assert_frame_equal(hidden.tables["cells"], shown.tables["cells"])
    assert {"lowest", "truth"} <= {name for name, table in shown.tables.items() if len(table)}


@pytest.mark.parametrize("noise", ["0", "0.2", "0.5", "5"])
@pytest.mark.parametrize("shape", SHAPES)
def test_no_name_in_the_valley_covers_another_or_leaves_it(shape, noise):
    for budget in view.BUDGETS[0], view.BUDGETS[-1]:
        one = Controls(**asdict(SHAPES[shape]), noise=noise, budget=budget)
        for guess in None, GUESS:
            check(one.valley(guess, seen=True)["names"])


@given(asked())
@few
def test_afterwards_the_law_and_both_answers_are_drawn_where_they_are(one):
    tables = one.valley(GUESS, seen=True)
    assert place(tables["truth"]) == pytest.approx([law(one.flops) for law in LAWS[one.rule]])
    losses = one.study.losses(one.flops)[0]
    b, s = one.grid.cells
    assert place(tables["lowest"]) == pytest.approx(
        (math.exp(b[losses.argmin()]), math.exp(s[losses.argmin()]))
    )
    x, y = b - b.mean(), s - s.mean()
    c = np.linalg.lstsq(np.stack([x**2, x * y, y**2, x, y, np.ones_like(x)], 1), losses)[0]
    hessian = np.array([[2 * c[0], c[1]], [c[1], 2 * c[2]]])
    at = np.array([b.mean(), s.mean()]) + np.linalg.solve(hessian, -c[3:5])
    inside = (b.min() < at[0] < b.max()) and (s.min() < at[1] < s.max())
    if inside and np.linalg.eigvalsh(hessian).min() > 0:
        assert np.log(place(tables["fitted"])) == pytest.approx(at, rel=1e-4, abs=1e-4)
    else:
        assert tables["fitted"].empty


def test_where_the_quadratic_has_no_lowest_point_none_is_drawn():
    tables = FLAT.valley(GUESS, seen=True)
    assert tables["fitted"].empty
    assert np.isfinite(place(tables["lowest"])).all()


@given(asked())
@few
def test_the_rings_are_closed_and_above_the_best_loss_by_what_they_say(one):
    rings = one.valley(GUESS, seen=True)["contours"]
    assert sorted(rings["level"].unique()) == [0.0025, 0.01, 0.03]
    above = bowl_of(one, rings["batch"], rings["lr"]) / one.bowl.floor
    assert above == pytest.approx(rings["level"].to_numpy(), rel=1e-6)
    for _, ring in rings.groupby("level"):
        ends = np.log(ring[["batch", "lr"]].iloc[[0, -1]].to_numpy())
        assert ends[0] == pytest.approx(ends[1], abs=1e-9)
        assert len(ring) > 60


@given(asked(), st.floats(-9, 9), st.floats(-9, 9))
@few
def test_an_excess_is_the_true_loss_over_the_floor_and_none_at_the_best_setting(one, b, r):
    best, rate = LAWS[one.rule]
    batch, lr = best(one.flops) * math.exp(b), rate(one.flops) * math.exp(r)
    excess = one.excess(batch, lr)
    assert excess == pytest.approx(bowl_of(one, batch, lr) / one.bowl.floor, rel=1e-6, abs=1e-9)
    assert one.excess(one.bowl.batch, one.bowl.lr) == 0


# --- Curves and landings ----------------------------------------------------------------------


@pytest.mark.parametrize("what", ["batch", "lr"])
@pytest.mark.parametrize(
    "one",
    [Controls(), Controls(noise="2", finder="lowest", seed=4), Controls(rule="step", cells=4)],
)
def test_the_line_is_the_least_squares_line_through_the_dots_with_that_of_other_draws(one, what):
    tables = one.moving(what)
    dots, line, x = tables["dots"], tables["line"], np.log(view.EVERY)
    assert dots["flops"].tolist() == line["flops"].tolist() == list(view.EVERY)
    draws = np.log([getattr(one.study.found(C), what) for C in view.EVERY]).T
    assert np.log(dots["value"]).to_numpy() == pytest.approx(draws[0])
    fits = np.array([np.polyval(np.polyfit(x, y, 1), x) for y in draws if np.isfinite(y).all()])
    assert np.log(line["value"]).to_numpy() == pytest.approx(fits[0])
    low, high = np.percentile(np.exp(fits[1:]), [2.5, 97.5], axis=0)
    assert line["low"].to_numpy() == pytest.approx(low)
    assert line["high"].to_numpy() == pytest.approx(high)
    assert one.optimal_settings.lost == pytest.approx(1 - len(fits) / 200)


@pytest.mark.parametrize("what", ["batch", "lr"])
@given(one=asked(noise=["0", "5"]))
@few
def test_the_curves_law_is_the_printed_one_and_stays_where_the_axes_reach(what, one):
    tables = one.moving(what)
    law = LAWS[one.rule][what == "lr"]
    assert tables["law"]["value"].tolist() == pytest.approx([law(C) for C in view.EVERY])
    assert place(tables["here"].rename(columns={"flops": "batch", "value": "lr"})) == (
        one.flops, pytest.approx(law(one.flops)),
    )  # fmt: skip
    across, up = view.CURVES
    for name in ("law", "used", "here"):
        assert tables[name]["flops"].between(*across).all()
        assert tables[name]["value"].between(*up[what]).all()


@pytest.mark.parametrize("what", ["batch", "lr"])
def test_where_some_budget_has_no_bottom_the_law_stands_alone(what):
    with pytest.raises(ValueError, match="no lowest point"):
        assert FLAT.optimal_settings
    tables = FLAT.moving(what)
    assert tables["dots"].empty
    assert tables["line"].empty
    assert len(tables["law"]) == 10
    assert len(tables["here"]) == 1


def test_the_models_that_were_trained_are_where_their_report_has_them():
    """2304 and 4608 sequences of 4096, on 2T tokens."""
    batch, lr = (Controls().moving(what)["used"] for what in ("batch", "lr"))
    M = [72 * 30 * 4096**2 + 12 * 30 * 4096**2, 72 * 95 * 8192**2 + 12 * 95 * 8192 * 4096]
    for table in batch, lr:
        assert table["flops"].tolist() == pytest.approx([m * 2e12 for m in M])
    assert batch["value"].tolist() == [2304 * 4096, 4608 * 4096]
    assert lr["value"].tolist() == [4.2e-4, 3.2e-4]
    assert math.log10(M[0] * 2e12) == pytest.approx(22.93, abs=0.005)


@given(asked())
@few
def test_the_shares_of_where_the_lowest_run_lands_make_one_and_are_counts(one):
    tables = one.landings
    losses = one.study.losses(one.flops)
    b, s = (np.exp(x) for x in one.grid.cells)
    counted = Counter(losses.argmin(axis=1).tolist())
    assert tables["cells"]["share"].sum() == pytest.approx(1)
    found = {
        (round(math.log(row.batch), 6), round(math.log(row.lr), 6)): row.share
        for row in tables["cells"].itertuples()
    }
    assert found == pytest.approx(
        {(round(math.log(b[k]), 6), round(math.log(s[k]), 6)): n / 200 for k, n in counted.items()}
    )
    assert len(tables["fits"]) == np.isfinite(one.optima["fit"].batch).sum()
    assert place(tables["truth"]) == pytest.approx([law(one.flops) for law in LAWS[one.rule]])


def test_where_many_draws_have_no_bottom_only_the_others_land():
    fits = FLAT.landings["fits"]
    assert 0 < len(fits) < 200
    assert np.isfinite(fits.to_numpy()).all()


@pytest.mark.parametrize("params", [view.SIZES[0], "1B", view.SIZES[-1]])
@pytest.mark.parametrize("tokens", [view.DATA[0], "100B", view.DATA[-1]])
def test_the_laws_side_by_side_are_the_printed_ones(params, tokens):
    N, D = parse_number(params), parse_number(tokens)
    C = 6 * N * D
    refit = 1.8172 + 482.01 / N**0.3478 + 2085.43 / D**0.3658
    joint = ((6.4e13 / N) ** (0.076 / 0.103) + 1.8e13 / D) ** 0.103
    table = ModelControls(params, tokens).advised
    assert table["batch"].tolist() == pytest.approx(
        [0.2920 * C**0.3271, 0.58 * D**0.571, 1.21e9 / refit**6.24, 2e8 / joint ** (1 / 0.21)]
    )
    assert table["lr"].tolist()[:2] == pytest.approx(
        [0.3118 * C**-0.1250, 1.79 * N**-0.713 * D**0.307]
    )
    assert table["lr"].isna().tolist() == [False, False, True, True]
    assert table["critical"].tolist() == [False, False, False, True]


def test_every_label_of_the_laws_section_is_a_number_of_its_own():
    for labels in view.SIZES, view.DATA:
        values = [parse_number(label) for label in labels]
        assert values == sorted(set(values))
    assert [parse_number(x) for x in view.SIZES[:4]] == [1e7, 2e7, 5e7, 1e8]


# --- The live grid ----------------------------------------------------------------------------


GRID = RECORDED.recorded().rows


def grid(rows=GRID, plan=RECORDED, running=False):
    return live.gather(ResultSource(plan, None, None, stale=False), rows, [] if running else None)


def test_recorded_grids_are_the_means_over_seeds_with_their_lowest_cell_and_bottom():
    frame = pd.DataFrame(GRID)
    found = grid()
    assert len(found.trusted) == len(found.valleys) == 3
    for valley in found.valleys:
        mine = frame[frame["tokens"] == valley.tokens]
        mean = mine.groupby(["batch", "lr"])["loss"].mean()
        tables = found.tables(valley)
        cells = tables["cells"].set_index(["batch", "lr"])["loss"]
        assert cells.to_dict() == pytest.approx(mean.to_dict())
        assert place(tables["lowest"]) == mean.idxmin()
        assert (place(tables["fitted"])) == valley.bottom.first
        assert len(tables["seeds"]) == 5
        assert valley.flops == pytest.approx(6 * 226 * 24 * valley.tokens, rel=1e-5)
        (low, high), (least, most) = view.box(batch_lr_study.GRID)
        for name in ("lowest", "fitted", "seeds"):
            assert tables[name]["batch"].between(low, high).all()
            assert tables[name]["lr"].between(least, most).all()
        charts.valley(tables, view.box(batch_lr_study.GRID), "characters", live.title(valley))


def test_a_seeds_bottom_is_the_one_that_it_has_alone():
    """Of those cells that are near the lowest on average."""
    valley = grid().valleys[0]
    for seed in range(5):
        b, s = batch_lr_study.GRID.cells
        near = valley.mean <= 1.08 * valley.mean.min()
        x, y, z = b[near], s[near], valley.losses[seed][near]
        c = np.linalg.lstsq(np.stack([x**2, x * y, y**2, x, y, np.ones_like(x)], 1), z)[0]
        at = np.linalg.solve([[2 * c[0], c[1]], [c[1], 2 * c[2]]], -c[3:5])
        drawn = grid().tables(valley)["seeds"].iloc[seed]
        assert np.log(drawn.to_numpy()) == pytest.approx(at, rel=1e-6)


@pytest.mark.parametrize("budgets", [1, 2, 3])
@pytest.mark.parametrize("ended", [0, 1, 41 * 3, 60 * 3])
def test_grids_of_the_plan_are_there_from_the_start_and_fill_up(budgets, ended):
    plan = BatchLrStudy(budgets, 3)
    rows = [
        row for row in GRID if row["seed"] < 3 and row["tokens"] in batch_lr_study.TOKENS[:budgets]
    ]
    some = rows[:ended]
    found = grid(some, plan, running=True)
    assert [valley.tokens for valley in found.valleys] == list(batch_lr_study.TOKENS[:budgets])
    for valley in found.valleys:
        tables = found.tables(valley)
        done = {(r["batch"], r["lr"]) for r in some if r["tokens"] == valley.tokens}
        assert set(tables["cells"][["batch", "lr"]].itertuples(index=False, name=None)) == done
        assert tables["lowest"].empty == tables["fitted"].empty == (len(done) < 42)
        assert tables["seeds"].empty == (len(done) < 42)
        assert (valley in found.trusted) == (len(done) == 42)
        charts.valley(tables, view.box(batch_lr_study.GRID), "characters", "x")


def test_a_grid_without_a_trusted_bottom_has_no_marks():
    """Its lowest loss at the edge; and too few cells that did not diverge."""
    edge = [row | {"loss": 1.0} if (row["batch"], row["lr"]) == (16, 2**-8) else row
            for row in GRID]  # fmt: skip
    gone = [row | {"loss": math.nan, "diverged": True} if row["batch"] > 16 else row
            for row in GRID]  # fmt: skip
    for rows, cells in ((edge, 42), (gone, 6)):
        found = grid(rows)
        assert found.trusted == []
        for valley in found.valleys:
            tables = found.tables(valley)
            assert len(tables["cells"]) == cells
            assert all(tables[name].empty for name in ("lowest", "fitted", "seeds"))


def test_cells_that_diverged_are_left_out_and_a_bottom_far_from_them_stays():
    """As the quadratic has it: those near the lowest loss."""
    gone = [row | {"loss": math.nan, "diverged": True} if row["lr"] == 0.125 else row
            for row in GRID]  # fmt: skip
    for valley, usual in zip(grid(gone).trusted, grid().valleys, strict=True):
        tables = grid(gone).tables(valley)
        assert len(tables["cells"]) == 35
        assert place(tables["fitted"]) == pytest.approx(usual.bottom.first, rel=0.2)


def test_with_one_seed_its_bottom_is_the_means():
    found = grid([row for row in GRID if row["seed"] == 2])
    tables = found.tables(found.valleys[1])
    assert place(tables["seeds"]) == pytest.approx(place(tables["fitted"]))


def test_a_budget_is_named_by_its_compute_and_its_characters():
    one = grid().valleys[1]
    assert live.title(one) == "2.7e9 FLOPs"
    assert live.budget(one) == "2.7e9 FLOPs, 81.9k characters"


def test_what_is_carried_away_of_the_grid_is_every_run():
    shown = ResultSource(
        RECORDED,
        None,
        RECORDED.recorded(),
        stale=False,
    )
    assert len(training.table(shown)) == 3 * 42 * 5
    assert training.corpus_specs(BatchLrStudy(1, 2)) == BatchLrStudy(1, 2).specs()


# --- Descriptions, experiments and sources ------------------------------------------------------


def test_every_chart_has_a_description_that_is_a_sentence():
    for sentence in view.ALT.values():
        assert sentence.endswith(".")
        assert len(sentence) > 40


def test_an_experiment_sets_what_can_be_chosen():
    for *_, experiment in blocks.EXPERIMENTS:
        record = asdict(experiment)
        assert record["about"] in (TRY, *blocks.TABS)
        for name, knob in knobs_of(Controls).items():
            if name in record and isinstance(knob.options, list | dict):
                assert record[name] in knob.options
            elif name in record:
                assert knob.options[0] <= record[name] <= knob.options[1]


def test_the_laws_whose_constants_are_listed_are_those_that_are_drawn():
    assert {law.name for law in view.LAWS} == {
        "deepseek-batch", "deepseek-lr", "step-batch", "step-lr", "minicpm-batch",
        "kaplan-batch", "besiroglu",
    }  # fmt: skip
