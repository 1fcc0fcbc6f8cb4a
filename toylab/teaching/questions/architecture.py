"""Questions on designs compared at equal compute: networks, optimisers, shapes."""

from numpy.random import Generator

from toylab.experiments.architecture_results import recorded
from toylab.experiments.architecture_study import NETS
from toylab.experiments.corpus import WINDOW
from toylab.experiments.languages import TRANSFORMER
from toylab.experiments.shapes import EDGES, ShapeSpec
from toylab.fits import compute_ratio
from toylab.laws.forms import FLOPS
from toylab.quantities import format_fixed, format_number, format_scientific
from toylab.teaching.contents import PageLink
from toylab.teaching.questions.question import Maker, Question, choice, numeric, pick

SLOPES, GAPS = (0.05, 0.06, 0.07, 0.075, 0.08), (2, 3, 4, 5, 6)  # per cent of the loss
BUDGETS = (1e9, 1e10, 1e11)
WIDTHS = (8, 12, 16, 20, 24, 32, 40, 48)
SIZES, DEPTHS = (10_000, 16_000, 25_000, 40_000), (2, 3, 4, 6)
WHOLE = 0.04  # room for a width that is a whole number


def loss_as_compute(random: Generator) -> Question:
    """A gap of losses as a multiple of the compute."""
    s, percent = pick(random, SLOPES), pick(random, GAPS)
    losses = [4 * (C / BUDGETS[0]) ** -s for C in BUDGETS]
    base, design = ([[k * loss for loss in losses]] * 2 for k in (1.0, 1 + percent / 100))
    gap = compute_ratio.fit_gap(BUDGETS, design, base)
    m = compute_ratio.ratio(gap, compute_ratio.fit(BUDGETS, design), BUDGETS[1])
    assert m is not None
    return numeric(
        name="loss-as-compute",
        link=PageLink("architecture", {"architecture_highest": "3e10"}),
        text=f"The losses of two designs fall as 1/C^{s:g}, on parallel lines. At equal compute "
        f"the second has a loss {percent} % higher. How many times the compute does it need for "
        "the loss of the first?",
        answer=m.value,
        explanation=f"m^{s:g} = {1 + percent / 100:g}, so m = {1 + percent / 100:g}^(1/{s:g}) = "
        f"**{format_number(m.value, 3)}**. Losses fall slowly with compute, so a little loss is "
        "much compute: say a gap as compute.",
        unit="times",
    )


def compute_of_attention(random: Generator) -> Question:
    """The compute that 6 N leaves out."""
    d = pick(random, WIDTHS)
    counted = FLOPS * TRANSFORMER.params(d)
    more = TRANSFORMER.flops(d) / counted - 1
    return numeric(
        name="compute-of-attention",
        link=PageLink("architecture", {"architecture_highest": "3e10"}),
        text=f"A transformer of one block and width {d} has {TRANSFORMER.params(d):,} weights and "
        f"costs 6 N + 6 T d FLOPs a character; it reads T = {WINDOW}. Somebody counts 6 N alone. "
        "By what percentage does a run really cost more?",
        answer=100 * more,
        explanation=f"6 x {WINDOW} x {d} over 6 x {TRANSFORMER.params(d):,} is "
        f"**{format_number(100 * more, 3)} %**. An n-gram network has no attention, so the "
        "comparison would not be at equal compute.",
        unit="%",
    )


def width_of_a_deeper_net(random: Generator) -> Question:
    """The width that is left at a depth."""
    size, depth = pick(random, SIZES), pick(random, DEPTHS)
    spec, flat = ShapeSpec(depth, near=size), ShapeSpec(1, near=size)
    return numeric(
        name="width-of-a-deeper-net",
        link=PageLink("architecture", {"architecture_about": "shapes"}),
        text=f"A network with one hidden layer of h units has {EDGES} h weights; each further "
        f"layer adds h^2. At about {size:,} weights, how wide are {depth} hidden layers?",
        answer=spec.width,
        explanation=f"{depth - 1} h^2 + {EDGES} h = {size:,} has the positive root "
        f"**h = {spec.width}**; with one layer it is {flat.width}. The aspect ratio, width over "
        f"depth, falls from {flat.width} to {spec.width / depth:.3g}.",
        tolerance=WHOLE,
    )


def ranking_at_one_budget(random: Generator) -> Question:
    """A ranking at one budget, and what it says of another."""
    results = recorded("nets")
    low, high = results.study.budgets[0], results.study.budgets[-1]
    known = {name: record["best"] for name, record in results.records.items()}
    losses = [f"{NETS[name].title} {best[f'{low:g}']:.2f}" for name, best in known.items()]
    first, last = (
        min((best[f"{C:g}"], name) for name, best in known.items())[1] for C in (low, high)
    )
    return choice(
        random,
        name="ranking-at-one-budget",
        kinds=("recorded",),
        link=PageLink("architecture", {"architecture_highest": format_scientific(high)}),
        text=f"At {format_scientific(low)} FLOPs the best losses on Python's library are: "
        f"{', '.join(losses)}. What does this say of {format_scientific(1e12 * low)} FLOPs?",
        right="Nothing: lines can cross, and here two of them do",
        wrong=[
            f"That the {NETS[first].title} is the best design there, too",
            "That the order is the same, with smaller gaps between them",
            "That the transformer is ahead by as much as it is behind here",
        ],
        explanation=f"At {format_scientific(high)} FLOPs already the {NETS[last].title} is ahead, "
        f"with {known[last][f'{high:g}']:.2f}. A ranking holds where it was measured. Language "
        "models of today are transformers, and nothing measured here says so.",
    )


def steeper_and_untuned(random: Generator) -> Question:
    """A steep line that a bad learning rate makes."""
    lines = recorded("optimizers").lines
    tuned, untuned = (lines[name] for name in ("sgd", "untuned"))
    above = [100 * float(untuned(C) / tuned(C) - 1) for C in tuned.flops[[0, -1]]]
    return choice(
        random,
        name="steeper-and-untuned",
        kinds=("recorded",),
        link=PageLink("architecture", {"architecture_about": "optimizers"}),
        text="The best losses of networks trained by SGD fall as "
        f"1/C^{format_fixed(untuned.slope.value, 3)}, with Adam as "
        f"1/C^{format_fixed(lines['adam'].slope.value, 3)}; at every budget Adam is ahead. SGD ran "
        "at an eighth of its best learning rate. What does its steeper line show?",
        right="That a bad rate costs small budgets most, and no law of SGD",
        wrong=[
            "That the learning rate hardly matters once the budget is large",
            "That plain SGD uses a large budget better than Adam",
            "That at small budgets Adam is still in its warm-up",
        ],
        explanation=f"At its own best rate SGD falls as 1/C^"
        f"{format_fixed(tuned.slope.value, 3)}. The bad rate adds {above[0]:.0f} % to the loss at "
        f"{format_scientific(float(tuned.flops[0]))} FLOPs and {above[1]:.0f} % at "
        f"{format_scientific(float(tuned.flops[-1]))}: that is the steeper line. Tune both "
        "before you compare slopes.",
    )


QUESTIONS: tuple[Maker, ...] = (
    loss_as_compute,
    compute_of_attention,
    width_of_a_deeper_net,
    ranking_at_one_budget,
    steeper_and_untuned,
)
