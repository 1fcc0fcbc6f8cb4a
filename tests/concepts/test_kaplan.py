"""The page on Kaplan's laws: true at every setting of its controls, and computed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.concepts import chart_checks
from tests.concepts.question_checks import check_question
from tests.text_checks import check, check_numbers
from toylab.laws import kaplan as law
from ui.concepts.kaplan import charts, text, view
from ui.concepts.kaplan.view import Controls

settable = st.builds(
    Controls,
    st.sampled_from(view.FACTORS),
    st.sampled_from(view.SIZES),
    st.sampled_from(view.DATA),
    st.booleans(),
)
few = settings(max_examples=40, deadline=None)


@given(settable)
@few
def test_the_step_of_every_line_is_the_gain_that_is_said(controls):
    for of, (value, _) in zip(law.ONE, text.numbers(controls).values(), strict=True):
        ends = controls.line(of)["ends"]["loss"]
        gain = ends.iloc[1] / ends.iloc[0]
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
@few
def test_tables_are_finite_and_sentences_can_be_said(controls):
    tables = {**controls.joint, **controls.overfit, **controls.curves, **controls.off}
    lines = [table for of in law.ONE for table in controls.line(of).values()]
    for table in [*tables.values(), *lines, *view.crossing().values()]:
        assert np.isfinite(table.select_dtypes("number").to_numpy()).all()
    for say in text.finding, text.joint, text.stopping:
        check(say(controls))


def test_a_doubling_is_said_as_in_the_paper():
    doubling = "\N{MINUS SIGN}5.1 %, \N{MINUS SIGN}6.4 %, \N{MINUS SIGN}3.4 %"
    assert doubling in text.finding(Controls())


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


def drawn(params):
    controls = Controls(params=params)
    reach = view.REACH
    return {
        **{
            of: charts.line(controls.line(of), of, reach[of], flops=of == "compute", floor=True)
            for of in view.TITLES
        },
        "joint": charts.family(controls.joint, "Tokens", "here"),
        "overfit": charts.overfit(controls.overfit),
        "curves": charts.family(controls.curves, "Steps", "stop"),
        "off": charts.off(controls.off),
        "crossing": charts.crossing(view.crossing()),
    }


CHARTS, MOVED = drawn("1B"), drawn("10M")


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_reads_its_tables_titles_its_axes_and_keeps_its_spec(name):
    chart_checks.check(CHARTS[name])
    assert chart_checks.same_spec(CHARTS[name], MOVED[name])
