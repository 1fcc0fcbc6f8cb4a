"""`toylab sine`, `record` and `bench`: train sweeps, report on them, time the engine."""

import argparse
import json
import math
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, fields, replace
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from toylab import bench, bench_fit, devices, reading, runs, sine, sweep
from toylab.commands import regression
from toylab.commands.parser import Commands
from toylab.findings import Findings
from toylab.jobs import Pool, Spec
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

BENCHES = {"sine": bench.sine, "fit": bench_fit.fit}


def add(commands: Commands) -> None:
    """Add the commands of the sine lab."""
    curve = commands.add_parser("sine", help="train a sweep of small networks on a sine curve")
    _add_study(curve)
    curve.add_argument("--csv", metavar="FILE", help="write the runs to a file")
    curve.add_argument("--json", action="store_true", help="print the fit and the runs as JSON")
    curve.set_defaults(run=_sine, refuse=curve.error)
    record = commands.add_parser("record", help="train every preset for toylab/data (minutes)")
    record.set_defaults(run=_record, refuse=record.error)
    timing = commands.add_parser("bench", help="time the engine against the plain way")
    timing.add_argument("what", choices=BENCHES)
    timing.add_argument("--json", action="store_true", help="print the timings as JSON")
    timing.set_defaults(
        run=lambda chosen: BENCHES[chosen.what](as_json=chosen.json), refuse=timing.error
    )


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
    if study.device != "cpu":
        devices.find(study.device, devices.available())
    if chosen.csv:
        try:
            Path(chosen.csv).touch()
        except OSError as trouble:
            raise ValueError(f"cannot write {chosen.csv}: {trouble.strerror}") from trouble
    return _report(study, _train(specs), chosen)


def _train(specs: Sequence[Spec]) -> Progress:
    """Train on every core; Ctrl-C stops, and keeps what is done."""
    with closing(Pool()) as pool:
        job = pool.submit(specs)
        try:
            while (progress := job.wait(0.2)).live:
                _bar(progress)
        except KeyboardInterrupt:
            job.stop()
            progress = job.progress()
        _bar(progress, end="\n")
    return progress


def _bar(progress: Progress, end: str = "") -> None:
    """One line on a terminal, rewritten in place; nothing in a pipe or a file."""
    if sys.stderr.isatty():
        filled = round(30 * progress.fraction)
        left = "" if progress.seconds_left is None else f"  {progress.seconds_left:.0f} s left"
        line = f"{'#' * filled:.<30} {progress.fraction:.0%}{left}"
        sys.stderr.write(f"\r{line:<70}{end}")
        sys.stderr.flush()


def _record(chosen: argparse.Namespace) -> int:  # noqa: ARG001
    """Train what pages show before anything is run, and write it where they find it."""
    tables = []
    for name, preset in sweep.PRESETS.items():
        for kind in sweep.SWEEPS:
            study = replace(preset, sweep=kind)
            progress = _train(study.specs())
            if progress.stopped or progress.failures:
                return 130 if progress.stopped else 1  # what was recorded before stays
            frame = sweep.table(study, progress.rows)
            tables.append(frame.drop(columns="error").assign(preset=name))
    where = f"torch {version('torch')}, {devices.processor()}"
    made = f"python -m toylab record, {date.today()}, {where}"
    runs.write(sweep.RECORDED, pd.concat(tables), made)
    regression.record()
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
    for failure in progress.failures:
        sys.stderr.write(failure + "\n")
    return 130 if progress.stopped else int(bool(progress.failures))
