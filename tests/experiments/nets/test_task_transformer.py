"""The transformer of the tasks, against torch's own modules and autograd."""

from functools import partial

import numpy as np
import pytest
import torch
from torch import nn

from toylab.experiments.nets import sequences, task_transformer, training
from toylab.experiments.tasks import TASKS, TaskSpec

torch.set_num_threads(1)  # as in a worker

SEEDS, BATCH = [11, 4, 30], 5
EXACT = {"rtol": 1e-9, "atol": 1e-11}
tasks = pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)


class Module(nn.Module):
    """The same network by torch's encoder layer, positions and a causal mask."""

    def __init__(self, task, layers):
        super().__init__()
        e, w, qkv, o, up, down, out = (layer.clone() for layer in layers)
        width, kind = e.shape[1], e.dtype
        self.embed = nn.Embedding.from_pretrained(e, freeze=False)
        self.places = nn.Parameter(w)
        self.block = nn.TransformerEncoderLayer(
            width, task.heads, 4 * width, dropout=0.0, batch_first=True, norm_first=True,
            bias=False, dtype=kind,
        )  # fmt: skip
        self.norm = nn.LayerNorm(width, elementwise_affine=False)
        self.out = nn.Linear(width, task.symbols, bias=False, dtype=kind)
        attention, block = self.block.self_attn, self.block
        self.pairs = (
            (attention.in_proj_weight, qkv), (attention.out_proj.weight, o),
            (block.linear1.weight, up), (block.linear2.weight, down), (self.out.weight, out),
        )  # fmt: skip
        for weight, ours in self.pairs:
            weight.data = ours.T.clone()

    def forward(self, contexts):
        """What is said after every place."""
        mask = nn.Transformer.generate_square_subsequent_mask(contexts.shape[1])
        x = self.embed(contexts) + self.places
        x = self.block(x, src_mask=mask.to(x.dtype), is_causal=True)
        return self.out(self.norm(x))


def drawn(task, width=8):
    """All seeds' first networks in double precision, and their shapes."""
    shapes = task_transformer.shapes(width, task.symbols, task.places)
    flat = task_transformer.initial(width, task.symbols, task.places, SEEDS).double()
    return flat, shapes


def alone(flat, shapes, run):
    return [layer[run] for layer in training.unflatten(flat, shapes)]


def questions(task, number=BATCH):
    return torch.from_numpy(task.draw(np.random.default_rng(2), number)).long()


def expected_gradient(task, module, passages):
    said = module(passages[:, :-1])[:, -task.asked :]
    loss = nn.functional.cross_entropy(said.flatten(0, 1), passages[:, -task.asked :].flatten())
    loss.backward()
    linear = [weight.grad.T for weight, _ in module.pairs]
    return [module.embed.weight.grad, module.places.grad, *linear]


@tasks
def test_each_runs_gradient_is_that_of_torchs_modules_on_the_answers_alone(task):
    flat, shapes = drawn(task)
    grads = torch.zeros_like(flat)
    answer = partial(task_transformer.logits, task.heads)
    layers, into = (training.unflatten(tensor, shapes) for tensor in (flat, grads))
    offset = task.symbols * torch.arange(len(SEEDS))[:, None, None]
    passages = torch.stack([questions(task).roll(r, 0) for r in range(len(SEEDS))])
    write = sequences.gradient(answer, layers, into, BATCH)
    write((passages[..., :-1] + offset).flatten(), passages[..., -task.asked :].contiguous())
    for run in range(len(SEEDS)):
        module = Module(task, alone(flat, shapes, run))
        theirs = expected_gradient(task, module, passages[run])
        for ours, wanted in zip(alone(grads, shapes, run), theirs, strict=True):
            torch.testing.assert_close(ours, wanted, **EXACT)


@tasks
def test_the_exam_is_what_torchs_modules_say_of_every_question(task):
    flat, shapes = drawn(task)
    flat *= 1.5  # far from equally likely symbols
    exam = task.exam()[:1100]  # more than are asked at once
    layers = training.unflatten(flat, shapes)
    losses, right = task_transformer.grade(task.heads, layers, exam, task.asked)
    assert right.shape == (len(SEEDS), len(exam), task.asked)
    passages = torch.from_numpy(exam).long()
    answers = passages[:, -task.asked :]
    for run in range(len(SEEDS)):
        with torch.no_grad():
            said = Module(task, alone(flat, shapes, run))(passages[:, :-1])[:, -task.asked :]
        wanted = nn.functional.cross_entropy(said.flatten(0, 1), answers.flatten()).item()
        assert losses[run] == pytest.approx(wanted, rel=1e-9)
        assert (right[run] == (said.argmax(-1) == answers).numpy()).all()
    assert 0 < right.mean() < 0.5


@tasks
def test_the_first_k_are_right_just_where_the_network_writes_them_itself(task):
    """Greedy, symbol after symbol, each after its own ones before."""
    flat, shapes = drawn(task)
    module, exam = Module(task, alone(flat, shapes, 0)), task.exam()[:40]
    layers = training.unflatten(flat, shapes)
    right = task_transformer.grade(task.heads, layers, exam, task.asked)[1][0]
    passages = torch.from_numpy(exam).long()
    read = passages[:, : -task.asked]
    for _ in range(task.asked):
        padded = nn.functional.pad(read, (0, task.places - read.shape[1]))
        with torch.no_grad():
            said = module(padded)[:, read.shape[1] - 1].argmax(-1, keepdim=True)
        read = torch.cat([read, said], 1)
    written = (read == passages).numpy()[:, -task.asked :]
    assert (np.logical_and.accumulate(written, 1) == np.logical_and.accumulate(right, 1)).all()


@tasks
@pytest.mark.parametrize("width", [4, 12])
def test_params_are_all_of_the_modules(task, width):
    flat, shapes = drawn(task, width)
    (name,) = [name for name, known in TASKS.items() if known is task]
    counted = sum(p.numel() for p in Module(task, alone(flat, shapes, 0)).parameters())
    norms = 2 * width  # torch's block has gains, which stay 1
    assert TaskSpec(name, width, 1).params == counted - norms == flat.numel() // len(SEEDS)


def test_a_network_starts_with_the_stated_variances():
    """Of n draws a variance is good to sqrt(2 / n)."""
    d, seeds = 32, range(20)
    flat = task_transformer.initial(d, 17, 24, seeds)
    layers = training.unflatten(flat, task_transformer.shapes(d, 17, 24))
    stated = (1, 0.09, 1 / d, 1 / (2 * d), 2 / d, 1 / (8 * d), 1 / (4 * d))
    for layer, variance in zip(layers, stated, strict=True):
        good = 4 * (2 / layer.numel()) ** 0.5
        assert layer.var().item() == pytest.approx(variance, rel=good)
