"""How far repeats differ: the band that one more should lie in, and one more that does."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toylab.data import recorded as runs
from toylab.experiments import charlm, charlm_repeats, corpus
from toylab.experiments.charlm_study import REPEATED, USUAL, CharlmStudy
from toylab.fits import isoflop
from toylab.fits.runs import make_runs

PYTHON, SYNTHETIC = CharlmStudy.PRESETS[USUAL], CharlmStudy.PRESETS["synthetic-half-minute"]
values = st.lists(st.floats(-100, 100), min_size=2, max_size=20)


# --- The band of one more ---------------------------------------------------------------------


def test_the_expected_value_of_ten_repeats_is_the_textbooks():
    """Mean 4.5, sd sqrt(82.5 / 9); t of 9 degrees of freedom is 2.262157 at 97.5 %."""
    found = charlm_repeats.expected(range(10))
    reach = 2.262157 * math.sqrt(82.5 / 9) * math.sqrt(1.1)
    assert found.value == 4.5
    assert (found.low, found.high) == pytest.approx((4.5 - reach, 4.5 + reach), rel=1e-6)


def test_two_repeats_say_how_little_they_know():
    """t of 1 degree of freedom is 12.7062; the sd of 0 and 1 is sqrt(1/2)."""
    found = charlm_repeats.expected([0.0, 1.0])
    assert found.high - found.value == pytest.approx(12.7062 * math.sqrt(0.5 * 1.5), rel=1e-5)


@pytest.mark.parametrize("many", [3, 10])
def test_one_more_draw_lies_in_the_band_95_times_in_100(many):
    """Of 4000 simulated sets; the share is good to 0.34 %, a confidence band has 45 %."""
    draws = 7 + 3 * np.random.default_rng(0).standard_normal((4000, many + 1))
    bands = [charlm_repeats.expected(known) for known in draws[:, :-1]]
    inside = [one.low <= more <= one.high for one, more in zip(bands, draws[:, -1], strict=True)]
    assert np.mean(inside) == pytest.approx(0.95, abs=3 * math.sqrt(0.95 * 0.05 / 4000))


@given(values, st.floats(0.1, 10), st.floats(-100, 100))
def test_the_band_moves_and_stretches_with_its_values(known, scale, shift):
    one = charlm_repeats.expected(known)
    other = charlm_repeats.expected(scale * np.array(known) + shift)
    for name in ("value", "low", "high"):
        there = scale * getattr(one, name) + shift
        assert getattr(other, name) == pytest.approx(there, rel=1e-6, abs=1e-6)


def test_repeats_share_no_seed():
    """The first seeds are further apart than any plan has seeds."""
    seeds = charlm_repeats.seeds()
    assert len(seeds) == len(set(seeds)) == 10
    used = [
        {seed for spec in replace(known, seed=first).specs()
         for seed in range(spec.seed, spec.seed + spec.runs)}
        for known in [max(REPEATED, key=lambda known: known.seeds)]
        for first in (known.seed, *seeds)
    ]  # fmt: skip
    assert len(set.union(*used)) == sum(map(len, used))


# --- What a repeat says -----------------------------------------------------------------------


def formula(asked, a, k):
    """Rows of a plan whose valleys are parabolas with their bottoms at k C^a."""
    rows = []
    for spec in asked.specs():
        for seed in range(spec.seed, spec.seed + spec.runs):
            off = math.log(spec.params) - math.log(k) - a * math.log(spec.flops)
            rows.append({
                "language": asked.language, "size": spec.size, "params": spec.params,
                "tokens": spec.tokens, "flops": spec.flops,
                "loss": 40 * spec.flops**-0.13 * math.exp(0.05 * off**2),
                "seed": seed, "batch": spec.batch, "steps": spec.steps, "seconds": 0.1,
                "text": "",
            })  # fmt: skip
    return CharlmStudy().table(rows)


@pytest.mark.parametrize("a", [0.44, 0.5, 0.53])
def test_an_outcome_recovers_the_exponent_and_the_best_size_of_a_formula(a):
    k = 22 * 226 / 1e9**a  # where the grid is centred
    found = charlm_repeats.outcome(replace(PYTHON, seed=1300), formula(PYTHON, a, k))
    assert (found["plan"], found["language"], found["seed"]) == (USUAL, "python", 1300)
    assert found["exponent"] == pytest.approx(a, abs=1e-9)
    assert found["params"] == pytest.approx(k * 3e10**a, rel=1e-9)
    # whole batches: tokens are good to half of one in a hundred
    assert found["tokens"] == pytest.approx(3e10 / 6 / found["params"], rel=0.005)


def recorded(path, monkeypatch, rows):
    """A table of repeats in the recorded one's place."""
    runs.write(path / "repeats.csv", pd.DataFrame(rows), "a test")
    monkeypatch.setattr(charlm_repeats, "RECORDED", path / "repeats.csv")


def outcomes(name, language, exponents, params):
    return [
        {"plan": name, "language": language, "seed": k, "exponent": a, "params": N, "tokens": N}
        for k, (a, N) in enumerate(zip(exponents, params, strict=True))
    ]


def test_the_band_is_of_its_own_plans_repeats_whatever_the_seed_and_device(tmp_path, monkeypatch):
    mine = outcomes(USUAL, "python", [0.50, 0.52, 0.48, 0.51], [20e3, 22e3, 19e3, 21e3])
    others = outcomes(USUAL, "synthetic", [0.1, 0.2, 0.3], [1e9] * 3)
    others += outcomes("thorough", "python", [0.9, 0.8, 0.7], [1e9] * 3)
    recorded(tmp_path, monkeypatch, [*others[:2], *mine, *others[2:]])
    found = charlm_repeats.band(replace(PYTHON, seed=77, device="cuda"))
    assert found.repeats == 4
    assert found.exponent == charlm_repeats.expected([0.50, 0.52, 0.48, 0.51])
    middle = (20e3 * 22e3 * 19e3 * 21e3) ** 0.25
    assert found.params.value == pytest.approx(middle)  # a geometric mean: sizes are ratios
    assert found.params.high / middle == pytest.approx(middle / found.params.low)
    assert found.params.low < 19e3 < 22e3 < found.params.high


def test_a_plan_that_was_not_repeated_has_no_band(tmp_path, monkeypatch):
    rows = outcomes(USUAL, "python", [0.5, 0.6, 0.7], [1e4] * 3)
    rows += outcomes("thorough", "python", [0.5, 0.6], [1e4] * 2)
    recorded(tmp_path, monkeypatch, rows)
    assert charlm_repeats.band(PYTHON).repeats == 3
    assert charlm_repeats.band(replace(PYTHON, rate=2.0)) is None
    assert charlm_repeats.band(CharlmStudy(highest=1e12)) is None
    assert charlm_repeats.band(CharlmStudy.PRESETS["thorough"]) is None  # too few
    assert charlm_repeats.band(SYNTHETIC) is None


def test_repeats_of_another_librarys_text_are_known_as_such(tmp_path, monkeypatch):
    rows = outcomes(USUAL, "python", [0.5, 0.6, 0.7], [1e4] * 3)
    for name, made in (("mine", corpus.load().digest), ("other", "00000000")):
        path = tmp_path / f"{name}.csv"
        runs.write(path, pd.DataFrame(rows), f"a test, text {made}, torch 2")
        monkeypatch.setattr(charlm_repeats, "RECORDED", path)
        assert charlm_repeats.same_text() is (name == "mine")


# --- What was recorded ------------------------------------------------------------------------


def test_every_repeated_plan_is_recorded_ten_times():
    found = runs.read(charlm_repeats.RECORDED)
    seen = found.frame[["language", "plan", "seed"]].itertuples(index=False, name=None)
    names = [(known.language, known.preset) for known in REPEATED]
    assert sorted(seen) == sorted(
        (*name, seed) for name in names for seed in charlm_repeats.seeds()
    )
    assert found.made.startswith("python -m toylab record")


@pytest.mark.parametrize("known", REPEATED, ids=lambda k: f"{k.language} {k.preset}")
def test_recorded_repeats_agree_on_the_exponent_to_a_few_hundredths(known):
    """Chinchilla's exponent has 0.46 to 0.54 (Hoffmann et al. 2022, table 2)."""
    found = charlm_repeats.band(known)
    assert found.repeats == 10
    assert 0.3 < found.exponent.low < found.exponent.high < 0.7
    assert found.exponent.high - found.exponent.low < 0.25
    sizes = np.array([known.recipe.params(known.recipe.sizes[k]) for k in (0, -1)])
    assert sizes[0] < found.params.low < found.params.high < sizes[1]


@pytest.mark.slow
def test_a_plan_trained_from_fresh_seeds_has_a_bottom_at_every_budget_and_is_in_the_band():
    known = CharlmStudy.PRESETS["ten-seconds"]
    fresh = replace(known, seed=40_000)
    assert fresh.seed not in range(
        charlm_repeats.seeds()[0], charlm_repeats.seeds()[-1] + charlm_repeats.APART
    )
    rows = [row for spec in fresh.specs() for row in list(charlm.run(spec))[-1][1]]
    frame = CharlmStudy().table(rows)
    assert len(frame) == sum(spec.runs for spec in fresh.specs())
    trained = make_runs(frame["params"], frame["tokens"], frame["loss"], frame["flops"])
    found = isoflop.fit(trained)
    assert len(found.valleys) == len(fresh.budgets)
    assert [valley.warning for valley in found.valleys if valley.warning] == []
    assert all(valley.interior for valley in found.valleys)
    band = charlm_repeats.band(known)
    exponent = charlm_repeats.outcome(fresh, frame)["exponent"]
    alike = isoflop.fit(trained, shared=True, within=np.inf)
    assert exponent == alike.params.exponent.value
    assert band.exponent.low < exponent < band.exponent.high
