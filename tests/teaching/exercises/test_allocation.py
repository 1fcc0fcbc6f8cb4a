"""The exercises on allocation: every number in them, worked out anew."""

import math
import re
from dataclasses import astuple

import numpy as np
import pytest
from scipy.optimize import brentq, minimize_scalar

from tests.text_checks import check_numbers
from toylab.teaching.exercises.allocation import examples


def rounded(N, D):
    """Hoffmann's approach 3 as printed, written out."""
    return 1.69 + 406.4 / N**0.34 + 410.7 / D**0.28


def refit(N, D):
    """Besiroglu's constants, written out."""
    return 1.8172 + 482.01 / N**0.3478 + 2085.43 / D**0.3658


def least(loss, flops):
    """The lowest loss of a budget, by search."""
    found = minimize_scalar(
        lambda u: loss(math.exp(u), flops / 6 / math.exp(u)),
        bounds=(5, 45), options={"xatol": 1e-9},
    )  # fmt: skip
    return found.fun


def gives_away(loss, N, D):
    """Nats above the best split of the same compute, and the share of compute wasted."""
    spent, reached = 6 * N * D, loss(N, D)
    needed = brentq(lambda u: least(loss, math.exp(u)) - reached, 30, 80)
    return reached - least(loss, spent), 1 - math.exp(needed) / spent


SPLIT, RULE, WHICH, TENFOLD, SEPARATELY, ACTIVATION, AGAIN = range(7)


def test_there_are_seven_exercises_each_with_its_five_parts():
    assert [example.name for example in examples()] == [
        "Split 1e23", "Split 5e24", "Compare two models", "100B or 1T tokens",
        "Two lines, one budget", "Another activation, another 6?", "Read it again?",
    ]  # fmt: skip
    assert all(len(part) > 8 for example in examples() for part in astuple(example))


def test_a_budget_of_1e23_is_28_9_billion_on_577_billion():
    """Twenty tokens a parameter and C = 6 N D."""
    check_numbers(examples()[SPLIT].answer, "28.9B", "577B")
    check_numbers(examples()[SPLIT].question, "1e23", "20")


def test_with_4_n_d_the_run_needs_one_and_a_half_times_its_budget():
    size = math.sqrt(1e23 / 80)
    assert 6 * size * 20 * size == pytest.approx(1.5e23)
    check_numbers(examples()[SPLIT].common_mistake, "35.4B", "707B")
    assert [size, 20 * size] == pytest.approx([35.4e9, 707e9], rel=2e-3)
    seen = 1e23 / 6 / size
    nats, waste = gives_away(refit, size, seen)
    check_numbers(
        examples()[SPLIT].cost,
        "1.5e23", "1.5", "471B", f"{seen / size:.1f}", f"{nats:.4f}",
        f"{100 * (1 - waste):.1f} %",
    )  # fmt: skip
    assert seen == pytest.approx(471e9, abs=0.5e9)


def test_at_5e24_the_rule_and_the_printed_constants_differ():
    """204B on 4.08T against 85.4B on 9.76T, 114 tokens a parameter."""
    check_numbers(examples()[RULE].answer, "204B", "4.08T", "85.4B", "9.76T", "114")
    by_print = gives_away(rounded, math.sqrt(5e24 / 120), 20 * math.sqrt(5e24 / 120))
    by_refit = gives_away(refit, 85.4e9, 5e24 / 6 / 85.4e9)
    for nats, waste in (by_print, by_refit):
        check_numbers(examples()[RULE].cost, f"{nats:.4f}", f"{100 * waste:.0f} %")


def test_of_two_models_the_printed_constants_prefer_the_smaller_and_the_refit_the_larger():
    text = examples()[WHICH].answer
    check_numbers(text, "0.0580", "0.1209", "1.8690", "0.0644", "0.1109", "1.8653")
    check_numbers(text, "85.4B", "9.76T", "1.8628", "1.9242", "1.9251")
    assert rounded(1.5e11, 5.56e12) < rounded(2.04e11, 4.08e12)
    assert refit(1.5e11, 5.56e12) > refit(2.04e11, 4.08e12)
    assert re.search(r"1\.8690\*\* against .*1\.8653\*\*: the smaller", text)
    assert re.search(r"1\.9242 against 1\.9251: the larger", text)


def test_numbers_in_billions_give_losses_above_blind_guessing():
    """204^0.34 = 6.10 and 4080^0.28 = 10.26."""
    losses = [rounded(204, 4080), rounded(150, 5560)]
    check_numbers(examples()[WHICH].common_mistake, *(f"{loss:.1f}" for loss in losses))
    assert losses[0] == pytest.approx(1.69 + 406.4 / 6.10 + 410.7 / 10.26, rel=1e-3)
    assert min(losses) > math.log(32_000)
    wastes = [gives_away(rounded, N, D)[1] for N, D in ((2.04e11, 4.08e12), (1.5e11, 5.56e12))]
    check_numbers(examples()[WHICH].cost, "10.4", "32,000", f"{100 * (wastes[0] - wastes[1]):.0f}")


def test_ten_times_the_data_takes_0_162_nats_off_and_15_percent_of_perplexity():
    """Not from 2.5 to 2.115."""
    check_numbers(
        examples()[TENFOLD].answer, "2.0316", "1.8693", "0.162", "7.63", "6.48", "15.0", "8.0"
    )
    before, after = rounded(math.inf, 1e11), rounded(math.inf, 1e12)
    assert before - after == pytest.approx(0.162, abs=5e-4)
    assert math.exp(after - before) - 1 == pytest.approx(-0.15, abs=5e-4)
    assert examples()[TENFOLD].answer.count("\N{MINUS SIGN}") == 2


def test_only_the_datas_term_falls_by_ten_to_the_minus_beta():
    """410.7 / (1e11)^0.28 = 0.3416, without hidden units."""
    before, after = rounded(math.inf, 1e11), rounded(math.inf, 1e12)
    assert before - 1.69 == pytest.approx(0.3416, abs=5e-5)
    check_numbers(examples()[TENFOLD].common_mistake, "0.342", "0.52", "1.69")
    slip = before * 10**-0.28
    times = f"{(before - slip) / (before - after):.0f}"
    check_numbers(examples()[TENFOLD].cost, f"{slip:.2f}", times)
    assert slip < 1.69


def test_no_number_of_the_text_is_missing_or_infinite():
    for example in examples():
        assert not re.search(r"\b(nan|inf|None)\b", " ".join(astuple(example)))


def test_lines_fitted_apart_do_not_keep_to_their_budget_and_on_log_axes_they_do():
    """50.0B on 337B tokens are 1.011e23 FLOPs, not 1e23."""
    check_numbers(examples()[SEPARATELY].answer, "1.011e23", "+1.1 %")
    C = np.array([1e18, 1e19, 1e20])
    N = np.array([1e8, 2e8, 9e8])
    (a, n), (b, d) = (np.polyfit(np.log(C), np.log(x), 1) for x in (N, C / 6 / N))
    assert a + b == pytest.approx(1)
    assert n + d == pytest.approx(-math.log(6))


def test_a_third_matrix_makes_a_layer_larger_and_leaves_six_flops_a_weight():
    """12 d^2 weights with ReLU, 16 d^2 with SwiGLU at the same hidden width."""
    check_numbers(examples()[ACTIVATION].question, "4,096", "201M")
    check_numbers(examples()[ACTIVATION].answer, "268M", "+33.3 %")
    check_numbers(examples()[ACTIVATION].cost, "1.33 times")


def test_four_passes_are_worth_93_percent_and_the_ceiling_is_16_times():
    """Muennighoff et al. 2023, R_D* = 15.387756."""
    star = 15.387756
    fresh = 140e9 * (1 + star * (1 - math.exp(-3 / star)))
    check_numbers(examples()[AGAIN].answer, f"{fresh / 1e9:.0f}B", "93 %", "38 %")
    check_numbers(examples()[AGAIN].cost, "16.4", f"{140e9 * (1 + star) / 1e12:.2f}T")
