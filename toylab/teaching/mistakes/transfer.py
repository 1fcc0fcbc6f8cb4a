"""Mistakes with learning rates at several widths; see `catalogue`."""

from toylab.experiments.transfer_price import at_rate, price
from toylab.experiments.transfer_results import recorded
from toylab.laws import published
from toylab.quantities import format_fixed, format_number
from toylab.teaching.contents import PageLink
from toylab.teaching.mistakes.mistake import Mistake

BASE, WIDTH, RATE = 256, 4096, 0.01


def rate_of_a_narrow_net() -> Mistake:
    """A rate that was tuned narrow, taken to a wide network in the standard parametrisation."""
    results = recorded("usual")
    study, cost = results.study, price(results, "standard")
    assert cost is not None, "its runs are in the file"
    widest, rate = study.widest, 2.0**cost.octave
    own = 2.0 ** results.minima["standard", widest].octave
    losses = at_rate(results, "standard", cost.octave).mean(axis=1)
    return Mistake(
        name="rate-of-a-narrow-net",
        title="Only the width differs",
        question=f"Networks {', '.join(map(str, study.widths))} wide are to be compared, in the "
        f"standard parametrisation and by Adam. Of rates an octave apart, which one should width "
        f"{widest} get?",
        working=(
            f"At width {study.base} a sweep says {rate:.2g}.",
            "A fair comparison changes one thing only: all widths get the same learning rate.",
            f"So width {widest} gets {rate:.2g}, and comes to {losses[widest]:.3f} nats; width "
            f"{study.widths[-2]} has {losses[study.widths[-2]]:.3f}.",
        ),
        wrong_line=1,
        explanation="The same number is not the same rate. A wide layer sums over more inputs, and "
        f"wants smaller moves: its own sweep says **{own:.2g}**. Tune at every width, or use muP "
        "and check that it holds.",
        claimed=rate,
        correct=own,
        unit="",
        cost=f"{format_fixed(100 * cost.excess.value, 1)} % of the loss, {cost.loss:.3f} instead "
        f"of {cost.best:.3f} nats, and a curve over widths that is no law of width.",
        link=PageLink("transfer", {"transfer_about": "law"}),
    )


def rate_as_the_spread() -> Mistake:
    """A rate that falls as the first weights do, with the root of the width."""
    m, right = WIDTH / BASE, RATE * BASE / WIDTH
    return Mistake(
        name="rate-as-the-spread",
        title="Wider, and smaller",
        sources=(published.YANG,),
        question=f"With Adam a learning rate of {RATE:g} is best at width {BASE}. By the rule of "
        f"muP, at which rate should the hidden matrices learn at width {WIDTH}?",
        working=(
            f"The network is {WIDTH}/{BASE} = {format_number(m)} times as wide.",
            f"Hidden matrices start sqrt({format_number(m)}) = {format_number(m**0.5)} times "
            "smaller, so that their sums keep their size.",
            "Moves must shrink as the first weights do.",
            f"The rate is {RATE:g}/{format_number(m**0.5)} = {format_number(RATE / m**0.5, 3)}.",
        ),
        wrong_line=2,
        explanation="First weights are drawn at random: in a sum most of them cancel, and it grows "
        "with the root of the width. Moves all follow the same gradient and do not cancel: their "
        f"sum grows with the width itself. The rate is {RATE:g}/{format_number(m)} = "
        f"**{format_number(right, 3)}**.",
        claimed=RATE / m**0.5,
        correct=right,
        unit="",
        cost=f"Hidden layers that move {format_number(m**0.5)} times too far at every step, and a "
        "best rate that falls with the width after all.",
        link=PageLink("transfer", {"transfer_about": "rules", "rules_width": 1024}),
    )
