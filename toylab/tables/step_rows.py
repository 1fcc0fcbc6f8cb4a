"""Rows of a table of batches and steps: their numbers, and which of them count.

Runs that never came to the loss do not; of a sweep over what is tuned, such as learning rates,
the best setting of each batch does.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from toylab.tables.column_names import leaf
from toylab.tables.column_numbers import comma_meaning, read_numbers
from toylab.tables.csv_reader import CsvTable
from toylab.tables.lines import place, quote
from toylab.tables.run_ends import finished

NEVER = re.compile(r"-1(\.0*)?|[>\N{GREATER-THAN OR EQUAL TO}].*|dnf|never.*|(did )?not reach.*|"
                   "unreached|timed?.?out|crash.*|fail.*|diverge.*|oom", re.IGNORECASE)  # fmt: skip
REACHED, NO = "(target)?reached(target)?|converged|success|finished", {"false", "no", "n", "0"}


def arrived(table: CsvTable, chosen: dict[str, str]) -> tuple[CsvTable, list[str]]:
    """The runs that came to the loss, and a note on others; all if none did: it is refused then."""
    length = next(reversed(chosen.values()))
    cells = table.cells.copy()
    never = cells[length].str.fullmatch(NEVER)
    for name in cells:
        if re.fullmatch(REACHED, leaf(str(name))) and list(cells).count(name) == 1:
            never |= cells[name].str.lower().isin(NO)
    cells.loc[never, length] = ""
    kept, notes = finished(cells, list(chosen.values()), [], None)
    return (replace(table, cells=cells[kept]), notes) if kept.any() else (table, [])


def step_numbers(table: CsvTable, chosen: dict[str, str]) -> pd.DataFrame:
    """Columns batch and steps, by line, of the runs that came to the loss."""
    cells, comma = table.cells, comma_meaning(table, chosen.values())
    rows = pd.DataFrame(
        {quantity: read_numbers(quantity, cells[name], comma) for quantity, name in chosen.items()},
        index=cells.index,
    )
    if "examples" in rows:
        rows["steps"] = rows.pop("examples") / rows["batch"]
        short = rows["steps"] < 1
        if short.any():
            where = place(cells[chosen["examples"]], rows.index[short][0])
            raise ValueError(f"{where}: it is less than one batch: are both in the same unit?")
    return rows


def least_steps(rows: pd.DataFrame, tuned: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """The rows with the best setting of each batch, seed and group; the columns that were swept.

    Best are the least steps among the settings with which most runs came to the loss.
    """
    cell = rows.groupby([name for name in rows if name != "steps"]).ngroup()
    swept = [str(name) for name in tuned if tuned[name].groupby(cell).nunique().max() > 1]
    if not swept:
        return rows, []
    setting = tuned[swept].assign(cell=cell).groupby(["cell", *swept]).ngroup()
    steps = np.log(rows["steps"]).groupby(setting)
    ranks = pd.DataFrame({"fewer": -steps.transform("size"), "steps": steps.transform("mean")})
    ranked = ranks.assign(cell=cell, setting=setting).sort_values(["fewer", "steps"], kind="stable")
    best = ranked.groupby("cell")["setting"].first()
    return rows[setting == cell.map(best)], swept


def swept_notes(swept: list[str], kept: int, rows: int) -> Iterator[str]:
    """A note on what was kept of a sweep."""
    if swept:
        columns = f"column{'s' if swept[1:] else ''} {' and '.join(map(quote, swept))}"
        yield f"only the least steps over {columns} of each batch were used, {kept} of {rows} rows"
