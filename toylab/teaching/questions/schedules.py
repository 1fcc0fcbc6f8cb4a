"""Questions on schedules: decays that are too long or late, branches, and loss curves alike."""

import math

from numpy.random import Generator

from toylab.experiments import collapse_results, drawn_results, horizon_results
from toylab.experiments.learning_rates import Schedule
from toylab.laws import published
from toylab.quantities import format_count, format_fixed, format_number, format_share
from toylab.teaching.contents import PageLink
from toylab.teaching.questions.question import Maker, Question, choice, numeric, pick

PLANNED = (1.25, 1.5, 1.75, 2.5, 3.0, 4.0)
ENDS = (0.0, 0.1)
STEPS = (10_000, 20_000, 40_000, 50_000, 100_000)
SHARES = (0.1, 0.15, 0.2, 0.25)
INTO = (0.16, 0.25, 0.36, 0.49, 0.64, 0.81)  # of the decay
LENGTHS = (3, 4, 5, 6, 8)
HORIZONS = (1.5, 2.0, 3.0)
READ_AT = (2.0, 3.0, 4.0)  # horizons at which seeds tell a cost at the usual rate
LATE = ("wsd", "wsd-half-rate", "constant")


def rate_at_the_end(random: Generator) -> Question:
    """The rate that is left when a cosine is cut off."""
    h, end = pick(random, PLANNED), pick(random, ENDS)
    answer = 100 * Schedule(shape="cosine", end=end, horizon=h).factor(1 / h)
    low = f"{end:g} of the peak" if end else "zero"
    return numeric(
        name="rate-at-the-end",
        sources=(published.HOFFMANN,),
        link=PageLink("schedules", {"schedules_end": end}),
        text=f"A cosine to {low} is planned for {h:g} times the steps that are run. At what "
        "percentage of its peak is the learning rate when the run ends?",
        answer=answer,
        explanation=f"The run ends after 1/{h:g} of the cosine: e + (1 - e)(1 + cos(pi/{h:g}))/2 "
        f"with e = {end:g} is **{format_number(answer, 3)} %**. The run stops while its rate is "
        "still up, and its loss would have fallen on.",
        unit="%",
    )


def rate_of_a_cooldown(random: Generator) -> Question:
    """The rate within a 1-sqrt decay."""
    x, T, share = pick(random, INTO), pick(random, STEPS), pick(random, SHARES)
    at = round((1 - share + share * x) * T)
    answer = 100 * (1 - math.sqrt(x))
    return numeric(
        name="rate-of-a-cooldown",
        sources=(published.HAEGELE,),
        link=PageLink("schedules", {"schedules_about": "draw", "draw_shape": "1-sqrt"}),
        text=f"A run of {T:,} steps decays over its last {format_share(share)} as 1 - sqrt(x), x "
        f"from 0 to 1. At what percentage of its peak is the rate at step {at:,}?",
        answer=answer,
        explanation=f"The decay begins at step {(1 - share) * T:,.0f}, so x = {x:g} and 1 - "
        f"sqrt({x:g}) = **{format_number(answer, 3)} %**. It falls fast at first and slowly "
        "at the end.",
        unit="%",
    )


def steps_of_branches(random: Generator) -> Question:
    """The steps of a stable run with branches."""
    m, T, share = pick(random, LENGTHS), pick(random, STEPS), pick(random, SHARES)
    steps = [k * T for k in range(1, m + 1)]
    answer = (1 - share) * steps[-1] + share * sum(steps)
    return numeric(
        name="steps-of-branches",
        sources=(published.MINICPM,),
        link=PageLink("schedules", {"schedules_about": "wsd", "wsd_lengths": m}),
        text=f"Runs of {T:,}, {2 * T:,} and so on up to {m * T:,} steps are wanted, {m} in all. "
        f"One stable run is trained, and from it a branch for each length, whose decay takes "
        f"{format_share(share)} of that length. How many steps is that together?",
        answer=answer,
        explanation=f"The stable run goes to {1 - share:g} x {m * T:,}, and the branches add "
        f"{share:g} x {sum(steps):,}: **{format_count(answer)} steps**, "
        f"{format_share(answer / sum(steps))} of runs of their own. In runs it is 1 instead of "
        f"{m}; in steps every branch still has its decay.",
        unit="steps",
    )


def sign_of_a_long_decay(random: Generator) -> Question:
    """Why a decay that is too long helps at one rate and hurts at another."""
    h, results = pick(random, HORIZONS), horizon_results.recorded("usual")
    low, high = results.cost(h, 0.5), results.cost(h, 2.0)
    assert low is not None
    assert high is not None
    return choice(
        random,
        name="sign-of-a-long-decay",
        kinds=("recorded",),
        link=PageLink("schedules"),
        text=f"A cosine planned for {h:g} times the steps gains "
        f"{format_fixed(-low.value, 3)} nats at half the usual peak rate and costs "
        f"{format_fixed(high.value, 3)} at twice that rate. What follows?",
        right="The sign belongs to the rate: compare each horizon at its own best rate",
        wrong=[
            "A decay should always be planned for longer than the run is",
            "Half the usual rate is the best one, as it is where a longer decay gains",
            "The seeds differ too much to say anything",
        ],
        explanation="A decay that is too long keeps the rate up. That helps a rate that is too "
        "low and hurts one that is too high, so one rate can show either sign.",
    )


def losses_along_a_run(random: Generator) -> Question:
    """Losses along one long run beside those of shorter runs."""
    h, results = pick(random, READ_AT), horizon_results.recorded("usual")
    cost = results.cost(h)
    assert cost is not None
    return choice(
        random,
        name="losses-along-a-run",
        kinds=("recorded",),
        sources=(published.HOFFMANN,),
        link=PageLink("disagreement"),
        text="You have one long run under a cosine, at a peak rate that suits it, and read its "
        f"loss after 1/{h:g} of its steps. What is that as the loss of a run of so many steps?",
        right="Too high: a run of that length would have come down to no rate",
        wrong=[
            "Right: the network has seen as many tokens in both",
            "Too low: a longer cosine has trained at a higher rate, which is faster",
            "Right, once it is averaged over several seeds",
        ],
        explanation=f"Here such a run ends {format_fixed(cost.value, 3)} nats higher than one with "
        "a cosine of its own, at the usual rate. Hoffmann suspected this behind Kaplan's exponent.",
    )


def what_a_collapse_shows(random: Generator) -> Question:
    """The common cause of loss curves that look the same."""
    results = collapse_results.recorded()
    family = pick(random, ("larger", "smaller"))
    spread = results.spread(family)
    times = {"larger": "four times", "smaller": "a quarter of"}[family]
    return choice(
        random,
        name="what-a-collapse-shows",
        kinds=("recorded",),
        sources=(published.QIU,),
        link=PageLink("schedules", {"schedules_about": "collapse"}),
        text=f"Networks of {times} the best size at {len(results.study.budgets)} budgets are "
        "trained, and each loss curve is divided by its last loss. The curves lie "
        f"{format_number(100 * spread, 2)} % apart. What does that show?",
        right="They share a schedule and tokens per parameter, right or wrong",
        wrong=[
            "These sizes are the best for their budgets",
            "The learning rate was tuned for each of them",
            "Larger networks do not learn faster",
        ],
        explanation="Sizes of the valley lie "
        f"{format_number(100 * results.spread(), 2)} % apart, and these sizes are about as "
        "alike: each family has a curve of its own. That the curve ends at 1 is no evidence at "
        "all.",
    )


def a_good_fit(random: Generator) -> Question:
    """A good fit to one schedule as a forecast of another."""
    results = drawn_results.recorded(pick(random, LATE))
    law, off = results.law, results.off
    assert law is not None
    assert off is not None
    word = "low" if off < 0 else "high"
    return choice(
        random,
        name="a-good-fit",
        kinds=("recorded",),
        sources=(published.TISSUE,),
        link=PageLink("schedules", {"schedules_about": "law"}),
        text=f"A law of four constants fits the losses of a cosine to "
        f"{format_number(100 * law.rms, 2)} %, and is {format_fixed(abs(off), 3)} nats too {word} "
        "for the end of another schedule. What do you say of the law?",
        right="It describes what it was fitted to; whether it forecasts has to be tested",
        wrong=[
            "It is right to a fraction of a per cent, so the other run went wrong",
            "It has too few constants: with more of them it would forecast",
            "It needs more losses along the cosine, to be fitted better still",
        ],
        explanation="A fit is judged where it was made. Constants that make up for one another "
        "along one schedule need not do so along another.",
    )


QUESTIONS: tuple[Maker, ...] = (
    rate_at_the_end,
    rate_of_a_cooldown,
    steps_of_branches,
    sign_of_a_long_decay,
    losses_along_a_run,
    what_a_collapse_shows,
    a_good_fit,
)
