"""What the theory pages say: true at every setting of their controls, and computed."""

import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toylab.laws import allocation as split
from toylab.laws import disagreement as cause
from toylab.laws import kaplan as law
from toylab.laws import published as laws
from toylab.laws import trained_models
from toylab.quantities import parse_number
from ui.concepts.allocation import view as allocation
from ui.concepts.disagreement import view as disagreement
from ui.concepts.kaplan import view as kaplan
from ui.concepts.shared import loss_surface
from ui.knobs import knobs_of

constants = {
    name: st.floats(*one.options[:2]) for name, one in knobs_of(loss_surface.Surface).items()
}
settable = st.builds(allocation.View, budget=st.sampled_from(allocation.BUDGETS), **constants)
published = st.sampled_from(laws.SURFACES)


# --- Bigger model, or more tokens? ------------------------------------------------------------


@given(settable)
@settings(max_examples=60, deadline=None)
def test_every_table_of_the_plane_is_finite_whatever_the_constants(view):
    for name, table in {**view.plane, **view.valley, **view.growth, **view.choices}.items():
        numbers = table.select_dtypes("number")
        assert np.isfinite(numbers.to_numpy()).all(), name


@given(settable)
@settings(max_examples=60, deadline=None)
def test_every_sentence_can_be_said_whatever_the_constants(view):
    said = [view.finding, view.rounding, view.leverage, view.rule, view.formula]
    assert not [s for s in said if re.search(r"\bnan\b|\binf\b|None", s)]
    assert len(view.table) == len(laws.SPLITTING)


@given(published, st.sampled_from(allocation.BUDGETS))
@settings(deadline=None)
def test_the_bottom_of_the_valley_is_the_best_split(law, budget):
    view = allocation.under(law.name, budget)
    line = view.valley["line"]
    at = line.loc[line["loss"].idxmin(), "params"]
    step = line["params"].iloc[1] / line["params"].iloc[0]
    assert abs(math.log(at / view.best.params)) <= math.log(step)


@given(published, st.sampled_from(allocation.BUDGETS))
@settings(deadline=None)
def test_the_thick_contour_touches_the_budget_line_and_crosses_it_nowhere(law, budget):
    view = allocation.under(law.name, budget)
    through = view.plane["through"]
    spent = 6 * through["params"] * through["tokens"]
    assert spent.min() >= view.flops * (1 - 1e-9)
    assert spent.min() <= view.flops * 1.05  # as near as the points along it are


def test_each_contour_is_where_its_loss_is():
    view = allocation.View()
    table = view.plane["contours"]
    loss = view.form.loss(table["params"], table["tokens"])
    assert np.allclose(loss, table["loss"], rtol=1e-9)
    assert table["level"].nunique() == len(allocation.DECADES)


def test_three_constants_three_answers_at_the_budget_of_gopher():
    """Besiroglu's constants, to the digits printed, give 72.249B."""
    said = allocation.View(budget="5.76e23").rounding
    assert re.findall(r"\*\*([\d.]+)B\*\*", said) == ["32.2", "40.3", "72.2"]


def test_the_rule_is_read_off_the_table_of_approach_1():
    """Hoffmann 2022, Table 3: 20.0 to 22.4."""
    assert "20.0 to 22.4" in allocation.View().rule


def test_the_ratio_grows_as_the_page_says():
    for chosen in laws.SURFACES:
        low, high = (allocation.under(chosen.name, b).best for b in ("1e20", "1e24"))
        slope = math.log10(high.tokens_per_param / low.tokens_per_param) / 4
        said = re.search(r"C\^\{([+-][\d.]+)\}", allocation.under(chosen.name, "1e20").rule)
        assert float(said[1]) == pytest.approx(slope, abs=5e-4)


def test_the_leverage_is_that_of_a_percent_really_added():
    view = allocation.View()
    name, moved = re.search(
        r"\*\*(\w+)\*\* moves .* \*\*([+\N{MINUS SIGN}][\d.]+) %", view.leverage
    ).groups()
    more = allocation.View(**{name: getattr(view, name) * 1.001})
    change = 1000 * math.log(more.best.params / view.best.params)
    assert float(moved.replace("\N{MINUS SIGN}", "-")) == pytest.approx(change, rel=0.02)


def test_a_budget_that_a_model_spent_has_its_name_and_every_name_sets_its_budget():
    for name, chosen in allocation.SPENT.items():
        view = allocation.View(budget=chosen.budget)
        assert allocation.named(view) == name
        assert view.flops == trained_models.budgets()[name]
    assert allocation.named(allocation.View(budget="1e18")) is None


def test_a_published_surface_is_known_by_its_constants_and_others_have_no_source():
    for name in allocation.SURFACES:
        assert allocation.under(name, "1e20").surface == name
    own = allocation.View(alpha=0.3)
    assert own.surface is None
    assert own.sources == []


@given(st.sampled_from(allocation.BUDGETS))
@settings(deadline=None)
def test_the_line_of_the_models_figure_is_the_law_at_that_budget(budget):
    view = allocation.View(budget=budget)
    line = view.choices["line"]
    at = line.loc[line["waste"].idxmin(), "tokens_per_param"]
    step = line["tokens_per_param"].iloc[1] / line["tokens_per_param"].iloc[0]
    assert abs(math.log(at / view.best.tokens_per_param)) <= math.log(step)


def test_every_budget_of_the_slider_reads_back_as_itself():
    values = [parse_number(text) for text in allocation.BUDGETS]
    assert values == sorted(values)
    assert (values[0], values[-1]) == (1e17, 1e27)


# --- What does ten times more buy? --------------------------------------------------------

views = st.builds(
    kaplan.View,
    st.sampled_from(kaplan.FACTORS),
    st.sampled_from(kaplan.SIZES),
    st.sampled_from(kaplan.DATA),
    st.booleans(),
)


@given(views)
@settings(deadline=None)
def test_the_step_of_every_line_is_the_gain_that_is_said(view):
    for of in law.ONE:
        ends = view.line(of)["ends"]["loss"]
        assert ends.iloc[1] / ends.iloc[0] == pytest.approx(law.gain(of, view.factor))


@given(views)
@settings(deadline=None)
def test_more_data_is_needed_exactly_where_the_model_overfits_by_over_2_percent(
    view,
):
    assert ("is not enough" in view.standing) == (view.regime.overfit > 0.02)


@given(views)
@settings(deadline=None)
def test_the_regime_is_the_one_whose_doubling_buys_more(view):
    N, D = view.start["params"], view.start["tokens"]
    here = law.regime(N, D)
    model, data = (law.regime(*x).loss / here.loss for x in ((2 * N, D), (N, 2 * D)))
    if here.limit == "model-limited":
        assert model < data
    if here.limit == "data-limited":
        assert data < model


@given(views)
@settings(deadline=None)
def test_the_tables_are_finite_and_below_the_ceiling(view):
    tables = {**view.joint, **view.overfit, **view.curves, **view.off, **kaplan.crossing()}
    for table in [*tables.values(), *(t for of in law.ONE for t in view.line(of).values())]:
        assert np.isfinite(table.select_dtypes("number").to_numpy()).all()


def test_a_doubling_is_said_as_in_the_paper():
    assert "\N{MINUS SIGN}5.1 %, \N{MINUS SIGN}6.4 %, \N{MINUS SIGN}3.4 %" in kaplan.View().finding


def test_the_laws_cross_where_the_two_lines_drawn_do():
    tables = kaplan.crossing()
    ahead = tables["compute"]["loss"] < tables["data"]["loss"]
    cross = tables["compute"]["x"][ahead].min()
    assert cross == pytest.approx(tables["here"]["x"].iloc[0], rel=0.2)  # a step of the grid


def test_a_straight_line_is_dashed_outside_the_runs_and_solid_inside():
    line = kaplan.View().line("params")["line"]
    inside = line[line["measured"] == "measured"]["x"]
    assert (inside.min(), inside.max()) == (768, 1.5e9)


# --- Why did they disagree? -----------------------------------------------------------------


def test_the_question_does_not_give_the_answer_away():
    view = disagreement.View(step=0)
    shown = view.story + str(view.stairs) + view.now
    assert all(f"{step.refinedweb:.3f}" not in shown for step in cause.STAIRCASE[1:])


@pytest.mark.parametrize(("guess", "said"), [(0.50, "Right"), (0.65, "too high"), (0.4, "too low")])
def test_a_guess_is_scored_against_the_interval(guess, said):
    view = disagreement.View(guess=guess, step=disagreement.TOP)
    assert view.done
    assert said in view.verdict


def test_a_guess_that_is_too_high_by_a_tenth_makes_a_model_of_that_excess():
    """10^(0.65 - 0.497) = 1.42 times too large for every ten times the compute."""
    assert "1.42 times too large" in disagreement.View(guess=0.65, step=4).verdict


def test_the_straight_line_spans_the_range_it_was_fitted_to():
    view = disagreement.View()
    assert tuple(view.counting.tables["fitted"]["x"]) == (1e13, 5e20)
    assert tuple(view.floor.tables["fitted"]["x"]) == (1e8, 1e10)
    assert view.fitted == pytest.approx(0.74, abs=0.005)  # Pearce & Song 2024, Hoffmann's
    assert view.slope == pytest.approx(0.061, abs=0.0005)  # facts 4


@pytest.mark.parametrize("chosen", disagreement.SURFACES)
def test_both_bends_lie_between_their_limits_at_their_ends(chosen):
    view = disagreement.View(law=chosen)
    slopes, limits = (
        view.counting.tables["curve"]["slope"],
        view.counting.tables["limits"]["slope"],
    )
    assert slopes.iloc[-1] == pytest.approx(limits.min(), abs=0.005)
    assert view.floor.tables["curve"]["slope"].max() < view.form.alpha


@pytest.mark.parametrize("step", range(disagreement.TOP + 1))
def test_as_many_stairs_are_shown_as_fixes_are_made(step):
    assert list(disagreement.View(step=step).stairs["step"]) == list(range(step + 1))


@pytest.mark.parametrize("chosen", disagreement.SURFACES)
def test_the_limits_of_the_exponent_are_those_of_pearce_and_song(chosen):
    view = disagreement.View(law=chosen)
    a, b = view.form.alpha, view.form.beta
    assert list(view.counting.tables["limits"]["slope"]) == [b / (a / 3 + b), b / (a + b)]


def test_a_range_of_one_point_is_refused_in_the_words_of_its_control():
    one = disagreement.View(compute=("1e13", "1e13"), sizes=("1B", "1B"))
    with pytest.raises(ValueError, match="FLOPs: a line needs two different ends, got 1e13"):
        _ = one.counting
    with pytest.raises(ValueError, match="parameters: a line needs two different ends, got 1B"):
        _ = one.floor


@given(settable)
@settings(max_examples=60, deadline=None)
def test_the_constant_with_leverage_is_the_one_that_moves_the_best_size_most(view):
    moves = split.sensitivity(view.form, view.flops).set_index("constant")["elasticity"].abs()
    named = re.search(r"\*\*(\w+)\*\*", view.leverage)[1]
    assert moves[named] == pytest.approx(moves.max())
