"""Guess in a figure: placed by a click, drawn by the browser at once, in one colour everywhere.

What is added to a spec is constant; what moves is a table of one row or a signal of Vega's, so
the figure is not drawn anew. The server hears of a click when the pointer is let go.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from ui.charts import COLOUR

AT, PUT = "guess_at", "put"  # the table of where it is, and the selection that a click makes
IN_PLOT = "x() > 0 && x() < width && y() > 0 && y() < height"
DRAG = "pointerdown, [pointerdown, window:pointerup] > window:pointermove"
ONE: Any = {"sequence": {"start": 0, "stop": 1, "as": "k"}}
LEFT_HALF = "scale('x', guess_x) < width / 2"


@dataclass(frozen=True)
class Place:
    """One coordinate of a guess: its slider's key and value, and where each stop stands."""

    key: str
    at: Mapping[Any, float]  # every stop in the unit of the figure's axis
    value: Any = None  # the stop that is chosen; none yet if it is not among these


@dataclass(frozen=True)
class GuessMark:
    """A guess to draw in a figure, and to place there as long as it is open.

    `x` and `y` are each a place that a click sets, an expression of Vega's in `guess_x` and
    `guess_y`, or None: then the guess is a line across the figure.
    """

    x: Place | str | None = None
    y: Place | str | None = None
    open: bool = True

    def clicked(self, key: str) -> None:
        """Set the sliders from where the figure of this key was clicked."""
        rows = st.session_state[key].selection.get(PUT) or [{}]
        for name, place in (("x", self.x), ("y", self.y)):
            if isinstance(place, Place) and f"put_{name}" in rows[0]:
                st.session_state[place.key] = nearest(place.at, float(rows[0][f"put_{name}"]))

    @property
    def table(self) -> pd.DataFrame:
        """Where the guess is, as far as it is made: x, y; one row."""
        return pd.DataFrame([{name: _at(place) for name, place in (("x", self.x), ("y", self.y))}])

    def drawn(self, spec: Mapping[str, Any]) -> dict[str, Any]:
        """The spec with the guess in it, over everything; while it is open a click places it."""
        params = [_signal("x", self.x, self.open), _signal("y", self.y, self.open)]
        layers = [*spec["layer"], *self._marks()]
        if self.open:
            params = [*map(_pointer, "xy"), *params]
            layers = [_ground(), *(_answering(one) for one in layers)]
        return {**spec, "params": [*spec.get("params", ()), *params], "layer": layers}

    def _marks(self) -> list[dict[str, Any]]:
        """The mark, its word, and an empty one: a table that only signals read is dropped."""
        shown = [{"filter": " && ".join(f"isValid(guess_{n}) && isFinite(guess_{n})"
                                        for n, place in (("x", self.x), ("y", self.y))
                                        if place is not None)}]  # fmt: skip
        colour = {"color": {"datum": "guess", "type": "nominal", "scale": COLOUR.to_dict()}}
        colour["color"]["legend"] = None  # type: ignore[assignment]
        across = {"value": {"expr": "scale('x', guess_x)"}}
        up = {"value": {"expr": "scale('y', guess_y)"}}
        rule = {"type": "rule", "strokeWidth": 3.5, "strokeDash": [7, 5]}
        point = {"type": "point", "shape": "diamond", "filled": True, "size": 280, "opacity": 1}
        if self.x is None:
            mark, where = rule, {"x": {"value": 0}, "x2": {"value": "width"}, "y": up}
            word = {"x": {"value": 8}, "y": up}
        elif self.y is None:
            mark, where = rule, {"y": {"value": 0}, "y2": {"value": "height"}, "x": across}
            word = {"x": across, "y": {"value": 14}}
        else:
            mark, where = point, {"x": across, "y": up}
            word = dict(where)
        flip = f"{LEFT_HALF} ? {{}} : {{}}" if self.x is not None else "{}"
        text = {
            "type": "text", "fontSize": 15, "fontWeight": 700, "baseline": "middle",
            "align": {"expr": flip.format("'left'", "'right'")}, "dy": -14 if self.y else 0,
            "dx": {"expr": flip.format(12, -12)},
        }  # fmt: skip
        return [
            {"name": "guess", "mark": mark, "data": ONE, "transform": shown,
             "encoding": {**where, **colour}},
            {"name": "guess_word", "mark": text, "data": ONE, "transform": shown,
             "encoding": {**word, **colour, "text": {"value": "your guess"}}},
            {"mark": {"type": "text"}, "data": {"name": AT},
             "encoding": {"x": {"value": 0}, "y": {"value": 0}, "text": {"value": ""}}},
        ]  # fmt: skip


def nearest(at: Mapping[Any, float], wanted: float) -> Any:
    """The stop that stands nearest; by ratio where all are positive, as on a log axis."""
    positive = wanted > 0 and min(at.values()) > 0
    scale = math.log if positive else float
    return min(at, key=lambda stop: abs(scale(at[stop]) - scale(wanted)))


def _at(place: Place | str | None) -> float:
    return place.at.get(place.value, math.nan) if isinstance(place, Place) else math.nan


def _signal(name: str, place: Place | str | None, open_: bool) -> dict[str, Any]:
    """Where the guess is: the server's table says it, until the figure is clicked."""
    if isinstance(place, str):
        return {"name": f"guess_{name}", "expr": place}
    signal: dict[str, Any] = {
        "name": f"guess_{name}",
        "expr": f"length(data('{AT}')) ? data('{AT}')[0].{name} : NaN",
    }
    if open_ and place is not None:
        update = f"{IN_PLOT} ? invert('{name}', {name}()) : guess_{name}"
        signal["on"] = [{"events": DRAG, "update": update}]
    return signal


def _pointer(name: str) -> dict[str, Any]:
    """Where the pointer is, in the unit of an axis."""
    events = {"events": "pointerdown, pointermove", "update": f"invert('{name}', {name}())"}
    return {"name": f"pointer_{name}", "value": 0, "on": [events]}


def _ground() -> dict[str, Any]:
    """The ground, which takes every click and says where it was."""
    select = {"type": "point", "fields": ["put_x", "put_y"], "on": "pointerup", "clear": False,
              "toggle": False}  # fmt: skip
    ends = {"x": {"value": 0}, "x2": {"value": "width"}, "y": {"value": 0},
            "y2": {"value": "height"}}  # fmt: skip
    ground = {"name": "ground", "data": ONE, "encoding": ends,
              "mark": {"type": "rect", "opacity": 0, "cursor": "crosshair"},
              "params": [{"name": PUT, "select": select}]}  # fmt: skip
    return _answering(ground)


def _answering(layer: Mapping[str, Any]) -> dict[str, Any]:
    """The same marks, and where they were clicked: a selection reports what is under it."""
    where = [{"calculate": f"pointer_{name}", "as": f"put_{name}"} for name in "xy"]
    return {**layer, "transform": [*layer.get("transform", ()), *where]}
