"""A model's `config.json` of the reader's own: it sets the controls, and says what it leaves."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from toylab.quantities import format_number, format_share
from toylab.tables.config_keys import SPELLINGS
from toylab.tables.model_config import ModelConfig, read_config
from ui.concepts.planner.view import Controls, of_shape
from ui.knobs import knobs_of
from ui.record_file import Notes, RecordFile

EXAMPLE = '{"num_hidden_layers": 32, "hidden_size": 4096, ...}'
MUCH = 0.25  # of a token's FLOPs: scores that a shorter context would spare


def read(text: str, now: Controls) -> tuple[Controls, Notes[Controls]]:
    """The controls that a config makes; what it lacks stays as it is now.

    Raises:
        ValueError: if it is no config of a decoder, or its numbers make no model.
    """
    config = read_config(text)
    kept = {name: getattr(now, name) for name in config.missing}
    try:
        record = of_shape(config.shape(**kept), now.tokens, skip_masked=now.skip_masked)
        _in_range(record)
    except ValueError as refusal:
        ways = ", ".join(f"{name} ({SPELLINGS[name][0]})" for name in kept)
        why = f"the file lacks {ways}, and as set here: " if kept else ""
        raise ValueError(f"{why}{refusal}") from None
    record = replace(record, recompute=now.recompute)
    return record, partial(notes, config, record)


def _in_range(record: Controls) -> None:
    """Refuse numbers that no control can hold."""
    for name, one in knobs_of(Controls).items():
        if isinstance(one.options, tuple) and not (
            one.options[0] <= getattr(record, name) <= one.options[1]
        ):
            least, most = one.options
            raise ValueError(
                f"{name} must be from {least} to {most:,}, got {getattr(record, name):,}"
            )


def notes(config: ModelConfig, record: Controls, now: Controls) -> Iterator[str]:
    """Notes on what the file does not say and the reader has not set since, and on the uncounted.

    None where the controls are of another model than the file's.
    """
    if (now.layers, now.width) != (record.layers, record.width):
        return
    if now.tokens == record.tokens:
        yield f"No config says how long training is: it stays at {now.tokens} tokens; set it above."
    if "context" not in config.missing and now.context == record.context:
        yield context(record)
    titles = {name: one.title for name, one in knobs_of(Controls).items()}
    for name in config.missing:
        if (value := getattr(now, name)) == getattr(record, name):
            yield f"The file does not say: {titles[name]}. It stays at {value:,}; set it above."
    if not config.recognised:
        family = f"of type {config.family}" if config.family else "without a type"
        yield (
            f"A model {family} is counted as a Llama: gated, without biases, an output layer of "
            "its own unless the file says else. What differs is set in All settings."
        )
    for key, what in config.left_out.items():
        yield f"Not counted: {key}, {what}."
    if config.unknown:
        yield f"Not understood, and not counted: {', '.join(config.unknown)}."


def context(record: Controls) -> str:
    """The cost of the longest context, which training mostly does not reach."""
    counted = record.counted
    scores = next(part.flops for part in counted.parts if part.name == "attention scores")
    longest = f"{record.context:,} tokens is the longest context that the file allows"
    if scores < MUCH * counted.flops:
        return f"{longest}. If training used less, set it above."
    return (
        f"{longest}: attention's scores are {format_share(scores / counted.flops)} of a token's "
        f"FLOPs then, and it costs {format_number(counted.six_n_d['total'], 2)} times what 6ND "
        "says. Most of training reads shorter texts: set their length above."
    )


FILE = RecordFile("Your config.json", ["json", "txt"], EXAMPLE, Controls, read)
