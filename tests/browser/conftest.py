"""A server of our own and a real Chromium. Without one the tests skip; under CI they fail."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parent.parent.parent
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
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


def serve() -> tuple[str, subprocess.Popen[bytes]]:
    """Start a server, as `streamlit run app.py` does; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
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
    url, server = serve()
    yield url
    server.terminate()
    server.wait(20)


@pytest.fixture
def cold_url() -> Iterator[str]:
    """The address of a server that nobody has opened a page of."""
    url, server = serve()
    yield url
    server.terminate()
    server.wait(20)


Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Open an address as a new visitor; `script` runs first, the rest is for the context.

    It is open once its charts are drawn, or once there is what `settled` selects.
    """
    contexts = []

    def visit(address: str, *, script: str = "", settled: str = "", **how: object) -> Page:
        contexts.append(browser.new_context(**{"viewport": {"width": 1366, "height": 768}} | how))
        if script:
            contexts[-1].add_init_script(script)
        page = contexts[-1].new_page()
        page.set_default_timeout(30_000)
        page.goto(address)
        if settled:
            page.wait_for_selector(settled)
        else:
            settle(page)
        return page

    yield visit
    for context in contexts:
        context.close()


@pytest.fixture
def look(visit: Visit) -> Visit:
    """The same for a visitor who would rather see every figure at once than guess first."""
    return lambda address, **how: visit(f"{address}{'&' if '?' in address else '?'}ask=off", **how)


def settle(page: Page) -> None:
    """Wait until the script has run and its charts are drawn."""
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
    page.wait_for_selector(".stVegaLiteChart svg")
