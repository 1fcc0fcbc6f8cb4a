"""Adam (Kingma and Ba 2015, arXiv:1412.6980, algorithm 1) on one tensor, in one pass.

With decoupled weight decay it is AdamW (Loshchilov and Hutter 2019, arXiv:1711.05101): before
its step every weight shrinks, w <- (1 - lr decay) w.
"""

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
