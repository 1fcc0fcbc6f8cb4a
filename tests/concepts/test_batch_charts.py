"""The charts of the pages on batch size: specs over named tables, and refusals."""

import json
import re
from functools import cache

import altair as alt
import numpy as np
import pandas as pd
import pytest

from toylab.experiments import batch_lr_study, critical_batch_study
from toylab.live.result_source import choose_source
from toylab.tables import batch_steps
from ui.charts import MEANINGS
from ui.concepts.batch_lr import charts as batch_lr_charts
from ui.concepts.batch_lr import live as batch_lr_live
from ui.concepts.batch_lr import view as batch_lr
from ui.concepts.critical_batch import charts as critical_batch_charts
from ui.concepts.critical_batch import live as critical_live
from ui.concepts.critical_batch import view as critical_batch
from ui.concepts.shared import charts as shared_charts
from ui.concepts.shared import steps_table
from ui.concepts.shared.hyperbolas import hyperbolas

BOX = batch_lr.Controls().box
WORDS = {**batch_lr.ALT, **critical_batch.ALT, "own": steps_table.ALT}
ACROSS, UP = batch_lr.CURVES


CURVES = ["DeepSeek 67B", "DeepSeek 7B", "found", "law", "line through them"]


def moving(what):
    box = ACROSS, UP[what]
    return lambda tables: batch_lr_charts.moving(tables, batch_lr.TITLES[what], box)


DRAW = {
    "valley": lambda tables: batch_lr_charts.valley(tables, BOX),
    "batch": moving("batch"),
    "lr": moving("lr"),
    "landings": lambda tables: batch_lr_charts.landings(tables, BOX),
    "advice_batch": lambda t: batch_lr_charts.advice(t["advice"], "batch", batch_lr.BATCH),
    "advice_lr": lambda t: batch_lr_charts.advice(t["advice"], "lr", batch_lr.RATE),
    "grid": lambda tables: batch_lr_charts.valley(
        tables, batch_lr.box(batch_lr_study.GRID), "characters", "a budget"
    ),
    "tradeoff": lambda t: critical_batch_charts.tradeoff(t, critical_batch.SPENT),
    "growth": lambda tables: critical_batch_charts.growth(tables, critical_batch.growth_axes()),
    "races": lambda t: shared_charts.races(t, "characters", critical_batch.RACED),
    "scales": lambda t: critical_batch_charts.scales(t, critical_batch.SCALED),
    "clock": critical_batch_charts.clock,
    "choice": critical_batch_charts.choice,
    "quadratic": lambda tables: shared_charts.races(tables, "examples"),
    "own": lambda tables: shared_charts.races(tables, "examples"),
}


def trained(study, live, rows):
    """The results of a recorded study when these rows have come in."""
    source = choose_source(None, None, study, type(study).recorded, study)
    return live.gather(source, source.rows[rows], None)


def tables(view, guess, model, asked, hall, bowl, rows):
    """The tables of every chart, for these controls and these of the recorded rows."""
    grids = trained(batch_lr_study.BatchLrStudy.PRESETS["recorded"], batch_lr_live, rows)
    raced = trained(
        critical_batch_study.CriticalBatchStudy.PRESETS["recorded"], critical_live, rows
    )
    wide = raced.races[raced.races["steps"] > 0].assign(group="mine")
    return {
        "valley": view.valley(guess, seen=True),
        "batch": view.moving("batch"),
        "lr": view.moving("lr"),
        "landings": view.landings,
        "advice_batch": {"advice": model.advised},
        "advice_lr": {"advice": model.advised},
        "grid": grids.tables(grids.valleys[0]),
        "tradeoff": asked.tradeoff(),
        "growth": asked.growth,
        "races": raced.drawn,
        "scales": raced.scales,
        "clock": hall.clock(asked),
        "choice": hall.choice(asked),
        "quadratic": bowl.drawn,
        "own": hyperbolas(wide, batch_steps.fits(wide)),
    }


@cache
def opened():
    """The tables of every chart as the pages open."""
    return tables(
        batch_lr.Controls(), (2.0**19, 1e-3), batch_lr.ModelControls(),
        critical_batch.Controls(), critical_batch.ClusterControls(),
        critical_batch.QuadraticControls(), slice(None),
    )  # fmt: skip


@cache
def others():
    """The same with every control moved."""
    return tables(
        batch_lr.Controls(noise="2", seed=3, tilt=0.2, finder="lowest"),
        (2.0**17, 3e-4),
        batch_lr.ModelControls("5B", "2T"),
        critical_batch.Controls(batch="262k"),
        critical_batch.ClusterControls("64", "A100", "300"),
        critical_batch.QuadraticControls("100"),
        slice(0, None, 2),
    ) | {"growth": critical_batch.Controls("3").growth}


@cache
def drawn(name):
    """A chart as its page opens."""
    return DRAW[name](opened()[name])


every = pytest.mark.parametrize("name", DRAW)


def source(chart, layer):
    return layer.get("data", chart.spec.get("data"))["name"]


def channels(layer):
    """What a layer encodes, by channel."""
    for name, value in layer["encoding"].items():
        for one in value if isinstance(value, list) else [value]:
            yield name, one


def read(layer):
    """The columns that a layer reads, in channels, calculations and tests."""
    made = {t["as"] for t in layer.get("transform", []) if "calculate" in t}
    fields = {c["field"] for _, c in channels(layer) if "field" in c} - made
    told = [t for t in layer.get("transform", []) if {"calculate", "filter"} & set(t)]
    return fields | set(re.findall(r"datum\.(\w+)", json.dumps(told)))


def meant(layer):
    """The meaning of a layer, if it has a colour."""
    said = [t["calculate"] for t in layer.get("transform", []) if t.get("as") == "meaning"]
    return said[0].strip("'") if said else None


def rows(chart, layer):
    """The rows of its table that a layer draws; names are for one width or the other."""
    kept = chart.tables[source(chart, layer)].reset_index(drop=True)
    if source(chart, layer) == "names":
        return kept
    for test in [t["filter"] for t in layer.get("transform", []) if "filter" in t]:
        column, value = re.fullmatch(r"!?datum\.(\w+)(?: == '(\w+)')?", test).groups()
        chosen = kept[column] == value if value else kept[column].astype(bool)
        kept = kept[~chosen if test.startswith("!") else chosen]
    return kept


def legend(chart):
    """What each colour is called, by meaning."""
    found = [
        c["legend"] for layer in chart.spec["layer"] for key, c in channels(layer)
        if key == "color"
    ]  # fmt: skip
    assert all(one == found[0] for one in found)
    if found[0] is None:
        return {}  # the names stand at the marks
    said = json.loads(re.match(r"\((.*)\)\[datum", found[0]["labelExpr"])[1])
    assert found[0]["values"] == list(said)
    return said


def axes(chart, channel):
    """A channel of every layer that has it, where it is a place."""
    encoded = [layer["encoding"] for layer in chart.spec["layer"]]
    return [e[channel] for e in encoded if "field" in e.get(channel, {})]


def ends(chart, channel):
    """The ends of an axis, fixed in the spec or in the table that it is read from."""
    if "axes" in chart.tables:
        return chart.tables["axes"].loc[0, [f"{channel}0", f"{channel}1"]]
    return axes(chart, channel)[0]["scale"]["domain"]


# --- specs ------------------------------------------------------------------------------------


@every
def test_every_layer_reads_columns_that_its_table_has(name):
    chart = drawn(name)
    for layer in chart.spec["layer"]:
        assert read(layer) <= set(chart.tables[source(chart, layer)].columns)


@every
def test_every_table_that_has_rows_is_drawn(name):
    chart = drawn(name)
    used = {source(chart, layer) for layer in chart.spec["layer"]}
    assert used <= set(chart.tables)
    assert all(chart.tables[left].empty for left in set(chart.tables) - used)


def test_a_grid_with_its_title_is_valid_vega_lite():
    """Altair looks at every spec that it makes; the title is put on afterwards."""
    spec = drawn("grid").spec
    assert alt.LayerChart.from_dict(spec).to_dict()["title"] == spec["title"]


@every
def test_other_numbers_change_the_tables_and_never_the_spec(name):
    """Else the chart is drawn anew: it flickers, and a selection is lost."""
    other = DRAW[name](others()[name])
    assert json.dumps(other.spec) == json.dumps(drawn(name).spec)
    assert any(not t.equals(other.tables[k]) for k, t in drawn(name).tables.items())


@every
def test_a_table_without_a_row_is_drawn_by_the_same_spec(name):
    empty = {table: frame[:0] for table, frame in opened()[name].items()}
    assert DRAW[name](empty).spec == drawn(name).spec


@pytest.mark.parametrize("some", [slice(0), slice(1), slice(0, None, 7), slice(-40, None)])
def test_a_live_run_keeps_its_specs_from_the_first_row_to_the_last(some):
    grids = trained(batch_lr_study.BatchLrStudy.PRESETS["recorded"], batch_lr_live, some)
    raced = trained(
        critical_batch_study.CriticalBatchStudy.PRESETS["recorded"], critical_live, some
    )
    assert len(grids.valleys) == len(batch_lr_study.TOKENS)
    valleys = [("grid", grids.tables(valley)) for valley in grids.valleys]
    for name, found in [*valleys, ("races", raced.drawn), ("scales", raced.scales)]:
        assert DRAW[name](found).spec == drawn(name).spec


@every
def test_whatever_says_which_rows_a_layer_draws_finds_some(name):
    """Every filter names a kind that the tables have, and no row is left undrawn."""
    chart, left = drawn(name), {}
    for layer in chart.spec["layer"]:
        if source(chart, layer) == "names":
            continue
        if any("filter" in t for t in layer.get("transform", [])):
            seen, table = rows(chart, layer), source(chart, layer)
            assert len(seen) or (name, meant(layer)) == ("advice_lr", "rival")  # Kaplan
            left.setdefault(table, set(range(len(chart.tables[table])))).difference_update(
                seen.index
            )
    assert not any(left.values())


# --- axes -------------------------------------------------------------------------------------

TITLES = {  # what each axis must say: a quantity and its unit
    "valley": ("batch.*tokens", "learning rate", "xy"),
    "batch": ("FLOPs", "batch.*tokens", "xy"),
    "lr": ("FLOPs", "rate", "xy"),
    "landings": ("batch.*tokens", "learning rate", "xy"),
    "advice_batch": ("batch.*tokens", None, "x"),
    "advice_lr": ("learning rate", None, "x"),
    "grid": ("batch.*characters", "learning rate", "xy"),
    "tradeoff": ("tokens", "steps", "xy"),
    "growth": ("loss.*nats/token", "batch.*tokens", "xy"),
    "races": ("characters", "steps", "xy"),
    "scales": ("loss.*nats/character", "batch.*characters", "y"),
    "clock": ("cost.*device-days", "time.*days", "xy"),
    "choice": ("batch.*tokens", "time.*days", "xy"),
    "quadratic": ("examples", "steps", "xy"),
    "own": ("examples", "steps", "xy"),
}


@pytest.mark.parametrize(("name", "x", "y", "log"), [(k, *v) for k, v in TITLES.items()])
def test_an_axis_says_what_it_counts_and_counts_are_logarithmic(name, x, y, log):
    for channel, words in ("x", x), ("y", y):
        encoded = axes(drawn(name), channel)
        (title,) = {c.get("title") for c in encoded}  # layers that differ would be joined
        assert title is None if words is None else re.search(words, title, re.IGNORECASE)
        scales = {json.dumps(c.get("scale"), sort_keys=True) for c in encoded}
        assert len(scales) == 1
        assert (json.loads(scales.pop()) or {}).get("type") == ("log" if channel in log else None)


def test_a_log_axis_has_a_tick_at_every_decade_it_may_show():
    spec = drawn("races").spec
    signals = {one["name"]: one["value"] for one in spec["params"] if "value" in one}
    for channel in "x", "y":
        for axis in axes(drawn("races"), channel):
            assert {10.0**k for k in range(-9, 25)} <= set(signals[axis["axis"]["values"]["expr"]])


@every
def test_where_the_words_of_a_figure_speak_of_log_axes_it_has_them(name):
    words = WORDS[name]
    both, one = "on log axes" in words, "on a log axis" in words
    assert not (both or one) or TITLES[name][2] == ("xy" if both else "x")


@pytest.mark.parametrize("name", ["growth", "scales"])
def test_a_loss_falls_to_the_right_as_training_goes(name):
    assert all(c["scale"]["reverse"] for c in axes(drawn(name), "x"))


@pytest.mark.parametrize("name", ["races", "batch", "lr", "tradeoff", "valley", "grid"])
def test_nothing_that_was_found_lies_beyond_the_axes(name):
    """They are fixed, so that a live figure is not drawn anew; a mark outside is cut off."""
    chart = drawn(name)
    for layer in chart.spec["layer"]:
        if layer["mark"]["type"] not in ("point", "rect", "area"):
            continue
        for channel in {"x", "x2", "y", "y2"} & set(layer["encoding"]):
            field = layer["encoding"][channel]["field"]
            low, high = ends(chart, channel[0])
            table = rows(chart, layer)
            assert table[field].between(low * (1 - 1e-12), high * (1 + 1e-12)).all(), field


@pytest.mark.parametrize("loss", critical_batch.LOSSES)
def test_the_batches_of_the_tradeoff_lie_on_its_axes_at_every_loss(loss):
    for batch in critical_batch.BATCHES:
        asked = critical_batch.Controls(loss, batch)
        for (low, high), column in zip(critical_batch.SPENT, ("examples", "steps"), strict=True):
            assert asked.tradeoff()["batches"][column].between(low, high).all()


# --- colours and legends ----------------------------------------------------------------------


def colours(name, table):
    """The meanings that a table's marks have."""
    layers = [x for x in drawn(name).spec["layer"] if source(drawn(name), x) == table]
    return {meant(layer) for layer in layers} - {None}


REAL = "budget"  # of what is used in practice
SAYS = {  # what the legend must say of each colour
    "landings": {"model": "lowest", "optimum": "bottom", "theory": "law"},
    "advice_batch": {"data": "best", "rival": "critical"},
    "advice_lr": {"data": "best"},
    "grid": {"data": "runs", "model": "lowest", "optimum": "bottom"},
    "races": {"data": "runs", "model": "hyperbola", "optimum": "critical"},
    "scales": {"optimum": "critical", "budget": "single", "data": "noise scale",
               "rival": "noise scale"},
    "clock": {"model": "devices", "rival": "your"},
    "choice": {"model": "your", "rival": "fastest", "optimum": "critical"},
    "quadratic": {"data": "runs", "model": "hyperbola", "optimum": "critical"},
    "own": {"data": "runs", "model": "hyperbola", "optimum": "critical"},
}  # fmt: skip


@pytest.mark.parametrize(("name", "words"), SAYS.items())
def test_the_legend_says_what_each_colour_is_here(name, words):
    said = legend(drawn(name))
    assert set(said) == set(words)
    assert len(set(said.values())) == len(said)
    for meaning, word in words.items():
        assert re.search(word, said[meaning], re.IGNORECASE)


@pytest.mark.parametrize("name", SAYS)
def test_every_colour_that_is_drawn_has_a_word_and_every_word_is_drawn(name):
    chart = drawn(name)
    used = {meant(layer) for layer in chart.spec["layer"] if len(rows(chart, layer))} - {None}
    assert used == set(legend(chart))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("valley", ["bottom of the fit", "lowest run", "the law"]),
        ("tradeoff", ["critical: ", "least steps", "least tokens", "twice: ", "your batch: "]),
        ("growth", sorted(critical_batch.LAW_NAMES.values())),
        ("batch", CURVES),
        ("lr", CURVES),
    ],
)
def test_a_figure_without_a_legend_names_its_marks_once_for_each_width(name, words):
    """All other charts have a legend."""
    assert legend(drawn(name)) == {}
    named = {"valley", "tradeoff", "growth", "batch", "lr"}
    assert set(SAYS) == set(DRAW) - named
    for wide, names in drawn(name).tables["names"].groupby("wide"):
        told = sorted(names["name"])
        assert wide is False or len(told) == len(words)
        for said in told:
            assert sum(said.startswith(word) for word in words) == 1, said
        assert len(set(told)) == len(told)


def test_a_real_grid_speaks_of_no_law_and_of_no_guess():
    spec, said = drawn("grid").spec, str(legend(drawn("grid")))
    assert "law" not in said
    assert "guess" not in said
    assert not {meant(layer) for layer in spec["layer"]} & {"theory", "guess"}
    assert "a budget" in spec["title"]["text"]


@every
def test_a_colour_is_a_meaning_and_never_a_name(name):
    spec = drawn(name).spec
    for layer in spec["layer"]:
        for key, channel in channels(layer):
            if key == "color":
                assert (channel["field"], channel["scale"]["domain"]) == ("meaning", MEANINGS)
                assert meant(layer) in MEANINGS
            assert key not in ("fill", "stroke")
        assert not {"color", "fill"} & set(layer["mark"])
        assert layer["mark"].get("stroke") is None
    told = json.dumps(spec)
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|\b(black|white|gr[ae]y)\b", told)
    assert not {"background", "theme"} & set(spec)  # both themes draw the same spec


@pytest.mark.parametrize(
    ("meaning", "places"),
    {
        "theory": [("valley", "truth"), ("valley", "contours"), ("landings", "truth"),
                   ("batch", "law"), ("lr", "law"), ("batch", "here"), ("tradeoff", "least")],
        "optimum": [("valley", "fitted"), ("grid", "fitted"), ("grid", "seeds"),
                    ("landings", "fits"), ("batch", "line"), ("lr", "line"),
                    ("races", "knees"), ("scales", "critical"), ("choice", "critical")],
        "model": [("valley", "lowest"), ("grid", "lowest"), ("landings", "cells"),
                  ("tradeoff", "curve"), ("races", "curves"), ("quadratic", "curves")],
        "data": [("valley", "cells"), ("grid", "cells"), ("batch", "dots"), ("races", "runs"),
                 ("own", "runs")],
        "rival": [("clock", "here")],
        "budget": [("scales", "alone")],
    }.items(),
)  # fmt: skip
def test_one_thing_has_one_colour_on_both_pages(meaning, places):
    for name, table in places:
        assert colours(name, table) == {meaning}, (name, table)


def test_real_models_are_told_from_what_a_study_finds_and_from_the_law():
    for name in "batch", "lr":
        assert colours(name, "used") == {REAL}
    for other in "dots", "line", "law", "here":
        assert REAL not in colours("batch", other)


def test_your_batch_the_critical_one_and_the_least_are_told_apart():
    kinds = {
        t["filter"].split("'")[1]: meant(layer) for layer in drawn("tradeoff").spec["layer"]
        for t in layer.get("transform", [])
        if "filter" in t and source(drawn("tradeoff"), layer) == "batches"
    }  # fmt: skip
    assert kinds == {"critical": "optimum", "yours": "rival", "double": "rival"}
    dashed = {
        source(drawn("tradeoff"), layer) for layer in drawn("tradeoff").spec["layer"]
        if "strokeDash" in layer["mark"]
    }  # fmt: skip
    assert dashed == {"least"}


@pytest.mark.parametrize(
    ("name", "law", "meaning"),
    [("growth", "kaplan", "theory"), ("growth", "inverse", "rival"),
     ("growth", "minicpm", "data"), ("scales", "tuned", "data"), ("scales", "!", "rival")],
)  # fmt: skip
def test_each_line_has_the_colour_that_the_legend_gives_it(name, law, meaning):
    found = [
        meant(layer) for layer in drawn(name).spec["layer"] for t in layer["transform"]
        if law in t.get("filter", "").replace("!datum.tuned", "!")
    ]  # fmt: skip
    assert found == [meaning]


# --- marks ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["valley", "grid"])
def test_a_cell_covers_its_batch_and_rate_and_is_darker_the_lower_its_loss(name):
    cells = drawn(name).spec["layer"][0]["encoding"]
    assert [cells[c]["field"] for c in ("x", "x2", "y", "y2")] == [
        "left", "right", "bottom", "top",
    ]  # fmt: skip
    assert cells["opacity"]["field"] == "above"
    dark = cells["opacity"]["scale"]
    assert dark["domain"] == sorted(dark["domain"])
    assert dark["range"] == sorted(dark["range"], reverse=True)
    assert len(dark["domain"]) == len(dark["range"])
    table = drawn(name).tables["cells"]
    for low, at, high in (("left", "batch", "right"), ("bottom", "lr", "top")):
        assert ((table[low] < table[at]) & (table[at] < table[high])).all()


def test_a_ring_is_drawn_in_the_order_of_its_table_and_closes():
    (ring,) = [x for x in drawn("valley").spec["layer"] if source(drawn("valley"), x) == "contours"]
    assert ring["mark"]["order"] is False  # else the points are joined from left to right
    assert ring["encoding"]["detail"]["field"] == "level"
    for _, points in drawn("valley").tables["contours"].groupby("level"):
        ends = points[["batch", "lr"]].to_numpy()[[0, -1]]
        assert ends[0] == pytest.approx(ends[1])


@pytest.mark.parametrize(
    ("name", "table", "field"), [("races", "curves", "steps"), ("clock", "line", "devices")]
)
def test_a_curve_is_joined_along_itself(name, table, field):
    (line,) = [
        x for x in drawn(name).spec["layer"]
        if source(drawn(name), x) == table and x["mark"]["type"] == "line"
    ]  # fmt: skip
    assert line["encoding"]["order"]["field"] == field


def test_each_loss_has_its_own_hyperbola_and_its_name():
    (line,) = [
        x for x in drawn("races").spec["layer"] if source(drawn("races"), x) == "curves"
    ]  # fmt: skip
    assert line["encoding"]["detail"]["field"] == "group"
    found = drawn("races").tables
    assert set(found["curves"]["group"]) == set(found["names"]["name"])
    assert found["curves"]["group"].nunique() == len(
        critical_batch_study.CriticalBatchStudy.PRESETS["recorded"].targets
    )


def test_a_laws_advice_is_written_beside_its_dot_and_laws_stand_in_their_order():
    for name, column in ("advice_batch", "batch"), ("advice_lr", "lr"):
        text = drawn(name).spec["layer"][-1]
        assert text["mark"]["type"] == "text"
        assert f"datum.{column}" in json.dumps(text["transform"])
        assert all(c["sort"] is None for c in axes(drawn(name), "y"))


def test_a_law_that_says_nothing_of_the_rate_has_no_dot_there():
    advised = opened()["advice_lr"]["advice"]
    silent = set(advised["law"][advised["lr"].isna()])
    assert silent
    assert not silent & set(drawn("advice_lr").tables["advice"]["law"])
    assert silent < set(drawn("advice_batch").tables["advice"]["law"])


@every
def test_a_tip_names_what_it_tells_and_counts_read_millions(name):
    for layer in drawn(name).spec["layer"]:
        for key, tip in channels(layer):
            if key == "tooltip":
                assert tip["field"] not in ("batch", "examples", "cost", "devices")
                named = tip.get("title") or tip["field"]
                assert named != "value"
                assert not named.startswith("said_")


@pytest.mark.parametrize(
    ("name", "unit"),
    [("tradeoff", "tokens"), ("races", "characters"), ("quadratic", "examples"),
     ("own", "examples")],
)  # fmt: skip
def test_a_tip_counts_in_the_unit_of_its_axis(name, unit):
    tips = {
        tip["title"] for layer in drawn(name).spec["layer"] for key, tip in channels(layer)
        if key == "tooltip" and tip["field"] == "said_examples"
    }  # fmt: skip
    assert tips == {unit}


# --- alt texts and refusals -------------------------------------------------------------------


def test_every_figure_of_the_two_pages_has_words_for_those_who_cannot_see_it():
    assert set(WORDS) == set(DRAW)
    assert len(WORDS) == len(batch_lr.ALT) + len(critical_batch.ALT) + 1
    assert [name for name, said in WORDS.items() if len(said) <= 40] == []
    assert len(set(WORDS.values())) == len(WORDS)


@every
def test_a_missing_column_is_refused_by_name(name):
    for table, frame in opened()[name].items():
        for column in drawn(name).tables[table].columns:
            broken = {**opened()[name], table: frame.drop(columns=column)}
            try:
                sentence = str(DRAW[name](broken))
            except ValueError as error:
                sentence = str(error)
            assert sentence.startswith(f"missing columns ['{column}']; have ["), (table, column)


def test_the_tables_are_those_that_were_given():
    """A chart selects; it computes nothing."""
    for name in DRAW:
        chart = drawn(name)
        for table, frame in chart.tables.items():
            if table in opened()[name]:
                given = opened()[name][table][list(frame.columns)]
                given = given.dropna() if table == "advice" else given
                pd.testing.assert_frame_equal(frame, given)
            assert not np.isinf(frame.select_dtypes("number").to_numpy(dtype=float)).any()
