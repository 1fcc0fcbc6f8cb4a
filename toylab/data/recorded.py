"""Recorded tables of runs on disk: CSV, with a first line that says what made them."""

import json
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

DATA = Path(__file__).parent
CURVES_KEPT = 3  # seeds; a learned curve is long


@dataclass(frozen=True, eq=False)
class Recorded:
    """Recorded runs, and what made them."""

    frame: pd.DataFrame
    made: str  # the command, date, versions and machine

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """One dict a run, as an engine yields them."""
        return [{str(k): v for k, v in row.items()} for row in self.frame.to_dict("records")]

    @lru_cache(maxsize=16)  # noqa: B019 (what is on disk lives as long as the program)
    def where(self, **values: str) -> "Recorded":
        """The runs whose columns have these values; the same object each time."""
        frame = self.frame
        for column, value in values.items():
            frame = frame[frame[column] == value]
        return Recorded(frame, self.made)


def write(path: Path, frame: pd.DataFrame, made: str) -> None:
    """Write runs with their provenance; learned curves, if any, of the first seeds only.

    Whole or not at all: on a full disk the runs that were there before stay.
    """
    if "curve" in frame:
        kept = frame["curve"].where(frame["seed"] < CURVES_KEPT)
        frame = frame.assign(curve=kept.map(json.dumps, na_action="ignore"))
    part = path.with_suffix(".part")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            file.write(f"# {made}\n")
            frame.to_csv(file, index=False, float_format="%.6g")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


class Damaged(ValueError):
    """A recorded table is not there, or cannot be read; the sentence says what to do."""


@cache
def read(path: Path) -> Recorded:
    """Runs that `write` wrote.

    Raises:
        Damaged: if there are none.
    """
    try:
        with path.open(encoding="utf-8") as file:
            made = file.readline().removeprefix("# ").strip()
            frame = pd.read_csv(file)
        if "curve" in frame:
            curves = frame["curve"]
            frame["curve"] = [json.loads(c) if isinstance(c, str) else None for c in curves]
    except (OSError, ValueError) as trouble:  # what pandas and json raise is a ValueError
        why = f"the file {path.name} with recorded runs is missing or damaged"
        raise Damaged(f"{why}; install Toylab anew, or copy that file again") from trouble
    return Recorded(frame, made)


def recorded(name: str) -> pd.DataFrame:
    """The recorded runs of an experiment, one a row: "sine", "charlm", "regression", ...

    Raises:
        ValueError: if there is no table of that name.
    """
    names = sorted(path.stem for path in DATA.glob("*.csv"))
    if name not in names:
        raise ValueError(f"name must be one of {', '.join(names)}, got {name!r}")
    return read(DATA / f"{name}.csv").frame.copy()
