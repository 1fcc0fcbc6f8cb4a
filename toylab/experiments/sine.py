"""Training of small networks on a sine curve: the test error at a width and a number of samples.

    y = g(x) + noise * eps,    x ~ U(-pi, pi),    eps ~ N(0, 1)

g is sin kx, or a Fourier sum whose amplitudes fall as j^-1.5. The network of `nets.mlp` learns it
from `samples` points; its test error is the mean squared distance to the clean curve g on a
fixed grid, so it has no noise floor of its own. Seed s draws the same points, the same noise
and the same initial network whatever it is compared with: D points are the first D of 2D.
"""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

TARGETS = {"sine": "sin(kx)", "fourier": "a Fourier sum, amplitudes j^-1.5"}
SCHEDULES = {"constant": "constant", "cosine": "cosine to zero"}
GRID = np.linspace(-math.pi, math.pi, 513)  # where the error is measured
DRAWN = slice(0, None, 8)  # the 65 points of it that a learned curve is drawn through
MODES = 64
SNAPSHOTS = 10  # looks at a run on its way
MOST_STEPS = 10**6
MEMORY = 2e9  # bytes one process may need


@dataclass(frozen=True)
class SineSpec:
    """One configuration and the seeds `seed`, `seed + 1`, ... that train it side by side."""

    width: int
    samples: int
    steps: int = 500
    lr: float = 0.01  # peak learning rate of Adam
    schedule: str = "constant"
    noise: float = 0.0  # standard deviation of the labels' noise
    target: str = "sine"
    frequency: int = 1  # k of sin kx
    seed: int = 0
    runs: int = 1
    device: str = "cpu"

    def __post_init__(self) -> None:
        for name in ("width", "samples", "steps", "frequency", "runs"):
            if not getattr(self, name) >= 1:
                raise ValueError(f"{name} must be at least 1, got {getattr(self, name)}")
        if self.steps > MOST_STEPS:
            raise ValueError(f"steps must be at most {MOST_STEPS}, got {self.steps}")
        if not 0 < self.lr <= 100:
            raise ValueError(f"lr must be above 0 and at most 100, got {self.lr}")
        if not 0 <= self.noise <= 100:
            raise ValueError(f"noise must be between 0 and 100, got {self.noise}")
        if not 0 <= self.seed <= 10**9:
            raise ValueError(f"seed must be between 0 and 1000000000, got {self.seed}")
        for name, known in ("target", TARGETS), ("schedule", SCHEDULES):
            if getattr(self, name) not in known:
                raise ValueError(
                    f"{name} must be one of {', '.join(known)}, got {getattr(self, name)}"
                )
        if self.memory > MEMORY:
            raise ValueError(
                f"width {self.width} with {self.samples} samples needs {self.memory / 1e9:.3g} "
                f"GB of memory; the limit is {MEMORY / 1e9:.3g} GB"
            )

    @property
    def params(self) -> int:
        """w + w, then w^2 + w, then w + 1."""
        return self.width**2 + 4 * self.width + 1

    @property
    def flops(self) -> float:
        """Training FLOPs of one seed: 2 forward, 4 backward a parameter, example and step."""
        return 6.0 * self.params * self.samples * self.steps

    @property
    def memory(self) -> float:
        """Bytes at the peak, about: parameters and Adam's state; activations; the points."""
        at_once = GRID.size if self.device == "cpu" else max(self.samples, GRID.size)
        floats = 6 * self.params + 4 * self.width * at_once + 16 * self.samples
        return 4.0 * self.runs * floats

    @property
    def cost(self) -> float:
        """Seconds on the machine it was measured on; elsewhere good for comparisons."""
        if self.device != "cpu":
            return self.steps * 5e-4 + self.runs * self.flops / 5e12
        elements = self.runs * self.samples * self.width
        blocks = 1 + elements // 2**16
        return self.steps * (1e-4 * blocks + 2.5e-9 * elements) + self.runs * self.flops / 9e10


def clean(target: str, frequency: int, x: NDArray[np.float64]) -> NDArray[np.float64]:
    """g(x). Both targets have mean square 1/2, so that errors compare."""
    if target == "sine":
        return np.sin(frequency * x)
    j = np.arange(1, MODES + 1)
    phases = np.random.default_rng(0).uniform(0, 2 * np.pi, MODES)  # one fixed curve
    amplitudes = j**-1.5 / math.sqrt(float((j**-3.0).sum()))
    y = np.zeros_like(x)
    for k, amplitude, phase in zip(j, amplitudes, phases, strict=True):
        y += amplitude * np.sin(k * x + phase)
    return y


def examples(spec: SineSpec) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The training points and their labels, each (runs, samples)."""
    seeds = range(spec.seed, spec.seed + spec.runs)
    x = np.stack([_draw(s, 0).uniform(-np.pi, np.pi, spec.samples) for s in seeds])
    eps = np.stack([_draw(s, 1).standard_normal(spec.samples) for s in seeds])
    return x, clean(spec.target, spec.frequency, x) + spec.noise * eps


def initial(spec: SineSpec) -> NDArray[np.float64]:
    """Each seed's first network: U(-1, 1) / sqrt(fan in), the default of torch.nn.Linear."""
    seeds = range(spec.seed, spec.seed + spec.runs)
    unit = np.stack([_draw(s, 2, spec.width).uniform(-1, 1, spec.params) for s in seeds])
    unit[:, 2 * spec.width :] /= math.sqrt(spec.width)  # the first layer has fan in 1
    return unit


def learning_rates(spec: SineSpec) -> list[float]:
    """The learning rate of every step: constant, or half a cosine that ends at zero."""
    if spec.schedule == "constant":
        return [spec.lr] * spec.steps
    return [spec.lr * (1 + math.cos(math.pi * t / spec.steps)) / 2 for t in range(spec.steps)]


def run(spec: SineSpec) -> Iterator[tuple[float, list[dict[str, Any]]]]:
    """Train, and look at the networks on the way: (fraction done, one row a seed).

    The same spec on the same device gives bitwise the same rows, but for their `seconds`: a
    run's share of the time its stack took. A run that fits its points worse than it did
    before training, or has no finite error, is marked `diverged`.
    """
    import torch

    from toylab.experiments.nets import mlp
    from toylab.experiments.nets.device_check import checked_device

    begun = time.perf_counter()
    device = checked_device(spec.device)

    def on_device(array: NDArray[np.float64]) -> torch.Tensor:
        return torch.from_numpy(array.astype(np.float32)).to(device)

    flat = on_device(initial(spec))
    x, y = (on_device(array[:, None, :]) for array in examples(spec))
    grid = on_device(np.broadcast_to(GRID, (spec.runs, 1, GRID.size)))
    truth = clean(spec.target, spec.frequency, GRID)
    start = mlp.mse(flat, spec.width, x, y)
    for done in mlp.train(flat, spec.width, x, y, learning_rates(spec), SNAPSHOTS):
        curves = mlp.predict(mlp.layers(flat, spec.width), grid)[:, 0].cpu().double().numpy()
        train_mse = mlp.mse(flat, spec.width, x, y)
        yield (
            done / spec.steps,
            [
                {
                    "width": spec.width,
                    "params": spec.params,
                    "samples": spec.samples,
                    "seed": spec.seed + k,
                    "steps": done,
                    "test_mse": float(np.square(curves[k] - truth).mean()),
                    "train_mse": train_mse[k].item(),
                    "flops": spec.flops * done / spec.steps,
                    "seconds": (time.perf_counter() - begun) / spec.runs,
                    "device": spec.device,
                    "diverged": not bool(train_mse[k] <= start[k]),
                    "curve": curves[k, DRAWN].round(4).tolist(),
                }
                for k in range(spec.runs)
            ],
        )


def _draw(*key: int) -> np.random.Generator:
    return np.random.default_rng(key)
