"""Mistakes with schedules: one rate for all, losses along a run, and branches that are free."""

import math

import numpy as np

from toylab.experiments import drawn_results, horizon_results, wsd_results
from toylab.experiments.drawn_study import COSINE, DRAWN
from toylab.experiments.horizon_study import RATES
from toylab.experiments.wsd_study import RECORDED_STUDY as WSD
from toylab.laws import published
from toylab.quantities import format_fixed, format_share
from toylab.teaching.contents import PageLink
from toylab.teaching.mistakes.mistake import Mistake

TWICE, LONG = 2.0, 4.0  # horizons


def one_rate_for_all() -> Mistake:
    """A horizon judged at one rate, where its best rate would judge otherwise."""
    results = horizon_results.recorded("usual")
    means, steps = results.losses.mean(), results.study.usual.plain.steps
    at = {h: float(means[0.5, h]) for h in (1.0, TWICE)}
    best = {h: min(float(means[rate, h]) for rate in RATES) for h in at}
    return Mistake(
        name="one-rate-for-all",
        title="A longer decay",
        question=f"A small network reads {results.study.tokens:,} characters, "
        f"{results.study.usual.plain.batch} a step. For how many steps should its cosine be "
        "planned: for those that are run, or for twice as many? Both are tried.",
        working=(
            "One peak learning rate is chosen for both, as only the schedule shall differ.",
            f"Planned for the run the loss is {at[1.0]:.3f}, planned for twice the steps "
            f"{at[TWICE]:.3f}.",
            f"So the longer cosine is better by {at[1.0] - at[TWICE]:.3f} nats.",
            f"Plan for {TWICE * steps:,.0f} steps.",
        ),
        wrong_line=0,
        explanation="The rate was half of what suits a cosine that ends with the run, and a longer "
        "cosine makes up for a low rate. With the best of three rates for each the losses are "
        f"{best[1.0]:.3f} and {best[TWICE]:.3f}: plan for the **{steps:,} steps** that are run.",
        claimed=TWICE * steps,
        correct=float(steps),
        unit="steps",
        cost=f"{at[TWICE] - best[1.0]:.3f} nats, and a rule about schedules that is one about a "
        "badly tuned rate.",
        link=PageLink("schedules", {"schedules_shape": "cosine"}),
    )


def along_one_run() -> Mistake:
    """Losses along one long run taken for those of runs of their own."""
    results = horizon_results.recorded("usual")
    steps = results.study.usual.plain.steps
    read = float(results.losses.mean()[1.0, LONG])
    cosines = wsd_results.recorded().curve("cosine", 1.0).mean()
    logs = np.log(cosines.to_numpy()[::-1])
    needed = math.exp(np.interp(math.log(read), logs, np.log(cosines.index.to_numpy()[::-1])))
    return Mistake(
        name="along-one-run",
        title="Many lengths from one run",
        sources=(published.HOFFMANN,),
        question=f"A network is trained for {LONG * steps:,.0f} steps under a cosine to zero, and "
        f"its loss is noted all along. How many steps does a run take to reach {read:.3f}?",
        working=(
            f"Along the long run the loss is {read:.3f} after {steps:,} steps.",
            "What a network has seen determines its loss.",
            f"A run that stops there has seen as much, and reaches {read:.3f}.",
            f"It takes {steps:,} steps.",
        ),
        wrong_line=1,
        explanation=f"The rate counts, too. After 1/{LONG:g} of its cosine it is still near its "
        f"peak. A run with a cosine of its own comes down to zero and is at {read:.3f} after "
        f"**{needed:,.0f} steps**.",
        claimed=float(steps),
        correct=needed,
        unit="steps",
        cost=f"{steps / needed:.1f} times the compute for the same loss; and short runs that look "
        "worse than they are, so that more data seem to help more than they do.",
        link=PageLink("schedules", {"schedules_shape": "cosine"}),
    )


def branches_for_free() -> Mistake:
    """Branches of a stable run counted as if their decay cost nothing."""
    tree, m = WSD.tree, WSD.lengths
    spent, own = tree.spent, sum(tree.steps)
    stable = tree.stable(WSD.longest)
    return Mistake(
        name="branches-for-free",
        title="Six lengths, one run",
        sources=(published.MINICPM,),
        question=f"Losses are wanted after {m} lengths, from {tree.steps[0]:,} to "
        f"{tree.steps[-1]:,} steps. How many steps does a stable run with branches take that "
        f"decay for {format_share(WSD.decay)} of their length?",
        working=(
            f"Runs of their own would take {own:,} steps.",
            f"The stable run is shared: it goes to {stable:,} steps.",
            "The branches are read off it and add nothing.",
            f"So {stable:,} steps, {format_share(stable / own)} of {own:,}.",
        ),
        wrong_line=2,
        explanation="Without a decay the losses are those of runs that have not come down. Each "
        f"branch trains for {format_share(WSD.decay)} of its length: {spent - stable:,} steps "
        f"more, **{spent:,}** in all, {format_share(spent / own)}. A study of m sizes and m "
        "lengths takes m runs, not m^2, but not m times fewer steps.",
        claimed=stable,
        correct=spent,
        unit="steps",
        cost=f"{spent - stable:,} steps that nobody planned for.",
        link=PageLink("schedules", {"schedules_about": "wsd"}),
    )


def fitted_so_known() -> Mistake:
    """A law that fits one schedule trusted for another."""
    results = drawn_results.recorded("wsd-half-rate")
    law, off = results.law, results.off
    assert law is not None
    assert off is not None
    ends = results.ends.mean()
    real = float(ends[COSINE] - ends[DRAWN])
    return Mistake(
        name="fitted-so-known",
        title="A law for every schedule",
        sources=(published.TISSUE,),
        question="The law L = L0 + A S1^-a - C S2 is fitted to a run under a cosine. How much "
        "lower would a run end whose rate stays up and decays over its last "
        f"{format_share(results.study.decay)}?",
        working=(
            f"Along the cosine the law is off by {100 * law.rms:.2f} %, root mean square.",
            "A law that fits so well knows how the loss follows the rate.",
            f"For the late decay it gives {ends[DRAWN] + off:.3f}, and the cosine ends at "
            f"{ends[COSINE]:.3f}.",
            f"So the late decay gains {real - off:.3f} nats.",
        ),
        wrong_line=1,
        explanation="It has been tested on one schedule only, and that is the one it was fitted "
        f"to. The late decay ends at {ends[DRAWN]:.3f} and gains **{real:.3f} nats**.",
        claimed=real - off,
        correct=real,
        unit="nats",
        cost=f"{format_fixed(abs(off), 3)} nats that were promised and do not come.",
        link=PageLink("schedules", {"schedules_about": "law"}),
    )
