"""Choice of curvature in an isoFLOP fit: what was chosen, why, and what the other one answers."""

import math
from dataclasses import dataclass

from toylab.fits.estimate import Estimate
from toylab.fits.isoflop_curvature import EqualCurvature

SAME_EXPONENT = 0.01  # exponents that differ by less are worth no word


@dataclass(frozen=True)
class Choice:
    """The choice of curvature and of runs, and the answer of the other curvature."""

    shared: bool
    within: float  # the factor around each bottom
    used: int
    runs: int
    exponent: Estimate
    other: Estimate | None  # the exponent with the other curvature; None where it is refused
    equal: EqualCurvature
    refusal: str = ""  # of a curvature for each valley, where one for all stands in for it

    @property
    def sentence(self) -> str:
        """The choice in a sentence: its reason, and the answer of the other curvature."""
        kind = "one curvature for all valleys" if self.shared else "each valley its own curvature"
        why = " (one for each is refused)" if self.refusal else ""
        near = "" if math.isinf(self.within) else f" within a factor {self.within:g} of a bottom"
        other = f"; {self._alternative}" if self.other else ""
        return f"{kind}, {self.used} of {self.runs} runs{near}{why}{other}"

    @property
    def _alternative(self) -> str:
        assert self.other
        kind = "a curvature for each" if self.shared else "one curvature for all"
        return f"{kind} gives {_interval(self.other)} (equal curvatures: {format_p(self.equal.p)})"

    @property
    def warnings(self) -> list[str]:
        """A sentence where the choice matters, with both answers; one where it was forced."""
        forced = [f"All valleys share one curvature: with one for each {self.refusal}."]
        if not self.matters:
            return forced if self.refusal else []
        assert self.other
        own, one = (self.other, self.exponent) if self.shared else (self.exponent, self.other)
        p = format_p(self.equal.p)
        verdict = (
            f"Equal curvatures are excluded ({p}): trust the first"
            if self.equal.excluded
            else f"These runs do not tell which is right ({p})"
        )
        return [
            *(forced if self.refusal else []),
            f"The exponent is {_interval(own)} with a curvature for each valley, {_interval(one)} "
            f"with one for all. {verdict}.",
        ]

    @property
    def matters(self) -> bool:
        """True where the other curvature gives another exponent, not by chance alone."""
        if not self.other or abs(self.other.value - self.exponent.value) < SAME_EXPONENT:
            return False
        return self.equal.excluded or not self.exponent.holds(self.other.value)


def _interval(estimate: Estimate) -> str:
    return estimate.text("{:.3f}".format)


def format_p(p: float) -> str:
    """A p value in words."""
    return "no test" if math.isnan(p) else "p < 0.001" if p < 0.001 else f"p = {p:.2g}"
