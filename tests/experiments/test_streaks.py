"""The exam of k characters in a row: by brute force, its accounts, and what was recorded."""

import json
import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch

from toylab.experiments import charlm_repeats, charlm_study, corpus, streaks
from toylab.experiments.streaks import BEST, LONGEST, STARTS, StreaksSpec, exact_matches
from toylab.experiments.streaks_results import by_budget, by_seed
from toylab.experiments.streaks_study import BUDGETS, StreaksStudy
from toylab.fits import isoflop
from toylab.fits.estimate import Estimate
from toylab.fits.runs import runs_of

torch.set_num_threads(1)  # as in a worker

LARGE = StreaksStudy.PRESETS["recorded"]
CHEAP = StreaksSpec(1e9, seed=0, runs=2)
SHARES = ["exact", "exact_blank", "exact_beside_blanks"]


@pytest.fixture(scope="module")
def recorded():
    return LARGE.table(LARGE.recorded().rows)


@pytest.fixture(scope="module")
def cheap():
    return StreaksStudy().table(list(streaks.run(CHEAP))[-1][1])


# --- The exam ---------------------------------------------------------------------------------


def test_the_shares_are_those_of_a_count_place_by_place():
    random = np.random.default_rng(0)
    correct = random.random((2, 5, STARTS + LONGEST - 1)) < 0.8
    blank = random.random((5, STARTS + LONGEST - 1)) < 0.7
    found = exact_matches(correct, blank)
    places = [(passage, start) for passage in range(5) for start in range(STARTS)]
    for run in range(2):
        for k in range(1, LONGEST + 1):
            right = [correct[run, i, s : s + k].all() for i, s in places]
            blanks = [blank[i, s : s + k].all() for i, s in places]
            both = [a and b for a, b in zip(right, blanks, strict=True)]
            others = [a for a, b in zip(right, blanks, strict=True) if not b]
            assert found.exact[run, k - 1] == np.mean(right)
            assert found.blank[run, k - 1] == np.mean(both)
            assert found.beside_blanks[run, k - 1] == pytest.approx(np.mean(others), rel=1e-12)


def test_independent_errors_make_it_the_power_of_the_accuracy():
    correct = np.random.default_rng(0).random((1, 20_000, STARTS + LONGEST - 1)) < 0.7
    found = exact_matches(correct, np.zeros(correct.shape[1:], bool))
    np.testing.assert_allclose(found.exact[0, :8], 0.7 ** np.arange(1, 9), rtol=0.02)
    np.testing.assert_array_equal(found.beside_blanks, found.exact)


def test_the_exam_is_held_out_text_and_every_model_has_the_same():
    passages, held = streaks.exam(), corpus.text(corpus.load().held)
    assert passages.shape == (4096, corpus.BEFORE + STARTS + LONGEST - 1)
    assert all(corpus.text(passage) in held for passage in passages[:20])
    assert streaks.exam() is passages
    assert corpus.text(streaks.BLANKS) == "\n\t "


# --- A run ------------------------------------------------------------------------------------


def test_a_run_has_a_row_for_each_seed_and_k_and_longer_rows_are_rarer(cheap):
    assert list(zip(cheap["seed"], cheap["symbols"], strict=True)) == [
        (seed, k) for seed in range(2) for k in range(1, LONGEST + 1)
    ]
    for _, told in cheap.groupby("seed"):
        assert all(a >= b for name in SHARES[:2] for a, b in pairwise(told[name]))
        assert (told["exact_blank"] <= told["exact"]).all()
    assert len(set(cheap["params"])) == len(set(cheap["tokens"])) == 1
    assert not cheap["diverged"].any()


def test_one_character_in_a_row_is_the_accuracy_and_the_loss_is_that_of_the_language_model(cheap):
    """The accuracy of the usual exam, at other places, is the same to its sampling error."""
    model = CHEAP.model
    training = streaks.charlm.trained(model)
    while True:
        try:
            next(training)
        except StopIteration as end:
            layers = end.value
            break
    network, usual = model.recipe.network, corpus.load().exam
    assert network.loss(layers, usual) == cheap.groupby("seed")["loss"].first().tolist()
    accuracy = network.correct(layers, usual).mean((1, 2))
    one = cheap[cheap["symbols"] == 1]["exact"]
    off = 3 * math.sqrt(0.4 * 0.6) * math.sqrt(1 / len(usual) + 4 / 65_536)  # neighbours are alike
    np.testing.assert_allclose(one, accuracy, atol=off)
    assert off < 0.02


@pytest.mark.parametrize("seed", [0, 1])
def test_a_fresh_run_is_within_the_band_of_the_recorded_ones(cheap, recorded, seed):
    if corpus.load().digest not in LARGE.recorded().made:
        pytest.skip("recorded by another Python, with another library")
    fresh = cheap[cheap["seed"] == seed]
    known = recorded[recorded["budget"] == CHEAP.flops]
    for k in (1, 4):
        band = charlm_repeats.expected(known[known["symbols"] == k]["exact"])
        assert band.holds(float(fresh[fresh["symbols"] == k]["exact"].iloc[0]))
        assert band.high - band.low < 0.1 * band.value


def test_the_size_is_that_of_the_recorded_valleys():
    known = charlm_study.RECORDED_STUDIES["python"].recorded().frame
    best = isoflop.fit(runs_of(known)).params
    weights = StreaksSpec(1e9).model.recipe.params(1)
    for C in BUDGETS[2:]:
        assert best.at(C).value / weights == pytest.approx(StreaksSpec(C).model.size, rel=0.1)
    assert [StreaksSpec(C).model.size for C in BUDGETS] == [5, 9, 16, 28, 51, 88]
    assert BEST[0] == StreaksSpec(1e9).model.size


@pytest.mark.parametrize("flops", [0.0, -1e9, math.nan, math.inf, 1e3, 1e20])
def test_a_budget_that_nothing_can_be_trained_with_is_refused(flops):
    with pytest.raises(ValueError, match=r"must be|a run takes"):
        StreaksSpec(flops)


# --- A study, and what was recorded -----------------------------------------------------------


@pytest.mark.parametrize("study", [StreaksStudy(), LARGE, StreaksStudy(seeds=5, device="cuda")])
def test_every_seed_is_trained_once_at_every_budget(study):
    trained = [
        (spec.flops, seed)
        for spec in study.specs()
        for seed in range(spec.seed, spec.seed + spec.runs)
    ]
    seeds = range(study.seed, study.seed + study.seeds)
    assert trained == [(C, seed) for C in BUDGETS for seed in seeds]
    assert {spec.device for spec in study.specs()} == {study.device}


def test_fewer_seeds_than_an_interval_needs_are_refused():
    with pytest.raises(ValueError, match="seeds must be between 3 and 100, got 2"):
        StreaksStudy(seeds=2)


def test_powers_are_taken_seed_by_seed(recorded):
    told = by_seed(recorded, 8)
    assert len(told) == len(BUDGETS) * LARGE.seeds
    np.testing.assert_allclose(told["unrelated"], told["accuracy"] ** 8)
    for exam in by_budget(recorded, 8):
        mine = told[told["budget"] == exam.budget]
        assert exam.unrelated.value == pytest.approx(mine["unrelated"].mean())
        assert exam.unrelated.value > exam.accuracy.value**8  # Jensen
        assert exam.blank == pytest.approx(mine["blank"].mean() / mine["in_a_row"].mean())


def test_a_budget_that_has_fewer_than_three_seeds_yet_is_left_out(recorded):
    first = recorded[(recorded["budget"] > 1e8) | (recorded["seed"] < LARGE.seed + 2)]
    assert [exam.budget for exam in by_budget(first, 2)] == BUDGETS[1:]
    diverged = recorded.assign(diverged=recorded["budget"] == 1e9)
    assert 1e9 not in [exam.budget for exam in by_budget(diverged, 2)]


@pytest.mark.parametrize(("shares", "nothing"), [([0.0] * 8, True), ([0.0] * 7 + [8e-4], False)])
def test_a_share_of_which_some_seeds_have_none_has_no_interval_below_0(recorded, shares, nothing):
    """It is 0 only where all seeds have 0."""
    seeds = dict(zip(range(LARGE.seed, LARGE.seed + 8), shares, strict=True))
    few = recorded[recorded["budget"] == BUDGETS[0]]
    (exam,) = by_budget(few.assign(exact_beside_blanks=few["seed"].map(seeds)), 8)
    told = exam.beside_blanks
    assert told.value == pytest.approx(sum(shares) / 8)
    assert told.low == 0
    assert (told.high == 0) == nothing
    assert told.high <= max(shares)


def test_the_interval_of_such_a_share_is_about_that_of_student_where_that_is_good(recorded):
    last = by_budget(recorded, 8)[-1]
    mine = by_seed(recorded, 8)[lambda rows: rows["budget"] == BUDGETS[-1]]
    student = Estimate.mean(mine["beside_blanks"])
    wide, wider = (e.high - e.low for e in (last.beside_blanks, student))
    assert 0.7 * wider < wide < wider


@pytest.mark.parametrize("symbols", [0, LONGEST + 1])
def test_rows_longer_than_the_exam_are_refused(recorded, symbols):
    with pytest.raises(ValueError, match="symbols must be between 1 and 16"):
        by_seed(recorded, symbols)


def test_recorded_networks_get_better_and_one_in_a_row_is_the_accuracy(recorded):
    exams = by_budget(recorded, 1)
    assert [exam.budget for exam in exams] == BUDGETS
    for before, after in pairwise(exams):
        assert before.loss > after.loss
        assert before.accuracy.high < after.accuracy.low
    for exam in exams:
        assert exam.in_a_row == exam.unrelated == exam.accuracy
        assert exam.clustering == 1


def test_recorded_rows_of_eight_are_far_more_than_independent_errors_allow(recorded):
    """12 to 550 times, and the smallest networks get only blanks right."""
    exams = by_budget(recorded, 8)
    ratios = [exam.clustering for exam in exams]
    assert ratios == sorted(ratios, reverse=True)
    assert ratios[0] == pytest.approx(550, rel=0.1)
    assert ratios[-1] == pytest.approx(12.3, rel=0.05)
    assert exams[-1].in_a_row.value / exams[0].in_a_row.value == pytest.approx(1.57, abs=0.05)
    assert exams[-1].unrelated.value / exams[0].unrelated.value == pytest.approx(70, rel=0.1)
    blanks = [exam.blank for exam in exams]
    assert blanks == sorted(blanks, reverse=True)
    assert blanks[0] > 0.98
    assert blanks[-1] == pytest.approx(0.67, abs=0.02)


def test_recorded_rows_that_are_not_all_blanks_come_from_nothing(recorded):
    first, *_, last = by_budget(recorded, 8)
    assert 0 < first.beside_blanks.low < first.beside_blanks.value < 0.002
    assert last.beside_blanks.value == pytest.approx(0.034, abs=0.002)


def test_rows_survive_json():
    *_, (_, rows) = streaks.run(replace(CHEAP, runs=1))
    assert json.loads(json.dumps(rows, allow_nan=False)) == rows
