"""`toylab copy` and `toylab addition`: small transformers on tasks that are right or wrong."""

import argparse
import math
import sys
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from toylab.cli.parser import Commands, add_study, chosen_fields
from toylab.cli.runs_report import finite
from toylab.cli.training import (
    command,
    json_rows,
    machine,
    status,
    train,
    trained,
    write_json,
)
from toylab.data import recorded
from toylab.experiments import task_studies
from toylab.experiments.task_results import AdditionResults, CopyResults, Threshold
from toylab.experiments.task_studies import AdditionStudy, CopyStudy
from toylab.experiments.tasks import TASKS

HELP = {
    "widths": "smallest and largest width",
    "width": "width of the network, a multiple of 4",
    "steps": "steps of training",
    "looks": "exams on the way",
    "seeds": "how many seeds",
    "rate": "learning rate over the usual one",
    "seed": "the first seed",
    "device": "cpu, mps or cuda",
}


def add(commands: Commands) -> None:
    """Add the commands."""
    about = "train small transformers to copy symbols"
    copy = add_study(commands, "copy", about, CopyStudy(), "usual", HELP, _copy)
    length = TASKS["copy"].asked
    copy.add_argument(
        "--symbols", type=int, choices=range(1, length + 1), metavar="K", default=length,
        help="symbols that must all be right; default: %(default)s",
    )  # fmt: skip
    about = "train a small transformer to add numbers"
    add_study(commands, "addition", about, AdditionStudy(), "usual", HELP, _addition)


def record() -> int:
    """Train what the page shows before anything is run; the exit status."""
    tables = []
    for name, study in task_studies.STUDIES.items():
        progress = train(study.specs())
        if failed := status(progress):
            return failed  # what was recorded before stays
        tables.append(study.table(progress.rows).assign(study=name))
    frame = pd.concat(tables).drop(columns=["device", "diverged"])
    recorded.write(task_studies.RECORDED, frame, f"{command('tasks')}, {machine()}")
    return 0


def _copy(chosen: argparse.Namespace) -> int:
    """Train a study of copying and report on it; refuses before it trains."""
    study = chosen_fields(chosen, CopyStudy.PRESETS[chosen.preset])
    frame, exit_status = trained(study, chosen.csv)
    results, symbols = CopyResults(study, frame), chosen.symbols
    compared = results.independence(symbols)
    if chosen.json:
        sizes = [
            mean | {"by_seed": json_rows(seeds)}
            for mean in json_rows(results.means(symbols))
            for seeds in [compared[compared["params"] == mean["params"]]]
        ]
        half = _threshold(results.threshold(symbols))
        write_json(study, frame, symbols=symbols, sizes=sizes, threshold=half)
        return exit_status
    for mean in _dicts(results.means(symbols)):
        sys.stdout.write(
            f"N {mean['params']:5}  loss {mean['loss']:.3f}  one symbol right "
            f"{mean['accuracy']:.3f}  {symbols} of {symbols} {mean['exact']:.3f} "
            f"[{mean['exact_low']:.3f}, {mean['exact_high']:.3f}]\n"
        )
    told = compared[compared["informative"]]
    sys.stdout.write(
        f"half of the answers {_first('N = ', results.threshold(symbols))}; p^{symbols} within "
        f"the exam's error in {int(told['agrees'].sum())} of {len(told)} networks that can tell\n"
    )
    return exit_status


def _addition(chosen: argparse.Namespace) -> int:
    """Train a study of addition and report on it; refuses before it trains."""
    study = chosen_fields(chosen, AdditionStudy.PRESETS[chosen.preset])
    frame, exit_status = trained(study, chosen.csv)
    results = AdditionResults(study, frame)
    if chosen.json:
        looks = json_rows(results.means())
        write_json(study, frame, steps=looks, threshold=_threshold(results.threshold))
        return exit_status
    for mean in _dicts(results.means()):
        sys.stdout.write(
            f"step {mean['step']:5}  loss {mean['loss']:.3f}  one digit right "
            f"{mean['accuracy']:.3f}  all three {mean['exact']:.3f} "
            f"[{mean['exact_low']:.3f}, {mean['exact_high']:.3f}]\n"
        )
    sys.stdout.write(f"half of the sums {_first('step ', results.threshold)}\n")
    return exit_status


def _threshold(threshold: Threshold) -> dict[str, Any]:
    """A threshold as JSON has it: None where it is not reached."""
    middle = {name: finite(getattr(threshold, name)) for name in ("median", "low", "high")}
    return middle | {"by_seed": [finite(value) for value in threshold.seeds]}


def _dicts(frame: pd.DataFrame) -> Iterable[Mapping[Any, Any]]:
    return frame.to_dict("records")


def _first(where: str, threshold: Threshold) -> str:
    """Like "first at N = 780 (590 to 994 over the seeds)"; "never" where most seeds are not."""
    if not math.isfinite(threshold.median):
        return "never"
    high = f"{threshold.high:,.0f}" if math.isfinite(threshold.high) else "never"
    return (
        f"first at {where}{threshold.median:,.0f} ({threshold.low:,.0f} to {high} over the seeds)"
    )
