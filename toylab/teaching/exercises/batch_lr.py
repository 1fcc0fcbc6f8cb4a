"""Exercises on batch and learning rate that texts get wrong: the mistake, and its cost.

Every number is computed when the page is drawn.
"""

import math

from toylab.experiments.batch_lr_study import TOKENS
from toylab.laws import batch_lr, published
from toylab.laws.forms import FLOPS
from toylab.quantities import MINUS, format_count, format_number, format_scientific, format_share
from toylab.teaching.exercises.example import Example

ANCHORS = ((1e16, 2.0**16), (1e24, 2.0**26))  # FLOPs and tokens, as a text read them
VOCABULARY = 50_257  # GPT-2's tokens
FORWARD = 8.99e6  # FLOPs a token of a small model's forward pass
BLOCKS, RUNS = 11, 4  # validation batches a run takes, and runs a batch size


def examples() -> list[Example]:
    """All of them, in order."""
    return [base(), budget(), empty(), asleep(), steps(), size(), validation()]


def base() -> Example:
    """A rise in bits over a rise in decades, used as an exponent."""
    (low, small), (high, large) = ANCHORS
    doublings, decades = math.log2(large / small), math.log10(high / low)
    right, wrong = math.log10(large / small) / decades, doublings / decades
    k = large / high**wrong
    at = 1e17
    deepseek = published.DEEPSEEK_BATCH.form
    return Example(
        name="Read an exponent off a plot",
        question=f"A line runs from 2^{math.log2(small):.0f} tokens at {format_scientific(low)} "
        f"FLOPs to 2^{math.log2(large):.0f} at {format_scientific(high)}. Which power of compute "
        "is that?",
        answer=f"The same base on both axes: {doublings:.0f} log10(2) / {decades:.0f} = "
        f"**{right:.3f}**, {batch_lr.bits(right):.3g} doublings a decade. Even that is too steep, "
        f"because the upper end is misread: DeepSeek's {deepseek.exponent} is "
        f"{batch_lr.bits(deepseek.exponent):.4g} doublings a decade and reaches "
        f"2^{math.log2(float(deepseek.at(high))):.1f} there.",
        common_mistake=f"*{doublings:.0f} bits over {decades:.0f} decades, so the exponent is "
        f"{wrong:.2f}.* Bits over decades are no exponent.",
        cost=f"Put through the upper point, B = k C^{wrong:.2f} gives "
        f"{format_number(k * at**wrong, 2)} tokens at {format_scientific(at)} FLOPs, less than "
        f"one; DeepSeek's law says {format_count(float(deepseek.at(at)))}.",
    )


def budget() -> Example:
    """The FLOPs of a training run that forgot its sequences and its steps."""
    batch, block, steps = 4, 1024, 100
    sequence = FORWARD * block
    right, wrong = batch * steps * sequence * 3, batch * FORWARD * 3
    return Example(
        name="What did this run cost?",
        question=f"A model spends {format_scientific(FORWARD)} FLOPs a token in the forward pass. "
        f"It trains {steps} steps on batches of {batch} sequences of {block:,} tokens.",
        answer="Forward and backward are three times forward: batch x steps x FLOPs of a "
        f"sequence x 3 = **{format_scientific(right, 4)}**.",
        common_mistake="*batch x FLOPs a token x 3.* A batch holds sequences, not tokens, and a "
        "run has steps.",
        cost=f"It comes out as {format_scientific(wrong)}: too low by a factor "
        f"{right / wrong:,.0f}.",
    )


def empty() -> Example:
    """An infinite loss that is no divergence."""
    used = BLOCKS * RUNS * (4 + 8 + 16)
    return Example(
        name="Is an infinite loss a divergence?",
        question="Runs with batches of 4, 8 and 16 went well. With 32 the first run has a finite "
        "validation loss, and each later one *inf*. Which learning rate was too high?",
        answer="**None.** Ask first what was evaluated. A stream that can be read once and is "
        "shared by all runs is empty after a while, and the mean over no batches is reported as "
        "inf. Here every network meets the same held-out text, made once.",
        common_mistake="*Inf means that it diverged.* A divergence shows as nan or as a rising "
        "training loss before it shows in validation.",
        cost=f"At {BLOCKS} batches a run and {RUNS} runs a size, {used:,} blocks are gone before "
        "the first run with 32: the best batch of the table may be the one that was never tested.",
    )


def asleep() -> Example:
    """Rates too low and runs too short to learn anything."""
    blind, real = math.log(VOCABULARY), batch_lr.TRAINED[0]
    low, high, top = 9.69, 9.84, 5e-5  # nats and rate: the losses of such a grid
    return Example(
        name="Which of these learning rates is best?",
        question=f"Rates from 1e-6 to {format_scientific(top)}, 100 steps each, a vocabulary of "
        f"{VOCABULARY:,}. The losses lie between {low} and {high} nats.",
        answer=f"**The grid cannot tell.** A blind guess costs ln {VOCABULARY:,} = {blind:.2f} "
        f"nats: after 100 steps the runs have learned {blind - high:.2f} to {blind - low:.2f} of "
        f"them, and differ by {high - low:.2f} among each other: nothing shows a best rate.",
        common_mistake="*The lowest loss has the best rate.* A valley must show: a bottom inside "
        "the grid, and losses that differ by more than seeds do.",
        cost=f"Differences of {high - low:.2f} nats are told as an optimum; {real.name} was "
        f"trained with a rate {real.lr / top:.1f} times the highest of them.",
    )


def steps() -> Example:
    """The same number of steps for every batch."""
    small, large = 4, 32
    tokens = TOKENS[0]
    return Example(
        name="A fair comparison of batches",
        question=f"Every batch size from {small} to {large} trains for 100 steps. Is that a grid "
        "at fixed compute?",
        answer="**No.** Compute is 6 N B S: at equal compute steps must fall as 1/B. Here every "
        f"cell of a budget sees the same {tokens:,} characters.",
        common_mistake="*The same number of steps, so the same budget.*",
        cost=f"The largest batch spends {large / small:.0f} times as much as the smallest, and "
        "wins for that. (And batch against rate at one size is no isoFLOP profile: that varies N "
        f"at fixed C = {FLOPS} N D.)",
    )


def size() -> Example:
    """A name that counts what hardly computes."""
    width, total, active = 64, 7.7e6, FORWARD / 2
    embeddings, fall = 2 * VOCABULARY * width, -published.STEP_LR.form.by_params
    output = 2 * VOCABULARY * width  # FLOPs a token of the last layer
    counted = (FORWARD - output) / 2  # Step Law's N, without the vocabulary
    return Example(
        name="How large is this model?",
        question=f"A mixture of experts of width {width} is called 10M. It has "
        f"{format_count(total)} parameters, a vocabulary of {VOCABULARY:,} and separate input and "
        "output embeddings.",
        answer=f"2 x {VOCABULARY:,} x {width} = {format_count(embeddings)} of them, "
        f"**{format_share(embeddings / total)}**, are embeddings. A token of its forward pass "
        f"costs {format_scientific(FORWARD)} FLOPs, as much as {format_count(active)} parameters "
        f"that all take part: {active / total:.2f} of the total. Laws go by those that take part.",
        common_mistake="*The name is the size.* It is rounded up, and counts what a token never "
        "meets.",
        cost=f"Step Law's best rate goes as N^{MINUS}{fall:g}, N without the vocabulary: "
        f"{format_count(output)} of the FLOPs are the last layer's, and {format_count(counted)} "
        f"parameters remain. With 10M instead the rate comes out {(10e6 / counted) ** fall:.1f} "
        "times too low.",
    )


def validation() -> Example:
    """A loss with an auxiliary term in it."""
    main, extra = (3.10, 3.12), (0.05, 0.01)  # nats, of two settings
    both = [a + b for a, b in zip(main, extra, strict=True)]
    return Example(
        name="What does validation measure?",
        question="Two settings of a mixture of experts. Cross-entropy and the auxiliary loss "
        f"that balances its experts: {main[0]:.2f} + {extra[0]:.2f}, and {main[1]:.2f} + "
        f"{extra[1]:.2f}. Which is better?",
        answer=f"**The first**, by {main[1] - main[0]:.2f} nats: only the cross-entropy is a loss "
        "on text. The auxiliary term is for training.",
        common_mistake=f"*{both[0]:.2f} against {both[1]:.2f}: the second.* That is the sum, as "
        "the training loop returns it.",
        cost=f"The wrong setting, {main[1] - main[0]:.2f} nats worse, and a loss that compares "
        "with no other model's.",
    )
