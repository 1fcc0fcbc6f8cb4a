"""Benchmark of the app with a class: how long a page takes to follow a slider.

It starts the app's server and, in a process of its own, so many visitors, who speak to it as a
browser's tab does (`ui.load_test`): each walks a way through, moves a slider every two to six
seconds, and waits for the server's last message of the run. That is all of what a browser waits
for but the network and its own drawing, which thirty laptops do for themselves. An interface for
programs would be simpler to speak to, and another way through the server than a visitor's.
"""

import json
import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toylab.benchmarks.process_use import Use, use

ROOT = Path(__file__).resolve().parents[2]
LOOK = 1.0  # seconds between two looks at the servers
PATIENCE = 60.0  # seconds a server may take to start


@dataclass(frozen=True)
class Lesson:
    """What is measured."""

    visitors: int = 30
    minutes: float = 3.0
    pause: float = 4.0  # seconds between two moves, between half and one and a half of it
    train: int = 0  # visitors who press Run, again and again
    servers: int = 1  # that share the visitors
    root: str = str(ROOT)  # the checkout whose app is served

    def __post_init__(self) -> None:
        if not (self.visitors >= 1 and self.servers >= 1 and 0 <= self.train <= self.visitors):
            raise ValueError(
                "visitors and servers must be at least 1, and no more visitors train than there "
                f"are, got {self.visitors} visitors, {self.servers} servers, {self.train} who train"
            )
        for name in "minutes", "pause":
            if not 0 < getattr(self, name) < 1000:
                raise ValueError(
                    f"{name} must be positive and below 1000, got {getattr(self, name)}"
                )


@dataclass(frozen=True)
class Timing:
    """What the visitors waited for, and what that took of the servers together."""

    visitors: int
    moves: int  # of sliders
    median: float  # ms from a move to the page's end
    p95: float  # ms
    pages: int  # opened
    page_median: float  # ms
    page_p95: float  # ms
    lost: int  # visitors
    why_lost: list[str]
    errors: list[str]  # tracebacks on their pages
    trained: int  # studies, to their end
    runs: int  # of scripts and fragments
    cpu_a_run: float  # ms
    memory: tuple[float, float, float]  # MB at the start, in the middle and at the end
    client_cpu: float  # seconds, of the visitors


def classroom(lesson: Lesson, *, as_json: bool) -> int:
    """Measure a class, and print what it waited for."""
    timing = measure(lesson)
    if as_json:
        sys.stdout.write(json.dumps(vars(timing)) + "\n")
        return 0
    sys.stdout.write(
        f"{timing.visitors} visitors, {lesson.minutes:g} minutes\n"
        f"  {timing.moves:5} moves of a slider   median {timing.median:5.0f} ms, "
        f"one in twenty above {timing.p95:5.0f} ms\n"
        f"  {timing.pages:5} pages opened        median {timing.page_median:5.0f} ms, "
        f"one in twenty above {timing.page_p95:5.0f} ms\n"
        f"  {timing.lost:5} visitors lost{': ' if timing.lost else ''}"
        f"{'; '.join(sorted(set(timing.why_lost)))}\n"
        f"  {len(timing.errors):5} tracebacks{': ' if timing.errors else ''}"
        f"{'; '.join(sorted(set(timing.errors)))}\n"
        f"  {timing.trained:5} studies trained\n"
        f"  server: {timing.cpu_a_run:.0f} ms of processor time a run, memory "
        f"{' -> '.join(f'{memory:.0f}' for memory in timing.memory)} MB; "
        f"visitors: {timing.client_cpu:.0f} s\n"
    )
    return 0


def measure(lesson: Lesson) -> Timing:
    """Serve a class, and look at the servers once a second.

    Raises:
        ValueError: if there is no app at the root, as where only the engine is installed.
    """
    if not (Path(lesson.root) / "app.py").is_file():
        raise ValueError(f"root must be a checkout with app.py, got {lesson.root}")
    with serving(lesson) as (urls, pids):
        looks: list[Use] = []
        with subprocess.Popen(
            [sys.executable, "-m", "ui.load_test.visitors", *urls, f"--visitors={lesson.visitors}",
             f"--seconds={60 * lesson.minutes}", f"--train={lesson.train}",
             f"--pause={lesson.pause}"],
            cwd=ROOT, stdout=subprocess.PIPE, text=True,
        ) as visitors:  # fmt: skip
            assert visitors.stdout
            visitors.stdout.readline()  # the first visitor has paid for what is computed once
            while not looks or visitors.poll() is None:
                looks.append(_together(pids))
                time.sleep(LOOK)
            seen = json.loads(visitors.stdout.read() or "{}")
        if not seen:
            raise SystemExit("the visitors ended early; see above")
    return summary(lesson, seen, looks)


def summary(lesson: Lesson, seen: dict[str, Any], looks: Sequence[Use]) -> Timing:
    """The timing of a class from what visitors saw and the servers' use, from start to end."""
    spent = looks[-1].cpu - looks[0].cpu
    return Timing(
        visitors=lesson.visitors,
        moves=len(seen["moves"]),
        median=1000 * statistics.median(seen["moves"] or [0.0]),
        p95=1000 * late(seen["moves"]),
        pages=len(seen["pages"]),
        page_median=1000 * statistics.median(seen["pages"] or [0.0]),
        page_p95=1000 * late(seen["pages"]),
        lost=len(seen["lost"]),
        why_lost=seen["lost"],
        errors=seen["errors"],
        trained=seen["trained"],
        runs=seen["runs"],
        cpu_a_run=1000 * spent / max(1, seen["runs"]),
        memory=(looks[0].memory, looks[len(looks) // 2].memory, looks[-1].memory),
        client_cpu=seen["client_cpu"],
    )


def late(seconds: Sequence[float], share: float = 0.95) -> float:
    """The time that a share of them did not exceed; 0 of none."""
    ordered = sorted(seconds)
    return ordered[int(share * (len(ordered) - 1))] if ordered else 0.0


@contextmanager
def serving(lesson: Lesson) -> Iterator[tuple[list[str], list[int]]]:
    """The addresses and process numbers of so many servers of the app; they end with this."""
    ports = [_free_port() for _ in range(lesson.servers)]
    share = max(1, (os.cpu_count() or 1) // lesson.servers)  # of the cores, to train on
    servers = [
        subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true",
             "--server.address=127.0.0.1", f"--server.port={port}"],
            cwd=lesson.root, stdout=subprocess.DEVNULL,
            env=os.environ | ({"TOYLAB_WORKERS": str(share)} if lesson.servers > 1 else {}),
        )
        for port in ports
    ]  # fmt: skip
    try:
        urls = [f"http://127.0.0.1:{port}" for port in ports]
        for url in urls:
            _wait(url)
        yield urls, [server.pid for server in servers]
    finally:
        for server in servers:
            server.terminate()
        for server in servers:
            server.wait(20)


def _together(pids: Sequence[int]) -> Use:
    each = [use(pid) for pid in pids]
    return Use(sum(one.cpu for one in each), sum(one.memory for one in each))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait(url: str) -> None:
    """Until the server answers."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(url + "/_stcore/health", timeout=1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("the server did not start")
