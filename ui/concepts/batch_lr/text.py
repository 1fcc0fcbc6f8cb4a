"""Sentences of the page on batch and learning rate; every number in them is computed."""

import math

import numpy as np
import pandas as pd

from toylab.fits.grid_optimum import Optima
from toylab.laws import batch_lr, published
from toylab.quantities import (
    MINUS,
    format_count,
    format_fixed,
    format_number,
    format_scientific,
    format_share,
)
from toylab.simulation import batch_lr_grids
from toylab.teaching.guesses import UNSET, Guess
from ui.concepts.batch_lr.view import (
    BATCHES,
    EVERY,
    RATES,
    RINGS,
    Controls,
    ModelControls,
    Setting,
)
from ui.concepts.shared.numbers import number

CLOSE = 2.0  # times too large or small, and a guess is still close
LITTLE = 1e-4  # of the loss: a smaller cost is not told apart
MADE = (
    "L = L_0 + k_B ln(B/B*)^2 + k_r (ln(r/r*) - t ln(B/B*))^2, each run times 1 + noise. B* "
    "and r* follow the law; L_0 is the best loss of Besiroglu's refit at the budget. Nothing "
    "is trained here."
)
TRAINED = "Named dots: the settings that real models were trained with"
LAWS = (
    "DeepSeek's go by compute, here 6 N D; Step Law's by size and data; MiniCPM's and Kaplan's "
    "by the loss reached, here that of Besiroglu's refit and of Kaplan's own L(N, D)."
)


def questions(controls: Controls) -> tuple[Guess, Guess]:
    """The two halves of the best setting."""
    bowl, at = controls.bowl, f"is best at {controls.budget} FLOPs?"
    return (
        Guess(f"Which batch {at}", bowl.batch, BATCHES, say=_tokens, factor=CLOSE),
        Guess(f"Which peak learning rate {at}", bowl.lr, RATES, say=_rate, factor=CLOSE),
    )


def _tokens(batch: float) -> str:
    return f"{format_count(batch)} tokens"


def _rate(lr: float) -> str:
    return f"a rate of {format_scientific(lr, 2)}"


def label(controls: Controls) -> str:
    """The law, the noise and the runs behind the figures."""
    noise = "without noise" if controls.study.noise == 0 else f"noise of {controls.noise} %"
    return (
        f"A quadratic valley around {batch_lr.RULES[controls.rule].title}; {noise}; "
        f"{controls.cells}\N{MULTIPLICATION SIGN}{controls.cells} runs"
    )


def numbers(controls: Controls, guess: Setting | None, seen: bool) -> dict[str, str]:
    """The best setting, and how far above its loss each answer's is."""
    if not seen:
        return dict.fromkeys(("best", "lost: lowest run", "fit"), UNSET)
    best = {finder: optima.first for finder, optima in controls.optima.items()}
    own = {"guess": _price(controls, *guess)} if guess else {}
    return {
        "best": setting(controls.bowl.batch, controls.bowl.lr),
        "lost: lowest run": _price(controls, *best["lowest"]),
        "fit": _price(controls, *best["fit"]),
        **own,
    }


def setting(batch: float, lr: float) -> str:
    """Like "1.02M, 9.9e-4"; nothing where there is none."""
    if not math.isfinite(batch):
        return "none"
    return (
        f"{batch:.0f}, {format_scientific(lr, 2)}"
        if batch < 1000
        else f"{format_count(batch)}, {format_scientific(lr, 2)}"
    )


def _price(controls: Controls, batch: float, lr: float) -> str:
    if not math.isfinite(batch):
        return "no bottom"
    excess = controls.excess(batch, lr)
    return "\N{ALMOST EQUAL TO} 0 %" if excess < LITTLE else cost(excess)


def asked(controls: Controls, guess: Setting | None) -> str:
    """The sentence below the figure before the guess."""
    return _away(controls, guess) or (
        "Each cell is a run at the same cost, and the stronger its colour, the lower its loss."
    )


def finding(controls: Controls, guess: Setting | None) -> str:
    """The finding in the valley: who came closest to its bottom."""
    lowest, fit = (controls.optima[name] for name in ("lowest", "fit"))
    by_fit = controls.excess(*fit.first) if math.isfinite(fit.batch[0]) else math.inf
    names = {"the lowest run": controls.excess(*lowest.first), "the fit": by_fit}
    if guess:
        names = {"your guess": controls.excess(*guess)} | names
    first = min(names, key=lambda name: names[name])
    return f"Here **{first}** came closest to the best setting."


def details(controls: Controls) -> str:
    """The rings of the valley, its tilt, and the lowest run's own number."""
    lowest, factor = controls.optima["lowest"], _factor(controls)
    rings = ", ".join(f"{100 * ring:g} %" for ring in RINGS)
    return (
        "The fit is a quadratic through all runs. What an answer loses is how much higher the "
        f"true loss is there, in percent. The rings are {rings} above the best loss; DeepSeek "
        "calls a setting near-optimal inside the first, which here spans a factor "
        f"{format_count(factor, 2)} in batch. {_tilted(controls)} The lowest run says "
        f"{format_number(lowest.loss[0])} nats, and the best that any setting can do is "
        f"{format_number(controls.bowl.floor)}.{_luck(controls, lowest)} "
        "At the same cost a larger batch takes fewer steps. This is a grid of settings for one "
        "model, not an isoFLOP profile, which varies the size of the model."
    )


def _away(controls: Controls, place: Setting | None) -> str:
    """The place of a guess that is not in the figure, in words."""
    if place is None:
        return ""
    beyond = [
        name
        for name, at, (low, high) in zip(("batch", "rate"), place, controls.box, strict=True)
        if not low < at < high
    ]
    if not beyond:
        return ""
    return f"Your guess lies outside the figure: move your {' and your '.join(beyond)}."


def _tilted(controls: Controls) -> str:
    if not controls.tilt:
        return "The valley is not tilted: whatever the batch, the best rate is the same."
    return f"The valley is tilted: twice the batch wants {2**controls.tilt:.2g} times the rate."


def _factor(controls: Controls) -> float:
    """From end to end of the innermost ring, in batch."""
    batch = controls.bowl.contour(RINGS[0] * controls.bowl.floor)[0]
    return float(batch.max() / batch.min())


def _luck(controls: Controls, lowest: Optima) -> str:
    if lowest.loss[0] >= controls.bowl.floor:
        return ""
    return " The lowest run was lucky: no setting has so low a loss."


def moving(controls: Controls) -> str:
    """The exponents of the curves, and the doublings a decade."""
    try:
        optimal = controls.optimal_settings
    except ValueError as refusal:
        return f"**No power law is told**: {refusal}."
    batch, lr = optimal.by_batch.exponent, optimal.by_lr.exponent
    by_batch, by_lr = controls.exponents
    lost = (
        ""
        if not optimal.lost
        else (f" In {format_share(optimal.lost, 1)} of repeats some budget has no bottom at all.")
    )
    return (
        f"Grids at {len(EVERY)} budgets, fitted: batch ~ C^**{number(batch, 4)}**, rate ~ C^"
        f"**{number(lr, 4)}**; the law behind them has {format_fixed(by_batch, 4)} and "
        f"{format_fixed(by_lr, 4)}. "
        f"{_bits(by_batch)} Ranges: where 95 % of {batch_lr_grids.DRAWS} such studies land."
        f"{lost}"
    )


def _bits(exponent: float) -> str:
    return (
        f"A power of {exponent:.4f} is {10**exponent:.3g} times, or "
        f"{batch_lr.bits(exponent):.4g} doublings, for each decade of compute."
    )


def used() -> str:
    """The settings of DeepSeek's models against the formula."""
    rule = batch_lr.RULES["deepseek"]
    parts = [
        f"{m.name} ({m.attention}; {format_scientific(m.flops)} FLOPs): batch "
        f"{format_count(m.batch)} and rate {format_scientific(m.lr, 2)} used, "
        f"{format_count(rule.batch(m.flops))} and {format_scientific(rule.lr(m.flops))} by the "
        "formula"
        for m in batch_lr.TRAINED
    ]
    low, high = published.DEEPSEEK_BATCH.measured["C"]
    return (
        f"The triangles are real models: {'; '.join(parts)}. The laws were measured from "
        f"{format_scientific(low)} to {format_scientific(high)} FLOPs: the models lie far beyond."
    )


def trust(controls: Controls) -> str:
    """The two ways over many draws."""
    lowest, fit = (controls.optima[name] for name in ("lowest", "fit"))
    best = int(np.argmin(controls.bowl.loss(*np.exp(controls.grid.cells))))
    hits = float((controls.study.losses(controls.flops).argmin(axis=1) == best).mean())
    none = float((~np.isfinite(fit.batch)).mean())
    there = np.isfinite(fit.batch)
    by_lowest = (
        f"The same study {batch_lr_grids.DRAWS} times, with other luck. **The lowest run is the "
        f"best cell {format_share(hits)} of the time**; its batch lies between "
        f"{_range(lowest.batch)} in nine of ten studies, its loss is on average "
        f"{_below(controls, lowest)}. A setting chosen so costs {_cost(controls, lowest)} of the "
        "loss on average. "
    )
    if there.sum() < batch_lr_grids.DRAWS / 2:
        return by_lowest + (
            f"**The quadratic** has no bottom inside the grid in {format_share(none, 1)} of them: "
            "with this noise the grid does not determine a valley, and no answer is the right "
            "answer."
        )
    gone = f" (none in {format_share(none, 1)})" if none else ""
    return by_lowest + (
        "**The quadratic** uses all runs. The fit looks better here than in life, because this "
        "made-up valley is exactly a parabola. Its batch lies between "
        f"{_range(fit.batch[there])}{gone}, and costs {_cost(controls, fit)}. The grid's own cells "
        f"are a factor {controls.step:.2f} apart: without luck, too, the lowest one is only the "
        "nearest."
    )


def _range(values: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]") -> str:
    low, high = np.percentile(values, [5, 95])
    return f"{format_count(low)} and {format_count(high)}"


def _below(controls: Controls, lowest: Optima) -> str:
    gap = float(lowest.loss.mean()) / controls.bowl.floor - 1
    if gap >= 0:
        return f"{cost(gap)} above the best loss there is"
    return f"{format_share(-gap, 2)} **below** the best loss there is, which no setting has"


def _cost(controls: Controls, optima: Optima) -> str:
    there = np.isfinite(optima.batch)
    losses = controls.bowl.loss(optima.batch[there], optima.lr[there])
    return cost(float(losses.mean()) / controls.bowl.floor - 1)


def cost(part: float) -> str:
    """A share of the loss; what is next to nothing is said to be."""
    return "under 0.01 %" if part < LITTLE else format_share(part, 2)


def advice(model: ModelControls) -> pd.DataFrame:
    """One row a law."""
    return pd.DataFrame(
        [
            {
                "Law": one.law,
                "goes by": one.needs,
                "batch, tokens": format_count(one.batch),
                f"sequences of {model.context}": f"{one.sequences(model.context):,.0f}",
                "peak rate": format_scientific(one.lr) if one.lr else "says nothing",
                "source": ", ".join(dict.fromkeys(source.cited for source in one.sources)),
            }
            for one in model.advice
        ]
    )


def disagreement(model: ModelControls) -> str:
    """The distance between the laws, and why none is wrong for that."""
    batches = [one.batch for one in model.advice if not one.critical]
    rates = [one.lr for one in model.advice if one.lr]
    D = published.STEP_LR.form.by_tokens
    return (
        f"For {model.params} parameters on {model.tokens} tokens the batches differ by a "
        f"factor **{max(batches) / min(batches):.1f}**, the rates by "
        f"**{max(rates) / min(rates):.1f}**. They even disagree on direction: with more data "
        f"Step Law's best rate rises (D^{D:g}), while {published.BJORCK.cited} found it to fall "
        f"(D^{MINUS}{-published.BJORCK_TOKENS:g}). Each holds for its own schedule, "
        "optimiser and text: take the form from a law and the constants from your own small "
        "grids. In Step Law's batch the size of the model does not "
        "enter at all. The losses that MiniCPM's and Kaplan's rules ask for are those of "
        "other laws here, on other text; Kaplan's batch is critical, where tokens cost "
        "twice their least, not best."
    )
