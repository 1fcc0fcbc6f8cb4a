"""A reader's own table of batches and steps: its critical batches, drawn and said."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import pandas as pd

from toylab.fits.critical_batch import Fit
from toylab.fits.critical_batch_diagnostics import VAGUE
from toylab.fits.estimate import Estimate
from toylab.laws import published
from toylab.quantities import format_count, format_share
from toylab.tables import batch_steps, step_columns
from toylab.tables.csv_reader import CsvTable
from ui.blocks import Caution, Figure, Info, Table
from ui.concepts.shared import baseline, charts
from ui.concepts.shared.baseline import Controls
from ui.concepts.shared.hyperbolas import hyperbolas
from ui.label import Label
from ui.markdown import safe
from ui.row import Export
from ui.sections import Ask

Fits: TypeAlias = Mapping[str, Fit | str]
FEW = 2  # groups whose critical batches are headings
WANTED = {
    "batch": "batch sizes",
    "steps": "steps to the loss",
    "examples": "examples to the loss, if no steps",
    "group": "groups, if any",
}
MADE = "Your table; $S = S_{min}(1 + B_{crit}/B)$ by least squares in ln S"
ALT = (
    "Steps against examples of your table, and a hyperbola for each group: where the "
    "dots bend with it, the bend is the critical batch. The text gives it, or says that it is "
    "not determined."
)


def answer(table: CsvTable, chosen: dict[str, str | None]) -> Iterator[Any]:
    """The critical batch of each group, the figure behind it, and what speaks against it."""
    columns = step_columns.Columns(**chosen)
    made, unit = batch_steps.convert(table, columns), columns.unit
    runs, fits = made.frame, batch_steps.fits(made.frame)
    methods = (published.MCCANDLISH,)
    yield Label("yours", MADE, "Fitted just now to your table.", methods=methods)
    yield finding(fits, unit)
    yield [Figure(charts.races(hyperbolas(runs, fits), unit or "examples"), ALT)]
    yield Table(numbers(fits, unit))
    yield Info(safe(made.summary))
    yield from map(Info, map(safe, made.notes))
    yield from map(Caution, warnings(fits))
    if any(not isinstance(fit, str) for fit in fits.values()):
        yield Ask("own_steps", Controls, lambda chosen: [baseline.finding(fits, unit, chosen)])


def export(table: CsvTable, chosen: dict[str, str | None]) -> Export:
    """The runs as they were read, to carry away."""
    runs = batch_steps.convert(table, step_columns.Columns(**chosen)).frame
    command = "python -m toylab critical-batch steps.csv"
    does = "The same fit of the runs below, saved as steps.csv:"
    return Export(runs, "steps", command, "runs", does)


def finding(fits: Fits, unit: str) -> str:
    """The critical batch of each group of the reader's runs, and what to do with it."""
    hyperbolas = {group: fit for group, fit in fits.items() if not isinstance(fit, str)}
    good = {group: fit.B_crit for group, fit in hyperbolas.items() if fit.determined}
    if not good:
        return "## These runs do not determine a critical batch"
    of = f" {unit}" if unit else ""
    if len(good) > FEW:
        ends = (format_count(pick(B.value for B in good.values())) for pick in (min, max))
        answers = [f"## Your critical batches are {' to '.join(ends)}{of}, by group"]
    else:
        whose = {group: f" of {safe(group)}" if len(fits) > 1 else "" for group in good}
        answers = [
            f"## Your critical batch{whose[group]} is {format_count(B.value)}{of} (95 %: "
            f"{B.between(format_count)})"
            for group, B in good.items()
        ]
    either = "" if unit else "In examples or tokens, as in your file. "
    use = (
        "Well below it, twice the batch halves the steps; well above it, twice the batch doubles "
        "what you pay and saves hardly a step."
    )
    return "\n\n".join([*answers, either + use])


def numbers(fits: Fits, unit: str) -> pd.DataFrame:
    """One row a group."""
    rows = []
    for group, fit in fits.items():
        if isinstance(fit, str):
            rows.append([safe(group), fit, "", "", "", ""])
            continue
        critical = whole_or_not(fit)
        rows.append(
            [
                safe(group),
                critical,
                with_interval(fit.B_20pct) if fit.determined else "",
                least(fit.S_min),
                least(fit.E_min),
                format_share(fit.rms, 1),
            ]
        )
    return pd.DataFrame(
        rows,
        columns=[
            "Group",
            "B_crit",
            "20 % over perfect scaling",
            "least steps",
            f"least {unit or 'examples'}",
            "rms of ln S",
        ],
    )


def whole_or_not(fit: Fit) -> str:
    """The critical batch, or that it is not determined."""
    return with_interval(fit.B_crit) if fit.determined else "not determined"


def least(estimate: Estimate) -> str:
    """A least number of steps or examples, where the table tells one."""
    good = estimate.value >= 1 and estimate.high <= VAGUE * estimate.low
    return with_interval(estimate) if good else "not determined"


def with_interval(estimate: Estimate) -> str:
    """Like "1.2M (95 %: 900k to 1.5M)"."""
    return estimate.text(format_count)


def warnings(fits: Fits) -> list[str]:
    """The warnings, with their group where there are several."""
    several = len(fits) > 1
    return [
        f"{safe(group)}: {warning}" if several else warning
        for group, fit in fits.items()
        if not isinstance(fit, str)
        for warning in fit.warnings
    ]
