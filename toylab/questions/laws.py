"""Questions on Kaplan's laws, and on why Chinchilla's look different."""

import numpy as np
from numpy.random import Generator

from toylab import disagreement, kaplan, laws
from toylab.forms import Additive, Growth
from toylab.places import Place
from toylab.quantities import count, figure, number, percent, power
from toylab.questions.question import Maker, Question, choice, nearest, pick
from toylab.questions.question import number as numeric
from toylab.views import disagreement as stairs
from toylab.views import kaplan as view
from toylab.views.surface import said

NAMES = {"params": "parameters", "tokens": "tokens", "compute": "compute"}
JOINT = "Which of the two holds you back?"
MINUS = "\N{MINUS SIGN}"


def fall_of_the_loss(random: Generator) -> Question:
    """What a factor buys under one of Kaplan's lines."""
    of, factor = pick(random, list(NAMES)), pick(random, view.FACTORS)
    law, kept = kaplan.ONE[of], kaplan.gain(of, factor)
    a = law.form.exponent
    return numeric(
        "fall-of-the-loss", Place("kaplan", {"kaplan_factor": factor}),
        f"{law.title} is a power law with exponent {a:g}, without a floor. By how many percent "
        f"does the loss fall with {factor:,} times the {NAMES[of]}?",
        100 * (1 - kept),
        f"It is multiplied by {factor:,}^{MINUS}{a:g} = {kept:.4f}: **{percent(kept)}**, "
        "wherever one starts. That is what a straight line on log axes means.",
        "%",
    )  # fmt: skip


def joint_law(random: Generator) -> Question:
    """The loss under L(N, D), whose constants are its own."""
    params, tokens = (
        pick(random, ("1B", "2B", "2.5B", "4B", "5B", "10B")),
        pick(random, ("1B", "2B", "4B", "5B", "8B", "10B")),
    )
    form, N, D = kaplan.JOINT, number(params), number(tokens)
    here = kaplan.regime(N, D)
    return numeric(
        "joint-law",
        _joint(params, tokens),
        f"Kaplan's joint law is ${form.equation}$ with N_c = {power(form.N_c)}, D_c = "
        f"{power(form.D_c)}, alpha_N = {form.alpha_N:g} and alpha_D = {form.alpha_D:g}. Which "
        f"loss has a model of {params} parameters on {tokens} tokens? Give three decimals.",
        here.loss,
        f"[{figure(float(form.model(N)))} + {figure(float(form.data(D)))}]^{form.alpha_D:g} = "
        f"**{here.loss:.3f}** nats. The exponent {form.alpha_D:g} belongs to this joint fit; "
        f"the {laws.KAPLAN_D.form.exponent:g} of L(D) alone is another fit, and the two do not "
        "mix. Nor is it a sum of two terms: the sum stands inside the power.",
        "nats",
        tolerance=0.002,  # three decimals of 2 to 3 nats; the wrong alpha_D is 1 % off
    )  # fmt: skip


def data_against_overfitting(random: Generator) -> Question:
    """How data must grow with size under Kaplan's joint law."""
    times = pick(random, (4, 5, 8, 10, 16, 20, 32, 50, 64, 100))
    more = float(kaplan.tokens_needed(1e9 * times) / kaplan.tokens_needed(1e9))
    form = kaplan.JOINT
    return numeric(
        "data-against-overfitting",
        _joint("1B"),
        f"By Kaplan's joint law, alpha_N = {form.alpha_N:g} and alpha_D = {form.alpha_D:g}, a "
        f"model is made {times} times larger. How many times the data keeps its overfitting "
        "where it was?",
        more,
        f"Overfitting depends on N^(alpha_N/alpha_D) / D alone, so the data grows by "
        f"{times}^{form.alpha_N / form.alpha_D:.3f} = **{more:.3g}**. This is about not "
        "overfitting; it is no advice on how to spend compute.",
        "times",
    )  # fmt: skip


def what_holds_it_back(random: Generator) -> Question:
    """A small model is limited by its size, a large one by its data."""
    params, tokens = pick(
        random, (("10M", "1T"), ("20M", "500B"), ("10B", "1B"), ("5B", "500M"))
    )
    N, D = number(params), number(tokens)
    here = kaplan.regime(N, D)
    model, data = (
        percent(kaplan.regime(n, d).loss / here.loss) for n, d in ((2 * N, D), (N, 2 * D))
    )
    options = [
        "Its size: a larger model helps, more data hardly",
        "Its data: more data helps, a larger model hardly",
        "Neither: both help alike",
    ]
    right = options[0 if here.limit == "model-limited" else 1]
    return choice(
        random, "what-holds-it-back",
        _joint(params, tokens),
        f"A model of {params} parameters is trained on {tokens} tokens until its test loss no "
        "longer falls. What holds it back, by Kaplan's joint law?",
        right, [option for option in options if option != right],
        f"It is **{here.limit}**: doubling the model changes the loss by {model}, doubling the "
        f"data by {data}. A small network on much data has used up its size; data helps most "
        "where the network is large.",
    )  # fmt: skip


def fixed_data(random: Generator) -> Question:
    """Early-stopped losses flatten; they do not turn upwards."""
    tokens = pick(random, ("1B", "2B", "5B", "10B"))
    D = number(tokens)
    sizes = (1e8, 1e10, 1e12)
    losses = ", ".join(f"{kaplan.regime(N, D).loss:.3f}" for N in sizes)
    return choice(
        random, "fixed-data", Place("kaplan", {"kaplan_tokens": tokens, "kaplan_about": JOINT}),
        f"The data stay at {tokens} tokens and models are made larger and larger, each stopped "
        "when its test loss is lowest. What does Kaplan's L(N, D) say of that loss?",
        "It falls and levels off at what the data allow",
        [
            "It falls, then rises again: large models overfit",
            "It falls along a straight line on log axes without end",
            "It does not depend on the size once the data are fixed",
        ],
        f"At {', '.join(map(count, sizes))} parameters: {losses} nats. Overfitting means that "
        "the loss stays above what endless data would give, not that it turns upwards: "
        "training was stopped before that.",
    )  # fmt: skip


def two_exponents(random: Generator) -> Question:
    """Why 0.34 and 0.076 do not contradict each other."""
    form, law = laws.HOFFMANN_3.form, laws.KAPLAN_N
    at = pick(random, ("100M", "200M", "500M", "1B", "2B"))
    local = float(disagreement.local_slope(form, number(at)))
    return choice(
        random, "two-exponents",
        _floor(laws.HOFFMANN_3, (at, "10B")),
        f"Hoffmann's fit has {form.alpha:g} as the exponent of parameters, Kaplan's L(N) has "
        f"{law.form.exponent:g}. Why is that no contradiction?",
        "They are exponents of different things: of the loss above a floor by all parameters, "
        "and of the loss itself by those without embeddings",
        [
            "Kaplan's models were trained until they nearly converged, Hoffmann's for a fixed "
            "duration that ends well before",
            "Hoffmann's models are much larger, and the exponent of one and the same law grows "
            "with the size of the models",
            "One is for losses in nats and the other for losses in bits: in the same unit they "
            "are the same number",
        ],
        f"Fit L itself and the floor bends the line: at {at} parameters Hoffmann's own curve, "
        f"{said(form)} with endless data, has a local slope of only **{local:.3f}**, and "
        "further out still less. How long models were trained is not it: L(N) of either law "
        "is about data without end.",
    )  # fmt: skip


def slope_with_a_floor(random: Generator) -> Question:
    """The local slope of a loss that has a floor."""
    law = pick(random, (laws.HOFFMANN_3, laws.REFIT))
    size = pick(random, ("10M", "20M", "50M", "100M", "200M", "500M", "1B", "2B", "10B"))
    form, N = law.form, number(size)
    local, above = float(disagreement.local_slope(form, N)), form.A / N**form.alpha
    return numeric(
        "slope-with-a-floor",
        _floor(law, (size, "10T")),
        f"With endless data the loss is L = {form.E:g} + {form.A:g}/N^{form.alpha:g}. Which "
        f"slope, taken positive, has ln L against ln N at {size} parameters?",
        local,
        f"alpha (L {MINUS} E) / L = {form.alpha:g} x {above:.4f} / {form.E + above:.4f} = "
        f"**{figure(local, 3)}**. Only the part above the floor falls as "
        f"N^{MINUS}{form.alpha:g}.",
    )  # fmt: skip


def all_parameters(random: Generator) -> Question:
    """Parameters with the embeddings, in Chinchilla's family."""
    size = pick(random, (1e5, 2e5, 5e5, 1e6, 2e6, 5e6, 1e7, 2e7, 5e7, 1e8, 2e8))
    whole, part = float(disagreement.total(size)), float(disagreement.embedding_share(size))
    flops = float(disagreement.frontier(laws.HOFFMANN_3.form, size))
    span = (nearest(stairs.COMPUTE, flops / 30), nearest(stairs.COMPUTE, flops * 30))
    return numeric(
        "all-parameters",
        Place("disagreement", {"disagreement_law": "hoffmann-3", "disagreement_compute": span}),
        f"In the Chinchilla family a model of N parameters without embeddings has N + "
        f"{disagreement.W:.0f} N^(1/3) in all. How many are that at N = {count(size)}?",
        whole,
        f"{count(size)} and {count(whole - size)} of embeddings: **{count(whole)}**, of which "
        f"{100 * part:.0f} % are embeddings. Leave them out, as Kaplan did, and small models "
        "look smaller than they are: much of the way from 0.5 to 0.73 is this.",
        "parameters",
    )  # fmt: skip


def stair(random: Generator) -> Question:
    """Which fix moved the exponent most, and which least."""
    steps = disagreement.STAIRCASE
    falls = -np.diff([step.refinedweb for step in steps])
    most = pick(random, (True, False))
    k = int(falls.argmax() if most else falls.argmin()) + 1
    names = [step.name for step in steps[1:]]
    table = ", ".join(f"{name} {fall:.3f}" for name, fall in zip(names, falls, strict=True))
    return choice(
        random, "stair", Place("disagreement", {"disagreement_step": k}),
        f"Porian took Kaplan's exponent from {steps[0].refinedweb} to {steps[-1].refinedweb} "
        f"one fix at a time. Which fix was worth {'most' if most else 'least'}?",
        steps[k].name, [name for name in names if name != steps[k].name],
        f"How far each lowered it: {table}. The decay of the learning rate, which Hoffmann "
        "suspected, is the smallest; counting comes first.",
    )  # fmt: skip


def wrong_exponent(random: Generator) -> Question:
    """How far a wrong exponent mis-sizes a larger run."""
    believed = laws.KAPLAN_SIZE.form.exponent
    true = pick(random, (laws.HOFFMANN_1, laws.HOFFMANN_2)).form.exponent
    times = pick(random, (10, 30, 100, 300, 1000, 10_000))
    sizes = [float(Growth(1.0, a).at(times)) for a in (believed, true)]
    return numeric(
        "wrong-exponent",
        Place("disagreement", {"disagreement_step": 0, "disagreement_guess": believed}),
        f"You know the best size at one budget and plan {times:,} times the compute with "
        f"N ~ C^{believed:g}, while C^{true:.2f} is true. How many times too large is your "
        "model?",
        sizes[0] / sizes[1],
        f"{times:,}^{believed:g} = {sizes[0]:.4g} instead of {times:,}^{true:.2f} = "
        f"{sizes[1]:.4g}: **{sizes[0] / sizes[1]:.3g} times**. Exponents are compared by their "
        "difference.",
        "times",
    )  # fmt: skip


def _joint(params: str, tokens: str = view.View.tokens) -> Place:
    settings = {"kaplan_params": params, "kaplan_tokens": tokens, "kaplan_about": JOINT}
    return Place("kaplan", settings)


def _floor(law: laws.Law[Additive], sizes: tuple[str, str]) -> Place:
    settings = {"disagreement_law": law.name, "disagreement_sizes": sizes}
    return Place("disagreement", settings)


QUESTIONS: tuple[Maker, ...] = (
    fall_of_the_loss, joint_law, data_against_overfitting, what_holds_it_back, fixed_data,
    two_exponents, slope_with_a_floor, all_parameters, stair, wrong_exponent,
)  # fmt: skip
