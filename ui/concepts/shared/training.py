"""Blocks of pages that train on the source of Python's standard library."""

from collections.abc import Iterator
from typing import Any

from toylab.experiments import corpus
from ui.blocks import Preparation


def corpus_preparation() -> Iterator[Any]:
    """A wait for the corpus, where this Python has one that is not loaded yet."""
    if corpus.present() and not corpus.ready():
        yield Preparation("Reading the source of Python's standard library", corpus.build)
        corpus.load()
