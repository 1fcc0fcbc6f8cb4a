"""Parts of pages that train: the corpus to wait for, the runs of a study, their results."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar

import pandas as pd

from toylab.data.recorded import Recorded
from toylab.experiments import corpus
from toylab.experiments.study import Spec, Study
from toylab.laws.law import Paper
from toylab.live.result_source import ResultSource
from ui.blocks import Preparation
from ui.guess import GuessState
from ui.label import Label
from ui.live import Rows
from ui.row import Export

R = TypeVar("R")
Results = Callable[[Any, pd.DataFrame, bool], R]  # of a study, its table, and whether it is live


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
    """The runs to show, one a row, to carry away; those that are recorded are read once."""
    recorded = source.recorded
    return recorded_table(source.about, recorded) if recorded else source.about.table(source.rows)


def export(source: ResultSource, name: str, rows: str = "runs") -> Export:
    """The runs to show, to carry away under a name, with the command that repeats them."""
    return Export(table(source), name, source.about.command(), rows)


def label(
    source: ResultSource, made: str, methods: tuple[Paper, ...] = (), *, stale: bool = False
) -> Label:
    """The label of runs: their study, how they were `made`, and by which papers' methods."""
    return Label(
        source.kind, source.about.describe(), made, methods=methods, stale=stale, when=source.when
    )


@lru_cache(maxsize=32)
def recorded_table(about: Study, runs: Recorded) -> pd.DataFrame:
    """Recorded runs as the table of a study, made once for all reruns of a page."""
    return about.table(runs.rows)


def answers(kind: Results[R], source: ResultSource) -> R:
    """The results that answer a guess; live as long as they do not."""
    return gather(kind, source, source.rows, [] if source.live else None)


def gather(kind: Results[R], source: ResultSource, rows: Rows, unfinished: Rows | None) -> R:
    """The results of the rows so far; those of runs that have ended are made once."""
    if unfinished is None:
        return _made(kind, source)
    return kind(source.about, source.about.table(rows), True)


@lru_cache(maxsize=32)
def _made(kind: Results[R], source: ResultSource) -> R:
    return kind(source.about, source.about.table(source.rows), False)


@dataclass(frozen=True)
class StudyState(Generic[R]):
    """The runs to show for a study that was asked for, and the reader's guess about them."""

    kind: Results[R]
    asked: Any  # the study of the controls as they stand
    source: ResultSource
    guess: GuessState

    @property
    def open(self) -> bool:
        """True where there is an answer to look into: not while it is hidden or on its way."""
        return self.guess.seen and not self.source.live

    @property
    def results(self) -> R:
        """The results of runs that have ended."""
        return _made(self.kind, self.source)

    def gather(self, rows: Rows, unfinished: Rows | None) -> R:
        """The results of the rows so far."""
        return gather(self.kind, self.source, rows, unfinished)
