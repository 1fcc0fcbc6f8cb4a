"""`toylab sine`: train a sweep, and report on it."""

import argparse
import json
import math
import sys
from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from datetime import date
from importlib.metadata import version
from typing import Any

import pandas as pd

from toylab import devices, reading, runs, sine, sweep
from toylab.commands.parser import Commands
from toylab.commands.training import check, status, train
from toylab.findings import Findings
from toylab.progress import Progress

HELP = {
    "sweep": "what to double: data holds the width, width holds the samples",
    "width": "neurons a layer, held in a data sweep",
    "samples": "training points, held in a width sweep",
    "widths": "smallest and largest width of a width sweep",
    "sizes": "smallest and largest number of samples of a data sweep",
    "steps": "full-batch steps of Adam",
    "lr": "peak learning rate",
    "noise": "standard deviation of the noise in the labels",
    "frequency": "k of sin(kx)",
    "seed": "the first seed",
    "seeds": "how many seeds at each size",
    "score": "error against the clean curve, or against fresh noisy labels",
    "device": "cpu, mps or cuda",
}
CHOICES: dict[str, Sequence[str]] = {
    "sweep": list(sweep.SWEEPS),
    "score": list(sweep.SCORES),
    "schedule": list(sine.SCHEDULES),
    "target": list(sine.TARGETS),
}


def add(commands: Commands) -> None:
    """Add the command."""
    curve = commands.add_parser("sine", help="train a sweep of small networks on a sine curve")
    _add_study(curve)
    curve.add_argument("--csv", metavar="FILE", help="write the runs to a file")
    curve.add_argument("--json", action="store_true", help="print the fit and the runs as JSON")
    curve.set_defaults(run=_sine, refuse=curve.error)


def _add_study(parser: argparse.ArgumentParser) -> None:
    """One option for each field of a Study; what is not given is the preset's."""
    parser.add_argument(
        "--preset", choices=sweep.PRESETS, default="article", help="default: %(default)s"
    )
    for knob in fields(sweep.Study):
        pair = isinstance(knob.default, tuple)
        parser.add_argument(
            f"--{knob.name}",
            type=int if pair else type(knob.default),
            nargs=2 if pair else None,
            metavar=("LOW", "HIGH") if pair else None,
            choices=CHOICES.get(knob.name),
            help=HELP.get(knob.name),
        )


def _study(chosen: argparse.Namespace) -> sweep.Study:
    given: dict[str, Any] = {
        knob.name: getattr(chosen, knob.name)
        for knob in fields(sweep.Study)
        if getattr(chosen, knob.name) is not None
    }
    pairs = {name: tuple(value) for name, value in given.items() if isinstance(value, list)}
    return replace(sweep.PRESETS[chosen.preset], **given | pairs)


def _sine(chosen: argparse.Namespace) -> int:
    """Train a study and report on it; refuses before it trains."""
    study = _study(chosen)
    specs = study.specs()
    check(study.device, chosen.csv)
    return _report(study, train(specs), chosen)


def record() -> int:
    """Train what the sine page shows before anything is run; its exit status."""
    tables = []
    for name, preset in sweep.PRESETS.items():
        for kind in sweep.SWEEPS:
            study = replace(preset, sweep=kind)
            progress = train(study.specs())
            if failed := status(progress):
                return failed  # what was recorded before stays
            frame = sweep.table(study, progress.rows)
            tables.append(frame.drop(columns="error").assign(preset=name))
    where = f"torch {version('torch')}, {devices.processor()}"
    made = f"python -m toylab record sine, {date.today()}, {where}"
    runs.write(sweep.RECORDED, pd.concat(tables), made)
    return 0


def _report(study: sweep.Study, progress: Progress, chosen: argparse.Namespace) -> int:
    frame = sweep.table(study, progress.rows)
    found = Findings(study, frame)
    rows = frame[[*sweep.COLUMNS, "error"]]
    if chosen.csv:
        rows.to_csv(chosen.csv, index=False)
    write = sys.stdout.write
    if chosen.json:
        finite = rows.replace([math.inf, -math.inf], math.nan).astype(object)
        kept = finite.where(finite.notna(), None).to_dict("records")
        verdict = found.verdict.numbers if found.verdict else None
        write(json.dumps({"study": asdict(study), "verdict": verdict, "runs": kept}) + "\n")
    else:
        for size, low, median, high, _ in found.points.itertuples(index=False):
            write(f"{found.column} {size:>6}  error {median:.2e}  [{low:.2e}, {high:.2e}]\n")
        write(reading.finding(found) + "\n")
    return status(progress)
