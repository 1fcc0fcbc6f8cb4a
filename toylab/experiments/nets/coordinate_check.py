"""Coordinate check (Yang et al. 2022, arXiv:2203.03466, appendix D.1): how far activations move.

In a right parametrisation the change of every layer's activations in the first few steps does not
depend on the width; where it grows with the width, some width is too large for the rate.
"""

import torch
from torch import Tensor

from toylab.experiments.corpus import SYMBOLS, Codes
from toylab.experiments.nets.deep import DeepNet
from toylab.experiments.nets.training import Layers


class CoordinateCheck:
    """The activations of several runs before training, to compare later ones with."""

    def __init__(self, net: DeepNet, params: Layers, passages: Codes) -> None:
        device = params[0].device
        offset = SYMBOLS * torch.arange(len(params[0]), device=device)[:, None, None]
        self.net = net
        self.contexts = torch.from_numpy(passages[:, :-1]).to(device).long() + offset
        self.before = [layer.clone() for layer in self._now(params)]

    def changes(self, params: Layers) -> list[list[float]]:
        """Root mean square changes of h_1, h_2, ... and the logits, (runs, layers)."""
        moved = [
            (now - before).square().mean((1, 2)).sqrt()
            for now, before in zip(self._now(params), self.before, strict=True)
        ]
        return torch.stack(moved, 1).tolist()

    @torch.inference_mode()
    def _now(self, params: Layers) -> list[Tensor]:
        return list(self.net.activations(params, self.contexts))
