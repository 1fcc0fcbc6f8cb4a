"""Exams of one network on other texts than the one it learns: what is a loss there worth here?

    code      of the held-out files of the library
    comments  and docstrings of the same files
    topics    English documentation: the values of pydoc_data/topics.py
    headers   C headers of this Python, where it has them

by the n-gram network of characters. The file of topics is a part of the usual training text, the
largest; here its characters are left out. Each text is asked for at random places, the same for
every network, as is the usual exam of held-out files.
"""

import contextlib
import io
import math
import sysconfig
import time
import tokenize
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from toylab.experiments import charlm, corpus
from toylab.experiments.charlm import CharlmSpec
from toylab.experiments.corpus import BEFORE, Codes, Corpus
from toylab.experiments.languages import NGRAM

if TYPE_CHECKING:
    from toylab.experiments.nets.training import Layers, Stream

TEXTS = {
    "code": "Python code",
    "comments": "comments and docstrings",
    "topics": "English documentation",
    "headers": "C headers",
}
TOPICS = "pydoc_data/topics.py"
TABLES = "encodings/"  # made by a program: their comments are no prose, and no code
EXAM = 16_384  # places of a text
LEAST = 50_000  # characters; a text with fewer is absent
PLACES = 5  # seed of the places
SHORTEST, LONGEST = 4_096, 4_000_000  # characters of a run
BEGINS = (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)  # a statement comes next


@dataclass(frozen=True)
class OtherTextsSpec:
    """One size and length, and the seeds `seed`, `seed + 1`, ... trained side by side."""

    size: int = 32  # hidden units
    tokens: int = 163_840  # characters to read
    seed: int = 0
    runs: int = 1
    device: str = "cpu"
    along: bool = False  # exams on its way, too

    def __post_init__(self) -> None:
        if not SHORTEST <= self.tokens <= LONGEST:
            raise ValueError(
                f"tokens must be between {SHORTEST:,} and {LONGEST:,}, got {self.tokens:,}"
            )
        if self.tokens % self.plain.batch:  # which refuses the rest
            raise ValueError(
                f"tokens must be whole batches of {self.plain.batch}, got {self.tokens:,}"
            )

    @property
    def plain(self) -> CharlmSpec:
        """The run of the same network on the whole text."""
        flops = NGRAM.flops(self.size) * self.tokens
        return CharlmSpec(self.size, flops, seed=self.seed, runs=self.runs, device=self.device)

    @property
    def params(self) -> int:
        """N: matrix-multiply weights."""
        return self.plain.params

    @property
    def cost(self) -> float:
        """Seconds on the machine it was measured on; elsewhere good for comparisons."""
        exams = (charlm.LOOKS if self.along else 1) * self.runs
        asked = 2 * self.params * len(TEXTS) * EXAM * NGRAM.seconds[2]
        return self.plain.cost + exams * (asked + 0.1)


def run(spec: OtherTextsSpec) -> Iterator[tuple[float, list[dict[str, Any]]]]:
    """Training, then all exams: (fraction done, one row a seed); rows come with the last fraction.

    A run with exams `along` its way yields a row for each look. Repeats itself as `charlm.run`
    does. The loss on a text that is absent is nan.
    """
    begun, plain = time.perf_counter(), spec.plain
    seeds, looked = range(spec.seed, spec.seed + spec.runs), dict[int, list[dict[str, float]]]()

    def look(done: int, layers: "Layers") -> None:
        if spec.along or done == plain.steps:
            looked[done] = _exams(plain, layers)

    streams = [_stream(seed) for seed in seeds]
    yield from charlm.trained(plain, streams, look=look)
    seconds = (time.perf_counter() - begun) / spec.runs
    yield (
        1.0,
        [
            {
                "size": spec.size,
                "params": spec.params,
                "tokens": spec.tokens,
                "done": done / plain.steps,
                **exams[k],
                "seed": seed,
                "batch": plain.batch,
                "steps": plain.steps,
                "seconds": seconds,
                "device": spec.device,
                "diverged": not math.isfinite(exams[k]["loss"]),
            }
            for done, exams in looked.items()
            for k, seed in enumerate(seeds)
        ],
    )


def _exams(plain: CharlmSpec, layers: "Layers") -> list[dict[str, float]]:
    """The losses of each run: on the held-out files, and on the texts by their names."""
    net, asked = plain.recipe.network, {"loss": corpus.load().exam, **exams()}
    losses = {name: net.loss(layers, exam) for name, exam in asked.items()}
    absent = dict.fromkeys(TEXTS, math.nan)
    return [
        absent | {name: values[k] for name, values in losses.items()} for k in range(plain.runs)
    ]


def _stream(seed: int) -> "Stream":
    """Fresh examples of a seed, from the text without topics."""
    text, random = training_text(), np.random.default_rng(seed)

    def more(examples: int) -> Codes:
        return text.draw(random, examples)

    return more


def span(train: Codes) -> tuple[int, int]:
    """The places of the file of topics in a training text, first and behind the last.

    Both are 0 where this Python does not carry it.

    Raises:
        ValueError: if the file is there, but not in the text: the text was made of another.
    """
    path = corpus.library() / TOPICS
    if not path.is_file():
        return 0, 0
    mine = corpus.codes(path.read_bytes().replace(b"\r\n", b"\n"))
    first = train.tobytes().find(mine.tobytes())
    if first < 0:
        raise ValueError(f"{TOPICS} must be a part of the training text, or absent")
    return first, first + len(mine)


@cache
def training_text() -> Corpus:
    """The usual text without the file of topics."""
    whole = corpus.load()
    first, end = span(whole.train)
    return replace(whole, train=np.concatenate([whole.train[:first], whole.train[end:]]))


@cache
def exams() -> Mapping[str, Codes]:
    """The passages to be asked for of each text that is present, (EXAM, BEFORE + 1)."""
    random = np.random.default_rng(PLACES)
    asked = {}
    for name, passages in present_texts().items():
        asked[name] = passages[random.integers(0, len(passages), EXAM)]
    return asked


@cache
def present_texts() -> Mapping[str, Codes]:
    """All passages of each text that this Python carries, (characters, BEFORE + 1)."""
    parts = [_parts(path) for path in corpus.held_out() if TABLES not in path.as_posix()]
    code, comments = (np.concatenate([part[k] for part in parts]) for k in (0, 1))
    texts = {"code": code, "comments": comments, "topics": _windows(topics()),
             "headers": _windows(headers())}  # fmt: skip
    return {name: texts[name] for name in TEXTS if len(texts[name]) >= LEAST}


def topics() -> bytes:
    """The English documentation that `help` shows; empty where this Python does not carry it."""
    with contextlib.suppress(ImportError):
        from pydoc_data.topics import topics as known

        return "\n".join(known.values()).encode()
    return b""


def headers() -> bytes:
    """The C headers of this Python; empty where it has none."""
    folder = Path(sysconfig.get_paths()["include"])
    files = sorted(folder.rglob("*.h")) if folder.is_dir() else []
    return b"\n".join(path.read_bytes() for path in files).replace(b"\r\n", b"\n")


def prose(text: str) -> NDArray[np.bool_]:
    """True for each character of a Python source that is in a comment or a docstring.

    Raises:
        SyntaxError, tokenize.TokenError: if it is no Python source.
    """
    lines = io.StringIO(text).readlines()
    begins = np.cumsum([0, *map(len, lines)])
    marked, before = np.zeros(len(text), bool), tokenize.NEWLINE
    for token in tokenize.generate_tokens(iter([*lines, ""]).__next__):
        alone = token.type == tokenize.STRING and before in BEGINS
        if token.type == tokenize.COMMENT or alone:
            (row, column), (last, end) = token.start, token.end
            marked[begins[row - 1] + column : begins[last - 1] + end] = True
        if token.type not in (tokenize.NL, tokenize.COMMENT):
            before = token.type
    return marked


def _parts(path: Path) -> tuple[Codes, Codes]:
    """The passages of a file that end in code, and those in a comment or a docstring."""
    text = path.read_bytes().replace(b"\r\n", b"\n")
    windows = _windows(text)
    try:
        said = prose(text.decode("latin1"))[BEFORE:]
    except (SyntaxError, tokenize.TokenError):  # a source that this Python cannot read
        return windows[:0], windows[:0]
    return windows[~said[: len(windows)]], windows[said[: len(windows)]]


def _windows(text: bytes) -> Codes:
    if len(text) <= BEFORE:
        return np.zeros((0, BEFORE + 1), np.uint8)
    return np.lib.stride_tricks.sliding_window_view(corpus.codes(text), BEFORE + 1)
