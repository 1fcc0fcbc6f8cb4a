"""Controls of the sine page, and the tables behind its figures."""

import math
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from toylab import devices
from toylab.experiments import sine, sine_study
from toylab.experiments.sine_results import UNITS, SineResults
from toylab.experiments.sine_study import SineStudy
from ui.controls import Presets
from ui.knobs import Values, knob
from ui.labels import Axes, Labels

EXAMPLES = 48  # training points drawn in a panel, of as many as there are
CURVES = 3  # learned curves drawn at each size
LABELLED = 1.8  # the height of a panel's label, above its curve
COSTS = {"seconds": "Seconds of training, one run", "flops": "Training FLOPs, one run"}
ERRORS = {
    "clean": "Mean squared error, clean curve",
    "labels": "Expected squared error, new labels",
}
ERROR = ("error", "low", "high")
KNOWN = {"clean": "theory: slope \N{MINUS SIGN}1", "labels": "theory: noise\u00b2"}
FIT, MEDIAN, BEST = "fit", "median of the seeds", "lowest error for its cost"
FALLS = (1.0, 1.5, 2.0, 3.0, 5.0, 8.0, 10.0, 15.0, 20.0, 30.0, 50.0, 80.0, 100.0, 150.0, 200.0,
         300.0, 500.0, 1e3, 2e3, 5e3, 1e4)  # fmt: skip
LABELS = {"samples": "{:,} samples", "width": "width {:,}"}  # of the first panel
FIRST = SineStudy.PRESETS["noise"]
POWERS = [2**k for k in range(14)]
SWEEPS = {name: name for name in sine_study.SWEEPS}


def _wide(values: Values) -> bool:
    return bool(values["sweep"] == "width")


def _deep(values: Values) -> bool:
    return not _wide(values)


@dataclass(frozen=True)
class Controls:
    """The page's controls, as the link has them: the fields of a `SineStudy`."""

    sweep: str = knob(FIRST.sweep, "Sweep the", SWEEPS, row=True)
    seeds: int = knob(FIRST.seeds, "Seeds", (1, 48))
    sizes: tuple[int, int] = knob(
        FIRST.sizes, "Samples, from and to", POWERS[2:], more=True, off=_wide
    )
    width: int = knob(FIRST.width, "Width held", POWERS[:10], more=True, off=_wide)
    widths: tuple[int, int] = knob(
        FIRST.widths, "Widths, from and to", POWERS[:10], more=True, off=_deep
    )
    samples: int = knob(FIRST.samples, "Samples held", POWERS[2:], more=True, off=_deep)
    noise: float = knob(FIRST.noise, "Noise in the labels", (0.0, 1.0, 0.05), more=True)
    score: str = knob(FIRST.score, "Error against", sine_study.SCORES, more=True)
    target: str = knob(FIRST.target, "Target", sine.TARGETS, more=True)
    frequency: int = knob(FIRST.frequency, "k of sin(kx)", (1, 12), more=True)
    steps: int = knob(FIRST.steps, "Steps of Adam", (50, 4000, 50), more=True)
    longer: int = knob(FIRST.longer, "Train also so many times as long", POWERS[:4], more=True)
    lr: float = knob(FIRST.lr, "Learning rate", (1e-5, 100.0), more=True, typed=True)
    schedule: str = knob(FIRST.schedule, "Schedule", sine.SCHEDULES, more=True)
    seed: int = knob(FIRST.seed, "First seed", (0, 10**6), more=True, typed=True)
    device: str = knob(FIRST.device, "Device", devices.KINDS, more=True)

    @property
    def study(self) -> SineStudy:
        """The study that they ask for."""
        return SineStudy(**asdict(self))


def presets(controls: Controls) -> Presets:
    """The studies to choose from, for the sweep and the device as they are."""
    study = controls.study
    records = {
        name: replace(preset, sweep=study.sweep, device=study.device)
        for name, preset in SineStudy.PRESETS.items()
    }
    return Presets(records, study.preset, sine_study.NAMES)


def axes(result: SineResults, seen: bool = True, guess: float | None = None) -> Axes:
    """The ends of the axes of error against size, around the error that was guessed, too.

    Until it is `seen` they do not tell the fall.
    """
    grid = result.study.grid
    across = grid[0] / 1.25, grid[-1] * 1.25
    if not seen:
        first = float(result.points["error"].iloc[0])
        return Axes(across, (first / FALLS[-1] / 2, first * 10))
    tables = (result.good, result.points, result.fitted, result.theory, result.longer)
    errors = [table[name] for table in tables for name in ERROR if name in table]
    return Axes(across, _ends(pd.concat([*errors, pd.Series(guess, dtype=float)])))


def scaling(result: SineResults, seen: bool = True, guess: float | None = None) -> dict[str, Any]:
    """The arguments of the chart of error against size; until it is `seen` of the first size."""
    tables = {
        "runs": result.good, "points": result.points, "fitted": result.fitted,
        "theory": result.theory, "longer": result.longer,
    }  # fmt: skip
    if not seen:
        first = result.study.grid[0]
        only = {name: tables[name][tables[name]["size"] == first] for name in ("runs", "points")}
        tables = {name: table.iloc[:0] for name, table in tables.items()} | only
    ends, (least, last) = axes(result, seen, guess), (result.study.grid[0], result.study.grid[-1])
    return {
        **tables,
        "ends": pd.DataFrame({"size": least, "error": ends.y}),
        "asked": pd.DataFrame({"size": [] if seen else [last]}),
        "names": _names(result, tables, ends, guess),
        "sizes": result.study.grid,
        "unit": UNITS[result.column],
        "error": ERRORS[result.study.score],
    }


def _names(
    result: SineResults, tables: dict[str, pd.DataFrame], ends: Axes, guess: float | None
) -> pd.DataFrame:
    """Names of the lines and of the medians, with their places."""
    labels, points = Labels(ends), tables["points"]
    if guess:
        labels.keep_guess((result.study.grid[-1], guess))
    labels.keep_off(*([(n, low), (n, high)] for n, low, high in _rows(points, "low", "high")))
    lines = {
        KNOWN[result.study.score]: tables["theory"],
        FIT: tables["fitted"],
        f"{result.study.longer} times the steps": tables["longer"],
    }
    labels.name_lines({name: _rows(table, "error") for name, table in lines.items() if len(table)})
    at = {str(n): (n, error) for n, error in _rows(points, "error")}
    if at:
        first = next(iter(at))
        labels.name_points({MEDIAN: at.pop(first), **at}, [MEDIAN])
    return labels.table


def frontier(result: SineResults, cost: str) -> dict[str, Any]:
    """The arguments of the chart of error against a cost, flops or seconds."""
    runs, best = result.good, result.unbeaten(cost)
    ends = Axes(_ends(runs[cost]), _ends(runs["error"]))
    labels, line = Labels(ends), _rows(best.rename(columns={cost: "cost"}), "error", of="cost")
    labels.name_lines({BEST: line} if line else {})
    return {
        "runs": runs,
        "best": best,
        "ends": pd.DataFrame({cost: ends.x, "error": ends.y}),
        "names": labels.table,
        "cost": cost,
        "title": COSTS[cost],
        "unit": UNITS[result.column],
    }


def _rows(table: pd.DataFrame, *columns: str, of: str = "size") -> list[Any]:
    return list(table[[of, *columns]].dropna().itertuples(index=False, name=None))


def _ends(values: pd.Series) -> tuple[float, float]:
    """Round numbers around all values, 1 or 3 times a power of ten, with room for a name."""
    if values.empty:
        return 1e-4, 1.0
    low, high = values.min() / 1.3, values.max() * 1.3  # without those that are missing
    steps = [m * 10.0**k for k in range(-12, 18) for m in (1, 3)]
    return max(n for n in steps if n <= low), min(n for n in steps if n >= high)


def panels(result: SineResults) -> dict[str, Any]:
    """The tables of the small panels, one a size, in reading order."""
    return {"learned": placed(result.study, learned(result)), **_scenery(result.study)}


def learned(result: SineResults) -> pd.DataFrame:
    """The first seeds' networks, finished or not: size, seed, x, y."""
    parts = [result.runs] if result.unfinished is None else [result.runs, result.unfinished]
    runs = pd.concat(parts).dropna(subset="curve").drop_duplicates([result.column, "seed"])
    runs = runs[runs["seed"] < result.study.seed + CURVES]
    long = runs[[result.column, "seed", "curve"]].explode("curve")
    x = np.tile(sine.GRID[sine.DRAWN], len(runs))
    return long.assign(x=x, y=long["curve"].astype(float), size=long[result.column])[
        ["size", "seed", "x", "y"]
    ]


def placed(study: SineStudy, frame: pd.DataFrame) -> pd.DataFrame:
    """Each size's x and y moved to its panel; what would reach into another is cut off."""
    grid = study.grid
    columns = 3 if len(grid) <= 9 else 4
    index = frame["size"].map({size: k for k, size in enumerate(grid)})
    return frame.assign(
        panel=frame["size"],
        across=frame["x"] + index % columns * 2.25 * math.pi,
        down=frame["y"].where(frame["y"].abs() < LABELLED + 0.1) - index // columns * 4.0,
    )


@lru_cache(maxsize=32)
def _scenery(study: SineStudy) -> dict[str, pd.DataFrame]:
    """The tables that stay in the panels while a study trains: targets, examples and labels."""
    grid, first = study.grid, LABELS[sine_study.SWEEPS[study.sweep]]
    captions = [first.format(grid[0]), *map("{:,}".format, grid[1:])]
    labels = pd.DataFrame({"size": grid, "x": -math.pi, "y": LABELLED})
    return {
        "target": placed(study, target(study)),
        "examples": placed(study, examples(study)),
        "labels": placed(study, labels).assign(label=captions),
    }


def target(study: SineStudy) -> pd.DataFrame:
    """The clean curve at every size of a study: size, x, y."""
    x = sine.GRID[::2]
    curve = pd.DataFrame({"x": x, "y": sine.clean(study.target, study.frequency, x)})
    return pd.concat([curve.assign(size=size) for size in study.grid])


def examples(study: SineStudy) -> pd.DataFrame:
    """Some of the points that the first seed learns from: size, x, y."""
    drawn = []
    for size in study.grid:
        samples = size if study.sweep == "data" else study.samples
        spec = sine.SineSpec(1, min(samples, EXAMPLES), **study.task, seed=study.seed)
        x, y = sine.examples(spec)
        drawn.append(pd.DataFrame({"x": x[0], "y": y[0], "size": size}))
    return pd.concat(drawn)
