"""Recognition of a table: what kind of runs it holds, told by the names of its columns."""

from toylab.tables import batch_steps, columns
from toylab.tables.csv_reader import CsvTable

RUNS, STEPS = "runs", "steps"


def kinds(table: CsvTable) -> tuple[str, ...]:
    """The kinds of table it can be read as, the likeliest first; none where no names are known.

    `runs` have a loss and two of params, tokens and flops; `steps` have batches, and the steps
    to a loss.
    """
    finished, races = columns.guess(table), batch_steps.guess(table)
    is_runs = finished.loss is not None and len(finished.chosen) >= 3
    is_steps = len(races.chosen) == 2 and not (is_runs and races.steps is None)
    can = {RUNS: is_runs, STEPS: is_steps}
    return tuple(kind for kind, known in can.items() if known)
