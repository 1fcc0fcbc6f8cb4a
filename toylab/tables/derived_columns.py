"""Columns made of others: tokens from steps, batch and length, or from tokens a parameter.

step x batch_tokens    step x batch_size x seq_len    epochs x unique_tokens
params x D/N           tokens / D/N                   sqrt(flops / 6 / D/N)
"""

import re

import pandas as pd

from toylab.laws.forms import FLOPS
from toylab.tables.column_names import normalise
from toylab.tables.column_units import batch_unit
from toylab.tables.lines import quote
from toylab.tables.spellings import likeliest

DATASET = "(train|training)?data(set)?(size|tokens)"  # what there is: a run reads it every epoch


def tokens_read(tokens: str | None, cells: pd.DataFrame) -> str | None:
    """The product that counts the tokens each run read, where the names say so for sure.

    Args:
        tokens: the column that is spelled like tokens, if any.
        cells: the table.
    """
    epochs = likeliest("epochs", cells)
    counts_data = tokens is not None and re.fullmatch(DATASET, normalise(tokens))
    data = tokens if counts_data else likeliest("unique", cells)
    steps, batch, length = (likeliest(of, cells) for of in ("steps", "batch", "length"))
    if tokens is not None and not counts_data:
        return None
    if data and epochs:
        return f"{data} x {epochs}"
    if tokens is not None or steps is None or batch is None:
        return None
    if batch_unit(batch) == "tokens":
        return f"{steps} x {batch}"
    return f"{steps} x {batch} x {length}" if length else None


def by_ratio(
    params: str | None, tokens: str | None, flops: str | None, cells: pd.DataFrame
) -> dict[str, str]:
    """The size that follows from another one and the tokens a parameter; none without these."""
    ratio = likeliest("ratio", cells)
    known = [size for size in (params, tokens, flops) if size]
    if ratio is None or len(known) != 1:
        return {}
    if params:
        return {"tokens": f"{params} x {ratio}"}
    return {"params": f"{tokens} / {ratio}" if tokens else f"sqrt({flops} / {FLOPS} / {ratio})"}


def question(cells: pd.DataFrame) -> str:
    """The question that makes tokens of steps and batches; empty without these."""
    steps, batch = likeliest("steps", cells), likeliest("batch", cells)
    if steps is None or batch is None:
        return ""
    if unit := batch_unit(batch):
        ask = f"{quote(batch)} counts {unit}: add a column 'seq_len' with the tokens of each"
    else:
        ask = (
            f"does {quote(batch)} count tokens or sequences? Name it 'batch_tokens', or add a "
            "column 'seq_len'"
        )
    return f"{ask}, or choose '{steps} x {batch} x 2048' as tokens, with your length"
