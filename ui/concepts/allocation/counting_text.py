"""Sentences of the tab that counts a model; every number in them is computed."""

from toylab.laws.counting import Part
from toylab.laws.forms import FLOPS
from toylab.quantities import format_count, format_number, format_share
from ui.concepts.allocation.counting import CountControls

LABEL = "Counted from the shape; nothing is measured"
MADE = (
    "A weight of a matrix costs 2 FLOPs forward and 4 backward a token; attention's scores cost "
    "12 FLOPs a context position, head dimension and layer. The feed-forward part is four times "
    "as wide as the model."
)
LITTLE = 0.01  # of 6ND: less is not worth a name
SMALL_PRINT = (
    "6ND is for a token: multiply by the tokens. Kernels that skip the pairs that the mask hides "
    "need half of the scores. Norms, softmax, activations and the optimiser's update are left "
    "out here too: together about a percent. Half of the model's peak speed is still a good run: "
    "what a device wastes is not counted at all."
)
WHY = {  # what 6ND leaves out, and what it counts too much
    "attention scores": ("attention's scores, where each token meets all those before it", ""),
    "feed-forward": ("", "experts that a token never meets"),
    "vocabulary": ("", "the embeddings, which are only looked up"),
    "positions": ("", "learned positions, which are only looked up"),
    "norms and biases": ("", "norms and biases, which are in no matrix"),
    "recomputation": ("a second forward pass through every layer", ""),
}


def numbers(controls: CountControls) -> dict[str, tuple[str, str | None]]:
    """For the panel: what the model has, and what a token costs."""
    counted = controls.counted
    return {
        "Parameters": (format_count(counted.params), f"{counted.params:,}"),
        "without embeddings": (format_count(counted.without_embeddings), None),
        "Training FLOPs a token": (format_count(counted.flops), None),
    }


def finding(controls: CountControls) -> str:
    """The part where 6ND is furthest off, in one large sentence."""
    most = controls.counted.most
    off = share(controls, most)
    if abs(off) < LITTLE:
        return "## Here 6ND is right: no part is off by one percent"
    how = "counts {} too much" if off < 0 else "leaves out {}"
    return f"## 6ND {how.format(format_share(abs(off)))}: {WHY[most.name][off < 0]}"


def share(controls: CountControls, part: Part) -> float:
    """A part's FLOPs that 6ND leaves out, as a share of 6ND."""
    return part.left_out / (FLOPS * controls.counted.params)


def ratios(controls: CountControls) -> str:
    """The FLOPs of a token in all, beside those by each count of N."""
    counted = controls.counted
    ways = {
        f"all {format_count(counted.params)} parameters, as Hoffmann does": counted.params,
        "none of the embeddings, as Kaplan does": counted.without_embeddings,
    }
    if counted.active < counted.params:
        ways[f"the {format_count(counted.active)} that a token meets"] = counted.active
    sentences = [
        f"**{format_number(counted.flops / (FLOPS * N), 3)} times** 6N if N counts {which}"
        for which, N in ways.items()
    ]
    return f"In all, a token costs {'; '.join(sentences)}."
