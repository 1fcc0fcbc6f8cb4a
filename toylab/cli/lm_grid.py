"""`toylab lm-grid`: a small language model at many batches and learning rates."""

import argparse
import json
import math
import sys
from dataclasses import asdict
from typing import Any

from toylab.cli.parser import Commands, add_options, chosen_fields
from toylab.cli.training import check, made, save, status, train
from toylab.data import recorded
from toylab.experiments import batch_lr_results, batch_lr_study, corpus
from toylab.experiments.batch_lr_results import Valley
from toylab.experiments.batch_lr_study import BatchLrStudy
from toylab.quantities import format_count, format_number, format_scientific

ANSWER = ("batch", "lr", "loss")
HELP = {
    "budgets": f"how many budgets, 1 to {len(batch_lr_study.TOKENS)}",
    "seeds": "how many seeds a cell",
    "seed": "the first seed",
    "device": "cpu, mps or cuda",
}


def add(commands: Commands) -> None:
    """Add the command."""
    grid = commands.add_parser(
        "lm-grid", help="train a small language model at 7 batches and 6 learning rates"
    )
    add_options(grid, BatchLrStudy(), HELP)
    grid.add_argument("--csv", metavar="FILE", help="write the runs to a file")
    grid.add_argument("--json", action="store_true", help="print the optima and runs as JSON")
    grid.set_defaults(run=_grid, refuse=grid.error)


def record() -> int:
    """Train what the page shows before anything is run; the exit status."""
    study = BatchLrStudy.PRESETS["recorded"]
    progress = train(study.specs())
    if failed := status(progress):
        return failed
    frame = study.table(progress.rows).drop(columns="diverged")
    recorded.write(batch_lr_study.RECORDED, frame, made("lm-grid"))
    return 0


def _grid(chosen: argparse.Namespace) -> int:
    """Train a plan and report on it; refuses before it trains."""
    plan = chosen_fields(chosen, BatchLrStudy())
    specs = plan.specs()
    corpus.check()
    check(plan.device, chosen.csv)
    progress = train(specs)
    frame = plan.table(progress.rows)
    unsaved = save(frame, chosen.csv)
    budgets = [_optimum(valley) for valley in batch_lr_results.valleys(frame)]
    if chosen.json:
        finite = frame.replace([math.inf, -math.inf], math.nan).astype(object)
        rows = finite.where(finite.notna(), None).to_dict("records")
        report = {"plan": asdict(plan), "budgets": budgets, "runs": rows}
        sys.stdout.write(json.dumps(report) + "\n")
    else:
        sys.stdout.writelines(_line(budget) for budget in budgets)
    return unsaved or status(progress)


def _optimum(valley: Valley) -> dict[str, Any]:
    warning, cell = valley.warning, valley.lowest
    trained = math.isfinite(cell.loss[0])
    record: dict[str, Any] = {
        "flops": valley.flops,
        "tokens": valley.tokens,
        "lowest": {k: getattr(cell, k)[0] for k in ANSWER} if trained else None,
        "trouble": warning,  # the key as it is published
        "bottom": None,
    }
    if not warning:
        bottom = valley.bottom
        alone = bottom.inside[1:]
        record["bottom"] = {k: getattr(bottom, k)[0] for k in ANSWER} | {
            f"{k}_of_seeds": getattr(bottom, k)[1:][alone].tolist() for k in ANSWER[:2]
        }
    return record


def _line(budget: dict[str, Any]) -> str:
    cell, bottom = budget["lowest"], budget["bottom"]
    start = (
        f"{format_scientific(budget['flops'])} FLOPs, {format_count(budget['tokens'])} characters: "
    )
    if cell:
        start += (
            f"lowest cell batch {cell['batch']:.0f}, rate {format_number(cell['lr'], 3)}, loss "
            f"{cell['loss']:.3f}; "
        )
    if not bottom:
        return start + f"no bottom: {budget['trouble']}\n"
    alone = bottom["batch_of_seeds"] or [bottom["batch"]]
    return start + (
        f"bottom batch {bottom['batch']:.0f} (seeds alone: {min(alone):.0f} to "
        f"{max(alone):.0f}), rate {format_number(bottom['lr'], 3)}, loss {bottom['loss']:.3f}\n"
    )
