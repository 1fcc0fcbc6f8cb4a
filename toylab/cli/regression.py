"""`toylab regression`: a study of the simplest learner, whose law is known."""

import argparse
import sys
from datetime import date
from importlib.metadata import version

import pandas as pd

from toylab import devices
from toylab.cli.parser import Commands, add_options, chosen_fields
from toylab.cli.training import check, save
from toylab.data import recorded
from toylab.experiments import regression, regression_study
from toylab.experiments.regression_study import RegressionStudy

HELP = {
    "spectrum": "a: how fast the features' scale falls",
    "target": "b: how fast the weights to learn fall",
    "lowest": "the smallest budget, FLOPs",
    "highest": "the largest budget, FLOPs",
    "budgets": "how many budgets",
    "width": "sizes within this factor of the theory's line at each budget",
    "seeds": "how many seeds of each run",
    "seed": "the first seed",
}


def add(commands: Commands) -> None:
    """Add the command."""
    study = commands.add_parser(
        "regression", help="train a study of linear regressions with a power-law spectrum"
    )
    add_options(study, RegressionStudy(), HELP)
    study.add_argument("--csv", metavar="FILE", help="write to a file; default: print")
    study.set_defaults(run=_regression, refuse=study.error)


def record() -> int:
    """Train the default study, and write it where the page finds it; the exit status."""
    made = f"python -m toylab record regression, {date.today()}, numpy {version('numpy')}"
    frame = _train(RegressionStudy.PRESETS["recorded"])
    recorded.write(regression_study.RECORDED, frame, f"{made}, {devices.processor()}")
    return 0


def _regression(chosen: argparse.Namespace) -> int:
    """Train, and print or write the runs as CSV."""
    study = chosen_fields(chosen, RegressionStudy())
    check("cpu", chosen.csv)
    runs = f"{len(study.runs) * study.seeds} runs; theory: N_opt ~ C^{study.exponent:.3f}\n"
    sys.stderr.write(runs)
    frame = _train(study)
    if not chosen.csv:
        frame.to_csv(sys.stdout, index=False)
    return save(frame, chosen.csv)


def _train(study: RegressionStudy) -> pd.DataFrame:
    """The runs of a study, trained in this process: a worker would import torch for nothing."""
    every = (rows for spec in study.specs() for _, rows in regression.run(spec))
    return study.table(row for rows in every for row in rows)
