"""Study: the contract of everything that trains here, and the shell line that repeats one.

A study is a frozen dataclass of settings. It names the runs to train, the table that their rows
make, and the recorded runs that stand in for them; two equal studies train the same networks.
"""

import shlex
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, ClassVar, Protocol, Self, TypeVar

import pandas as pd

from toylab.data.recorded import Recorded, read
from toylab.quantities import format_scientific, plural

LONG = 1e6  # from here on a number is written as a power of ten
LEFT_OUT = {"device": "cpu", "diverged": False}  # of recorded rows, where all have these
Run = TypeVar("Run", bound=Any)  # a spec with a first `seed`, and `runs` side by side


class Spec(Protocol):
    """One run of a study: a frozen dataclass whose fields JSON can say."""

    @property
    def cost(self) -> float:
        """Seconds, about."""

    @property
    def device(self) -> str:
        """cpu, mps or cuda."""


class Study(Protocol):
    """Settings that define runs, and what is known of them."""

    PRESETS: ClassVar[Mapping[str, Self]]  # by the name that a command line gives them

    @property
    def preset(self) -> str | None:
        """The name of the preset that it is; None if its settings are the reader's own."""

    def specs(self) -> Sequence[Spec]:
        """The runs, in the order to train them."""

    def table(self, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
        """The rows that its runs yield as a tidy table, one row a run."""

    def describe(self) -> str:
        """The settings in a line, as the label of a figure."""

    def command(self) -> str:
        """The shell line that repeats it."""

    def recorded(self) -> Recorded | None:
        """The recorded runs of exactly this study; None if there are none."""


def preset_of(study: Any, free: Collection[str] = ("seed", "device")) -> str | None:
    """The name of the preset that equals a study but for its `free` fields, or None."""
    kept = {name: getattr(study, name) for name in free if hasattr(study, name)}
    for name, known in type(study).PRESETS.items():
        if replace(known, **kept) == study:
            return str(name)
    return None


def find_recorded(study: Any, path: Path, known: Mapping[str, Any]) -> Recorded | None:
    """The recorded runs of a study in a file whose column `study` names the `known` ones."""
    name = next((name for name, one in known.items() if one == study), None)
    return read(path).where(study=name) if name else None


def stacks(one: Run, seeds: int, most: float) -> list[Run]:
    """So many seeds of a run, from its own on, in runs of at most `most` of them side by side."""
    abreast = max(1, min(seeds, int(most)))
    return [
        replace(one, seed=one.seed + first, runs=min(abreast, seeds - first))
        for first in range(0, seeds, abreast)
    ]


def as_table(
    rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str], order: Sequence[str]
) -> pd.DataFrame:
    """Rows, live or recorded, as a table of these columns and their types, sorted."""
    frame = pd.DataFrame([LEFT_OUT | dict(row) for row in rows], columns=list(columns))
    for name in (name for name, kind in columns.items() if kind == "str"):
        frame[name] = frame[name].astype(object).fillna("")
    return frame.astype(dict(columns)).sort_values(list(order), ignore_index=True)


def in_seeds(study: Any) -> str:
    """The seeds, and the learning rate where it is not the usual one: 6 seeds from seed 1000."""
    first = f" from seed {study.seed}" if study.seed else ""
    rate = getattr(study, "rate", 1)
    faster = "" if rate == 1 else f", {rate:g} times the usual learning rate"
    return f"{plural(study.seeds, 'seed')}{first}{faster}"


def shell_line(
    command: str, study: Any, presets: Mapping[str, Any] | None = None, option: str = "preset"
) -> str:
    """`python -m toylab <command>` with an option for each field that is not the default.

    Args:
        command: the command, as `sine`.
        study: the study to repeat.
        presets: studies that the command knows by name; the line starts from that one of them
            from which it is shortest, instead of from the defaults.
        option: what names them on the command line.
    """
    starts = {f" --{option} {shlex.quote(name)}": study for name, study in (presets or {}).items()}
    lines = [
        f"python -m toylab {command}{start}{_differences(study, known)}"
        for start, known in (starts or {"": type(study)()}).items()
    ]
    return min(lines, key=len)


def _differences(study: Any, known: Any) -> str:
    """Options for the fields in which a study differs from a known one."""
    options = []
    for field in fields(study):
        value = getattr(study, field.name)
        if value == getattr(known, field.name):
            continue
        if isinstance(value, bool):
            options.append(f" --{field.name}" if value else f" --no-{field.name}")
            continue
        words = value if isinstance(value, tuple) else (value,)
        options.append(f" --{field.name} {' '.join(map(_word, words))}")
    return "".join(options)


def _word(value: object) -> str:
    """A value as a shell has it: the shortest text that reads back as the same number."""
    if isinstance(value, float):
        short = format_scientific(value) if abs(value) >= LONG else f"{value:g}"
        return short if float(short) == value else repr(value)
    return shlex.quote(str(value))
