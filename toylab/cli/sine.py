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

from toylab import devices
from toylab.cli.parser import Commands
from toylab.cli.training import check, status, train
from toylab.data import recorded
from toylab.experiments import sine, sine_report, sine_study
from toylab.experiments.sine_results import SineResults
from toylab.live.progress import Progress

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
    "sweep": list(sine_study.SWEEPS),
    "score": list(sine_study.SCORES),
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
        "--preset", choices=sine_study.PRESETS, default="article", help="default: %(default)s"
    )
    for knob in fields(sine_study.SineStudy):
        pair = isinstance(knob.default, tuple)
        parser.add_argument(
            f"--{knob.name}",
            type=int if pair else type(knob.default),
            nargs=2 if pair else None,
            metavar=("LOW", "HIGH") if pair else None,
            choices=CHOICES.get(knob.name),
            help=HELP.get(knob.name),
        )


def _study(chosen: argparse.Namespace) -> sine_study.SineStudy:
    given: dict[str, Any] = {
        knob.name: getattr(chosen, knob.name)
        for knob in fields(sine_study.SineStudy)
        if getattr(chosen, knob.name) is not None
    }
    pairs = {name: tuple(value) for name, value in given.items() if isinstance(value, list)}
    return replace(sine_study.PRESETS[chosen.preset], **given | pairs)


def _sine(chosen: argparse.Namespace) -> int:
    """Train a study and report on it; refuses before it trains."""
    study = _study(chosen)
    specs = study.specs()
    check(study.device, chosen.csv)
    return _report(study, train(specs), chosen)


def record() -> int:
    """Train what the sine page shows before anything is run; its exit status."""
    tables = []
    for name, preset in sine_study.PRESETS.items():
        for kind in sine_study.SWEEPS:
            study = replace(preset, sweep=kind)
            progress = train(study.specs())
            if failed := status(progress):
                return failed  # what was recorded before stays
            frame = sine_study.table(study, progress.rows)
            tables.append(frame.drop(columns="error").assign(preset=name))
    where = f"torch {version('torch')}, {devices.processor()}"
    made = f"python -m toylab record sine, {date.today()}, {where}"
    recorded.write(sine_study.RECORDED, pd.concat(tables), made)
    return 0


def _report(study: sine_study.SineStudy, progress: Progress, chosen: argparse.Namespace) -> int:
    frame = sine_study.table(study, progress.rows)
    found = SineResults(study, frame)
    rows = frame[[*sine_study.COLUMNS, "error"]]
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
        write(sine_report.finding(found) + "\n")
    return status(progress)
