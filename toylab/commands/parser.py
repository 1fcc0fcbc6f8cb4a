"""A parser that refuses with one sentence."""

import argparse
from typing import NoReturn, TypeAlias


class Parser(argparse.ArgumentParser):
    """Refuses with one sentence, and exit status 2."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


Commands: TypeAlias = "argparse._SubParsersAction[Parser]"  # only type checkers may subscript
