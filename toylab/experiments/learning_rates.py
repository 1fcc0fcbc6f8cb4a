"""Schedule of the learning rate: a warm-up, a plateau, and a decay to the end.

    lr(t) = peak min(1, (t + 1) / (w T)) (e + (1 - e) f(x)),    t = 0 .. T - 1
    x = (t / (h T) - (1 - d)) / d    between 0 and 1
    linear f = 1 - x,    cosine f = (1 + cos(pi x)) / 2,    1-sqrt f = 1 - sqrt(x)

with the warm-up w and the decay d as shares of the steps, the end e as a share of the peak. At
d = 1 the rate decays all the way, at d = 0 it stays; in between the schedule is
warmup-stable-decay (WSD; Hu et al. 2024, arXiv:2404.06395). Cosine: Loshchilov and Hutter 2017,
arXiv:1608.03983. 1-sqrt: Haegele et al. 2024, arXiv:2405.18392. A horizon h above 1 is a decay
planned for a longer run than this one, which ends before it does.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from toylab.refusals import refuse

WARM = 0.02  # of the steps
FALLS: Mapping[str, Callable[[float], float]] = {  # from 1 at x = 0 to 0 at x = 1
    "linear": lambda x: 1 - x,
    "cosine": lambda x: (1 + math.cos(math.pi * x)) / 2,
    "1-sqrt": lambda x: 1 - math.sqrt(x),
}
LONGEST = 10.0  # horizon


@dataclass(frozen=True)
class Schedule:
    """The course of the learning rate; the usual one warms up and falls to zero in a line."""

    warm: float = WARM  # share of the steps
    decay: float = 1.0  # share of the horizon, at its end
    shape: str = "linear"  # of the decay
    end: float = 0.0  # share of the peak
    horizon: float = 1.0  # steps that it is planned for over those that are run

    def __post_init__(self) -> None:
        refuse({
            f"warm must be between 0 and 1, got {self.warm}": 0 <= self.warm <= 1,
            f"decay must be between 0 and 1, got {self.decay}": 0 <= self.decay <= 1,
            f"shape must be one of {', '.join(FALLS)}, got {self.shape}": self.shape in FALLS,
            f"end must be between 0 and 1, got {self.end}": 0 <= self.end <= 1,
            f"horizon must be between 1 and {LONGEST:g}, got {self.horizon}": (
                1 <= self.horizon <= LONGEST
            ),
        })  # fmt: skip

    def rates(self, steps: int, peak: float) -> list[float]:
        """The learning rate of every step."""
        warm = max(1, self.warm * steps)
        return [
            peak * min(1, (t + 1) / warm) * self.factor(t / (steps * self.horizon))
            for t in range(steps)
        ]

    def factor(self, done: float) -> float:
        """The rate after a share of the horizon, over the peak, but for the warm-up."""
        if not self.decay:
            return 1.0
        x = min(1.0, max(0.0, (done - (1 - self.decay)) / self.decay))
        return self.end + (1 - self.end) * FALLS[self.shape](x)


USUAL = Schedule()
CONSTANT = Schedule(decay=0.0)
