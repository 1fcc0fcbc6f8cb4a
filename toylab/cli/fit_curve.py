"""Record of a law of the loss in one variable on the command line, and its lines of text."""

import argparse

from toylab.cli.runs_report import Record, ends, predicted, quality
from toylab.fits import loss_law
from toylab.fits.loss_law import VERDICTS, LossLaw
from toylab.fits.prediction import Score
from toylab.quantities import parse_number
from toylab.tables.imported_runs import ImportedLosses

OPTIONS = {"params": "at_size", "tokens": "at_tokens", "flops": "at"}
SURFACE = ("floor", "tied", "outer")  # options that only a surface has


def record(chosen: argparse.Namespace, imported: ImportedLosses) -> Record:
    """The curve through the runs, with its verdict."""
    runs, quantity = imported.runs, imported.runs.quantity
    _refuse(chosen, quantity)
    law = loss_law.fit(runs)
    told: Record = {
        "law": law.symbol,
        "verdict": VERDICTS[law.diagnosis.kind],
        "sentence": law.diagnosis.sentence,
        "exponent": law.exponent and law.exponent.value,
        "floor": law.floor and law.floor.value,
        "intervals": {
            name: ends(estimate)
            for name, estimate in (("exponent", law.exponent), ("floor", law.floor))
            if estimate
        },
        "line": _line(law),
        **quality(law.goodness, imported),
        "runs": len(runs),
        "warnings": list(imported.notes),
    }
    if size_asked := getattr(chosen, OPTIONS[quantity]):
        size = parse_number(size_asked)
        told["predict"] = {quantity: size} | _predicted(law, size)
    if imported.held_out is not None:
        try:
            guesses = [law.at(size) for size in imported.held_out.sizes]
            told["hold_out"] = vars(Score.of(guesses, imported.held_out.loss))
        except ValueError as refusal:
            told["warnings"].append(f"The runs held out are not predicted: {refusal}")
    return told


def _refuse(chosen: argparse.Namespace, quantity: str) -> None:
    """Refuse options that mean nothing for a law in this quantity."""
    given = [name for name in (*OPTIONS.values(), *SURFACE) if getattr(chosen, name)]
    others = [name for name in given if name != OPTIONS[quantity]]
    if others:
        option, right = (name.replace("_", "-") for name in (others[0], OPTIONS[quantity]))
        raise ValueError(
            f"--{option} is not for these runs, whose law is in {quantity} alone: use --{right}"
        )


def _line(law: LossLaw) -> Record:
    """The straight line, whether or not it fits."""
    line = law.diagnosis.line
    return {"A": line.A, "slope": line.slope.value, "interval": ends(line.slope), "r2": line.r2}


def _predicted(law: LossLaw, size: float) -> Record:
    try:
        return predicted(law.at(size))
    except ValueError as refusal:
        return {"loss": None, "low": None, "high": None, "refusal": str(refusal)}


def lines(record: Record) -> list[str]:
    """The record as lines of text."""
    text = [f"{record['law']}: {record['sentence']}"]
    for name in ("exponent", "floor"):
        if record[name] is not None:
            low, high = record["intervals"][name]
            text.append(f"{name:<16} {record[name]:>10.5g}   95 %: {low:.4g} to {high:.4g}")
    return [*text, f"fitted to {record['runs']} runs"]
