"""Units of columns by their names: "params (M)", "tokens_B", "flops (PF-days)", "loss (bits)"."""

import math
import re

from toylab.laws.forms import PF_DAY
from toylab.quantities import SUFFIXES
from toylab.tables.column_names import normalise

LOG = re.compile(r"\s*log_?(10|2)[\s_(]+", re.IGNORECASE)
BRACKET = re.compile(r"[(\[]")  # a name with one has a unit, which is believed

COUNTS = {
    **{suffix.lower(): size for suffix, size in SUFFIXES.items()},
    **{f"{ten}{k}": 10.0**k for ten in ("1e", "10", "x1e", "x10") for k in range(1, 25)},
    **dict.fromkeys(("thousand", "thousands"), 1e3),
    **dict.fromkeys(("million", "millions", "mn", "mio"), 1e6),
    **dict.fromkeys(("billion", "billions", "bn", "g"), 1e9),
    **dict.fromkeys(("trillion", "trillions"), 1e12),
}
EXAMPLES = ("tokens", "examples", "samples", "sequences")
PREFIXES = {
    **dict(zip("gtpez", (1e9, 1e12, 1e15, 1e18, 1e21), strict=True)),
    **{"giga": 1e9, "tera": 1e12, "peta": 1e15, "exa": 1e18, "zetta": 1e21},
}
PF = ("pf", "pfs", "pfpers", "pflop", "pflops", "pfloppers", "petaflop", "petafloppers")
UNITS: dict[str, dict[str, float]] = {
    "params": COUNTS | dict.fromkeys(("n", "total", "nonembedding"), 1.0),
    "tokens": COUNTS
    | {f"{ten}tokens": COUNTS[ten] for ten in "kmbgt"}
    | dict.fromkeys(("d", "n", "total"), 1.0),
    "flops": COUNTS
    | {f"{ten}{what}": size for ten, size in PREFIXES.items() for what in ("", "flop", "flops")}
    | {"isoflops": 1.0}
    | {f"{pf}day{s}": PF_DAY for pf in PF for s in ("", "s")}
    | {"c": 1.0, "n": 1.0},
    "batch": COUNTS
    | {f"{ten}{what}": size for what in EXAMPLES for ten, size in COUNTS.items()}
    | dict.fromkeys((*EXAMPLES, "b"), 1.0),
    "steps": COUNTS | {"s": 1.0},
    "unique": COUNTS,
    "examples": COUNTS | dict.fromkeys(EXAMPLES, 1.0),
    **{counted: {} for counted in ("length", "epochs", "ratio", "factor", "group")},
    "loss": dict.fromkeys(("nat", "nats", "natpertoken", "natspertoken", "l"), 1.0)
    | dict.fromkeys(("bit", "bits", "bitpertoken", "bitspertoken"), math.log(2)),
}


def log_base(name: str) -> float | None:
    """The base of the logarithms that a column holds, if it does: "log10_flops", "log2(B)"."""
    match = LOG.match(name)
    return float(match[1]) if match else None


def split_unit(quantity: str, name: str) -> tuple[str, float]:
    """A column's plain name without the unit it ends in, and the size of that unit or 1."""
    name = re.sub(r"\)$", "", LOG.sub("", name)) if LOG.match(name) else name
    for gap in re.finditer(r"^|[^A-Za-z0-9^]+", name):
        stem, word = normalise(name[: gap.start()]), normalise(name[gap.end() :]).lower()
        word = word.removeprefix("in")
        alone = not stem and len(word) > 3  # "PF-days", but not "M"
        if word in UNITS[quantity] and (alone or len(stem) > 1 or set("([") & set(gap[0])):
            counts = re.search("flops?$|days?$", word) and stem
            if counts and not re.search("flops?$|compute$|budget$|^C$", stem):
                stem += "flops"  # "target GFLOPs"
            return stem or normalise(name), UNITS[quantity][word]
    return normalise(name), 1.0


def batch_unit(name: str) -> str:
    """The unit of a batch, where the name of its column says so; else nothing."""
    return next((unit for unit in EXAMPLES if unit[:-1] in normalise(name).lower()), "")
