"""Sentences of the page on language models: true at every setting, and computed."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.concepts.charlm_runs import FALL, SMALL, USUAL, A, results, rows, stated
from tests.concepts.question_checks import check_question
from tests.example_counts import few
from tests.text_checks import unfinished
from toylab.experiments import charlm_repeats, corpus
from toylab.experiments.charlm_repeats import Band
from toylab.experiments.charlm_study import (
    NET_STUDIES,
    RECORDED_STUDIES,
    CharlmStudy,
    in_language,
)
from toylab.fits import isoflop
from toylab.fits.estimate import Estimate
from toylab.fits.runs import runs_of
from toylab.live.result_source import ResultSource
from toylab.quantities import format_count, format_scientific, parse_number
from toylab.teaching import guesses
from toylab.teaching.guesses import UNSET
from ui.concepts.charlm import approaches_text, blocks, forecast_text, live, text, view
from ui.concepts.charlm.live import NextBudget
from ui.concepts.charlm.results import CharlmResults

MINUS = "\N{MINUS SIGN}"
FOUND = results(noise=0.003)
GUESS = (8e4, 5.0)
made_guesses = st.tuples(st.sampled_from(view.SIZES), st.sampled_from(view.FACTORS))
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
        draw(st.just(()) | made_guesses), not live and draw(st.booleans()),
    )  # fmt: skip


@given(studies())
@few
def test_every_sentence_of_a_study_can_be_said_with_numbers_that_are_some(result):
    said = [
        text.headline(result), *text.details(result),
        approaches_text.compared(result),
        text.counted(result.study), text.label(result.study), text.file_name(result.study),
        *(part for number in text.numbers(result).items() for part in number),
        *(title for title, _ in text.written(result)), *result.warnings,
        *(asked.text for asked in text.questions(result)),
    ]  # fmt: skip
    if not isinstance(result.profiles, str):
        locked = live.lock(result, result.study)
        one = NextBudget(locked, result, result.frame.iloc[:0], result.live)
        said += [
            forecast_text.prediction(locked.forecast, result.unit), forecast_text.outcome(one),
        ]  # fmt: skip
    assert [s for s in said if unfinished(str(s)) or re.search(r"\de[+-]\d", str(s))] == []


# --- What the runs say ------------------------------------------------------------------------


def times(exponent):
    """What ten times the compute does to the best size, and the ends of its range."""
    return [10**x for x in (exponent.value, exponent.low, exponent.high)]


def test_what_is_said_follows_what_there_is():
    """Hidden before all else; then live; then the finding."""
    for shown in FOUND, results(guessed=GUESS):
        assert text.headline(shown) == text.finding(shown)
    live = replace(FOUND, live=True)
    assert text.headline(live) == text.progress(live)
    for hidden in replace(FOUND, hidden=True), replace(FOUND, hidden=True, live=True):
        assert text.headline(hidden) == text.hidden(hidden)
    for result in live, replace(FOUND, hidden=True), results(made=[]):
        assert text.details(result) == [text.counted(USUAL)]
    assert text.details(FOUND) == [
        text.exponents(FOUND), text.coincidence(FOUND), text.networks(), text.counted(USUAL),
    ]  # fmt: skip


def test_the_finding_counts_the_networks_and_quotes_the_growth_and_its_range():
    said = text.finding(FOUND)
    assert said.startswith(f"For 10 times the compute these {len(FOUND.frame)} networks want ")
    exponent = FOUND.profiles.params.exponent
    numbers = re.search(r"\*\*([\d.]+) times larger model\*\* \(95 %: ([\d.]+) to ([\d.]+)\)", said)
    assert [float(x) for x in numbers.groups()] == pytest.approx(times(exponent), abs=0.0051)
    assert exponent.value == pytest.approx(A, abs=0.02)


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
def test_where_there_is_no_line_the_finding_says_why_and_there_is_no_answer(study):
    made = [row for row in rows(study) if row["flops"] < 5e9]
    result = results(study, made, guessed=GUESS)
    said = text.headline(result)
    assert said.startswith(f"{len(made)} networks, and no line: {result.profiles}.")
    assert "have 2" in said
    assert [asked.answer for asked in text.questions(result)] == [None, None]
    assert set(text.numbers(result).values()) == {UNSET}
    assert text.details(result) == [text.counted(study)]
    assert "nothing to compare with" in approaches_text.agreement(result)


def test_networks_that_all_diverged_are_said_to_have():
    said = text.finding(results(SMALL, rows(SMALL, lost=1)))
    assert "diverged" in said


@pytest.mark.parametrize("valleys", [0, 1, 2, 3, 4])
def test_progress_counts_the_valleys_with_a_bottom(valleys):
    budgets = USUAL.budgets[:valleys]
    made = [row for row in rows(USUAL, 0.001) if any(row["flops"] < 1.1 * C for C in budgets)]
    result = results(made=made, live=True)
    said = text.progress(result)
    if valleys < 3:
        assert said == f"Valleys with a bottom so far: {valleys}. A line needs 3."
    else:
        assert said.startswith(f"So far, from {valleys} valleys: ")
        growth = float(re.search(r"\*\*([\d.]+) times larger model\*\*", said)[1])
        assert growth == pytest.approx(times(result.profiles.params.exponent)[0], abs=0.0051)


def test_a_line_through_some_of_the_bottoms_counts_those_alone():
    """Of the largest budget only sizes above its bottom have ended: the longest come last."""
    made = [row for row in rows(USUAL, 0.001) if row["flops"] < 2e10 or row["size"] > 180]
    result = results(made=made, live=True)
    assert len(result.valleys) == 4
    assert "from 3 valleys: " in text.progress(result)


def banded(monkeypatch, low, high):
    band = Band(Estimate((low + high) / 2, low, high), Estimate(1e4, 9e3, 1.1e4), 10)
    monkeypatch.setattr(charlm_repeats, "band", lambda _: band)


@pytest.mark.parametrize(
    ("low", "high", "inside"), [(-0.1, 0.1, True), (0.01, 0.1, False), (-0.1, -0.01, False)]
)
def test_repeats_hold_a_study_exactly_where_its_exponent_lies_in_their_band(
    monkeypatch, low, high, inside
):
    exponent = FOUND.profiles.params.exponent
    a = exponent.value
    banded(monkeypatch, a + low, a + high)
    said = text.agreeing(FOUND)
    assert text.finding(FOUND).endswith(said)
    if inside:
        assert said == "10 repeats gave much the same."
    else:
        ends = re.fullmatch(r"10 repeats say \*\*otherwise\*\*: ([\d.]+) to ([\d.]+) times.", said)
        between = [10 ** (a + low), 10 ** (a + high)]
        assert [float(x) for x in ends.groups()] == pytest.approx(between, abs=0.0051)
    told = text.exponents(FOUND)
    assert "10 repeats with other seeds gave " in told
    numbers = [float(x) for x in re.findall(r"\d\.\d{3}", told)]
    fall = -FOUND.profiles.loss.exponent.value
    assert FOUND.alike is not None  # the repeats were fitted with one curvature
    found = [a, exponent.low, exponent.high, fall, FOUND.alike.value]
    assert numbers == pytest.approx([*found, a + (low + high) / 2, a + low, a + high], abs=6e-4)


def test_a_plan_without_repeats_is_told_that_another_seed_may_move_its_exponent():
    result = results(SMALL)
    assert "other seeds may move it" in text.exponents(result)
    assert text.agreeing(result) == ""
    assert text.finding(result).endswith(").")


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
    said = text.exponents(results(CharlmStudy.PRESETS[in_language("half-minute", language)]))
    assert "10 repeats" in said
    assert ("They learned another Python's library" in said) == told


def test_what_speaks_against_the_line_is_said_where_there_is_a_line_to_see():
    study = replace(USUAL, width=12, seeds=1)
    made = rows(study, 0.001)
    for row in made:  # one side steeper
        row["loss"] *= math.exp(0.01 * max(0, math.log(row["params"] / 6e3)) ** 3)
    result = results(study, made)
    assert result.profiles.warnings
    assert result.warnings == result.profiles.warnings
    assert replace(result, hidden=True).warnings == ()
    assert replace(result, live=True).warnings == ()
    assert results(made=[]).warnings == ()


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
    best = params.at(flops)
    assert said == {
        f"best size at {format_scientific(flops)} FLOPs": format_count(best.value),
        "its 95 % range": f"{format_count(best.low)} to {format_count(best.high)}",
        "exponent a": f"{params.exponent.value:.3f}",
    }
    fall = result.profiles.loss.exponent.value
    assert f"C^{MINUS}{abs(fall):.3f}, no floor taken off" in text.exponents(result)
    assert fall == pytest.approx(-FALL, abs=0.005)


# --- The reader's guess -----------------------------------------------------------------------


@given(made_guesses)
@settings(deadline=None, max_examples=12)
def test_a_guess_is_held_against_the_fit_by_two_factors(guess):
    size, growth = text.questions(FOUND)
    assert size.answer == FOUND.best.value
    exponent = FOUND.profiles.params.exponent.value
    assert growth.answer == pytest.approx(10**exponent)
    assert (size.points, growth.points) == (0, 0)  # both are factors, not differences
    for asked, given_ in zip((size, growth), guess, strict=True):
        off = max(given_ / asked.answer, asked.answer / given_)
        gap = guesses.gap(asked, given_)
        assert gap.close == (off <= asked.factor)
        assert ("large" in gap.off) == (given_ > asked.answer) or not gap.off
    assert guesses.gap(size, guess[0]).sentence.startswith(
        f"You said {format_count(guess[0])} parameters"
    )
    assert "3e10 FLOPs" in size.text


def test_what_is_asked_stays_the_same_while_runs_come_in_and_has_no_answer_before_they_end():
    check_question(lambda: text.questions(FOUND)[0])
    check_question(lambda: text.questions(FOUND)[1])
    live = text.questions(replace(FOUND, live=True))
    assert [asked.answer for asked in live] == [None, None]
    assert [asked.about for asked in live] == [asked.about for asked in text.questions(FOUND)]


# --- What is hidden ---------------------------------------------------------------------------


def test_what_is_hidden_is_asked_for_and_nothing_of_it_is_said():
    made = [row for row in rows(USUAL) if row["flops"] < 2e10]
    result = results(made=made, hidden=True)
    assert not isinstance(result.profiles, str)  # three budgets tell a line, and the answer
    said = text.headline(result)
    assert "Where is the bottom at **3e10 FLOPs**?" in said
    assert re.findall(r"\d[\d.e]*", said) == ["3", "3e10"]
    assert list(text.numbers(result)) == list(text.numbers(FOUND))
    assert set(text.numbers(result).values()) == {UNSET}
    assert text.details(result) == [text.counted(USUAL)]


def hiding(smaller):
    """What is said where so many budgets are smaller than the hidden one."""
    highest = USUAL.budgets[smaller]
    made = [row for row in rows(USUAL) if row["flops"] < 0.9 * highest]
    return text.hidden(results(replace(USUAL, highest=highest), made, hidden=True))


def test_smaller_budgets_are_counted_and_where_there_is_none_that_is_said():
    assert hiding(0).startswith("No smaller budget was trained before: the valley at **1e9 FLOPs**")
    assert hiding(1).startswith("This smaller budget was trained before.")
    assert hiding(2).startswith("These 2 smaller budgets were trained before.")


def test_the_label_of_a_hidden_answer_is_about_the_smaller_budgets_alone():
    study = RECORDED_STUDIES["python"]
    kept = ResultSource(study, None, study.recorded(), stale=False)
    assert text.label(live.told(kept, USUAL, seen=True)) == study.describe()
    told = live.told(kept, USUAL, seen=False)
    assert told == replace(study, highest=told.highest)
    assert told.budgets == [C for C in study.budgets if 0.9 * USUAL.highest > C]
    assert text.label(told) == told.describe()
    nothing = live.told(kept, replace(USUAL, highest=study.lowest), seen=False)
    assert (nothing, text.label(nothing)) == (None, "No smaller budget was trained before.")


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
    setups = [setup for *_, setup in blocks.EXPERIMENTS]
    said = [name for name, *_ in blocks.EXPERIMENTS]
    usual = type(setups[0])()
    assert all(replace(setup, about=usual.about) != usual for setup in setups)
    assert setups[0].seed != usual.seed
    for k in 1, 3:
        assert f"{setups[k].rate} times the learning rate" in said[k]
        assert setups[k].rate != usual.rate
    assert f"a factor {setups[2].width} off, one seed each" in said[2]
    assert setups[2].seeds == 1


# --- Networks ---------------------------------------------------------------------------------


def test_the_networks_exponents_and_ratios_are_those_of_their_recorded_runs():
    """A transformer's exponent lies below an LSTM's; with one rate for all widths lower still."""
    said, found = text.networks(), {}
    for name, study in NET_STUDIES.items():
        frame = study.table(study.recorded().rows)
        places = [(spec.flops_per_token * spec.tokens, spec.params) for spec in study.specs()]
        assert set(frame["params"]) == {params for _, params in places}
        np.testing.assert_allclose(
            sorted(set(frame["flops"])), sorted({C for C, _ in places}), rtol=1e-5
        )
        assert set(frame["net"]) == {study.net}
        fit = isoflop.fit(runs_of(frame))
        a, ends = fit.params.exponent, [fit.used[k] for k in (0, -1)]
        ratios = " to ".join(f"{valley.tokens / valley.params.value:.0f}" for valley in ends)
        assert f"a = {stated(a)} and {ratios}" in said
        found[name] = a.value
    assert found["transformer, one rate"] < found["transformer"] < found["lstm"]


def test_compute_is_counted_as_the_network_spends_it():
    counted = [text.counted(replace(USUAL, net=net)) for net in ("transformer", "lstm", "ngram")]
    assert ["6 T d" in said for said in counted] == [True, False, False]
    assert ["C = 6 N D" in said for said in counted] == [False, True, True]


def test_a_file_names_its_network_and_no_band_of_another_is_shown():
    asked = replace(CharlmStudy.PRESETS["ten-seconds"], net="lstm", seed=7)
    assert text.file_name(asked) == "lm_lstm_ten_seconds_7"
    assert results(asked).band is None
    assert results(replace(asked, net="ngram")).band is not None
