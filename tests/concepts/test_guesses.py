"""What is asked before a figure: the answers, worked out another way, at many settings."""

import re
from dataclasses import replace

import pytest

from toylab.experiments import sine_results, sine_study
from ui.concepts.critical_batch import text as critical_text
from ui.concepts.critical_batch import view as critical_batch
from ui.concepts.home import text as home_text
from ui.concepts.home import view as home
from ui.concepts.isoflop import text as isoflop_text
from ui.concepts.isoflop import view as isoflop
from ui.concepts.parametric import text as parametric_text
from ui.concepts.parametric import view as parametric
from ui.concepts.sine import text as sine_text


def test_ten_times_the_budget_multiplies_the_best_size_by_ten_to_the_a():
    assert isoflop_text.question(isoflop.Controls()).answer == pytest.approx(
        10 ** (0.3658 / (0.3478 + 0.3658)), rel=1e-6
    )
    steep = isoflop_text.question(isoflop.Controls(alpha=0.5, beta=0.25))
    assert steep.answer == pytest.approx(10 ** (1 / 3), rel=1e-9)


@pytest.mark.parametrize("loss", critical_batch.LOSSES[::4])
@pytest.mark.parametrize("batch", critical_batch.BATCHES[::3])
def test_what_twice_the_batch_saves_by_the_hyperbola(loss, batch):
    asked = critical_batch.Controls(loss=loss, batch=batch)
    B, critical = asked.tokens, 2e8 * float(loss) ** (-1 / 0.21)
    before_, after = 1 + critical / B, 1 + critical / (2 * B)
    question = critical_text.question(asked)
    assert question.answer == pytest.approx(100 * (1 - after / before_), rel=1e-6)
    assert 0 < question.answer < 50
    tokens = 100 * (2 * after / before_ - 1)
    said = re.search(r"\+?(\d+\.\d) % tokens", question.explanation)
    assert said
    assert float(said[1]) == pytest.approx(tokens, abs=0.06)


def recorded_sweep(sweep="data"):
    study = replace(sine_study.SineStudy.PRESETS["noise"], sweep=sweep)
    return sine_results.gather(study, study.recorded().rows, None)


def test_the_answer_of_a_sweep_is_the_ratio_of_its_end_medians():
    found = recorded_sweep()
    medians = found.runs.groupby("samples")["error"].median()
    question = sine_text.question(found)
    assert question
    assert question.answer == pytest.approx(medians.iloc[0] / medians.iloc[-1])
    assert "From 32 to 2,048 training samples, 64 times as many" in question.text
    assert "numbers from D noisy labels" in question.explanation
    question = sine_text.question(recorded_sweep("width"))
    assert "From 2 to 64 neurons a layer, 32 times as wide" in question.text
    assert "too stiff" in question.explanation


def test_a_sweep_of_one_size_or_of_none_is_not_asked_about():
    study = sine_study.SineStudy.PRESETS["noise"]
    assert sine_text.question(sine_results.gather(study, [], None)) is None
    rows = [row for row in study.recorded().rows if row["samples"] == 32]
    assert sine_text.question(sine_results.gather(study, rows, None)) is None


def test_the_interval_that_is_asked_for_is_the_fits():
    answer = parametric.simulated(parametric.Controls())
    interval = answer.spread.intervals["B"]
    question = parametric_text.question(answer)
    assert question
    assert question.answer == pytest.approx(interval.high / interval.low)
    assert question.answer > 1.5  # B comes apart long before the best size does
    assert answer.best.high / answer.best.low < question.answer


@pytest.mark.parametrize(
    "make",
    [
        lambda: home_text.question(home.recorded()),
        lambda: sine_text.question(recorded_sweep()),
        lambda: isoflop_text.question(isoflop.Controls()),
        lambda: critical_text.question(critical_batch.Controls()),
        lambda: parametric_text.question(parametric.simulated(parametric.Controls())),
    ],
)  # fmt: skip
def test_every_question_is_equal_to_itself_asked_anew_and_does_not_tell_its_answer(make):
    question = make()
    assert question == make()
    assert question.say(question.answer) not in question.text
    assert list(question.options) == sorted(set(question.options))
    said = [question.say(option) for option in question.options]
    assert len(set(said)) == len(said)
