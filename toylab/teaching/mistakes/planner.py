"""Mistakes in counting a model's FLOPs and in pricing them; see `catalogue`."""

from toylab.laws import published
from toylab.laws.counting import count
from toylab.laws.forms import FLOPS
from toylab.laws.hardware import DEVICES
from toylab.laws.model_shapes import SHAPES
from toylab.quantities import format_count, format_scientific
from toylab.teaching.contents import PageLink
from toylab.teaching.mistakes.mistake import Mistake
from toylab.teaching.model_links import planner_link

HEADLINE = 1979e12  # FLOPs a second of an H100 whose weights are half zeros, in bfloat16
REACHED = 400e12  # FLOPs a second on a device


def third_matrix() -> Mistake:
    """A gated feed-forward part, whose third matrix is counted once more."""
    model = SHAPES["Llama 2 7B"]
    counted = count(model.shape)
    N, tokens = counted.multiplied, model.tokens or 0.0
    claimed, correct = 9.0 * N * tokens, float(FLOPS) * N * tokens
    return Mistake(
        name="third-matrix",
        title="Three matrices for two",
        sources=(published.HOFFMANN,),
        question=f"Llama 2 7B multiplies a token with {format_count(N)} weights, and its "
        f"feed-forward part is gated. How many FLOPs do its matrices cost in training on "
        f"{format_count(tokens)} tokens?",
        working=(
            "A plain feed-forward part has two matrices, a gated one (SwiGLU) three.",
            "The 6 of 6ND is for two matrices; with three it is 6 x 3/2 = 9.",
            f"9 x {format_count(N)} x {format_count(tokens)} = {format_scientific(claimed)}.",
        ),
        wrong_line=1,
        explanation="The 6 belongs to a *weight*: a multiplication and an addition forward, and "
        "twice as many backward. It is 6 for any activation. A third matrix is in N already, as "
        f"weights: 6 x {format_count(N)} x {format_count(tokens)} = "
        f"**{format_scientific(correct)}**. What really moves the ratio is context, vocabulary, "
        "and recomputation.",
        claimed=claimed,
        correct=correct,
        unit="FLOPs",
        cost="Half of the compute again, asked for and never used; or an MFU that reads half as "
        "good again as it is.",
        link=planner_link(model.shape, model.tokens),
    )


def headline_peak() -> Mistake:
    """MFU against a peak that counts what is skipped."""
    device = DEVICES["h100"]
    claimed, correct = 100 * REACHED / HEADLINE, 100 * REACHED / device.peak
    return Mistake(
        name="headline-peak",
        title="Half of the peak",
        question=f"A run reaches {REACHED / 1e12:.0f} TFLOPs of 6ND a second on each "
        f"{device.name}. What is its MFU?",
        working=(
            "MFU is the model's FLOPs over the most that the device can do.",
            f"The data sheet's largest number for bfloat16 is {HEADLINE / 1e12:,.0f} TFLOP/s.",
            f"So the MFU is measured against {HEADLINE / 1e12:,.0f}.",
            f"{REACHED / 1e12:.0f}/{HEADLINE / 1e12:,.0f} = {claimed:.0f} %.",
        ),
        wrong_line=2,
        explanation="The headline number counts multiplications with zeros that are skipped: two "
        "of every four weights must be zero. Training has no such zeros. Against the dense peak, "
        f"{device.peak / 1e12:.0f} TFLOP/s, the MFU is **{correct:.1f} %**.",
        claimed=claimed,
        correct=correct,
        unit="% of the peak",
        cost="A good run taken for a bad one; and a plan at 40 % of the headline peak that takes "
        "twice the hours.",
        link=PageLink("planner", {"planner_about": "pay"}),
    )
