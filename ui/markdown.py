"""Markdown, where a reader's own words stand in ours."""

import re

SIGNS = re.compile(r"[|$*\[\]`<>~#\\]|(?<![^\W_])_|_(?![^\W_])")  # but not the _ within a_word


def safe(text: str) -> str:
    """A reader's own text, where Markdown would make something of it."""
    return SIGNS.sub(r"\\\g<0>", text)
