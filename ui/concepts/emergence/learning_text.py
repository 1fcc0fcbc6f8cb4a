"""Sentences of the tab "While it learns"; every number in them is computed."""

import math

from toylab.experiments.task_results import AdditionResults
from toylab.experiments.tasks import EXAM
from toylab.quantities import format_share

ALT = {
    "networks": "The share of sums that are right against steps of training, a line a network.",
    "digits": "The share of each digit that is right, and of whole sums, against steps of "
    "training, of one network.",
}
DIGITS = ("right_1", "right_2", "right_3")


LEARNED = 0.9  # of the sums have a digit right


def lessons(results: AdditionResults, seed: int | None) -> list[str]:
    """The lessons of the figures, a sentence or two each."""
    if seed is None or results.live:
        return [f"Each network is asked on its way: {EXAM:,} sums that it never learned from."]
    return [part for part in (_jumps(results), _carry(results, seed), _below(results)) if part]


def _jumps(results: AdditionResults) -> str:
    threshold = results.threshold
    able = [step for step in threshold.seeds if math.isfinite(step)]
    if not able:
        return "No network gets half of the sums right: train longer."
    return (
        f"**Sudden, in time.** {len(able)} of {len(threshold.seeds)} networks come to half of the "
        f"sums, between steps {min(able):,.0f} and {max(able):,.0f}. Only their seeds differ."
        f"{_late(results)}"
    )


def _late(results: AdditionResults) -> str:
    """The number of networks that are not done at the end, and how far the last of them is."""
    looks = results.seeds()
    ends = looks.loc[looks.groupby("seed")["step"].idxmax(), "exact"]
    late = ends[ends < LEARNED]
    if late.empty:
        return ""
    return (
        f" At the end {len(late)} of {len(ends)} still {'has' if len(late) == 1 else 'have'} less "
        f"than {format_share(LEARNED)} right: {format_share(late.min())}"
        f"{' at worst' if len(late) > 1 else ''}."
    )


def _carry(results: AdditionResults, seed: int) -> str:
    """Which digit waits for which."""
    mine = results.trained[results.trained["seed"] == seed].set_index("step")
    first = {name: mine.index[mine[name] >= LEARNED] for name in DIGITS}
    if any(len(steps) == 0 for steps in first.values()):
        return ""
    at = {name: steps[0] for name, steps in first.items()}
    if not at["right_3"] <= at["right_1"] <= at["right_2"]:
        return ""
    last, waits = mine.loc[at["right_1"], ["right_1", "right_2"]]
    return (
        f"**Why it waits** (seed {seed}). The answer comes last digit first. At step "
        f"{at['right_1']:,} the last digit is right at {format_share(last)} of the sums, the "
        f"tens at {format_share(waits)}: they need the carry, and whole sums wait for "
        f"them. At step {at['right_2']:,} the tens, too, are right at {format_share(LEARNED)}."
    )


def _below(results: AdditionResults) -> str:
    """Exact match against p^3."""
    table = results.independence
    above = (table["exact"] - table["expected"] > table["tolerance"]).sum()
    below = (table["expected"] - table["exact"] > table["tolerance"]).sum()
    least = table.to_dict("records")[int((table["exact"] - table["expected"]).argmin())]
    return (
        "**Less than p\u00b3.** Three digits that were equally hard would be right together with "
        f"p\u00b3. Here whole sums are below that in {below} of {len(table)} evaluations, above it "
        f"in {above}; at worst {format_share(least['exact'])} in place of "
        f"{format_share(least['expected'])}: one digit is harder than the others."
    )
