"""Corpus that every Python carries: the source of its own standard library.

Some 10 million characters in a fixed choice and order: all of the library's files but those
that a distribution may leave out. A tenth of the files is held out, to test on; lines that many
files share stand in both. Characters are numbered: newline, printable ASCII, tab, and one
number for every other byte.
"""

import contextlib
import hashlib
import os
import platform
import sys
import sysconfig
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint8]
CHARACTERS = "\n" + "".join(map(chr, range(32, 127))) + "\t\N{REPLACEMENT CHARACTER}"
SYMBOLS = len(CHARACTERS)
BEFORE = 8  # characters that the next one is told from by a network without a memory ...
WINDOW = 32  # ... and by one that reads
NUMBERS = 16  # that a character is given as
EXAM = 32_768  # held-out characters that every network is tested on
MIXED = 123  # seed of their places
LEFT_OUT = {
    "site-packages", "dist-packages", "test", "tests", "idle_test", "idlelib", "lib2to3",
    "tkinter", "turtledemo", "distutils", "ensurepip",
}  # fmt: skip
LEAST = 1_000_000  # characters, or this is no standard library
READ = 16  # files between two looks at how far it is


@dataclass(frozen=True, eq=False)
class Corpus:
    """Numbered characters to learn from, and others to test on."""

    train: Codes  # (characters,)
    held: Codes
    files: int
    digest: str  # of both, so that equal digests mean equal text
    before: int = BEFORE  # characters of a passage before its last one; BEFORE or more

    def reading(self, before: int) -> "Corpus":
        """The same text, in passages of so many characters before the last."""
        return replace(self, before=before)

    def draw(self, random: np.random.Generator, examples: int) -> Codes:
        """Passages at random places, (examples, before + 1): what is before, and what comes."""
        places = random.integers(0, len(self.train) - self.before, examples)
        return _passages(self.train, places, self.before)

    @property
    def exam(self) -> Codes:
        """The held-out passages, (EXAM, before + 1): their last characters are always the same.

        Newlines stand before the beginning of the text.
        """
        places = np.random.default_rng(MIXED).integers(0, len(self.held) - BEFORE, EXAM)
        earlier = np.zeros(self.before - BEFORE, np.uint8)
        return _passages(np.concatenate([earlier, self.held]), places, self.before)

    @property
    def sentence(self) -> str:
        """Its size, its source and its digest in a line."""
        return (
            f"{len(self.train) / 1e6:.1f} million characters of Python "
            f"{platform.python_version()}'s standard library to learn from, "
            f"{len(self.held) / 1e6:.2f} million of other files to test on; {self.files} "
            f"files, text {self.digest}"
        )


@cache
def present() -> bool:
    """True if this Python carries enough of its library's source."""
    return sum(path.stat().st_size for path in _paths()) > LEAST


def check() -> None:
    """Refusal where there is nothing to learn from.

    Raises:
        ValueError: if this Python carries no source of its library.
    """
    if not present():
        raise ValueError(
            "this Python carries no source of its standard library to learn from; choose the "
            "synthetic language"
        )


def ready() -> bool:
    """True if it is loaded, so that nobody waits for it."""
    return load.cache_info().currsize > 0


@cache
def load() -> Corpus:
    """The corpus; read from the library at the first time, from the cache later."""
    for _ in build():
        pass
    kept = _made().get("corpus") or _read(_cached())
    assert kept, "what was built is made or cached"
    return kept


def build() -> Iterator[float]:
    """Steps of reading the library into the cache, unless it is there: the share done.

    Raises:
        ValueError: if this Python carries no source of its library.
    """
    check()
    if _made() or _read(_cached()):
        return
    texts: dict[str, bytes] = {}
    for k, path in enumerate(_paths()):
        texts[_name(path)] = path.read_bytes()
        if k % READ == 0:
            yield k / len(_paths())
    _made()["corpus"] = _make(texts)
    _write(_made()["corpus"], _cached())
    yield 1.0


def text(codes: Iterable[int]) -> str:
    """The characters that these numbers stand for."""
    return "".join(CHARACTERS[code] for code in codes)


def codes(text: bytes) -> Codes:
    """The numbers of these characters."""
    table = np.full(256, SYMBOLS - 1, np.uint8)
    for code, character in enumerate(CHARACTERS[:-1]):
        table[ord(character)] = code
    return table[np.frombuffer(text, np.uint8)]


def _passages(source: Codes, places: NDArray[np.int64], before: int) -> Codes:
    """The passages that begin at these places, (places, before + 1).

    Each is copied as one element of so many bytes: twice as quick as character by character.
    """
    whole = np.ndarray(len(source) - before, f"V{before + 1}", source, strides=(1,))
    return whole[places].view(np.uint8).reshape(len(places), before + 1)


def held_out() -> list[Path]:
    """The files to test on, in the order of their names."""
    return [path for path in _paths() if _tested(_name(path))]


@cache
def library() -> Path:
    """The folder of the library."""
    return Path(sysconfig.get_paths()["stdlib"])


@cache
def _paths() -> tuple[Path, ...]:
    """The files, in the order of their names."""
    kept: list[Path] = []
    for folder, inner, names in os.walk(library()):
        inner[:] = [name for name in inner if name not in LEFT_OUT]
        kept += [Path(folder, name) for name in names if name.endswith(".py")]
    return tuple(sorted((path for path in kept if path.is_file()), key=_name))


def _name(path: Path) -> str:
    return path.relative_to(library()).as_posix()


@cache
def _made() -> dict[str, Corpus]:
    """The corpus under "corpus", once this process has made it."""
    return {}


def _make(texts: dict[str, bytes]) -> Corpus:
    parts: dict[bool, list[bytes]] = {False: [], True: []}
    for name, text in texts.items():
        parts[_tested(name)].append(text.replace(b"\r\n", b"\n"))
    train, held = (codes(b"\n".join(parts[kind])) for kind in (False, True))
    digest = hashlib.sha256(train.tobytes() + held.tobytes()).hexdigest()[:8]
    return Corpus(train, held, len(texts), digest)


def _tested(name: str) -> bool:
    """True for a file that is held out."""
    return hashlib.md5(name.encode(), usedforsecurity=False).digest()[0] < 256 // 10


def _cached() -> Path:
    """Path of the corpus of this very Python, in the user's cache folder."""
    try:
        home = Path.home()
    except RuntimeError:  # a container may run as a user whom nothing knows
        home = Path(os.devnull)  # nothing can be kept there
    usual = {"darwin": home / "Library" / "Caches", "win32": home / "AppData" / "Local"}
    chosen = os.environ.get("XDG_CACHE_HOME")
    folder = Path(chosen) if chosen else usual.get(sys.platform, home / ".cache")
    size = sum(path.stat().st_size for path in _paths())
    recipe = (str(library()), CHARACTERS, sorted(LEFT_OUT), len(_paths()), size)
    place = hashlib.sha256(repr(recipe).encode()).hexdigest()[:8]
    return folder / "toylab" / f"stdlib-{platform.python_version()}-{place}.npz"


def _read(path: Path) -> Corpus | None:
    """The corpus that `_write` kept; None if there is none, or it cannot be read."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            return Corpus(kept["train"], kept["held"], int(kept["files"]), str(kept["digest"]))
    except (OSError, ValueError, KeyError, EOFError, RuntimeError, zipfile.BadZipFile):
        return None


def _write(corpus: Corpus, path: Path) -> None:
    """Write the cache, if the folder can be written; whole or not at all, whoever else does."""
    part = path.with_suffix(f".{os.getpid()}.npz")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez(
            part,
            train=corpus.train,
            held=corpus.held,
            files=np.array(corpus.files),
            digest=np.array(corpus.digest),
        )
        part.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink()
