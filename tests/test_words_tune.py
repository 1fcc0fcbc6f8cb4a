"""What the pages on batch and learning rate say: true at every setting, and computed.

Of common-mistakes.md: N5, N7, N9, N10, N14 to N17 and C18, C20, C21, C29, P7, P8 have a
sentence that is held here, by name in the docstring of its test; the exercises have theirs
in tests/teaching/exercises.
"""

import math
import re
from dataclasses import asdict, replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from toylab.experiments import batch_lr_study, critical_batch_study
from toylab.fits import critical_batch
from toylab.fits.estimate import Estimate
from toylab.laws import batch_lr as tuning
from toylab.laws.critical_batch import Tradeoff
from toylab.live.result_source import ResultSource
from toylab.quantities import (
    format_change,
    format_count,
    format_number,
    format_scientific,
    format_share,
    parse_number,
)
from toylab.tables import batch_steps as steps_table
from ui.concepts.batch_lr import text as words
from ui.concepts.batch_lr import view as tune
from ui.concepts.batch_lr.view import SHAPES, Guess, Model, View
from ui.concepts.critical_batch import text as crit
from ui.concepts.critical_batch import view
from ui.concepts.critical_batch.view import Bowl, Hall

GRID_STUDY = batch_lr_study.BatchLrStudy.PRESETS["recorded"]
RACES_STUDY = critical_batch_study.CriticalBatchStudy.PRESETS["recorded"]

MINUS, TIMES = "\N{MINUS SIGN}", "\N{MULTIPLICATION SIGN}"
ONCE = (Phase.explicit, Phase.reuse, Phase.generate)
few = settings(max_examples=25, deadline=None, phases=ONCE)


def said(text, *numbers):
    """Each number stands in the text by itself, not as part of another."""
    for one in numbers:
        assert re.search(rf"(?<![\d.]){re.escape(one)}(?![\de]|[.,]\d)", text), (one, text)


def unfinished(text):
    """What no sentence should hold: a hyphen for a minus, but in a power of ten."""
    return re.findall(
        r"\bnan\b|\binf\b|\bNone\b|\bendless\b|\*\*\s*\*\*|\de[+-]0\d|(?<![\w(-])-\d|\^-|\[-"
        rf"|\(\)|  |\.\.|{MINUS}0\.0+\b|,,",
        text,
    )


def nothing(text):
    """Shares that are said to be none."""
    return re.findall(r"(?<![\d.])0(?:\.0+)? %", text)


def told_of(text):
    """The exponents of batch and rate with their intervals."""
    found = re.findall(
        r"C\^(?:\*\*)?(-?[\d.]+) \[(-?[\d.]+), (-?[\d.]+)\]", text.replace(MINUS, "-")
    )
    return [tuple(float(n) for n in one) for one in found]


def limits(name):
    low, high = tune.LIMITS[name][:2]
    return st.sampled_from([low, getattr(View, name), high]) | st.floats(low, high)


def asked(noise=tune.NOISES, **more):
    """Any setting of the first page's controls."""
    knobs = {
        "along": limits("along"), "across": limits("across"), "tilt": limits("tilt"),
        "cells": st.integers(4, 16), "span": st.sampled_from(tune.SPANS),
        "budget": st.sampled_from(tune.BUDGETS), "noise": st.sampled_from(list(noise)),
        "rule": st.sampled_from(list(tune.RULES)), "seed": st.integers(0, 9999),
        "finder": st.sampled_from(list(tune.FINDERS)),
    }  # fmt: skip
    return st.builds(View, **(knobs | more))


guesses = st.builds(Guess, st.sampled_from(tune.BATCHES), st.sampled_from(tune.RATES))
FLAT = View(**asdict(SHAPES["flat"]), noise="5")
STEEP = View(**asdict(SHAPES["steep"]), noise="5")


def excess(one, batch, lr):
    """Of a setting's true loss, as a share of the floor, written out."""
    b, r = np.log(np.asarray(batch) / one.bowl.batch), np.log(np.asarray(lr) / one.bowl.lr)
    return (one.along * b**2 + one.across * (r - one.tilt * b) ** 2) / one.bowl.floor


def costs(part):
    return "under 0.01 %" if part < 1e-4 else f"{100 * part:.2f} %"


# --- The valley -------------------------------------------------------------------------------


@given(asked(), guesses)
@settings(few, max_examples=60)
def test_every_sentence_of_a_valley_can_be_said_with_numbers_that_are_some(one, guess):
    text = [words.label(one), words.MADE, words.trust(one)]
    for hide in True, False:
        text += [part for pair in words.numbers(one, guess, hide=hide).values() for part in pair]
    text.append(words.finding(one, guess, hide=True))
    if one.along > 0.003:  # see the band
        text.append(words.finding(one, guess, hide=False))
    assert [part for part in text if unfinished(part)] == []
    assert all(part.strip() for part in text)


@given(asked())
@settings(few, max_examples=15)
def test_what_the_curves_show_can_be_said_with_numbers_that_are_some(one):
    text = words.moving(one)
    refused = "No power law is told" in text
    assert ("inside the grid" in text) == refused
    assert (len(told_of(text)) == 2) == (not refused)
    assert not unfinished(re.sub(rf"{MINUS}0\.0+\b", "", text))


def test_a_power_law_that_cannot_be_told_is_refused_with_the_reason():
    assert "no lowest point inside the grid" in words.moving(FLAT)


@given(asked())
@few
def test_the_label_has_the_law_the_noise_and_the_runs(one):
    text = words.label(one)
    assert tuning.RULES[one.rule].title in text
    assert ("without noise" in text) == (one.noise == "0")
    assert (f"noise of {one.noise} %" in text) == (one.noise != "0")
    assert f"{one.cells}{TIMES}{one.cells} runs" in text
    assert len(one.table) == one.cells**2


@given(asked(), guesses)
@few
def test_each_answer_is_named_with_what_it_costs(one, guess):
    found = words.numbers(one, guess, hide=False)
    own, lowest, fitted, law = found.values()
    losses = one.study.losses(one.flops)[0]
    i, j = np.unravel_index(losses.argmin(), (one.cells, one.cells))
    b, s = one.grid.batches[i], one.grid.lrs[j]
    assert own == (f"{guess.batch}, {guess.lr}", f"costs {costs(excess(one, *guess.place))}")
    assert lowest == (
        f"{format_count(b)}, {format_scientific(s, 2)}",
        f"costs {costs(excess(one, b, s))}",
    )
    assert law[0] == f"{format_count(one.bowl.batch)}, {format_scientific(one.bowl.lr, 2)}"
    batch, lr = one.found["fit"].first
    if math.isnan(batch):
        assert fitted == ("none", "no bottom inside the grid")
    else:
        assert fitted[0].endswith(f", {format_scientific(lr, 2)}")
        assert fitted[1] == f"costs {costs(excess(one, batch, lr))}"


@given(asked(), guesses)
@few
def test_while_it_is_guessed_nothing_is_told_but_the_guess_and_the_budget(one, guess):
    """N5: and that this is no isoFLOP profile."""
    assert words.numbers(one, guess, hide=True) == {
        "Your guess": (f"{guess.batch}, {guess.lr}", "not told yet")
    }
    text = words.finding(one, guess, hide=True)
    assert re.findall(r"\d[\d.e]*", text) == [one.budget]
    assert "not an isoFLOP profile" in text


@given(asked(), guesses)
@few
def test_a_cross_that_lies_outside_the_chart_is_said_to(one, guess):
    text, (across, up) = words.finding(one, guess, hide=True), one.box
    outside = [
        name
        for name, at, (low, high) in (
            ("your batch", guess.place[0], across), ("your rate", guess.place[1], up),
        )
        if not low < at < high
    ]  # fmt: skip
    assert ("outside this chart" in text) == bool(outside)
    aside = re.search(r"\(Your cross .*?\)", text)
    for name in "your batch", "your rate":
        assert (name in (aside[0] if aside else "")) == (name in outside)


def closest(text):
    return re.search(r"\*\*(your cross|the lowest run|the quadratic)\*\* came closest", text)[1]


@given(asked(), guesses)
@settings(few, max_examples=40)
def test_the_closest_is_the_one_whose_true_loss_is_lowest(one, guess):
    settings_ = {
        "your cross": guess.place, "the lowest run": one.found["lowest"].first,
        "the quadratic": one.found["fit"].first,
    }  # fmt: skip
    above = {
        name: math.inf if math.isnan(place[0]) else float(excess(one, *place))
        for name, place in settings_.items()
    }
    first, second, _ = sorted(above.values())
    assume(second > first * (1 + 1e-6) + 1e-12)
    assert closest(words.finding(one, guess, hide=False)) == min(above, key=above.get)


def test_each_of_the_three_can_be_the_closest():
    """Without noise the quadratic is exact; a far guess never wins; with noise the eye may."""
    quiet, far = View(noise="0"), Guess("2.05k", "1e-1")
    assert closest(words.finding(quiet, Guess("1.05M", "1e-3"), hide=False)) == "the quadratic"
    assert closest(words.finding(FLAT, far, hide=False)) == "the lowest run"
    assert closest(words.finding(FLAT, Guess("1.05M", "1e-3"), hide=False)) == "your cross"


@given(asked(along=st.floats(0.003, 1)))
@few
def test_the_near_optimal_band_spans_the_factor_that_its_loss_allows(one):
    """N10: 0.25 % of the loss, DeepSeek's, end to end in batch."""
    text = words.finding(one, Guess(), hide=False)
    factor = math.exp(2 * math.sqrt(0.0025 * one.bowl.floor / one.along))
    assert f"spans a factor {factor:.2g} in batch" in text
    for level in tune.RINGS:
        said(text, f"{100 * level:g} %")


@pytest.mark.parametrize("along", [
    0.0005,
    0.002,
    0.02,
])  # fmt: skip
def test_a_wide_band_is_said_in_plain_digits(along):
    one = View(along=along, budget="1e16")
    told = re.search(r"a factor (\S+) in batch", words.finding(one, Guess(), hide=False))[1]
    assert "e" not in told
    factor = math.exp(2 * math.sqrt(0.0025 * one.bowl.floor / along))
    assert parse_number(told) == pytest.approx(factor, rel=0.05)


@given(asked(tilt=st.floats(0.05, 1)))
@few
def test_twice_the_batch_wants_the_rate_that_the_tilt_has(one):
    text = words.finding(one, Guess(), hide=False)
    assert f"wants {2**one.tilt:.2g} times the rate" in text
    rates = one.bowl.lr * np.geomspace(0.1, 10, 2001)
    best = rates[one.bowl.loss(2 * one.bowl.batch, rates).argmin()]
    assert best / one.bowl.lr == pytest.approx(2**one.tilt, rel=0.01)


def test_a_valley_that_is_not_tilted_is_not_said_to_be():
    assert "valley is tilted" not in words.finding(STEEP, Guess(), hide=False)


@given(asked())
@few
def test_a_winner_below_the_best_loss_there_is_was_lucky_and_another_is_not_said_to_be(one):
    """N7: 5 % of noise and the lowest run."""
    text = words.finding(one, Guess(), hide=False)
    lowest = one.study.losses(one.flops)[0].min()
    said(text, format_number(lowest), format_number(one.bowl.floor))
    assert ("lucky" in text) == (lowest < one.bowl.floor)


def test_five_percent_of_noise_makes_every_winner_lucky_and_none_does_none():
    """N7."""
    assert "lucky" in words.finding(STEEP, Guess(), hide=False)
    assert "lucky" not in words.finding(replace(STEEP, noise="0"), Guess(), hide=False)


@pytest.mark.parametrize(
    ("part", "text"),
    [
        (0, "under 0.01 %"),
        (-1e-16, "under 0.01 %"),
        (9.9e-5, "under 0.01 %"),
        (1e-4, "0.01 %"),
        (0.0123, "1.23 %"),
        (0.5, "50.00 %"),
    ],
)
def test_a_cost_is_a_share_of_the_loss_and_next_to_nothing_is_said_to_be(part, text):
    assert words.cost(part) == text


@pytest.mark.parametrize(
    ("batch", "lr", "text"),
    [
        (math.nan, math.nan, "none"),
        (187.4, 0.0164, "187, 1.6e-2"),
        (1.024e6, 9.86e-4, "1.02M, 9.9e-4"),
    ],
)
def test_a_setting_is_its_batch_and_its_rate(batch, lr, text):
    assert words.setting(batch, lr) == text


# --- Its travel -------------------------------------------------------------------------------


@pytest.mark.parametrize("one", [
    View(), View(noise="2", finder="lowest", seed=3), View(rule="step", noise="0.1"),
    View(rule="step", noise="1", cells=4, span="16"),
])  # fmt: skip
def test_the_exponents_are_those_of_lines_through_each_draws_optima(one):
    text = words.moving(one).replace(MINUS, "-")
    x = np.log(tune.EVERY)
    found = [one.study.found(C) for C in tune.EVERY]
    told = re.findall(r"C\^\*\*(-?[\d.]+) \[(-?[\d.]+), (-?[\d.]+)\]\*\*", text)
    for what, numbers in zip(("batch", "lr"), told, strict=True):
        y = np.log([getattr(optima, what) for optima in found]).T
        slopes = [np.polyfit(x, line, 1)[0] for line in y if np.isfinite(line).all()]
        low, high = np.percentile(slopes[1:], [2.5, 97.5])
        assert [float(n) for n in numbers] == pytest.approx([slopes[0], low, high], abs=6e-5)
    lost = 1 - len(slopes) / 200
    assert ("no bottom at all" in text) == (lost > 0)


@pytest.mark.parametrize(("rule", "batch", "lr"), [
    ("deepseek", 0.3271, -0.1250), ("step", 0.2855, -0.203),
])  # fmt: skip
def test_the_laws_exponents_are_told_with_the_factor_and_the_doublings_of_a_decade(rule, batch, lr):
    """N1, N18: 0.3271 is 2.12 times, or 1.087 doublings, a decade."""
    text = words.moving(View(rule=rule, noise="0"))
    assert f"has {batch:.4f} and {MINUS}{-lr:.4f}" in text
    assert f"{10**batch:.3g} times, or {math.log2(10**batch):.4g} doublings" in text
    said(text, "200")


def test_studies_without_a_bottom_somewhere_are_counted():
    one = View(**asdict(SHAPES["flat"]), noise="0.5", seed=1)
    lost = one.travel.lost
    assert lost > 0.01
    assert f"In {100 * lost:.1f} % of repeats" in words.moving(one)
    assert "repeats" not in words.moving(View())


@pytest.mark.parametrize("lost", [slice(1), slice(1, None)])
def test_one_draw_in_two_hundred_is_not_said_as_none_and_all_but_one_not_as_all(lost):
    one = View()
    found, fit = one.found, one.found["fit"]
    batch = fit.batch.copy()
    batch[lost] = math.nan
    one.__dict__["found"] = found | {"fit": replace(fit, batch=batch)}
    assert not re.search(r"in (0|100) %", words.trust(one))


def test_deepseeks_models_are_told_as_their_report_has_them():
    """N15 to N17: MHA and GQA, 10^22.93 FLOPs, 9.44M and 18.9M, the formula beside them."""
    text = words.used()
    for name, attention, M, batch, lr in (
        ("7B", "MHA", 72 * 30 * 4096**2 + 12 * 30 * 4096**2, 2304 * 4096, "4.2e-4"),
        ("67B", "GQA", 72 * 95 * 8192**2 + 12 * 95 * 8192 * 4096, 4608 * 4096, "3.2e-4"),
    ):
        C = M * 2e12
        mine = re.search(rf"DeepSeek {name} \(.*?by the formula", text)[0]
        assert f"({attention}; {format_scientific(C)} FLOPs)" in mine
        used, formula = mine.split(" used, ")
        assert used.endswith(f"batch {format_count(batch)} and rate {lr}")
        assert formula.startswith(
            f"{format_count(0.292 * C**0.3271)} and {format_scientific(0.3118 * C**-0.125)}"
        )
    assert "MLA" not in text
    said(text, "8.46e22", "9.44M", "9.22M", "18.9M", "20.7M", "4.25e-4", "3.12e-4")
    said(text, "1e17", "2e19")
    assert not unfinished(text)


def grows(what):
    """Over nine decades, by DeepSeek's law."""
    return 10 ** (9 * {"batch": 0.3271, "lr": -0.1250}[what])


def test_every_experiment_sets_what_its_words_say():
    """N7: noise and steepness; N10: a flat valley."""
    (lucky, one), (flat, two), (law, three), (move, four) = words.EXPERIMENTS
    assert (one.noise, one.about) == ("5", tune.SECTIONS[1])
    assert all(getattr(one, k) == v for k, v in asdict(SHAPES["steep"]).items())
    assert all(getattr(two, k) == v for k, v in asdict(SHAPES["flat"]).items())
    assert two.about == tune.SECTIONS[1]
    assert three.finder == "lowest"
    assert "lowest run" in law
    assert four.budget == "1e16"
    said(move, "1e16", "1e25", f"{grows('batch'):.0f} times", f"{1 / grows('lr'):.0f} times")
    for text in (lucky, flat, law, move):
        assert not unfinished(text)


# --- Which answer to trust --------------------------------------------------------------------


@given(asked())
@settings(few, max_examples=30)
def test_how_the_lowest_run_comes_out_is_counted_over_all_draws(one):
    """N7 and N9."""
    text, losses = words.trust(one), one.study.losses(one.flops)
    b, s = (x.ravel() for x in np.meshgrid(one.grid.batches, one.grid.lrs, indexing="ij"))
    truth, best = excess(one, b, s), losses.argmin(axis=1)
    assert (
        f"the best cell {format_share(float((best == truth.argmin()).mean()))} of the time" in text
    )
    low, high = np.percentile(b[best], [5, 95])
    assert (
        f"its batch lies between {format_count(low)} and {format_count(high)} in nine of ten"
        in text
    )
    gap = losses.min(axis=1).mean() / one.bowl.floor - 1
    side = "**below** the best" if gap < 0 else "above the best"
    off = f"{100 * abs(gap):.2f} %" if gap < 0 else costs(gap)
    assert f"its loss is on average {off} {side}" in text
    assert f"A setting chosen so costs {costs(truth[best].mean())} of the loss" in text


@given(asked())
@settings(few, max_examples=30)
def test_how_the_quadratic_comes_out_is_counted_over_the_draws_that_have_a_bottom(one):
    text, fit = words.trust(one), one.found["fit"]
    there = np.isfinite(fit.batch)
    none = format_share(float((~there).mean()), 1)
    vague = there.sum() < 100
    assert (f"no bottom inside the grid in {none} of them" in text) == vague
    assert ("uses all runs" in text) == (not vague)
    if not vague:
        low, high = np.percentile(fit.batch[there], [5, 95])
        gone = "" if there.all() else f" (none in {none})"
        costs_ = costs(excess(one, fit.batch[there], fit.lr[there]).mean())
        assert (
            f"lies between {format_count(low)} and {format_count(high)}{gone}, and costs {costs_}."
            in text
        )
        assert f"a factor {one.step:.2f} apart" in text
        batches = np.array(one.grid.batches)
        assert batches[1:] / batches[:-1] == pytest.approx(one.step)


def test_verdicts_of_trust_flip_with_the_noise_and_the_valley():
    assert "does not determine a valley" in words.trust(replace(FLAT, cells=4))
    assert "does not determine a valley" not in words.trust(View())
    assert "**below**" in words.trust(STEEP)
    assert "**below**" not in words.trust(replace(STEEP, noise="0"))
    assert "best cell 100 % of the time" in words.trust(View(noise="0"))


def test_a_loss_that_is_not_the_best_is_not_said_to_be_0_percent_above_it():
    one = View(0.01, 0.01, 0.5, 16, "3", budget="1e17", noise="0", seed=2)
    assert one.found["lowest"].loss.mean() > one.bowl.floor * (1 + 1e-9)
    assert not nothing(words.trust(one))


# --- The laws side by side --------------------------------------------------------------------


every = pytest.mark.parametrize(
    "asked_",
    [
        Model(params, tokens, context)
        for params, context in zip(
            (tune.SIZES[0], "1B", tune.SIZES[-1]), (512, 4096, 8192), strict=True
        )
        for tokens in (tune.DATA[0], "100B", tune.DATA[-1])
    ],
)


@every
def test_the_table_of_laws_has_their_batches_in_tokens_and_in_sequences(asked_):
    """N14: Step Law's batch is the same whatever the size."""
    N, D = parse_number(asked_.params), parse_number(asked_.tokens)
    C = 6 * N * D
    refit = 1.8172 + 482.01 / N**0.3478 + 2085.43 / D**0.3658
    joint = ((6.4e13 / N) ** (0.076 / 0.103) + 1.8e13 / D) ** 0.103
    batches = [
        0.2920 * C**0.3271,
        0.58 * D**0.571,
        1.21e9 / refit**6.24,
        2e8 / joint ** (1 / 0.21),
    ]
    table = words.advice(asked_)
    assert table["batch, tokens"].tolist() == [format_count(B) for B in batches]
    assert table[f"sequences of {asked_.context}"].tolist() == [
        f"{B / asked_.context:,.0f}" for B in batches
    ]
    assert table["peak rate"].tolist() == [
        format_scientific(0.3118 * C**-0.1250), format_scientific(1.79 * N**-0.713 * D**0.307), "says nothing",
        "says nothing",
    ]  # fmt: skip
    goes = table["goes by"].tolist()
    assert format_scientific(C) in goes[0]
    assert f"{refit:.2f} nats" in goes[2]
    assert f"{joint:.2f} nats" in goes[3]
    assert "0" not in table[f"sequences of {asked_.context}"].tolist()
    assert not any(unfinished(str(cell)) for cell in table.to_numpy().ravel())
    assert all("arxiv.org" in cell or "http" in cell for cell in table["source"])


@every
def test_how_far_the_laws_are_apart_leaves_the_critical_batch_out(asked_):
    N, D = parse_number(asked_.params), parse_number(asked_.tokens)
    C = 6 * N * D
    refit = 1.8172 + 482.01 / N**0.3478 + 2085.43 / D**0.3658
    batches = [0.2920 * C**0.3271, 0.58 * D**0.571, 1.21e9 / refit**6.24]
    rates = [0.3118 * C**-0.1250, 1.79 * N**-0.713 * D**0.307]
    text = words.disagreement(asked_)
    told = re.findall(r"\*\*([\d.]+)\*\*", text)
    assert told == [f"{max(found) / min(found):.1f}" for found in (batches, rates)]
    assert f"For {asked_.params} parameters on {asked_.tokens} tokens" in text
    said(text, "0.307", f"{MINUS}0.32")
    assert "size of the model does not enter" in text
    assert not unfinished(text)


# --- The live grid ----------------------------------------------------------------------------


GRID = GRID_STUDY.recorded().rows
CELLS = [(B, r) for B in batch_lr_study.BATCHES for r in batch_lr_study.LRS]


def grid(rows=GRID, plan=GRID_STUDY, live=False):
    return tune.gather(ResultSource(plan, None, None, stale=False), rows, live)


def made_grid(by_batch, by_lr, tilt=0.5, seeds=(0.0, 0.0, 0.0), budgets=3):
    """Grids whose bottoms move as powers of compute; the seeds' exponents differ by a bit."""
    rows = []
    for D in batch_lr_study.TOKENS[:budgets]:
        C = 6.0 * 226 * 24 * D
        for seed, more in enumerate(seeds):
            up = math.log(C / 2.7e9)
            batch, lr = 100 * math.exp((by_batch + more) * up), 0.015 * math.exp(by_lr * up)
            for B, r in CELLS:
                b, s = math.log(B / batch), math.log(r / lr)
                loss = 2.4 + 0.03 * b**2 + 0.1 * (s - tilt * b) ** 2
                rows.append(
                    {"tokens": D, "flops": C, "batch": int(B), "lr": r, "seed": seed,
                     "steps": int(D / B), "loss": loss, "seconds": 0.1, "diverged": False}
                )  # fmt: skip
    return rows


@pytest.mark.parametrize(
    ("plan", "parts"),
    [
        (batch_lr_study.BatchLrStudy(1, 1), ("1 budget, 1 seed",)),
        (batch_lr_study.BatchLrStudy(2, 3), ("2 budgets, 3 seeds",)),
    ],
)
def test_what_a_grid_trains_is_counted_in_one_line(plan, parts):
    text = plan.describe()
    assert text.endswith(parts[0])
    said(text, f"7{TIMES}6 settings", "5,424 parameters")
    assert 226 * 24 == 5424
    assert plan.networks == 42 * plan.budgets * plan.seeds


def test_bottoms_are_told_with_those_of_each_seed():
    for valley in grid().valleys:
        text, fit = words.bottom(valley), valley.bottom
        mean = pd.Series(valley.mean, pd.MultiIndex.from_tuples(CELLS)).idxmin()
        assert f"lowest setting {mean[0]:.0f}, {format_scientific(mean[1], 2)}" in text
        assert f"**{fit.batch[0]:.0f}, {format_scientific(fit.lr[0], 2)}**" in text
        assert f"batch {fit.batch[1:].min():.0f} to {fit.batch[1:].max():.0f}," in text
        assert (
            f"rate {format_scientific(fit.lr[1:].min(), 2)} to {format_scientific(fit.lr[1:].max(), 2)})"
            in text
        )
        assert f"**{tune.budget(valley)}**" in text
        assert not unfinished(text)


def test_with_one_seed_no_spread_is_known():
    found = grid([row for row in GRID if row["seed"] == 1])
    for valley in found.valleys:
        assert "no spread is known" in words.bottom(valley)
    assert "no spread is known" not in words.bottom(grid().valleys[0])


@pytest.mark.parametrize("ended", [0, 1, 41])
def test_of_a_grid_on_its_way_the_settings_are_counted(ended):
    mine = [row for row in GRID if row["tokens"] == batch_lr_study.TOKENS[0] and row["seed"] == 0]
    found = grid(mine[:ended], batch_lr_study.BatchLrStudy(2, 1), live=True)
    assert f": {ended} of 42 settings trained." in words.bottom(found.valleys[0])
    assert ": 0 of 42 settings trained." in words.bottom(found.valleys[1])
    assert "marked once" in words.together(found)


def test_a_setting_that_diverged_is_not_said_not_to_be_trained():
    rows = [row | {"loss": math.nan, "diverged": True} if (row["batch"], row["lr"]) == CELLS[-1]
            else row for row in GRID]  # fmt: skip
    assert "41 of 42 settings trained" not in words.bottom(grid(rows).valleys[0])


def test_a_bottom_that_is_not_to_be_trusted_is_not_told_and_why():
    rows = [row | {"loss": 1.0} if (row["batch"], row["lr"]) == CELLS[0] else row for row in GRID]
    for valley in grid(rows).valleys:
        assert f"no bottom is told, because {valley.trouble}." in words.bottom(valley)
        assert "bottom of the quadratic" not in words.bottom(valley)


@pytest.mark.parametrize("budgets", [2, 3])
@pytest.mark.parametrize(
    ("by_batch", "by_lr", "spread", "grown", "less"),
    [
        (0.5, 0.02, 0.05, True, True), (0.5, -0.1, 0.05, True, True),
        (0.3, -0.2, 0.05, True, False), (0.3, 0.2, 0.05, True, False),
        (0.02, -0.2, 0.1, False, False),
    ],
)  # fmt: skip
def test_how_the_bottom_moves_is_told_with_an_interval_over_seeds(
    budgets, by_batch, by_lr, spread, grown, less
):
    """Exactly known; of three seeds a spread apart Student's t has 4.303 / sqrt(3) of it."""
    rows = made_grid(by_batch, by_lr, seeds=(-spread, 0, spread), budgets=budgets)
    text = words.together(grid(rows, batch_lr_study.BatchLrStudy(budgets, 3)))
    assert text.startswith("The best batch grows") == grown
    assert ("not determined" in text) == (not grown)
    assert ("moves far less" in text) == less
    assert ("moves too" in text) == (grown and not less)
    (batch, *ends), *rest = told_of(text)
    half = spread * 4.303 / math.sqrt(3)
    assert batch == pytest.approx(by_batch, abs=0.02)
    assert ends == pytest.approx([by_batch - half, by_batch + half], abs=0.03)
    assert (ends[0] > 0) == grown
    assert [lr for lr, *_ in rest] == pytest.approx([by_lr] * grown, abs=0.03)
    tilts = [float(n) for n in re.findall(r"\*\*([\d.]+)\*\*", text.split("its power")[1])]
    assert tilts == pytest.approx([0.5] * budgets, abs=0.02)
    assert not unfinished(text)


@pytest.mark.parametrize("kept", [[3], [0, 4]])
def test_fewer_than_three_seeds_do_not_determine_how_the_bottom_moves(kept):
    text = words.together(grid([row for row in GRID if row["seed"] in kept]))
    assert "not determined" in text
    assert told_of(text) == []
    assert "tilted" in text


def test_a_best_batch_that_falls_is_not_said_to_be_undetermined():
    rows = made_grid(-0.3, 0.0, seeds=(-0.01, 0, 0.01))
    assert told_of(words.together(grid(rows)))[0][2] < 0
    assert "not determined" not in words.together(grid(rows))


def test_recorded_grids_say_that_the_batch_grows_and_the_rate_moves_far_less():
    text = words.together(grid())
    assert "The best batch grows as" in text
    assert "the rate moves far less" in text
    assert not unfinished(text)
    tilts = [float(n) for n in re.findall(r"\*\*([\d.]+)\*\*", text.split("its power")[1])]
    for valley, tilt in zip(grid().valleys, tilts, strict=True):
        near = valley.mean <= 1.08 * valley.mean.min()
        b, s = (x[near] for x in batch_lr_study.GRID.cells)
        x, y = b - b.mean(), s - s.mean()
        design = np.stack([np.ones_like(x), x, y, x**2, x * y, y**2], 1)
        *_, cxy, cyy = np.linalg.lstsq(design, valley.mean[near])[0]
        assert tilt == pytest.approx(-cxy / (2 * cyy), abs=0.0051)


def test_the_growth_is_the_mean_of_lines_through_the_bottoms_of_each_seed():
    found = grid()
    x = np.log([valley.flops for valley in found.valleys])
    for what, told in zip(("batch", "lr"), told_of(words.together(found)), strict=True):
        y = np.log([getattr(valley.bottom, what)[1:] for valley in found.valleys]).T
        slopes = [np.polyfit(x, line, 1)[0] for line in y]
        low, high = stats.t.interval(0.95, 4, np.mean(slopes), stats.sem(slopes))
        assert told == pytest.approx((np.mean(slopes), low, high), abs=0.0051)


@pytest.mark.parametrize("k", range(3))
def test_a_bottom_is_told_with_what_another_choice_of_cells_would_make_of_it(k):
    """Within 6 to 15 % of the lowest loss."""
    valley = grid().valleys[k]
    found = []
    for within in (0.06, 0.08, 0.10, 0.15):
        near = valley.mean <= (1 + within) * valley.mean.min()
        b, s = (x[near] for x in batch_lr_study.GRID.cells)
        x, y = b - b.mean(), s - s.mean()
        design = np.stack([x**2, x * y, y**2, x, y, np.ones_like(x)], 1)
        c = np.linalg.lstsq(design, valley.mean[near])[0]
        at = np.linalg.solve([[2 * c[0], c[1]], [c[1], 2 * c[2]]], -c[3:5])
        found.append(math.exp(b.mean() + at[0]))
    assert f"would be {min(found):.0f} to {max(found):.0f}." in words.bottom(valley)


def steep_grid():
    """At each budget 12 cells lie within 8 % of the lowest loss, and 4 within 6."""
    rows = made_grid(0.0, 0.0)
    for row in rows:
        b, s = math.log2(row["batch"] / 90.5), math.log2(row["lr"] / 0.0221)
        row["loss"] = 2.0 + 0.0712 * (b**2 + s**2)
    return rows


def test_a_bottom_that_a_smaller_choice_of_cells_does_not_tell_is_told_nevertheless():
    found = grid(steep_grid())
    assert len(found.trusted) == 3
    assert "91 to 91" in words.bottom(found.valleys[0])


def test_one_bottom_says_nothing_of_how_it_moves():
    text = words.together(grid(made_grid(0.5, 0, budgets=1), batch_lr_study.BatchLrStudy(1, 3)))
    assert "says nothing" in text
    assert "C^" not in text


def test_where_there_is_no_bottom_it_is_not_said_to_be_one():
    assert not words.together(grid([])).startswith("One bottom")


def test_how_runs_were_made_is_told_with_what_made_them():
    for module, study in ((words, GRID_STUDY), (crit, RACES_STUDY)):
        kept = study.recorded()
        text = module.made(ResultSource(study, None, kept, stale=False))
        assert kept.made in text
        assert text.endswith(".")


def test_what_made_them_ends_before_the_next_sentence_begins():
    for module, study in ((words, GRID_STUDY), (crit, RACES_STUDY)):
        kept = study.recorded()
        assert f"{kept.made}. " in module.made(ResultSource(study, None, kept, stale=False))


# --- Steps against tokens ---------------------------------------------------------------------


views = st.builds(view.View, st.sampled_from(view.LOSSES), st.sampled_from(view.BATCHES))
halls = st.builds(
    Hall, st.sampled_from(view.DEVICES), st.sampled_from(list(view.KINDS)),
    st.sampled_from(view.SYNCS),
)  # fmt: skip


def kaplan(loss):
    """S_min, B_crit and N of Kaplan's best run to a loss: Tables 5 and 6, eq. 5.3."""
    C = 3.1e8 / loss ** (1 / 0.050)
    return 5.4e3 * C**0.03, 2e8 / loss ** (1 / 0.21), 1.3e9 * C**0.73


@given(views)
@settings(few, max_examples=60)
def test_a_batchs_price_is_told_in_steps_and_tokens_and_that_of_twice_the_batch(one):
    """C29, C21: at the same loss; and C20, where the loss changes."""
    S_min, B_crit, _ = kaplan(one.reached)
    B = one.tokens
    steps, tokens = S_min * (1 + B_crit / B), S_min * (B + B_crit)
    critical, of_steps, of_tokens, twice = crit.numbers(one).values()
    assert critical[0] == format_count(B_crit)
    assert float(re.search(r"[\d.e+]+", critical[1])[0]) == pytest.approx(B / B_crit, rel=0.05)
    assert of_steps == (format_count(steps), f"{1 + B_crit / B:.2f} times the least")
    assert of_tokens == (format_count(tokens), f"{1 + B / B_crit:.2f} times the least")
    ratio = (1 + B_crit / (2 * B)) / (1 + B_crit / B)
    assert twice == (f"{format_change(ratio)} steps", f"{format_change(2 * ratio)} tokens")
    assert twice[0].startswith(MINUS)
    assert twice[1].startswith("+")
    text = [part for pair in (of_steps, of_tokens, twice) for part in pair]
    assert not any(unfinished(part) or nothing(part) for part in text)


def test_a_batch_far_above_the_critical_one_is_told_in_plain_digits():
    assert "e+" not in crit.numbers(view.View("4", "134M"))["Critical batch"][1]


def test_at_the_critical_batch_a_quarter_of_the_steps_is_saved_for_half_more_tokens():
    """C29: as the sentence has it, from B_crit to twice B_crit."""
    curve = Tradeoff(*(lambda S, B, _: (S, S * B))(*kaplan(2.0)))
    B = curve.B_crit
    assert curve.steps(2 * B) / curve.steps(B) == pytest.approx(1 - 1 / 4)
    assert curve.examples(2 * B) / curve.examples(B) == pytest.approx(1 + 1 / 2)
    text = crit.finding(view.View())
    assert "fall by a quarter" in text
    assert re.search(r"rise by\s+half", text)


@given(views)
@few
def test_the_finding_has_the_steps_and_both_batches_that_are_called_critical(one):
    """C21: and Zhang's, at 20 % more than perfect scaling."""
    S_min, B_crit, _ = kaplan(one.reached)
    text = crit.finding(one)
    said(text, one.batch, f"{format_count(S_min * (1 + B_crit / one.tokens))} steps")
    said(text, format_count(B_crit), format_count(2 * B_crit), "20 %", format_count(0.2 * B_crit))
    assert S_min * (1 + 1 / 0.2) == pytest.approx(1.2 * S_min * B_crit / (0.2 * B_crit))
    assert not unfinished(text)


@given(views)
@few
def test_growth_is_told_as_a_power_of_the_loss_and_hardly_of_the_size(one):
    """C20: 6.9 and not 1.5; P8: 13.5 %; N14 and P7: D^0.47 and N^0.087."""
    text = crit.growing(one)
    said(text, f"{MINUS}{1 / 0.21:.2f}", f"{100 * (1 - 2**-0.21):.1f} %", "13.5 %")
    said(text, f"{1.5 ** (1 / 0.21):.1f} times", "6.9 times", "1.5")
    said(text, "0.47", "0.087", format_count(4096 * 4096), "16.8M")
    said(text, format_count(kaplan(one.reached)[1]), "1M to 2M", one.loss)
    assert not unfinished(text)


@given(views)
@few
def test_the_label_of_the_tradeoff_has_the_loss_and_the_size_of_kaplans_model(one):
    text = crit.label(one)
    said(text, f"{one.loss} nats", format_count(kaplan(one.reached)[2]))
    assert not unfinished(text.replace("-1)", ""))


def test_the_experiments_of_the_second_page_set_what_their_words_say():
    (doubling, one), (early, two), (_, three), (_, four) = crit.EXPERIMENTS
    labels = re.findall(r"[\d.]+M", doubling)
    assert labels[0] == one.batch
    assert len(labels) == 3
    assert set(labels) <= set(view.BATCHES)
    said(doubling, f"a loss of {one.loss}")
    assert (two.loss, two.batch) == ("4", "8.39M")
    said(early, "8.4M", "4")
    assert three.about == view.SECTIONS[0]
    assert four.about == view.SECTIONS[1]


# --- Live races -------------------------------------------------------------------------------


RACED = RACES_STUDY.recorded().rows


def races(rows=RACED, unfinished_=None, plan=RACES_STUDY):
    return view.gather(ResultSource(plan, None, None, stale=False), rows, unfinished_)


def raced(B_crits, noise=0.0, seeds_=3, targets=(2.9, 2.7, 2.55), lost=(), edges=()):
    """Rows of races whose critical batch is known, target by target."""
    random, rows = np.random.default_rng(0), []
    for B_crit, target in zip(B_crits, targets, strict=True):
        for k, batch in enumerate(critical_batch_study.BATCHES):
            for seed in range(seeds_):
                steps = 50 * (1 + B_crit / batch) * math.exp(noise * random.standard_normal())
                rows.append(
                    {"target": target, "batch": batch, "seed": seed, "lr": 1.0,
                     "steps": math.nan if (target, k, seed) in lost else steps,
                     "edge": (target, k, seed) in edges, "device": "cpu"}
                )  # fmt: skip
    return rows


def parts(text):
    """What is said of each target."""
    return {line.split(":")[0].removeprefix("- "): line for line in text.split("\n")}


@pytest.mark.parametrize(("plan", "counted"), [
    (critical_batch_study.CriticalBatchStudy(1, last=2.4), "1 seed"), (RACES_STUDY, "12 seeds"),
])  # fmt: skip
def test_what_the_races_train_is_said_in_one_line(plan, counted):
    text = plan.describe()
    assert text.endswith(f"; {counted}")
    said(text, f"2.9, 2.7, {plan.last:g}", f"{226 * 32:,} parameters")


def test_recorded_races_have_a_line_for_each_target_with_its_fit():
    found = races()
    text = crit.race(found)
    assert list(parts(text)) == ["loss 2.9", "loss 2.7", "loss 2.55"]
    for group, line in parts(text).items():
        mine = found.races[found.races["target"] == float(group.split()[1])]
        fit = critical_batch.fit(mine["batch"].to_numpy(float), mine["steps"].to_numpy())
        ends = f"[{fit.B_crit.low:.3g}, {fit.B_crit.high:.3g}]"
        assert f"**B_crit {fit.B_crit.value:.3g} {ends}** characters" in line
        said(line, f"S_min {fit.S_min.value:.0f} steps", f"E_min {format_count(fit.E_min.value)}")
        said(line, f"{100 * fit.rms:.1f} %")
    assert not unfinished(text)
    assert not nothing(text)


def test_a_critical_batch_that_is_not_determined_or_refused_is_not_told():
    """Two batches are too few; three that lie far above it leave it open."""
    few_, flat = (8, 16), (256, 512, 1024)
    rows = [
        row for row in RACED
        if row.get("target") == 2.55
        or (row.get("target") == 2.9 and row["batch"] in few_)
        or (row.get("target") == 2.7 and row["batch"] in flat and row["seed"] == 0)
    ]  # fmt: skip
    found = races(rows)
    assert not found.fits["loss 2.7"].determined
    text = parts(crit.race(found))
    assert "needs 3 different batches, got 2" in text["loss 2.9"]
    assert "not determined" in text["loss 2.7"]
    assert "B_crit" in text["loss 2.55"]
    for line in (text["loss 2.9"], text["loss 2.7"]):
        assert "B_crit" not in line
        assert "S_min" not in line


@pytest.mark.parametrize("n", [1, 2, 7])
@pytest.mark.parametrize("more", ["lost", "edges"])
def test_races_that_did_not_arrive_and_winners_at_the_edge_are_counted_once_each(n, more):
    """However many of its targets a race missed."""
    places = [(2.55, k, 0) for k in range(n)] + [(2.7, 0, 0)]
    text = crit.race(races(raced((124, 180, 240), **{more: places})))
    (line,) = (line for line in text.split("\n") if line.startswith("- Races"))
    assert re.findall(r"\d+", line) == [str(n)]
    assert ("did not come" in line) == (more == "lost")
    assert "- Races" not in crit.race(races(raced((124, 180, 240))))


def test_before_any_race_has_ended_they_are_said_to_be_on_their_way():
    assert "on their way" in crit.race(races([], []))
    assert "one dot a batch" in crit.grown(races([], [])).lower()


def test_what_has_ended_is_not_said_to_be_on_its_way():
    assert "on their way" not in crit.race(races([]))
    assert "after the races" not in crit.noise(races([]))


def test_warnings_of_a_fit_are_told_of_live_races_too():
    found = races([row for row in RACED if row.get("batch") in (256, 512, 1024)])
    assert found.fits["loss 2.55"].warnings
    assert "Only 3 batches" in crit.race(found)


@given(st.floats(60, 400), st.floats(0.3, 4), st.sampled_from([0.0, 0.03, 0.3]))
@few
def test_the_critical_batch_grew_where_the_interval_of_the_ratio_is_above_one(B, ratio, noise):
    found = races(raced((B, B, B * ratio), noise))
    said_, text = found.grown, crit.grown(found)
    assert ("**grew" in text) == (said_.low > 1)
    assert ("shrank" in text) == (said_.high < 1)
    assert ("not determined" in text) == (said_.low <= 1 <= said_.high)
    said(
        text,
        format_number(said_.value, 3),
        format_number(said_.low, 3),
        format_number(said_.high, 3),
    )
    assert "From loss 2.9 to loss 2.55" in text
    assert not unfinished(text)
    if not noise:
        assert said_.value == pytest.approx(ratio, rel=1e-3)


def test_a_critical_batch_that_fell_is_not_said_to_be_undetermined():
    found = races(raced((300, 200, 100)))
    assert found.grown.high < 1
    assert "not determined" not in crit.grown(found)


@pytest.mark.parametrize("rows", [
    [], [row for row in RACED if row["seed"] < 2],
    [row for row in RACED if row.get("target") != 2.55],
])  # fmt: skip
def test_without_three_seeds_that_have_both_ends_growth_is_not_told(rows):
    text = crit.grown(races(rows))
    assert "fewer than three seeds" in text
    assert text.endswith(crit.alone())


def test_one_seed_is_held_against_the_recorded_ones():
    frame = critical_batch_study.CriticalBatchStudy().table(RACED)
    mine = frame[frame["target"] == 2.7]
    alone = [
        critical_batch.fit(one["batch"].to_numpy(float), one["steps"].to_numpy()).B_crit.value
        for _, one in mine.groupby("seed")
    ]
    text = crit.alone()
    said(text, f"{len(alone)} recorded ones", f"{min(alone):.0f} to {max(alone):.0f}", "2.7")
    assert crit.grown(races()).endswith(text)


def scale(pairs):
    """tr(Sigma) over |G|^2 of batches of 16 and 4096, averages first."""
    small, big = pairs["small"].mean(), pairs["big"].mean()
    return (small - big) / (1 / 16 - 1 / 4096) / ((4096 * big - 16 * small) / (4096 - 16))


def test_the_noise_scale_stands_beside_the_critical_batch_with_its_ratio():
    """C18: the same order, and not the same."""
    found = races()
    text, B_crit = crit.noise(found), found.fits["loss 2.55"].B_crit.value
    pairs = found.paths[(found.paths["loss"] - 2.55).abs() <= 0.1]
    every_ = []
    for lr in (2.0, 0.4):
        mine = pairs[pairs["lr"] == lr]
        each = np.mean([scale(mine.iloc[[k]]) for k in range(len(mine))])
        alone = [scale(one) for _, one in mine.groupby("seed")]
        assert f"**{format_count(scale(mine))}** at a rate of {lr:g}" in text
        said(text, f"{format_count(min(alone))} to {format_count(max(alone))}", format_count(each))
        every_ += [scale(mine), *alone]
    low, high = min(every_) / B_crit, max(every_) / B_crit
    said(text, f"{format_number(low, 2)} to {format_number(high, 2)} times", format_count(B_crit))
    said(text, "16", "4,096", "batch 256", "loss 2.55")
    assert 1.5 < low < high < 10  # "the same order of magnitude, not the same number"
    assert "same order of magnitude, not the same number" in text
    assert not unfinished(text)


def noisy(B_simple, lr=2.0, loss=2.55, seed=0):
    """A pair whose noise scale is known."""
    return {"lr": lr, "seed": seed, "step": 4, "loss": loss, "small": 1 + B_simple / 16,
            "big": 1 + B_simple / 4096}  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [(480, 960, True), (25, 480, True), (25, 2300, True), (480, 2500, False), (20, 480, False)],
)
def test_the_order_is_the_same_within_a_factor_of_ten_to_either_side(one, other, same):
    """Of a critical batch of 240, and every seed counts."""
    rows = [*raced((124, 180, 240)), noisy(one), noisy(other, seed=1), noisy(480, lr=0.4)]
    text = crit.noise(races(rows))
    assert ("**the same order of magnitude, not the same number**" in text) == same
    assert ("**not even the same order of magnitude**" in text) == (not same)
    said(text, f"{format_number(one / 240, 2)} to {format_number(max(other, 480) / 240, 2)} times")


def test_an_average_of_ratios_that_is_negative_can_be_said():
    """One pair in ten whose gradient is nearly all noise."""
    lost = noisy(480) | {"small": 2.0, "big": 0.001}
    text = crit.noise(races([*raced((124, 180, 240)), *[noisy(480)] * 9, lost]))
    assert "biased" in text
    assert not unfinished(text)


def test_a_gradient_that_is_all_noise_has_no_noise_scale():
    lost = noisy(480) | {"small": 10.0, "big": 0.01}
    assert "B_simple" not in crit.noise(races([*raced((124, 180, 240)), lost], []))


def test_without_pairs_or_a_critical_batch_the_noise_scale_waits():
    alone, late = raced((124, 180, 240)), [noisy(480)]
    for rows in (alone, late, [*alone, noisy(480, loss=3.2)]):
        assert "after the races" in crit.noise(races(rows, []))


@given(
    st.lists(st.sampled_from(range(12)), min_size=1, max_size=12, unique=True),
    st.lists(st.sampled_from(critical_batch_study.BATCHES), unique=True), st.booleans(), st.booleans(),
)  # fmt: skip
@few
def test_with_any_of_the_races_every_sentence_has_numbers_that_are_some(
    kept, batches, live, walked
):
    rows = [
        row for row in RACED
        if row["seed"] in kept
        and (row["batch"] in batches if row.get("target", 0) > 0 else walked)
    ]  # fmt: skip
    found = races(rows, [] if live else None)
    text = [crit.race(found), crit.grown(found), crit.noise(found)]
    assert [part for part in text if unfinished(part)] == []
    assert all(text)


# --- Devices ----------------------------------------------------------------------------------


@given(views, halls)
@settings(few, max_examples=60)
def test_devices_are_told_with_their_days_their_money_and_what_twice_as_many_do(one, hall):
    S_min, B_crit, N = kaplan(one.reached)
    speed = {"A100": 312e12, "H100": 989e12}[hall.kind] * 0.4 / (6 * N)
    wait, n = float(hall.sync) / 1000, float(hall.devices)

    def fastest(devices):
        """Days at the best batch, in closed form: S_min (sqrt(sync) + sqrt(B_crit / n r))^2."""
        seconds = S_min * (math.sqrt(wait) + math.sqrt(B_crit / devices / speed)) ** 2
        return seconds / 86_400

    text, batch = crit.hall(one, hall), math.sqrt(B_crit * n * speed * wait)
    said(text, f"{hall.devices} {hall.kind}", "40 %", format_count(N), f"a loss of {one.loss}")
    said(text, format_number(fastest(n), 3), f"{format_count(n * fastest(n))} device-days")
    side = "below" if batch < B_crit else "above"
    assert f"{format_count(batch)} tokens, {side} the critical {format_count(B_crit)}" in text
    faster = fastest(2 * n) / fastest(n)
    time, money = format_change(faster), format_change(2 * faster)
    time = "\N{MINUS SIGN}under 0.1 %" if time == "0.0 %" else time
    assert f"Twice as many need {time} time" in text
    assert f"{'+under 0.1 %' if money == '0.0 %' else money} money" in text
    enough = B_crit / speed / wait
    said(text, f"{hall.sync} ms", f"{format_count(enough)} devices" if enough >= 1 else "even one")
    assert not unfinished(text)


@pytest.mark.parametrize(("devices", "side"), [("8", "below"), ("131072", "above")])
def test_few_devices_are_fastest_below_the_critical_batch_and_many_above(devices, side):
    text = crit.hall(view.View("3"), Hall(devices, "H100", "30"))
    assert f", {side} the critical" in text


def test_a_gain_that_is_small_is_not_said_to_be_none():
    for one, hall in (
        (view.View("4"), Hall("131072", "H100", "300")),
        (view.View(view.LOSSES[-1]), Hall("8", "A100", "1")),
    ):
        assert not nothing(crit.hall(one, hall))


def test_no_part_of_a_device_is_recommended():
    text = crit.hall(view.View("4"), Hall("131072", "H100", "300"))
    assert "at 0.0" not in text


# --- The noisy quadratic ----------------------------------------------------------------------


@pytest.fixture
def coarse(monkeypatch):
    """Races with fewer rates: a tenth of the time, and steps a little more."""
    monkeypatch.setattr("toylab.simulation.noisy_quadratic.RATES", 24)
    view._raced.cache_clear()
    yield
    view._raced.cache_clear()


@pytest.mark.parametrize("asked_", [Bowl(), Bowl("300", "1.5", "30"), Bowl("1", "0", "2")])
@pytest.mark.usefixtures("coarse")
def test_the_quadratic_is_told_with_its_misfit_its_scales_and_its_rates(asked_):
    text, found = crit.quadratic(asked_), asked_.raced
    frame, task = found.frame, asked_.quadratic
    B, S = frame["batch"].to_numpy(), frame["steps"].to_numpy()
    curve = critical_batch.fit(B, S).curve
    rms = math.sqrt((np.log(S / curve.steps(B)) ** 2).mean())
    said(text, f"{100 * rms:.1f} %", format_number(curve.B_crit, 3), "64 directions")
    h = np.arange(1, 65) ** -float(asked_.decay)
    near = np.abs(np.log(B / curve.B_crit)).argmin()
    end = task.square(B[near], frame["lr"][near], S[near])
    ratios = []
    for square in (np.ones(64), end):
        G2, s = h**2 * square, float(asked_.noise) * h
        noisy_, simple = (h * s).sum() / (h * G2).sum(), s.sum() / G2.sum()
        said(text, format_number(noisy_, 3), format_number(simple, 3))
        ratios.append(noisy_)
    between = ratios[0] <= curve.B_crit <= ratios[1]
    assert ("lies between" in text) == between
    assert (f"{format_number(curve.B_crit / ratios[1], 2)} times the last" in text) == (not between)
    lr = frame["lr"].to_numpy()
    said(text, format_number(lr[0], 2), format_number(lr[-1], 2), "0.25")
    assert (np.diff(lr) >= 0).all()  # "rises"
    assert lr[-1] == pytest.approx(lr[-3])  # "and stays"
    assert not unfinished(text)


@pytest.mark.usefixtures("coarse")
def test_a_rate_that_still_rises_at_the_largest_batch_is_not_said_to_stay():
    asked_ = Bowl("300", "1", "2")
    lr = asked_.raced.frame["lr"].to_numpy()
    assert lr[-1] == pytest.approx(lr[-3]) or "and stays" not in crit.quadratic(asked_)


@pytest.mark.usefixtures("coarse")
def test_the_critical_batch_of_a_quadratic_lies_between_its_noise_scales_or_not():
    """Both happen."""
    told = ["lies between" in crit.quadratic(Bowl("10", d, "10")) for d in ("0.5", "1")]
    assert told == [True, False]


@pytest.mark.usefixtures("coarse")
def test_a_hyperbola_that_is_far_off_is_not_called_very_good():
    text = crit.quadratic(Bowl("10", "0", "30"))
    assert "very good" not in text


@pytest.mark.parametrize(("rms", "verdict"), [(0.01, 0), (0.08, 1), (0.14, 1), (0.3, 2)])
@pytest.mark.usefixtures("coarse")
def test_a_hyperbola_is_praised_by_how_far_it_is_off(monkeypatch, rms, verdict):
    """Beyond 15 % a fit is warned of elsewhere, too."""
    found = Bowl("1", "1.5", "30").raced
    monkeypatch.setattr(
        Bowl, "raced", property(lambda _: replace(found, fit=replace(found.fit, rms=rms)))
    )
    text = crit.quadratic(Bowl())
    verdicts = ["very good", "rough guide", "poor"]
    assert [one in text for one in verdicts] == [k == verdict for k in range(3)]
    said(text, f"{100 * rms:.1f} % off")


# --- One's own table --------------------------------------------------------------------------


def table(**curves):
    batches = np.array([1e3, 4e3, 1.6e4, 6.4e4, 2.56e5])
    frames = [
        pd.DataFrame({"group": group, "batch": batches, "steps": curve.steps(batches) * off})
        for group, (curve, off) in curves.items()
    ]
    return steps_table.fits(pd.concat(frames))


WOBBLE = np.array([1.05, 0.96, 1.02, 0.97, 1.01])


def test_a_table_has_a_row_for_each_group_with_its_batches_and_intervals():
    fits = table(one=(Tradeoff(100, 1e6), WOBBLE), two=(Tradeoff(300, 2e7), 1 / WOBBLE))
    rows = crit.own(fits)
    assert rows["Group"].tolist() == ["one", "two"]
    for (_, row), fit in zip(rows.iterrows(), fits.values(), strict=True):
        estimates = (fit.B_crit, fit.B_20pct, fit.S_min, fit.E_min)
        for cell, found in zip(row[1:5], estimates, strict=True):
            assert (
                cell
                == f"{format_count(found.value)} [{format_count(found.low)}, {format_count(found.high)}]"
            )
        assert row.iloc[5] == f"{100 * fit.rms:.1f} %"
        assert fit.B_20pct.value == pytest.approx(fit.B_crit.value / 5)
    assert crit.doubts(fits) == []


def test_what_is_refused_or_not_determined_is_said_in_the_table_and_warned_of():
    fits = table(one=(Tradeoff(100, 1e6), WOBBLE))
    fits["few"] = "a hyperbola needs 3 different batches, got 2"
    flat = critical_batch.fit([1e6, 2e6, 4e6], [100, 104, 99])
    fits["flat"] = flat
    assert not flat.determined
    rows = crit.own(fits).set_index("Group")
    assert rows.loc["few", "B_crit"] == fits["few"]
    assert rows.loc["few"].tolist()[1:] == [""] * 4
    assert rows.loc["flat", "B_crit"] == "not determined"
    assert rows.loc["flat"].iloc[1] == ""
    assert crit.doubts(fits) == [f"flat: {warning}" for warning in flat.warnings]
    assert crit.doubts({"all": flat}) == list(flat.warnings)
    assert len(flat.warnings) >= 2


@given(st.floats(1e-2, 1e12), st.floats(1.01, 30), st.floats(1.01, 30))
def test_an_estimate_is_said_with_its_ends_in_order(value, down, up):
    said_ = Estimate(value, value / down, value * up)
    for form, digits in ((crit.counted(said_), format_count), (crit.whole(said_), format_number)):
        ends = [digits(x) if digits is format_count else digits(x, 3) for x in
                (said_.value, said_.low, said_.high)]  # fmt: skip
        assert form == f"{ends[0]} [{ends[1]}, {ends[2]}]"
        assert not unfinished(form)
