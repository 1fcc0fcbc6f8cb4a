"""Sentences of the page on recipes; every number in them is computed."""

from typing import Any

from toylab.laws import published, recipes
from toylab.quantities import (
    format_count,
    format_full,
    format_number,
    format_scientific,
)
from toylab.teaching.guesses import Guess
from ui.concepts.recipes.view import ASKED, FIRST, LAST, RULE, Controls, ratio

CLAIM = (
    "Laboratories print how they trained: size, tokens, batch, rate. Put side by side, what did "
    "they do, and what would a law have advised?"
)
REPORTED = (
    "As the reports print them; which ones, and which numbers are not checked, says the table "
    "below. What is not found there stays empty."
)
HOLLOW = {
    "tokens": "Hollow: a mixture of experts. Its size is the parameters that a token meets.",
    "batch": "A line below a dot leads from the first batch to the last.",
    "rate": "Hollow: not Adam, or muP: a rate on another scale.",
}
CELLS = (
    "*not found*: the report does not say, or it was not found there. Press a column's head to "
    "sort, the lens above the table to search. *muP: no* where the report names none."
)
GUESSES = (1, 2, 3, 5, 8, 12, 20, 30, 50, 80, 120, 200, 300, 400, 500, 800, 1200, 2000, 3000, 5000)


def medians() -> dict[int, dict[str, float]]:
    """The medians by year; see `recipes.yearly`."""
    rows: list[dict[str, Any]] = recipes.yearly().to_dict("records")  # type: ignore[assignment]
    return {row["year"]: row for row in rows}


def question() -> Guess:
    """The median tokens a parameter of one year, to guess from the years before."""
    before, then = medians()[ASKED - 1], medians()[ASKED]
    return Guess(
        text=f"Chinchilla's rule says {RULE:g} tokens a parameter. The median model of "
        f"{ASKED - 1} here read **{ratio(before['tokens_per_param'])}**. And the median of the "
        f"{then['models']:.0f} of {ASKED}?",
        answer=float(then["tokens_per_param"]),
        options=tuple(map(float, GUESSES)),
        explanation="The rule finds the best loss for a training budget. A model that is used a "
        "lot is made smaller than that on purpose: it costs more to train and less to run.",
        say=ratio,
        factor=1.5,
    )


def finding(controls: Controls, *, seen: bool) -> str:
    """What the figure shows, in a sentence."""
    return {"tokens": tokens, "batch": batches, "rate": rates}[controls.compare](seen)


def tokens(seen: bool) -> str:
    """How tokens a parameter changed over the years."""
    table = medians()
    end = ASKED if seen else ASKED - 1
    early, late = table[2022], table[end]
    factor = late["tokens_per_param"] / early["tokens_per_param"]
    return (
        f"From 2022 to {end} the median model here went from "
        f"{ratio(early['tokens_per_param'])} to {ratio(late['tokens_per_param'])} tokens a "
        f"parameter: {format_full(factor, 2)} times as many."
    )


def batches(_: bool) -> str:
    """How batches grew, and where they lie against the laws."""
    table, frame = medians(), recipes.with_advice().dropna(subset=["batch_last"])
    below = int((frame["batch_last"] < frame["batch_deepseek"]).sum())
    return (
        f"Batches grew from {format_count(table[2022]['batch'], 2)} tokens in 2022 to "
        f"{format_count(table[LAST]['batch'], 2)} in {LAST}, by the median. "
        f"{below} of {len(frame)} end below DeepSeek's law, which is drawn far beyond its runs."
    )


def rates(_: bool) -> str:
    """How rates fall with compute, and where they lie against the laws."""
    every = recipes.with_advice()
    frame = every[every["comparable"] & every["peak_lr"].notna()]
    above = int((frame["peak_lr"] > frame["lr_deepseek"]).sum())
    spread = frame["lr_step"] / frame["lr_deepseek"]
    return (
        f"{len(frame) - above} of {len(frame)} rates of Adam lie below DeepSeek's law. The two "
        f"laws differ by up to a factor of {format_number(max(spread.max(), 1 / spread.min()), 2)} "
        "for one and the same model."
    )


def numbers(controls: Controls, *, seen: bool) -> dict[str, str]:
    """The numbers that matter above the figure."""
    table, end = medians(), LAST if seen else ASKED - 1
    if controls.compare == "tokens":
        years = [year for year in (2022, ASKED - 1, ASKED, LAST) if year <= end][-3:]
        return {f"tokens a parameter in {y}": ratio(table[y]["tokens_per_param"]) for y in years}
    column, what, say = {
        "batch": ("batch", "tokens a step", format_count),
        "rate": ("lr", "peak rate of Adam", format_scientific),
    }[controls.compare]
    return {f"{what} in {y}": say(table[y][column], 2) for y in (2022, ASKED, LAST)}


def why(controls: Controls) -> list[str]:
    """What else there is to know of the figure."""
    known = recipes.recipes()
    far = known["flops"].median() / published.DEEPSEEK_LR.measured["C"][1]
    laws = (
        f"DeepSeek's is the upper line at the right, Step Law's the lower. Both are drawn far "
        f"beyond the runs behind them: DeepSeek's end at "
        f"{format_scientific(published.DEEPSEEK_LR.measured['C'][1])} FLOPs, and half of these "
        f"models took {format_full(far, 2)} times that or more. Step Law's line is for "
        f"{RULE:g} tokens a parameter."
    )
    chosen = (
        f"These are {len(known)} models of {FIRST} to {LAST} whose reports say what they did: not "
        "a sample of all that was trained. A median of few models moves with every one of them."
    )
    return [HOLLOW[controls.compare], chosen, *([] if controls.compare == "tokens" else [laws])]


def asked() -> str:
    """What is in sight before the guess."""
    return f"The models until {ASKED - 1}. A bar marks the median of its year."


def command(controls: Controls) -> str:
    """The command that prints the laws' splits of the chosen model's compute."""
    return f"python -m toylab allocate {format_scientific(controls.recipe.flops)}"
