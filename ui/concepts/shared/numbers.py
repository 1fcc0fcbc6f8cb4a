"""Numbers of isoFLOP studies in words: exponents with signs, sizes with intervals."""

from toylab.fits.estimate import Estimate
from toylab.fits.parametric_diagnostics import VAGUE
from toylab.quantities import format_count, format_fixed, format_number


def number(estimate: Estimate, digits: int = 3) -> str:
    """Like "0.513 (95 %: 0.498 to 0.527)"."""
    return estimate.text(lambda x: format_fixed(x, digits))


def size(estimate: Estimate) -> str:
    """Like "29.8B (95 %: 27.1B to 32.6B)"; nothing where the runs do not determine it."""
    return "not determined" if vague(estimate) else estimate.text(format_count)


def vague(estimate: Estimate) -> bool:
    """True where the runs do not determine a size."""
    return not estimate.high <= VAGUE * estimate.low


def tenfold(exponent: Estimate) -> Estimate:
    """The growth for ten times the compute, as a factor."""
    return Estimate(*(10**x for x in (exponent.value, exponent.low, exponent.high)))


def factor(value: float) -> str:
    """A factor: 3.40, 12.3."""
    return format_fixed(value, 2) if value < 10 else format_number(value, 3)
