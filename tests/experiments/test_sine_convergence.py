"""Convergence check of a sweep: a slope that the optimiser sets is told from one that stays."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from toylab.experiments import sine_results
from toylab.experiments.sine_convergence import check_convergence
from toylab.experiments.sine_study import SineStudy
from toylab.fits.power_law_diagnostics import diagnose

SIZES = 2.0 ** np.arange(2, 7)
STUDY = replace(SineStudy.PRESETS["article"], sweep="width", widths=(4, 64), seeds=8, longer=4)


def checked(gained, scatter=0.3, seed=0, seeds=8):
    """After errors of slope -0.15, seeds' own ratios of slope `gained`, with as much scatter."""
    random = np.random.default_rng(seed)
    errors = SIZES**-0.15 * np.exp(scatter * random.standard_normal((seeds, 5)))
    longer = errors * 0.5 * SIZES**gained * np.exp(scatter * random.standard_normal((seeds, 5)))
    before = diagnose(SIZES, errors, of="width")
    return before, check_convergence(before, SIZES, errors, longer, times=4, of="width")


def test_a_slope_that_changes_with_the_steps_is_no_law_of_the_size():
    before, after = checked(-0.4, scatter=0.1)
    assert (after.kind, after.curve) == ("not converged", None)
    assert after.line == before.line


def test_an_error_that_falls_alike_at_all_sizes_keeps_its_verdict():
    before, after = checked(0.0, scatter=0.1)
    assert (after.kind, after.curve) == (before.kind, before.curve)
    assert after.sentence.startswith(before.sentence)
    assert after.sentence != before.sentence


def test_a_change_too_small_to_matter_is_none_however_sure():
    """A twentieth of the slope, of hardly any scatter."""
    assert checked(-0.0075, scatter=0.001)[1].kind != "not converged"


def test_four_sizes_and_five_seeds_are_needed():
    before, after = checked(-0.4, scatter=0.1, seeds=4)
    assert after is before


@pytest.mark.slow
def test_what_has_converged_is_called_not_converged_in_1_of_100_studies():
    found = sum(checked(0.0, seed=k)[1].kind == "not converged" for k in range(100))
    assert found <= stats.binom.ppf(0.99, 100, 0.01)
    assert sum(checked(-0.4, seed=k)[1].kind == "not converged" for k in range(20)) >= 16


def rows(study, errors):
    """As `sine.run` yields them: an error for every size, seed and number of steps."""
    return [
        {"width": width, "params": 1, "samples": study.samples, "seed": seed, "steps": steps,
         "test_mse": errors(width, steps), "train_mse": 0.0, "flops": float(steps),
         "seconds": 1.0, "device": "cpu", "diverged": False, "curve": [0.0] * 65}
        for steps in (study.steps, 4 * study.steps) for width in study.grid
        for seed in range(study.seeds)
    ]  # fmt: skip


def test_a_study_trains_every_network_twice_and_its_results_keep_the_two_apart():
    plain = replace(STUDY, longer=1)
    assert [spec for spec in STUDY.specs() if spec.steps == STUDY.steps] == plain.specs()
    assert sum(spec.runs for spec in STUDY.specs()) == STUDY.networks == 2 * plain.networks
    steps = [spec.steps for spec in STUDY.specs()]
    assert steps == sorted(steps)
    told = rows(STUDY, lambda width, steps: width ** (-0.15 if steps == STUDY.steps else -0.5))
    found = sine_results.gather(STUDY, told, None)
    alone = sine_results.gather(plain, [row for row in told if row["steps"] == STUDY.steps], None)
    pd.testing.assert_frame_equal(found.points, alone.points)
    assert found.diagnosis.kind == "not converged"
    assert alone.diagnosis.kind != "not converged"
    assert found.longer["error"].to_list() == pytest.approx([w**-0.5 for w in STUDY.grid])


def test_a_run_that_was_stopped_before_the_long_ones_ended_is_judged_without_them():
    told = rows(STUDY, lambda width, _: width**-0.15)[: STUDY.networks // 2 + 3]
    found = sine_results.gather(STUDY, told, None)
    assert found.diagnosis is not None
    assert found.diagnosis.kind != "not converged"
