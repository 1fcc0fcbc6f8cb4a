"""Numbers of isoFLOP studies in words: exponents with signs, sizes with intervals."""

from toylab.fits.estimate import Estimate
from toylab.fits.parametric_diagnostics import VAGUE
from toylab.quantities import format_count, format_fixed


def number(estimate: Estimate, digits: int = 3) -> str:
    """Like "0.513 [0.498, 0.527]"."""
    value, low, high = (
        format_fixed(x, digits) for x in (estimate.value, estimate.low, estimate.high)
    )
    return f"{value} [{low}, {high}]"


def size(estimate: Estimate) -> str:
    """Like "29.8B [27.1B, 32.6B]"; nothing where the runs do not determine it."""
    if not estimate.high <= VAGUE * estimate.low:
        return "not determined"
    value, low, high = map(format_count, (estimate.value, estimate.low, estimate.high))
    return f"{value} [{low}, {high}]"
