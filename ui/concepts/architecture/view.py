"""Controls of the page on architectures, and the tables behind its figures."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from toylab import devices
from toylab.experiments import architecture_study
from toylab.experiments.architecture_results import ArchitectureResults
from toylab.experiments.architecture_study import BUDGETS, LOWEST, ArchitectureStudy
from toylab.fits.compute_ratio import REACH
from toylab.quantities import format_scientific, parse_number
from ui.controls import Presets
from ui.knobs import knob
from ui.labels import Axes, Labels

FIRST = ArchitectureStudy.PRESETS["half-minute"]
HIGHEST = [format_scientific(C) for C in BUDGETS[1:4]]
MEANINGS = ("data", "rival", "model", "optimum")  # of the designs in their order
TIMES = (0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0, 5.0, 7.0, 10.0)
FELL = 0.077  # slope of the n-gram network's losses, and where they begin: for the axes alone
HIGH, ROOM = 2.31, (0.95, 1.09)
NAMED = 2.5  # times the end of the lines: room for their names
FINE = 40  # points along a line


@dataclass(frozen=True)
class Controls:
    """The page's controls, as the link has them: the fields of an `ArchitectureStudy`."""

    highest: str = knob(
        format_scientific(FIRST.highest), "Largest budget, FLOPs", HIGHEST,
        help=f"The smallest is {format_scientific(LOWEST)}.",
    )  # fmt: skip
    seeds: int = knob(FIRST.seeds, "Seeds", (2, 8))
    sizes: int = knob(
        FIRST.sizes, "Sizes of each at a budget", (1, 5), more=True,
        help="Those nearest to the best one that was recorded; the best of them counts.",
    )  # fmt: skip
    seed: int = knob(FIRST.seed, "First seed", (0, 10**6), more=True, typed=True)
    device: str = knob(FIRST.device, "Device", devices.KINDS, more=True)

    @property
    def study(self) -> ArchitectureStudy:
        """The study that they ask for."""
        return ArchitectureStudy(
            highest=parse_number(self.highest), sizes=self.sizes, seeds=self.seeds,
            seed=self.seed, device=self.device,
        )  # fmt: skip


@dataclass(frozen=True)
class Experiment(Controls):
    """All that an experiment sets: the controls, and the tab to open."""

    about: str = ""


def presets(controls: Controls) -> Presets:
    """The studies to choose from, on the device as it is."""
    records = {
        name: Controls(format_scientific(one.highest), one.seeds, one.sizes, device=controls.device)
        for name, one in ArchitectureStudy.PRESETS.items()
        if name in architecture_study.NAMES
    }
    return Presets(records, controls.study.preset, architecture_study.NAMES)


def meaning(study: ArchitectureStudy, name: str) -> str:
    """The colour of a design, by its place."""
    return MEANINGS[list(study.designs).index(name)]


def axes(results: ArchitectureResults) -> Axes:
    """The ends of the axes of loss against compute: round the usual losses, and all there are."""
    study = results.study
    most = study.highest * REACH
    ends = HIGH * (most / LOWEST) ** -FELL * ROOM[0], HIGH * ROOM[1]
    drawn = [*results.runs["loss"], *ends]
    return Axes((LOWEST / 1.25, most * NAMED), (min(drawn) / 1.01, max(drawn) * 1.01))


def loss(results: ArchitectureResults, *, seen: bool = True) -> dict[str, pd.DataFrame]:
    """The tables of loss against compute; until it is `seen` of the baseline alone."""
    study, ends = results.study, axes(results)
    shown = [name for name in study.designs if seen or name == study.baseline]
    tables = {
        "runs": _told(study, results.at_best, shown, "loss", "seed"),
        "others": _told(study, results.sizes, shown, "loss", "size"),
        "best": _told(study, results.best, shown, "loss", "size", "params", "seeds"),
        "lines": _lines(results, shown),
        "gap": _gap(results) if seen else _gap(None),
        "axes": ends.table,
    }
    return tables | {"names": _names(results, tables, ends)}


def _told(
    study: ArchitectureStudy, frame: pd.DataFrame, shown: list[str], *columns: str
) -> pd.DataFrame:
    """The rows of some designs: flops, the columns, title and meaning."""
    kept = frame[frame["design"].isin(shown)]
    return pd.DataFrame({
        "flops": kept["budget"],
        **{name: kept[name] for name in columns},
        "title": [study.designs[name].title for name in kept["design"]],
        "meaning": [meaning(study, name) for name in kept["design"]],
    })  # fmt: skip


def _lines(results: ArchitectureResults, shown: list[str]) -> pd.DataFrame:
    """The lines of the designs, as far as crossings are told: flops, loss, meaning, beyond."""
    parts = []
    for name, line in results.lines.items():
        if name not in shown:
            continue
        first, last = line.flops[0], line.flops[-1]
        for beyond, (low, high) in enumerate(pairwise((first, last, last * REACH))):
            C = np.geomspace(low, high, FINE)
            known = {"meaning": meaning(results.study, name), "beyond": bool(beyond)}
            parts.append(pd.DataFrame({"flops": C, "loss": line(C)} | known))
    empty = pd.DataFrame(columns=["flops", "loss", "meaning", "beyond"])
    return pd.concat(parts, ignore_index=True) if parts else empty


def _gap(results: ArchitectureResults | None) -> pd.DataFrame:
    """The way from the baseline to the same loss of the design that is asked about."""
    empty = pd.DataFrame(columns=["flops", "loss", "until"])
    if results is None or results.asked is None:
        return empty
    m = results.compute_ratio(results.asked, results.middle)
    if m is None:
        return empty
    level = float(results.lines[results.study.baseline](results.middle))
    row = {"flops": results.middle, "loss": level, "until": results.middle * m.value}
    return pd.DataFrame([row])


def _names(
    results: ArchitectureResults, tables: dict[str, pd.DataFrame], ends: Axes
) -> pd.DataFrame:
    """The names of the designs at their lines, or where there is none at their last dots."""
    labels, lines, best = Labels(ends), tables["lines"], tables["best"]
    at: dict[str, tuple[float, float]] = {}
    for name, design in results.study.designs.items():
        mine = meaning(results.study, name)
        along = _points(lines[lines["meaning"] == mine])
        labels.keep_off(along)
        if points := along or _points(best[best["meaning"] == mine]):
            at[design.title] = points[-1]
    labels.keep_off_points(_points(best))
    labels.name_points(at, list(at), must=list(at))
    return labels.table


def _points(table: pd.DataFrame) -> list[tuple[float, float]]:
    return list(table[["flops", "loss"]].itertuples(index=False, name=None))


def ratios(results: ArchitectureResults) -> dict[str, pd.DataFrame]:
    """The tables of the compute ratio over the budgets, one line a design."""
    study = results.study
    rows = [
        (C, m.value, m.low, m.high, study.designs[name].title, meaning(study, name))
        for name in results.others
        for C in results.lines[name].flops
        if (m := results.compute_ratio(name, C))
    ]
    columns = ["flops", "times", "low", "high", "title", "meaning"]
    points = pd.DataFrame(rows, columns=columns)
    spread = [*points["low"], *points["high"], 0.5, 2.0]
    ends = Axes((LOWEST / 1.25, study.highest * 1.6), (min(spread) / 1.15, max(spread) * 1.15))
    labels = Labels(ends)
    labels.keep_off(*([(C, low), (C, high)] for C, _, low, high, *_ in rows))
    labels.keep_off([(ends.x[0], 1.0), (ends.x[1], 1.0)])
    labels.name_lines({
        str(title): list(part[["flops", "times"]].itertuples(index=False, name=None))
        for title, part in points.groupby("title", sort=False)
    })  # fmt: skip
    return {
        "points": points,
        "one": pd.DataFrame({"times": [1.0]}),
        "axes": ends.table,
        "names": labels.table,
    }
