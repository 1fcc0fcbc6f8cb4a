"""The isoFLOP page: true at every setting of its controls, and computed."""

import math
import re
from dataclasses import asdict, replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.concepts import label_checks
from tests.concepts.fit_checks import (
    OUTSIDE,
    limits,
    numbers_of,
    published,
    run_command,
    unless_refused,
)
from tests.concepts.question_checks import stands
from tests.example_counts import alike, few
from tests.text_checks import check_numbers, missing
from toylab.laws import published as laws
from toylab.laws.forms import FLOPS
from toylab.quantities import format_count, format_scientific, parse_number
from ui.concepts.isoflop import blocks as isoflop_blocks
from ui.concepts.isoflop import text
from ui.concepts.isoflop import view as isoflop
from ui.concepts.shared import numbers

spans = st.tuples(st.sampled_from(isoflop.COMPUTE), st.sampled_from(isoflop.COMPUTE)).map(
    lambda ends: tuple(sorted(ends, key=parse_number))
)


knobs = {
    "span": spans.filter(lambda ends: parse_number(ends[1]) >= 10 * parse_number(ends[0])),
    "budgets": st.integers(3, 12),
    "sizes": st.integers(3, 25),
    "width": st.sampled_from(isoflop.WIDTHS),
    "off_centre": st.sampled_from(isoflop.CENTRES),
    "noise": st.sampled_from(isoflop.NOISES),
    "seed": st.integers(0, 9999),
    "curvature": st.sampled_from(list(isoflop.CURVATURES)),
    "horizons": st.integers(2, 6),
    "undecayed": st.sampled_from(isoflop.UNDECAYED),
}


settable = st.builds(isoflop.Controls, **limits, **knobs)


ordinary = st.builds(lambda form, more: isoflop.Controls(**form, **more), published,
                     st.fixed_dictionaries(knobs))  # fmt: skip


@alike
@given(st.one_of(settable, ordinary))
@few
def test_every_table_of_a_study_is_finite_but_for_designs_without_an_answer(view):
    tables = dict(view.valleys())
    if unless_refused(lambda: view.profiles):
        tables |= {f"growth {name}": table for name, table in view.growth(2.0).items()}
    if unless_refused(lambda: view.envelope):
        tables |= view.curves | {f"winners {n}": table for n, table in view.winners.items()}
    if unless_refused(lambda: view.naive):
        tables |= {f"naive {name}": table for name, table in view.naive_tables.items()}
    assert [
        name for name, table in tables.items() if not np.isfinite(numbers_of(table)).all()
    ] == []
    designs, biases = view.designs, view.biases
    assert np.isfinite(numbers_of(designs[["sizes", "runs", "width"]])).all()
    assert designs.loc[designs["bias"].isna(), "typical"].isna().all()
    assert (biases["bias"].isna() == biases["exponent_bias"].isna()).all()


@alike
@given(st.one_of(settable, ordinary))
@few
def test_every_sentence_of_a_study_can_be_said_where_its_fit_is_not_refused(view):
    said = [text.designs(view), text.biases(view), text.asked(view), view.formula]
    fitted = unless_refused(lambda: view.profiles)
    if fitted:
        said += [text.numbers(view, seen=True), text.finding(view), text.beyond(view)]
    if unless_refused(lambda: view.envelope):
        said.append(text.curves(view))
    if fitted and unless_refused(lambda: view.naive):
        said.append(text.naive(view))
    assert [s for s in said if missing(str(s)) or "endless" in str(s)] == []


@alike
@given(ordinary)
@few
def test_inside_and_outside_are_said_as_the_numbers_are(view):
    C = isoflop.TARGETS[0]
    for fitted in lambda: view.profiles.params, lambda: view.envelope.scaling:
        trend = unless_refused(fitted)
        if trend:
            at, truth = trend.at(C), view.truth(C)
            said, vague = text.compared(at, truth), numbers.vague(at)
            assert ("not determined" in said) == vague
            if vague:
                continue
            assert (OUTSIDE in said) == (not at.low <= truth <= at.high)
            assert said.count("inside") + said.count(OUTSIDE) == 1
            assert format_count(at.value) in said
            assert format_count(truth) in said


def test_a_naive_fit_too_steep_for_its_numbers_is_refused_or_said():
    view = isoflop.Controls(
        E=2.497, A=1.871, B=93713.9874416568, alpha=0.9999999999999999,
        beta=0.3333333333333333, span=("1e22", "3e22"), budgets=5, sizes=13, width="15",
        noise="3", seed=1032,
    )  # fmt: skip
    assert unless_refused(lambda: view.naive) is None or view.naive.coefficient > 0


def test_both_verdicts_occur():
    """A study that is centred finds the law; one off centre with little noise does not."""
    good, bad = (
        isoflop.Controls(),
        isoflop.Controls(off_centre="3", noise="0.05", alpha=0.5, beta=0.3, curvature="shared"),
    )
    assert OUTSIDE not in text.beyond(good)
    assert OUTSIDE in text.beyond(bad)


@alike
@given(ordinary)
@few
def test_the_cheapest_design_is_the_cheapest_row_that_is_good_enough(view):
    table, said = view.designs, text.designs(view)
    good = table[table["typical"] <= text.TOLERANCE]
    if good.empty:
        assert "no design here" in said
        least = table["typical"].min()
        words = "none gives an answer" if math.isnan(least) else f"off by {100 * least:.0f} %"
        assert words in said
        return
    runs, sizes, width = map(
        float,
        re.search(r"\*\*(\d+) runs\*\*: (\d+) sizes .* factor ([\d.]+) to", said).groups(),
    )
    assert runs == good["runs"].min()
    assert runs == sizes * view.budgets
    cheap = good[good["runs"] == runs]
    assert width == cheap.loc[cheap["typical"].idxmin(), "width"]


def test_a_design_is_all_combinations_of_sizes_and_widths():
    table = isoflop.Controls(budgets=5).designs
    sizes, widths = isoflop.DESIGNS
    assert list(zip(table["sizes"], table["width"], strict=True)) == [
        (many, width) for many in sizes for width in widths
    ]
    assert (table["runs"] == 5 * table["sizes"]).all()


@alike
@given(ordinary)
@few
def test_a_bias_is_blamed_on_what_is_there_and_on_nothing_else(view):
    said = text.biases(view)
    assume("too few bottoms" not in said)
    assert ("are centred on" in said) == (view.off_centre != "1")
    assert (f"alpha = {view.alpha:g} and beta" in said) == (view.alpha != view.beta)
    assert ("a valley is symmetric" in said) == (view.off_centre == "1" and view.alpha == view.beta)


@given(
    st.floats(0.15, 0.8),
    st.sampled_from(isoflop.WIDTHS),
    st.integers(3, 25),
    st.integers(3, 12),
)
@few
def test_centred_grids_of_a_symmetric_valley_have_no_bias(exponent, width, sizes, budgets):
    view = isoflop.Controls(
        alpha=exponent, beta=exponent, width=width, sizes=sizes, budgets=budgets
    )
    said = text.biases(view)
    assume("too few bottoms" not in said)
    assert said.count("**less than 0.5 %**") == said.count("**") / 2 > 0
    assert "symmetric" in said
    assert np.nanmax(np.abs(view.biases["bias"])) < 1e-6


@alike
@given(ordinary)
@few
def test_the_biases_said_are_those_drawn_at_the_same_grid(view):
    view = replace(view, width="4")
    table = view.biases.query("width == 4").set_index("curvature")
    said = text.biases(view).replace("\N{MINUS SIGN}", "-")
    assume("too few bottoms" not in said)
    finite = [kind for kind in text.BIASES if np.isfinite(table.loc[kind, "bias"])]
    for kind, stated in zip(finite, re.findall(r"\*\*(.*?)\*\*", said), strict=True):
        bias = table.loc[kind, "bias"]
        if abs(bias) < 0.005:
            assert stated == "less than 0.5 %"
        else:
            assert float(stated.removesuffix(" %")) == pytest.approx(100 * bias, abs=0.051)


@alike
@given(ordinary)
@few
def test_the_naive_fit_is_as_wrong_and_as_wasteful_as_is_said(view):
    if not unless_refused(lambda: view.profiles) or not unless_refused(lambda: view.naive):
        return
    said, C, form = text.naive(view), isoflop.TARGETS[1], view.form
    times, waste, right = map(
        float,
        re.search(
            r"\*\*([\d.]+) times the right size\*\*.*wastes \*\*>?([\d.]+) %\*\*.*"
            r"waste >?([\d.]+) %",
            said,
        ).groups(),
    )
    size = float(view.naive.at(C))
    assert times == pytest.approx(size / view.truth(C), abs=0.0051)

    def wasted(params):
        """By bisection on compute: which budget's best reaches the same loss?"""
        loss, low, high = form.loss(params, C / FLOPS / params), -60.0, 0.0
        for _ in range(200):
            half = (low + high) / 2
            N = view.truth(C * 10**half)
            low, high = (
                (half, high) if form.loss(N, C * 10**half / FLOPS / N) > loss else (low, half)
            )
        return 100 * (1 - 10**high)

    for stated, params in (waste, size), (right, view.profiles.params.at(C).value):
        assert stated == pytest.approx(wasted(params), abs=0.11)


def test_the_grids_step_is_the_ratio_of_neighbours():
    for sizes, width in (9, "4"), (3, "20"), (25, "1.5"):
        view = isoflop.Controls(sizes=sizes, width=width)
        grid = np.unique(view.points.params[: view.sizes])
        assert grid[1] / grid[0] == pytest.approx(text.step(view))


@alike
@given(ordinary)
@few
def test_every_valleys_parabola_goes_through_its_bottom_and_spans_its_runs(view):
    tables = view.valleys()
    assert len(tables["runs"]) == view.study.runs
    for budget, line in tables["parabolas"].groupby("budget"):
        runs = tables["runs"].loc[tables["runs"]["budget"] == budget, "params"]
        used = next(v for v in view.profiles.valleys if format_scientific(v.flops, 2) == budget)
        runs = runs[runs.between(used.smallest * 0.999, used.largest * 1.001)]
        assert len(runs) == used.runs
        assert (line["params"].min(), line["params"].max()) == pytest.approx(
            (runs.min(), runs.max())
        )
        for _, bottom in tables["bottoms"][tables["bottoms"]["budget"] == budget].iterrows():
            assert bottom["loss"] <= line["loss"].min() * (1 + 1e-12)
            height = np.interp(math.log(bottom["params"]), np.log(line["params"]), line["loss"])
            assert height == pytest.approx(bottom["loss"], rel=2e-2)


@pytest.mark.parametrize(
    "view",
    [
        isoflop.Controls(),
        isoflop.Controls(budgets=12, sizes=25, width="30", noise="3"),
        isoflop.Controls(budgets=3, sizes=3, width="1.5", span=("1e17", "1e23")),
        isoflop.Controls(off_centre="5", noise="0.05"),
    ],
    ids=["usual", "crowded", "narrow", "off centre"],
)
def test_names_cover_nothing_and_the_first_budget_and_the_marks_have_theirs(view):
    for tables in view.valleys(), view.valleys(seen=True, factor=2.0), view.valleys(seen=False):
        label_checks.check(tables["names"])
        lowest = tables["runs"]["budget"].iloc[0]
        assert f"{lowest} FLOPs" in set(tables["names"]["name"])
    if unless_refused(lambda: view.profiles):
        for factor in None, 1.0, 10.0:
            names = view.growth(factor)["names"]
            label_checks.check(names)
            words = {word for table, word in isoflop.BOTTOMS.items() if factor or table != "guess"}
            assert set(names["name"]) <= words


def test_of_seven_budgets_all_are_named_on_a_laptop_and_four_on_a_phone():
    names = isoflop.Controls().valleys()["names"].query("name not in @isoflop.MARKS.values()")
    assert names.groupby("wide")["name"].agg(set).to_dict() == {
        True: {"1e18 FLOPs", "3.2e18", "1e19", "3.2e19", "1e20", "3.2e20", "1e21"},
        False: {"1e18 FLOPs", "1e19", "1e20", "1e21"},
    }


@pytest.mark.parametrize("law", [{}, {"alpha": 0.8, "beta": 0.2}, {"alpha": 0.2, "beta": 0.8}])
def test_while_the_question_is_open_only_the_smallest_budget_is_drawn_and_no_axis_tells(law):
    view = isoflop.Controls(**law)
    open_, shown = view.valleys(seen=False), view.valleys()
    smallest = {name: set(open_[name]["budget"]) for name in ("runs", "parabolas", "bottoms")}
    assert list(smallest.values()) == [{"1e18"}] * 3
    assert len(open_["runs"]) == view.sizes
    assert open_["truth"].empty
    assert open_["axes"].equals(shown["axes"])
    (low, high), least = open_["axes"].loc[0, ["x0", "x1"]], view.truth(1e18)
    assert low < open_["runs"]["params"].min()
    assert all(low < factor * least < high for factor in text.TENFOLD)  # all guesses are on it
    assert shown["runs"]["params"].max() < high
    assert set(text.numbers(view, seen=False).values()) == {"?"}


def test_the_axis_of_sizes_is_as_long_under_every_published_law():
    """Its length would tell how the best size grows."""
    spans = []
    for law in laws.SURFACES:
        low, high = isoflop.Controls(**asdict(law.form)).drawn_sizes
        spans.append(high / low)
    assert spans == pytest.approx([spans[0]] * len(spans))


def test_the_guess_is_a_line_of_its_growth_from_the_smallest_budgets_best_size():
    view = isoflop.Controls()
    guess = view.growth(2.0)["guess"]
    assert guess["params"].iloc[0] == pytest.approx(view.truth(1e18))
    at = np.interp(math.log(1e19), np.log(guess["flops"]), np.log(guess["params"]))
    assert math.exp(at) == pytest.approx(2 * view.truth(1e18))
    assert view.growth()["guess"].empty


def asked(view, given):
    """The mark of a guess in the page's figure."""
    (sight,) = isoflop_blocks.figure(view, stands("isoflop", text.question(view), given))
    return sight.figures["Valleys"].guess


@pytest.mark.parametrize("factor", [None, 1.0, 3.2, 10.0])
def test_the_guess_stands_at_the_smallest_budgets_best_size_times_the_factor(factor):
    view = isoflop.Controls()
    mark = asked(view, factor)
    assert (mark.y, mark.open) == (None, True)
    assert mark.x.value == factor
    assert mark.x.at == {k: pytest.approx(k * view.truth(1e18)) for k in text.TENFOLD}


def test_the_diamonds_are_the_laws_own_bottoms():
    view = isoflop.Controls()
    shape = view.budgets, view.sizes
    params, tokens = (x.reshape(shape) for x in (view.points.params, view.points.tokens))
    truth = view.valleys()["truth"]
    assert (truth["loss"] <= view.form.loss(params, tokens).min(axis=1) * (1 + 1e-12)).all()
    assert np.allclose(truth["params"], params[:, view.sizes // 2])  # the grid is centred


@alike
@given(ordinary)
@few
def test_a_line_is_solid_among_the_runs_and_thin_beyond(view):
    if unless_refused(lambda: view.profiles):
        line = view.growth()["line"]
        assert (line.loc[~line["beyond"], "flops"] <= view.study.highest).all()
        assert line.loc[line["beyond"], "flops"].max() == pytest.approx(max(isoflop.TARGETS))
        assert (line["low"] <= line["high"]).all()
        dots = view.growth()["dots"]
        assert len(dots) == len(view.profiles.used)


def test_the_numbers_and_the_sentence_are_the_fits():
    view = isoflop.Controls()
    params = view.profiles.params
    best = params.at(1e23)
    assert text.numbers(view, seen=True) == {
        "exponent a": f"{params.exponent.value:.3f}",
        "best size at 1e23 FLOPs": format_count(best.value),
        "its 95 % range": f"{format_count(best.low)} to {format_count(best.high)}",
    }
    law = 10 ** (0.3658 / (0.3478 + 0.3658))
    growth = [10**x for x in (params.exponent.value, params.exponent.low, params.exponent.high)]
    check_numbers(text.finding(view), "63", *(f"{x:.2f}" for x in (*growth, law)))


def test_a_study_refuses_equal_ends_in_the_words_of_its_control():
    with pytest.raises(ValueError, match="two different ends of its budgets, got 1e"):
        _ = isoflop.Controls(span=("1e20", "1e20")).study


def test_the_dots_of_the_naive_fit_are_the_lowest_runs_of_each_budget():
    view = isoflop.Controls()
    losses = view.points.loss.reshape(view.budgets, view.sizes)
    lowest = view.points.params.reshape(losses.shape)[np.arange(7), losses.argmin(axis=1)]
    assert list(view.naive_tables["dots"]["params"]) == list(lowest)


def test_the_winners_are_sizes_of_the_learning_curves():
    view = isoflop.Controls()
    assert set(view.winners["dots"]["params"]) <= set(view.curves["curves"]["params"])


def test_the_envelope_drawn_is_nowhere_above_a_curve():
    tables = isoflop.Controls(noise="0").curves
    low = tables["envelope"]
    for _, curve in tables["curves"].groupby("run"):
        inside = low[low["flops"].between(curve["flops"].min(), curve["flops"].max())]
        height = np.interp(np.log(inside["flops"]), np.log(curve["flops"]), np.log(curve["loss"]))
        assert (np.log(inside["loss"]) <= height + 1e-9).all()


def test_what_a_visitor_first_sees_are_options_that_the_controls_have():
    assert isoflop.Controls().width in isoflop.WIDTHS
    assert isoflop.Controls().noise in isoflop.NOISES
    assert isoflop.Controls().off_centre in isoflop.CENTRES
    assert isoflop.Controls().span[0] in isoflop.COMPUTE
    assert isoflop.Controls().undecayed in isoflop.UNDECAYED
    assert len(set(isoflop.COMPUTE)) == len(isoflop.COMPUTE)


@pytest.mark.parametrize("noise", ["0.5", "1"])
@pytest.mark.parametrize(
    "curvature",
    list(isoflop.CURVATURES),
)
def test_the_isoflop_command_shown_gives_the_numbers_of_the_page(
    noise, curvature, tmp_path, monkeypatch, capsys
):
    view = isoflop.Controls(noise=noise, curvature=curvature)
    told = run_command(text.command(view), view.table, tmp_path, monkeypatch, capsys)
    found = view.profiles.params
    at = found.at(isoflop.TARGETS[0])
    assert told["exponent_params"] == pytest.approx(found.exponent.value, rel=1e-9)
    assert told["at"]["params"] == pytest.approx(at.value, rel=1e-9)
    assert told["at"]["intervals"]["params"] == pytest.approx((at.low, at.high), rel=1e-9)


def test_the_exercise_on_the_lowest_dot_comes_out_at_half_the_right_size():
    view = isoflop.Experiment(sizes=8, seed=1, about=list(isoflop_blocks.TABS)[3])
    C = isoflop.TARGETS[1]
    assert float(view.naive.at(C)) / view.truth(C) == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize(("noise", "said"), [("0", True), ("0.2", True), ("1", False)])
def test_a_misfit_that_intervals_take_for_chance_is_said_where_it_matters(noise, said):
    """Runs of the default study lie 0.45 % off parabolas of one curvature, noise or none."""
    words = text.beyond(isoflop.Controls(noise=noise, curvature="shared"))
    assert ("Even without noise the runs would lie 0.45 % off" in words) == said
    even = isoflop.Controls(noise=noise, alpha=0.3, beta=0.3, width="1.5", curvature="own")
    assert "Even without noise" not in text.misfit(even)
