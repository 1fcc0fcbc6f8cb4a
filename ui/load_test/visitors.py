"""Visitors of a server, who walk a way through and move sliders.

The client's half of `python -m toylab bench class`: `python -m ui.load_test.visitors URL`, in a
process of its own. Prints a line once every page has been opened by one visitor, who pays for
what is computed once, and then as JSON what the class saw; see `Visits`.
"""

import argparse
import asyncio
import json
import random
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from urllib.parse import urlencode

from websockets.exceptions import ConnectionClosed

from toylab.teaching.course import Trail
from toylab.teaching.ways import WAYS
from ui.load_test.client import Tab, connected

STAY = (3, 8)  # moves at a step
STUDY, RUN, SEED = "sine", "sine_run", "sine_seed"  # a page that trains, its button, its seed


@dataclass
class Visits:
    """What visitors waited for."""

    moves: list[float] = field(default_factory=list)  # seconds from a slider to the page's end
    pages: list[float] = field(default_factory=list)  # seconds from a step to the page's end
    runs: int = 0  # of scripts and fragments
    trained: int = 0  # studies from Run to their end
    lost: list[str] = field(default_factory=list)  # why each lost visitor went
    errors: list[str] = field(default_factory=list)  # tracebacks on their pages
    client_cpu: float = 0.0  # seconds


async def walk(tab: Tab, visits: Visits, draw: random.Random, end: float, pause: float) -> None:
    """Walk a way: at each step open its page, and move its sliders now and then."""
    trail = Trail(draw.choice(list(WAYS.values())))
    trail = trail.to(draw.randint(1, len(trail.way.steps)))  # a class is not in step
    while time.monotonic() < end:
        link = trail.step.link
        query = urlencode({**link.query, **trail.query, "ask": "off"}, doseq=True)
        visits.pages.append(await tab.open(link.page, query))
        for _ in range(draw.randint(*STAY)):
            await asyncio.sleep(
                min(draw.uniform(0.5, 1.5) * pause, max(0.0, end - time.monotonic()))
            )
            if time.monotonic() >= end:
                return
            if tab.sliders:
                visits.moves.append(await tab.move(draw))
        trail = trail.onward()


async def study(tab: Tab, visits: Visits, end: float) -> None:
    """Train a study with a seed that nobody else has, look on, and train the next."""
    while time.monotonic() < end:
        await tab.open(STUDY, f"ask=off&{SEED}={random.randrange(1000, 10**6)}")
        if RUN not in tab.buttons:  # it cannot be pressed while another run of this tab trains
            await asyncio.sleep(0.5)
            continue
        await tab.press(RUN)
        while (tab.ticking or tab.running) and time.monotonic() < end:
            await asyncio.sleep(0.1)
        visits.trained += not tab.ticking


async def visit(
    url: str, number: int, visits: Visits, end: float, trains: bool, pause: float
) -> None:
    """One visitor, from arrival until the class is over or the connection is."""
    draw = random.Random(number)
    if not trains:
        await asyncio.sleep(draw.uniform(0, min(pause, end - time.monotonic())))
    try:
        async with connected(url) as tab:
            doing = asyncio.create_task(
                study(tab, visits, end) if trains else walk(tab, visits, draw, end, pause)
            )
            await asyncio.wait((tab.ear, doing), return_when=asyncio.FIRST_COMPLETED)
            if not doing.done():
                visits.lost.append("the server closed the connection")
            doing.cancel()
            with suppress(asyncio.CancelledError):
                await doing
            visits.runs += tab.runs
            visits.errors += tab.errors
    except (OSError, TimeoutError, ConnectionClosed) as trouble:
        visits.lost.append(str(trouble) or type(trouble).__name__)


async def gather(urls: list[str], chosen: argparse.Namespace) -> Visits:
    """So many visitors at once, dealt out to the servers; so many of them train."""
    visits, end = Visits(), time.monotonic() + chosen.seconds
    await asyncio.gather(
        *(
            visit(urls[k % len(urls)], k, visits, end, k < chosen.train, chosen.pause)
            for k in range(chosen.visitors)
        )
    )
    visits.client_cpu = time.process_time()
    return visits


async def warm(url: str) -> None:
    """The first visitor of all: every page of every way."""
    async with connected(url) as tab:
        for page in {step.link.page: None for way in WAYS.values() for step in way.steps}:
            await tab.open(page, "ask=off")


def main() -> None:
    """Visit, and print what was waited for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("urls", nargs="+")
    parser.add_argument("--visitors", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--train", type=int, default=0)
    parser.add_argument("--pause", type=float, default=4.0)  # seconds between two moves
    chosen = parser.parse_args()
    for url in chosen.urls:
        asyncio.run(warm(url))
    sys.stdout.write("warm\n")
    sys.stdout.flush()
    visits = asyncio.run(gather(chosen.urls, chosen))
    sys.stdout.write(json.dumps(asdict(visits)) + "\n")


if __name__ == "__main__":
    main()
