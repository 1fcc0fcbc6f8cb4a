"""The few Streamlit pieces every page shares. The only place that knows both sides."""

import toylab  # noqa: F401 (it settles how numpy computes, so it comes before numpy)

# isort: split
import gc
import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import cache
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlencode, urlsplit

import pandas as pd
import streamlit as st

from toylab import (
    course,
    devices,
    glossary,
    jobs,
    journal,
    lesson,
    old_links,
    predict,
    report,
    runs,
    source,
)
from toylab.charts import house
from toylab.charts.house import Chart
from toylab.laws import Law, Paper
from toylab.places import SECTIONS, TITLES, Place
from toylab.progress import Progress, duration
from toylab.quantities import nearest
from toylab.shown import Shown, choose
from toylab.worked import Example

P = ParamSpec("P")
R = TypeVar("R")
Rows = Sequence[Mapping[str, Any]]

HAND_IN = """
button { font: inherit; padding: 0.4rem 0.9rem; border-radius: var(--st-button-radius);
  border: 1px solid var(--st-border-color); background: var(--st-background-color);
  color: var(--st-text-color); cursor: pointer; }
button:hover, button:focus-visible { border-color: var(--st-primary-color);
  outline: 2px solid var(--st-primary-color); }
"""
LONGEST = 1800.0  # seconds: what one visitor may ask of the line that all wait in
SETTLES, SEARCHES = 3.0, 600.0  # seconds between two times; see `_settle`
POLL = 0.5  # seconds between two looks at a live run
KINDS = {  # where a figure's numbers come from: said in the same place and colour on every page
    "live": ("green", "trained just now on this machine"),
    "recorded": (
        "blue",
        "real runs of this engine, made before, with the command that made them",
    ),
    "published": ("violet", "numbers from the papers named beside it"),
    "simulated": ("orange", "drawn from a formula, not measured"),
}
# Less air at the sides; and text that the theme greys below 4.5 to 1 gets the text's colour.
STYLE = """
.stMainBlockContainer { padding-inline: clamp(1rem, 3vw, 3rem); }
.stVegaLiteChart svg text { fill: currentColor; }
[data-testid="stCaptionContainer"] { color: inherit; opacity: 1; }
[data-testid="stBaseButton-primary"]:enabled { color: light-dark(#fff, #10161c); }
[data-testid="stMarkdownContainer"]:has(> table) { overflow-x: auto; }
[data-testid="stPageLink"] p { white-space: normal; line-height: 1.2; padding-block: 0.2rem; }
[data-testid="stPageLink"] :is(div, a, span) { height: auto; }
"""
# A screen reader has a figure's finding and the sentence below it, not a thousand marks; what
# a new step asks is brought into sight; a phone's menu closes when a page is chosen.
SCRIPT = """<script>
if (!window.attends) {
  window.attends = new MutationObserver(() => {
    document.querySelectorAll(".stVegaLiteChart > svg:not([aria-hidden])").forEach((svg) =>
      svg.setAttribute("aria-hidden", "true"));
    const step = document.querySelector(".st-key-guide strong")?.textContent;
    if (step && step !== window.step) {
      document.querySelector(".st-key-guide").scrollIntoView({ block: "center" });
    }
    window.step = step;
  });
  const all = { childList: true, subtree: true, characterData: true };
  window.attends.observe(document.body, all);
  document.addEventListener("click", (event) => {
    if (innerWidth < 768 && event.target.closest('[data-testid="stSidebar"] a')) {
      document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
    }
  });
}
</script>"""
# For a projector: large type, and nothing but the page.
STAGE = """
html { font-size: 21px !important; }
.stMainBlockContainer { padding-top: 0.5rem; }
kbd { color: inherit !important; opacity: 1 !important; }
[data-testid="stSidebar"], [data-testid="stExpandSidebarButton"], [data-testid="stHeader"] {
  display: none;
}
"""


def menu() -> dict[str, list[st.Page]]:
    """Every page, by section, in reading order."""
    return {
        section: [
            st.Page(f"pages/{stem}.py", title=title, default=stem == "home")
            for stem, title in pages.items()
        ]
        for section, pages in SECTIONS.items()
    }


def frame() -> st.Page:
    """What surrounds every page; app.py runs the page it returns."""
    st.set_page_config(
        page_title="Toylab",
        page_icon="📉",
        layout="wide",
        initial_sidebar_state=260,
    )
    chosen, state = st.navigation(menu(), position="hidden"), st.session_state
    page = chosen.url_path or "home"
    arrived, state["framed"], state["page"] = state.get("page") != page, True, page
    _go_on(state.pop("next", None))
    query = st.query_params.to_dict()
    state["kept"], state["knobs"] = lesson.kept(query), {}
    if arrived:  # what an address says wins over what was kept, even where it is the default
        for key in set(query) - set(lesson.KEPT):
            state.pop(key, None)
    present = presenting()
    hide = lesson.style(lesson.hidden(query))
    st.html(f"<style>{STYLE}{hide}{STAGE if present else ''}</style>")
    st.html(SCRIPT, unsafe_allow_javascript=True)
    _settle()
    _keep_my_jobs()
    _side()
    _guide(course.read(query), present)
    return chosen


def foot() -> None:
    """What ends every page: its words, a link for a class, and the reader's report."""
    page, state = st.session_state["page"], st.session_state
    words = glossary.on(page)
    if words:
        with drawer("Words on this page", ":material/dictionary:", page) as opened:
            if opened:
                st.markdown("\n".join(f"- {term.line}" for term in words))
                way_to(Place("glossary"), "Every word and symbol, and every paper")
    if any(state["knobs"].values()):
        _lesson()
    if state["knobs"] or state.get("journal"):
        _report()


def _side() -> None:
    """The menu; its links keep what goes along from page to page."""
    state = st.session_state
    with st.sidebar:
        _links(SECTIONS.items())
        with st.container(gap="small", key="stage"):
            state["stage_ask"] = asks()
            st.toggle(
                "Ask me first", key="stage_ask", on_change=_stage, args=("ask", "off"),
                help="Every page asks for a guess before it shows its figure.",
            )  # fmt: skip
            st.button(
                "Present", icon=":material/slideshow:", on_click=_stage, width="stretch",
                args=("present", "on"), help="Large type, no menu; Page Up and Page Down turn "
                "the pages, Escape ends it.",
            )  # fmt: skip


def _links(sections: Iterable[tuple[str, Mapping[str, str]]]) -> None:
    """Links to pages under the names of their sections."""
    for section, pages in sections:
        with st.container(gap=None):
            st.markdown(f"**{section}**")
            for stem, title in pages.items():
                kept = st.session_state["kept"]
                st.page_link(f"pages/{stem}.py", label=title, query_params=kept)


def _stage(name: str, value: str) -> None:
    """Set something that goes along from page to page, or take it back."""
    if st.query_params.get(name) == value:
        del st.query_params[name]
    else:
        st.query_params[name] = value


def _guide(trail: course.Trail | None, present: bool) -> None:
    """Where the reader is on a way through, and what to do there; or the pages, presented."""
    if trail is None and not present:
        return
    keys = ("PageUp", "PageDown", "Escape") if present else (None, None, None)
    (back, earlier), (on, later) = _neighbours(trail)
    here = st.session_state["page"]
    with st.container(
        border=True, key="guide", horizontal=True, vertical_alignment="center", gap="small"
    ):
        st.markdown(_step(trail) if trail else f"**{TITLES[here]}**", width="stretch")
        st.button(back, shortcut=keys[0], disabled=earlier is None, on_click=_turn,
                  args=(earlier,), key="guide_back")  # fmt: skip
        st.button(on, type="primary", shortcut=keys[1], disabled=later is None,
                  on_click=_turn, args=(later,), key="guide_on")  # fmt: skip
        if trail and not trail.over:
            if here != trail.step.place.page:
                st.button("To the page of this step", icon=":material/undo:", on_click=_turn,
                          args=(trail,))  # fmt: skip
            with st.popover("What to notice", icon=":material/visibility:"):
                st.markdown(trail.step.notice)
        if present:
            st.button("Stop presenting", shortcut=keys[2], on_click=_stage,
                      args=("present", "on"), type="tertiary")  # fmt: skip
        if trail:
            st.button("Leave this way", on_click=_leave, type="tertiary")


def _step(trail: course.Trail) -> str:
    """What there is to do now, and how far along that is."""
    step, way = trail.step, trail.way
    steps = len(way.steps)
    if trail.over:
        return f"**{way.title}: all {steps} steps are done.**"
    return (
        f"**{way.title}, step {trail.at} of {steps}: {step.title}** \N{MIDDLE DOT} "
        f"{step.minutes} min \N{MIDDLE DOT} {len(trail.done)} done  \n{step.do}"
    )


Turn = course.Trail | str | None  # to a step, or to a page by its stem


def _neighbours(trail: course.Trail | None) -> tuple[tuple[str, Turn], tuple[str, Turn]]:
    """What leads back and on, and where to; without a way, through the menu."""
    if trail:
        back = trail.to(trail.at - 1) if trail.at > 1 else None
        if trail.over:
            return ("Back", back), ("To the first page", "home")
        return ("Back", back), ("Done, next", trail.onward())
    stems = list(TITLES)
    at = stems.index(st.session_state["page"])
    later = stems[at + 1] if at + 1 < len(stems) else None
    return ("Back", stems[at - 1] if at else None), ("Next", later)


def _turn(to: course.Trail | str) -> None:
    """Go to a step of a way, its controls set, or to a page; done when the next run begins."""
    query = lesson.kept(st.query_params.to_dict())
    if isinstance(to, str):
        st.session_state["next"] = (to, query)
        return
    place = to.step.place.without(lesson.hidden(query))
    for key, value in place.settings.items():
        st.session_state[key] = value
    st.session_state["next"] = (place.page, lesson.along(query, to))


def _go_on(to: tuple[str, dict[str, str]] | None) -> None:
    if to is None:
        return
    page, query = to
    if page == st.session_state["page"]:
        _leave()  # steps done on another way do not count on this one
        st.query_params.update(query)
    else:
        st.switch_page(f"pages/{page}.py", query_params=query)


def _leave() -> None:
    for name in course.KEYS:
        st.query_params.pop(name, None)


def _lesson() -> None:
    """A link to this page as it is set, with some of its controls hidden."""
    page, state = st.session_state["page"], st.session_state
    with drawer("Make a lesson of this page", ":material/co_present:", page) as opened:
        if not opened:
            return
        titles = {key: title for key, title in state["knobs"].items() if title}
        first = [key for key in titles if key.endswith("_seed")]
        st.markdown(
            "Set the controls as your class should find them, and choose which ones to hide. "
            "A hidden control keeps its value."
            + " The seed is chosen already: then everybody sees the same."
            * bool(first)
        )
        hide = st.multiselect(
            "Hide these controls", list(titles), first, key=f"lesson_{page}",
            format_func=lambda key: f"{titles[key]} ({key})", persist_state="session",
        )  # fmt: skip
        present = st.toggle("Present: large type, no menu", key="lesson_present")
        ask = st.toggle("Ask for a guess before the figures", True, key="lesson_ask")
        address = st.context.url or ""
        link = lesson.link(address, _place().query, hide, present=present, ask=ask)
        st.code(link, language=None, wrap_lines=True)
        if urlsplit(address).hostname in ("localhost", "127.0.0.1"):
            st.caption("This address works on this computer only; see *Teach with it* for a "
                       "server that a class can reach.")  # fmt: skip


def _report() -> None:
    """What the reader did and sees, to hand in."""
    state, page = st.session_state, st.session_state["page"]
    with drawer("Your report", ":material/assignment_turned_in:", page) as opened:
        if not opened:
            return
        entries = state.get("journal", [])
        mine = [entry for entry in entries if entry.page == page]
        others = [entry for entry in entries if entry.page != page]
        st.markdown(
            f"{len(mine)} guesses, answers and runs on this page, {len(others)} on others. The "
            "report has them all, with the figures that are open on this page now. It is one "
            "file, opens without a network, and stays on your computer until you hand it in. "
            "Save it before you reload or close this tab: after that nothing is left."
        )
        name = st.text_input("Your name", key="report_name", persist_state="session")
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
        values = {
            title: state[key] for key, title in state["knobs"].items() if title and key in state
        }
        _hand_in()(
            key=f"report_{page}",
            data={
                "name": f"toylab_{page}",
                "title": TITLES[page],
                "head": report.head(TITLES[page], name, _address(), now) + report.controls(values),
                "tail": report.done(mine, "What you did here")
                + report.done(others, "What you did on other pages"),
            },
        )
        st.download_button(
            f"{len(entries)} lines as CSV", journal.table(entries).to_csv(index=False),
            "toylab_journal.csv", "text/csv", on_click="ignore", disabled=not entries,
        )  # fmt: skip


@cache
def _hand_in() -> Any:
    """A button that gathers the page in the browser, where its figures are drawn."""
    return st.components.v2.component(
        "hand_in",
        html='<button type="button">Report as HTML</button>',
        css=HAND_IN,
        js=report.SCRIPT.read_text(encoding="utf-8"),
    )


def _place() -> Place:
    """This page with its controls as they are."""
    state = st.session_state
    return Place(state["page"], {key: state[key] for key in state["knobs"] if key in state})


def _address() -> str:
    return f"{st.context.url or ''}?{urlencode(_place().query, doseq=True)}"


def warm() -> None:
    """Start the workers, once a page is on the screen."""
    jobs.pool().start()


@dataclass
class _Heap:
    """When what lives on was last put aside, and when it was last looked through."""

    frozen: float = -math.inf  # time.monotonic()
    searched: float = -math.inf


_HEAP = _Heap()


def _settle() -> None:
    """Keep what lives on out of the collection that Streamlit does after every rerun.

    That looks through all the memory of all visitors: with thirty of them it took half of the
    server's time. What died in the meantime is found when everything is looked through again.
    """
    now = time.monotonic()
    if now - _HEAP.frozen < SETTLES:
        return
    _HEAP.frozen = now
    if now - _HEAP.searched > SEARCHES:
        _HEAP.searched = now
        gc.unfreeze()
        gc.collect()
    gc.freeze()


def page(*, title: str, claim: str) -> None:
    """The head of a page: the question, and the claim in a line."""
    if "framed" not in st.session_state:
        # A page's own link, opened first on a cold server: Streamlit finds a pages/ folder and
        # runs the file without app.py. Declaring the menu ends that mode; run again, framed.
        st.navigation(menu())
        st.rerun()
    st.title(title, anchor=False)
    if not presenting():  # whoever presents says it
        st.markdown(claim)


def label(
    kind: str, settings: str, made: str = "", *sources: Paper | Law[Any], stale: bool = False
) -> None:
    """Which of the four kinds a figure is, its settings and sources; `made` on a hover."""
    cited = dict.fromkeys(source.cited for source in sources)
    links = "".join(f" \N{MIDDLE DOT} {source}" for source in cited)
    st.session_state["labelled"] = settings
    st.markdown(f":{KINDS[kind][0]}-badge[{kind}] {settings}{links}", help=made or None)
    if stale:
        st.caption("Not yet the settings on the left: press Run to train those.")


def knob(key: str, title: str = "") -> dict[str, Any]:
    """The arguments that put a widget in the link and keep its value across pages."""
    st.session_state["knobs"][key] = title
    return {"key": key, "bind": "query-params", "persist_state": "session"}


def pick(
    title: str,
    options: Mapping[str, str],
    value: str,
    key: str,
    then: Mapping[str, object] | None = None,
) -> None:
    """One of several; options map values, which the link shows, to what they mean.

    `then` has, for some of them, a record of what else is set when the reader picks it.
    """
    meanings = "\n".join(f"- {option}: {meaning}" for option, meaning in options.items())
    st.selectbox(
        title, list(options), index=list(options).index(value), help=meanings,
        on_change=_picked, args=(key, then or {}), **knob(key, title),
    )  # fmt: skip


def _picked(key: str, then: Mapping[str, object]) -> None:
    record = then.get(st.session_state[key])
    if record:
        fill(key.split("_")[0], record)


def span(
    title: str,
    options: Sequence[Any],
    value: Any,
    key: str,
    *,
    off: bool = False,
) -> None:
    """One of a row of numbers, or a range of them where the value is a pair."""
    _snap(key, options)
    st.select_slider(title, options, value, disabled=off, **knob(key, title))


def _snap(key: str, options: Sequence[Any]) -> None:
    """Where a link or an experiment asks for a number between two stops, take the nearest."""
    held = st.session_state.get(key, st.query_params.get_all(key))
    several = held if isinstance(held, list | tuple) else [held]
    asked = [str(one) for one in several]
    stops = {str(option): option for option in options}
    if asked and not all(one in stops for one in asked):
        found = [nearest(one, stops) for one in asked]
        if all(found):
            values = tuple(stops[name] for name in found if name)
            st.session_state[key] = values if len(values) > 1 else values[0]


def slider(title: str, *limits: Any, key: str, off: bool = False, **how: Any) -> None:
    """A slider, as Streamlit has it, that is in the link."""
    draw: Any = st.slider
    draw(title, *limits, disabled=off, **how, **knob(key, title))


def field(title: str, *limits: Any, key: str, off: bool = False, **how: Any) -> None:
    """A field for a number, likewise."""
    draw: Any = st.number_input
    draw(title, *limits, disabled=off, **how, **knob(key, title))


def switch(title: str, first: bool, *, key: str) -> None:
    """A switch, likewise."""
    st.toggle(title, first, **knob(key, title))


def numbers(
    prefix: str,
    limits: Mapping[str, tuple[float, float, float, str]],
    first: object,
    *,
    off: bool = False,
) -> None:
    """A field for each of several numbers: least, most, step and meaning."""
    for name, (low, high, step, tip) in limits.items():
        st.number_input(
            name, low, high, getattr(first, name), step, format="%g", help=tip, disabled=off,
            **knob(f"{prefix}_{name}", name),
        )  # fmt: skip


def metrics(said: "Numbers", *, below: bool = True) -> None:
    """A row of key numbers; the second of a pair stands below, or is a hover."""
    for place, (name, (value, more)) in zip(st.columns(len(said)), said.items(), strict=True):
        how: dict[str, Any] = {"delta": more} if below else {"help": more}
        place.metric(name, value, delta_color="off", delta_arrow="off", **how)


def settings(prefix: str) -> Any:
    """A place for the knobs that most readers leave alone; open for a custom preset."""
    opened = bool(st.session_state.get(prefix + "_preset_custom"))
    return st.expander("All settings", expanded=opened, icon=":material/tune:")


def gather(prefix: str, kind: type[R]) -> R:
    """The dataclass whose fields are the widgets `<prefix>_<field>`."""
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    return kind(**{name: st.session_state[f"{prefix}_{name}"] for name in names})


def fill(prefix: str, record: object) -> None:
    """Set the widgets `<prefix>_<field>` to a dataclass's fields; for use as a callback.

    What a lesson hides stays as it is.
    """
    hide = lesson.hidden(st.query_params.to_dict())
    for field in fields(record):  # type: ignore[arg-type]
        key = f"{prefix}_{field.name}"
        if key not in hide:
            st.session_state[key] = getattr(record, field.name)


def _set_up(prefix: str, record: object, then: str) -> None:
    fill(prefix, record)
    for key in [k for k in map(str, st.session_state) if k.startswith(prefix + "_")]:
        if key.endswith("_custom"):
            st.session_state[key] = False
    st.toast(f"The controls are set: scroll up{then}.", icon=":material/tune:")


def advance(title: str, key: str, top: int, icon: str = "arrow_forward") -> None:
    """A button that moves a bound counter up by one, until it is at the top."""
    st.button(
        title, type="primary", width="stretch", icon=f":material/{icon}:",
        disabled=st.session_state[key] >= top, on_click=_advance, args=(key, top),
    )  # fmt: skip


def _advance(key: str, top: int) -> None:
    st.session_state[key] = min(top, st.session_state[key] + 1)  # a double click counts twice


def presets(
    prefix: str,
    records: Mapping[str, object],
    current: str | None,
    names: Mapping[str, str],
    *,
    title: str = "Preset",
    of: str = "preset",
) -> None:
    """A choice of records that set the knobs; it reads "custom" once a knob differs."""
    key = f"{prefix}_{of}"
    custom = current is None or st.session_state.get(key + "_custom")
    st.session_state[key] = "custom" if custom else current
    st.selectbox(
        title, [*records, "custom"], format_func=lambda name: names[name], key=key,
        on_change=_preset, args=(prefix, records, key, _knobs(prefix, records)),
    )  # fmt: skip


def _knobs(prefix: str, records: Mapping[str, object]) -> dict[str, Any]:
    """The present values of all that these records can set."""
    names = {field.name for record in records.values() for field in fields(record)}  # type: ignore[arg-type]
    return {name: st.session_state.get(f"{prefix}_{name}") for name in sorted(names)}


def _preset(
    prefix: str, records: Mapping[str, object], key: str, before: Mapping[str, Any]
) -> None:
    if _knobs(prefix, records) != before:
        # A knob moved again before the browser had heard that this box now reads otherwise: it
        # sends the box's old value along, which nobody chose, and which would undo the move.
        return
    chosen = st.session_state[key]
    st.session_state[key + "_custom"] = chosen == "custom"
    if chosen in records:
        fill(prefix, records[chosen])


def attempt(function: Callable[[], R]) -> R | None:
    """What the function returns; or its refusal as a sentence on the page, and None."""
    try:
        return function()
    except ValueError as refusal:
        st.error(str(refusal), icon=":material/block:")
        return None


def waiting(words: str, *, long: bool) -> AbstractContextManager[Any]:
    """Says that something is being computed, if that takes long; a flash would only disturb."""
    return st.spinner(words) if long else nullcontext()


def cached(function: Callable[P, R]) -> Callable[P, R]:
    """Cache an engine function across reruns and visitors; its arguments are the key."""
    return st.cache_data(max_entries=64, show_spinner=False)(function)


@dataclass(frozen=True)
class Figure:
    """A chart, and the sentence that tells its finding to those who cannot see it."""

    chart: Chart
    alt: str
    width: int = 1  # share of its row


@dataclass(frozen=True)
class Passage:
    """Text as a machine wrote it, and a line that says which."""

    title: str
    text: str


Numbers = Mapping[str, tuple[str, str | None]]
Layout = Sequence[Sequence[Figure | Passage] | Numbers | str]


def _abandon(mine: list[jobs.Job]) -> None:
    for job in mine:
        job.abandon()


@st.cache_resource(scope="session", on_release=_abandon)
def _my_jobs() -> list[jobs.Job]:
    """This session's jobs; Streamlit lets go of them when the tab closes."""
    return []


def _keep_my_jobs() -> None:
    """On whichever page: let go of jobs that ended, and show that the others are wanted."""
    mine = _my_jobs()
    mine[:] = [job for job in mine if job.progress().live]


def run_button(
    key: str,
    specs: Sequence[jobs.Spec] | None,
    about: object,
    title: str = "Run",
    also: Callable[[], None] = lambda: None,
) -> None:
    """A button that trains specs, with what that will cost; None disables it.

    `also` is done when it is pressed.
    """
    pool, job = jobs.pool(), st.session_state.get(key + "_job")
    kinds = {spec.device for spec in specs or ()}
    if pool.devices and not attempt(lambda: [devices.find(k, pool.devices) for k in kinds]):
        specs = None
    running = job is not None and job.live
    seconds = pool.estimate(specs or ())
    if not running and seconds > LONGEST:
        st.error(
            f"This would train for about {duration(seconds)}. Everybody waits "
            f"in one line, so the limit here is {duration(LONGEST)}. Ask for less: fewer "
            "seeds, or less compute; the command line has no limit.",
            icon=":material/block:",
        )
        specs = None
    pressed = st.button(
        title, type="primary", width="stretch", icon=":material/play_arrow:", key=key + "_run",
        disabled=running or not specs,
    )  # fmt: skip
    if specs and pressed:
        also()
        job = pool.submit(specs)
        _my_jobs().append(job)
        st.session_state[key + "_job"], st.session_state[key + "_trained"] = job, about
        st.rerun()
    if specs and not running:
        st.caption(
            f"About {duration(seconds)} on this machine, if nobody else trains."
            if seconds
            else "Trained before and remembered: shows at once. A new seed trains anew."
        )


def shown(key: str, asked: R, recorded: Callable[[R], runs.Recorded | None], otherwise: R) -> Shown:
    """What to show for the controls as they stand; see `toylab.shown.choose`."""
    state = st.session_state
    return choose(state.get(key + "_job"), state.get(key + "_trained"), asked, recorded, otherwise)


def follow(
    shown: Shown, gather: Callable[[Rows, Rows | None], R], draw: Callable[[R], Layout]
) -> None:
    """Draw what is shown, and again and again while it is live.

    `gather` makes findings of the rows of finished runs and, while there are any, of those on
    their way; `draw` lays out their figures and sentences.
    """
    job, live, label = shown.job, shown.live, st.session_state["labelled"]

    @st.fragment(run_every=POLL if live else None)
    def panel() -> None:
        if job is None:
            _lay_out(draw(gather(shown.rows, None)))
            return
        if live and job not in _my_jobs():  # they are let go of at every lost connection
            _my_jobs().append(job)
        progress = job.progress()
        _status(job, progress)
        layout = draw(gather(progress.rows, progress.unfinished if progress.live else None))
        _lay_out(layout)
        if not live:
            said = " ".join(row for row in layout if isinstance(row, str) and row[:1] != "#")
            remember("run", label, progress.sentence, said)
        if live and not progress.live:
            st.rerun()

    panel()


def _status(job: jobs.Job, progress: Progress) -> None:
    """Where a job stands: its place in line, or a bar with the time left; and Stop."""
    if progress.live:
        bar, button = st.columns([4, 1], vertical_alignment="center")
        bar.progress(progress.fraction, progress.sentence)
        if button.button("Stop run", width="stretch", icon=":material/stop_circle:"):
            job.stop()
            st.toast(job.progress().sentence, icon=":material/stop_circle:")
            st.rerun()
    elif progress.stopped:
        st.info(progress.sentence)
    for failure in dict.fromkeys(progress.failures):  # one cause fails many tasks
        st.warning(failure)


def _lay_out(layout: Layout) -> None:
    for row in layout:
        if not row:
            continue
        if isinstance(row, str):
            st.markdown(row)
        elif isinstance(row, Mapping):
            metrics(row)
        elif passages := [part for part in row if isinstance(part, Passage)]:
            for column, passage in zip(st.columns(len(passages)), passages, strict=True):
                column.markdown(passage.title)
                column.code(passage.text, language=None, wrap_lines=True)
        else:
            figures(*[part for part in row if isinstance(part, Figure)])


def figures(*row: Figure) -> None:
    """Draw figures side by side."""
    columns = st.columns([figure.width for figure in row], gap="small")
    for column, figure in zip(columns, row, strict=True):
        spec = house.larger(figure.chart.spec) if presenting() else figure.chart.spec
        spec = spec | {"datasets": figure.chart.tables}
        column.vega_lite_chart(spec, alt=figure.alt, width="stretch")


def table(rows: pd.DataFrame) -> None:
    """A small table of words and links, drawn as one piece: a widget a cell would be slow."""
    lines = [list(rows.columns), ["---"] * rows.shape[1], *rows.to_numpy().tolist()]
    st.markdown("\n".join(f"| {' | '.join(line)} |" for line in lines))


def prepare(words: str, steps: Iterator[float]) -> None:
    """Do what takes a second or two, step by step, with a bar that tells the share done."""
    place = st.empty()
    for done in steps:
        place.progress(done, words)
    place.empty()


def commit(
    key: str, kind: type[R], about: object, ran: bool, ask: str, *, reveals: bool = False
) -> tuple[R | None, object, bool]:
    """The reader's guess once committed, what it is about, and whether to hide the answer.

    A guess is the dataclass whose fields are the widgets `<key>_<field>`. It stands until it
    is taken back, or something else is asked `about`; `ask` says it in words. The answer is
    hidden until the reader asks for it, or there is a run (`ran`) that shows it, or, where
    that `reveals` it, until there is a guess.
    """
    made, matter = st.session_state.get(key + "_made", (None, None))
    asked = st.session_state.get(key + "_asked", False)
    fixed = made is not None and matter == about
    ran = ran or (reveals and fixed)
    left, right = st.columns(2)
    left.button(
        "Unlock" if fixed else "Commit", width="stretch", key=key + "_commit",
        on_click=decide, args=(key, kind, about, ask, not fixed),
    )  # fmt: skip
    right.button(
        "Hide" if asked and not ran else "Show", width="stretch", key=key + "_show",
        disabled=ran, help="The answer", on_click=_show, args=(key + "_asked", not asked),
    )  # fmt: skip
    return made, matter, asks() and not (asked or ran)


def foretell(key: str, question: predict.Question | None, *, ran: bool = False) -> bool:
    """Ask for a number before the figure that shows it; whether that may be shown by now.

    Without a question there is nothing to ask. A guess stays beside the figure while the same
    is asked; the figure stays, too, when the controls move, and where a run (`ran`) shows it.
    """
    if question is None or not asks():
        return True
    made, about = st.session_state.get(key + "_said", (None, ""))
    if made is None and not ran and not st.session_state.get(key + "_seen"):
        _ask(key, question)
        return False
    if made is not None and about == question.ask:
        gap = predict.gap(question, made)
        icon = ":material/target:" if gap.close else ":material/lightbulb:"
        st.markdown(f"{icon} {question.ask} {gap.sentence} {question.because}")
    elif made is not None:
        st.markdown("Your guess was about other settings.")
    if not ran:  # what the reader trained stays in sight
        st.button("Ask me again", icon=":material/replay:", type="tertiary",
                  on_click=_ask_again, args=(key,), key=key + "_again")  # fmt: skip
    return True


def _ask(key: str, question: predict.Question) -> None:
    """The question, with a slider that says nothing until it is moved."""
    with st.container(border=True, key=key + "_foretell"):
        st.markdown(f"**Before you look.** {question.ask}")
        guess = st.select_slider(
            "Your guess: move it", (None, *question.options), key=key + "_guess",
            format_func=lambda value: "?" if value is None else question.say(value),
        )  # fmt: skip
        left, right = st.columns([3, 2])
        left.button(
            "Commit and see", type="primary", width="stretch", key=key + "_say",
            on_click=_foretold, args=(key, question), disabled=guess is None,
        )  # fmt: skip
        right.button(
            "Just show it", width="stretch", on_click=_show, args=(key + "_seen", True),
        )  # fmt: skip


def _foretold(key: str, question: predict.Question) -> None:
    given = st.session_state[key + "_guess"]
    gap = predict.gap(question, given)
    st.session_state[key + "_said"] = (given, question.ask)
    remember("guess", question.ask, gap.given, gap.answer, gap.off)


def _ask_again(key: str) -> None:
    for what in "_said", "_seen":
        st.session_state.pop(key + what, None)


def foretold(key: str) -> float | None:
    """The reader's committed guess of a number, to draw beside the answer."""
    return st.session_state.get(key + "_said", (None, ""))[0]


def ways(several: Iterable[course.Way]) -> None:
    """Ways through the pages side by side: their steps, as links, and which are done."""
    several, trail = list(several), course.read(st.query_params.to_dict())
    for place, way in zip(st.columns(len(several)), several, strict=True):
        mine = trail if trail and trail.way == way else course.Trail(way)
        with place.container(border=True):
            st.markdown(f"**{way.title}** \N{MIDDLE DOT} about {way.lasts}  \n{way.whom}")
            done = len(mine.done)
            st.progress(done / len(way.steps), f"{done} of {len(way.steps)} steps done")
            with st.container(gap=None):
                for k, step in enumerate(way.steps, 1):
                    icon = "check_circle" if k in mine.done else "radio_button_unchecked"
                    st.page_link(
                        f"pages/{step.place.page}.py", label=f"{k}. {step.title}",
                        icon=f":material/{icon}:", query_params=_along(step.place, mine.to(k)),
                    )  # fmt: skip
            st.button(
                "Again" if mine.over else "Go on" if mine.done else "Start",
                key=f"way_{way.name}", width="stretch", type="primary", on_click=_turn,
                args=(course.Trail(way) if mine.over else mine,),
            )  # fmt: skip


def contents() -> None:
    """Links to every other section's pages."""
    here = st.session_state["page"]
    sections = [(section, pages) for section, pages in SECTIONS.items() if here not in pages]
    half = (len(sections) + 1) // 2
    for place, some in zip(st.columns(2), (sections[:half], sections[half:]), strict=True):
        with place:
            _links(some)


def decide(key: str, kind: type[Any], about: object, ask: str, now: bool = True) -> None:
    """Commit the reader's guess, or take it back."""
    made = gather(key, kind) if now else None
    if made:
        said = (f"{field.name} {getattr(made, field.name)}" for field in fields(made))
        remember("guess", ask, ", ".join(said), "on the page")
    st.session_state[key + "_made"] = (made, about)


def _show(key: str, now: bool) -> None:
    st.session_state[key] = now


def presenting() -> bool:
    """Whether the page is shown to a room."""
    return st.query_params.get("present") == "on"


def asks() -> bool:
    """Whether the reader wants to be asked before an answer is shown."""
    return st.query_params.get("ask") != "off"


def way_to(place: Place, words: str) -> None:
    """A link to a place in the app; it sets the controls there."""
    st.page_link(
        f"pages/{place.page}.py", label=words, icon=":material/arrow_forward:",
        query_params=_along(place),
    )  # fmt: skip


def _along(place: Place, trail: course.Trail | None = None) -> dict[str, str | list[str]]:
    """The query of a link: what goes along, and the controls that are not hidden there."""
    kept = st.session_state["kept"]
    along = lesson.along(kept, trail) if trail else kept
    return {**along, **place.without(lesson.hidden(kept)).query}


def remember(kind: str, question: str, given: str, answer: str, gap: str = "") -> None:
    """Write what the reader did into the journal, for the report; the same only once."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    here, plain = st.session_state["page"], question.replace("**", "")
    entry = journal.Entry(now, here, kind, plain, given, answer, gap, _address())
    entries = st.session_state.setdefault("journal", [])
    if not any(journal.alike(entry, other) for other in entries):
        entries.append(entry)


def devices_found() -> None:
    """The devices of this machine, as soon as a worker has looked."""
    pool = jobs.pool()
    looking = not pool.devices

    @st.fragment(run_every=POLL if looking else None)
    def panel() -> None:
        for device in pool.devices:
            st.markdown(f":material/memory: **{device.kind}** {device.name}")
        if not pool.devices:
            st.markdown(f":material/memory: {devices.processor()}; looking for a GPU ...")
        elif len(pool.devices) == 1:
            st.caption("There is no GPU that PyTorch can use. Nothing here needs one.")
        if pool.devices and looking:
            st.rerun()

    panel()


def upload(
    key: str,
    title: str,
    read: Callable[[bytes], Any],
    guess: Callable[[Any], Any],
    wanted: Mapping[str, str],
) -> tuple[Any, dict[str, str | None]] | None:
    """A file's sheet and which column is what, guessed and open to change; None without one.

    Args:
        key: prefix of the widgets.
        title: what to ask for.
        read: from the file's bytes to a sheet with `cells`; refuses with a sentence.
        guess: from a sheet to an object with a column or None for each that is wanted.
        wanted: what each column should hold, by the name that `guess` gives it.
    """
    new = st.file_uploader(title, ["csv", "tsv", "txt"], key=f"{key}_file")
    if new is not None:  # kept, because the widget forgets it on another page
        st.session_state[f"{key}_kept"] = (new.name, new.getvalue())
    name, data = st.session_state.get(f"{key}_kept", ("", None))
    if data is None:
        return None
    if new is None:
        st.button(
            f"{name}, from before: forget it", icon=":material/close:", key=f"{key}_forget",
            on_click=lambda: st.session_state.pop(f"{key}_kept", None),
        )  # fmt: skip
    sheet = attempt(lambda: read(data))
    if sheet is None:
        return None
    names, guessed = list(dict.fromkeys(sheet.cells.columns)), guess(sheet)
    header = "|".join(names)  # another header is chosen from anew
    chosen = {}
    for kind, column in zip(wanted, st.columns(len(wanted)), strict=True):
        first = getattr(guessed, kind)
        chosen[kind] = column.selectbox(
            f"Column of {wanted[kind]}", [None, *names],
            index=names.index(first) + 1 if first else 0, key=f"{key}_{kind}_{header}",
            persist_state="session",
            format_func=lambda said: "none" if said is None else str(said),
        )  # fmt: skip
    return sheet, chosen


@contextmanager
def drawer(title: str, icon: str, of: str = "") -> Iterator[bool]:
    """A place for what few look into; yields whether it is open, and so worth the work."""
    key = f"drawer_{title}{of}"  # a page may have two, each of something else
    place = st.expander(title, icon=icon, key=key, on_change="rerun")
    with place:
        yield bool(place.open)


@dataclass(frozen=True)
class Section:
    """A tab: draw into it, if it is open."""

    place: Any
    open: bool

    def __enter__(self) -> Any:
        return self.place.__enter__()

    def __exit__(self, *trouble: Any) -> Any:
        return self.place.__exit__(*trouble)


def sections(key: str, titles: Mapping[str, str], *, seen: bool = True) -> Sequence[Section]:
    """Tabs by their keys, with their titles; only the one that is `open` need be computed.

    The link says which, by its key. They stay shut, and say so, until the figure above has been
    `seen`: they would tell.
    """
    chosen = _tab(key, titles)
    st.session_state[f"{key}_tab"] = titles[chosen]
    places = st.tabs(list(titles.values()), key=f"{key}_tab", on_change=_turned, args=(key, titles))
    for place in places:
        if place.open and not seen:
            place.caption("This opens with the figure above: commit a guess, or *Just show it*.")
    return [Section(place, seen and bool(place.open)) for place in places]


def _tab(key: str, titles: Mapping[str, str]) -> str:
    """The tab that is open; an address that has changed wins over what was open."""
    state, first = st.session_state, next(iter(titles))
    state["knobs"][key] = ""
    linked = st.query_params.get(key, "")
    if key not in state or linked != state.get(f"{key}_linked", ""):
        state[key] = old_links.tab(key, linked)
    if state[key] not in titles:
        state[key] = first
    wanted = "" if state[key] == first else state[key]
    if wanted != linked:
        if wanted:
            st.query_params[key] = wanted
        else:
            del st.query_params[key]
    state[f"{key}_linked"] = wanted
    return str(state[key])


def _turned(key: str, titles: Mapping[str, str]) -> None:
    """Note which tab the reader has opened."""
    title = st.session_state[f"{key}_tab"]
    st.session_state[key] = next(name for name, said in titles.items() if said == title)


def try_this(prefix: str, *steps: tuple[str, object], then: str = "") -> None:
    """Experiments to do, in order, each with a button that sets the controls for it."""
    with st.container(key="try_this"):
        _steps(prefix, steps, then)


def _steps(prefix: str, steps: Sequence[tuple[str, object]], then: str) -> None:
    st.header("Try this", anchor=False)
    for number, (words, record) in enumerate(steps, 1):
        text, button = st.columns([5, 1], vertical_alignment="center")
        text.markdown(f"{number}. {words}")
        button.button(
            "Set it up", key=f"{prefix}_try_{number}", width="stretch", on_click=_set_up,
            args=(prefix, record, then),
        )  # fmt: skip


def exercises(examples: Sequence[Example]) -> None:
    """Worked examples, each with its usual slip and what that costs."""
    for example in examples:
        with st.container(border=True):
            stop = "" if example.name.endswith("?") else "."
            st.markdown(f"**{example.name}{stop}** {example.question}\n\n{example.answer}")
            slip, price = st.columns(2)
            slip.markdown(f":red-badge[The usual slip] {example.slip}")
            price.markdown(f":orange-badge[Its price] {example.price}")


def constants(*chosen: Law[Any]) -> None:
    """Every constant of these laws with its unit, its uncertainty and a link to its paper."""
    with drawer("Every constant, and where it was printed", ":material/menu_book:") as opened:
        if not opened:
            return
        for law in chosen:
            counts = "; ".join(f"{letter}: {what}" for letter, what in law.counts.items())
            runs = f" Measured: {law.range}." if law.range else ""
            st.markdown(
                f"**{law.title}** ${law.form.equation}$ \N{MIDDLE DOT} {law.cited}  \n"
                f"{counts}.{runs} {law.note}"
            )
        rows = pd.DataFrame([row for law in chosen for row in law.constants])
        st.dataframe(rows, hide_index=True, column_config={"link": st.column_config.LinkColumn()})


def source_of(*names: str) -> None:
    """Show definitions of the code that ran, named like toylab.mlp.train."""
    with drawer("The code that ran", ":material/code:") as opened:
        for name in names if opened else ():
            st.caption(f"`{name}`")
            st.code(source.text(name))


def export(
    frame: pd.DataFrame,
    name: str,
    command: str,
    rows: str = "runs",
    does: str = "The same without a browser:",
) -> None:
    """Carry the rows away: as CSV, and with the command that `does` what it says."""
    with drawer("Take it with you", ":material/download:", name) as opened:
        if not opened:
            return
        st.markdown(does)
        st.code(command, language="bash", wrap_lines=True)
        st.download_button(
            f"{len(frame)} {rows} as CSV", frame.to_csv(index=False), f"{name}.csv", "text/csv",
            disabled=frame.empty, on_click="ignore",
        )  # fmt: skip
        st.caption("The address of this page holds every control: send it to share.")
