"""Lesson links: they hide some controls of a page and keep their values.

All of it is in the address: `hide` names the controls, `say` is a sentence of the teacher's,
`present` and `ask` set the stage. It is an aid, no lock: who edits the address gets the controls
back.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlencode

from toylab.teaching import course

KEPT = (*course.KEYS, "hide", "present", "ask")  # goes along from page to page
OWN = {"quiz_seed", "quiz_at"}  # every reader has these for themselves
LONGEST = 160  # letters of a teacher's sentence
KEY = re.compile(r"[a-z][a-z0-9]*_[A-Za-z0-9_]{1,40}")  # of a control: `<prefix>_<field>`


def hidden(query: Mapping[str, str]) -> frozenset[str]:
    """The keys of the controls that an address hides; nothing else gets into a style sheet."""
    return controls(query.get("hide", "").split("."))


def controls(keys: Iterable[str]) -> frozenset[str]:
    """Those of the keys that can be a control's."""
    return frozenset(key for key in keys if KEY.fullmatch(key))


def sentence(query: Mapping[str, str]) -> str:
    """The teacher's sentence to the class, in one line."""
    return " ".join(query.get("say", "").split())[:LONGEST]


def distinct(titles: Mapping[str, str]) -> dict[str, str]:
    """Titles of controls by their keys; of several alike, each says which it is on the page."""
    alike = Counter(titles.values())
    seen: Counter[str] = Counter()
    names = {}
    for key, title in titles.items():
        seen[title] += 1
        names[key] = title if alike[title] == 1 else f"{title}, number {seen[title]} on the page"
    return names


def kept(query: Mapping[str, str]) -> dict[str, str]:
    """The part of an address that goes along to every page; nonsense is left behind."""
    trail, hide = course.read(query), hidden(query)
    query_kept = dict(trail.query) if trail else {}
    if hide:
        query_kept["hide"] = ".".join(sorted(hide))
    if query.get("present") == "on":
        query_kept["present"] = "on"
    if query.get("ask") == "off":
        query_kept["ask"] = "off"
    return query_kept


def along(kept: Mapping[str, str], trail: course.Trail) -> dict[str, str]:
    """The query that goes along to another way, or to another step of it."""
    return {key: kept[key] for key in kept if key not in course.KEYS} | trail.query


def style(hide: Iterable[str]) -> str:
    """The style sheet that takes controls off the page, and out of the keyboard's way."""
    names = ", ".join(f".st-key-{key}" for key in sorted(hide))
    return f"{names} {{ display: none; }}" if names else ""


def link(
    address: str,
    query: Mapping[str, str | Sequence[str]],
    hide: Iterable[str],
    *,
    present: bool = False,
    ask: bool = True,
    say: str = "",
) -> str:
    """The address of a lesson: this page with its controls as they are, some of them hidden.

    Args:
        address: of the page.
        query: the controls that differ from what they are at first.
        hide: the keys of those to hide.
        present: large type and no menu.
        ask: a guess before the figures.
        say: a sentence to the class.
    """
    settings = {key: value for key, value in query.items() if key not in {*KEPT, *OWN}}
    stage = {
        "hide": ".".join(sorted(hide)),
        "present": "on" * present,
        "ask": "" if ask else "off",
        "say": sentence({"say": say}),
    }
    whole = urlencode(settings | {k: v for k, v in stage.items() if v}, doseq=True)
    return f"{address}?{whole}" if whole else address
