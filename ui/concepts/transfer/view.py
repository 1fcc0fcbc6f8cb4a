"""Controls of the page on learning rates that travel, and the tables behind its figures."""

from dataclasses import asdict, dataclass, replace

import numpy as np
import pandas as pd

from toylab import devices
from toylab.experiments import transfer_check, transfer_study
from toylab.experiments.parametrization import SCALINGS
from toylab.experiments.transfer_price import at_rate
from toylab.experiments.transfer_results import TransferResults
from toylab.experiments.transfer_study import STEPS, WIDTHS, TransferStudy
from ui.controls import Presets
from ui.knobs import knob
from ui.labels import LOW, Axes, Labels, Point

FIRST = TransferStudy()
NAMES = {"standard": "standard", "mup": "muP"}  # at the lines
MEANINGS = {"standard": "rival", "mup": "model"}
DECAYS = [0.0, 0.1, 0.3, 1.0, 3.0]
BRANCHES = {"none": "none", "1": "in full", "1/L": "1/L of each"}
GAP = 2.0  # octaves between the two panels
LOSSES = (2.2, 3.3)  # what the axis shows at least
HIGHEST = 3.6
TUNED = "each its best rate"


@dataclass(frozen=True)
class Controls:
    """The page's controls, as the link has them: the fields of a `TransferStudy`."""

    widest: int = knob(FIRST.widest, "Widest network, hidden units", list(WIDTHS[2:]))
    base: int = knob(FIRST.base, "Base width of muP", list(WIDTHS[:2]))
    decay: float = knob(FIRST.decay, "Weight decay", DECAYS)
    independent: bool = knob(
        FIRST.independent, "Decay independent of muP", more=True,
        off=lambda values: not values["decay"],
        help="muP divides the learning rate of wide matrices. Coupled decay is divided with it.",
    )  # fmt: skip
    steps: int = knob(FIRST.steps, "Steps", list(STEPS), more=True)
    depth: int = knob(FIRST.depth, "Hidden layers", (1, 4), more=True)
    branch: str = knob(
        FIRST.branch, "Skips around hidden layers", BRANCHES, more=True,
        off=lambda values: values["depth"] == 1,
    )  # fmt: skip
    lowest: int = knob(FIRST.lowest, "Lowest learning rate, 2 to the", (-13, -6), more=True)
    highest: int = knob(FIRST.highest, "Highest learning rate, 2 to the", (-4, 0), more=True)
    seeds: int = knob(FIRST.seeds, "Seeds", (2, 8), more=True)
    seed: int = knob(FIRST.seed, "First seed", (0, 10**6), more=True, typed=True)
    device: str = knob(FIRST.device, "Device", devices.KINDS, more=True)

    @property
    def study(self) -> TransferStudy:
        """The study that they ask for; skips and independence drop out where they say nothing."""
        fields = asdict(self)
        if self.depth == 1:
            fields["branch"] = "none"
        if not self.decay:
            fields["independent"] = False
        return TransferStudy(**fields)


def presets(controls: Controls) -> Presets:
    """The studies to choose from, with seeds and device as they are."""
    kept = {name: getattr(controls, name) for name in ("seeds", "seed", "device")}
    records = {
        name: Controls(**asdict(replace(study, **kept)))
        for name, study in TransferStudy.PRESETS.items()
    }
    return Presets(records, controls.study.preset, transfer_study.NAMES)


def across(study: TransferStudy, scaling: str, octave: float) -> float:
    """The place of a rate on the axis of both panels: the standard one at the left."""
    whole = study.highest - study.lowest + GAP
    return octave + (whole if scaling == "mup" else 0.0)


def panels(study: TransferStudy) -> tuple[float, float]:
    """The ends of the axis of both panels."""
    return study.lowest - 1.8, across(study, "mup", study.highest) + 1.8


def loss(results: TransferResults, *, seen: bool = True) -> dict[str, pd.DataFrame]:
    """The tables of loss against rate, a panel a parametrisation.

    Until it is `seen` only of networks that are no wider than the base.
    """
    study = results.study
    means = results.means if seen else results.means[results.means["width"] <= study.base]
    lowest, highest = [*means["loss"], LOSSES[0]], [*means["loss"].clip(upper=HIGHEST), LOSSES[1]]
    ends = Axes(panels(study), (min(lowest) - 0.06, max(highest) + 0.14), (False, False))
    means = means.assign(
        x=[
            across(study, scaling, octave)
            for scaling, octave in zip(means["scaling"], np.log2(means["lr"]), strict=True)
        ],
        meaning=means["scaling"].map(MEANINGS),
        strong=np.log2(means["width"] / WIDTHS[0]) / 5,
    )
    return {
        "means": means,
        "lowest": _lowest(results, seen=seen),
        "titles": _titles(study, ends),
        "names": _loss_names(means, ends),
        "axes": ends.table.assign(
            lowest=study.lowest, highest=study.highest, offset=across(study, "mup", 0.0)
        ),
    }


def _titles(study: TransferStudy, ends: Axes) -> pd.DataFrame:
    """The name of each panel, at its middle."""
    middle = (study.lowest + study.highest) / 2
    rows = [
        (across(study, scaling, middle), ends.y[1], NAMES[scaling], MEANINGS[scaling])
        for scaling in SCALINGS
    ]
    return pd.DataFrame(rows, columns=["x", "loss", "name", "meaning"])


def _lowest(results: TransferResults, *, seen: bool) -> pd.DataFrame:
    """The minimum of each curve with the interval of its place."""
    study, rows = results.study, []
    for (scaling, width), minimum in results.minima.items():
        place = results.place(scaling, width)
        if place is None or not (seen or width <= study.base):
            continue
        x, low, high = (across(study, scaling, at) for at in (place.value, place.low, place.high))
        rows.append((x, minimum.loss, low, high, width, 2.0**place.value, MEANINGS[scaling]))
    return pd.DataFrame(rows, columns=["x", "loss", "low", "high", "width", "lr", "meaning"])


def _loss_names(means: pd.DataFrame, ends: Axes) -> pd.DataFrame:
    """The widths at the ends of the curves, at the side where these are further apart."""
    labels = Labels(ends)
    points: dict[str, dict[str, Point]] = {scaling: {} for scaling in SCALINGS}
    for key, part in means.groupby(["scaling", "width"]):
        scaling, width = map(str, key)
        line = _points(part, "x", "loss")
        labels.keep_off(line)
        points[scaling][width] = line[0] if scaling == "standard" else line[-1]
    for at in points.values():
        names = sorted(at, key=int)
        order = [*names[:1], *names[:0:-1]]  # the narrowest, then the widest ones
        ends_too = {name: f"{name} wide" if name in order[:2] else name for name in order}
        named = {ends_too[name]: at[name] for name in order}
        labels.name_points(named, list(named), must=list(named), most=(8, 2))
    return labels.table


def best(results: TransferResults) -> dict[str, pd.DataFrame]:
    """The tables of the best rate against width, with what was the same at all widths."""
    study, rows = results.study, []
    for (scaling, width), minimum in results.minima.items():
        if place := results.place(scaling, width):
            parts = (2.0**at for at in (place.value, place.low, place.high))
            rows.append((scaling, width, *parts, minimum.loss, MEANINGS[scaling]))
    columns = ["scaling", "width", "lr", "low", "high", "loss", "meaning"]
    points = pd.DataFrame(rows, columns=columns)
    lows, highs = [2.0**-8, *points["low"]], [2.0**-4, *points["high"]]
    x = (study.widths[0] / 1.3, study.widest * 1.7)
    ends = Axes(x, (min(lows) / 1.15, max(highs) * 1.15))
    base = points[points["width"] == study.base]["lr"].head(1)
    labels, at = Labels(ends), {}
    for name, part in points.groupby("scaling", sort=False):
        line = _points(part, "width", "lr")
        labels.keep_off(line)
        at[NAMES[str(name)]] = line[-1]
    labels.name_points(at, list(at), must=list(at))
    return {
        "points": points,
        "level": pd.DataFrame({"lr": base}),
        "names": labels.table,
        "axes": ends.table,
    }


def law(results: TransferResults, octave: float) -> dict[str, pd.DataFrame]:
    """The tables of loss against parameters: one rate for all, and each its best one."""
    study, lines = results.study, {}
    for scaling in SCALINGS:
        table = at_rate(results, scaling, octave)
        if len(table):
            lines[f"{NAMES[scaling]}, one rate"] = (MEANINGS[scaling], table.mean(axis=1))
    tuned = {w: results.minima["standard", w].loss for w in study.widths
             if ("standard", w) in results.minima}  # fmt: skip
    lines[f"standard, {TUNED}"] = ("budget", pd.Series(tuned, dtype=float))
    rows = [
        (study.spec(width).params, width, loss, name, meaning)
        for name, (meaning, losses) in lines.items()
        for width, loss in zip(losses.index.astype(int), losses, strict=True)
    ]
    points = pd.DataFrame(rows, columns=["params", "width", "loss", "name", "meaning"])
    sizes = [study.spec(width).params for width in study.widths]
    every = [*points["loss"], 2.4, 2.7]
    ends = Axes((min(sizes) / 1.3, max(sizes) * 2.2), (min(every) / 1.03, max(every) * 1.03))
    labels, at = Labels(ends, LOW), {}
    for name, part in points.groupby("name", sort=False):
        line = _points(part, "params", "loss")
        labels.keep_off(line)
        at[str(name)] = line[-1]
    labels.name_points(at, list(at), must=list(at))
    return {"points": points, "names": labels.table, "axes": ends.table}


def check(results: TransferResults, layer: str) -> dict[str, pd.DataFrame]:
    """The tables of the coordinate check of a layer: its change against width."""
    table = transfer_check.changes(results)
    points = table.rename(columns={layer: "change"})[["scaling", "width", "change"]]
    points = points.assign(meaning=points["scaling"].map(MEANINGS))
    every = [*points["change"], 0.1, 1.0]
    x = (results.study.widths[0] / 1.3, results.study.widest * 1.8)
    ends = Axes(x, (min(every) / 1.3, max(every) * 1.4))
    labels, at = Labels(ends, LOW), {}
    for scaling, part in points.groupby("scaling", sort=False):
        line = _points(part, "width", "change")
        labels.keep_off(line)
        at[NAMES[str(scaling)]] = line[-1]
    labels.name_points(at, list(at), must=list(at))
    return {"points": points, "names": labels.table, "axes": ends.table}


def _points(table: pd.DataFrame, x: str, y: str) -> list[Point]:
    rows = table.sort_values(x)[[x, y]].dropna()
    return [(float(a), float(b)) for a, b in rows.itertuples(index=False)]
