"""`toylab transfer`: does the best learning rate travel from a narrow network to a wide one?"""

import argparse
import sys
from collections.abc import Iterator

import pandas as pd

from toylab.cli.parser import Commands, add_study, chosen_fields
from toylab.cli.training import made, status, train, trained_on_library, write_json
from toylab.data import recorded
from toylab.experiments import transfer_study
from toylab.experiments.parametrization import SCALINGS
from toylab.experiments.transfer import BRANCHES
from toylab.experiments.transfer_price import price
from toylab.experiments.transfer_results import TransferResults
from toylab.experiments.transfer_study import WIDTHS, TransferStudy

HELP = {
    "widest": f"the widest network: {', '.join(map(str, WIDTHS[1:]))}",
    "base": "the width at which both parametrisations are one",
    "steps": "steps of Adam",
    "depth": "hidden layers",
    "branch": "what a branch beside a skip counts; none: no skips",
    "decay": "weight decay",
    "independent": "weight decay that muP does not divide with the rate",
    "lowest": "log2 of the lowest peak learning rate",
    "highest": "log2 of the highest one",
    "seeds": "how many seeds",
    "seed": "the first seed",
    "device": "cpu, mps or cuda",
}


def add(commands: Commands) -> None:
    """Add the command."""
    about = "learning rates at several widths, standard and in muP"
    choices = {"branch": list(BRANCHES)}
    add_study(
        commands, "transfer", about, TransferStudy(), "usual", HELP, _transfer, choices
    )  # fmt: skip


def _transfer(chosen: argparse.Namespace) -> int:
    """Train a study and report on it; refuses before it trains."""
    study = chosen_fields(chosen, TransferStudy.PRESETS[chosen.preset])
    frame, exit_status = trained_on_library(study, chosen.csv)
    results = TransferResults(study, frame)
    if chosen.json:
        write_json(study, frame, **results.records)
    else:
        sys.stdout.writelines(f"{line}\n" for line in _lines(results))
    return exit_status


def _lines(results: TransferResults) -> Iterator[str]:
    for (scaling, width), minimum in results.minima.items():
        place = results.place(scaling, width)
        where = place.text("{:.2f}".format) if place else f"at the ladder's {minimum.edge} end"
        loss = f"loss {minimum.loss:.3f}"
        yield f"{scaling:8}  width {width:4}  {loss}  log2 of the best rate {where}"
    for scaling in SCALINGS:
        if drift := results.drifts.get(scaling):
            yield f"{scaling}: octaves a doubling of width {drift.slope.text('{:+.2f}'.format)}"
        if cost := price(results, scaling):
            yield (
                f"{scaling}: the base's rate at width {results.study.widest}, loss above the "
                f"lowest, %: {cost.excess.text(lambda share: f'{100 * share:.1f}')}"
            )


def record() -> int:
    """Train what the page shows before anything is run; the exit status."""
    tables = []
    for name, known in transfer_study.RECORDED_STUDIES.items():
        progress = train(known.specs())
        if failed := status(progress):
            return failed
        frame = known.table(progress.rows).drop(columns=["device", "diverged", "seconds"])
        tables.append(
            frame.round({"loss": 5, "first": 4, "last": 4, "logits": 4}).assign(study=name)
        )
    recorded.write(transfer_study.RECORDED, pd.concat(tables), made("transfer"))
    return 0
