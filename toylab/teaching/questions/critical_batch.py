"""Questions on the critical batch."""

from numpy.random import Generator

from toylab.laws import published
from toylab.laws.critical_batch import Tradeoff
from toylab.quantities import format_change, format_count, parse_number
from toylab.teaching.contents import PageLink
from toylab.teaching.questions.question import Maker, Question, choice, numeric, pick

# Batches asked about, in critical ones: below, doubling them about halves the steps; above, the
# answer is a small difference of numbers near one, and rounding on the way would spoil it.
LOSSES = ("4", "3.5", "3.2", "3", "2.8", "2.6", "2.4", "2.2", "2", "1.8")
BATCHES = tuple(format_count(2.0**k) for k in range(14, 28))
NEAR = (0.15, 1.0)


def twice_the_critical(random: Generator) -> Question:
    """Doubling the batch at the critical one, to the same loss."""
    loss = pick(random, LOSSES)
    critical = float(published.KAPLAN_BATCH.form.critical(parse_number(loss)))
    curve = Tradeoff(1.0, critical)
    few, many = (float(curve.steps(B)) for B in (critical, 2 * critical))
    cheap, dear = (float(curve.examples(B)) / critical for B in (critical, 2 * critical))
    right = f"Steps {format_change(many / few)}, tokens {format_change(dear / cheap)}"
    return choice(
        random, "twice-the-critical", PageLink("critical_batch", {"critical_loss": loss}),
        f"You train at the critical batch of {format_count(critical)} tokens and double it, to reach "
        f"the same loss, {loss} nats. What happens?",
        right,
        [
            f"Steps {format_change(0.5)}, tokens as before",
            f"Steps as before, tokens {format_change(2)}",
            f"Steps {format_change(0.5)}, tokens {format_change(1.5)}",
        ],
        f"S = S_min (1 + B_crit/B): from {few:g} to {many:g} S_min. E = E_min (1 + B/B_crit): "
        f"from {cheap:g} to {dear:g} E_min. Half the steps would be at the same number of "
        "tokens, and then the loss is another one.",
    )  # fmt: skip


def fall_of_the_steps(random: Generator) -> Question:
    """The same for any batch."""
    loss = pick(random, LOSSES)
    critical = float(published.KAPLAN_BATCH.form.critical(parse_number(loss)))
    options = [
        (said, 2.0 ** (14 + k)) for k, said in enumerate(BATCHES)
        if NEAR[0] < 2.0 ** (14 + k) / critical < NEAR[1]
    ]  # fmt: skip
    said, batch = pick(random, options)
    curve = Tradeoff(1.0, critical)
    few, many = float(curve.steps(batch)), float(curve.steps(2 * batch))
    more = float(curve.examples(2 * batch) / curve.examples(batch))
    return numeric(
        "fall-of-the-steps",
        PageLink("critical_batch", {"critical_loss": loss, "critical_batch": said}),
        f"At a loss of {loss} nats the critical batch is {format_count(critical)} tokens. You train "
        f"with {said} and double that. By how many percent do the steps to this loss fall?",
        100 * (1 - many / few),
        f"S/S_min = 1 + B_crit/B falls from {few:.4f} to {many:.4f}: "
        f"**{format_change(many / few)}**, and the tokens change by {format_change(more)}. Far below the "
        "critical batch steps would nearly halve, far above it they would hardly fall.",
        "%",
    )  # fmt: skip


def critical_by_loss(random: Generator) -> Question:
    """How the critical batch grows as the loss falls."""
    k = int(random.integers(len(LOSSES) - 1))
    high, low = LOSSES[k], pick(random, LOSSES[k + 1 :])
    form = published.KAPLAN_BATCH.form
    before, after = (float(form.critical(parse_number(loss))) for loss in (high, low))
    return numeric(
        "critical-by-loss", PageLink("critical_batch", {"critical_loss": low}),
        f"Kaplan's critical batch is B* / L^(1/alpha_B) with alpha_B = {form.alpha_B:g}. How "
        f"many times larger is it at {low} nats than at {high}?",
        after / before,
        f"({high}/{low})^{1 / form.alpha_B:.2f} = **{after / before:.3g} times**: from "
        f"{format_count(before)} to {format_count(after)} tokens. In proportion to 1/L it would be "
        f"{parse_number(high) / parse_number(low):.3g} times: alpha_B stands under the fraction bar.",
        "times",
    )  # fmt: skip


def from_two_batches(random: Generator) -> Question:
    """The critical batch from two runs to one loss."""
    least = pick(random, (500, 800, 1000, 2000, 4000))
    critical = pick(random, (4000, 8000, 1e4, 2e4, 3e4, 4e4, 5e4, 1e5, 2e5, 3e5))
    low, high = pick(random, ((0.25, 2.0), (0.2, 2.0), (0.5, 4.0)))
    curve = Tradeoff(float(least), least * critical)
    small, large = low * critical, high * critical
    many, few = float(curve.steps(small)), float(curve.steps(large))
    return numeric(
        "from-two-batches",
        PageLink("critical_batch", {"critical_about": "table"}),
        f"To the same loss a batch of {format_count(small)} tokens takes {many:,.0f} steps and one of "
        f"{format_count(large)} takes {few:,.0f}. Where is the critical batch, if S = S_min + "
        "E_min/B?",
        curve.B_crit,
        f"Two equations give S_min = {curve.S_min:,.0f} and E_min = {format_count(curve.E_min)}; "
        f"B_crit = E_min/S_min = **{format_count(curve.B_crit)}**. Two batches leave nothing to check "
        "the curve with: measure more.",
        "tokens",
    )  # fmt: skip


def larger_or_longer(random: Generator) -> Question:
    """The critical batch follows the data, hardly the size."""
    times, size = pick(random, (4, 10, 30, 100)), pick(random, (True, False))
    by_size, by_data = published.ZHANG_SIZE.form.by_params, published.ZHANG_DATA.form.by_tokens
    options = [f"About {factor:.2g} times larger" for factor in (times**by_size, times**by_data)]
    right, other = options if size else options[::-1]
    ask = (
        "parameters on the same data" if size else "data for a model of the same size"
    )  # fmt: skip
    return choice(
        random, "larger-or-longer",
        PageLink("critical_batch", {"critical_about": "mistakes"}),
        f"{times} times the {ask}: how does the critical batch change, as Zhang measured it?",
        right, [other, f"About {times} times larger", f"About {times} times smaller"],
        f"It grows as N^{by_size:g} with the size alone and as D^{by_data:g} with the data "
        f"alone: {times**by_size:.2g} against {times**by_data:.2g} times. Large models had "
        "large batches because they were trained further.",
    )  # fmt: skip


QUESTIONS: tuple[Maker, ...] = (
    twice_the_critical, fall_of_the_steps, critical_by_loss, from_two_batches, larger_or_longer,
)  # fmt: skip
