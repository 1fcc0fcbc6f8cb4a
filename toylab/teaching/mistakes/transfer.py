"""Mistakes with learning rates at several widths; see `catalogue`."""

from toylab.experiments import parametrization
from toylab.experiments.transfer_price import at_rate, price
from toylab.experiments.transfer_results import recorded
from toylab.laws import published
from toylab.quantities import format_count, format_fixed, format_number
from toylab.teaching.contents import PageLink
from toylab.teaching.mistakes.mistake import Mistake

BASE, WIDTH, RATE = 256, 4096, 0.01


def rate_of_a_narrow_net() -> Mistake:
    """A width that looks too large at a rate that was tuned for a narrower one."""
    results = recorded("usual")
    study, cost = results.study, price(results, "standard")
    assert cost is not None, "its runs are in the file"
    rate, widest = 2.0**cost.octave, study.widest
    losses = at_rate(results, "standard", cost.octave)
    means = [f"{loss:.3f}" for loss in losses.mean(axis=1)]
    own = 2.0 ** results.minima["standard", widest].octave
    return Mistake(
        name="rate-of-a-narrow-net",
        title="Wider, and no better",
        question=f"Networks {', '.join(map(str, study.widths))} wide are trained on the same text, "
        f"in the standard parametrisation. Which loss does width {widest} reach?",
        working=(
            f"At width {study.base} the best learning rate is {rate:.2g}.",
            "All widths get the same rate, so that only the width differs.",
            f"Their losses are {', '.join(means)}.",
            f"Width {widest} reaches {cost.loss:.3f}: beyond {study.widths[-2]} width no longer "
            "pays.",
        ),
        wrong_line=1,
        explanation="The same number is not the same rate. A wide layer sums over more inputs, and "
        f"wants a smaller one: with {own:.2g} width {widest} comes to **{cost.best:.3f}**. Tune "
        "the rate at every width, or use muP and check that it holds.",
        claimed=cost.loss,
        correct=cost.best,
        unit="nats",
        cost=f"{format_fixed(100 * cost.excess.value, 1)} % of the loss, and a *law* that levels "
        "off where nothing does.",
        link=PageLink("transfer", {"transfer_about": "law"}),
    )


def mup_divides_all() -> Mistake:
    """A rate divided by the width for parameters that do not sum over it."""
    m = WIDTH / BASE
    kept = [one for one in parametrization.mup(WIDTH, 2, BASE) if one.rate == 1]
    names = ", ".join(one.name for one in kept)
    return Mistake(
        name="mup-divides-all",
        title="muP in one line",
        sources=(published.YANG,),
        question=f"With Adam a learning rate of {RATE:g} is best at the base width {BASE}. Which "
        f"rate does muP give the embeddings at width {WIDTH}?",
        working=(
            f"The network is {WIDTH}/{BASE} = {format_number(m)} times as wide.",
            "In muP the learning rate falls as 1/width.",
            f"So the embeddings get {RATE:g}/{format_number(m)} = {format_number(RATE / m, 3)}.",
        ),
        wrong_line=1,
        explanation="Only what *sums over the width* is divided: hidden matrices and the output. "
        f"An embedding or a bias sums over nothing that grows ({names} in the network of the "
        f"page), and keeps **{RATE:g}**.",
        claimed=RATE / m,
        correct=RATE,
        unit="",
        cost=f"Embeddings and biases would learn {format_number(m)} times too slowly; the best "
        f"rate would move with the width again. At width {WIDTH} a network of two hidden layers "
        f"has {format_count(parametrization.count(WIDTH, 2))} parameters to find that out with.",
        link=PageLink("transfer", {"transfer_about": "rules", "rules_width": 1024}),
    )
