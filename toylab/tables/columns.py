"""Which column of a table is which, and in which unit? Its name says.

What each kind of column is called in papers, tables and logs; the unit that a name ends in:
"params (M)", "tokens_B", "flops (PF-days)", "loss (bits)".
"""

import math
import re
from dataclasses import asdict, dataclass, fields

import pandas as pd

from toylab.laws.forms import PF_DAY
from toylab.quantities import SUFFIXES
from toylab.tables.csv_reader import Sheet

# Spellings as `plain` leaves them, likeliest first. Capitals are a paper's symbols, as a small
# n may be layers or samples. A bare loss beside a val_loss is that of training.
SPELLINGS = {
    "params": (
        "params?|parameters?",
        "N",
        "(n|num|numberof|total|model|trainable)(params|parameters)|param(eter)?count",
        "n?nonemb(edding)?(params|parameters)",
        "modelsize",
        "size",
    ),
    "tokens": (
        "tokens",
        "D",
        "(n|num|numberof|total|seen)?(train|training|trained)?tokens|tokens?count|tokensseen",
        "(train|training)?data(set)?size|data(set)?tokens",
        "data",
    ),
    "flops": (
        "flops?",
        "C",
        "(n|c|num|total|compute|(train|training)(compute)?)flops?",
        "(train|training|total)?compute",
        "(compute|flops?)budget|pfdays",
    ),
    "loss": (
        "(final|best)?(val|valid|validation)loss",
        "(final|best)?(eval|evaluation|heldout|test)loss",
        "loss",
        "finalloss|crossentropy(loss)?|celoss|(loss|nats|bits)pertoken",
        "L",
        "(final)?(train|training)loss",
    ),
    "batch": (
        "batch(size)?|B|(global|effective|train|training)batch(size)?|gbs",
        "(tokens|examples|samples|sequences)per(step|batch|update)|batch(tokens|examples)|bs",
    ),
    "steps": (
        "steps?|S|stepstotarget|(n|num|numberof|total|train|training|optimizer)steps?",
        "(n|num|numberof)?(updates|iterations|iters)",
    ),
    "group": ("group", "target(loss)?|losstarget", "loss|model|label|experiment|name|run"),
}
OFTEN_WORDS = {"data", "size"}  # "C4", "small": then the column is another
PER = "token|byte|char|character|word|s|sec|second|day"  # else "/" only divides
NOT_PER_TOKEN = re.compile("ppl|perplex|bpb|bpc|perbyte|perchar|perword")

COUNTS = {
    **{suffix.lower(): size for suffix, size in SUFFIXES.items()},
    **{f"{ten}{k}": 10.0**k for ten in ("1e", "10", "x1e", "x10") for k in range(1, 25)},
    **dict.fromkeys(("thousand", "thousands"), 1e3),
    **dict.fromkeys(("million", "millions", "mn", "mio"), 1e6),
    **dict.fromkeys(("billion", "billions", "bn", "g"), 1e9),
    **dict.fromkeys(("trillion", "trillions"), 1e12),
}
EXAMPLES = ("tokens", "examples", "samples", "sequences")
PF = ("pf", "pfs", "pfpers", "pflop", "pflops", "pfloppers", "petaflop", "petafloppers")
UNITS = {
    "params": COUNTS | dict.fromkeys(("n", "total", "nonembedding"), 1.0),
    "tokens": COUNTS | dict.fromkeys(("d", "total"), 1.0),
    "flops": COUNTS | {f"{pf}day{s}": PF_DAY for pf in PF for s in ("", "s")} | {"c": 1.0},
    "batch": COUNTS
    | {f"{ten}{what}": size for what in EXAMPLES for ten, size in COUNTS.items()}
    | dict.fromkeys((*EXAMPLES, "b"), 1.0),
    "steps": COUNTS | {"s": 1.0},
    "group": {},
    "loss": dict.fromkeys(("nat", "nats", "natpertoken", "natspertoken", "l"), 1.0)
    | dict.fromkeys(("bit", "bits", "bitpertoken", "bitspertoken"), math.log(2)),
}


@dataclass(frozen=True)
class Columns:
    """Which column of a file is which; None where there is none."""

    params: str | None
    tokens: str | None
    flops: str | None
    loss: str | None

    @property
    def chosen(self) -> dict[str, str]:
        """The name of each column there is, by what it holds."""
        return {kind: name for kind, name in asdict(self).items() if name is not None}


def guess(sheet: Sheet) -> Columns:
    """The likeliest column of each kind, by its name; units in the name are understood."""
    return Columns(*(likeliest(kind.name, sheet.cells) for kind in fields(Columns)))


def likeliest(kind: str, cells: pd.DataFrame) -> str | None:
    """The column whose name is spelled most like this kind's; the first of equals."""
    fits = []
    for place, name in enumerate(cells.columns):
        stem, size = unit(kind, name)
        rank = rank_of(kind, stem)
        words = stem in OFTEN_WORDS and not cells.iloc[:, place].str.match(r"\d").any()
        if rank is not None and not (words and len(cells)):
            fits.append((rank, size != 1, place, name))
    return str(min(fits)[-1]) if fits else None


def rank_of(kind: str, stem: str) -> int | None:
    """How unlikely a spelling is, from 0; None for what is none."""
    ranks = (i for i, way in enumerate(SPELLINGS[kind]) if re.fullmatch(way, stem))
    return next(ranks, None)


def plain(name: str) -> str:
    """A name in small letters and digits only; a single letter stays as it is."""
    said = re.sub(r"-(?=\d)", "minus", name.strip())
    said = re.sub(rf"/(?=\s*({PER})\b)", "per", said, flags=re.IGNORECASE)  # "nats/token"
    return said if len(said) == 1 else re.sub("[^a-z0-9]", "", said.lower())


def unit(kind: str, name: str) -> tuple[str, float]:
    """A column's plain name without the unit it ends in, and the size of that unit or 1."""
    for gap in re.finditer(r"^|[^A-Za-z0-9^]+", name):
        stem, word = plain(name[: gap.start()]), plain(name[gap.end() :]).lower()
        word = word.removeprefix("in")
        alone = not stem and len(word) > 3  # "PF-days", but not "M"
        if word in UNITS[kind] and (alone or len(stem) > 1 or set("([") & set(gap[0])):
            return stem or plain(name), UNITS[kind][word]
    return plain(name), 1.0
