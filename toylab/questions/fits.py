"""Questions on valleys at one budget, and on one surface for every run."""

import math

import numpy as np
from numpy.random import Generator

from toylab import allocation, isoflop, laws
from toylab.forms import FLOPS
from toylab.parabola import Parabolas
from toylab.places import Place
from toylab.quantities import count, figure, number, percent, power
from toylab.questions.question import Maker, Question, choice, nearest, pick
from toylab.questions.question import number as numeric
from toylab.study import Study, simulate
from toylab.trend import through
from toylab.views import isoflop as valleys
from toylab.views import parametric as view
from toylab.views.surface import said

SURFACES = (laws.HOFFMANN_3, laws.REFIT)
EDGES = {"0.2": ("largest", "larger"), "5": ("smallest", "smaller")}  # the grid's centre
MINUS = "\N{MINUS SIGN}"


def shape_of_a_valley(random: Generator) -> Question:
    """A parabola in log N, and why it rises."""
    budget = pick(random, ("1e19", "3e19", "1e20", "3e20"))
    right_side = pick(random, (True, False))
    best = allocation.best(laws.REFIT.form, number(budget))
    reasons = [
        f"Fewer tokens are left: D = C/({FLOPS}N)",
        "The model is too small to learn more, however much it reads",
        "The models begin to overfit the data that they repeat",
        "The losses of different sizes cannot be compared",
    ]
    right = reasons[0 if right_side else 1]
    far = best.params * (10 if right_side else 0.1)
    left = number(budget) / FLOPS / far
    return choice(
        random, "shape-of-a-valley",
        Place("isoflop", {"isoflop_span": (budget, "3e21"), "isoflop_width": "10"}),
        f"At {budget} FLOPs models of many sizes are trained, each until the budget is gone. "
        "Near its lowest point the loss is about a parabola in the *logarithm* of size. Why "
        f"does it rise towards {'larger' if right_side else 'smaller'} models?",
        right, [reason for reason in reasons if reason != right],
        f"By the refitted law {count(best.params)} parameters on {count(best.tokens)} tokens "
        f"are best here, {best.loss:.3f} nats. At {count(far)} the budget pays for "
        f"{count(left)} tokens: {float(laws.REFIT.form.loss(far, left)):.3f} nats. On one side "
        "size is short, on the other data; nothing is repeated.",
    )  # fmt: skip


def edge_of_the_grid(random: Generator) -> Question:
    """No slope from bottoms that lie outside."""
    centre = pick(random, list(EDGES))
    end, further = EDGES[centre]
    study = Study(lowest=1e18, highest=1e21, width=2.0, off_centre=float(centre), noise=0.0)
    return choice(
        random, "edge-of-the-grid",
        Place("isoflop", {
            "isoflop_off_centre": centre, "isoflop_width": "2", "isoflop_noise": "0",
        }),
        f"At every budget the {end} model that you tried has the lowest loss. What do you "
        "report as the best size?",
        f"Nothing yet: the bottom was not reached, so train {further} models first",
        [
            f"The {end} model of each budget, and the slope through these",
            "The bottom of the parabola, though it lies outside the sizes tried",
            "The middle of the grid at each budget",
        ],
        f"The loss still falls where the grid ends. The engine refuses: *{_refusal(study)}.*",
    )  # fmt: skip


def _refusal(study: Study) -> str:
    try:
        isoflop.fit(simulate(laws.REFIT.form, study))
    except ValueError as refusal:
        return str(refusal)
    raise AssertionError("a grid off its valleys was fitted")


def bottom_of_a_valley(random: Generator) -> Question:
    """The lowest point of a parabola through three runs."""
    middle, ratio = pick(random, (1e8, 2e8, 4e8, 5e8, 1e9, 2e9)), pick(random, (2, 3, 4))
    off = pick(random, (-0.35, -0.25, 0.25, 0.35))
    sizes = middle * np.array([1 / ratio, 1, ratio])
    sizes = np.array([float(f"{N:.3g}") for N in sizes])
    x = np.log(sizes / middle) / math.log(ratio)
    floor, deep = pick(random, (2.3, 2.5, 2.8)), pick(random, (0.04, 0.06, 0.1))
    losses = np.round(floor + deep * (x - off) ** 2, 4)
    bottom = float(np.exp(Parabolas([np.log(sizes)], False).bottoms(losses).place[0]))
    runs = ", ".join(f"{count(N)}: {loss:.4f}" for N, loss in zip(sizes, losses, strict=True))
    return numeric(
        "bottom-of-a-valley", Place("isoflop", {
            "isoflop_sizes": 3, "isoflop_width": "2", "isoflop_noise": "0",
        }),
        f"Three runs at one budget, parameters and loss: {runs}. Where is the lowest point of "
        "the parabola in ln N through them?",
        bottom,
        f"At **{count(bottom)}**. The lowest *run* is the one at {count(middle)}, but it only "
        "knows the best size to its next neighbour. And it is a parabola in ln N: in N itself "
        "the largest model would pull the bottom towards it.",
        "parameters",
    )  # fmt: skip


def line_through_the_bottoms(random: Generator) -> Question:
    """From two bottoms to a budget that nobody has spent."""
    low = pick(random, ("1e18", "3e18", "1e19"))
    high = power(number(low) * pick(random, (10, 100)))
    a, small = pick(random, (0.42, 0.45, 0.47, 0.53, 0.56)), pick(random, (1e8, 2e8, 3e8, 4e8))
    ratio = number(high) / number(low)
    large = float(f"{small * ratio**a:.3g}")
    aim = number(high) * pick(random, (100, 1000))
    rises = np.log([[small, large]] * 2)  # the line, and itself for its interval
    line = through(np.log([number(low), number(high)]), rises)
    found, slope = line.at(aim).value, line.exponent.value
    return numeric(
        "line-through-the-bottoms", Place("isoflop", {"isoflop_span": (low, high)}),
        f"The best size is {count(small)} at {low} FLOPs and {count(large)} at {high}. On a "
        f"straight line on log-log axes, which size is best at {power(aim)}?",
        found,
        f"The slope is ln({count(large)} / {count(small)}) / ln({high} / {low}) = {slope:.3f}, "
        f"so {count(large)} x {aim / number(high):g}^{slope:.3f} = **{count(found)}**. With "
        f"0.5 for the slope it would be {count(large * math.sqrt(aim / number(high)))}: small "
        "errors of an exponent grow with the distance.",
        "parameters",
    )  # fmt: skip


def schedule_of_a_run(random: Generator) -> Question:
    """A loss read on the way is not that of a shorter run."""
    share = pick(random, ("half", "a third", "a quarter"))
    tokens = count(pick(random, (3e6, 6e6, 1.2e7)))
    return choice(
        random, "schedule-of-a-run", Place("isoflop", {
            "isoflop_about": valleys.SECTIONS[2], "isoflop_undecayed": "0.3",
        }),
        f"A run over {tokens} characters lets its learning rate fall to zero at its end. May "
        f"its loss at {share} of the way stand for a run of {share} the length?",
        "No: its learning rate was still high there, so the loss reads too high",
        [
            "Yes: it has seen the same number of characters",
            "No: it has more parameters than a run of that length",
            "No: the loss on the way is always too low",
        ],
        "Part of the loss goes away only as the rate decays. Every run of our studies has a "
        "schedule of its own that ends when the run ends; Hoffmann matched theirs to the "
        "number of tokens for the same reason.",
    )  # fmt: skip


def loss_on_a_surface(random: Generator) -> Question:
    """The loss of a model on a surface, term by term."""
    law = pick(random, SURFACES)
    params = pick(random, (1e9, 3e9, 7e9, 1.3e10, 3e10, 7e10))
    tokens = pick(random, (1e11, 3e11, 5e11, 1e12, 2e12))
    form = law.form
    loss = float(form.loss(params, tokens))
    size, data = form.A / params**form.alpha, form.B / tokens**form.beta
    return numeric(
        "loss-on-a-surface",
        Place("parametric", _surface(law.name) | {
            "parametric_at": nearest(view.BUDGETS, FLOPS * params * tokens),
        }),
        f"{law.title}: {said(form)}. Which loss has a model of {count(params)} parameters on "
        f"{count(tokens)} tokens? Give three decimals.",
        loss,
        f"{form.E:g} + {size:.4f} + {data:.4f} = **{loss:.3f}** nats. The constants were "
        "fitted to plain counts: put in billions, and the loss is worse than a blind guess.",
        "nats",
        tolerance=0.001,  # three decimals of about 2 nats, most of which is the floor
    )  # fmt: skip


def exponent_from_a_surface(random: Generator) -> Question:
    """a = beta / (alpha + beta)."""
    alpha = pick(random, (0.31, 0.33, 0.34, 0.35, 0.36))
    beta = pick(random, (0.27, 0.28, 0.29, 0.4, 0.42, 0.44))
    a = beta / (alpha + beta)
    surface = {"parametric_alpha": alpha, "parametric_beta": beta}
    return numeric(
        "exponent-from-a-surface", Place("parametric", surface),
        f"A fit of E + A/N^alpha + B/D^beta has alpha = {alpha:g} and beta = {beta:g}. With "
        "which power of compute does the best size grow?",
        a,
        f"beta / (alpha + beta) = {beta:g} / {alpha + beta:g} = **{a:.3f}**. The data grows "
        f"with the rest, {1 - a:.3f}: where a term falls faster, less of it is needed.",
    )  # fmt: skip


def more_data(random: Generator) -> Question:
    """Only the data's term falls with more data."""
    law = pick(random, SURFACES)
    few, times = pick(random, (1e10, 3e10, 1e11, 3e11, 1e12)), pick(random, (2, 4, 5, 10, 100))
    form, many = law.form, few * times
    before, after = (float(form.loss(math.inf, D)) for D in (few, many))
    slip = before * (1 - times**-form.beta)
    return numeric(
        "more-data", Place("parametric", _surface(law.name)),
        f"By {law.title}, {said(form)}: a model without end reads {count(many)} tokens "
        f"instead of {count(few)}. By how many nats does its loss fall?",
        before - after,
        f"From {before:.4f} to {after:.4f}: by **{figure(before - after, 3)} nats**, "
        f"{percent(after / before)}. Only B/D^beta is multiplied by "
        f"{times}^{MINUS}{form.beta:g}; with the whole loss it would be {slip:.2f} nats, "
        "but the floor stays.",
        "nats",
    )  # fmt: skip


def loose_constants(random: Generator) -> Question:
    """A and B are known badly, and what is asked of them well."""
    constant, partner = pick(random, (("A", "alpha"), ("B", "beta")))
    low, high = laws.REFIT.spread[constant]
    a = allocation.exponent(laws.REFIT.form)
    return choice(
        random, "loose-constants",
        Place("parametric", {"parametric_noise": "2", "parametric_about": view.SECTIONS[0]}),
        f"Refitted to resampled runs, {constant} of Besiroglu's surface comes out anywhere "
        f"from {low:g} to {high:g}. Is the surface useless?",
        f"No: {constant} and {partner} move together, so near the runs the surface hardly "
        "changes",
        [
            f"Yes: with {constant} so uncertain no loss can be computed",
            f"No: {constant} is only a unit, and drops out of every loss",
            "Yes: a fit whose constants are uncertain has not converged",
        ],
        f"{constant} is the loss's term at a count of one, many decades from any run: a "
        f"slightly other {partner} moves it a lot. What is asked of the surface, such as the "
        f"exponent a = {a:.2f}, is far better known than {constant}, if you keep both of them "
        "together, with all their digits.",
    )  # fmt: skip


def _surface(name: str) -> dict[str, object]:
    form = laws.find(name).form
    return {f"parametric_{constant}": value for constant, value in vars(form).items()}


QUESTIONS: tuple[Maker, ...] = (
    shape_of_a_valley, edge_of_the_grid, bottom_of_a_valley, line_through_the_bottoms,
    schedule_of_a_run, loss_on_a_surface, exponent_from_a_surface, more_data, loose_constants,
)  # fmt: skip
