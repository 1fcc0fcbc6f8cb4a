"""Tab *Optimiser*: Adam, momentum, SGD, and an SGD that nobody tuned, trained live."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from toylab import devices
from toylab.experiments.architecture_results import ArchitectureResults
from toylab.experiments.architecture_study import ArchitectureStudy
from toylab.quantities import format_scientific, parse_number
from ui.blocks import Figure, Folded, Layout
from ui.concepts.architecture import charts, live, optimizers_text, view
from ui.concepts.shared import training
from ui.concepts.shared.training import corpus_specs
from ui.knobs import knob
from ui.label import Label
from ui.live import Live, Run

FIRST = ArchitectureStudy.PRESETS["optimizers"]


@dataclass(frozen=True)
class Controls:
    """The controls of the tab, as the link has them."""

    highest: str = knob(format_scientific(FIRST.highest), "Largest budget, FLOPs", view.HIGHEST[1:])
    seeds: int = knob(FIRST.seeds, "Seeds", (2, 8))
    device: str = knob(FIRST.device, "Device", devices.KINDS)

    @property
    def study(self) -> ArchitectureStudy:
        """The study that they ask for."""
        highest = parse_number(self.highest)
        return replace(FIRST, highest=highest, seeds=self.seeds, device=self.device)


def panel(_: object, chosen: Controls) -> Iterator[Any]:
    """The button that trains the comparison."""
    yield Run("optimizers", chosen.study, partial(corpus_specs, chosen.study))


def optimizers(_: object, chosen: Controls) -> Iterator[Any]:
    """Loss against compute of each optimizer, and what it teaches."""
    shown = live.source(chosen.study, "optimizers")
    gather = partial(training.gather, ArchitectureResults, shown)
    settings = shown.about.describe()
    label = Label(shown.kind, settings, shown.made, stale=shown.stale, when=shown.when)
    yield Live(label, shown, gather, figure)
    yield Folded("Why?", optimizers_text.why())


def figure(results: ArchitectureResults) -> Layout:
    """The finding in sentences, and the figure."""
    chart = charts.loss(view.loss(results))
    return [*optimizers_text.finding(results), [Figure(chart, optimizers_text.ALT)]]
