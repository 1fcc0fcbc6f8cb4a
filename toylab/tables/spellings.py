"""Spellings of the columns of a table of runs: the names of each quantity in papers and logs."""

import re

import pandas as pd

from toylab.tables.column_names import normalise
from toylab.tables.column_units import split_unit

AGAIN = "(final|best|last|min|mean|avg|average|smooth(ed)?|ema|global)*"  # of the same loss
VALID, HELD_OUT = "(val|valid|validation)", "(eval|evaluation|heldout|test)"
ENTROPY = "(lm)?(loss|(ce|nll|xent|crossentropy)(loss)?)"
PART = "(active|effective|trainable|total|n?non(emb(d|edding)?))"

# Spellings as `normalise` leaves them, likeliest first. Capitals are a paper's symbols, as a
# small n may be layers or samples. A bare loss beside a val_loss is that of training.
SPELLINGS = {
    "params": (
        "params?|parameters?",
        "N",
        "(n|num|numberof|total|model|trainable)(params|parameters)|param(eter)?count",
        f"(n|num)?{PART}(n|params|parameters)|(n|params|parameters){PART}|n?nonemb(d|edding)?",
        "weight(s|params)|modelsize",
        "size",
    ),
    "tokens": (
        "tokens",
        "D",
        "(n|num|numberof|total|cumulative|seen|consumed|processed)?(input|train|training|trained)?"
        "(tokens|toks)(seen|trained|consumed|processed|total)*|tokens?count|[kmbgt]tokens",
        "(train|training)?data(set)?size|data(set)?tokens",
        "data",
    ),
    "flops": (
        "flops?",
        "C",
        "(n|c|num|total|compute|(total)?(train|training)(compute)?)flops?|(total)?flos",
        "(train|training|total)?compute(flops?)?",
        "((compute|flops?)budget|isoflops?(budget)?)(flops?)?|(pf|petaflop)s?days?",
    ),
    "loss": (
        f"(final|best)?{VALID}loss",
        f"(final|best)?{HELD_OUT}loss",
        "loss",
        f"finalloss|({VALID}|{HELD_OUT})?{ENTROPY}|(loss|nats|bits)pertoken|log(ppl|perplexity)",
        "L",
        f"{AGAIN}({VALID}|{HELD_OUT})?{AGAIN}{ENTROPY}{AGAIN}",
        f"{AGAIN}(train|training){AGAIN}{ENTROPY}{AGAIN}",
        "(val|valid|validation|test|eval|heldout|train)?(loss)?(bp[bcw]|"
        "(bits|nats|loss)?per(byte|char(acter)?|word))(loss)?",
        "(final|best)?(val|valid|validation|test|eval|heldout|train)?(loss)?(ppl|perplexity)",
    ),
    "batch": (
        "batch(size)?|B|(global|effective|train|training)batch(size)?|gbs",
        "(tokens|examples|samples|sequences)per(step|batch|update)|batch(tokens|examples)|bs",
    ),
    "steps": (
        "steps?|S|stepstotarget|(n|num|numberof|total|train|training|optimizer|(train)?global)steps?",
        "(n|num|numberof|train|training)?(updates|iterations|iters)",
        "(train|training)?max(train|training)?(steps?|iters|iterations)",  # planned
    ),
    "length": (
        "(max)?(seq|sequence|context|ctx)(len|length|size|window)?|nctx|blocksize|"
        "tokensper(sequence|example|sample)",
    ),
    "epochs": ("(n|num)?epochs?|passes",),
    "unique": ("(n|num)?unique(tokens|data)?|tokensperepoch",),
    "ratio": ("tok(en)?s?(per|to)?params?(eter)?s?(ratio)?|dn(ratio)?|tpp",),
    "examples": (
        "(n|num|numberof|total)?(examples|samples|sequences)(seen|processed|consumed|trained)?"
        "(to(target|loss))?",
        "(n|num|numberof|total|seen|consumed)?(train|training|trained)?tokens(seen|trained|"
        "consumed|processed)?(to(target|loss))?",
    ),
    "group": (
        "group",
        "target(loss)?|losstarget",
        "model(size|name|params)?|size|(n|num|total)?param(eter)?s|arch(itecture)?|data(set)?|"
        "corpus|task|optimi[sz]er|file",
        "loss|label|experiment|name|run",
    ),
}
LOGGED = {  # folders of logs that say nothing of the quantity
    "config", "summary", "args", "hparams", "hyperparameters", "model", "metrics", "results",
    "loss_metrics", "throughput", "train", "trainer", "data", "progress", "counters",
}  # fmt: skip
OFTEN_WORDS = {"data", "size"}  # "C4", "small": then the column is another


def likeliest(quantity: str, cells: pd.DataFrame) -> str | None:
    """The column whose name is spelled most like this quantity; the first of equals."""
    candidates = []
    for position, name in enumerate(map(str, cells.columns)):
        (stem, size), rank = split_unit(quantity, name), name_rank(quantity, name)
        words = stem in OFTEN_WORDS and not cells.iloc[:, position].str.match(r"\d").any()
        if rank is not None and not (words and len(cells)):
            candidates.append((rank, size != 1, position, name))
    return min(candidates)[-1] if candidates else None


def name_rank(quantity: str, name: str) -> int | None:
    """The rank of a column's name, as it stands or as the end of a path; None for what is none."""
    rank = spelling_rank(quantity, split_unit(quantity, name)[0])
    return path_rank(quantity, name) if rank is None else rank


def spelling_rank(quantity: str, stem: str) -> int | None:
    """The rank of a spelling, from 0 for the likeliest; None for what is none."""
    ranks = (i for i, way in enumerate(SPELLINGS[quantity]) if re.fullmatch(way, stem))
    return next(ranks, None)


def path_rank(quantity: str, name: str) -> int | None:
    """The rank of a logged name: "config/n_params", or with data sets within, "eval/c4/loss"."""
    *path, last = name.split("/")
    if not path or (len(path) == 1 and path[0].lower() not in LOGGED):
        return None
    alone = spelling_rank(quantity, split_unit(quantity, last)[0])
    if path[0].lower() in LOGGED and len(path) == 1:
        return alone
    ranks = [spelling_rank(quantity, normalise(f"{part}/{last}")) for part in path]
    known = [rank for rank in ranks if rank is not None]
    if known or alone is None or quantity != "loss":
        return min(known, default=None)
    return len(SPELLINGS[quantity])  # of nobody knows which data
