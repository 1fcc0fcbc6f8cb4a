"""Questions on learning rates that travel: muP's rules, what tuning narrow saves, one rate."""

from numpy.random import Generator

from toylab.experiments import parametrization
from toylab.experiments.transfer_price import at_rate, price
from toylab.experiments.transfer_results import recorded
from toylab.laws import published
from toylab.quantities import format_count, format_fixed, format_number
from toylab.teaching.contents import PageLink
from toylab.teaching.questions.question import Maker, Question, choice, numeric, pick

BASES = (32, 48, 64, 96, 128, 192, 256)
WIDER = (4, 6, 8, 12, 16, 24, 32)  # times the base
RATES = (0.001, 0.002, 0.003, 0.006, 0.01, 0.02)
MANY = (8, 10, 12, 16, 20)  # rates that are tried
SOURCES = (published.YANG,)
RULES = {"transfer_about": "rules"}


def mup_rate(random: Generator) -> Question:
    """The rate of a hidden matrix in muP."""
    base, m, rate = pick(random, BASES), pick(random, WIDER), pick(random, RATES)
    width = base * m
    return numeric(
        name="mup-rate",
        sources=SOURCES,
        link=PageLink("transfer", RULES),
        text=f"With Adam and muP a learning rate of {rate:g} is best at the base width {base}. At "
        f"width {width}, which rate does muP give the hidden matrices?",
        answer=rate / m,
        explanation=f"Hidden matrices sum over the width, which is m = {format_number(m)} times "
        f"the base: {rate:g}/{format_number(m)} = **{format_number(rate / m, 3)}**. Embeddings and "
        f"biases keep {rate:g}.",
    )


def mup_output(random: Generator) -> Question:
    """The start of the output's weights in muP."""
    base, m = pick(random, BASES), pick(random, WIDER)
    width = base * m
    return numeric(
        name="mup-output",
        sources=SOURCES,
        link=PageLink("transfer", RULES),
        text="The weights of the output start with a standard deviation of 1/(2 sqrt(h)) in the "
        f"standard parametrisation. In muP with base width {base} it is that, over sqrt(m). How "
        f"many times smaller than at the base do they start at width {width}?",
        answer=m,
        explanation=f"sqrt(h) grows by sqrt({format_number(m)}), and muP divides by sqrt(m) = "
        f"sqrt({format_number(m)}) once more: **{format_number(m)} times**. Sums over the width "
        "then start small, and what training adds to them decides.",
        unit="times",
    )


def tuning_narrow(random: Generator) -> Question:
    """The compute that tuning narrow saves."""
    base, m, many = pick(random, BASES), pick(random, WIDER[:3]), pick(random, MANY)
    width = base * m
    small, large = (parametrization.count(h, 2) for h in (base, width))
    answer = many * large / (many * small + large)
    return numeric(
        name="tuning-narrow",
        link=PageLink("transfer", {"transfer_about": "saves"}),
        text=f"A network of width {base} has {format_count(small)} parameters, one of width {width}"
        f" {format_count(large)}; all read as much text. You try {many} rates at width {base} and "
        f"train one network of width {width} with the best. How many times cheaper is that than to "
        f"try all {many} at width {width}?",
        answer=answer,
        explanation=f"{many} x {format_count(large)} against {many} x {format_count(small)} + "
        f"{format_count(large)} = {format_count(many * small + large)}: "
        f"**{format_number(answer, 3)} times**, and never more than {many}, as the wide network is "
        "trained once in any case.",
        unit="times",
        tolerance=0.03,
    )


def width_turns_up(random: Generator) -> Question:
    """A loss that rises with the width at one rate."""
    results = recorded("usual")
    octave = -5.0
    means = at_rate(results, "standard", octave).mean(axis=1)
    widest, narrower = results.study.widest, results.study.widest // 2
    best = results.minima["standard", widest].loss
    return choice(
        random,
        name="width-turns-up",
        kinds=("recorded",),
        link=PageLink("transfer", {"transfer_about": "law"}),
        text=f"Networks of five widths are trained at a learning rate of {2**octave:.3g}, all on "
        f"the same text. Width {narrower} comes to {means[narrower]:.2f} nats, width {widest} to "
        f"{means[widest]:.2f}. What follows?",
        right="Nothing on width yet: this rate may just be too high for a network that is so wide",
        wrong=[
            "The wide network over-fits, as it has more parameters than characters to learn from",
            "The scaling law has a floor, which the narrower network has already reached",
            "The wide network needs more steps, as each of them moves so many parameters",
        ],
        explanation=f"With its own best rate width {widest} comes to {best:.2f}. One rate for all "
        "sizes mixes two things, the size and how well the rate suits it.",
    )


def tuned_narrow(random: Generator) -> Question:
    """The reach of a recorded comparison of muP."""
    results = recorded("usual")
    study, drift = results.study, results.drifts["mup"]
    cost, slope = price(results, "mup"), drift.slope
    assert cost is not None, "its runs are in the file"
    most = format_fixed(100 * cost.excess.high, 1)
    return choice(
        random,
        name="tuned-narrow",
        kinds=("recorded",),
        sources=SOURCES,
        link=PageLink("transfer", {"transfer_about": "saves"}),
        text=f"From width {study.base} to {study.widest} the best learning rate in muP moves by "
        f"{slope.value:+.2f} octaves a doubling (95 %: {slope.low:+.2f} to {slope.high:+.2f}). The "
        f"rate tuned at {study.base} loses at most {most} % at {study.widest}. What may be said?",
        right="It still rises a little, and carrying it over costs little here",
        wrong=[
            "It does not move: muP makes the best learning rate independent of the width",
            "muP fails, since its best learning rate is not the same at all widths",
            "The rate may stay as it is at any width, depth and length of training",
        ],
        explanation="The interval leaves out zero, so it moves; and it is small, so little is "
        "lost. muP's rule is that of endlessly wide networks. It says nothing of depth or of the "
        "length of training.",
    )


def longer_training(random: Generator) -> Question:
    """A rate that muP does not carry to longer training."""
    base, m, rate = pick(random, BASES), pick(random, WIDER), pick(random, RATES)
    width, more = base * m, 20 * m
    return choice(
        random,
        name="longer-training",
        sources=SOURCES,
        link=PageLink("transfer"),
        text=f"A rate of {rate:g} was tuned in muP at width {base}, on short runs. The large run "
        f"has width {width} and reads {more} times as much text. Which part of "
        "the change does muP take care of?",
        right="Only the width: tune again, or scale the rate by another rule, for the longer run",
        wrong=[
            "The width and the length, as both make the network better by a known rule",
            "Only the length: wider networks take the same rate in any parametrisation",
            "Neither: muP is a way to start the weights, and leaves all rates as they are",
        ],
        explanation="muP is derived for a fixed number of steps and a growing width. Longer runs "
        "usually want another rate, which a sweep at the same length tells.",
    )


QUESTIONS: tuple[Maker, ...] = (
    mup_rate,
    mup_output,
    tuning_narrow,
    width_turns_up,
    tuned_narrow,
    longer_training,
)
