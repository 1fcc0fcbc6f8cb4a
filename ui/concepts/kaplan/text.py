"""Sentences of the page on Kaplan's laws; every number in them is computed."""

import numpy as np

from toylab.laws import kaplan
from toylab.laws.forms import PF_DAY
from toylab.quantities import (
    format_change,
    format_count,
    format_number,
    format_scientific,
    format_share,
)
from toylab.teaching.guesses import UNSET, Guess, percentage, percents
from ui.concepts.kaplan.view import FLOOR, OFF_MARKS, Controls

COMMAND = "python -m toylab laws kaplan-N kaplan-D kaplan-Cmin"
TIMES = "\N{MULTIPLICATION SIGN}"
NAMES = {"tokens": "tokens", "params": "parameters", "compute": "compute"}


def question(controls: Controls) -> Guess:
    """The fall of Kaplan's loss by a factor of data, to guess."""
    left = kaplan.gain("tokens", controls.factor)
    exponent = kaplan.ONE["tokens"].form.exponent
    return Guess(
        text=f"**{controls.factor} times the data** for a large model: by how many percent does "
        "its loss fall?",
        answer=100 * (1 - left),
        options=percents(high=60),
        explanation=f"Kaplan's loss goes as D to the power \N{MINUS SIGN}{exponent:g}, so "
        f"{controls.factor} times the data leave {format_number(left, 3)} of it, wherever you "
        "start.",
        say=percentage,
        points=3.0,
    )


def numbers(controls: Controls, seen: bool) -> dict[str, str]:
    """The change of the loss by the factor; as long as it is asked for, question marks."""
    return {
        f"{controls.factor}{TIMES} {name}": change(of, controls.factor) if seen else UNSET
        for of, name in NAMES.items()
    }


def change(of: str, factor: float) -> str:
    """The percentage that a factor takes off the loss."""
    return format_change(kaplan.gain(of, factor))


def asked(controls: Controls) -> str:
    """The sentence below the figure before the guess."""
    return (
        f"The dot: a large model's loss with {controls.tokens} tokens of text. Where is it with "
        f"{controls.factor} times as many?"
    )


def finding(controls: Controls) -> str:
    """The reading of a straight line; or what a floor does to it."""
    if controls.floor:
        return (
            f"With a floor {controls.factor} times more buys ever less. Compare the shapes only: "
            "the two laws saw different text."
        )
    return (
        f"A step of {controls.factor} times takes the **same percentage** off the loss, wherever "
        "it starts."
    )


def doubling() -> str:
    """The worth of twice as much, and the price of a tenth less."""
    twice = ", ".join(f"{change(of, 2)} by {name}" for of, name in NAMES.items())
    tenth = ", ".join(f"{kaplan.needed(of, 0.9):.1f} times the {NAMES[of]}" for of in NAMES)
    return f"Doubling buys {twice}. A tenth less loss takes {tenth}."


def dots(controls: Controls) -> str:
    """The place of the dots, and how far beyond Kaplan's runs."""
    far = []
    for of, law in kaplan.ONE.items():
        low, high = next(iter(law.measured.values()))
        if not low <= controls.start[of] <= controls.start[of] * controls.factor <= high:
            far.append(NAMES[of])
    text = (
        f"The dots start at {controls.params} parameters, at {controls.tokens} tokens and at the "
        f"{format_scientific(controls.start['compute'])} FLOPs of C_min that the two cost: half "
        "of 6 N D, as at the critical batch. Each line assumes that nothing else is short. Your "
        "own run is short of both: see the tab *Which of the two holds you back?*"
    )
    if not far:
        return text
    return f"{text} Outside the range of Kaplan's own runs: {', '.join(far)}."


def bent(controls: Controls) -> str:
    """The worth of a factor where there is a floor."""
    small, large = 1e7, 1e11
    drops = [
        format_change(float(FLOOR.loss(N * controls.factor, np.inf) / FLOOR.loss(N, np.inf)))
        for N in (small, large)
    ]
    return (
        f"The law with a floor is Besiroglu's refit. Under it {controls.factor} times the "
        f"parameters buy {drops[0]} from {format_count(small)} and {drops[1]} from "
        f"{format_count(large)}. Its tokens are not Kaplan's tokens."
    )


def joint(controls: Controls) -> str:
    """Model-limited or data-limited, the worth of doubling each, and overfitting."""
    N, D, here = controls.start["params"], controls.start["tokens"], controls.regime
    model, data = (
        format_change(kaplan.regime(*doubled).loss / here.loss)
        for doubled in ((2 * N, D), (N, 2 * D))
    )
    need = float(kaplan.tokens_needed(N))
    enough = "too few" if need > D else "enough"
    least = f"less than {format_share(kaplan.SEEDS)}"
    return (
        f"{controls.params} parameters on {controls.tokens} tokens: **{here.limit}**, loss "
        f"{here.loss:.3f} nats/token. Doubling the model buys {model}, doubling the "
        f"data {data}. An endless model would bring {here.endless_model:.3f}, endless "
        f"data {here.endless_data:.3f}: the model overfits by {format_share(here.overfit, 1)}. "
        f"{controls.tokens} tokens are **{enough}**: to overfit by {least} this model needs "
        f"{format_count(need)}. Kaplan's seeds differ by as much. Eight times the model needs "
        f"{float(kaplan.tokens_needed(8 * N)) / need:.2f} times the data."
    )


def stopping(controls: Controls) -> str:
    """The end of efficient training, and the cost of a wrong size."""
    steps, loss = kaplan.stop(controls.start["params"])
    off = kaplan.off_size(OFF_MARKS) - 1
    above = kaplan.CURVE.alpha_N / kaplan.CURVE.alpha_S
    return (
        f"{controls.params} parameters are used best up to {steps:,.0f} steps and a loss of "
        f"{loss:.3f}, {format_share(above)} above what they "
        "would converge to: well before the curve is flat. And the size itself is "
        f"forgiving: {OFF_MARKS[0]:g} times the best costs {format_share(off[0], 1)} more compute "
        f"for the same loss, {OFF_MARKS[1]:g} times the best {format_share(off[1], 1)}."
    )


def ends() -> str:
    """The crossing of two laws, beyond which not both can hold."""
    end = kaplan.conflict()
    flops, size = format_scientific(end.compute * PF_DAY, 2), format_count(end.params, 2)
    return (
        "**The compute line ends up promising less loss than its few tokens allow. One of the "
        f"lines must bend** before they cross at {format_scientific(end.compute, 2)} PF-days "
        f"({flops} FLOPs), {size} parameters and a loss of {end.loss:.2f} nats/token. The paper "
        "says so too, in section 6.3, and puts the crossing near 1e4 PF-days, give or take a "
        "factor of ten."
    )
