"""Checks that hold for any text on the screen."""

import re

MINUS = "\N{MINUS SIGN}"


def check_numbers(text, *numbers):
    """Each number stands in the text by itself, not as part of another."""
    for number in numbers:
        assert re.search(rf"(?<![\d.e]){re.escape(number)}(?![\de]|[.,]\d)", text), (number, text)


def missing(text):
    """Numbers and words that are none, and doubled blanks but at a line's end."""
    return re.findall(r"\bnan\b|\binf\b|\bNone\b|\*\*\s*\*\*|\(\)|  (?! *(?:\n|$))", text)


def unfinished(text):
    """The same, and hyphens for a minus, exponents as a machine writes them, minus zero."""
    typed = r"\bendless\b|\de[+-]0\d|(?<![\w(-])-\d|\^-|\[-|\.\.|,,"
    return missing(text) + re.findall(rf"{typed}|{MINUS}0\.0+\b", text)


def check(text):
    """Nothing in the text is missing."""
    assert not missing(text), (missing(text), text)


def zero_shares(text):
    """Shares that are said to be none."""
    return re.findall(r"(?<![\d.])0(?:\.0+)? %", text)


def exponents_in(text):
    """The exponents of batch and rate with their intervals."""
    groups = re.findall(
        r"C\^(?:\*\*)?(-?[\d.]+) \(95 %: (-?[\d.]+) to (-?[\d.]+)\)", text.replace(MINUS, "-")
    )
    return [tuple(float(n) for n in group) for group in groups]
