"""What the page on language models draws and is asked, from runs whose truth is known."""

import math
from dataclasses import asdict, replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toylab.data import recorded as runs
from toylab.experiments import charlm_repeats, charlm_study, synthetic
from toylab.experiments.charlm import LANGUAGES
from toylab.experiments.charlm_study import BUDGETS, RECORDED_STUDIES, CharlmStudy, in_language
from toylab.experiments.regression_study import RegressionStudy
from toylab.fits import isoflop
from toylab.fits.estimate import Estimate
from toylab.fits.isoflop_budgets import Valley
from toylab.fits.optimal_scaling import OptimalScaling
from toylab.fits.parametric_diagnostics import diagnose
from toylab.fits.runs import make_runs, runs_of
from toylab.laws.forms import Additive
from toylab.live.result_source import ResultSource
from toylab.quantities import format_scientific, parse_number
from toylab.simulation.isoflop_study import SimulatedStudy, simulate
from ui.concepts.charlm import known_answers
from ui.concepts.charlm import view as charlm
from ui.concepts.charlm.view import Findings, Guess, View
from ui.concepts.parametric import text as surface_words
from ui.concepts.parametric import view as parametric
from ui.concepts.shared import approaches, charts, isoflop_tables

NAMES = ("ten-seconds", "half-minute", "thorough")

A, FALL, BEND = 0.45, 0.07, 0.03  # of the valleys that `rows` makes
USUAL = CharlmStudy.PRESETS["half-minute"]
SMALL = CharlmStudy(lowest=1e9, highest=1e10, seeds=1)
languages = st.sampled_from(sorted(LANGUAGES))
spans = st.tuples(st.sampled_from(charlm.COMPUTE), st.sampled_from(charlm.COMPUTE)).map(
    lambda ends: tuple(sorted(ends, key=parse_number))
)


def best(asked, flops):
    return asked.kind.middle * asked.kind.weights * (np.asarray(flops) / 1e9) ** A


def rows(asked, noise=0.0, seed=0, lost=()):
    """Runs of a plan as the engine yields them; those of the sizes `lost` diverged."""
    random, made = np.random.default_rng(seed), []
    for spec in asked.specs():
        C = 6.0 * spec.params * spec.tokens
        rise = BEND * math.log(spec.params / best(asked, C)) ** 2
        for k in range(spec.runs):
            loss = 3 * (C / 1e9) ** -FALL * math.exp(rise + noise * random.standard_normal())
            diverged = spec.size in lost
            made.append(
                {
                    "language": asked.language, "size": spec.size, "params": spec.params,
                    "tokens": spec.tokens, "flops": C, "seed": spec.seed + k,
                    "loss": math.nan if diverged else loss, "batch": spec.batch,
                    "steps": spec.steps, "seconds": 0.1, "device": "cpu",
                    "diverged": diverged, "text": "" if k else f"def {spec.size}",
                }
            )  # fmt: skip
    return made


def findings(asked=USUAL, flops=None, **more):
    made = {name: more.pop(name) for name in ("noise", "seed", "lost") if name in more}
    frame = CharlmStudy().table(rows(asked, **made))
    return Findings(asked, frame, flops or asked.highest, **more)


# --- Controls ---------------------------------------------------------------------------------


@given(
    languages, spans, st.sampled_from(charlm.WIDTHS), st.integers(1, 16),
    st.sampled_from(list(charlm.SPREADS)), st.sampled_from(charlm.RATES), st.integers(0, 10**6),
    st.sampled_from(["cpu", "cuda", "mps"]),
)  # fmt: skip
def test_every_setting_of_the_controls_is_the_plan_that_it_says(
    language, span, width, seeds, spread, rate, seed, device
):
    asked = View(span, width, seeds, spread, rate, language, seed, device).plan
    assert asked == CharlmStudy(
        language, parse_number(span[0]), parse_number(span[1]), float(width), seeds, spread == "fewer",
        float(rate), seed, device,
    )  # fmt: skip
    assert format_scientific(asked.lowest) in charlm.COMPUTE
    assert asked.lowest in BUDGETS  # else a budget at the end would be lost
    assert asked.highest in BUDGETS


@pytest.mark.parametrize("language", ["python", "synthetic"])
@pytest.mark.parametrize("name", NAMES)
def test_a_preset_sets_controls_that_exist_to_its_plan(language, name):
    record = charlm.PRESETS[language][in_language(name, language)]
    assert (
        View(**asdict(record), language=language).plan
        == CharlmStudy.PRESETS[in_language(name, language)]
    )
    assert set(record.span) <= set(charlm.COMPUTE)
    assert record.width in charlm.WIDTHS
    assert record.spread in charlm.SPREADS
    assert record.rate in charlm.RATES
    assert 1 <= record.seeds <= 16


def test_first_of_all_the_page_asks_for_the_usual_plan_of_the_language():
    assert View().plan == USUAL
    for language, record in charlm.FIRST.items():
        assert record == charlm.knobs(CharlmStudy.PRESETS[in_language("half-minute", language)])
    assert set(charlm.FIRST) == set(LANGUAGES)


def test_the_next_budget_of_every_plan_of_the_page_exists():
    for C in charlm.COMPUTE:
        beyond = CharlmStudy(lowest=1e8, highest=parse_number(C)).next
        assert 2.9 < beyond.highest / parse_number(C) < 3.4


def test_the_guess_is_one_of_the_sizes_that_can_be_chosen_and_reads_as_a_number():
    assert Guess().best in charlm.SIZES
    assert Guess("80k").params == 8e4
    assert len(set(charlm.SIZES)) == len(charlm.SIZES)
    assert [parse_number(size) for size in charlm.SIZES] == sorted(map(parse_number, charlm.SIZES))


@pytest.mark.parametrize("language", ["python", "synthetic"])
def test_the_best_sizes_of_every_known_plan_can_be_guessed(language):
    low, high = parse_number(charlm.SIZES[0]), parse_number(charlm.SIZES[-1])
    for asked in [
        *(CharlmStudy.PRESETS[in_language(name, language)] for name in NAMES),
        RECORDED_STUDIES[language],
    ]:
        frame = CharlmStudy().table(RECORDED_STUDIES[language].recorded().rows)
        found = Findings(RECORDED_STUDIES[language], frame, asked.highest)
        assert low < found.best.value < high


# --- What the runs say ------------------------------------------------------------------------


def test_the_best_size_at_the_budget_asked_about_is_the_one_that_the_runs_have():
    for C in (1e9, 3e10, 1e12):
        found = findings(flops=C)
        assert found.best.value == pytest.approx(float(best(USUAL, C)), rel=0.02)
    assert found.profiles.params.exponent.value == pytest.approx(A, abs=0.003)
    assert found.profiles.loss.exponent.value == pytest.approx(-FALL, abs=0.001)


def test_tokens_per_parameter_are_what_the_best_size_leaves_of_the_budget():
    found = findings()
    C = np.array(USUAL.budgets)
    assert found.ratios == pytest.approx(C / 6 / best(USUAL, C) ** 2, rel=0.02)


def test_diverged_runs_are_in_the_table_and_in_no_fit():
    found = findings(lost=(22, 24, 192))
    lost = found.frame["diverged"]
    assert lost.any()
    assert len(found.good) == len(found.frame) - lost.sum() == len(found.runs)
    assert np.isfinite(found.runs.loss).all()
    assert found.best.value == pytest.approx(float(best(USUAL, 3e10)), rel=0.02)


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
    found = Findings(SMALL, CharlmStudy().table(frame), 1e10, guess=Guess())
    assert refusal in found.profiles
    assert (found.best, found.ratios) == (None, [])
    growth, drawn = found.growth, found.drawn
    assert growth["line"].empty
    assert len(growth["dots"]) == len(found.valleys) == len(drawn["bottoms"])
    assert len(drawn["runs"]) == len(found.runs)
    assert len(growth["guess"]) == isoflop_tables.FINE
    with pytest.raises(ValueError, match="isoFLOP profiles need 3 budgets"):
        charlm.lock(found, SMALL)


def test_the_band_is_that_of_repeats_of_the_plan_and_no_other():
    assert findings().band == charlm_repeats.band(USUAL)
    assert findings().band.repeats == 10
    assert findings(replace(USUAL, seed=5)).band == charlm_repeats.band(USUAL)
    assert findings(SMALL).band is None


# --- Figures ----------------------------------------------------------------------------------


@given(languages, spans, st.sampled_from(charlm.WIDTHS))
@settings(deadline=None, max_examples=40)
def test_the_axes_hold_every_run_that_a_plan_will_train(language, span, width):
    asked = CharlmStudy(language, *map(parse_number, span), width=float(width), seeds=1)
    try:
        specs = asked.specs()
    except ValueError:
        return
    found = Findings(asked, CharlmStudy().table([]), asked.highest)
    (least, most), (low, high) = found.box
    assert found.sizes == (low, high)
    assert {low, high} <= {spec.params for spec in specs}
    for spec in specs:
        assert low <= spec.params <= high
        assert least <= 1.006 * spec.flops
        assert spec.flops < most
    assert most > asked.next.highest  # so that there is room for the line's prophecy


@given(st.sampled_from(charlm.SIZES), st.floats(0, 1), spans, st.booleans(), st.booleans())
@settings(deadline=None, max_examples=25)
def test_the_guessed_line_has_the_guessed_slope_and_the_guess_at_the_budget_asked(
    size, slope, span, live, hidden
):
    asked = CharlmStudy("python", *map(parse_number, span))
    flops = asked.highest
    found = Findings(asked, CharlmStudy().table([]), flops, live, Guess(size, slope), hidden)
    line = found.growth["guess"]
    x, y = np.log(line["flops"]), np.log(line["params"])
    assert np.interp(math.log(flops), x, y) == pytest.approx(math.log(parse_number(size)))
    assert np.diff(y) == pytest.approx(slope * np.diff(x), abs=1e-9)
    assert (line["flops"].min(), line["flops"].max()) == pytest.approx(found.box[0])
    assert found.drawn["guess"]["params"].tolist() == [parse_number(size)]


def test_without_a_guess_none_is_drawn_and_no_legend_speaks_of_one():
    for found in findings(), findings(guess=Guess()):
        tables = found.drawn, found.growth
        specs = charts.valleys(tables[0]).spec, charts.growth(
            tables[1], charlm.BOTTOMS
        ).spec  # fmt: skip
        for table, spec in zip(tables, specs, strict=True):
            assert ("guess" in table) == (found.guess is not None)
            assert ("your guess" in str(spec)) == (found.guess is not None)
            assert table["truth"].empty


@pytest.mark.parametrize("size", ["1k", "10k", "1M"])
def test_the_axis_of_sizes_holds_the_guess(size):
    plain, guessed = findings(SMALL).sizes, findings(SMALL, guess=Guess(size)).sizes
    assert guessed == (min(plain[0], parse_number(size)), max(plain[1], parse_number(size)))


def test_the_line_goes_through_the_best_sizes_and_is_thin_beyond_the_plan():
    line = findings(noise=0.003).growth["line"]
    assert line["params"].to_numpy() == pytest.approx(best(USUAL, line["flops"]), rel=0.05)
    assert (line["beyond"] == (line["flops"] >= USUAL.highest)).all()
    assert line["beyond"].any()
    assert (line["low"] <= line["params"]).all()
    assert (line["params"] <= line["high"]).all()


def test_the_dots_are_the_bottoms_that_can_be_trusted_with_their_intervals():
    found = findings(noise=0.002)
    dots = found.growth["dots"]
    assert len(dots) == len(USUAL.budgets)
    assert dots["flops"].to_numpy() == pytest.approx(USUAL.budgets, rel=0.01)
    assert dots["params"].to_numpy() == pytest.approx(best(USUAL, dots["flops"]), rel=0.1)
    assert (dots["low"] < dots["high"]).all()
    assert found.drawn["bottoms"]["params"].tolist() == dots["params"].tolist()


def test_a_valley_that_is_not_to_be_trusted_has_no_dot_and_while_live_no_parabola():
    """Of its last budget only the largest sizes have ended: the longest come last."""
    frame = CharlmStudy().table(rows(USUAL, noise=0.002))
    last = frame["flops"] > 2e10
    kept = frame[~last | (frame["size"] > 180)]
    live, ended = (Findings(USUAL, kept, 3e10, live) for live in (True, False))
    troubled = [valley for valley in ended.valleys if valley.warning]
    assert [format_scientific(valley.flops, 1) for valley in troubled] == ["3e10"]
    for found in live, ended:
        assert len(found.growth["dots"]) == len(found.drawn["bottoms"]) == 3
        assert len(found.drawn["runs"]) == len(kept)
    assert set(ended.drawn["parabolas"]["budget"]) == {"1e9", "3e9", "1e10", "3e10"}
    assert set(live.drawn["parabolas"]["budget"]) == {"1e9", "3e9", "1e10"}


@pytest.mark.parametrize("language", ["python", "synthetic"])
@pytest.mark.parametrize("name", NAMES)
def test_every_run_is_drawn_with_its_own_budget_and_each_budget_has_one_name(language, name):
    """Whole batches spend it to half a percent, and a name has two digits."""
    asked = CharlmStudy.PRESETS[in_language(name, language)]
    drawn = findings(asked).drawn
    budgets = {format_scientific(C) for C in asked.budgets}
    for table, column in ("runs", "budget"), ("parabolas", "budget"), ("names", "name"):
        assert set(drawn[table][column]) == budgets
    assert len(drawn["names"]) == len(budgets)
    largest = drawn["runs"].groupby("budget")["params"].max()
    assert drawn["names"].set_index("name")["params"].to_dict() == largest.to_dict()


def test_a_hidden_answer_leaves_the_dots_and_the_guess_and_takes_the_line():
    shown, hidden = (findings(guess=Guess(), hidden=hide) for hide in (False, True))
    assert not shown.growth["line"].empty
    assert hidden.growth["line"].empty
    assert list(hidden.growth["line"].columns) == list(shown.growth["line"].columns)
    pd.testing.assert_frame_equal(hidden.growth["guess"], shown.growth["guess"])


# --- What they wrote --------------------------------------------------------------------------


def test_the_passages_are_of_the_largest_budget_the_lowest_and_the_highest_loss_with_text():
    found = findings(noise=0.02)
    good, bad = found.written
    have = found.good[(found.good["text"] != "") & (found.good["flops"] > 2e10)]
    assert (good["loss"], bad["loss"]) == (have["loss"].min(), have["loss"].max())
    assert format_scientific(good["flops"], 2) == format_scientific(bad["flops"], 2) == "3e10"
    assert good["text"] == f"def {good['size']}"
    assert bad["text"] == f"def {bad['size']}"


def test_of_a_run_that_diverged_no_passage_is_shown():
    whole = findings()
    lost = int(whole.written[1]["size"])
    assert findings(lost=(lost,)).written[1]["size"] != lost


def test_where_the_largest_budget_has_no_text_the_next_one_below_is_shown():
    frame = CharlmStudy().table(rows(USUAL))
    frame.loc[frame["flops"] > 2e10, "text"] = ""
    good, bad = Findings(USUAL, frame, 3e10).written
    assert format_scientific(good["flops"], 2) == format_scientific(bad["flops"], 2) == "1e10"


def test_where_nothing_was_written_there_is_nothing_to_show():
    frame = CharlmStudy().table(rows(USUAL))
    assert Findings(USUAL, frame.assign(text=""), 3e10).written is None
    assert Findings(USUAL, CharlmStudy().table([]), 3e10).written is None


# --- What is shown ----------------------------------------------------------------------------


def recorded(language):
    known_runs = RECORDED_STUDIES[language].recorded()
    return ResultSource(RECORDED_STUDIES[language], None, known_runs, stale=True)


@given(languages, spans)
@settings(deadline=None, max_examples=25)
def test_what_is_hidden_holds_no_run_at_or_above_the_budget_asked_about(language, span):
    asked, shown = CharlmStudy(language, *map(parse_number, span)), recorded(language)
    found = charlm.gather(shown, asked, shown.rows, False, Guess(), hide=True)
    assert found.hidden
    assert not (found.frame["flops"] >= 0.98 * asked.highest).any()
    assert not (found.frame["flops"] < 0.98 * asked.lowest).any()
    everything = CharlmStudy().table(shown.rows)["flops"]
    inside = everything.between(0.98 * asked.lowest, 0.98 * asked.highest)
    assert len(found.frame) == inside.sum()
    assert found.growth["line"].empty
    assert (found.growth["dots"]["flops"] < 0.98 * asked.highest).all()
    assert found.flops == asked.highest
    assert found.box[0][0] == asked.lowest
    low, high = found.sizes
    assert found.frame["params"].between(low, high).all()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_shown_is_every_recorded_run_and_the_budget_asked_about(language):
    asked, shown = CharlmStudy(language, 1e9, 1e10), recorded(language)
    found = charlm.gather(shown, asked, shown.rows, False, None, hide=False)
    assert len(found.frame) == len(shown.rows)
    assert (found.flops, found.plan, found.hidden) == (1e10, RECORDED_STUDIES[language], False)
    assert found.guess is None
    assert (found.more is None) == (language == "synthetic")


def test_runs_off_the_valleys_are_for_the_surface_alone():
    shown = recorded("python")
    found = charlm.gather(shown, USUAL, shown.rows, False, None, hide=False)
    off = CharlmStudy().table(RECORDED_STUDIES[charlm.OFF].recorded().rows)
    assert len(found.more) == len(off)
    assert len(found.every) == len(shown.rows) + len(off)
    assert len(found.runs) == len(shown.rows)
    assert findings().every == findings().points


class Job:
    """As much of a job as `Shown` and `gather` look at."""

    live = False


@pytest.mark.parametrize("hide", [True, False])
def test_of_the_readers_own_runs_none_is_hidden_and_they_are_about_their_own_plan(hide):
    shown, asked = ResultSource(SMALL, Job(), None, stale=True), replace(USUAL, highest=1e12)
    made = rows(SMALL)
    found = charlm.gather(shown, asked, made, True, Guess(), hide)
    assert len(found.frame) == len(made)
    assert (found.plan, found.flops) == (SMALL, SMALL.highest)
    assert (found.live, found.hidden, found.guess) == (True, False, Guess())
    assert charlm.question(shown, asked) == (SMALL.language, SMALL.highest)
    assert charlm.question(recorded("python"), asked) == ("python", asked.highest)


# --- Three approaches -------------------------------------------------------------------------


def test_approaches_are_those_of_the_engine_on_these_runs():
    asked = CharlmStudy(highest=3e10, seeds=1)
    found = findings(asked, noise=0.003)
    said = found.approaches
    assert [name[0] for name in said] == ["1", "2", "3", "3"]
    fitted = isoflop.fit(found.runs)
    assert said["2. isoFLOP profiles"].exponent == fitted.params.exponent
    tables = found.compared
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


def test_the_last_approach_fits_only_runs_near_the_valleys(monkeypatch):
    fitted = []

    def noted(runs_):
        fitted.append(runs_)
        raise ValueError("enough")

    monkeypatch.setattr(charlm.parametric, "fit", noted)
    charlm._fitted.cache_clear()
    found = findings(replace(USUAL, width=12, seeds=1))
    assert [why for why in found.approaches.values() if why == "enough"] == ["enough"] * 2
    whole, near = fitted
    assert whole == found.runs
    assert len(near) < len(whole)
    off = np.abs(np.log(near.params / best(USUAL, near.flops)))
    assert off.max() < np.log(1.03 * charlm.NEAR)
    assert found.doubts == ()
    charlm._fitted.cache_clear()  # of what was refused only here


def test_what_speaks_against_the_surface_is_what_the_engine_says():
    found = findings(replace(USUAL, seeds=1), noise=0.003, flops=1e12)
    spread = found.whole
    assert spread.fit.runs == found.every
    assert found.doubts == diagnose(spread.fit, spread, 1e12)
    assert any("1e12 FLOPs lie a factor" in doubt for doubt in found.doubts)
    assert spread.params.exponent == found.approaches["3. surface, all runs"].exponent


def test_a_surface_that_was_refused_once_is_refused_again_without_another_fit(monkeypatch):
    found = findings(CharlmStudy(lowest=1e9, highest=1e9, width=2.5, seeds=1))
    refusals = []
    for _ in range(2):
        with pytest.raises(ValueError, match="need at least") as refusal:
            _ = found.whole
        refusals.append(str(refusal.value))
        monkeypatch.setattr(charlm.parametric, "fit", None)
    assert refusals[0] == refusals[1]


def test_an_approach_that_refuses_is_its_sentence_and_one_that_breaks_is_not_hidden():
    def refuses():
        raise ValueError("too few runs")

    def breaks():
        raise KeyError("a bug")

    line = OptimalScaling(0.0, np.array([[1.0, 0.5], [1.0, 0.4], [1.0, 0.6]]))
    said = approaches.answers({"one": lambda: line, "other": refuses})
    assert list(said.items()) == [("one", line), ("other", "too few runs")]
    with pytest.raises(KeyError):
        approaches.answers({"one": breaks})


def test_approaches_side_by_side_are_those_that_answer_and_the_truth_where_it_is_known():
    lines = [[0.0, 0.5], *([0.0, a] for a in np.linspace(0.4, 0.6, 201))]
    said = {"b": OptimalScaling(0.0, np.array(lines)), "no": "too few runs"}
    tables = approaches.compared(said, 0.52)
    (row,) = tables["approaches"].itertuples(index=False, name=None)
    assert row == ("b", 0.5, pytest.approx(0.405), pytest.approx(0.595))
    assert tables["truth"]["exponent"].tolist() == [0.52]
    none = approaches.compared({"no": "too few"}, None)
    assert none["approaches"].empty
    assert none["truth"].empty
    for name, columns in ("approaches", ["name", "exponent", "low", "high"]), (
        "truth", ["exponent"],
    ):  # fmt: skip
        assert list(tables[name].columns) == list(none[name].columns) == columns
    assert none["truth"]["exponent"].dtype == np.float64


# --- The next budget --------------------------------------------------------------------------


def test_what_is_locked_is_the_forecast_of_the_next_budget_and_how_it_is_trained():
    locked = charlm.lock(findings(), replace(USUAL, device="cuda", seed=7))
    ahead = locked.said
    assert ahead.flops == 1e11
    assert ahead.params.value == pytest.approx(float(best(USUAL, 1e11)), rel=0.02)
    assert ahead.loss.value == pytest.approx(3 * 100**-FALL, rel=0.002)
    assert locked.plan == replace(USUAL.next, device="cuda", seed=7)


def test_of_a_recorded_study_the_next_budget_trains_on_the_readers_device():
    """The recorded one was trained on a processor, wherever its reader is."""
    shown = recorded("synthetic")
    found = charlm.gather(shown, USUAL, shown.rows, False, None, hide=False)
    locked = charlm.lock(found, CharlmStudy("synthetic", device="mps"))
    assert (locked.plan.device, locked.plan.language) == ("mps", "synthetic")
    assert locked.plan.budgets == [3e11]


def test_equal_forecasts_are_one_key_and_other_seeds_another():
    """By them a page knows whether a run still fits what it says."""
    one, other = (charlm.lock(findings(), USUAL) for _ in range(2))
    assert one == other
    assert one != charlm.lock(findings(), replace(USUAL, seed=1))
    assert one != charlm.lock(findings(noise=0.001), USUAL)


def following(before, made_, live=False):
    return charlm.following(charlm.lock(before, before.plan), before, made_, live)


def test_the_next_budget_is_found_with_the_study_before_it():
    before = findings(noise=0.002, lost=(12,))
    made_ = rows(USUAL.next, noise=0.002, seed=1)
    one = following(before, made_)
    found = one.found
    assert len(found.frame) == len(before.good) + len(made_)
    assert (found.plan.lowest, found.plan.highest, found.flops) == (1e9, 1e11, 1e11)
    together = isoflop.look(found.runs)
    assert one.measured == together[-1]
    assert one.measured.params.value == pytest.approx(float(best(USUAL, 1e11)), rel=0.1)
    assert one.measured.loss == pytest.approx(3 * 100**-FALL, rel=0.01)
    low, high = found.sizes
    assert found.frame["params"].between(low, high).all()
    assert one.drawn["guess"]["params"].tolist() == [one.locked.said.params.value]
    assert len(one.drawn["runs"]) == len(found.runs)


@pytest.mark.parametrize("live", [True, False])
def test_before_the_next_budgets_first_run_the_study_stands_alone(live):
    before = findings()
    one = following(before, [], live)
    assert len(one.frame) == 0
    assert one.found.runs == before.points
    assert one.found.live == live
    with pytest.raises(ValueError, match="too few runs of the next budget"):
        _ = one.measured


def test_diverged_runs_of_the_next_budget_are_no_outcome():
    one = following(findings(), rows(USUAL.next, lost=range(9999)))
    assert one.found.frame["diverged"].sum() == len(one.frame) > 3
    with pytest.raises(ValueError, match="too few runs of the next budget"):
        _ = one.measured


def test_without_a_text_to_learn_there_is_nothing_to_train_but_words(monkeypatch):
    assert charlm.specs(USUAL) == USUAL.specs()
    monkeypatch.setattr(charlm.corpus, "present", lambda: False)
    with pytest.raises(ValueError, match="carries no source of its standard library"):
        charlm.specs(USUAL)
    assert charlm.specs(CharlmStudy.PRESETS["synthetic-thorough"])


# --- Tables of valleys ------------------------------------------------------------------------

ONE = Valley(1e9, 9, 1e3, 1.6e4, Estimate(4e3, 3e3, 5e3), 4e4, 2.4, 0.05, True, "")
EDGE = replace(ONE, flops=3.04e9, params=Estimate(2e4, 1e4, 9e4), warning="at the edge")
HILL = replace(ONE, flops=1e10, params=Estimate(*[math.nan] * 3), warning="no bottom")
RUNS = make_runs(params=[1e3, 4e3, 1.6e4, 1e3], flops=[1e9, 1.004e9, 1e9, 3.04e9],
              loss=[2.5, 2.4, 2.6, 2.2])  # fmt: skip


def test_runs_are_drawn_as_they_are_under_the_name_of_their_budget():
    runs_ = isoflop_tables.drawn(RUNS, [])["runs"]
    assert runs_["params"].tolist() == RUNS.params.tolist()
    assert runs_["loss"].tolist() == RUNS.loss.tolist()
    assert runs_["budget"].tolist() == ["1e9", "1e9", "1e9", "3e9"]
    names = isoflop_tables.drawn(RUNS, [])["names"]
    assert names.to_numpy().tolist() == [[1.6e4, 2.6, "1e9"], [1e3, 2.2, "3e9"]]


def test_a_parabola_is_one_in_the_logarithms_through_its_bottom_between_its_runs():
    line = isoflop_tables.drawn(RUNS, [ONE])["parabolas"]
    assert len(line) == isoflop_tables.FINE
    assert (line["params"].min(), line["params"].max()) == pytest.approx((1e3, 1.6e4))
    middle = line.iloc[isoflop_tables.FINE // 2]  # 1e3 and 1.6e4 lie a factor 4 to either side
    assert middle[["params", "loss"]].tolist() == pytest.approx([4e3, 2.4])
    bent = np.polyfit(np.log(line["params"] / 4e3), np.log(line["loss"]), 2)
    assert bent == pytest.approx([0.05, 0.0, math.log(2.4)], abs=1e-9)
    assert set(line["budget"]) == {"1e9"}


def test_valleys_without_a_bottom_have_no_parabola_and_without_trust_no_dot():
    tables = isoflop_tables.drawn(RUNS, [ONE, EDGE, HILL])
    assert list(dict.fromkeys(tables["parabolas"]["budget"])) == ["1e9", "3e9"]
    assert tables["bottoms"].to_numpy().tolist() == [[4e3, 2.4, "1e9"]]
    nothing = isoflop_tables.drawn(RUNS, [HILL])
    assert nothing["parabolas"].empty
    assert list(nothing["parabolas"].columns) == list(tables["parabolas"].columns)
    assert list(nothing["bottoms"].columns) == list(tables["bottoms"].columns)


def test_of_no_runs_every_table_is_there_and_empty():
    tables = isoflop_tables.drawn(RUNS.take(np.arange(0)), [])
    full = isoflop_tables.drawn(RUNS, [ONE])
    assert set(tables) == set(full)
    for name, table in tables.items():
        assert table.empty
        assert list(table.columns) == list(full[name].columns)


def test_dots_are_the_bottoms_and_their_intervals():
    assert isoflop_tables.dots([ONE, EDGE]).to_numpy().tolist() == [
        [1e9, 4e3, 3e3, 5e3], [3.04e9, 2e4, 1e4, 9e4],
    ]  # fmt: skip
    assert list(isoflop_tables.dots([]).columns) == ["flops", "params", "low", "high"]


def test_a_line_and_its_band_are_the_trends_at_each_budget():
    trend = isoflop.fit(simulate(Additive(1.7, 400, 900, 0.35, 0.35), SimulatedStudy())).params
    C = np.array([1e17, 1e19, 1e21, 1e23])
    line = isoflop_tables.line(trend, C, 1e21)
    for row in line.itertuples():
        at = trend.at(row.flops)
        assert (row.params, row.low, row.high) == pytest.approx((at.value, at.low, at.high))
    assert line["flops"].tolist() == C.tolist()
    assert line["beyond"].tolist() == [False, False, True, True]


# --- Studies whose answer is known ------------------------------------------------------------

LAW = Additive(3.5, 25.0, 40.0, 0.4, 0.35)


@pytest.fixture
def _forgotten():
    """Fits of the recorded study are not mixed up with those of a made one."""
    caches = known_answers.floors, known_answers.removed
    for one in caches:
        one.cache_clear()
    yield
    for one in caches:
        one.cache_clear()


def made(monkeypatch, change):
    """The study of the synthetic language, a seed a size, with other losses."""
    frame = CharlmStudy().table(RECORDED_STUDIES["synthetic"].recorded().rows)
    frame = frame[frame["seed"] == 0]
    monkeypatch.setattr(known_answers, "language", lambda: frame.assign(loss=change(frame)))
    return frame


@pytest.mark.usefixtures("_forgotten")
def test_where_the_form_is_exact_the_fit_finds_the_floor_and_the_exponent(monkeypatch):
    frame = made(monkeypatch, lambda runs_: LAW.loss(runs_["params"], runs_["tokens"]))
    monkeypatch.setattr(known_answers, "RANGES", (1e10, 1e11))
    monkeypatch.setattr(known_answers, "truth", lambda: LAW.E)
    found = known_answers.floors()
    assert [one.highest for one in found] == [1e10, 1e11]
    for one in found:
        inside = frame["flops"] < 1.02 * one.highest
        assert one.runs == inside.sum()
        assert one.E.value == pytest.approx(LAW.E, rel=1e-4)
        assert one.off == pytest.approx(one.E.value / LAW.E - 1)
        assert abs(one.off) < 1e-4
        assert one.rms < 1e-6
        assert one.a == pytest.approx(LAW.beta / (LAW.alpha + LAW.beta), rel=1e-3)


@pytest.mark.usefixtures("_forgotten")
def test_the_residuals_of_a_floor_are_the_noise(monkeypatch):
    luck = np.exp(0.01 * np.random.default_rng(0).standard_normal(999))
    made(
        monkeypatch,
        lambda runs_: LAW.loss(runs_["params"], runs_["tokens"]) * luck[: len(runs_)],
    )
    monkeypatch.setattr(known_answers, "RANGES", (1e11,))
    (one,) = known_answers.floors()
    assert one.rms == pytest.approx(0.01, rel=0.3)
    assert one.E.low < one.E.value < one.E.high
    assert one.off == pytest.approx(one.E.value / known_answers.truth() - 1)


@pytest.mark.usefixtures("_forgotten")
def test_with_the_floor_taken_off_the_lines_are_of_what_is_left(monkeypatch):
    """Left are valleys that are exact parabolas, whose bottoms are power laws."""
    asked = RECORDED_STUDIES["synthetic"]

    def loss(frame):
        rise = BEND * np.log(frame["params"] / best(asked, frame["flops"])) ** 2
        return known_answers.truth() + 0.5 * (frame["flops"] / 1e9) ** -0.4 * np.exp(rise)

    made(monkeypatch, loss)
    found = known_answers.removed()
    assert found.loss.exponent.value == pytest.approx(-0.4, abs=0.003)
    assert found.params.exponent.value == pytest.approx(A, abs=0.005)
    assert found.loss.at(1e9).value == pytest.approx(0.5, rel=0.01)


def test_the_truth_is_below_every_loss_that_was_recorded():
    frame = known_answers.language()
    assert len(frame) == len(RECORDED_STUDIES["synthetic"].recorded().rows)
    assert known_answers.truth() == synthetic.language().entropy
    assert known_answers.truth() < frame["loss"].min()


def test_only_the_usual_study_of_the_regression_was_recorded():
    assert len(RegressionStudy().recorded().rows) == len(_learner().points)
    assert RegressionStudy(seed=1).recorded() is None
    assert RegressionStudy(seeds=7).recorded() is None


def _learner(keep=slice(None), live=False):
    study = RegressionStudy()
    shown = ResultSource(study, None, study.recorded(), stale=False)
    return known_answers.gather(shown, shown.rows[keep], live)


def test_the_learners_exponents_come_out_near_theory_with_a_curvature_for_each_budget():
    """To the bias that unseen features leave: a few hundredths."""
    found, theory = _learner(), RegressionStudy().theory
    assert found.profiles.params.exponent.value == pytest.approx(theory["a"], abs=0.04)
    loss = -theory["alpha"] * theory["a"]
    assert found.profiles.loss.exponent.value == pytest.approx(loss, abs=0.04)
    own = isoflop.fit(found.runs, shared=False)
    assert found.profiles.params.exponent == own.params.exponent
    assert found.profiles.params.exponent != isoflop.fit(found.runs).params.exponent


def test_the_learners_runs_are_drawn_with_their_valleys_on_axes_that_hold_them():
    found = _learner()
    tables = found.drawn
    assert len(tables["runs"]) == len(found.runs)
    assert len(tables["bottoms"]) == len(found.profiles.used)
    assert tables["truth"].empty
    low, high = known_answers.SIZES
    assert tables["runs"]["params"].between(low, high).all()


@pytest.mark.parametrize("many", [0, 1, 5])
def test_the_learners_first_runs_are_drawn_before_there_is_a_line(many):
    found = _learner(slice(many), live=True)
    assert len(found.drawn["runs"]) == many
    assert isinstance(found.profiles, str)
    assert found.live


# --- The same runs on the page with one surface -----------------------------------------------


def test_every_choice_of_runs_has_a_meaning_and_a_place_where_it_is_asked_about():
    assert list(parametric.DATA) == list(parametric.SOURCES)
    for source in parametric.SOURCES.values():
        assert source.at in parametric.BUDGETS
        assert 0 <= source.drop <= 40


def test_language_models_are_asked_about_at_the_largest_budget_that_was_recorded():
    source = parametric.SOURCES["language"]
    assert parse_number(source.at) == RECORDED_STUDIES["python"].highest
    assert source.drop == 0


def test_language_models_on_that_page_are_all_recorded_runs_of_real_text_without_a_truth():
    answer = parametric.answer(parametric.Controls(data="language", drop=0))
    frame = runs.read(charlm_study.RECORDED).frame
    assert answer.runs == runs_of(frame[frame["language"] == "python"])
    on = CharlmStudy().table(RECORDED_STUDIES["python"].recorded().rows)
    assert len(answer.runs) > len(on)
    assert set(on["loss"]) < set(answer.runs.loss)
    assert answer.runs.params.max() / answer.runs.params.min() > 100
    assert (answer.law, dict(answer.known)) == (None, {})
    assert parametric.answer(parametric.Controls(data="recorded")).runs != answer.runs


def test_language_models_are_fitted_there_and_every_number_is_one():
    source = parametric.SOURCES["language"]
    asked = parametric.Controls(data="language", at=source.at, drop=source.drop)
    answer = parametric.answer(asked)
    assert len(answer.fit.runs) == len(answer.runs)
    assert np.isfinite(answer.residuals.select_dtypes("number").to_numpy()).all()
    what, how = surface_words.settings(asked, answer), surface_words.made(asked)
    assert asked.kind == "recorded"
    assert what.startswith(RECORDED_STUDIES["python"].describe())
    assert runs.read(charlm_study.RECORDED).made in how
    numbers = surface_words.numbers(answer)
    assert all(truth is None for _, truth in numbers.values())
    best_ = answer.spread.params.at(1e12)
    said = surface_words.size(best_)
    assert numbers["Best size at 1e12 FLOPs"][0] == said
