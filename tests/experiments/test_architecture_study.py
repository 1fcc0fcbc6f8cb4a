"""ArchitectureStudy: the sizes of each design, its rows, and its recorded runs."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.stats import t

from tests.experiments.architecture_runs import rows
from toylab.experiments import architecture_study, charlm
from toylab.experiments.architecture_results import ArchitectureResults
from toylab.experiments.architecture_study import (
    BEST,
    LOWEST,
    NETS,
    RECORDED_STUDIES,
    ArchitectureStudy,
)
from toylab.experiments.charlm_study import NET_STUDIES
from toylab.experiments.languages import recipe
from toylab.fits import isoflop
from toylab.fits.runs import runs_of

torch.set_num_threads(1)  # as in a worker
USUAL = ArchitectureStudy()


@pytest.mark.parametrize("net", NETS)
def test_the_sizes_lie_at_the_bottoms_of_the_recorded_valleys(net):
    """The best size of the fit, an independent study, is within a step of the middle one."""
    known = NET_STUDIES[net]
    runs = runs_of(known.table(known.recorded().rows))
    fit = isoflop.fit(runs, shared=True, within=math.inf)
    for C in known.budgets:
        params, growth = BEST[net]
        assert params * (C / LOWEST) ** growth == pytest.approx(fit.params.at(C).value, rel=0.35)
        middle = NETS[net].sizes(C, 3)[1]
        assert recipe("python", net).params(middle) == pytest.approx(
            fit.params.at(C).value, rel=0.45
        )


@pytest.mark.parametrize("study", [USUAL, *ArchitectureStudy.PRESETS.values()])
def test_every_design_has_each_budget_size_and_seed_once(study):
    runs = [
        (spec.net, spec.optimizer, spec.rate, spec.size, spec.flops, spec.seed + k)
        for spec in study.specs()
        for k in range(spec.runs)
    ]
    assert len(set(runs)) == len(runs) == study.networks
    assert len(runs) == len(study.designs) * len(study.budgets) * study.sizes * study.seeds
    spent = [spec.flops for spec in study.specs()]
    assert spent == sorted(spent)
    assert all(spec.runs == 1 for spec in study.specs() if spec.net == "lstm")


@pytest.mark.parametrize("compare", architecture_study.COMPARISONS)
def test_a_row_finds_its_design_and_its_budget_again(compare):
    study = ArchitectureStudy(compare)
    frame = study.table(rows(study))
    assert len(frame) == study.networks
    for name in study.designs:
        mine = frame[frame["design"] == name]
        assert set(mine["text"]) == {f"def {name}"}
        assert sorted(set(mine["budget"])) == study.budgets
    assert np.abs(np.log(frame["flops"] / frame["budget"])).max() < 0.01


def test_the_untuned_design_is_told_from_the_tuned_one_by_its_rate_alone():
    designs = architecture_study.OPTIMIZERS
    sgd, untuned = (designs[name].spec(16, 1e9) for name in ("sgd", "untuned"))
    assert untuned == replace(sgd, rate=1 / 8)
    assert sgd.lr == 8 * untuned.lr


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"compare": "colours"}, "compare must be one of nets, optimizers, got colours"),
        ({"highest": 2e9}, "highest must be one of 3e9, 1e10, 3e10, 1e11 FLOPs, got 2e"),
        ({"seeds": 1}, "one shows no spread"),
        ({"sizes": 0}, "sizes must be between 1 and 5, got 0"),
    ],
)
def test_settings_that_are_none_are_refused(change, rule):
    with pytest.raises(ValueError, match=rule):
        replace(USUAL, **change)


@pytest.mark.parametrize("name", RECORDED_STUDIES)
def test_a_recorded_study_is_whole_and_says_its_command(name):
    study = RECORDED_STUDIES[name]
    frame = study.table(study.recorded().rows)
    assert len(frame) == study.networks
    assert not frame["diverged"].any()
    assert study.command() in {
        "python -m toylab architecture --preset thorough --seed 1000",
        "python -m toylab architecture --preset optimizers --seeds 5 --seed 1000",
    }


@pytest.mark.parametrize("name", ["ngram", "transformer"])
def test_a_fresh_seed_lies_within_the_band_of_the_recorded_ones(name):
    """At 1e9 FLOPs and the best size: the 99.9 % prediction interval of one more seed."""
    study = RECORDED_STUDIES["nets"]
    known = ArchitectureResults(study, study.table(study.recorded().rows)).at_best
    mine = known[(known["design"] == name) & (known["budget"] == LOWEST)]
    n, sd = len(mine), mine["loss"].std(ddof=1)
    reach = t.ppf(0.9995, n - 1) * sd * math.sqrt(1 + 1 / n)
    *_, (_, (row,)) = charlm.run(NETS[name].spec(int(mine["size"].iloc[0]), LOWEST))
    assert row["loss"] == pytest.approx(mine["loss"].mean(), abs=reach)
    assert reach < 0.25


def test_optimizers_are_compared_where_their_rates_were_tuned_the_best_size_first():
    study = ArchitectureStudy.PRESETS["optimizers"]
    for C, size in zip(study.budgets, (16, 24, 48, 80), strict=True):
        for design in study.designs.values():
            assert design.sizes(C, 1) == [size]
            assert size in design.sizes(C, 3)
            assert len(design.sizes(C, 3)) == 3
