"""What is asked before a figure is shown: one question a page, and its answer.

The answer is computed from the same view that the figure is drawn from, so that it follows
the controls.
"""

import math

from toylab import allocation, kaplan
from toylab.findings import UNITS, Findings
from toylab.predict import Question, percentage, percents, times
from toylab.quantities import TENTHS, count, figure, ladder, percent, power
from toylab.views.allocation import View as Allocation
from toylab.views.critical_batch import View as Critical
from toylab.views.home import SEEN, Story
from toylab.views.isoflop import View as IsoFLOP
from toylab.views.kaplan import View as Kaplan
from toylab.views.parametric import Answer

TENFOLD = (1.0, 1.25, 1.6, 2.0, 2.5, 3.2, 4.0, 5.0, 6.3, 8.0, 10.0)
FALLS = (1.0, 1.5, 2.0, 3.0, 5.0, 8.0, 10.0, 15.0, 20.0, 30.0, 50.0, 80.0, 100.0, 150.0, 200.0,
         300.0, 500.0, 1e3, 3e3, 1e4)  # fmt: skip
SPREADS = (1.0, 1.1, 1.2, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0, 15.0, 20.0, 30.0, 50.0, 100.0)
ERRORS = tuple(float(f"{step}e{k}") for k in (-5, -4, -3) for step in TENTHS)


def error(value: float) -> str:
    """An error as the first page says it."""
    return power(value, 2)


def home(story: Story) -> Question:
    """The error of networks that the reader has not seen."""
    grid = story.study.grid
    value, low, high = story.foretold
    seen = story.measured
    inside = "inside" if low <= seen <= high else "outside"
    return Question(
        f"Each dot is a small network that learned a curve from noisy points. You see "
        f"{grid[0]} to {story.seen} points. What will the error be at **{story.last:,}** "
        "points?",
        seen,
        ERRORS,
        f"The line through the {SEEN} small sizes alone foretells {error(value)} "
        f"[{error(low)}, {error(high)}]: what was trained lies {inside} its 95 % band.",
        say=error,
        factor=1.5,
    )


def sine(found: Findings) -> Question | None:
    """How far the error falls over a sweep; None where it does not, or has no two sizes."""
    points = found.points
    if len(points) < 2:
        return None
    first, last = points.iloc[0], points.iloc[-1]
    fall = float(first["error"] / last["error"])
    if not 1 < fall < math.inf:
        return None
    more = last["size"] / first["size"]
    return Question(
        f"From {first['size']:,.0f} to {last['size']:,.0f} {UNITS[found.column]}, "
        f"{figure(more)} times as many: by what factor does the median error fall?",
        fall,
        FALLS,
        "",
        say=times,
        factor=2.0,
    )


def laws(asked: Kaplan) -> Question:
    """What a factor of data takes off Kaplan's loss."""
    left = kaplan.gain("tokens", asked.factor)
    exponent = kaplan.ONE["tokens"].form.exponent
    return Question(
        f"**{asked.factor} times the data** for a large language model: by how many percent "
        "does its loss fall?",
        100 * (1 - left),
        percents(),
        f"Kaplan's loss goes as D to the power \N{MINUS SIGN}{exponent:g}, so {asked.factor} "
        f"times the data leave {figure(left, 3)} of it, wherever you start.",
        say=percentage,
        points=3.0,
    )


def best_size(asked: Allocation) -> Question:
    """The best model of a budget."""
    best = asked.best
    return Question(
        f"You may spend **{power(asked.flops)} FLOPs** on one training run. How many "
        "parameters has the model with the lowest loss?",
        best.params,
        tuple(ladder(6, 13)),
        f"It sees {count(best.tokens)} tokens. The valley is flat: read below what other "
        "answers would have cost.",
        say=count,
        factor=1.6,
    )


def growth(asked: IsoFLOP) -> Question:
    """How much larger the best model is at ten times the budget."""
    a = allocation.exponent(asked.form)
    return Question(
        "The budget grows **tenfold**. By what factor does the best size of the model grow?",
        10**a,
        TENFOLD,
        f"The law behind these runs has a = {a:.3f}, and 10 to that power is "
        f"{figure(10**a, 3)}; the tokens grow by {figure(10 ** (1 - a), 3)}. Does the study "
        "below find that?",
        say=times,
    )


def known(answer: Answer) -> Question | None:
    """How well the runs know one constant; None where they leave it open altogether."""
    spread = answer.spread.intervals["B"]
    wide = spread.high / spread.low if spread.low > 0 else math.inf
    if not wide < 1e4:
        return None
    return Question(
        f"**{len(answer.fit.points)} runs, five constants.** The 95 % interval of B, the one "
        "before the tokens' term: how many times its lower end is the upper end?",
        wide,
        SPREADS,
        f"B lies between {spread.low:,.0f} and {spread.high:,.0f}. The best size is known "
        "better than the constants that it is made of: compare.",
        say=times,
        factor=1.5,
    )


def doubling(asked: Critical) -> Question:
    """What twice the batch saves."""
    curve, B = asked.curve, asked.tokens
    left = float(curve.steps(2 * B) / curve.steps(B))
    return Question(
        f"To a loss of {asked.loss} you train with batches of **{asked.batch}** tokens. With "
        "**twice the batch**, by how many percent do the steps to the same loss fall?",
        100 * (1 - left),
        percents(high=60),
        f"The price is {percent(2 * left)} tokens: your batch is {figure(B / curve.B_crit, 2)} "
        "of the critical one.",
        say=percentage,
        points=4.0,
    )
