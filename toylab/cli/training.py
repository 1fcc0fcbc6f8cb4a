"""Training from a command: the cores at work, a bar, and Ctrl-C that keeps what is done."""

import json
import math
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from toylab import devices
from toylab.experiments import corpus
from toylab.live import cluster, training
from toylab.live.job import Spec
from toylab.live.progress import Progress, draw_bar


def train(specs: Sequence[Spec]) -> Progress:
    """Train here or on a cluster, with a bar; Ctrl-C stops, and keeps what is done."""
    return training.train(specs, draw_bar)


def check(device: str, csv: str | None) -> None:
    """Refuse, before anything is trained, an absent device and a file that cannot be had."""
    if device != "cpu" and not cluster.address():
        devices.find(device, devices.available())
    if csv:
        try:
            with Path(csv).open("a", encoding="utf-8"):
                pass
        except OSError as trouble:
            raise ValueError(f"cannot write {csv}: {trouble.strerror}") from trouble


def trained(study: Any, csv: str | None) -> tuple[pd.DataFrame, int]:
    """A study's table, also as a file, and the exit status; refuses before it trains."""
    specs = study.specs()
    check(study.device, csv)
    progress = train(specs)
    frame: pd.DataFrame = study.table(progress.rows)
    return frame, save(frame, csv) or status(progress)


def save(frame: pd.DataFrame, csv: str | None) -> int:
    """Write runs to a file, if one is named; the exit status. They are reported all the same."""
    try:
        if csv:
            frame.to_csv(csv, index=False)
    except OSError as trouble:  # a disk that has filled up since it was checked
        sys.stderr.write(f"cannot write all runs to {csv}: {trouble.strerror}\n")
        return 1
    return 0


def trained_on_library(study: Any, csv: str | None) -> tuple[pd.DataFrame, int]:
    """The same of a study that reads Python's library: which text that is, is said first."""
    study.specs()  # what cannot be trained is refused before a text is read
    check(study.device, csv)
    sys.stderr.write(corpus.load().sentence + "\n")
    return trained(study, csv)


def write_json(study: Any, frame: pd.DataFrame, **parts: Any) -> None:
    """Print a study's settings, the parts of its report and its runs as one line of JSON."""
    report = {"study": asdict(study), **parts, "runs": json_rows(frame)}
    sys.stdout.write(json.dumps(report) + "\n")


def made(what: str) -> str:
    """The provenance of recorded runs of the library's source: command, text, machine."""
    text = f"Python {platform.python_version()}, text {corpus.load().digest}"
    return f"{command(what)}, {text}, {machine()}"


def command(what: str) -> str:
    """The command that records a set of runs, and today."""
    return f"python -m toylab record {what}, {date.today()}"


def machine() -> str:
    """The machine that the runs are trained on."""
    return f"torch {version('torch')}, {devices.processor()}"


def status(progress: Progress) -> int:
    """The exit status of a command that trained; failures go to the terminal."""
    for failure in dict.fromkeys(progress.failures):  # one cause fails many runs
        sys.stderr.write(failure + "\n")
    return 130 if progress.stopped else int(bool(progress.failures))


def json_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table as JSON has them: None for what is missing or not finite."""
    told = frame.replace([math.inf, -math.inf], math.nan).astype(object)
    return [
        {str(k): v for k, v in row.items()}
        for row in told.where(told.notna(), None).to_dict("records")
    ]
