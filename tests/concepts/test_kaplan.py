"""The page on Kaplan's laws: true at every setting of its controls, and computed."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.concepts import chart_checks, label_checks
from tests.concepts.question_checks import check_question, stands
from tests.text_checks import check, check_numbers
from toylab.laws import kaplan as law
from toylab.laws import published
from toylab.laws.forms import PF_DAY
from ui.concepts.kaplan import blocks, charts, text, view
from ui.concepts.kaplan.view import Controls
from ui.labels import LOW

settable = st.builds(
    Controls,
    st.sampled_from(view.FACTORS),
    st.sampled_from(view.SIZES),
    st.sampled_from(view.DATA),
    st.booleans(),
)
few = settings(max_examples=12, deadline=None)


@given(settable)
@few
def test_the_step_of_every_line_is_the_gain_that_is_said(controls):
    for of, value in zip(text.NAMES, text.numbers(controls, seen=True).values(), strict=True):
        (_, before), (_, after) = controls.ends(of)
        gain = after / before
        assert gain == pytest.approx(law.gain(of, controls.factor))
        percent = float(value.split(" %")[0].replace("\N{MINUS SIGN}", "-"))
        assert percent == pytest.approx(100 * (gain - 1), abs=0.051)


@given(settable)
@few
def test_more_data_is_needed_exactly_where_the_model_overfits_by_over_2_percent(controls):
    assert ("**too few**" in text.joint(controls)) == (controls.regime.overfit > 0.02)


@given(settable)
@few
def test_the_regime_is_the_one_whose_doubling_buys_more(controls):
    N, D = controls.start["params"], controls.start["tokens"]
    here = law.regime(N, D)
    model, data = (law.regime(*x).loss / here.loss for x in ((2 * N, D), (N, 2 * D)))
    if here.limit == "model-limited":
        assert model < data
    if here.limit == "data-limited":
        assert data < model


@given(settable)
@settings(few, max_examples=10)
def test_tables_are_finite_and_sentences_can_be_said(controls):
    tables = {**controls.joint, **controls.overfit, **controls.curves, **controls.off}
    lines = [table for of in law.ONE for table in controls.line(of).values()]
    for table in [*tables.values(), *lines, *view.crossing().values()]:
        assert np.isfinite(table.select_dtypes("number").to_numpy()).all()
    for say in text.asked, text.finding, text.dots, text.bent, text.joint, text.stopping:
        check(say(controls))


@pytest.mark.parametrize("factor", view.FACTORS[::7])
@pytest.mark.parametrize("size", [0, 50, -1])
def test_no_name_covers_another_at_the_ends_of_the_controls(factor, size):
    controls = Controls(factor, view.SIZES[size], view.DATA[size], floor=True)
    for of in law.ONE:
        label_checks.check(controls.line(of)["names"])
    label_checks.check(controls.line("tokens", guess=2.0)["names"])
    label_checks.check(controls.line("tokens", seen=False)["names"])


def test_the_lines_and_the_ends_of_the_step_are_named_at_first():
    assert len(set(Controls().line("tokens")["names"]["name"])) == 4
    with_floor = Controls(floor=True).line("params")["names"]
    for wide in True, False:
        assert len(set(with_floor.loc[with_floor["wide"] == wide, "name"])) == 5


def test_compute_counts_as_it_does_where_kaplans_law_splits_a_budget():
    """On its axis stands C_min; at the critical batch 6 N D are twice as much (eq. 5.5)."""
    controls = Controls(params="1B", tokens="20B")
    split = published.KAPLAN_SIZE
    assert controls.start["compute"] / PF_DAY == pytest.approx(6 * 1e9 * 2e10 / split.per_unit)
    for one in (
        published.KAPLAN_OPT_BATCH,
        published.KAPLAN_OPT_STEPS,
        published.KAPLAN_OPT_TOKENS,
    ):
        assert one.per_unit == split.per_unit == 2 * PF_DAY


def test_only_the_start_of_the_step_is_drawn_while_the_question_is_open():
    controls = Controls(floor=True)
    tables = controls.line("tokens", seen=False)
    assert {name for name, table in tables.items() if len(table)} == {"ends", "names"}
    assert tables["ends"].to_numpy().tolist() == [[2e9, pytest.approx(2.637, abs=1e-3)]]
    assert set(tables["names"]["name"]) == {"2B: 2.64"}
    assert set(text.numbers(controls, seen=False).values()) == {"?"}
    (first,) = blocks.figure(controls, stands("kaplan", text.question(controls)))
    assert list(first.figures) == ["Tokens"]
    told = text.change("tokens", 10)
    assert told not in first.sentence + str(blocks.EXPERIMENTS) + str(first.why)


@pytest.mark.parametrize(("percent", "loss"), [(None, math.nan), (20.0, 0.8 * 2.637)])
def test_a_guess_stands_at_so_many_times_the_data_and_so_much_less_loss(percent, loss):
    asked = stands("kaplan", text.question(Controls()), percent)
    (first,) = blocks.figure(Controls(), asked)
    mark = first.figures["Tokens"].guess
    assert float(mark.x) == 2e10
    ((_, y),) = mark.tables["guess_at"].to_numpy()
    assert y == pytest.approx(loss, abs=1e-3, nan_ok=True)
    assert view.LOSSES[0] < min(mark.y.at.values())
    asked = stands("kaplan", text.question(Controls()), percent, seen=True)
    (shown,) = blocks.figure(Controls(), asked)
    (mark,) = [one.guess for one in map(shown.figure, shown.figures) if one.guess]
    assert not mark.open
    assert mark.tables["guess_at"]["y"][0] == pytest.approx(loss, abs=1e-3, nan_ok=True)


def test_a_doubling_is_said_as_in_the_paper():
    for said in ("6.4 % by tokens", "5.1 % by parameters", "3.4 % by compute"):
        assert "\N{MINUS SIGN}" + said in text.doubling()


def test_the_laws_cross_where_the_two_lines_drawn_do():
    tables = view.crossing()
    ahead = tables["compute"]["loss"] < tables["data"]["loss"]
    cross = tables["compute"]["x"][ahead].min()
    assert cross == pytest.approx(tables["here"]["x"].iloc[0], rel=0.2)  # a step of the grid


def test_the_crossing_is_said_with_its_numbers():
    """Kaplan et al. 2020, sec. 6.3: near 1e4 PF-days."""
    end = law.conflict()
    mantissa, exponent = f"{end.compute:.1e}".split("e")
    check(text.ends())
    check_numbers(text.ends(), f"{float(mantissa):g}e{int(exponent)}", f"{end.loss:.2f}")


def test_a_straight_line_is_dashed_outside_the_runs_and_solid_inside():
    line = Controls().line("params")["line"]
    inside = line[line["measured"] == "measured"]["x"]
    assert (inside.min(), inside.max()) == (768, 1.5e9)


@pytest.mark.parametrize("factor", view.FACTORS)
def test_what_more_data_takes_off_kaplans_loss(factor):
    question = text.question(Controls(factor=factor))
    assert question.answer == pytest.approx(100 * (1 - factor**-0.095), rel=1e-9)
    assert f"**{factor} times the data**" in question.text
    assert question.options[0] <= question.answer <= question.options[-1]


def test_the_question_is_the_same_asked_anew_and_does_not_tell_its_answer():
    check_question(lambda: text.question(Controls()))


CHARTS = {  # drawn when a test asks: each process collects all tests
    **{of: lambda controls, of=of: blocks.line(controls, of).chart for of in view.TITLES},
    "joint": lambda controls: charts.family(controls.joint, "Tokens", "here"),
    "overfit": lambda controls: charts.overfit(controls.overfit, view.OVERFIT),
    "curves": lambda controls: charts.family(controls.curves, "Steps", "stop"),
    "off": lambda controls: charts.off(controls.off, view.WRONG),
    "crossing": lambda _: charts.crossing(view.crossing(), view.CROSSING),
}


@pytest.mark.parametrize(("params", "tokens"), [("1k", "1M"), ("100M", "2B"), ("10T", "1000T")])
def test_names_in_the_tabs_stand_apart_and_say_what_is_drawn(params, tokens):
    controls = Controls(params=params, tokens=tokens)
    for tables, names in (
        (controls.overfit, {f"your {params}", "2 %: enough data"}),
        (controls.off, {"for the same loss", view.EXAMPLES}),
        (view.crossing(), {"L(C_min)", view.ALLOWED, "they cross"}),
    ):
        label_checks.check(tables["names"], LOW)
        for _, mine in tables["names"].groupby("wide"):
            assert names <= set(mine["name"]) <= names | {"your data"}


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_reads_its_tables_titles_its_axes_and_keeps_its_spec(name):
    chart, moved = (CHARTS[name](Controls(params=params)) for params in ("1B", "10M"))
    chart_checks.check(chart)
    assert chart_checks.same_spec(chart, moved)
