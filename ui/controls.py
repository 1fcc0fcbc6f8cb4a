"""Controls: widgets that are in the link and keep their values across pages; presets."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, TypeVar

import streamlit as st

from toylab.quantities import nearest
from toylab.teaching import lesson_links
from ui.knobs import Knob, knobs_of

R = TypeVar("R")


@dataclass(frozen=True)
class Presets:
    """Records that set the knobs at once, and which of them the controls are now."""

    records: Mapping[str, object]
    current: str | None
    names: Mapping[str, str]
    title: str = "Preset"
    of: str = "preset"
    more: bool = False  # under "All settings"
    below: bool = False  # the knobs in sight, not above them


def controls(
    prefix: str,
    kind: type[R],
    *,
    presets: Callable[[R], Presets | Sequence[Presets]] | None = None,
    first: R | None = None,
    visible: Any = None,
    each: Callable[[], Any] = nullcontext,
) -> R:
    """Draw the widgets `<prefix>_<field>` that a dataclass declares; the record as they stand.

    Args:
        prefix: of the widgets' keys.
        kind: a dataclass whose fields have knobs.
        presets: from the record to a choice of presets, or several, drawn above the knobs.
        first: a record of defaults other than the dataclass's own.
        visible: a container for the knobs that are not under "All settings"; here, if None.
        each: a place for each of the knobs; one below the other, if not given.
    """
    start, knobs = first or kind(), knobs_of(kind)
    values: dict[str, Any] = {}
    with visible or nullcontext():
        above = st.container()
        _draw(prefix, {n: k for n, k in knobs.items() if not k.more}, start, values, each)
        below = st.container()
    more = {name: one for name, one in knobs.items() if one.more}
    if more:
        with settings(prefix):
            inside = st.container()
            _draw(prefix, more, start, values)
    record = gather(prefix, kind)
    choices = presets(record) if presets else ()
    for choice in [choices] if isinstance(choices, Presets) else choices:
        with inside if more and choice.more else below if choice.below else above:
            choose_preset(prefix, choice)
    return record


def _draw(
    prefix: str,
    knobs: Mapping[str, Knob],
    first: object,
    values: dict[str, Any],
    each: Callable[[], Any] = nullcontext,
) -> None:
    """One widget for each knob; what they say goes into `values`."""
    for name, one in knobs.items():
        if one.gone and one.gone(values):
            values[name] = st.session_state.setdefault(f"{prefix}_{name}", getattr(first, name))
            continue
        disabled = bool(one.off and one.off(values))
        with each():
            _widget(f"{prefix}_{name}", one, getattr(first, name), disabled, prefix)
        values[name] = st.session_state[f"{prefix}_{name}"]
        if one.note and (note := one.note(values)):
            st.caption(note)


def _widget(key: str, one: Knob, value: Any, off: bool, prefix: str) -> None:
    st.session_state["firsts"][key] = value  # a link leaves it out
    if isinstance(one.options, Mapping) and one.row:
        segments(one.title, one.options, value, key, off=off)
    elif isinstance(one.options, Mapping):
        pick(one.title, one.options, value, key, one.then, prefix=prefix, off=off)
    elif isinstance(one.options, list):
        span(one.title, one.options, value, key, off=off, help=one.help or None)
    elif one.options is None and one.typed:
        st.text_input(one.title, value, disabled=off, **linked(key, one.title))
    elif one.options is None:
        switch(one.title, value, key=key, off=off, help=one.help or None)
    else:
        low, high, *step = one.options
        how: dict[str, Any] = {"format": "%g"} if one.typed and isinstance(value, float) else {}
        draw = field if one.typed else slider
        draw(one.title, low, high, value, *step, key=key, off=off, help=one.help or None, **how)


def linked(key: str, title: str = "") -> dict[str, Any]:
    """The arguments that put a widget in the link and keep its value across pages."""
    st.session_state["knobs"][key] = title
    return {"key": key, "bind": "query-params", "persist_state": "session"}


def pick(
    title: str,
    options: Mapping[str, str],
    value: str,
    key: str,
    then: Mapping[str, object] | None = None,
    *,
    prefix: str = "",
    off: bool = False,
) -> None:
    """One of several; options map values, which the link shows, to what they mean.

    `then` has, for some of them, a record of what else is set when the reader picks it: the
    widgets `<prefix>_<field>`.
    """
    meanings = "\n".join(f"- {option}: {meaning}" for option, meaning in options.items())
    st.selectbox(
        title, list(options), index=list(options).index(value), help=meanings,
        on_change=_picked, args=(key, prefix, then or {}), disabled=off, **linked(key, title),
    )  # fmt: skip


def _picked(key: str, prefix: str, then: Mapping[str, object]) -> None:
    record = then.get(st.session_state[key])
    if record:
        fill(prefix, record)


def segments(
    title: str, options: Mapping[str, str], value: str, key: str, *, off: bool = False
) -> None:
    """One of a few, all in sight; options map values, which the link shows, to their names."""
    st.segmented_control(
        title, list(options), default=value, required=True, width="stretch", disabled=off,
        format_func=lambda option: options[option], **linked(key, title),
    )  # fmt: skip


def span(
    title: str,
    options: Sequence[Any],
    value: Any,
    key: str,
    *,
    off: bool = False,
    help: str | None = None,
) -> None:
    """One of a row of numbers, or a range of them where the value is a pair."""
    _snap(key, options, 2 if isinstance(value, tuple) else 1)
    st.select_slider(title, options, value, disabled=off, help=help, **linked(key, title))


def _snap(key: str, options: Sequence[Any], many: int) -> None:
    """Take the nearest stop where a link or an experiment asks for a number between two.

    A link with another number of values than the slider has is nonsense, and left to fall back.
    """
    held = st.session_state.get(key, st.query_params.get_all(key))
    chosen = list(map(str, held if isinstance(held, list | tuple) else [held]))
    stops = {str(option): option for option in options}
    if len(chosen) != many or all(name in stops for name in chosen):
        return
    names = [name if name in stops else nearest(name, stops) for name in chosen]
    if all(names):
        values = tuple(stops[name] for name in names if name)
        st.session_state[key] = values if many > 1 else values[0]


def slider(title: str, *limits: Any, key: str, off: bool = False, **how: Any) -> None:
    """A slider, as Streamlit has it, that is in the link."""
    draw: Any = st.slider
    draw(title, *limits, disabled=off, **how, **linked(key, title))


def field(title: str, *limits: Any, key: str, off: bool = False, **how: Any) -> None:
    """A field for a number that is in the link."""
    draw: Any = st.number_input
    draw(title, *limits, disabled=off, **how, **linked(key, title))


def switch(
    title: str, first: bool, *, key: str, off: bool = False, help: str | None = None
) -> None:
    """A switch that is in the link."""
    st.toggle(title, first, disabled=off, help=help, **linked(key, title))


def settings(prefix: str) -> Any:
    """A place for the knobs that most readers leave alone; open once they ask for custom ones."""
    held = map(str, st.session_state)
    opened = any(
        key.startswith(prefix + "_") and key.endswith("_custom") and st.session_state[key]
        for key in held
    )
    return st.expander("All settings", expanded=opened, icon=":material/tune:")


def gather(prefix: str, kind: type[R]) -> R:
    """The dataclass whose fields are the widgets `<prefix>_<field>`.

    Equal ones are one and the same, so that what it computes once is there again when a control
    comes back to where it was, and for others who are there.
    """
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    return _first_like(kind(**{name: st.session_state[f"{prefix}_{name}"] for name in names}))


@lru_cache(maxsize=256)
def _first_like(record: R) -> R:
    return record


def fill(prefix: str, record: object) -> None:
    """Set the widgets `<prefix>_<field>` to a dataclass's fields; for use as a callback.

    What a lesson hides stays as it is.
    """
    hide = lesson_links.hidden(st.query_params.to_dict())
    for field in fields(record):  # type: ignore[arg-type]
        key = f"{prefix}_{field.name}"
        if key not in hide:
            st.session_state[key] = getattr(record, field.name)


def set_up(prefix: str, record: object, then: str) -> None:
    """Set the controls for an experiment; for the frame note which moved, and what `then`."""
    state = st.session_state
    before = {f"{prefix}_{field}": state.get(f"{prefix}_{field}") for field in vars(record)}
    fill(prefix, record)
    differs = [key for key, value in before.items() if state.get(key) != value]
    titles = state.get("knobs", {})  # a tab has none; a control in a tab to open is not there yet
    state["moved"] = [key for key in differs if titles.get(key, key)]
    for key in [k for k in map(str, st.session_state) if k.startswith(prefix + "_")]:
        if key.endswith("_custom"):
            st.session_state[key] = False
    state["then"] = then  # a callback of a fragment must show nothing itself


def advance(title: str, key: str, top: int, icon: str = "arrow_forward") -> None:
    """A button that moves a bound counter up by one, until it is at the top."""
    st.button(
        title, type="primary", width="stretch", icon=f":material/{icon}:",
        disabled=st.session_state[key] >= top, on_click=_advance, args=(key, top),
    )  # fmt: skip


def _advance(key: str, top: int) -> None:
    st.session_state[key] = min(top, st.session_state[key] + 1)  # a double click counts twice


def choose_preset(prefix: str, choice: Presets) -> None:
    """A choice of records that set the knobs; it reads "custom" once a knob differs."""
    key, records = f"{prefix}_{choice.of}", choice.records
    custom = choice.current is None or st.session_state.get(key + "_custom")
    st.session_state[key] = "custom" if custom else choice.current
    st.selectbox(
        choice.title, [*records, "custom"], format_func=lambda name: choice.names[name], key=key,
        on_change=_preset, args=(prefix, records, key, _knobs(prefix, records)),
    )  # fmt: skip


def _knobs(prefix: str, records: Mapping[str, object]) -> dict[str, Any]:
    """The present values of all that these records can set."""
    kinds: list[Any] = list(records.values())
    names = {field.name for record in kinds for field in fields(record)}
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
