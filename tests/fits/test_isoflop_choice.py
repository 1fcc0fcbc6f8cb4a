"""Both curvatures are named where they matter, and only there."""

from dataclasses import replace

import pytest

from toylab.fits.estimate import Estimate
from toylab.fits.isoflop_choice import Choice
from toylab.fits.isoflop_curvature import EqualCurvature

NEAR, FAR = Estimate(0.505, 0.47, 0.54), Estimate(0.6, 0.55, 0.65)
CHOICE = Choice(False, 10.0, 60, 63, Estimate(0.5, 0.48, 0.52), FAR, EqualCurvature(9.0, 1e-5))


@pytest.mark.parametrize(
    ("other", "p", "matters"),
    [
        (FAR, 1e-5, True),
        (FAR, 0.4, True),  # outside this fit's interval, whatever the test says
        (Estimate(0.515, 0.49, 0.54), 1e-5, True),  # inside, but the test decides
        (Estimate(0.515, 0.49, 0.54), 0.4, False),
        (NEAR, 1e-5, False),  # next to the same
        (None, 1e-5, False),
    ],
)
def test_a_choice_matters_where_the_answers_differ_beyond_chance(other, p, matters):
    choice = replace(CHOICE, other=other, equal=EqualCurvature(1.0, p))
    assert choice.matters == matters
    assert len(choice.warnings) == matters


@pytest.mark.parametrize("shared", [True, False])
def test_own_curvatures_come_first_whichever_was_chosen(shared):
    """So that "trust the first" is true of both."""
    own, one = (FAR, CHOICE.exponent) if shared else (CHOICE.exponent, FAR)
    (said,) = replace(CHOICE, shared=shared).warnings
    assert said.index(f"{own.value:.3f}") < said.index(f"{one.value:.3f}")


def test_a_choice_that_was_forced_is_told_with_the_refusal():
    (said,) = replace(CHOICE, shared=True, other=None, refusal="too few runs").warnings
    assert "too few runs" in said
