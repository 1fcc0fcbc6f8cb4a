"""`toylab sine`: train a sweep, and report on it."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

import pandas as pd

from toylab.cli.parser import Commands, add_study, chosen_fields
from toylab.cli.training import check, command, json_rows, machine, save, status, train
from toylab.data import recorded
from toylab.experiments import sine, sine_report, sine_study
from toylab.experiments.sine_results import SineResults
from toylab.experiments.sine_study import SineStudy
from toylab.live.progress import Progress

HELP = {
    "sweep": "what to double: data holds the width, width holds the samples",
    "width": "neurons a layer, held in a data sweep",
    "samples": "training points, held in a width sweep",
    "widths": "smallest and largest width of a width sweep",
    "sizes": "smallest and largest number of samples of a data sweep",
    "steps": "full-batch steps of Adam",
    "longer": "train every network also so many times as long: is it the optimiser?",
    "lr": "peak learning rate",
    "schedule": "how the learning rate falls",
    "noise": "standard deviation of the noise in the labels",
    "target": "the curve to learn",
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
    about = "train a sweep of small networks on a sine curve"
    add_study(commands, "sine", about, SineStudy(), "article", HELP, _sine, CHOICES)


def _sine(chosen: argparse.Namespace) -> int:
    """Train a study and report on it; refuses before it trains."""
    study = chosen_fields(chosen, SineStudy.PRESETS[chosen.preset])
    specs = study.specs()
    check(study.device, chosen.csv)
    return _report(study, train(specs), chosen)


def record() -> int:
    """Train what two pages show before anything is run; its exit status."""
    tables = []
    for name, study in sine_study.STUDIES:
        progress = train(study.specs())
        if failed := status(progress):
            return failed  # what was recorded before stays
        frame = study.table(progress.rows)
        tables.append(frame.drop(columns="error").assign(preset=name))
    made = f"{command('sine')}, {machine()}"
    recorded.write(sine_study.RECORDED, pd.concat(tables), made)
    return 0


def _report(study: SineStudy, progress: Progress, chosen: argparse.Namespace) -> int:
    frame = study.table(progress.rows)
    results = SineResults(study, frame)
    rows = frame[[*sine_study.COLUMNS, "error"]]
    unsaved = save(rows, chosen.csv)
    write = sys.stdout.write
    if chosen.json:
        verdict = results.diagnosis.numbers if results.diagnosis else None
        write(
            json.dumps({"study": asdict(study), "verdict": verdict, "runs": json_rows(rows)}) + "\n"
        )
    else:
        for size, low, median, high, _ in results.points.itertuples(index=False):
            write(f"{results.column} {size:>6}  error {median:.2e}  [{low:.2e}, {high:.2e}]\n")
        write(sine_report.finding(results) + "\n")
    return unsaved or status(progress)
