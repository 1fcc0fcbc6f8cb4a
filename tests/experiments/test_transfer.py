"""Runs at several rates, against another form of muP, autograd and torch's optimizers."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

from toylab.experiments import corpus, transfer
from toylab.experiments.nets import training
from toylab.experiments.nets.coordinate_check import CoordinateCheck
from toylab.experiments.nets.deep import DeepNet
from toylab.experiments.transfer import BATCH, CHECKED, EXAM, TransferSpec, run

torch.set_num_threads(1)  # as in a worker

SHORT = TransferSpec(16, "mup", base=4, steps=20, lowest=-8.0, highest=-6.0, seed=3)


def rows(spec):
    """The rows of a run but for their seconds."""
    *_, (_, last) = run(spec)
    return [{name: value for name, value in row.items() if name != "seconds"} for row in last]


def other_form(spec, octave, decay=0.0):
    """The loss by autograd and torch.optim in Table 8's form of muP.

    There the output keeps its spread and its rate at all widths, and the logits are divided by m.
    """
    m, lr = spec.width / spec.base, 2.0**octave
    net = DeepNet(spec.width, spec.depth, spec.branch != "none")
    layers = [layer[0].clone() for layer in net.layers(net.initial([spec.seed], spec.parameters))]
    layers[-2] *= m
    for layer in layers:
        layer.requires_grad_()
    rates = [lr / m if one.kind == "hidden" else lr for one in spec.parameters]
    groups = [{"params": [p], "lr": r, "rate": r} for p, r in zip(layers, rates, strict=True)]
    for group in groups:
        strength = lr / group["rate"] if spec.independent else 1.0
        group["weight_decay"] = decay * strength
    optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.99), eps=1e-13)

    def logits(contexts):
        e, *rest = layers
        h = e[contexts].flatten(1)
        for k, (W, b) in enumerate(zip(rest[:-2:2], rest[1:-2:2], strict=True)):
            step = (h @ W + b).relu()
            scale = 1 / (spec.depth - 1) if spec.branch == "1/L" else 1.0
            h = h + scale * step if k and spec.branch != "none" else step
        return h @ rest[-2] / m + rest[-1]

    text = corpus.load().reading(corpus.BEFORE)
    data = training.batches(
        text, [spec.seed], spec.steps, BATCH, corpus.SYMBOLS, torch.device("cpu")
    )
    for factor, (contexts, targets) in zip(
        training.learning_rates(spec.steps, 1.0), data, strict=True
    ):
        for group in optimizer.param_groups:
            group["lr"] = group["rate"] * factor
        optimizer.zero_grad()
        cross_entropy(logits(contexts.view(BATCH, -1)), targets[0, :, 0]).backward()
        optimizer.step()
    exam = torch.from_numpy(text.exam[:EXAM]).long()
    with torch.no_grad():
        return cross_entropy(logits(exam[:, :-1]), exam[:, -1]).item()


@pytest.mark.parametrize(
    "spec",
    [
        SHORT,
        replace(SHORT, scaling="standard", base=16, depth=1),
        replace(SHORT, depth=4, branch="1/L"),
        replace(SHORT, depth=3, branch="1"),
    ],
    ids=str,
)
def test_each_rate_is_another_form_of_mup_by_autograd_and_torchs_adam(spec):
    for row in rows(spec):
        octave = np.log2(row["lr"])
        assert row["loss"] == pytest.approx(other_form(spec, octave), abs=2e-4)
    assert [row["lr"] for row in rows(spec)] == [2.0**-8, 2.0**-7, 2.0**-6]


@pytest.mark.parametrize("independent", [False, True])
def test_weight_decay_is_adamws_and_independent_of_the_division_where_that_is_asked(independent):
    """Only the hidden matrices differ here: Table 8's form decays the output at the full rate."""
    spec = replace(SHORT, decay=3.0, independent=independent, highest=-8.0)
    (plain,), (row,) = rows(replace(spec, decay=0.0)), rows(spec)
    (other,) = rows(replace(spec, independent=not independent))
    assert len({plain["loss"], row["loss"], other["loss"]}) == 3
    if independent:
        expected = other_form(spec, -8.0, decay=3.0)
        assert row["loss"] == pytest.approx(expected, abs=2e-4)
        assert abs(row["loss"] - other["loss"]) > 1e-3


def test_decay_without_division_is_the_same_either_way():
    spec = replace(SHORT, scaling="standard", decay=1.0, highest=-8.0)
    assert rows(spec) == rows(replace(spec, independent=True))


def test_the_same_spec_gives_the_same_rows_and_a_rate_does_not_touch_its_neighbours():
    whole, alone = rows(SHORT), rows(replace(SHORT, lowest=-7.0, highest=-7.0))
    assert whole == rows(SHORT)
    assert whole[1]["loss"] == pytest.approx(alone[0]["loss"], abs=1e-5)
    assert rows(replace(SHORT, seed=4))[0]["loss"] != whole[0]["loss"]


def test_a_run_without_a_finite_loss_is_marked(monkeypatch):
    monkeypatch.setattr(DeepNet, "loss", lambda *_: [2.0, float("nan"), float("inf")])
    assert [row["diverged"] for row in rows(SHORT)] == [False, True, True]


def test_the_coordinate_check_is_the_change_of_activations():
    net = DeepNet(8, 2, False)
    passages = corpus.load().exam[:16]
    contexts = (
        torch.from_numpy(passages[:, :-1]).long() + corpus.SYMBOLS * torch.arange(2)[:, None, None]
    )
    before = net.initial([1, 2])
    check, after = CoordinateCheck(net, net.layers(before), passages), before + 0.1
    assert check.changes(net.layers(before)) == [[0.0, 0.0, 0.0]] * 2
    then, now = (list(net.activations(net.layers(one), contexts)) for one in (before, after))
    expected = [
        [(now[k][r] - then[k][r]).pow(2).mean().sqrt().item() for k in range(3)] for r in range(2)
    ]
    assert np.array(check.changes(net.layers(after))) == pytest.approx(np.array(expected))


def test_a_row_tells_its_check_after_the_first_steps():
    """What comes later does not touch it."""
    first, later = (rows(replace(SHORT, steps=steps))[0] for steps in (2 * CHECKED, 3 * CHECKED))
    assert first["first"] > 0
    assert later["logits"] > 0
    assert later["loss"] != first["loss"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"scaling": "wide"}, "scaling must be one of standard, mup"),
        ({"branch": "2"}, "branch must be one of none, 1, 1/L"),
        ({"width": 2}, "width must be between 4"),
        ({"base": 0}, "base must be between 4"),
        ({"depth": 0}, "depth must be between 1"),
        ({"steps": 5}, "steps must be between"),
        ({"decay": float("nan")}, "decay must be between 0"),
        ({"lowest": -2.0, "highest": -3.0}, "lowest must be between"),
        ({"highest": 3.0}, "highest must be at most 2"),
        ({"seed": -1}, "seed must be between"),
    ],
)
def test_what_is_no_run_is_refused_in_a_sentence(change, sentence):
    with pytest.raises(ValueError, match=sentence):
        replace(SHORT, **change)


def test_costs_add_up_where_the_ladder_is_cut():
    assert transfer.TransferSpec(512).cost > 5 * transfer.TransferSpec(64).cost
