"""How soon does a figure follow its slider? `python -m tests.slider`; a page's stem alone is quick.

Starts a server and opens pages in Chromium. On each, arrow keys move the first slider beside the
figure: there and back once, so that fits are remembered, then again while this measures, in the
browser's own clock, from the keydown to the last change of the chart's marks. With `--root` the
same for the app in another folder.
"""

import argparse
import shutil
import statistics
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page, sync_playwright

from tests.browser.conftest import FLAGS, NAMES
from toylab.benchmarks.classroom import Lesson, serving
from toylab.benchmarks.process_use import use

ROOT = Path(__file__).parent.parent
FAST = [flag for flag in FLAGS if "js-flags" not in flag]  # it compiles as a reader's does
VIEW = {"width": 1366, "height": 768}
SLIDER = ".st-key-knobs .stSlider input[type=range]"
QUIET = 150  # milliseconds without a message or a change: the page has followed
# When a key went down, a message went out, messages came in, and marks changed; milliseconds.
TRACE = """
window.trace = { keys: [], sent: [], came: [], marks: [] };
const Plain = WebSocket;
WebSocket = class extends Plain {
  constructor(...how) {
    super(...how);
    this.addEventListener("message", ({ data }) =>
      trace.came.push({ at: performance.now(), bytes: data.byteLength }));
  }
  send(data) {
    trace.sent.push(performance.now());
    super.send(data);
  }
};
addEventListener("keydown", (event) => trace.keys.push(event.timeStamp), true);
new MutationObserver((changes) => {
  if (changes.some(({ target }) => target.parentElement?.closest(".stVegaLiteChart svg"))) {
    trace.marks.push(performance.now());
  }
}).observe(document, { attributes: true, characterData: true, childList: true, subtree: true });
"""
FOLLOWED = f"""() => {{
  const {{ sent, came, marks }} = trace, last = Math.max(...came.map(({{ at }}) => at), ...marks);
  return document.querySelector('[data-testid=stApp][data-test-script-state=notRunning]')
    && sent.length && came.length && performance.now() - last > {QUIET};
}}"""
DRAWN = """() => document.querySelector('[data-testid=stApp][data-test-script-state=notRunning] h1')
  && !document.querySelector('[data-testid=stSkeleton]')
  && [...document.querySelectorAll('.stVegaLiteChart')].every((chart) => chart.querySelector('svg'))
"""
COLUMNS = (
    "page", "median", "p90", "redrawn", "sends", "answers", "server", "browser", "messages", "kB",
)  # fmt: skip


def moved(page: Page, key: str) -> dict[str, Any]:
    """What was traced of one press of an arrow key, once the page has followed."""
    page.evaluate("trace.keys = []; trace.sent = []; trace.came = []; trace.marks = []")
    page.keyboard.press(key)
    page.wait_for_function(FOLLOWED, polling=20)
    return dict(page.evaluate("trace"))


def timed(trace: dict[str, Any]) -> dict[str, float]:
    """From the key to the marks, and its parts, milliseconds; messages and kB of a move.

    A line that is dragged moves before the server answers: that is not counted. Where no mark
    changes, as with a setting of a run to come, the last message counts.
    """
    key, sent, came = trace["keys"][0], trace["sent"][0], trace["came"]
    marks = [at for at in trace["marks"] if at >= came[0]["at"]]
    return {
        "all": (marks[-1] if marks else came[-1]["at"]) - key, "redrawn": bool(marks),
        "sends": sent - key, "answers": came[-1]["at"] - sent,
        "messages": len(came), "kB": sum(one["bytes"] for one in came) / 1000,
    }  # fmt: skip


def steps(page: Page) -> list[str]:
    """Arrow keys there and back, as far as the first slider goes; none without a slider."""
    sliders = page.locator(SLIDER).filter(visible=True)
    if not sliders.count() or not page.locator(".st-key-figure .stVegaLiteChart").count():
        return []
    slider = sliders.first
    slider.focus()
    low, high, step, at = (
        float(slider.evaluate(f"one => one.{name}")) for name in ("min", "max", "step", "value")
    )
    far = min(10, round((high - at) / step))
    key, back = ("ArrowRight", "ArrowLeft") if far else ("ArrowLeft", "ArrowRight")
    far = far or min(10, round((at - low) / step))
    return [key] * far + [back] * far


def measure(
    page: Page, devtools: CDPSession, url: str, stem: str, moves: int, server: int
) -> list[str]:
    """A row of the table; empty for a page without a slider beside a figure."""
    page.goto(f"{url}/{stem}?ask=off")
    for _ in range(2):  # a cold server begins twice
        page.wait_for_function(DRAWN)
        page.wait_for_timeout(2 * QUIET)
    keys = steps(page)
    if not keys:
        return []
    for key in keys:
        moved(page, key)
    before = use(server).cpu, busy(devtools)
    several = [timed(moved(page, keys[k % len(keys)])) for k in range(moves)]
    spent = 1000 * (use(server).cpu - before[0]), busy(devtools) - before[1]
    of = {name: [one[name] for one in several] for name in several[0]}
    middle = {name: statistics.median(values) for name, values in of.items()}
    late = statistics.quantiles(of["all"], n=10)[-1]
    numbers = (middle["all"], late, sum(of["redrawn"]), middle["sends"], middle["answers"],
               *(of_all / moves for of_all in spent), middle["messages"], middle["kB"])  # fmt: skip
    return [stem, *(f"{number:.0f}" for number in numbers)]


def busy(browser: CDPSession) -> float:
    """The processor time of the browser's pages so far, milliseconds."""
    processes = browser.send("SystemInfo.getProcessInfo")["processInfo"]
    return 1000 * sum(one["cpuTime"] for one in processes if one["type"] == "renderer")


def main() -> int:
    """Measure each page; print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="*", help="stems; all, if none is given")
    parser.add_argument("--root", type=Path, default=ROOT, help="the folder of the app")
    parser.add_argument("--moves", type=int, default=20)
    chosen = parser.parse_args()
    stems = chosen.pages or sorted(path.stem for path in (chosen.root / "pages").glob("*.py"))
    line = "{:16}" + "{:>9}" * (len(COLUMNS) - 1) + "\n"
    sys.stdout.write(line.format(*COLUMNS))
    chromium = next(filter(None, map(shutil.which, NAMES)), None)
    lesson = Lesson(root=str(chosen.root))
    with serving(lesson) as ((url,), (server,)), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FAST)
        page = browser.new_page(viewport=VIEW)
        page.add_init_script(TRACE)
        devtools = browser.new_browser_cdp_session()
        for stem in stems:
            if row := measure(page, devtools, url, stem, chosen.moves, server):
                sys.stdout.write(line.format(*row))
                sys.stdout.flush()
        browser.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
