"""The same nine runs of one law in tables of any columns."""

from itertools import product

import numpy as np

from toylab.tables import csv_reader
from toylab.tables.columns import guess
from toylab.tables.training_runs import convert

SIZES, LENGTHS = (1e7, 1e8, 1e9), (1e9, 1e10, 1e11)
CELLS = list(product(SIZES, LENGTHS))


def loss(N, D, E=1.7):
    return E + 400 * N**-0.34 + 2000 * D**-0.36


def text(header, rows):
    cells = [[f"{cell:.12g}" if isinstance(cell, float) else cell for cell in row] for row in rows]
    return "\n".join([header, *(",".join(map(str, row)) for row in cells)])


def take(header, rows):
    table = csv_reader.parse(text(header, rows).encode())
    return convert(table, guess(table))


def has_the_runs(found):
    """The nine runs of the plain study, to the last digits."""
    order = found.runs.loss.argsort()
    given = [(N, D, loss(N, D)) for N, D in sorted(CELLS, key=lambda cell: loss(*cell))]
    made = [array[order] for array in (found.runs.params, found.runs.tokens, found.runs.loss)]
    np.testing.assert_allclose(np.transpose(made), given, rtol=1e-8)
