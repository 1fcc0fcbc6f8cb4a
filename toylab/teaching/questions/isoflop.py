"""Questions on valleys of loss at one budget, and on the line through their bottoms."""

import math

import numpy as np
from numpy.random import Generator

from toylab.fits import isoflop
from toylab.fits.isoflop_parabolas import Parabolas
from toylab.fits.optimal_scaling import fit_line
from toylab.laws import allocation, published
from toylab.laws.forms import FLOPS
from toylab.quantities import format_count, format_scientific, parse_number
from toylab.simulation.isoflop_study import SimulatedStudy, simulate
from toylab.teaching.contents import PageLink
from toylab.teaching.questions.question import Maker, Question, choice, numeric, pick

EDGES = {"0.2": ("largest", "larger"), "5": ("smallest", "smaller")}  # the grid's centre


def shape_of_a_valley(random: Generator) -> Question:
    """A parabola in log N, and why it rises."""
    budget = pick(random, ("1e19", "3e19", "1e20", "3e20"))
    right_side = pick(random, (True, False))
    best = allocation.best(published.REFIT.form, parse_number(budget))
    reasons = [
        f"The budget buys fewer tokens: D = C/({FLOPS}N)",
        "The more tokens cannot make up for lost size",
        "The models overfit tokens that they repeat",
        "Losses of different sizes cannot be compared at all",
    ]
    right = reasons[0 if right_side else 1]
    far = best.params * (10 if right_side else 0.1)
    left = parse_number(budget) / FLOPS / far
    return choice(
        random,
        name="shape-of-a-valley",
        sources=(published.REFIT,),
        link=PageLink("isoflop", {"isoflop_span": (budget, "3e21"), "isoflop_width": "10"}),
        text=f"At {budget} FLOPs models of many sizes are trained, each until the budget is gone. "
        "Near its lowest point the loss is about a parabola in the *logarithm* of size. Why "
        f"does it rise towards {'larger' if right_side else 'smaller'} models?",
        right=right,
        wrong=[reason for reason in reasons if reason != right],
        explanation=f"By the refitted law {format_count(best.params)} parameters on "
        f"{format_count(best.tokens)} tokens are best here, {best.loss:.3f} nats. At "
        f"{format_count(far)} the budget pays for {format_count(left)} tokens: "
        f"{float(published.REFIT.form.loss(far, left)):.3f} nats. At a fixed size more tokens "
        "always lower the loss. Along a budget they cost size: left of the bottom A/N^alpha grows "
        "faster than B/D^beta falls, right of it the other way round. Nothing is repeated.",
    )


def edge_of_the_grid(random: Generator) -> Question:
    """No slope from bottoms that lie outside."""
    centre = pick(random, list(EDGES))
    end, further = EDGES[centre]
    study = SimulatedStudy(
        lowest=1e18, highest=1e21, width=2.0, off_centre=float(centre), noise=0.0
    )
    return choice(
        random,
        name="edge-of-the-grid",
        sources=(published.REFIT,),
        link=PageLink(
            "isoflop",
            {
                "isoflop_off_centre": centre,
                "isoflop_width": "2",
                "isoflop_noise": "0",
            },
        ),
        text=f"At every budget the {end} model that you tried has the lowest loss. What do you "
        "report as the best size?",
        right=f"Nothing yet: the bottom was not reached, so train {further} models first",
        wrong=[
            f"The {end} model of each budget, and the slope through these",
            "The bottom of the parabola, though it lies outside the sizes tried",
            "The middle of the grid at each budget, which is safe",
        ],
        explanation="The loss still falls where the grid ends. The engine refuses: "
        f"*{_refusal(study)}.*",
    )


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
    runs = ", ".join(
        f"{format_count(N)}: {loss:.4f}" for N, loss in zip(sizes, losses, strict=True)
    )
    return numeric(
        name="bottom-of-a-valley",
        link=PageLink(
            "isoflop",
            {
                "isoflop_sizes": 3,
                "isoflop_width": "2",
                "isoflop_noise": "0",
            },
        ),
        text=f"Three runs at one budget, parameters and loss: {runs}. Where is the lowest point of "
        "the parabola in ln N through them?",
        answer=bottom,
        explanation=f"At **{format_count(bottom)}**. The lowest *run* is the one at "
        f"{format_count(middle)}, but it only knows the best size to its next neighbour. And it "
        "is a parabola in ln N: in N itself the largest model would pull the bottom towards it.",
        unit="parameters",
    )


def line_through_the_bottoms(random: Generator) -> Question:
    """From two bottoms to a budget that nobody has spent."""
    low = pick(random, ("1e18", "3e18", "1e19"))
    high = format_scientific(parse_number(low) * pick(random, (10, 100)))
    a, small = pick(random, (0.42, 0.45, 0.47, 0.53, 0.56)), pick(random, (1e8, 2e8, 3e8, 4e8))
    ratio = parse_number(high) / parse_number(low)
    large = float(f"{small * ratio**a:.3g}")
    aim = parse_number(high) * pick(random, (100, 1000))
    rises = np.log([[small, large]] * 2)  # the line, and itself for its interval
    line = fit_line(np.log([parse_number(low), parse_number(high)]), rises)
    size, slope = line.at(aim).value, line.exponent.value
    return numeric(
        name="line-through-the-bottoms",
        link=PageLink("isoflop", {"isoflop_span": (low, high)}),
        text=f"The best size is {format_count(small)} at {low} FLOPs and {format_count(large)} at "
        f"{high}. On a straight line on log-log axes, which size is best at "
        f"{format_scientific(aim)}?",
        answer=size,
        explanation=f"The slope is ln({format_count(large)} / {format_count(small)}) / ln({high} "
        f"/ {low}) = {slope:.3f}, so {format_count(large)} x "
        f"{aim / parse_number(high):g}^{slope:.3f} = **{format_count(size)}**. With 0.5 for the "
        f"slope it would be {format_count(large * math.sqrt(aim / parse_number(high)))}: small "
        "errors of an exponent grow with the distance.",
        unit="parameters",
    )


def schedule_of_a_run(random: Generator) -> Question:
    """A loss read on the way is not that of a shorter run."""
    share = pick(random, ("half", "a third", "a quarter"))
    tokens = format_count(pick(random, (3e6, 6e6, 1.2e7)))
    return choice(
        random,
        name="schedule-of-a-run",
        link=PageLink(
            "isoflop",
            {
                "isoflop_about": "curves",
                "isoflop_undecayed": "0.3",
            },
        ),
        text=f"A run over {tokens} characters lets its learning rate fall to zero at its end. May "
        f"its loss at {share} of the way stand for a run of {share} the length?",
        right="No: its learning rate is still high, so the loss reads too high",
        wrong=[
            "Yes: it has seen the same number of characters as such a run",
            "No: it has more parameters than a run of that length",
            "No: a loss on the way is lower than one at an end",
        ],
        explanation="Part of the loss goes away only as the rate decays. Every run of our studies "
        "has a schedule of its own that ends when the run ends; Hoffmann matched theirs to the "
        "number of tokens for the same reason.",
    )


def _refusal(study: SimulatedStudy) -> str:
    try:
        isoflop.fit(simulate(published.REFIT.form, study))
    except ValueError as refusal:
        return str(refusal)
    raise AssertionError("a grid off its valleys was fitted")


QUESTIONS: tuple[Maker, ...] = (
    shape_of_a_valley,
    edge_of_the_grid,
    bottom_of_a_valley,
    line_through_the_bottoms,
    schedule_of_a_run,
)
