"""The controls of the page on language models, and the tables and fits of its runs."""

import math
from dataclasses import asdict, replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.concepts import label_checks
from tests.concepts.charlm_runs import FALL, SMALL, USUAL, A, best, results, rows
from toylab.experiments import charlm_repeats, corpus
from toylab.experiments.charlm_study import (
    BUDGETS,
    NET_STUDIES,
    RECORDED_STUDIES,
    CharlmStudy,
    in_language,
)
from toylab.experiments.languages import LANGUAGES, NETS
from toylab.fits import isoflop, parametric
from toylab.fits.optimal_scaling import OptimalScaling
from toylab.fits.parametric_diagnostics import diagnose
from toylab.live.result_source import ResultSource
from toylab.quantities import format_scientific, parse_number
from ui.concepts.charlm import blocks, live, text, view
from ui.concepts.charlm.results import NEAR, CharlmResults
from ui.concepts.charlm.view import Controls
from ui.concepts.shared import isoflop_tables, loss_surface
from ui.guess import GuessState
from ui.labels import Axes

GUESS = (8e4, 5.0)
HIDDEN = GuessState(numbers=GUESS, seen=False)
NAMES = ("ten-seconds", "half-minute", "thorough")
languages = st.sampled_from(sorted(LANGUAGES))
spans = st.tuples(st.sampled_from(view.COMPUTE), st.sampled_from(view.COMPUTE)).map(
    lambda ends: tuple(sorted(ends, key=parse_number))
)


# --- Controls ---------------------------------------------------------------------------------


@given(
    languages, spans, st.sampled_from(view.WIDTHS), st.integers(1, 16),
    st.sampled_from(list(view.SPREADS)), st.sampled_from(view.RATES), st.integers(0, 10**6),
    st.sampled_from(["cpu", "cuda", "mps"]),
)  # fmt: skip
def test_every_setting_of_the_controls_is_the_plan_that_it_says(
    language, span, width, seeds, spread, rate, seed, device
):
    study = Controls(language, span, width, seeds, spread, rate, seed, device).study
    assert study == CharlmStudy(
        language,
        parse_number(span[0]),
        parse_number(span[1]),
        float(width),
        seeds,
        spread == "fewer",
        float(rate),
        seed,
        device,
    )
    assert format_scientific(study.lowest) in view.COMPUTE
    assert study.lowest in BUDGETS  # else a budget at the end would be lost
    assert study.highest in BUDGETS


@pytest.mark.parametrize("language", ["python", "synthetic"])
@pytest.mark.parametrize("name", NAMES)
def test_a_preset_sets_controls_that_exist_to_its_plan(language, name):
    record = view.PRESETS[language][in_language(name, language)]
    study = CharlmStudy.PRESETS[in_language(name, language)]
    assert Controls(language, **asdict(record)).study == study
    assert view.presets(Controls(language, **asdict(record))).current == study.preset
    assert set(record.span) <= set(view.COMPUTE)
    assert record.width in view.WIDTHS
    assert record.spread in view.SPREADS
    assert record.rate in view.RATES
    assert 1 <= record.seeds <= 16


def test_first_of_all_the_page_asks_for_the_usual_plan_of_the_language():
    assert Controls().study == USUAL
    for language, record in view.FIRST.items():
        assert record == view.preset(CharlmStudy.PRESETS[in_language("half-minute", language)])
    assert set(view.FIRST) == set(LANGUAGES)


def test_the_next_budget_of_every_plan_of_the_page_exists():
    for C in view.COMPUTE:
        beyond = CharlmStudy(lowest=1e8, highest=parse_number(C)).next
        assert 2.9 < beyond.highest / parse_number(C) < 3.4


@pytest.mark.parametrize("language", ["python", "synthetic"])
def test_the_best_sizes_of_every_known_plan_can_be_guessed(language):
    low, high = view.SIZES[0], view.SIZES[-1]
    for study in [
        *(CharlmStudy.PRESETS[in_language(name, language)] for name in NAMES),
        RECORDED_STUDIES[language],
    ]:
        frame = USUAL.table(RECORDED_STUDIES[language].recorded().rows)
        result = CharlmResults(RECORDED_STUDIES[language], frame, study.highest)
        assert low < result.best.value < high


# --- What the runs say ------------------------------------------------------------------------


def test_the_best_size_at_the_budget_asked_about_is_the_one_that_the_runshave():
    for C in (1e9, 3e10, 1e12):
        result = results(flops=C)
        assert result.best.value == pytest.approx(float(best(USUAL, C)), rel=0.02)
    assert result.profiles.params.exponent.value == pytest.approx(A, abs=0.003)
    assert result.profiles.loss.exponent.value == pytest.approx(-FALL, abs=0.001)


def test_tokens_per_parameter_are_what_the_best_size_leaves_of_the_budget():
    result = results()
    C = np.array(USUAL.budgets)
    assert result.ratios == pytest.approx(C / 6 / best(USUAL, C) ** 2, rel=0.02)


def test_diverged_runsare_in_the_table_and_in_no_fit():
    result = results(lost=(22, 24, 192))
    lost = result.frame["diverged"]
    assert lost.any()
    assert len(result.good) == len(result.frame) - lost.sum() == len(result.runs)
    assert np.isfinite(result.runs.loss).all()
    assert result.best.value == pytest.approx(float(best(USUAL, 3e10)), rel=0.02)


@pytest.mark.parametrize(
    ("frame", "refusal"),
    [
        ([], "these 0 runs have 0"),
        (rows(replace(SMALL, highest=3e9)), "have 2"),
        (rows(replace(SMALL, highest=1e9)), "have 1"),
        (rows(SMALL, lost=range(9999)), "these 0 runs have 0"),
    ],
    ids=["no runs", "two budgets", "one budget", "all diverged"],
)
def test_fewer_than_three_budgets_are_drawn_without_a_line_and_say_why(frame, refusal):
    result = CharlmResults(SMALL, USUAL.table(frame), 1e10, guessed=GUESS)
    assert refusal in result.profiles
    assert (result.best, result.ratios) == (None, [])
    growth, drawn = result.growth_tables, result.valley_tables
    assert growth["line"].empty
    assert len(growth["dots"]) == len(result.valleys) == len(drawn["bottoms"])
    assert len(drawn["runs"]) == len(result.runs)
    assert len(growth["guess"]) == isoflop_tables.FINE + 1  # and the end of the axis
    with pytest.raises(ValueError, match="isoFLOP profiles need 3 budgets"):
        live.lock(result, SMALL)


def test_the_band_is_that_of_repeats_of_the_plan_and_no_other():
    assert results().band == charlm_repeats.band(USUAL)
    assert results().band.repeats == 10
    assert results(replace(USUAL, seed=5)).band == charlm_repeats.band(USUAL)
    assert results(SMALL).band is None


# --- Figures ----------------------------------------------------------------------------------


def half_powers(sizes):
    """The half powers of ten nearest to these sizes, below and above."""
    halves = [2 * math.log10(size) for size in sizes]
    return 10 ** (math.floor(min(halves)) / 2), 10 ** (math.ceil(max(halves)) / 2)


@given(languages, spans, st.sampled_from(view.WIDTHS))
@settings(deadline=None, max_examples=12)
def test_the_axes_hold_every_run_that_a_plan_will_train(language, span, width):
    study = CharlmStudy(language, *map(parse_number, span), width=float(width), seeds=1)
    try:
        specs = study.specs()
    except ValueError:
        return
    result = CharlmResults(study, USUAL.table([]), study.highest)
    (least, most), (low, high) = result.axes.x, result.axes.y
    assert result.sizes == (low, high)
    assert (least, most) == pytest.approx((study.lowest / 1.3, 3.4 * study.highest))
    assert (low, high) == pytest.approx(half_powers(spec.params for spec in specs))
    for spec in specs:
        assert low <= spec.params <= high
        assert least <= 1.006 * spec.flops
        assert spec.flops < most
    assert most > study.next.highest  # so that there is room for the line's prophecy


@given(
    st.sampled_from(view.SIZES), st.sampled_from(view.FACTORS), spans, st.booleans(), st.booleans()
)
@settings(deadline=None, max_examples=10)
def test_the_guessed_line_has_the_guessed_slope_and_the_guess_at_the_budget_asked(
    size, factor, span, live, hidden
):
    study = CharlmStudy("python", *map(parse_number, span))
    flops = study.highest
    result = CharlmResults(study, USUAL.table([]), flops, live, (size, factor), hidden)
    line = result.growth_tables["guess"]
    x, y = np.log(line["flops"]), np.log(line["params"])
    assert np.interp(math.log(flops), x, y) == pytest.approx(math.log(size))
    assert np.diff(y) == pytest.approx(math.log10(factor) * np.diff(x), abs=1e-9)
    assert (line["flops"].min(), line["flops"].max()) == pytest.approx(
        (study.lowest, result.axes.x[1])
    )


def test_without_a_whole_guess_none_is_drawn():
    for guess in (), (None, None), (8e4, None), (None, 5.0):
        result = results(guessed=guess)
        assert result.growth_tables["guess"].empty
        assert "your guess" not in set(result.growth_tables["names"]["name"])
    assert not results(guessed=GUESS).growth_tables["guess"].empty


@pytest.mark.parametrize("size", [1e3, 1e4, 1e6])
def test_the_axis_of_sizes_holds_the_guess(size):
    plain, guessed = results(SMALL).sizes, results(SMALL, guessed=(size, None)).sizes
    assert guessed == pytest.approx(half_powers([*plain, size]))


@pytest.mark.parametrize("guess", [(None, None), (1e3, 3.2), (8e4, None), (1e6, 1.0)])
def test_the_guess_is_upright_in_the_figure_at_its_size_and_a_click_can_put_it_at_any(guess):
    controls, shown = Controls(), recorded("python")
    asked = text.questions(live.answers(controls, shown))
    state = live.State(controls, shown, GuessState("charlm", asked, guess, seen=False, open=True))
    sight = next(blocks.figure(state, state.results))
    mark = sight.figures["Valleys"].guess
    assert (mark.x.value, mark.y, mark.open) == (guess[0], None, True)
    assert mark.x.at == {size: size for size in view.SIZES}
    at = mark.tables["guess_at"]
    assert at["y"].isna().all()
    if guess[0] is None:
        assert at["x"].isna().all()
    else:
        assert at["x"].tolist() == [guess[0]]
        low, high = state.results.valley_tables["axes"].loc[0, ["x0", "x1"]]
        assert low <= guess[0] <= high
    assert sight.figure("Growth").guess is None  # its line is in the table


def test_the_line_goes_through_the_best_sizes_and_is_thin_beyond_the_plan():
    line = results(noise=0.003).growth_tables["line"]
    assert line["params"].to_numpy() == pytest.approx(best(USUAL, line["flops"]), rel=0.05)
    assert (line["beyond"] == (line["flops"] > USUAL.highest)).all()
    assert line["beyond"].any()
    assert (line["low"] <= line["params"]).all()
    assert (line["params"] <= line["high"]).all()


def test_the_dots_are_the_bottoms_that_can_be_trusted_with_their_intervals():
    result = results(noise=0.002)
    dots = result.growth_tables["dots"]
    assert len(dots) == len(USUAL.budgets)
    assert dots["flops"].to_numpy() == pytest.approx(USUAL.budgets, rel=0.01)
    assert dots["params"].to_numpy() == pytest.approx(best(USUAL, dots["flops"]), rel=0.1)
    assert (dots["low"] < dots["high"]).all()
    assert result.valley_tables["bottoms"]["params"].tolist() == dots["params"].tolist()


def test_a_valley_that_is_not_to_be_trusted_has_no_dot_and_while_live_no_parabola():
    """Of its last budget only the largest sizes have ended: the longest come last."""
    frame = USUAL.table(rows(USUAL, noise=0.002))
    last = frame["flops"] > 2e10
    kept = frame[~last | (frame["size"] > 180)]
    live, ended = (CharlmResults(USUAL, kept, 3e10, live) for live in (True, False))
    troubled = [valley for valley in ended.valleys if valley.warning]
    assert [format_scientific(valley.flops, 1) for valley in troubled] == ["3e10"]
    for result in live, ended:
        assert len(result.growth_tables["dots"]) == len(result.valley_tables["bottoms"]) == 3
        assert len(result.valley_tables["runs"]) == len(kept)
    assert set(ended.valley_tables["parabolas"]["budget"]) == {"1e9", "3e9", "1e10", "3e10"}
    assert set(live.valley_tables["parabolas"]["budget"]) == {"1e9", "3e9", "1e10"}


@pytest.mark.parametrize("language", ["python", "synthetic"])
@pytest.mark.parametrize("name", NAMES)
def test_every_run_is_drawn_with_its_own_budget_and_each_budget_has_one_name(language, name):
    """Whole batches spend it to half a percent, and a name has two digits."""
    study = CharlmStudy.PRESETS[in_language(name, language)]
    drawn = results(study).valley_tables
    budgets = {format_scientific(C) for C in study.budgets}
    for table in "runs", "parabolas":
        assert set(drawn[table]["budget"]) == budgets
    names = drawn["names"].query("name != @view.MARKS['bottoms']")
    said = {name.removesuffix(" FLOPs") for name in names["name"]}
    assert said <= budgets
    assert format_scientific(study.lowest) in said
    assert len(said) >= min(len(budgets), 4)
    x0, x1, y0, y1 = drawn["axes"].loc[0]
    axes, runs = Axes((x0, x1), (y0, y1), (True, False)), drawn["runs"]
    ends = runs.loc[runs.groupby("budget")["params"].idxmax()].set_index("budget")
    for name in names.itertuples():
        end = ends.loc[name.name.removesuffix(" FLOPs")]
        assert (name.across, name.up) == pytest.approx(axes.share((end["params"], end["loss"])))
    drawn_losses = pd.concat([runs["loss"], drawn["parabolas"]["loss"], drawn["bottoms"]["loss"]])
    low, high = drawn_losses.min(), drawn_losses.max()
    room = high - low
    assert (y0, y1) == pytest.approx((low - 0.06 * room, high + 0.12 * room))
    assert (x0, x1) == results(study).sizes


@pytest.mark.parametrize("guess", [GUESS, (1e6, 10.0)])
@pytest.mark.parametrize("study", [*CharlmStudy.PRESETS.values(), SMALL, replace(USUAL, width=20)])
def test_names_cover_nothing(study, guess):
    for hidden in True, False:
        result = results(study, noise=0.003, guessed=guess, hidden=hidden)
        label_checks.check(result.valley_tables["names"])
        label_checks.check(result.growth_tables["names"])


def test_a_hidden_answer_leaves_the_dots_and_the_guess_and_takes_the_line():
    shown, hidden = (results(guessed=GUESS, hidden=hide) for hide in (False, True))
    assert not shown.growth_tables["line"].empty
    assert hidden.growth_tables["line"].empty
    assert list(hidden.growth_tables["line"].columns) == list(shown.growth_tables["line"].columns)
    pd.testing.assert_frame_equal(hidden.growth_tables["guess"], shown.growth_tables["guess"])


@pytest.mark.parametrize("study", [*CharlmStudy.PRESETS.values(), SMALL])
def test_before_the_first_point_the_axis_of_losses_has_room_for_those_to_come(study):
    """And it does not jump while a run goes on."""
    known = study.table(RECORDED_STUDIES[study.language].recorded().rows)
    mine = known[known["flops"].between(0.9 * study.lowest, 1.1 * study.highest)]["loss"]
    begun, last = (results(study, made, live=True) for made in ([], rows(study)[-1:]))
    low, high = begun.valley_tables["axes"].loc[0, ["y0", "y1"]]
    assert low < mine.min() < mine.max() < high
    assert high - low < 1.3 * (mine.max() - mine.min())
    assert last.valley_tables["axes"].loc[0, "y1"] >= high
    assert results(study, []).expected == ()


# --- What they wrote --------------------------------------------------------------------------


def test_the_passages_are_of_the_largest_budget_the_lowest_and_the_highest_loss_with_text():
    result = results(noise=0.02)
    good, bad = result.written
    have = result.good[(result.good["text"] != "") & (result.good["flops"] > 2e10)]
    assert (good["loss"], bad["loss"]) == (have["loss"].min(), have["loss"].max())
    assert format_scientific(good["flops"], 2) == format_scientific(bad["flops"], 2) == "3e10"
    assert good["text"] == f"def {good['size']}"
    assert bad["text"] == f"def {bad['size']}"


def test_of_a_run_that_diverged_no_passage_is_shown():
    whole = results()
    lost = int(whole.written[1]["size"])
    assert results(lost=(lost,)).written[1]["size"] != lost


def test_where_the_largest_budget_has_no_text_the_next_one_below_is_shown():
    frame = USUAL.table(rows(USUAL))
    frame.loc[frame["flops"] > 2e10, "text"] = ""
    good, bad = CharlmResults(USUAL, frame, 3e10).written
    assert format_scientific(good["flops"], 2) == format_scientific(bad["flops"], 2) == "1e10"


def test_where_nothing_was_written_there_is_nothing_to_show():
    frame = USUAL.table(rows(USUAL))
    assert CharlmResults(USUAL, frame.assign(text=""), 3e10).written is None
    assert CharlmResults(USUAL, USUAL.table([]), 3e10).written is None


# --- What is shown ----------------------------------------------------------------------------


def recorded(language):
    known_runs = RECORDED_STUDIES[language].recorded()
    return ResultSource(RECORDED_STUDIES[language], None, known_runs, stale=True)


@given(languages, spans)
@settings(deadline=None, max_examples=10)
def test_what_is_hidden_holds_no_run_at_or_above_the_budget_asked_about(language, span):
    study, shown = CharlmStudy(language, *map(parse_number, span)), recorded(language)
    result = live.gather(shown, study, shown.rows, live=False, guess=HIDDEN)
    known = RECORDED_STUDIES[language].highest  # beyond it nothing can be asked
    study = replace(study, lowest=min(study.lowest, known), highest=min(study.highest, known))
    assert result.hidden
    assert not (result.frame["flops"] >= 0.98 * study.highest).any()
    assert not (result.frame["flops"] < 0.98 * study.lowest).any()
    everything = USUAL.table(shown.rows)["flops"]
    inside = everything.between(0.98 * study.lowest, 0.98 * study.highest)
    assert len(result.frame) == inside.sum()
    assert result.growth_tables["line"].empty
    assert (result.growth_tables["dots"]["flops"] < 0.98 * study.highest).all()
    assert result.flops == study.highest
    assert result.axes.x[0] < study.lowest
    low, high = result.sizes
    assert result.frame["params"].between(low, high).all()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_shown_is_every_recorded_run_and_the_budget_asked_about(language):
    study, shown = CharlmStudy(language, 1e9, 1e10), recorded(language)
    result = live.gather(shown, study, shown.rows, live=False, guess=GuessState())
    assert len(result.frame) == len(shown.rows)
    assert (result.flops, result.study, result.hidden) == (1e10, RECORDED_STUDIES[language], False)
    assert result.guessed == ()
    assert (result.more is None) == (language == "synthetic")


def test_runsoff_the_valleys_are_for_the_surface_alone():
    shown = recorded("python")
    result = live.gather(shown, USUAL, shown.rows, live=False, guess=GuessState())
    off = USUAL.table(RECORDED_STUDIES[live.OFF_VALLEY].recorded().rows)
    assert len(result.more) == len(off)
    assert len(result.all_runs) == len(shown.rows) + len(off)
    assert len(result.runs) == len(shown.rows)
    assert results().all_runs == results().runs


class Job:
    """As much of a job as is looked at."""

    live = False


@pytest.mark.parametrize("seen", [True, False])
def test_of_the_readers_own_runsnone_is_hidden_and_they_are_about_their_own_plan(seen):
    shown, study = ResultSource(SMALL, Job(), None, stale=True), replace(USUAL, highest=1e12)
    made = rows(SMALL)
    result = live.gather(shown, study, made, live=True, guess=replace(HIDDEN, seen=seen))
    assert len(result.frame) == len(made)
    assert (result.study, result.flops) == (SMALL, SMALL.highest)
    assert (result.live, result.hidden, result.guessed) == (True, False, GUESS)


# --- Three approaches -------------------------------------------------------------------------


def test_approaches_are_those_of_the_engine_on_these_runs():
    study = CharlmStudy(highest=3e10, seeds=1)
    result = results(study, noise=0.003)
    said = result.approaches
    assert [name[0] for name in said] == ["1", "2", "3", "3"]
    fitted = isoflop.fit(result.runs)
    assert said["2. isoFLOP profiles"].exponent == fitted.params.exponent
    tables = result.approach_tables
    assert tables["truth"].empty
    table = tables["approaches"].set_index("name")
    for name, trend in said.items():
        if isinstance(trend, OptimalScaling):
            e = trend.exponent
            row = table.loc[name, ["exponent", "low", "high"]]
            assert row.tolist() == [e.value, e.low, e.high]
    assert list(table.index) == [
        n for n, trend in said.items() if isinstance(trend, OptimalScaling)
    ]


def test_the_last_approach_fits_only_runsnear_the_valleys(monkeypatch):
    fitted = []

    def noted(runs):
        fitted.append(runs)
        raise ValueError("enough")

    monkeypatch.setattr(parametric, "fit", noted)
    loss_surface.fitted.cache_clear()
    result = results(replace(USUAL, width=12, seeds=1))
    assert [why for why in result.approaches.values() if why == "enough"] == ["enough"] * 2
    whole, near = fitted
    assert whole == result.runs
    assert len(near) < len(whole)
    off = np.abs(np.log(near.params / best(USUAL, near.flops)))
    assert off.max() < np.log(1.03 * NEAR)
    assert result.surface_warnings == ()
    loss_surface.fitted.cache_clear()  # of what was refused only here


def test_what_speaks_against_the_surface_is_what_the_engine_says():
    result = results(replace(USUAL, seeds=1), noise=0.003, flops=1e12)
    spread = result.surface
    assert spread.fit.runs == result.all_runs
    assert result.surface_warnings == diagnose(spread.fit, spread, 1e12)
    assert any("1e12 FLOPs lie a factor" in doubt for doubt in result.surface_warnings)
    assert spread.params.exponent == result.approaches["3. surface, all runs"].exponent


def test_a_surface_that_was_refused_once_is_refused_again_without_another_fit(monkeypatch):
    result = results(CharlmStudy(lowest=1e9, highest=1e9, width=2.5, seeds=1))
    refusals = []
    for _ in range(2):
        with pytest.raises(ValueError, match="need at least") as refusal:
            _ = result.surface
        refusals.append(str(refusal.value))
        monkeypatch.setattr(parametric, "fit", None)
    assert refusals[0] == refusals[1]


# --- The next budget --------------------------------------------------------------------------


def test_what_is_locked_is_the_forecast_of_the_next_budget_and_how_it_is_trained():
    locked = live.lock(results(), replace(USUAL, device="cuda", seed=7))
    ahead = locked.forecast
    assert ahead.flops == 1e11
    assert ahead.params.value == pytest.approx(float(best(USUAL, 1e11)), rel=0.02)
    assert ahead.loss.value == pytest.approx(3 * 100**-FALL, rel=0.002)
    assert locked.study == replace(USUAL.next, device="cuda", seed=7)


def test_of_a_recorded_study_the_next_budget_trains_on_the_readers_device():
    """The recorded one was trained on a processor, wherever its reader is."""
    shown = recorded("synthetic")
    result = live.gather(shown, USUAL, shown.rows, live=False, guess=GuessState())
    locked = live.lock(result, CharlmStudy("synthetic", device="mps"))
    assert (locked.study.device, locked.study.language) == ("mps", "synthetic")
    assert locked.study.budgets == [3e11]


def test_equal_forecasts_are_one_key_and_other_seeds_another():
    """By them a page knows whether a run still fits what it says."""
    one, other = (live.lock(results(), USUAL) for _ in range(2))
    assert one == other
    assert one != live.lock(results(), replace(USUAL, seed=1))
    assert one != live.lock(results(noise=0.001), USUAL)


def following(before, made, running=False):
    return live.gather_next(live.lock(before, before.study), before, made, running)


def test_the_next_budget_is_found_with_the_study_before_it():
    before = results(noise=0.002, lost=(12,))
    made = rows(USUAL.next, noise=0.002, seed=1)
    one = following(before, made)
    result = one.together
    assert len(result.frame) == len(before.good) + len(made)
    assert (result.study.lowest, result.study.highest, result.flops) == (1e9, 1e11, 1e11)
    together = isoflop.look(result.runs)
    assert one.measured == together[-1]
    assert one.measured.params.value == pytest.approx(float(best(USUAL, 1e11)), rel=0.1)
    assert one.measured.loss == pytest.approx(3 * 100**-FALL, rel=0.01)
    low, high = result.sizes
    assert result.frame["params"].between(low, high).all()
    assert result.valley_tables["forecast"]["params"].tolist() == [one.locked.forecast.params.value]
    assert len(result.valley_tables["runs"]) == len(result.runs)


@pytest.mark.parametrize("live", [True, False])
def test_before_the_next_budgets_first_run_the_study_stands_alone(live):
    before = results()
    one = following(before, [], live)
    assert len(one.frame) == 0
    assert one.together.runs == before.runs
    assert one.together.live == live
    with pytest.raises(ValueError, match="too few runs of the next budget"):
        _ = one.measured


def test_diverged_runsof_the_next_budget_are_no_outcome():
    one = following(results(), rows(USUAL.next, lost=range(9999)))
    assert one.together.frame["diverged"].sum() == len(one.frame) > 3
    with pytest.raises(ValueError, match="too few runs of the next budget"):
        _ = one.measured


def test_without_a_text_to_learn_there_is_nothing_to_train_but_words(monkeypatch):
    assert live.specs(USUAL) == USUAL.specs()
    monkeypatch.setattr(corpus, "present", lambda: False)
    with pytest.raises(ValueError, match="carries no source of its standard library"):
        live.specs(USUAL)
    assert live.specs(CharlmStudy.PRESETS["synthetic-thorough"])


# --- Networks ---------------------------------------------------------------------------------


@pytest.mark.parametrize("net", ["transformer", "lstm"])
def test_a_network_that_is_picked_shows_its_own_recorded_runs_and_no_larger_budget(net):
    """Its plan is the shortest, of other seeds; the synthetic language keeps its own network."""
    asked = Controls(**asdict(view.READERS[net]), net=net)
    assert asked.study == replace(CharlmStudy.PRESETS["ten-seconds"], net=net)
    assert view.presets(asked).current == "ten-seconds"
    assert view.presets(asked).names["ten-seconds"] == "3 budgets"
    source = live.source(asked)
    assert (source.about, source.stale) == (NET_STUDIES[net], False)
    for highest in (1e10, 3e10):
        chosen = replace(asked.study, highest=highest)
        shown = live.gather(source, chosen, source.rows, live=False, guess=GuessState(seen=True))
        assert (shown.study.net, shown.flops, shown.hidden) == (net, 1e10, False)
        guess = GuessState(seen=False)
        hidden = live.gather(source, chosen, source.rows, live=False, guess=guess)
        assert hidden.frame["flops"].max() < 9e9
        assert live.told(source, chosen, False).highest == 3e9
    assert replace(asked, language="synthetic").study.net == "ngram"


def test_one_rate_for_all_widths_is_asked_of_a_transformer_alone():
    for net in NETS:
        study = Controls(net=net, scaled=False).study
        assert study.scaled == (net != "transformer")
