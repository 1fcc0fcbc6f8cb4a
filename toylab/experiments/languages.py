"""Languages to learn, and for each the networks that learn it and how they are trained.

    N = matrix-multiply weights,      FLOPs a token = 6 N, and for attention 6 T d more

Characters of Python's own library (`corpus`), learned by the n-gram network of `nets.ngram`,
N = 226 h for h hidden units; by a transformer of width d, N = 12 d^2 + 98 d; or by an LSTM,
N = 4 h (16 + h) + 98 h. And a synthetic language whose entropy is known (`synthetic`), one word
from the word before, by the table of rank r of `nets.bigram`, N = 512 r: an n-gram network with
n = 2. Embeddings and biases are not counted: they cost no matrix products.
"""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType

from toylab.experiments import corpus, synthetic
from toylab.laws.forms import FLOPS

BASE = 1e9  # FLOPs


@dataclass(frozen=True)
class Recipe:
    """A network, and how it is trained."""

    title: str
    net: str  # the module
    params: Callable[[int], int]  # N of a size: hidden units, width, or rank
    sizes: tuple[int, ...]
    middle: tuple[float, float]  # N that grids are centred on at 1e9 FLOPs, and its exponent
    lr: float  # peak learning rate of Adam
    batch: tuple[int, float]  # so many tokens a step at so many in all; grows with their root
    batches: tuple[int, int]  # smallest and largest
    longest: float  # tokens of a run
    seconds: tuple[float, float, float]  # a step, a run of its stack, an FLOP
    attention: int = 0  # FLOPs a token and unit of width beside 6 N
    width: int = 0  # at which the rate is `lr`; it falls as 1 / width. 0: one rate for all sizes
    asked: int = 1  # tokens of a passage that are predicted in training
    exam: float = 1.0  # times N weights that a passage of the exam takes
    step: int = 1  # sizes are multiples of it

    @property
    def network(self) -> ModuleType:
        """The module; it imports torch."""
        return importlib.import_module(self.net)

    def flops(self, size: int) -> float:
        """Training FLOPs a token."""
        return FLOPS * self.params(size) + self.attention * size

    def centre(self, flops: float) -> float:
        """N that the sizes at a budget lie around."""
        params, growth = self.middle
        return params * (flops / BASE) ** growth

    def rate(self, size: int, *, scaled: bool = True) -> float:
        """Peak learning rate of a size; `scaled` for the one that falls with the width."""
        return self.lr * self.width / size if self.width and scaled else self.lr


@dataclass(frozen=True)
class Language:
    """A language, and the networks that learn it by their names; the usual one is first."""

    title: str
    token: str
    symbols: int
    nets: Mapping[str, Recipe]


NGRAM = Recipe(
    title="n-gram network",
    net="toylab.experiments.nets.ngram",
    params=lambda h: (corpus.BEFORE * corpus.NUMBERS + corpus.SYMBOLS) * h,
    sizes=(
        2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536,
        2048, 3072,
    ),
    middle=(22.0 * 226, 0.5),
    lr=1e-2,
    batch=(128, 5e5),
    batches=(16, 512),
    longest=8e6,
    seconds=(7e-5, 4e-5, 1 / 6e10),
)  # fmt: skip
TRANSFORMER = Recipe(
    title="transformer",
    net="toylab.experiments.nets.transformer",
    params=lambda d: 12 * d**2 + corpus.SYMBOLS * d,
    sizes=(4, 8, 12, 16, 20, 24, 32, 40, 48, 64, 80, 96, 128, 160, 192, 256),
    middle=(2900.0, 0.4),
    lr=0.02,
    batch=(128, 4e5),
    batches=(64, 512),
    longest=8e6,
    seconds=(9e-4, 2e-4, 1 / 3e10),
    attention=6 * corpus.WINDOW,
    width=16,
    asked=corpus.WINDOW,
    exam=24.0,
    step=4,
)
LSTM = Recipe(
    title="LSTM",
    net="toylab.experiments.nets.lstm",
    params=lambda h: 4 * h * (corpus.NUMBERS + h) + corpus.SYMBOLS * h,
    sizes=(4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384),
    middle=(3200.0, 0.6),
    lr=2**-5,
    batch=(128, 4e5),
    batches=(64, 512),
    longest=8e6,
    seconds=(1e-4, 9e-4, 1 / 5e10),
    asked=corpus.WINDOW,
    exam=50.0,
)
BIGRAM = Recipe(
    title="n-gram network of two words",
    net="toylab.experiments.nets.bigram",
    params=lambda r: synthetic.WORDS * r,
    sizes=(1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256),
    middle=(5.0 * synthetic.WORDS, 0.5),
    lr=3e-2,
    batch=(128, 1e5),
    batches=(32, 1024),
    longest=1e8,
    seconds=(7e-5, 4e-5, 1 / 6e10),
)
LANGUAGES = {
    "python": Language(
        title="The source of Python's library, character by character",
        token="character",
        symbols=corpus.SYMBOLS,
        nets={"ngram": NGRAM, "transformer": TRANSFORMER, "lstm": LSTM},
    ),
    "synthetic": Language(
        title="A synthetic language, word by word, whose entropy is known",
        token="word",
        symbols=synthetic.WORDS,
        nets={"ngram": BIGRAM},
    ),
}
NETS = {name: recipe.title for name, recipe in LANGUAGES["python"].nets.items()}


def recipe(language: str, net: str) -> Recipe:
    """The network of this name that learns a language, and how.

    Raises:
        ValueError: if there is no such language, or no such network for it.
    """
    if language not in LANGUAGES:
        raise ValueError(f"language must be one of {', '.join(LANGUAGES)}, got {language}")
    nets = LANGUAGES[language].nets
    if net not in nets:
        raise ValueError(f"net must be {' or '.join(nets)} for this language, got {net}")
    return nets[net]
