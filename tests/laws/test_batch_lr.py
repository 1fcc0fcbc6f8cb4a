"""Published settings of batch and learning rate, against the papers' own numbers."""

import math
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toylab.laws.batch_lr import RULES, TRAINED, advice, bits

EXPONENTS = {"deepseek": (0.3271, -0.125), "step": (0.571 / 2, (0.307 - 0.713) / 2)}
rules = pytest.mark.parametrize("rule", RULES)


def deepseek(flops):
    """Batch in tokens and learning rate; DeepSeek LLM (arXiv 2401.02954), sec. 3.1."""
    return 0.2920 * flops**0.3271, 0.3118 * flops**-0.1250


def step(params, tokens):
    return 0.58 * tokens**0.571, 1.79 * params**-0.713 * tokens**0.307


@pytest.mark.parametrize(
    ("flops", "batch", "lr"),
    [
        (1e20, (1.017e6, 5e2), (9.86e-4, 5e-7)),
        # DeepSeek's 7B and 67B on 2T tokens.
        (8.46e22, (9.22e6, 5e3), (4.25e-4, 5e-7)),
        (9.95e23, (20.7e6, 5e4), (3.12e-4, 5e-7)),
    ],
)
def test_deepseeks_laws_give_the_settings_worked_out_by_hand(flops, batch, lr):
    """Each to half of its last digit."""
    assert RULES["deepseek"].batch(flops) == pytest.approx(batch[0], abs=batch[1])
    assert RULES["deepseek"].lr(flops) == pytest.approx(lr[0], abs=lr[1])


def test_deepseeks_batch_is_2_to_the_15_6_at_1e16_and_2_to_the_24_3_at_1e24():
    """Not 2^26, which is easily read off a plot of the law."""
    batch = RULES["deepseek"].batch
    assert batch(1e24) == pytest.approx(2.07e7, abs=0.005e7)
    assert math.log2(batch(1e24)) == pytest.approx(24.3, abs=0.05)
    assert math.log2(batch(1e16)) == pytest.approx(15.6, abs=0.05)


def test_ten_times_the_compute_doubles_deepseeks_batch_1_087_times():
    rule = RULES["deepseek"]
    assert rule.batch(1e21) / rule.batch(1e20) == pytest.approx(2.12, abs=0.005)
    assert math.log2(rule.batch(1e21) / rule.batch(1e20)) == pytest.approx(bits(0.3271))
    assert bits(0.3271) == pytest.approx(1.087, abs=5e-4)


@given(st.floats(-2, 2))
@settings(deadline=None)
def test_bits_are_the_doublings_of_a_decade(exponent):
    """A rise of 1.25 bits a decade is a power of 0.376."""
    assert 2 ** bits(exponent) == pytest.approx(10**exponent)
    assert bits(10 * math.log10(2) / 8) == pytest.approx(1.25)


def test_step_law_gives_the_settings_worked_out_by_hand():
    """1B parameters on 100B tokens."""
    (said,) = [one for one in advice(1e9, 1e11) if one.law.startswith("Step")]
    assert said.lr == pytest.approx(1.632e-3, abs=5e-7)
    assert said.batch == pytest.approx(1.108e6, abs=5e2)


@given(st.floats(15, 26))
@settings(deadline=None)
def test_step_laws_rule_is_its_law_at_twenty_tokens_a_parameter(decade):
    flops = 10**decade
    params = math.sqrt(flops / 120)
    batch, lr = step(params, 20 * params)
    assert RULES["step"].batch(flops) == pytest.approx(batch)
    assert RULES["step"].lr(flops) == pytest.approx(lr)


@rules
def test_a_rule_grows_with_compute_as_a_power_all_along(rule):
    """Step Law along N, D ~ C^0.5: -0.203 and 0.286."""
    for C in (1e17, 3e20, 1e25):
        assert math.log10(RULES[rule].batch(10 * C) / RULES[rule].batch(C)) == pytest.approx(
            EXPONENTS[rule][0]
        )
        assert math.log10(RULES[rule].lr(10 * C) / RULES[rule].lr(C)) == pytest.approx(
            EXPONENTS[rule][1]
        )
    assert EXPONENTS["step"] == pytest.approx((0.286, -0.203), abs=6e-4)


@rules
def test_a_rule_cites_the_law_of_its_batch_and_then_that_of_its_rate(rule):
    assert [law.gives for law in RULES[rule].sources] == ["batch", "lr"]
    assert len({law.paper for law in RULES[rule].sources}) == 1


@given(st.floats(7, 12), st.floats(9, 14), st.floats(2, 100))
@settings(deadline=None)
def test_the_size_of_a_model_enters_step_laws_rate_and_not_its_batch(size, data, factor):
    """At fixed data the best batch is nearly independent of N."""
    small, large = (advice(N, 10**data)[1] for N in (10**size, factor * 10**size))
    assert small.law == "Step Law 2025"
    assert large.batch == small.batch
    assert large.lr / small.lr == pytest.approx(factor**-0.713)


@given(st.floats(7, 12), st.floats(9, 14))
@settings(deadline=None)
def test_each_law_goes_by_what_it_says(size, data):
    """The equations by hand; a loss by Besiroglu's refit, and by Kaplan's eq. 1.5."""
    N, D = 10**size, 10**data
    reached = 1.8172 + 482.01 / N**0.3478 + 2085.43 / D**0.3658
    kaplan = ((6.4e13 / N) ** (0.076 / 0.103) + 1.8e13 / D) ** 0.103
    expected = [
        ("DeepSeek 2024", "compute", 6 * N * D, *deepseek(6 * N * D), "2401.02954"),
        ("Step Law 2025", "size and data", None, *step(N, D), "2503.04715"),
        ("MiniCPM 2024", "loss", reached, 1.21e9 / reached**6.24, None, "2404.06395"),
        ("Kaplan 2020", "loss", kaplan, 2e8 / kaplan ** (1 / 0.21), None, "2001.08361"),
    ]
    for said, (law, goes_by, amount, batch, lr, arxiv) in zip(advice(N, D), expected, strict=True):
        assert said.law.startswith(law)
        assert said.needs.startswith(goes_by)
        if amount is not None:
            number = re.search(r"\d[\d.]*(e[+-]?\d+)?", said.needs).group()
            # Three digits.
            assert float(number) == pytest.approx(amount, rel=5.1e-3)
        assert said.batch == pytest.approx(batch)
        assert said.lr == (None if lr is None else pytest.approx(lr))
        assert said.critical == ("critical" in said.law) == (law == "Kaplan 2020")
        assert {source.paper.arxiv for source in said.sources} == {arxiv}
        gives = ["batch"] if lr is None else ["batch", "lr"]
        assert [source.gives for source in said.sources] == gives


@given(st.floats(7, 12), st.floats(9, 14), st.floats(0.01, 100))
@settings(deadline=None)
def test_deepseek_says_the_same_for_the_same_compute_however_it_is_split(size, data, factor):
    one = advice(10**size, 10**data)[0]
    other = advice(10**size * factor, 10**data / factor)[0]
    assert (other.batch, other.lr) == pytest.approx((one.batch, one.lr))


def test_a_batch_in_sequences_is_its_tokens_over_their_length():
    for said in advice(7e9, 2e12):
        assert said.sequences(4096) * 4096 == pytest.approx(said.batch)
    assert advice(7e9, 2e12)[0].sequences(2048) == pytest.approx(deepseek(8.4e22)[0] / 2048)


@pytest.mark.parametrize("wrong", [0.0, -1.0, math.nan, math.inf])
def test_a_model_that_is_none_is_refused(wrong):
    with pytest.raises(ValueError, match=f"^params must be positive and finite, got {wrong}"):
        advice(wrong, 1e11)
    with pytest.raises(ValueError, match=f"^tokens must be positive and finite, got {wrong}"):
        advice(1e9, wrong)


@pytest.mark.parametrize(
    ("k", "attention", "flops", "half", "batch", "sequences", "lr"),
    [
        (0, "MHA", 8.46e22, 0.005e22, 9.44e6, 2304, 4.2e-4),
        (1, "GQA", 9.95e23, 0.005e23, 18.87e6, 4608, 3.2e-4),
    ],
)
def test_deepseeks_models_were_trained_near_its_laws(
    k, attention, flops, half, batch, sequences, lr
):
    """arXiv 2401.02954, Table 2; multi-head latent attention came with DeepSeek-V2."""
    model = TRAINED[k]
    assert model.name == ("DeepSeek 7B", "DeepSeek 67B")[k]
    assert model.attention == attention
    assert model.flops == pytest.approx(flops, abs=half)
    assert model.sequences == sequences
    assert model.batch == sequences * 4096 == pytest.approx(batch, abs=0.005e6)
    assert model.lr == lr
    # Near is a tenth; the two models' own settings differ by a factor of 2 and of 1.3.
    assert RULES["deepseek"].batch(model.flops) == pytest.approx(model.batch, rel=0.1)
    assert RULES["deepseek"].lr(model.flops) == pytest.approx(model.lr, rel=0.03)


def test_the_7b_model_took_ten_to_the_22_93_flops():
    """M D for 2T tokens; not 10^23.5."""
    assert math.log10(TRAINED[0].flops) == pytest.approx(22.93, abs=0.005)
    assert len(TRAINED) == 2


def test_flops_a_token_are_deepseeks_m():
    """Their Table 3: without attention 6 N is 0.92 of M for the 67B model."""
    model = TRAINED[1]
    M = model.flops / model.tokens
    assert 72 * model.layers * model.width**2 / M == pytest.approx(0.92, abs=0.005)
    small = replace(model, layers=8, width=512)
    assert 72 * 8 * 512**2 / (small.flops / small.tokens) == pytest.approx(0.43, abs=0.005)
