"""SGD with momentum as a heavy ball (Polyak 1964), on one tensor.

    v <- beta v + g,   w <- w - lr v

as in torch.optim.SGD, where the first v is g; beta = 0 is plain SGD.
"""

from torch import Tensor


class Sgd:
    """SGD for all parameters in one tensor."""

    def __init__(self, params: Tensor, momentum: float = 0.0) -> None:
        self.params, self.momentum = params, momentum
        self.velocity = params.new_zeros(params.shape) if momentum else None

    def step(self, grads: Tensor, lr: float) -> None:
        """One step down."""
        if self.velocity is not None:
            grads = self.velocity.mul_(self.momentum).add_(grads)
        self.params.sub_(grads, alpha=lr)
