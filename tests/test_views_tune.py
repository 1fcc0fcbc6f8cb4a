"""What the pages on batch and learning rate and on the critical batch draw and are asked."""

import io
import math
from collections import Counter
from dataclasses import asdict, fields, replace
from itertools import pairwise, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from scipy import stats

from toylab.experiments import batch_lr_study, critical_batch_study, noise_scale
from toylab.fits import critical_batch as hyperbola
from toylab.laws import batch_lr as tuning
from toylab.laws.critical_batch import Tradeoff
from toylab.live.result_source import ResultSource
from toylab.quantities import parse_number
from toylab.simulation import batch_lr_grids
from toylab.simulation.noisy_quadratic import Quadratic
from toylab.tables import batch_steps as steps_table
from toylab.tables import csv_reader
from ui.concepts.batch_lr import charts as batch_lr_charts
from ui.concepts.batch_lr import text as tune_words
from ui.concepts.batch_lr import view as tune
from ui.concepts.batch_lr.view import SHAPES, Guess, Model, View
from ui.concepts.critical_batch import charts as critical_batch_charts
from ui.concepts.critical_batch import text as words
from ui.concepts.critical_batch import view
from ui.concepts.critical_batch.view import Asked, Bowl, Hall

ONCE = (Phase.explicit, Phase.reuse, Phase.generate)
few = settings(max_examples=25, deadline=None, phases=ONCE)


def limits(name):
    low, high = tune.LIMITS[name][:2]
    return st.sampled_from([low, getattr(View, name), high]) | st.floats(low, high)


def asked(noise=tune.NOISES):
    """Any setting of the first page's controls."""
    return st.builds(
        View, along=limits("along"), across=limits("across"), tilt=limits("tilt"),
        cells=st.integers(4, 16), span=st.sampled_from(tune.SPANS),
        budget=st.sampled_from(tune.BUDGETS), noise=st.sampled_from(list(noise)),
        rule=st.sampled_from(list(tune.RULES)), finder=st.sampled_from(list(tune.FINDERS)),
        seed=st.integers(0, 9999),
    )  # fmt: skip


guesses = st.builds(Guess, st.sampled_from(tune.BATCHES), st.sampled_from(tune.RATES))
LAWS = {  # best batch and rate by compute, as the papers print them; Step Law at D = 20 N
    "deepseek": (lambda C: 0.2920 * C**0.3271, lambda C: 0.3118 * C**-0.1250),
    "step": (
        lambda C: 0.58 * (20 * math.sqrt(C / 120)) ** 0.571,
        lambda C: 1.79 * math.sqrt(C / 120) ** -0.713 * (20 * math.sqrt(C / 120)) ** 0.307,
    ),
}
FLAT = View(**asdict(SHAPES["flat"]), noise="5")  # at 1e20 its quadratic has no lowest point


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


@pytest.mark.parametrize("k", range(11, 28))
def test_the_label_of_a_batch_stands_for_its_power_of_two(k):
    label = tune.BATCHES[k - 11]
    assert parse_number(label) == pytest.approx(2**k, rel=0.005)
    assert Guess(label).place[0] == 2**k
    assert len(set(tune.BATCHES)) == 17


def test_the_label_of_a_rate_stands_for_that_rate():
    rates = [Guess(lr=label).place[1] for label in tune.RATES]
    assert rates == sorted(set(rates))
    assert (rates[0], rates[-1]) == (1e-6, 0.1)
    assert all(a == pytest.approx(b, rel=0.5) for a, b in pairwise(rates))


def test_a_batch_that_a_link_misspells_is_the_one_first_shown():
    assert Guess("1 million").place == Guess().place == (2**19, 1e-3)


def test_the_first_guess_and_the_first_view_can_be_chosen():
    first, guess, model = View(), Guess(), Model()
    assert (guess.batch in tune.BATCHES, guess.lr in tune.RATES) == (True, True)
    assert first.budget in tune.BUDGETS
    assert first.noise in tune.NOISES
    assert first.rule in tune.RULES
    assert (
        first.finder in tune.FINDERS == batch_lr_grids.FINDERS.keys()
        or first.finder in batch_lr_grids.FINDERS
    )
    for _, options, name in tune.ASKED:
        assert getattr(model, name) in options


def test_the_ways_to_find_and_the_rules_are_those_of_the_engine():
    assert tune.FINDERS.keys() == batch_lr_grids.FINDERS.keys()
    assert tune.RULES.keys() == tuning.RULES.keys()


def test_every_budget_of_the_slider_is_one_that_the_curves_go_through():
    assert list(tune.EVERY) == [parse_number(budget) for budget in tune.BUDGETS]
    assert [View(budget=budget).flops for budget in tune.BUDGETS] == [
        float(f"1e{k}") for k in range(16, 26)
    ]


@pytest.mark.parametrize("name", SHAPES)
def test_a_preset_is_known_by_its_knobs_and_can_be_set(name):
    shape = SHAPES[name]
    assert View(**asdict(shape), noise="5", budget="1e24", seed=7).shape == name
    for knob, (low, high, *_) in tune.LIMITS.items():
        assert low <= getattr(shape, knob) <= high
    assert 4 <= shape.cells <= 16
    assert shape.span in tune.SPANS
    assert set(tune.SHAPE_NAMES) == {*SHAPES, "custom"}


@pytest.mark.parametrize("change", [
    {"along": 0.03}, {"across": 0.2}, {"tilt": 0.4}, {"cells": 6}, {"span": "16"},
])  # fmt: skip
def test_a_shape_with_a_knob_turned_has_no_name(change):
    for shape in SHAPES.values():
        assert View(**asdict(replace(shape, **change))).shape is None


def test_the_usual_shape_is_that_of_the_engine():
    study = View(noise="0.2", seed=3).study
    assert study == batch_lr_grids.SimulatedGrids(seed=3)


@given(asked())
@few
def test_every_setting_of_the_controls_is_the_study_that_it_says(one):
    assert one.study == batch_lr_grids.SimulatedGrids(
        rule=one.rule, noise=float(one.noise) / 100, cells=one.cells, span=float(one.span),
        along=one.along, across=one.across, tilt=one.tilt, finder=one.finder, seed=one.seed,
    )  # fmt: skip
    assert one.question == (replace(one.study, finder="fit"), parse_number(one.budget))
    ratios = np.diff(np.log(one.grid.batches)), np.diff(np.log(one.grid.lrs))
    for ratio in ratios:
        assert np.exp(ratio) == pytest.approx(one.step)
    assert one.step ** ((one.cells - 1) / 2) == pytest.approx(float(one.span))


@pytest.mark.parametrize(("rule", "batch", "lr"), [
    ("deepseek", 0.3271, -0.1250), ("step", 0.571 / 2, (0.307 - 0.713) / 2),
])  # fmt: skip
def test_the_exponents_of_a_rule_are_those_printed(rule, batch, lr):
    assert View(rule=rule).exponents == pytest.approx((batch, lr), abs=1e-12)
    cited = [law.name for law in View(rule=rule).sources]
    assert cited == [f"{rule}-batch", f"{rule}-lr"]


# --- The valley -------------------------------------------------------------------------------


@given(asked())
@few
def test_the_cells_tile_the_axes_without_gaps_and_each_holds_its_setting(one):
    cells = one.valley(Guess(), hide=True)["cells"]
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
    cells = one.valley(Guess(), hide=False)["cells"]
    least = cells["loss"].min()
    assert cells["above"].min() == 0
    assert (cells["above"] == 0).sum() == 1
    assert least * (1 + cells["above"].to_numpy()) == pytest.approx(cells["loss"].to_numpy())
    assert place(one.valley(Guess(), hide=False)["lowest"]) == place(cells[cells["above"] == 0])
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
    every, losses[[0, 41]] = tune.cells(grid, losses), np.nan
    some = tune.cells(grid, losses)
    assert len(some) == 40
    edges = ["left", "right", "bottom", "top"]
    assert (some[edges] == every[edges].iloc[1:41]).all(axis=None)
    assert (some["above"] == 0).tolist().index(True) == 39
    assert tune.cells(grid, np.full(42, np.nan)).empty


@given(asked(), guesses)
@few
def test_while_it_is_guessed_the_valley_has_cells_and_the_guess_and_nothing_else(one, guess):
    tables = one.valley(guess, hide=True)
    assert set(tables) == {"cells", "guess"}
    assert place(tables["guess"]) == guess.place


def test_the_chart_of_a_hidden_valley_has_no_word_for_the_law():
    one = View()
    hidden, shown = (
        batch_lr_charts.valley(one.valley(Guess(), hide), one.box) for hide in (True, False)
    )
    assert "the law" in str(shown.spec)
    assert "the law" not in str(hidden.spec)
    assert all(hidden.tables[name].empty for name in ("truth", "lowest", "fitted", "contours"))


@pytest.mark.parametrize("what", ["batch", "lr"])
@pytest.mark.parametrize("one", [
    *(View(budget=budget) for budget in tune.BUDGETS), View(noise="0", finder="lowest"), FLAT,
])  # fmt: skip
def test_while_it_is_guessed_no_curve_has_the_law_or_anything_at_the_budget(one, what):
    """Other budgets may show their dots."""
    tables = one.moving(what, hide=True)
    for name in ("law", "here", "line"):
        assert tables[name].empty
    assert sorted(tables["used"]["name"]) == ["DeepSeek 67B", "DeepSeek 7B"]
    assert not np.isclose(tables["dots"]["flops"], one.flops, rtol=0.01).any()
    assert one is FLAT or len(tables["dots"]) == 9


@given(asked())
@few
def test_afterwards_the_law_and_both_answers_are_drawn_where_they_are(one):
    tables = one.valley(Guess(), hide=False)
    assert place(tables["truth"]) == pytest.approx([law(one.flops) for law in LAWS[one.rule]])
    losses = one.study.losses(one.flops)[0]
    b, s = one.grid.cells
    assert place(tables["lowest"]) == pytest.approx(
        (math.exp(b[losses.argmin()]), math.exp(s[losses.argmin()]))
    )
    x, y = b - b.mean(), s - s.mean()
    c = np.linalg.lstsq(np.stack([x**2, x * y, y**2, x, y, np.ones_like(x)], 1), losses)[0]
    hessian = np.array([[2 * c[0], c[1]], [c[1], 2 * c[2]]])
    fitted = place(tables["fitted"])
    at = np.array([b.mean(), s.mean()]) + np.linalg.solve(hessian, -c[3:5])
    inside = (b.min() < at[0] < b.max()) and (s.min() < at[1] < s.max())
    if inside and np.linalg.eigvalsh(hessian).min() > 0:
        assert np.log(fitted) == pytest.approx(at, rel=1e-4, abs=1e-4)
    else:
        assert np.isnan(fitted).all()


def test_where_the_quadratic_has_no_lowest_point_none_is_drawn():
    tables = FLAT.valley(Guess(), hide=False)
    assert np.isnan(place(tables["fitted"])).all()
    assert np.isfinite(place(tables["lowest"])).all()


@given(asked())
@few
def test_the_rings_are_closed_and_above_the_best_loss_by_what_they_say(one):
    rings = one.valley(Guess(), hide=False)["contours"]
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
    "one", [View(), View(noise="2", finder="lowest", seed=4), View(rule="step", cells=4)]
)
def test_the_line_is_the_least_squares_line_through_the_dots_with_that_of_other_draws(one, what):
    tables = one.moving(what, hide=False)
    dots, line, x = tables["dots"], tables["line"], np.log(tune.EVERY)
    assert dots["flops"].tolist() == line["flops"].tolist() == list(tune.EVERY)
    draws = np.log([getattr(one.study.found(C), what) for C in tune.EVERY]).T
    assert np.log(dots["value"]).to_numpy() == pytest.approx(draws[0])
    fits = np.array([np.polyval(np.polyfit(x, y, 1), x) for y in draws if np.isfinite(y).all()])
    assert np.log(line["value"]).to_numpy() == pytest.approx(fits[0])
    low, high = np.percentile(np.exp(fits[1:]), [2.5, 97.5], axis=0)
    assert line["low"].to_numpy() == pytest.approx(low)
    assert line["high"].to_numpy() == pytest.approx(high)
    assert one.travel.lost == pytest.approx(1 - len(fits) / 200)


@pytest.mark.parametrize("what", ["batch", "lr"])
@given(one=asked(noise=["0", "5"]))
@settings(few, max_examples=15)
def test_the_curves_law_is_the_printed_one_and_stays_where_the_axes_reach(what, one):
    tables = one.moving(what, hide=False)
    law = LAWS[one.rule][what == "lr"]
    assert tables["law"]["value"].tolist() == pytest.approx([law(C) for C in tune.EVERY])
    assert place(tables["here"].rename(columns={"flops": "batch", "value": "lr"})) == (
        one.flops, pytest.approx(law(one.flops)),
    )  # fmt: skip
    across, up = tune.CURVES
    for name in ("law", "used", "here"):
        assert tables[name]["flops"].between(*across).all()
        assert tables[name]["value"].between(*up[what]).all()


@pytest.mark.parametrize("what", ["batch", "lr"])
def test_where_some_budget_has_no_bottom_the_law_stands_alone(what):
    with pytest.raises(ValueError, match="no lowest point"):
        assert FLAT.travel
    tables = FLAT.moving(what, hide=False)
    assert tables["dots"].empty
    assert tables["line"].empty
    assert len(tables["law"]) == 10
    assert len(tables["here"]) == 1


def test_the_models_that_were_trained_are_where_their_report_has_them():
    """N15 to N17: 2304 and 4608 sequences of 4096, on 2T tokens."""
    batch, lr = (View().moving(what, hide=True)["used"] for what in ("batch", "lr"))
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
    assert len(tables["fits"]) == np.isfinite(one.found["fit"].batch).sum()
    assert place(tables["truth"]) == pytest.approx([law(one.flops) for law in LAWS[one.rule]])


def test_where_many_draws_have_no_bottom_only_the_others_land():
    fits = FLAT.landings["fits"]
    assert 0 < len(fits) < 200
    assert np.isfinite(fits.to_numpy()).all()


@pytest.mark.parametrize("params", [tune.SIZES[0], "1B", tune.SIZES[-1]])
@pytest.mark.parametrize("tokens", [tune.DATA[0], "100B", tune.DATA[-1]])
def test_the_laws_side_by_side_are_the_printed_ones(params, tokens):
    N, D = parse_number(params), parse_number(tokens)
    C = 6 * N * D
    refit = 1.8172 + 482.01 / N**0.3478 + 2085.43 / D**0.3658
    joint = ((6.4e13 / N) ** (0.076 / 0.103) + 1.8e13 / D) ** 0.103
    table = Model(params, tokens).advised
    assert table["batch"].tolist() == pytest.approx(
        [0.2920 * C**0.3271, 0.58 * D**0.571, 1.21e9 / refit**6.24, 2e8 / joint ** (1 / 0.21)]
    )
    assert table["lr"].tolist()[:2] == pytest.approx(
        [0.3118 * C**-0.1250, 1.79 * N**-0.713 * D**0.307]
    )
    assert table["lr"].isna().tolist() == [False, False, True, True]
    assert table["critical"].tolist() == [False, False, False, True]


def test_every_label_of_the_laws_section_is_a_number_of_its_own():
    for labels in tune.SIZES, tune.DATA:
        values = [parse_number(label) for label in labels]
        assert values == sorted(set(values))
    assert [parse_number(x) for x in tune.SIZES[:4]] == [1e7, 2e7, 5e7, 1e8]


# --- The live grid ----------------------------------------------------------------------------


GRID = batch_lr_study.BatchLrStudy.PRESETS["recorded"].recorded().rows


def grid(rows=GRID, plan=batch_lr_study.BatchLrStudy.PRESETS["recorded"], live=False):
    return tune.gather(ResultSource(plan, None, None, stale=False), rows, live)


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
        (low, high), (least, most) = tune.box(batch_lr_study.GRID)
        for name in ("lowest", "fitted", "seeds"):
            assert tables[name]["batch"].between(low, high).all()
            assert tables[name]["lr"].between(least, most).all()
        batch_lr_charts.valley(
            tables, tune.box(batch_lr_study.GRID), "characters", tune.title(valley)
        )


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
    plan = batch_lr_study.BatchLrStudy(budgets, 3)
    rows = [
        row for row in GRID if row["seed"] < 3 and row["tokens"] in batch_lr_study.TOKENS[:budgets]
    ]
    some = rows[:ended]
    found = grid(some, plan, live=True)
    assert [valley.tokens for valley in found.valleys] == list(batch_lr_study.TOKENS[:budgets])
    for valley in found.valleys:
        tables = found.tables(valley)
        done = {(r["batch"], r["lr"]) for r in some if r["tokens"] == valley.tokens}
        assert set(tables["cells"][["batch", "lr"]].itertuples(index=False, name=None)) == done
        assert tables["lowest"].empty == tables["fitted"].empty == (len(done) < 42)
        assert tables["seeds"].empty == (len(done) < 42)
        assert (valley in found.trusted) == (len(done) == 42)
        batch_lr_charts.valley(tables, tune.box(batch_lr_study.GRID), "characters", "x")


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
    assert tune.title(one) == "2.7e9 FLOPs"
    assert tune.budget(one) == "2.7e9 FLOPs, 81.9k characters"


def test_what_is_carried_away_of_the_grid_is_every_run():
    shown = ResultSource(
        batch_lr_study.BatchLrStudy.PRESETS["recorded"],
        None,
        batch_lr_study.BatchLrStudy.PRESETS["recorded"].recorded(),
        stale=False,
    )
    assert len(tune.rows(shown)) == 3 * 42 * 5
    assert (
        tune.specs(batch_lr_study.BatchLrStudy(1, 2)) == batch_lr_study.BatchLrStudy(1, 2).specs()
    )


# --- The controls of the second page ----------------------------------------------------------


@pytest.mark.parametrize("k", range(14, 28))
def test_the_label_of_a_batch_of_the_second_page_stands_for_its_power_of_two(k):
    label = view.BATCHES[k - 14]
    assert view.View(batch=label).tokens == 2**k
    assert parse_number(label) == pytest.approx(2**k, rel=0.005)
    assert len(set(view.BATCHES)) == 14


def test_a_batch_of_the_second_page_that_a_link_misspells_is_the_one_first_shown():
    assert view.View(batch="lots").tokens == view.View().tokens


def test_what_is_first_shown_can_be_chosen():
    first = view.View()
    assert first.loss in view.LOSSES
    assert first.batch in view.BATCHES
    assert [float(loss) for loss in view.LOSSES] == sorted(map(float, view.LOSSES))[::-1]
    for options, record in ((view.ASKED, Hall()), (view.BOWLS, Bowl())):
        for _, values, name in options:
            assert getattr(record, name) in values
    assert Asked().last in view.LASTS


@pytest.mark.parametrize(("k", "label"), list(enumerate(view.DEVICES, 3)))
def test_the_label_of_devices_stands_for_a_power_of_two(k, label):
    assert Hall(label).many == 2**k


def every():
    return st.builds(view.View, st.sampled_from(view.LOSSES), st.sampled_from(view.BATCHES))


def kaplan(loss):
    """C_min in PF-days, S_min, B_crit and N at a loss: Tables 5 and 6, eq. 5.3."""
    C = 3.1e8 / loss ** (1 / 0.050)
    return C, 5.4e3 * C**0.03, 2e8 / loss ** (1 / 0.21), 1.3e9 * C**0.73


@pytest.mark.parametrize("loss", view.LOSSES)
def test_the_curve_is_that_of_kaplans_best_run_to_the_loss(loss):
    one = view.View(loss)
    C, S_min, B_crit, N = kaplan(float(loss))
    assert one.compute == pytest.approx(C)
    assert one.curve.S_min == pytest.approx(S_min)
    assert one.curve.B_crit == pytest.approx(B_crit)
    assert one.params == pytest.approx(N)
    assert 6 * N * one.curve.E_min == pytest.approx(C * 8.64e19, rel=0.35)  # Table 6's own gap


@given(every())
@few
def test_every_dot_of_the_tradeoff_lies_on_the_hyperbola_and_on_the_axes(one):
    tables = one.tradeoff
    _, S_min, B_crit, _ = kaplan(one.reached)
    E_min = S_min * B_crit
    (left, right), (bottom, top) = one.box
    for name in ("curve", "batches"):
        x, y = tables[name]["examples"] / E_min, tables[name]["steps"] / S_min
        assert ((x - 1) * (y - 1)).to_numpy() == pytest.approx(1, rel=1e-6)
    assert tables["least"].to_numpy().ravel() == pytest.approx([E_min, S_min])
    dots = tables["batches"].set_index("kind")
    for kind, B in {"critical": B_crit, "yours": one.tokens, "double": 2 * one.tokens}.items():
        assert dots.loc[kind, "steps"] == pytest.approx(S_min * (1 + B_crit / B))
        assert dots.loc[kind, "examples"] / dots.loc[kind, "steps"] == pytest.approx(B)
        assert left < dots.loc[kind, "examples"] < right
        assert bottom < dots.loc[kind, "steps"] < top
    assert dots.loc["yours", "name"] == one.batch
    assert parse_number(dots.loc["double", "name"]) == pytest.approx(2 * one.tokens, rel=0.005)
    assert dots.loc["critical", "name"] == ""
    assert (left / E_min, bottom / S_min) == pytest.approx((0.5, 0.5))
    assert min(right / E_min, top / S_min) >= view.ROOM - 1e-9


@given(every())
@few
def test_growth_has_kaplans_line_one_as_1_over_l_and_minicpms(one):
    lines = one.growth["lines"]
    by = {law: table.set_index("loss")["batch"] for law, table in lines.groupby("law")}
    loss = by["kaplan"].index.to_numpy()
    assert (loss.min(), loss.max()) == pytest.approx((float(view.LOSSES[-1]), 4))
    assert by["kaplan"].to_numpy() == pytest.approx(2e8 * loss ** (-1 / 0.21))
    assert by["minicpm"].to_numpy() == pytest.approx(1.21e9 / loss**6.24)
    assert (by["inverse"] * loss).to_numpy() == pytest.approx(4 * 2e8 / 4 ** (1 / 0.21))
    here = one.growth["here"].iloc[0]
    assert here["loss"] == float(one.loss)
    assert here["batch"] == pytest.approx(kaplan(one.reached)[2])


@pytest.mark.parametrize("loss", view.LOSSES[::9])
def test_the_table_to_carry_away_has_every_batch_of_the_slider(loss):
    one = view.View(loss)
    _, S_min, B_crit, _ = kaplan(float(loss))
    B = one.table["batch"].to_numpy()
    assert B.tolist() == [view.View(batch=label).tokens for label in view.BATCHES]
    assert one.table["steps"].to_numpy() == pytest.approx(S_min * (1 + B_crit / B))
    assert one.table["tokens"].to_numpy() == pytest.approx(B * one.table["steps"])


# --- Devices ----------------------------------------------------------------------------------


def halls():
    return st.builds(
        Hall, st.sampled_from(view.DEVICES), st.sampled_from(list(view.KINDS)),
        st.sampled_from(view.SYNCS),
    )  # fmt: skip


def days_of(one, hall, devices, batch):
    """Time to the loss, written out."""
    _, S_min, B_crit, N = kaplan(one.reached)
    peak = {"A100": 312e12, "H100": 989e12}[hall.kind]
    step = float(hall.sync) / 1000 + np.asarray(batch) * 6 * N / (devices * peak * 0.4)
    return S_min * (1 + B_crit / np.asarray(batch)) * step / 86_400


@given(every(), halls())
@few
def test_devices_train_in_the_time_of_their_steps_at_the_batch_that_is_fastest(one, hall):
    row = hall.row(one, hall.many)
    days = days_of(one, hall, hall.many, row["batch"])
    assert row["days"] == pytest.approx(days)
    assert row["cost"] == pytest.approx(days * float(hall.devices))
    others = row["batch"] * np.geomspace(1e-3, 1e3, 300)
    assert (days_of(one, hall, hall.many, others) >= days * (1 - 1e-9)).all()
    at = hall.row(one, hall.cluster(one).devices_at(one.curve))
    assert at["batch"] == pytest.approx(kaplan(one.reached)[2])


@given(every(), halls())
@few
def test_more_devices_take_less_time_and_more_money_and_each_third_dot_is_named(one, hall):
    tables = hall.clock(one)
    dots = tables["dots"]
    assert dots["devices"].tolist() == [float(label) for label in view.DEVICES]
    assert (np.diff(dots["days"]) < 0).all()
    assert (np.diff(dots["cost"]) > 0).all()
    named = dots[dots["name"] != ""]
    assert [parse_number(label) for label in named["name"]] == pytest.approx(
        named["devices"].tolist(), rel=0.005
    )
    assert np.diff(np.log2(named["devices"])).tolist() == [3] * (len(named) - 1)
    assert tables["here"].iloc[0]["days"] == pytest.approx(hall.row(one, hall.many)["days"])


@given(every(), halls())
@few
def test_the_valley_of_batches_has_its_lowest_point_and_the_critical_one_on_it(one, hall):
    tables = hall.choice(one)
    line, best, critical = (tables[name] for name in ("line", "best", "critical"))
    for table in tables.values():
        assert table["days"].to_numpy() == pytest.approx(
            days_of(one, hall, hall.many, table["batch"])
        )
    assert line["batch"].min() < min(best["batch"][0], critical["batch"][0])
    assert line["batch"].max() > best["batch"][0]
    assert best["days"][0] <= line["days"].min() * (1 + 1e-9)
    assert critical["batch"][0] == pytest.approx(kaplan(one.reached)[2])


@pytest.mark.parametrize("hall", [Hall(), Hall("131072", "H100", "300"), Hall("8", "A100", "1")])
def test_the_critical_batch_lies_on_the_line_that_is_drawn(hall):
    tables = hall.choice(view.View(view.LOSSES[-1]))
    assert tables["line"]["batch"].max() > tables["critical"]["batch"][0]


# --- The noisy quadratic ----------------------------------------------------------------------


def test_a_noisy_quadratic_is_the_one_that_the_controls_say():
    for noise, decay, share in product(view.NOISES, view.DECAYS, view.SHARES):
        bowl = Bowl(noise, decay, share)
        assert bowl.quadratic == Quadratic(64, float(decay), float(noise))
        start = sum(i ** -float(decay) for i in range(1, 65)) / 2
        assert bowl.target == pytest.approx(start * float(share) / 100)


@pytest.fixture
def coarse(monkeypatch):
    """The same races with fewer rates: a twentieth of the time, and steps a little more."""
    monkeypatch.setattr("toylab.simulation.noisy_quadratic.RATES", 15)
    view._raced.cache_clear()
    yield
    view._raced.cache_clear()


@pytest.mark.usefixtures("coarse")
def test_a_race_of_the_quadratic_is_every_batchs_at_its_best_rate_and_their_hyperbola():
    bowl = Bowl("30", "0.5", "20")
    found, task = bowl.raced, bowl.quadratic
    B = found.frame["batch"].to_numpy()
    assert B.tolist() == [2.0**k for k in range(-2, 18)]
    for row in found.frame.iloc[::6].itertuples():
        assert float(task.loss(row.batch, row.lr, row.steps)) == pytest.approx(bowl.target)
    S_min, B_crit = found.fit.curve.S_min, found.fit.curve.B_crit
    off = np.log(found.frame["steps"] / (S_min * (1 + B_crit / B)))
    assert math.sqrt((off**2).mean()) == pytest.approx(found.fit.rms)
    assert found.first == task.scales()
    near = found.frame.iloc[(np.log(B / B_crit) ** 2).argmin()]
    assert found.last == task.scales(task.square(near["batch"], near["lr"], near["steps"]))
    assert found.last > found.first
    assert bowl.raced is Bowl("30", "0.5", "20").raced
    assert len(bowl.drawn["runs"]) == 20
    assert bowl.drawn["knees"].iloc[0]["steps"] == pytest.approx(2 * S_min)


@pytest.mark.usefixtures("coarse")
@pytest.mark.parametrize(
    "corner", list(product(view.NOISES[::5], view.DECAYS[::3], view.SHARES[::4]))
)
def test_every_setting_of_the_quadratic_can_be_drawn(corner):
    critical_batch_charts.races(Bowl(*corner).drawn, "examples")


# --- Hyperbolas -------------------------------------------------------------------------------


def runs_of(curve, batches, group, noise=0.0):
    random = np.random.default_rng(1)
    steps = curve.steps(batches) * np.exp(noise * random.standard_normal(len(batches)))
    return pd.DataFrame({"batch": batches, "steps": steps, "group": group})


def test_each_group_has_its_dots_its_curve_its_knee_and_its_name():
    curves = {"one": Tradeoff(100, 1e6), "two": Tradeoff(300, 2e7)}
    batches = [1e3, 4e3, 1.6e4, 6.4e4, 2.56e5]
    frame = pd.concat([runs_of(curve, batches, group) for group, curve in curves.items()])
    tables = view.hyperbolas(frame, steps_table.fits(frame))
    assert (tables["runs"]["examples"] == frame["batch"] * frame["steps"]).all()
    assert len(tables["runs"]) == 10
    for group, curve in curves.items():
        line = tables["curves"][tables["curves"]["group"] == group]
        x, y = line["examples"] / curve.E_min, line["steps"] / curve.S_min
        assert ((x - 1) * (y - 1)).to_numpy() == pytest.approx(1, rel=1e-4)
        ends = (line["examples"] / line["steps"]).iloc[[0, -1]].tolist()
        assert ends == pytest.approx([500, 5.12e5])
        knee = tables["knees"].set_index("group").loc[group]
        assert knee.tolist() == pytest.approx([2 * curve.E_min, 2 * curve.S_min])
    assert tables["names"]["name"].tolist() == ["one", "two"]


def test_a_group_that_is_refused_has_dots_and_one_that_is_not_determined_no_knee():
    few_ = runs_of(Tradeoff(100, 1e6), [1e3, 1e4], "few")
    flat = runs_of(Tradeoff(100, 1e6), [4e3, 8e3, 1.6e4], "flat", noise=0.2)
    frame = pd.concat([few_, flat])
    fits = steps_table.fits(frame)
    assert isinstance(fits["few"], str)
    assert not fits["flat"].determined
    tables = view.hyperbolas(frame, fits)
    assert len(tables["runs"]) == 5
    assert set(tables["curves"]["group"]) == {"flat"}
    assert tables["knees"].empty
    alone = view.hyperbolas(few_, steps_table.fits(few_))
    assert alone["curves"].empty
    assert alone["names"].empty
    critical_batch_charts.races(alone, "examples")


def test_a_table_without_groups_has_a_curve_without_a_name():
    frame = runs_of(Tradeoff(100, 1e6), [1e3, 1e4, 1e5], steps_table.ALL)
    assert view.hyperbolas(frame, steps_table.fits(frame))["names"]["name"].tolist() == [""]


def test_the_example_to_fill_in_is_read_back_with_its_three_losses():
    data = view.example().encode()
    found = csv_reader.sheet(data)
    columns = steps_table.guess(found)
    assert columns == steps_table.Columns("batch", "steps", "target")
    fits = steps_table.fits(steps_table.convert(found, columns))
    recorded = races().fits
    assert len(fits) == 3
    for group, fit in fits.items():
        assert fit.B_crit.value == pytest.approx(recorded[f"loss {group}"].B_crit.value, rel=0.1)
    assert len(pd.read_csv(io.BytesIO(data))) == 24


# --- Live races -------------------------------------------------------------------------------


RACED = critical_batch_study.CriticalBatchStudy.PRESETS["recorded"].recorded().rows
LAST = critical_batch_study.CriticalBatchStudy.PRESETS["recorded"].last


def races(
    rows=RACED, unfinished=None, plan=critical_batch_study.CriticalBatchStudy.PRESETS["recorded"]
):
    return view.gather(ResultSource(plan, None, None, stale=False), rows, unfinished)


def is_race(row):
    return row.get("target", 0) > 0


@given(
    st.integers(1, 8), st.sampled_from(view.LASTS), st.integers(0, 10**6),
    st.sampled_from(["cpu", "cuda", "mps"]),
)  # fmt: skip
def test_every_setting_of_the_race_is_the_plan_that_it_says(seeds, last, seed, device):
    asked_ = Asked(seeds, last, seed, device).plan
    assert asked_ == critical_batch_study.CriticalBatchStudy(
        seeds, float(last), seed=seed, device=device
    )
    assert asked_.targets == (2.9, 2.7, float(last))
    assert {field.name for field in fields(Asked)} == {"seeds", "last", "seed", "device"}


def test_each_target_has_the_hyperbola_of_its_races():
    found, frame = races(), pd.DataFrame([row for row in RACED if is_race(row)])
    assert list(found.fits) == ["loss 2.9", "loss 2.7", "loss 2.55"]
    assert list(found.good) == [2.9, 2.7, 2.55]
    for target, mine in frame.groupby("target"):
        fit = hyperbola.fit(mine["batch"].to_numpy(), mine["steps"].to_numpy())
        assert found.fits[f"loss {target:g}"] == fit
    assert len(found.drawn["runs"]) == 3 * 8 * 12
    assert len(found.drawn["knees"]) == 3


def test_races_that_did_not_arrive_are_in_the_table_and_in_no_fit():
    lost = [row | {"steps": math.nan} if row.get("batch") == 8 else row for row in RACED]
    found = races(lost)
    assert found.races["steps"].isna().sum() == 36
    kept = races([row for row in RACED if row.get("batch") != 8])
    assert found.fits == kept.fits
    assert len(found.drawn["runs"]) == 252


@pytest.mark.parametrize("batches", [(), (8,), (8, 16), (8, 16, 32), (256, 512, 1024)])
@pytest.mark.parametrize("live", [True, False])
def test_with_some_of_the_races_all_can_be_drawn(batches, live):
    rows = [row for row in RACED if row.get("batch") in batches and row["seed"] == 0]
    found = races(rows[:4], rows[4:]) if live else races(rows)
    assert found.live == live
    assert len(found.races) == 3 * len(batches) == len(found.drawn["runs"])
    assert set(found.fits) == ({"loss 2.9", "loss 2.7", "loss 2.55"} if batches else set())
    assert all(isinstance(fit, str) == (len(batches) < 3) for fit in found.fits.values())
    assert found.noise(2.0, LAST) is None
    assert found.scales["looks"].empty
    critical_batch_charts.races(found.drawn, "characters", view.RACED)
    critical_batch_charts.scales(found.scales, view.SCALED)


def test_the_first_three_batches_of_a_live_run_determine_no_critical_batch():
    rows = [row for row in RACED if row.get("batch") in (8, 16, 32) and row["seed"] == 0]
    assert all(fit.B_crit.value < 1e6 for fit in races(rows, []).good.values())


def test_the_scales_have_each_critical_batch_with_its_interval_and_the_recorded_seeds():
    found = races()
    for row in found.scales["critical"].itertuples():
        said = found.fits[f"loss {row.loss:g}"].B_crit
        assert (row.batch, row.low, row.high) == (said.value, said.low, said.high)
    frame = critical_batch_study.CriticalBatchStudy().table(RACED)
    for row in found.scales["alone"].itertuples():
        alone = [
            hyperbola.fit(mine["batch"].to_numpy(), mine["steps"].to_numpy()).B_crit.value
            for _, mine in frame[frame["target"] == row.loss].groupby("seed")
        ]
        assert (row.low, row.high) == pytest.approx((min(alone), max(alone)))


def scale(pairs):
    """tr(Sigma) over |G|^2 of batches of 16 and 4096, averages first."""
    small, big = pairs["small"].mean(), pairs["big"].mean()
    return (small - big) / (1 / 16 - 1 / 4096) / ((4096 * big - 16 * small) / (4096 - 16))


@pytest.mark.parametrize("lr", [2.0, 0.4])
@pytest.mark.parametrize("target", [2.9, 2.7, 2.55])
def test_the_noise_scale_is_that_of_the_pairs_near_the_target(lr, target):
    found = races()
    pairs = pd.DataFrame([row for row in RACED if not is_race(row)])
    near = pairs[(pairs["lr"] == lr) & (abs(pairs["loss"] - target) <= 0.1)]
    said = found.noise(lr, target)
    assert said.pooled == pytest.approx(scale(near))
    assert said.pooled == noise_scale.scale(near["small"], near["big"])
    alone = [scale(mine) for _, mine in near.groupby("seed")]
    assert said.alone == pytest.approx(alone)
    each = [scale(near.iloc[[k]]) for k in range(len(near))]
    assert said.hasty == pytest.approx(np.mean(each))
    assert found.noise(lr, 1.0) is None
    assert found.noise(1.0, target) is None


def test_looks_within_a_tenth_of_a_nat_are_one_whatever_their_seed():
    looks = races().scales["looks"]
    pairs = pd.DataFrame([row for row in RACED if not is_race(row)])
    seen = []
    for (lr, _), mine in pairs.groupby(["lr", (pairs["loss"] * 10).round()]):
        if 0 < scale(mine) < math.inf:
            seen.append((lr == 2.0, mine["loss"].mean(), scale(mine)))
    found = [tuple(row) for row in looks[["tuned", "loss", "batch"]].to_numpy()]
    assert sorted(found) == [pytest.approx(one) for one in sorted(seen)]
    assert set(looks["tuned"]) == {True, False}


def test_a_look_whose_gradient_is_all_noise_is_not_drawn():
    pair = {"lr": 2.0, "seed": 0, "step": 4, "loss": 3.0, "small": 10.0, "big": 0.01}
    calm = pair | {"loss": 2.5, "small": 0.02, "big": 0.01}
    looks = races([pair, calm]).scales["looks"]
    assert looks["loss"].tolist() == [2.5]
    assert races([pair]).noise(2.0, 3.0) is None


@pytest.mark.parametrize("seeds", [range(12), [0, 3, 4], [1, 2, 5, 6]])
def test_the_growth_is_the_mean_over_seeds_each_fitted_alone(seeds):
    """In logarithms, with Student's t interval: scipy's, of a sample's mean."""
    frame = pd.DataFrame([row for row in RACED if is_race(row) and row["seed"] in seeds])
    logs = []
    for _, mine in frame.groupby("seed"):
        high, low = (
            hyperbola.fit(one["batch"].to_numpy(), one["steps"].to_numpy()).curve.B_crit
            for one in (mine[mine["target"] == 2.9], mine[mine["target"] == 2.55])
        )
        logs.append(math.log(low / high))
    error = stats.sem(logs)
    low, high = stats.t.interval(0.95, len(logs) - 1, np.mean(logs), error)
    found = races([row for row in RACED if row["seed"] in seeds]).grown
    assert (found.value, found.low, found.high) == pytest.approx(
        (math.exp(np.mean(logs)), math.exp(low), math.exp(high))
    )


@pytest.mark.parametrize("rows", [
    [], [row for row in RACED if row["seed"] < 2],
    [row for row in RACED if row.get("target") != 2.9],
    [row for row in RACED if row.get("target") != 2.55],
])  # fmt: skip
def test_fewer_than_three_seeds_with_both_ends_tell_no_growth(rows):
    assert races(rows).grown is None


def test_targets_are_those_of_the_plan():
    plan = Asked(last="2.4").plan
    rows = [row | {"target": 2.4} if row.get("target") == 2.55 else row for row in RACED]
    found = races(rows, plan=plan)
    assert list(found.good) == [2.9, 2.7, 2.4]
    assert found.grown == races().grown


def test_recorded_races_and_noise_lie_on_their_axes():
    found = races()
    (left, right), (bottom, top) = view.RACED
    assert found.drawn["runs"]["examples"].between(left, right).all()
    assert found.drawn["runs"]["steps"].between(bottom, top).all()
    (losses, batches) = view.SCALED
    for name in ("critical", "alone"):
        assert found.scales[name]["loss"].between(*losses).all()
        for end in ("low", "high"):
            assert found.scales[name][end].between(*batches).all()
    looks = found.scales["looks"]
    assert looks[looks["loss"] <= losses[1]]["batch"].between(*batches).all()


def test_what_is_carried_away_of_the_races_is_every_race_and_target():
    shown = ResultSource(
        critical_batch_study.CriticalBatchStudy.PRESETS["recorded"],
        None,
        critical_batch_study.CriticalBatchStudy.PRESETS["recorded"].recorded(),
        stale=False,
    )
    assert len(view.rows(shown)) == 3 * 8 * 12
    plan = critical_batch_study.CriticalBatchStudy(2)
    assert view.specs(plan) == plan.specs()


# --- Both pages -------------------------------------------------------------------------------


@pytest.mark.parametrize("module", [tune, view])
def test_every_chart_has_a_description_that_is_a_sentence(module):
    for said in module.ALT.values():
        assert said.endswith(".")
        assert len(said) > 40


@pytest.mark.parametrize(("module", "said"), [(tune, tune_words), (view, words)])
def test_what_an_experiment_sets_can_be_chosen(module, said):
    for _, setup in said.EXPERIMENTS:
        record = asdict(setup)
        assert record["about"] in module.TABS
        if module is view:
            assert record["loss"] in view.LOSSES
            assert record["batch"] in view.BATCHES
            continue
        assert record["budget"] in tune.BUDGETS
        assert record["noise"] in tune.NOISES
        assert record["span"] in tune.SPANS
        assert record["finder"] in tune.FINDERS
        assert 4 <= record["cells"] <= 16
        for knob, (low, high, *_) in tune.LIMITS.items():
            assert low <= record[knob] <= high


def test_the_laws_whose_constants_are_listed_are_those_that_are_drawn():
    names = {law.name for law in tune.LAWS}
    assert names == {"deepseek-batch", "deepseek-lr", "step-batch", "step-lr", "minicpm-batch",
                     "kaplan-batch", "besiroglu"}  # fmt: skip
    assert {law.name for law in view.LAWS} == {
        "kaplan-batch", "kaplan-Cmin", "kaplan-opt-steps", "kaplan", "minicpm-batch",
        "zhang-tokens", "zhang-params",
    }  # fmt: skip
