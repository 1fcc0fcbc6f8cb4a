"""`toylab fit`: the law of a file of finished runs, and what it says about larger ones.

A file with two of params, tokens and flops that both vary gives the surface L(N, D); a file that
tells or varies only one gives the curve L(N), L(D) or L(C).
"""

import argparse

from toylab.cli import fit_curve, fit_surface
from toylab.cli.parser import Commands
from toylab.cli.runs_report import Record, report
from toylab.cli.runs_table import add_options, condition, read
from toylab.fits import parametric
from toylab.tables import selection
from toylab.tables.columns import Columns
from toylab.tables.csv_reader import CsvTable
from toylab.tables.held_out import hold_out, without_largest
from toylab.tables.imported_runs import Imported, ImportedLosses, ImportedRuns
from toylab.tables.training_runs import convert_any

LARGEST = "largest"


def add(commands: Commands) -> None:
    """Add the command."""
    fit = commands.add_parser(
        "fit", help="fit E + A/N^alpha + B/D^beta to a CSV of runs, or a law in N, D or C alone"
    )
    add_options(fit)
    fit.add_argument("--at-size", metavar="N", help="predict the loss of a model of this size, ...")
    fit.add_argument("--at-tokens", metavar="D", help="... on so many tokens, as 7e10 or 70B")
    fit.add_argument(
        "--hold-out", metavar="COLUMN=VALUE",
        help="predict the loss of these rows instead of fitting them; 'largest' for those of most "
        "FLOPs",
    )  # fmt: skip
    fit.add_argument(
        "--bootstrap",
        type=int,
        default=parametric.RESAMPLES,
        metavar="RESAMPLES",
        help="for the intervals; default: %(default)s; 0 for none",
    )
    fit.add_argument("--floor", type=float, metavar="E", help="hold E, in nats/token")
    fit.add_argument("--tied", action="store_true", help="alpha = beta")
    fit.add_argument("--outer", action="store_true", help="(A/N^alpha + B/D^beta)^k, k fitted")
    fit.set_defaults(run=_fit, refuse=fit.error)


def _fit(chosen: argparse.Namespace) -> int:
    """Fit the law, and say what speaks against it."""
    return report(chosen, _imported(chosen), _fit_one, _lines)


def _fit_one(chosen: argparse.Namespace, imported: Imported) -> Record:
    if isinstance(imported, ImportedRuns):
        return fit_surface.record(chosen, imported)
    assert isinstance(imported, ImportedLosses)  # there is no third
    return fit_curve.record(chosen, imported)


def _lines(record: Record) -> list[str]:
    return (fit_surface if record["law"] == fit_surface.LAW else fit_curve).lines(record)


def _imported(chosen: argparse.Namespace) -> dict[str, ImportedRuns | ImportedLosses | str]:
    """The runs of each group, those that are held out apart."""
    if not chosen.hold_out:
        return read(chosen, convert_any)

    def convert(table: CsvTable, columns: Columns, *, best: bool) -> ImportedRuns | ImportedLosses:
        if chosen.hold_out == LARGEST:
            return without_largest(convert_any(table, columns, best=best))
        column, value = condition("--hold-out", chosen.hold_out)
        rest = convert_any(selection.without(table, column, value), columns, best=best)
        return hold_out(rest, selection.where(table, column, value), columns, best=best)

    return read(chosen, convert)
