"""Sentences of the page on repeated text; every number in them is computed."""

import math
from functools import cache

from toylab.experiments import corpus
from toylab.experiments.repetition_results import Lowest, RepetitionResults, recorded
from toylab.experiments.repetition_study import DECAYED, PLAIN, RepetitionStudy
from toylab.laws import published, repeated_data
from toylab.quantities import format_count, format_fixed, format_share, plural
from toylab.teaching.guesses import UNSET, Guess
from ui.concepts.repetition.view import FRESH

ALT = {
    "loss": "Held-out loss against the number of epochs on log axes: a pool of text read again and "
    "again, without and with weight decay, and as much fresh text. Diamonds mark the lowest "
    "losses. The sentence below says where they lie.",
    "worth": "What a character of the pool is worth, as a share of a fresh one, against the number "
    "of epochs, without and with weight decay, and by the published law.",
    "by heart": "Loss on the pool itself against the number of epochs: it falls on and on, also "
    "where the held-out loss rises.",
}
HIDDEN = "This is fresh text. Where does the loss of a text that is read again and again lie?"
CLOSED = "Guess first, or press *Just show it*. This opens when the runs have ended."
AT = 4  # epochs that are said to be nearly free
SCATTERED = (
    "The different characters lie scattered over the library, each with the eight before it: a "
    "fair sample of the text, which a few files would not be."
)
WORTH = (
    "*Worth* has no dot where the loss is higher than after one epoch of fresh text. That is read "
    "without weight decay, so the line with it can begin above or below 100 %: that is the decay, "
    "not the repeats."
)
RATE = (
    "The usual learning rate is good for one epoch. With a quarter of it (recorded, "
    "of the usual pool and network) the loss without weight decay is lowest after {slow}, at "
    "{low}, and {rise} nats higher after {most}; with the usual rate it is lowest after {usual}, "
    "at {usual_low}. A lower rate over-fits later and less, and reaches no lower loss."
)
PUBLISHED = (
    "$D'/D = (1 + R^* (1 - e^{-R/R^*}))/(1 + R)$, where $R$ is the number of epochs less one and "
    f"$R^* = {repeated_data.R_STAR:.1f}$"
)
LAW = (
    "The dotted line of *Worth* is a law of large language models that were trained with weight "
    "decay, those that over-fit left out ({source}): four epochs count for {share} of fresh text "
    "there. Here it depends on the network, the text and the weight decay; no one number fits."
)


def question(results: RepetitionResults) -> Guess | None:
    """The epochs of the lowest loss without weight decay, answered once the runs have ended."""
    study, point = results.study, results.lowest(PLAIN)
    if not results.live and point is None:
        return None
    params = study.curves[PLAIN].params
    return Guess(
        text=f"A network of {params:,} parameters reads **{format_count(study.unique)} "
        "characters** again and again, without weight decay. After how many epochs is its "
        "held-out loss lowest?",
        answer=None if results.live or point is None else float(point.epochs),
        options=tuple(map(float, study.lengths)),
        explanation="" if results.live else finding(results),
        say=epochs,
        factor=1.5,
        study=study,
    )


def epochs(count: float) -> str:
    """Like 1 epoch, 4 epochs."""
    return plural(round(count), "epoch")


def headline(results: RepetitionResults, *, seen: bool) -> str:
    """The sentence that says what the figure shows."""
    if not seen:
        return HIDDEN
    if results.live:
        return f"{len(results.frame)} of {results.study.networks} networks trained."
    return " ".join(filter(None, (finding(results), lost(results))))


def finding(results: RepetitionResults) -> str:
    """The lowest losses, without weight decay and with it."""
    plain, decayed = results.lowest(PLAIN), results.lowest(DECAYED)
    if plain is None or decayed is None:
        return "Too few runs ended well to say where the loss is lowest."
    return (
        f"Without weight decay the loss {_falls(results, PLAIN, plain)}. With it, the loss "
        f"{_falls(results, DECAYED, decayed)}."
    )


def _falls(results: RepetitionResults, curve: str, point: Lowest) -> str:
    most = results.study.epochs
    if point.first == most:
        return f"still falls at **{epochs(most)}**"
    if point.open and point.first == results.study.lengths[0]:
        return "changes less than these seeds can tell"
    if point.open:
        until = epochs(point.first)
        return f"falls until **{until}** and then changes less than these seeds can tell"
    means = results.means[results.means["curve"] == curve].set_index("epochs")["loss"]
    more = format_fixed(means[most] - point.loss, 2)
    return f"is lowest after **{_span(point)}** and {more} nats higher after {most}"


def lost(results: RepetitionResults) -> str:
    """The number of runs that diverged, where any did."""
    if not results.lost:
        return ""
    return f"{plural(results.lost, 'run')} of {len(results.frame)} diverged and are left out."


def worth_at(results: RepetitionResults, curve: str, many: int = AT) -> float | None:
    """The worth of a character at a number of epochs; None where that is not known.

    nan where the loss is above that of one epoch of fresh text: it is below 1/many.
    """
    table = results.worth(curve).set_index("epochs")["worth"]
    return float(table[many]) if many in table.index else None


def _share(worth: float) -> str:
    """Like 53 %, or under 25 % where all epochs together are worth less than the first."""
    return f"under {format_share(1 / AT)}" if math.isnan(worth) else format_share(worth)


def numbers(results: RepetitionResults, *, seen: bool) -> dict[str, str]:
    """The epochs of the lowest losses, and what a character is worth; question marks until seen."""
    known = seen and not results.live
    plain, decayed = (results.lowest(name) if known else None for name in (PLAIN, DECAYED))
    what = "epoch is best" if plain and plain.last == 1 else "epochs are best"
    key_numbers = {
        what: _range(plain) if plain else UNSET,
        "with weight decay": _range(decayed) if decayed else UNSET,
    }
    value = worth_at(results, PLAIN) if known else None
    key_numbers[f"worth at {AT} epochs"] = UNSET if value is None else _share(value)
    return key_numbers


def _range(point: Lowest) -> str:
    if point.first == point.last:
        return str(point.epochs)
    return f"{point.first} to {point.last}" + ("+" if point.open else "")


def details(results: RepetitionResults) -> list[str]:
    """Sentences behind "Why?": sizes, worth, the published law, and what is not shown."""
    law = LAW.format(
        source=published.MUENNIGHOFF.cited,
        share=format_share(float(repeated_data.worth(1.0, AT)) / AT),
    )
    return [size(results.study), *filter(None, [worth(results)]), law, rate(), SCATTERED]


@cache
def rate() -> str:
    """The effect of the learning rate, by two recorded studies."""
    usual, slow = (recorded(name) for name in ("usual", "quarter-rate"))
    here, there = usual.lowest(PLAIN), slow.lowest(PLAIN)
    if here is None or there is None:
        return ""
    last = slow.means[slow.means["curve"] == PLAIN].set_index("epochs")["loss"]
    return RATE.format(
        slow=_span(there), low=format_fixed(there.loss, 2), most=slow.study.epochs,
        rise=format_fixed(last[slow.study.epochs] - there.loss, 2),
        usual=_span(here), usual_low=format_fixed(here.loss, 2),
    )  # fmt: skip


def _span(point: Lowest) -> str:
    """Like 4 epochs, 8 to 16 epochs."""
    if point.first == point.last:
        return epochs(point.epochs)
    return f"{point.first} to {epochs(point.last)}"


def size(study: RepetitionStudy) -> str:
    """The size of the network for its text."""
    params = study.curves[PLAIN].params
    return (
        f"The network has {format_fixed(params / study.unique, 2)} parameters for each different "
        "character. The smaller this number, the more often a text can be read: there is less room "
        "to learn it by heart."
    )


def worth(results: RepetitionResults) -> str:
    """The worth of a character read four times, without weight decay and with it."""
    plain, decayed = (worth_at(results, name) for name in (PLAIN, DECAYED))
    if plain is None or decayed is None:
        return ""
    return (
        f"To reach the loss of {AT} epochs with {FRESH} takes {_share(plain)} of the characters "
        f"that were read (with weight decay {_share(decayed)}): so much is a character worth, on "
        f"average. {WORTH}"
    )


def made(how: str) -> str:
    """The provenance of the runs: what was learned, how it was tested, when and where."""
    return (
        "An n-gram network learns the source of Python's standard library by AdamW and is tested "
        f"on {corpus.EXAM:,} characters of files that it never saw; at one epoch the pool is the "
        f"beginning of the fresh text, run for run. {how}"
    )
