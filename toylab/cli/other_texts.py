"""`toylab other-texts`: train on Python without its help topics, and examine on other texts."""

import argparse
import sys
from collections.abc import Iterable

from toylab.cli.parser import Commands, add_study, chosen_fields
from toylab.cli.training import made, status, train, trained_on_library, write_json
from toylab.data import recorded
from toylab.experiments.other_texts import TEXTS
from toylab.experiments.other_texts_results import OtherTextsResults
from toylab.experiments.other_texts_study import RECORDED, RECORDED_STUDY, OtherTextsStudy

HELP = {
    "largest": "hidden units of the largest network: 32, 64, 128 or 256",
    "longest": "characters of the longest runs: 163840 or 655360",
    "seeds": "how many seeds",
    "seed": "the first seed",
    "device": "cpu, mps or cuda",
}


def add(commands: Commands) -> None:
    """Add the command."""
    about = "examine networks on texts they do not learn"
    add_study(commands, "other-texts", about, OtherTextsStudy(), "usual", HELP, _run)


def _run(chosen: argparse.Namespace) -> int:
    """Train a study and report on it."""
    study = chosen_fields(chosen, OtherTextsStudy.PRESETS[chosen.preset])
    frame, exit_status = trained_on_library(study, chosen.csv)
    results = OtherTextsResults(study, frame)
    if chosen.json:
        write_json(study, frame, **results.records)
    else:
        sys.stdout.writelines(f"{line}\n" for line in _lines(results))
    return exit_status


def _lines(results: OtherTextsResults) -> Iterable[str]:
    for text, found in results.transfers.items():
        yield (
            f"{TEXTS[text]:24} slope {found.slope.text('{:.2f}'.format)}, "
            f"{found.penalty:+.2f} nats on average, {found.rms:.3f} about the line; "
            f"ten times the characters at equal loss {found.length.text('{:+.3f}'.format)}"
        )
    yield from (f"{TEXTS[text]:24} absent: this Python has none" for text in results.absent)


def record() -> int:
    """Train what the page shows before anything is run; the exit status."""
    progress = train(RECORDED_STUDY.specs())
    if failed := status(progress):
        return failed  # what was recorded before stays
    frame = RECORDED_STUDY.table(progress.rows).drop(columns=["device", "diverged"])
    recorded.write(RECORDED, frame, made("other-texts"))
    return 0
