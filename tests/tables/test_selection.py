"""Selection of rows by a column's value."""

import pytest

from toylab.tables import csv_reader
from toylab.tables.selection import by, selectable, where

ROWS = ["web,1e7,1,a", "web,1e8,2,b", "code,1e7,3,c", "code,1e8,4,d"]
TABLE = csv_reader.parse("\n".join(["corpus,params,loss,id", *ROWS]).encode())


def test_rows_of_one_value_keep_their_lines():
    assert list(where(TABLE, "corpus", "code").cells.index) == [4, 5]
    assert {name: len(one.cells) for name, one in by(TABLE, "corpus").items()} == {
        "web": 2,
        "code": 2,
    }


def test_columns_whose_values_recur_can_be_chosen_by():
    assert selectable(TABLE) == {"corpus": ["web", "code"], "params": ["1e7", "1e8"]}


@pytest.mark.parametrize(
    ("column", "value", "named"),
    [("corpus", "books", ["'books'", "'web', 'code'"]), ("split", "web", ["'split'", "'params'"])],
)
def test_what_is_not_there_is_refused_with_what_is(column, value, named):
    with pytest.raises(ValueError, match="column") as refusal:
        where(TABLE, column, value)
    assert all(name in str(refusal.value) for name in named)


def test_a_column_with_a_value_a_row_has_no_groups():
    many = "\n".join(["id,loss", *(f"r{k},1" for k in range(40))])
    with pytest.raises(ValueError, match="40 values"):
        by(csv_reader.parse(many.encode()), "id")
