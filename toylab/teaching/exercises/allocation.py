"""Exercises on allocation that texts get wrong: the answer, the common mistake, its cost.

Every number is computed from `published` by `allocation` when the page is drawn.
"""

import math
from dataclasses import asdict

from toylab.laws import published
from toylab.laws.allocation import allocate, best, regret
from toylab.laws.forms import FLOPS, Additive
from toylab.laws.repeated_data import CEILING, worth
from toylab.quantities import (
    format_change,
    format_count,
    format_scientific,
    format_share,
    format_signed,
)
from toylab.teaching.exercises.example import Example

ROUNDED, REFIT = published.HOFFMANN_3.form, published.REFIT.form
VOCABULARY = 32_000  # of the Chinchilla models; Pearce & Song 2024


def examples() -> list[Example]:
    """All of them, in order."""
    return [
        _split(1e23),
        _rule(5e24),
        _which(5e24),
        _tenfold(1e11, 1e12),
        _separately(1e23),
        _activation(4096),
        _again(140e9, 4),
    ]


def _split(flops: float) -> Example:
    right = allocate(published.TWENTY, flops)
    wrong = math.sqrt(flops / (4 * 20))
    spent = FLOPS * wrong * 20 * wrong
    seen = flops / FLOPS / wrong
    cost = regret(REFIT, wrong, seen)
    return Example(
        name=f"Split {format_scientific(flops)}",
        question=f"You may spend {format_scientific(flops)} FLOPs and follow the rule of 20 "
        "tokens a parameter. How large a model, on how many tokens?",
        answer=f"$C = 6ND$ and $D = 20N$, so $N = \\sqrt{{C/120}}$ = "
        f"**{format_count(right.params)}** and $D$ = **{format_count(right.tokens)}**.",
        common_mistake="*The backward pass costs as much as the forward pass, so C = 4ND.* It "
        f"costs twice as much: 2 + 4 = 6. With 4 the answer is {format_count(wrong)} on "
        f"{format_count(20 * wrong)}.",
        cost=f"That run needs {format_scientific(spent)} FLOPs, {spent / flops:.2g} times the "
        f"budget. Stopped when the budget is gone it has seen {format_count(seen)} tokens, "
        f"{seen / wrong:.1f} a parameter: {cost.nats:.4f} nats above the best split, which "
        f"reaches the same with {format_share(1 - cost.waste, 1)} of the compute (refitted "
        "constants).",
    )


def _rule(flops: float) -> Example:
    rule, printed = allocate(published.TWENTY, flops), best(ROUNDED, flops)
    by_print = regret(ROUNDED, rule.params, rule.tokens)
    by_refit = regret(REFIT, printed.params, printed.tokens)
    return Example(
        name=f"Split {format_scientific(flops)}",
        question=f"The same for {format_scientific(flops)} FLOPs. Do the printed constants of "
        "Hoffmann's approach 3 say so too?",
        answer=f"The rule says **{format_count(rule.params)}** on "
        f"**{format_count(rule.tokens)}**. The printed constants say "
        f"**{format_count(printed.params)}** on **{format_count(printed.tokens)}**, "
        f"{printed.tokens_per_param:.0f} tokens a parameter. They are two different laws.",
        common_mistake=f"*{_printed(ROUNDED)} imply 20 tokens a parameter.* The rule is read off "
        "the table of approach 1.",
        cost=f"By the printed constants the rule gives away {by_print.nats:.4f} nats, "
        f"{format_share(by_print.waste)} of the compute. By the refitted ones it is the other "
        f"answer that gives away {by_refit.nats:.4f} nats, {format_share(by_refit.waste)}.",
    )


def _which(flops: float) -> Example:
    wide, small = (2.04e11, 4.08e12), (1.5e11, 5.56e12)
    first, second = (float(ROUNDED.loss(*choice)) for choice in (wide, small))
    other = [float(REFIT.loss(*choice)) for choice in (wide, small)]
    optimum = best(ROUNDED, flops)
    billions = [float(ROUNDED.loss(N / 1e9, D / 1e9)) for N, D in (wide, small)]
    cost = regret(ROUNDED, *wide).waste - regret(ROUNDED, *small).waste
    return Example(
        name="Compare two models",
        question=f"Both cost {format_scientific(flops)} FLOPs: {_model(wide)}, and "
        f"{_model(small)}. Which has the lower loss?",
        answer=f"By the printed constants {_terms(ROUNDED, *wide)} = **{first:.4f}** against "
        f"{_terms(ROUNDED, *small)} = **{second:.4f}**: {_lower(first, second)}, and best of all "
        f"is {format_count(optimum.params)} on {format_count(optimum.tokens)} with "
        f"{optimum.loss:.4f}. By the refitted constants {other[0]:.4f} against {other[1]:.4f}: "
        f"{_lower(*other)}.",
        common_mistake="*Put N = 204 and D = 4080, they are in billions.* The constants were "
        f"fitted to plain numbers. With billions the losses are {billions[0]:.1f} and "
        f"{billions[1]:.1f} nats.",
        cost=f"Guessing every token of a vocabulary of {VOCABULARY:,} blindly costs "
        f"{math.log(VOCABULARY):.1f} nats. And it picks {_lower(*billions)}, whose waste of "
        f"compute is {format_signed(100 * cost, 0)} points against that of the other (printed "
        "constants).",
    )


def _tenfold(few: float, many: float) -> Example:
    before, after = (float(ROUNDED.loss(math.inf, D)) for D in (few, many))
    factor = (few / many) ** ROUNDED.beta
    wrong = before * factor
    drop = before - after
    return Example(
        name=f"{format_count(few)} or {format_count(many)} tokens",
        question=f"A very large model sees {format_count(many)} tokens instead of "
        f"{format_count(few)}. How far does its loss fall?",
        answer=f"From $E + B/D^\\beta$ = {before:.4f} to {after:.4f} nats: by **{drop:.3f} "
        f"nats**, {format_change(after / before)}. Perplexity falls from {math.exp(before):.2f} "
        f"to {math.exp(after):.2f}, {format_change(math.exp(-drop))}.",
        common_mistake=f"*Ten times the data multiplies the loss by 10^-{ROUNDED.beta:g} = "
        f"{factor:.2f}.* Only the data's term is, {before - ROUNDED.E:.3f} nats of it; the floor "
        f"of {ROUNDED.E} stays.",
        cost=f"The mistake promises {wrong:.2f} nats, below the floor, and a fall "
        f"{(before - wrong) / drop:.0f} times too deep.",
    )


def _separately(flops: float) -> Example:
    params, tokens = 50.0e9, 337e9  # as two lines of a text read at that budget
    spent = FLOPS * params * tokens
    return Example(
        name="Two lines, one budget",
        question="A study fits one line to its best sizes and another to its best amounts of "
        f"data. At {format_scientific(flops)} FLOPs they say {format_count(params)} parameters "
        f"and {format_count(tokens)} tokens. May you train that?",
        answer=f"**Not for {format_scientific(flops)}**: {FLOPS}ND = "
        f"{format_scientific(spent, 4)}, {format_change(spent / flops)}. Fit one line, and take "
        f"the other from $D = C/({FLOPS}N)$. Fitted on log axes, to the same runs, the two keep "
        "to the budget by themselves.",
        common_mistake="*Size and data each have their own best line.* Their product is the "
        "budget, so their exponents add up to one.",
        cost="Here a percent; but the exponents no longer add up to one, and the gap grows with "
        "the distance.",
    )


def _activation(width: int) -> Example:
    attention, plain, gated = 4 * width**2, 8 * width**2, 12 * width**2
    before, after = attention + plain, attention + gated
    return Example(
        name="Another activation, another 6?",
        question=f"A layer of width {width:,} has {format_count(before)} weights. SwiGLU puts "
        "three matrices in the place of two. Is a token still 6 FLOPs a weight?",
        answer=f"**Yes.** Every weight of a matrix multiplies and adds once a token: 2 FLOPs "
        f"forward, 4 backward. What grew is N: {format_count(after)} weights, and with it "
        f"{FLOPS}N by {format_change(after / before)}.",
        common_mistake="*The 6 is for ReLU.* The activation itself costs next to nothing. What "
        "the 6 leaves out are attention's scores, and passes that are computed twice to save "
        "memory: see *What 6ND leaves out*.",
        cost=f"Whoever changes N and the 6 counts the larger layer twice: {FLOPS}N comes out "
        f"{after / before:.2f} times too high.",
    )


def _again(unique: float, epochs: int) -> Example:
    read = unique * epochs
    fresh, most = float(worth(unique, epochs)), float(unique * CEILING)
    many = 10 * epochs
    return Example(
        name="Read it again?",
        question=f"You have {format_count(unique)} tokens and compute for {format_count(read)}. "
        f"What are {epochs} passes worth?",
        answer=f"As much as {format_count(fresh)} fresh tokens, by the fit of "
        f"{published.MUENNIGHOFF.cited}: **{format_share(fresh / read)}** of what as much fresh "
        f"text would be. After {many} passes it is "
        f"{format_share(float(worth(unique, many)) / unique / many)}.",
        common_mistake="*More passes are as good as more data*, or *a token can be used only "
        "once*. The first few repeats are nearly free, and later ones teach ever less.",
        cost=f"However often you read them, {format_count(unique)} tokens are never worth more "
        f"than {CEILING:.1f} times as many: {format_count(most)}. (With ordinary weight decay; "
        "a much stronger one helps.)",
    )


def _model(choice: tuple[float, float]) -> str:
    return f"{format_count(choice[0])} parameters on {format_count(choice[1])} tokens"


def _lower(wide: float, small: float) -> str:
    return "the larger model" if wide < small else "the smaller model"


def _printed(form: Additive) -> str:
    return ", ".join(f"{name} = {value:g}" for name, value in asdict(form).items())


def _terms(form: Additive, params: float, tokens: float) -> str:
    N, D = form.A / params**form.alpha, form.B / tokens**form.beta
    return f"{form.E} + {N:.4f} + {D:.4f}"
