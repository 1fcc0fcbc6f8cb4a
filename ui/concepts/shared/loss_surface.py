"""The loss surface that a page is about: a published one, or constants of the reader's own."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from toylab.fits import parametric
from toylab.fits.parametric import Spread
from toylab.fits.runs import Runs
from toylab.laws import published
from toylab.laws.forms import Additive
from toylab.laws.law import Law
from toylab.simulation.isoflop_study import SimulatedStudy, simulate
from ui.controls import Presets
from ui.knobs import Values, knob

SURFACES = {law.name: law.form for law in published.SURFACES}
SURFACE_NAMES = {law.name: law.title for law in published.SURFACES} | {
    "custom": "your own constants"
}


def not_simulated(values: Values) -> bool:
    """True where the page's runs are none that this surface makes."""
    return bool(values.get("data", "simulated") != "simulated")


def _constant(name: str, limits: tuple[float, float, float], meaning: str) -> Any:
    value = getattr(published.REFIT.form, name)
    return knob(value, name, limits, more=True, typed=True, help=meaning, gone=not_simulated)


@dataclass(frozen=True)
class Surface:
    """The constants, as the link has them."""

    E: float = _constant("E", (0.0001, 10.0, 0.01), "The floor, nats/token.")
    A: float = _constant(
        "A", (1.0, 1e5, 10.0), "Of the term that falls with the number of parameters."
    )
    B: float = _constant("B", (1.0, 1e5, 10.0), "Of the term that falls with the number of tokens.")
    alpha: float = _constant("alpha", (0.1, 1.0, 0.01), "Exponent of the parameters.")
    beta: float = _constant("beta", (0.1, 1.0, 0.01), "Exponent of the tokens.")

    @cached_property
    def form(self) -> Additive:
        """The loss surface. Refuses constants that are not positive."""
        return Additive(self.E, self.A, self.B, self.alpha, self.beta)

    @property
    def surface(self) -> str | None:
        """The name of the law whose constants these are, if any."""
        return next((name for name, form in SURFACES.items() if form == self.form), None)

    @property
    def title(self) -> str:
        """The name of the surface."""
        return SURFACE_NAMES[self.surface or "custom"]

    @property
    def formula(self) -> str:
        """The surface with its constants."""
        return self.form.tex

    @property
    def sources(self) -> list[Law[Any]]:
        """Who published the constants; nobody did where they are the reader's own."""
        return [published.find(self.surface)] if self.surface else []


@lru_cache(maxsize=64)
def simulated_runs(form: Additive, study: SimulatedStudy) -> Runs:
    """The runs of a study under a surface, drawn once."""
    return simulate(form, study)


@lru_cache(maxsize=64)
def fitted(runs: Runs) -> Spread | str:
    """The surface through runs and through resamples, or why there is none: that takes as long."""
    try:
        return parametric.bootstrap(parametric.fit(runs))
    except ValueError as refusal:
        return str(refusal)


def presets(chosen: Surface) -> Presets:
    """The published surfaces, to choose from."""
    return Presets(SURFACES, chosen.surface, SURFACE_NAMES, title="Law", more=True)
