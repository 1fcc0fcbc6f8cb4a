"""`toylab fit`: what a file of finished runs says about larger budgets."""

import argparse
from dataclasses import replace
from typing import Any

from toylab.cli.parser import Commands
from toylab.cli.runs_report import each, ends, plain, split
from toylab.cli.runs_table import add_options, budget
from toylab.fits import parametric
from toylab.fits.outer_exponent import score_test
from toylab.fits.parametric_diagnostics import diagnose
from toylab.fits.parametric_options import FitOptions
from toylab.laws import allocation
from toylab.tables.training_runs import ImportedRuns

FEWEST = 40  # resamples: the 2.5th percentile of fewer is their least


def add(commands: Commands) -> None:
    """Add the command."""
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
    surface.add_argument("--outer", action="store_true", help="(A/N^alpha + B/D^beta)^k, k fitted")
    surface.set_defaults(run=_fit, refuse=surface.error)


def _fit(chosen: argparse.Namespace) -> int:
    """Fit the surface, and say what speaks against it."""
    return each(chosen, _fit_one, _surface)


def _fit_one(chosen: argparse.Namespace, imported: ImportedRuns) -> dict[str, Any]:
    runs = imported.runs.without_highest(chosen.drop_highest)
    flops = budget(chosen)
    if chosen.bootstrap < 0 or 0 < chosen.bootstrap < FEWEST:
        raise ValueError(f"--bootstrap must be 0 or at least {FEWEST}, got {chosen.bootstrap}")
    options = FitOptions(fixed_E=chosen.floor, equal_exponents=chosen.tied, outer=chosen.outer)
    fit = parametric.fit(runs, options)
    spread = parametric.bootstrap(fit, chosen.bootstrap) if chosen.bootstrap else None
    intervals = spread.intervals if spread else {}
    record: dict[str, Any] = {
        **{name: getattr(fit.form, name) for name in ("E", "A", "B", "alpha", "beta")},
        "objective": fit.objective,
        "exponent_params": fit.exponent_params,
        "exponent_tokens": fit.exponent_tokens,
        "intervals": {name: ends(estimate) for name, estimate in intervals.items()},
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
    if chosen.outer:
        test = score_test(parametric.fit(runs, replace(options, outer=False)))
        record |= {"k": fit.k, "k_is_1": {"F": test.statistic, "p": test.p}}
    if flops and spread:
        record["at"] = split(flops, spread.params, spread.params.complement)
    elif flops:
        best = allocation.best(fit.form, flops)
        record["at"] = plain(flops, best.params, best.tokens) | {"intervals": {}}
    return record


def _surface(record: dict[str, Any]) -> list[str]:
    lines = []
    names = ("E", "A", "B", "alpha", "beta", "k", "exponent_params", "exponent_tokens")
    for name in [name for name in names if name in record]:
        ends = record["intervals"].get(name)
        interval = f"   95 %: {ends[0]:.4g} to {ends[1]:.4g}" if ends else ""
        lines.append(f"{name:<16} {record[name]:>10.5g}{interval}")
    lines.append(
        f"objective {record['objective']:.8g} over {record['runs']} runs; "
        f"{record['starts_agreeing']} of {record['starts_walked']} walks end there"
    )
    if test := record.get("k_is_1"):
        lines.append(f"test of k = 1: F = {test['F']:.3g}, p = {test['p']:.2g}")
    return lines
