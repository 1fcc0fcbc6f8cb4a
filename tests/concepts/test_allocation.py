"""The page on allocation: true at every setting of its controls, and computed."""

import math
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from tests.concepts import chart_checks, label_checks
from tests.concepts.question_checks import check_question
from tests.text_checks import check, check_numbers
from toylab.laws import allocation as split
from toylab.laws import published as laws
from toylab.laws import trained_models
from toylab.quantities import parse_number
from ui import labels
from ui.concepts.allocation import blocks, charts, text, view
from ui.concepts.allocation.view import Controls
from ui.concepts.shared.loss_surface import Surface
from ui.knobs import knobs_of

constants = {name: st.floats(*one.options[:2]) for name, one in knobs_of(Surface).items()}
settable = st.builds(Controls, budget=st.sampled_from(view.BUDGETS), **constants)
published = st.sampled_from(laws.SURFACES)


# --- tables -----------------------------------------------------------------------------------


@given(settable)
@settings(max_examples=12, deadline=None)
def test_tables_are_finite_and_sentences_can_be_said_whatever_the_constants(controls):
    tables = {**controls.plane(), **controls.valley, **controls.growth, **controls.choices}
    for name, table in tables.items():
        assert np.isfinite(table.select_dtypes("number").to_numpy()).all(), name
    for say in (
        text.finding, text.others, text.rounding, text.leverage, text.rule, text.choosing,
        text.meaning,
    ):  # fmt: skip
        check(say(controls))
    check(controls.formula)
    assert len(controls.table) == len(laws.SPLITTING)


@given(published, st.sampled_from(view.BUDGETS))
@settings(max_examples=12, deadline=None)
def test_the_bottom_of_the_valley_is_the_best_split(law, budget):
    controls = view.under(law.name, budget)
    line = controls.valley["line"]
    at = line.loc[line["loss"].idxmin(), "params"]
    step = line["params"].iloc[1] / line["params"].iloc[0]
    assert abs(math.log(at / controls.best.params)) <= math.log(step)


def test_each_contour_is_where_its_loss_is():
    controls = Controls()
    table = controls.plane()["contours"]
    loss = controls.form.loss(table["params"], table["tokens"])
    assert np.allclose(loss, table["loss"], rtol=1e-9)
    assert table["level"].nunique() == len(view.AWAY)


@pytest.mark.parametrize("budget", view.BUDGETS[::5])
@pytest.mark.parametrize("law", laws.SURFACES, ids=lambda law: law.name)
def test_the_plane_holds_its_budget_line_and_the_best_split_and_no_name_covers_another(law, budget):
    controls = view.under(law.name, budget)
    (least, most), (few, many) = controls.box
    assert least <= controls.best.params <= most
    assert few <= controls.best.tokens <= many
    line = controls.plane()["line"]
    assert line["params"].iloc[-1] >= 500 * line["params"].iloc[0]
    for seen in True, False:
        label_checks.check(controls.plane(seen)["names"])


def test_what_would_tell_is_not_drawn_while_the_question_is_open():
    tables = Controls().plane(seen=False)
    drawn = {name for name, table in tables.items() if len(table)} - {"law"}
    assert drawn == {"line", "models", "names"}
    assert set(tables["names"]["name"]) <= {"costs 5.76e23 FLOPs", *view.NAMES}
    chart = charts.plane(tables, Controls().box, seen=False)
    assert "law" not in chart.tables
    assert set(text.numbers(Controls(), seen=False).values()) == {"?"}


def test_the_models_named_in_figures_exist_and_no_name_covers_another_there():
    assert set(view.NAMES) <= set(trained_models.trained()["name"])
    label_checks.check(Controls().choices["names"], labels.LOW)


def test_gopher_and_chinchilla_are_named_at_every_budget_near_theirs():
    for budget in "3e23", "5.76e23", "1e24":
        for seen in True, False:
            names = Controls(budget=budget).plane(seen)["names"]
            for wide in True, False:
                assert set(view.MUST) <= set(names.loc[names["wide"] == wide, "name"])


@given(st.sampled_from(view.BUDGETS))
@settings(max_examples=12, deadline=None)
def test_the_line_of_the_models_figure_is_the_law_at_that_budget(budget):
    controls = Controls(budget=budget)
    line = controls.choices["line"]
    at = line.loc[line["waste"].idxmin(), "tokens_per_param"]
    step = line["tokens_per_param"].iloc[1] / line["tokens_per_param"].iloc[0]
    assert abs(math.log(at / controls.best.tokens_per_param)) <= math.log(step)


# --- presets ----------------------------------------------------------------------------------


def test_a_budget_that_a_model_spent_has_its_name_and_every_name_sets_its_budget():
    for name, chosen in view.SPENT.items():
        controls = Controls(budget=chosen.budget)
        assert controls.model == name
        assert controls.flops == trained_models.budgets()[name]
    assert Controls(budget="1e18").model is None


def test_a_published_surface_is_known_by_its_constants_and_others_have_no_source():
    for name in view.SURFACES:
        assert view.under(name, "1e20").surface == name
    own = Controls(alpha=0.3)
    assert own.surface is None
    assert own.sources == []


def test_every_budget_of_the_slider_reads_back_as_itself():
    values = [parse_number(budget) for budget in view.BUDGETS]
    assert values == sorted(values)
    assert (values[0], values[-1]) == (1e17, 1e27)


def test_an_experiment_asks_for_budgets_and_tabs_that_there_are():
    for *_, record in blocks.EXPERIMENTS:
        assert record.budget in view.BUDGETS
        assert getattr(record, "about", "models") in blocks.TABS


# --- sentences --------------------------------------------------------------------------------


@pytest.mark.parametrize("seen", [True, False])
def test_no_name_on_the_plane_lies_on_a_guess(seen):
    for budget in "5.76e23", "1e21":
        controls = Controls(budget=budget)
        for size in np.geomspace(*controls.reach, 12)[1:-1]:
            names = controls.plane(seen, size)["names"]
            at = (size, controls.flops / 6 / size)
            label_checks.check_guess(names, labels.Axes(*controls.box), at)


@pytest.mark.parametrize("budget", view.BUDGETS[::7])
def test_the_best_size_by_search_along_the_budget(budget):
    question = text.question(Controls(budget=budget))
    C = parse_number(budget)

    def loss(u):
        return 482.01 * math.exp(-0.3478 * u) + 2085.43 * (C / 6 * math.exp(-u)) ** -0.3658

    found = minimize_scalar(loss, bounds=(5, 40), method="bounded", options={"xatol": 1e-9})
    assert question.answer == pytest.approx(math.exp(found.x), rel=1e-4)
    assert question.options[0] <= question.answer <= question.options[-1]


def test_the_question_is_the_same_asked_anew_and_does_not_tell_its_answer():
    check_question(lambda: text.question(Controls()))


def test_the_page_says_the_split_and_what_two_laws_lose_by_it():
    """Gopher's budget under the refit: 72.2B on 1.33T; Kaplan and 20:1 judged by `compare`."""
    controls = Controls()
    rows = split.compare(controls.form, 5.76e23).set_index("name")
    numbers = [f"{rows['nats']['kaplan']:.2g}", f"{100 * (1 - rows['waste']['kaplan']):.0f} %"]
    check_numbers(text.finding(controls), "5.76e23", "72.2B", "1.33T")
    check_numbers(text.others(controls), *numbers)
    assert "off the map" not in text.finding(controls)


def test_three_constants_three_answers_at_the_budget_of_gopher():
    """Besiroglu's constants, to the digits printed, give 72.249B."""
    sizes = re.findall(r"\*\*([\d.]+)B\*\*", text.rounding(Controls(budget="5.76e23")))
    assert sizes == ["32.2", "40.3", "72.2"]


def test_the_rule_is_read_off_the_table_of_approach_1():
    """Hoffmann 2022, Table 3: 20.0 to 22.4."""
    assert "20.0 to 22.4" in text.rule(Controls())


def test_the_ratio_grows_as_the_page_says():
    for law in laws.SURFACES:
        low, high = (view.under(law.name, budget).best for budget in ("1e20", "1e24"))
        slope = math.log10(high.tokens_per_param / low.tokens_per_param) / 4
        exponent = re.search(r"C\^\{([+-][\d.]+)\}", text.rule(view.under(law.name, "1e20")))
        assert float(exponent[1]) == pytest.approx(slope, abs=5e-4)


@given(settable)
@settings(max_examples=12, deadline=None)
def test_the_constant_with_leverage_is_the_one_that_moves_the_best_size_most(controls):
    moves = split.sensitivity(controls.form, controls.flops).set_index("constant")["elasticity"]
    named = re.search(r"\*\*(\w+)\*\*", text.leverage(controls))[1]
    assert abs(moves[named]) == pytest.approx(moves.abs().max())


def test_the_leverage_is_that_of_a_percent_really_added():
    controls = Controls()
    name, moved = re.search(
        r"\*\*(\w+)\*\* moves .* \*\*([+\N{MINUS SIGN}][\d.]+) %", text.leverage(controls)
    ).groups()
    more = Controls(**{name: getattr(controls, name) * 1.001})
    change = 1000 * math.log(more.best.params / controls.best.params)
    assert float(moved.replace("\N{MINUS SIGN}", "-")) == pytest.approx(change, rel=0.02)


# --- charts -----------------------------------------------------------------------------------


CHARTS = {  # drawn when a test asks: each process collects all tests
    "plane": lambda controls: charts.plane(controls.plane(), controls.box, seen=True),
    "valley": lambda controls: charts.valley(controls.valley),
    "size": lambda controls: charts.growth(controls.growth, *view.SIZE),
    "ratio": lambda controls: charts.growth(controls.growth, *view.RATIO),
    "choices": lambda controls: charts.choices(controls.choices),
    "sensitivity": lambda controls: charts.sensitivity(controls.sensitivity),
}


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_reads_its_tables_titles_its_axes_and_keeps_its_spec(name):
    chart, moved = (CHARTS[name](Controls(budget=budget)) for budget in ("5.76e23", "1e24"))
    chart_checks.check(chart)
    assert chart_checks.same_spec(chart, moved)


def test_counts_in_tips_read_billions_and_not_giga():
    plane = CHARTS["plane"](Controls())
    layers = [x for x in plane.spec["layer"] if x["data"].get("name") == "models"]
    rules = {t["as"]: t["calculate"] for t in layers[0]["transform"] if "calculate" in t}
    assert "'G', 'B'" in rules["said_active_params"]


@pytest.mark.parametrize(
    ("draw", "tables", "table", "column"),
    [
        (charts.valley, "valley", "answers", "surface_loss"),
        (charts.choices, "choices", "line", "waste"),
    ],
)
def test_a_missing_column_is_refused_by_name(draw, tables, table, column):
    whole = getattr(Controls(), tables)
    broken = {**whole, table: whole[table].drop(columns=column)}
    with pytest.raises(ValueError, match=f"missing columns \\['{column}'\\]"):
        draw(broken)


def test_a_missing_column_of_a_frame_is_refused():
    with pytest.raises(ValueError, match="elasticity"):
        charts.sensitivity(pd.DataFrame({"constant": ["E"]}))
