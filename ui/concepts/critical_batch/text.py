"""Sentences of the page on the critical batch; every number in them is computed."""

from toylab.fits.critical_batch import OVERHEAD, Fit
from toylab.fits.critical_batch_diagnostics import ROUGH
from toylab.laws import published
from toylab.quantities import (
    MINUS,
    format_change,
    format_count,
    format_fixed,
    format_number,
    format_scientific,
    format_share,
)
from toylab.teaching.guesses import UNSET, Guess, percentage, percents
from ui.concepts.critical_batch.view import (
    KINDS,
    PLATEAU,
    REPORTED,
    USED,
    ClusterControls,
    Controls,
    QuadraticControls,
)

LITTLE = 5e-4  # a smaller change is not said in percent
CLOSE = 0.05  # of ln S

MADE = (
    "S = S_min (1 + B_crit/B) and E = B S, for Kaplan's best run to the loss: C_min from "
    "L(C_min), S_min from Table 6, B_crit from the loss. Nothing is trained here."
)
WALL_CLOCK = "$T = S(B)\\,(sync + B/(n\\,r))$, cost $n\\,T$"
QUADRATIC = "$L = \\frac12\\sum_i h_i x_i^2$, gradients with noise of variance $s h_i / B$"
WELCOME = (
    "A CSV with a line for each run: the batch (tokens, sequences or examples, all the same), "
    "the steps it took to reach one loss, its learning rate tuned or swept, and, if there are "
    "several losses or models, columns of them."
)


def question(controls: Controls) -> Guess:
    """The steps that twice the batch saves."""
    curve, B = controls.curve, controls.tokens
    left = float(curve.steps(2 * B) / curve.steps(B))
    return Guess(
        text=f"You train to a loss of {controls.loss} with batches of **{controls.batch}** "
        "tokens. With **twice the batch**, by how many percent do the steps fall?",
        answer=100 * (1 - left),
        options=percents(high=60),
        explanation=f"The price is {format_change(2 * left)} tokens: your batch is "
        f"{format_number(B / curve.B_crit, 2)} of the critical one.",
        say=percentage,
        points=4.0,
    )


def label(controls: Controls) -> str:
    """The curve, the loss and the model behind the figures."""
    return (
        f"$(S/S_{{min}}-1)(E/E_{{min}}-1)=1$; to a loss of {controls.loss} nats/token, a model of "
        f"{format_count(controls.params)} parameters"
    )


def numbers(controls: Controls, seen: bool) -> dict[str, str]:
    """The batch's price, the critical batch, and what twice the batch buys."""
    curve, B = controls.curve, controls.tokens
    steps = float(curve.steps(B))
    told = {
        "critical": format_count(curve.B_crit),
        "steps at twice": gain(float(curve.steps(2 * B)) / steps),
    }
    return {
        "steps": format_count(steps),
        "tokens": format_count(float(curve.examples(B))),
        **(told if seen else dict.fromkeys(told, UNSET)),
    }


def asked(controls: Controls) -> str:
    """The sentence on the dot, while the question is open."""
    dot = f"The dot: batches of {controls.batch} tokens reach a loss of {controls.loss} here."
    return f"{dot}{extrapolated(controls)}"


def headline(controls: Controls) -> str:
    """The sentence below the figure."""
    return (
        f"At the critical batch of **{format_count(controls.curve.B_crit)}** tokens a run takes "
        f"twice the fewest steps and twice the fewest tokens.{extrapolated(controls)}"
    )


def extrapolated(controls: Controls) -> str:
    """The caution that a loss lies beyond Kaplan's runs; empty within them."""
    if controls.beyond <= 1:
        return ""
    times = format_number(controls.beyond, 2)
    return f" Extrapolated: no run of Kaplan's had more than 1/{times} of this compute."


def finding(controls: Controls) -> str:
    """The finding on the curve, and the two batches that are called critical."""
    curve = controls.curve
    least, more = curve.beyond(OVERHEAD), 2 * curve.B_crit
    return (
        f"To the same loss a batch of {controls.batch} tokens needs "
        f"**{format_count(float(curve.steps(controls.tokens)))} steps**. Small batches pay in "
        f"steps, large ones in tokens. At the critical batch of {format_count(curve.B_crit)} "
        f"both are twice their least; from there to {format_count(more)} steps fall by a quarter "
        f"and tokens rise by half. {published.ZHANG.cited} define it otherwise, "
        f"by {format_share(OVERHEAD)} more steps than with perfect scaling: {format_count(least)} "
        "here. Always say which definition you use."
    )


def growing(controls: Controls) -> str:
    """The growth of the critical batch, and the findings of others."""
    form = published.KAPLAN_BATCH.form
    power = 1 / form.alpha_B
    drop = 1 - 2**-form.alpha_B
    earlier = float(form.critical(3)), float(form.critical(2))
    by_data, by_size = published.ZHANG_DATA.form.by_tokens, published.ZHANG_SIZE.form.by_params
    return (
        f"B_crit ~ L^{format_fixed(-power, 2)}: it doubles when the loss falls by "
        f"{format_share(drop, 1)}, and from a loss of 3 to 2 it grows "
        f"{earlier[1] / earlier[0]:.1f} times (as 1/L it would be {3 / 2:g}). It goes by the "
        f"loss: a large model has a large one because it gets further. {published.ZHANG.cited} "
        f"find it to grow as D^{by_data:g} with data and hardly with size, N^{by_size:g}. "
        f"{published.MERRILL.cited} branch real runs: near 0 at the start, then a rise and a "
        f"plateau near {format_count(PLATEAU)} tokens for both of their sizes. At {controls.loss} "
        f"Kaplan's law says {format_count(controls.curve.B_crit)}; Kaplan reports "
        f"{format_count(REPORTED[0])} to {format_count(REPORTED[1])} for the largest models at "
        "convergence."
    )


def cluster(controls: Controls, devices: ClusterControls) -> str:
    """The time and cost of the chosen devices, and of twice as many."""
    here = devices.row(controls, devices.many)
    twice = devices.row(controls, 2 * devices.many)
    at = devices.cluster(controls).devices_at(controls.curve)
    place = (
        f"at {format_count(at)} devices the fastest batch is the critical one"
        if at >= 1
        else "even one device is fastest beyond the critical batch"
    )
    side = "below" if here["batch"] < controls.curve.B_crit else "above"
    return (
        f"{devices.devices} {devices.kind} at {format_share(USED)} of "
        f"{format_scientific(KINDS[devices.kind])} FLOP/s train the "
        f"{format_count(controls.params)} model to a loss of {controls.loss} in "
        f"**{format_number(here['days'], 3)} days** for {format_count(here['cost'])} device-days, "
        f"at their fastest batch, {format_count(here['batch'])} tokens, {side} the critical "
        f"{format_count(controls.curve.B_crit)}. Twice as many need "
        f"{gain(twice['days'] / here['days'])} time and {gain(twice['cost'] / here['cost'])} "
        f"money. A step costs {devices.sync} ms whatever its batch, and 6 N FLOPs a token; "
        f"{place}. Beyond, money buys ever less time: no number of devices gets below the least "
        "steps."
    )


def gain(ratio: float) -> str:
    """A change in percent; one next to nothing is said to be."""
    if 0 < abs(ratio - 1) < LITTLE:
        return f"{'+' if ratio > 1 else MINUS}under 0.1 %"
    return format_change(ratio)


def quadratic(controls: QuadraticControls) -> str:
    """The misfit of a hyperbola where everything is known, and the noise scales."""
    result = controls.result
    fit, (simple, noisy), (simple_end, noisy_end) = result.fit, result.first, result.last
    small, large = result.frame.iloc[0], result.frame.iloc[-1]
    times = format_number(fit.curve.B_crit / noisy_end, 2)
    place = (
        "lies between: it is a mean over the way"
        if noisy <= fit.curve.B_crit <= noisy_end
        else f"is {times} times the last: a run at one rate "
        "pays for noise all the way, and no scale at a point says how much"
    )
    return (
        f"SGD on a quadratic in {controls.quadratic.directions} directions, its expected loss "
        "computed and not sampled; each batch at its best constant rate. The hyperbola is "
        f"{format_share(fit.rms, 1)} off: {_good(fit)}. Its critical batch is "
        f"**{format_number(fit.curve.B_crit, 3)}**. The noise scale tr(H Sigma)/(G'HG) is "
        f"{format_number(noisy, 3)} at the start and {format_number(noisy_end, 3)} at the target: "
        "gradients shrink, their noise does not. "
        f"The critical batch {place}. "
        f"B_simple, which leaves out the curvature, goes from {format_number(simple, 3)} to "
        f"{format_number(simple_end, 3)}. The best rate rises from "
        f"{format_number(small['lr'], 2)} at batch {format_number(small['batch'], 2)} to "
        f"{format_number(large['lr'], 2)} at {format_count(large['batch'])}: in proportion to "
        "small batches, less and less with large ones."
    )


def _good(fit: Fit) -> str:
    if fit.rms < CLOSE:
        return "not exact, and very good"
    return "a rough guide here" if fit.rms < ROUGH else "a poor description here"
