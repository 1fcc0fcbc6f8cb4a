"""`toylab batch-steps`: steps against examples of a small language model, trained now."""

import argparse
import json
import sys
from dataclasses import asdict

from toylab.cli.critical_batch import record as record_fit
from toylab.cli.critical_batch import write
from toylab.cli.parser import Commands, add_options, chosen_fields
from toylab.cli.training import check, made, save, status, train
from toylab.data import recorded
from toylab.experiments import corpus, critical_batch_results, critical_batch_study
from toylab.experiments.critical_batch_study import CriticalBatchStudy
from toylab.quantities import format_count
from toylab.tables.batch_steps import fits as fit_groups

HELP = {
    "seeds": "how many seeds",
    "last": "the lowest of the three losses to reach, nats a character",
    "size": "hidden units of the network",
    "seed": "the first seed",
    "device": "cpu, mps or cuda",
}


def add(commands: Commands) -> None:
    """Add the command."""
    live = commands.add_parser(
        "batch-steps", help="train a small language model to a loss at many batch sizes"
    )
    add_options(live, CriticalBatchStudy(), HELP)
    live.add_argument("--csv", metavar="FILE", help="write batches, steps and targets")
    live.add_argument("--json", action="store_true", help="print the fits and runs as JSON")
    live.set_defaults(run=_live, refuse=live.error)


def record() -> int:
    """Train what the page shows before anything is run; the exit status."""
    study = CriticalBatchStudy.PRESETS["recorded"]
    progress = train(study.specs())
    if failed := status(progress):
        return failed
    races = study.table(progress.rows).drop(columns="examples")
    recorded.write(critical_batch_study.RECORDED, races, made("batch-steps"))
    paths = study.noise_table(progress.rows)
    recorded.write(critical_batch_study.RECORDED_PATHS, paths, made("batch-steps"))
    return 0


def _live(chosen: argparse.Namespace) -> int:
    """Train a plan and report on it; refuses before it trains."""
    plan = chosen_fields(chosen, CriticalBatchStudy())
    specs = plan.specs()
    corpus.check()
    check(plan.device, chosen.csv)
    progress = train(specs)
    races, paths = plan.table(progress.rows), plan.noise_table(progress.rows)
    unsaved = save(races.dropna(subset="steps"), chosen.csv)
    fits = fit_groups(races.dropna(subset="steps").rename(columns={"target": "group"}))
    groups = {f"loss {group}": record_fit(fit) for group, fit in fits.items()}
    scales = [
        {"lr": lr, "loss": last} | asdict(scale)
        for lr in critical_batch_study.RATES
        for last in plan.targets
        if (scale := critical_batch_results.noise_scales(paths[paths["lr"] == lr], last))
    ]
    ratio = critical_batch_results.growth(races, plan.targets[0], plan.targets[-1])
    if chosen.json:
        rows = races.astype(object).where(races.notna(), None).to_dict("records")
        report = {
            "plan": asdict(plan),
            "targets": [{"group": group} | told for group, told in groups.items()],
            "grown": ratio and asdict(ratio),
            "scales": scales,
            "runs": rows,
        }
        sys.stdout.write(json.dumps(report) + "\n")
    else:
        write(groups)
        if ratio:
            sys.stdout.write(
                f"from loss {plan.targets[0]:g} to {plan.targets[-1]:g} B_crit changed "
                f"{ratio.value:.3g} times [{ratio.low:.3g}, {ratio.high:.3g}] (95 % over "
                "seeds)\n"
            )
        sys.stdout.writelines(
            f"noise scale {format_count(scale['pooled'])} near loss {scale['loss']}, at rate "
            f"{scale['lr']:g}\n"
            for scale in scales
        )
    return unsaved or status(progress)
