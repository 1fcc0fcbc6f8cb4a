"""Controls declared as data: a dataclass whose fields carry their widgets."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

Values = Mapping[str, Any]  # of the fields drawn so far, by name


@dataclass(frozen=True)
class Knob:
    """The widget of a field.

    `options` says which: a mapping of values to their meanings is a select box, a list the stops
    of a slider, a tuple (least, most) or (least, most, step) a slider, or where `typed` a field;
    None a switch, or where `typed` a line of text. A default that is a pair is a range.
    """

    title: str
    options: Any = None
    more: bool = False  # under "All settings"
    typed: bool = False
    row: bool = False  # the options of a mapping side by side, all in sight
    help: str = ""
    then: Mapping[str, object] | None = None  # what else a choice sets: a record an option
    off: Callable[[Values], bool] | None = None  # whether it is disabled, by the fields before
    gone: Callable[[Values], bool] | None = None  # whether it is not there at all, likewise
    note: Callable[[Values], str] | None = None  # a line below it, by the fields up to it


def knob(default: Any, title: str, options: Any = None, **how: Any) -> Any:
    """A dataclass field with a widget; see `Knob` for the rest."""
    return field(default=default, metadata={"knob": Knob(title, options, **how)})


def knobs_of(kind: Any) -> dict[str, Knob]:
    """The widgets of a dataclass or a record by the names of their fields, in order."""
    return {one.name: one.metadata["knob"] for one in fields(kind) if "knob" in one.metadata}
