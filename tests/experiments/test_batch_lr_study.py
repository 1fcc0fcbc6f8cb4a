"""The grid of batches and rates: the same compute in every cell, and where its bottom lies."""

import math
import re
from collections import Counter
from dataclasses import replace
from itertools import groupby, pairwise, product

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from toylab.data import recorded as runs
from toylab.experiments import batch_lr_results, batch_lr_study, charlm, corpus
from toylab.experiments.batch_lr_study import BATCHES, GRID, LRS, TOKENS, BatchLrStudy
from toylab.experiments.charlm import CharlmSpec
from toylab.experiments.nets import ngram
from toylab.fits import grid_optimum
from toylab.simulation.batch_lr_bowl import Bowl

LARGE = BatchLrStudy.PRESETS["recorded"]

torch.set_num_threads(1)  # as in a worker

CELLS = list(product(BATCHES, LRS))
BOWL = Bowl(2.4, 100.0, 0.015, along=0.03, across=0.1)  # half of its cells within 8 %
plans = st.builds(
    BatchLrStudy,
    budgets=st.integers(1, 3),
    seeds=st.integers(1, 8),
    seed=st.integers(0, 10**6),
    device=st.sampled_from(["cpu", "cuda"]),
)


def row(batch, lr, seed, loss, tokens=20_480):
    """As `charlm.run` yields it."""
    return {
        "language": "python", "size": 24, "params": 226 * 24, "tokens": tokens,
        "flops": 6.0 * 226 * 24 * tokens, "loss": loss, "seed": seed, "batch": int(batch),
        "lr": lr, "steps": int(tokens / batch), "seconds": 0.1, "device": "cpu",
        "diverged": not math.isfinite(loss), "text": "",
    }  # fmt: skip


def rows_of(bowl, seeds=(0, 1, 2), tokens=20_480):
    """A whole grid of a bowl, its seeds a hair apart."""
    return [
        row(batch, lr, seed, float(bowl.loss(batch, lr)) + 1e-4 * k, tokens)
        for batch, lr in CELLS
        for k, seed in enumerate(seeds)
    ]


def valley(rows):
    (found,) = batch_lr_results.valleys(BatchLrStudy().table(rows))
    return found


# --- Which runs -------------------------------------------------------------------------------


@given(plans)
@settings(deadline=None)
def test_every_cell_sees_the_same_tokens_at_the_same_compute_in_as_many_steps_as_it_needs(plan):
    """A grid at a fixed number of steps would give its largest batch 64 times the compute."""
    for D, some in groupby(plan.specs(), key=lambda spec: spec.tokens):
        cells = list(some)
        assert len(cells) == 42
        assert {spec.flops for spec in cells} == {6 * 226 * 24 * D}
        assert {spec.params * spec.tokens * 6 for spec in cells} == {6 * 226 * 24 * D}
        assert {spec.batch: spec.steps for spec in cells} == {
            batch: D / batch for batch in (16, 32, 64, 128, 256, 512, 1024)
        }


@given(plans)
@settings(deadline=None)
def test_each_batch_is_trained_at_each_rate_from_every_seed_at_each_budget(plan):
    found = Counter((spec.tokens, spec.batch, round(spec.lr, 12)) for spec in plan.specs())
    rates = [round(2.0**k, 12) for k in (-8, -7, -6, -5, -4, -3)]
    tokens = (20_480, 81_920, 327_680)[: plan.budgets]
    assert found == Counter(product(tokens, [2**k for k in range(4, 11)], rates))
    for spec in plan.specs():
        assert (spec.language, spec.size) == ("python", 24)
        assert (spec.seed, spec.runs, spec.device) == (plan.seed, plan.seeds, plan.device)
        assert spec.lr == pytest.approx(min(LRS, key=lambda lr: abs(lr - spec.lr)), rel=1e-15)
    assert plan.networks == sum(spec.runs for spec in plan.specs())


@given(plans)
@settings(deadline=None)
def test_budgets_ascend_and_the_longest_of_each_comes_first(plan):
    found = plan.specs()
    assert all(a.flops <= b.flops for a, b in pairwise(found))
    for _, some in groupby(found, key=lambda spec: spec.flops):
        costs = [spec.cost for spec in some]
        assert costs == sorted(costs, reverse=True)


def test_the_grid_is_of_the_cells_that_are_trained():
    assert GRID.shape == (7, 6)
    assert (GRID.batches, GRID.lrs) == (BATCHES, LRS)
    assert list(TOKENS) == [20_480 * 4**k for k in range(3)]
    assert all(D % batch == 0 for D in TOKENS for batch in BATCHES)


def test_what_is_done_to_a_list_of_runs_is_not_done_to_the_plan():
    BatchLrStudy().specs().clear()
    assert len(BatchLrStudy().specs()) == 84


def test_a_cell_is_the_run_of_charlm_with_that_batch_and_rate_from_the_same_seeds():
    found = {(spec.batch, spec.lr): spec for spec in BatchLrStudy(1, 2, seed=5).specs()}
    spec = found[64, 2.0**-6]
    C = 6 * 226 * 24 * 20_480
    assert spec == CharlmSpec(24, C, rate=100 / 64, seed=5, runs=2, held=64)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"budgets": 0}, "budgets must be 1 to 3, got 0"),
        ({"budgets": 4}, "budgets must be 1 to 3, got 4"),
        ({"seeds": 0}, "seeds must be between 1 and 100, got 0"),
        ({"seeds": 101}, "seeds must be between 1 and 100, got 101"),
    ],
)
def test_a_wrong_argument_is_refused_with_the_rule_and_the_value(wrong, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        BatchLrStudy(**wrong)


def test_a_seed_that_no_run_can_have_is_refused_before_anything_is_trained():
    with pytest.raises(ValueError, match=r"^seed must be between 0 and 1000000000, got -1$"):
        BatchLrStudy(seed=-1).specs()


# --- What its runs see ------------------------------------------------------------------------


class Overheard:
    """The corpus, and all that was drawn from it."""

    def __init__(self, real):
        self.exam, self.held, self.real, self.drawn = real.exam[:512], real.held, real, []

    def reading(self, before):
        assert before == corpus.BEFORE
        return self

    def draw(self, random, examples):
        self.drawn.append(self.real.draw(random, examples))
        return self.drawn[-1]


def test_every_cell_learns_from_the_same_characters_and_sits_the_same_exam(monkeypatch):
    """Of the smallest and the largest batch, and of a rate that ruins the network."""
    heard, exams, plain = Overheard(corpus.load()), [], ngram.loss
    monkeypatch.setattr(corpus, "load", lambda: heard)
    monkeypatch.setattr(batch_lr_study, "TOKENS", (4096,))
    monkeypatch.setattr(ngram, "loss", lambda net, exam: exams.append(exam) or plain(net, exam))
    batch_lr_study._specs.cache_clear()
    specs = BatchLrStudy(1, 1, seed=9).specs()
    batch_lr_study._specs.cache_clear()
    seen, losses = [], []
    for spec in specs:
        if spec.batch in (16, 1024) and spec.lr > 0.03:
            heard.drawn.clear()
            *_, (_, (one,)) = charlm.run(replace(spec, rate=10 * spec.rate))
            seen.append(np.concatenate(heard.drawn))
            losses.append(one["loss"])
            assert (one["tokens"], one["steps"]) == (4096, 4096 / spec.batch)
            assert one["flops"] == 6 * 226 * 24 * 4096
            assert (one["batch"], one["lr"]) == (spec.batch, 10 * spec.lr)
    assert len(seen) == len(set(losses)) == 6
    assert all(np.array_equal(drawn, seen[0]) for drawn in seen)
    assert len(seen[0]) == 4096
    assert all(np.array_equal(exam, exams[0]) for exam in exams)
    held = np.lib.stride_tricks.sliding_window_view(heard.held, 9)
    places = np.random.default_rng(corpus.MIXED).integers(0, len(held), corpus.EXAM)
    assert np.array_equal(exams[0], held[places[:512]])


def test_the_exam_is_the_same_at_every_call_whatever_was_drawn_in_between():
    before = corpus.load().exam
    corpus.load().draw(np.random.default_rng(corpus.MIXED), 100)
    np.testing.assert_array_equal(corpus.load().exam, before)
    assert before.shape == (32_768, 9)


# --- Its table --------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_a_table_is_sorted_whatever_the_order_of_its_rows(seed):
    rows = rows_of(BOWL, (3, 7)) + rows_of(BOWL, (3,), 81_920)
    shuffled = [rows[k] for k in np.random.default_rng(seed).permutation(len(rows))]
    frame = BatchLrStudy().table(shuffled)
    keys = ["flops", "batch", "lr", "seed"]
    found = list(frame[keys].itertuples(index=False, name=None))
    assert found == sorted(found)
    assert frame.index.tolist() == list(range(len(rows)))
    pd.testing.assert_frame_equal(frame, BatchLrStudy().table(rows))


@pytest.mark.parametrize("rows", [[], [row(16, 0.125, 0, 2.5)], [row(16, 0.125, 0, math.nan)]])
def test_a_table_has_the_same_columns_and_types_with_and_without_rows(rows):
    frame = BatchLrStudy().table(rows)
    assert frame.dtypes.astype(str).to_dict() == {
        **dict.fromkeys(["tokens", "batch", "seed", "steps"], "int64"),
        **dict.fromkeys(["flops", "lr", "loss", "seconds"], "float64"),
        "diverged": "bool",
    }
    assert len(frame) == len(rows)


def test_recorded_rows_that_leave_out_what_is_usual_make_the_same_table(tmp_path):
    frame = BatchLrStudy().table(rows_of(BOWL, (0,)))
    runs.write(tmp_path / "made.csv", frame.drop(columns="diverged"), "a test")
    again = BatchLrStudy().table(runs.read(tmp_path / "made.csv").rows)
    pd.testing.assert_frame_equal(again, frame, rtol=1e-5)
    ours, theirs = (batch_lr_results.valleys(some)[0].losses for some in (again, frame))
    np.testing.assert_allclose(ours, theirs, rtol=1e-5)


# --- Valleys ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("order", "first"), [(0, 0), (1, 7), (2, 10**6)])
def test_each_loss_comes_into_its_cell_whatever_the_order_of_the_rows(order, first):
    """A loss that tells where it belongs: budget, seed, batch and rate."""
    seeds, budgets, rows = (first, first + 1, first + 9), (20_480, 81_920), []
    for (c, D), (k, seed), (i, batch), (j, lr) in product(
        enumerate(budgets), enumerate(seeds), enumerate(BATCHES), enumerate(LRS)
    ):
        nearly = lr * (1 + 1e-6 * (-1) ** i)
        rows.append(row(batch, nearly, seed, 1 + c + k / 10 + i / 100 + j / 1000, D))
    mixed = [rows[k] for k in np.random.default_rng(order).permutation(len(rows))]
    found = batch_lr_results.valleys(pd.DataFrame(mixed))
    assert [one.tokens for one in found] == list(budgets)
    assert [one.flops for one in found] == [6 * 226 * 24 * D for D in budgets]
    for c, one in enumerate(found):
        k, i, j = np.meshgrid(range(3), range(7), range(6), indexing="ij")
        expected = 1 + c + k / 10 + i / 100 + j / 1000
        np.testing.assert_allclose(one.losses, expected.reshape(3, 42), rtol=1e-12)
        np.testing.assert_allclose(one.mean, expected.mean(axis=0).ravel(), rtol=1e-12)


def test_the_bottom_of_a_bowl_is_found_by_the_quadratic_and_next_to_it_by_the_cells():
    """Without noise a bowl is its own quadratic; the mean comes first, then each seed."""
    found = valley(rows_of(BOWL, (4, 5)))
    assert found.warning == ""
    assert found.whole
    np.testing.assert_allclose(found.bottom.batch, 100, rtol=1e-9)
    np.testing.assert_allclose(found.bottom.lr, 0.015, rtol=1e-9)
    np.testing.assert_allclose(found.bottom.loss, [2.40005, 2.4, 2.4001], rtol=1e-9)
    assert found.lowest.batch.tolist() == [128] * 3
    assert found.lowest.lr.tolist() == [2**-6] * 3
    assert found.lowest.loss == pytest.approx(
        [float(BOWL.loss(128, 2**-6)) + luck for luck in (5e-5, 0, 1e-4)]
    )


def test_cells_near_the_lowest_are_those_the_quadratic_goes_through():
    found = valley(rows_of(BOWL, (0,)))
    losses = np.array([float(BOWL.loss(batch, lr)) for batch, lr in CELLS])
    near = losses <= 1.08 * losses.min()
    assert 15 < near.sum() < 30

    def bottom(spoiled):
        rows = [row(*cell, 0, loss) for cell, loss in zip(CELLS, spoiled, strict=True)]
        return valley(rows).bottom.batch

    far = np.where(near, losses, losses + 1.0)  # far from the bottom nothing counts
    assert bottom(far) == pytest.approx(found.bottom.batch, rel=1e-9)
    for k in np.flatnonzero(near):  # and near it everything
        lucky = losses + 1e-3 * (np.arange(42) == k)
        if (lucky <= 1.08 * lucky.min()).sum() == near.sum():
            assert abs(bottom(lucky)[0] / found.bottom.batch[0] - 1) > 1e-6


@pytest.mark.parametrize("gone", ["missing", "diverged", "diverged to a number"])
def test_a_cell_without_a_loss_is_empty_and_the_others_are_not(gone):
    rows = rows_of(BOWL)
    place = next(k for k, one in enumerate(rows) if (one["batch"], one["seed"]) == (64, 1))
    if gone == "missing":
        del rows[place]
    else:
        rows[place].update(loss=math.nan if gone == "diverged" else 0.1, diverged=True)
    found = valley(rows)
    empty = np.isnan if gone == "missing" else np.isposinf
    assert np.argwhere(~np.isfinite(found.losses)).tolist() == [[1, 2 * 6]]
    assert np.argwhere(empty(found.losses)).tolist() == [[1, 2 * 6]]
    assert np.flatnonzero(empty(found.mean)).tolist() == [2 * 6]
    assert found.whole is (gone != "missing")
    assert bool(found.warning) is (gone == "missing")
    assert found.lowest.batch[0] == 128  # of the cells that are there


def test_diverged_cells_change_the_bottom_only_as_if_they_had_not_been_tried():
    """Two cells that the quadratic goes through: one diverged in all seeds, one in one."""
    rows, near = rows_of(BOWL), [(128, 2**-5), (64, 2**-6)]
    whole = valley(rows).bottom
    for one in rows:
        if (one["batch"], one["lr"]) == near[0] or (
            (one["batch"], one["lr"], one["seed"]) == (*near[1], 2)
        ):
            one.update(loss=math.nan, diverged=True)
    found = valley(rows)
    assert (found.whole, found.warning) == (True, "")
    assert np.isposinf(found.mean).sum() == 2
    np.testing.assert_allclose(found.bottom.batch, whole.batch, rtol=1e-9)
    np.testing.assert_allclose(found.bottom.lr, whole.lr, rtol=1e-9)
    np.testing.assert_allclose(found.bottom.loss, whole.loss, rtol=1e-9)
    assert np.isfinite(found.lowest.loss).all()


@pytest.mark.parametrize("seed", range(3))
def test_a_cell_that_both_diverged_and_is_missing_is_missing(seed):
    rows = rows_of(BOWL)
    rows[seed].update(loss=math.nan, diverged=True)
    del rows[(seed + 1) % 3]
    found = valley(rows)
    assert not found.whole
    assert found.warning == "not all of its cells are trained"


def steep(curvature):
    """A round bowl around a cell; its neighbours lie 0.48 curvatures above it."""
    return rows_of(Bowl(2.4, 128.0, 2**-6, curvature, curvature, tilt=0))


def test_a_grid_that_is_not_whole_says_so():
    assert valley(rows_of(BOWL)[3:]).warning == "not all of its cells are trained"


def test_a_grid_with_too_few_cells_near_its_lowest_says_so():
    """8 % are 0.19 nats: four neighbours, or in a flatter bowl those next to them, too."""
    found = valley(steep(0.3))
    assert found.warning.startswith("a quadratic in two variables needs 7 cells near the low")
    assert "the grid has 5:" in found.warning
    with pytest.raises(ValueError, match=f"^{re.escape(found.warning)}$"):
        _ = found.bottom
    whole = valley(steep(0.09))
    assert whole.warning == ""
    assert whole.bottom.batch[0] == pytest.approx(128)


def test_one_cell_more_than_a_quadratic_has_terms_is_enough():
    losses = np.full(42, 9.0)
    near = [(i, j) for i in (2, 3, 4) for j in (1, 2, 3)][:7]
    for i, j in near:
        losses[6 * i + j] = 2 + 0.01 * (i - 3) ** 2 + 0.02 * (j - 2) ** 2
    rows = [row(*cell, 0, loss) for cell, loss in zip(CELLS, losses, strict=True)]
    assert len(near) == grid_optimum.TERMS + 1
    assert valley(rows).warning == ""
    assert valley(rows).bottom.batch[0] == pytest.approx(128)
    rows[6 * 4 + 1]["loss"] = 9.0
    assert "needs 7 cells near the lowest loss; the grid has 6:" in valley(rows).warning


@pytest.mark.parametrize(
    ("batch", "lr"), [(16.0, 2**-6), (1024.0, 2**-6), (128.0, 2**-8), (128.0, 2**-3)]
)
def test_a_grid_whose_lowest_cell_is_at_its_edge_says_so(batch, lr):
    found = valley(rows_of(Bowl(2.4, batch, lr, along=0.005, across=0.01, tilt=0)))
    assert found.warning == "the lowest cell lies at the edge of the grid"


@pytest.mark.parametrize("along", [0.005, -0.005])
def test_a_grid_whose_quadratic_has_no_bottom_inside_says_so(along):
    """One lucky cell inside; around it a slope to beyond the edge, or a saddle."""
    b, s = GRID.cells
    losses = 2.4 + along * (b - math.log(8 if along > 0 else 128)) ** 2
    losses += 0.01 * (s - math.log(2**-6)) ** 2
    losses[6 * 3 + 2] = losses.min() - 0.05
    found = valley([row(*cell, 0, loss) for cell, loss in zip(CELLS, losses, strict=True)])
    assert found.lowest.inside[0]
    assert not found.bottom.inside[0]
    assert found.warning == "the quadratic has no lowest point inside the grid"


@pytest.mark.parametrize("tokens", TOKENS)
def test_a_grid_of_which_nothing_is_trained_is_empty_and_of_its_compute(tokens):
    found = batch_lr_results.untrained(tokens)
    assert (found.tokens, found.flops) == (tokens, 6 * 226 * 24 * tokens)
    assert found.losses.shape == (1, 42)
    assert np.isnan(found.mean).all()
    assert found.warning == "not all of its cells are trained"


def test_cells_on_too_few_batches_make_no_quadratic_and_it_is_said():
    """Seven cells of two batches: a parabola in ln B cannot be told from them."""
    losses = np.full((7, 6), 9.0)
    losses[3, 1:5], losses[4, 1:4] = 2.0, 2.01
    rows = [row(*cell, 0, loss) for cell, loss in zip(CELLS, losses.ravel(), strict=True)]
    said = "the cells near the lowest loss lie on too few batches or rates"
    assert valley(rows).warning == said


@pytest.mark.parametrize("cells", [1, 42])
def test_a_grid_of_which_only_diverged_cells_are_trained_has_no_lowest_one(cells):
    found = valley([row(*cell, seed, math.nan) for cell in CELLS[:cells] for seed in range(3)])
    for what in ("batch", "lr", "loss"):
        assert np.isnan(getattr(found.lowest, what)).all()
    assert not found.lowest.inside.any()
    assert found.whole is (cells == 42)
    assert ("needs 7 cells" in found.warning) is (cells == 42)


# --- Other cuts, and growth -------------------------------------------------------------------


def test_other_cuts_find_the_same_bottom_of_a_bowl_and_another_one_where_it_is_lopsided():
    np.testing.assert_allclose(valley(rows_of(BOWL)).batch_range, 100, rtol=1e-9)
    b = GRID.cells[0] - math.log(100)
    lopsided = [float(BOWL.loss(*cell)) for cell in CELLS] + 0.004 * b**3
    found = valley([row(*cell, 0, loss) for cell, loss in zip(CELLS, lopsided, strict=True)])
    each = [
        grid_optimum.quadratic(GRID, lopsided[None], within).batch[0]
        for within in (0.06, 0.08, 0.1, 0.15)
    ]
    assert found.batch_range == pytest.approx((min(each), max(each)), rel=1e-9)
    low, high = found.batch_range
    assert low * (1 - 1e-9) <= found.bottom.batch[0] <= high * (1 + 1e-9)
    assert high > 1.02 * low


def walking(seeds, *, a=0.7, lr=0.1, luck=0.0, noise=0.0, seed=0):
    """Three budgets, x 4 each; the best batch goes as C^a, the rate as C^lr.

    Args:
        seeds: how many.
        a: the exponent of the batch.
        lr: and that of the rate.
        luck: of a seed's exponent of the batch.
        noise: of each run, nats.
        seed: of the luck.
    """
    random = np.random.default_rng([2, seed])
    own = a + luck * random.standard_normal(seeds)
    return [
        batch_lr_results.Valley(
            tokens,
            6.0 * 5424 * tokens,
            np.array(
                [
                    Bowl(2.4, 50 * 4 ** (k * one), 0.012 * 4 ** (k * lr), 0.03, 0.1).loss(
                        *np.exp(GRID.cells)
                    )
                    for one in own
                ]
            )
            + noise * random.standard_normal((seeds, 42)),
        )
        for k, tokens in enumerate(TOKENS, -1)
    ]


@given(st.floats(0.2, 0.9), st.floats(-0.4, 0.4))
@settings(deadline=None, max_examples=10)
def test_exponents_without_luck_are_recovered(a, lr):
    found = walking(3, a=a, lr=lr)
    for what, exponent in (("batch", a), ("lr", lr)):
        said = batch_lr_results.growth(found, what)
        assert (said.low, said.value, said.high) == pytest.approx([exponent] * 3, abs=1e-8)
    ends = batch_lr_results.growth(found[::2], "batch")
    assert ends.value == pytest.approx(a)


@pytest.mark.parametrize("seeds", [3, 5])
def test_the_interval_of_an_exponent_covers_the_truth_in_95_of_100_studies(seeds):
    """Seeds have exponents of their own, and every run its noise."""
    studies, held = 150, {"batch": 0, "lr": 0}
    for k in range(studies):
        found = walking(seeds, luck=0.05, noise=0.003, seed=k)
        for what, exponent in (("batch", 0.7), ("lr", 0.1)):
            held[what] += batch_lr_results.growth(found, what).holds(exponent)
    few, many = stats.binom.interval(0.999, studies, 0.95)
    assert all(few <= count <= many for count in held.values())


@pytest.mark.parametrize("what", ["batch", "lr"])
def test_the_interval_of_an_exponent_is_scipys_of_the_slopes_of_seeds(what):
    found = walking(4, luck=0.1, noise=0.002)
    logs = np.log([getattr(one.bottom, what)[1:] for one in found])
    slopes = [stats.linregress(np.log([v.flops for v in found]), one).slope for one in logs.T]
    theirs = stats.ttest_1samp(slopes, 0).confidence_interval(0.95)
    said = batch_lr_results.growth(found, what)
    assert said.value == pytest.approx(np.mean(slopes))
    assert (said.low, said.high) == pytest.approx((theirs.low, theirs.high))


def test_fewer_than_three_seeds_or_two_budgets_tell_no_exponent():
    for what in ("batch", "lr"):
        assert batch_lr_results.growth(walking(2), what) is None
        assert batch_lr_results.growth(walking(5)[:1], what) is None
        assert batch_lr_results.growth([], what) is None
        assert batch_lr_results.growth(walking(3)[:2], what) is not None


def test_a_seed_without_a_bottom_at_some_budget_does_not_count():
    """A saddle in one seed of four; then in another, too, and fewer than three tell."""
    found, saddle = walking(4, luck=0.1), -0.06 * (GRID.cells[0] - math.log(50)) ** 2
    without = [replace(v, losses=v.losses[[0, 1, 3]]) for v in found]
    found[1].losses[2] += saddle
    assert np.isfinite(found[1].bottom.batch).tolist() == [True] * 3 + [False, True]
    said, other = (batch_lr_results.growth(some, "batch") for some in (found, without))
    assert (said.low, said.value, said.high) == pytest.approx(
        (other.low, other.value, other.high), rel=1e-6
    )
    again = [batch_lr_results.Valley(v.tokens, v.flops, v.losses.copy()) for v in found]
    again[2].losses[0] += saddle
    assert batch_lr_results.growth(again, "batch") is None


# --- What was recorded ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def recorded():
    return BatchLrStudy().table(LARGE.recorded().rows)


def test_all_of_the_large_plan_is_recorded_and_nothing_else(recorded):
    trained = {
        (spec.tokens, spec.batch, round(math.log2(spec.lr), 3), seed)
        for spec in LARGE.specs()
        for seed in range(spec.seed, spec.seed + spec.runs)
    }
    found = recorded.assign(lr=np.log2(recorded["lr"]).round(3))
    found = list(found[["tokens", "batch", "lr", "seed"]].itertuples(index=False, name=None))
    assert set(found) == trained
    assert len(found) == len(trained) == LARGE.networks == 630
    np.testing.assert_allclose(recorded["flops"], 6 * 226 * 24 * recorded["tokens"], rtol=1e-5)
    assert (recorded["batch"] * recorded["steps"] == recorded["tokens"]).all()
    assert recorded["loss"].between(1.9, 4).all()
    assert not recorded["diverged"].any()
    assert LARGE.recorded().made.startswith("python -m toylab record lm-grid")


@pytest.mark.parametrize("change", [{"budgets": 2}, {"seeds": 4}, {"seed": 1}, {"device": "mps"}])
def test_a_plan_that_differs_in_anything_was_not_recorded(change):
    assert replace(LARGE, **change).recorded() is None
    assert BatchLrStudy().recorded() is None


def test_the_recorded_bottoms_lie_inside_and_the_best_batch_grows_with_the_data(recorded):
    """No seed alone has a batch at a budget that any has at another; D x 4 twice."""
    found = batch_lr_results.valleys(recorded)
    assert [one.tokens for one in found] == list(TOKENS)
    for one in found:
        assert one.warning == ""
        assert one.lowest.inside.all()
        assert one.bottom.inside.all()
        assert one.bottom.batch[0] == pytest.approx(one.lowest.batch[0], rel=0.6)
    assert [one.lowest.batch[0] for one in found] == [32, 64, 128]
    for fewer, more in pairwise(found):
        assert more.bottom.batch[1:].min() > 1.5 * fewer.bottom.batch[1:].max()
        assert more.lowest.batch[0] > fewer.lowest.batch[0]
        assert more.bottom.loss[0] < fewer.bottom.loss[0] - 0.1


def test_the_recorded_best_batch_and_rate_are_those_of_the_rehearsals(recorded):
    """B* ~ D^0.7 to 0.8 from some 25 to 36 at 2e4; the rate at .0136 to .0224, and flat."""
    found = [one.bottom for one in batch_lr_results.valleys(recorded)]
    slope = np.polyfit(np.log(TOKENS), np.log([one.batch[0] for one in found]), 1)[0]
    assert 0.6 < slope < 0.85
    assert 20 < found[0].batch[0] < 40
    assert 60 < found[1].batch[0] < 90
    assert all(0.012 < one.lr[0] < 0.025 for one in found)


def test_the_recorded_growth_lies_about_that_of_the_rehearsals_and_its_cuts_are_told(recorded):
    """0.7 to 0.8 with the data, and compute is data here; the rate hardly moves."""
    found = batch_lr_results.valleys(recorded)
    batch, lr = (batch_lr_results.growth(found, what) for what in ("batch", "lr"))
    assert 0.55 < batch.low < 0.75 < batch.high < 0.85
    assert abs(lr.value) < 0.2 * batch.value
    for one in found:
        low, high = one.batch_range
        assert low * (1 - 1e-9) <= one.bottom.batch[0] <= high * (1 + 1e-9)
        assert high < 1.4 * low


def test_at_a_fixed_batch_the_recorded_best_rate_grows_with_it(recorded):
    """Row by row of the grid at the largest budget, about as sqrt(B)."""
    mean = batch_lr_results.valleys(recorded)[-1].mean.reshape(GRID.shape)
    best = np.log2(np.array(LRS)[mean.argmin(axis=1)])
    assert (np.diff(best) >= 0).all()
    assert 2 <= best[-1] - best[0] <= 4


def test_a_recorded_cell_trained_again_has_the_losses_that_were_recorded(recorded):
    if corpus.load().digest not in LARGE.recorded().made:
        pytest.skip("recorded by another Python, with another library")
    spec = next(spec for spec in LARGE.specs() if (spec.tokens, spec.batch) == (20_480, 512))
    *_, (_, rows) = charlm.run(spec)
    mine = recorded[(recorded["tokens"] == 20_480) & (recorded["batch"] == 512)]
    mine = mine[np.isclose(mine["lr"], spec.lr)]
    assert [one["loss"] for one in rows] == pytest.approx(mine["loss"].tolist(), rel=1e-3)
