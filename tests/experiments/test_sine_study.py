"""Which runs a study is made of, how a command line repeats it, and what was recorded."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from toylab import devices
from toylab.experiments import sine, sine_study
from toylab.experiments.sine_study import SWEEPS, SineStudy

PRESETS = SineStudy.PRESETS

torch.set_num_threads(1)  # as in a worker

pairs = st.tuples(st.integers(1, 512), st.integers(1, 512)).map(lambda pair: tuple(sorted(pair)))
positive = st.integers(1, 3000)
studies = st.builds(
    SineStudy,
    sweep=st.sampled_from(sorted(SWEEPS)),
    width=st.integers(1, 512),
    samples=positive,
    widths=pairs,
    sizes=pairs,
    steps=positive,
    lr=st.floats(1e-6, 100),
    schedule=st.sampled_from(sorted(sine.SCHEDULES)),
    noise=st.floats(0, 100),
    target=st.sampled_from(sorted(sine.TARGETS)),
    frequency=positive,
    seed=st.integers(0, 10**6),
    seeds=st.integers(1, 50),
    score=st.sampled_from(sorted(sine_study.SCORES)),
    device=st.sampled_from(sorted(devices.KINDS)),
)
either = pytest.mark.parametrize("kind", SWEEPS)
presets = pytest.mark.parametrize("name", PRESETS)


def row(size, seed, error, diverged=False):
    """As `sine.run` yields it."""
    return {
        "width": 8, "params": 97, "samples": size, "seed": seed, "steps": 1, "test_mse": error,
        "train_mse": error, "flops": 1.0, "seconds": 1.0, "device": "cpu", "diverged": diverged,
        "curve": [0.0] * 65,
    }  # fmt: skip


@given(studies)
def test_the_grid_doubles_from_the_smallest_to_the_largest(study):
    low, high = study.sizes if study.sweep == "data" else study.widths
    assert study.grid[0] == low
    assert study.grid[-1] <= high < 2 * study.grid[-1]
    assert all(b == 2 * a for a, b in zip(study.grid, study.grid[1:], strict=False))


@given(studies)
@settings(deadline=None)
def test_specs_train_every_size_from_every_seed_once_and_nothing_else(study):
    specs, (held, value) = study.specs(), ("width", study.width)
    if study.sweep == "width":
        held, value = "samples", study.samples
    trained = [
        (getattr(spec, SWEEPS[study.sweep]), seed)
        for spec in specs
        for seed in range(spec.seed, spec.seed + spec.runs)
    ]
    seeds = range(study.seed, study.seed + study.seeds)
    assert sorted(trained) == [(size, seed) for size in study.grid for seed in seeds]
    shared = ("steps", "lr", "schedule", "noise", "target", "frequency", "device")
    for spec in specs:
        assert getattr(spec, held) == value
        assert all(getattr(spec, name) == getattr(study, name) for name in shared)


@given(studies)
@settings(deadline=None)
def test_the_first_seeds_of_every_size_come_first_and_the_longest_of_them_before(study):
    specs = study.specs()
    first = specs[: len(study.grid)]
    assert {getattr(spec, SWEEPS[study.sweep]) for spec in first} == set(study.grid)
    assert [spec.cost for spec in first] == sorted((s.cost for s in first), reverse=True)
    assert [spec.seed for spec in specs] == sorted(spec.seed for spec in specs)


@presets
def test_a_presets_command_names_it_and_nothing_more(name):
    assert PRESETS[name].command() == f"python -m toylab sine --preset {name}"


def test_fresh_noisy_labels_add_the_noises_variance_to_the_error():
    study = SineStudy(sizes=(8, 16), noise=0.3, seeds=1)
    rows = [row(16, 0, 0.02), row(8, 0, 0.05)]
    clean, labels = (replace(study, score=s).table(rows) for s in ("clean", "labels"))
    assert clean["samples"].tolist() == [8, 16]
    assert clean["error"].tolist() == [0.05, 0.02]
    assert labels["error"].tolist() == pytest.approx([0.05 + 0.09, 0.02 + 0.09])
    assert labels["test_mse"].tolist() == clean["test_mse"].tolist()


def test_a_diverged_run_is_in_the_table_without_an_error():
    frame = SineStudy().table([row(8, 1, 3e9, diverged=True), row(8, 0, 0.5)])
    assert frame["diverged"].tolist() == [False, True]
    assert frame["error"].isna().tolist() == [False, True]
    assert frame["test_mse"].tolist() == [0.5, 3e9]


def test_a_table_without_rows_has_the_columns_and_types_of_one_with_rows():
    empty, full = SineStudy().table([]), SineStudy().table([row(8, 0, 0.5)])
    assert empty.empty
    pd.testing.assert_series_equal(
        empty.dtypes.drop("curve"), full.dtypes.drop("curve"), check_names=False
    )


@either
@presets
def test_a_preset_is_known_in_both_sweeps_and_a_changed_one_is_not(name, kind):
    study = replace(PRESETS[name], sweep=kind)
    assert replace(study, seed=7, seeds=3, device="cuda").preset == name
    assert replace(study, lr=0.02).preset is None
    assert replace(study, lr=0.02).recorded() is None
    assert replace(study, seeds=study.seeds + 1).recorded() is None


@either
@presets
def test_both_sweeps_of_every_preset_are_recorded_whole(name, kind):
    study = replace(PRESETS[name], sweep=kind)
    found = study.recorded()
    frame = study.table(found.rows)
    held = "width" if kind == "data" else "samples"
    seeds = range(study.seed, study.seed + study.seeds)
    pairs = frame[[SWEEPS[kind], "seed"]].itertuples(index=False, name=None)
    assert list(pairs) == [(size, seed) for size in study.grid for seed in seeds]
    assert set(frame[held]) == {getattr(study, held)}
    assert set(frame["steps"]) == {study.steps}
    assert found.made.startswith("python -m toylab record")


@pytest.mark.slow
def test_training_a_recorded_stack_again_gives_what_was_recorded():
    """From the same draws; 1e-6 more or less in every weight is 1e-4 in these errors."""
    study = PRESETS["noise"]
    spec = next(spec for spec in study.specs() if spec.samples == 64)
    *_, (_, rows) = sine.run(spec)
    before = study.table(study.recorded().rows).query("samples == 64")
    kept = before[before["seed"].between(spec.seed, spec.seed + spec.runs - 1)]
    errors = [row["test_mse"] for row in rows]
    assert len(errors) == spec.runs > 2
    np.testing.assert_allclose(errors, kept["test_mse"], rtol=0.02)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"sweep": "depth"}, "sweep must be one of data, width, got depth"),
        ({"score": "train"}, "score must be one of clean, labels, got train"),
        ({"widths": (0, 8)}, "widths must run from 1 or more upwards, got 0 to 8"),
        ({"sizes": (64, 32)}, "sizes must run from 1 or more upwards, got 64 to 32"),
        ({"seeds": 0}, "seeds must be at least 1, got 0"),
    ],
)
def test_a_wrong_argument_is_refused_with_the_rule_and_the_value(wrong, sentence):
    with pytest.raises(ValueError, match=f"^{sentence}$"):
        SineStudy(**wrong)


def test_sizes_beyond_memory_are_refused_before_anything_is_trained():
    with pytest.raises(ValueError, match=r"GB of memory; the limit is 2 GB$"):
        SineStudy(sizes=(64, 2**30)).specs()


@pytest.mark.parametrize(
    ("study", "words"),
    [
        (PRESETS["article"], ["sin x", "no noise", "width 64", "500 steps", "20 seeds"]),
        (replace(PRESETS["noise"], sweep="width"), ["noise 0.3", "512 samples", "cosine"]),
        (SineStudy(target="fourier", frequency=3), ["a Fourier sum"]),
        (SineStudy(frequency=3), ["sin 3x"]),
    ],
)
def test_the_settings_are_described_in_a_line(study, words):
    assert [word for word in words if word not in study.describe()] == []


@pytest.mark.parametrize("ends", [(64,), (), (64, 128, 256)])
def test_a_range_that_is_no_pair_is_refused_in_a_sentence(ends):
    with pytest.raises(ValueError, match="sizes must be two numbers, from and to"):
        SineStudy(sizes=ends)
