"""`toylab record` and `toylab bench`: the recorded runs made anew; the engine timed."""

import argparse

from toylab.benchmarks import batch_steps as bench_race
from toylab.benchmarks import fit as bench_fit
from toylab.benchmarks import lm as bench_lm
from toylab.benchmarks import sine as bench
from toylab.cli import batch_steps, lm, lm_grid, regression, sine
from toylab.cli.parser import Commands

BENCHES = {
    "sine": bench.sine, "fit": bench_fit.fit, "lm": bench_lm.lm, "lm-grid": bench_lm.grid,
    "batch-steps": bench_race.race,
}  # fmt: skip
RECORDS = {
    "sine": sine.record, "regression": regression.record, "lm": lm.record,
    "lm-grid": lm_grid.record, "batch-steps": batch_steps.record,
}  # fmt: skip


def add(commands: Commands) -> None:
    """Add the commands."""
    record = commands.add_parser("record", help="train the runs in toylab/data (half an hour)")
    record.add_argument("what", nargs="?", choices=RECORDS, help="one set of them; default: all")
    record.set_defaults(run=_record, refuse=record.error)
    timing = commands.add_parser("bench", help="time the engine against the plain way")
    timing.add_argument("what", choices=BENCHES)
    timing.add_argument("--json", action="store_true", help="print the timings as JSON")
    timing.set_defaults(
        run=lambda chosen: BENCHES[chosen.what](as_json=chosen.json), refuse=timing.error
    )


def _record(chosen: argparse.Namespace) -> int:
    """Train what pages show before anything is run, and write it where they find it."""
    for what, make in RECORDS.items():
        if chosen.what in (None, what) and (failed := make()):
            return failed
    return 0
