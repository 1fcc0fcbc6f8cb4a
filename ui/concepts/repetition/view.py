"""Controls of the page on repeated text, and the tables behind its figures."""

from dataclasses import asdict, dataclass, replace

import numpy as np
import pandas as pd

from toylab import devices
from toylab.experiments import repetition_study
from toylab.experiments.repetition_results import RepetitionResults
from toylab.experiments.repetition_study import (
    AGAINST,
    DECAYED,
    EPOCHS,
    PLAIN,
    RepetitionStudy,
)
from toylab.laws import repeated_data
from ui.controls import Presets
from ui.knobs import knob
from ui.labels import Axes, Labels, Point

FIRST = RepetitionStudy()
SIZES = [4, 8, 16, 32, 64, 128, 256]
UNIQUE = [5_120, 10_240, 20_480, 40_960]
DECAYS = [0.03, 0.1, 0.3, 1.0, 3.0]
RATES = [0.25, 0.5, 1.0, 2.0]
FRESH, NOISY = AGAINST["fresh"], AGAINST["noisy"]
MEANINGS = {PLAIN: "data", DECAYED: "model", FRESH: "rival", NOISY: "rival"}
PUBLISHED = "Muennighoff 2023"
LOSSES = (1.6, 4.6)  # what the axis shows at least, whatever is still to come
FINE = 40


@dataclass(frozen=True)
class Controls:
    """The page's controls, as the link has them: the fields of a `RepetitionStudy`."""

    unique: int = knob(FIRST.unique, "Different characters", UNIQUE)
    size: int = knob(FIRST.size, "Hidden units", SIZES)
    decay: float = knob(FIRST.decay, "Weight decay", DECAYS)
    epochs: int = knob(FIRST.epochs, "Epochs, at most", EPOCHS[2:], more=True)
    rate: float = knob(FIRST.rate, "Times the usual learning rate", RATES, more=True)
    seeds: int = knob(FIRST.seeds, "Seeds", (2, 10), more=True)
    seed: int = knob(FIRST.seed, "First seed", (0, 10**6), more=True, typed=True)
    device: str = knob(FIRST.device, "Device", devices.KINDS, more=True)

    @property
    def study(self) -> RepetitionStudy:
        """The study that they ask for."""
        return RepetitionStudy(**asdict(self))


def presets(controls: Controls) -> Presets:
    """The studies to choose from, with seeds and device as they are."""
    records = {
        name: replace(
            controls,
            unique=one.unique,
            size=one.size,
            decay=one.decay,
            epochs=one.epochs,
            rate=one.rate,
        )
        for name, one in RepetitionStudy.PRESETS.items()
        if not one.dirty
    }
    return Presets(records, controls.study.preset, repetition_study.NAMES)


def axes(results: RepetitionResults) -> Axes:
    """The ends of the axes of loss against epochs, around all losses and the usual ones."""
    losses = [*results.means["loss"], *LOSSES]
    most = results.study.epochs
    return Axes((0.9, most * 1.9), (min(losses) / 1.03, max(losses) * 1.03))


def loss(results: RepetitionResults, *, seen: bool = True) -> dict[str, pd.DataFrame]:
    """The tables of loss against epochs; until it is `seen` of the text beside the pool alone."""
    ends, other = axes(results), AGAINST[results.study.against]
    shown = [name for name in results.study.curves if seen or name == other]
    runs = results.runs[results.runs["curve"].isin(shown)]
    means = results.means[results.means["curve"].isin(shown)]
    lowest = [
        (point.epochs, point.loss, MEANINGS[name])
        for name in (PLAIN, DECAYED)
        if seen and not results.live and (point := results.lowest(name))
    ]
    labels, at = Labels(ends), {}
    for name in shown:
        line = _points(means[means["curve"] == name], "loss")
        labels.keep_off(line)
        if line:
            at[name] = line[-1]
    labels.keep_off_points(_points(runs, "loss"))
    labels.name_points(at, list(at), must=list(at))
    return {
        "runs": runs[["epochs", "loss", "seed"]].assign(meaning=runs["curve"].map(MEANINGS)),
        "means": means.assign(meaning=means["curve"].map(MEANINGS)),
        "lowest": pd.DataFrame(lowest, columns=["epochs", "loss", "meaning"]),
        "names": labels.table,
        "axes": ends.table,
    }


def worth(results: RepetitionResults) -> dict[str, pd.DataFrame]:
    """The tables of what a character of the pool is worth, beside the published curve."""
    parts = [
        results.worth(name).dropna().assign(curve=name, meaning=MEANINGS[name])
        for name in (PLAIN, DECAYED)
    ]
    points = pd.concat(parts, ignore_index=True)
    epochs = np.geomspace(1, results.study.epochs, FINE)
    known = pd.DataFrame({"epochs": epochs, "worth": repeated_data.worth(1.0, epochs) / epochs})
    top = 1.09 * max(1.0, points["worth"].max()) if len(points) else 1.09
    ends = Axes((0.9, results.study.epochs * 1.9), (0.0, top), (True, False))
    labels = Labels(ends)
    lines = {name: _points(part, "worth") for name, part in points.groupby("curve", sort=False)}
    lines[PUBLISHED] = _points(known, "worth")
    labels.keep_off(*lines.values())
    at = {str(name): line[-1] for name, line in lines.items()}
    labels.name_points(at, list(at), must=list(at))
    return {"points": points, "known": known, "names": labels.table, "axes": ends.table}


def by_heart(results: RepetitionResults) -> dict[str, pd.DataFrame]:
    """The tables of losses on the pool itself: what is learned by heart."""
    means = results.means[results.means["curve"].isin((PLAIN, DECAYED))]
    means = means.assign(loss=means["pool_loss"], low=np.nan, high=np.nan)
    ends = Axes(axes(results).x, (means["loss"].min() / 1.05, means["loss"].max() * 1.05))
    labels, at = Labels(ends), {}
    for name, part in means.groupby("curve", sort=False):
        line = _points(part, "loss")
        labels.keep_off(line)
        at[str(name)] = line[-1]
    labels.name_points(at, list(at), must=list(at))
    empty = pd.DataFrame(columns=["epochs", "loss", "seed", "meaning"])
    return {
        "runs": empty,
        "means": means.assign(meaning=means["curve"].map(MEANINGS)),
        "lowest": empty[["epochs", "loss", "meaning"]],
        "names": labels.table,
        "axes": ends.table,
    }


def _points(table: pd.DataFrame, column: str) -> list[Point]:
    kept = table.sort_values("epochs")[["epochs", column]].dropna()
    return [(float(x), float(y)) for x, y in kept.itertuples(index=False)]
