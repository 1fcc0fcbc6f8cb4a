"""Races and paths as one study: what is trained, its tables, and what was recorded."""

import math
import re
from collections import Counter
from dataclasses import replace
from itertools import groupby, pairwise, product

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from toylab.experiments import (
    corpus,
    critical_batch_results,
    noise_scale,
    steps_to_loss,
)
from toylab.experiments.critical_batch_study import CriticalBatchStudy
from toylab.experiments.noise_scale import NoiseScaleSpec
from toylab.experiments.steps_to_loss import StepsToLossSpec
from toylab.fits import critical_batch

LARGE = CriticalBatchStudy.PRESETS["recorded"]

torch.set_num_threads(1)  # as in a worker

plans = st.builds(
    CriticalBatchStudy,
    seeds=st.integers(1, 15),
    last=st.floats(2.3, 2.69),
    size=st.integers(1, 1024),
    seed=st.integers(0, 10**6),
    device=st.sampled_from(["cpu", "cuda"]),
)


def raced(batch=64, target=2.7, seed=0, steps=100.0):
    """A row as `race.run` yields it."""
    return {
        "batch": batch, "target": target, "steps": steps, "lr": 1.0, "edge": False,
        "seed": seed, "device": "cpu",
    }  # fmt: skip


def measured(lr=2.0, seed=0, step=4, loss=2.9, small=1.5, big=0.5):
    """A row as `noise_scale.run` yields it."""
    return {"lr": lr, "seed": seed, "step": step, "loss": loss, "small": small, "big": big}


# --- Which runs -------------------------------------------------------------------------------


@given(plans)
def test_every_batch_races_once_from_every_seed_and_three_seeds_walk_two_paths(plan):
    seeds = range(plan.seed, plan.seed + plan.seeds)
    races = [spec for spec in plan.specs() if isinstance(spec, StepsToLossSpec)]
    paths = [spec for spec in plan.specs() if isinstance(spec, NoiseScaleSpec)]
    assert Counter((spec.batch, spec.seed) for spec in races) == Counter(
        (batch, seed) for batch in (8, 16, 32, 64, 128, 256, 512, 1024) for seed in seeds
    )
    assert Counter((spec.lr, spec.seed) for spec in paths) == Counter(
        (lr, seed) for lr in (2.0, 0.4) for seed in seeds[:3]
    )
    assert {spec.targets for spec in races} == {(2.9, 2.7, plan.last)} == {plan.targets}
    assert {spec.target for spec in paths} == {plan.last}
    for spec in plan.specs():
        assert (spec.size, spec.device) == (plan.size, plan.device)


@given(plans)
def test_races_come_first_seed_by_seed_and_in_each_the_longest_first(plan):
    kinds = [type(spec) for spec in plan.specs()]
    assert kinds == sorted(kinds, key=lambda kind: kind is NoiseScaleSpec)
    races = [spec for spec in plan.specs() if isinstance(spec, StepsToLossSpec)]
    seeds = [spec.seed for spec in races]
    assert seeds == sorted(seeds)
    for _, some in groupby(races, key=lambda spec: spec.seed):
        taken = [spec.usual for spec in some]
        assert taken == sorted(taken, reverse=True)


def test_what_is_done_to_a_list_of_runs_is_not_done_to_the_plan():
    CriticalBatchStudy().specs().clear()
    assert len(CriticalBatchStudy().specs()) == 3 * 8 + 3 * 2
    assert len(LARGE.specs()) == 12 * 8 + 3 * 2


LAST = "last must be at least 2.3 and below 2.7, got "


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"seeds": 0}, "seeds must be between 1 and 100, got 0"),
        ({"seeds": 101}, "seeds must be between 1 and 100, got 101"),
        ({"last": 2.7}, LAST + "2.7"),
        ({"last": 2.29}, LAST + "2.29"),
        ({"last": math.nan}, LAST + "nan"),
    ],
)
def test_a_wrong_argument_is_refused_with_the_rule_and_the_value(wrong, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        CriticalBatchStudy(**wrong)


@pytest.mark.parametrize(
    ("plan", "sentence"),
    [
        (CriticalBatchStudy(seed=-1), "seed must be between 0 and 1000000000, got -1"),
        (CriticalBatchStudy(size=1025), "size must be between 1 and 1024, got 1025"),
        (CriticalBatchStudy(size=0), "size must be between 1 and 1024, got 0"),
    ],
)
def test_what_no_run_can_have_is_refused_before_anything_is_trained(plan, sentence):
    with pytest.raises(ValueError, match=f"^{sentence}$"):
        plan.specs()


# --- Tables -----------------------------------------------------------------------------------

ROWS = [
    raced(batch, target, seed, 50 + batch / (1 + seed))
    for batch, target, seed in product((8, 512), (2.9, 2.55), (0, 10))
]
LOOKS = [
    measured(lr, seed, step, 3 - step / 1e3, 1.0 + k, 0.5)
    for lr, seed, step, k in product((2.0, 0.4), (0, 10), (4, 30), range(3))
]


@given(st.permutations(range(len(ROWS) + len(LOOKS))))
def test_races_and_paths_are_told_apart_and_sorted_whatever_their_order(order):
    rows = [(ROWS + LOOKS)[k] for k in order]
    races, paths = CriticalBatchStudy().table(rows), CriticalBatchStudy().noise_table(rows)
    places = races[["target", "batch", "seed"]].itertuples(index=False, name=None)
    assert list(places) == [*product((2.9, 2.55), (8, 512), (0, 10))]
    assert races.index.tolist() == list(range(8))
    np.testing.assert_array_equal(races["steps"], 50 + races["batch"] / (1 + races["seed"]))
    np.testing.assert_array_equal(races["examples"], races["batch"] * races["steps"])
    keys = ["lr", "seed", "step"]
    expected = pd.DataFrame(LOOKS).sort_values([*keys, "small"])
    mine = paths.sort_values([*keys, "small"])
    pd.testing.assert_frame_equal(mine.reset_index(drop=True), expected.reset_index(drop=True))
    found = list(paths[keys].itertuples(index=False, name=None))
    assert found == sorted(found, key=lambda key: (-key[0], *key[1:]))


@pytest.mark.parametrize("rows", [[], [raced()], [measured()], [raced(), measured()]])
def test_tables_have_the_same_columns_and_types_with_and_without_rows(rows):
    races, paths = CriticalBatchStudy().table(rows), CriticalBatchStudy().noise_table(rows)
    assert races.dtypes.astype(str).to_dict() == {
        "target": "float64", "batch": "int64", "seed": "int64", "steps": "float64",
        "lr": "float64", "edge": "bool", "examples": "float64",
    }  # fmt: skip
    assert paths.dtypes.astype(str).to_dict() == {
        "lr": "float64", "seed": "int64", "step": "int64", "loss": "float64",
        "small": "float64", "big": "float64",
    }  # fmt: skip
    assert len(races) + len(paths) == len(rows)


def test_a_target_that_was_not_reached_stays_in_the_table_without_steps():
    races = CriticalBatchStudy().table([raced(steps=math.nan) | {"lr": math.nan}, raced(seed=1)])
    assert races["steps"].isna().tolist() == [True, False]
    assert races["examples"].isna().tolist() == [True, False]


def test_pairs_near_a_loss_are_those_within_a_tenth_of_a_nat():
    losses = [2.5, 2.5999, 2.6001, 2.7, 2.7999, 2.8001, 2.9]
    paths = CriticalBatchStudy().noise_table([measured(loss=loss) for loss in losses])
    assert critical_batch_results.near(paths, 2.7)["loss"].tolist() == [2.6001, 2.7, 2.7999]


# --- The hyperbola ----------------------------------------------------------------------------


def test_the_hyperbola_of_a_target_is_the_fit_to_its_own_rows_that_arrived():
    random, rows = np.random.default_rng(0), []
    for target, S, E in ((2.9, 40.0, 5e3), (2.7, 60.0, 1e4)):
        for batch in (8, 32, 128, 512):
            for seed in (0, 1):
                luck = math.exp(0.05 * random.standard_normal())
                rows.append(raced(batch, target, seed, luck * (S + E / batch)))
    arrived = [row for row in rows if row["target"] == 2.7]
    missed = [raced(batch, 2.7, 2, math.nan) for batch in (8, 64)]
    fit = critical_batch_results.fit_target(
        CriticalBatchStudy().table(rows + missed + [measured()]), 2.7
    )
    theirs = critical_batch.fit(
        *([row[name] for row in arrived] for name in ("batch", "steps", "seed"))
    )
    assert fit.batches == pytest.approx((8, 32, 128, 512))
    for name in ("S_min", "E_min", "B_crit"):
        ours, other = getattr(fit, name), getattr(theirs, name)
        assert (ours.value, ours.low, ours.high) == pytest.approx(
            (other.value, other.low, other.high), rel=1e-6
        )
    assert fit.B_crit.value == pytest.approx(1e4 / 60, rel=0.15)


def test_two_batches_that_arrived_make_no_hyperbola():
    rows = [raced(batch, steps=100) for batch in (8, 16)] + [raced(32, steps=math.nan)]
    with pytest.raises(ValueError, match="needs 3 different batches, got 2"):
        critical_batch_results.fit_target(CriticalBatchStudy().table(rows), 2.7)


# --- The noise scale near a target ------------------------------------------------------------


def scattered(seeds=(0, 1, 2), loss=2.7, each=6):
    """Pairs of gradients of a noise scale near 300, of their own in each seed."""
    random = np.random.default_rng(3)
    return [
        measured(seed=seed, step=step, loss=loss, small=16 * luck / 16 + 0.05, big=each_big)
        for seed in seeds
        for step in range(each)
        for luck, each_big in [(1 + 0.3 * random.random(), 0.05 + 0.01 * random.random())]
    ]


def test_scales_are_those_of_the_pairs_near_the_target_together_and_by_seed():
    """Near and far pairs in one table; McCandlish's two equations by hand."""
    far = [row | {"small": 9.0} for row in scattered(loss=2.9)]
    rows = scattered()
    found = critical_batch_results.noise_scales(CriticalBatchStudy().noise_table(rows + far), 2.7)

    def parts(some):
        small, big = (np.array([row[name] for row in some]) for name in ("small", "big"))
        return (small - big) / (1 / 16 - 1 / 4096), (4096 * big - 16 * small) / 4080

    def ratio(some):
        noise, signal = parts(some)
        return noise.mean() / signal.mean()

    assert found.pooled == pytest.approx(ratio(rows), rel=1e-9)
    by_seed = [[row for row in rows if row["seed"] == seed] for seed in (0, 1, 2)]
    assert found.alone == pytest.approx([ratio(some) for some in by_seed], rel=1e-9)
    noise, signal = parts(rows)
    assert found.hasty == pytest.approx((noise / signal).mean(), rel=1e-9)
    assert len({*found.alone, found.pooled, found.hasty}) == 5


def test_scales_of_the_recorded_paths_are_those_of_noise_scale_on_the_same_pairs(paths):
    for lr, target in product((2.0, 0.4), LARGE.targets):
        mine = paths[paths["lr"] == lr]
        pairs = mine[(mine["loss"] > target - 0.1) & (mine["loss"] < target + 0.1)]
        found = critical_batch_results.noise_scales(mine, target)
        assert found.pooled == noise_scale.scale(pairs["small"], pairs["big"])
        assert found.hasty == noise_scale.mean_of_ratios(pairs["small"], pairs["big"])
        assert found.alone == tuple(
            noise_scale.scale(*(pairs.loc[pairs["seed"] == seed, k] for k in ("small", "big")))
            for seed in (0, 1, 2)
        )
        assert min(found.alone) < found.pooled < max(found.alone)


@pytest.mark.parametrize("rows", [[], scattered(loss=3.5), [measured(small=1.0, big=1e-4)]])
def test_without_pairs_or_a_signal_near_the_target_there_are_no_scales(rows):
    assert critical_batch_results.noise_scales(CriticalBatchStudy().noise_table(rows), 2.7) is None
    near_ = CriticalBatchStudy().noise_table([row | {"loss": 2.7, "big": 1e-4} for row in rows])
    assert critical_batch_results.noise_scales(near_, 2.7) is None


def test_a_seed_without_a_signal_of_its_own_counts_in_the_pool_only():
    lost = [measured(seed=5, loss=2.7, small=1.0, big=0.003)]
    pairs = CriticalBatchStudy().noise_table(scattered() + lost)
    found = critical_batch_results.noise_scales(pairs, 2.7)
    assert len(found.alone) == 3
    assert found.pooled == noise_scale.scale(pairs["small"], pairs["big"])
    assert (
        found.pooled
        > critical_batch_results.noise_scales(
            CriticalBatchStudy().noise_table(scattered()), 2.7
        ).pooled
    )


# --- How much it grew -------------------------------------------------------------------------


def growing(seeds, *, shared=0.0, own=0.0, noise=0.0, seed=0, batches=(8, 64, 512)):
    """Races to 2.9 and 2.55 on hyperbolas; B_crit 120 and 240 but for luck.

    Args:
        seeds: how many.
        shared: luck of a seed at both targets, in ln B_crit.
        own: luck of a seed's ratio.
        noise: of each race's steps.
        seed: of the luck.
        batches: that race.
    """
    random, rows = np.random.default_rng([5, seed]), []
    for k in range(seeds):
        both, ratio = shared * random.standard_normal(), own * random.standard_normal()
        for target, S, B in ((2.9, 40, 120), (2.55, 70, 240 * math.exp(ratio))):
            for batch in batches:
                luck = math.exp(both) * B / batch
                steps = S * (1 + luck) * math.exp(noise * random.standard_normal())
                rows.append(raced(batch, target, k, steps))
    return CriticalBatchStudy().table(rows)


@pytest.mark.slow
def test_the_growth_of_the_critical_batch_covers_the_truth_in_95_of_100_studies():
    studies = 50
    found = [
        critical_batch_results.growth(
            growing(3, shared=0.3, own=0.1, noise=0.01, seed=k), 2.9, 2.55
        )
        for k in range(studies)
    ]
    few, many = stats.binom.interval(0.998, studies, 0.95)
    assert few <= sum(one.holds(2.0) for one in found) <= many
    assert 1.9 < np.exp(np.mean([math.log(one.value) for one in found])) < 2.1


def test_luck_that_a_seed_has_at_both_targets_does_not_widen_the_growth():
    """Critical batches that differ by a factor of over three, and all double."""
    races = growing(5, shared=1.0)
    alone = [
        critical_batch_results.fit_target(one, 2.9).B_crit.value for _, one in races.groupby("seed")
    ]
    assert max(alone) > 3 * min(alone)
    found = critical_batch_results.growth(races, 2.9, 2.55)
    assert (found.low, found.value, found.high) == pytest.approx((2, 2, 2), rel=1e-6)
    back = critical_batch_results.growth(races, 2.55, 2.9)
    assert (back.low, back.value, back.high) == pytest.approx((0.5,) * 3, rel=1e-6)


def test_the_growth_is_scipys_paired_t_interval_of_the_seeds_logarithms(races):
    first, last = (
        np.log(critical_batch_results.recorded_seeds()[target]) for target in (2.9, 2.55)
    )
    test = stats.ttest_rel(last, first).confidence_interval(0.95)
    found = critical_batch_results.growth(races, 2.9, 2.55)
    assert found.value == pytest.approx(math.exp((last - first).mean()), rel=1e-6)
    assert (found.low, found.high) == pytest.approx(np.exp([test.low, test.high]), rel=1e-6)
    assert 1.5 < found.low < found.high < 2.5


def test_seeds_that_lack_a_target_do_not_count_and_fewer_than_three_tell_no_growth():
    races = growing(4, own=0.1)
    assert critical_batch_results.growth(races[races["seed"] < 2], 2.9, 2.55) is None
    assert critical_batch_results.growth(races[:0], 2.9, 2.55) is None
    assert critical_batch_results.growth(races, 2.9, 2.3) is None
    spoiled = races.copy()
    missed = (races["seed"] == 1) & (races["target"] == 2.55) & (races["batch"] == 8)
    spoiled.loc[missed, "steps"] = math.nan  # two batches are left to it
    without = critical_batch_results.growth(races[races["seed"] != 1], 2.9, 2.55)
    assert critical_batch_results.growth(spoiled, 2.9, 2.55) == without
    assert without != critical_batch_results.growth(races, 2.9, 2.55)
    assert critical_batch_results.growth(spoiled[spoiled["seed"] < 3], 2.9, 2.55) is None


# --- What was recorded ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def races():
    return CriticalBatchStudy().table(LARGE.recorded().rows)


@pytest.fixture(scope="module")
def paths():
    return CriticalBatchStudy().noise_table(LARGE.recorded().rows)


def test_all_of_the_large_plan_is_recorded_and_nothing_else(races, paths):
    specs = LARGE.specs()
    assert Counter(races[["batch", "seed", "target"]].itertuples(index=False, name=None)) == (
        Counter(
            (s.batch, s.seed, T) for s in specs if isinstance(s, StepsToLossSpec) for T in s.targets
        )
    )
    assert set(paths[["lr", "seed"]].itertuples(index=False, name=None)) == {
        (spec.lr, spec.seed) for spec in specs if isinstance(spec, NoiseScaleSpec)
    }
    assert LARGE.recorded().made.startswith("python -m toylab record batch-steps")


@pytest.mark.parametrize(
    "change", [{"seeds": 11}, {"last": 2.5}, {"size": 24}, {"seed": 1}, {"device": "cuda"}]
)
def test_a_plan_that_differs_in_anything_was_not_recorded(change):
    assert replace(LARGE, **change).recorded() is None
    assert CriticalBatchStudy().recorded() is None


def test_every_recorded_race_arrived_and_hardly_any_winner_was_at_the_edge(races):
    assert races["steps"].between(10, 5000).all()
    assert races["edge"].mean() <= 0.01
    for row in races.itertuples():
        assert min(abs(row.lr / lr - 1) for lr in StepsToLossSpec(row.batch).lrs) < 1e-5


def test_recorded_steps_fall_with_the_batch_and_examples_grow(races):
    """Means over 12 seeds; the smallest two batches need nearly the same examples."""
    for _, mine in races.groupby("target"):
        means = np.exp(np.log(mine["steps"]).groupby(mine["batch"]).mean())
        examples = means * means.index
        assert (means.diff().dropna() < 0).all()
        assert (examples.diff().dropna().iloc[2:] > 0).all()
        assert examples.iloc[1] == pytest.approx(examples.iloc[0], rel=0.1)
        assert examples.iloc[-1] > 4 * examples.iloc[0]


def test_the_recorded_critical_batch_grows_as_the_loss_falls(races):
    """Seed by seed, and as a paired test over them; the intervals of the ends are apart."""
    alone = critical_batch_results.recorded_seeds()
    assert list(alone) == [2.9, 2.7, 2.55]
    for high, low in pairwise(alone):
        growth = np.log(np.array(alone[low]) / alone[high])
        assert len(growth) == 12
        assert stats.ttest_1samp(growth, 0, alternative="greater").pvalue < 1e-3
        assert math.exp(growth.mean()) > 1.2
    fits = [critical_batch_results.fit_target(races, target).B_crit for target in alone]
    assert all(low.value > 1.2 * high.value for high, low in pairwise(fits))
    assert fits[0].high < fits[1].low
    assert fits[0].high < fits[2].low


def test_the_recorded_critical_batch_is_that_of_the_rehearsals(races):
    """Target 2.7, other seeds and texts, an earlier program: 160 to 260 in three of them.

    It is not quite a hyperbola; what is said against it stays near that range, too.
    """
    fit = critical_batch_results.fit_target(races, 2.7)
    assert 160 < fit.B_crit.value < 260
    (bent,) = fit.warnings
    assert bent.startswith("The repeats agree with one another, but miss the curve")
    low, high = (float(one) for one in re.findall(r"\d+", bent.split("B_crit is")[1]))
    assert 150 < low < fit.B_crit.value < high < 260
    assert 0.09 < fit.rms < 0.15  # seeds scatter by as much
    assert fit.B_crit.high < 1.5 * fit.B_crit.low
    assert (
        130
        < min(critical_batch_results.recorded_seeds()[2.7])
        < max(critical_batch_results.recorded_seeds()[2.7])
        < 330
    )


def test_the_recorded_best_rates_lie_where_races_look_for_them(races):
    """TOP / (1 + KNEE / B), within one rung of the ladder on the mean of 12 seeds."""
    for (_, batch), mine in races.groupby(["target", "batch"]):
        best = math.exp(np.log(mine["lr"]).mean())
        expected = steps_to_loss.TOP / (1 + steps_to_loss.KNEE / batch)
        assert abs(math.log2(best / expected)) < 0.5
        if batch == noise_scale.BATCH:
            assert abs(math.log2(best / noise_scale.TUNED)) < 0.5


def test_a_race_to_the_usual_last_target_takes_about_the_steps_it_was_expected_to(races):
    last = races[races["target"] == LARGE.last]
    for batch, mine in last.groupby("batch"):
        assert StepsToLossSpec(batch).usual == pytest.approx(mine["steps"].mean(), rel=0.2)
        assert mine["steps"].max() < StepsToLossSpec(batch).most / 3


@pytest.mark.parametrize(("target", "off"), [(2.9, 0.46), (2.7, 0.25)])
def test_a_race_to_a_higher_target_alone_takes_about_the_steps_it_was_expected_to(
    target, off, races
):
    """Steps at all batches go down by one factor, which is a bit too much at large ones."""
    ratios = []
    for batch, mine in races[races["target"] == target].groupby("batch"):
        ratios.append(StepsToLossSpec(batch, targets=(target,)).usual / mine["steps"].mean())
    assert ratios == pytest.approx([1] * 8, abs=off)
    assert ratios[:4] == pytest.approx([1] * 4, abs=0.13)


def test_the_recorded_noise_is_of_the_critical_batchs_order_at_the_best_rate(races, paths):
    """Within a factor of six at all targets; at a fifth of the rate it is larger at each."""
    for target in LARGE.targets:
        crit = critical_batch_results.fit_target(races, target).B_crit.value
        near = [critical_batch_results.near(paths[paths["lr"] == lr], target) for lr in (2.0, 0.4)]
        tuned, slow = (noise_scale.scale(mine["small"], mine["big"]) for mine in near)
        assert crit < tuned < slow
        assert 100 < tuned < min(2000, 6 * crit)
    first = paths[paths["step"] == 4]
    assert 10 < noise_scale.scale(first["small"], first["big"]) < 100


def test_recorded_paths_end_at_the_last_target_and_have_eight_pairs_a_look(paths):
    for _, mine in paths.groupby(["lr", "seed"]):
        assert (mine.groupby("step").size() == noise_scale.PAIRS).all()
        losses = mine.groupby("step")["loss"].first()
        assert losses.iloc[-1] <= LARGE.last < losses.iloc[:-1].min()
        assert mine["step"].is_monotonic_increasing


@pytest.mark.slow
def test_a_recorded_race_run_again_takes_the_steps_that_were_recorded(races):
    if corpus.load().digest not in LARGE.recorded().made:
        pytest.skip("recorded by another Python, with another library")
    *_, (_, rows) = steps_to_loss.run(StepsToLossSpec(256, 5))
    mine = races[(races["batch"] == 256) & (races["seed"] == 5)]
    assert [row["steps"] for row in rows] == pytest.approx(mine["steps"].tolist(), rel=0.02)
