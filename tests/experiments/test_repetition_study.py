"""RepetitionStudy and its results: curves, lowest losses, worth, crossings, recorded runs."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.stats import sem, t

from tests.experiments.repetition_runs import STUDY, fresh, results, rows
from toylab.experiments import repetition, repetition_sizes
from toylab.experiments.repetition_results import RepetitionResults
from toylab.experiments.repetition_study import (
    AGAINST,
    DECAYED,
    PLAIN,
    RECORDED_STUDIES,
    RepetitionStudy,
)

torch.set_num_threads(1)  # as in a worker
MIX = RepetitionStudy(dirty=0.3, seeds=3)


def recorded(name="usual"):
    study = RECORDED_STUDIES[name]
    return RepetitionResults(study, study.table(study.recorded().rows))


@pytest.mark.parametrize("study", RepetitionStudy.PRESETS.values(), ids=RepetitionStudy.PRESETS)
def test_every_curve_has_each_length_and_seed_once(study):
    runs = [
        (spec.text, spec.decay, spec.epochs, spec.seed + k)
        for spec in study.specs()
        for k in range(spec.runs)
    ]
    assert len(set(runs)) == len(runs) == study.networks
    assert len(runs) == 3 * len(study.lengths) * study.seeds
    frame = study.table(rows(study))
    assert set(frame["curve"]) == set(study.curves)
    assert len(frame) == study.networks


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"epochs": 3}, "epochs must be one of 2, 4"),
        ({"decay": 0.0}, "decay must be above 0"),
        ({"seeds": 1}, "one shows no spread"),
        ({"unique": 100}, "unique must be a multiple"),
        ({"dirty": 2.0}, "dirty must be between"),
    ],
)
def test_settings_that_are_none_are_refused(change, rule):
    with pytest.raises(ValueError, match=rule):
        replace(STUDY, **change)


def test_the_lowest_points_are_those_of_the_curves():
    found = results()
    plain, decayed = found.lowest(PLAIN), found.lowest(DECAYED)
    assert (plain.epochs, plain.first, plain.last, plain.open) == (4, 4, 4, False)
    assert (decayed.first, decayed.last, decayed.open) == (16, 64, True)
    assert plain.loss == pytest.approx(2.4, rel=0.01)
    assert found.records["lowest_at"] == {"0": 4, "0.3": decayed.epochs}


def test_a_curve_with_one_seed_or_a_missing_length_has_no_lowest_point_yet():
    made = rows()
    part = STUDY.table([row for row in made if row["epochs"] < 64])
    assert RepetitionResults(STUDY, part, live=True).lowest(PLAIN) is None
    one = STUDY.table([row for row in made if row["seed"] == 0])
    assert RepetitionResults(STUDY, one).lowest(PLAIN) is None
    empty = RepetitionResults(STUDY, STUDY.table([]), live=True)
    assert empty.lowest(PLAIN) is None
    assert empty.means.empty
    assert results(lost=(PLAIN,)).lowest(PLAIN) is None
    assert results(lost=(PLAIN,)).lost == 3 * 7


def test_the_range_of_the_lowest_point_holds_the_true_one_in_95_percent():
    """Of flat curves, on which all lengths are as good, and of the recorded one, by its scatter."""
    random, study, tries = np.random.default_rng(0), replace(STUDY, seeds=2), 120
    frame = study.table(rows(study))
    mine = frame[frame["curve"] == PLAIN]
    table = recorded().tables[PLAIN].map(math.log)
    own = (table - table.mean()).std() * math.sqrt(6 / 5)
    for means, sd, best in ((np.zeros(7), np.full(7, 0.01), 8), (table.mean(), own, 4)):
        held = alone = 0
        for _ in range(tries):
            logs = np.asarray(means) + np.asarray(sd) * random.standard_normal((2, 7))
            flat = mine.assign(loss=np.exp(logs.T.ravel()))
            point = RepetitionResults(study, flat).lowest(PLAIN)
            held += point.first <= best <= point.last
            alone += point.first == point.last
        assert held > 0.9 * tries
        assert (alone > 0.05 * tries) == (best == 4)  # where one is best, it can be seen


def test_the_interval_of_a_crossing_holds_the_true_place():
    """Of 80 studies with six seeds of noise."""
    study, held, random = replace(MIX, seeds=6), 0, np.random.default_rng(0)
    exact = results(study, noise=0.0)
    for _ in range(80):
        luck = np.exp(0.01 * random.standard_normal(len(exact.frame)))
        frame = exact.frame.assign(loss=exact.frame["loss"] * luck)
        at = RepetitionResults(study, frame).crossing(PLAIN)
        held += at.low <= exact.crossing(PLAIN).value <= at.high
    assert 0.9 * 80 <= held < 80


def test_the_worth_of_a_character_inverts_the_fresh_curve():
    """A curve that is fresh text of a third of the characters is worth a third at every length."""

    def law(study, name, epochs):
        tokens = study.unique * epochs
        return float(fresh(tokens if name == AGAINST["fresh"] else max(tokens / 3, study.unique)))

    found = results(noise=0.0, law=law)
    table = found.worth(PLAIN).set_index("epochs")
    assert table.loc[1, "worth"] == pytest.approx(1)
    for epochs in 8, 16, 64:
        assert table.loc[epochs, "worth"] == pytest.approx(1 / 3, rel=0.02)
        assert table.loc[epochs, "effective"] == pytest.approx(STUDY.unique * epochs / 3, rel=0.02)


def test_a_loss_above_that_of_one_epoch_is_worth_less_than_any_number():
    table = results().worth(PLAIN).set_index("epochs")["worth"]
    assert math.isnan(table[64])
    assert results(MIX).worth(PLAIN).empty


def test_the_crossing_with_noise_is_where_the_curves_meet():
    found = results(MIX)
    at = found.crossing(PLAIN)
    truth = fresh(MIX.unique * at.value) + 0.09 - (2.4 + 0.1 * math.log2(at.value / 4) ** 2)
    assert abs(float(truth)) < 0.03
    assert at.low < at.value < at.high
    places = [np.interp(0, gap[2:4], np.log([4, 8])) for gap in found.gaps(PLAIN)]
    low, high = t.interval(0.95, 2, np.mean(places), sem(places))
    assert (at.low, at.high) == pytest.approx((math.exp(low), math.exp(high)))
    assert results().crossing(PLAIN) is None  # beside fresh text there is nothing to cross


def test_the_record_is_json_and_has_the_rows_that_it_promises():
    record = json.loads(json.dumps(results().records))
    assert {"decay", "epochs", "loss", "fresh"} <= set(record["curves"][0])
    assert len(record["curves"]) == 2 * 7
    assert set(record["lowest_at"]) == {"0", "0.3"}


@pytest.mark.parametrize("name", RECORDED_STUDIES)
def test_a_recorded_study_is_whole(name):
    study = RECORDED_STUDIES[name]
    frame = study.table(study.recorded().rows)
    assert len(frame) == study.networks
    assert not frame["diverged"].any()
    assert "--seeds 6 --seed 1000" in study.command()


def test_the_recorded_curves_are_as_rehearsed():
    """With other code: 2.40 at 4 epochs and 4.04 at 64; 2.22 at 16 with decay; fresh 1.87."""
    means = recorded().means.set_index(["curve", "epochs"])["loss"]
    assert means[PLAIN, 4] == pytest.approx(2.405, abs=0.02)
    assert means[PLAIN, 64] == pytest.approx(4.04, abs=0.1)
    assert means[DECAYED, 16] == pytest.approx(2.215, abs=0.02)
    assert means[AGAINST["fresh"], 64] == pytest.approx(1.87, abs=0.02)
    assert recorded().lowest(PLAIN).epochs == 4
    assert recorded().lowest(DECAYED).first >= 8


def test_a_small_network_may_read_more_often_and_a_large_one_less():
    """Rehearsed: 8, 32 and 128 units are lowest at 4 to 8, 4 and 2 epochs; worth falls with N/U."""
    worth = {
        name: recorded(name).worth(PLAIN).set_index("epochs")["worth"].get(4, math.nan)
        for name in ("small-net", "usual", "more-text", "large-net")
    }
    assert worth["usual"] < worth["small-net"]
    assert worth["usual"] < worth["more-text"]
    assert not worth["large-net"] > worth["usual"]
    assert recorded("large-net").lowest(PLAIN).epochs == 2


@pytest.mark.parametrize("epochs", [1, 4])
def test_fresh_seeds_lie_within_the_band_of_the_recorded_ones(epochs):
    """Three seeds without decay: the 99 % prediction interval of their mean."""
    known = recorded().tables[PLAIN][epochs]
    n, sd, many = len(known), known.std(ddof=1), 3
    spec = replace(STUDY.curves[PLAIN], epochs=epochs, runs=many, seed=40)
    *_, (_, found) = repetition.run(spec)
    reach = t.ppf(0.995, n - 1) * sd * math.sqrt(1 / many + 1 / n)
    assert np.mean([row["loss"] for row in found]) == pytest.approx(known.mean(), abs=reach)
    assert reach < 0.1


def test_the_means_of_sizes_have_one_row_a_cell_and_a_name_each():
    """Six seeds of twelve cells; a row is found by its own label."""
    study = repetition_sizes.RECORDED_STUDY
    table = repetition_sizes.means(study.table(study.recorded().rows))
    assert table.index.is_unique
    assert len(table) == 2 * len(repetition_sizes.SIZES)
    lowest = table.loc[table.groupby("curve")["loss"].idxmin()].set_index("curve")["size"]
    assert lowest[PLAIN] < lowest[DECAYED]
