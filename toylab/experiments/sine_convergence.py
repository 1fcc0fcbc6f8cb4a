"""Convergence check of a sweep: does its slope stay if every network trains longer?

Each seed's ratio of errors, trained longer over not, has a slope in size of its own. It is zero
where training has come equally far at all sizes; if not, training sets the slope, too.
"""

from dataclasses import replace

from toylab.fits.contrasts import Contrast, slope_weights
from toylab.fits.estimate import Array
from toylab.fits.lack_of_fit import BENT, ERRORS
from toylab.fits.power_law import line
from toylab.fits.power_law_diagnostics import Diagnosis, format_range
from toylab.fits.power_law_verdicts import FEWEST_SIZES
from toylab.fits.seed_medians import sample
from toylab.quantities import format_fixed

CHANCE = 0.01  # level of the change of slope, two-sided; one that matters, see `lack_of_fit`


def check_convergence(
    diagnosis: Diagnosis, sizes: Array, errors: Array, longer: Array, *, times: int, of: str
) -> Diagnosis:
    """The diagnosis of a sweep, after a look at the same networks trained `times` as long.

    Args:
        diagnosis: of the errors.
        sizes: (sizes,)
        errors: (seeds, sizes)
        longer: (seeds, sizes), of the same seeds; nan where none ended.
        times: how many times the steps.
        of: what a size counts, in words.
    """
    try:
        ratio = sample(sizes, longer / errors)
    except ValueError:  # hardly any has trained longer yet
        return diagnosis
    if len(ratio.x) < FEWEST_SIZES or ratio.seeds < ERRORS.seeds:
        return diagnosis
    change, slope = Contrast.of(ratio, slope_weights(ratio.x)), line(sample(sizes, longer)).slope
    matters = abs(change.value) > BENT * abs(diagnosis.line.slope.value)
    if change.p >= CHANCE or not matters:
        sentence = f"{diagnosis.sentence} {times} times the steps: slope {format_range(slope)}."
        return replace(diagnosis, sentence=sentence)
    return Diagnosis(
        "not converged",
        f"Not converged: {times} times the steps make the slope {format_range(slope)} instead of "
        f"{format_fixed(diagnosis.line.slope.value, 2)}. The training sets it, not the {of} alone.",
        diagnosis.line,
        curve=None,
    )
