"""`toylab streaks`: k characters in a row, beside k unrelated ones, trained now."""

import argparse
import sys
from dataclasses import asdict

from toylab.cli.parser import Commands, add_options, chosen_fields
from toylab.cli.training import made, status, train, trained, write_json
from toylab.data import recorded
from toylab.experiments import corpus, streaks_study
from toylab.experiments.streaks import LONGEST
from toylab.experiments.streaks_results import by_budget
from toylab.experiments.streaks_study import StreaksStudy
from toylab.quantities import format_scientific

HELP = {"seeds": "how many seeds", "seed": "the first seed", "device": "cpu, mps or cuda"}
SYMBOLS = 8


def add(commands: Commands) -> None:
    """Add the command."""
    study = commands.add_parser(
        "streaks", help="train small language models; are their next k characters all right?"
    )
    add_options(study, StreaksStudy(), HELP)
    study.add_argument(
        "--symbols",
        type=int,
        choices=range(1, LONGEST + 1),
        metavar="K",
        default=SYMBOLS,
        help=f"characters in a row, 1 to {LONGEST}; default: %(default)s",
    )
    study.add_argument("--csv", metavar="FILE", help="write the exams to a file")
    study.add_argument("--json", action="store_true", help="print the exams as JSON")
    study.set_defaults(run=_streaks, refuse=study.error)


def record() -> int:
    """Train what the page shows before anything is run; the exit status."""
    study = StreaksStudy.PRESETS["recorded"]
    progress = train(study.specs())
    if failed := status(progress):
        return failed
    frame = study.table(progress.rows).drop(columns=["device", "diverged"])
    recorded.write(streaks_study.RECORDED, frame, made("streaks"))
    return 0


def _streaks(chosen: argparse.Namespace) -> int:
    """Train a study and report on it; refuses before it trains."""
    study = chosen_fields(chosen, StreaksStudy())
    corpus.check()
    frame, exit_status = trained(study, chosen.csv)
    exams = by_budget(frame, chosen.symbols)
    if chosen.json:
        budgets = [asdict(exam) for exam in exams]
        write_json(study, frame, symbols=chosen.symbols, budgets=budgets)
        return exit_status
    for exam in exams:
        sys.stdout.write(
            f"{format_scientific(exam.budget, 2)} FLOPs  loss {exam.loss:.3f}  "
            f"one character right {exam.accuracy.text('{:.3f}'.format)}  "
            f"{chosen.symbols} in a row {exam.in_a_row.value:.3g} "
            f"({exam.blank:.0%} of them blanks), unrelated {exam.unrelated.value:.3g}\n"
        )
    return exit_status
