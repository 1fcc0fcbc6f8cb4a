"""Sentences of the page on batch and learning rate: true at every setting, and computed."""

import math
import re
from dataclasses import asdict, replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from tests.example_counts import few
from tests.text_checks import MINUS, check_numbers, exponents_in, unfinished, zero_shares
from toylab.experiments import batch_lr_study
from toylab.experiments.batch_lr_study import BatchLrStudy
from toylab.laws import batch_lr
from toylab.live.result_source import ResultSource
from toylab.quantities import (
    format_count,
    format_number,
    format_scientific,
    format_share,
    parse_number,
)
from toylab.teaching.glossary import TERMS
from toylab.teaching.guesses import gap
from ui.concepts.batch_lr import blocks, live, live_text, view
from ui.concepts.batch_lr import text as sentences
from ui.concepts.batch_lr.view import SHAPES, Controls, ModelControls
from ui.knobs import knobs_of

TIMES = "\N{MULTIPLICATION SIGN}"
RECORDED = BatchLrStudy.PRESETS["recorded"]


LIMITS = {name: knobs_of(Controls)[name].options[:2] for name in ("along", "across", "tilt")}


def limits(name):
    low, high = LIMITS[name]
    return st.sampled_from([low, getattr(Controls(), name), high]) | st.floats(low, high)


def asked(noise=view.NOISES, **more):
    """Any setting of the first page's controls."""
    knobs = {
        "along": limits("along"), "across": limits("across"), "tilt": limits("tilt"),
        "cells": st.integers(4, 16), "span": st.sampled_from(view.SPANS),
        "budget": st.sampled_from(view.BUDGETS), "noise": st.sampled_from(list(noise)),
        "rule": st.sampled_from(list(view.RULES)), "seed": st.integers(0, 9999),
        "finder": st.sampled_from(list(view.FINDERS)),
    }  # fmt: skip
    return st.builds(Controls, **(knobs | more))


guesses = st.tuples(st.sampled_from(view.BATCHES), st.sampled_from(view.RATES))
FLAT = Controls(**asdict(SHAPES["flat"]), noise="5")
STEEP = Controls(**asdict(SHAPES["steep"]), noise="5")


def excess(one, batch, lr):
    """Of a setting's true loss, as a share of the floor, written out."""
    b, r = np.log(np.asarray(batch) / one.bowl.batch), np.log(np.asarray(lr) / one.bowl.lr)
    return (one.along * b**2 + one.across * (r - one.tilt * b) ** 2) / one.bowl.floor


def costs(part):
    return "under 0.01 %" if part < 1e-4 else f"{100 * part:.2f} %"


def loses(one, place):
    part = float(excess(one, *place))
    return "\N{ALMOST EQUAL TO} 0 %" if part < 1e-4 else costs(part)


# --- The valley -------------------------------------------------------------------------------


@given(asked(), guesses)
@few
def test_every_sentence_of_a_valley_can_be_said_with_numbers_that_are_some(one, guess):
    text = [
        sentences.label(one), sentences.MADE, sentences.trust(one), sentences.asked(one, guess),
        sentences.finding(one, guess),
    ]  # fmt: skip
    for seen in True, False:
        text += sentences.numbers(one, guess, seen).values()
    if one.along > 0.003:  # see the band
        text.append(sentences.details(one))
    assert [part for part in text if unfinished(part)] == []
    assert all(part.strip() for part in text)


@given(asked())
@few
def test_what_the_curves_show_can_be_said_with_numbers_that_are_some(one):
    text = sentences.moving(one)
    try:
        there = len((one.optimal_settings.by_batch, one.optimal_settings.by_lr))
    except ValueError:
        there = 0
    assert len(exponents_in(text)) == there
    assert not unfinished(re.sub(rf"{MINUS}0\.0+\b", "", text))


def test_a_power_law_that_cannot_be_told_is_refused_with_the_reason():
    with pytest.raises(ValueError, match="no lowest point") as refusal:
        _ = FLAT.optimal_settings
    assert str(refusal.value) in sentences.moving(FLAT)


@given(asked())
@few
def test_the_label_has_the_law_the_noise_and_the_runs(one):
    text = sentences.label(one)
    assert batch_lr.RULES[one.rule].title in text
    if one.noise != "0":
        check_numbers(text, f"{one.noise} %")
    assert f"{one.cells}{TIMES}{one.cells}" in text
    assert len(one.table) == one.cells**2


@given(asked(), guesses)
@few
def test_each_answer_is_told_with_what_it_loses_and_none_while_it_is_guessed(one, guess):
    losses = one.study.losses(one.flops)[0]
    i, j = np.unravel_index(losses.argmin(), (one.cells, one.cells))
    lowest, fit = (one.grid.batches[i], one.grid.lrs[j]), one.optima["fit"].first
    told = {
        "best": f"{format_count(one.bowl.batch)}, {format_scientific(one.bowl.lr, 2)}",
        "lost: lowest run": loses(one, lowest),
        "fit": "no bottom" if math.isnan(fit[0]) else loses(one, fit),
    }
    assert sentences.numbers(one, None, seen=True) == told
    own = sentences.numbers(one, guess, seen=True)
    assert own == told | {"guess": loses(one, guess)}
    for said in guess, None:
        assert sentences.numbers(one, said, seen=False) == dict.fromkeys(told, "?")
        assert not re.search(r"\d", sentences.asked(one, said))


@given(asked(), guesses)
@few
def test_a_guess_is_held_against_the_law(one, guess):
    batch, lr = sentences.questions(one)
    assert (batch.answer, lr.answer) == (one.bowl.batch, one.bowl.lr)
    for question, given_ in zip((batch, lr), guess, strict=True):
        assert one.budget in question.text
        off = max(given_ / question.answer, question.answer / given_)
        assert gap(question, given_).close == (off <= 2)


@given(asked(), guesses)
@few
def test_a_guess_that_lies_outside_the_figure_is_said_to(one, guess):
    text, (across, up) = sentences.asked(one, guess), one.box
    outside = [
        name
        for name, at, (low, high) in (
            ("your batch", guess[0], across), ("your rate", guess[1], up),
        )
        if not low < at < high
    ]  # fmt: skip
    assert ("outside the figure" in text) == bool(outside)
    assert [name for name in ("your batch", "your rate") if name in text] == outside


def closest(text):
    return re.search(r"\*\*(your guess|the lowest run|the fit)\*\* came closest", text)[1]


@given(asked(), guesses)
@few
def test_the_closest_is_the_one_whose_true_loss_is_lowest(one, guess):
    settings_ = {
        "your guess": guess, "the lowest run": one.optima["lowest"].first,
        "the fit": one.optima["fit"].first,
    }  # fmt: skip
    above = {
        name: math.inf if math.isnan(place[0]) else float(excess(one, *place))
        for name, place in settings_.items()
    }
    first, second, _ = sorted(above.values())
    assume(second > first * (1 + 1e-6) + 1e-12)
    assert closest(sentences.finding(one, guess)) == min(above, key=above.get)


def test_each_of_the_three_can_be_the_closest():
    """Without noise the quadratic is exact; a far guess never wins; with noise the eye may."""
    quiet, far = Controls(noise="0"), (2048.0, 1e-1)
    assert closest(sentences.finding(quiet, (2.0**20, 1e-3))) == "the fit"
    assert closest(sentences.finding(FLAT, far)) == "the lowest run"
    assert closest(sentences.finding(FLAT, (2.0**20, 1e-3))) == "your guess"


@given(asked(along=st.floats(0.003, 1)))
@few
def test_the_near_optimal_band_spans_the_factor_that_its_loss_allows(one):
    """0.25 % of the loss, DeepSeek's, end to end in batch."""
    text = sentences.details(one)
    factor = math.exp(2 * math.sqrt(0.0025 * one.bowl.floor / one.along))
    check_numbers(text, f"{factor:.2g}")
    for level in view.RINGS:
        check_numbers(text, f"{100 * level:g} %")


@pytest.mark.parametrize("along", [
    0.0005,
    0.002,
    0.02,
])  # fmt: skip
def test_a_wide_band_is_said_in_plain_digits(along):
    one = Controls(along=along, budget="1e16")
    told = re.search(r"a factor (\S+) in batch", sentences.details(one))[1]
    assert "e" not in told
    factor = math.exp(2 * math.sqrt(0.0025 * one.bowl.floor / along))
    assert parse_number(told) == pytest.approx(factor, rel=0.05)


@given(asked(tilt=st.floats(0.05, 1)))
@few
def test_twice_the_batch_wants_the_rate_that_the_tilt_has(one):
    text = sentences.details(one)
    check_numbers(text, f"{2**one.tilt:.2g}")
    rates = one.bowl.lr * np.geomspace(0.1, 10, 2001)
    best = rates[one.bowl.loss(2 * one.bowl.batch, rates).argmin()]
    assert best / one.bowl.lr == pytest.approx(2**one.tilt, rel=0.01)


def test_a_valley_that_is_not_tilted_is_not_said_to_be():
    assert "valley is tilted" not in sentences.details(STEEP)


@given(asked())
@few
def test_a_winner_below_the_best_loss_there_is_was_lucky_and_another_is_not_said_to_be(one):
    """The lowest of many noisy runs is biased downwards."""
    text = sentences.details(one)
    lowest = one.study.losses(one.flops)[0].min()
    check_numbers(text, format_number(lowest), format_number(one.bowl.floor))
    assert ("lucky" in text) == (lowest < one.bowl.floor)


def test_five_percent_of_noise_makes_every_winner_lucky_and_none_does_none():
    assert "lucky" in sentences.details(STEEP)
    assert "lucky" not in sentences.details(replace(STEEP, noise="0"))


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
    assert sentences.cost(part) == text


@pytest.mark.parametrize(
    ("batch", "lr", "text"),
    [
        (math.nan, math.nan, "none"),
        (187.4, 0.0164, "187, 1.6e-2"),
        (1.024e6, 9.86e-4, "1.02M, 9.9e-4"),
    ],
)
def test_a_setting_is_its_batch_and_its_rate(batch, lr, text):
    assert sentences.setting(batch, lr) == text


# --- Its travel -------------------------------------------------------------------------------


@pytest.mark.parametrize("one", [
    Controls(), Controls(noise="2", finder="lowest", seed=3), Controls(rule="step", noise="0.1"),
    Controls(rule="step", noise="1", cells=4, span="16"),
])  # fmt: skip
def test_the_exponents_are_those_of_lines_through_each_draws_optima(one):
    text = sentences.moving(one).replace(MINUS, "-")
    x = np.log(view.EVERY)
    found = [one.study.found(C) for C in view.EVERY]
    told = exponents_in(text)
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
    """0.3271 is 2.12 times, or 1.087 doublings, a decade."""
    text = sentences.moving(Controls(rule=rule, noise="0"))
    check_numbers(text, f"{batch:.4f}", f"{MINUS}{-lr:.4f}", "200")
    check_numbers(text, f"{10**batch:.3g}", f"{math.log2(10**batch):.4g}")


def test_studies_without_a_bottom_somewhere_are_counted():
    one = Controls(**asdict(SHAPES["flat"]), noise="0.5", seed=1)
    lost = one.optimal_settings.lost
    assert lost > 0.01
    check_numbers(sentences.moving(one), f"{100 * lost:.1f} %")
    assert Controls().optimal_settings.lost == 0
    assert not zero_shares(sentences.moving(Controls()))


@pytest.mark.parametrize("lost", [slice(1), slice(1, None)])
def test_one_draw_in_two_hundred_is_not_said_as_none_and_all_but_one_not_as_all(lost):
    one = Controls()
    found, fit = one.optima, one.optima["fit"]
    batch = fit.batch.copy()
    batch[lost] = math.nan
    one.__dict__["optima"] = found | {"fit": replace(fit, batch=batch)}
    assert not re.search(r"in (0|100) %", sentences.trust(one))


def test_deepseeks_models_are_told_as_their_report_has_them():
    """MHA and GQA, 10^22.93 FLOPs, 9.44M and 18.9M, the formula beside them."""
    text = sentences.used()
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
    check_numbers(text, "8.46e22", "9.44M", "9.22M", "18.9M", "20.7M", "4.25e-4", "3.12e-4")
    check_numbers(text, "1e17", "2e19")
    assert not unfinished(text)


def grows(what):
    """Over nine decades, by DeepSeek's law."""
    return 10 ** (9 * {"batch": 0.3271, "lr": -0.1250}[what])


def test_every_experiment_sets_what_its_words_say():
    """Noise and steepness; a flat valley."""
    (_, lucky, one), (_, flat, two), (_, law, three), (_, move, four) = blocks.EXPERIMENTS
    assert (one.noise, one.about) == ("5", "trust")
    assert all(getattr(one, k) == v for k, v in asdict(SHAPES["steep"]).items())
    assert all(getattr(two, k) == v for k, v in asdict(SHAPES["flat"]).items())
    assert two.about == "trust"
    assert three.finder == "lowest"
    assert "lowest run" in law
    assert four.budget == "1e16"
    check_numbers(
        move, "1e16", "1e25", f"{grows('batch'):.0f} times", f"{1 / grows('lr'):.0f} times"
    )
    for text in (lucky, flat, law, move):
        assert not unfinished(text)


# --- Which answer to trust --------------------------------------------------------------------


@given(asked())
@few
def test_how_the_lowest_run_comes_out_is_counted_over_all_draws(one):
    """How often it is the best cell; whether the grid holds the optimum."""
    text, losses = sentences.trust(one), one.study.losses(one.flops)
    b, s = (x.ravel() for x in np.meshgrid(one.grid.batches, one.grid.lrs, indexing="ij"))
    truth, best = excess(one, b, s), losses.argmin(axis=1)
    check_numbers(text, format_share(float((best == truth.argmin()).mean())))
    check_numbers(text, *map(format_count, np.percentile(b[best], [5, 95])))
    gap = losses.min(axis=1).mean() / one.bowl.floor - 1
    assert ("**below**" in text) == (gap < 0)
    check_numbers(text, f"{100 * abs(gap):.2f} %" if gap < 0 else costs(gap))
    check_numbers(text, costs(truth[best].mean()))


@given(asked())
@few
def test_how_the_quadratic_comes_out_is_counted_over_the_draws_that_have_a_bottom(one):
    text, fit = sentences.trust(one), one.optima["fit"]
    there = np.isfinite(fit.batch)
    none = format_share(float((~there).mean()), 1)
    vague = there.sum() < 100
    if not there.all():
        check_numbers(text, none)
    if not vague:
        check_numbers(text, *map(format_count, np.percentile(fit.batch[there], [5, 95])))
        check_numbers(text, costs(excess(one, fit.batch[there], fit.lr[there]).mean()))
        check_numbers(text, f"{one.step:.2f}")
        batches = np.array(one.grid.batches)
        assert batches[1:] / batches[:-1] == pytest.approx(one.step)


def test_verdicts_of_trust_flip_with_the_noise_and_the_valley():
    assert np.isfinite(replace(FLAT, cells=4).optima["fit"].batch).sum() < 100
    assert np.isfinite(Controls().optima["fit"].batch).sum() >= 100
    assert STEEP.optima["lowest"].loss.mean() < STEEP.bowl.floor
    assert replace(STEEP, noise="0").optima["lowest"].loss.mean() > STEEP.bowl.floor
    check_numbers(sentences.trust(Controls(noise="0")), "100 %")


def test_a_loss_that_is_not_the_best_is_not_said_to_be_0_percent_above_it():
    one = Controls(0.01, 0.01, 0.5, 16, "3", budget="1e17", noise="0", seed=2)
    assert one.optima["lowest"].loss.mean() > one.bowl.floor * (1 + 1e-9)
    assert not zero_shares(sentences.trust(one))


# --- The laws side by side --------------------------------------------------------------------


every = pytest.mark.parametrize(
    "asked_",
    [
        ModelControls(params, tokens, context)
        for params, context in zip(
            (view.SIZES[0], "1B", view.SIZES[-1]), (512, 4096, 8192), strict=True
        )
        for tokens in (view.DATA[0], "100B", view.DATA[-1])
    ],
)


@every
def test_the_table_of_laws_has_their_batches_in_tokens_and_in_sequences(asked_):
    """Step Law's batch is the same whatever the size."""
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
    table = sentences.advice(asked_)
    assert table["batch, tokens"].tolist() == [format_count(B) for B in batches]
    assert table[f"sequences of {asked_.context}"].tolist() == [
        f"{B / asked_.context:,.0f}" for B in batches
    ]
    assert table["peak rate"].tolist() == [
        format_scientific(0.3118 * C**-0.1250),
        format_scientific(1.79 * N**-0.713 * D**0.307),
        "says nothing",
        "says nothing",
    ]
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
    text = sentences.disagreement(asked_)
    told = re.findall(r"\*\*([\d.]+)\*\*", text)
    assert told == [f"{max(found) / min(found):.1f}" for found in (batches, rates)]
    check_numbers(text, asked_.params, asked_.tokens, "0.307", f"{MINUS}0.32")
    assert not unfinished(text)


# --- The live grid ----------------------------------------------------------------------------


GRID = RECORDED.recorded().rows
CELLS = [(B, r) for B in batch_lr_study.BATCHES for r in batch_lr_study.LRS]


def grid(rows=GRID, plan=RECORDED, running=False):
    return live.gather(ResultSource(plan, None, None, stale=False), rows, [] if running else None)


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
        (BatchLrStudy(1, 1), ("1 budget, 1 seed",)),
        (BatchLrStudy(2, 3), ("2 budgets, 3 seeds",)),
    ],
)
def test_what_a_grid_trains_is_counted_in_one_line(plan, parts):
    text = plan.describe()
    assert text.endswith(parts[0])
    check_numbers(text, f"7{TIMES}6 settings", "5,424 parameters")
    assert 226 * 24 == 5424
    assert plan.networks == 42 * plan.budgets * plan.seeds


def test_bottoms_are_told_with_those_of_each_seed():
    for valley in grid().valleys:
        text, fit = live_text.bottom(valley), valley.bottom
        mean = pd.Series(valley.mean, pd.MultiIndex.from_tuples(CELLS)).idxmin()
        for batch, lr in (mean, (fit.batch[0], fit.lr[0])):
            assert f"{batch:.0f}, {format_scientific(lr, 2)}" in text
        ends = [end for of in (fit.batch[1:], fit.lr[1:]) for end in (of.min(), of.max())]
        check_numbers(text, f"{ends[0]:.0f}", f"{ends[1]:.0f}")
        check_numbers(text, *(format_scientific(rate, 2) for rate in ends[2:]))
        assert f"**{live.budget(valley)}**" in text
        assert text.count("**") == 4  # that, and its bottom
        assert not unfinished(text)


def test_with_one_seed_no_spread_is_known():
    found = grid([row for row in GRID if row["seed"] == 1])
    for valley in found.valleys:
        assert "no spread is known" in live_text.bottom(valley)
    assert "no spread is known" not in live_text.bottom(grid().valleys[0])


@pytest.mark.parametrize("ended", [0, 1, 41])
def test_of_a_grid_on_its_way_the_settings_are_counted(ended):
    mine = [row for row in GRID if row["tokens"] == batch_lr_study.TOKENS[0] and row["seed"] == 0]
    found = grid(mine[:ended], BatchLrStudy(2, 1), running=True)
    check_numbers(live_text.bottom(found.valleys[0]), f"{ended} of 42")
    check_numbers(live_text.bottom(found.valleys[1]), "0 of 42")
    assert exponents_in(live_text.together(found)) == []


def test_a_setting_that_diverged_is_not_said_not_to_be_trained():
    rows = [row | {"loss": math.nan, "diverged": True} if (row["batch"], row["lr"]) == CELLS[-1]
            else row for row in GRID]  # fmt: skip
    assert "41 of 42" not in live_text.bottom(grid(rows).valleys[0])


def test_a_bottom_that_is_not_to_be_trusted_is_not_told_and_why():
    rows = [row | {"loss": 1.0} if (row["batch"], row["lr"]) == CELLS[0] else row for row in GRID]
    for valley in grid(rows).valleys:
        text = live_text.bottom(valley)
        assert valley.warning
        assert valley.warning in text
        assert text.count("**") == 2  # about its budget, and about no setting


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
    text = live_text.together(grid(rows, BatchLrStudy(budgets, 3)))
    assert ("far less" in text) == less
    (batch, *ends), *rest = exponents_in(text)
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
    text = live_text.together(grid([row for row in GRID if row["seed"] in kept]))
    assert exponents_in(text) == []
    assert not unfinished(text)


def test_a_best_batch_that_falls_is_not_said_to_be_undetermined():
    rows = made_grid(-0.3, 0.0, seeds=(-0.01, 0, 0.01))
    assert exponents_in(live_text.together(grid(rows)))[0][2] < 0
    assert "not determined" not in live_text.together(grid(rows))


def test_recorded_grids_say_that_the_batch_grows_and_the_rate_moves_far_less():
    text = live_text.together(grid())
    (_, low, _), (rate, *_) = exponents_in(text)
    assert low > 0
    assert abs(rate) < low / 2
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
    for what, told in zip(("batch", "lr"), exponents_in(live_text.together(found)), strict=True):
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
    assert f"{min(found):.0f} to {max(found):.0f}" in live_text.bottom(valley)


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
    assert "91 to 91" in live_text.bottom(found.valleys[0])


def test_one_bottom_says_nothing_of_how_it_moves():
    text = live_text.together(grid(made_grid(0.5, 0, budgets=1), BatchLrStudy(1, 3)))
    assert exponents_in(text) == []
    assert "C^" not in text


def test_where_there_is_no_bottom_it_is_not_said_to_be_one():
    assert not live_text.together(grid([])).startswith("One bottom")


def test_recorded_runs_are_told_with_what_made_them_and_it_ends_before_the_next_sentence():
    kept = RECORDED.recorded()
    text = live_text.made(ResultSource(RECORDED, None, kept, stale=False))
    assert f"{kept.made}. " in text
    assert text.endswith(".")


def test_the_glossary_has_the_near_optimal_band_of_the_page():
    (term,) = (term for term in TERMS if term.name == "near-optimal")
    check_numbers(term.meaning, f"{100 * view.RINGS[0]:g} %")
