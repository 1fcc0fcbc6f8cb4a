"""Ways through: every step leads somewhere that exists, and the address holds the trail."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toylab.laws import published
from toylab.laws.allocation import best
from toylab.teaching import course, ways

ROOT = Path(__file__).parents[2]
STEPS = [(way.name, k) for way in ways.WAYS.values() for k in range(1, len(way.steps) + 1)]
SILENT = {"glossary", "own_runs", "teaching"}  # pages that ask nothing
CONCEPTS = {path.stem for path in (ROOT / "pages").glob("*.py")} - SILENT
trails = st.sampled_from(STEPS).flatmap(
    lambda step: st.sets(st.integers(1, len(ways.WAYS[step[0]].steps))).map(
        lambda done: course.Trail(ways.WAYS[step[0]], step[1], frozenset(done))
    )
)


@given(trails)
def test_a_trail_survives_the_address(trail):
    assert course.read(trail.query) == trail


@given(st.text(max_size=9), st.text(max_size=9), st.sampled_from([*ways.WAYS, "nowhere", ""]))
def test_nonsense_in_the_address_is_a_trail_that_exists_or_none(step, done, way):
    trail = course.read({"way": way, "step": step, "done": done})
    assert (trail is None) == (way not in ways.WAYS)
    if trail:
        steps = range(1, len(trail.way.steps) + 1)
        assert trail.at in steps
        assert trail.done <= set(steps)


@pytest.mark.parametrize("way", ways.WAYS.values(), ids=ways.WAYS)
def test_next_from_the_first_step_does_every_step_once_and_ends(way):
    trail, seen = course.Trail(way), []
    while not trail.over:
        seen.append(trail.step)
        trail = trail.onward()
    assert tuple(seen) == way.steps
    assert trail.at == len(way.steps)


def test_back_and_forth_stays_on_the_way():
    trail = course.Trail(ways.DEMO)
    assert trail.to(0) == trail
    assert trail.to(99).at == len(ways.DEMO.steps)
    assert trail.onward().to(1).done == {1}


def test_the_ways_last_as_long_as_they_are_called():
    assert ways.DEMO.minutes == 10
    assert ways.CLASS.minutes == 50
    assert ways.ALONE.lasts == f"{round(ways.ALONE.minutes / 60)} hours"
    assert ways.ALONE.minutes <= 5 * 60


def test_what_a_step_says_of_fits_and_rounding_is_so():
    """At Gopher's budget: another fit a factor of 1.8, rounding a fifth."""
    rounded, full, refit = (best(law.form, published.BUDGET).params for law in published.SURFACES)
    (step,) = [step for step in ways.CLASS.steps if step.title == ways.BET.title]
    assert "a factor of 1.8, rounding alone by a fifth" in step.notice
    assert refit / full == pytest.approx(1.8, abs=0.05)
    assert 1 - rounded / full == pytest.approx(1 / 5, abs=0.02)


def test_self_study_visits_every_page_that_asks_something():
    assert {step.link.page for step in ways.ALONE.steps} == CONCEPTS


@pytest.mark.parametrize("way", ways.WAYS.values(), ids=ways.WAYS)
def test_neighbours_are_on_different_pages(way):
    pages = [step.link.page for step in way.steps]
    assert all(one != other for one, other in pairwise(pages))


def test_at_the_end_next_leads_to_what_is_still_open():
    trail = course.Trail(ways.DEMO, 5, frozenset({1, 2, 4})).onward()
    assert (trail.at, trail.over) == (3, False)
    assert trail.onward().over
