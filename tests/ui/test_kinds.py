"""Labels: five kinds; which of them figures have, and what a label says."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from toylab.laws import published
from toylab.teaching.questions.training import LABELS
from ui.concepts.allocation import blocks as allocation
from ui.concepts.allocation import view as allocation_view
from ui.concepts.batch_lr import blocks as batch_lr
from ui.concepts.batch_lr import view as batch_lr_view
from ui.concepts.disagreement import blocks as disagreement
from ui.concepts.disagreement import view as disagreement_view
from ui.concepts.home import blocks as home
from ui.concepts.home import view as home_view
from ui.guess import GuessState
from ui.label import KINDS, Label
from ui.sight import FirstSight

JOB = SimpleNamespace(live=False, progress=lambda: SimpleNamespace(remembered=None, live=False))
SPLIT, GRID = allocation_view.Controls(), batch_lr_view.Controls()


def kinds(made):
    """The kinds of a block's labels, by figure where a switch offers several."""
    found = []
    for block in made:
        if isinstance(block, Label):
            found.append(block.kind)
        elif isinstance(block, FirstSight):
            found += [
                [block.label.kind, *(label.kind for label in figure.also)]
                for figure in map(block.figure, block.figures)
            ]
    return found


def test_there_are_five():
    """And the quiz asks about the same."""
    assert set(KINDS) == {"live", "recorded", "published", "simulated", "yours"}
    assert set(LABELS) == set(KINDS)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (lambda: allocation.figure(SPLIT, GuessState()),
         [["simulated", "published"], ["simulated"]]),
        (lambda: allocation.answers(SPLIT), ["simulated"]),
        (lambda: allocation.ratio(SPLIT), ["published", "simulated"]),
        (lambda: allocation.models(SPLIT), ["published", "simulated"]),
        (lambda: batch_lr.figure(GRID, GuessState()),
         [["simulated"], ["simulated", "published"], ["simulated", "published"]]),
        (lambda: batch_lr.laws(GRID, batch_lr_view.ModelControls()), ["simulated"]),
        (lambda: disagreement.stairs(disagreement_view.Controls(4), GuessState()),
         [["published"]]),
    ],
)  # fmt: skip
def test_what_is_computed_is_simulated_and_dots_of_real_models_are_published(made, expected):
    assert kinds(made()) == expected


def test_larger_networks_that_another_run_trained_have_a_label_beside_the_small_ones():
    """This visitor's small networks are live; the larger ones are still the recorded ones."""
    known = home_view.recorded()
    half = home_view.small(known.source.about)
    source = replace(known.source, about=half, job=JOB, recorded=None)
    story = home_view.Story(known.small, known.large, source)
    assert kinds(home.figure(story, GuessState())) == [["live", "recorded"]]
    assert kinds(home.figure(known, GuessState())) == [["recorded"]]


def test_numbers_of_our_own_have_a_method_and_no_source():
    for kind in ("live", "recorded", "yours"):
        with pytest.raises(ValueError, match=f"what is {kind} has methods and no sources"):
            Label(kind, "runs", sources=(published.HOFFMANN,))
        assert Label(kind, "runs", methods=(published.HOFFMANN,)).sources == ()
    with pytest.raises(ValueError, match="kind must be one of live"):
        Label("measured", "runs")


def test_a_time_says_when_remembered_runs_were_trained():
    assert Label("live", "runs").badge == ":green-badge[live]"
    assert Label("live", "runs", when="17:46").badge == ":green-badge[live, 17:46]"
