"""Pooled tables: what is no study of finished runs is set right with a note, or refused."""

from itertools import product

import numpy as np
import pytest

from tests.tables.studies import CELLS, LENGTHS, has_the_runs, loss, take
from toylab.fits import parametric

EXPONENT = 0.36 / (0.34 + 0.36)


def exponent(found):
    return parametric.fit(found.runs).exponent_params


def is_the_study(found):
    """The nine runs of the plain study, and its exponent."""
    has_the_runs(found)
    assert exponent(found) == pytest.approx(EXPONENT, abs=1e-3)


@pytest.mark.parametrize("name", ["corpus", "metric", "dataset", "tokenizer"])
def test_several_studies_in_a_file_are_refused_and_the_column_is_named(name):
    rows = [
        (word, N, D, loss(N, D, E)) for word, E in (("web", 2.4), ("code", 0.9)) for N, D in CELLS
    ]
    gaps = [loss(N, D, 2.4) / loss(N, D, 0.9) - 1 for N, D in CELLS]
    with pytest.raises(ValueError, match=f"column '{name}'") as refusal:
        take(f"{name},params,tokens,loss", rows)
    said = str(refusal.value)
    assert f"{min(gaps):.0%}".replace("%", " %") in said
    assert f"{max(gaps):.0%}".replace("%", " %") in said
    assert "'web', 'code'" in said
    one = [row for row in rows if row[0] == "web"]
    assert take(f"{name},params,tokens,loss", one).notes == ()


def test_studies_are_told_apart_by_the_few_cells_that_they_share_and_where_their_gap_grows():
    few = [("web", N, D, loss(N, D)) for N, D in CELLS]
    few += [("code", N, D, loss(N, D, 0.8)) for N, D in CELLS[:3]]
    with pytest.raises(ValueError, match="column 'corpus'"):
        take("corpus,params,tokens,loss", few)
    sizes = np.geomspace(1e6, 1e9, 9)
    grows = [(word, N, 1e10, E + 400 * N**-0.34) for word, E in (("web", 1.7), ("code", 0.9))
             for N in sizes]  # fmt: skip
    with pytest.raises(ValueError, match="column 'corpus'"):
        take("corpus,params,tokens,loss", grows)


@pytest.mark.parametrize("name", ["lr", "learning_rate", "batch_size", "weight decay", "depth"])
def test_of_a_sweep_the_lowest_loss_of_each_cell_is_fitted(name):
    """The best rate differs from cell to cell, and is sometimes the last of the grid."""
    best = {cell: k % 3 for k, cell in enumerate(CELLS)}
    rows = [(rate, N, D, loss(N, D) * (1 + 0.1 * abs(k - best[N, D])))
            for k, rate in enumerate((1e-4, 1e-3, 1e-2)) for N, D in CELLS]  # fmt: skip
    found = take(f"{name},params,tokens,loss", rows)
    is_the_study(found)
    assert [note for note in found.notes if f"'{name}'" in note and "9 of 27" in note]


def test_seeds_are_all_kept_even_those_that_round_alike():
    rows = [(seed, N, D, round(loss(N, D), 2)) for seed in (0, 1, 2) for N, D in CELLS]
    found = take("seed,params,tokens,loss", rows)
    assert len(found.runs) == 27
    assert found.notes == ()
    assert len(take("params,tokens,loss", [row[1:] for row in rows]).runs) == 9


def test_a_sweep_does_not_hide_that_there_are_several_studies_nor_do_these_hide_it():
    floors, rates = {"web": 2.4, "code": 0.9}, {1e-4: 1.3, 1e-3: 1.0, 1e-2: 1.5}
    rows = [(word, rate, N, D, loss(N, D, floors[word]) * rates[rate])
            for word in floors for rate in rates for N, D in CELLS]  # fmt: skip
    with pytest.raises(ValueError, match="column 'corpus'"):
        take("corpus,lr,params,tokens,loss", rows)
    found = take("corpus,lr,params,tokens,loss", [row for row in rows if row[0] == "code"])
    assert found.runs.loss.min() == pytest.approx(loss(1e9, 1e11, 0.9))
    assert len(found.runs) == 9


@pytest.mark.parametrize("name", ["run", "run_id", "id", "wandb_id"])
def test_of_checkpoints_the_last_of_each_run_is_fitted(name):
    """Before its learning rate has fallen a run is higher than one that ends there."""
    parts = (0.2, 0.4, 0.6, 0.8, 0.9, 1.0)
    rows = [(f"r{k}", N, D * part, loss(N, D * part) * (1.1 - 0.1 * part))
            for k, (N, D) in enumerate(CELLS) for part in parts]  # fmt: skip
    found = take(f"{name},params,tokens,loss", rows)
    is_the_study(found)
    assert [note for note in found.notes if "9 of 54" in note]


@pytest.mark.parametrize(
    ("train", "held"), [("train", "holdout"), ("Training", "test"), ("fit", "val")]
)
def test_rows_that_are_held_out_are_not_fitted(train, held):
    rows = [(train, N, D, loss(N, D)) for N, D in CELLS]
    rows += [(held, N, D, 1.1 * loss(N, D)) for N, D in CELLS[:3]]
    found = take("split,params,tokens,loss", rows)
    is_the_study(found)
    assert [note for note in found.notes if note.startswith("3 rows")]


@pytest.mark.parametrize("name", ["repeat", "random_seed", "replica", "run"])
def test_repetitions_by_any_name_are_kept(name):
    rows = [(k, N, D, loss(N, D) * (1 + 0.02 * (k - 2))) for k in (1, 2, 3) for N, D in CELLS]
    assert len(take(f"{name},params,tokens,loss", rows).runs) == 27


def test_the_loss_of_each_run_on_two_splits_is_no_split_of_the_runs():
    gaps = {"train": 0.0, "val": 0.1}
    rows = [(word, N, D, loss(N, D) + gaps[word]) for word in gaps for N, D in CELLS]
    with pytest.raises(ValueError, match="several splits"):
        take("split,params,tokens,loss", rows)


def test_checkpoints_are_told_run_by_run_and_from_compute_too():
    """A last line that was logged twice, a name that two sizes share, and no size given."""
    parts = (0.5, 0.75, 1.0, 1.0)
    rows = [(f"r{k}", N, D * part, loss(N, D * part))
            for k, (N, D) in enumerate(CELLS) for part in parts]  # fmt: skip
    is_the_study(take("run,params,tokens,loss", rows))
    flops = [(run, 6 * N * D, D, L) for run, N, D, L in rows]
    is_the_study(take("run,flops,tokens,loss", flops))
    shared = [("same", N, 1e10, loss(N, 1e10)) for N in (2e7, 3e7)]
    assert len(take("run,params,tokens,loss", rows + shared).runs) == 11


def test_a_sweep_is_seen_though_lengths_differ_by_less_than_a_percent():
    rows = [(rate, N, D * off, loss(N, D * off) * worse) for rate, off, worse in
            ((1e-3, 1.0, 1.0), (1e-2, 1.0002, 1.3)) for N, D in CELLS]  # fmt: skip
    assert len(take("lr,params,tokens,loss", rows).runs) == 9


@pytest.mark.parametrize("column", ["epochs", "unique_tokens", "tokens_per_epoch"])
def test_runs_that_read_text_again_are_left_out_where_enough_did_not(column):
    again = [(N, 4 * D, loss(N, 2 * D), 4.0) for N, D in CELLS]
    rows = [(N, D, loss(N, D), 1.0) for N, D in CELLS] + again
    if column != "epochs":
        rows = [(N, D, L, D / epochs) for N, D, L, epochs in rows]
    is_the_study(take(f"params,tokens,loss,{column}", rows))
    assert len(take(f"params,tokens,loss,{column}", rows[1:]).runs) == 8  # these are enough
    found = take(f"params,tokens,loss,{column}", rows[5:])  # too few of one epoch: all, and a note
    assert len(found.runs) == 13
    assert [note for note in found.notes if "9 runs" in note and f"'{column}'" in note]


def test_equal_runs_that_differ_without_a_reason_are_noted():
    rows = [(N, D, loss(N, D) * factor) for N, D in CELLS for factor in (1.0, 1.3)]
    (note,) = take("params,tokens,loss", rows).notes
    assert "30 %" in note


@pytest.mark.parametrize(
    ("name", "codes"), [("dataset_id", (0, 1)), ("data_mix", (0.25, 0.5)), ("seq_len", (512, 2048))]
)
def test_studies_that_are_told_apart_by_codes_are_refused(name, codes):
    floors = dict(zip(codes, (1.7, 1.6), strict=True))
    rows = [(code, N, D, loss(N, D, floors[code])) for code in codes for N, D in CELLS]
    with pytest.raises(ValueError, match=f"column '{name}'"):
        take(f"{name},params,tokens,loss", rows)


@pytest.mark.parametrize("name", ["last_rate", "run", "seed", "gradient_steps", "num_gpus"])
def test_numbers_that_are_no_codes_of_studies(name):
    """The rate in other words, repetitions, steps, and what goes with nothing."""
    cells = CELLS[:2] if name == "num_gpus" else CELLS
    rates = (1e-3, 1e-2)
    rows = [(k, N, D, rates[k] if name == "last_rate" else 1, loss(N, D) * (1 + 0.02 * k))
            for k in (0, 1) for N, D in cells]  # fmt: skip
    found = take(f"{name.replace('gradient_', '')},params,tokens,lr,loss", rows)
    assert len(found.runs) == (9 if name == "last_rate" else 2 * len(cells))


def test_what_may_be_several_studies_without_equal_runs_is_noted():
    """Sizes of their own: nothing tells by how much the studies differ."""
    rows = [(word, scale * N, D, loss(scale * N, D))
            for word, scale in (("a", 1.0), ("b", 3.0)) for N, D in CELLS]  # fmt: skip
    (note,) = take("experiment,params,tokens,loss", rows).notes
    assert "2 values of column 'experiment'" in note
    assert take("host,params,tokens,loss", rows).notes == ()
    assert take("experiment,params,tokens,loss", rows[:9]).notes == ()


def test_a_column_that_tells_rows_apart_by_chance_is_no_study():
    rows = [(host, N, D, loss(N, D) * (1 + 0.02 * k * (-1) ** int(np.log10(N * D))))
            for N, D in CELLS for k, host in enumerate(("node-a", "node-b"))]  # fmt: skip
    assert len(take("host,params,tokens,loss", rows).runs) == 18


@pytest.mark.parametrize("header", ["params,tokens,loss", "size,tokens,loss"])
def test_sizes_in_millions_are_asked_about(header):
    rows = [(N / 1e6, D, loss(N, D)) for N, D in product((50e6, 200e6, 1200e6), LENGTHS)]
    with pytest.raises(ValueError, match="tokens a parameter"):
        take(header, rows)
    named = take(header.replace(header.split(",")[0], "params (M)"), rows)
    assert named.runs.params.max() == pytest.approx(1.2e9)
    assert take(header.replace(header.split(",")[0], "params (n)"), rows).runs.params.max() == 1200


def test_it_says_what_was_read_and_what_was_not():
    found = take("wall,C,N,loss", [(1.0, 6e16 * k, 1e7, 3.0 / k) for k in (1, 2, 3)])
    assert found.not_used == ("wall",)
    for word in ("params from 'N'", "flops from 'C'", "loss from 'loss'", "tokens from C = 6ND"):
        assert word in found.summary
    assert "'wall'" in found.summary


def test_another_count_of_parameters_is_named_as_exponents_depend_on_it():
    head = "total_params,non_embedding_params,tokens,loss"
    rows = [(N + 3e6, N, D, loss(N, D)) for N, D in CELLS]
    (note,) = take(head, rows).notes
    assert note.startswith("Column 'non_embedding_params' counts parameters, too")
    assert take(head, [(N, N, D, loss(N, D)) for N, D in CELLS]).notes == ()
