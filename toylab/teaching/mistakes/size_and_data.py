"""Mistakes with Kaplan's joint laws, of size and data, and of size and steps; see `catalogue`."""

from toylab.laws import kaplan, published
from toylab.laws.kaplan import CURVE, JOINT
from toylab.quantities import (
    format_change,
    format_count,
    format_share,
)
from toylab.teaching.contents import PageLink
from toylab.teaching.mistakes.mistake import PERCENT, Mistake


def two_shortages() -> Mistake:
    """Two losses added where two terms are, inside a bracket."""
    N, D = 1e9, 2e10
    here = kaplan.regime(N, D)
    claimed = here.endless_data + here.endless_model
    wrong, right = claimed / here.endless_data - 1, here.overfit
    tiny = JOINT.N_c / claimed ** (1 / JOINT.alpha_N)
    return Mistake(
        name="two-shortages",
        title="Limited model, limited data",
        question=f"{format_count(N)} parameters, {format_count(D)} tokens, stopped when the test "
        "loss is lowest. Which loss does Kaplan's $L(N, D)$ foresee?",
        working=(
            f"With endless data it would be {here.endless_data:.3f} nats.",
            f"With an endless model on these tokens it would be {here.endless_model:.3f} nats.",
            f"Each shortage costs its own loss, so the two add up: {claimed:.3f} nats.",
        ),
        wrong_line=2,
        explanation=f"The two add up inside a bracket, ${published.KAPLAN_ND.form.equation}$, and "
        f"a small power of their sum is hardly above the larger one: **{here.loss:.3f} nats**. "
        "Adding whole losses is no published form; Hoffmann adds two terms over one floor.",
        claimed=claimed,
        correct=here.loss,
        unit="nats",
        cost=f"By the sum the model overfits by {format_share(wrong)}, by the law by "
        f"{format_share(right, 1)}. With endless data {format_count(tiny)} parameters would do as "
        "badly as the sum says.",
        link=PageLink("kaplan", _run("1B", "20B")),
        sources=(published.KAPLAN_ND,),
    )


def small_network() -> Mistake:
    """Data-limited and model-limited, swapped."""
    N, D = 1e7, 2e10
    here, more = kaplan.regime(N, D), kaplan.regime(N, 2 * D)
    wider = kaplan.regime(2 * N, D)
    factor = 2**-JOINT.alpha_D
    claimed, correct = 100 * (1 - factor), 100 * (1 - more.loss / here.loss)
    return Mistake(
        name="small-network",
        title="Twice the data for a small network",
        question=f"{format_count(N)} parameters on {format_count(D)} tokens. What do twice the "
        "tokens take off the loss, by Kaplan's $L(N, D)$?",
        working=(
            "A small network makes little of each token and needs many more: it is data-limited.",
            f"Where data are the limit the loss goes as $D^{{-{JOINT.alpha_D:g}}}$.",
            f"Twice the tokens multiply it by $2^{{-{JOINT.alpha_D:g}}}$ = {factor:.3f}: "
            f"{claimed:.1f} % off.",
        ),
        wrong_line=0,
        explanation="It is the other way round: a small network is **model-limited**. Its size "
        f"makes {format_share(here.model_share, 1)} of the bracket, and twice the tokens take "
        f"**{correct:.3g} %** off. Data help most where the network is large.",
        claimed=claimed,
        correct=correct,
        unit=PERCENT,
        cost=f"Twice the compute for {here.loss - more.loss:.4f} nats. Spent on twice the "
        f"parameters it changes the loss by {format_change(wider.loss / here.loss)}, "
        f"{here.loss - wider.loss:.3f} nats.",
        link=PageLink("kaplan", _run("10M", "20B")),
        sources=(published.KAPLAN_ND,),
    )


def eightfold_data() -> Mistake:
    """Overfitting taken as proportional to N^0.74 / D."""
    N, D, more = 1e10, 1e9, 8
    before, after = kaplan.regime(N, D).overfit, kaplan.regime(N, more * D).overfit
    claimed = before / more
    needed = float(kaplan.tokens_needed(N, claimed))
    return Mistake(
        name="eightfold-data",
        title="Eight times the data",
        question=f"{format_count(N)} parameters on {format_count(D)} tokens end "
        f"{format_share(before, 1)} above the loss that endless data would bring, by Kaplan's "
        f"$L(N, D)$. How far above it do they end on {format_count(more * D)} tokens?",
        working=(
            "This share, the overfitting, depends on size and data only through "
            f"$N^{{{JOINT.alpha_N / JOINT.alpha_D:.2f}}}/D$.",
            f"Eight times the data make that number {more} times smaller.",
            f"So the overfitting is {more} times smaller too.",
            f"They end {format_share(claimed, 1)} above it.",
        ),
        wrong_line=2,
        explanation="Depending on a number is not being proportional to it: the law is a small "
        f"power, $(1 + x)^{{{JOINT.alpha_D:g}}} - 1$, where $x$ is a constant times that number. "
        f"They end **{format_share(after, 1)}** above.",
        claimed=100 * claimed,
        correct=100 * after,
        unit=PERCENT,
        cost=f"To come down to {format_share(claimed, 1)} takes {format_count(needed)} tokens, "
        f"{needed / more / D:.1f} times as many as planned.",
        link=PageLink("kaplan", _run("10B", "8B")),
        sources=(published.KAPLAN_ND,),
    )


def tokens_seen() -> Mistake:
    """Tokens processed taken for tokens of the data set."""
    D, steps, batch = 2e10, 250_000, 2**19  # the last two: Kaplan's default run, sec. 2.2
    seen = float(steps * batch)
    claimed, correct = (float(kaplan.loss("tokens", tokens)) for tokens in (seen, D))
    return Mistake(
        name="tokens-of-a-run",
        title="A long run on one data set",
        question=f"For a very large model {steps:,} steps of {batch:,} tokens are planned, on a "
        f"data set of {format_count(D)} tokens; it is stopped early, when its test loss is "
        "lowest. Which loss does Kaplan's $L(D)$ foresee?",
        working=(
            "The $D$ of $L(D)$ counts each token as often as the model meets it.",
            f"The run would process {steps:,} times {batch:,} tokens: {format_count(seen)}.",
            f"$L(D) = (D_c/D)^{{{published.KAPLAN_D.form.exponent:g}}}$ = {claimed:.3f} nats.",
        ),
        wrong_line=0,
        explanation="Kaplan's D is the size of the data set, each token counted once; what a run "
        f"processes is batch times steps. With {format_count(D)} it is **{correct:.3f} nats**. In "
        "Hoffmann's scaling runs hardly a token came twice, and the two are about the same.",
        claimed=claimed,
        correct=correct,
        unit="nats",
        cost=f"{correct - claimed:.2f} nats too good: to get there takes {seen / D:.1f} times as "
        "many different tokens, not more passes over the same.",
        link=PageLink("kaplan", {"kaplan_tokens": "20B"}),
        sources=(published.KAPLAN_D,),
    )


def when_to_stop() -> Mistake:
    """Training until the curve is flat."""
    N, flat = 1e8, 0.02
    converged = float(CURVE.converged(N))
    claimed = CURVE.S_c / (flat * converged) ** (1 / CURVE.alpha_S)
    correct, early = kaplan.stop(N)
    above = CURVE.alpha_N / CURVE.alpha_S
    larger = ((1 + above) / (1 + flat)) ** (1 / CURVE.alpha_N)  # stopped there at that loss
    fewer = claimed / kaplan.stop(larger * N)[0]
    return Mistake(
        name="when-to-stop",
        title="How long to train",
        question=f"{format_count(N)} parameters, endless data, a batch far above critical. After "
        "how many steps is more training no longer worth its compute, by Kaplan's $L(N, S)$?",
        working=(
            f"With endless steps the loss comes down to {converged:.3f} nats.",
            "After S steps it still lies $(S_c/S)^{"
            f"{CURVE.alpha_S:g}"
            f"}}$ above that, with $S_c$ = {CURVE.S_c:,.0f}.",
            "Every step costs the same compute, early or late.",
            "Compute is used best if one trains until the curve is flat: within "
            f"{format_share(flat)} of the end.",
            f"That takes {claimed:,.0f} steps.",
        ),
        wrong_line=3,
        explanation="Long before the curve is flat a larger model buys more for the same compute. "
        f"Efficient training stops $\\alpha_N/\\alpha_S$ = {format_share(above)} above the end, at "
        f"{early:.3f} nats: after **{correct:,.0f} steps**.",
        claimed=claimed,
        correct=correct,
        unit="steps",
        cost=f"The loss of {claimed:,.0f} steps is had from a model {larger:.1f} times as large in "
        f"{fewer:.1f} times fewer steps: with {format_share(1 - larger / fewer)} less compute.",
        link=PageLink("kaplan", {"kaplan_params": format_count(N), "kaplan_about": "stopping"}),
        sources=(published.KAPLAN_NS,),
    )


def _run(params: str, tokens: str) -> dict[str, object]:
    return {"kaplan_params": params, "kaplan_tokens": tokens, "kaplan_about": "joint"}
