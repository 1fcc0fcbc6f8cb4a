"""The charts of the pages on fits: specs over named tables, and refusals."""

import json
import re
from functools import cache

import pytest

from ui.charts import MEANINGS
from ui.concepts.isoflop import charts as isoflop_charts
from ui.concepts.isoflop import view as isoflop
from ui.concepts.isoflop.text import TOLERANCE
from ui.concepts.parametric import charts as parametric_charts
from ui.concepts.parametric import cloud, outer, plane, residuals
from ui.concepts.parametric import view as parametric
from ui.concepts.shared import charts

NAMED = (
    "valleys",
    "optima",
    "winners",
    "naive",
    "surface",
    "residuals",
    "cloud",
)  # at their marks: without a legend
LEGENDS = {  # the words that each legend must have
    "curves": ["learning curves", "their lower envelope"],
    "designs": ["within 10%", "not"],
    "biases": [
        "a curvature each, near the bottoms",
        "a curvature each, all sizes",
        "one curvature for all, all sizes",
    ],
    "variants": ["a recipe", "the right fit, 95 %"],
    "outer": ["k = 1, hollow", "k fitted, filled"],
    "approaches": ["estimate and its 95 % interval", "the known one"],
}
WRONG = parametric.VariantControls()


def of_study(view):
    return {
        "valleys": charts.valleys(view.valleys()),
        "optima": charts.growth(view.growth()),
        "winners": charts.growth(view.winners),
        "naive": charts.growth(view.naive_tables),
        "curves": isoflop_charts.curves(view.curves),
        "designs": isoflop_charts.designs(view.designs, TOLERANCE),
        "biases": isoflop_charts.biases(view.biases),
    }


def of_fit(answer, chosen=WRONG):
    return {
        "surface": parametric_charts.plane(plane.tables(answer)),
        "residuals": parametric_charts.residuals(residuals.tables(answer)),
        "cloud": parametric_charts.cloud(cloud.tables(answer, asked=True, seen=True)),
        "variants": parametric_charts.variants(answer.advised(chosen)),
        "outer": parametric_charts.outer(outer.compare(answer).tables),
        "approaches": charts.approaches(answer.compared),
    }


@cache
def usual():
    """The study and the answer of the pages as they open."""
    return isoflop.Controls(), parametric.simulated(parametric.Controls())


@cache
def drawn():
    """Every chart as its page opens."""
    study, answer = usual()
    return of_study(study) | of_fit(answer)


@cache
def moved():
    """The same with every control moved."""
    study = isoflop.Controls(noise="0.2", sizes=12, budgets=5, seed=4, alpha=0.4)
    controls = parametric.Controls(noise="0.2", seed=4, drop=7, spoiled=7, at="1e21")
    chosen = parametric.VariantControls(delta="0.01", restored=2)
    return of_study(study) | of_fit(parametric.simulated(controls), chosen)


def shown(what):
    """What a page draws a chart from, by its name there."""
    study, answer = usual()
    if what == "cloud":
        return cloud.tables(answer, asked=True, seen=True)
    held = getattr(study if hasattr(study, what) else answer, what)
    return held(WRONG) if what == "advised" else held() if callable(held) else held


every = pytest.mark.parametrize("name", [*NAMED, *LEGENDS])


def test_every_chart_has_its_legend_here_or_none():
    assert set(drawn()) == {*NAMED, *LEGENDS}
    for name in NAMED:
        assert not legends(name)


def source(chart, layer):
    return layer.get("data", chart.spec.get("data"))["name"]


def channels(layer):
    """What a layer encodes, by channel."""
    for name, value in layer["encoding"].items():
        for one in value if isinstance(value, list) else [value]:
            yield name, one


def read(layer):
    """The fields that a layer reads and does not calculate itself."""
    made = {t["as"] for t in layer.get("transform", []) if "calculate" in t}
    return {c["field"] for _, c in channels(layer) if "field" in c} - made


def legends(name):
    """The legends of a chart."""
    return [
        c["legend"] for layer in drawn()[name].spec["layer"] for key, c in channels(layer)
        if key == "color" and c.get("legend")
    ]  # fmt: skip


@every
def test_every_layer_reads_columns_that_its_table_has(name):
    chart = drawn()[name]
    for layer in chart.spec["layer"]:
        assert read(layer) <= set(chart.tables[source(chart, layer)].columns)


@every
def test_every_table_is_drawn(name):
    chart = drawn()[name]
    assert {source(chart, layer) for layer in chart.spec["layer"]} == set(chart.tables)


@every
def test_moving_a_control_changes_the_tables_and_never_the_spec(name):
    """Else the chart is drawn anew: it flickers, and a selection is lost."""
    assert moved()[name].spec == drawn()[name].spec
    assert json.dumps(moved()[name].spec) == json.dumps(drawn()[name].spec)
    assert any(not t.equals(moved()[name].tables[k]) for k, t in drawn()[name].tables.items())


@every
@pytest.mark.parametrize("channel", ["x", "y"])
def test_both_axes_are_titled_except_where_the_ticks_are_words(name, channel):
    encoded = [
        x["encoding"][channel] for x in drawn()[name].spec["layer"] if channel in x["encoding"]
    ]
    words = any(c.get("type") == "nominal" for c in encoded)
    assert words or any(c.get("title") for c in encoded)


@pytest.mark.parametrize(
    ("name", "x", "y", "log"),
    [
        ("valleys", "Parameters", "Loss (nats/token)", "x"),
        ("optima", "Training FLOPs", "Best size, parameters", "xy"),
        ("curves", "Training FLOPs", "Loss (nats/token)", "xy"),
        ("biases", "Grid: factor to either side", "Error of the best size", "x"),
        ("residuals", "Parameters", "Loss above the surface, %", "x"),
        ("cloud", "beta, exponent of the tokens", "B, factor of the tokens' term", "y"),
    ],
)
def test_axes_say_what_they_count_and_counts_are_logarithmic(name, x, y, log):
    layer = next(
        layer["encoding"] for layer in reversed(drawn()[name].spec["layer"])
        if {"field"} <= set(layer["encoding"].get("x", ())) & set(layer["encoding"].get("y", ()))
    )  # fmt: skip
    assert (layer["x"]["title"], layer["y"]["title"]) == (x, y)
    scales = "".join(c for c in "xy" if layer[c].get("scale", {}).get("type") == "log")
    assert scales == log


@pytest.mark.parametrize(("name", "words"), LEGENDS.items())
def test_the_legend_says_what_each_colour_is_here(name, words):
    assert legends(name)
    for legend in legends(name):
        said = json.loads(re.match(r"\((.*)\)\[datum", legend["labelExpr"])[1])
        assert sorted(said.values()) == sorted(words)
        assert legend["values"] == list(said)


@every
def test_a_colour_is_a_meaning_and_never_a_name(name):
    spec = drawn()[name].spec
    for layer in spec["layer"]:
        for key, channel in channels(layer):
            if key == "color":
                assert (channel["field"], channel["scale"]["domain"]) == ("meaning", MEANINGS)
                meant = [t["calculate"] for t in layer["transform"] if t.get("as") == "meaning"]
                assert meant[0].strip("'") in MEANINGS
            assert key not in ("fill", "stroke")
        assert not {"color", "fill"} & set(layer["mark"])
        assert layer["mark"].get("stroke") is None
    told = json.dumps(spec)
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|\b(black|white|gr[ae]y)\b", told)
    assert not {"background", "theme"} & set(spec)  # both themes draw the same spec


def test_the_law_keeps_its_colour_and_the_bottoms_theirs():
    """One meaning, one colour, on every chart of both pages."""
    for name, table, meaning in (
        ("valleys", "truth", "theory"), ("optima", "truth", "theory"),
        ("cloud", "truth", "theory"), ("approaches", "truth", "theory"),
        ("valleys", "bottoms", "optimum"), ("optima", "line", "optimum"),
        ("cloud", "best", "optimum"), ("variants", "band", "optimum"),
        ("valleys", "runs", "data"), ("cloud", "drawn", "data"),
    ):  # fmt: skip
        layers = [x for x in drawn()[name].spec["layer"] if source(drawn()[name], x) == table]
        for layer in layers:
            assert f"'{meaning}'" in {t.get("calculate") for t in layer["transform"]}, name


def test_without_a_law_the_legend_does_not_speak_of_one():
    mine = parametric.Answer(
        parametric.Controls(data="yours"), parametric.simulated(parametric.Controls()).runs
    )
    assert "the law" not in json.dumps(charts.approaches(mine.compared).spec)
    for tables in plane.tables(mine), cloud.tables(mine, asked=False, seen=True):
        assert tables["truth"].empty
        assert not any("law" in name for name in tables["names"]["name"])


def test_beyond_the_runs_a_line_is_thinner_and_among_them_thick():
    lines = {
        step["filter"]: layer["mark"]["strokeWidth"]
        for layer in drawn()["optima"].spec["layer"]
        for step in layer.get("transform", [])
        if "strokeWidth" in layer["mark"] and step.get("filter") in ("true", "!datum.beyond")
    }
    assert lines["!datum.beyond"] > lines["true"]


def test_cells_that_answer_well_enough_are_told_from_those_that_do_not():
    tests = [
        t["filter"] for layer in drawn()["designs"].spec["layer"]
        for t in layer.get("transform", []) if "filter" in t
    ]  # fmt: skip
    good, bad = (f"isValid(datum.typical) && datum.typical {x} 0.1" for x in ("<=", ">"))
    assert tests == [good, bad]
    stricter = isoflop_charts.designs(isoflop.Controls().designs, 0.05)
    assert "datum.typical <= 0.05" in json.dumps(stricter.spec)
    assert "within 5%" in json.dumps(stricter.spec)


def test_recipes_and_approaches_stand_in_the_order_of_their_tables():
    recipes = drawn()["variants"].tables["recipes"]["recipe"]
    rows = [x["encoding"]["y"] for x in drawn()["variants"].spec["layer"] if "y" in x["encoding"]]
    assert [row["sort"] for row in rows] == [list(recipes)] * len(rows)


def test_a_study_without_a_fit_is_drawn_without_parabolas():
    view = isoflop.Controls(width="20", sizes=5)
    with pytest.raises(ValueError, match="budgets have a bottom to be trusted"):
        _ = view.profiles
    chart = charts.valleys(view.valleys())
    assert chart.spec == drawn()["valleys"].spec
    assert chart.tables["parabolas"].empty
    assert chart.tables["bottoms"].empty
    assert len(chart.tables["runs"]) == 35


@pytest.mark.parametrize(
    ("draw", "what", "table", "column"),
    [
        (charts.valleys, "valleys", "runs", "budget"),
        (charts.valleys, "valleys", "names", "name"),
        (charts.growth, "growth", "line", "beyond"),
        (charts.growth, "growth", "dots", "high"),
        (isoflop_charts.curves, "curves", "curves", "run"),
        (parametric_charts.cloud, "cloud", "drawn", "beta"),
        (parametric_charts.variants, "advised", "recipes", "why"),
        (parametric_charts.variants, "advised", "band", "high"),
        (charts.approaches, "compared", "approaches", "low"),
    ],
)
def test_a_missing_column_is_refused_by_name(draw, what, table, column):
    tables = shown(what)
    broken = {**tables, table: tables[table].drop(columns=column)}
    with pytest.raises(ValueError, match=rf"missing columns \['{column}'\]; have \["):
        draw(broken)


@pytest.mark.parametrize(
    ("draw", "what", "column"),
    [
        (lambda t: isoflop_charts.designs(t, TOLERANCE), "designs", "typical"),
        (isoflop_charts.biases, "biases", "off_centre"),
    ],
)
def test_a_missing_column_of_a_frame_is_refused(draw, what, column):
    with pytest.raises(ValueError, match=rf"missing columns \['{column}'\]"):
        draw(shown(what).drop(columns=column))
