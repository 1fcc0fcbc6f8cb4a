"""Tables of the first page: a line through small runs, continued, and checked."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from typing import Any

import numpy as np
import pandas as pd

from toylab.experiments import sine_results
from toylab.experiments.sine_results import Rows, SineResults
from toylab.experiments.sine_study import FIRST, SineStudy
from toylab.fits import power_law, seed_medians
from toylab.fits.power_law import Line
from toylab.live.result_source import ResultSource
from ui.labels import Axes, Labels

SEEN = 3  # of the sizes; the others are kept back
SMALL, LARGE = FIRST.grid[:SEEN], FIRST.grid[SEEN:]
AXES = Axes((FIRST.grid[0] / 1.25, FIRST.grid[-1] * 1.25), (5e-6, 0.2))  # all that can be guessed
FINE = 60
LINE, NAMED = "line through the small networks", {True: "larger networks", False: "trained before"}


@dataclass(frozen=True, eq=False)
class Story:
    """Runs of the small sizes, and of the larger ones that their line is to foretell."""

    small: SineResults
    large: SineResults  # as far as they are trained
    source: ResultSource

    @property
    def seen(self) -> int:
        """The largest size that is shown at once."""
        return SMALL[-1]

    @property
    def last(self) -> int:
        """The size whose error is forecast."""
        return LARGE[-1]

    @property
    def trained(self) -> bool:
        """True where all small networks are this visitor's, and have ended."""
        return self.source.job is not None and self.complete

    @property
    def complete(self) -> bool:
        """True once all small networks have ended."""
        return len(self.small.runs) == SEEN * FIRST.seeds

    @property
    def checked(self) -> bool:
        """True where all larger networks are this visitor's, and have ended."""
        whole = len(self.large.runs) == len(LARGE) * FIRST.seeds
        return whole and self.own

    @property
    def own(self) -> bool:
        """True where the larger networks that are drawn are this visitor's."""
        return self.source.job is not None and self.source.about.sizes == FIRST.sizes

    @property
    def pending(self) -> bool:
        """True while this visitor's larger networks are being trained."""
        return self.own and not self.checked

    @property
    def before(self) -> float:
        """The median error at the largest size that is shown at once."""
        return _median(self.small, self.seen)

    @property
    def measured(self) -> float:
        """The median error of the networks at the last size; until they have ended, recorded."""
        return _median(self.large if self.checked else recorded().large, self.last)

    @cached_property
    def line(self) -> Line | None:
        """Through the small sizes, and no others; None until all of these networks have ended."""
        if not self.complete:
            return None
        errors = self.small.runs.pivot(index="seed", columns="samples", values="error")
        return _line(errors.to_numpy(float).tobytes())

    @property
    def forecast(self) -> tuple[float, float, float] | None:
        """The error that the line forecasts for the last size, and its 95 % band there."""
        if self.line is None:
            return None
        at = np.array([float(self.last)])
        low, high = self.line.band(at)
        return float(self.line(at)[0]), float(low[0]), float(high[0])

    def drawn(self, *, seen: bool, guess: float | None = None) -> dict[str, pd.DataFrame]:
        """The tables of the chart; until it is `seen`, without what would tell the answer."""
        parts = [self.small, self.large] if seen else [self.small]
        x = np.geomspace(SMALL[0], self.last, FINE)
        line = pd.DataFrame({"size": [], "error": [], "low": [], "high": []})
        if seen and self.line is not None:
            low, high = self.line.band(x)
            line = pd.DataFrame({"size": x, "error": self.line(x), "low": low, "high": high})
        points = pd.concat([part.points for part in parts])
        points = points.assign(kept_back=points["size"] > self.seen)
        return {
            "runs": pd.concat([part.good for part in parts])[["size", "error"]],
            "training": pd.concat([_unfinished(part) for part in parts]),
            "points": points[["size", "error", "low", "high", "kept_back"]],
            "line": line,
            "asked": pd.DataFrame({"size": [] if seen else [self.last]}),
            "names": self._names(line, points, guess),
        }

    def _names(self, line: pd.DataFrame, points: pd.DataFrame, guess: float | None) -> pd.DataFrame:
        """Names of the line and of some points, with their places."""
        labels = Labels(AXES)
        if guess:
            labels.keep_guess((self.last, guess))
        at = [(float(n), error) for n, error in points[["size", "error"]].to_numpy()]
        drawn = list(line[["size", "error"]].itertuples(index=False, name=None))
        spans = points[["size", "low", "high"]].to_numpy()
        labels.keep_off(*([(n, low), (n, high)] for n, low, high in spans))
        if drawn:
            labels.name_lines({LINE: drawn})
        names = {}
        for kept, name in ((False, "small networks"), (True, NAMED[self.own])):
            mine = [point for point, is_kept in zip(at, points["kept_back"], strict=True)
                    if is_kept == kept]  # fmt: skip
            if mine:
                names[name] = mine[0]
        others = {str(n): (n, error) for n, error in at if (n, error) not in names.values()}
        labels.name_points({**names, **others}, list(names))
        return labels.table


def study(seed: int) -> SineStudy:
    """The study of a visitor."""
    return replace(FIRST, seed=seed)


def small(whole: SineStudy) -> SineStudy:
    """The small sizes of a study."""
    return replace(whole, sizes=(SMALL[0], SMALL[-1]))


def tell(source: ResultSource, rows: Rows, unfinished: Rows | None) -> Story:
    """The story of these rows; where no larger network is trained yet, of the recorded ones.

    The recorded runs also stand in for a job that has ended without any.
    """
    if source.job is None or (unfinished is None and not rows):
        return recorded()
    under = _gather(rows, unfinished, SMALL)
    own = source.about.sizes == FIRST.sizes
    return Story(under, _gather(rows, unfinished, LARGE) if own else recorded().large, source)


@cache
def recorded() -> Story:
    """The story of our own recorded runs."""
    recorded = FIRST.recorded()
    if recorded is None:
        raise ValueError("the recorded runs of the first figure are missing")
    under, over = (_gather(recorded.rows, None, sizes) for sizes in (SMALL, LARGE))
    return Story(under, over, ResultSource(FIRST, None, recorded, stale=False))


def _gather(rows: Rows, unfinished: Rows | None, sizes: Sequence[int]) -> SineResults:
    """The results at some sizes."""
    mine = [row for row in rows if row["samples"] in sizes]
    others: list[Any] | None = None
    if unfinished is not None:
        others = [row for row in unfinished if row["samples"] in sizes]
    return sine_results.gather(FIRST, mine, others)


def _unfinished(part: SineResults) -> pd.DataFrame:
    if part.unfinished is None:
        return pd.DataFrame({"size": [], "error": []})
    return part.unfinished.dropna(subset="error").assign(size=lambda f: f["samples"])[
        ["size", "error"]
    ]


def _median(result: SineResults, size: int) -> float:
    points = result.points.set_index("size")["error"]
    return float(points.get(size, math.nan))


@lru_cache(maxsize=64)
def _line(errors: bytes) -> Line:
    table = np.frombuffer(errors).reshape(-1, SEEN)
    return power_law.line(seed_medians.sample(np.array(SMALL, dtype=float), table))
