"""Mistakes with text that is read again, with size, and with noise; see `catalogue`."""

import math

import numpy as np

from toylab.experiments.repetition_results import recorded
from toylab.experiments.repetition_sizes import RECORDED_STUDY as SIZES
from toylab.experiments.repetition_sizes import recorded_losses
from toylab.experiments.repetition_study import AGAINST, DECAYED, PLAIN
from toylab.laws import published, repeated_data
from toylab.laws.forms import FLOPS
from toylab.quantities import format_count, format_number, format_scientific, format_share
from toylab.teaching.contents import PageLink
from toylab.teaching.mistakes.mistake import Mistake

UNIQUE, READ, MODEL = 140e9, 2e12, 7e9  # tokens there are, tokens read, parameters
BUDGET, SCARCE, FREE = 1e22, 25e9, 4  # FLOPs, tokens there are, epochs that are said to be free


def tokens_read_again() -> Mistake:
    """Tokens read again and again counted as if they were fresh."""
    epochs = READ / UNIQUE
    correct = float(repeated_data.worth(UNIQUE, epochs))
    promised = float(repeated_data.FORM.loss(MODEL, READ))
    reached = float(repeated_data.loss(MODEL, READ, UNIQUE))
    R = repeated_data.R_STAR
    needed = 1 - R * math.log(1 - (READ / UNIQUE - 1) / R)  # epochs that count for so much
    return Mistake(
        name="tokens-read-again",
        title="Two trillion tokens",
        sources=(published.MUENNIGHOFF,),
        question=f"There are {format_count(UNIQUE)} different tokens, and a model reads them until "
        f"it has seen {format_count(READ)}. For how many fresh tokens do they count?",
        working=(
            f"{format_count(READ)}/{format_count(UNIQUE)} = {epochs:.1f} epochs.",
            "The loss depends on the tokens D that a run has seen, whichever they are.",
            f"The run counts for {format_count(READ)} fresh tokens.",
        ),
        wrong_line=1,
        explanation="The D of a scaling law is *fresh* text. Repeats wear out: by Muennighoff's "
        f"law these tokens count for **{format_count(correct)}**, "
        f"{format_share(correct / READ)} of what was read, and never for more than "
        f"{repeated_data.CEILING:.1f} times {format_count(UNIQUE)}, however long the run.",
        claimed=READ,
        correct=correct,
        unit="tokens",
        cost=f"A model of {format_count(MODEL)} parameters comes to {reached:.3f} instead of the "
        f"promised {promised:.3f}. To count for {format_count(READ)} it takes {needed:.1f} epochs: "
        f"{needed / epochs:.1f} times the compute.",
        link=PageLink("repetition", {"repetition_about": "law", "law_tokens": "100B"}),
    )


def diminishing_returns() -> Mistake:
    """Diminishing returns without a number, taken for none."""
    split = repeated_data.allocate(BUDGET, SCARCE)
    few = BUDGET / FLOPS / (FREE * SCARCE)
    lost = float(repeated_data.loss(few, FREE * SCARCE, SCARCE)) - split.loss
    last = float(np.diff(repeated_data.worth(1.0, [FREE, FREE + 1]))[0])
    share = float(repeated_data.worth(1.0, FREE)) / FREE
    return Mistake(
        name="diminishing-returns",
        title="Diminishing returns",
        sources=(published.MUENNIGHOFF,),
        question=f"{format_count(SCARCE)} different tokens exist, and {format_scientific(BUDGET)} "
        "FLOPs are to be spent. How many epochs should the best model read?",
        working=(
            "Read again, a token teaches less each time: returns diminish.",
            f"Up to {FREE} epochs a token is nearly as good as a fresh one.",
            "Beyond, another epoch is worth too little to spend compute on.",
            f"So {FREE} epochs, and a model of C/(6 x {format_count(FREE * SCARCE)}) = "
            f"{format_count(few)} parameters.",
        ),
        wrong_line=2,
        explanation=f"Say by how much. {FREE} epochs count for {format_share(share)} of fresh "
        f"text, the next one still for {format_share(last)} of the first, and all together for at "
        f"most {repeated_data.CEILING:.1f} epochs. Against that stands the size, which has "
        f"diminishing returns, too. By Muennighoff's law **{format_number(split.epochs, 3)} "
        f"epochs** are best, with {format_count(split.params)} parameters.",
        claimed=float(FREE),
        correct=split.epochs,
        unit="epochs",
        cost=f"A model {few / split.params:.1f} times too large, which every later answer pays "
        f"for, and a loss {lost:.3f} nats higher for the same compute.",
        link=PageLink(
            "repetition",
            {
                "repetition_about": "law",
                "law_budget": format_scientific(BUDGET),
                "law_tokens": format_count(SCARCE),
            },
        ),
    )


def bigger_overfits() -> Mistake:
    """A size chosen to prevent over-fitting, where weight decay prevents it better."""
    plain, decayed = (
        {n: loss for (curve, n), loss in recorded_losses().items() if curve == name}
        for name in (PLAIN, DECAYED)
    )
    small, best = min(plain, key=plain.__getitem__), min(decayed, key=decayed.__getitem__)
    return Mistake(
        name="bigger-overfits",
        title="A network that over-fits",
        question=f"{SIZES.unique:,} characters of Python's library are to be read {SIZES.epochs} "
        f"times. Networks of {len(plain)} sizes, from {min(plain):,} to {max(plain):,} "
        "parameters, can be had. Which reaches the lowest held-out loss?",
        working=(
            f"Without weight decay their losses are {', '.join(f'{x:.2f}' for x in plain.values())}"
            ", from the smallest to the largest.",
            f"From {small:,} parameters on the loss rises: larger networks over-fit.",
            "A network that over-fits is too large for its text, whatever the recipe.",
            f"Take the one with {small:,} parameters.",
        ),
        wrong_line=2,
        explanation="Over-fitting belongs to the size *and the recipe*. With a weight decay of "
        f"{SIZES.decay:g} the losses are {', '.join(f'{x:.2f}' for x in decayed.values())}: now "
        f"**{best:,} parameters** are best, and the largest is hardly worse.",
        claimed=float(small),
        correct=float(best),
        unit="parameters",
        cost=f"{plain[small] - decayed[best]:.2f} nats: the small network stays at "
        f"{plain[small]:.2f}, or {decayed[small]:.2f} with the same weight decay, where the larger "
        f"comes to {decayed[best]:.2f}.",
        link=PageLink("repetition", {"repetition_about": "sizes", "sizes_epochs": SIZES.epochs}),
    )


def always_filter() -> Mistake:
    """A filter that is right at one length taken for right at every length."""
    results = recorded("filter-or-mix")
    study, noise = results.study, AGAINST["noisy"]
    table = results.means.pivot(index="epochs", columns="curve", values="loss")
    most, unique = study.epochs, study.unique
    crossings = [results.crossing(name) for name in (PLAIN, DECAYED)]
    plain, decayed = (at.value for at in crossings if at is not None)
    pool, mixed = float(table[DECAYED][most]), float(table[noise][most])
    logs = np.log(table[noise].to_numpy()[::-1])
    enough = float(np.exp(np.interp(math.log(pool), logs, np.log(table.index.to_numpy()[::-1]))))
    share = format_share(study.dirty)
    return Mistake(
        name="always-filter",
        title="Clean, or plenty",
        question=f"{unique:,} clean characters stand against an endless stream of which {share} "
        f"of the passages are noise. A network is to read {unique * most:,} characters. Which "
        "held-out loss does the better of the two reach?",
        working=(
            f"After {unique:,} characters the clean text has {table[PLAIN][1]:.3f}, and the "
            f"stream {table[noise][1]:.3f}.",
            "Data of higher quality are worth more at every length: filter, and read the clean "
            "text again.",
            f"Read {most} times, with a weight decay of {study.decay:g}, it comes to {pool:.3f}.",
        ),
        wrong_line=1,
        explanation="Clean text is used up, and a stream is not: it is ahead from "
        f"{plain:.1f} epochs on without weight decay and from {decayed:.1f} with it, and comes to "
        f"**{mixed:.3f}** here. No fixed factor or exponent of *quality* can say that: which is "
        "better changes with the compute.",
        claimed=pool,
        correct=mixed,
        unit="nats",
        cost=f"{pool - mixed:.3f} nats. The stream has the {pool:.3f} of the clean text after "
        f"{enough:.0f} epochs' worth of characters: the filter costs {most / enough:.1f} times "
        "the compute.",
        link=PageLink("repetition", {"repetition_about": "mix", "mix_dirty": study.dirty}),
    )
