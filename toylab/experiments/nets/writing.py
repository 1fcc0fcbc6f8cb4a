"""Text that a network writes, each character drawn as it predicts it."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from toylab.experiments.corpus import SYMBOLS, codes, text

BEGINNING = b"    def "  # what a text to be written follows


def draw_text(heights: Callable[[list[int]], NDArray[np.floating]], length: int) -> str:
    """The beginning and so many characters more, drawn by unnormalised ln p after those before.

    All networks draw with the same luck, so that what they write compares.
    """
    random = np.random.default_rng(0)
    written = codes(BEGINNING).tolist()
    with np.errstate(all="ignore"):  # a network that diverged writes, too: nonsense
        for place in random.random(length):
            height = heights(written)
            p = np.exp(height - height.max()).cumsum()
            written.append(int(min(np.searchsorted(p, place * p[-1]), SYMBOLS - 1)))
    return text(written)
