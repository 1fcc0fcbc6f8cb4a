"""Handle in a figure: a line that is dragged, or moved by its slider, without a round trip.

What the line sets is a signal of Vega's named `dial`: the server's value until it is dragged in
the figure or its slider moves, and the server's again once that has answered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from ui.pointer import DRAG, IN_PLOT, clickable, nearest, put

AT = "dial_at"
NEAR = 0.35  # in ln of the dial: how far from the line a drag may begin
SERVED = f"(length(data('{AT}')) ? data('{AT}')[0].value : 1)"


@dataclass(frozen=True)
class Handle:
    """A slider whose value a drag in the figure sets, too."""

    key: str  # of the slider
    at: Mapping[str, float]  # its stops
    value: str
    read: str  # Vega's expression of the dial's value where the pointer is

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The value that the server has; after each release anew, or the snap would not show."""
        released = st.session_state.get(f"{self.key}_released", 0)
        return {AT: pd.DataFrame({"value": [self.at[self.value]], "released": [released]})}

    def clicked(self, key: str) -> None:
        """Set the slider where the line of the figure of this key was let go."""
        where, state = put(key), st.session_state
        if where.get("put_held") and where.get("put_dial", 0) > 0:
            state[self.key] = nearest(self.at, where["put_dial"])
        state[f"{self.key}_released"] = state.get(f"{self.key}_released", 0) + 1

    def drawn(self, spec: Mapping[str, Any]) -> dict[str, Any]:
        """The spec with the dial, which its marks may read."""
        near = f"{IN_PLOT} && abs(log({self.read}) - log(dial)) < {NEAR}"
        signals = [
            {"name": "slid", "value": "0",
             "bind": {"element": f"#dial_{self.key}", "event": "input"}},
            {"name": "dial", "expr": SERVED, "on": [
                {"events": DRAG, "update": f"held && {IN_PLOT} ? {self.read} : dial"},
                # let go outside: the server hears of nothing, so the line goes back
                {"events": "window:pointerup", "update": f"{IN_PLOT} ? dial : {SERVED}"},
                {"events": "window:pointercancel", "update": SERVED},
                {"events": {"signal": "slid"}, "update": "+slid > 0 ? +slid : dial"},
            ]},
            {"name": "held", "value": False, "on": [{"events": "pointerdown", "update": near}]},
        ]  # fmt: skip
        params = [*signals, *spec.get("params", ())]
        empty = {"mark": {"type": "text"}, "data": {"name": AT}, "encoding": {
            "x": {"value": 0}, "y": {"value": 0}, "text": {"value": ""}}}  # fmt: skip
        reports = {"put_held": "held ? 1 : 0", "put_dial": "dial"}
        return clickable({**spec, "params": params}, [*spec["layer"], empty], reports, "default")

    def draw(self) -> None:
        """Draw the hidden field that carries the slider's value to the figure; see the frame."""
        field = f'<input class="dial" id="dial_{self.key}" data-key="{self.key}" value="0" hidden>'
        st.html(field, unsafe_allow_javascript=True)
