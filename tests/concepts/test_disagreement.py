"""The page on the disagreement: true at every setting of its controls, and computed."""

import pytest

from tests.concepts import chart_checks, label_checks
from tests.concepts.question_checks import check_question, stands
from tests.text_checks import check, check_numbers
from toylab.laws import disagreement as cause
from toylab.teaching import guesses
from ui.concepts.disagreement import blocks, charts, text, view
from ui.concepts.disagreement.view import Controls, Counting, Floor

MINUS = "\N{MINUS SIGN}"
LAST = cause.STAIRCASE[-1]


def test_the_question_and_the_open_page_do_not_tell_a_later_step():
    question, done = text.question(Controls()), text.question(Controls(view.TOP))
    check_question(lambda: text.question(Controls(view.TOP)))
    assert (question.answer, question.about) == (None, done.about)
    (first,) = blocks.stairs(Controls(), stands("disagreement", question, 0.65))
    tables = [str(table) for table in Controls().stairs().values()]
    shown = " ".join([question.text, first.sentence, text.CLAIM, *first.why, *tables])
    shown += str(first.numbers) + str(blocks.EXPERIMENTS) + first.label.made
    for step in cause.STAIRCASE[1:]:
        assert f"{step.refinedweb:.3f}" not in shown
        assert step.name not in shown


@pytest.mark.parametrize("step", range(view.TOP + 1))
def test_as_many_stairs_are_shown_and_told_as_fixes_are_made(step):
    controls, made = Controls(step), cause.STAIRCASE[step]
    tables, now = controls.stairs(0.6), f"{made.refinedweb:.3f}"
    assert list(tables["stairs"]["step"]) == list(range(step + 1))
    assert tuple(tables["path"].iloc[-1])[:2] == (made.refinedweb, step)
    assert len(tables["path"]) == 2 * step + 1
    label_checks.check(tables["names"])
    for names, wide in (  # beside a guess a phone has not always room for all
        (tables["names"], True),
        (controls.stairs()["names"], True),
        (controls.stairs()["names"], False),
    ):
        assert {name for name in names.loc[names["wide"] == wide, "name"] if ":" in name} == {
            f"{name}: {one.refinedweb:.3f}"
            for name, one in zip(view.SHORT[: step + 1], cause.STAIRCASE, strict=False)
        }
    told = text.numbers(controls)
    assert told["exponent"] == now
    assert told.get("by the last fix", "").startswith(MINUS if step else "")
    check_numbers(text.story(controls), f"{10**made.refinedweb:.1f}")
    check(text.finding(controls, 0.6))


@pytest.mark.parametrize(
    ("guess", "said", "grade"),
    [(0.50, "inside", "close"), (0.65, "1.42 times too large", "far off"),
     (0.40, "1.25 times too small", "far off"), (0.55, "1.13 times too large", "not quite")],
)  # fmt: skip
def test_a_guess_is_held_against_what_is_left(guess, said, grade):
    """10^(0.65 - 0.497) = 1.42 times too large for every ten times the compute."""
    low, high = LAST.interval
    assert (said == "inside") == (low <= guess <= high)
    assert said in text.finding(Controls(view.TOP), guess)
    gap = guesses.gap(text.question(Controls(view.TOP)), guess)
    assert (gap.answer, gap.grade, "point" in gap.sentence) == ("0.497", grade, False)


def test_without_a_guess_the_last_step_says_what_is_left():
    check_numbers(text.finding(Controls(view.TOP), None), "0.497", "0.491", "0.505")
    assert "0.497" not in text.finding(Controls(view.TOP - 1), None)


def test_a_guess_stands_across_the_figure_at_its_exponent_and_is_locked_once_committed():
    for given, seen in ((0.65, False), (0.65, True), (None, False)):
        asked = stands("disagreement", text.question(Controls()), given, seen=seen)
        (first,) = blocks.stairs(Controls(), asked)
        mark = first.figures["Stairs"].guess
        assert (mark.y, mark.open, mark.x.value) == (None, not seen, given)
        assert mark.x.at[0.65] == 0.65


def test_the_straight_line_spans_the_range_it_was_fitted_to():
    counting, floor = Counting(), Floor()
    assert tuple(counting.bend["fitted"]["x"]) == (1e13, 5e20)
    assert tuple(floor.bend["fitted"]["x"]) == (1e8, 1e10)
    assert counting.fitted == pytest.approx(0.74, abs=0.005)  # Pearce & Song 2024, Hoffmann's
    assert floor.slope == pytest.approx(0.061, abs=0.0005)  # facts 4
    check_numbers(text.counting(counting), "0.74", "0.73", "1e13", "5e20")
    check_numbers(text.floor(floor), "0.061", "0.076", "100M", "10B")


@pytest.mark.parametrize("law", view.SURFACES)
def test_both_bends_lie_between_their_limits_at_their_ends(law):
    counted, floored = Counting(law), Floor(law)
    counting, floor = counted.bend, floored.bend
    for name, bend in {"counting": counting, "floor": floor}.items():
        label_checks.check(bend["names"])
        low, high = view.BENDS[name].up
        assert low <= bend["curve"]["slope"].min() < bend["curve"]["slope"].max() <= high
        assert len(set(bend["names"]["name"])) == 4
    limits = counting["limits"]["slope"]
    assert counting["curve"]["slope"].iloc[-1] == pytest.approx(limits.min(), abs=0.005)
    assert floor["curve"]["slope"].max() < counted.form.alpha
    a, b = counted.form.alpha, counted.form.beta
    assert list(limits) == [b / (a / 3 + b), b / (a + b)]  # Pearce & Song 2024
    check(text.counting(counted))
    check(text.floor(floored))


def test_a_range_of_one_point_is_refused_in_the_words_of_its_control():
    with pytest.raises(ValueError, match="FLOPs: a line needs two different ends, got 1e13"):
        _ = Counting(compute=("1e13", "1e13")).bend
    with pytest.raises(ValueError, match="parameters: a line needs two different ends, got 1B"):
        _ = Floor(sizes=("1B", "1B")).bend


def drawn(step, law):
    return {
        "stairs": charts.stairs(Controls(step).stairs(), view.EXPONENTS, view.STEPS),
        "counting": charts.bend(Counting(law).bend, view.BENDS["counting"]),
        "floor": charts.bend(Floor(law).bend, view.BENDS["floor"]),
    }


CHARTS, MOVED = drawn(4, "hoffmann-3-full"), drawn(1, "besiroglu")


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_reads_its_tables_titles_its_axes_and_keeps_its_spec(name):
    chart_checks.check(CHARTS[name])
    assert chart_checks.same_spec(CHARTS[name], MOVED[name])
