"""Blocks of the first page: its buttons, and its one figure."""

from collections.abc import Iterator
from typing import Any

from toylab.experiments import sine_study
from toylab.experiments.sine_study import FIRST, SineStudy
from toylab.teaching.contents import TITLES, PageLink
from ui.blocks import Figure, Link, StartOver
from ui.concepts.home import charts, text, view
from ui.concepts.home.view import Story
from ui.guess import GuessState
from ui.label import Label
from ui.live import Run
from ui.row import Export
from ui.sight import FirstSight


def launch(whole: SineStudy, story: Story, seen: bool) -> Iterator[Any]:
    """The button for what can be trained next: the small sizes, then all, then others."""
    if story.own and story.checked:
        yield StartOver("Again, with other networks", "home")
    elif seen or not story.trained:
        study = whole if seen else view.small(whole)
        yield Run("home", study, study.specs, text.invitation(story, seen))


def figure(story: Story, guess: GuessState) -> Iterator[Any]:
    """The forecast from small sizes; what came after is kept back until it is `guess.seen`."""
    seen, study = guess.seen, story.source.about
    tables = story.drawn(seen=seen, guess=guess.given)
    chart = charts.forecast(tables, tuple(FIRST.grid), view.AXES)
    mark = guess.mark(x=str(story.last), y=lambda error: error)
    yield FirstSight(
        Label(story.source.kind, study.describe(), story.source.made, when=story.source.when),
        {"Error": Figure(chart, text.ALT, guess=mark, also=_also(story) if seen else ())},
        text.finding(story) if seen else text.ASKED,
        text.numbers(story, seen),
        [text.LAW],
        open=not seen,
    )


def _also(story: Story) -> tuple[Label, ...]:
    """The label of the larger networks, where they are not of the small ones' kind."""
    if story.source.job is None or story.own:
        return ()
    return (Label("recorded", text.LARGER, view.recorded().source.made),)


def export(story: Story) -> Export:
    """The runs behind the figure, to carry away."""
    about = story.source.about
    rows = about.table(story.source.rows)
    return Export(rows[[*sine_study.COLUMNS, "error"]], "first_figure", about.command())


OWN_RUNS = Link(PageLink("own_runs"), TITLES["own_runs"])
CODE = (
    "toylab.experiments.sine.run",
    "toylab.experiments.sine.examples",
    "toylab.experiments.nets.mlp.train",
    "toylab.fits.power_law.line",
)
