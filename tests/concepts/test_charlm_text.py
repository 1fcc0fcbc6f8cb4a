"""Sentences of the page on language models: true at every setting, and computed."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.concepts.charlm_runs import (
    FALL,
    SMALL,
    USUAL,
    A,
    results,
    rows,
    stated,
    trend,
)
from tests.example_counts import few
from tests.text_checks import unfinished
from toylab.experiments import charlm_repeats, corpus
from toylab.experiments.charlm_repeats import Band
from toylab.experiments.charlm_study import RECORDED_STUDIES, CharlmStudy, in_language
from toylab.fits.estimate import Estimate
from toylab.fits.forecast import Forecast
from toylab.fits.isoflop_budgets import Valley
from toylab.live.result_source import ResultSource
from toylab.quantities import format_count, format_scientific, parse_number
from ui.concepts.charlm import blocks, live, text, view
from ui.concepts.charlm.live import NextBudget
from ui.concepts.charlm.results import CharlmResults
from ui.concepts.charlm.view import Guess
from ui.concepts.shared.numbers import size

MINUS = "\N{MINUS SIGN}"
FOUND = results(noise=0.003)
guesses = st.builds(Guess, st.sampled_from(view.SIZES), st.sampled_from(view.SLOPES))
spans = st.tuples(st.sampled_from(view.COMPUTE[:6]), st.sampled_from(view.COMPUTE[:6])).map(
    lambda ends: tuple(sorted(map(parse_number, ends)))
)


@st.composite
def studies(draw):
    """Results of any study of the page, whole or in part, quiet or noisy or diverged."""
    low, high = draw(spans)
    study = CharlmStudy(
        draw(st.sampled_from(["python", "synthetic"])), low, high,
        float(draw(st.sampled_from(view.WIDTHS[2:]))), draw(st.integers(1, 3)),
    )  # fmt: skip
    made = rows(
        study, draw(st.sampled_from([0, 0.003, 0.03])), draw(st.integers(0, 99)),
        draw(st.sampled_from([0, 0.2, 1])), draw(st.sampled_from([0.03, 0.003, -0.01])),
        draw(st.floats(0.2, 0.8)),
    )  # fmt: skip
    ended = made[: draw(st.one_of(st.just(len(made)), st.integers(0, len(made))))]
    live = draw(st.booleans())
    return CharlmResults(
        study, USUAL.table(ended), draw(st.sampled_from([high, low])), live,
        draw(st.none() | guesses), not live and draw(st.booleans()),
    )  # fmt: skip


@given(studies(), st.booleans())
@few
def test_every_sentence_of_a_study_can_be_said_with_numbers_that_are_some(result, fixed):
    said = [
        text.headline(result, fixed), text.score(result), text.coincidence(result),
        text.compared(result),
        text.question(result.study), text.counted(result.study), text.file_name(result.study),
        *(part for row in text.numbers(result).items() for part in (row[0], *row[1])),
        *(title for title, _ in text.written(result)),
    ]  # fmt: skip
    said += text.warnings(result)
    if not isinstance(result.profiles, str):
        locked = live.lock(result, result.study)
        one = NextBudget(locked, result, result.frame.iloc[:0], result.live)
        said += [text.prediction(locked.forecast, result.unit), text.outcome(one)]
    assert [s for s in said if unfinished(str(s)) or re.search(r"\de[+-]\d", str(s))] == []


# --- What the runs say ------------------------------------------------------------------------


def test_what_is_said_follows_what_there_is():
    """Hidden before all else; then live; then the finding."""
    for shown in FOUND, results(guess=Guess("80k", "0.70")):
        assert text.headline(shown, False) == text.headline(shown, True) == text.finding(shown)
    live = replace(FOUND, live=True)
    assert text.headline(live, False) == text.progress(live, USUAL.networks)
    for hidden in replace(FOUND, hidden=True), replace(FOUND, hidden=True, live=True):
        assert text.headline(hidden, False) == text.hidden(hidden, False)


def test_the_finding_counts_the_networks_and_quotes_the_exponent():
    said = text.finding(FOUND)
    assert said.startswith(f"For 10 times the compute these {len(FOUND.frame)} networks want ")
    times = float(re.search(r"\*\*([\d.]+) times larger model", said)[1])
    assert times == pytest.approx(10**FOUND.profiles.params.exponent.value, rel=0.02)
    assert f"**a = {stated(FOUND.profiles.params.exponent)}**" in said
    assert FOUND.profiles.params.exponent.value == pytest.approx(A, abs=0.02)


def test_networks_that_diverged_are_counted_and_said():
    result = results(made=rows(USUAL, 0.003, lost=0.15))
    lost = int(result.frame["diverged"].sum())
    assert lost > 1
    begins = (
        f"For 10 times the compute these {len(result.frame)} networks ({lost} diverged and are "
        "left out) want "
    )
    assert text.finding(result).startswith(begins)
    assert "diverged" not in text.finding(FOUND)


@pytest.mark.parametrize("study", [SMALL, USUAL])
def test_where_there_is_no_line_the_finding_says_why_and_the_score_waits(study):
    made = [row for row in rows(study) if row["flops"] < 5e9]
    result = results(study, made, guess=Guess("80k", "0.70"))
    said = text.headline(result, True)
    assert said.startswith(f"{len(made)} networks, and no line: {result.profiles}.")
    assert "have 2" in said
    assert text.score(result) == "Your guess waits for a line to be held against."
    assert text.numbers(result) == {}
    assert text.coincidence(result) == ""
    assert "nothing to compare with" in text.agreement(result)


def test_networks_that_all_diverged_are_said_to_have():
    said = text.finding(results(SMALL, rows(SMALL, lost=1)))
    assert "diverged" in said


@pytest.mark.parametrize("valleys", [0, 1, 2, 3, 4])
def test_progress_counts_the_networks_and_the_valleys_with_a_bottom(valleys):
    budgets = USUAL.budgets[:valleys]
    made = [row for row in rows(USUAL, 0.001) if any(row["flops"] < 1.1 * C for C in budgets)]
    result = results(made=made, live=True)
    said = text.progress(result, USUAL.networks)
    assert said.startswith(f"{len(made)} of {USUAL.networks} networks trained. ")
    if valleys < 3:
        assert said.endswith(f" Valleys with a bottom: {valleys}; a line needs 3.")
    else:
        exponent = stated(result.profiles.params.exponent)
        assert said.endswith(f"The line through {valleys} bottoms: a = {exponent}.")


def test_a_line_through_some_of_the_bottoms_counts_those_alone():
    """Of the largest budget only sizes above its bottom have ended: the longest come last."""
    made = [row for row in rows(USUAL, 0.001) if row["flops"] < 2e10 or row["size"] > 180]
    result = results(made=made, live=True)
    assert len(result.valleys) == 4
    assert "The line through 3 bottoms: " in text.progress(result, 99)


def banded(monkeypatch, low, high):
    band = Band(Estimate((low + high) / 2, low, high), Estimate(1e4, 9e3, 1.1e4), 10)
    monkeypatch.setattr(charlm_repeats, "band", lambda _: band)


@pytest.mark.parametrize(
    ("low", "high", "inside"), [(-0.1, 0.1, True), (0.01, 0.1, False), (-0.1, -0.01, False)]
)
def test_repeats_hold_a_study_exactly_where_its_exponent_lies_in_their_band(
    monkeypatch, low, high, inside
):
    a = FOUND.profiles.params.exponent.value
    banded(monkeypatch, a + low, a + high)
    said = text.repeated(FOUND)
    assert said.startswith("10 repeats with other seeds gave ")
    numbers = [float(x) for x in re.findall(r"\d\.\d{3}", said)]
    assert numbers == pytest.approx([a + (low + high) / 2, a + low, a + high], abs=6e-4)
    assert (" and this one does." in said) == inside
    assert ("**this one does not**" in said) == (not inside)
    exponent, best, _ = text.numbers(FOUND).values()
    assert exponent[1] == f"repeats: {a + low:.2f} to {a + high:.2f}"
    assert best[1] == "repeats: 9k to 11k"


def test_a_plan_without_repeats_is_told_that_another_seed_may_move_its_exponent():
    result = results(SMALL)
    assert "other seeds may move it" in text.repeated(result)
    assert text.numbers(result)["Exponent a"][1] == "of N_opt ~ C^a"


@pytest.mark.parametrize(
    ("language", "ready", "same", "told"),
    [
        ("python", True, False, True), ("python", True, True, False),
        ("python", False, False, False), ("synthetic", True, False, False),
    ],
)  # fmt: skip
def test_repeats_that_learned_another_text_are_said_to_have(
    monkeypatch, language, ready, same, told
):
    monkeypatch.setattr(text.corpus, "ready", lambda: ready)
    monkeypatch.setattr(charlm_repeats, "same_text", lambda: same)
    said = text.repeated(results(CharlmStudy.PRESETS[in_language("half-minute", language)]))
    assert said.startswith("10 repeats")
    assert ("They learned another Python's library" in said) == told


def test_what_speaks_against_the_line_is_said_where_there_is_a_line_to_see():
    study = replace(USUAL, width=12, seeds=1)
    made = rows(study, 0.001)
    for row in made:  # one side steeper
        row["loss"] *= math.exp(0.01 * max(0, math.log(row["params"] / 6e3)) ** 3)
    result = results(study, made)
    assert result.profiles.warnings
    said = text.warnings(result)
    assert [one.removeprefix(":material/warning: ") for one in said] == list(
        result.profiles.warnings
    )
    assert text.warnings(replace(result, hidden=True)) == []
    assert text.warnings(results(made=[])) == []


@pytest.mark.parametrize(
    ("ratios", "said", "near"),
    [
        ([10.0, 40.0], "10 to 40", True),
        ([9.0, 20.0], "9 to 20", False),
        ([20.0, 41.0], "20 to 41", False),
        ([12.2, 11.9, 12.4], "have 12 characters", True),
        ([130.0, 120.0], "120 to 130", False),
    ],
)
def test_a_ratio_near_twenty_is_a_coincidence_and_another_is_this_languages(
    monkeypatch, ratios, said, near
):
    monkeypatch.setattr(CharlmResults, "ratios", property(lambda _: ratios))
    told = text.coincidence(FOUND)
    assert said in told
    assert told.startswith("The bottoms have ")
    assert ("**coincidence**" in told) == near
    assert ("not of language models" in told) == (not near)


@pytest.mark.parametrize(("language", "token"), [("python", "characters"), ("synthetic", "words")])
def test_tokens_are_called_what_they_are(language, token):
    study = CharlmStudy.PRESETS[in_language("half-minute", language)]
    assert f" {token} per parameter." in text.coincidence(results(study))
    assert text.counted(study).count(f"per {token[:-1]},") == 1


def test_the_ratios_said_are_those_of_the_bottoms():
    told = text.coincidence(FOUND)
    low, high = map(int, re.search(r"have (\d+) to (\d+) ", told).groups())
    tokens = [valley.tokens / valley.params.value for valley in FOUND.profiles.used]
    assert (low, high) == (round(min(tokens)), round(max(tokens)))


@pytest.mark.parametrize("flops", [1e9, 1e10, 1e12])
def test_the_key_numbers_are_the_fits_at_the_budget_asked_about(flops):
    result = results(SMALL, flops=flops)
    said, params = text.numbers(result), result.profiles.params
    assert list(said) == [
        "Exponent a", f"Best size at {format_scientific(flops)} FLOPs", "Loss at the bottoms",
    ]  # fmt: skip
    assert said["Exponent a"] == (stated(params.exponent), "of N_opt ~ C^a")
    assert list(said.values())[1] == (size(params.at(flops)), "parameters")
    fall = result.profiles.loss.exponent.value
    assert said["Loss at the bottoms"] == (f"C^{MINUS}{abs(fall):.3f}", "no floor taken off")
    assert fall == pytest.approx(-FALL, abs=0.005)


def test_a_guess_stands_below_the_number_that_it_was_about():
    said = text.numbers(results(guess=Guess("25k", "0.50")))
    assert said["Exponent a"][1] == "your guess: 0.50"
    assert said["Best size at 3e10 FLOPs"][1] == "your guess: 25k"


# --- The reader's guess -----------------------------------------------------------------------


def scored(result, guess):
    return text.score(replace(result, guess=guess))


def test_where_no_guess_was_committed_there_is_no_score():
    assert text.score(FOUND) == ""
    assert text.score(results(made=[])) == ""


@given(guesses)
@settings(deadline=None, max_examples=50)
def test_a_guess_is_held_against_the_fit_by_its_factor_and_its_slope(guess):
    said = scored(FOUND, guess)
    best, a = FOUND.best, FOUND.profiles.params.exponent
    begins = f"**Your guess:** {guess.best} parameters at 3e10 FLOPs, "
    assert said.startswith(begins)
    sized, sloped = said.removeprefix(begins).split(". ")[0].split("; ")
    assert sloped.startswith(f"exponent {guess.slope}, ")
    factor = parse_number(guess.best) / best.value
    if best.low <= parse_number(guess.best) <= best.high:
        assert sized == "inside the interval"
    else:
        off, way = re.fullmatch(r"([\d.]+) times too (large|small)", sized).groups()
        assert float(off) == pytest.approx(max(factor, 1 / factor), rel=0.051)
        assert float(off) > 1
        assert way == ("large" if factor > 1 else "small")
    if a.low <= guess.exponent <= a.high:
        assert sloped.endswith(", inside the interval")
    else:
        off, way = re.search(r", ([\d.]+) too (steep|flat)$", sloped).groups()
        assert float(off) == pytest.approx(abs(guess.exponent - a.value), abs=0.0051)
        assert way == ("steep" if guess.exponent > a.value else "flat")


@given(guesses)
@settings(deadline=None, max_examples=50)
def test_only_a_guess_inside_both_intervals_is_praised_and_others_get_their_lesson(guess):
    said = scored(FOUND, guess)
    best, a = FOUND.best, FOUND.profiles.params.exponent
    sized = best.low <= parse_number(guess.best) <= best.high
    held = a.low <= guess.exponent <= a.high
    assert ("Well guessed." in said) == (sized and held)
    assert ("the height is harder" in said) == (held and not sized)
    assert ("puts more of each budget into size" in said) == (guess.exponent > a.high)
    assert ("puts more of each budget into data" in said) == (guess.exponent < a.low)
    assert said.count(". ") == 1  # one lesson
    assert said.endswith(".")


@pytest.mark.parametrize(
    ("flops", "factor", "way"),
    [(1e9, 201, "large"), (3e10, 1.04, "large"), (1e12, 117, "small")],
)
def test_a_guess_that_is_off_by_much_or_little_is_told_by_how_much_in_plain_digits(
    flops, factor, way
):
    """Without noise the interval is narrow, and a miss by 4 % is one."""
    result = results(made=rows(USUAL), flops=flops)
    size_ = result.best.value * (factor if way == "large" else 1 / factor)
    said = scored(result, Guess(f"{size_:.0f}", "0.70"))
    off = re.search(r", (.*?) times too " + way, said)[1]
    assert re.fullmatch(r"[\d.]+", off)
    assert float(off) > 1
    assert float(off) == pytest.approx(factor, rel=0.051)


def test_a_guessed_slope_that_lies_outside_the_interval_is_not_said_to_be_off_by_nothing():
    result = results(made=rows(USUAL, 0.0001))
    exponent = result.profiles.params.exponent
    slope = round(exponent.value, 2)
    if exponent.low <= slope <= exponent.high:
        slope = exponent.high + 0.001
    assert " 0.00 too " not in scored(result, Guess("25k", str(slope)))


def test_a_guess_inside_a_wide_interval_is_well_guessed_however_far_off_its_middle():
    """Three budgets, one seed, noise of 2 %: from 8.5k to 13.8k."""
    result = results(SMALL, rows(SMALL, 0.02, seed=3))
    low, a = result.best.low, result.profiles.params.exponent
    assert result.best.value / low > 1.15
    said = scored(result, Guess(f"{1.01 * low:.0f}", str(a.value)))
    assert said.count("inside the interval") == 2
    assert said.endswith("Well guessed.")
    beyond = scored(result, Guess(f"{0.9 * low:.0f}", str(a.value)))
    assert beyond.endswith("The slope is right; the height is harder.")


def test_a_guess_of_what_was_found_is_well_guessed():
    best, a = FOUND.best.value, FOUND.profiles.params.exponent.value
    said = scored(FOUND, Guess(format_count(best), f"{a:.2f}"))
    assert said.count("inside the interval") == 2
    assert said.endswith("Well guessed.")


def test_what_is_hidden_is_named_and_nothing_of_it_is_said():
    made = [row for row in rows(USUAL) if row["flops"] < 2e10]
    result = results(made=made, hidden=True)
    said = text.headline(result, False)
    assert "best at 3e10 FLOPs?" in said
    assert "3 smaller budgets can be seen" in said
    assert "Guess, commit, then press Run." in said
    assert "Committed: now press Run." in text.headline(result, True)
    for told in said, text.headline(result, True):
        assert re.findall(r"\d[\d.e]*", told) == ["3e10", "3"]


def hiding(smaller):
    """What is said where so many budgets are smaller than the hidden one."""
    highest = USUAL.budgets[smaller]
    made = [row for row in rows(USUAL) if row["flops"] < 0.9 * highest]
    return text.hidden(results(replace(USUAL, highest=highest), made, hidden=True), False)


def test_where_nothing_smaller_was_trained_all_is_said_to_be_hidden():
    assert "nor is anything smaller." in hiding(0)
    assert "so is all else" not in hiding(1)


def test_one_smaller_budget_is_said_as_one():
    assert "1 smaller budgets" not in hiding(1)
    assert "2 smaller budgets" in hiding(2)


def test_the_label_says_of_a_hidden_answer_that_not_all_is_shown():
    kept = ResultSource(
        RECORDED_STUDIES["python"], None, RECORDED_STUDIES["python"].recorded(), stale=False
    )
    assert text.label(kept, hide=False) == RECORDED_STUDIES["python"].describe()
    assert text.label(kept, hide=True).endswith("the largest budgets are hidden")


# --- What they wrote --------------------------------------------------------------------------


def test_the_passages_carry_their_networks_size_and_loss():
    result = results(made=rows(USUAL, 0.02))
    (best, one), (worst, other) = text.written(result)
    for title, wrote, run in (best, one, result.written[0]), (worst, other, result.written[1]):
        assert wrote == run["text"]
        assert f"at 3e10 FLOPs:** {format_count(run['params'])} parameters" in title
        assert title.endswith(f"loss {run['loss']:.2f}")
    assert "best" in best
    assert "worst" in worst
    assert result.written[0]["loss"] < result.written[1]["loss"]
    assert text.written(results(made=[])) == []


# --- Three approaches -------------------------------------------------------------------------


def judged(profiles, whole, close):
    result = results(SMALL)
    result.__dict__["approaches"] = dict(
        zip("1234", [trend(0.4, 0.6), profiles, whole, close], strict=True)
    )
    return result


HERE = trend(0.48, 0.50)


NEAR, LOW, HIGH_ = trend(0.47, 0.52), trend(0.30, 0.35), trend(0.60, 0.70)


@pytest.mark.parametrize(
    ("whole", "close", "verdicts"),
    [
        (LOW, trend(0.40, 0.60), ["disagrees", "told"]),
        (LOW, HIGH_, ["disagrees", "disagrees"]),
        (NEAR, trend(0.48, 0.53), ["told", "told"]),
        (NEAR, HIGH_, ["told", "disagrees"]),
        (trend(0.40, 0.4801), trend(0.4999, 0.60), ["disagrees", "disagrees"]),
    ],
)
def test_a_surface_disagrees_where_zero_lies_outside_the_interval_of_the_difference(
    whole, close, verdicts
):
    result = judged(HERE, whole, close)
    said = text.agreement(result).replace(MINUS, "-")
    assert re.findall(r"(disagrees|told)\*{0,2} (?:with|from) the profiles", said) == verdicts
    here, parts = HERE.exponent, said.split("; ")[:2]
    for one, part, verdict in zip((whole, close), parts, verdicts, strict=True):
        assert f"{stated(one.exponent)} against {stated(here)}" in part
        value, low, high = map(
            float, re.search(r"difference of (\S+) \[(\S+), ([-\d.]+)\]", part).groups()
        )
        assert value == pytest.approx(one.exponent.value - here.value, abs=6e-4)
        half = np.hypot(
            one.exponent.high - one.exponent.low, here.high - here.low
        ) / 2  # of normal ones; these are flat, and of flat ones a little more  # fmt: skip
        assert (value - low, high - value) == pytest.approx((half, half), rel=0.1, abs=1e-3)
        assert (verdict == "disagrees") == (not low <= 0 <= high)
    assert f"through all {len(result.runs)} runs" in parts[0]
    assert "within a factor 2.5 of the valleys" in parts[1]


LESSONS = ("no longer at odds", "An assumption fails", "do not tell them apart")


@pytest.mark.parametrize(
    ("whole", "close", "lesson"),
    [
        (LOW, trend(0.40, 0.60), 0), (LOW, trend(0.48, 0.50), 0), (LOW, HIGH_, 1),
        (NEAR, trend(0.48, 0.53), 2),
    ],
)  # fmt: skip
def test_the_lesson_follows_from_which_of_the_two_agrees(whole, close, lesson):
    said = text.agreement(judged(HERE, whole, close))
    assert [one for one in LESSONS if one in said] == [LESSONS[lesson]]
    less = close.exponent.high - close.exponent.low > whole.exponent.high - whole.exponent.low
    assert ("fewer runs also tell less" in said) == (lesson == 0 and less)


def test_runs_that_disagree_near_the_valleys_are_not_said_to_be_alike():
    said = text.agreement(judged(HERE, NEAR, HIGH_))
    assert "do not tell them apart" not in said


def test_a_surface_that_refuses_is_quoted_and_nothing_is_concluded():
    said = text.agreement(judged(HERE, "too few runs", trend(0.4, 0.6)))
    assert "runs says nothing (too few runs); the runs within" in said
    assert not [one for one in LESSONS if one in said]
    assert text.agreement(judged("too few budgets", HERE, HERE)).startswith("Without a line")


def test_the_approaches_are_listed_with_their_sizes_or_why_there_are_none():
    result = judged(HERE, "too few runs", trend(0.4, 0.6, at=2e4))
    table = text.approaches(result).set_index("Approach")
    column = "Best size at 1e10 FLOPs"
    assert list(table.columns) == ["Exponent a", column, "Why not"]
    assert table.loc["2", "Exponent a"] == stated(HERE.exponent)
    assert table.loc["2", column] == size(HERE.at(1e10))
    assert table.loc["3"].tolist() == ["none", "none", "too few runs"]
    assert table.loc["4", column].startswith(format_count(2e4 * 3**-0.5))
    assert "Why not" not in text.approaches(judged(HERE, HERE, HERE))


def test_what_the_approaches_look_at_is_counted():
    assert text.compared(FOUND) == f"The {len(FOUND.runs)} runs above"
    more = USUAL.table(rows(replace(SMALL, seed=99)))
    said = text.compared(results(more=more))
    assert f"for the surface {len(more)} more off the valley" in said


def test_no_network_is_counted_twice_among_runs_on_and_off_the_valleys():
    """The study far off its valleys holds sizes near them, too; they were trained once."""
    shown = ResultSource(
        RECORDED_STUDIES["python"], None, RECORDED_STUDIES["python"].recorded(), stale=False
    )
    result = live.gather(shown, shown.about, shown.rows, live=False, guess=None, hide=False)
    runs = result.all_runs.frame
    assert not runs.duplicated(["params", "tokens", "loss"]).any()


# --- The next budget --------------------------------------------------------------------------


sizes = st.tuples(st.floats(1e4, 5e5), st.floats(1.01, 4), st.floats(1.01, 4))
losses = st.tuples(st.floats(1.5, 2.5), st.floats(1.001, 1.1), st.floats(1.001, 1.1))


def around(said):
    return Estimate(said[0], said[0] / said[1], said[0] * said[2])


forecasts = st.builds(Forecast, st.just(1e11), sizes.map(around), losses.map(around))
bottoms = st.builds(
    lambda params, loss: Valley(1e11, 9, 1e3, 1e6, params, 1e6, loss.value, 0.05, True, "", loss),
    sizes.map(around),
    losses.map(around),
)


@given(forecasts, bottoms)
def test_the_verdict_is_held_where_both_scatters_allow_and_missed_where_not(said, result):
    told = text.score_forecast(said, result).replace(MINUS, "-")
    sized, lost = told.split(" Loss: ")
    for part, one, other in (
        (sized, said.params, result.params), (lost, said.loss, result.bottom),
    ):  # fmt: skip
        off = math.log(other.value / one.value)
        reach = math.hypot(*(math.log(x.high / x.low) / 2 for x in (one, other)))
        if abs(abs(off) - reach) > 1e-9:
            assert ("**held**" in part) == (abs(off) <= reach)
            assert ("**missed**" in part) == (abs(off) > reach)
        change = float(re.search(r"off by ([-+\d.]+) %", part)[1])
        assert change == pytest.approx(100 * math.expm1(off), abs=0.051)
    assert f"forecast {size(said.params)}, measured {size(result.params)}," in sized
    assert f"forecast {stated(said.loss)}, measured {stated(result.bottom)}," in lost
    missed = "**missed**" in lost
    assert ("what a floor would do" in lost) == (missed and result.loss > said.loss.value)
    assert ("gets steeper" in lost) == (missed and result.loss < said.loss.value)


@pytest.mark.parametrize(
    ("factor", "told"),
    [(1.01, ""), (0.99, ""), (1.2, "a floor would do"), (0.8, "gets steeper")],
)
def test_a_difference_within_both_scatters_is_no_bend(factor, told):
    loss, params = Estimate(2.0, 1.9, 2.1), Estimate(1e4, 9e3, 1.1e4)
    result = Estimate(*(factor * x for x in (2.0, 1.9, 2.1)))
    valley = Valley(1e11, 9, 1e3, 1e6, params, 1e6, result.value, 0.05, True, "", result)
    said = text.score_forecast(Forecast(1e11, params, loss), valley)
    bends = "a floor would do", "gets steeper"
    assert [one for one in bends if one in said] == ([told] if told else [])


def test_a_verdict_has_no_gap_where_there_is_no_more_to_say():
    loss, params = Estimate(2.0, 1.9, 2.1), Estimate(1e4, 9e3, 1.1e4)
    same = Valley(1e11, 9, 1e3, 1e6, params, 1e6, 2.0, 0.05, True, "", loss)
    assert "  " not in text.score_forecast(Forecast(1e11, params, loss), same)


AHEAD = live.lock(FOUND, USUAL)


def test_a_forecast_is_quoted_before_it_is_run_and_when_it_is_locked():
    ahead = AHEAD.forecast
    for told in text.prediction(ahead, FOUND.unit), text.locked(AHEAD):
        assert "1e11" in told
        assert size(ahead.params) in told
        assert stated(ahead.loss) in told
    assert f"{stated(ahead.loss)}** nats/character" in text.prediction(ahead, FOUND.unit)


def test_a_size_that_is_not_determined_is_not_said_to_be_so_many_parameters():
    vague = Forecast(1e11, Estimate(1e4, 1e2, 1e6), Estimate(2.0, 1.9, 2.1))
    locked = live.Locked(vague, USUAL.next)
    for told in text.prediction(vague, "nats/word"), text.locked(locked):
        assert not re.search(r"not determined\W* parameters", told)


def test_while_the_next_budget_trains_the_forecast_stands_locked_and_networks_are_counted():
    made = USUAL.table(rows(USUAL.next))
    told = text.outcome(NextBudget(AHEAD, FOUND, made.iloc[:2], live=True))
    assert told == f"{text.locked(AHEAD)} 2 networks trained."


def test_when_it_has_ended_there_is_a_verdict_or_the_reason_why_not():
    made = USUAL.table(rows(USUAL.next, 0.003, seed=1))
    one = NextBudget(AHEAD, FOUND, made, live=False)
    assert text.outcome(one) == text.score_forecast(AHEAD.forecast, one.measured)
    stopped = text.outcome(NextBudget(AHEAD, FOUND, made.iloc[:2], live=False))
    assert stopped == (
        f"{text.locked(AHEAD)} No verdict: too few runs of the next budget have ended to "
        "find its bottom."
    )
    high = made[made["params"] > 1.3 * one.measured.params.value]
    edge = text.outcome(NextBudget(AHEAD, FOUND, high, live=False))
    assert "No verdict: at 1e11 FLOPs the bottom lies below the smallest size" in edge


# --- How they were made -----------------------------------------------------------------------


def test_the_exam_is_counted_as_it_is_taken():
    assert f"{corpus.EXAM:,} passages" in text.counted(USUAL)
    assert "C = 6 N D" in text.counted(USUAL)


@pytest.mark.parametrize("language", ["python", "synthetic"])
def test_how_runs_were_made_is_told_in_sentences(language):
    kept = RECORDED_STUDIES[language].recorded()
    said = text.made(
        ResultSource(RECORDED_STUDIES[language], None, kept, stale=False),
        RECORDED_STUDIES[language],
    )
    assert f"{kept.made}." in said
    assert said.endswith(".")
    assert ".." not in said


class Job:
    """As much of a job as is asked."""


@pytest.mark.parametrize(
    ("study", "ready", "told"),
    [(USUAL, True, True), (USUAL, False, False), (RECORDED_STUDIES["synthetic"], True, False)],
)
def test_what_comes_again_is_told_of_a_text_that_ends(monkeypatch, study, ready, told):
    monkeypatch.setattr(ResultSource, "made", property(lambda _: "Trained just now."))
    library = corpus.Corpus(np.zeros(8_000_000, np.uint8), np.zeros(9, np.uint8), 7, "abcd")
    monkeypatch.setattr(corpus, "load", lambda: library)
    monkeypatch.setattr(corpus, "ready", lambda: ready)
    said = text.made(ResultSource(study, Job(), None, stale=False), study)
    assert said.startswith("Trained just now.")
    assert ("come a second time." in said) == told
    note = view.corpus_note({"language": study.language})
    assert (note == f"{library.sentence}.") == told
    assert bool(note) == (ready or study.language == "synthetic")
    if told:
        tokens = max(spec.tokens for spec in study.specs())
        seen = 8e6 * (1 - (1 - 1 / 8e6) ** tokens)  # of so many draws with replacement
        share = float(re.search(r"longest run (\d+) % of them", said)[1])
        assert share == pytest.approx(100 * (1 - seen / tokens), abs=0.51)


@pytest.mark.parametrize(
    ("study", "name"),
    [
        (USUAL, "lm_half_minute_0"),
        (replace(CharlmStudy.PRESETS["synthetic-thorough"], seed=7), "lm_synthetic_thorough_7"),
        (SMALL, "lm_custom_0"),
    ],
)
def test_a_file_is_named_after_its_plan_and_seed(study, name):
    assert text.file_name(study) == name
    assert re.fullmatch(r"\w+", text.file_name(study))


def test_every_experiment_sets_what_its_words_say():
    """Of the learning rate, of the sizes, and that anything changes at all."""
    setups = [setup for _, setup in blocks.EXPERIMENTS]
    said = [told for told, _ in blocks.EXPERIMENTS]
    usual = type(setups[0])()
    assert all(replace(setup, about=usual.about) != usual for setup in setups)
    assert setups[0].seed != usual.seed
    assert "Three tenths of the learning rate" in said[1]
    assert float(setups[1].rate) == 0.3
    assert f"a factor {setups[2].width} off, one seed each" in said[2]
    assert setups[2].seeds == 1
    assert "A hundred times the usual" in said[3]
    assert float(setups[3].rate) == 100
