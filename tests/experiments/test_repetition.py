"""Runs on repeated, fresh and noisy text: what they read, and that it is what it says."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from toylab.experiments import charlm, corpus, repetition
from toylab.experiments.repetition import PASSAGE, RepetitionSpec

torch.set_num_threads(1)  # as in a worker

SMALL = RepetitionSpec(unique=1024, epochs=2, size=4, seed=5)


def rows(spec):
    *_, (done, found) = repetition.run(spec)
    assert done == 1
    return found


def lists(codes):
    return [tuple(passage) for passage in codes.tolist()]


def test_a_pool_is_read_in_order_first_and_shuffled_anew_for_each_later_epoch():
    pool = repetition.stream(SMALL, seed=5)
    fresh = repetition.stream(replace(SMALL, text="fresh"), seed=5)
    first, second, third = (lists(pool(1024)) for _ in range(3))
    assert first == lists(fresh(1024))
    assert sorted(first) == sorted(second) == sorted(third)
    assert len({tuple(epoch) for epoch in (first, second, third)}) == 3
    assert not set(lists(fresh(1024))) <= set(first)


@pytest.mark.parametrize("parts", [(300, 724), (1, 1023), (512, 512, 512, 512), (1500, 548)])
def test_the_order_does_not_depend_on_how_many_are_taken_at_once(parts):
    whole = lists(repetition.stream(SMALL, 5)(sum(parts)))
    taken = repetition.stream(SMALL, 5)
    assert [one for part in parts for one in lists(taken(part))] == whole


def test_one_epoch_is_the_fresh_run_and_that_of_the_language_models_bit_for_bit():
    once = replace(SMALL, epochs=1, runs=2)
    pool, fresh = rows(once), rows(replace(once, text="fresh"))
    *_, (_, plain) = charlm.run(once.plain)
    for mine, other, third in zip(pool, fresh, plain, strict=True):
        assert mine["loss"] == other["loss"] == third["loss"]
        assert mine["pool_loss"] == other["pool_loss"]
    assert pool[0]["loss"] != pool[1]["loss"]


@pytest.mark.parametrize("kind", repetition.KINDS)
def test_noise_replaces_its_share_and_keeps_how_often_characters_come(kind):
    clean, dirty = corpus.load(), repetition.noisy(0.3, kind)
    assert np.array_equal(clean.exam, dirty.exam)
    often = np.bincount(clean.train, minlength=corpus.SYMBOLS) / len(clean.train)
    after = np.bincount(dirty.train, minlength=corpus.SYMBOLS) / len(clean.train)
    assert np.abs(often - after).max() < 2e-3
    # a character that is drawn anew is the old one by luck: sum p^2
    changed = float((clean.train != dirty.train).mean())
    assert changed == pytest.approx(0.3 * (1 - float((often**2).sum())), abs=0.006)
    blocks = (clean.train != dirty.train)[: len(clean.train) // PASSAGE * PASSAGE]
    hit = blocks.reshape(-1, PASSAGE).any(axis=1).mean()
    assert hit == (pytest.approx(0.3, abs=0.02) if kind == "passages" else 1)


def test_weight_decay_makes_weights_smaller_and_learns_less_by_heart():
    """Thirty-two epochs of 1,024 characters, which a network of this size learns by heart."""
    many = RepetitionSpec(unique=1024, epochs=32, size=16, seed=3)
    plain, decayed = (rows(replace(many, decay=decay))[0] for decay in (0.0, 3.0))
    assert plain["pool_loss"] < decayed["pool_loss"]
    assert plain["loss"] > decayed["loss"]
    assert plain["pool_loss"] < plain["loss"]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"text": "books"}, "text must be one of pool, fresh, noisy"),
        ({"unique": 1000}, "unique must be a multiple of 512"),
        ({"epochs": 0}, "epochs must be at least 1"),
        ({"epochs": 10**6}, "unique times epochs must be at most 4,000,000"),
        ({"dirty": 0.1}, "dirty must be 0 where the text is not noisy"),
        ({"text": "noisy", "dirty": 1.5}, "dirty must be between 0 and 1"),
        ({"decay": -1.0}, "decay must be between 0 and 10"),
        ({"size": 0}, "size must be between"),
    ],
)
def test_settings_that_are_none_are_refused(change, rule):
    with pytest.raises(ValueError, match=rule):
        replace(SMALL, **change)
