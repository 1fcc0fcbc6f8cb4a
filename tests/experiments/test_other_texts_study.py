"""OtherTextsStudy and its results: lines, intervals, what length has to do with it, records."""

import json
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from scipy.stats import linregress, t

from tests.experiments.other_texts_rows import OFFSETS, SLOPES, STUDY, recorded, rows
from toylab.experiments import other_texts
from toylab.experiments.other_texts import TEXTS, OtherTextsSpec
from toylab.experiments.other_texts_results import OtherTextsResults
from toylab.experiments.other_texts_study import RECORDED_STUDY, OtherTextsStudy

torch.set_num_threads(1)  # as in a worker


def results(study=STUDY, live=False, **how):
    return OtherTextsResults(study, study.table(rows(study, **how)), live)


def known():
    return OtherTextsResults(RECORDED_STUDY, recorded())


@pytest.mark.parametrize("study", [*OtherTextsStudy.PRESETS.values(), RECORDED_STUDY])
def test_every_size_and_length_is_trained_once_with_each_seed(study):
    runs = [(s.size, s.tokens, s.seed + k) for s in study.specs() for k in range(s.runs)]
    assert len(set(runs)) == len(runs) == study.networks
    assert sum(spec.along for spec in study.specs()) == 1
    assert OtherTextsResults(study, study.table(rows(study))).trained == study.networks


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"largest": 100}, "largest must be one of 32, 64, 128, 256"),
        ({"longest": 40_960}, "longest must be one of 163,840, 655,360"),
        ({"seeds": 0}, "seeds must be between 1 and 50"),
        ({"seed": -1}, "seed must be between"),
    ],
)
def test_settings_that_are_none_are_refused(change, rule):
    with pytest.raises(ValueError, match=rule):
        replace(STUDY, **change)


def test_exact_lines_are_found_exactly():
    found = results(absent=["headers"])
    assert found.absent == ["headers"]
    assert list(found.transfers) == ["code", "comments", "topics"]
    for text, line in found.transfers.items():
        assert line.slope.value == pytest.approx(SLOPES[text])
        assert line.intercept == pytest.approx(OFFSETS[text])
        assert line.rms == pytest.approx(0, abs=1e-9)
        assert line.stray == pytest.approx(0, abs=1e-9)
        assert line.length.value == pytest.approx(0, abs=1e-9)


def test_a_shift_by_length_is_found_at_equal_loss():
    line = results(length=-0.1).transfers["topics"]
    assert line.length.value == pytest.approx(-0.1)
    assert line.length_counts == "yes"
    assert results(length=-0.03).transfers["topics"].length_counts == "hardly"


def test_intervals_hold_the_truth_and_length_is_rarely_blamed():
    """Of 200 exact lines with scatter."""
    held = blamed = loud = total = 0
    for k in range(50):
        found = results(noise=0.02, seed=k).transfers
        for text, line in found.items():
            total += 1
            held += line.slope.holds(SLOPES[text])
            blamed += line.length_counts != "no"
            loud += line.length_counts == "yes"
    assert total == 200
    assert 0.91 <= held / total <= 0.99
    assert blamed / total <= 0.09
    assert loud / total <= 0.02


def test_a_length_that_counts_is_mostly_noticed():
    told = [
        line.length_counts == "yes"
        for k in range(10)
        for line in results(noise=0.02, length=-0.1, seed=k).transfers.values()
    ]
    assert np.mean(told) > 0.9


def test_too_few_networks_have_no_line():
    small = OtherTextsStudy(largest=32, longest=163_840)
    assert small.networks == 6
    assert not results(small).transfers
    assert results(small).way["off"].empty
    empty = OtherTextsResults(STUDY, STUDY.table([]), live=True)
    assert empty.points.empty
    assert not empty.transfers
    assert empty.absent == []
    one = [row for row in rows() if row["tokens"] == 40_960 or row["size"] == 6]
    part = OtherTextsResults(STUDY, STUDY.table(one))
    assert part.transfers == {}


def test_a_run_that_diverged_is_left_out():
    made = [
        row | {"diverged": True, "loss": math.nan} if row["size"] == 6 else row for row in rows()
    ]
    found = OtherTextsResults(STUDY, STUDY.table(made))
    assert found.transfers["topics"].networks == 15
    assert found.trained == 18


def test_the_record_is_json_and_names_what_was_absent():
    record = json.loads(json.dumps(results(absent=["headers"]).records))
    assert record["absent"] == ["headers"]
    assert [line["text"] for line in record["lines"]] == ["code", "comments", "topics"]
    assert {"slope", "slope_low", "slope_high", "intercept", "penalty"} <= set(record["lines"][0])


def test_the_recorded_study_is_whole():
    frame = recorded()
    assert len(frame[frame["done"] == 1]) == RECORDED_STUDY.networks == 54
    assert not frame["diverged"].any()
    assert known().absent == []
    assert RECORDED_STUDY.command() == (
        "python -m toylab other-texts --preset wide --seeds 3 --seed 1000"
    )


@pytest.mark.parametrize(
    ("text", "slope", "low", "high"),
    [("comments", 0.885, 0.79, 0.96), ("topics", 0.902, 0.83, 0.96), ("headers", 0.42, 0.34, 0.49)],
)
def test_the_recorded_lines_are_those_rehearsed_with_other_code(text, slope, low, high):
    """Within both uncertainties: theirs, by resampled networks and seeds, and ours."""
    line = known().transfers[text]
    ours, theirs = (line.slope.high - line.slope.low) / 2, (high - low) / 2
    assert line.slope.value == pytest.approx(slope, abs=math.hypot(ours, theirs))
    assert low <= line.slope.value <= high
    table = known().points.query("text == @text")
    fit = linregress(table["held"], table["loss"])
    assert line.slope.value == pytest.approx(fit.slope)
    assert line.intercept == pytest.approx(fit.intercept)


def test_english_lies_on_one_line_and_headers_do_not():
    lines = known().transfers
    assert lines["topics"].penalty == pytest.approx(0.57, abs=0.03)
    assert lines["topics"].rms < 0.025 < 0.04 < lines["headers"].rms
    assert lines["topics"].stray < 0.03
    assert lines["topics"].length_counts == "hardly"  # 0.03 nats less by ten times the characters
    assert lines["headers"].length_counts == "yes"
    assert lines["headers"].ends[1] - lines["headers"].ends[0] > 0.4
    assert lines["topics"].ends[1] - lines["topics"].ends[0] < 0.1


def test_a_fresh_seed_lies_within_the_band_of_the_recorded_ones():
    """The 99 % prediction interval of one run, by the scatter of all networks' seeds."""
    frame = recorded()
    frame = frame[frame["done"] == 1]
    *_, (_, (row,)) = other_texts.run(OtherTextsSpec(size=16, tokens=40_960, seed=40))
    groups = frame.groupby(["size", "tokens"])
    for text in ("loss", *TEXTS):
        sd = math.sqrt(float(groups[text].var().mean()))
        mean = float(groups[text].mean()[16, 40_960])
        reach = t.ppf(0.995, 2 * 18) * sd * math.sqrt(1 + 1 / 3)
        if pd.notna(row[text]):
            assert row[text] == pytest.approx(mean, abs=reach), text
        assert reach < 0.12
