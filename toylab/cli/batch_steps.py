"""`toylab critical-batch` and `batch-steps`: steps against examples, from a table or live."""

import argparse
import json
import math
import sys
from dataclasses import asdict
from typing import Any

from toylab.cli.parser import Commands, add_options, chosen_fields
from toylab.cli.training import check, made, status, train
from toylab.data import recorded
from toylab.experiments import corpus, critical_batch_results, critical_batch_study
from toylab.experiments.critical_batch_study import CriticalBatchStudy
from toylab.fits.critical_batch import Fit
from toylab.fits.estimate import Estimate
from toylab.quantities import format_count
from toylab.tables.batch_steps import fits as fit_groups
from toylab.tables.batch_steps import read as read_table

HELP = {
    "seeds": "how many seeds",
    "last": "the lowest of the three losses to reach, nats a character",
    "size": "hidden units of the network",
    "seed": "the first seed",
    "device": "cpu, mps or cuda",
}


def add(commands: Commands) -> None:
    """Add the commands."""
    own = commands.add_parser(
        "critical-batch", help="fit the trade between steps and examples to a CSV"
    )
    own.add_argument("table", metavar="TABLE.csv", help="batch, steps and, if any, group")
    own.add_argument("--json", action="store_true", help="print the fits as JSON")
    own.set_defaults(run=_own, refuse=own.error)
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


def _own(chosen: argparse.Namespace) -> int:
    """Fit a table, group by group; 1 if none of its groups has a fit."""
    fits = fit_groups(read_table(chosen.table))
    _write([_record(group, fit) for group, fit in fits.items()], as_json=chosen.json)
    return int(all(isinstance(fit, str) for fit in fits.values()))


def _live(chosen: argparse.Namespace) -> int:
    """Train a plan and report on it; refuses before it trains."""
    plan = chosen_fields(chosen, CriticalBatchStudy())
    specs = plan.specs()
    corpus.check()
    check(plan.device, chosen.csv)
    progress = train(specs)
    races, paths = plan.table(progress.rows), plan.noise_table(progress.rows)
    if chosen.csv:
        races.dropna(subset="steps").to_csv(chosen.csv, index=False)
    fits = fit_groups(races.dropna(subset="steps").rename(columns={"target": "group"}))
    records = [_record(f"loss {group}", fit) for group, fit in fits.items()]
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
            "targets": records,
            "grown": ratio and asdict(ratio),
            "scales": scales,
            "runs": rows,
        }
        sys.stdout.write(json.dumps(report) + "\n")
    else:
        _write(records, as_json=False)
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
    return status(progress)


def _record(group: str, fit: Fit | str) -> dict[str, Any]:
    if isinstance(fit, str):
        return {"group": group, "refusal": fit}
    names = ("E_min", "S_min", "B_crit", "B_20pct")
    return (
        {"group": group}
        | {name: getattr(fit, name).value for name in names}
        | {"rms": fit.rms, "batches": len(fit.batches)}
        | {"intervals": {name: _ends(getattr(fit, name)) for name in names}}
        | {"warnings": fit.warnings}
    )


def _ends(estimate: Estimate) -> list[float | None]:
    return [_known(estimate.low), _known(estimate.high)]


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _write(records: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(records) + "\n")
        return
    for record in records:
        if refusal := record.get("refusal"):
            sys.stdout.write(f"{record['group']}: {refusal}\n")
            continue
        numbers = "   ".join(
            f"{name} {format_count(record[name])} {_interval(record['intervals'][name])}"
            for name in ("S_min", "E_min", "B_crit", "B_20pct")
        )
        sys.stdout.write(f"{record['group']}: {numbers}   rms {record['rms']:.1%}\n")
        for warning in record["warnings"]:
            sys.stderr.write(f"warning: {record['group']}: {warning}\n")


def _interval(ends: list[float]) -> str:
    return f"[{format_count(ends[0])}, {format_count(ends[1])}]"
