"""How quickly do pages follow when a whole class moves sliders? `python tests/load.py 30`.

Starts a server and so many visitors, who speak to it as a browser does: each opens a page and
then moves a slider every two to six seconds. Prints how long the page took to follow. With
`--train` somebody trains language models meanwhile.
"""

import argparse
import random
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

ROOT = Path(__file__).parent.parent
MOVES = (
    ("kaplan", "kaplan_factor", ("2", "3", "5", "10", "20", "50", "100")),
    ("allocation", "allocation_budget", ("1e20", "1e21", "1e22", "1e23", "1e24")),
    ("critical_batch", "critical_batch", ("524k", "1.05M", "2.1M", "4.19M")),
)


class Visitor:
    """One browser tab, without the drawing."""

    def __init__(self, url: str, page: str, query: str = "ask=off") -> None:
        self.socket = connect(url.replace("http", "ws") + "/_stcore/stream", max_size=None)
        self.page, self.query, self.ids = page, query, {}
        self.run()

    def run(self, **states: object) -> float:
        """Run the page with some widgets set; seconds until it has run."""
        ask = BackMsg()
        ask.rerun_script.page_name, ask.rerun_script.query_string = self.page, self.query
        for key, value in states.items():
            state = ask.rerun_script.widget_states.widgets.add(id=self.ids[key])
            if value is True:
                state.trigger_value = True
            else:
                state.string_array_value.data.append(value)
        start = time.perf_counter()
        self.socket.send(ask.SerializeToString())
        while True:
            said = ForwardMsg.FromString(self.socket.recv(timeout=120))
            element = said.delta.new_element
            for kind in "slider", "button":
                if said.HasField("delta") and element.HasField(kind):
                    name = getattr(element, kind).id
                    self.ids[name.split("-", 2)[-1]] = name
            if said.HasField("script_finished"):
                return time.perf_counter() - start


def visit(url: str, number: int, seconds: float, took: list[float]) -> None:
    """Open a page, then move its slider now and then, as a student does."""
    draw = random.Random(number)
    page, key, values = MOVES[number % len(MOVES)]
    visitor = Visitor(url, page)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(draw.uniform(2, 6))
        took.append(visitor.run(**{key: draw.choice(values)}))


def measure(url: str, students: int, seconds: float, train: bool) -> None:
    """So many visitors at once."""
    if train:
        query = f"charlm_seed={random.randrange(10**6)}&charlm_seeds=16"
        Visitor(url, "charlm", query).run(lm_run=True)
    took: list[float] = []
    visitors = [
        threading.Thread(target=visit, args=(url, k, seconds, took)) for k in range(students)
    ]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    took.sort()
    middle, late = statistics.median(took), took[int(0.95 * len(took))]
    sys.stdout.write(
        f"{students} students, {len(took)} moves{', training' if train else ''}: "
        f"median {1000 * middle:.0f} ms, one in twenty above {1000 * late:.0f} ms\n"
    )


def main() -> int:
    """Measure, and print milliseconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("students", type=int, nargs="+")
    parser.add_argument("--seconds", type=float, default=40)
    parser.add_argument("--train", action="store_true")
    chosen = parser.parse_args()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true",
               f"--server.port={port}"]  # fmt: skip
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        url = wait(f"http://127.0.0.1:{port}")
        for page, *_ in MOVES:  # the first visitor of all pays for what is computed once
            Visitor(url, page)
        for students in chosen.students:
            measure(url, students, chosen.seconds, chosen.train)
    finally:
        server.terminate()
        server.wait(20)
    return 0


def wait(url: str) -> str:
    """The address, once the server answers."""
    for _ in range(120):
        try:
            urllib.request.urlopen(url + "/_stcore/health", timeout=1).close()
        except OSError:
            time.sleep(0.25)
        else:
            return url
    raise SystemExit("the server did not start")


if __name__ == "__main__":
    raise SystemExit(main())
