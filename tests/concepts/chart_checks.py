"""Checks that hold for the chart of any concept."""

import json
from functools import cache

import altair as alt

from ui.charts import TICKED, TICKS


def source(chart, layer):
    """The name of a layer's table; empty where the browser computes its marks."""
    return layer.get("data", chart.spec.get("data")).get("name", "")


def fields(layer):
    """The fields that a layer reads and does not calculate itself."""
    made = {t["as"] for t in layer.get("transform", []) if "calculate" in t}
    channels = [
        channel
        for value in layer["encoding"].values()
        for channel in (value if isinstance(value, list) else [value])
    ]
    return {channel["field"] for channel in channels if "field" in channel} - made


@cache
def validate(spec):
    """A spec as text is what Vega-Lite's schema allows; without its many ticks, for speed."""
    short = spec.replace(json.dumps(TICKS), json.dumps(TICKED.to_dict()))
    alt.LayerChart.from_dict(json.loads(short), validate=True)


def check(chart):
    """Every layer reads columns that its table has, every table is drawn, axes are titled."""
    validate(json.dumps(chart.spec))
    layers = chart.spec["layer"]
    for layer in layers:
        name = source(chart, layer)
        known = {"k"} if not name else set(chart.tables[name].columns)
        assert fields(layer) <= known, name
    assert {source(chart, layer) for layer in layers} - {""} == set(chart.tables)
    for axis in "x", "y":
        encoded = [layer["encoding"][axis] for layer in layers if axis in layer["encoding"]]
        titles = [c.get("title") or (c.get("axis") or {}).get("title") for c in encoded]
        assert any(titles) or encoded[-1]["type"] == "nominal"  # where the ticks are words


def same_spec(chart, other):
    """Whether only the tables differ: else a chart is drawn anew, and a selection is lost."""
    return json.dumps(chart.spec) == json.dumps(other.spec)
