"""Size of the larger run that the reader asks about."""

from toylab.fits.runs import Array
from toylab.quantities import format_scientific, parse_number

FURTHER = 10.0  # times the largest run, where no size is typed


def size(typed: str, sizes: Array) -> float:
    """The size that was typed; ten times the largest of the runs' where none was."""
    if typed.strip():
        return parse_number(typed)
    return float(format_scientific(FURTHER * float(sizes.max()), 2))
