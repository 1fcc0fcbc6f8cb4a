"""Optimizers of the n-gram network of characters: Adam, SGD, and SGD with momentum.

    SGD       w <- w - lr g
    momentum  v <- 0.9 v + g,   w <- w - lr v        (heavy ball; lr a tenth of SGD's)
    Adam      w <- w - lr m / (sqrt(s) + eps)

All have one schedule. Adam takes the network's own rate and a batch that grows with the budget;
the others were tuned at 32 characters a step, where one rate is best at every size and budget.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Optimizer:
    """An optimizer, and how the n-gram network is trained by it."""

    title: str
    lr: float  # peak learning rate; 0: the network's
    batch: int  # tokens a step; 0: as the network's grows
    state: int  # numbers that it keeps for each parameter


# Rates: the best of five octaves at 16, 24, 48 and 80 hidden units, 1e9 to 3e10 FLOPs alike;
# Adam's lies within 0.03 nats of the best.
OPTIMIZERS = {
    "adam": Optimizer("Adam", 0.0, 0, 2),
    "sgd": Optimizer("SGD", 1.0, 32, 0),
    "momentum": Optimizer("SGD with momentum", 0.1, 32, 1),
}


def optimizer(name: str, language: str, net: str) -> Optimizer:
    """The optimizer of this name for a network.

    Raises:
        ValueError: if there is none, or none whose learning rate suits this network.
    """
    if name not in OPTIMIZERS:
        raise ValueError(f"optimizer must be one of {', '.join(OPTIMIZERS)}, got {name}")
    if name != "adam" and (language, net) != ("python", "ngram"):
        raise ValueError(
            f"the learning rate of {OPTIMIZERS[name].title} is tuned for the n-gram network of "
            f"characters only: optimizer must be adam, got {name}"
        )
    return OPTIMIZERS[name]
