"""A server of our own and a real Chromium. Without one the tests skip; under CI they fail."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

ROOT = Path(__file__).parents[2]
PATIENCE = 30_000  # milliseconds: a processor may be shared
OFTEN = 100  # milliseconds between looks: at every frame, as is usual, they fill a processor
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--js-flags=--no-turbofan --no-maglev",  # no page is open for so long that these pay
]  # fmt: skip


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("CI must have a Chromium: the browser tests do not skip there")
        pytest.skip("no Chromium here")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def serve(module: str) -> tuple[str, subprocess.Popen[bytes]]:
    """Start a server by the module that does what `streamlit` does; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", module, "run", "app.py", "--server.headless=true"]
    where = [f"--server.port={port}", "--server.address=127.0.0.1"]
    server = subprocess.Popen(command + where, cwd=ROOT, stdout=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    for _ in range(120):
        try:
            urllib.request.urlopen(url + "/_stcore/health", timeout=1).close()
        except OSError:
            time.sleep(0.25)
        else:
            return url, server
    raise RuntimeError("the server did not start")


@pytest.fixture(scope="session")
def url() -> Iterator[str]:
    url, server = serve("tests.browser.server")
    yield url
    server.terminate()
    server.wait(20)


@pytest.fixture(scope="module")
def cold_url() -> Iterator[str]:
    """The address of a server on which a module's tests are the first visitors."""
    url, server = serve("streamlit")
    yield url
    server.terminate()
    server.wait(20)


WIDE = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
HERE = ("http://127.0.0.1:", "data:", "blob:", "file:")
SETTLED = """() => {
  const all = kind => [...document.querySelectorAll(kind)];
  return document.querySelector('[data-testid=stApp][data-test-script-state=notRunning] h1')
    && !all('[data-testid=stSkeleton]').length
    && all('.stVegaLiteChart').every(chart => chart.querySelector('svg[aria-hidden]'))
    && !document.getAnimations().some(one => one.playState === 'running');
}"""
Visit = Callable[..., Page]


@pytest.fixture(scope="session")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """What all tests share, so that a script is fetched and compiled once."""
    context = browser.new_context(viewport=WIDE, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    context.new_page()
    yield context
    context.close()


@contextmanager
def watched(context: BrowserContext) -> Iterator[None]:
    """No script fails there in the meantime, and no other host is asked for anything."""
    errors: list[str] = []
    others: list[str] = []
    listeners = {
        "weberror": lambda error: errors.append(str(error.error)),
        "request": lambda request: request.url.startswith(HERE) or others.append(request.url),
    }
    for event, listener in listeners.items():
        context.on(event, listener)
    yield
    for event, listener in listeners.items():
        context.remove_listener(event, listener)
    assert errors == []
    assert others == []


@pytest.fixture
def visit(context: BrowserContext) -> Iterator[Visit]:
    """Open an address as a new visitor and wait until all is drawn; `script` runs first.

    The first visitor of a test has the tab that is always open, others have one of their own.
    """
    tabs = context.pages[:1]

    def visit(
        address: str, *, viewport: Any = WIDE, color_scheme: Any = "light", script: str = ""
    ) -> Page:
        page = tabs.pop() if tabs and not script else context.new_page()
        page.set_viewport_size(viewport)
        page.emulate_media(color_scheme=color_scheme)
        if script:
            page.add_init_script(script)
        page.goto(address)
        settle(page)
        return page

    with watched(context):
        yield visit
    for page in context.pages:  # a new visitor has nothing in store
        if page.url.startswith("http"):
            page.evaluate("localStorage.clear(); sessionStorage.clear()")
    context.clear_cookies()
    for page in context.pages[1:]:
        page.close()


@pytest.fixture
def look(visit: Visit) -> Visit:
    """The same for a visitor who would rather see every figure at once than guess first."""
    return lambda address, **how: visit(f"{address}{'&' if '?' in address else '?'}ask=off", **how)


def settle(page: Page) -> None:
    """Wait until the script has run, every part is drawn and nothing moves."""
    until(page, SETTLED)


def until(page: Page, true: str, arg: object = None, timeout: float = PATIENCE) -> None:
    """Wait until an expression, or a function of `arg`, is true in the page."""
    page.wait_for_function(true, arg=arg, polling=OFTEN, timeout=timeout)
