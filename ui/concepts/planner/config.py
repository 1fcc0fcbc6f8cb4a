"""A model's `config.json` of the reader's own: it sets the controls, and says what it leaves."""

from collections.abc import Iterator
from dataclasses import replace

from toylab.tables.model_config import ModelConfig, read_config
from ui.concepts.planner.view import Controls, of_shape
from ui.knobs import knobs_of
from ui.record_file import RecordFile

EXAMPLE = '{"num_hidden_layers": 32, "hidden_size": 4096, ...}'


def read(text: str, now: Controls) -> tuple[Controls, list[str]]:
    """The controls that a config makes; what it lacks stays as it is now.

    Raises:
        ValueError: if it is no config of a decoder, or its numbers make no model.
    """
    config = read_config(text)
    kept = {name: getattr(now, name) for name in config.missing}
    record = of_shape(config.shape(**kept), now.tokens, skip_masked=now.skip_masked)
    return replace(record, recompute=now.recompute), list(notes(config, kept))


def notes(config: ModelConfig, kept: dict[str, int]) -> Iterator[str]:
    """What the file does not say, and what of it is not counted."""
    titles = {name: one.title for name, one in knobs_of(Controls).items()}
    for name, value in kept.items():
        yield f"The file does not say: {titles[name]}. It stays at {value:,}; set it above."
    if not config.recognised:
        family = f"of type {config.family}" if config.family else "without a type"
        yield f"A model {family} is counted as a Llama; its norms and biases may differ."
    for key, what in config.left_out.items():
        yield f"Not counted: {key}, {what}."
    if config.unknown:
        yield f"Not understood, and not counted: {', '.join(config.unknown)}."
    yield ("The context is the longest that the file allows. If training used less, set it above.")


FILE = RecordFile("Your config.json", ["json", "txt"], EXAMPLE, Controls, read)
