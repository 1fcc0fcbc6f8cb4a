"""The README is true: its example, its tree, its table, its shortest page, its commands."""

import doctest
import re
from pathlib import Path

import pytest

import toylab
from toylab.__main__ import main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CODE = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def test_it_is_short_and_names_every_package_and_nothing_that_is_gone():
    """Rule 6: packages, not files."""
    assert len(README.splitlines()) < 150
    tree = README.split("## What is where")[1].split("```")[1]
    named = set(re.findall(r"^  (\w+)/", tree, re.MULTILINE))
    packages = {path.parent.name for path in (ROOT / "toylab").glob("*/__init__.py")}
    assert named == packages | {"concepts"}
    for path in re.findall(r"`((?:toylab|ui|pages|tests)/[\w/.]+)`", README):
        assert (ROOT / path).exists() or "half" in path, path


def test_where_do_i_find_has_ten_rows():
    rows = README.split("| Where do I find ... | |")[1].split("\n\n")[0]
    assert rows.count("\n|") - 1 == 10


def test_its_five_lines_are_true_and_so_is_the_engines_own_example():
    example = doctest.DocTestParser().get_doctest(CODE[0], {}, "README.md", "README.md", 0)
    assert len(example.examples) == 5
    assert doctest.DocTestRunner(verbose=False).run(example).failed == 0
    assert doctest.testmod(toylab).failed == 0


COMMANDS = re.findall(r"^toylab (.*?) +#", README, re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_that_it_shows_is_known_to_the_parser(command, monkeypatch):
    """Parsed, not run: each command's function is replaced."""
    words = re.sub(r"\S+\.csv", str(ROOT / "toylab/data/sine.csv"), command).split()
    parsed = []
    monkeypatch.setattr("toylab.cli.parser.Parser.parse_args", lambda *_: _stop(parsed, *_))
    with pytest.raises(_Parsed):
        main(words)
    assert parsed[0].command == words[0]


class _Parsed(Exception):
    pass


def _stop(parsed, parser, words):
    import argparse

    parsed.append(argparse.ArgumentParser.parse_args(parser, words))
    raise _Parsed
