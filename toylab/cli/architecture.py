"""`toylab architecture`: compare designs at equal compute, and report on it."""

import argparse
import sys
from dataclasses import asdict

import pandas as pd

from toylab.cli.parser import Commands, add_study, chosen_fields
from toylab.cli.training import made, status, train, trained_on_library, write_json
from toylab.data import recorded
from toylab.experiments import architecture_study
from toylab.experiments.architecture_results import ArchitectureResults
from toylab.experiments.architecture_study import ArchitectureStudy
from toylab.quantities import format_scientific

HELP = {
    "compare": "what to compare: nets, three networks; optimizers, four ways to train one",
    "highest": "the largest budget, FLOPs; the smallest is 1e9",
    "sizes": "how many sizes of each design at each budget",
    "seeds": "how many seeds of each",
    "seed": "the first seed",
    "device": "cpu, mps or cuda",
}


def add(commands: Commands) -> None:
    """Add the command."""
    about = "compare designs at equal training FLOPs"
    choices = {"compare": list(architecture_study.COMPARISONS)}
    add_study(
        commands, "architecture", about, ArchitectureStudy(), "half-minute", HELP, _architecture,
        choices,
    )  # fmt: skip


def _architecture(chosen: argparse.Namespace) -> int:
    """Train a comparison and report on it; refuses before it trains."""
    study = chosen_fields(chosen, ArchitectureStudy.PRESETS[chosen.preset])
    frame, exit_status = trained_on_library(study, chosen.csv)
    (_json if chosen.json else _text)(ArchitectureResults(study, frame))
    return exit_status


def _json(results: ArchitectureResults) -> None:
    crossings = [{"nets": pair, **asdict(at)} for pair, at in results.crossings.items()]
    write_json(results.study, results.frame, nets=results.records, crossings=crossings)


def _text(results: ArchitectureResults) -> None:
    write, study = sys.stdout.write, results.study
    for row in results.best.to_dict("records"):
        write(
            f"{format_scientific(row['budget']):>5} FLOPs  "
            f"{study.designs[row['design']].title:30} loss {row['loss']:.3f}  "
            f"best size {row['size']:4}  {row['seeds']} seeds\n"
        )
    for name, line in results.lines.items():
        slope = line.slope.text("{:.3f}".format)
        write(f"{study.designs[name].title:30} loss falls as C^-s, s = {slope}\n")
    for name in results.others:
        for C in study.budgets:
            m = results.compute_ratio(name, C)
            told = m.text("{:.2f}".format) if m else "not known"
            write(
                f"{study.designs[name].title} against {study.designs[study.baseline].title} at "
                f"{format_scientific(C)}: {told} times the compute\n"
            )
    for (first, second), at in results.crossings.items():
        write(f"{first} and {second} cross at {at.text(lambda C: format_scientific(C, 2))} FLOPs\n")
    if not results.crossings:
        write("No two lines cross within reach of these budgets.\n")


def record() -> int:
    """Train what the page shows before anything is run; the exit status."""
    tables = []
    for name, known in architecture_study.RECORDED_STUDIES.items():
        progress = train(known.specs())
        if failed := status(progress):
            return failed  # what was recorded before stays
        tables.append(architecture_study.kept(known, progress.rows).assign(study=name))
    recorded.write(architecture_study.RECORDED, pd.concat(tables), made("architecture"))
    return 0
