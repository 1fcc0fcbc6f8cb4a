"""`toylab fit` and `isoflop`: what a file of finished runs says about larger budgets."""

import argparse
import json
import math
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from toylab.cli.parser import Commands
from toylab.cli.runs_table import add_options, read
from toylab.fits import isoflop, parametric
from toylab.fits.estimate import Estimate
from toylab.fits.optimal_scaling import OptimalScaling
from toylab.fits.parametric_diagnostics import diagnose
from toylab.fits.parametric_options import FitOptions
from toylab.laws import allocation
from toylab.quantities import format_count, format_scientific, parse_number
from toylab.tables.training_runs import ImportedRuns

FEWEST = 40  # resamples: the 2.5th percentile of fewer is their least


def add(commands: Commands) -> None:
    """Add the commands that fit runs."""
    surface = commands.add_parser("fit", help="fit E + A/N^alpha + B/D^beta to a CSV of runs")
    add_options(surface)
    surface.add_argument(
        "--bootstrap",
        type=int,
        default=parametric.RESAMPLES,
        metavar="RESAMPLES",
        help="for the intervals; default: %(default)s; 0 for none",
    )
    surface.add_argument("--floor", type=float, metavar="E", help="hold E, in nats/token")
    surface.add_argument("--tied", action="store_true", help="alpha = beta")
    surface.set_defaults(run=_fit, refuse=surface.error)
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


def _fit(chosen: argparse.Namespace) -> int:
    """Fit the surface, and say what speaks against it."""
    return _each(chosen, _fit_one, _surface)


def _isoflop(chosen: argparse.Namespace) -> int:
    """Fit the valleys and the lines through their bottoms."""
    return _each(chosen, _isoflop_one, _valleys)


def _fit_one(chosen: argparse.Namespace, imported: ImportedRuns) -> dict[str, Any]:
    runs = imported.runs.without_highest(chosen.drop_highest)
    flops = parse_number(chosen.at) if chosen.at else None
    if chosen.bootstrap < 0 or 0 < chosen.bootstrap < FEWEST:
        raise ValueError(f"--bootstrap must be 0 or at least {FEWEST}, got {chosen.bootstrap}")
    options = FitOptions(fixed_E=chosen.floor, equal_exponents=chosen.tied)
    fit = parametric.fit(runs, options)
    spread = parametric.bootstrap(fit, chosen.bootstrap) if chosen.bootstrap else None
    intervals = spread.intervals if spread else {}
    record: dict[str, Any] = {
        **{name: getattr(fit.form, name) for name in ("E", "A", "B", "alpha", "beta")},
        "objective": fit.objective,
        "exponent_params": fit.exponent_params,
        "exponent_tokens": fit.exponent_tokens,
        "intervals": {name: _ends(estimate) for name, estimate in intervals.items()},
        "runs": len(runs),
        "starts": fit.starts,
        "starts_walked": fit.walked,
        "starts_agreeing": fit.agreeing,
        "gradient": fit.gradient,
        "gain": fit.gain,
        "condition": fit.condition,
        "sloppy": fit.sloppy,
        "warnings": [*imported.notes, *diagnose(fit, spread, flops)],
    }
    if flops and spread:
        record["at"] = _split(flops, spread.params, spread.params.complement)
    elif flops:
        best = allocation.best(fit.form, flops)
        record["at"] = _plain(flops, best.params, best.tokens) | {"intervals": {}}
    return record


def _isoflop_one(chosen: argparse.Namespace, imported: ImportedRuns) -> dict[str, Any]:
    runs = imported.runs.without_highest(chosen.drop_highest)
    flops = parse_number(chosen.at) if chosen.at else None
    if not chosen.within > 1:
        raise ValueError(f"--within must be above 1, got {chosen.within:g}")
    shared = None if chosen.curvature is None else chosen.curvature == "shared"
    fit = isoflop.fit(runs, shared=shared, within=chosen.within)
    record: dict[str, Any] = {
        "exponent_params": fit.params.exponent.value,
        "exponent_tokens": fit.tokens.exponent.value,
        "intervals": {
            "exponent_params": _ends(fit.params.exponent),
            "exponent_tokens": _ends(fit.tokens.exponent),
        },
        "budgets": [
            {
                "flops": valley.flops,
                "runs": valley.runs,
                "params_opt": _known(valley.params.value),
                "tokens_opt": _known(valley.tokens),
                "loss_opt": _known(valley.loss),
                "interior": valley.interior,
                "used": not valley.warning,
            }
            for valley in fit.valleys
        ],
        "spread": fit.spread,
        "curvature": "shared" if fit.choice.shared else "own",
        "within": _known(fit.choice.within),
        "runs_used": fit.choice.used,
        "equal_curvature_p": _known(fit.choice.equal.p),
        "other_curvature": _other(fit.choice.other),
        "outliers": [asdict(outlier) for outlier in fit.outliers],
        "choice": fit.choice.sentence,
        "warnings": [*imported.notes, *fit.warnings],
    }
    if flops:
        record["at"] = _split(flops, fit.params, fit.tokens)
    return record


def _each(
    chosen: argparse.Namespace,
    fit: Callable[[argparse.Namespace, ImportedRuns], dict[str, Any]],
    lines: Callable[[dict[str, Any]], list[str]],
) -> int:
    """Fit the file's runs, or those of each group, and write what was read and found."""
    records = {}
    for group, imported in read(chosen).items():
        known = {"read": imported.summary, "columns": imported.columns.chosen}
        known["not_used"] = list(imported.not_used)
        records[group] = fit(chosen, imported) | known
    if chosen.json:
        told = {"groups": records} if chosen.by else records[""]
        sys.stdout.write(json.dumps(told) + "\n")
        return 0
    for group, record in records.items():
        if chosen.by:
            sys.stdout.write(f"{chosen.by} = {group}\n")
        _write(record, lines(record))
    return 0


def _ends(estimate: Estimate) -> list[float]:
    return [estimate.low, estimate.high]


def _other(exponent: Estimate | None) -> dict[str, Any] | None:
    return {"exponent_params": exponent.value, "interval": _ends(exponent)} if exponent else None


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _plain(flops: float, params: float, tokens: float) -> dict[str, Any]:
    ratio = tokens / params
    return {"flops": flops, "params": params, "tokens": tokens, "tokens_per_param": ratio}


def _split(flops: float, params: OptimalScaling, tokens: OptimalScaling) -> dict[str, Any]:
    N, D = params.at(flops), tokens.at(flops)
    ends = {"params": _ends(N), "tokens": _ends(D)}
    return _plain(flops, N.value, D.value) | {"intervals": ends}


def _surface(record: dict[str, Any]) -> list[str]:
    lines = []
    for name in ("E", "A", "B", "alpha", "beta", "exponent_params", "exponent_tokens"):
        ends = record["intervals"].get(name)
        interval = f"   95 %: {ends[0]:.4g} to {ends[1]:.4g}" if ends else ""
        lines.append(f"{name:<16} {record[name]:>10.5g}{interval}")
    lines.append(
        f"objective {record['objective']:.8g} over {record['runs']} runs; "
        f"{record['starts_agreeing']} of {record['starts_walked']} walks end there"
    )
    return lines


def _valleys(record: dict[str, Any]) -> list[str]:
    lines = []
    for budget in record["budgets"]:
        best = budget["params_opt"]
        bottom = f"bottom {format_count(best):>6} params" if best else "no bottom"
        left = "" if budget["used"] else "  (left out)"
        lines.append(
            f"{format_scientific(budget['flops']):>8} FLOPs  {budget['runs']:>3} runs  "
            f"{bottom}{left}"
        )
    for name in ("exponent_params", "exponent_tokens"):
        low, high = record["intervals"][name]
        lines.append(f"{name:<16} {record[name]:.4f}   95 %: {low:.4f} to {high:.4f}")
    return [*lines, f"fitted: {record['choice']}"]


def _write(record: dict[str, Any], lines: list[str]) -> None:
    if at := record.get("at"):
        ends = at["intervals"].get("params")
        interval = f" (95 %: {format_count(ends[0])} to {format_count(ends[1])})" if ends else ""
        lines.append(
            f"at {format_scientific(at['flops'])} FLOPs: {format_count(at['params'])} "
            f"params{interval} on {format_count(at['tokens'])} tokens, "
            f"{at['tokens_per_param']:.3g} a param"
        )
    sys.stdout.write("\n".join([record["read"], *lines]) + "\n")
    for warning in record["warnings"]:
        sys.stderr.write(f"warning: {warning}\n")
