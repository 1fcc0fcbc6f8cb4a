"""Exercises on the critical batch that texts get wrong: the common mistake, and its cost.

Every number is computed from `published` and `critical_batch` when the page is drawn.
"""

from toylab.laws import published
from toylab.laws.critical_batch import Tradeoff
from toylab.quantities import (
    MINUS,
    format_change,
    format_count,
    format_number,
    format_scientific,
    format_share,
)
from toylab.simulation.noisy_quadratic import Quadratic
from toylab.teaching.exercises.example import Example

CRITICAL = published.KAPLAN_BATCH.form


def examples() -> list[Example]:
    """All of them, in order."""
    return [twice(2e6), lower(3.0, 2.0), thirteen(), larger(), made_up(), noise()]


def twice(critical: float) -> Example:
    """Doubling the batch at the critical one."""
    curve = Tradeoff(1.0, critical)
    few, many = (float(curve.steps(B)) for B in (critical, 2 * critical))
    cheap, dear = (float(curve.examples(B)) / critical for B in (critical, 2 * critical))
    return Example(
        name="Twice the batch",
        question=f"The critical batch is {format_count(critical)} tokens and you train with it. "
        f"What does a batch of {format_count(2 * critical)} cost, to the same loss?",
        answer=f"Steps fall from {few:g} to {many:g} S_min, **{format_change(many / few)}**; "
        f"tokens rise from {cheap:g} to {dear:g} E_min, **{format_change(dear / cheap)}**.",
        common_mistake="*Half the steps, and a loss that is slightly worse.* Half the steps is "
        "at the same number of tokens, and then the losses differ and nothing is compared.",
        cost=f"At {format_count(2 * critical)} one pays {dear:g} E_min instead of {cheap:g}: not "
        "near-optimal, unless time is worth half as much compute again.",
    )


def lower(high: float, low: float) -> Example:
    """Growth of the critical batch as the loss falls."""
    before, after = (float(CRITICAL.critical(loss)) for loss in (high, low))
    return Example(
        name="A lower loss",
        question=f"The loss falls from {high:g} to {low:g} nats. How does Kaplan's critical batch "
        "grow?",
        answer=f"As L^{MINUS}{1 / CRITICAL.alpha_B:.2f}: from {format_count(before)} to "
        f"{format_count(after)} tokens, **{after / before:.1f} times**.",
        common_mistake="*In proportion to 1/L.* The exponent 0.21 stands under the fraction bar: "
        "1/alpha_B.",
        cost=f"1/L says {high / low:.1f} times: a batch that is "
        f"{after / before / (high / low):.1f} times too small for the end of training.",
    )


def thirteen() -> Example:
    """The fall of the loss that doubles it."""
    drop = 1 - 2**-CRITICAL.alpha_B
    rounded = 0.87 ** (-1 / CRITICAL.alpha_B)
    return Example(
        name="What doubles it?",
        question="By how much must the loss fall for the critical batch to double?",
        answer=f"By 1 {MINUS} 2^{MINUS}{CRITICAL.alpha_B:g} = **{format_share(drop, 1)}**.",
        common_mistake="*By 13 %.* That is its rounding.",
        cost=f"A fall of 13 % gives {rounded:.2f} times: good enough for a plan, not for a proof.",
    )


def larger() -> Example:
    """Critical batches of larger models."""
    form = published.ZHANG_SIZE.form
    data = published.ZHANG_DATA.form
    return Example(
        name="A larger model",
        question="Is a very large batch right for a very large model?",
        answer="**Only if it gets further.** The critical batch goes by the loss (Kaplan), or by "
        f"the data: as D^{data.by_tokens:g} at one size, as N^{form.by_params:g} at one amount of "
        f"data (Zhang). Ten times the size alone: {10**form.by_params:.2f} times.",
        common_mistake="*Large models want large batches.* They were seen to have them because "
        "they were trained on more data, to lower losses.",
        cost=f"Ten times the data at one size: {10**data.by_tokens:.1f} times.",
    )


def made_up() -> Example:
    """A law of loss against batch that no paper has."""
    floor, start, critical, alpha = 1.7, 4.0, 1e6, 0.2
    at_one = floor + critical**alpha * (start - floor)
    return Example(
        name="Is this a law?",
        question=f"A text has L(B) = L_inf + (B_crit/B)^a (L(1) {MINUS} L_inf). Test it "
        "before you use it.",
        answer="**Put B = 1**: the factor should be 1 and is B_crit^a. What is true of one step "
        "is dL(B) = dL_max / (1 + B_noise/B), and of a run the curve of steps and tokens above.",
        common_mistake="*It looks like a power law, so it will be one.* No paper has it, and as "
        "B grows it tends to L_inf whatever the data.",
        cost=f"With L_inf {floor}, L(1) {start:g}, B_crit {format_scientific(critical)} and a "
        f"{alpha}, it says L(1) = {at_one:.1f} nats.",
    )


def noise() -> Example:
    """The noise scale taken for the critical batch."""
    task = Quadratic(decay=1.0, noise=10.0)
    simple, exact = task.scales()
    return Example(
        name="Is the noise scale the critical batch?",
        question="tr(Sigma)/|G|^2 was measured from two batches. May it be reported as B_crit?",
        answer="**No: it is B_simple**, an estimate of it if all directions curve alike. B_crit "
        "is E_min/S_min, from runs to the same loss.",
        common_mistake="*B_crit = tr(Sigma)/|G|^2.* The definition needs no gradient at all.",
        cost=f"On the noisy quadratic, at its start, B_simple is {format_number(simple, 3)} and "
        f"the one that counts curvature {format_number(exact, 3)}: {simple / exact:.1f} times. On "
        "our language model it is off by a factor that depends on the path.",
    )
