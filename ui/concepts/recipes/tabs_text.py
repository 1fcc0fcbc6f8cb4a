"""Sentences of the tabs of the page on recipes; every number in them is computed."""

import pandas as pd

from toylab.laws import allocation, recipes
from toylab.quantities import format_count, format_number, format_share, plural
from ui.concepts.recipes.view import LAST, RULE, Controls, ratio

BEFORE = 2022  # the year of Chinchilla
DENSE = " The law is of dense models: what a mixture's other parameters are worth it does not say."
SERVES = " The law counts training alone: a model that serves many is cheaper when small."
NOTHING = 0.01  # a share of the compute that is not worth a word


def verdict(controls: Controls) -> str:
    """What the judging law makes of the chosen model's split."""
    mine, form = controls.recipe, controls.surface.form
    wasted, best = mine.regret(form).waste, allocation.best(form, mine.flops)
    spent = (
        f"By {controls.surface.title}, **{format_share(1 - wasted)}** of its compute would have "
        "bought the same loss"
    )
    dense = DENSE if mine.sparse else ""
    if wasted < NOTHING:
        return f"{spent}: {mine.name} is about where that law would have put it.{dense}"
    asks = f"{format_count(best.params)} parameters on {format_count(best.tokens)} tokens"
    smaller = mine.params < best.params
    side = "smaller and read more" if smaller else "larger and read less"
    why = SERVES if smaller else ""
    return f"{spent}; for all of it the law asks for {asks}. {mine.name} is {side}.{why}{dense}"


def settings(controls: Controls) -> str:
    """How far the chosen model's batch and rate are from what laws advise."""
    mine = controls.recipe
    table = mine.settings()
    batch, lr = table["times_batch"].dropna(), table["times_lr"].dropna()
    parts = []
    if len(batch):
        parts.append(f"its last batch is {_span(batch.min(), batch.max())} what the laws advise")
    if len(lr):
        parts.append(f"its peak rate {_span(lr.min(), lr.max())} what they advise")
    other = " Its rate is on another scale." if mine.lr > 0 and not mine.comparable else ""
    if not parts:
        return f"The batch of {mine.name} was not found, nor a rate that the laws speak of.{other}"
    told = " and ".join(parts)
    return f"{told[0].upper()}{told[1:]}.{other} Each law is for its own schedule and text."


def _span(low: float, high: float) -> str:
    return f"{format_number(low, 2)} to {format_number(high, 2)} times"


def changes() -> list[str]:
    """What changed over the years."""
    known = recipes.recipes()
    late, early = known[known["year"] == LAST], known[known["year"] <= BEFORE]
    tells = known[known["batch_first"].notna() & known["batch_last"].notna()]
    grows = (tells["batch_first"] < tells["batch_last"]).sum()
    return [
        f"**Tokens.** Until {BEFORE} the median read {ratio(early['tokens_per_param'].median())} a "
        f"parameter. In {LAST} the fewest were {ratio(late['tokens_per_param'].min())}, far above "
        f"the rule's {RULE:g}.",
        f"**Batch.** {grows} of {len(tells)} runs let the batch grow on the way: the critical "
        "batch grows as the loss falls, and before that a large batch wastes tokens.",
        f"**Schedule.** A constant rate, and the decay at the end: {_held(late)} in {LAST}, "
        f"{_held(early)} until {BEFORE}.",
        f"**Size.** {format_share(late['sparse'].mean())} of the models of {LAST} here are "
        f"mixtures of experts, and {format_share(early['sparse'].mean())} of those until {BEFORE}.",
    ]


def _held(models: pd.DataFrame) -> str:
    """How many models, of those whose schedule was found, held their rate until a late decay."""
    found = models[models["schedule"] != ""]
    return f"{found['late_decay'].sum()} of {plural(len(found), 'model')}"


def comparable() -> list[str]:
    """What cannot be read off side by side."""
    known = recipes.recipes()
    kimi, minicpm = recipes.find("Kimi K2"), recipes.find("MiniCPM-2.4B")
    adam = known.loc[known["comparable"], "peak_lr"].median()
    return [
        f"**Which N.** Kimi K2 has {format_count(kimi.total)} parameters, of which a token meets "
        f"{format_count(kimi.params)}: {ratio(kimi.tokens / kimi.total)} tokens a parameter, or "
        f"{ratio(kimi.tokens / kimi.params)}. Here those count that a token meets. Some reports "
        "leave embeddings out, some do not.",
        "**Which tokens.** A tokenizer with more words makes fewer tokens of one text; and some "
        "texts are read twice. A token of one report is not one of another.",
        f"**Which rate.** MiniCPM's {format_number(minicpm.lr)} is "
        f"{format_number(minicpm.lr / adam, 2)} times the median rate of Adam here, and not "
        "large: under muP it is the rate of a small base width. Adafactor and Muon have scales of "
        "their own.",
        "**Which exponent.** One is of parameters, another of FLOPs per token, a third of active "
        "parameters against the least compute; each on its own text. Better data alone moves it.",
        "**Which question.** What they did is no experiment: nobody trained the other choice. A "
        "recipe far from a law does not refute it, and one on the line does not confirm it.",
    ]
