"""One made-up study for each kind of verdict, with its numbers; and what was recorded."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toylab.experiments import sine_results, sine_study
from toylab.fits.floored import floored
from toylab.fits.power_law import line
from toylab.fits.power_law_diagnostics import diagnose
from toylab.fits.seed_medians import sample

SIZES = 2.0 ** np.arange(5, 12)  # 32 to 2048
FALLING = SIZES**-1.0
BENDING = np.where(SIZES <= 256, SIZES**-0.5, 16 * SIZES**-1.0)  # slopes -0.5 and -1
SPREAD = np.exp(0.1 * np.random.default_rng(0).standard_normal((12, len(SIZES))))
KINDS = {
    "no slope": np.ones(7),
    "one point": np.where(SIZES == 32, 5.0, 1.0),
    "floor": 0.01 + FALLING,
    "bend": BENDING,
    "rise": SIZES**0.5,
    "power law": FALLING,
}


def numbers(sentence):
    said = sentence.replace("\N{MINUS SIGN}", "-").replace("95 %: ", "")
    return [float(n) for n in re.findall(r"-?\d+\.?\d*", said)]


def recorded_findings(name, kind):
    study = replace(sine_study.SineStudy.PRESETS[name], sweep=kind)
    return sine_results.gather(study, study.recorded().rows, None)


def recorded(name, kind):
    return recorded_findings(name, kind).diagnosis


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_fall_is_told_apart(kind):
    verdict = diagnose(SIZES, KINDS[kind] * SPREAD)
    assert verdict.kind == kind
    assert (verdict.curve is None) == (kind not in {"floor", "power law"})


@pytest.mark.parametrize("kind", KINDS)
def test_a_verdict_as_json_has_the_same_numbers(kind):
    verdict = diagnose(SIZES, KINDS[kind] * SPREAD)
    told = json.loads(json.dumps(verdict.numbers, allow_nan=False))
    assert (told["kind"], told["sentence"]) == (kind, verdict.sentence)
    assert told["line"]["slope"] == vars(verdict.line.slope)
    assert told["floor"] == (vars(verdict.curve.E) if kind == "floor" else None)


@pytest.mark.parametrize(("seeds", "sizes"), [(4, 7), (12, 3), (2, 2)])
def test_too_little_is_not_judged(seeds, sizes):
    verdict = diagnose(SIZES[:sizes], (FALLING * SPREAD)[:seeds, :sizes])
    assert verdict.kind == "too little"
    assert numbers(verdict.sentence) == ([sizes, 4] if sizes < 4 else [seeds, 5])


def test_a_power_law_tells_its_slope_its_interval_and_what_it_could_hide():
    verdict = diagnose(SIZES, FALLING * SPREAD, of="samples")
    slope, hidden = verdict.line.slope, verdict.hidden
    said = [round(n, 2) for n in (slope.value, slope.low, slope.high)]
    assert numbers(verdict.sentence) == [
        *said,
        12,
        round(100 * hidden.floor),
        round(hidden.change, 2),
    ]
    assert slope.low <= -1 <= slope.high
    assert 0 < hidden.floor < 2 / 3
    assert 0 < hidden.change < 0.5
    assert verdict.curve is verdict.line


def test_four_sizes_are_never_a_power_law_as_an_s_may_hide_in_them():
    verdict = diagnose(SIZES[:4], (FALLING * SPREAD)[:, :4])
    assert verdict.kind == "unclear"
    assert verdict.wanted.seeds is None
    assert verdict.wanted.sizes > 4


def test_medians_that_are_all_equal_are_judged_too():
    ties = np.where(np.arange(9)[:, None] < 4, 0.5, np.where(np.arange(9)[:, None] == 4, 1.0, 2.0))
    assert diagnose(SIZES, np.tile(ties, 7)).kind in {"unclear", "no slope"}


def test_a_rise_tells_its_slope():
    slope, low, high = numbers(diagnose(SIZES, KINDS["rise"] * SPREAD).sentence)
    assert 0 < low <= 0.5 <= high
    assert low <= slope <= high


def test_a_fall_whose_end_is_lost_in_noise_is_left_open_and_asks_for_more():
    """Half a slope is not to be told from none if the largest size is uncertain."""
    verdict = diagnose(SIZES, FALLING * SPREAD ** np.where(SIZES < 2048, 1, 20))
    assert (verdict.kind, verdict.curve) == ("unclear", None)
    assert verdict.wanted.seeds > 12
    assert verdict.wanted.seeds in numbers(verdict.sentence.replace(",", ""))


def test_noise_is_left_open_and_a_slope_of_zero_needs_a_narrow_interval():
    verdict = diagnose(SIZES, SPREAD**3)
    _, low, high, *_ = numbers(verdict.sentence)
    assert verdict.kind == "unclear"
    assert low < 0 < high
    _, low, high, factor = numbers(diagnose(SIZES, SPREAD).sentence)
    assert low < 0 < high
    assert max(-low, high) * np.log(64) < np.log(factor)


def test_one_point_is_named_and_the_slope_without_it_is_polyfits():
    errors = KINDS["one point"] * SPREAD
    verdict, medians = diagnose(SIZES, errors, of="width"), np.median(np.log(errors), axis=0)
    whole, rest = (np.polyfit(np.log(SIZES[k:]), medians[k:], 1)[0] for k in (0, 1))
    assert numbers(verdict.sentence) == [32, round(rest, 2), round(whole, 2)]
    assert "Without width = 32" in verdict.sentence


@pytest.mark.parametrize(("left", "carried"), [(0.15, True), (0.5, False)])
def test_a_point_carries_the_slope_if_less_than_a_quarter_is_left_without_it(left, carried):
    """The others fall with a share of the slope; the first is too high for the rest of it."""
    x = np.log(SIZES)
    others = -left * x
    high = (1 - left) * ((x - x.mean()) ** 2).sum() / (x.mean() - x[0])
    verdict = diagnose(SIZES, np.exp(others + high * (x == x[0])) * SPREAD ** (1 / 5))
    assert verdict.line.slope.value == pytest.approx(-1, abs=0.05)
    assert (verdict.kind == "one point") == carried


def test_a_floor_is_drawn_and_told_with_its_interval():
    data = sample(SIZES, KINDS["floor"] * SPREAD)
    verdict = diagnose(SIZES, KINDS["floor"] * SPREAD)
    E, low, high, last, *_ = numbers(verdict.sentence)
    assert low <= 0.01 <= high < 2 * low
    assert float(f"{floored(data).E.value:.3g}") == E
    assert last == 4
    assert numbers(verdict.sentence)[-3] == round(line(data).slope.value, 2)
    np.testing.assert_allclose(verdict.curve(SIZES), KINDS["floor"], rtol=0.15)


def test_a_bend_tells_the_slopes_on_both_sides():
    sizes, head, last, tail, low, high = numbers(diagnose(SIZES, BENDING * SPREAD).sentence)
    assert (sizes, last) == (4, 4)
    assert head == pytest.approx(-0.5, abs=0.1)
    assert low <= -1 <= high
    assert low <= tail <= high


@pytest.mark.slow
@given(
    st.sampled_from(sorted(KINDS)),
    st.floats(1e-6, 1e6),
    st.floats(0.1, 100),
    st.permutations(range(len(SIZES))),
)
@settings(deadline=None, max_examples=10)
def test_the_verdict_does_not_depend_on_units_or_order(kind, unit, size_unit, order):
    errors = unit * KINDS[kind] * SPREAD
    assert diagnose(size_unit * SIZES[order], errors[:, order]).kind == kind


@pytest.mark.parametrize(
    "logs",
    [
        [0, 0, 0, 0, -3, -3, -3],
        [0, -0.1, -0.5, -2, -3.5, -3.9, -4],
        [0, -2, -3, -3.3, -3, -2, -1],
    ],
    ids=["cliff", "sigmoid", "valley"],
)
def test_what_is_no_line_is_not_called_one(logs):
    assert diagnose(SIZES, np.exp(logs) * SPREAD).kind in {
        "bend",
        "floor",
        "unclear",
        "no slope",
        "one point",
    }


@pytest.mark.parametrize(
    ("scatter", "noise", "kind"),
    [(0.1, 0.01, "power law"), (0.2, 0.01, "bend"), (0.2, 1.0, "unclear")],
    ids=["near the line", "surely off it", "off it, perhaps by chance"],
)
def test_points_lie_astray_if_far_from_the_line_and_far_for_their_errors(scatter, noise, kind):
    """The scatter tilts neither half, and the noise leaves the medians where they are."""
    off = scatter * np.array([-1, 2, -1, 0, 1, -2, 1])
    draws = noise * np.random.default_rng(0).standard_normal((12, len(SIZES)))
    verdict = diagnose(SIZES, FALLING * np.exp(off + draws - np.median(draws, axis=0)))
    assert verdict.kind == kind
    assert verdict.line.slope.value == pytest.approx(-1)
    assert verdict.line.r2 > 0.95  # so that it is not the variance explained that tells


@pytest.mark.parametrize("name", sine_study.SineStudy.PRESETS)
def test_the_order_of_the_seeds_does_not_matter(name):
    found = recorded_findings(name, "data")
    errors = found.runs.pivot(index="seed", columns="samples", values="error")
    shuffled = errors.sample(frac=1, random_state=1)
    assert diagnose(errors.columns, shuffled) == diagnose(errors.columns, errors)


@pytest.mark.slow
def test_the_article_is_hardly_ever_called_a_power_law_by_fewer_seeds():
    """Subsets of the recorded seeds: an honest verdict must not hang on which were drawn."""
    found, rng = recorded_findings("article", "data"), np.random.default_rng(0)
    errors = found.runs.pivot(index="seed", columns="samples", values="error").to_numpy()
    picks = [rng.permutation(len(errors))[:8] for _ in range(30)]
    kinds = [diagnose(found.study.grid, errors[pick]).kind for pick in picks]
    assert kinds.count("power law") <= 2


def test_with_noise_more_data_is_a_power_law_as_published():
    """The band of the rehearsal: slope -1.08 [-1.14, -1.01]."""
    verdict = recorded("noise", "data")
    assert verdict.kind == "power law"
    assert verdict.line.slope.low <= -1.01
    assert verdict.line.slope.high >= -1.14


def test_the_articles_data_sweep_flattens_to_an_optimisation_floor():
    """Published: a floor near 6e-6, slope -0.33 [-0.79, -0.09]."""
    verdict = recorded("article", "data")
    assert verdict.kind == "floor"
    assert 3e-6 < verdict.curve.E.value < 1e-5
    assert verdict.line.slope.low <= -0.09
    assert verdict.line.slope.high >= -0.79


def test_the_noises_variance_is_found_as_the_floor():
    verdict = recorded("floor", "data")
    E = verdict.curve.E
    assert verdict.kind == "floor"
    assert abs(E.value - 0.1**2) < E.high - E.low < 0.002


def test_an_error_that_hardly_moves_has_no_slope_however_sure_it_is():
    verdict = diagnose(SIZES, SIZES**-0.001 * SPREAD ** (1 / 1000))
    assert verdict.kind == "no slope"
    assert verdict.line.slope.high < 0


@pytest.mark.parametrize("name", sine_study.SineStudy.PRESETS)
def test_no_preset_calls_the_width_sweep_a_power_law(name):
    verdict = recorded(name, "width")
    assert verdict.kind in {"one point", "floor", "bend"}
    assert verdict.sentence.startswith("Not a power law")
