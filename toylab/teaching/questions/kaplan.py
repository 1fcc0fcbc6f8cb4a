"""Questions on Kaplan's laws."""

from numpy.random import Generator

from toylab.laws import kaplan, published
from toylab.quantities import (
    MINUS,
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


def fall_of_the_loss(random: Generator) -> Question:
    """The fall of the loss for a factor, under one of Kaplan's lines."""
    of, factor = pick(random, list(NAMES)), pick(random, FACTORS)
    law, kept = kaplan.ONE[of], kaplan.gain(of, factor)
    a = law.form.exponent
    return numeric(
        name="fall-of-the-loss",
        sources=(law,),
        link=PageLink("kaplan", {"kaplan_factor": factor}),
        text=f"{law.title} is a power law with exponent {a:g}, without a floor. By how many "
        f"percent does the loss fall with {factor:,} times the {NAMES[of]}?",
        answer=100 * (1 - kept),
        explanation=f"It is multiplied by {factor:,}^{MINUS}{a:g} = {kept:.4f}: "
        f"**{MINUS}{format_number(100 * (1 - kept), 3)} %**, wherever one starts. That is what a "
        "straight line on log axes means.",
        unit="%",
    )


def joint_law(random: Generator) -> Question:
    """The loss under L(N, D), whose constants are its own."""
    params, tokens = (
        pick(random, ("1B", "2B", "2.5B", "4B", "5B", "10B")),
        pick(random, ("1B", "2B", "4B", "5B", "8B", "10B")),
    )
    form, N, D = kaplan.JOINT, parse_number(params), parse_number(tokens)
    here = kaplan.regime(N, D)
    return numeric(
        name="joint-law",
        sources=(published.KAPLAN_ND,),
        link=_joint(params, tokens),
        text=f"Kaplan's joint law is ${form.equation}$ with N_c = {format_scientific(form.N_c)}, "
        f"D_c = {format_scientific(form.D_c)}, alpha_N = {form.alpha_N:g} and alpha_D = "
        f"{form.alpha_D:g}. Which loss has a model of {params} parameters on {tokens} tokens? "
        "Give three decimals.",
        answer=here.loss,
        explanation=f"[{format_number(float(form.model(N)))} + "
        f"{format_number(float(form.data(D)))}]^{form.alpha_D:g} = "
        f"**{format_number(here.loss)}** nats. The exponent "
        f"{form.alpha_D:g} belongs to this joint fit; the "
        f"{published.KAPLAN_D.form.exponent:g} of L(D) alone is another fit, and the two do not "
        "mix. Nor is it a sum of two terms: the sum stands inside the power.",
        unit="nats",
        tolerance=0.002,  # three decimals of 2 to 3 nats; the wrong alpha_D is 1 % off
    )


def data_against_overfitting(random: Generator) -> Question:
    """The growth of data with size under Kaplan's joint law."""
    times = pick(random, (4, 5, 8, 10, 16, 20, 32, 50, 64, 100))
    more = float(kaplan.tokens_needed(1e9 * times) / kaplan.tokens_needed(1e9))
    form = kaplan.JOINT
    return numeric(
        name="data-against-overfitting",
        sources=(published.KAPLAN_ND,),
        link=_joint("1B"),
        text=f"By Kaplan's joint law, alpha_N = {form.alpha_N:g} and alpha_D = {form.alpha_D:g}, a "
        f"model is made {times} times larger. It shall overfit by no more than before. How many "
        "times as many tokens does it need?",
        answer=more,
        explanation=f"Overfitting depends on N^(alpha_N/alpha_D) / D alone, so the data grows by "
        f"{times}^{form.alpha_N / form.alpha_D:.3f} = **{format_number(more, 3)}**. This is "
        "about not overfitting; it is no advice on how to spend compute.",
        unit="times",
    )


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
        "Neither: twice of either lowers the loss by as much",
    ]
    right = options[0 if here.limit == "model-limited" else 1]
    return choice(
        random,
        name="what-holds-it-back",
        sources=(published.KAPLAN_ND,),
        link=_joint(params, tokens),
        text=f"A model of {params} parameters is trained on {tokens} tokens until its test loss no "
        "longer falls. What holds it back, by Kaplan's joint law?",
        right=right,
        wrong=[option for option in options if option != right],
        explanation=f"It is **{here.limit}**: doubling the model changes the loss by {model}, "
        f"doubling the data by {data}. A small network on much data has used up its size; data "
        "helps most where the network is large.",
    )


def fixed_data(random: Generator) -> Question:
    """Early-stopped losses flatten; they do not turn upwards."""
    tokens = pick(random, ("1B", "2B", "5B", "10B"))
    D = parse_number(tokens)
    sizes = (1e8, 1e10, 1e12)
    losses = ", ".join(f"{kaplan.regime(N, D).loss:.3f}" for N in sizes)
    return choice(
        random,
        name="fixed-data",
        sources=(published.KAPLAN_ND,),
        link=PageLink("kaplan", {"kaplan_tokens": tokens, "kaplan_about": "joint"}),
        text=f"The data stay at {tokens} tokens and models are made larger and larger, each "
        "stopped when its test loss is lowest. What does Kaplan's L(N, D) say of that loss?",
        right="It falls and levels off at what the data allow",
        wrong=[
            "It falls, then rises again: large models overfit",
            "It falls along a straight line on log axes without end",
            "It does not depend on the size once the data are fixed",
        ],
        explanation=f"At {', '.join(map(format_count, sizes))} parameters: {losses} nats. "
        "Overfitting means that the loss stays above what endless data would give, not that it "
        "turns upwards: training was stopped before that.",
    )


def _joint(params: str, tokens: str = "2B") -> PageLink:
    settings = {"kaplan_params": params, "kaplan_tokens": tokens, "kaplan_about": "joint"}
    return PageLink("kaplan", settings)


QUESTIONS: tuple[Maker, ...] = (
    fall_of_the_loss,
    joint_law,
    data_against_overfitting,
    what_holds_it_back,
    fixed_data,
)
