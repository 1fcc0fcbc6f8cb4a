"""Sentences of the page on schedules; every number in them is computed."""

from functools import cache

import pandas as pd

from toylab.experiments import corpus
from toylab.experiments.horizon_results import TUNED, HorizonResults, recorded
from toylab.experiments.horizon_study import HORIZONS, HorizonStudy
from toylab.experiments.paired import Paired
from toylab.fits.estimate import Estimate
from toylab.laws import published
from toylab.quantities import format_fixed, format_signed, plural
from toylab.teaching.guesses import UNSET, Guess
from ui.concepts.schedules.view import AT

ALT = {
    "loss": "Loss above the usual run against the steps that the decay is planned for, over those "
    "that are run: one line for half, one for once and one for twice the usual peak rate. The "
    "sentence below says where they rise.",
    "rate": "The learning rate along the run, a line for each horizon: a decay that is planned for "
    "longer is cut off before it has come down.",
}
HIDDEN = "These are decays that end with the run. What does one cost that is planned for longer?"
CLOSED = "Guess first, or press *Just show it*. This opens when the runs have ended."
RATES_LABEL = "lr(t)/peak = warm-up times decay, cut off at the end of the run"
OPTIONS = tuple(k / 100 for k in range(-6, 13))
SIGN = (
    "**With one rate the sign is a choice.** A decay that is too long keeps the rate up: that "
    "helps a rate that is too low and hurts one that is too high. Only rates tuned at every "
    "horizon can be compared."
)
KAPLAN = (
    "A long run read half way is such a run: its rate has not come down yet. So losses along one "
    "run stand too high beside runs with a schedule of their own."
)
SIZES = (
    "Three rates an octave apart, one small network, one text, no weight decay: how much a decay "
    "that is too long costs is a property of this recipe, not a constant."
)


def question(results: HorizonResults) -> Guess | None:
    """The cost of a decay twice too long, answered once the runs have ended."""
    cost, study = results.cost(AT), results.study
    if not results.live and cost is None:
        return None
    value = None if results.live or cost is None else cost.value
    return Guess(
        text=f"The {named(study)} is planned for **twice the steps** that are run, at the usual "
        "peak rate. By how much is the loss higher than with one that ends with the run?",
        answer=value,
        options=OPTIONS,
        explanation="" if results.live else finding(results),
        say=nats,
        points=0.01,
        unit=" nats",
        study=study,
    )


def named(study: HorizonStudy) -> str:
    """The decay in words."""
    return "cosine" if study.shape == "cosine" else "straight line"


def nats(value: float) -> str:
    """Like +0.022 nats."""
    return f"{format_signed(value, 2 if abs(value) >= 0.1 else 3)} nats" if value else "0 nats"


def headline(results: HorizonResults, *, seen: bool) -> str:
    """The sentence that says what the figure shows."""
    if not seen:
        return HIDDEN
    if results.live:
        return f"{len(results.frame)} of {results.study.networks} networks trained."
    return " ".join(filter(None, (finding(results), lost(results))))


def finding(results: HorizonResults) -> str:
    """The cost of a decay twice too long: at the usual rate, at half of it, and tuned."""
    usual, half, tuned = (results.cost(AT, rate) for rate in (1.0, 0.5, TUNED))
    if usual is None or half is None or tuned is None:
        return "Too few runs ended well to say what a decay that is too long costs."
    return (
        f"Beside one that ends with the run, a {named(results.study)} planned for twice the steps "
        f"**{_costs(usual)}** at the usual peak rate and **{_costs(half)}** at half of it. With "
        f"the best rate for each horizon it {_costs(tuned)}."
    )


def _costs(change: Estimate) -> str:
    """Like costs 0.022 nats, gains 0.022 nats."""
    if change.holds(0):
        return "changes less than these seeds can tell"
    return f"{'costs' if change.value > 0 else 'gains'} {format_fixed(abs(change.value), 3)} nats"


def lost(results: HorizonResults) -> str:
    """The number of runs that diverged, where any did."""
    if not results.lost:
        return ""
    return f"{plural(results.lost, 'run')} of {len(results.frame)} diverged and are left out."


def numbers(results: HorizonResults, *, seen: bool) -> dict[str, str]:
    """The cost of twice the steps at three rates; question marks until seen."""
    known = seen and not results.live
    names: dict[float | str, str] = {
        1.0: "nats for twice the steps", 0.5: "at half the rate", TUNED: "at the best rates",
    }  # fmt: skip
    told = {}
    for rate, name in names.items():
        cost = results.cost(AT, rate) if known else None
        told[name] = UNSET if cost is None else format_signed(cost.value, 3)
    return told


def details(results: HorizonResults) -> list[str]:
    """Sentences behind "Why?": the sign, what was published, and what is not shown."""
    return [SIGN, *filter(None, [tuned(results), chinchilla(), line(), edge(results)]),
            KAPLAN, SIZES]  # fmt: skip


def tuned(results: HorizonResults) -> str:
    """The cost of each horizon with its best rate, with intervals."""
    parts = [
        f"{horizon:g} times {found.text(lambda x: format_signed(x, 3))}"
        for horizon in HORIZONS[1:]
        if (found := results.cost(horizon, TUNED))
    ]
    return f"With the best of the rates at each horizon: {'; '.join(parts)} nats." if parts else ""


@cache
def chinchilla() -> str:
    """The published warning beside recorded decays to zero and to a tenth."""
    quarter = {name: recorded(name).cost(1.25) for name in ("usual", "to-a-tenth")}
    half = {name: recorded(name).cost(1.5) for name in ("usual", "to-a-tenth")}
    zero, tenth, more = quarter["usual"], quarter["to-a-tenth"], half["to-a-tenth"]
    if not (zero and tenth and more):
        return ""
    return (
        f"{published.HOFFMANN.cited} (App. B) says that a cosine more than 25 % too long clearly "
        f"hurts; theirs falls to 10 %. Recorded here, at the usual rate: 25 % too long "
        f"{_costs(tenth)} where it falls to 10 %, and 50 % too long {_costs(more)}. Where the "
        f"cosine falls to zero, 25 % too long {_costs(zero)}: its last steps have hardly a rate "
        "left to learn with."
    )


@cache
def line() -> str:
    """A line to zero against a cosine to zero, both recorded, both ending with the run."""
    ends = {name: recorded(name).losses[1.0, 1.0] for name in ("usual", "linear")}
    gap = Paired(pd.DataFrame(ends)).difference("linear", "usual")
    if gap is None or gap.holds(0):
        return ""
    which = "lower" if gap.value < 0 else "higher"
    return (
        f"The shape counts, too: a straight line to zero ends {format_fixed(abs(gap.value), 3)} "
        f"nats {which} than a cosine to zero (recorded, usual rate; 95 %: "
        f"{gap.between(lambda x: format_signed(x, 3))})."
    )


def edge(results: HorizonResults) -> str:
    """Horizons whose best rate is the lowest or highest tried."""
    if not results.at_the_edge:
        return ""
    where = " and ".join(f"{h:g}" for h in results.at_the_edge)
    return (
        f"At {where} times the steps the best rate is the lowest or highest of those tried, so a "
        "better one may lie beyond."
    )


def made(how: str, study: HorizonStudy) -> str:
    """The provenance of the runs: what was learned, how it was tested, when and where."""
    warm = f"{100 * study.usual.warm:g} % of the steps"
    return (
        "An n-gram network learns the source of Python's standard library by Adam and is tested "
        f"on {corpus.EXAM:,} characters of files that it never saw. Every run warms up for {warm} "
        f"that are run; all see the same characters in the same order. {how}"
    )
