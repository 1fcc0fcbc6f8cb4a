"""`toylab isoflop`: the valleys of a file of finished runs, and the line through their bottoms."""

import argparse
from dataclasses import asdict

from toylab.cli.parser import Commands
from toylab.cli.runs_report import Record, ends, finite, quality, report, split
from toylab.cli.runs_table import add_options, budget, read
from toylab.fits import isoflop
from toylab.fits.estimate import Estimate
from toylab.fits.isoflop_budgets import Valley
from toylab.quantities import format_count, format_scientific
from toylab.tables.imported_runs import ImportedRuns
from toylab.tables.training_runs import convert


def add(commands: Commands) -> None:
    """Add the command."""
    valleys = commands.add_parser("isoflop", help="fit isoFLOP profiles to a CSV of runs")
    add_options(valleys)
    valleys.add_argument(
        "--curvature",
        choices=["own", "shared"],
        help="of the valleys; default: own, and shared only where own curvatures are refused and "
        "the runs do not exclude equal ones",
    )
    valleys.add_argument(
        "--within",
        type=float,
        default=isoflop.NEAR,
        metavar="FACTOR",
        help="use runs within this factor of their budget's bottom in size; default: %(default)g; "
        "inf for all",
    )
    valleys.set_defaults(run=_isoflop, refuse=valleys.error)


def _isoflop(chosen: argparse.Namespace) -> int:
    """Fit the valleys and the lines through their bottoms."""
    return report(chosen, read(chosen, convert), _isoflop_one, _valleys)


def _isoflop_one(chosen: argparse.Namespace, imported: ImportedRuns) -> Record:
    runs = imported.runs
    flops = budget(chosen)
    if not chosen.within > 1:
        raise ValueError(f"--within must be above 1, got {chosen.within:g}")
    shared = None if chosen.curvature is None else chosen.curvature == "shared"
    fit = isoflop.fit(runs, shared=shared, within=chosen.within)
    record: Record = {
        "exponent_params": fit.params.exponent.value,
        "exponent_tokens": fit.tokens.exponent.value,
        "intervals": {
            "exponent_params": ends(fit.params.exponent),
            "exponent_tokens": ends(fit.tokens.exponent),
        },
        "budgets": list(map(_budget, fit.valleys)),
        "spread": fit.spread,
        **quality(fit.goodness, imported),
        "curvature": "shared" if fit.choice.shared else "own",
        "within": finite(fit.choice.within),
        "runs_used": fit.choice.used,
        "equal_curvature_p": finite(fit.choice.equal.p),
        "other_curvature": _other(fit.choice.other),
        "outliers": [
            {"line": imported.lines[outlier.run - 1]} | asdict(outlier) for outlier in fit.outliers
        ],
        "choice": fit.choice.sentence,
        "warnings": [*imported.notes, *fit.warnings],
    }
    if flops:
        record["at"] = split(flops, fit.params, fit.tokens)
    return record


def _budget(valley: Valley) -> Record:
    return {
        "flops": valley.flops,
        "runs": valley.runs,
        "params_opt": finite(valley.params.value),
        "tokens_opt": finite(valley.tokens),
        "loss_opt": finite(valley.loss),
        "interior": valley.interior,
        "used": not valley.warning,
    }


def _other(exponent: Estimate | None) -> Record | None:
    return {"exponent_params": exponent.value, "interval": ends(exponent)} if exponent else None


def _valleys(record: Record) -> list[str]:
    lines = []
    for valley in record["budgets"]:
        best = valley["params_opt"]
        bottom = f"bottom {format_count(best):>6} params" if best else "no bottom"
        left = "" if valley["used"] else "  (left out)"
        lines.append(
            f"{format_scientific(valley['flops']):>8} FLOPs  {valley['runs']:>3} runs  "
            f"{bottom}{left}"
        )
    for name in ("exponent_params", "exponent_tokens"):
        low, high = record["intervals"][name]
        lines.append(f"{name:<16} {record[name]:.4f}   95 %: {low:.4f} to {high:.4f}")
    return [*lines, f"fitted: {record['choice']}"]
