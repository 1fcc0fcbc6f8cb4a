"""Finished runs of a scaling study: their size, their data, their loss.

N parameters, D training tokens, C training FLOPs, L loss in nats per token. Where a table gives
only two of N, D and C, the third follows from C = 6 N D.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from toylab.laws.forms import FLOPS
from toylab.refusals import positive

Array = NDArray[np.float64]
TOGETHER = 0.9999  # correlation of ln N and ln D


@dataclass(frozen=True, eq=False)
class Runs:
    """Finished runs, one an entry. Build them with `make_runs`, which checks them."""

    params: Array  # (runs,)
    tokens: Array  # (runs,)
    loss: Array  # (runs,) nats/token
    flops: Array  # (runs,) as the study counted them; 6 N D where it did not

    def __len__(self) -> int:
        return len(self.params)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Runs) and self.content == other.content

    def __hash__(self) -> int:
        return hash(self.content)

    @cached_property
    def content(self) -> bytes:
        """The bytes that make them equal to others, and a key of a cache."""
        return b"".join(
            array.tobytes() for array in (self.params, self.tokens, self.loss, self.flops)
        )

    @property
    def scale(self) -> Array:
        """The FLOPs, which say how large a run is, (runs,)."""
        return self.flops

    @property
    def frame(self) -> pd.DataFrame:
        """Columns params, tokens, flops, loss."""
        return pd.DataFrame(
            {
                "params": self.params,
                "tokens": self.tokens,
                "flops": self.flops,
                "loss": self.loss,
            }
        )

    def take(self, which: NDArray[np.bool_] | NDArray[np.int64]) -> "Runs":
        """Some of them, by a mask or by their places."""
        return Runs(self.params[which], self.tokens[which], self.loss[which], self.flops[which])

    def without_highest(self, how_many: int) -> "Runs":
        """Without the runs of highest loss, which an early phase of training may dominate.

        Raises:
            ValueError: if that leaves none.
        """
        return self.take(~highest(self.loss, how_many))


def highest(loss: Array, how_many: int) -> NDArray[np.bool_]:
    """A mask of the so many highest losses, the first of equals last, (runs,).

    Raises:
        ValueError: if that leaves none.
    """
    if not 0 <= how_many < len(loss):
        raise ValueError(f"can drop between 0 and {len(loss) - 1} of these runs, got {how_many}")
    mask = np.zeros(len(loss), dtype=bool)
    mask[np.argsort(loss, kind="stable")[len(loss) - how_many :]] = True
    return mask


def make_runs(
    params: ArrayLike | None = None,
    tokens: ArrayLike | None = None,
    loss: ArrayLike | None = None,
    flops: ArrayLike | None = None,
) -> Runs:
    """Runs from loss and at least two of params, tokens and flops, each (runs,).

    Raises:
        ValueError: if fewer are given, lengths differ, or a value is not positive and finite.
    """
    given = {"params": params, "tokens": tokens, "flops": flops, "loss": loss}
    have = {name: positive(name, value) for name, value in given.items() if value is not None}
    if "loss" not in have or len(have) < 3:
        raise ValueError(
            "runs need a loss and two of params, tokens and flops, got " + ", ".join(have)
        )
    if len({array.shape for array in have.values()}) > 1 or have["loss"].ndim != 1:
        raise ValueError(
            "every column needs one entry a run, got "
            + ", ".join(f"{name} {array.shape}" for name, array in have.items())
        )
    if "params" not in have:
        have["params"] = have["flops"] / FLOPS / have["tokens"]
    if "tokens" not in have:
        have["tokens"] = have["flops"] / FLOPS / have["params"]
    have.setdefault("flops", FLOPS * have["params"] * have["tokens"])
    return Runs(have["params"], have["tokens"], have["loss"], have["flops"])


def runs_of(frame: pd.DataFrame) -> Runs:
    """Runs from a table with columns params, tokens, flops and loss.

    Raises:
        ValueError: as `make_runs` does.
    """
    return make_runs(frame["params"], frame["tokens"], frame["loss"], frame["flops"])
