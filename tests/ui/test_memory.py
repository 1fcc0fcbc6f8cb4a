"""What a server remembers for its visitors has a bound."""

import ast
import gc
import weakref
from pathlib import Path

from toylab.teaching import search
from ui import memory

UI = sorted((Path(__file__).parents[2] / "ui").rglob("*.py"))


def test_a_cache_that_visitors_can_fill_is_bounded():
    """Python's own `cache` keeps an answer for every argument it has seen, for ever."""
    functions = (
        function
        for path in UI
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef) and function.args.args
    )
    unbounded = [
        function.name
        for function in functions
        for decorator in function.decorator_list
        if isinstance(decorator, ast.Name) and decorator.id == "cache"
    ]
    assert unbounded == []


def test_what_visitors_search_for_is_forgotten_in_the_end():
    assert search.stems.cache_info().maxsize
    assert search.likeness.cache_info().maxsize


class Left:
    """Something that a visitor leaves behind, and that holds on to itself."""

    def __init__(self):
        self.me = self


def test_what_a_visitor_left_behind_is_found_at_the_next_search(monkeypatch):
    monkeypatch.setattr(memory, "_HEAP", heap := memory._Heap())
    memory.freeze_heap()  # searches, and what it found is out of the way
    visitor = Left()
    seen = weakref.ref(visitor)
    heap.frozen -= memory.SETTLES  # a while later
    memory.freeze_heap()
    del visitor
    gc.collect()
    assert seen()
    heap.frozen -= memory.SETTLES
    heap.searched -= memory.SEARCHES
    memory.freeze_heap()
    assert not seen()
