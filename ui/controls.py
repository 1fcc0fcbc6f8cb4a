"""Controls: widgets that are in the link and keep their values across pages; presets."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeVar

import streamlit as st

import toylab  # noqa: F401 (it settles how numpy computes, so it comes before numpy)
from toylab.quantities import nearest
from toylab.teaching import lesson_links

R = TypeVar("R")


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
    hide = lesson_links.hidden(st.query_params.to_dict())
    for field in fields(record):  # type: ignore[arg-type]
        key = f"{prefix}_{field.name}"
        if key not in hide:
            st.session_state[key] = getattr(record, field.name)


def set_up(prefix: str, record: object, then: str) -> None:
    """Set the controls for an experiment, and say so."""
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
