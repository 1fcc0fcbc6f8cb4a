"""Adam (Kingma and Ba 2015, arXiv:1412.6980, algorithm 1) on one tensor, in one pass.

With decoupled weight decay it is AdamW (Loshchilov and Hutter 2019, arXiv:1711.05101): before
its step every weight shrinks, w <- (1 - lr decay) w. `AdamByLayer` gives each layer of each run
a learning rate and a decay of its own.
"""

from collections.abc import Sequence

import torch
from torch import Tensor


class Adam:
    """Adam with beta1 0.9, as in torch.optim.AdamW, for all parameters in one tensor."""

    def __init__(
        self, params: Tensor, beta2: float = 0.999, eps: float = 1e-8, decay: float = 0.0
    ) -> None:
        self.params, self.beta2, self.eps, self.decay = params, beta2, eps, decay
        self.mean, self.square = torch.zeros_like(params), torch.zeros_like(params)
        self.steps = torch.zeros((), device=params.device)
        self.one = torch.ones((), device=params.device)

    def step(self, grads: Tensor, lr: float) -> None:
        """One step down.

        By the kernel that torch.optim.AdamW(fused=True) calls, without the checks around it: for
        small networks they take longer than the step.
        """
        self.steps += self.one
        torch._fused_adamw_(
            [self.params], [grads], [self.mean], [self.square], [], [self.steps],
            lr=lr, beta1=0.9, beta2=self.beta2, weight_decay=self.decay, eps=self.eps,
            amsgrad=False, maximize=False,
        )  # fmt: skip


class AdamByLayer:
    """Adam whose learning rate and decay differ between layers, and between runs.

    The usual step is taken at a rate of 1 by blank parameters; of it each layer goes as far as
    its own rate says.
    """

    def __init__(
        self,
        layers: Sequence[Tensor],  # windows into the parameters, (runs, rows, columns)
        moves: Sequence[Tensor],  # the same windows into `blank`
        blank: Tensor,
        rates: Sequence[Tensor],  # of each layer, (runs, 1, 1)
        decays: Sequence[Tensor] | None,  # what each layer shrinks by, likewise
        beta2: float = 0.999,
        eps: float = 1e-8,
    ) -> None:
        self.layers, self.moves, self.blank = layers, moves, blank
        self.rates, self.decays = rates, decays
        self.adam = Adam(blank, beta2, eps)

    def step(self, grads: Tensor, factor: float) -> None:
        """One step down; rates and decays count `factor` times."""
        if self.decays:
            for layer, decay in zip(self.layers, self.decays, strict=True):
                layer.addcmul_(layer, decay, value=-factor)
        self.blank.zero_()
        self.adam.step(grads, 1.0)
        for layer, move, rate in zip(self.layers, self.moves, self.rates, strict=True):
            layer.addcmul_(move, rate, value=factor)
