"""Sentences of the allocation page; every number in them is computed."""

from toylab.laws import allocation, published, trained_models
from toylab.quantities import (
    format_count,
    format_scientific,
    format_share,
    format_signed,
    ladder,
)
from toylab.teaching.guesses import UNSET, Guess
from ui.concepts.allocation.view import Controls, ratio

HOW = "Diamonds are other laws' splits. Point at a mark for its numbers."
MODELS = "Dots: what real models were trained with"
ASKED = "Each dot is a real model. Every point of the thick line costs the same compute."
JUDGED = (
    "Each law's parameters and tokens, with 6 N D equal to the budget, judged by the loss "
    "surface chosen above. Kaplan counts parameters without embeddings, DeepSeek by FLOPs per "
    "token; here they are taken as they are."
)
REPORTED = (
    "Parameters and tokens as the reports have them; the FLOPs are the reported ones, or 6 N D "
    "where the source says so. Some sizes are not verified: the source says which."
)
WASTE = (
    "Waste: the share of 6 N D beyond the least that reaches the same loss under the law. Of a "
    "mixture of experts the active parameters count."
)
NOTHING = 0.005  # a smaller waste is not worth a word


def question(controls: Controls) -> Guess:
    """The best model of a budget, to guess."""
    best = controls.best
    return Guess(
        text=f"You may spend **{format_scientific(controls.flops)} FLOPs** on one training run. "
        "Where on the thick line is the loss lowest?",
        answer=best.params,
        options=tuple(ladder(6, 13)),
        explanation=f"It sees {format_count(best.tokens)} tokens. The valley is flat: read below "
        "what other answers would have cost.",
        say=format_count,
        factor=1.6,
    )


def meaning(controls: Controls) -> str:
    """The formula in words, and who fitted it."""
    return (
        f"The loss in nats/token by {controls.title}; N parameters, D tokens. Every curve here "
        "is computed from it, nothing is trained."
    )


def numbers(controls: Controls, seen: bool) -> dict[str, str]:
    """The best split; as long as it is asked for, question marks."""
    best = controls.best
    split = {
        "parameters": format_count(best.params),
        "tokens": format_count(best.tokens),
        "tokens per parameter": ratio(best.tokens_per_param),
        "nats/token": f"{best.loss:.3f}",
    }
    return split if seen else dict.fromkeys(split, UNSET)


def finding(controls: Controls) -> str:
    """The best split in a sentence."""
    best = controls.best
    low, high = controls.reach
    off = "" if low <= best.params <= high else " That is off the map."
    return (
        f"Of all splits of {format_scientific(controls.flops)} FLOPs, "
        f"**{format_count(best.params)} parameters on {format_count(best.tokens)} tokens** has "
        f"the lowest loss.{off} Drag the thick line."
    )


def others(controls: Controls) -> str:
    """The waste of Kaplan's law and of the 20:1 rule; and what real models needed."""
    kaplan = against(controls, "kaplan", "Kaplan's law")
    rule = against(controls, "20:1", "The rule of 20")
    return " ".join(filter(None, [kaplan, rule, spenders(controls), HOW]))


def against(controls: Controls, law: str, who: str) -> str:
    """The split of another law, and its cost."""
    row = controls.answers.set_index("name").to_dict("index")[law]
    cost = (
        f"its loss is {row['nats']:.2g} nats higher, and a good split reaches the same with "
        f"{format_share(1 - row['waste'])} of the compute"
        if row["waste"] >= NOTHING
        else "its loss is practically the same"
    )
    return (
        f"{who} would train {format_count(row['params'])} on {format_count(row['tokens'])}: {cost}."
    )


def spenders(controls: Controls) -> str:
    """The waste of the models that spent this budget; empty where none did."""
    table = trained_models.with_waste(controls.form)
    needed = [
        f"{name} {format_share(1 - waste)}"
        for name, waste, flops in table[["name", "waste", "train_flops"]].to_numpy()
        if flops == controls.flops
    ]
    if not needed:
        return ""
    return f"Compute that the best split needs for the same loss: {', '.join(needed)}."


def rounding(controls: Controls) -> str:
    """The same budget under rounded, unrounded and refitted constants."""
    sizes = [
        f"**{format_count(allocation.best(law.form, controls.flops).params)}** ({law.title})"
        for law in published.SURFACES
    ]
    return (
        f"The best size for {format_scientific(controls.flops)} FLOPs: {', '.join(sizes)}. The "
        "first two are one fit, printed with fewer and with more digits; the third is another "
        "fit, to 240 of the same runs."
    )


def leverage(controls: Controls) -> str:
    """The constant that moves the best size most."""
    constant, moved = max(
        controls.sensitivity.itertuples(index=False, name=None), key=lambda row: abs(row[1])
    )
    return (
        f"One percent more of **{constant}** moves the best size by "
        f"**{format_signed(moved, 1)} %** at this budget, the others held."
    )


def rule(controls: Controls) -> str:
    """The origin of the 20:1 rule, and what the surface has instead."""
    table = trained_models.projected()
    first, third = (table[table["approach"] == k]["tokens_per_param"] for k in (1, 3))
    return (
        f"Approach 1's table has {first.min():.1f} to {first.max():.1f} tokens a parameter "
        f"at every size: that is the rule. Approach 3's rises from {third.min():.0f} to "
        f"{third.max():.0f}. The ratio is the same at every budget only if alpha "
        f"equals beta; here it {drift(controls)}."
    )


def drift(controls: Controls) -> str:
    """The growth of the best ratio with the budget."""
    exponent = allocation.drift(controls.form)
    if exponent == 0:
        return "is level"
    return f"{'grows' if exponent > 0 else 'falls'} as $C^{{{exponent:+.3f}}}$"


def choosing(controls: Controls) -> str:
    """The side of the best ratio on which real models are, and why."""
    table = trained_models.with_waste(controls.form)
    few = table[table["tokens_per_param"] < table["best_ratio"]]
    names = ", ".join(few.sort_values("tokens_per_param")["name"].head(4))
    return (
        "The line is for the budget above; each model is judged at its own. There, "
        f"{len(few)} of {len(table)} have fewer tokens a parameter than the surface wants"
        f"{': ' + names if names else ''}{' and others' if len(few) > 4 else ''}. The "
        "rest have more: many are small on purpose, because a model that is used a lot is "
        "cheaper to use when it is small, and the law counts its training only. Next to the "
        "best ratio the waste is next to nothing, on either side."
    )


def command(controls: Controls) -> str:
    """The command that prints the answers in a terminal."""
    return f"python -m toylab allocate {controls.budget}"
