"""Answer of the reader's runs in one variable: a law of the loss, its verdict, its forecast."""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import pandas as pd

from toylab.fits import loss_law
from toylab.fits.estimate import Estimate
from toylab.fits.goodness import Goodness
from toylab.fits.loss_law import LossLaw
from toylab.fits.loss_runs import LossRuns
from toylab.fits.power_law import Level
from toylab.fits.prediction import Score
from toylab.tables.imported_runs import ImportedLosses
from ui.concepts.own_runs import larger_run
from ui.concepts.shared.isoflop_names import complete
from ui.labels import Axes, Labels

FINE = 41
ROOM, ROOM_UP = 1.5, 1.03  # of the axes beyond what is drawn, as factors
ALT = (
    "Loss against the size of your runs on log axes: dots are runs, the line is the law, thin "
    "beyond the runs, with its 95 % interval for a single run; a large dot is the run that you "
    "ask about. The sentence gives its loss, or says why there is no forecast."
)


@dataclass(frozen=True, eq=False)
class CurveAnswer:
    """Runs in one variable, and the loss of a larger one."""

    imported: ImportedLosses
    asked: str  # the size as it was typed, perhaps not at all

    @property
    def runs(self) -> LossRuns:
        """The runs."""
        return self.imported.runs

    @property
    def size(self) -> float:
        """The size asked about; ten times the largest where none is typed."""
        return larger_run.size(self.asked, self.runs.sizes)

    @property
    def law(self) -> LossLaw:
        """The law. Refuses runs of too few sizes."""
        return _law(self.runs.quantity, tuple(self.runs.sizes), tuple(self.runs.loss))

    @property
    def goodness(self) -> Goodness:
        """How well the law fits."""
        return self.law.goodness

    @property
    def frame(self) -> pd.DataFrame:
        """The runs, to carry away."""
        return pd.DataFrame({self.runs.quantity: self.runs.sizes, "loss": self.runs.loss})

    @cached_property
    def forecast(self) -> Estimate | str:
        """The loss at the size asked about, or why there is none."""
        try:
            return self.law.at(self.size)
        except ValueError as refusal:
            return str(refusal)

    @cached_property
    def score(self) -> Score | str | None:
        """The errors on the runs that were held out, or why there are none."""
        held = self.imported.held_out
        if held is None:
            return None
        try:
            return Score.of([self.law.at(size) for size in held.sizes], held.loss)
        except ValueError as refusal:
            return str(refusal)

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables of the chart."""
        sizes, law = self.runs.sizes, self.law
        drawn = [self.size] if isinstance(self.forecast, Estimate) else []
        x = np.geomspace(sizes.min(), max(sizes.max(), *drawn, 0.0), FINE)
        line = pd.DataFrame({"size": x, "loss": law.curve(x), "beyond": x > sizes.max()})
        runs = pd.DataFrame({"size": sizes, "loss": self.runs.loss})
        band = [(at, e.low, e.high) for at in x for e in [law.at(at)]] if law.determined else []
        rows = []
        if isinstance(self.forecast, Estimate):
            e = self.forecast
            rows.append((self.size, e.value, e.low, e.high))
        tables = {
            "runs": runs,
            "curve": line.dropna(),
            "band": pd.DataFrame(band, columns=["size", "low", "high"]),
            "forecast": pd.DataFrame(rows, columns=["size", "loss", "low", "high"]),
        }
        level = "floor" if isinstance(law.curve, Level) else "straight line"
        return _named(tables, "the law" if law.determined else level)


def _named(tables: dict[str, pd.DataFrame], line_name: str) -> dict[str, pd.DataFrame]:
    """The tables with the names at their marks, and the ends of the axes."""
    across = pd.concat([table["size"] for table in tables.values() if len(table)])
    up = pd.concat([tables[name]["loss"] for name in ("runs", "curve", "forecast")])
    ends = [tables[name][end] for name in ("band", "forecast") for end in ("low", "high")]
    up = pd.concat([up, *(end for end in ends if len(end))])
    axes = Axes(
        (float(across.min()) / ROOM, float(across.max()) * ROOM),
        (float(up.min()) / ROOM_UP, float(up.max()) * ROOM_UP),
    )
    labels, curve, runs = Labels(axes), tables["curve"], tables["runs"]
    line = _points(curve)
    labels.keep_off(line)
    marks = {f"run {k}": at for k, at in enumerate(_points(runs))}
    texts = {line_name: line[int(0.4 * len(line))]} if line else {}
    if len(tables["forecast"]):
        texts["forecast"] = _points(tables["forecast"])[0]
    labels.name_points({**marks, **texts}, list(texts), list(texts))
    return complete(tables, labels, axes)


def _points(table: pd.DataFrame) -> list[tuple[float, float]]:
    return list(table[["size", "loss"]].itertuples(index=False, name=None))


@lru_cache(maxsize=32)
def _law(quantity: str, sizes: tuple[float, ...], losses: tuple[float, ...]) -> LossLaw:
    return loss_law.fit(LossRuns(quantity, np.array(sizes), np.array(losses)))
