"""A parser that refuses with one sentence, and the options that stand for a dataclass."""

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import Field, fields, replace
from typing import Any, NoReturn, TypeAlias, TypeVar

T = TypeVar("T")
CLUSTER = (
    "a Dask scheduler whose workers train instead of this machine, as tcp://host:8786; "
    "default: the one that TOYLAB_CLUSTER names"
)


class Parser(argparse.ArgumentParser):
    """Refuses with one sentence, and exit status 2."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


Commands: TypeAlias = "argparse._SubParsersAction[Parser]"  # only type checkers may subscript


def add_options(
    parser: argparse.ArgumentParser,
    first: Any,
    meanings: Mapping[str, str],
    choices: Mapping[str, Sequence[str]] | None = None,
    *,
    presets: bool = False,
) -> None:
    """An option for each field of a dataclass; what has a device may train on a cluster instead.

    Args:
        parser: where to add them.
        first: an instance, whose values tell the types and the defaults.
        meanings: the help text of each field.
        choices: the values that a field may have, where they are few.
        presets: the defaults are those of a preset, so no help text names one.
    """
    for field in fields(first):
        default = getattr(first, field.name)
        note = "" if presets else f"; default: {_written(default)}"
        help_text = meanings[field.name] + note
        parser.add_argument(
            f"--{field.name}", default=None, help=help_text, **_kind(field, default, choices or {})
        )
    if "device" in meanings:
        parser.add_argument("--cluster", metavar="ADDRESS", help=CLUSTER)


def add_study(
    commands: Commands,
    name: str,
    about: str,
    first: Any,
    usual: str,
    meanings: Mapping[str, str],
    run: Callable[[argparse.Namespace], int],
    choices: Mapping[str, Sequence[str]] | None = None,
) -> Parser:
    """The command that trains a study: its presets, its fields, --csv and --json.

    Args:
        commands: where to add it.
        name: the command's.
        about: its help text.
        first: a study, as in `add_options`.
        usual: the preset that it is where none is named.
        meanings: the help text of each field.
        run: what trains, reports and returns the exit status.
        choices: the values that a field may have, where they are few.
    """
    parser = commands.add_parser(name, help=about)
    parser.add_argument(
        "--preset", choices=type(first).PRESETS, default=usual, help="default: %(default)s"
    )
    add_options(parser, first, meanings, choices, presets=True)
    parser.add_argument("--csv", metavar="FILE", help="write the runs to a file")
    parser.add_argument("--json", action="store_true", help="print results and runs as JSON")
    parser.set_defaults(run=run, refuse=parser.error)
    return parser


def _kind(
    field: "Field[Any]", default: object, choices: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """The arguments of argparse for a field's values."""
    if isinstance(default, bool):
        return {"action": argparse.BooleanOptionalAction}
    if isinstance(default, tuple):
        return {"type": type(default[0]), "nargs": 2, "metavar": ("LOW", "HIGH")}
    return {"type": type(default), "choices": choices.get(field.name)}


def _written(default: object) -> str:
    return " ".join(map(str, default)) if isinstance(default, tuple) else str(default)


def chosen_fields(chosen: argparse.Namespace, first: T) -> T:
    """The dataclass `first` with the options that were given in place of its own values."""
    given: dict[str, Any] = {
        field.name: value
        for field in fields(first)  # type: ignore[arg-type]
        if (value := getattr(chosen, field.name)) is not None
    }
    pairs = {name: tuple(value) for name, value in given.items() if isinstance(value, list)}
    return replace(first, **given | pairs)  # type: ignore[type-var]
