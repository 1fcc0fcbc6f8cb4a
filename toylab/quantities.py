"""Numbers as text and back: 7.2e10 is 72B, FLOPs stay as 5.76e23."""

import contextlib
import math
from collections.abc import Iterable

MINUS = "\N{MINUS SIGN}"
SUFFIXES = {"k": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}
# ISO 3 preferred numbers, R'10 and R20: as even on a log axis as two digits can be.
TENTHS = (1, 1.25, 1.6, 2, 2.5, 3.2, 4, 5, 6.3, 8)
TWENTIETHS = (
    1, 1.12, 1.25, 1.4, 1.6, 1.8, 2, 2.24, 2.5, 2.8, 3.15, 3.55, 4, 4.5, 5, 5.6, 6.3, 7.1, 8, 9,
)  # fmt: skip


def format_count(number: float, digits: int = 3) -> str:
    """The text of a count of parameters or tokens: 7.24e10 -> 72.4B; beyond 999T as a power."""
    if not (number >= 1e-3 and float(f"{number:.{digits}g}") < 1e15):
        return format_scientific(number, digits)
    for suffix, size in reversed(SUFFIXES.items()):
        if float(f"{number:.{digits}g}") >= size:
            scaled = number / size
            rounded = float(f"{scaled:.{digits}g}")
            return (f"{rounded:g}" if rounded < 1000 else f"{scaled:.0f}") + suffix
    return f"{float(f'{number:.{digits}g}'):g}"


def format_scientific(number: float, digits: int = 3) -> str:
    """The text of a number of FLOPs: 5.76e+23 -> 5.76e23."""
    if not math.isfinite(number):
        return "endless" if number > 0 else "none"
    mantissa, exponent = f"{number:.{digits - 1}e}".split("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa}e{int(exponent)}"


def format_number(number: float, digits: int = 4) -> str:
    """The text of any number to so many digits: 2085, 0.3478; 1.2e4 where it would be long."""
    text = f"{number:.{digits}g}"
    plain = math.isfinite(number) and "e" not in text
    return text if plain else format_scientific(number, digits)


def format_full(number: float, digits: int = 3) -> str:
    """The text of a number to so many digits, in full below a million: 0.25, 878, 1,870."""
    rounded = float(f"{number:.{digits}g}")
    return f"{rounded:,.{max(digits, 6)}g}" if abs(rounded) < 1e6 else format_count(number, digits)


def format_fixed(number: float, digits: int) -> str:
    """A number with so many decimals and a true minus: -0.125 -> \N{MINUS SIGN}0.125."""
    return f"{number:.{digits}f}".replace("-", MINUS)


def format_change(ratio: float) -> str:
    """The text of a change by a factor, with its sign: 0.949 -> -5.1 %."""
    change = round(100 * (ratio - 1), 1)
    return f"{change:+.1f} %".replace("-", MINUS) if change else "0.0 %"


def format_signed(number: float, digits: int) -> str:
    """The text of a difference with its sign, to so many decimals: 0.1294 -> +0.129."""
    return f"{number:+.{digits}f}".replace("-", MINUS)


def format_share(part: float, digits: int = 0) -> str:
    """The text of a part of a whole: 0.702 -> 70 %; what is nearly all of it is said to be."""
    if 0.999 < part < 1:
        return ">99.9 %"
    return f"{100 * part:.{max(digits, int(0.995 <= part < 1))}f} %"


def plural(count: int, noun: str, several: str = "") -> str:
    """A number of things: 1 run, 2,000 runs; `several` where that is not the noun with an s."""
    return f"{count:,} {noun if count == 1 else several or noun + 's'}"


def parse_number(text: str) -> float:
    """The number in a text of `format_count` or `format_scientific`, or in any other notation.

    Raises:
        ValueError: if it is not a positive finite number.
    """
    digits = text.strip().replace(",", "")
    size = SUFFIXES.get(digits[-1:], 1.0)
    try:
        value = float(digits[:-1] if digits[-1:] in SUFFIXES else digits) * size
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise ValueError(f"{text!r} is not a positive number such as 5.76e23 or 70B")
    return value


def nearest(text: str, stops: Iterable[str]) -> str | None:
    """The stop that is nearest to a number, by their ratio; all of them as they are written.

    None if `text`, or none of the stops, is a positive number.
    """
    gaps = {}
    for stop in stops:
        with contextlib.suppress(ValueError):
            gaps[stop] = abs(math.log(parse_number(stop) / parse_number(text)))
    return min(gaps, key=gaps.__getitem__, default=None)


def ladder(low: int, high: int, steps: Iterable[float] = TENTHS) -> list[float]:
    """Round numbers from 10^low to 10^high, about evenly spaced in the logarithm."""
    rungs = [float(f"{step}e{k}") for k in range(low, high) for step in steps]
    return [*rungs, 10.0**high]
