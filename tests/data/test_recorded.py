"""A table of runs survives the disk, and says what made it."""

import json

import pandas as pd
import pytest

from toylab.data import recorded

FRAME = pd.DataFrame(
    {
        "sweep": ["data", "data", "width", "width"],
        "samples": [64, 4096, 64, 64],
        "seed": [0, 2, 3, 40],
        "test_mse": [3.14159e-6, 0.0123457, float("nan"), 1e12],
        "diverged": [False, False, True, True],
        "curve": [[0.5, -0.25], [1.0, 0.0], [9.0, 9.0], [9.0, 9.0]],
    }
)


@pytest.fixture
def found(tmp_path):
    path = tmp_path / "made.csv"
    recorded.write(path, FRAME, "python -m toylab record, a date, a machine")
    return recorded.read(path)


def test_what_is_written_is_read_back(found):
    """Where text is stored is pandas's own affair: the app has it in Python."""
    assert list(found.frame) == list(FRAME)
    for column in FRAME.columns.drop("curve"):
        assert found.frame[column].tolist() == pytest.approx(FRAME[column].tolist(), nan_ok=True)


def test_only_the_first_seeds_keep_their_learned_curve(found):
    assert found.frame["curve"].tolist() == [[0.5, -0.25], [1.0, 0.0], None, None]


def test_the_first_line_says_what_made_them(found, tmp_path):
    first, header, *_ = (tmp_path / "made.csv").read_text().splitlines()
    assert first == "# python -m toylab record, a date, a machine"
    assert found.made == "python -m toylab record, a date, a machine"
    assert header.split(",") == list(FRAME.columns)


def test_runs_are_chosen_by_their_columns_and_keep_their_provenance(found):
    some = found.where(sweep="width")
    assert some.frame["seed"].tolist() == [3, 40]
    assert some.where(sweep="data").rows == []
    assert some.made == found.made


def test_rows_are_those_of_an_engine(found):
    first = found.rows[0]
    assert set(first) == set(FRAME.columns)
    assert json.loads(json.dumps(first)) == FRAME.to_dict("records")[0]


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.unlink(),
        lambda path: path.write_text(""),
        lambda path: path.write_text("# made\n"),
        lambda path: path.write_text('# made\na,b\n1,2\n"3'),
        lambda path: path.write_bytes(b"# made\na,b\n\xff,2\n"),
        lambda path: path.write_text("# made\nseed,curve\n1,[0.5\n"),
    ],
    ids=["gone", "empty", "without a table", "cut short", "no text", "half a curve"],
)
def test_a_damaged_file_is_refused_in_a_sentence_that_names_it(damage, tmp_path):
    path = tmp_path / "made.csv"
    recorded.write(path, FRAME, "made")
    damage(path)
    with pytest.raises(recorded.Damaged, match=r"^the file made\.csv .* or copy that file again$"):
        recorded.read(path)
