"""The charts of the theory pages: specs over named tables, and refusals."""

import json

import pandas as pd
import pytest

from ui.concepts.allocation import charts as allocation_charts
from ui.concepts.allocation import view as allocation
from ui.concepts.disagreement import charts as disagreement_charts
from ui.concepts.disagreement import view as disagreement
from ui.concepts.kaplan import charts as kaplan_charts
from ui.concepts.kaplan import view as kaplan

PLANE = {"params": allocation.PARAMS, "tokens": allocation.TOKENS}


def drawn(budget="5.76e23", params="1B", step=4):
    a, k = allocation.View(budget=budget), kaplan.View(params=params)
    d = disagreement.View(step=step)
    bend = disagreement_charts.bend
    return {
        "plane": allocation_charts.plane(a.plane, **PLANE),
        "valley": allocation_charts.valley(a.valley),
        "size": allocation_charts.growth(a.growth, *allocation.SIZE),
        "ratio": allocation_charts.growth(a.growth, *allocation.RATIO),
        "choices": allocation_charts.choices(a.choices),
        "sensitivity": allocation_charts.sensitivity(a.sensitivity),
        **{
            of: kaplan_charts.line(k.line(of), of, kaplan.REACH[of], flops=False, floor=True)
            for of in kaplan.TITLES
        },
        "joint": kaplan_charts.family(k.joint, "Tokens", "here"),
        "overfit": kaplan_charts.overfit(k.overfit),
        "curves": kaplan_charts.family(k.curves, "Steps", "stop"),
        "off": kaplan_charts.off(k.off),
        "crossing": kaplan_charts.crossing(kaplan.crossing()),
        "stairs": disagreement_charts.stairs(d.stairs, d.guess, disagreement.NAMES),
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
        (lambda t: allocation_charts.plane(t, **PLANE), "models", "waste"),
        (allocation_charts.valley, "answers", "judged"),
        (allocation_charts.choices, "line", "waste"),
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
        allocation_charts.sensitivity(pd.DataFrame({"constant": ["E"]}))
