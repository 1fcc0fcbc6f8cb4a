"""Results of the tasks: on exams that were made up, on the recorded ones, and on fresh seeds."""

import math

import numpy as np
import pandas as pd
import pytest
import torch

from tests.experiments.task_rows import STUDY, addition, copy_results, row
from toylab.experiments import tasks
from toylab.experiments.task_results import AdditionResults, CopyResults, Threshold
from toylab.experiments.task_studies import STUDIES, AdditionStudy, CopyStudy
from toylab.experiments.tasks import EXAM
from toylab.fits.plateau import Plateau

torch.set_num_threads(1)  # as in a worker


def test_a_table_has_its_exams_by_size_and_seed_and_its_missing_columns():
    frame = STUDY.table([row(5, 1, 0.5), row(4, 0, 0.1), row(5, 0, 0.4)])
    assert list(zip(frame["width"], frame["seed"], strict=True)) == [(4, 0), (5, 0), (5, 1)]
    assert frame["params"].tolist() == [424, 590, 590]
    assert set(frame["device"]) == {"cpu"}
    assert not frame["diverged"].any()
    assert STUDY.sizes == [424, 590, 780]


def test_a_threshold_is_the_first_size_of_each_seed_with_half_of_the_answers():
    found = copy_results(
        row(4, 0, 0.2), row(5, 0, 0.96), row(6, 0, 0.5),  # it comes, and goes
        row(4, 1, 0.2), row(5, 1, 0.93), row(6, 1, 0.99),
    )  # fmt: skip
    assert 0.96**12 > 0.5 > 0.93**12
    assert found.threshold(12) == Threshold((590.0, 780.0))
    assert found.threshold(12).median == 590  # a size that was trained, not 685 between two
    assert found.threshold(12).low == 590
    assert found.threshold(1).seeds == (590.0, 590.0)


def test_a_seed_that_never_has_half_has_no_threshold():
    found = copy_results(row(4, 0, 0.2), row(4, 1, 0.3), row(4, 2, 0.99))
    assert found.threshold(12).seeds == (424.0, math.inf, math.inf)
    assert found.threshold(12).median == found.threshold(12).high == math.inf
    three = copy_results(row(4, 0, 0.99), row(5, 1, 0.99), row(6, 2, 0.99)).threshold(12)
    assert (three.low, three.median, three.high) == (424, 590, 780)
    assert copy_results().threshold(3).median == math.inf


def test_means_have_the_lowest_and_the_highest_seed():
    table = (
        copy_results(row(4, 0, 0.5), row(4, 1, 0.7), row(6, 0, 1.0)).means(2).set_index("params")
    )
    assert table.loc[424, "seeds"] == 2
    assert table.loc[424, "accuracy"] == pytest.approx(0.6)
    assert table.loc[424, ["exact", "exact_low", "exact_high"]].tolist() == pytest.approx(
        [(0.25 + 0.49) / 2, 0.25, 0.49]
    )


def test_a_run_without_a_finite_loss_has_nothing_right():
    found = copy_results(row(4, 0, 0.5, loss=math.nan, diverged=True), row(4, 1, 0.7))
    assert found.seeds(2)["exact"].tolist() == pytest.approx([0, 0.49])
    assert found.means(2)["accuracy"].tolist() == pytest.approx([0.35])
    assert found.means(2)[["loss", "diverged"]].to_dict("records") == [{"loss": 1, "diverged": 1}]


def test_independent_errors_agree_with_the_power_and_others_do_not():
    together = [0.9] * 12
    table = copy_results(row(4, 0, 0.9), row(4, 1, 0.9, together)).independence(12)
    assert table["agrees"].tolist() == [True, False]
    assert table["expected"].tolist() == pytest.approx([0.9**12] * 2)


def test_places_that_are_not_equally_hard_are_told_from_errors_that_come_together():
    places = {f"right_{k}": 0.5 if k == 12 else 1.0 for k in range(1, 13)}
    harder = row(4, 0, 11.5 / 12, [0.5] * 12, **places)
    table = copy_results(harder, row(4, 1, 0.9, [0.9] * 12)).independence(12)
    assert table["agrees"].tolist() == [False, False]
    assert table["by_place"].tolist() == pytest.approx([0.5, 0.9**12])
    assert table["places"].tolist() == [True, False]
    assert copy_results(harder).independence(2)["by_place"].tolist() == pytest.approx([10.5 / 11])
    assert not copy_results(row(4, 0, 0.9)).independence(12)["places"].any()  # p^k does already


def test_the_middle_seed_is_the_middle_one_to_add_and_of_two_the_earlier():
    tables = {3: [0.1, 0.1, 0.9], 4: [0.1, 0.9, 0.9], 5: [0.1, 0.1, 0.1]}  # never at the last
    parts = [addition(tens).trained.assign(seed=seed) for seed, tens in tables.items()]
    study = addition(tables[3]).study
    middle = [AdditionResults(study, pd.concat(parts[:many])).middle_seed for many in (1, 2, 3)]
    assert middle == [3, 4, 3]


def test_the_mean_of_powers_is_more_than_the_power_of_the_mean():
    """Jensen: seed by seed p^k holds, and for the means it does not."""
    found = copy_results(row(4, 0, 0.99), row(4, 1, 0.4))
    assert found.independence(12)["agrees"].all()
    (mean,) = found.means(12).to_dict("records")
    assert mean["exact"] > 10 * mean["accuracy"] ** 12


@pytest.mark.parametrize(
    ("kind", "wrong", "sentence"),
    [
        (CopyStudy, {"seeds": 0}, "seeds must be between 1 and 100, got 0"),
        (CopyStudy, {"widths": (8, 4)}, r"widths must be two numbers, .*, got \(8, 4\)"),
        (CopyStudy, {"widths": (13, 15)}, r"with one of 2, 3, .* between, got \(13, 15\)"),
        (AdditionStudy, {"seeds": 101}, "seeds must be between 1 and 100, got 101"),
    ],
)
def test_a_study_refuses_what_it_cannot_train(kind, wrong, sentence):
    with pytest.raises(ValueError, match=sentence):
        kind(**wrong)


def test_the_seeds_of_a_study_are_all_trained_once():
    for study in (CopyStudy(widths=(4, 4), seeds=11, seed=3), AdditionStudy(seeds=5)):
        seeds = [s for spec in study.specs() for s in range(spec.seed, spec.seed + spec.runs)]
        assert sorted(seeds) == list(range(study.seed, study.seed + study.seeds))


# --- Recorded ---------------------------------------------------------------------------------

KINDS = (CopyResults, CopyResults, AdditionResults)
COPIED, LONGER, ADDED = (
    kind(study, study.table(study.recorded().rows))
    for kind, study in zip(KINDS, STUDIES.values(), strict=True)
)


def band(values):
    """Where one more seed falls, 99.9 of 100 times, of values about normal."""
    from scipy.stats import t

    x = np.asarray(values)
    wide = t.ppf(0.9995, len(x) - 1) * x.std(ddof=1) * math.sqrt(1 + 1 / len(x))
    return x.mean() - wide, x.mean() + wide


@pytest.mark.parametrize("width", [4, 8])
def test_fresh_seeds_of_copying_fall_among_the_recorded_ones(width):
    study = CopyStudy(widths=(width, width), seeds=2, seed=7)
    rows = [row for spec in study.specs() for row in list(tasks.run(spec))[-1][1]]
    fresh, known = (frame[frame["width"] == width] for frame in (study.table(rows), COPIED.trained))
    low, high = band(np.log(known["loss"]))
    assert fresh["loss"].map(math.log).between(low, high).all()
    low, high = band(known["accuracy"])
    assert fresh["accuracy"].between(low - 1 / EXAM, high + 1 / EXAM).all()


def test_the_recorded_threshold_is_where_rehearsals_had_it_and_moves_with_the_steps():
    assert COPIED.threshold(12).median == 780
    assert LONGER.threshold(12).median == 590
    one, twelve = COPIED.threshold(1), COPIED.threshold(12)
    assert (one.low, one.high) == (590, 780)
    assert (twelve.low, twelve.high) == (780, 994)


def test_the_recorded_loss_has_a_plateau_after_300_steps_and_after_1000_one_flat_size_only():
    loss = COPIED.means(12).set_index("params")["loss"]
    fall = pytest.approx(loss[590] - loss[780])
    assert COPIED.plateau == Plateau(282, 590, 780, fall)
    assert COPIED.plateau.fall == pytest.approx(1.1, abs=0.05)
    assert LONGER.plateau is None


@pytest.mark.parametrize(
    ("found", "told", "agree", "places"), [(COPIED, 12, 10, 1), (LONGER, 4, 3, 0)]
)
def test_where_the_exam_can_tell_most_recorded_networks_err_independently(
    found, told, agree, places
):
    table = found.independence(12)
    table = table[table["informative"]]
    counts = len(table), int(table["agrees"].sum()), int(table["places"].sum())
    assert counts == (told, agree, places)
    assert (table["exact"] - table["expected"]).abs().max() < 0.1


def test_each_places_own_accuracy_explains_recorded_rows_to_two_points():
    for symbols in (2, 4, 8, 12):
        table = COPIED.independence(symbols)
        assert (table["exact"] - table["by_place"]).abs().max() < 0.02


def test_recorded_sums_are_right_less_often_than_independent_digits_would_be():
    table = ADDED.independence
    assert (table["exact"] - table["expected"] <= table["tolerance"]).mean() > 0.97
    assert (table["exact"] < table["expected"] - table["tolerance"]).mean() > 0.3
    ended = ADDED.seeds()[lambda f: f["step"] == f["step"].max()]
    assert (ended["exact"] > 0.5).mean() > 0.7


def test_the_recorded_exams_are_those_of_the_studies():
    for found in (COPIED, LONGER):
        assert len(found.trained) == len(found.study.grid) * found.study.seeds
    assert len(ADDED.trained) == ADDED.study.looks * ADDED.study.seeds
    for found in (COPIED, LONGER, ADDED):
        assert set(found.trained["seed"]) == set(range(1000, 1012))
        assert found.study.device == "cpu"
