"""Sentences of the planner's figure; every number in them is computed."""

from toylab.laws.counting import Part
from toylab.laws.forms import FLOPS
from toylab.quantities import format_count, format_number, format_scientific, format_share
from toylab.teaching.guesses import UNSET, Guess
from ui.concepts.planner.view import Controls

CLAIM = "Count a model, price its training, and find the size for one that millions will use."
ALT = {
    "flops": "Bars: the training FLOPs of a token in each part of the model and in all, as shares "
    "of 6N. A tick beside each is what the rule 6ND says of that part. The sentence below names "
    "the part where the two are furthest apart.",
    "params": "Bars: the parameters in each part of the model, those that a token meets and those "
    "of experts that it does not, as shares of them all.",
}
SETTINGS = "Counted from the shape: 6 FLOPs a matrix's weight and token, and attention's scores"
MADE = (
    "A weight of a matrix costs 2 FLOPs forward and 4 backward a token. Attention's scores cost 6 "
    "FLOPs a context position, head and number of a query and of a value, and half of it where "
    "masked pairs are skipped. A look-up costs nothing."
)
CLOSED = "Set numbers that make a model first."
ASKED = "The ticks are 6ND, part by part. The bars, what each part really costs, come next."
STOPS = (
    0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.05, 1.1, 1.15, 1.2, 1.25, 1.3, 1.4,
    1.5, 1.75, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0,
)  # fmt: skip
LITTLE = 0.01  # of 6ND: less is not worth a name
WHY = {  # what 6ND leaves out, and what it counts too much
    "attention matrices": ("", ""),
    "attention scores": ("attention's scores, where each token meets those before it", ""),
    "feed-forward": ("", "experts that a token never meets"),
    "vocabulary": ("", "embeddings, which are only looked up"),
    "positions": ("", "learned positions, which are only looked up"),
    "norms and biases": ("", "norms and biases, which are in no matrix"),
    "recomputation": ("a second forward pass through every layer", ""),
}
READINGS = {  # of N, by the names that the engine gives them
    "total": "all parameters, as Hoffmann counts",
    "non_embedding": "none of the embeddings, as Kaplan counts",
    "active": "those that a token meets",
    "multiplied": "the weights that a token is multiplied with",
}
SMALL_PRINT = (
    "Norms, softmax, activations and the optimiser's update are left out: together about a "
    "percent. What a device wastes is not counted at all; that is what MFU says."
)


def question(controls: Controls) -> Guess | None:
    """The whole of a token's FLOPs beside 6N; nothing to guess of what is no model."""
    if controls.refusal:
        return None
    return Guess(
        text=f"**{controls.name}** has {format_count(controls.counted.params)} parameters. 6ND "
        "says that a token costs 6 FLOPs for each of them. How many times that does it really "
        "cost?",
        answer=controls.counted.six_n_d["total"],
        options=STOPS,
        explanation=finding(controls),
        say=lambda times: f"{format_number(times, 3)} times",
        factor=1.04,
    )


def numbers(controls: Controls, *, seen: bool) -> dict[str, str]:
    """Above the figure: what the model has, and what it costs."""
    counted = controls.counted
    met = {"active": format_count(counted.active)}
    return {
        "parameters": format_count(counted.params),
        **(met if counted.active < counted.params else {}),
        "FLOPs a token": format_count(counted.flops) if seen else UNSET,
        f"FLOPs for {controls.tokens} tokens": (
            format_scientific(controls.flops) if seen else UNSET
        ),
    }


def finding(controls: Controls) -> str:
    """The cost of a token in all, and the part where 6ND is furthest off."""
    counted = controls.counted
    off = counted.six_n_d["total"] - 1
    if abs(off) < LITTLE:
        whole = "A token costs what 6ND says, to a percent"
    elif off > 1:
        whole = f"A token costs **{format_number(off + 1, 2)} times** what 6ND says"
    else:
        more = "more" if off > 0 else "less"
        whole = f"A token costs **{format_share(abs(off))} {more}** than 6ND says"
    part = counted.most
    if abs(share(controls, part)) < LITTLE:
        return f"{whole}; no part is off by one percent."
    how = "counts too much" if part.left_out < 0 else "leaves out"
    what = WHY[part.name][part.left_out < 0]
    size = abs(share(controls, part))
    much = f"{format_share(size)} of 6ND" if size < 1 else f"{format_number(size, 2)} times 6ND"
    return f"{whole}. What it {how} most: {what} ({much})."


def share(controls: Controls, part: Part) -> float:
    """A part's FLOPs that 6ND leaves out, as a share of 6ND."""
    return part.left_out / (FLOPS * controls.counted.params)


def readings(controls: Controls) -> str:
    """The count beside 6ND by each reading of N."""
    counted = controls.counted
    lines = [
        f"- **{format_number(counted.six_n_d[name], 3)} times** if N is {format_count(N)}: "
        f"{READINGS[name]}"
        for name, N in counted.readings.items()
    ]
    return "\n".join(["A token's FLOPs over 6N:", "", *lines])
