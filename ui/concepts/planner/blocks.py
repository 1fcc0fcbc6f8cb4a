"""Blocks of the planner: its figure, its tabs, its experiments."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from toylab.laws import published
from toylab.laws.model_shapes import SHAPES
from toylab.quantities import format_count
from ui.blocks import Caption, DataTable, Figure
from ui.concepts.planner import charts, pay, serve, text, view
from ui.concepts.planner.pay import PayControls
from ui.concepts.planner.serve import ServeControls
from ui.concepts.planner.view import RECORDS, Controls
from ui.guess import GuessState
from ui.label import Label
from ui.remembered import remembered
from ui.row import Export
from ui.sections import Tab
from ui.sight import Figures, FirstSight


@remembered
def figure(controls: Controls, guess: GuessState) -> Iterator[Any]:
    """FLOPs of a token by part, beside what 6ND says; behind the switch the parameters."""
    seen = guess.seen
    flops = Figure(
        charts.flops(view.flops(controls, seen=seen, guess=guess.given)), text.ALT["flops"],
        guess=guess.mark(x=lambda ratio: ratio),
    )  # fmt: skip
    figures: Figures = {"FLOPs": flops}
    if seen:
        figures["Parameters"] = partial(_parameters, controls)
    yield FirstSight(
        Label("simulated", text.SETTINGS, text.MADE, sources(controls)),
        figures,
        text.finding(controls) if seen else text.ASKED,
        text.numbers(controls, seen=seen),
        [text.readings(controls), text.SMALL_PRINT] if seen else [],
        open=not seen,
    )


def _parameters(controls: Controls) -> Figure:
    return Figure(charts.params(view.params(controls)), text.ALT["params"])


def sources(controls: Controls) -> tuple[Any, ...]:
    """The papers behind the count, and the report of the model."""
    published_model = SHAPES.get(controls.name)
    paper = (published_model.paper,) if published_model and published_model.paper else ()
    return (published.KAPLAN, published.HOFFMANN, *paper)


def tensors(controls: Controls) -> Iterator[Any]:
    """Every kind of tensor."""
    yield Label("simulated", text.SETTINGS, text.MADE, sources(controls))
    published_model = SHAPES.get(controls.name)
    if published_model and published_model.published:
        yield (
            f"{controls.counted.params:,} parameters in all, as many as in the files that its "
            "makers published."
        )
    else:
        yield f"{controls.counted.params:,} parameters in all."
    yield DataTable(view.tensors(controls))
    yield Caption(text.SMALL_PRINT)


def export(controls: Controls) -> Export | None:
    """The tensors, to carry away; nothing of what is no model."""
    if controls.refusal:
        return None
    named = controls.name in RECORDS
    which = f"--model '{controls.name}'" if named else "--config config.json"
    command = f"python -m toylab plan {which} --tokens {controls.tokens}"
    does = "The count and its price in a terminal:"
    return Export(view.tensors(controls), "tensors", command, "tensors", does)


TABS = {  # by their keys in the link
    "pay": Tab("Hours and money", pay.blocks, PayControls, "pay"),
    "serve": Tab("When millions use it", serve.blocks, ServeControls, "serve"),
    "tensors": Tab("Tensor by tensor", tensors),
}
SMALL_MIXTURE = Controls(
    layers=4, width=64, heads=8, kv_heads=0, head_size=64, feed_forward=0, vocabulary=50_257,
    context=256, experts=4, active=1, tokens="150M",
)  # fmt: skip
EXPERIMENTS = (
    (
        "Almost all vocabulary",
        "A mixture of experts as small as a class can train. What is most of it, and what does "
        "that cost a token?",
        SMALL_MIXTURE,
    ),
    (
        "Most of it asleep",
        f"DeepSeek-V3 has {format_count(RECORDS['DeepSeek-V3'].counted.params)} parameters. How "
        "many of them does a token meet?",
        RECORDS["DeepSeek-V3"],
    ),
    (
        "A long context",
        "Llama 3 8B with 131,072 tokens of context. What costs most now?",
        replace(RECORDS["Llama 3 8B"], context=131_072),
    ),
    (
        "When 6ND was right",
        "GPT-3: how far off is the rule here, and why so little?",
        RECORDS["GPT-3 175B"],
    ),
    (
        "Pay for it with time instead",
        "Activations are recomputed to save memory. What does a token cost now?",
        replace(RECORDS["Llama 3 8B"], recompute=True),
    ),
)
CODE = (
    "toylab.laws.counting.count",
    "toylab.laws.tensors.tensors",
    "toylab.laws.hardware.training_cost",
    "toylab.laws.training_memory.training_memory",
    "toylab.laws.serving.best",
)
