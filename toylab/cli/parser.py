"""A parser that refuses with one sentence."""

import argparse
from collections.abc import Mapping
from typing import NoReturn, TypeAlias


class Parser(argparse.ArgumentParser):
    """Refuses with one sentence, and exit status 2."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def knobs(parser: Parser, first: object, meanings: Mapping[str, str]) -> None:
    """An option for each of some fields of a plan, with its default."""
    for name, meaning in meanings.items():
        default = getattr(first, name)
        said = f"{meaning}; default: {default}"
        parser.add_argument(f"--{name}", type=type(default), default=default, help=said)


Commands: TypeAlias = "argparse._SubParsersAction[Parser]"  # only type checkers may subscript
