"""Plain text of the app's Markdown: for reports, tables and terminals, which print it as it is."""

import re

SYMBOLS = {"sim": "~", "times": "x", "cdot": "x", "infty": "infinity", "leq": "<=", "geq": ">="}
REPLACED = (
    (re.compile(r":material/\w+:"), ""),
    (re.compile(r":[a-z]+(?:-badge|-background)?\[((?:[^\[\]]|\[[^\]]*\])*)\]"), r"\1"),
    (re.compile(r"!?\[([^\]]*)\]\([^)]*\)"), r"\1"),
    (re.compile(r"(?<![\w*])(\*{1,3})(?![\s*])(.+?)(?<![\s*])\1(?![\w*])"), r"\2"),
    (re.compile(r"`([^`]*)`"), r"\1"),
)
FORMULA = re.compile(r"\$([^$]+)\$")


def plain(markdown: str) -> str:
    """The words, without marks, icons and links; formulas as one would type them."""
    text = FORMULA.sub(lambda match: _typed(match[1]), markdown)
    for pattern, words in REPLACED * 2:  # a mark within a mark
        text = pattern.sub(words, text)
    return " ".join(text.split())


def _typed(formula: str) -> str:
    text = re.sub(r"\\([a-zA-Z]+)", lambda match: SYMBOLS.get(match[1], match[1]), formula)
    text = re.sub(r"\^\{([^{}]*[^\w{}][^{}]*)\}", r"^(\1)", text)
    return re.sub(r"\\[,;! ]", " ", text).replace("{", "").replace("}", "")
