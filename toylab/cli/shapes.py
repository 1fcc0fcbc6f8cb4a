"""`toylab shapes`: depth against width at a held number of parameters."""

import argparse
import sys

import pandas as pd

from toylab.cli.parser import Commands, add_study, chosen_fields
from toylab.cli.training import json_rows, made, status, train, trained_on_library, write_json
from toylab.data import recorded
from toylab.experiments import shapes_study
from toylab.experiments.shapes import SIZES
from toylab.experiments.shapes_results import KINDS, ShapesResults
from toylab.experiments.shapes_study import LENGTHS, ShapesStudy

HELP = {
    "params": f"parameters of every shape: {' or '.join(map(str, SIZES))}",
    "tokens": f"characters to learn from: {' or '.join(map(str, LENGTHS))}",
    "rate": "peak learning rate over the usual one",
    "seeds": "how many seeds of each shape",
    "seed": "the first seed",
    "device": "cpu, mps or cuda",
}


def add(commands: Commands) -> None:
    """Add the command."""
    about = "train deep and wide networks of the same size"
    add_study(commands, "shapes", about, ShapesStudy(), "small", HELP, _shapes)


def _shapes(chosen: argparse.Namespace) -> int:
    """Train a study and report on it; refuses before it trains."""
    study = chosen_fields(chosen, ShapesStudy.PRESETS[chosen.preset])
    frame, exit_status = trained_on_library(study, chosen.csv)
    _report(ShapesResults(study, frame), as_json=chosen.json)
    return exit_status


def _report(results: ShapesResults, *, as_json: bool) -> None:
    verdicts = {kind: results.verdict(skips) for skips, kind in KINDS.items()}
    if as_json:
        noise = results.comparison and results.comparison.noise
        shapes = json_rows(results.shapes)
        write_json(results.study, results.frame, shapes=shapes, noise=noise, verdicts=verdicts)
        return
    for row in results.shapes.itertuples(index=False):
        sys.stdout.write(
            f"{row.kind:>10}  {row.depth} x {row.width:<3}  {row.params:6} parameters  "
            f"loss {row.loss:.3f}  {row.excess:+5.1f} %  [{row.low:.1f}, {row.high:.1f}]\n"
        )
    sys.stdout.write("".join(f"{k}: shape matters: {v}\n" for k, v in verdicts.items()))


def record() -> int:
    """Train what the page shows before anything is run; the exit status."""
    tables = []
    for name, known in shapes_study.RECORDED_STUDIES.items():
        progress = train(known.specs())
        if failed := status(progress):
            return failed
        tables.append(known.table(progress.rows).drop(columns="device").assign(study=name))
    recorded.write(shapes_study.RECORDED, pd.concat(tables), made("shapes"))
    return 0
