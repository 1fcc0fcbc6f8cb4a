"""Mistakes with designs that are compared; see `catalogue`."""

import math

from toylab.experiments.architecture_results import recorded
from toylab.quantities import format_fixed, format_scientific
from toylab.teaching.contents import PageLink
from toylab.teaching.mistakes.mistake import Mistake


def percent_of_loss() -> Mistake:
    """A gap of losses taken for a gap of compute."""
    results = recorded("nets")
    C, (base, design) = results.middle, (results.lines[name] for name in ("ngram", "transformer"))
    low, high = (float(line(C)) for line in (base, design))
    m = results.compute_ratio("transformer", C)
    assert m is not None
    claimed = high / low
    reached = float(design(C * claimed))
    return Mistake(
        name="percent-of-loss",
        title="A small gap of losses",
        question=f"On Python's library, at {format_scientific(C)} FLOPs, the n-gram network comes "
        f"to a loss of {low:.3f} and the transformer to {high:.3f}. How many times the compute "
        "does the transformer need for the loss of the other?",
        working=(
            "Both spent the same compute, so the losses can be compared.",
            f"The transformer's is {high:.3f}/{low:.3f} = {claimed:.3f} times as high.",
            f"{100 * (claimed - 1):.1f} % more loss is made good by {100 * (claimed - 1):.1f} % "
            "more compute.",
            f"It needs {claimed:.3f} times the compute.",
        ),
        wrong_line=2,
        explanation="The transformer's loss falls as $C^{-"
        f"{format_fixed(design.slope.value, 3)}}}$, so a little loss takes much compute: where "
        f"its line comes to {low:.3f}, it has spent **{m.value:.2f} times** as much (95 % over "
        f"seeds: {m.between(lambda x: f'{x:.2f}')}).",
        claimed=claimed,
        correct=m.value,
        unit="times the compute",
        cost=f"With {claimed:.3f} times the compute it comes to {reached:.3f}, and "
        f"{100 * (high - reached) / (high - low):.0f} % of the gap are closed.",
        link=PageLink("architecture", {"architecture_highest": format_scientific(C)}),
    )


def untuned_rate() -> Mistake:
    """A steep line that comes from a learning rate that nobody tuned."""
    results = recorded("optimizers")
    lines = results.lines
    adam, tuned, untuned = (lines[name] for name in ("adam", "sgd", "untuned"))
    first, last = (float(tuned.flops[k]) for k in (0, -1))
    meets = math.exp(float((untuned.line - adam.line).roots()[0]))
    best = results.best[results.best["design"] == "untuned"].sort_values("budget")
    losses = ", ".join(f"{loss:.3f}" for loss in best["loss"])
    needs = [m for name in ("untuned", "sgd") if (m := results.compute_ratio(name, last))]
    above = [100 * float(untuned(C) / tuned(C) - 1) for C in (first, last)]
    return Mistake(
        name="untuned-rate",
        title="A steep line",
        question="SGD and Adam train the same networks at equal budgets, SGD at a rate that was "
        "taken over from another project. How does its loss fall with compute?",
        working=(
            f"From {format_scientific(first)} to {format_scientific(last)} FLOPs the losses of "
            f"SGD are {losses}.",
            f"The slope of its line is {untuned.slope.value:.3f}, that of Adam's "
            f"{adam.slope.value:.3f}.",
            f"The losses of SGD fall as $C^{{-{untuned.slope.value:.3f}}}$.",
            f"It overtakes Adam at {format_scientific(meets, 2)} FLOPs.",
        ),
        wrong_line=2,
        explanation="That slope is one of SGD *and of this rate*, an eighth of the best one. "
        f"At its best rate SGD falls as $C^{{-{tuned.slope.value:.3f}}}$: the bad rate costs small "
        "budgets most, and that turns the line.",
        claimed=untuned.slope.value,
        correct=tuned.slope.value,
        unit="exponent",
        cost=f"The rate adds {above[0]:.0f} % to the loss at {format_scientific(first)} FLOPs and "
        f"{above[1]:.0f} % at {format_scientific(last)}. There SGD needs {needs[0].value:.2f} "
        f"times Adam's compute for its loss; tuned, {needs[1].value:.2f} times (95 % over seeds: "
        f"{needs[1].between(lambda x: f'{x:.2f}')}).",
        link=PageLink("architecture", {"architecture_about": "optimizers"}),
    )
