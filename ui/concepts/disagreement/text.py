"""Sentences of the page on the disagreement; every number in them is computed."""

from toylab.laws import disagreement, published
from toylab.laws.disagreement import STAIRCASE
from toylab.quantities import format_count, format_scientific, format_share, format_signed
from toylab.teaching import guesses
from ui.concepts.disagreement.view import KAPLAN, TOP, Controls

NEAR = 0.03  # an exponent no further off is close: ten times the compute, 7 % of the size
PRINTED = published.KAPLAN_SIZE.form.exponent
CLAIM = (
    f"Kaplan found that the best size grows as C^{PRINTED:g}; Hoffmann found a far smaller "
    "exponent. Fix the differences one at a time, and see what each was worth."
)


def numbers(controls: Controls) -> dict[str, tuple[str, str | None]]:
    """The exponent after the last fix, and what that fix changed."""
    change = controls.stairs["change"].iloc[-1]  # with a hyphen: the arrow beside it goes by that
    fall = f"{change:+.3f} by the last fix" if controls.step else None
    return {"Exponent now": (f"{STAIRCASE[controls.step].refinedweb:.3f}", fall)}


def question() -> str:
    """The exponent to guess before the first fix is seen."""
    first = STAIRCASE[0].refinedweb
    return (
        f"Kaplan printed {PRINTED:g} for the least compute, C_min; at a fixed batch his runs give "
        f"{disagreement.FIXED_BATCH:g}. That set-up, run again on other data, gives "
        f"**{first:.3f}**: with ten times the compute, {10**first:.1f} times the model. In the "
        f"set-up {TOP} details distort the exponent. **What is left once all are fixed?** Guess, "
        "then press *Next fix*."
    )


def story(controls: Controls) -> str:
    """The last fix, and what it did."""
    if controls.step == 0:
        return question()
    step, change = STAIRCASE[controls.step], controls.stairs["change"].iloc[-1]
    return (
        f"**{step.name[0].upper()}{step.name[1:]}: {step.refinedweb:.3f}** "
        f"({format_signed(change, 3)}). {step.why}"
    )


def score(controls: Controls) -> str:
    """The guess, where one was made, against what all the fixes leave."""
    last, guess = STAIRCASE[-1], controls.guessed
    assert last.interval is not None
    low, high = last.interval
    known = f"{last.refinedweb:.3f} (95 %: {low:.3f} to {high:.3f})"
    if guess is None:
        return f"All {TOP} fixes are made: the runs say {known}. You made no guess."
    scored = disagreement.score(guess)
    text = f"Your guess: **{guess:.2f}**; the runs say {known}."
    if scored.inside:
        return f"{text} **Right.**"
    too_high = scored.gap > 0
    factor = scored.size_ratio if too_high else 1 / scored.size_ratio
    return (
        f"{text} {abs(scored.gap):.2f} too {'high' if too_high else 'low'}: each time the "
        f"compute grows tenfold, your model would be a further {factor:.2f} times too "
        f"{'large' if too_high else 'small'}."
    )


def record(guess: float) -> tuple[str, str, str, str, str]:
    """For the journal: the question, the guess, the answer, the gap, the grade."""
    gap = disagreement.score(guess).gap
    asked = guesses.Guess("", STAIRCASE[-1].refinedweb, (), "", points=NEAR)
    answer = f"{STAIRCASE[-1].refinedweb:.3f}"
    question = "Which exponent is left when everything is fixed?"
    return question, f"{guess:.2f}", answer, format_signed(gap, 2), guesses.gap(asked, guess).grade


def counting(controls: Controls) -> str:
    """The exponent as it follows from the counting of parameters."""
    few, many = (format_share(float(disagreement.embedding_share(N))) for N in (1e6, 1e9))
    top, there = disagreement.steepest(controls.form)
    low, high = map(format_scientific, controls.span)
    return (
        "Embeddings grow with a model's width, the rest with its cube: "
        f"$N_T = N + {disagreement.W:,.0f}\\,N^{{1/3}}$. In a model of "
        f"{format_count(1e6)} parameters without embeddings, {few} of all "
        f"parameters are embeddings; in one of {format_count(1e9)}, {many}. "
        "Count without them, and the best size seems to grow faster, up to an exponent of "
        f"{top:.2f} where embeddings are {format_share(there)} of all. "
        f"A straight line from {low} to {high} FLOPs "
        f"has slope **{controls.fitted:.2f}**; the law behind it has "
        f"{disagreement.limits(controls.form)[1]:.2f}, and Kaplan printed {PRINTED:g}."
    )


def floor(controls: Controls) -> str:
    """The exponent of the loss as it follows from a floor."""
    alpha, (low, high) = controls.form.alpha, controls.sizes
    ends = disagreement.local_slope(controls.form, controls.reach)
    return (
        f"The loss above its floor falls with slope {alpha:g} everywhere. The "
        f"loss itself falls with slope {ends[0]:.3f} at {low} parameters and "
        f"{ends[1]:.3f} at {high}; a power law without a floor, fitted between "
        f"them, has **{controls.slope:.3f}**. So {alpha:g} and Kaplan's "
        f"{KAPLAN.exponent:g} are not two measurements of one thing: one is the slope of "
        "L \N{MINUS SIGN} E over all parameters, the other that of L over those without "
        "embeddings."
    )


def command(controls: Controls) -> str:
    """The command that prints the constants in a terminal."""
    return f"python -m toylab laws {controls.law} kaplan"
