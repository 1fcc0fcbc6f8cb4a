"""Questions on what a model has, what training it costs, and the size for one that serves."""

import math

from numpy.random import Generator

from toylab.laws import allocation, published, serving
from toylab.laws.counting import count
from toylab.laws.forms import FLOPS
from toylab.laws.hardware import DEVICES
from toylab.laws.model_shapes import SHAPES
from toylab.laws.training_memory import ADAM, NUMBER
from toylab.laws.transformer import Transformer
from toylab.quantities import (
    format_count,
    format_number,
    format_scientific,
    format_share,
)
from toylab.teaching.contents import PageLink
from toylab.teaching.model_links import planner_link
from toylab.teaching.questions.question import Maker, Question, choice, numeric, pick

WIDTHS = ((24, 2048), (32, 4096), (40, 5120), (48, 6144), (64, 8192))  # layers, width
CONTEXTS = (2048, 4096, 8192, 16_384, 32_768)
MIXTURES = ("Mixtral 8x7B", "Qwen3-30B-A3B", "DeepSeekMoE 16B", "DeepSeek-V2", "DeepSeek-V3")
TOKENS = (5e11, 1e12, 2e12, 5e12, 1e13, 1.5e13)
BUDGETS = (1e21, 3e21, 1e22, 3e22, 1e23, 3e23, 1e24)
CROWDS = (64, 128, 256, 512, 1024, 2048)
SIZES = (1e9, 3e9, 7e9, 13e9, 30e9, 70e9)
SERVED = (1e12, 5e12, 2e13, 5e13)
PAY, SERVE = {"planner_about": "pay"}, {"planner_about": "serve"}
LAW = published.REFIT


def scores_beside_matrices(random: Generator) -> Question:
    """Attention's scores as a share of the matrices' FLOPs."""
    (layers, width), context = pick(random, WIDTHS), pick(random, CONTEXTS)
    shape = Transformer(layers, width, context, 32_000)
    parts = {part.name: part for part in count(shape).parts}
    matrices = parts["attention matrices"].flops + parts["feed-forward"].flops
    answer = 100 * parts["attention scores"].flops / matrices
    return numeric(
        name="scores-beside-matrices",
        sources=(published.KAPLAN, published.HOFFMANN),
        link=planner_link(shape),
        text=f"A decoder has {layers} layers of width {width:,}, each with 12 d^2 weights in "
        f"matrices, and a context of {context:,} tokens. Attention's scores cost 12 s d FLOPs a "
        "layer and token in training, no masked pair skipped. What percentage of the matrices' "
        "FLOPs is that?",
        answer=answer,
        explanation=f"12 s d/(6 x 12 d^2) = s/(6 d) = {context:,}/{6 * width:,}: "
        f"**{format_number(answer, 3)} %**. 6ND leaves it out, which is little where the model is "
        "wide and the context short.",
        unit="%",
    )


def flops_of_a_mixture(random: Generator) -> Question:
    """Training FLOPs of a mixture of experts."""
    name, tokens = pick(random, MIXTURES), pick(random, TOKENS)
    model = SHAPES[name]
    counted = count(model.shape)
    N = float(format_number(counted.active / 1e9, 3)) * 1e9
    answer = FLOPS * N * tokens
    return numeric(
        name="flops-of-a-mixture",
        sources=(model.paper,) if model.paper else (),
        link=planner_link(model.shape, tokens),
        text=f"{name} has {format_count(counted.params)} parameters, of which a token meets "
        f"{format_count(N)}. How many FLOPs do {format_count(tokens)} tokens cost in training by "
        "the rule of six, scores left out?",
        answer=answer,
        explanation=f"6 x {format_count(N)} x {format_count(tokens)} = "
        f"**{format_scientific(answer)} FLOPs**: experts that a token does not meet cost it "
        "nothing. Six for every parameter would be "
        f"{format_number(counted.params / counted.active, 3)} times as much.",
        unit="FLOPs",
    )


def hours_on_devices(random: Generator) -> Question:
    """Hours of a budget on so many devices."""
    flops, devices = pick(random, BUDGETS), pick(random, CROWDS)
    device, mfu = DEVICES[pick(random, ("a100", "h100", "b200"))], pick(random, (30, 35, 40, 45))
    answer = flops / (devices * device.peak * mfu / 100) / 3600
    return numeric(
        name="hours-on-devices",
        link=PageLink("planner", {**PAY, "pay_devices": devices, "pay_mfu": mfu}),
        text=f"{format_scientific(flops)} training FLOPs on {devices:,} {device.name}, each with a "
        f"dense peak of {device.peak / 1e12:,g} TFLOP/s, at an MFU of {mfu} %: how many hours?",
        answer=answer,
        explanation=f"{devices:,} x {format_scientific(device.peak)} x {mfu / 100:g} = "
        f"{format_scientific(devices * device.peak * mfu / 100)} FLOPs a second; the budget over "
        f"that, over 3,600: **{format_number(answer, 3)} hours**.",
        unit="hours",
    )


def state_on_a_device(random: Generator) -> Question:
    """Memory of weights, gradients and the optimizer on each device."""
    N, devices = pick(random, SIZES), pick(random, (8, 16, 32, 64))
    each = 2 * NUMBER + ADAM
    answer = each * N / devices / 1e9
    return numeric(
        name="state-on-a-device",
        link=PageLink("planner", {**PAY, "pay_devices": devices}),
        text=f"Mixed precision with Adam keeps 2 bytes a parameter for the weight, 2 for the "
        f"gradient and {ADAM} for the optimizer. {devices} devices share the state of a model of "
        f"{format_count(N)} parameters equally. How many gigabytes does each hold, activations "
        "left out?",
        answer=answer,
        explanation=f"{each} x {format_count(N)} bytes = {each * N / 1e9:,.0f} GB, over {devices}: "
        f"**{format_number(answer, 3)} GB**. Activations come on top, and they grow with the "
        "tokens on a device.",
        unit="GB",
    )


def served_until_it_pays(random: Generator) -> Question:
    """Tokens from which on a smaller model of equal loss is cheaper."""
    usual, smaller = pick(random, SIZES[1:]), pick(random, (0.3, 0.4, 0.5, 0.6))
    tokens = float(allocation.matched(LAW.form, usual))
    loss = float(LAW.form.loss(usual, tokens))
    N = smaller * usual
    D = float(format_number(serving.of_size(LAW.form, loss, N, 0).tokens / 1e9, 3)) * 1e9
    before = float(format_number(tokens / 1e9, 3)) * 1e9
    answer = 3 * (N * D - usual * before) / (usual - N)
    return numeric(
        name="served-until-it-pays",
        sources=(LAW,),
        link=PageLink("planner", SERVE),
        text=f"By a law {format_count(usual)} parameters on {format_count(before)} tokens and "
        f"{format_count(N)} on {format_count(D)} reach the same loss. Training costs 6ND, a served "
        "token 2N FLOPs. From how many served tokens on is the smaller model the cheaper one in "
        "all?",
        answer=answer,
        explanation=f"6ND differs by {format_scientific(6 * (N * D - usual * before))} FLOPs, "
        f"2N by {format_scientific(2 * (usual - N))} a token: **{format_count(answer)} tokens**.",
        unit="tokens",
        tolerance=0.03,
    )


def size_to_serve(random: Generator) -> Question:
    """The direction in which serving moves the best model."""
    flops, served = pick(random, BUDGETS), pick(random, SERVED)
    usual = allocation.best(LAW.form, flops)
    best = serving.best(LAW.form, float(usual.loss or math.nan), served)
    right = "a smaller model on more tokens"
    return choice(
        random,
        name="size-to-serve",
        sources=(LAW,),
        link=PageLink("planner", {**SERVE, "serve_served": format_count(served)}),
        text=f"{format_scientific(flops)} FLOPs would train {format_count(usual.params)} "
        f"parameters on {format_count(usual.tokens)} tokens compute-optimally. The model is to "
        f"serve {format_count(served)} tokens. What reaches the same loss for the fewest FLOPs in "
        "all?",
        right=right,
        wrong=(
            "a larger model on fewer tokens",
            "the same model on the same tokens",
            "a smaller model on fewer tokens",
        ),
        explanation=f"**{format_count(best.params)} parameters on {format_count(best.tokens)} "
        f"tokens**, {format_share(best.params / usual.params)} of the size. Every served token "
        "pays for the size again; training pays for it once. Fewer of both would raise the loss.",
    )


QUESTIONS: tuple[Maker, ...] = (
    scores_beside_matrices,
    flops_of_a_mixture,
    hours_on_devices,
    state_on_a_device,
    size_to_serve,
    served_until_it_pays,
)
