"""Sentences of the page on the reader's own runs; every number in them is computed."""

from collections.abc import Iterator

from toylab.fits.prediction import Score
from toylab.quantities import format_count, format_number, format_scientific
from toylab.tables.recognition import RUNS, STEPS
from ui.concepts.own_runs.surface import Answer

KINDS = {RUNS: "Finished runs", STEPS: "Batches and steps to a loss"}
CLAIM = (
    "Bring a table, one run a line: how large the next model should be, how far its loss falls, "
    "or which batch is critical."
)
ASK = "Your table: CSV, TSV, JSON or Markdown"
WHERE = (
    "Your table is read on the server that runs this app, is kept in its memory for this tab's "
    "session only, and is never written to disk."
)
WELCOME = (
    "**Finished runs**: columns for the loss and two of parameters, tokens and FLOPs. One of them "
    "is enough for the law of the loss in that one.  \n"
    "**Batches and steps**: the batch, the steps that it took to reach one loss, and a group if "
    "there are several losses or models.\n\n"
    "Most spellings and units are understood: `params (M)`, `tokens_B`, `val_loss`, `70B`. What "
    "is unclear is refused with its line and column. Several files are read as one table, whose "
    "column `file` tells them apart."
)
UNKNOWN = "No column is named like a loss, a size, a batch or a step: choose what is in the table."
MADE = "Fitted just now by Huber's loss of ln L; intervals are 95 % bootstraps over your runs."
WAITING = "Fitting, and fitting resamples ..."


def settings(answer: Answer) -> str:
    """The label's text on the runs that were read."""
    runs = answer.runs
    ends = format_scientific(runs.flops.min()), format_scientific(runs.flops.max())
    return f"{len(runs)} finished runs of {ends[0]} to {ends[1]} FLOPs"


def finding(answer: Answer) -> str:
    """The best model for the budget, in one large sentence, and its range."""
    C = format_scientific(answer.flops)
    if not answer.determined:
        return f"## These runs do not determine the best model for {C} FLOPs"
    N, D = answer.params, answer.tokens
    return (
        f"## The best model for {C} FLOPs: {format_count(N.value)} parameters on "
        f"{format_count(D.value)} tokens\n\n"
        f"95 %: {N.between(format_count)} parameters, {D.between(format_count)} tokens. That is "
        f"{format_number(D.value / N.value, 3)} tokens a parameter."
        + (f" Its loss: {answer.loss.text(_loss)}." if answer.loss else "")
    )


def _loss(value: float) -> str:
    return format_number(value, 4)


def checked(answer: Answer) -> str:
    """The check of the first way of fitting by a second."""
    if isinstance(answer.profiles, str):
        return f"Nothing checks this fit: {answer.profiles}."
    if isinstance(answer.spread, str):
        return f"From the bottoms of {len(answer.profiles.used)} valleys."
    other = answer.profiles.params.at(answer.flops)
    agree = max(other.low, answer.params.low) <= min(other.high, answer.params.high)
    verdict = "the two agree" if agree else "**the two do not agree**: at least one is wrong"
    return (
        f"The number is from one surface through all runs. The bottoms of "
        f"{len(answer.profiles.used)} valleys say {other.text(format_count)}: "
        f"{verdict}."
    )


def held_out(score: Score | str | None) -> Iterator[str]:
    """The errors on runs that were held out, where there are any."""
    if isinstance(score, str):
        yield f"The runs held out are not predicted: {score}."
    elif score:
        yield score.sentence
