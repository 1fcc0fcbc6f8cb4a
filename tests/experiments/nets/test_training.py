"""One pass over fresh data: its rates, its batches, and what a plain loop makes of them."""

import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.optim.lr_scheduler import LinearLR

from toylab.experiments import corpus, synthetic
from toylab.experiments.nets import bigram, ngram, training

torch.set_num_threads(1)  # as in a worker

CPU = torch.device("cpu")
powers = st.sampled_from([16, 32, 64, 512, 1024])
shapes = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=1, max_size=4)


class Fresh:
    """A source that never says the same symbol twice, but for chance of 1e-9."""

    def __init__(self, before=3):
        self.before = before

    def draw(self, random, examples):
        return random.integers(0, 2**50, (examples, self.before + 1))


class Letters:
    """A small text in the corpus's place, with passages of its kind."""

    text = np.random.default_rng(1).integers(0, corpus.SYMBOLS, 5000).astype(np.uint8)

    def draw(self, random, examples):
        return corpus.Corpus(self.text, self.text, 1, "").draw(random, examples)


def taken(source, seeds, steps, batch, symbols=0):
    """All contexts (runs, examples, K) without their offset, and targets (runs, examples)."""
    found = list(training.batches(source, seeds, steps, batch, symbols, CPU))
    contexts = torch.stack([c.view(len(seeds), batch, -1) for c, _ in found], 1).flatten(1, 2)
    offset = symbols * torch.arange(len(seeds))[:, None, None]
    targets = torch.stack([t for _, t in found], 1)[..., 0].flatten(1)
    return (contexts - offset).numpy(), targets.numpy()


# --- Learning rates ---------------------------------------------------------------------------


@given(st.integers(1, 3000), st.floats(1e-4, 10))
def test_rates_rise_to_the_peak_in_a_fiftieth_of_the_steps_and_then_fall(steps, peak):
    rates = training.learning_rates(steps, peak)
    warm = max(1, math.ceil(0.02 * steps))
    assert len(rates) == steps
    assert min(rates) > 0  # the last one too
    assert max(rates) <= peak
    assert max(rates) >= peak * 0.97  # less by what it fell in the meantime, a fiftieth
    assert rates.index(max(rates)) in (warm - 1, warm - 2)
    assert all(a > b for a, b in pairwise(rates[warm - 1 :]))


@given(st.integers(2, 3000))
def test_rates_end_a_step_before_zero_on_a_straight_line(steps):
    rates = training.learning_rates(steps, 1.0)
    warm = math.ceil(0.02 * steps)
    falls = np.diff([*rates[max(0, warm - 1) :], 0.0])
    np.testing.assert_allclose(falls, -1 / steps, rtol=1e-6)


@pytest.mark.parametrize("steps", [100, 1000])
def test_rates_are_torchs_linear_warm_up_times_its_linear_decay(steps):
    def factors(**how):
        optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=1.0)
        scheduler, found = LinearLR(optimizer, **how), []
        for _ in range(steps):
            found += scheduler.get_last_lr()
            optimizer.step()
            scheduler.step()
        return np.array(found)

    warm = steps // 50
    rise = factors(start_factor=1 / warm, end_factor=1.0, total_iters=warm - 1)
    fall = factors(start_factor=1.0, end_factor=0.0, total_iters=steps)
    np.testing.assert_allclose(training.learning_rates(steps, 0.03), 0.03 * rise * fall, rtol=1e-9)


# --- Batches ----------------------------------------------------------------------------------


@given(st.integers(0, 10**6), powers, powers, st.integers(1, 40))
@settings(deadline=None)
def test_a_seeds_first_characters_are_the_same_whatever_the_batch(seed, one, other, steps):
    some, more = (taken(Letters(), [seed], steps, batch) for batch in (one, other))
    n = steps * min(one, other)
    for few, many in zip(some, more, strict=True):
        assert np.array_equal(few[:, :n], many[:, :n])


@pytest.mark.parametrize(("steps", "batch"), [(40, 1024), (10, 64), (3, 128), (1500, 32)])
def test_a_seeds_first_words_are_the_same_whatever_the_batch_and_the_steps(steps, batch):
    """Both within one block of draws and beyond it."""
    usual = taken(synthetic.language(), [5], 80, 1024)
    other = taken(synthetic.language(), [5], steps, batch)
    n = min(steps * batch, 80 * 1024)
    for one, two in zip(usual, other, strict=True):
        assert np.array_equal(one[:, :n], two[:, :n])


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=4, unique=True), powers)
@settings(deadline=None)
def test_every_run_sees_its_own_seeds_examples_offset_to_its_own_rows(seeds, batch):
    steps, V = 5, corpus.SYMBOLS
    contexts, targets = taken(Letters(), seeds, steps, batch, V)
    for r, seed in enumerate(seeds):
        alone = Letters().draw(np.random.default_rng(seed), steps * batch)
        assert np.array_equal(contexts[r], alone[:, :-1])
        assert np.array_equal(targets[r], alone[:, -1])


@pytest.mark.parametrize(("steps", "batch"), [(1, 16), (7, 512), (70, 1024)])
def test_every_step_has_its_shapes_and_no_example_comes_twice(steps, batch):
    found = list(training.batches(Fresh(), [3, 4], steps, batch, 0, CPU))
    assert len(found) == steps
    assert {tuple(contexts.shape) for contexts, _ in found} == {(2 * batch * 3,)}
    assert {tuple(targets.shape) for _, targets in found} == {(2, batch, 1)}
    assert {(c.dtype, t.dtype) for c, t in found} == {(torch.int64, torch.int64)}
    symbols = torch.cat([torch.cat([c.flatten(), t.flatten()]) for c, t in found])
    assert len(symbols.unique()) == len(symbols) == 2 * steps * batch * 4


@given(st.integers(0, 10**6), st.integers(1, 5), st.sampled_from([1, 16, 64]))
@settings(deadline=None)
def test_shared_examples_are_the_seeds_own_in_every_run_offset_to_its_own_rows(seed, runs, batch):
    steps, V = 4, corpus.SYMBOLS
    one = training.batches(Letters(), [seed], steps, batch, V, CPU)
    found = list(training.shared(one, runs, V))
    assert len(found) == steps
    alone = Letters().draw(np.random.default_rng(seed), steps * batch)
    for (contexts, targets), drawn in zip(found, np.split(alone, steps), strict=True):
        assert tuple(contexts.shape) == (runs * batch * corpus.BEFORE,)
        assert tuple(targets.shape) == (runs, batch, 1)
        for r, rows in enumerate(contexts.view(runs, batch, -1)):
            assert np.array_equal(rows - r * V, drawn[:, :-1])
            assert np.array_equal(targets[r, :, 0], drawn[:, -1])


# --- One flat tensor --------------------------------------------------------------------------


@given(shapes, st.integers(1, 3))
def test_layers_are_windows_that_cover_every_number_once(shapes, runs):
    size = sum(rows * columns for rows, columns in shapes)
    flat = torch.arange(float(runs * size))
    parts = training.unflatten(flat, shapes)
    assert [tuple(part.shape) for part in parts] == [(runs, *shape) for shape in shapes]
    assert torch.equal(torch.cat([part.flatten() for part in parts]), flat)
    for part in parts:
        part.zero_()
    assert not flat.any()


@given(shapes, st.lists(st.integers(0, 99), min_size=1, max_size=4))
def test_a_seed_draws_the_same_layers_alone_and_in_any_stack(shapes, seeds):
    spreads = [0.5 * k for k in range(len(shapes))]  # the first is 0
    stack = training.unflatten(training.draw_flat(shapes, spreads, seeds), shapes)
    assert not stack[0].any()
    for r, seed in enumerate(seeds):
        alone = training.unflatten(training.draw_flat(shapes, spreads, [seed]), shapes)
        for one, all_runs in zip(alone, stack, strict=True):
            assert torch.equal(one[0], all_runs[r])


def test_draws_are_normal_of_the_spreads_asked_for():
    """Of n draws the variance is good to sqrt(2 / n)."""
    shapes, spreads = [(100, 300), (200, 100)], (2.0, 0.1)
    for part, spread in zip(
        training.unflatten(training.draw_flat(shapes, spreads, [0, 1]), shapes),
        spreads,
        strict=True,
    ):
        n = part.numel()
        assert part.var().item() == pytest.approx(spread**2, rel=4 * math.sqrt(2 / n))
        assert part.mean().item() == pytest.approx(0, abs=4 * spread / math.sqrt(n))
        kurtosis = ((part / spread) ** 4).mean().item()
        assert kurtosis == pytest.approx(3, abs=4 * math.sqrt(96 / n))
        assert not torch.equal(part[0], part[1])


# --- Training ---------------------------------------------------------------------------------


def chains(net, size, flat):
    """The nn.Module of every run of a stack."""
    found = []
    for r in range(len(net.layers(flat, size)[0])):
        e, *rest = (layer[r].clone() for layer in net.layers(flat, size))
        parts = [nn.Embedding.from_pretrained(e, freeze=False), nn.Flatten()]
        for W, b in zip(rest[::2], rest[1::2], strict=True):
            linear = nn.Linear(*W.shape, dtype=W.dtype)
            linear.weight.data, linear.bias.data = W.T.clone(), b[0].clone()
            parts += [linear, nn.ReLU()]
        found.append(nn.Sequential(*parts[:-1]))
    return found


def weights(module):
    """Its parameters in the order and shape of the layers."""
    e, *rest = (p.detach() for p in module.parameters())
    return [e, *(p.T if p.ndim == 2 else p[None] for p in rest)]


@pytest.mark.parametrize(
    ("net", "source", "size"), [(ngram, Letters(), 5), (bigram, synthetic.language(), 3)]
)
def test_training_is_what_torchs_modules_autograd_and_adam_make_of_the_same_batches(
    net, source, size
):
    """In double precision, to rounding."""
    steps, batch, seeds, V = 60, 16, [7, 8], net.shapes(size)[0][0]
    flat, rates = net.initial(size, seeds).double(), training.learning_rates(steps, 0.01)
    modules, start = chains(net, size, flat), flat.clone()
    data = list(training.batches(source, seeds, steps, batch, V, CPU))
    for r, module in enumerate(modules):
        optimizer = torch.optim.Adam(module.parameters(), betas=(0.9, 0.99), eps=1e-9)
        for lr, (contexts, targets) in zip(rates, data, strict=True):
            optimizer.param_groups[0]["lr"] = lr
            optimizer.zero_grad()
            said = module(contexts.view(len(seeds), batch, -1)[r] - r * V)
            nn.functional.cross_entropy(said, targets[r, :, 0]).backward()
            optimizer.step()
    list(training.train(flat, net.shapes(size), net.gradient, batch, data, rates, 1))
    assert (flat - start).abs().max() > 0.1
    for r, module in enumerate(modules):
        for ours, theirs in zip(net.layers(flat, size), weights(module), strict=True):
            torch.testing.assert_close(ours[r], theirs, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("broken", [math.nan, math.inf, 1e38])
def test_a_run_that_diverges_leaves_its_neighbours_alone(broken):
    steps, batch, seeds = 30, 16, [1, 2, 3]
    healthy = ngram.initial(4, seeds)
    flat = healthy.clone()
    for layer in ngram.layers(flat, 4):
        layer[1] = broken
    data = list(training.batches(Letters(), seeds, steps, batch, corpus.SYMBOLS, CPU))
    for stack in (flat, healthy):
        rates = training.learning_rates(steps, 0.01)
        list(training.train(stack, ngram.shapes(4), ngram.gradient, batch, data, rates, 1))
    ours, theirs = ngram.layers(flat, 4), ngram.layers(healthy, 4)
    assert not all(layer[1].isfinite().all() for layer in ours)
    for one, other in zip(ours, theirs, strict=True):
        assert torch.equal(one[[0, 2]], other[[0, 2]])


def still(_, grads, __):
    """A gradient that is zero everywhere."""
    return lambda *_: [grad.zero_() for grad in grads]


@given(st.integers(1, 12), st.integers(0, 40))
def test_training_is_looked_at_as_often_as_asked_and_at_the_end(looks, more):
    steps = looks + more
    data = [(torch.zeros(1), torch.zeros(1))] * steps
    rates = [0.1] * steps
    done = list(training.train(torch.zeros(6), [(2, 3)], still, 1, data, rates, looks))
    assert len(done) == looks
    assert done[-1] == steps
    gaps = [b - a for a, b in pairwise([0, *done])]
    assert max(gaps) - min(gaps) <= 1


def test_fewer_steps_than_looks_are_each_looked_at():
    data = [(torch.zeros(1), torch.zeros(1))] * 3
    done = training.train(torch.zeros(6), [(2, 3)], still, 1, data, [0.1] * 3, 10)
    assert list(done) == [1, 2, 3]


def test_data_that_is_too_short_for_its_rates_is_refused():
    data = [(torch.zeros(1), torch.zeros(1))] * 2
    with pytest.raises(ValueError, match="zip"):
        list(training.train(torch.zeros(6), [(2, 3)], still, 1, data, [0.1] * 3, 1))


# --- Plain descent ----------------------------------------------------------------------------


def descended(flat, lrs, steps, batch=16, size=5, warm=10, seed=7):
    """What `descend` makes of `flat` on one seed's letters; the weights after every step."""
    V, found = corpus.SYMBOLS, []
    data = training.batches(Letters(), [seed], steps, batch, V, CPU)
    same = training.shared(data, len(lrs), V)
    told = training.train_sgd(flat, ngram.shapes(size), ngram.gradient, batch, same, lrs, warm)
    for step in told:
        found.append(flat.clone())
        assert step == len(found)
    return found


def repeated(size, runs, seed=3):
    """One start for several runs."""
    return ngram.initial(size, [seed] * runs)


@pytest.mark.parametrize("warm", [1, 10, 25])
def test_descent_is_what_torchs_modules_autograd_and_sgd_make_of_the_same_batches(warm):
    """Every step of every rate, in double precision, to rounding."""
    steps, batch, size, lrs = 40, 16, 5, [0.05, 0.4, 1.6]
    flat = repeated(size, len(lrs)).double()
    modules, start = chains(ngram, size, flat), flat.clone()
    drawn = Letters().draw(np.random.default_rng(7), steps * batch)
    drawn = torch.from_numpy(drawn).long().split(batch)
    after = descended(flat, lrs, steps, batch, size, warm)
    assert len(after) == steps
    assert (flat - start).abs().max() > 0.1
    for r, (module, lr) in enumerate(zip(modules, lrs, strict=True)):
        optimizer = torch.optim.SGD(module.parameters(), lr=lr)
        rise = LinearLR(optimizer, start_factor=1 / warm, total_iters=max(1, warm - 1))
        for examples, stack in zip(drawn, after, strict=True):
            optimizer.zero_grad()
            said = module(examples[:, :-1])
            nn.functional.cross_entropy(said, examples[:, -1]).backward()
            optimizer.step()
            if warm > 1:
                rise.step()
            for ours, theirs in zip(ngram.layers(stack, size), weights(module), strict=True):
                torch.testing.assert_close(ours[r], theirs, rtol=1e-6, atol=1e-8)


def test_a_descent_in_single_precision_is_that_in_double_to_its_accuracy():
    lrs = [0.1, 1.0]
    single, double = (repeated(5, 2).to(kind) for kind in (torch.float32, torch.float64))
    descended(single, lrs, 30)
    descended(double, lrs, 30)
    torch.testing.assert_close(single.double(), double, rtol=1e-3, atol=1e-4)


def test_runs_descend_side_by_side_as_they_do_alone():
    lrs = [0.05, 0.4, 1.6]
    stack = repeated(5, 3).double()
    descended(stack, lrs, 30)
    for r, lr in enumerate(lrs):
        alone = repeated(5, 1).double()
        descended(alone, [lr], 30)
        for one, other in zip(ngram.layers(alone, 5), ngram.layers(stack, 5), strict=True):
            torch.testing.assert_close(one[0], other[r], rtol=1e-9, atol=1e-12)
    ends = ngram.layers(stack, 5)[1]
    assert not torch.allclose(ends[0], ends[1], atol=1e-2)


def test_a_descent_that_has_diverged_does_not_come_back():
    flat = repeated(4, 2)
    ngram.layers(flat, 4)[3][1] = math.nan
    descended(flat, [0.4, 0.4], 5, size=4)
    for layer in ngram.layers(flat, 4)[2:]:
        assert layer[0].isfinite().all()
        assert layer[1].isnan().all()


@pytest.mark.parametrize("broken", [1e30, math.inf, math.nan])
def test_a_rate_that_diverges_leaves_its_neighbours_alone(broken):
    wild, tame = repeated(4, 3), repeated(4, 3)
    descended(wild, [0.4, broken, 0.8], 20, size=4)
    descended(tame, [0.4, 0.4, 0.8], 20, size=4)
    ours, theirs = ngram.layers(wild, 4), ngram.layers(tame, 4)
    assert not all(layer[1].isfinite().all() for layer in ours)
    for one, other in zip(ours, theirs, strict=True):
        assert torch.equal(one[[0, 2]], other[[0, 2]])


def test_a_descent_ends_with_its_data_and_its_rates_rise_and_then_stay():
    """With a gradient of 1 the weights tell the sum of the rates."""

    def ones(_, grads, __):
        return lambda *_: [grad.fill_(1.0) for grad in grads]

    flat, data = torch.zeros(6), [(torch.zeros(1), torch.zeros(1))] * 8
    sums = [0.1, 0.3, 0.6, 1.0, 1.4, 1.8, 2.2, 2.6]  # of 1/4, 2/4, 3/4 and then 1 of 0.4
    for step in training.train_sgd(flat, [(2, 3)], ones, 1, data, [0.4], 4):
        torch.testing.assert_close(flat, torch.full((6,), -sums[step - 1]))
    assert step == 8
