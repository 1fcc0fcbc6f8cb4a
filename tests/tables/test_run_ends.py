"""Logs of runs: the last row of each counts, and a run that diverged has none."""

import pytest

from tests.tables.studies import CELLS, has_the_runs, loss, take, text
from toylab.tables import csv_reader, pooling
from toylab.tables.columns import guess
from toylab.tables.lines import lines
from toylab.tables.training_runs import convert, convert_any

PARTS = [k / 10 for k in range(1, 11)]
HEADER = "run_id,params,tokens,loss"


def log(bad=(), tail=("nan", "nan"), logged=tuple(range(10))):
    """Ten rows a run, and more at the end of bad ones, which have no loss there."""
    rows = []
    for run, (N, D) in enumerate([*CELLS, (3e8, 3e10)]):
        parts = PARTS if run not in bad else PARTS[:4]
        rows += [
            (f"r{run}", N, D * part, loss(N, D * part) if k in logged else "")
            for k, part in enumerate(parts)
        ]
        rows += [(f"r{run}", N, D * (0.4 + k / 10), cell) for k, cell in enumerate(tail, 1)
                 if run in bad]  # fmt: skip
    return rows


@pytest.mark.parametrize("tail", [("nan", "nan"), ("",), ("NaN",) * 6, ("inf", ""), ("-",)])
def test_the_last_good_row_of_a_run_that_diverged_is_no_end(tail):
    found = take(HEADER, log(bad=[9], tail=tail))
    has_the_runs(found)
    assert [note for note in found.notes if "1 run stopped or diverged" in note and "'r9'" in note]
    two = take(HEADER, log(bad=[9, 4], tail=tail))
    assert len(two.runs) == 8
    assert [note for note in two.notes if "2 runs" in note and "'r4', 'r9'" in note]


def test_a_run_whose_last_row_is_called_crashed_is_left_out():
    """Its loss is logged at every fifth row, and the last row of each run has none."""
    rows = [(*row, "") for row in log(logged=(3, 8))]
    rows[-1] = (*rows[-1][:4], "crashed")
    found = take(f"{HEADER},state", rows)
    assert len(found.runs) == 9
    assert [note for note in found.notes if "'r9'" in note]


def test_a_loss_that_is_logged_now_and_then_ends_no_run():
    """Of ten rows the fifth and the ninth have a loss; the tenth has none, in every run."""
    found = take(HEADER, log(logged=(4, 8)))
    assert sorted(found.runs.loss) == pytest.approx(
        sorted(loss(N, 0.9 * D) for N, D in [*CELLS, (3e8, 3e10)]), rel=1e-9
    )
    assert not [note for note in found.notes if "diverged" in note]


def test_a_run_that_logs_less_often_than_others_is_no_run_that_stopped():
    rows = log()
    rows[-10:] = [row if k in (4, 8) else (*row[:3], "") for k, row in enumerate(rows[-10:])]
    assert len(take(HEADER, rows).runs) == 10


def test_where_every_run_ends_without_a_loss_it_is_the_way_of_the_log():
    assert len(take(HEADER, log(bad=range(10), tail=("",))).runs) == 10


def test_a_number_of_a_repetition_is_no_run_that_diverged():
    rows = [(k, N, D, (1 + k / 100) * loss(N, D)) for k in (1, 2, 3) for N, D in CELLS]
    rows[-1] = (*rows[-1][:3], "nan")
    assert len(take(HEADER, rows).runs) == 26


def test_a_log_of_any_length_is_read_where_its_runs_are_told_apart(monkeypatch):
    monkeypatch.setattr(pooling, "MOST_RUNS", 50)
    assert len(take(HEADER, log()).runs) == 10
    for header, say in (("host,params,tokens,loss", "no column"), ("run_id,", "'run_id'")):
        rows = (
            log() if header.startswith("host") else [(k, *row[1:]) for k, row in enumerate(log())]
        )
        with pytest.raises(ValueError, match="100 rows") as refusal:
            take(header if header.startswith("host") else HEADER, rows)
        assert say in str(refusal.value)
        assert "keep the last row of each run" in str(refusal.value)


def test_a_log_in_several_files_has_a_run_a_file():
    rows = [(f"{run}.csv", k, *row) for k, (run, *row) in enumerate(log(bad=[9]))]
    found = take("file,step,params,tokens,loss", rows)
    has_the_runs(found)
    assert [note for note in found.notes if "'file'" in note and "9 of " in note]
    made = [(file, D / 5e5, N, 5e5, cell) for file, _, N, D, cell in rows]
    has_the_runs(take("file,step,params,batch_tokens,loss", made))
    mixed = [("a.csv", k, *row[1:]) for k, row in enumerate(log())]
    assert len(take("file,step,params,tokens,loss", mixed).runs) > 90  # some repeat


def test_lines_are_told_in_few_words():
    table = csv_reader.parse(text("a,b", [(k, k) for k in range(60)]).encode())
    index = table.cells.index
    assert lines(index[[0]]) == "line 2"
    assert lines(index[[0, 1, 2, 5]]) == "lines 2, 3, 4, 7"
    assert lines(index[[0, 1, 2, 3, 7]]) == "lines 2 to 5, 9"
    assert lines(index[::2]).endswith("36, 38, 40, and so on, 30 in all")


def test_of_json_records_are_counted_and_not_lines():
    data = b'[{"N": 1e8, "D": 1e9, "loss": 3},\n\n\n{"N": 1e8, "D": "x", "loss": 3}]'
    table = csv_reader.parse(data)
    with pytest.raises(ValueError, match=r"^record 2, column 'D'"):
        convert(table, guess(table))
    table = csv_reader.parse(data.replace(b'"x"', b"null"))
    (note,) = convert(table, guess(table)).notes
    assert note.endswith("on record 2.")


def test_what_may_be_the_log_of_one_run_is_noted_and_so_is_why_the_law_has_one_variable():
    def notes(header, rows):
        table = csv_reader.parse(text(header, rows).encode())
        return convert_any(table, guess(table)).notes

    rows = [(k, 1e8, 1e9 * k, loss(1e8, 1e9 * k)) for k in range(1, 9)]
    log, why = notes("step,params,tokens,loss", rows)
    assert "'step'" in log
    assert "tokens alone" in why
    assert notes("step,params,tokens,loss", rows[::-1]) == (why,)
    assert notes("run,params,tokens,loss", rows) == (why,)
    assert "'step'" in notes("step,tokens,loss", [(k, D, L) for k, _, D, L in rows])[0]
    (why,) = notes("params,tokens,loss", [(N, 20 * N, L) for _, _, N, L in rows])
    assert "FLOPs" in why
    assert "size alone" in notes("params,tokens,loss", [(N, 1e9, L) for _, _, N, L in rows])[0]
