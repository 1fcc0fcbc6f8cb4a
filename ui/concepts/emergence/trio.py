"""Tab "Three tasks": exact match beside p^k, for copying, for addition and for text."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pandas as pd

from toylab.experiments.streaks_results import by_seed
from toylab.experiments.streaks_study import StreaksStudy
from toylab.experiments.task_results import AdditionResults
from toylab.experiments.task_studies import AdditionStudy
from toylab.experiments.tasks import TASKS
from toylab.laws.exact_match import exact_match
from toylab.quantities import format_count
from ui.blocks import Figure
from ui.concepts.emergence import charts, text, view
from ui.label import Label
from ui.labels import LOW, Axes, Labels

TEXT = 8  # characters in a row
DIGITS = TASKS["addition"].asked
COPIED, ADDED = f"copying, {view.SYMBOLS} symbols", f"addition, {DIGITS} digits"
READ = f"text, {TEXT} characters"
MEANINGS = {READ: "model", COPIED: "data", ADDED: "rival"}  # named in this order
NETWORK = ["expected", "exact", "task"]


def trio(*_: Any) -> Iterator[Any]:
    """The three tasks in one figure, and what each shows."""
    yield Label("recorded", settings(), "\n".join(made()))
    yield [Figure(charts.three(tables()), text.ALT["three"])]
    yield lesson()


def settings() -> str:
    """The runs that were trained, in a line."""
    copied, added = view.recorded(view.SHORT).study, AdditionStudy.PRESETS["recorded"]
    return (
        f"Copying: {copied.seeds} seeds of each size; addition: {added.seeds} seeds, "
        f"{added.looks} evaluations of each; text: n-gram networks"
    )


def made() -> list[str]:
    """The provenance of the three sets of runs."""
    studies = (view.recorded(view.SHORT).study, AdditionStudy.PRESETS["recorded"], _streaks())
    return [f"Made with: {found.made}." for study in studies if (found := study.recorded())]


def _streaks() -> StreaksStudy:
    return StreaksStudy.PRESETS["recorded"]


@cache
def networks() -> pd.DataFrame:
    """All networks and looks: expected, exact, task."""
    copied = _copied().assign(task=COPIED)
    study = AdditionStudy.PRESETS["recorded"]
    found, streaks = study.recorded(), _streaks().recorded()
    added = AdditionResults(study, study.table(found.rows if found else [])).independence
    read = by_seed(_streaks().table(streaks.rows if streaks else []), TEXT)
    read = read.assign(
        exact=read["in_a_row"], expected=exact_match(read["accuracy"], TEXT), task=READ
    )
    parts = [added.assign(task=ADDED), read, copied]  # the last lies on top
    return pd.concat([part[NETWORK] for part in parts], ignore_index=True)


def _copied() -> pd.DataFrame:
    return view.recorded(view.SHORT).independence(view.SYMBOLS)


def tables() -> dict[str, pd.DataFrame]:
    """The tables of the figure; what has nothing right has no place on a log axis."""
    low, high = charts.TINY
    every = networks()
    shown = every[(every["exact"] >= low) & (every["expected"] >= low)]
    line = pd.DataFrame({"expected": [low, 1.0], "exact": [low, 1.0]})
    labels = Labels(Axes((low, high), (low, high)), LOW)
    points = list(shown[["expected", "exact"]].itertuples(index=False, name=None))
    labels.keep_off_points(points)
    labels.keep_off([(low, low), (1.0, 1.0)])
    first: dict[str, tuple[float, float]] = {}
    for task, part in shown.groupby("task"):
        expected, exact = part.sort_values("expected")[["expected", "exact"]].to_numpy()[0]
        first[str(task)] = (expected, exact)
    labels.name_points(first, list(MEANINGS), must=list(MEANINGS))
    return {
        "networks": shown.assign(meaning=shown["task"].map(MEANINGS)),
        "line": line,
        "names": labels.table,
    }


def lesson() -> str:
    """The lesson of each task, with the ratios."""
    every, copied = networks(), _copied()
    ratio = every["exact"] / every["expected"]
    added, read = (ratio[every["task"] == task] for task in (ADDED, READ))
    told = copied[copied["informative"]]
    between = told["exact"] / told["expected"]
    return (
        f"**Copying lies near the line**: {int(told['agrees'].sum())} of {len(told)} networks that "
        f"can tell are within the exam's error of p^{view.SYMBOLS}, all between "
        f"{between.min():.2f} and {between.max():.2f} times it. Most errors come independently. "
        f"**Addition lies below it**, down to {added.min():.2f} times p^{DIGITS}: one digit is "
        f"harder than the others. **Text lies far above it**, {format_count(read.min(), 2)} to "
        f"{format_count(read.max(), 2)} times p^{TEXT}: errors come in clusters. How steep an "
        "exact match rises depends on how errors hang together. (Networks that have nothing right "
        "have no place on a log axis.)"
    )
