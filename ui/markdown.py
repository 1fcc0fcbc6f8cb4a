"""Markdown, where a reader's own words stand in ours."""


def safe(text: str) -> str:
    """A reader's own text, where Markdown would make something of it."""
    return "".join(f"\\{sign}" if sign in "|$*_[]`<>~#\\" else sign for sign in text)
