"""Tokens and params of tables that have them only as a product of others."""

import pytest

from tests.tables.studies import CELLS, has_the_runs, loss, take
from toylab.tables import csv_reader
from toylab.tables.column_products import factors
from toylab.tables.columns import Columns, guess
from toylab.tables.training_runs import convert

MADE = {  # header: the cells besides the loss, and what the choice of columns is
    "params,steps,batch_tokens": (lambda N, D: (N, D / 5e4, 5e4), "steps x batch_tokens"),
    "params,step,batch (tokens)": (lambda N, D: (N, D / 5e4, 5e4), "step x batch (tokens)"),
    "params,train/global_step,batch_size,seq_len": (
        lambda N, D: (N, D / 5e4, 50.0, 1e3),
        "train/global_step x batch_size x seq_len",
    ),
    "params,steps (k),gbs,context_length": (
        lambda N, D: (N, D / 1e3 / 5e4, 50.0, 1e3),
        "steps (k) x gbs x context_length",
    ),
    "params,max_steps,global_batch_size,seq_length": (
        lambda N, D: (N, D / 5e4, 50.0, 1e3),
        "max_steps x global_batch_size x seq_length",
    ),
    "params,D/N": (lambda N, D: (N, D / N), "params x D/N"),
    "params (M),tokens_per_param": (lambda N, D: (N / 1e6, D / N), "params (M) x tokens_per_param"),
    "params,dataset_tokens,epochs": (lambda N, D: (N, 4 * D, 0.25), "dataset_tokens x epochs"),
    "params,unique_tokens,epoch": (lambda N, D: (N, D, 1), "unique_tokens x epoch"),
}


@pytest.mark.parametrize(("header", "made"), MADE.items(), ids=MADE)
def test_tokens_are_made_of_other_columns(header, made):
    cells, choice = made
    found = take(f"{header},loss", [(*cells(N, D), loss(N, D)) for N, D in CELLS])
    has_the_runs(found)
    assert found.columns.tokens == choice
    assert found.not_used == ()
    told = " x ".join(f"'{name}'" for name in choice.split(" x "))
    assert f"tokens from {told}" in found.summary


@pytest.mark.parametrize(
    ("header", "choice"),
    [
        ("tokens,token_param_ratio", "tokens / token_param_ratio"),
        ("flops,D/N", "sqrt(flops / 6 / D/N)"),
        ("budget,tokens_per_param", "sqrt(budget / 6 / tokens_per_param)"),
    ],
)
def test_params_are_made_of_tokens_a_parameter(header, choice):
    given = 0 if header.startswith("tokens") else 1
    found = take(f"{header},loss", [((D, 6 * N * D)[given], D / N, loss(N, D)) for N, D in CELLS])
    has_the_runs(found)
    assert found.columns.params == choice


def test_a_column_of_its_own_is_better_and_a_batch_is_still_a_sweep():
    rows = [(N, D, 7.0, B, 5.0, loss(N, D) * (1 + 0.1 * abs(k - 1)))
            for k, B in enumerate((64.0, 128.0, 256.0)) for N, D in CELLS]  # fmt: skip
    found = take("params,tokens,steps,batch_tokens,D/N,loss", rows)
    assert found.columns.tokens == "tokens"
    again = [(N, D, D / 2, 1.0, L) for N, D, *_, L in rows[:9]]
    found = take("params,tokens,unique_tokens,epochs,loss", again)
    assert found.columns.tokens == "tokens"
    rows = [(N, D / B, B, L) for N, D, _, B, _, L in rows]
    found = take("params,steps,batch_tokens,loss", rows)
    has_the_runs(found)
    assert [note for note in found.notes if "'batch_tokens' is a sweep" in note]


@pytest.mark.parametrize(
    ("header", "row", "asked"),
    [
        ("params,steps,batch_size", (1e8, 1e4, 512), "'batch_size' count tokens or sequences"),
        ("params,steps,batch (examples)", (1e8, 1e4, 512), "add a column 'seq_len'"),
        ("params,steps,batch_size,seq_len", (1e8, 1e4, 524288, 1024), "line 2: 'steps' x"),
        ("params,dataset_size,epoch", (1e8, 1e9, 0), "line 2, column 'epoch'"),
    ],
)
def test_what_a_batch_counts_is_asked(header, row, asked):
    with pytest.raises(ValueError, match=r"loss|token|positive") as refusal:
        take(f"{header},loss", [(*row, 3.0)])
    assert asked in str(refusal.value)


def test_a_product_can_be_chosen_with_numbers_in_it():
    table = csv_reader.parse(b"N,step,bs,loss\n1e8,1000,512,3\n")
    assert guess(table).tokens is None
    found = convert(table, Columns("N", "step * bs x 2048", None, "loss"))
    assert found.runs.tokens.tolist() == [1000 * 512 * 2048]
    assert "tokens from 'step' * 'bs' x 2048" in found.summary


@pytest.mark.parametrize(
    ("choice", "powers"),
    [
        ("a", {"a": 1}), ("a x a x b", {"a x a": 1, "b": 1}),
        ("b / a x 6", {"b": 1, "a": -1, "6": 1}),
        ("sqrt(b / D/N)", {"b": 0.5, "D/N": -0.5}), ("a x", {"a x": 1}), ("a x c", {"a x c": 1}),
        ("a*b", {"a": 1, "b": 1}), ("", {"": 1}), ("2 x 2", {"2": 2}),
    ],
)  # fmt: skip
def test_a_name_as_it_stands_comes_first(choice, powers):
    assert factors(choice, ["a", "b", "a x a", "D/N", ""]) == powers
