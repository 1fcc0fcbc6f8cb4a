"""Charts: from tidy tables to Vega-Lite.

Nothing is computed beyond selecting and labelling: the same tables always give the same chart.
A chart is a spec over named tables, and the tables. The spec depends on what the axes say and
never on the rows, so it is made once, and a live figure gets new rows without being redrawn.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import altair as alt
import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]

from ui import labels

# One colour, one meaning, on every page. A chart names the meaning and the theme gives the
# colour, so the same chart reads in light and dark; the order is chartCategoricalColors'.
MEANINGS = ["data", "model", "theory", "optimum", "budget", "rival", "guess"]
COLOUR = alt.Scale(domain=MEANINGS)
HEIGHT = 430
GROWS = {  # with the letters, where a figure is shown to many
    "labelFontSize", "titleFontSize", "fontSize", "strokeWidth", "size", "symbolSize", "height",
    "labelLimit",
}  # fmt: skip
# A log axis shows the decades; 1, 2 and 5 of each where there is room; on a short one, more.
TICKS = [m * 10.0**k for k in range(-12, 29) for m in (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8)]
TICKED = alt.ExprRef("ticks")  # TICKS, as a signal of Vega's: an axis each would be most of a spec
SPAN = "log(domain('{0}')[1] / domain('{0}')[0])"
FIRST = "substring(format(datum.value, '.1e'), 0, 3)"
ROOM = f"{SPAN} < 1.5 || {FIRST} == '1.0' || {SPAN} < 7 && ({FIRST} == '2.0' || {FIRST} == '5.0')"
POWER = "replace(replace(format(datum.value, '.1e'), '.0e', 'e'), 'e+', 'e')"  # 1e-3, 1e9
COUNT = f"(datum.value < 1e15 ? replace(format(datum.value, '~s'), 'G', 'B') : {POWER})"  # 1M, 70B
PLAIN = "format(datum.value, '~g')"  # 0.5, 2

DOT: Any = {"filled": True, "size": 240, "clip": True}  # the mark to look at first


@dataclass(frozen=True)
class Chart:
    """A Vega-Lite spec, and the tables it names."""

    spec: dict[str, Any]
    tables: dict[str, pd.DataFrame]

    @cached_property
    def arrow(self) -> dict[str, bytes]:
        """The tables as a browser reads them: Arrow's stream format."""
        return {name: _streamed(table) for name, table in self.tables.items()}


def _streamed(table: pd.DataFrame) -> bytes:
    made, sink = pa.Table.from_pandas(table), pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, made.schema) as stream:
        stream.write_table(made)
    return bytes(sink.getvalue().to_pybytes())


def layer(table: str, *counts: str) -> alt.Chart:
    """Marks over a named table; `counts` are columns that `count_tooltip` reads as 70.3B."""
    said = {
        f"said_{column}": f"datum.{column} < 1e15 ? replace(format(datum.{column}, '.3s'), "
        f"'G', 'B') : replace(format(datum.{column}, '.2e'), 'e+', 'e')"
        for column in counts
    }
    chart = alt.Chart(alt.NamedData(table))
    return chart.transform_calculate(**said) if said else chart


def count_tooltip(column: str, title: str) -> alt.Tooltip:
    """A tip that reads 70.3B, where alt's own format would have 70.3G."""
    return alt.Tooltip(f"said_{column}:N", title=title)


def log_axis(
    field: str,
    title: str,
    channel: type[alt.X] | type[alt.Y] = alt.Y,
    domain: tuple[float, float] | None = None,
    say: str = POWER,
) -> alt.X | alt.Y:
    """A log axis that reads 1e-3, 1e-2; with `say=COUNT` one that reads 1M, 1B."""
    name = "x" if channel is alt.X else "y"
    room = ROOM.format(name)
    grid: Any = {"condition": {"test": room, "value": 0.5}, "value": 0}
    label = f"{room} ? {say} : ''"
    axis = alt.Axis(values=TICKED, labelExpr=label, labelOverlap="greedy", gridOpacity=grid)
    scale = alt.Scale(type="log", nice=False, padding=12)
    if domain:
        scale = alt.Scale(type="log", nice=False, domain=domain)
    return channel(field, axis=axis, title=title, scale=scale)


def colour_by_meaning(
    columns: int = 0, orient: Any = "top", **words: str
) -> Callable[[str, alt.Chart], alt.Chart]:
    """A function that gives a layer the colour of its meaning, and the legend its words.

    A legend of many words breaks into `columns`, so that none is cut off. It stands above the
    plot, or in a corner that is free, such as bottom-right.
    """
    words = {meaning: said for meaning, said in words.items() if said}
    legend = words and alt.Legend(
        title=None,
        orient=orient,
        values=list(words),
        labelExpr=f"({json.dumps(words)})[datum.label]",
        labelFontSize=14,
        labelLimit=260,
        symbolType="circle",
        symbolOpacity=1,
        symbolStrokeWidth=4,
        symbolSize=60,
        columnPadding=10,
        columns=columns,
    )
    colour = alt.Color("meaning:N", scale=COLOUR, legend=legend or None)
    return lambda meaning, chart: chart.transform_calculate(meaning=repr(meaning)).encode(colour)


def coloured(chart: alt.Chart) -> alt.Chart:
    """A layer in which each row has the colour of its own meaning, a column of the table."""
    return chart.encode(alt.Color("meaning:N", scale=COLOUR, legend=None))


def named(table: str, size: int = 13) -> list[alt.Chart]:
    """Names at the places that `ui.labels` has found, and lines to those that stand away."""
    rows = layer(table).transform_filter(labels.CHOSEN)
    x, y = alt.ExprRef("datum.across * width"), alt.ExprRef("(1 - datum.up) * height")
    text = rows.mark_text(
        fontSize=size, baseline="middle", align=alt.ExprRef("datum.align"),
        dx=alt.ExprRef("datum.dx"), dy=alt.ExprRef("datum.dy"),
    ).encode(x=alt.value(x), y=alt.value(y), text="name:N")  # fmt: skip
    x2, y2 = (
        alt.ExprRef("datum.across * width + 0.9 * datum.dx"),
        alt.ExprRef("(1 - datum.up) * height + 0.9 * datum.dy"),
    )
    lead = rows.transform_filter("datum.far").mark_rule(strokeWidth=1.2)
    lead = colour_by_meaning()("budget", lead)
    return [lead.encode(x=alt.value(x), y=alt.value(y), x2=alt.value(x2), y2=alt.value(y2)), text]


def finish(layers: list[alt.Chart], height: int = HEIGHT) -> dict[str, Any]:
    """Sizes that read from the back of a classroom.

    The schema is checked by tests, not here: that takes a third of the time to the first figure.
    """
    chart = alt.LayerChart(layer=layers).properties(height=height)
    spec = chart.configure_axis(
        labelFontSize=15,
        titleFontSize=16,
        titlePadding=12,
        gridOpacity=0.5,
        titleFontWeight=500,
    ).to_json(indent=None, sort_keys=False, validate=False)
    ticks = [{"name": "ticks", "value": TICKS}] if json.dumps(TICKED.to_dict()) in spec else []
    made = json.loads(spec)
    return made | {"params": [*ticks, *made.get("params", ())]}


def larger(spec: Any, by: float = 1.3) -> Any:
    """The same spec with larger letters and marks, for a projector."""
    if isinstance(spec, Mapping):
        return {
            key: part * by if key in GROWS and isinstance(part, int | float) else larger(part, by)
            for key, part in spec.items()
        }
    return [larger(part, by) for part in spec] if isinstance(spec, list) else spec


def axis_ends(name: str) -> Any:
    """The ends of an axis, from the table `axes`; it arrives a moment after the chart."""
    return [
        alt.ExprRef(f"length(data('axes')) ? data('axes')[0].{name}{k} : {k + 1}") for k in (0, 1)
    ]


def keep_table(table: str) -> alt.Chart:
    """An empty mark: a table that only axes read is dropped."""
    return layer(table).mark_text().encode(x=alt.value(0), y=alt.value(0), text=alt.value(""))


def select(
    tables: Mapping[str, pd.DataFrame], needs: Mapping[str, Sequence[str]]
) -> dict[str, pd.DataFrame]:
    """The columns of each table that a chart needs."""
    return {name: columns(tables[name], *wanted) for name, wanted in needs.items()}


def columns(frame: pd.DataFrame, *names: str) -> pd.DataFrame:
    """The columns that a chart reads; refused if one is missing."""
    have = list(frame.columns)
    if have == list(names):  # choosing them would copy: 1 ms, many times a redraw
        return frame
    missing = set(names) - set(have)
    if missing:
        raise ValueError(f"missing columns {sorted(missing)}; have {have}")
    return frame[list(names)]
