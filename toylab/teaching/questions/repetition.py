"""Questions on text that is read again, on its size of network, and on noise in it."""

import math

from numpy.random import Generator

from toylab.experiments.repetition_results import recorded
from toylab.experiments.repetition_sizes import RECORDED_STUDY as SIZES
from toylab.experiments.repetition_sizes import recorded_losses
from toylab.experiments.repetition_study import DECAYED, PLAIN
from toylab.laws import published, repeated_data
from toylab.laws.allocation import best
from toylab.laws.forms import FLOPS
from toylab.quantities import (
    format_count,
    format_fixed,
    format_number,
    format_scientific,
    format_share,
)
from toylab.teaching.contents import PageLink
from toylab.teaching.questions.question import Maker, Question, choice, numeric, pick

UNIQUE = (1e9, 2.5e9, 5e9, 1e10, 2.5e10, 5e10, 1e11)
EPOCHS = (4, 6, 8, 12, 16, 24, 32, 40)
PASSES = (3, 4, 5, 6, 8, 10, 12, 16, 20, 30)
MANY = (16, 24, 32, 48, 64)  # epochs: far from fresh text
SHORTAGES = (20, 25, 40)  # different tokens a parameter: the size is not too large for them
NETWORKS = ("usual", "small-net", "large-net")
SCARCE = [  # budgets, and tokens that they read more than once
    (1e20, 1e9), (3e20, 1e9), (3e20, 2.5e9), (1e21, 2.5e9), (1e21, 5e9), (3e21, 5e9), (3e21, 1e10),
    (1e22, 1e10), (1e22, 2.5e10), (3e22, 2.5e10), (1e23, 5e10), (1e23, 1e11), (1e24, 2.5e11),
]  # fmt: skip
SOURCES = (published.MUENNIGHOFF,)
LAW = {"repetition_about": "law"}
CLOSE = 0.003  # of a loss: three decimals


def repeats_as_fresh(random: Generator) -> Question:
    """The fresh tokens that repeats are worth."""
    U, E = pick(random, UNIQUE), pick(random, EPOCHS)
    R, answer = repeated_data.R_STAR, float(repeated_data.worth(U, E))
    return numeric(
        name="repeats-as-fresh",
        sources=SOURCES,
        link=PageLink("repetition", {**LAW, "law_tokens": format_count(U)}),
        text=f"{format_count(U)} different tokens are read {E} times. By the published law, "
        f"D' = U (1 + R* (1 - exp(-(E - 1)/R*))) with R* = {R:.1f}, for how many fresh tokens do "
        "they count?",
        answer=answer,
        explanation=f"The first pass counts in full, the {E - 1} others for "
        f"{format_number(answer / U - 1, 3)} passes: "
        f"**{format_count(answer, 3)} tokens**, {format_share(answer / U / E)} of the "
        f"{format_count(U * E)} that were read.",
        unit="tokens",
    )


def worth_of_a_pass(random: Generator) -> Question:
    """The worth of one later epoch."""
    k, R = pick(random, PASSES), repeated_data.R_STAR
    before, after = (float(repeated_data.worth(1.0, epochs)) for epochs in (k - 1, k))
    answer = 100 * (after - before)
    return numeric(
        name="worth-of-a-pass",
        sources=SOURCES,
        link=PageLink("repetition", {**LAW, "law_tokens": "25B"}),
        text=f"By the law D'/U = 1 + R* (1 - exp(-(E - 1)/R*)) with R* = {R:.1f}, what percentage "
        f"of the first pass is pass number {k} worth?",
        answer=answer,
        explanation=f"{k} passes count for {after:.3f}, {k - 1} for {before:.3f}: the difference "
        f"is **{format_number(answer, 3)} %**. On average the {k} passes are worth "
        f"{format_share(after / k)}: an average hides that the last one brings less.",
        unit="%",
    )


def epochs_of_a_budget(random: Generator) -> Question:
    """The number of epochs that the best split reads."""
    C, U = pick(random, SCARCE)
    split = repeated_data.allocate(C, U)
    N = float(format_number(split.params, 2).replace(",", ""))
    answer = C / FLOPS / N / U
    return numeric(
        name="epochs-of-a-budget",
        sources=SOURCES,
        link=PageLink(
            "repetition",
            {**LAW, "law_budget": format_scientific(C), "law_tokens": format_count(U)},
        ),
        text=f"Only {format_count(U)} different tokens exist. For {format_scientific(C)} FLOPs a "
        f"model of {format_count(N)} parameters is best by the published law. How often does it "
        "read each token?",
        answer=answer,
        explanation=f"C/(6 N) = {format_count(C / FLOPS / N)} tokens, over {format_count(U)}: "
        f"**{format_number(answer, 3)}** epochs. With fresh tokens the best model would be "
        f"{format_number(best(repeated_data.FORM, C).params / N, 2)} times as large: scarce "
        "tokens are better read more often than by a larger model.",
    )


def loss_of_repeats(random: Generator) -> Question:
    """The loss of the law for few tokens."""
    U, E = pick(random, UNIQUE), pick(random, MANY)
    N = U / pick(random, SHORTAGES)
    form, worth = repeated_data.FORM, float(repeated_data.worth(U, E))
    answer = float(repeated_data.loss(N, U * E, U))
    fresh = float(form.loss(N, U * E))
    return numeric(
        name="loss-of-repeats",
        sources=SOURCES,
        link=PageLink("repetition", {**LAW, "law_tokens": format_count(U)}),
        text=f"L = {form.E:.3f} + {form.A:.1f}/N^{form.alpha:.4f} + {form.B:.1f}/D'^"
        f"{form.beta:.4f}. A model of {format_count(N, 3)} parameters reads {format_count(U)} "
        f"different tokens {E} times, and they count for D' = {format_count(worth, 4)} fresh ones. "
        "Which loss does the law expect, in nats per token, to three decimals?",
        answer=answer,
        explanation=f"**{format_number(answer, 4)}**. With as many fresh tokens, "
        f"{format_count(U * E)}, it would be {format_fixed(fresh, 3)}: repeats still help, and "
        "fall behind.",
        tolerance=CLOSE,
    )


def learned_by_heart(random: Generator) -> Question:
    """The meaning of a loss that falls on the pool and rises elsewhere."""
    results = recorded(pick(random, NETWORKS))
    point, study = results.lowest(PLAIN), results.study
    assert point is not None
    rows = results.means.to_dict("records")
    table = {(str(row["curve"]), int(row["epochs"])): row for row in rows}
    first, last = (table[PLAIN, epochs] for epochs in (point.epochs, study.epochs))
    return choice(
        random,
        name="learned-by-heart",
        kinds=("recorded",),
        link=PageLink(
            "repetition", {"repetition_size": study.size, "repetition_epochs": study.epochs}
        ),
        text=f"A network of {study.curves[PLAIN].params:,} parameters reads {study.unique:,} "
        f"characters without weight decay. From {point.epochs} to {study.epochs} epochs its loss "
        f"on them falls from {first['pool_loss']:.2f} to {last['pool_loss']:.2f}, and on held-out "
        f"text it goes from {first['loss']:.2f} to {last['loss']:.2f}. What happens?",
        right="It learns these characters by heart, and loses what holds for other text",
        wrong=[
            "Its learning rate is too low to take in what the later epochs have to teach",
            "The network is too small, so that it forgets the early text while it reads on",
            "Held-out text has a higher entropy than the text that was trained on",
        ],
        explanation="A loss that falls where the network trains and rises elsewhere is "
        f"overfitting. Weight decay holds it back: with {study.decay:g} the loss after "
        f"{study.epochs} epochs is {table[DECAYED, study.epochs]['loss']:.2f}.",
    )


def four_epochs(random: Generator) -> Question:
    """Why four epochs are worth less here than in the published law."""
    results = recorded("usual")
    here = float(results.worth(PLAIN).set_index("epochs")["worth"][4])
    small = float(recorded("small-net").worth(PLAIN).set_index("epochs")["worth"][4])
    study, E = results.study, 4
    law = float(repeated_data.worth(1.0, E)) / E
    return choice(
        random,
        name="four-epochs",
        kinds=("recorded", "published"),
        sources=SOURCES,
        link=PageLink("repetition", {"repetition_size": 8}),
        text=f"The published law lets text that is read {E} times count for {format_share(law)} of "
        f"fresh text. A network of {study.curves[PLAIN].params:,} parameters that reads "
        f"{study.unique:,} characters {E} times without weight decay reaches the loss of "
        f"{format_share(here)} as many fresh ones (means of {study.seeds} seeds). How do the two "
        "go together?",
        right="The worth of repeats depends on the network, its text and its weight decay",
        wrong=[
            "Characters wear out faster than tokens do, as each of them says less",
            "The law is refuted: no text that is read four times can ever count for so much",
            "Six seeds are too few to tell the two shares apart",
        ],
        explanation="The law comes from large models with weight decay, over-fitted ones left out. "
        f"A network of a quarter of the parameters already has {format_share(small)} here. No one "
        "number of epochs is free for all.",
    )


def bigger_or_smaller(random: Generator) -> Question:
    """Over-fitting, and what it says about the size."""
    losses = recorded_losses()
    small, large = (
        min((loss, n) for (curve, n), loss in losses.items() if curve == name)[1]
        for name in (PLAIN, DECAYED)
    )
    n = pick(random, sorted({n for _, n in losses if n > 2 * small}))
    return choice(
        random,
        name="bigger-or-smaller",
        kinds=("recorded",),
        link=PageLink("repetition", {"repetition_about": "sizes", "sizes_epochs": SIZES.epochs}),
        text=f"Networks of six sizes read {SIZES.unique:,} characters {SIZES.epochs} times without "
        f"weight decay. The one with {small:,} parameters is best, at {losses[PLAIN, small]:.2f}; "
        f"one with {n:,} comes to {losses[PLAIN, n]:.2f}. What do you do with the text you have?",
        right="Add weight decay, tune it, and choose the size only then",
        wrong=[
            "Keep the smaller network: a larger one over-fits whatever else you do",
            "Train the larger one for more epochs, until it is past its over-fitting",
            "Halve the epochs and the size together, as Chinchilla's ratio demands",
        ],
        explanation=f"With a weight decay of {SIZES.decay:g} the one with {n:,} comes to "
        f"{losses[DECAYED, n]:.2f} and the one with {small:,} to {losses[DECAYED, small]:.2f}; "
        f"of the six, the lowest loss is that of {large:,} parameters.",
    )


def filter_or_mix(random: Generator) -> Question:
    """From when on noisy text is better than clean text read again."""
    results = recorded("filter-or-mix")
    name = pick(random, (PLAIN, DECAYED))
    at, study = results.crossing(name), results.study
    assert at is not None
    how = "without weight decay" if name == PLAIN else f"with a weight decay of {study.decay:g}"
    before = 2 ** math.floor(math.log2(at.low))
    return choice(
        random,
        name="filter-or-mix",
        kinds=("recorded",),
        link=PageLink("repetition", {"repetition_about": "mix", "mix_dirty": study.dirty}),
        text=f"Clean text of {study.unique:,} characters, read again and again {how}, stands "
        f"against an endless stream of which {format_share(study.dirty)} of the passages are "
        f"noise. The clean text is better up to {before} epochs; from about "
        f"{format_number(at.value, 2)} on the stream is. Should you filter?",
        right="It depends on the budget: with little compute yes, with much no",
        wrong=[
            "Yes: noise costs loss at every length, so clean text is always the better choice",
            "No: more text is better than better text, at any budget",
            "Yes, until the noise is below one tenth, and then never again",
        ],
        explanation="Noise costs the stream about as much at every length; the clean text is "
        "used up. A filter that was best in a small run can be wrong in a large one, and weight "
        "decay moves the place, too.",
    )


QUESTIONS: tuple[Maker, ...] = (
    repeats_as_fresh,
    worth_of_a_pass,
    epochs_of_a_budget,
    loss_of_repeats,
    four_epochs,
    learned_by_heart,
    bigger_or_smaller,
    filter_or_mix,
)
