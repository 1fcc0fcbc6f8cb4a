"""Pointer in a figure: where it is, and what a click or a drag there tells the server.

A transparent ground takes every click; a selection over it reports where the pointer was let
go. Vega's own events pass through Vega-Lite, so what moves with the pointer is a signal: it is
drawn at once, and the spec stays as it is.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

PUT = "put"  # the selection that a click makes
CLICKED = "clicked"  # in the session, until all of the page has run again
IN_PLOT = "x() > 0 && x() < width && y() > 0 && y() < height"
DRAG = "[pointerdown, window:pointerup] > window:pointermove"
ONE: Any = {"sequence": {"start": 0, "stop": 1, "as": "k"}}


def clickable(
    spec: Mapping[str, Any],
    layers: Sequence[Mapping[str, Any]],
    reports: Mapping[str, str],
    cursor: str,
) -> dict[str, Any]:
    """The spec with these layers, and with a ground below that reports where it was clicked.

    Args:
        spec: a layered chart, with the signals that `reports` names among its params.
        layers: what is drawn.
        reports: expressions by the names under which `put` has them, beside put_x and put_y.
        cursor: over the ground.
    """
    tells = {"put_x": "pointer_x", "put_y": "pointer_y", **reports}
    select = {"type": "point", "fields": list(tells), "on": "pointerup", "clear": False,
              "toggle": False}  # fmt: skip
    ends = {"x": {"value": 0}, "x2": {"value": "width"}, "y": {"value": 0},
            "y2": {"value": "height"}}  # fmt: skip
    ground = {"name": "ground", "data": ONE, "encoding": ends,
              "mark": {"type": "rect", "opacity": 0, "cursor": cursor},
              "params": [{"name": PUT, "select": select}]}  # fmt: skip
    # a selection reports what is under the pointer, so every layer tells where that is
    told = [{"calculate": expression, "as": name} for name, expression in tells.items()]
    everything = [ground, *layers]
    return {
        **spec,
        "params": [*map(_signal, "xy"), *spec.get("params", ())],
        "layer": [
            {**one, "transform": [*one.get("transform", ()), *told]} for one in everything
        ],
    }  # fmt: skip


def put(key: str) -> dict[str, float]:
    """The last click in the figure of this key: put_x, put_y and what else it reports."""
    st.session_state[CLICKED] = True
    rows = st.session_state[key].selection.get(PUT) or [{}]
    return {name: float(value) for name, value in rows[0].items() if value is not None}


def nearest(at: Mapping[Any, float], wanted: float) -> Any:
    """The stop that stands nearest; by ratio where all are positive, as on a log axis."""
    positive = wanted > 0 and min(at.values()) > 0
    scale = math.log if positive else float
    return min(at, key=lambda stop: abs(scale(at[stop]) - scale(wanted)))


def _signal(name: str) -> dict[str, Any]:
    """The pointer's place, in the unit of an axis."""
    events = {"events": "pointerdown, pointermove", "update": f"invert('{name}', {name}())"}
    return {"name": f"pointer_{name}", "value": 0, "on": [events]}
