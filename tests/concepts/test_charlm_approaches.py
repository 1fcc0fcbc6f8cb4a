"""Sentences about three approaches to the same language models: where they agree, or not."""

import re
from dataclasses import replace

import numpy as np
import pytest

from tests.concepts.charlm_runs import SMALL, USUAL, results, rows, stated, trend
from toylab.experiments.charlm_study import RECORDED_STUDIES
from toylab.fits.envelope import linked
from toylab.live.result_source import ResultSource
from toylab.quantities import format_count
from ui.concepts.charlm import approaches_text, live
from ui.concepts.shared.numbers import size
from ui.guess import GuessState

MINUS = "\N{MINUS SIGN}"
FOUND = results(noise=0.003)


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
    said = approaches_text.agreement(result).replace(MINUS, "-")
    assert re.findall(r"(disagrees|told)\*{0,2} (?:with|from) the profiles", said) == verdicts
    here, parts = HERE.exponent, said.split("; ")[:2]
    for one, part, verdict in zip((whole, close), parts, verdicts, strict=True):
        assert f"{stated(one.exponent)} against {stated(here)}" in part
        value, low, high = map(
            float, re.search(r"difference of (\S+) \(95 %: (\S+) to ([-\d.]+)\)", part).groups()
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
    said = approaches_text.agreement(judged(HERE, whole, close))
    assert [one for one in LESSONS if one in said] == [LESSONS[lesson]]
    less = close.exponent.high - close.exponent.low > whole.exponent.high - whole.exponent.low
    assert ("fewer runs also tell less" in said) == (lesson == 0 and less)


def test_runs_that_disagree_near_the_valleys_are_not_said_to_be_alike():
    said = approaches_text.agreement(judged(HERE, NEAR, HIGH_))
    assert "do not tell them apart" not in said


def test_a_surface_that_refuses_is_quoted_and_nothing_is_concluded():
    said = approaches_text.agreement(judged(HERE, "too few runs", trend(0.4, 0.6)))
    assert "runs says nothing (too few runs); the runs within" in said
    assert not [one for one in LESSONS if one in said]
    assert approaches_text.agreement(judged("too few budgets", HERE, HERE)).startswith(
        "Without a line"
    )


def test_the_approaches_are_listed_with_their_sizes_or_why_there_are_none():
    result = judged(HERE, "too few runs", trend(0.4, 0.6, at=2e4))
    table = approaches_text.approaches(result).set_index("Approach")
    column = "Best size at 1e10 FLOPs"
    assert list(table.columns) == ["Exponent a", column, "Why not"]
    assert table.loc["2", "Exponent a"] == stated(HERE.exponent)
    assert table.loc["2", column] == size(HERE.at(1e10))
    assert table.loc["3"].tolist() == ["none", "none", "too few runs"]
    assert table.loc["4", column].startswith(format_count(2e4 * 3**-0.5))
    assert "Why not" not in approaches_text.approaches(judged(HERE, HERE, HERE))


def test_what_the_approaches_look_at_is_counted():
    said = approaches_text.compared(FOUND)
    assert said.startswith(f"The {len(FOUND.runs)} runs above; for approach 1 those of one size")
    looked = replace(FOUND, curves=linked(FOUND.runs))
    assert "follows their losses on the way" in approaches_text.compared(looked)
    more = USUAL.table(rows(replace(SMALL, seed=99)))
    said = approaches_text.compared(results(more=more))
    assert f"for the surface {len(more)} more off the valley" in said


def test_no_network_is_counted_twice_among_runs_on_and_off_the_valleys():
    """The study far off its valleys holds sizes near them, too; they were trained once."""
    shown = ResultSource(
        RECORDED_STUDIES["python"], None, RECORDED_STUDIES["python"].recorded(), stale=False
    )
    result = live.gather(shown, shown.about, shown.rows, live=False, guess=GuessState())
    runs = result.all_runs.frame
    assert not runs.duplicated(["params", "tokens", "loss"]).any()
