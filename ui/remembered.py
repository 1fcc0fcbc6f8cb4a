"""Blocks remembered: what a page shows for the settings that were asked for last, by whomever.

A slider that comes back to a stop, and everybody else in the class who is there, gets the
figure that was made for the first.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, wraps
from typing import Any

LAST = 32  # settings a function: a figure and its tables take some 100 kB


def remembered(blocks: Callable[..., Iterable[Any]]) -> Callable[..., Iterator[Any]]:
    """A function of blocks that makes them once for equal arguments; these have to be frozen.

    What is `live` still grows, and is made each time.
    """

    @lru_cache(maxsize=LAST)
    def made(*given: Any) -> tuple[Any, ...]:
        return tuple(blocks(*given))

    @wraps(blocks)
    def again(*given: Any) -> Iterator[Any]:
        try:
            growing = any(getattr(each, "live", False) for each in given)
            layout = blocks(*given) if growing else made(*given)
        except ValueError:
            layout = blocks(*given)  # what it says before it refuses is shown, too
        yield from layout

    return again
