"""Questions on one surface for every run."""

import math

from numpy.random import Generator

from toylab.laws import allocation, published
from toylab.laws.forms import FLOPS
from toylab.quantities import MINUS, format_change, format_count, format_number
from toylab.teaching.contents import PageLink
from toylab.teaching.questions.question import Maker, Question, choice, numeric, pick

SURFACES = (published.HOFFMANN_3, published.REFIT)


def loss_on_a_surface(random: Generator) -> Question:
    """The loss of a model on a surface, term by term."""
    law = pick(random, SURFACES)
    params = pick(random, (1e9, 3e9, 7e9, 1.3e10, 3e10, 7e10, 1.5e11))
    tokens = pick(random, (1e11, 3e11, 5e11, 1e12, 2e12))
    form = law.form
    loss = float(form.loss(params, tokens))
    size, data = form.A / params**form.alpha, form.B / tokens**form.beta
    return numeric(
        name="loss-on-a-surface",
        sources=(law,),
        link=PageLink(
            "parametric",
            _surface(law.name)
            | {
                "parametric_at": FLOPS * params * tokens,
            },
        ),
        text=f"{law.title}: {form.tex}. Which loss has a model of {format_count(params)} "
        f"parameters on {format_count(tokens)} tokens? Give three decimals.",
        answer=loss,
        explanation=f"{form.E:g} + {size:.4f} + {data:.4f} = **{format_number(loss)}** nats. The "
        "constants were fitted to plain counts: put in billions, and the loss is worse than a "
        "blind guess.",
        unit="nats",
        tolerance=0.001,  # three decimals of about 2 nats, most of which is the floor
    )


def exponent_from_a_surface(random: Generator) -> Question:
    """a = beta / (alpha + beta)."""
    alpha = pick(random, (0.31, 0.33, 0.34, 0.35, 0.36))
    beta = pick(random, (0.27, 0.28, 0.29, 0.4, 0.42, 0.44))
    a = beta / (alpha + beta)
    surface = {"parametric_alpha": alpha, "parametric_beta": beta}
    return numeric(
        name="exponent-from-a-surface",
        link=PageLink("parametric", surface),
        text=f"A fit of E + A/N^alpha + B/D^beta has alpha = {alpha:g} and beta = {beta:g}. With "
        "which power of compute does the best size grow?",
        answer=a,
        explanation=f"beta / (alpha + beta) = {beta:g} / {alpha + beta:g} = "
        f"**{format_number(a, 3)}**. The data grows "
        f"with the rest, {1 - a:.3f}: where a term falls faster, less of it is needed.",
    )


def more_data(random: Generator) -> Question:
    """Only the data's term falls with more data."""
    law = pick(random, SURFACES)
    few, times = pick(random, (1e10, 3e10, 1e11, 3e11, 1e12)), pick(random, (2, 4, 5, 10, 100))
    form, many = law.form, few * times
    before, after = (float(form.loss(math.inf, D)) for D in (few, many))
    slip = before * (1 - times**-form.beta)
    return numeric(
        name="more-data",
        sources=(law,),
        link=PageLink("parametric", _surface(law.name)),
        text=f"By {law.title}, {form.tex}: an endlessly large model reads {format_count(many)} "
        f"tokens instead of {format_count(few)}. By how many nats does its loss fall?",
        answer=before - after,
        explanation=f"From {before:.4f} to {after:.4f}: by **{format_number(before - after, 3)} "
        f"nats**, {format_change(after / before)}. Only B/D^beta is multiplied by "
        f"{times}^{MINUS}{form.beta:g}; with the whole loss it would be {slip:.2f} nats, but the "
        "floor stays.",
        unit="nats",
    )


def loose_constants(random: Generator) -> Question:
    """A and B are known badly, and what is asked of them well."""
    constant, partner = pick(random, (("A", "alpha"), ("B", "beta")))
    low, high = published.REFIT.spread[constant]
    a = allocation.exponent(published.REFIT.form)
    return choice(
        random,
        name="loose-constants",
        kinds=("published",),
        sources=(published.REFIT,),
        link=PageLink("parametric", {"parametric_noise": "2", "parametric_about": "trust"}),
        text=f"Refitted to resampled runs, {constant} of Besiroglu's surface comes out anywhere "
        f"from {low:g} to {high:g}. Is the surface useless?",
        right=f"No: {constant} and {partner} move together, and it hardly changes",
        wrong=[
            f"Yes: with {constant} so uncertain no loss can be computed",
            f"No: {constant} is only a unit, and drops out of every loss",
            "Yes: a fit whose constants are uncertain has not converged",
        ],
        explanation=f"{constant} is the loss's term at a count of one, many decades from any run: "
        f"a slightly other {partner} moves it a lot. What is asked of the surface, such as the "
        f"exponent a = {a:.2f}, is far better known than {constant}, if you keep both of them "
        "together, with all their digits.",
    )


def _surface(name: str) -> dict[str, object]:
    form = published.find(name).form
    return {f"parametric_{constant}": value for constant, value in vars(form).items()}


QUESTIONS: tuple[Maker, ...] = (
    loss_on_a_surface,
    exponent_from_a_surface,
    more_data,
    loose_constants,
)
