"""Results of a study of shapes: excess losses, whether shape matters, and what skips are worth.

The rule, for the plain networks and for those with skips, each measured from the best of its kind:
shape hardly matters where every excess is known to lie below 5 %, it matters where one is known to
lie above, and else it is open. "Known" allows for all pairs of shapes together
(`fits.best_comparison`).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from toylab.experiments.shapes import DEPTHS
from toylab.experiments.shapes_study import SHAPES, ShapesStudy
from toylab.fits.best_comparison import BestComparison, compare_with_best
from toylab.fits.estimate import Estimate

FEW = 0.05  # "a few percent" ends here
KINDS = {False: "plain", True: "with skips"}
COLUMNS = ["kind", "depth", "width", "aspect", "params", "loss", "excess", "low", "high"]


@dataclass(frozen=True)
class Shape:
    """A shape, and how much its loss lies above the best of its kind."""

    depth: int  # hidden layers
    width: int  # units of each
    excess: Estimate  # percent


@dataclass(frozen=True, eq=False)
class ShapesResults:
    """The tables of one study's runs, however many there are so far."""

    study: ShapesStudy
    frame: pd.DataFrame  # as `ShapesStudy.table` makes it
    live: bool = False

    @cached_property
    def losses(self) -> pd.DataFrame:
        """Losses by shape (skips, depth) and seed: shapes whose seeds have all ended well."""
        good = self.frame[~self.frame["diverged"]]
        every = good.pivot(index=["skips", "depth"], columns="seed", values="loss")
        return every.dropna() if len(every.columns) == self.study.seeds else every.iloc[:0]

    @cached_property
    def comparison(self) -> BestComparison | None:
        """The comparison with the best shape; None before there are two."""
        return compare_with_best(self.losses.to_numpy()) if len(self.losses) > 1 else None

    @cached_property
    def shapes(self) -> pd.DataFrame:
        """One row a shape and kind; one hidden layer is of both kinds.

        Excess in percent, over the best of all shapes of both kinds.
        """
        if self.comparison is None:
            return pd.DataFrame({name: [] for name in COLUMNS})
        sizes = self.frame.drop_duplicates(["skips", "depth"]).set_index(["skips", "depth"])
        known = sizes.loc[self.losses.index, ["width", "params"]].assign(
            loss=self.losses.mean(axis=1),
            excess=100 * self.comparison.excess,
            low=100 * self.comparison.low,
            high=100 * self.comparison.high,
        )
        known = known.reset_index()
        known["aspect"] = known["width"] / known["depth"]
        both = pd.concat([known, known[known["depth"] == 1].assign(skips=True)])
        both["kind"] = both["skips"].map(KINDS)
        return both.sort_values(["skips", "depth"], ignore_index=True)[COLUMNS]

    @property
    def complete(self) -> bool:
        """True once every shape has been compared."""
        return len(self.losses) == len(SHAPES)

    @property
    def diverged(self) -> int:
        """Runs without a finite loss."""
        return int(self.frame["diverged"].sum())

    def kind(self, skips: bool) -> pd.DataFrame:
        """The rows of `shapes` of one kind."""
        return self.shapes[self.shapes["kind"] == KINDS[skips]]

    def verdict(self, skips: bool) -> str:
        """The verdict on shape: "hardly", "much", or "open"; open before all have ended."""
        if self.comparison is None or not self.complete:
            return "open"
        known = self.comparison.among(self._places(skips))
        return judge(known.low, known.high)

    def by_depth(self, skips: bool) -> list[Shape]:
        """The shapes of a kind, the shallowest first."""
        if self.comparison is None:
            return []
        known = self.comparison.among(self._places(skips))
        limits = map(Estimate, *(100 * part for part in (known.excess, known.low, known.high)))
        rows = self.kind(skips)
        return list(map(Shape, rows["depth"], rows["width"], limits))

    def best(self, skips: bool) -> Shape:
        """The shape of a kind with the lowest loss."""
        return min(self.by_depth(skips), key=lambda shape: shape.excess.value)

    def worst(self, skips: bool) -> Shape:
        """The shape of a kind with the highest loss."""
        return max(self.by_depth(skips), key=lambda shape: shape.excess.value)

    def depth_costs(self, skips: bool) -> bool:
        """True where the deepest of a kind is the worst, and known to be worse than one layer."""
        deep = (skips, DEPTHS[-1])
        return self.worst(skips).depth == DEPTHS[-1] and self.over(deep, (False, DEPTHS[0])).low > 0

    def over(self, one: tuple[bool, int], other: tuple[bool, int]) -> Estimate:
        """The excess of a shape, (skips, depth), over another, percent.

        Raises:
            ValueError: if one of them has not been compared.
        """
        places = list(self.losses.index)
        if self.comparison is None or not {one, other} <= set(places):
            raise ValueError(f"no losses to compare of {one} and {other}")
        difference = self.comparison.over(places.index(one), places.index(other))
        return Estimate(100 * difference.value, 100 * difference.low, 100 * difference.high)

    def _places(self, skips: bool) -> list[int]:
        """The rows of `losses` of a kind, the shallowest first."""
        shapes = enumerate(self.losses.index)
        return [k for k, (skipped, depth) in shapes if depth == 1 or skipped == skips]


def judge(low: ArrayLike, high: ArrayLike) -> str:
    """The verdict on shape, by the limits of each excess: "hardly", "much", or "open"."""
    if (np.asarray(high) < FEW).all():
        return "hardly"
    return "much" if (np.asarray(low) > FEW).any() else "open"
