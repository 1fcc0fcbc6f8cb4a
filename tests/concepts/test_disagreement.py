"""The page on the disagreement: true at every setting of its controls, and computed."""

import pytest

from tests.concepts import chart_checks
from tests.text_checks import check, check_numbers
from toylab.laws import disagreement as cause
from ui.concepts.disagreement import charts, text, view
from ui.concepts.disagreement.view import Controls

MINUS = "\N{MINUS SIGN}"


def test_the_question_does_not_give_the_answer_away():
    controls = Controls(step=0)
    shown = text.story(controls) + str(controls.stairs) + str(text.numbers(controls))
    assert all(f"{step.refinedweb:.3f}" not in shown for step in cause.STAIRCASE[1:])


@pytest.mark.parametrize("step", range(view.TOP + 1))
def test_as_many_stairs_are_shown_and_told_as_fixes_are_made(step):
    controls = Controls(step=step)
    assert list(controls.stairs["step"]) == list(range(step + 1))
    now = f"{cause.STAIRCASE[step].refinedweb:.3f}"
    ((value, _),) = text.numbers(controls).values()
    assert value == now
    check_numbers(text.story(controls), now)
    check(text.story(controls))


def test_a_fall_has_a_minus_in_the_story_and_a_hyphen_beside_its_arrow():
    """0.706 after 0.835; Streamlit's arrow goes down at a hyphen only."""
    controls = Controls(step=1)
    assert f"({MINUS}0.129)" in text.story(controls)
    assert text.numbers(controls)["Exponent now"] == ("0.706", "-0.129 by the last fix")
    assert text.numbers(Controls())["Exponent now"][1] is None


@pytest.mark.parametrize("guess", [0.50, 0.65, 0.40])
def test_a_guess_is_scored_against_the_interval(guess):
    controls = Controls(guess=f"{guess:.2f}", step=view.TOP)
    assert controls.done
    low, high = cause.STAIRCASE[-1].interval
    side = "Right" if low <= guess <= high else "too high" if guess > high else "too low"
    assert side in text.score(controls)
    check_numbers(text.score(controls), f"{guess:.2f}", "0.497", "0.491", "0.505")


def test_a_guess_that_is_too_high_by_a_tenth_makes_a_model_of_that_excess():
    """10^(0.65 - 0.497) = 1.42 times too large for every ten times the compute."""
    controls = Controls(guess="0.65", step=4)
    assert "1.42 times too large" in text.score(controls)
    assert text.record(0.65)[1:] == ("0.65", "0.497", "+0.15", "far off")
    assert [text.record(guess)[4] for guess in (0.52, 0.56)] == ["close", "not quite"]
    assert text.record(0.4)[3] == f"{MINUS}0.10"


def test_the_straight_line_spans_the_range_it_was_fitted_to():
    controls = Controls()
    assert tuple(controls.counting["fitted"]["x"]) == (1e13, 5e20)
    assert tuple(controls.floor["fitted"]["x"]) == (1e8, 1e10)
    assert controls.fitted == pytest.approx(0.74, abs=0.005)  # Pearce & Song 2024, Hoffmann's
    assert controls.slope == pytest.approx(0.061, abs=0.0005)  # facts 4
    check_numbers(text.counting(controls), "0.74", "0.73", "1e13", "5e20")
    check_numbers(text.floor(controls), "0.061", "0.076", "100M", "10B")


@pytest.mark.parametrize("law", view.SURFACES)
def test_both_bends_lie_between_their_limits_at_their_ends(law):
    controls = Controls(law=law)
    counting, floor = controls.counting, controls.floor
    limits = counting["limits"]["slope"]
    assert counting["curve"]["slope"].iloc[-1] == pytest.approx(limits.min(), abs=0.005)
    assert floor["curve"]["slope"].max() < controls.form.alpha
    a, b = controls.form.alpha, controls.form.beta
    assert list(limits) == [b / (a / 3 + b), b / (a + b)]  # Pearce & Song 2024
    for say in text.counting, text.floor:
        check(say(controls))


def test_a_range_of_one_point_is_refused_in_the_words_of_its_control():
    one = Controls(compute=("1e13", "1e13"), sizes=("1B", "1B"))
    with pytest.raises(ValueError, match="FLOPs: a line needs two different ends, got 1e13"):
        _ = one.counting
    with pytest.raises(ValueError, match="parameters: a line needs two different ends, got 1B"):
        _ = one.floor


def drawn(step, law):
    controls = Controls(step=step, law=law)
    return {
        "stairs": charts.stairs(controls.stairs, controls.guessed, view.NAMES),
        "counting": charts.bend(controls.counting, view.COUNTING_TITLES),
        "floor": charts.bend(controls.floor, view.FLOOR_TITLES),
    }


CHARTS, MOVED = drawn(4, "hoffmann-3-full"), drawn(1, "besiroglu")


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_reads_its_tables_titles_its_axes_and_keeps_its_spec(name):
    chart_checks.check(CHARTS[name])
    assert chart_checks.same_spec(CHARTS[name], MOVED[name])
