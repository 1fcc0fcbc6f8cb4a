"""Mistakes with batch, learning rate and width; see `catalogue`."""

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
        name="size-of-a-net",
        title="Counting a small network",
        question=f"The network of the sine lab: one number in, two hidden layers of {w}, one "
        "number out. How many parameters has it?",
        working=(
            f"It has three layers of weights: 1 to {w}, {w} to {w}, {w} to 1.",
            f"Each of them has {w} \N{MULTIPLICATION SIGN} {w} weights, together {3 * w**2:,}.",
            f"The biases are {w} + {w} + 1 = {2 * w + 1}.",
            f"Together {wrong[w]:,} parameters.",
        ),
        wrong_line=1,
        explanation=f"Only the middle layer is square. The first and the last have {w} weights "
        f"each: $w^2 + 4w + 1$ = **{right[w]:,}**.",
        claimed=float(wrong[w]),
        correct=float(right[w]),
        unit="parameters",
        cost=f"The FLOPs of a run, $6NDS$ (D points, S steps), come out {wrong[w] / right[w]:.1f} "
        f"times too high. And small nets are "
        f"off by another factor than large ones: over widths of {low} to {high} an exponent by "
        f"parameters comes out {100 * (1 - steep):.0f} % too flat.",
        link=PageLink("sine", {"sine_sweep": "width"}),
    )


def line_on_a_chart() -> Mistake:
    """Doublings over decades, used as an exponent."""
    (low, small), (high, large) = ANCHORS
    doublings, decades = math.log2(large / small), math.log10(high / low)
    claimed, correct = doublings / decades, math.log10(large / small) / decades
    at = 10 * low
    return Mistake(
        name="line-on-a-chart",
        title="A line on a chart",
        question="On a chart with log axes somebody draws a straight line of best batch against "
        "compute. With which power of compute does that batch grow?",
        working=(
            f"The line rises from 2^{math.log2(small):.0f} to 2^{math.log2(large):.0f} tokens: "
            f"{doublings:.0f} doublings.",
            f"It runs from {format_scientific(low)} to {format_scientific(high)} FLOPs: "
            f"{decades:.0f} factors of ten.",
            f"The exponent is rise over run: {doublings:.0f}/{decades:.0f} = {claimed:.2f}.",
            f"So ten times the compute wants 10^{claimed:.2f} = {10**claimed:.1f} times the batch.",
        ),
        wrong_line=2,
        explanation="Rise and run must be counted in the same base. "
        f"${doublings:.0f}\\,\\log_{{10}} 2 / {decades:.0f}$ = **{correct:.3f}**, and ten times "
        f"the compute wants {10**correct:.1f} times the batch. (DeepSeek printed "
        f"{DEEPSEEK.exponent:g}: the line is drawn a little too steep.)",
        claimed=claimed,
        correct=correct,
        unit="exponent",
        cost=f"From {format_count(small)} tokens at {format_scientific(low)} FLOPs it goes to "
        f"{format_count(small * 10**claimed)} at {format_scientific(at)}; the line itself has "
        f"{format_count(small * 10**correct)} there, and DeepSeek's law "
        f"{format_count(float(DEEPSEEK.at(at)))}.",
        link=PageLink("batch_lr", {"tune_budget": format_scientific(at)}),
        sources=(published.DEEPSEEK_BATCH,),
    )


def place_on_the_axis() -> Mistake:
    """A run put half a decade too far to the right."""
    model, axis = batch_lr.TRAINED[0], 23.5
    claimed, correct = (float(DEEPSEEK.at(C)) for C in (10**axis, model.flops))
    steps = [model.tokens / batch / 1e3 for batch in (claimed, correct)]
    return Mistake(
        name="place-on-the-axis",
        title="A batch read off a chart",
        question=f"{model.name} has {model.layers} layers of width {model.width:,} and was "
        f"trained on {format_count(model.tokens)} tokens in sequences of {model.context:,}. Which "
        "batch does DeepSeek's law advise?",
        working=(
            "A token costs $M = 72\\,n\\,d^2 + 12\\,n\\,d\\,s$ FLOPs (n layers, width d, "
            f"sequences of s tokens): {format_scientific(model.flops / model.tokens)}.",
            f"$C = MD$ = {format_scientific(model.flops)} FLOPs.",
            f"On the chart's log axis that is $10^{{{axis:g}}}$.",
            f"There the law, $B = {DEEPSEEK.coefficient:g}\\,C^{{{DEEPSEEK.exponent:g}}}$, "
            f"reads {format_count(claimed)} tokens.",
        ),
        wrong_line=2,
        explanation=f"The logarithm of {format_scientific(model.flops)} is "
        f"{math.log10(model.flops):.2f}: left of 1e23, not half a decade right of it. There the "
        f"law reads **{format_count(correct)} tokens**.",
        claimed=claimed,
        correct=correct,
        unit="tokens",
        cost=f"{format_scientific(10**axis)} FLOPs are {10**axis / model.flops:.1f} times what "
        f"the run cost. The data would be gone after {steps[0]:.0f}k steps instead of "
        f"{steps[1]:.0f}k; it was really trained with batches of {format_count(model.batch)}.",
        link=PageLink("batch_lr", {"tune_budget": "1e23"}),
        sources=(published.DEEPSEEK_BATCH, published.DEEPSEEK_M),
    )


def hundred_runs() -> Mistake:
    """The luckiest run taken for what its settings reach."""
    C = 1e20
    study = batch_lr_grids.SimulatedGrids(
        noise=0.05, cells=10, span=4.0, along=0.1, across=0.5, tilt=0.0
    )
    bowl, lowest = study.bowl(C), study.found(C, "lowest")
    claimed, correct = float(lowest.loss[0]), bowl.floor
    really = float(bowl.loss(*lowest.first))
    needed = float(flops_for(batch_lr.LOSS, claimed))
    return Mistake(
        name="hundred-runs",
        title="The best of many runs",
        question=f"A simulated grid at {format_scientific(C)} FLOPs: {study.cells} batches by "
        f"{study.cells} learning rates. Luck moves the loss of each run by {100 * study.noise:g} "
        "% (one standard deviation). Which loss do the best settings reach, on average?",
        working=(
            f"The lowest of the {study.cells**2} runs measured {claimed:.3f} nats.",
            "A run cannot measure less than its settings are worth, so the best settings are "
            "worth that or less.",
            f"The best settings reach {claimed:.3f} nats.",
        ),
        wrong_line=1,
        explanation=f"Luck goes both ways, and the lowest of {study.cells**2} runs is mostly "
        f"lucky: {100 * study.noise:g} % are {study.noise * correct:.2f} nats. The bottom of the "
        f"valley is at **{correct:.3f} nats**, and those settings are worth {really:.3f}.",
        claimed=claimed,
        correct=correct,
        unit="nats",
        cost=f"{correct - claimed:.3f} nats that are not there. To really reach {claimed:.3f} "
        f"would take {format_scientific(needed)} FLOPs, {needed / C:.1f} times the budget "
        "(refitted constants).",
        link=_grid_link(C, study),
        sources=(published.REFIT,),
    )


def _grid_link(flops: float, study: batch_lr_grids.SimulatedGrids) -> PageLink:
    """The page with such grids at a budget, and with the lowest run taken."""
    same = {name: getattr(study, name) for name in ("along", "across", "tilt", "cells")}
    written = {
        "budget": format_scientific(flops), "noise": f"{100 * study.noise:g}",
        "span": f"{study.span:g}", "finder": "lowest", "about": "trust",
    }  # fmt: skip
    return PageLink("batch_lr", {f"tune_{name}": v for name, v in (same | written).items()})


def critical_batch() -> Mistake:
    """1/alpha_B taken for 1."""
    high, low = 3.0, 2.0
    start, correct = (float(CRITICAL.critical(loss)) for loss in (high, low))
    claimed = start * high / low
    curve = Tradeoff(1.0, correct)
    slow, quick = (float(curve.steps(batch)) for batch in (claimed, correct))
    cheap, dear = (float(curve.examples(batch)) / correct for batch in (claimed, correct))
    return Mistake(
        name="later-in-training",
        title="A batch for later in training",
        question=f"At {high:g} nats Kaplan's critical batch is {format_count(start)} tokens. What "
        f"is it when the loss has come down to {low:g}?",
        working=(
            "The equation, $B_{crit} = B_*/L^{1/\\alpha_B}$, makes it proportional to $1/L$.",
            f"From {high:g} to {low:g} nats that is a factor {high / low:g}.",
            f"So it is {format_count(claimed)} tokens.",
        ),
        wrong_line=0,
        explanation=f"$\\alpha_B$ = {CRITICAL.alpha_B:g} stands under a fraction bar: the power is "
        f"$1/\\alpha_B$ = {1 / CRITICAL.alpha_B:.2f}. The factor is {correct / start:.1f}, and "
        f"the critical batch **{format_count(correct)} tokens**.",
        claimed=claimed,
        correct=correct,
        unit="tokens",
        cost=f"Batches of {format_count(claimed)} need {slow:.1f} times the least steps; the "
        f"critical ones need {quick:g} times: so you wait {slow / quick:.1f} times as long. For "
        f"that you save tokens: {cheap:.2f} times their least, where the critical batch takes "
        f"{dear:g}.",
        link=PageLink("critical_batch", {"critical_loss": f"{low:g}", "critical_batch": "2.1M"}),
        sources=(published.KAPLAN_BATCH,),
    )
