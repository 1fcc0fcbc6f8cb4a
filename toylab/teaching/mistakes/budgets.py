"""Mistakes in splitting a budget, C = 6 N D; see `catalogue`."""

import math
from dataclasses import asdict, replace

import numpy as np

from toylab.fits import isoflop_naive
from toylab.laws import published
from toylab.laws.allocation import allocate, best, exponent, regret
from toylab.laws.forms import FLOPS, Additive
from toylab.quantities import format_count, format_scientific, format_share
from toylab.simulation.isoflop_study import SimulatedStudy, simulate
from toylab.teaching.contents import PageLink
from toylab.teaching.mistakes.mistake import CHINCHILLA, Mistake

REFIT, UNROUNDED = published.REFIT.form, published.HOFFMANN_3_FULL.form


def backward_pass() -> Mistake:
    """The backward pass at the price of the forward pass."""
    N, D = CHINCHILLA
    claimed, correct = 4 * N * D, FLOPS * N * D
    seen = claimed / FLOPS / N
    short, whole = (float(REFIT.loss(N, tokens)) for tokens in (seen, D))
    return Mistake(
        name="cost-of-a-run",
        title="What Chinchilla cost",
        question=f"Chinchilla has {format_count(N)} parameters and was trained on "
        f"{format_count(D)} tokens. How many FLOPs is that, about?",
        working=(
            "Forward, each parameter is used in one multiplication and one addition a token: "
            "2 FLOPs.",
            "Backward goes the same way once more: another 2.",
            "Training a token costs 4 FLOPs a parameter, so $C = 4ND$.",
            f"$C$ = {format_scientific(claimed)} FLOPs.",
        ),
        wrong_line=1,
        explanation="Backward needs two products for each one forward: a gradient for what came "
        "in, and one for the weights. That is 4, together 6: $C = 6ND$ = "
        f"**{format_scientific(correct)} FLOPs**.",
        claimed=claimed,
        correct=correct,
        unit="FLOPs",
        cost=f"The money is gone after {format_count(seen)} of {format_count(D)} tokens, and the "
        f"loss is {short - whole:.3f} nats higher than planned (refitted constants).",
        link=PageLink(
            "allocation",
            {
                "allocation_budget": format_scientific(published.BUDGET),
                "allocation_about": "models",
            },
        ),
        sources=(published.KAPLAN, published.HOFFMANN),
    )


def thousandfold() -> Mistake:
    """Kaplan's exponent carried over to Hoffmann's line."""
    low, high = 1e21, 1e24
    law, old = published.HOFFMANN_1, published.KAPLAN_SIZE.form.exponent
    start, correct = (allocate(law, C).params for C in (low, high))
    claimed = start * (high / low) ** old
    left = _left(high, claimed)
    cost = regret(REFIT, claimed, left)
    return Mistake(
        name="thousandfold-budget",
        title="A thousand times the compute",
        question="The line of Hoffmann's approach 1, drawn through its size for "
        f"{format_scientific(published.BUDGET)} FLOPs, puts the best size for "
        f"{format_scientific(low)} at {format_count(start)} parameters. How large is it for "
        f"{format_scientific(high)}?",
        working=(
            f"The budget grows by a factor {high / low:,.0f}.",
            "Chinchilla corrected Kaplan's constants and kept how the best size grows: as "
            f"$C^{{{old:g}}}$.",
            f"{high / low:,.0f} to the power {old:g} is {(high / low) ** old:.0f}.",
            f"So the best size is {format_count(claimed)} parameters.",
        ),
        wrong_line=1,
        explanation=f"The exponent is what changed: {law.form.exponent:.2f} instead of {old:g}, "
        f"and with it the advice. The best size is **{format_count(correct)}**; size and data "
        "grow alike.",
        claimed=claimed,
        correct=correct,
        unit="parameters",
        cost=f"{format_count(claimed)} parameters leave {format_count(left)} tokens of the budget, "
        f"{left / claimed:.2g} a parameter: {cost.nats:.3f} nats above the best split, which "
        f"reaches the same with {format_share(1 - cost.waste)} of the compute (refitted "
        "constants).",
        link=PageLink(
            "allocation",
            {
                "allocation_budget": format_scientific(high),
                "allocation_about": "ratio",
            },
        ),
        sources=(law, published.KAPLAN_SIZE),
    )


def three_ways() -> Mistake:
    """Three methods that agree on the exponent taken to agree on the size."""
    C, far = published.BUDGET, 1e26
    one, two = (allocate(law, C).params for law in (published.HOFFMANN_1, published.HOFFMANN_2))
    three = best(UNROUNDED, C).params
    claimed = math.sqrt(one * two)
    cost = regret(UNROUNDED, claimed, _left(C, claimed))
    ratio = allocate(published.HOFFMANN_1, far).params / best(UNROUNDED, far).params
    return Mistake(
        name="three-ways",
        title="Three ways to one size",
        question=f"Hoffmann has three ways to the best size for {format_scientific(C)} FLOPs. "
        "What does the third, a surface fitted to all runs, say with its unrounded constants?",
        working=(
            f"Approach 1, along learning curves, says {format_count(one)} parameters.",
            f"Approach 2, along valleys of equal compute, says {format_count(two)}.",
            f"The surface has $N \\propto C^{{{exponent(UNROUNDED):.2f}}}$, near the "
            f"{published.HOFFMANN_1.form.exponent:.2f} and "
            f"{published.HOFFMANN_2.form.exponent:.2f} of the others.",
            f"The exponents agree, so the sizes do: {format_count(claimed)} again.",
        ),
        wrong_line=3,
        explanation="Exponents that are alike do not fix the size: that also needs the line's "
        f"height. The surface says **{format_count(three)}**, {one / three:.1f} times smaller "
        "than approach 1.",
        claimed=claimed,
        correct=three,
        unit="parameters",
        cost=f"By its own surface {format_count(claimed)} wastes {format_share(cost.waste, 1)} of "
        f"the compute. And the gap widens: at {format_scientific(far)} FLOPs approach 1 wants a "
        f"model {ratio:.1f} times as large as the surface does.",
        link=PageLink(
            "allocation", {"allocation_budget": format_scientific(C), **_surface(UNROUNDED)}
        ),
        sources=(published.HOFFMANN_1, published.HOFFMANN_2, published.HOFFMANN_3_FULL),
    )


def more_tokens() -> Mistake:
    """More tokens a parameter, and the size that pays for them forgotten."""
    C, few, many = 1e21, 20, 2000
    (N, D), (small, fed) = (
        (math.sqrt(C / FLOPS / r), math.sqrt(C * r / FLOPS)) for r in (few, many)
    )
    size, data = REFIT.A / N**REFIT.alpha, REFIT.B / fed**REFIT.beta
    claimed, correct = REFIT.E + size + data, float(REFIT.loss(small, fed))
    cost = regret(REFIT, small, fed)
    return Mistake(
        name="tokens-a-parameter",
        title="Feed it more",
        question=f"A budget of {format_scientific(C)} FLOPs at {few} tokens a parameter buys "
        f"{format_count(N)} parameters on {format_count(D)} tokens. Which loss does the same "
        f"budget reach at {many:,} tokens a parameter (refitted constants)?",
        working=(
            f"At {many:,} tokens a parameter it buys {format_count(fed)} tokens.",
            f"The term of the data falls from {REFIT.B / D**REFIT.beta:.3f} to {data:.3f} nats.",
            f"The floor of {REFIT.E:.3f} and the term of the size, {size:.3f} nats, stay as "
            "they were.",
            f"Together {claimed:.3f} nats: the more tokens a parameter, the better.",
        ),
        wrong_line=2,
        explanation=f"At fixed compute more tokens mean a smaller model: {format_count(small)}, "
        f"whose term is {REFIT.A / small**REFIT.alpha:.3f} nats. Together **{correct:.3f} nats**. "
        "Along a budget the loss is a valley.",
        claimed=claimed,
        correct=correct,
        unit="nats",
        cost=f"That is {cost.nats:.3f} nats above the best split of the budget, which reaches "
        f"the same with {format_share(1 - cost.waste)} of the compute. (It may still be right "
        "for a model that must be cheap to run.)",
        link=PageLink("allocation", {"allocation_budget": format_scientific(C)}),
        sources=(published.REFIT,),
    )


def constants() -> Mistake:
    """The coefficients left out of the best split."""
    C = published.BUDGET
    bare = best(replace(REFIT, A=1.0, B=1.0), C)
    claimed, correct = bare.params, best(REFIT, C).params
    cost = regret(REFIT, claimed, bare.tokens)
    return Mistake(
        name="five-constants",
        title="Five constants, one size",
        question="The refitted surface $E + A/N^{\\alpha} + B/D^{\\beta}$ and "
        f"{format_scientific(C)} FLOPs. What is the best size?",
        working=(
            f"Along $6ND = C$ the loss is lowest at $N = G\\,(C/6)^{{{exponent(REFIT):.3f}}}$; "
            "the exponent is $\\beta/(\\alpha+\\beta)$.",
            "The floor E does not move the bottom.",
            "A and B only carry the units of N and D; so they cancel, and "
            "$G = (\\alpha/\\beta)^{1/(\\alpha+\\beta)}$.",
            f"With $\\alpha$ = {REFIT.alpha:g} and $\\beta$ = {REFIT.beta:g} that is "
            f"{format_count(claimed)} parameters.",
        ),
        wrong_line=2,
        explanation="A and B say how much size and data are worth against each other, and do not "
        f"cancel: $G = (\\alpha A/\\beta B)^{{1/(\\alpha+\\beta)}}$. With A = {REFIT.A:g} and B = "
        f"{REFIT.B:g} it is **{format_count(correct)}**.",
        claimed=claimed,
        correct=correct,
        unit="parameters",
        cost=f"{format_count(claimed)} on {format_count(bare.tokens)} tokens is {cost.nats:.3f} "
        f"nats above the best split: {format_share(cost.waste)} of the compute wasted.",
        link=PageLink("allocation", {"allocation_budget": format_scientific(C), **_surface(REFIT)}),
        sources=(published.REFIT, published.HOFFMANN),
    )


def lowest_run() -> Mistake:
    """The lowest run of a budget taken for the bottom of its valley."""
    C, study = 1e24, SimulatedStudy(sizes=8, noise=0.005)
    dots = isoflop_naive.lowest_runs(simulate(REFIT, study))
    a, level = np.polyfit(np.log(dots["flops"]), np.log(dots["params"]), 1)
    claimed, correct = float(np.exp(level) * C**a), best(REFIT, C).params
    plain = float(isoflop_naive.fit_without_logs(dots).at(C))
    wastes = [regret(REFIT, N, _left(C, N)).waste for N in (claimed, plain)]
    return Mistake(
        name="from-small-runs",
        title="A large model from small runs",
        question=f"A simulated study: {study.budgets} budgets from "
        f"{format_scientific(study.lowest)} to {format_scientific(study.highest)} FLOPs, "
        f"{study.sizes} sizes at each, losses known to {100 * study.noise:g} %. Which size is "
        f"best for {format_scientific(C)}?",
        working=(
            "At each budget the loss over the size is a valley, and its bottom is the best size.",
            "The bottom is where the run of lowest loss stands: fitting a curve adds nothing.",
            f"A straight line through these {study.budgets} sizes on log axes has slope {a:.2f}.",
            f"Drawn on to {format_scientific(C)} FLOPs it says {format_count(claimed)} parameters.",
        ),
        wrong_line=1,
        explanation="The lowest run only names one of the sizes that were tried, and near the "
        "bottom noise decides which. A parabola through all of them finds what lies between. The "
        f"law that the runs were drawn from says **{format_count(correct)}**.",
        claimed=claimed,
        correct=correct,
        unit="parameters",
        cost=f"{format_count(claimed)} wastes {format_share(wastes[0], 1)} of the compute at "
        f"{format_scientific(C)} FLOPs. With the line fitted in N itself, without logarithms, it "
        f"would be {format_count(plain)} and {format_share(wastes[1], 1)}. With other luck the "
        "lowest runs miss to the other side.",
        link=PageLink(
            "isoflop",
            {
                "isoflop_sizes": study.sizes,
                "isoflop_about": "lowest",
            },
        ),
        sources=(published.HOFFMANN, published.REFIT),
    )


def _left(flops: float, params: float) -> float:
    """Tokens that a budget leaves for a model."""
    return flops / FLOPS / params


def _surface(form: Additive) -> dict[str, object]:
    return {f"allocation_{name}": value for name, value in asdict(form).items()}
