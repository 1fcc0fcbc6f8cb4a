"""What a server remembers for its visitors has a bound."""

import ast
from pathlib import Path

import pytest

from toylab.teaching import search

UI = sorted((Path(__file__).parents[2] / "ui").rglob("*.py"))


@pytest.mark.parametrize("path", UI, ids=lambda path: str(path.relative_to(UI[0].parent)))
def test_a_cache_that_visitors_can_fill_is_bounded(path):
    """Python's own `cache` keeps an answer for every argument it has seen, for ever."""
    for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(function, ast.FunctionDef):
            for decorator in function.decorator_list:
                if isinstance(decorator, ast.Name) and decorator.id == "cache":
                    assert not function.args.args, function.name


def test_what_visitors_search_for_is_forgotten_in_the_end():
    assert search.stems.cache_info().maxsize
    assert search.likeness.cache_info().maxsize
