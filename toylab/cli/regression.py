"""`toylab regression`: a study of the simplest learner, whose law is known."""

import argparse
import sys
from dataclasses import replace
from datetime import date
from importlib.metadata import version
from pathlib import Path

from toylab import devices
from toylab.cli.parser import Commands, knobs
from toylab.data import recorded
from toylab.experiments import regression
from toylab.experiments.regression import RegressionStudy


def add(commands: Commands) -> None:
    """Add the command."""
    study = commands.add_parser(
        "regression", help="train a study of linear regressions with a power-law spectrum"
    )
    knobs(study, RegressionStudy(), {
        "spectrum": "a: how fast the features' scale falls",
        "target": "b: how fast the weights to learn fall",
        "seeds": "how many seeds of each run",
        "seed": "the first seed",
    })  # fmt: skip
    study.add_argument("--csv", metavar="FILE", help="write to a file; default: print")
    study.set_defaults(run=_regression, refuse=study.error)


def record() -> int:
    """Train the default study, and write it where the page finds it; the exit status."""
    made = f"python -m toylab record regression, {date.today()}, numpy {version('numpy')}"
    recorded.write(
        regression.RECORDED, regression.trained(RegressionStudy()), f"{made}, {devices.processor()}"
    )
    return 0


def _regression(chosen: argparse.Namespace) -> int:
    """Train, and print or write the runs as CSV."""
    study = replace(
        RegressionStudy(), spectrum=chosen.spectrum, target=chosen.target, seeds=chosen.seeds,
        seed=chosen.seed,
    )  # fmt: skip
    if chosen.csv and not Path(chosen.csv).parent.is_dir():
        raise ValueError(f"cannot write {chosen.csv}: there is no such folder")
    said = f"{len(study.runs) * study.seeds} runs; theory: N_opt ~ C^{study.exponent:.3f}\n"
    sys.stderr.write(said)
    try:
        regression.trained(study).to_csv(chosen.csv or sys.stdout, index=False)
    except OSError as trouble:
        raise ValueError(f"cannot write {chosen.csv}: {trouble.strerror}") from trouble
    return 0
