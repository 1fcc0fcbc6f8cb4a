"""`toylab repetition`: train on a text read again and again, and report on it."""

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import asdict

import pandas as pd

from toylab.cli.parser import Commands, add_options, chosen_fields
from toylab.cli.training import check, json_rows, made, status, train
from toylab.data import recorded
from toylab.experiments import corpus, repetition_study
from toylab.experiments.repetition import KINDS
from toylab.experiments.repetition_results import RepetitionResults
from toylab.experiments.repetition_study import AGAINST, DECAYED, PLAIN, RepetitionStudy

HELP = {
    "unique": "characters of the pool, a multiple of 512",
    "epochs": "how often the pool is read at most: 2, 4, ... 128",
    "size": "hidden units of the network",
    "decay": "weight decay of the curve that has it",
    "dirty": "share of noise in the text beside the pool; 0: that is fresh",
    "kind": "what is noise",
    "rate": "peak learning rate over the usual one",
    "seeds": "how many seeds",
    "seed": "the first seed",
    "device": "cpu, mps or cuda",
}


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("repetition", help="train on a text read again and again")
    parser.add_argument(
        "--preset", choices=RepetitionStudy.PRESETS, default="usual", help="default: %(default)s"
    )
    add_options(parser, RepetitionStudy(), HELP, {"kind": list(KINDS)}, presets=True)
    parser.add_argument("--csv", metavar="FILE", help="write the runs to a file")
    parser.add_argument("--json", action="store_true", help="print curves and runs as JSON")
    parser.set_defaults(run=_repetition, refuse=parser.error)


def _repetition(chosen: argparse.Namespace) -> int:
    """Train a study and report on it; refuses before it trains."""
    study = chosen_fields(chosen, RepetitionStudy.PRESETS[chosen.preset])
    specs = study.specs()
    check(study.device, chosen.csv)
    sys.stderr.write(corpus.load().sentence + "\n")
    progress = train(specs)
    frame = study.table(progress.rows)
    if chosen.csv:
        frame.to_csv(chosen.csv, index=False)
    results = RepetitionResults(study, frame)
    if chosen.json:
        report = {"study": asdict(study), **results.records, "runs": json_rows(frame)}
        sys.stdout.write(json.dumps(report) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in _lines(results))
    return status(progress)


def _lines(results: RepetitionResults) -> Iterable[str]:
    for row in results.means.to_dict("records"):
        yield (
            f"{row['curve']:16} {row['epochs']:4} epochs  loss {row['loss']:.3f}  "
            f"[{row['low']:.3f}, {row['high']:.3f}]  on the pool {row['pool_loss']:.3f}"
        )
    for curve in (PLAIN, DECAYED):
        if (point := results.lowest(curve)) is not None:
            yield (
                f"{curve}: lowest at {point.epochs} epochs, {point.first} to {point.last} not told "
                "apart by seeds"
            )
        if (at := results.crossing(curve)) is not None:
            yield (
                f"{curve}: {AGAINST[results.study.against]} is better from "
                f"{at.text('{:.1f}'.format)} epochs on"
            )


def record() -> int:
    """Train what the page shows before anything is run; the exit status."""
    tables = []
    for name, known in repetition_study.RECORDED_STUDIES.items():
        progress = train(known.specs())
        if failed := status(progress):
            return failed  # what was recorded before stays
        frame = known.table(progress.rows).assign(study=name)
        tables.append(frame.drop(columns=["curve", "device", "diverged"]))
    recorded.write(repetition_study.RECORDED, pd.concat(tables), made("repetition"))
    return 0
