"""Questions on why Kaplan's laws and Chinchilla's look different."""

import numpy as np
from numpy.random import Generator

from toylab.laws import disagreement, published
from toylab.laws.forms import Additive, Growth
from toylab.laws.law import Law
from toylab.quantities import MINUS, format_count, format_number, parse_number
from toylab.teaching.contents import PageLink
from toylab.teaching.questions.question import Maker, Question, choice, numeric, pick

PAPERS = (  # question, what is right, what is not
    (
        "What did Hoffmann 2022 do that Kaplan 2020 had not?",
        "Let the learning rate decay to the end of each run",
        (
            "Fix the compute, and ask which size is best for it",
            "Vary size and data together, and fit one law",
            "Let the learning rate decay along a cosine",
        ),
    ),
    (
        "Which of these is in Kaplan 2020 already?",
        "The best size for a fixed budget of compute",
        (
            "A floor under the losses of its laws",
            "Learning rates that decay to the end of each run",
            "A count of all parameters, embeddings included",
        ),
    ),
)


def two_exponents(random: Generator) -> Question:
    """The two quantities that 0.34 and 0.076 are exponents of."""
    form, law = published.HOFFMANN_3.form, published.KAPLAN_N
    at = pick(random, ("100M", "200M", "500M", "1B", "2B"))
    local = float(disagreement.local_slope(form, parse_number(at)))
    return choice(
        random,
        name="two-exponents",
        kinds=("published", "simulated"),
        sources=(published.HOFFMANN_3, law),
        link=_floor(published.HOFFMANN_3, (at, "10B")),
        text=f"Hoffmann's fit has {form.alpha:g} as the exponent of parameters, Kaplan's L(N) has "
        f"{law.form.exponent:g}. Why is that no contradiction?",
        right="One is of the loss above a floor, by all parameters; one of the loss itself, by "
        "those without embeddings",
        wrong=[
            "Kaplan's models were trained until they nearly converged, Hoffmann's for a fixed "
            "duration that ends well before",
            "Hoffmann's models are much larger, and the exponent of a law grows with its models",
            "One is for losses in nats and the other for losses in bits: once both have the same "
            "unit, they are the same number",
        ],
        explanation=f"Fit L itself and the floor bends the line: at {at} parameters Hoffmann's "
        f"own curve, {form.tex} with endless data, has a local slope of only **{local:.3f}**, and "
        "further out still less. How long models were trained is not it: L(N) of either law is "
        "about data without end.",
    )


def slope_with_a_floor(random: Generator) -> Question:
    """The local slope of a loss that has a floor."""
    law = pick(random, (published.HOFFMANN_3, published.REFIT))
    size = pick(random, ("10M", "20M", "50M", "100M", "200M", "500M", "1B", "2B", "10B"))
    form, N = law.form, parse_number(size)
    local, above = float(disagreement.local_slope(form, N)), form.A / N**form.alpha
    return numeric(
        name="slope-with-a-floor",
        sources=(law,),
        link=_floor(law, (size, "10T")),
        text=f"With endless data the loss is L = {form.E:g} + {form.A:g}/N^{form.alpha:g}. Which "
        f"slope, taken positive, has ln L against ln N at {size} parameters?",
        answer=local,
        explanation=f"alpha (L {MINUS} E) / L = {form.alpha:g} x {above:.4f} / "
        f"{form.E + above:.4f} = **{format_number(local, 3)}**. Only the part above the floor "
        f"falls as N^{MINUS}{form.alpha:g}.",
    )


def all_parameters(random: Generator) -> Question:
    """Parameters with the embeddings, in Chinchilla's family."""
    size = pick(random, (1e5, 2e5, 5e5, 1e6, 2e6, 5e6, 1e7, 2e7, 5e7, 1e8, 2e8))
    whole, part = float(disagreement.total(size)), float(disagreement.embedding_share(size))
    flops = float(disagreement.frontier(published.HOFFMANN_3.form, size))
    span = (flops / 30, flops * 30)
    return numeric(
        name="all-parameters",
        sources=(published.PEARCE,),
        link=PageLink(
            "disagreement",
            {
                "disagreement_law": "hoffmann-3",
                "disagreement_compute": span,
                "disagreement_about": "counting",
            },
        ),
        text=f"In the Chinchilla family a model of N parameters without embeddings has N + "
        f"{disagreement.W:.0f} N^(1/3) in all. How many are that at N = {format_count(size)}?",
        answer=whole,
        explanation=f"{format_count(size)} and {format_count(whole - size)} of embeddings: "
        f"**{format_count(whole)}**, of which {100 * part:.0f} % are embeddings. Leave them out, "
        "as Kaplan did, and small models look smaller than they are: much of the way from 0.5 to "
        "0.73 is this.",
        unit="parameters",
    )


def new_in_hoffmann(random: Generator) -> Question:
    """Innovations of the second paper, told from what the first had already."""
    text, right, wrong = pick(random, PAPERS)
    low, high = published.KAPLAN_N.measured["N"][1], published.HOFFMANN_3.measured["N"][1]
    return choice(
        random,
        name="new-in-hoffmann",
        kinds=("published",),
        sources=(published.KAPLAN, published.HOFFMANN),
        link=PageLink("disagreement", {"disagreement_step": 3}),
        text=text,
        right=right,
        wrong=wrong,
        explanation="Kaplan's section 6 asks for the best size of a budget and answers N ~ "
        f"C^{published.KAPLAN_SIZE.form.exponent:g}; his L(N, D) and L(N, S) vary two things at "
        "once. His learning rate fell along a cosine, too: to zero, over the same 250,000 steps "
        "for all, and losses were read on the way. Hoffmann's falls to a tenth, at the end of "
        f"each run. New are also models of {format_count(high)} instead of {format_count(low)} "
        "at most, a floor in the law, and embeddings in N.",
    )


def stair(random: Generator) -> Question:
    """The fix that moved the exponent most, or least."""
    steps = disagreement.STAIRCASE
    falls = -np.diff([step.refinedweb for step in steps])
    most = pick(random, (True, False))
    k = int(falls.argmax() if most else falls.argmin()) + 1
    names = [step.name for step in steps[1:]]
    table = ", ".join(f"{name} {fall:.3f}" for name, fall in zip(names, falls, strict=True))
    return choice(
        random,
        name="stair",
        kinds=("published",),
        sources=(published.PORIAN,),
        link=PageLink("disagreement", {"disagreement_step": k}),
        text=f"Porian took Kaplan's exponent from {steps[0].refinedweb} to {steps[-1].refinedweb} "
        f"one fix at a time. Which fix was worth {'most' if most else 'least'}?",
        right=steps[k].name,
        wrong=[name for name in names if name != steps[k].name],
        explanation=f"How far each lowered it: {table}. Counting comes first. The decay of the "
        "learning rate, which Hoffmann suspected, is the smallest, and not essential: the last "
        "step reaches its exponent without any.",
    )


def wrong_exponent(random: Generator) -> Question:
    """The factor by which a wrong exponent mis-sizes a larger run."""
    believed = published.KAPLAN_SIZE.form.exponent
    true = pick(random, (published.HOFFMANN_1, published.HOFFMANN_2)).form.exponent
    times = pick(random, (10, 30, 100, 300, 1000, 10_000))
    sizes = [float(Growth(1.0, a).at(times)) for a in (believed, true)]
    return numeric(
        name="wrong-exponent",
        sources=(published.KAPLAN_SIZE, published.HOFFMANN_1),
        link=PageLink("disagreement", {"disagreement_step": 0}),
        text=f"You know the best size at one budget and plan {times:,} times the compute with "
        f"N ~ C^{believed:g}, while C^{true:.2f} is true. How many times too large is your "
        "model?",
        answer=sizes[0] / sizes[1],
        explanation=f"{times:,}^{believed:g} = {sizes[0]:.4g} instead of {times:,}^{true:.2f} = "
        f"{sizes[1]:.4g}: **{format_number(sizes[0] / sizes[1], 3)} times**. Exponents are "
        "compared by their difference.",
        unit="times",
    )


def _floor(law: Law[Additive], sizes: tuple[str, str]) -> PageLink:
    settings = {"disagreement_law": law.name, "disagreement_sizes": sizes}
    return PageLink("disagreement", {**settings, "disagreement_about": "floor"})


QUESTIONS: tuple[Maker, ...] = (
    two_exponents,
    slope_with_a_floor,
    all_parameters,
    new_in_hoffmann,
    stair,
    wrong_exponent,
)
