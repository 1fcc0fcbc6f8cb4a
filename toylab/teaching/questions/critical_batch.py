"""Questions on the critical batch."""

from numpy.random import Generator

from toylab.laws import published
from toylab.laws.critical_batch import Tradeoff
from toylab.quantities import MINUS, format_change, format_count, format_number, parse_number
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
        random,
        name="twice-the-critical",
        sources=(published.KAPLAN_BATCH,),
        link=PageLink("critical_batch", {"critical_loss": loss}),
        text=f"You train at the critical batch of {format_count(critical)} tokens and double it, "
        f"to reach the same loss, {loss} nats. What happens?",
        right=right,
        wrong=[
            f"Steps {format_change(0.5)}, tokens as before",
            f"Steps as before, tokens {format_change(2)}",
            f"Steps {format_change(0.5)}, tokens {format_change(1.5)}",
        ],
        explanation=f"S = S_min (1 + B_crit/B): from {few:g} to {many:g} S_min. E = E_min (1 + "
        f"B/B_crit): from {cheap:g} to {dear:g} E_min. Half the steps would be at the same number "
        "of tokens, and then the loss is another one.",
    )


def fall_of_the_steps(random: Generator) -> Question:
    """The same for any batch."""
    loss = pick(random, LOSSES)
    critical = float(published.KAPLAN_BATCH.form.critical(parse_number(loss)))
    options = [
        (label, 2.0 ** (14 + k))
        for k, label in enumerate(BATCHES)
        if NEAR[0] < 2.0 ** (14 + k) / critical < NEAR[1]
    ]
    label, batch = pick(random, options)
    curve = Tradeoff(1.0, critical)
    few, many = float(curve.steps(batch)), float(curve.steps(2 * batch))
    more = float(curve.examples(2 * batch) / curve.examples(batch))
    return numeric(
        name="fall-of-the-steps",
        sources=(published.KAPLAN_BATCH,),
        link=PageLink("critical_batch", {"critical_loss": loss, "critical_batch": label}),
        text=f"At a loss of {loss} nats the critical batch is {format_count(critical)} tokens. "
        f"You train with {label} and double that. By how many percent do the steps to this loss "
        "fall?",
        answer=100 * (1 - many / few),
        explanation=f"S/S_min = 1 + B_crit/B falls from {few:.4f} to {many:.4f}: "
        f"**{MINUS}{format_number(100 * (1 - many / few), 3)} %**, and the tokens change by "
        f"{format_change(more)}. Far below the critical batch steps would nearly halve, far above "
        "it they would hardly fall.",
        unit="%",
    )


def critical_by_loss(random: Generator) -> Question:
    """The growth of the critical batch as the loss falls."""
    k = int(random.integers(len(LOSSES) - 1))
    high, low = LOSSES[k], pick(random, LOSSES[k + 1 :])
    form = published.KAPLAN_BATCH.form
    before, after = (float(form.critical(parse_number(loss))) for loss in (high, low))
    return numeric(
        name="critical-by-loss",
        sources=(published.KAPLAN_BATCH,),
        link=PageLink("critical_batch", {"critical_loss": low}),
        text=f"Kaplan's critical batch is B* / L^(1/alpha_B) with alpha_B = {form.alpha_B:g}. How "
        f"many times larger is it at {low} nats than at {high}?",
        answer=after / before,
        explanation=f"({high}/{low})^{1 / form.alpha_B:.2f} = "
        f"**{format_number(after / before, 3)} times**: from "
        f"{format_count(before)} to {format_count(after)} tokens. In proportion to 1/L it "
        f"would be {parse_number(high) / parse_number(low):.3g} times: alpha_B stands under the "
        "fraction bar.",
        unit="times",
    )


def from_two_batches(random: Generator) -> Question:
    """The critical batch from two runs to one loss."""
    least = pick(random, (500, 800, 1000, 2000, 4000))
    critical = pick(random, (4000, 8000, 1e4, 2e4, 3e4, 4e4, 5e4, 1e5, 2e5, 3e5))
    low, high = pick(random, ((0.25, 2.0), (0.2, 2.0), (0.5, 4.0)))
    curve = Tradeoff(float(least), least * critical)
    small, large = low * critical, high * critical
    many, few = float(curve.steps(small)), float(curve.steps(large))
    return numeric(
        name="from-two-batches",
        sources=(published.MCCANDLISH,),
        link=PageLink("critical_batch", {"critical_about": "table"}),
        text=f"To the same loss a batch of {format_count(small)} tokens takes {many:,.0f} steps "
        f"and one of {format_count(large)} takes {few:,.0f}. Where is the critical batch, if S = "
        "S_min + E_min/B?",
        answer=curve.B_crit,
        explanation=f"Two equations give S_min = {curve.S_min:,.0f} and E_min = "
        f"{format_count(curve.E_min)}; B_crit = E_min/S_min = **{format_count(curve.B_crit)}**. "
        "Two batches leave nothing to check the curve with: measure more.",
        unit="tokens",
    )


def larger_or_longer(random: Generator) -> Question:
    """The critical batch follows the data, hardly the size."""
    times, size = pick(random, (4, 10, 30, 100)), pick(random, (True, False))
    by_size, by_data = published.ZHANG_SIZE.form.by_params, published.ZHANG_DATA.form.by_tokens
    options = [f"About {factor:.2g} times larger" for factor in (times**by_size, times**by_data)]
    right, other = options if size else options[::-1]
    ask = "parameters on the same data" if size else "data for a model of the same size"
    return choice(
        random,
        name="larger-or-longer",
        kinds=("published", "simulated"),
        sources=(published.ZHANG,),
        link=PageLink("critical_batch", {"critical_about": "mistakes"}),
        text=f"{times} times the {ask}: how does the critical batch change, as Zhang measured it?",
        right=right,
        wrong=[other, f"About {times} times larger", f"About {times} times smaller"],
        explanation=f"It grows as N^{by_size:g} with the size alone and as D^{by_data:g} with the "
        f"data alone: {times**by_size:.2g} against {times**by_data:.2g} times. Large models had "
        "large batches because they were trained further.",
    )


QUESTIONS: tuple[Maker, ...] = (
    twice_the_critical,
    fall_of_the_steps,
    critical_by_loss,
    from_two_batches,
    larger_or_longer,
)
