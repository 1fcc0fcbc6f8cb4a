"""Several files as one table: rows know their file, and files that do not fit are named."""

import pytest

from tests.tables.studies import CELLS, has_the_runs, loss, text
from toylab.tables import csv_reader, stacking
from toylab.tables.columns import guess
from toylab.tables.selection import by
from toylab.tables.stacking import read_files
from toylab.tables.training_runs import convert

HEADER = "params,tokens,loss"


def study(cells=CELLS, floor=1.7, header=HEADER):
    return text(header, [(N, D, loss(N, D, floor)) for N, D in cells]).encode()


def take(**files):
    named = [(f"{name}.csv", data) for name, data in files.items()]
    table = read_files(named, csv_reader.parse)
    return convert(table, guess(table))


def test_a_study_in_several_files_is_one():
    found = take(a=study(CELLS[:4]), b=study(CELLS[4:], header="tokens,params,loss".replace(
        "tokens,params", "params,tokens")))  # fmt: skip
    has_the_runs(found)
    assert found.lines[4] == "2 of b.csv"
    assert found.not_used == ("file",)
    assert take(a=study()).not_used == ()


def test_several_studies_in_several_files_are_told_apart_and_fitted_by_file():
    files = {"web.csv": study(), "code.csv": study(floor=0.9)}
    table = read_files(list(files.items()), csv_reader.parse)
    with pytest.raises(ValueError, match="column 'file'"):
        convert(table, guess(table))
    groups = by(table, "file")
    assert list(groups) == list(files)
    has_the_runs(convert(groups["web.csv"], guess(table)))


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (study(header="params,tokens,val_loss"), "csv has nothing in column"),
        (b"params,tokens,loss\n1e8,1e9\n", "b.csv: line 2 has 2 cells"),
        (b"params,tokens,loss\n1e8,many,3\n", "line 2 of b.csv, column 'tokens'"),
        (b"params,tokens,loss,loss\n1e8,1e9,3,3\n", "b.csv: column 'loss' is there twice"),
        (b"params,tokens,loss,file\n1e8,1e9,3,x\n", "b.csv: column 'file' is in the way"),
    ],
)
def test_a_file_that_does_not_fit_is_named(other, told):
    with pytest.raises(ValueError, match="csv") as refusal:
        take(a=study(), b=other)
    assert told in str(refusal.value)


def test_files_of_other_formats_and_columns_go_together():
    json = b'[{"params": 2e7, "tokens": 1e9, "loss": 4.1, "lr": 0.1}]'
    found = take(a=study().replace(b",", b";"), b=json)
    assert found.runs.loss[-1] == 4.1
    assert len(found.runs) == 10
    assert found.lines[-1] == "1 of b.csv"


def test_two_files_of_one_name_are_refused():
    with pytest.raises(ValueError, match=r"two files are named a\.csv"):
        read_files([("a.csv", study()), ("a.csv", study())], csv_reader.parse)


def test_files_with_too_many_rows_together_are_refused(monkeypatch):
    monkeypatch.setattr(stacking, "MOST_ROWS", 9)
    has_the_runs(take(a=study(CELLS[:4]), b=study(CELLS[4:])))
    with pytest.raises(ValueError, match="the files have 10 rows together and the limit is 9"):
        take(a=study(), b=study([(3e7, 3e9)]))
