"""Deep n-gram network: the next character from 8 before, through several hidden layers.

    x = e(c_1) .. e(c_K),    h_1 = relu(x W_1 + b_1)
    h_l = relu(h_(l-1) W_l + b_l)                plain,         l = 2 .. depth
    h_l = h_(l-1) + s relu(h_(l-1) W_l + b_l)    with skips (He et al. 2015, arXiv:1512.03385)
    p = softmax(h_depth W + b)

A branch beside a skip counts s times: 1, or less where there are many. For width h the network
has N = 128 h + (depth - 1) h^2 + 98 h matrix-multiply weights; one of depth 1 is that of `ngram`.
As there, every tensor has a leading axis of independent runs, and the gradient is written out by
hand: twice as fast as autograd's at these sizes.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from toylab.experiments import parametrization
from toylab.experiments.corpus import NUMBERS, Codes
from toylab.experiments.nets import ngram
from toylab.experiments.nets.ngram import INPUTS
from toylab.experiments.nets.training import Gradient, Layers, draw_flat, softmax_grad, unflatten
from toylab.experiments.parametrization import Parameter


@dataclass(frozen=True)
class DeepNet:
    """A shape: hidden layers of equal width, plain or with skips around all but the first."""

    width: int
    depth: int
    skips: bool
    branch: float = 1.0  # s

    @property
    def parameters(self) -> list[Parameter]:
        """e, then each W and b, in the standard parametrisation."""
        return parametrization.standard(self.width, self.depth, skips=self.skips)

    @property
    def shapes(self) -> list[tuple[int, int]]:
        """Shapes of e, then of each W and b."""
        return [one.shape for one in self.parameters]

    def layers(self, flat: Tensor) -> Layers:
        """The layers of all runs, each (runs, rows, columns), as windows into `flat`."""
        return unflatten(flat, self.shapes)

    def initial(self, seeds: Iterable[int], of: Sequence[Parameter] | None = None) -> Tensor:
        """First parameters of each seed: the standard ones, or those of another parametrisation."""
        return draw_flat(self.shapes, [one.std for one in of or self.parameters], seeds)

    def activations(self, params: Layers, contexts: Tensor) -> Iterator[Tensor]:
        """h_1, h_2, ..., each (runs, batch, h), and at last the logits, as in `ngram`."""
        (e, W1, b1), (W, b) = params[:3], params[-2:]
        x = e.view(-1, NUMBERS)[contexts].flatten(2)
        h = torch.baddbmm(b1, x, W1).relu_()
        yield h
        for W_l, b_l in _pairs(params):
            step = torch.baddbmm(b_l, h, W_l).relu_()
            h = torch.add(h, step, alpha=self.branch) if self.skips else step
            yield h
        yield torch.baddbmm(b, h, W)

    def logits(self, params: Layers, contexts: Tensor) -> Tensor:
        """Unnormalised ln p of every symbol, (runs, batch, V), as in `ngram`."""
        *_, logits = self.activations(params, contexts)
        return logits

    def gradient(self, params: Layers, grads: Layers, batch: int) -> Gradient:
        """A function that writes the gradient of each run's mean cross-entropy to `grads`."""
        (e, W1, b1), (W, b), inner = params[:3], params[-2:], _pairs(params)
        (d_e, d_W1, d_b1), (d_W, d_b), d_inner = grads[:3], grads[-2:], _pairs(grads)
        table, d_table = e.view(-1, NUMBERS), d_e.view(-1, NUMBERS)
        minus, share = e.new_full((len(e), batch, 1), -1.0), e.new_tensor(1 / batch)

        def write(contexts: Tensor, targets: Tensor) -> None:
            x = table[contexts].view(len(e), batch, INPUTS)
            h = torch.baddbmm(b1, x, W1).relu_()
            below, steps = [h], [h]  # what a layer is given, and what its relu lets through
            for W_l, b_l in inner:
                steps.append(torch.baddbmm(b_l, below[-1], W_l).relu_())
                below.append(
                    torch.add(below[-1], steps[-1], alpha=self.branch) if self.skips else steps[-1]
                )
            p = softmax_grad(torch.baddbmm(b, below[-1], W), targets, minus, share)
            _linear(below[-1], p, d_W, d_b)
            d = torch.bmm(p, W.mT)
            for k in range(len(inner), 0, -1):
                branch = d if self.branch == 1 else d * self.branch
                through = torch.ops.aten.threshold_backward(branch, steps[k], 0)
                _linear(below[k - 1], through, *d_inner[k - 1])
                back = torch.bmm(through, inner[k - 1][0].mT)
                d = d.add_(back) if self.skips else back
            d = torch.ops.aten.threshold_backward(d, h, 0)
            _linear(x, d, d_W1, d_b1)
            d_table.zero_().index_add_(0, contexts, torch.bmm(d, W1.mT).view(-1, NUMBERS))

        return write

    def loss(self, params: Layers, exam: Codes) -> list[float]:
        """Each run's mean cross-entropy over the exam, nats a character."""
        return ngram.exam_loss(self.logits, params, exam)


def _pairs(layers: Layers) -> Sequence[Layers]:
    """W_l and b_l of all but the first and the last layer."""
    return list(zip(layers[3:-2:2], layers[4:-2:2], strict=True))


def _linear(x: Tensor, d: Tensor, d_W: Tensor, d_b: Tensor) -> None:
    """The gradient of W and b from the input x and the gradient d of x W + b."""
    torch.bmm(x.mT, d, out=d_W)
    torch.sum(d, 1, keepdim=True, out=d_b)
