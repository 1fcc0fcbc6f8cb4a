"""Runs of language models: their accounts, their refusals, and networks that were trained."""

import math
import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from toylab import charlm, corpus, devices, synthetic
from toylab.charlm import LANGUAGES, WRITTEN, Runs

torch.set_num_threads(1)  # as in a worker

SMALL = Runs(4, 3e7, runs=2)
WORDS = Runs(4, 3e7, "synthetic", runs=2)
both = pytest.mark.parametrize("spec", [SMALL, WORDS], ids=["python", "synthetic"])
WEIGHTS = {"python": 8 * 16 + 98, "synthetic": 512}  # N at size 1


def trained(spec):
    """The rows at the end."""
    return list(charlm.run(spec))[-1][1]


def losses(spec):
    return [row["loss"] for row in trained(spec)]


def without_seconds(rows):
    return [{name: value for name, value in row.items() if name != "seconds"} for row in rows]


def of(tokens, size=1, language="python"):
    """A run of about so many tokens."""
    return Runs(size, 6 * WEIGHTS[language] * size * tokens, language)


# --- Accounts ---------------------------------------------------------------------------------

NETS = {
    "python": lambda h: nn.Sequential(
        nn.Embedding(98, 16), nn.Flatten(), nn.Linear(128, h), nn.ReLU(), nn.Linear(h, 98)
    ),
    "synthetic": lambda r: nn.Sequential(nn.Embedding(512, r), nn.Linear(r, 512)),
}
CONTEXT = {"python": (8,), "synthetic": ()}
languages = pytest.mark.parametrize("language", LANGUAGES)


@languages
@pytest.mark.parametrize("size", [1, 8, 256])
def test_params_are_the_weights_that_multiply_and_6_of_them_a_token_are_torchs_flops(
    language, size
):
    spec, net = of(1e4, size, language), NETS[language](size)
    linear = [part for part in net if isinstance(part, nn.Linear)]
    assert spec.params == sum(part.weight.numel() for part in linear)
    with FlopCounterMode(display=False) as counter:
        net(torch.zeros((10, *CONTEXT[language]), dtype=torch.long)).sum().backward()
    assert 6 * spec.params * 10 == counter.get_total_flops()


# B = 128 sqrt(D / D0) to the nearest power of two: it doubles at D / D0 = 2, 8, 32 and halves
# at 1/2, 1/8, 1/32.
BATCHES = [
    ("python", 5e5, {1e-3: 16, 0.0312: 16, 0.0313: 32, 0.124: 32, 0.126: 64, 0.49: 64,
                     0.51: 128, 1.99: 128, 2.01: 256, 7.99: 256, 8.01: 512, 15.9: 512}),
    ("synthetic", 1e5, {1e-3: 32, 0.1249: 32, 0.1251: 64, 0.49: 64, 0.51: 128, 1.99: 128,
                        2.01: 256, 7.9: 256, 8.1: 512, 31.9: 512, 32.1: 1024, 999.0: 1024}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "usual", "ratio", "batch"),
    [(name, usual, *pair) for name, usual, rule in BATCHES for pair in rule.items()],
)
@pytest.mark.parametrize("size", [1, 48])
def test_the_batch_grows_with_the_square_root_of_the_tokens(
    language, usual, ratio, batch, size
):
    assert of(ratio * usual, size, language).batch == batch


@given(st.sampled_from(sorted(LANGUAGES)), st.integers(1, 256), st.floats(2, 6.9))
def test_tokens_are_those_the_budget_pays_for_to_half_a_batch(language, size, magnitude):
    paid = 10**magnitude
    spec = of(paid, size, language)
    assert spec.tokens == spec.steps * spec.batch
    assert spec.steps >= 1
    assert abs(spec.tokens - paid) <= spec.batch / 2 * (1 + 1e-9)


@given(st.sampled_from(sorted(LANGUAGES)), st.integers(1, 256), st.floats(3, 6.5))
def test_longer_runs_and_more_seeds_cost_more(language, size, magnitude):
    spec = of(10**magnitude, size, language)
    assert 0 < spec.cost < replace(spec, flops=2 * spec.flops).cost
    assert spec.cost < replace(spec, runs=2).cost < 2 * spec.cost


def test_languages_have_the_symbols_and_sizes_of_their_networks():
    assert {name: kind.weights for name, kind in LANGUAGES.items()} == WEIGHTS
    assert LANGUAGES["python"].symbols == corpus.SYMBOLS == 98
    assert LANGUAGES["synthetic"].symbols == synthetic.WORDS == 512
    for kind in LANGUAGES.values():
        assert list(kind.sizes) == sorted(set(kind.sizes))
        assert all(b / a <= 2 for a, b in pairwise(kind.sizes))
    assert LANGUAGES["python"].longest < len(corpus.load().train)


# --- Refusals ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"language": "french"}, "language must be one of python, synthetic, got french"),
        ({"size": 0}, "size must be between 1 and 3072, got 0"),
        ({"size": 3073}, "size must be between 1 and 3072, got 3073"),
        ({"size": 257, "language": "synthetic"}, "size must be between 1 and 256, got 257"),
        ({"rate": 0.0}, "rate must be above 0 and at most 1000, got 0.0"),
        ({"rate": 1000.5}, "rate must be above 0 and at most 1000, got 1000.5"),
        ({"rate": math.nan}, "rate must be above 0 and at most 1000, got nan"),
        ({"seed": -1}, "seed must be between 0 and 1000000000, got -1"),
        ({"seed": 10**9 + 1}, "seed must be between 0 and 1000000000, got 1000000001"),
        ({"runs": 0}, "runs must be between 1 and 1000, got 0"),
        ({"runs": 1001}, "runs must be between 1 and 1000, got 1001"),
        ({"flops": 0.0}, "flops must be positive and finite, got 0.0"),
        ({"flops": -1e9}, "flops must be positive and finite, got -1000000000.0"),
        ({"flops": math.nan}, "flops must be positive and finite, got nan"),
        ({"flops": math.inf}, "flops must be positive and finite, got inf"),
        (
            {"flops": 1e4},
            "10000 FLOPs at size 4 are 1.84 characters; a run takes between 16 and 8e+06",
        ),
        (
            {"flops": 1e11},
            "1e+11 FLOPs at size 4 are 1.84e+07 characters; a run takes between 16 and 8e+06",
        ),
        (
            {"flops": 1e13, "language": "synthetic"},
            "1e+13 FLOPs at size 4 are 8.14e+08 words; a run takes between 32 and 1e+08",
        ),
    ],
)
def test_a_wrong_argument_is_refused_with_the_rule_and_the_value(wrong, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        Runs(**({"size": 4, "flops": 1e8} | wrong))


@both
def test_an_absent_device_is_refused_and_not_replaced(spec):
    here = {device.kind for device in devices.available()}
    absent = next(kind for kind in devices.KINDS if kind not in here)
    with pytest.raises(ValueError, match=rf"device {absent} \(.*\) is not on this machine"):
        next(charlm.run(replace(spec, device=absent)))


# --- Trained ----------------------------------------------------------------------------------


@both
def test_the_same_spec_gives_bitwise_the_same_rows_at_every_look(spec):
    first, again = (
        [(fraction, without_seconds(rows)) for fraction, rows in charlm.run(spec)]
        for _ in range(2)
    )
    assert first == again
    fractions = [fraction for fraction, _ in first]
    assert fractions == pytest.approx([k / 10 for k in range(1, 11)], abs=1 / spec.steps)
    assert [len(rows) for _, rows in first] == [0] * 9 + [2]
    assert fractions[-1] == 1.0


@both
def test_rows_account_for_the_run(spec):
    one, other = trained(replace(spec, seed=5))
    for row in one, other:
        assert row["params"] == WEIGHTS[spec.language] * 4
        assert row["tokens"] == row["batch"] * row["steps"] == spec.tokens
        assert row["flops"] == 6 * row["params"] * row["tokens"]
        assert row["flops"] == pytest.approx(3e7, rel=0.02)
        assert (row["language"], row["size"], row["device"]) == (spec.language, 4, "cpu")
        assert row["seconds"] > 0
        assert row["diverged"] is False
    assert (one["seed"], other["seed"]) == (5, 6)
    assert one["loss"] != other["loss"]


@both
def test_a_seed_learns_the_same_alone_and_in_a_stack(spec):
    stack = losses(replace(spec, runs=3, seed=7))
    alone = [losses(replace(spec, runs=1, seed=seed))[0] for seed in (7, 8, 9)]
    assert stack == pytest.approx(alone, abs=1e-4)
    assert len(set(stack)) == 3


@both
def test_the_loss_falls_with_the_tokens_seen(spec):
    means = [np.mean(losses(replace(spec, flops=flops))) for flops in (3e6, 3e7, 3e8)]
    assert all(more < fewer - 0.1 for fewer, more in pairwise(means))


def test_a_short_run_already_knows_more_than_how_often_characters_come():
    held = np.bincount(corpus.load().held) / len(corpus.load().held)
    unigram = -(held[held > 0] * np.log(held[held > 0])).sum()
    assert 3.0 < unigram < 3.4
    assert max(losses(Runs(8, 3e8, runs=2))) < unigram - 0.4


def test_no_network_loses_less_than_the_synthetic_languages_entropy():
    """Uniform guessing loses ln 512 = 6.2; the rest is learned."""
    (loss,) = losses(Runs(12, 1e9, "synthetic"))
    assert synthetic.language().entropy < loss < 4.2


@both
def test_an_absurd_rate_ends_in_rows(spec):
    usual, absurd = trained(spec), trained(replace(spec, rate=1000.0))
    assert len(absurd) == 2
    for row, well in zip(absurd, usual, strict=True):
        assert row["diverged"] == (not math.isfinite(row["loss"]))
        assert row["diverged"] or row["loss"] > 2 * well["loss"]
        assert len(row["text"]) == len(well["text"])


@both
def test_a_run_without_a_finite_loss_is_marked_and_its_neighbour_is_not(spec, monkeypatch):
    healthy, net = trained(spec), spec.kind.network
    start = net.initial(spec.size, [0, 1])
    for layer in net.layers(start, spec.size):
        layer[1] = math.nan
    monkeypatch.setattr(net, "initial", lambda *_: start)
    rows = trained(spec)
    assert [row["diverged"] for row in rows] == [False, True]
    assert math.isnan(rows[1]["loss"])
    assert without_seconds(rows[:1]) == without_seconds(healthy[:1])


def test_the_first_seeds_network_writes_and_the_others_do_not():
    first, other = trained(SMALL)
    assert first["text"].startswith("    def ")
    assert len(first["text"].removeprefix("    def ")) == WRITTEN == 200
    assert set(first["text"]) <= set(corpus.CHARACTERS)
    assert len(set(first["text"])) > 10
    assert other["text"] == ""
    assert [row["text"] for row in trained(WORDS)] == ["", ""]


@pytest.mark.slow
@both
@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(
            "cuda",
            marks=[
                pytest.mark.cuda,
                pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device"),
            ],
        ),
        pytest.param(
            "mps",
            marks=pytest.mark.skipif(
                not torch.backends.mps.is_available(), reason="no Apple GPU"
            ),
        ),
    ],
)
def test_a_gpu_learns_what_the_processor_does(kind, spec):
    """From the same draws, in another order of sums; seeds differ by ten times as much."""
    np.testing.assert_allclose(losses(replace(spec, device=kind)), losses(spec), rtol=2e-3)
