"""Mistakes with Kaplan's laws of size, data and steps; see `catalogue`."""

import math
from dataclasses import asdict

from toylab.laws import disagreement, kaplan, published
from toylab.laws.allocation import flops_for
from toylab.laws.forms import FLOPS, Additive
from toylab.quantities import (
    format_change,
    format_count,
    format_fixed,
    format_scientific,
    format_share,
)
from toylab.teaching.contents import PageLink
from toylab.teaching.mistakes.mistake import CHINCHILLA, Mistake

SURFACE = published.HOFFMANN_3.form


def floor() -> Mistake:
    """A floor put under a law that has none."""
    N, law = 1e8, published.KAPLAN_N.form
    correct = float(kaplan.loss("params", N))
    claimed = correct + SURFACE.E
    tiny = law.scale / claimed ** (1 / law.exponent)
    return Mistake(
        name="endless-data",
        title="A model with endless data",
        question=f"{format_count(N)} parameters and as much data as they can use. Which loss does "
        "Kaplan's $L(N)$ foresee?",
        working=(
            f"$L(N) = (N_c/N)^{{\\alpha_N}}$, with $N_c$ = {format_scientific(law.scale)} "
            f"parameters and $\\alpha_N$ = {law.exponent:g}.",
            "Text has a floor: not even the best model foresees every token.",
            "The power is what a model has above that floor, which is "
            f"{SURFACE.E:g} nats in Hoffmann's printed fit.",
            f"For N = {format_count(N)} the two together are {claimed:.3f} nats a token.",
        ),
        wrong_line=2,
        explanation="Kaplan's laws were fitted without a floor: the power is the whole loss, "
        f"**{correct:.3f} nats**. Hoffmann's floor belongs to another form and to other text.",
        claimed=claimed,
        correct=correct,
        unit="nats",
        cost=f"{claimed:.2f} nats is the loss that the same law gives {format_count(tiny)} "
        f"parameters: the model is taken for one {N / tiny:.0f} times smaller.",
        link=PageLink("kaplan", {"kaplan_params": format_count(N), "kaplan_floor": True}),
        sources=(published.KAPLAN_N,),
    )


def log_of_a_sum() -> Mistake:
    """The logarithm of a sum taken for a sum of logarithms."""
    N, D = CHINCHILLA
    size, data = SURFACE.A / N**SURFACE.alpha, SURFACE.B / D**SURFACE.beta
    claimed, correct = SURFACE.E + size * data, float(SURFACE.loss(N, D))
    needed, spent = float(flops_for(SURFACE, claimed)), FLOPS * N * D
    return Mistake(
        name="log-of-a-sum",
        title="Both terms on log axes",
        question=f"Hoffmann's printed {SURFACE.tex}, and Chinchilla: {format_count(N)} parameters "
        f"on {format_count(D)} tokens. Which loss does the law give?",
        working=(
            f"Above the floor there are two terms, {size:.4f} nats for the size and {data:.4f} "
            "for the data.",
            "On log axes the two add up: $\\ln(L-E) = \\ln(A/N^\\alpha) + \\ln(B/D^\\beta)$.",
            f"That is {format_fixed(math.log(size), 3)} and {format_fixed(math.log(data), 3)}, so "
            f"{size * data:.4f} nats above the floor.",
            f"With the floor of {SURFACE.E:g} the loss is {claimed:.3f} nats.",
        ),
        wrong_line=1,
        explanation="The sum of two logarithms is the logarithm of a product, not of a sum. The "
        f"terms add as they are: {size:.4f} + {data:.4f} above the floor, together "
        f"**{correct:.3f} nats**.",
        claimed=claimed,
        correct=correct,
        unit="nats",
        cost=f"For {claimed:.3f} nats the law asks for {format_scientific(needed)} FLOPs, "
        f"{format_scientific(needed / spent, 2)} times what Chinchilla took. And fitted so, a "
        "line on log axes mixes the two exponents up.",
        link=PageLink("parametric", _fit(SURFACE)),
        sources=(published.HOFFMANN_3,),
    )


def one_slope() -> Mistake:
    """The slope of L - E taken for that of L."""
    low, high = 1e8, 1e10
    claimed, correct = SURFACE.alpha, disagreement.slope_without_floor(SURFACE, (low, high))
    first, start, end = (float(SURFACE.loss(N, math.inf)) for N in (low, 1e9, high))
    parts = SURFACE.E / first, SURFACE.E / end
    promised = start * 10**-claimed
    return Mistake(
        name="one-slope",
        title="Two papers, two exponents",
        question=f"Losses follow Hoffmann's printed ${SURFACE.E:g} + "
        f"{SURFACE.A:g}/N^{{{claimed:g}}}$, with endless data. Somebody fits $L = (N_c/N)^a$, "
        f"without a floor, to models of {format_count(low)} to {format_count(high)} parameters. "
        "What comes out for $a$?",
        working=(
            f"The term with N falls with slope {claimed:g} on log axes, at every size.",
            f"The floor of {SURFACE.E:g} nats is the same for all sizes.",
            f"It is {format_share(parts[0])} of the loss at {format_count(low)} parameters, "
            f"{format_share(parts[1])} at {format_count(high)}.",
            f"What is constant does not change a slope, so the fit has a = {claimed:g} too.",
            f"Kaplan's fit without a floor has {published.KAPLAN_N.form.exponent:g}: by this the "
            "two contradict each other.",
        ),
        wrong_line=3,
        explanation="On log axes a constant does change the slope: the floor is most of the loss "
        f"and does not fall. The fit has **a = {correct:.3f}**. The two papers give the slopes of "
        "different quantities.",
        claimed=claimed,
        correct=correct,
        unit="exponent",
        cost=f"From {format_count(1e9)} to {format_count(high)} parameters a slope of {claimed:g} "
        f"promises a fall from {start:.3f} to {promised:.3f} nats, below the floor. It is "
        f"{end:.3f}, {format_change(end / start)}.",
        link=PageLink(
            "disagreement",
            {
                "disagreement_law": published.HOFFMANN_3.name,
                "disagreement_sizes": (format_count(low), format_count(high)),
                "disagreement_about": "floor",
            },
        ),
        sources=(published.HOFFMANN_3, published.KAPLAN_N),
    )


def _fit(form: Additive) -> dict[str, object]:
    return {f"parametric_{name}": value for name, value in asdict(form).items()}
