"""A visitor who follows one link to a server."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from urllib.parse import urlencode

from ui.load_test.client import Tab, connected

R = TypeVar("R")


def follow(url: str, page: str, query: list[tuple[str, str]]) -> Tab:
    """The new tab in which a link was opened, once its page has run to the end."""
    return run(_follow(url, page, urlencode(query)))


async def _follow(url: str, page: str, query: str) -> Tab:
    async with connected(url, compression=None) as tab:
        await tab.open(page, query)
        return tab


def run(coroutine: Coroutine[Any, Any, R]) -> R:
    """The result of a coroutine, in a thread of its own: Playwright's loop runs in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()
