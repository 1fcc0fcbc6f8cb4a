"""Lesson links: they hide some controls of a page and keep their values.

All of it is in the address: `hide` names the controls, `present` and `ask` set the stage. It
is an aid, no lock: who edits the address gets the controls back.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlencode

from toylab.teaching import course

KEPT = (*course.KEYS, "hide", "present", "ask")  # goes along from page to page
KEY = re.compile(r"[a-z][a-z0-9_]{1,40}")  # goes into a style sheet: nothing else may


def hidden(query: Mapping[str, str]) -> frozenset[str]:
    """The keys of the controls that an address hides; what cannot be a key is dropped."""
    return frozenset(k for k in query.get("hide", "").split(".") if KEY.fullmatch(k))


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
) -> str:
    """The address of a lesson: this page with its controls as they are, some of them hidden."""
    settings = {key: value for key, value in query.items() if key not in KEPT}
    stage = {
        "hide": ".".join(sorted(hide)),
        "present": "on" * present,
        "ask": "" if ask else "off",
    }
    return f"{address}?{urlencode(settings | {k: v for k, v in stage.items() if v}, doseq=True)}"
