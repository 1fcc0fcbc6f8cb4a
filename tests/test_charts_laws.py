"""The charts of the theory pages: specs over named tables, and refusals."""

import json

import pandas as pd
import pytest

from toylab import charts
from toylab.views import allocation, disagreement, kaplan

PLANE = {"params": allocation.PARAMS, "tokens": allocation.TOKENS}


def drawn(budget="5.76e23", params="1B", step=4):
    a, k = allocation.View(budget=budget), kaplan.View(params=params)
    d = disagreement.View(step=step)
    bend = charts.disagreement.bend
    return {
        "plane": charts.allocation.plane(a.plane, **PLANE),
        "valley": charts.allocation.valley(a.valley),
        "size": charts.allocation.growth(a.growth, *allocation.SIZE),
        "ratio": charts.allocation.growth(a.growth, *allocation.RATIO),
        "choices": charts.allocation.choices(a.choices),
        "sensitivity": charts.allocation.sensitivity(a.sensitivity),
        **{
            of: charts.kaplan.line(k.line(of), of, kaplan.REACH[of], flops=False, floor=True)
            for of in kaplan.TITLES
        },
        "joint": charts.kaplan.family(k.joint, "Tokens", "here"),
        "overfit": charts.kaplan.overfit(k.overfit),
        "curves": charts.kaplan.family(k.curves, "Steps", "stop"),
        "off": charts.kaplan.off(k.off),
        "crossing": charts.kaplan.crossing(kaplan.crossing()),
        "stairs": charts.disagreement.stairs(d.stairs, d.guess, disagreement.NAMES),
        "counting": bend(d.counting.tables, d.counting.words),
        "floor": bend(d.floor.tables, d.floor.words),
    }


ALL = drawn()
every = pytest.mark.parametrize("name", ALL)


def source(chart, layer):
    return layer.get("data", chart.spec.get("data"))["name"]


def read(layer):
    """The fields that a layer reads and does not calculate itself."""
    made = {t["as"] for t in layer.get("transform", []) if "calculate" in t}
    channels = [
        c
        for value in layer["encoding"].values()
        for c in (value if isinstance(value, list) else [value])
    ]
    return {c["field"] for c in channels if "field" in c} - made


@every
def test_every_layer_reads_columns_that_its_table_has(name):
    chart = ALL[name]
    for layer in chart.spec["layer"]:
        table = chart.tables[source(chart, layer)]
        assert read(layer) <= set(table.columns), source(chart, layer)


@every
def test_every_table_is_drawn(name):
    chart = ALL[name]
    assert {source(chart, layer) for layer in chart.spec["layer"]} == set(chart.tables)


@every
def test_moving_a_control_changes_the_tables_and_never_the_spec(name):
    """Else the chart is drawn anew: it flickers, and a selection is lost."""
    other = drawn("1e20", "10M", step=1)[name]
    assert json.dumps(other.spec) == json.dumps(ALL[name].spec)


@every
@pytest.mark.parametrize("channel", ["x", "y"])
def test_both_axes_are_titled_except_where_the_ticks_are_words(name, channel):
    encoded = [x["encoding"][channel] for x in ALL[name].spec["layer"] if channel in x["encoding"]]
    titles = [c.get("title") or (c.get("axis") or {}).get("title") for c in encoded]
    assert any(titles) or encoded[-1]["type"] == "nominal"


def test_counts_in_tips_read_billions_and_not_giga():
    layers = [x for x in ALL["plane"].spec["layer"] if x["data"]["name"] == "models"]
    rules = {t["as"]: t["calculate"] for t in layers[0]["transform"] if "calculate" in t}
    assert "'G', 'B'" in rules["said_active_params"]


@pytest.mark.parametrize(
    ("draw", "table", "column"),
    [
        (lambda t: charts.allocation.plane(t, **PLANE), "models", "waste"),
        (charts.allocation.valley, "answers", "judged"),
        (charts.allocation.choices, "line", "waste"),
    ],
)
def test_a_missing_column_is_refused_by_name(draw, table, column):
    view = allocation.View()
    tables = {**view.choices, **view.plane} if table == "models" else None
    tables = tables or {"answers": view.valley, "line": view.choices}[table]
    broken = {**tables, table: tables[table].drop(columns=column)}
    with pytest.raises(ValueError, match=f"missing columns \\['{column}'\\]"):
        draw(broken)


def test_a_missing_column_of_a_frame_is_refused():
    with pytest.raises(ValueError, match="elasticity"):
        charts.allocation.sensitivity(pd.DataFrame({"constant": ["E"]}))
