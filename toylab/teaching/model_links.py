"""Links to the planner with a model's shape set in its controls."""

from dataclasses import fields

from toylab.laws.transformer import Transformer
from toylab.quantities import format_count
from toylab.teaching.contents import PageLink

APART = ("biases", "qkv_biases", "latent")  # which the page's controls say in another way


def settings(shape: Transformer) -> dict[str, object]:
    """The planner's controls that make a shape, by their names."""
    own: dict[str, object] = {
        field.name: getattr(shape, field.name) for field in fields(shape) if field.name not in APART
    }
    biases = "all" if shape.biases else "qkv" if shape.qkv_biases else "none"
    return own | {"biases": biases} | (vars(shape.latent) if shape.latent else {})


def planner_link(shape: Transformer, tokens: float | None = None, **more: object) -> PageLink:
    """The link to a shape, the tokens it is trained on, and other settings of the page."""
    read = {} if tokens is None else {"tokens": format_count(tokens)}
    held = {f"planner_{name}": value for name, value in (settings(shape) | read).items()}
    return PageLink("planner", held | more)
