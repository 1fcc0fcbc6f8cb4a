"""Where in the app? A page, and the controls that it should be opened with.

Exercises, explanations and lessons point into the app with these, so that the reader lands
where the answer can be seen.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Place:
    """A page by its stem, and the values of some of its widgets by their keys."""

    page: str
    settings: Mapping[str, object] = field(default_factory=dict)  # as the widgets hold them

    @property
    def query(self) -> dict[str, str | list[str]]:
        """The same as the address has it: text, and a list of texts for a range."""
        return {key: _text(value) for key, value in self.settings.items()}


def _text(value: object) -> str | list[str]:
    if isinstance(value, tuple):
        return [str(part) for part in value]
    return str(value).lower() if isinstance(value, bool) else str(value)
