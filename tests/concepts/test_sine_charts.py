"""A chart is right when its spec says what we meant, and its input is refused when wrong."""

import json
import re
from dataclasses import replace

import pytest

from tests.concepts import chart_checks
from toylab.experiments import sine_study
from toylab.experiments.sine_results import gather
from ui import charts as house_charts
from ui.concepts.sine import charts as sine_charts
from ui.concepts.sine import view

NOISE = sine_study.SineStudy.PRESETS["noise"]
DRAW = {
    "scaling": lambda found: sine_charts.scaling(**view.scaling(found)),
    "curves": lambda found: sine_charts.curves(**view.panels(found)),
    "seconds": lambda found: sine_charts.frontier(**view.frontier(found, "seconds")),
    "flops": lambda found: sine_charts.frontier(**view.frontier(found, "flops")),
}
every = pytest.mark.parametrize("draw", DRAW.values(), ids=DRAW)


def meaning(layer):
    """What a layer's colour means."""
    (meant,) = [t["calculate"] for t in layer["transform"] if t.get("as") == "meaning"]
    return meant.strip("'")


def recorded(study=NOISE):
    return gather(study, study.recorded().rows, None)


@pytest.mark.parametrize("name", [name for name in DRAW if name != "curves"])  # it has no axes
def test_a_chart_reads_columns_that_its_tables_have_and_draws_every_table(name):
    chart_checks.check(DRAW[name](recorded()))


@every
def test_the_spec_does_not_depend_on_the_rows(draw):
    rows = NOISE.recorded().rows
    full, some, none = (gather(NOISE, part, []) for part in (rows, rows[::7], []))
    assert draw(full).spec == draw(some).spec == draw(none).spec
    assert len(json.dumps(draw(recorded()).spec)) < 60_000  # no row got in


@every
def test_a_colour_is_a_meaning_and_never_a_name(draw):
    spec = draw(recorded()).spec
    for layer in spec["layer"]:
        if "color" in layer["encoding"]:
            colour = layer["encoding"]["color"]
            assert colour["field"] == "meaning"
            assert colour["scale"] == {"domain": house_charts.MEANINGS}
            assert meaning(layer) in house_charts.MEANINGS
        assert not {"color", "fill", "stroke"} & set(layer["mark"])
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b|rgba?\(", json.dumps(spec))


def test_points_curve_and_theory_are_told_apart():
    spec = sine_charts.scaling(**view.scaling(recorded())).spec
    marks = {
        layer["data"]["name"]: (layer["mark"]["type"], meaning(layer))
        for layer in spec["layer"]
        if layer["data"]["name"] in ("runs", "points", "fitted", "theory")
    }
    assert marks == {
        "runs": ("circle", "data"),
        "points": ("point", "data"),
        "fitted": ("line", "model"),
        "theory": ("line", "theory"),
    }
    dashed = {layer["data"]["name"] for layer in spec["layer"] if "strokeDash" in layer["mark"]}
    assert dashed == {"theory", "asked"}


@pytest.mark.parametrize(
    ("draw", "x", "y"),
    [
        ("scaling", "Training samples", "Mean squared error, clean curve"),
        ("seconds", "Seconds of training, one run", "Mean squared error"),
        ("flops", "Training FLOPs, one run", "Mean squared error"),
    ],
)
def test_axes_are_logarithmic_and_titled_with_what_they_count(draw, x, y):
    for layer in DRAW[draw](recorded()).spec["layer"]:
        for channel, title in ("x", x), ("y", y):
            encoded = layer["encoding"].get(channel, {})
            if "field" in encoded:
                assert encoded["scale"]["type"] == "log"
                assert encoded["title"] == title


def test_the_axes_say_which_sweep_and_which_error():
    study = replace(sine_study.SineStudy.PRESETS["floor"], sweep="width")
    x, y = (
        sine_charts.scaling(**view.scaling(recorded(study))).spec["layer"][0]["encoding"][c]
        for c in "xy"
    )
    assert (x["title"], y["title"]) == (
        "Neurons a layer",
        "Expected squared error, new labels",
    )
    assert x["axis"]["values"] == [2, 4, 8, 16, 32, 64]
    assert x["scale"]["domain"][0] < 2
    assert x["scale"]["domain"][1] > 64


@pytest.mark.parametrize(
    ("draw", "what", "table", "column"),
    [
        (sine_charts.scaling, "scaling", "points", "high"),
        (sine_charts.scaling, "scaling", "theory", "error"),
        (sine_charts.curves, "panels", "labels", "label"),
        (sine_charts.frontier, "frontier", "best", "flops"),
    ],
)
def test_a_table_without_its_columns_is_refused(draw, what, table, column):
    found = recorded()
    arguments = view.frontier(found, "flops") if what == "frontier" else getattr(view, what)(found)
    arguments[table] = arguments[table].drop(columns=column)
    with pytest.raises(ValueError, match=rf"missing columns \['{column}'\]; have \["):
        draw(**arguments)
