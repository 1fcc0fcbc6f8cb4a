"""Sentences held to their numbers: helpers of the tests of what a page says."""

import re

MINUS = "\N{MINUS SIGN}"


def said(text, *numbers):
    """Each number stands in the text by itself, not as part of another."""
    for one in numbers:
        assert re.search(rf"(?<![\d.]){re.escape(one)}(?![\de]|[.,]\d)", text), (one, text)


def unfinished(text):
    """What no sentence should hold: a hyphen for a minus, but in a power of ten."""
    return re.findall(
        r"\bnan\b|\binf\b|\bNone\b|\bendless\b|\*\*\s*\*\*|\de[+-]0\d|(?<![\w(-])-\d|\^-|\[-"
        rf"|\(\)|  |\.\.|{MINUS}0\.0+\b|,,",
        text,
    )


def nothing(text):
    """Shares that are said to be none."""
    return re.findall(r"(?<![\d.])0(?:\.0+)? %", text)


def told_of(text):
    """The exponents of batch and rate with their intervals."""
    found = re.findall(
        r"C\^(?:\*\*)?(-?[\d.]+) \[(-?[\d.]+), (-?[\d.]+)\]", text.replace(MINUS, "-")
    )
    return [tuple(float(n) for n in one) for one in found]
