"""`toylab repetition`: train on a text read again and again, and report on it."""

import argparse
import sys
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from toylab.cli.parser import Commands, add_study, chosen_fields
from toylab.cli.training import (
    json_rows,
    made,
    status,
    train,
    trained_on_library,
    write_json,
)
from toylab.data import recorded
from toylab.experiments import repetition_sizes, repetition_study
from toylab.experiments.repetition import KINDS
from toylab.experiments.repetition_results import RepetitionResults
from toylab.experiments.repetition_sizes import SizesStudy, means
from toylab.experiments.repetition_study import AGAINST, DECAYED, PLAIN, RepetitionStudy

HELP = {
    "unique": "characters of the pool, a multiple of 512",
    "epochs": "how often the pool is read, at most: 2, 4, ... 128",
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
    """Add the commands."""
    about, kinds = "train on a text read again and again", {"kind": list(KINDS)}
    add_study(commands, "repetition", about, RepetitionStudy(), "usual", HELP, _repetition, kinds)
    about = "train networks of several sizes on one pool"
    add_study(commands, "repetition-sizes", about, SizesStudy(), "usual", HELP, _sizes)


def _repetition(chosen: argparse.Namespace) -> int:
    """Train a study over epochs and report on it."""
    study = chosen_fields(chosen, RepetitionStudy.PRESETS[chosen.preset])
    frame, exit_status = trained_on_library(study, chosen.csv)
    results = RepetitionResults(study, frame)
    if chosen.json:
        write_json(study, frame, **results.records)
    else:
        sys.stdout.writelines(f"{line}\n" for line in _lines(results))
    return exit_status


def _sizes(chosen: argparse.Namespace) -> int:
    """Train a study over sizes and report on it."""
    study = chosen_fields(chosen, SizesStudy.PRESETS[chosen.preset])
    frame, exit_status = trained_on_library(study, chosen.csv)
    table = means(frame)
    if chosen.json:
        write_json(study, frame, curves=json_rows(table))
        return exit_status
    for row in table.to_dict("records"):
        sys.stdout.write(f"{row['curve']:16} {row['params']:6} parameters  {_loss(row)}\n")
    return exit_status


def _lines(results: RepetitionResults) -> Iterable[str]:
    for row in results.means.to_dict("records"):
        yield f"{row['curve']:16} {row['epochs']:4} epochs  {_loss(row)}"
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


def _loss(row: Mapping[Any, Any]) -> str:
    """The mean loss of a row with its interval, and that on the pool."""
    return (
        f"loss {row['loss']:.3f}  [{row['low']:.3f}, {row['high']:.3f}]  "
        f"on the pool {row['pool_loss']:.3f}"
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
    return record_sizes()


def record_sizes() -> int:
    """Train what its tab on sizes shows; the exit status."""
    study = repetition_sizes.RECORDED_STUDY
    progress = train(study.specs())
    if failed := status(progress):
        return failed
    frame = study.table(progress.rows).drop(columns=["curve", "device", "diverged"])
    recorded.write(repetition_sizes.RECORDED, frame, made("repetition"))
    return 0
