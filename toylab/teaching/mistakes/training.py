"""What do batch, rate and width not say? Wrong workings on training; see `mistakes`."""

import math

from toylab.experiments import sine
from toylab.laws import batch_lr, published
from toylab.laws.allocation import flops_for
from toylab.laws.critical_batch import Tradeoff
from toylab.quantities import format_count, format_scientific
from toylab.simulation import batch_lr_grids
from toylab.teaching.contents import PageLink
from toylab.teaching.exercises.batch_lr import ANCHORS
from toylab.teaching.mistakes.mistake import Mistake

CRITICAL, DEEPSEEK = published.KAPLAN_BATCH.form, published.DEEPSEEK_BATCH.form


def width() -> Mistake:
    """Three square matrices counted where there is one."""
    w, low, high = 64, 2, 256
    right = {width: sine.SineSpec(width=width, samples=1).params for width in (low, w, high)}
    wrong = {width: 3 * width**2 + 2 * width + 1 for width in right}
    steep = math.log(right[high] / right[low]) / math.log(wrong[high] / wrong[low])
    return Mistake(
        "size-of-a-net",
        "Counting a small network",
        f"The network of the sine lab: one number in, two hidden layers of {w}, one number "
        "out. How many parameters has it?",
        (
            f"It has three layers of weights: 1 to {w}, {w} to {w}, {w} to 1.",
            f"Each of them has {w} \N{MULTIPLICATION SIGN} {w} weights, together {3 * w**2:,}.",
            f"The biases are {w} + {w} + 1 = {2 * w + 1}.",
            f"Together {wrong[w]:,} parameters.",
        ),
        1,
        f"Only the middle layer is square. The first and the last have {w} weights each: "
        f"$w^2 + 4w + 1$ = **{right[w]:,}**.",
        float(wrong[w]),
        float(right[w]),
        "parameters",
        f"The FLOPs of a run, $6NDS$ (D points, S steps), come out {wrong[w] / right[w]:.1f} "
        f"times too high. And small nets are "
        f"off by another factor than large ones: over widths of {low} to {high} an exponent by "
        f"parameters comes out {100 * (1 - steep):.0f} % too flat.",
        PageLink("sine", {"sine_sweep": "width"}),
    )


def line_on_a_chart() -> Mistake:
    """Doublings over decades, used as an exponent."""
    (low, small), (high, large) = ANCHORS
    doublings, decades = math.log2(large / small), math.log10(high / low)
    said, truth = doublings / decades, math.log10(large / small) / decades
    at = 10 * low
    return Mistake(
        "line-on-a-chart",
        "A line on a chart",
        "On a chart with log axes somebody draws a straight line of best batch against "
        "compute. With which power of compute does that batch grow?",
        (
            f"The line rises from 2^{math.log2(small):.0f} to 2^{math.log2(large):.0f} tokens: "
            f"{doublings:.0f} doublings.",
            f"It runs from {format_scientific(low)} to {format_scientific(high)} FLOPs: {decades:.0f} factors of ten.",
            f"The exponent is rise over run: {doublings:.0f}/{decades:.0f} = {said:.2f}.",
            f"So ten times the compute wants 10^{said:.2f} = {10**said:.1f} times the batch.",
        ),
        2,
        "Rise and run must be counted in the same base. "
        f"${doublings:.0f}\\,\\log_{{10}} 2 / {decades:.0f}$ = **{truth:.3f}**, and ten times "
        f"the compute wants {10**truth:.1f} times the batch. (DeepSeek printed "
        f"{DEEPSEEK.exponent:g}: the line is drawn a little too steep.)",
        said,
        truth,
        "exponent",
        f"From {format_count(small)} tokens at {format_scientific(low)} FLOPs it goes to "
        f"{format_count(small * 10**said)} at {format_scientific(at)}; the line itself has "
        f"{format_count(small * 10**truth)} there, and DeepSeek's law "
        f"{format_count(float(DEEPSEEK.at(at)))}.",
        PageLink("batch_lr", {"tune_budget": format_scientific(at)}),
        (published.DEEPSEEK_BATCH,),
    )


def place_on_the_axis() -> Mistake:
    """A run put half a decade too far to the right."""
    model, axis = batch_lr.TRAINED[0], 23.5
    said, truth = (float(DEEPSEEK.at(C)) for C in (10**axis, model.flops))
    steps = [model.tokens / batch / 1e3 for batch in (said, truth)]
    return Mistake(
        "place-on-the-axis",
        "A batch read off a chart",
        f"{model.name} has {model.layers} layers of width {model.width:,} and was trained on "
        f"{format_count(model.tokens)} tokens in sequences of {model.context:,}. Which batch does "
        "DeepSeek's law advise?",
        (
            "A token costs $M = 72\\,n\\,d^2 + 12\\,n\\,d\\,s$ FLOPs (n layers, width d, "
            f"sequences of s tokens): {format_scientific(model.flops / model.tokens)}.",
            f"$C = MD$ = {format_scientific(model.flops)} FLOPs.",
            f"On the chart's log axis that is $10^{{{axis:g}}}$.",
            f"There the law, $B = {DEEPSEEK.coefficient:g}\\,C^{{{DEEPSEEK.exponent:g}}}$, "
            f"reads {format_count(said)} tokens.",
        ),
        2,
        f"The logarithm of {format_scientific(model.flops)} is {math.log10(model.flops):.2f}: left of "
        f"1e23, not half a decade right of it. There the law reads **{format_count(truth)} tokens**.",
        said,
        truth,
        "tokens",
        f"{format_scientific(10**axis)} FLOPs are {10**axis / model.flops:.1f} times what the run cost. "
        f"The data would be gone after {steps[0]:.0f}k steps instead of {steps[1]:.0f}k; it "
        f"was really trained with batches of {format_count(model.batch)}.",
        PageLink("batch_lr", {"tune_budget": "1e23"}),
        (published.DEEPSEEK_BATCH, published.DEEPSEEK_M),
    )


def hundred_runs() -> Mistake:
    """The luckiest run taken for what its settings reach."""
    C = 1e20
    study = batch_lr_grids.SimulatedGrids(
        noise=0.05, cells=10, span=4.0, along=0.1, across=0.5, tilt=0.0
    )
    bowl, lowest = study.bowl(C), study.found(C, "lowest")
    said, truth = float(lowest.loss[0]), bowl.floor
    really = float(bowl.loss(*lowest.first))
    needed = float(flops_for(batch_lr.LOSS, said))
    return Mistake(
        "hundred-runs",
        "The best of many runs",
        f"A simulated grid at {format_scientific(C)} FLOPs: {study.cells} batches by {study.cells} "
        f"learning rates. Luck moves the loss of each run by {100 * study.noise:g} % (one "
        "standard deviation). Which loss do the best settings reach, on average?",
        (
            f"The lowest of the {study.cells**2} runs measured {said:.3f} nats.",
            "A run cannot measure less than its settings are worth, so the best settings are "
            "worth that or less.",
            f"The best settings reach {said:.3f} nats.",
        ),
        1,
        f"Luck goes both ways, and the lowest of {study.cells**2} runs is mostly lucky: "
        f"{100 * study.noise:g} % are {study.noise * truth:.2f} nats. The bottom of the valley "
        f"is at **{truth:.3f} nats**, and those settings are worth {really:.3f}.",
        said,
        truth,
        "nats",
        f"{truth - said:.3f} nats that are not there. To really reach {said:.3f} would take "
        f"{format_scientific(needed)} FLOPs, {needed / C:.1f} times the budget (refitted constants).",
        PageLink(
            "batch_lr",
            {
                "tune_budget": format_scientific(C),
                "tune_noise": f"{100 * study.noise:g}",
                "tune_along": study.along,
                "tune_across": study.across,
                "tune_tilt": study.tilt,
                "tune_cells": study.cells,
                "tune_span": f"{study.span:g}",
                "tune_finder": "lowest",
                "tune_about": "trust",
            },
        ),
        (published.REFIT,),
    )


def critical_batch() -> Mistake:
    """1/alpha_B taken for 1."""
    high, low = 3.0, 2.0
    start, truth = (float(CRITICAL.critical(loss)) for loss in (high, low))
    said = start * high / low
    curve = Tradeoff(1.0, truth)
    slow, quick = (float(curve.steps(batch)) for batch in (said, truth))
    cheap, dear = (float(curve.examples(batch)) / truth for batch in (said, truth))
    return Mistake(
        "later-in-training",
        "A batch for later in training",
        f"At {high:g} nats Kaplan's critical batch is {format_count(start)} tokens. What is it when "
        f"the loss has come down to {low:g}?",
        (
            "The equation, $B_{crit} = B_*/L^{1/\\alpha_B}$, makes it proportional to $1/L$.",
            f"From {high:g} to {low:g} nats that is a factor {high / low:g}.",
            f"So it is {format_count(said)} tokens.",
        ),
        0,
        f"$\\alpha_B$ = {CRITICAL.alpha_B:g} stands under a fraction bar: the power is "
        f"$1/\\alpha_B$ = {1 / CRITICAL.alpha_B:.2f}. The factor is {truth / start:.1f}, and "
        f"the critical batch **{format_count(truth)} tokens**.",
        said,
        truth,
        "tokens",
        f"Batches of {format_count(said)} need {slow:.1f} times the least steps; the critical ones "
        f"need {quick:g} times: so you wait {slow / quick:.1f} times as long. For that you "
        f"save tokens: {cheap:.2f} times their least, where the critical batch takes {dear:g}.",
        PageLink("critical_batch", {"critical_loss": f"{low:g}", "critical_batch": "2.1M"}),
        (published.KAPLAN_BATCH,),
    )
