"""Questions on the recipes of real models: size, steps, batch, rate, and what they prove."""

from numpy.random import Generator

from toylab.laws import batch_lr, published, recipes
from toylab.laws.trained_models import trained
from toylab.quantities import (
    format_count,
    format_number,
    format_scientific,
    format_share,
)
from toylab.teaching.contents import PageLink
from toylab.teaching.questions.question import Maker, Question, choice, numeric, pick

MIXTURES = (
    "DeepSeek-V2", "DeepSeek-V3", "Hunyuan-Large", "MiniMax-Text-01", "Kimi K2", "OLMoE-1B-7B",
)  # fmt: skip
AGAINST = (
    "GPT-3 175B", "Gopher 280B", "Chinchilla 70B", "LLaMA-65B", "Llama 2 70B", "Falcon-40B",
    "Llama 3.1 405B", "Kimi K2",
)  # fmt: skip
RUNS = (3e11, 4e11, 6e11, 1e12, 1.4e12, 2e12, 3e12)  # tokens
BATCHES = (5e5, 1e6, 1.5e6, 2e6, 4e6)  # tokens a step
SHARES = (0.25, 0.4, 0.5, 0.6)  # of the tokens, before the batch doubles
SOURCES = (published.DEEPSEEK_BATCH,)
OTHER = "MiniCPM-2.4B"  # whose rate is under muP
BASE = 256  # width of a small model that rates are tuned on
WIDTHS = (1024, 2048, 4096, 8192)
USUAL = "Llama 2 7B"


def tokens_of_a_mixture(random: Generator) -> Question:
    """The tokens a parameter of a mixture of experts."""
    name = pick(random, MIXTURES)
    mine = recipes.find(name)
    answer = mine.tokens / mine.params
    return numeric(
        name="tokens-of-a-mixture",
        link=PageLink("recipes", {"recipes_model": name}),
        text=f"{name} is a mixture of experts of {format_count(mine.total)} parameters, of which a "
        f"token meets {format_count(mine.params)}. It was trained on {format_count(mine.tokens)} "
        "tokens. How many tokens a parameter is that, counted as compute counts them?",
        answer=answer,
        explanation=f"Compute is 6 for each token and each parameter that it meets: "
        f"{format_count(mine.tokens)}/{format_count(mine.params)} = "
        f"**{format_number(answer, 3)}**. Over all parameters it would be "
        f"{format_number(mine.tokens / mine.total, 3)}, which says nothing of what was spent.",
    )


def steps_of_a_ramp(random: Generator) -> Question:
    """The optimiser steps of a run whose batch doubles on the way."""
    D, B, share = pick(random, RUNS), pick(random, BATCHES), pick(random, SHARES)
    answer = share * D / B + (1 - share) * D / (2 * B)
    return numeric(
        name="steps-of-a-ramp",
        link=PageLink("recipes", {"recipes_compare": "batch", "recipes_model": "Chinchilla 70B"}),
        text=f"A run reads {format_count(D)} tokens. Its batch is {format_count(B)} tokens for the "
        f"first {format_share(share)} of them and twice that for the rest. How many steps is "
        "that?",
        answer=answer,
        explanation=f"{format_count(share * D)}/{format_count(B)} + "
        f"{format_count((1 - share) * D)}/{format_count(2 * B)} = **{format_count(answer)} steps**"
        f"; at the first batch throughout, {format_count(D / B)}. The shares are of tokens: half "
        "of the tokens is not half of the steps.",
        unit="steps",
    )


def batch_beside_a_law(random: Generator) -> Question:
    """The batch of a model over that of a law."""
    name = pick(random, AGAINST)
    mine = recipes.find(name)
    advised = batch_lr.RULES["deepseek"].batch(mine.flops)
    form = published.DEEPSEEK_BATCH.form
    top = published.DEEPSEEK_BATCH.measured["C"][1]
    return numeric(
        name="batch-beside-a-law",
        sources=SOURCES,
        link=PageLink("recipes", {"recipes_compare": "batch", "recipes_model": name}),
        text=f"{name} took {format_scientific(mine.flops, 4)} FLOPs and ended with batches of "
        f"{format_count(mine.batch)} tokens. DeepSeek's best batch is {form.coefficient:.4f} "
        f"C^{form.exponent} tokens. How many times that batch did it use?",
        answer=mine.batch / advised,
        explanation=f"The law has {format_count(advised)} tokens: {format_count(mine.batch)} are "
        f"**{format_number(mine.batch / advised, 3)}** times that. The runs behind it end at "
        f"{format_scientific(top)} FLOPs: so far beyond, a factor like this is no fault of either.",
    )


def rate_of_another(random: Generator) -> Question:
    """Why two peak rates do not compare."""
    muP, usual = recipes.find(OTHER), recipes.find(USUAL)
    width = pick(random, WIDTHS)
    return choice(
        random,
        name="rate-of-another",
        kinds=("published",),
        sources=(published.MINICPM,),
        link=PageLink("recipes", {"recipes_compare": "rate", "recipes_model": OTHER}),
        text=f"{OTHER} was trained with a peak rate of {muP.lr:g}, {USUAL} with "
        f"{format_scientific(usual.lr)}, both with Adam. Your model has a width of {width:,} and "
        "no muP. What do you take from the first?",
        right="Not its rate: under muP that one is for a small base width",
        wrong=[
            f"{muP.lr:g}, since a smaller model can always take a larger rate",
            "The mean of both rates on a log axis",
            f"{muP.lr:g}, but only if your schedule has a long warm-up as well",
        ],
        explanation=f"Under muP the rate of large matrices is divided by width over base width: "
        f"with a base of {BASE}, {muP.lr:g} would be {format_scientific(muP.lr * BASE / width, 2)} "
        f"at a width of {width:,}. A printed rate belongs to its optimiser, schedule and scaling.",
    )


def line_and_recipes(random: Generator) -> Question:
    """The evidence of recipes beside a law's line."""
    frame = recipes.with_advice().dropna(subset=["batch_last"])
    below = int((frame["batch_last"] < frame["batch_deepseek"]).sum())
    year = pick(random, sorted(trained()["year"].unique())[-3:])
    return choice(
        random,
        name="line-and-recipes",
        kinds=("published", "simulated"),
        sources=SOURCES,
        link=PageLink("recipes", {"recipes_compare": "batch"}),
        text=f"Of {len(frame)} real models until {max(frame['year'])}, {below} ended with a batch "
        f"below the one that DeepSeek's law has for their compute. A report of {year} among them "
        "lies far below. What does that show?",
        right="Little: nobody trained the other batch at that scale, so nothing compares",
        wrong=[
            "The law is refuted: smaller batches are better",
            "Most laboratories lost loss, and the distance from the line says how much",
            "The law needs a smaller exponent, which a line through these points gives",
        ],
        explanation="A recipe is a choice, not a measurement of what was best. Batches are bound "
        "by devices, by time and by habit, and around the best one the loss is flat. A law is "
        "tested by runs that differ in the batch alone.",
    )


QUESTIONS: tuple[Maker, ...] = (
    tokens_of_a_mixture,
    steps_of_a_ramp,
    batch_beside_a_law,
    rate_of_another,
    line_and_recipes,
)
