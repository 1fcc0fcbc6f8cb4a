"""Diagnosis of a power law: a straight line can be drawn through anything; this says whether to.

The cases of `TESTS` are tried in order, and the first that applies gives the verdict. A verdict
other than "unclear" is asserted only where a test against chance says so: "power law" where the
data also exclude the rivals of `power_analysis`. How often it is wrong, over studies of 5 sizes
x 8 seeds, 7 x 8 and 7 x 24 with a scatter of 0.1 and 0.4 in log error, in percent at most
(tests/fits/test_power_law_calibration.py):

    exact power law, called anything but that or unclear     5   (a floor: 2)
    exponential, sigmoid, broken law, called a power law     5   (7 sizes)
    no slope at all, called a power law                      1
    a floor of two thirds of the last error, called a law
    or a bend                                               10
"""

from dataclasses import asdict, dataclass
from typing import Any

from numpy.typing import ArrayLike

from toylab.fits.estimate import Estimate
from toylab.fits.floored import Floored
from toylab.fits.lack_of_fit import ERRORS, LackOfFit, Relevance
from toylab.fits.power_analysis import Hidden, Wanted, hidden, wanted
from toylab.fits.power_law import Level, Line, line
from toylab.fits.power_law_verdicts import TESTS, Case
from toylab.fits.seed_medians import Sample, sample
from toylab.quantities import format_fixed, format_share


@dataclass(frozen=True)
class Diagnosis:
    """A line, the verdict on it, and the curve that may be drawn through the points."""

    kind: str  # one of TESTS, or power law
    sentence: str
    line: Line
    curve: Line | Floored | Level | None  # None where nothing has earned it
    hidden: Hidden | None = None  # behind a power law
    wanted: Wanted | None = None  # where it is unclear

    @property
    def numbers(self) -> dict[str, Any]:
        """The verdict as plain numbers and words."""
        return {
            "kind": self.kind,
            "sentence": self.sentence,
            "line": {"A": self.line.A, "slope": asdict(self.line.slope), "r2": self.line.r2},
            "floor": asdict(self.curve.E) if isinstance(self.curve, Floored | Level) else None,
            "hidden": asdict(self.hidden) if self.hidden else None,
            "wanted": asdict(self.wanted) if self.wanted else None,
        }


def diagnose(sizes: ArrayLike, errors: ArrayLike, *, of: str = "size") -> Diagnosis:
    """Fit and judge errors (seeds, sizes); `of` is what the size counts, in words.

    Raises:
        ValueError: as `seed_medians.sample` does.
    """
    return judge(sample(sizes, errors), of=of)


def judge(data: Sample, *, of: str, relevance: Relevance = ERRORS) -> Diagnosis:
    """Fit and judge a sample; the same for medians over seeds and for single runs."""
    case = Case(LackOfFit(data, relevance), line(data), of)
    for kind, test in TESTS.items():
        if sentence := test(case):
            curve = case.bottom if kind == "floor" else None
            more = wanted(case.fit) if kind == "unclear" and case.fit.straight else None
            return Diagnosis(
                kind, sentence + _advice(more, relevance), case.line, curve, wanted=more
            )
    unseen = hidden(case.fit)
    return Diagnosis(
        "power law",
        f"A power law over this range: slope {case.range(case.line.slope)}, {case.data}. "
        f"These data could hide a floor of {format_share(unseen.floor)} of the last {case.error}, "
        f"or a change of slope by {case.number(unseen.change)}.",
        case.line,
        case.line,
        unseen,
    )


def _advice(more: Wanted | None, relevance: Relevance) -> str:
    """The data that would decide, as a sentence."""
    if more is None:
        return ""
    ways = [f"{more.seeds:,} {relevance.repeat}"] if more.seeds else []
    ways += [f"{more.sizes} sizes"] if more.sizes else []
    if not ways:
        return f" Not even many {relevance.repeat} would decide it: take sizes further apart."
    return f" About {' or '.join(ways)} would decide."


def format_range(estimate: Estimate) -> str:
    """The text of the first estimate of a sentence: -1.08 (95 %: -1.18 to -0.98)."""
    return estimate.text(lambda value: format_fixed(value, 2))
