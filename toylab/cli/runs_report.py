"""Report on fits of a table of runs on the command line: as text, or as JSON with its groups."""

import argparse
import json
import math
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias, TypeVar

from toylab.cli.runs_table import attempt
from toylab.fits.estimate import Estimate
from toylab.fits.goodness import Goodness
from toylab.fits.optimal_scaling import OptimalScaling
from toylab.fits.prediction import Score
from toylab.quantities import format_count, format_scientific
from toylab.tables.imported_runs import Imported

T = TypeVar("T", bound=Imported)
UNITS = {"params": "params", "tokens": "tokens", "flops": "FLOPs"}
Record: TypeAlias = dict[str, Any]  # what JSON prints of a fit


def report(
    chosen: argparse.Namespace,
    imported: Mapping[str, T | str],
    fit: Callable[[argparse.Namespace, T], Record],
    lines: Callable[[Record], list[str]],
) -> int:
    """Fit the file's runs, or those of each group, and write what was read and found.

    Raises:
        ValueError: if nothing can be fitted; of several groups each has its refusal.
    """

    def one(runs: T) -> Record:
        return fit(chosen, runs) | read_as(runs)

    records = {group: _or_refusal(chosen, runs, one) for group, runs in imported.items()}
    if all("refusal" in record for record in records.values()):
        group, record = next(iter(records.items()))
        raise ValueError(f"no group can be fitted; {chosen.by} = {group}: {record['refusal']}")
    if chosen.json:
        output = {"groups": records} if chosen.by else records[""]
        sys.stdout.write(json.dumps(output) + "\n")
        return 0
    for group, record in records.items():
        if chosen.by:
            sys.stdout.write(f"{chosen.by} = {group}\n")
        if "refusal" in record:
            sys.stdout.write(f"not fitted: {record['refusal']}\n")
        else:
            _write(record, lines(record))
    return 0


def _or_refusal(chosen: argparse.Namespace, runs: T | str, fit: Callable[[T], Record]) -> Record:
    """The record of the runs; of a group that cannot be fitted, the refusal."""
    if not chosen.by and not isinstance(runs, str):
        return fit(runs)
    record = runs if isinstance(runs, str) else attempt(fit, runs)
    return {"refusal": record} if isinstance(record, str) else record


def read_as(imported: Imported) -> Record:
    """The columns that were read, and those that were not."""
    return {
        "read": imported.summary,
        "columns": imported.columns.chosen,
        "not_used": list(imported.not_used),
    }


def ends(estimate: Estimate) -> list[float]:
    """The ends of an interval."""
    return [estimate.low, estimate.high]


def finite(value: float) -> float | None:
    """The value, or None for one that JSON has not."""
    return value if math.isfinite(value) else None


def quality(goodness: Goodness, imported: Imported) -> Record:
    """The goodness of a fit, with the rows that are furthest off by their lines in the file."""
    return {
        "rms": goodness.rms,
        "r2": finite(goodness.r2),
        "worst": [
            {"line": imported.lines[place], "over": ratio} for place, ratio in goodness.worst
        ],
        "goodness": goodness.sentence(imported.lines, imported.counted),
    }


def predicted(loss: Estimate) -> Record:
    """A predicted loss with its interval of prediction."""
    return {"loss": loss.value, "low": loss.low, "high": loss.high}


def plain(flops: float, params: float, tokens: float) -> Record:
    """A split of a budget."""
    ratio = tokens / params
    return {"flops": flops, "params": params, "tokens": tokens, "tokens_per_param": ratio}


def split(flops: float, params: OptimalScaling, tokens: OptimalScaling) -> Record:
    """A split of a budget with its intervals."""
    N, D = params.at(flops), tokens.at(flops)
    intervals = {"params": ends(N), "tokens": ends(D)}
    return plain(flops, N.value, D.value) | {"intervals": intervals}


def _write(record: Record, lines: list[str]) -> None:
    if at := record.get("at"):
        low_high = at["intervals"].get("params")
        interval = f" (95 %: {' to '.join(map(format_count, low_high))})" if low_high else ""
        lines.append(
            f"at {format_scientific(at['flops'])} FLOPs: {format_count(at['params'])} "
            f"params{interval} on {format_count(at['tokens'])} tokens, "
            f"{at['tokens_per_param']:.3g} a param"
        )
    sys.stdout.write(
        "\n".join([record["read"], *lines, record["goodness"], *_ahead(record)]) + "\n"
    )
    for warning in record["warnings"]:
        sys.stderr.write(f"warning: {warning}\n")


def _ahead(record: Record) -> Iterator[str]:
    """The lines on losses that were not fitted."""
    if loss := record.get("predict"):
        sizes = " and ".join(
            f"{format_count(loss[name])} {UNITS[name]}" for name in UNITS if name in loss
        )
        if loss["loss"] is None:
            yield f"loss of a run with {sizes}: {loss['refusal']}"
        else:
            yield (
                f"loss of a run with {sizes}: {loss['loss']:.4f} (95 %: {loss['low']:.4f} to "
                f"{loss['high']:.4f})"
            )
    if held := record.get("hold_out"):
        yield Score(**held).sentence
