"""Questions on splitting a budget between size and data."""

import math
from functools import cache
from typing import Any

from numpy.random import Generator

from toylab.laws import allocation, published, trained_models
from toylab.laws.forms import FLOPS
from toylab.laws.repeated_data import worth
from toylab.quantities import (
    format_count,
    format_full,
    format_scientific,
    format_share,
    parse_number,
)
from toylab.teaching.contents import PageLink
from toylab.teaching.questions.question import Maker, Question, choice, numeric, pick

BUDGETS = (
    "1e20",
    "5e20",
    "1e21",
    "5e21",
    "1e22",
    "5e22",
    "1e23",
    "5e23",
    "1e24",
    "5e24",
    "1e25",
)
MODELS = ("Llama 2 7B", "Llama 3 8B", "Gemma 7B", "GPT-3 175B", "Gopher 280B", "MT-NLG 530B")
EPOCHS = 4  # after so many repeated text begins to wear off
REFIT, ROUNDED = published.REFIT.form, published.HOFFMANN_3


def cost_of_training(random: Generator) -> Question:
    """6 N D."""
    params = pick(random, (1e9, 3e9, 7e9, 1.3e10, 3e10, 7e10, 1.75e11))
    tokens = pick(random, (1e11, 3e11, 5e11, 1e12, 1.4e12, 2e12))
    flops = FLOPS * params * tokens
    return numeric(
        name="cost-of-training",
        sources=(published.KAPLAN,),
        link=PageLink("allocation", {"allocation_budget": flops}),
        text=f"About how many FLOPs does it take to train a dense model of {format_count(params)} "
        f"parameters on {format_count(tokens)} tokens?",
        answer=flops,
        explanation=f"{FLOPS}ND = {FLOPS} x {format_count(params)} x {format_count(tokens)} = "
        f"**{format_scientific(flops)}**. Forward only would be 2ND = "
        f"{format_scientific(2 * params * tokens)}; backward costs twice that again.",
        unit="FLOPs",
    )


def two_and_four(random: Generator) -> Question:
    """The parts of the 6 in 6ND."""
    params, tokens = pick(random, (1e9, 7e9, 7e10)), pick(random, (1e10, 1e11, 1e12))
    one = params * tokens
    return choice(
        random,
        name="two-and-four",
        sources=(published.KAPLAN,),
        link=PageLink("allocation", {"allocation_about": "examples"}),
        text=f"A model of {format_count(params)} parameters on {format_count(tokens)} tokens takes "
        f"{format_scientific(FLOPS * one)} FLOPs, {FLOPS}ND. What is the {FLOPS} made of?",
        right="2 for the forward pass and 4 for the backward pass",
        wrong=[
            "3 for the forward pass and 3 for the backward pass",
            "2 forward and 2 backward, and 2 more for attention and layer norms",
            "2 forward and 2 backward, and 2 for the optimiser's step",
        ],
        explanation="A weight multiplies and adds once for each token going forward: 2 FLOPs, "
        f"{format_scientific(2 * one)} here. Going back, the gradient of the weight and that of "
        f"its input each cost as much: 4, {format_scientific(4 * one)}. Attention's scores come "
        "on top, and the optimiser's step is paid once a batch, not once a token.",
    )


def split_by_twenty(random: Generator) -> Question:
    """The rule of 20 tokens a parameter."""
    budget = pick(random, BUDGETS)
    split = allocation.allocate(published.TWENTY, parse_number(budget))
    ratio = published.TWENTY.form.tokens_per_param
    slip = math.sqrt(parse_number(budget) / 4 / ratio)
    return numeric(
        name="split-by-twenty",
        sources=(published.TWENTY,),
        link=PageLink("allocation", {"allocation_budget": budget}),
        text=f"You may spend {budget} FLOPs, by {FLOPS}ND, and follow the rule of {ratio:g} tokens "
        "a parameter. How many parameters?",
        answer=split.params,
        explanation=f"N = sqrt(C / ({FLOPS} x {ratio:g})) = **{format_count(split.params)}** on "
        f"{format_count(split.tokens)} tokens. With 4ND instead it would be {format_count(slip)}: "
        f"a run that costs {FLOPS / 4:g} times the budget.",
        unit="parameters",
    )


def printed_constants(random: Generator) -> Question:
    """The printed constants do not imply 20 tokens a parameter."""
    budget = pick(random, BUDGETS[2:])
    split = allocation.best(ROUNDED.form, parse_number(budget))
    rule = allocation.allocate(published.TWENTY, parse_number(budget))
    surface = {f"allocation_{name}": value for name, value in vars(ROUNDED.form).items()}
    return numeric(
        name="printed-constants",
        sources=(ROUNDED,),
        link=PageLink("allocation", {"allocation_budget": budget, **surface}),
        text=f"Hoffmann's approach 3 as printed: {ROUNDED.form.tex}. Which size is best at "
        f"{budget} FLOPs, {FLOPS}ND? (The page can tell.)",
        answer=split.params,
        explanation=f"**{format_count(split.params)}** on {format_count(split.tokens)}: "
        f"{split.tokens_per_param:.0f} tokens a parameter. The rule of 20 would have "
        f"{format_count(rule.params)}. It is read off the table of approach 1, and these "
        "constants do not imply it.",
        unit="parameters",
    )


def real_model(random: Generator) -> Question:
    """The law's verdict on a real model that is far off 20 tokens a parameter."""
    name = pick(random, MODELS)
    row = _models()[name]
    params, tokens = float(row["params"]), float(row["tokens"])
    ratio, flops = tokens / params, FLOPS * params * tokens
    better = allocation.best(REFIT, flops)
    sides = [
        "It is small for its data: a larger model on fewer tokens would beat it",
        "It is large for its data: a smaller model on more tokens would beat it",
    ]
    small = ratio > better.tokens_per_param
    right, other = sides if small else sides[::-1]
    why = (
        "Small on purpose: it is cheap to use, and the law counts training only. " if small else ""
    )
    place = {"allocation_about": "models"}
    return choice(
        random,
        name="real-model",
        kinds=("published", "simulated"),
        sources=(published.REFIT,),
        link=PageLink("allocation", place | {"allocation_budget": flops}),
        text=f"{name} has {format_count(params)} parameters and saw {format_count(tokens)} "
        "tokens. What does Besiroglu's refit of Chinchilla's law say of this use of its compute?",
        right=right,
        wrong=[
            other,
            "It is the best there is for its compute: all that counts is the product ND",
            "It must have overfitted: its loss rose again in the end",
        ],
        explanation=f"{format_full(ratio)} tokens a parameter, and {FLOPS}ND = "
        f"{format_scientific(flops)} FLOPs. For those the law wants "
        f"{format_count(better.params)} on {format_count(better.tokens)}, "
        f"{better.tokens_per_param:.3g} a parameter; "
        f"{format_share(float(row['waste']))} of the compute is spent beyond what its loss needs. "
        f"{why}And the law is about fresh text, of which more never makes the loss rise again.",
    )


@cache
def _models() -> dict[str, dict[str, Any]]:
    """The rows of the real models by their names, with what the refitted law says of each."""
    rows = trained_models.with_waste(REFIT).set_index("name").to_dict("index")
    return {
        str(name): {str(key): value for key, value in row.items()} for name, row in rows.items()
    }


def long_after(random: Generator) -> Question:
    """The loss long after 20 tokens a parameter, of a model that was really trained so."""
    row = _models()["Llama 2 7B"]
    N, D = float(row["params"]), float(row["tokens"])
    rule = float(pick(random, (15, 20, 25))) * N
    before, after = (float(REFIT.loss(N, tokens)) for tokens in (rule, D))
    flops = FLOPS * N * D
    better = allocation.best(REFIT, flops)
    return choice(
        random,
        name="long-after",
        kinds=("published", "simulated"),
        sources=(published.REFIT,),
        link=PageLink("allocation", {"allocation_about": "models", "allocation_budget": flops}),
        text=f"After {format_count(rule)} tokens, {rule / N:.0f} a parameter, a model of "
        f"{format_count(N)} parameters is trained on to {format_count(D)} tokens of fresh text, "
        "as Llama 2 7B was. What becomes of its loss, by Besiroglu's refit?",
        right="It goes on falling, but a larger model would use the compute better",
        wrong=[
            "It stays: at about 20 tokens a parameter a model of this size is full",
            "It rises: so many tokens a parameter make it overfit",
            f"It reaches the floor: at {D / N:.0f} tokens a parameter nothing is left to learn",
        ],
        explanation=f"It falls from {before:.3f} to {after:.3f} nats, at {D / N:.0f} tokens a "
        f"parameter. The {format_scientific(flops)} FLOPs that this took would bring "
        f"{format_count(better.params)} parameters on {format_count(better.tokens)} tokens to "
        f"{better.loss:.3f}. The rule says where compute is spent best, not where learning ends. "
        f"Repeated text wears off: read {EPOCHS} times, a token is worth "
        f"{format_share(float(worth(1.0, EPOCHS)) / EPOCHS)} of a fresh one.",
    )


QUESTIONS: tuple[Maker, ...] = (
    cost_of_training,
    two_and_four,
    split_by_twenty,
    printed_constants,
    real_model,
    long_after,
)
