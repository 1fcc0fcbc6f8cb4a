"""Sentences of the page on learning rates that travel; every number in them is computed."""

import math
from functools import cache

from toylab.experiments.parametrization import SCALINGS
from toylab.experiments.transfer import BATCH, EXAM
from toylab.experiments.transfer_price import gain, price
from toylab.experiments.transfer_results import TransferResults, recorded
from toylab.fits.estimate import Estimate
from toylab.fits.rate_minimum import ROUGH, Drift
from toylab.laws import published
from toylab.quantities import format_count, format_fixed, format_number, plural
from toylab.teaching.guesses import UNSET, Guess
from ui.concepts.transfer.view import NAMES

ALT = {
    "loss": "Held-out loss against the peak learning rate on a log axis, in two panels: standard "
    "at the left, muP at the right; a line a width, and a diamond with its interval at each "
    "lowest loss. The sentence below says how far these move.",
    "best": "The best learning rate against the width on log axes, with intervals: in the standard "
    "parametrisation and in muP, beside a level line at the best rate of the base width.",
}
HIDDEN = "Only the narrow networks are shown. Where is the bottom of the widest one's valley?"
CLOSED = "Guess first, or press *Just show it*. This opens when the runs have ended."
WHY_IT_MOVES = (
    "A unit of a wide layer adds up many inputs. Adam moves each weight by about the learning "
    "rate, however many there are, and the moves agree: together they change the sum in proportion "
    "to the width. So a wide network wants a smaller rate."
)
WHAT_MUP_DOES = (
    "muP divides the rate of those weights by the width over the base width, and lets the output "
    "start smaller. At the base width both are one and the same network."
)
LIMITS = (
    "muP is about width. It does not promise that a rate carries over to another depth, batch, "
    "length of training or weight decay. {depth} adds rules for depth, of which branches of 1/L "
    "can be tried here. {decay} finds that in long runs it is weight decay, independent of muP, "
    "that holds rates in place; these runs are too short to show it."
)
INTERVAL = (
    "A best rate is the bottom of a parabola through three rates. Its interval holds the scatter "
    "of seeds and what rates an octave apart can tell."
)


def question(results: TransferResults) -> Guess | None:
    """The best rate of the widest network, answered once the runs have ended."""
    study = results.study
    place = None if results.live else results.place("standard", study.widest)
    if not results.live and place is None:
        return None
    rates = [2.0 ** (k / 2) for k in range(2 * (study.lowest - 1), 2 * study.highest + 1)]
    return Guess(
        text=f"At width {study.base} the diamond marks the best learning rate. Make the network "
        f"**{study.widest // study.base} times as wide**, in the standard parametrisation: which "
        "learning rate is best then?",
        answer=2.0**place.value if place else None,
        options=tuple(rates),
        explanation="" if results.live else finding(results),
        say=rate,
        factor=2**0.5,
        study=study,
    )


def rate(value: float) -> str:
    """A learning rate: 0.016; halves go up, as on an axis."""
    return format_number(math.nextafter(value, 1.0), 2)


def headline(results: TransferResults, *, seen: bool) -> str:
    """The sentence that says what the figure shows."""
    if not seen:
        return HIDDEN
    if results.live:
        return f"{len(results.frame)} of {results.study.networks} networks trained."
    return " ".join(filter(None, (finding(results), lost(results))))


def finding(results: TransferResults) -> str:
    """The drift of the best rate from the base to the widest, in both parametrisations."""
    study, parts = results.study, []
    for scaling in SCALINGS:
        if drift := results.drifts.get(scaling):
            whose = "of the standard network" if scaling == "standard" else "in muP it"
            parts.append(f"{whose} {moved(drift)}")
    if not parts:
        return unknown(results)
    return (
        f"From width {study.base} to {study.widest} the best learning rate {', and '.join(parts)}."
    )


def moved(drift: Drift) -> str:
    """Like "is **2.7 times lower** (95 %: 2.2 to 3.2)"; nothing is denied that is not shown."""
    total = drift.total
    if drift.direction == "open":
        if drift.little:
            most = max(2.0**total.high, 2.0**-total.low)
            return f"**stays within a factor of {times(most)}**"
        low, high = 2.0**-total.low, 2.0**total.high
        return f"**may move or not**: {times(low)} times lower to {times(high)} times higher"
    down = drift.direction == "down"
    ends = sorted(2.0 ** abs(end) for end in (total.low, total.high))
    size = times(2.0 ** abs(total.value))
    return (
        f"is **{size} times {'lower' if down else 'higher'}** (95 %: {times(ends[0])} to "
        f"{times(ends[1])})"
    )


def times(value: float) -> str:
    """A factor: 1.5, 12."""
    return format_count(value, 2)


def unknown(results: TransferResults) -> str:
    """Why no movement is told."""
    if results.edges:
        return "The rates tried do not reach around every valley, so no movement is told."
    if results.pooled and results.pooled.sd > ROUGH:
        return "Seeds disagree on the best rates: take more of them."
    if len(results.frame) < results.study.networks:
        return "Too few networks were trained to say where the best rates lie."
    return "Too few runs ended well to say where the best rates lie."


def lost(results: TransferResults) -> str:
    """The number of runs that diverged, where any did."""
    if not results.lost:
        return ""
    return f"{plural(results.lost, 'run')} of {len(results.frame)} diverged and are left out."


def edges(results: TransferResults) -> str:
    """The valleys whose bottom is at the end of the ladder, and what to do; empty without any."""
    if results.live or not results.edges:
        return ""
    sides = {results.minima[key].edge for key in results.edges}
    whose = ", ".join(f"{NAMES[scaling]} {width}" for scaling, width in results.edges)
    where = " and ".join(
        {"low": "a lower lowest rate", "high": "a higher highest rate"}[side]
        for side in sorted(sides, reverse=True)
    )
    return (
        f"The lowest loss lies at an end of the rates that were tried ({whose}): the best rate may "
        f"lie beyond. Under *All settings* choose {where}."
    )


def numbers(results: TransferResults, *, seen: bool) -> dict[str, str]:
    """How far both best rates move, and what tuning narrow saves; question marks until seen."""
    known = seen and not results.live
    found = {}
    for scaling in SCALINGS:
        drift = results.drifts.get(scaling) if known else None
        found[f"best rate, {NAMES[scaling]}"] = factor(drift) if drift else UNSET
    cost = price(results, "mup") if known else None
    found["cheaper to tune narrow"] = f"{times(cost.saves)} times" if cost else UNSET
    return found


def factor(drift: Drift) -> str:
    """A movement as a key number: ÷ 2.7, x 1.5; a question mark where the way is open."""
    if drift.direction == "open":
        return "stays" if drift.little else UNSET
    sign = "÷" if drift.direction == "down" else "×"  # noqa: RUF001
    return f"{sign} {times(2.0 ** abs(drift.total.value))}"


def details(results: TransferResults) -> list[str]:
    """Sentences behind "Why?": why it moves, what muP does, and what it does not."""
    several = [WHY_IT_MOVES, WHAT_MUP_DOES, still(results), narrow(results), short(results)]
    limits = LIMITS.format(depth=published.DEY.cited, decay=published.KOSSON.cited)
    return [*filter(None, several), limits, INTERVAL]


def still(results: TransferResults) -> str:
    """The rest of movement in muP, where it is shown."""
    drift = results.drifts.get("mup")
    if drift is None or drift.direction == "open":
        return ""
    way = "rises" if drift.direction == "up" else "falls"
    each = format_fixed(abs(drift.slope.value), 2)
    return (
        f"In muP the best rate is not quite still: it {way} by {each} octaves each time the width "
        "doubles. The rule is exact for endlessly wide networks; these are not."
    )


def narrow(results: TransferResults) -> str:
    """The cost of muP below the base width, where it is shown."""
    width = results.study.widths[0]
    if width >= results.study.base or (more := gain(results, width)) is None or more.low <= 0:
        return ""
    usual, mup = (results.minima[scaling, width].loss for scaling in SCALINGS)
    return (
        f"Narrower than the base, muP raises rates instead, and is worse: at width {width} its "
        f"best loss is {format_fixed(mup, 3)}, that of the standard network "
        f"{format_fixed(usual, 3)}. Choose the base at the width where you tune."
    )


def short(results: TransferResults) -> str:
    """What the runs are too short for, by the recorded ones with twice the steps."""
    study = results.study
    head = f"{study.steps} steps of {BATCH} characters are far from the end of learning."
    return f"{head} {longer()}" if study.preset == "usual" else head


@cache
def longer() -> str:
    """The lowest loss and the best rate at the base with twice the steps, as recorded."""
    usual, long = recorded("usual"), recorded("long")
    key = ("standard", usual.study.base)
    here, there = (results.place(*key) for results in (usual, long))
    if here is None or there is None:
        return ""
    apart = here.low > there.high or there.low > here.high
    return (
        f"With {long.study.steps} (recorded) width {key[1]} comes to "
        f"{format_fixed(long.minima[key].loss, 3)} instead of "
        f"{format_fixed(usual.minima[key].loss, 3)}, at a best rate of {rate(2.0**there.value)} "
        f"instead of {rate(2.0**here.value)}"
        + ("." if apart else ", which these runs cannot tell apart.")
    )


def percent(share: Estimate) -> str:
    """An excess like "3.8 % (95 %: 2.6 to 5.1)"."""
    value, low, high = (
        format_fixed(100 * part, 1) for part in (share.value, share.low, share.high)
    )
    return f"{value} % (95 %: {low} to {high})"


def made(how: str) -> str:
    """The provenance of the runs: what was learned, how it was tested, when and where."""
    return (
        "A network reads eight characters of Python's standard library and predicts the next, by "
        "Adam with a warm-up and a linear decay; it is tested on "
        f"{EXAM:,} characters of files that it never saw. All rates see the same characters. {how}"
    )
