"""Questions on Kaplan's laws."""

from numpy.random import Generator

from toylab.laws import kaplan, published
from toylab.quantities import (
    format_change,
    format_count,
    format_number,
    format_scientific,
    parse_number,
)
from toylab.teaching.contents import PageLink
from toylab.teaching.questions.question import Maker, Question, choice, numeric, pick

NAMES = {"params": "parameters", "tokens": "tokens", "compute": "compute"}
FACTORS = (2, 3, 5, 10, 20, 50, 100, 1000)
MINUS = "\N{MINUS SIGN}"


def fall_of_the_loss(random: Generator) -> Question:
    """What a factor buys under one of Kaplan's lines."""
    of, factor = pick(random, list(NAMES)), pick(random, FACTORS)
    law, kept = kaplan.ONE[of], kaplan.gain(of, factor)
    a = law.form.exponent
    return numeric(
        "fall-of-the-loss", PageLink("kaplan", {"kaplan_factor": factor}),
        f"{law.title} is a power law with exponent {a:g}, without a floor. By how many percent "
        f"does the loss fall with {factor:,} times the {NAMES[of]}?",
        100 * (1 - kept),
        f"It is multiplied by {factor:,}^{MINUS}{a:g} = {kept:.4f}: **{format_change(kept)}**, "
        "wherever one starts. That is what a straight line on log axes means.",
        "%",
    )  # fmt: skip


def joint_law(random: Generator) -> Question:
    """The loss under L(N, D), whose constants are its own."""
    params, tokens = (
        pick(random, ("1B", "2B", "2.5B", "4B", "5B", "10B")),
        pick(random, ("1B", "2B", "4B", "5B", "8B", "10B")),
    )
    form, N, D = kaplan.JOINT, parse_number(params), parse_number(tokens)
    here = kaplan.regime(N, D)
    return numeric(
        "joint-law",
        _joint(params, tokens),
        f"Kaplan's joint law is ${form.equation}$ with N_c = {format_scientific(form.N_c)}, D_c = "
        f"{format_scientific(form.D_c)}, alpha_N = {form.alpha_N:g} and alpha_D = {form.alpha_D:g}. Which "
        f"loss has a model of {params} parameters on {tokens} tokens? Give three decimals.",
        here.loss,
        f"[{format_number(float(form.model(N)))} + {format_number(float(form.data(D)))}]^{form.alpha_D:g} = "
        f"**{here.loss:.3f}** nats. The exponent {form.alpha_D:g} belongs to this joint fit; "
        f"the {published.KAPLAN_D.form.exponent:g} of L(D) alone is another fit, and the two do not "
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
    params, tokens = pick(random, (("10M", "1T"), ("20M", "500B"), ("10B", "1B"), ("5B", "500M")))
    N, D = parse_number(params), parse_number(tokens)
    here = kaplan.regime(N, D)
    model, data = (
        format_change(kaplan.regime(n, d).loss / here.loss) for n, d in ((2 * N, D), (N, 2 * D))
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
    D = parse_number(tokens)
    sizes = (1e8, 1e10, 1e12)
    losses = ", ".join(f"{kaplan.regime(N, D).loss:.3f}" for N in sizes)
    return choice(
        random, "fixed-data", PageLink("kaplan", {"kaplan_tokens": tokens, "kaplan_about": "joint"}),
        f"The data stay at {tokens} tokens and models are made larger and larger, each stopped "
        "when its test loss is lowest. What does Kaplan's L(N, D) say of that loss?",
        "It falls and levels off at what the data allow",
        [
            "It falls, then rises again: large models overfit",
            "It falls along a straight line on log axes without end",
            "It does not depend on the size once the data are fixed",
        ],
        f"At {', '.join(map(format_count, sizes))} parameters: {losses} nats. Overfitting means that "
        "the loss stays above what endless data would give, not that it turns upwards: "
        "training was stopped before that.",
    )  # fmt: skip


def _joint(params: str, tokens: str = "2B") -> PageLink:
    settings = {"kaplan_params": params, "kaplan_tokens": tokens, "kaplan_about": "joint"}
    return PageLink("kaplan", settings)


QUESTIONS: tuple[Maker, ...] = (
    fall_of_the_loss, joint_law, data_against_overfitting, what_holds_it_back, fixed_data,
)  # fmt: skip
