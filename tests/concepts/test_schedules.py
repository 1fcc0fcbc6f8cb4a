"""The page on schedules: what is hidden, what its sentences say, and where names stand."""

from dataclasses import replace

import pytest

from tests import text_checks
from tests.concepts import chart_checks, label_checks
from tests.concepts.question_checks import check_question, stands
from tests.experiments.schedule_runs import (
    COLLAPSE,
    DRAWN_STUDY,
    HORIZON,
    WSD,
    branches,
    collapsed,
    drawn,
    horizons,
)
from toylab.experiments import collapse_results, drawn_results, horizon_results, wsd_results
from toylab.experiments.collapse_results import CollapseResults
from toylab.experiments.drawn_results import DrawnResults
from toylab.experiments.horizon_results import HorizonResults
from toylab.experiments.horizon_study import RECORDED_STUDIES
from toylab.experiments.wsd_results import WsdResults
from toylab.live.result_source import ResultSource
from ui.concepts.schedules import blocks, charts, collapse, draw, law, live, text, view, wsd

HORIZONS = {
    **{name: lambda name=name: horizon_results.recorded(name) for name in RECORDED_STUDIES},
    "one diverged": lambda: horizons(lost=[(2.0, 4.0)]),
    "the usual rate diverged": lambda: horizons(lost=[(1.0, h) for h in (1.0, 2.0)]),
    "none yet": lambda: HorizonResults(HORIZON, HORIZON.table([]), live=True),
}
every = pytest.mark.parametrize("make", HORIZONS.values(), ids=HORIZONS)


@every
def test_every_sentence_is_whole_and_every_number_known(make):
    found = make()
    for told in (
        text.headline(found, seen=True), text.lost(found), text.made("", found.study),
        *text.numbers(found, seen=True).values(), *text.details(found),
    ):  # fmt: skip
        text_checks.check(told)


@every
def test_charts_draw_what_their_tables_have_and_no_name_covers_another(make):
    found = make()
    chart = charts.excess(view.excess(found))
    hidden = charts.excess(view.excess(found, seen=False))
    assert chart_checks.same_spec(chart, hidden)
    for one in (chart, hidden, charts.rates(view.rates(found))):
        chart_checks.check(one)
        label_checks.check(one.tables["names"])


def test_until_it_is_seen_only_decays_that_end_with_the_run_are_drawn_and_no_number_told():
    found = horizon_results.recorded("usual")
    tables = view.excess(found, seen=False)
    assert set(tables["means"]["horizon"]) == set(tables["seeds"]["horizon"]) == {1.0}
    assert set(text.numbers(found, seen=False).values()) == {"?"}
    assert set(view.excess(found)["means"]["horizon"]) == {1, 1.25, 1.5, 2, 3, 4}
    assert "0.03" not in text.headline(found, seen=False)


def test_the_question_asks_for_twice_the_steps_and_its_guess_stands_there():
    found = horizon_results.recorded("usual")
    question = text.question(found)
    check_question(lambda: text.question(found))
    assert question.answer == pytest.approx(0.03, abs=0.01)
    study = RECORDED_STUDIES["usual"]
    source = ResultSource(study, None, study.recorded(), stale=False)
    state = live.state(study, source, stands("s", question, 0.05))
    (sight,) = list(blocks.figure(state, found))
    guess = sight.figures["Loss"].guess
    assert guess.x == "2.0"
    assert guess.y.at == {nats: nats for nats in question.options}


def test_a_cost_has_its_sign_and_none_where_seeds_tell_none():
    usual = horizon_results.recorded("usual")
    assert "costs 0.030 nats" in text.finding(usual)
    assert "gains" in text.finding(usual)
    flat = horizons(law=lambda rate, _: 2.0 + 0.05 * (rate - 1) ** 2)
    assert "changes less than these seeds can tell" in text.finding(flat)


TABS = {
    "wsd": lambda: wsd.blocks(wsd_results.recorded(), wsd_results.TUNED),
    "wsd at a rate": lambda: wsd.blocks(branches(), 1.0),
    "wsd diverged": lambda: wsd.blocks(branches(lost=(1.0,)), 1.0),
    "wsd, none yet": lambda: wsd.blocks(WsdResults(WSD, WSD.table([]), live=True), "tuned"),
    "collapse": lambda: collapse.blocks(collapse_results.recorded(), collapse.Controls()),
    "as they are": lambda: collapse.blocks(collapsed(), collapse.Controls(normalised=False)),
    "a floor": lambda: collapse.blocks(collapsed(), collapse.Controls(floor=1.0)),
    "collapse, none yet": lambda: collapse.blocks(
        CollapseResults(COLLAPSE, COLLAPSE.table([]), live=True), collapse.Controls()
    ),
    "draw": lambda: draw.blocks(drawn_results.recorded("wsd"), DRAWN_STUDY),
    "draw, other": lambda: draw.blocks(drawn(), replace(DRAWN_STUDY, decay=0.7, warm=0.3)),
    "draw the cosine": lambda: draw.blocks(
        drawn(replace(DRAWN_STUDY, decay=1.0, shape="cosine")), DRAWN_STUDY
    ),
    "draw, none yet": lambda: draw.blocks(
        DrawnResults(DRAWN_STUDY, DRAWN_STUDY.table([]), live=True), DRAWN_STUDY
    ),
    **{f"law of {name}": lambda word=word: list(law.law(None, law.Controls(word)))
       for word, name in law.CHOICES.items()},
}  # fmt: skip


def flat(parts):
    """All blocks of a layout, without its rows."""
    for part in parts:
        yield from flat(part) if isinstance(part, list) else [part]


@pytest.mark.parametrize("make", TABS.values(), ids=TABS)
def test_every_tab_says_whole_sentences_and_draws_names_apart(make):
    for part in flat(make()):
        if isinstance(part, str):
            text_checks.check(part)
        elif hasattr(part, "chart"):
            chart_checks.check(part.chart)
            label_checks.check(part.chart.tables["names"])


def test_a_spread_is_held_against_seeds():
    assert collapse.against(0.004, 0.005) == "no more than seeds do"
    assert collapse.against(0.01, 0.005) == "2 times as far as seeds do"


def test_the_limits_of_a_tuned_comparison_and_of_a_forecast_are_said():
    tree = wsd_results.recorded()
    assert f"at {len(tree.at_the_edge)} of 6 lengths" in wsd.edge(tree)
    pairs = [(tree.best["wsd", T], tree.best["cosine", T]) for T in tree.study.tree.steps]
    lower = sum(mine < other for mine, other in pairs)
    assert f"at {lower} of 6 lengths, and higher at none" in wsd.decides(tree)
    assert wsd.decides(branches(lost=(1.0,))) == ""
    near = drawn(replace(DRAWN_STUDY, decay=1.0, shape="cosine", end=0.01), off=0.0)
    assert abs(near.off) < near.gap.high - near.gap.value
    assert "no more than these seeds can tell" in law.sentence(near)
    assert "can tell" not in law.sentence(drawn_results.recorded("wsd"))


def test_the_rate_of_the_controls_is_drawn_whatever_was_trained():
    """A cosine is at half its peak half way; without a decay the rate stays."""
    lines = draw.rates(replace(DRAWN_STUDY, decay=0.0))["lines"]
    cosine = lines[lines["horizon"] == "cosine"]
    middle = cosine.iloc[(cosine["done"] - 0.5).abs().argmin()]
    assert middle["rate"] == pytest.approx(0.5, abs=0.02)
    mine = lines[lines["horizon"] == "yours"]
    assert set(mine["rate"][mine["done"] > 0.05]) == {1.0}


def test_gaps_at_one_rate_are_named_right_of_their_ends_away_from_no_difference():
    names = wsd.gaps(wsd_results.recorded())["names"].set_index("name")
    ends = names.loc[list(view.NAMED.values())]
    assert (ends["dx"] > 0).all()
    assert not ends["far"].any()
