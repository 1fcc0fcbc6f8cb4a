"""Tabs of the page on architectures: optimizers, shapes, what others found, what nets write."""

from collections.abc import Iterator
from typing import Any

from ui.blocks import Info, Passage
from ui.concepts.architecture import blocks, optimizers, others, shapes, text
from ui.concepts.architecture.live import State
from ui.sections import Tab


def wrote(state: State) -> Iterator[Any]:
    """A passage by the best network of each design."""
    yield blocks.label(state.source)
    passages = text.written(state.results)
    if not passages:
        yield Info(text.UNWRITTEN)
        return
    yield text.LUCK
    yield [Passage(*passage) for passage in passages]


TABS = {  # by their keys in the link
    "optimizers": Tab(
        "Optimiser", optimizers.optimizers, optimizers.Controls, "optimizers", optimizers.panel,
        always=True,
    ),
    "shapes": Tab(
        "Depth or width", shapes.shapes, shapes.Controls, "shapes", shapes.panel, always=True
    ),
    "others": Tab("What others measured", others.others, others.Controls, "others", always=True),
    "wrote": Tab("What they write", wrote),
}  # fmt: skip
