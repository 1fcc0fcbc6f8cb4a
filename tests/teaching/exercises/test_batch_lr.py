"""The exercises on batch and learning rate: every number in them, worked out anew."""

import math
import re
from dataclasses import astuple

import pytest

from tests.text_checks import check_numbers
from toylab.experiments import batch_lr_study, corpus, steps_to_loss
from toylab.laws import batch_lr
from toylab.teaching.exercises.batch_lr import examples, size, validation

BASE, BUDGET, EMPTY, ASLEEP, STEPS = range(5)


def deepseek(flops):
    """Tokens a batch, written out."""
    return 0.2920 * flops**0.3271


def test_there_are_seven_exercises_each_with_its_five_parts():
    assert [example.name for example in examples()] == [
        "Read an exponent off a plot", "What did this run cost?",
        "Is an infinite loss a divergence?", "Which of these learning rates is best?",
        "A fair comparison of batches", "How large is this model?",
        "What does validation measure?",
    ]  # fmt: skip
    assert all(len(part) > 8 for example in examples() for part in astuple(example))


def test_ten_doublings_in_eight_decades_are_a_power_of_0_376_and_not_of_1_25():
    one = examples()[BASE]
    right = (math.log(2**26) - math.log(2**16)) / (math.log(1e24) - math.log(1e16))
    assert right == pytest.approx(0.376, abs=5e-4)
    check_numbers(one.question, "2^16", "1e16", "2^26", "1e24")
    check_numbers(one.answer, f"{right:.3f}", "10", "8")
    check_numbers(one.common_mistake, "10", "8", f"{(26 - 16) / (24 - 16):.2f}")
    assert "1.25" not in one.answer.split("doublings")[0].split("**")[1]


def test_put_through_its_point_the_slip_gives_an_eighth_of_a_token():
    """C1 = 6.7e-23, 0.0067 tokens at 1e16 and 0.12 at 1e17."""
    tokens_at = [2**26 * (C / 1e24) ** 1.25 for C in (1, 1e16, 1e17)]
    assert tokens_at == [pytest.approx(x, rel=0.04) for x in (6.7e-23, 0.0067, 0.12)]
    tokens = tokens_at[-1]
    check_numbers(examples()[BASE].cost, "1.25", f"{tokens:.2g}", "1e17", "106k")
    assert deepseek(1e17) == pytest.approx(106e3, abs=500)


def test_the_repaired_power_is_told_in_doublings_a_decade_which_the_slip_took_for_a_power():
    """A power of 0.376 is 1.25 doublings a decade, and the slip's number is those."""
    doublings = math.log2((2**26 / 2**16) ** (1 / 8))
    assert doublings == 1.25
    assert batch_lr.bits(math.log10(1024) / 8) == pytest.approx(doublings)
    check_numbers(examples()[BASE].answer, "1.25 doublings a decade")


def test_the_upper_end_is_misread_by_nearly_two_doublings():
    """2^24.3 at 1e24 by DeepSeek's law, whose power is 0.3271; 2^15.6 at 1e16."""
    assert math.log2(deepseek(1e24)) == pytest.approx(24.3, abs=0.05)
    assert math.log2(deepseek(1e16)) == pytest.approx(15.6, abs=0.05)
    check_numbers(examples()[BASE].answer, "0.3271", "1.087", "2^24.3")
    assert math.log2(10**0.3271) == pytest.approx(1.087, abs=5e-4)
    assert math.log10(1024) / 8 > 0.3271  # "even that is too steep"


def test_a_run_costs_its_batch_times_its_steps_times_a_sequence_times_three():
    """1.105e13 FLOPs against 1.08e8, by a factor 102,400."""
    one = examples()[BUDGET]
    right, slip = 4 * 100 * (8.99e6 * 1024) * 3, 4 * 8.99e6 * 3
    assert right == pytest.approx(1.105e13, rel=5e-4)
    assert slip == pytest.approx(1.08e8, rel=2e-3)
    assert right / slip == pytest.approx(102_400)
    check_numbers(one.question, "8.99e6", "100 steps", "4 sequences", "1,024")
    check_numbers(one.answer, "1.105e13")
    check_numbers(one.cost, "1.08e8", "102,400")


def test_1232_blocks_are_gone_before_the_batch_that_was_never_tested():
    """An empty loader gives an infinite loss; nothing diverged."""
    assert 11 * 4 * (4 + 8 + 16) == 1232
    check_numbers(examples()[EMPTY].question, "4", "8", "16", "32")
    check_numbers(examples()[EMPTY].cost, "11", "4", "1,232", "32")
    assert examples()[EMPTY].answer.startswith("**None.**")


def test_all_our_networks_meet_the_same_exam():
    """As the answer claims it of this program."""
    assert "held-out text, made once" in examples()[EMPTY].answer
    assert steps_to_loss._exam() is steps_to_loss._exam()
    assert len(steps_to_loss._exam()) <= len(corpus.load().exam)


def test_a_blind_guess_costs_10_82_nats_and_the_grid_has_learned_one_of_them():
    """Losses of 9.69 to 9.84."""
    one, blind = examples()[ASLEEP], math.log(50_257)
    assert blind == pytest.approx(10.82, abs=0.005)
    check_numbers(one.question, "1e-6", "5e-5", "100 steps", "50,257", "9.69", "9.84")
    check_numbers(one.answer, "10.82", f"{blind - 9.84:.2f}", f"{blind - 9.69:.2f}")
    assert one.answer.startswith("**The grid cannot tell.**")


def test_its_differences_and_its_highest_rate_are_held_against_a_real_models():
    """DeepSeek 7B's 4.2e-4 is 8.4 times 5e-5."""
    check_numbers(examples()[ASLEEP].cost, "0.15", "DeepSeek 7B", f"{4.2e-4 / 5e-5:.1f}")


def test_the_same_steps_give_the_largest_batch_eight_times_the_compute():
    """Equal compute needs steps in inverse proportion to the batch."""
    one = examples()[STEPS]
    check_numbers(one.question, "4", "32", "100 steps")
    check_numbers(one.cost, f"{6 * 1e9 * 32 * 100 / (6 * 1e9 * 4 * 100):.0f} times")
    assert one.answer.startswith("**No.**")
    assert "1/B" in one.answer


def test_the_cells_of_our_grid_see_the_characters_that_the_answer_says():
    check_numbers(examples()[STEPS].answer, "20,480")
    tokens = {spec.tokens for spec in batch_lr_study.BatchLrStudy(budgets=1).specs()}
    assert tokens == {20_480}


def test_batch_against_rate_is_told_apart_from_an_isoflop_profile():
    """A profile varies the size at a fixed compute; a grid at one size does not."""
    assert re.search(r"no isoFLOP profile: that varies N at fixed C = 6 N D", examples()[4].cost)


def test_no_number_of_the_text_is_missing_or_infinite_or_written_for_a_machine():
    for k, example in enumerate(examples()):
        text = " ".join(astuple(example))
        assert k == EMPTY or not re.search(r"\b(nan|inf|None)\b", text)
        assert not re.search(r"\de[+-]?0\d|\de\+|  ", text)
        assert text.count("**") % 2 == 0
        assert text.count("(") == text.count(")")


def test_a_rates_slope_from_its_two_ends_is_the_laws_and_its_offset_is_another_anchors():
    """From 3e-3 to 3e-4 in eight decades; 3.2e-4 at 1e24 is 0.32 at one FLOP, not 0.3118."""
    slope = math.log10(3e-4 / 3e-3) / 8
    rule = batch_lr.RULES["deepseek"]
    assert slope == pytest.approx(math.log10(rule.lr(1e24) / rule.lr(1e16)) / 8) == -0.125
    offset = 3.2e-4 * 1e24**0.125
    assert offset == pytest.approx(0.32, abs=1e-3)
    assert rule.lr(1.0) == pytest.approx(0.3118)


def test_the_embeddings_of_the_small_model_are_83_percent_of_it_and_it_computes_little():
    """7.7M in all, 2 x 50,257 x 64 of them embeddings; forward FLOPs over 2 N are 0.58."""
    one = size()
    assert 2 * 50_257 * 64 == 6_432_896
    assert "6.43M" in one.answer
    assert "**84 %**" in one.answer
    assert "0.58 of the total" in one.answer
    left = (8.99e6 - 2 * 50_257 * 64) / 2  # Step Law's N has no vocabulary: 1.28M
    check_numbers(one.cost, "6.43M", "1.28M", f"{(10e6 / left) ** 0.713:.1f} times")


def test_the_sum_with_an_auxiliary_loss_picks_the_wrong_setting():
    """Settings are compared by the cross-entropy alone."""
    one = validation()
    assert 3.10 < 3.12 < 3.12 + 0.01 < 3.10 + 0.05
    assert "**The first**, by 0.02" in one.answer
    assert "3.15 against 3.13: the second" in one.common_mistake
