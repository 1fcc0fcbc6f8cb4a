"""Sentences of the tab *Optimiser*; every number in them is computed."""

from toylab.experiments.architecture_results import ArchitectureResults
from toylab.experiments.languages import NGRAM
from toylab.experiments.optimizers import OPTIMIZERS
from toylab.fits.estimate import Estimate
from toylab.quantities import format_fixed, format_scientific, plural
from ui.concepts.shared.numbers import number

ALT = (
    "Loss against training compute on log axes, a line for each optimizer: untuned SGD, at an "
    "eighth of its rate, lies above the others. The text tells the slopes and the gaps."
)
TUNED, UNTUNED = "sgd", "untuned"


def finding(results: ArchitectureResults) -> list[str]:
    """The worth of Adam at the ends of the budgets, and what an untuned rate does to a slope."""
    if results.live or TUNED not in results.others:
        return [f"{plural(len(results.frame), 'network')} trained."]
    return [_gap(results), *_slopes(results)]


def _gap(results: ArchitectureResults) -> str:
    """The multiple of Adam's compute that SGD needs, at the smallest and at the largest budget."""
    low, high = results.study.budgets[0], results.study.budgets[-1]
    first, last = (_times(results.compute_ratio(TUNED, C)) for C in (low, high))
    return (
        f"To reach Adam's loss, SGD needs {first} Adam's compute at {format_scientific(low)} "
        f"FLOPs, and {last} at {format_scientific(high)}."
    )


def _times(ratio: Estimate | None) -> str:
    if ratio is None:
        return "an unknown multiple of"
    between = ratio.between(lambda x: format_fixed(x, 2))
    equal = ", no difference shown" if ratio.holds(1) else ""
    return f"**{format_fixed(ratio.value, 2)} times** (95 %: {between}{equal})"


def _slopes(results: ArchitectureResults) -> list[str]:
    """The compute that an untuned SGD needs, and its slope beside that of the tuned one."""
    if UNTUNED not in results.others:
        return []
    tuned, slope = (format_fixed(results.lines[name].slope.value, 3) for name in (TUNED, UNTUNED))
    needs = _times(results.compute_ratio(UNTUNED, results.middle))
    return [
        f"**Untuned, at an eighth of its rate,** SGD needs {needs} Adam's compute at "
        f"{format_scientific(results.middle)}, and has a slope of {slope} beside {tuned}"
        f"{_verdict(results.slope_difference(UNTUNED, TUNED))}"
    ]


def _verdict(difference: Estimate | None) -> str:
    """The verdict on a difference of slopes, untuned less tuned."""
    if difference is None:
        return "."
    if difference.holds(0):
        by = number(difference)
        return f". These runs do not tell the two slopes apart: they differ by {by}."
    if difference.value < 0:
        less = Estimate(-difference.value, -difference.high, -difference.low)
        return f", flatter by {number(less)}."
    return (
        f", steeper by {number(difference)}. **A design that nobody tuned looks like a better "
        "scaling law.**"
    )


def why() -> str:
    """The conditions that are held equal, and what not to conclude."""
    sgd, momentum = OPTIMIZERS["sgd"], OPTIMIZERS["momentum"]
    return f"""\
* **All train the n-gram network,** with the same sizes at the same budgets. Each optimizer has one
peak learning rate, at every size at or near the best of five octaves: SGD {sgd.lr:g} and momentum
{momentum.lr:g}, both at {sgd.batch} characters a step; Adam {NGRAM.lr:g}, at more characters a step
when the budget grows.
* **Momentum at a tenth of the rate is SGD** while steps are small: its ball rolls ten times as far.
* **A steep line that starts high** only catches up with the others. Nothing says that it goes on
below them. Tune every design before you compare slopes.
* **These runs are of one small network.** They do not say how far Adam is ahead elsewhere.
* **Equal compute is not equal time:** SGD takes more and smaller steps here, and runs longer.
"""
