"""Parts of pages that train: the corpus to wait for, the runs of a study, their results."""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any, TypeVar

import pandas as pd

from toylab.experiments import corpus
from toylab.experiments.study import Spec, Study
from toylab.live.result_source import ResultSource
from ui.blocks import Preparation
from ui.live import Rows

R = TypeVar("R")


def corpus_preparation() -> Iterator[Any]:
    """A wait for the corpus, where this Python has one that is not loaded yet."""
    if corpus.present() and not corpus.ready():
        yield Preparation("Reading the source of Python's standard library", corpus.build)
        corpus.load()


def corpus_specs(study: Study) -> Sequence[Spec]:
    """The runs of a study on the corpus. Refuses where this Python has nothing to learn from."""
    corpus.check()
    return study.specs()


def results(
    gather: Callable[[ResultSource, Rows, Rows | None], R],
    source: ResultSource,
    rows: Rows,
    unfinished: Rows | None,
) -> R:
    """The results so far; those of runs that have ended are made once: fits take long."""
    return _ended(gather, source) if unfinished is None else gather(source, rows, unfinished)


@lru_cache(maxsize=16)
def _ended(gather: Callable[[ResultSource, Rows, Rows | None], R], source: ResultSource) -> R:
    return gather(source, source.rows, None)


def table(source: ResultSource) -> pd.DataFrame:
    """The runs to show, one a row, to carry away."""
    return source.about.table(source.rows)
