"""A visitor who follows one link to a server."""

import asyncio
from urllib.parse import urlencode

from ui.load_test.client import Tab, connected


def follow(url: str, page: str, query: list[tuple[str, str]]) -> Tab:
    """The new tab in which a link was opened, once its page has run to the end."""
    return asyncio.run(_follow(url, page, urlencode(query)))


async def _follow(url: str, page: str, query: str) -> Tab:
    async with connected(url, compression=None) as tab:
        await tab.open(page, query)
        return tab
