"""Report on fits of a table of runs on the command line: as text, or as JSON with its groups."""

import argparse
import json
import math
import sys
from collections.abc import Callable
from typing import Any

from toylab.cli.runs_table import read
from toylab.fits.estimate import Estimate
from toylab.fits.optimal_scaling import OptimalScaling
from toylab.quantities import format_count, format_scientific
from toylab.tables.training_runs import ImportedRuns


def each(
    chosen: argparse.Namespace,
    fit: Callable[[argparse.Namespace, ImportedRuns], dict[str, Any]],
    lines: Callable[[dict[str, Any]], list[str]],
) -> int:
    """Fit the file's runs, or those of each group, and write what was read and found."""
    records = {}
    for group, imported in read(chosen).items():
        told = {"read": imported.summary, "columns": imported.columns.chosen}
        told["not_used"] = list(imported.not_used)
        records[group] = fit(chosen, imported) | told
    if chosen.json:
        report = {"groups": records} if chosen.by else records[""]
        sys.stdout.write(json.dumps(report) + "\n")
        return 0
    for group, record in records.items():
        if chosen.by:
            sys.stdout.write(f"{chosen.by} = {group}\n")
        _write(record, lines(record))
    return 0


def ends(estimate: Estimate) -> list[float]:
    """The ends of an interval."""
    return [estimate.low, estimate.high]


def known(value: float) -> float | None:
    """The value, or None for one that JSON has not."""
    return value if math.isfinite(value) else None


def plain(flops: float, params: float, tokens: float) -> dict[str, Any]:
    """A split of a budget."""
    ratio = tokens / params
    return {"flops": flops, "params": params, "tokens": tokens, "tokens_per_param": ratio}


def split(flops: float, params: OptimalScaling, tokens: OptimalScaling) -> dict[str, Any]:
    """A split of a budget with its intervals."""
    N, D = params.at(flops), tokens.at(flops)
    intervals = {"params": ends(N), "tokens": ends(D)}
    return plain(flops, N.value, D.value) | {"intervals": intervals}


def _write(record: dict[str, Any], lines: list[str]) -> None:
    if at := record.get("at"):
        low_high = at["intervals"].get("params")
        interval = f" (95 %: {' to '.join(map(format_count, low_high))})" if low_high else ""
        lines.append(
            f"at {format_scientific(at['flops'])} FLOPs: {format_count(at['params'])} "
            f"params{interval} on {format_count(at['tokens'])} tokens, "
            f"{at['tokens_per_param']:.3g} a param"
        )
    sys.stdout.write("\n".join([record["read"], *lines]) + "\n")
    for warning in record["warnings"]:
        sys.stderr.write(f"warning: {warning}\n")
