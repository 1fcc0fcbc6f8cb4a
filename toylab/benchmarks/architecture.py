"""Benchmark of networks that read: the engine's seconds for a few runs against the plain way.

The plain way is what an article would print: nn.TransformerEncoder or nn.LSTM, autograd,
torch.optim.Adam, one run after the other, torch's default threads; the n-gram network as in `lm`.
Both train the same sizes for as many steps on batches as large.
"""

import json
import sys
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from toylab.benchmarks import lm
from toylab.benchmarks.timing import timed
from toylab.experiments import corpus
from toylab.experiments.architecture_study import NETS
from toylab.experiments.charlm import CharlmSpec

if TYPE_CHECKING:
    from torch import Tensor, nn

FLOPS, SEEDS = 1e9, 2


@dataclass(frozen=True)
class Timing:
    """One comparison of both ways on the runs of one network."""

    runs: int
    plain_seconds: float
    toylab_seconds: float  # its processes were warm
    ratio: float  # plain / toylab
    plain_loss: float  # mean, on the batch of the last step
    toylab_loss: float  # mean, on the exam


def architecture(*, as_json: bool) -> int:
    """Time the networks at their best sizes at the smallest budget, both ways."""
    sys.stderr.write("each network the plain way, then by toylab: half a minute or so\n")
    corpus.load()
    timings = {}
    for name, design in NETS.items():
        (size,) = design.sizes(FLOPS, 1)
        timings[name] = measure(design.spec(size, FLOPS))
    if as_json:
        sys.stdout.write(json.dumps({name: vars(one) for name, one in timings.items()}) + "\n")
        return 0
    for name, one in timings.items():
        sys.stdout.write(
            f"{NETS[name].title:15} {one.runs} runs   plain {one.plain_seconds:6.2f} s   toylab "
            f"{one.toylab_seconds:6.2f} s   ratio {one.ratio:5.2f}   losses {one.plain_loss:.2f}, "
            f"{one.toylab_loss:.2f}\n"
        )
    return 0


def measure(spec: CharlmSpec) -> Timing:
    """Train the same seeds both ways."""
    letters, _ = lm.tensors()
    begun = time.perf_counter()
    losses = [plain(replace(spec, seed=seed), letters) for seed in range(SEEDS)]
    plain_seconds = time.perf_counter() - begun
    seconds, rows, _ = timed([replace(spec, runs=SEEDS)])
    return Timing(
        runs=SEEDS,
        plain_seconds=plain_seconds,
        toylab_seconds=seconds,
        ratio=plain_seconds / seconds,
        plain_loss=sum(losses) / SEEDS,
        toylab_loss=sum(float(row["loss"]) for row in rows) / SEEDS,
    )


def plain(run: CharlmSpec, letters: "Tensor") -> float:
    """Train one run the way an article would print it; its loss on the last batch."""
    import torch
    from torch import nn

    asked, before = run.recipe.asked, max(corpus.BEFORE, run.recipe.asked)
    with torch.random.fork_rng(devices=[]):  # nothing else's draws are touched
        torch.manual_seed(run.seed)
        net, places = network(run), torch.arange(before + 1)
        optimizer = torch.optim.Adam(net.parameters(), lr=run.lr, betas=(0.9, 0.99), eps=1e-9)
        for t in range(run.steps):
            passage = letters[torch.randint(0, len(letters) - before, (run.passages, 1)) + places]
            warm = min(1.0, (t + 1) / max(1.0, 0.02 * run.steps))
            optimizer.param_groups[0]["lr"] = run.lr * warm * (1 - t / run.steps)
            optimizer.zero_grad()
            scores = net(passage[:, :-1]).reshape(-1, corpus.SYMBOLS)
            loss = nn.functional.cross_entropy(scores, passage[:, -asked:].flatten())
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
    return float(loss.detach())


def network(run: CharlmSpec) -> "nn.Module":
    """The network of a run, as an article would print it."""
    import torch
    from torch import nn

    class Transformer(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            d = run.size
            self.letters, self.places = (
                nn.Embedding(n, d) for n in (corpus.SYMBOLS, corpus.WINDOW)
            )
            layer = nn.TransformerEncoderLayer(
                d, max(1, d // 4), 4 * d, 0.0, batch_first=True, norm_first=True
            )
            self.encoder = nn.TransformerEncoder(layer, 1, enable_nested_tensor=False)
            self.out = nn.Linear(d, corpus.SYMBOLS)
            self.mask = nn.Transformer.generate_square_subsequent_mask(corpus.WINDOW)

        def forward(self, x: "Tensor") -> "Tensor":
            hidden = self.letters(x) + self.places(torch.arange(x.shape[1]))
            scores: Tensor = self.out(self.encoder(hidden, mask=self.mask, is_causal=True))
            return scores

    class Lstm(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.letters = nn.Embedding(corpus.SYMBOLS, corpus.NUMBERS)
            self.memory = nn.LSTM(corpus.NUMBERS, run.size, batch_first=True)
            self.out = nn.Linear(run.size, corpus.SYMBOLS)

        def forward(self, x: "Tensor") -> "Tensor":
            scores: Tensor = self.out(self.memory(self.letters(x))[0])
            return scores

    kinds = {"transformer": Transformer, "lstm": Lstm}
    return kinds[run.net]() if run.net in kinds else lm.network(run.size)
