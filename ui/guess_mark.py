"""Guess in a figure: placed by a click, drawn by the browser at once, in one colour everywhere.

What is added to a spec is constant; what moves is a table of one row or a signal of Vega's, so
the figure is not drawn anew.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from ui.charts import COLOUR
from ui.labels import GUESS_BELOW, GUESS_ROOM, GUESS_X, GUESS_Y
from ui.pointer import DRAG, IN_PLOT, ONE, clickable, nearest, put

AT = "guess_at"  # the table of where it is
EDGE = f"scale('x', guess_x) >= width - {GUESS_ROOM}"  # no room for its words at its right
INSIDE = {  # a guess beyond an axis is not drawn, nor is one that is not made: NaN lies nowhere
    name: f"isFinite(guess_{name}) && inrange(scale('{name}', guess_{name}), [0, {side}])"
    for name, side in (("x", "width"), ("y", "height"))
}


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
    left: str = "false"  # an expression: whether its words stand at its left also with room

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The place of the guess, as far as it is made: x, y; one row."""
        where = {name: _at(place) for name, place in self._places.items()}
        return {AT: pd.DataFrame([where])}

    def clicked(self, key: str) -> None:
        """Set the sliders from where the figure of this key was clicked."""
        where = put(key)
        for name, place in self._places.items():
            if isinstance(place, Place) and f"put_{name}" in where:
                st.session_state[place.key] = nearest(place.at, where[f"put_{name}"])

    def drawn(self, spec: Mapping[str, Any]) -> dict[str, Any]:
        """The spec with the guess in it, over everything; while it is open a click places it."""
        signals = [_signal(name, place, self.open) for name, place in self._places.items()]
        spec = {**spec, "params": [*spec.get("params", ()), *signals]}
        layers = [*spec["layer"], *self._marks()]
        return clickable(spec, layers, {}, "crosshair") if self.open else {**spec, "layer": layers}

    @property
    def _places(self) -> dict[str, Place | str | None]:
        return {"x": self.x, "y": self.y}

    def _marks(self) -> list[dict[str, Any]]:
        """The mark, its word, and an empty one: a table that only signals read is dropped."""
        known = [INSIDE[name] for name, place in self._places.items() if place]
        one: dict[str, Any] = {"data": ONE, "transform": [{"filter": " && ".join(known)}]}
        means = {"datum": "guess", "type": "nominal", "scale": COLOUR.to_dict(), "legend": None}
        x = {"value": {"expr": "scale('x', guess_x)"}} if self.x else {"value": 0}
        y = {"value": {"expr": "scale('y', guess_y)"}} if self.y else {"value": 0}
        ends: dict[str, Any] = {}
        mark: dict[str, Any] = {"type": "rule", "strokeWidth": 3.5, "strokeDash": [7, 5]}
        if not self.x:
            ends = {"x2": {"value": "width"}}
        elif not self.y:
            ends = {"y2": {"value": "height"}}
        else:
            mark = {"type": "point", "shape": "diamond", "filled": True, "size": 280, "opacity": 1}
        left = f"({EDGE} || {self.left})" if self.x else "false"
        low = f"scale('y', guess_y) >= height - {GUESS_BELOW}" if self.y else "false"
        text = {
            "type": "text", "fontSize": 15, "fontWeight": 700, "baseline": "middle",
            "align": {"expr": f"{left} ? 'right' : 'left'"},
            "dx": {"expr": f"{left} ? {-GUESS_X} : {GUESS_X}"},
            "dy": {"expr": f"{left} && !({low}) ? {GUESS_Y} : {-GUESS_Y}"} if self.y else GUESS_Y,
        }  # fmt: skip
        word = {"x": x, "y": y, "color": means, "text": {"value": "your guess"}}
        empty = {"x": {"value": 0}, "y": {"value": 0}, "text": {"value": ""}}
        return [
            {"name": "guess", "mark": mark, **one,
             "encoding": {"x": x, "y": y, **ends, "color": means}},
            {"name": "guess_word", "mark": text, **one, "encoding": word},
            {"mark": {"type": "text"}, "data": {"name": AT}, "encoding": empty},
        ]  # fmt: skip


def _at(place: Place | str | None) -> float:
    return place.at.get(place.value, math.nan) if isinstance(place, Place) else math.nan


def _signal(name: str, place: Place | str | None, open_: bool) -> dict[str, Any]:
    """A signal of the guess's place: the server's table, until the figure is clicked."""
    if isinstance(place, str):
        return {"name": f"guess_{name}", "expr": place}
    held = f"data('{AT}')[0].{name}"
    known = f"length(data('{AT}')) && isValid({held}) ? {held} : NaN"
    signal: dict[str, Any] = {"name": f"guess_{name}", "expr": known}
    if open_ and place is not None:
        update = f"{IN_PLOT} ? invert('{name}', {name}()) : guess_{name}"
        signal["on"] = [{"events": f"pointerdown, {DRAG}", "update": update}]
    return signal
