"""Questions on batch and learning rate."""

import math

import numpy as np
from numpy.random import Generator

from toylab.laws import batch_lr, published
from toylab.laws.forms import FLOPS
from toylab.quantities import format_count, format_number, format_scientific, parse_number
from toylab.simulation import batch_lr_grids
from toylab.teaching.contents import PageLink
from toylab.teaching.questions.question import Maker, Question, choice, numeric, pick

BUDGETS = tuple(f"1e{k}" for k in range(17, 26))


def exponent_off_a_plot(random: Generator) -> Question:
    """The same base on both axes."""
    low, decades = pick(random, (16, 17, 18)), pick(random, (4, 5, 6, 8))
    start, bits = pick(random, (15, 16, 17)), pick(random, (5, 6, 7, 9, 10))
    a = math.log10(2.0**bits) / decades
    law = published.DEEPSEEK_BATCH.form.exponent
    return numeric(
        name="exponent-off-a-plot",
        sources=(published.DEEPSEEK_BATCH,),
        link=PageLink("batch_lr", {"tune_budget": f"1e{low}"}),
        text=f"On a plot the best batch rises from 2^{start} tokens at 1e{low} FLOPs to "
        f"2^{start + bits} at 1e{low + decades}. Which power of compute is that?",
        answer=a,
        explanation=f"{bits} doublings over {decades} decades: {bits} log10(2) / {decades} = "
        f"**{format_number(a, 3)}**. {bits}/{decades} = {bits / decades:.3g} would be doublings "
        f"a decade, which is no exponent; DeepSeek's {law:g} is {batch_lr.bits(law):.3f} "
        "doublings a decade.",
    )


def cost_of_a_run(random: Generator) -> Question:
    """Sequences, their length and steps all count."""
    params = pick(random, (1e7, 3e7, 1e8, 3e8, 1e9))
    batch, length = pick(random, (16, 32, 64, 128)), pick(random, (512, 1024, 2048, 4096))
    steps = pick(random, (100, 200, 500, 2000, 5000))
    flops = FLOPS * params * batch * length * steps
    return numeric(
        name="cost-of-a-run",
        link=PageLink("batch_lr", {"tune_about": "mistakes"}),
        text=f"{format_count(params)} parameters, {steps:,} steps, batches of {batch} sequences of "
        f"{length:,} tokens. What does the run cost, by 6ND?",
        answer=flops,
        explanation=f"D = {steps:,} x {batch} x {length:,} = "
        f"{format_count(steps * batch * length)} tokens, so **{format_scientific(flops)}** FLOPs. "
        "A batch holds sequences, and a sequence tokens: leave either out and the cost is wrong "
        "by its whole size.",
        unit="FLOPs",
    )


def batch_by_compute(random: Generator) -> Question:
    """DeepSeek's law for the batch."""
    budget = pick(random, BUDGETS)
    form = published.DEEPSEEK_BATCH.form
    tokens = float(form.at(parse_number(budget)))
    low, high = published.DEEPSEEK_BATCH.measured["C"]
    inside = "inside" if low <= parse_number(budget) <= high else "outside"
    return numeric(
        name="batch-by-compute",
        sources=(published.DEEPSEEK_BATCH,),
        link=PageLink("batch_lr", {"tune_budget": budget, "tune_rule": "deepseek"}),
        text=f"DeepSeek's best batch is {form.coefficient:.4f} C^{form.exponent:g} tokens. How "
        f"many at {budget} FLOPs?",
        answer=tokens,
        explanation=f"**{format_count(tokens)}** tokens, about 2^{math.log2(tokens):.1f}. The law "
        f"was measured from {format_scientific(low)} to {format_scientific(high)} FLOPs, and this "
        f"is {inside} that range.",
        unit="tokens",
    )


def lowest_or_fit(random: Generator) -> Question:
    """The run of lowest loss was also the luckiest."""
    budget, noise = pick(random, ("1e18", "1e19", "1e20", "1e21")), pick(random, ("0.5", "1"))
    study = batch_lr_grids.SimulatedGrids(noise=float(noise) / 100)
    times = [
        _spread(study.found(parse_number(budget), finder).batch) for finder in ("lowest", "fit")
    ]
    return choice(
        random,
        name="lowest-or-fit",
        link=PageLink("batch_lr", {"tune_budget": budget, "tune_noise": noise}),
        text=f"A grid of batches and learning rates was trained at {budget} FLOPs. Seeds move a "
        f"loss by {noise} %, and the valley is shallow. Which batch do you call the best?",
        right="The bottom of a quadratic in ln batch and ln rate, fitted to all cells",
        wrong=[
            "That of the run with the lowest loss: it was really measured",
            "That of the largest batch that did not diverge at any rate",
            "The mean of all batches that were tried, in ln batch",
        ],
        explanation="The lowest run is the luckiest of the good ones. In "
        f"{batch_lr_grids.DRAWS} simulated studies that differ only by their noise, 95 % of its "
        f"batches span a factor of **{times[0]:.1f}**, those of the fit **{times[1]:.1f}**.",
    )


def _spread(batches: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]") -> float:
    low, high = np.nanpercentile(batches, [2.5, 97.5])
    return float(high / low)


QUESTIONS: tuple[Maker, ...] = (
    exponent_off_a_plot,
    cost_of_a_run,
    batch_by_compute,
    lowest_or_fit,
)
