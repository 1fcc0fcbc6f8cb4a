"""Runs of language models: their accounts, their refusals, and networks that were trained."""

import math
import re
import weakref
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import FlopCounterMode

from toylab import devices
from toylab.experiments import charlm, corpus, synthetic
from toylab.experiments.charlm import WRITTEN, CharlmSpec
from toylab.experiments.languages import LANGUAGES

torch.set_num_threads(1)  # as in a worker

SMALL = CharlmSpec(4, 3e7, runs=2)
WORDS = CharlmSpec(4, 3e7, "synthetic", runs=2)
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
    return CharlmSpec(size, 6 * WEIGHTS[language] * size * tokens, language)


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
def test_the_batch_grows_with_the_square_root_of_the_tokens(language, usual, ratio, batch, size):
    assert of(ratio * usual, size, language).batch == batch


@given(st.sampled_from(sorted(LANGUAGES)), st.integers(1, 256), st.floats(2, 6.9))
def test_tokens_are_those_the_budget_pays_for_to_half_a_batch(language, size, magnitude):
    paid = 10**magnitude
    spec = of(paid, size, language)
    assert spec.tokens == spec.steps * spec.batch
    assert spec.steps >= 1
    assert abs(spec.tokens - paid) <= spec.batch / 2 * (1 + 1e-9)


held = st.integers(1, 65_536)


@given(st.sampled_from(sorted(LANGUAGES)), st.integers(1, 96), st.floats(2, 6), held)
def test_a_batch_that_is_held_is_the_batch_and_tokens_are_whole_ones_of_it(
    language, size, magnitude, batch
):
    paid = max(10**magnitude, 2 * batch)  # a run takes a batch at least
    spec = replace(of(paid, size, language), held=batch)
    assert spec.batch == batch
    assert spec.tokens == spec.steps * batch
    assert spec.steps >= 1
    assert abs(spec.tokens - paid) <= batch / 2 * (1 + 1e-9) or spec.steps == 1


@given(st.sampled_from([2**k for k in range(4, 13)]), st.integers(1, 64))
def test_runs_held_at_any_batch_cost_the_same_compute_and_fewer_steps_if_it_is_large(batch, more):
    D = 8192 * more
    found = [replace(of(D, 24), held=B) for B in (batch, 2 * batch)]
    assert [spec.tokens for spec in found] == [D, D]
    assert [spec.steps for spec in found] == [D // batch, D // batch // 2]
    assert found[0].cost > found[1].cost


@given(st.sampled_from(sorted(LANGUAGES)), st.floats(1e-3, 1000))
def test_the_learning_rate_is_the_languages_times_the_factor(language, rate):
    usual = {"python": 1e-2, "synthetic": 3e-2}[language]
    assert replace(of(1e4, 4, language), rate=rate).lr == pytest.approx(usual * rate)
    assert of(1e4, 4, language).lr == usual


@given(st.sampled_from(sorted(LANGUAGES)), st.integers(1, 256), st.floats(3, 6.5))
def test_longer_runs_and_more_seeds_cost_more(language, size, magnitude):
    spec = of(10**magnitude, size, language)
    assert 0 < spec.cost < replace(spec, flops=2 * spec.flops).cost
    assert spec.cost < replace(spec, runs=2).cost < 2 * spec.cost


@pytest.mark.parametrize(("device", "speed"), [("cpu", 6e10), ("cuda", 5e12)])
def test_every_seed_costs_its_own_arithmetic(device, speed):
    """Eight seeds side by side are eight times the work, however few the steps."""
    spec = replace(of(1e6, 256), device=device)
    arithmetic = 6 * spec.params * spec.tokens / speed
    for more in (2, 8):
        assert replace(spec, runs=more).cost - spec.cost >= 0.99 * (more - 1) * arithmetic


def test_languages_have_the_symbols_and_sizes_of_their_networks():
    assert {name: one.nets["ngram"].params(1) for name, one in LANGUAGES.items()} == WEIGHTS
    assert LANGUAGES["python"].symbols == corpus.SYMBOLS == 98
    assert LANGUAGES["synthetic"].symbols == synthetic.WORDS == 512
    for how in (how for kind in LANGUAGES.values() for how in kind.nets.values()):
        assert list(how.sizes) == sorted(set(how.sizes))
        assert all(b / a <= 2 for a, b in pairwise(how.sizes))
        assert all(size % how.step == 0 for size in how.sizes)
    assert all(how.longest < len(corpus.load().train) for how in LANGUAGES["python"].nets.values())


@given(st.sampled_from(sorted(LANGUAGES)), st.integers(1, 256), st.integers(1, 40))
def test_the_memory_of_a_stack_is_that_of_its_runs(language, size, runs):
    one = of(1e5, size, language)
    assert replace(one, runs=runs).memory == pytest.approx(runs * one.memory)


class Peak(TorchDispatchMode):
    """Counts the bytes of all tensors that are alive, and the most that ever were."""

    def __init__(self):
        super().__init__()
        self.live, self.most, self.known = 0, 0, set()

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        made = func(*args, **(kwargs or {}))
        for one in made if isinstance(made, list | tuple) else [made]:
            if isinstance(one, torch.Tensor):
                self.see(one.untyped_storage())
        return made

    def see(self, storage):
        place, size = storage.data_ptr(), storage.nbytes()
        if size and place not in self.known:
            self.known.add(place)
            self.live += size
            self.most = max(self.most, self.live)
            weakref.finalize(storage, self.lose, place, size)

    def lose(self, place, size):
        self.known.discard(place)
        self.live -= size


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "size", "runs", "tokens"),
    [("python", 1, 1, 1e3), ("python", 1, 5, 4e4), ("python", 64, 3, 7e4),
     ("python", 1024, 2, 1e3), ("synthetic", 1, 1, 1e3), ("synthetic", 256, 3, 1e3)],
)  # fmt: skip
def test_a_run_holds_about_the_memory_that_it_says(language, size, runs, tokens):
    """Up to 1.5 times as much, as drawn examples are not counted; or a quarter of it."""
    spec = replace(of(tokens, size, language), runs=runs)
    with Peak() as seen:
        trained(spec)
    assert spec.memory / 5 < seen.most < 1.5 * spec.memory


def test_a_large_batch_that_is_held_takes_the_memory_that_it_says():
    spec = replace(of(32_768, 8), held=32_768)
    assert spec.memory > 5 * replace(spec, held=128).memory
    with Peak() as seen:
        trained(spec)
    assert spec.memory / 5 < seen.most < 1.5 * spec.memory


# --- What was seen before ---------------------------------------------------------------------


@pytest.fixture
def letters(monkeypatch):
    """Ten thousand characters in the corpus's place; what `again` needs of one."""
    text = np.zeros(10_000, np.uint8)
    monkeypatch.setattr(corpus, "load", lambda: corpus.Corpus(text, text, 1, ""))
    return len(text)


@pytest.mark.parametrize("share", [0.05, 0.5, 1.0, 3.0, 20.0])
def test_the_tokens_seen_before_are_those_that_draws_with_replacement_repeat(share, letters):
    """Of 20 simulated runs; their mean is good to a fifth of how they scatter."""
    spec = of(share * letters)
    random, repeated = np.random.default_rng(0), []
    for _ in range(20):
        drawn = random.integers(0, letters, spec.tokens)
        repeated.append(1 - len(np.unique(drawn)) / spec.tokens)
    off = 4 * np.std(repeated, ddof=1) / math.sqrt(20)
    assert off < 0.01
    assert charlm.again(spec) == pytest.approx(np.mean(repeated), abs=off + 1 / letters)


@pytest.mark.usefixtures("letters")
def test_a_short_run_repeats_half_its_share_of_the_text_and_a_long_one_nearly_all(letters):
    """1 - (1 - exp(-x))/x is x/2 - x^2/6 + .. and 1 - 1/x + .. of x = D/M rounds."""
    short, long = of(16), of(8e6)
    assert charlm.again(short) == pytest.approx(short.tokens / letters / 2, rel=1e-3)
    assert charlm.again(long) == pytest.approx(1 - letters / long.tokens, rel=1e-12)


@given(st.floats(2, 6.4), st.floats(1.5, 3))
@settings(deadline=None)  # the first loads the corpus
def test_a_longer_run_repeats_more_but_never_all(magnitude, longer):
    few, more = (charlm.again(of(tokens)) for tokens in (10**magnitude, longer * 10**magnitude))
    assert 0 < few < more < 1


def test_the_endless_language_repeats_nothing():
    assert [charlm.again(of(tokens, 4, "synthetic")) for tokens in (1e3, 1e8)] == [0.0, 0.0]


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
        ({"held": -1}, "held must be between 0 and 65536 tokens, got -1"),
        ({"held": 65_537}, "held must be between 0 and 65536 tokens, got 65537"),
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
        CharlmSpec(**({"size": 4, "flops": 1e8} | wrong))


@given(st.sampled_from(sorted(LANGUAGES)), st.integers(1, 256), st.floats(2.5, 6.5))
def test_as_many_runs_as_fit_into_memory_are_taken_and_one_more_is_refused(
    language, size, magnitude
):
    one = of(10**magnitude, size, language)
    most = math.floor(2e9 / one.memory)
    assert replace(one, runs=min(most, 1000)).memory <= 2e9
    if most < 1000:
        said = rf"^{most + 1} runs of size {size} need 2\S* GB of memory; the limit is 2 GB$"
        with pytest.raises(ValueError, match=said):
            replace(one, runs=most + 1)


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
        [(fraction, without_seconds(rows)) for fraction, rows in charlm.run(spec)] for _ in range(2)
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
        assert row["lr"] == spec.recipe.lr
    assert (one["seed"], other["seed"]) == (5, 6)
    assert one["loss"] != other["loss"]


@both
def test_a_seed_learns_the_same_alone_and_in_a_stack(spec):
    stack = losses(replace(spec, runs=3, seed=7))
    alone = [losses(replace(spec, runs=1, seed=seed))[0] for seed in (7, 8, 9)]
    assert stack == pytest.approx(alone, abs=1e-4)
    assert len(set(stack)) == 3


def plain(spec):
    """The loss of a run of the n-gram network by torch's modules, autograd and Adam."""
    e, W1, b1, W2, b2 = (x[0].clone() for x in start(spec))
    net = nn.Sequential(
        nn.Embedding.from_pretrained(e, freeze=False), nn.Flatten(),
        nn.Linear(*W1.shape), nn.ReLU(), nn.Linear(*W2.shape),
    )  # fmt: skip
    for linear, W, b in ((net[2], W1, b1), (net[4], W2, b2)):
        linear.weight.data, linear.bias.data = W.T.clone(), b[0].clone()
    optimizer = torch.optim.Adam(net.parameters(), betas=(0.9, 0.99), eps=1e-9)
    random, T = np.random.default_rng(spec.seed), spec.tokens // spec.held
    for t in range(T):
        rise = min(1, (t + 1) / max(1, 0.02 * T))
        optimizer.param_groups[0]["lr"] = 1e-2 * spec.rate * rise * (1 - t / T)
        drawn = torch.from_numpy(corpus.load().draw(random, spec.held)).long()
        optimizer.zero_grad()
        nn.functional.cross_entropy(net(drawn[:, :-1]), drawn[:, -1]).backward()
        optimizer.step()
    exam = torch.from_numpy(corpus.load().exam).long()
    with torch.no_grad():
        return nn.functional.cross_entropy(net(exam[:, :-1]), exam[:, -1]).item()


def start(spec):
    net = spec.recipe.network
    return net.layers(net.initial(spec.size, [spec.seed]), spec.size)


@pytest.mark.parametrize(("batch", "rate"), [(16, 0.4), (512, 3.1)])
def test_a_run_with_its_batch_held_is_what_torchs_adam_makes_of_such_batches(batch, rate):
    spec = CharlmSpec(6, 6 * 226 * 6 * 4096, rate=rate, seed=3, held=batch)
    (row,) = trained(spec)
    assert (row["batch"], row["steps"], row["tokens"]) == (batch, 4096 // batch, 4096)
    assert row["lr"] == pytest.approx(1e-2 * rate)
    assert row["flops"] == spec.flops
    assert row["loss"] == pytest.approx(plain(spec), abs=1e-3)


@both
def test_a_run_held_at_the_batch_that_suits_it_is_the_run_that_is_not_held(spec):
    ours, theirs = trained(replace(spec, held=spec.batch)), trained(spec)
    assert without_seconds(ours) == without_seconds(theirs)
    other = losses(replace(spec, held=2 * spec.batch))
    assert all(abs(a - b["loss"]) > 1e-3 for a, b in zip(other, theirs, strict=True))


@both
def test_the_loss_falls_with_the_tokens_seen(spec):
    means = [np.mean(losses(replace(spec, flops=flops))) for flops in (3e6, 3e7, 3e8)]
    assert all(more < fewer - 0.1 for fewer, more in pairwise(means))


def test_a_short_run_already_knows_more_than_how_often_characters_come():
    held = np.bincount(corpus.load().held) / len(corpus.load().held)
    unigram = -(held[held > 0] * np.log(held[held > 0])).sum()
    assert 3.0 < unigram < 3.4
    assert max(losses(CharlmSpec(8, 3e8, runs=2))) < unigram - 0.4


def test_no_network_loses_less_than_the_synthetic_languages_entropy():
    """Uniform guessing loses ln 512 = 6.2; the rest is learned."""
    (loss,) = losses(CharlmSpec(12, 1e9, "synthetic"))
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
    healthy, net = trained(spec), spec.recipe.network
    start = net.initial(spec.size, [0, 1])
    for layer in net.layers(start, spec.size):
        layer[1] = math.nan
    monkeypatch.setattr(net, "initial", lambda *_: start)
    rows = trained(spec)
    assert [row["diverged"] for row in rows] == [False, True]
    assert math.isnan(rows[1]["loss"])
    assert without_seconds(rows[:1]) == without_seconds(healthy[:1])


@both
def test_the_layers_of_a_training_are_those_whose_loss_the_rows_have(spec):
    training = charlm.trained(spec)
    looks = []
    while True:
        try:
            looks.append(next(training))
        except StopIteration as end:
            layers = end.value
            break
    assert [share for share, _ in looks] == [share for share, _ in list(charlm.run(spec))[:-1]]
    assert {len(rows) for _, rows in looks} == {0}
    assert spec.recipe.network.loss(layers, charlm.source(spec).exam) == losses(spec)


def test_every_seeds_network_writes_what_it_writes_alone():
    """For sums in another order nearly: the draws are the same, the networks to 1e-4."""
    texts = [row["text"] for row in trained(SMALL)]
    for seed, text in enumerate(texts):
        assert text.startswith("    def ")
        assert len(text.removeprefix("    def ")) == WRITTEN == 200
        assert set(text) <= set(corpus.CHARACTERS)
        assert len(set(text)) > 10
        (alone,) = trained(replace(SMALL, seed=seed, runs=1))
        assert alone["text"][:28] == text[:28]
    assert texts[0] != texts[1]


def test_nothing_is_written_of_the_synthetic_language():
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
            marks=pytest.mark.skipif(not torch.backends.mps.is_available(), reason="no Apple GPU"),
        ),
    ],
)
def test_a_gpu_learns_what_the_processor_does(kind, spec):
    """From the same draws, in another order of sums; seeds differ by ten times as much."""
    np.testing.assert_allclose(losses(replace(spec, device=kind)), losses(spec), rtol=2e-3)


@pytest.mark.parametrize(("net", "flops"), [("transformer", 6 * 1552 + 6 * 32 * 8), ("lstm", 9312)])
def test_networks_that_read_are_trained_and_account_for_their_flops(net, flops):
    """On the exam of all: an untrained network knows ln 98 = 4.58 of it."""
    spec = CharlmSpec(8, 8e7, net=net, runs=2)
    one, other = trained(spec)
    assert (one["net"], one["params"]) == (net, 1552)
    assert one["tokens"] == one["batch"] * one["steps"] == spec.tokens
    assert one["flops"] == flops * one["tokens"] == pytest.approx(8e7, rel=0.01)
    assert one["loss"] != other["loss"]
    assert all(2.5 < row["loss"] < 3.6 for row in (one, other))
    (alone,) = trained(replace(spec, seed=1, runs=1))
    assert alone["loss"] == pytest.approx(other["loss"], abs=1e-3)
    assert len(other["text"].removeprefix("    def ")) == WRITTEN


def test_sizes_and_batches_that_a_network_cannot_have_are_refused():
    with pytest.raises(ValueError, match=r"^size must be a multiple of 4, got 10$"):
        CharlmSpec(10, 1e8, net="transformer")
    with pytest.raises(ValueError, match=r"^held must be a multiple of 32 tokens, got 48$"):
        CharlmSpec(8, 1e8, net="lstm", held=48)
