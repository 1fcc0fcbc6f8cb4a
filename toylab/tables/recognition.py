"""Recognition of a table: what kind of runs it holds, told by the names of its columns."""

from toylab.tables import columns, step_columns
from toylab.tables.csv_reader import CsvTable

RUNS, STEPS = "runs", "steps"


def kinds(table: CsvTable) -> tuple[str, ...]:
    """The kinds of table it can be read as, the likeliest first; none where no names are known.

    `runs` have a loss and two of params, tokens and flops, or one of them and losses that differ
    from run to run; `steps` have batches, and the steps to a loss.
    """
    finished, races = columns.guess(table), step_columns.guess(table)
    loss, sizes = finished.loss, finished.sizes
    is_runs = loss is not None and (sizes > 1 or (sizes == 1 and _differ(table, loss)))
    is_steps = len(races.chosen) == 2 and not (is_runs and races.steps is None)
    can = {RUNS: is_runs, STEPS: is_steps}
    return tuple(kind for kind, known in can.items() if known)


def _differ(table: CsvTable, loss: str) -> bool:
    """True where most losses are each its own: then they are no target that runs race to."""
    losses = table.cells[loss]
    return losses.ndim == 1 and losses.nunique() > max(1, len(losses) // 2)
