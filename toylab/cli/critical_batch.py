"""`toylab critical-batch`: the trade of steps against examples in a table of runs to a loss."""

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from toylab.cli.parser import Commands
from toylab.cli.runs_report import finite
from toylab.cli.runs_table import add_where, rows
from toylab.fits.critical_batch import Fit
from toylab.fits.estimate import Estimate
from toylab.quantities import format_count, parse_number
from toylab.tables import batch_steps, step_columns

OPTIONS = ("batch", "steps", "examples", "group")
NAMES = ("S_min", "E_min", "B_crit", "B_20pct")


def add(commands: Commands) -> None:
    """Add the command."""
    own = commands.add_parser(
        "critical-batch", help="fit the trade between steps and examples to a CSV"
    )
    own.add_argument(
        "tables", metavar="TABLE.csv", nargs="+",
        help="batch, steps and, if any, groups; of several files each is one",
    )  # fmt: skip
    for name in OPTIONS:
        what = "groups" if name == "group" else name
        own.add_argument(f"--{name}", metavar="COLUMN", help=f"the column of {what}")
    add_where(own)
    own.add_argument(
        "--baseline", metavar="BATCH",
        help="also the batch with 20 %% more examples than this one; B_20pct compares with the "
        "least examples",
    )  # fmt: skip
    own.add_argument("--json", action="store_true", help="print the fits as JSON")
    own.set_defaults(run=_own, refuse=own.error)


def _own(chosen: argparse.Namespace) -> int:
    """Fit a table, group by group; 1 if none of its groups has a fit."""
    table = rows(chosen.tables, chosen.where)
    named = {name: getattr(chosen, name) for name in OPTIONS if getattr(chosen, name)}
    if chosen.examples and not chosen.steps:
        named["steps"] = None
    baseline = parse_number(chosen.baseline) if chosen.baseline else None
    imported = batch_steps.convert(table, replace(step_columns.guess(table), **named))
    fits = batch_steps.fits(imported.frame)
    hyperbolas = [fit for fit in fits.values() if isinstance(fit, Fit)]
    if baseline and hyperbolas and not any(fit.tried(baseline) for fit in hyperbolas):
        hyperbolas[0].beyond(baseline)  # refuses it
    groups = {group: record(fit, baseline) for group, fit in fits.items()}
    if chosen.json:
        report = {
            "read": imported.summary,
            "columns": imported.columns,
            "not_used": list(imported.not_used),
            "notes": list(imported.notes),
            "groups": groups,
        }
        sys.stdout.write(json.dumps(report) + "\n")
    else:
        sys.stdout.write(imported.summary + "\n")
        sys.stderr.writelines(f"note: {note}\n" for note in imported.notes)
        write(groups)
    return int(all(isinstance(fit, str) for fit in fits.values()))


def record(fit: Fit | str, baseline: float | None = None) -> dict[str, Any]:
    """A group's fit, or why it has none, as JSON has it."""
    if isinstance(fit, str):
        return {"refusal": fit}
    numbers = {
        **{name: getattr(fit, name).value for name in NAMES},
        "intervals": {name: _ends(getattr(fit, name)) for name in NAMES},
        "rms": fit.rms,
        "batches": len(fit.batches),
        "runs": fit.runs,
        "warnings": list(fit.warnings),
    }
    if baseline and fit.tried(baseline):
        beyond = fit.beyond(baseline)
        numbers["baseline"] = {
            "batch": baseline,
            "B_20pct": beyond.value,
            "interval": _ends(beyond),
        }
    return numbers


def write(groups: Mapping[str, dict[str, Any]]) -> None:
    """Write a line for each group, and its warnings."""
    for group, record in groups.items():
        if refusal := record.get("refusal"):
            sys.stdout.write(f"{group}: {refusal}\n")
            continue
        numbers = [
            f"{name} {format_count(record[name])} {_interval(record['intervals'][name])}"
            for name in NAMES
        ]
        if base := record.get("baseline"):
            numbers.append(
                f"20 % over batch {format_count(base['batch'])}: {format_count(base['B_20pct'])} "
                f"{_interval(base['interval'])}"
            )
        sys.stdout.write(f"{group}: {'   '.join(numbers)}   rms {record['rms']:.1%}\n")
        sys.stderr.writelines(f"warning: {group}: {warning}\n" for warning in record["warnings"])


def _ends(estimate: Estimate) -> list[float | None]:
    return [finite(end) for end in (estimate.low, estimate.high)]


def _interval(ends: list[float]) -> str:
    return f"[{format_count(ends[0])}, {format_count(ends[1])}]"
