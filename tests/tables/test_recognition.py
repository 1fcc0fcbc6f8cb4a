"""A table is recognised by its header, and one that says nothing is not."""

import pytest

from toylab.tables import csv_reader
from toylab.tables.recognition import RUNS, STEPS, kinds


@pytest.mark.parametrize(
    ("header", "known"),
    [
        ("params,tokens,loss", (RUNS,)),
        ("N;C;final val loss", (RUNS,)),
        ("batch,steps", (STEPS,)),
        ("target loss,batch (tokens),steps", (STEPS,)),
        ("params,tokens,loss,batch size,steps", (RUNS, STEPS)),
        ("params,loss", ()),
        ("batch,loss", ()),
        ("name,colour", ()),
    ],
)
def test_the_header_says_what_a_table_can_be_read_as(header, known):
    cells = ";" if ";" in header else ","
    row = cells.join("123456"[: header.count(cells) + 1])
    assert kinds(csv_reader.parse(f"{header}\n{row}\n".encode())) == known


@pytest.mark.parametrize(
    ("losses", "known"), [("3.1 2.9 2.8 2.7", (RUNS, STEPS)), ("2.9 2.9 2.5 2.5", (STEPS,))]
)
def test_losses_of_their_own_are_of_finished_runs_and_a_few_are_targets(losses, known):
    rows = [f"1e{k + 6},{k + 1}000,{2**k},{loss}" for k, loss in enumerate(losses.split())]
    assert kinds(csv_reader.parse("\n".join(["params,steps,batch,loss", *rows]).encode())) == known
