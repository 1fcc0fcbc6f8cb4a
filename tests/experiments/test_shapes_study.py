"""The study of shapes: what is trained, what was recorded, and how often its verdict is wrong."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.experiments.shapes_runs import OTHERS, made, results, trained
from toylab.experiments.shapes import DEPTHS
from toylab.experiments.shapes_results import ShapesResults, judge
from toylab.experiments.shapes_study import SHAPES, ShapesStudy, recorded_study
from toylab.fits.best_comparison import compare_with_best

RECORDED = [recorded_study(6000), recorded_study(25_000)]


@pytest.mark.parametrize("study", [ShapesStudy(), ShapesStudy(25_000, seeds=4, seed=7)])
def test_every_shape_is_trained_once_from_every_seed_the_longest_first(study):
    specs = study.specs()
    runs = Counter(
        (spec.skips, spec.depth, spec.seed + k) for spec in specs for k in range(spec.runs)
    )
    seeds = range(study.seed, study.seed + study.seeds)
    assert runs == Counter((*shape, seed) for shape in SHAPES for seed in seeds)
    assert study.networks == len(runs)
    assert [spec.cost for spec in specs] == sorted((spec.cost for spec in specs), reverse=True)
    assert {spec.near for spec in specs} == {study.params}
    assert all(spec.runs == study.seeds for spec in replace(study, device="cuda").specs())


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"params": 7000}, "params must be 6000 or 25000, got 7000"),
        ({"tokens": 7}, "tokens must be 150000 or 600000, got 7"),
        ({"seeds": 1}, "seeds must be between 2 and 32, got 1"),
    ],
)
def test_a_study_that_cannot_be_compared_is_refused(changed, said):
    with pytest.raises(ValueError, match=f"^{said}$"):
        ShapesStudy(**changed)


@pytest.mark.parametrize("study", RECORDED, ids=lambda study: str(study.params))
def test_recorded_skips_make_shape_matter_little_and_plain_nets_pay_for_depth(study):
    found = ShapesResults(study, study.table(study.recorded().rows))
    assert found.complete
    assert (found.verdict(True), found.verdict(False)) == ("hardly", "much")
    plain, skips = (found.kind(k).set_index("depth") for k in (False, True))
    assert list(plain.index) == list(skips.index) == list(DEPTHS)
    assert plain["excess"].is_monotonic_increasing
    assert 10 < plain["excess"][6] < 20
    assert found.depth_costs(False)
    assert found.over((False, 6), (True, 6)).low > 5
    assert skips["excess"].max() < 4
    assert skips["high"].max() < 5
    assert plain["aspect"][6] == pytest.approx(plain["width"][6] / 6)


def test_of_other_settings_nothing_was_recorded():
    assert recorded_study(25_000, 1.0, 600_000) is None
    assert recorded_study(6000, 0.25) is None


def test_the_shell_line_starts_from_the_nearest_preset():
    assert replace(ShapesStudy.PRESETS["large"], seed=7).command() == (
        "python -m toylab shapes --preset large --seed 7"
    )


def test_half_the_rate_is_better_for_deep_plain_nets_where_they_are_wide():
    """One rate for all is unfair to them; to those with skips it is right."""
    usual, half = (recorded_study(25_000, rate) for rate in (1.0, 0.5))
    one, other = (
        study.table(study.recorded().rows).groupby(["skips", "depth"])["loss"].mean()
        for study in (usual, half)
    )
    assert other[False, 6] < 0.98 * one[False, 6]
    assert (other[True] > one[True]).all()


@pytest.mark.parametrize("spec", OTHERS, ids=lambda spec: f"{spec.depth} {spec.skips}")
def test_other_seeds_agree_with_those_that_were_recorded(spec):
    study = RECORDED[0]
    frame = study.table(study.recorded().rows)
    known = frame[(frame["skips"] == spec.skips) & (frame["depth"] == spec.depth)]["loss"]
    for row in trained(spec)[-1][1]:
        assert abs(row["loss"] - known.mean()) < 5 * max(known.std(), 0.01)


def test_one_hidden_layer_is_of_both_kinds_and_the_best_has_no_excess():
    far = [0.0, 0.03, 0.05, 0.08, 0.13, 0.01, 0.012, 0.014, 0.02]
    found = results(made(far, scatter=1e-9))
    assert len(found.shapes) == 10
    assert found.shapes["excess"].min() == 0
    for skips, expected in ((False, far[:5]), (True, [0.0, *far[5:]])):
        excess = found.kind(skips)["excess"]
        assert excess.tolist() == pytest.approx(list(100 * np.expm1(expected)), abs=1e-4)
    assert (found.verdict(True), found.verdict(False)) == ("hardly", "much")


def test_each_kind_is_measured_from_the_best_of_its_own():
    """Skips take 8 %: plain shapes are alike, and one layer is the worst of those with skips."""
    found = results(made([0.08] * 5 + [0.0] * 4, scatter=1e-6))
    assert (found.verdict(False), found.verdict(True)) == ("hardly", "much")
    assert [shape.depth for shape in found.by_depth(True)] == list(DEPTHS)
    worst = found.worst(True)
    assert (worst.depth, worst.excess.value) == (1, pytest.approx(8.33, abs=0.01))
    assert not found.depth_costs(True)
    assert max(shape.excess.value for shape in found.by_depth(False)) < 0.01
    assert found.kind(False)["excess"].min() > 8  # the figure's, over the best of all
    assert found.over((False, 6), (True, 6)).value == pytest.approx(8.33, abs=0.01)
    with pytest.raises(ValueError, match="no losses to compare"):
        found.over((False, 6), (True, 1))


def test_depth_costs_only_where_the_deepest_is_known_to_be_worse_than_one_layer():
    """A valley is deepest in the middle: both ends are worse than that, and alike."""
    found = results(made([0.12, 0.0, 0.0, 0.0, 0.121, *[0.12] * 4], scatter=1e-3))
    assert found.verdict(False) == "much"
    assert found.worst(False).depth == 6
    assert not found.depth_costs(False)
    assert results(made([0.05, 0.0, 0.0, 0.0, 0.12, *[0.0] * 4])).depth_costs(False)


def test_only_shapes_whose_seeds_have_all_ended_well_are_compared():
    rows = made(np.linspace(0, 0.1, 9))
    assert results([]).shapes.empty
    assert results(rows[:3]).shapes.empty
    some = results(rows[:8])
    assert list(some.shapes["depth"]) == [1, 2, 1]
    assert not some.complete
    assert some.verdict(False) == "open"
    rows[0] |= {"loss": float("nan"), "diverged": True}
    broken = results(rows)
    assert broken.diverged == 1
    assert 1 not in set(broken.shapes["depth"])
    assert broken.verdict(True) == broken.verdict(False) == "open"


def test_equal_shapes_never_matter_and_the_brink_is_crossed_in_5_percent_of_studies():
    """True excesses of 0, and then of 5 %, the line between hardly and much.

    Also where shapes scatter as differently as the recorded ones do, fourfold.
    """
    tries, random = 1000, np.random.default_rng(0)
    recorded = ShapesResults(RECORDED[0], RECORDED[0].table(RECORDED[0].recorded().rows))
    brink = np.array([0.0, *[np.log(1.05)] * 8])
    own = np.log(recorded.losses).std(axis=1).to_numpy()
    for scatter, most in ((np.full(9, 0.006), 0.06), (own, 0.12)):
        wrong = 0
        for _ in range(tries):
            luck = np.log(2) + scatter[:, None] * random.standard_normal((9, 3))
            equal = compare_with_best(np.exp(luck))
            assert judge(equal.low, equal.high) != "much"
            found = compare_with_best(np.exp(luck + brink[:, None]))
            wrong += judge(found.low, found.high) != "open"
        assert wrong <= most * tries


def test_a_table_survives_its_recorded_form():
    study = RECORDED[0]
    frame = study.table(study.recorded().rows)
    assert len(frame) == study.networks == 72
    assert not frame["diverged"].any()
    pd.testing.assert_frame_equal(study.table(frame.to_dict("records")), frame)
