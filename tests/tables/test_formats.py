"""Formats, spellings and units in which tables of runs are found, all of the same two runs."""

import gzip
import json

import pytest

from toylab.tables import csv_reader
from toylab.tables.columns import guess
from toylab.tables.training_runs import convert

NAMES, ROWS = ["params", "tokens", "loss"], [[7e7, 1.4e9, 3.2], [2e8, 4e9, 2.9]]
RECORDS = [dict(zip(NAMES, row, strict=True)) for row in ROWS]


def separated(mark):
    return "\n".join(mark.join(map(str, row)) for row in [NAMES, *ROWS]).encode()


def markdown(rule, frame=""):
    body = [f"{frame} {' | '.join(map(str, row))} {frame}" for row in ROWS]
    return "\n".join([f"{frame} {' | '.join(NAMES)} {frame}", rule, *body]).encode()


FORMATS = {
    "csv": separated(","),
    "tsv": separated("\t"),
    "semicolons": separated(";"),
    "gzip": gzip.compress(separated(",")),
    "markdown": markdown("|---|---:|:-:|", "|"),
    "bare markdown": markdown("--- | --- | ---"),
    "readme": b"# Runs\n\nWhat we | did, and why.\n\n"
    + markdown("|:--|--:|--:|", "|")
    + b"\n\nMore: see below.\n",
    "remarks": b"# mine\n" + separated(",") + b"\n# of 2026\nExported by me\n",
    "json records": json.dumps(RECORDS).encode(),
    "json lines": "\n".join(map(json.dumps, RECORDS)).encode(),
    "json columns": json.dumps(dict(zip(NAMES, zip(*ROWS, strict=True), strict=True))).encode(),
    "json by row": json.dumps(
        {name: {str(k): row[i] for k, row in enumerate(ROWS)} for i, name in enumerate(NAMES)}
    ).encode(),
    "json by name": json.dumps(dict(zip(["run-1", "run-2"], RECORDS, strict=True))).encode(),
    "json columns by name": json.dumps(
        {name: {f"run-{k}": row[i] for k, row in enumerate(ROWS)} for i, name in enumerate(NAMES)}
    ).encode(),
    "json inside": json.dumps({"project": "x", "runs": RECORDS}).encode(),
    "gzipped lines": gzip.compress("\n".join(map(json.dumps, RECORDS)).encode()),
}


def take(data):
    table = csv_reader.parse(data)
    return convert(table, guess(table)).runs


@pytest.mark.parametrize("data", FORMATS.values(), ids=FORMATS)
def test_the_same_runs_are_read_from_every_format(data):
    runs = take(data)
    assert list(zip(runs.params, runs.tokens, runs.loss, strict=True)) == [tuple(r) for r in ROWS]


def test_runs_stand_on_lines_of_a_csv_and_in_records_of_json():
    csv = "\n".join([",".join(NAMES), *(",".join(map(str, row)) for row in ROWS)])
    tables = map(csv_reader.parse, (csv.encode(), FORMATS["json records"]))
    lines, records = (convert(table, guess(table)) for table in tables)
    assert (lines.counted, lines.lines) == ("line", (2, 3))
    assert (records.counted, records.lines) == ("record", (1, 2))


def test_remarks_below_a_table_are_noted_and_a_name_that_is_empty_is_not_told():
    table = csv_reader.parse(b",params,tokens,loss\n0,7e7,1.4e9,3.2\n1,2e8,4e9,2.9\nby me\n")
    found = convert(table, guess(table))
    assert [note for note in found.notes if note.endswith("on line 4.")]
    assert found.not_used == ()


def test_nested_names_are_paths():
    nested = [
        {"config": {"n_params": n}, "train_tokens": d, "eval": {"loss": e}} for n, d, e in ROWS
    ]
    assert take(json.dumps(nested).encode()).loss.tolist() == [3.2, 2.9]


@pytest.mark.parametrize(
    ("data", "fragment"),
    [
        (b"[]", "no records"),
        (b'{"a": 1', "broken on line 1"),
        (b"[[1, 2], [3, 4]]", "each record"),
        (b'{"a": 1}\n{"a": 2}\n{"a"', "broken on line 3"),
        (b"[" * 200_000, "too deeply"),
        (json.dumps([{f"k{n}": 1} for n in range(300)]).encode(), "at most"),
        (b"\n\n".join([markdown("|---|---|---|", "|")] * 2), "2 tables, .* lines 1, 6"),
        (b"\x1f\x8b\x08rest", "gzipped file is broken"),
        (gzip.compress(b"a,b\n" + b"1,2\n" * 10**7), "limit"),
    ],
)
def test_broken_ones_are_refused_in_a_sentence(data, fragment):
    with pytest.raises(ValueError, match=fragment):
        csv_reader.parse(data)


SPELLINGS = {  # every word that issues and papers have for a quantity, in plain counts
    "params": "N n n_params model_params active_params effective_params non_embedding_params "
    "params_non_emb N_active n_nonembd weight_params weights param_count model_size "
    "config/n_params",
    "tokens": "D d t tokens_trained tokens_consumed tokens_seen consumed_tokens train_tokens "
    "num_tokens_seen cumulative_tokens dataset_size tokens_processed",
    "loss": "val/loss eval/c4/loss prefix/a/b/loss eval/paloma/c4_en/loss metrics/eval/c4/loss nll "
    "ce val_nll xent mean_loss min_loss smooth_loss val_loss_min loss_smooth valid_ce lm_loss "
    "train/CrossEntropyLoss summary/val/loss cross_entropy",
    "flops": "budget isoflop target_flops achieved_flops model_flops total_flops training_flops "
    "isoflop_budget flops_budget compute C c",
}
UNITS = {  # by the size of one; with every word for budgets
    1e9: "target_gflops|total GFLOPs|compute (G)", 1e12: "achieved_tflops|model_flops (TFLOPs)",
    1e15: "target PFLOPs|flops (P)", 1e18: "model_EFLOPs|exaflops|total_flops (1e18)",
    1e21: "budget (ZFLOPs)|target_flops_Z", 8.64e19: "budget (PF-days)|target_petaflop_days|"
    "total compute (petaflop/s-days)",
}  # fmt: skip


@pytest.mark.parametrize(
    ("quantity", "name"), [(q, name) for q, names in SPELLINGS.items() for name in names.split()]
)
def test_every_spelling_is_known(quantity, name):
    columns = dict(zip(NAMES, zip(*ROWS, strict=True), strict=True))
    if quantity == "flops":
        columns = {"params": columns["params"], "flops": [6 * n * d for n, d, _ in ROWS]} | {
            "loss": columns["loss"]
        }
    columns = {name if key == quantity else key: list(value) for key, value in columns.items()}
    runs = take(json.dumps(columns).encode())
    assert runs.params.tolist() == [7e7, 2e8]
    assert runs.loss.tolist() == [3.2, 2.9]
    assert runs.flops == pytest.approx([6 * n * d for n, d, _ in ROWS])


@pytest.mark.parametrize(
    ("name", "size"), [(name, size) for size, names in UNITS.items() for name in names.split("|")]
)
def test_every_unit_of_flops_is_known(name, size):
    rows = [f"{n},{6 * n * d / size:.12g},{loss}" for n, d, loss in ROWS]
    runs = take("\n".join([f"params,{name},loss", *rows]).encode())
    assert runs.tokens == pytest.approx([1.4e9, 4e9])


@pytest.mark.parametrize(
    ("name", "cell", "number"),
    [
        ("log10_flops", "18", 1e18), ("log10(C)", "21.5", 10**21.5), ("log10_budget", "18", 1e18),
        ("petaflop_days", "2", 1.728e20),
        ("gflops", "6e9", 6e18), ("exaflops", "6", 6e18), ("flops", "1x10^18", 1e18),
        ("flops", "1 \N{MULTIPLICATION SIGN} 10^{18}", 1e18), ("flops", "6e18 FLOPs", 6e18),
    ],
)  # fmt: skip
def test_units_and_powers_of_ten_of_flops(name, cell, number):
    runs = take(f"{name},params,loss\n{cell},1e8,3\n".encode())
    assert runs.flops.tolist() == pytest.approx([number])


@pytest.mark.parametrize(
    ("cell", "number"),
    [("12 billion", 12e9), ("13_304_236", 13304236), ("~13M", 13e6), ("**70M**", 7e7),
     ("\N{ALMOST EQUAL TO} 70M", 7e7), ("300 million params", 3e8), ("log10", None),
     ("about 13M", 13e6), ("10^8", 1e8),
     ("1.3 \N{MULTIPLICATION SIGN} 10\u2079", 1.3e9), ("13 304 236", 13304236), ("`70M`", 7e7),
     ("13\u202f304\u202f236", 13304236), ("13 30 236", None), ("> 13M", None)],
)  # fmt: skip
def test_ways_to_write_a_size(cell, number):
    data = f"params,tokens,loss\n{cell},1e9,3\n".encode()
    if number is None:
        with pytest.raises(ValueError, match="line 2"):
            take(data)
    else:
        assert take(data).params.tolist() == [number]


@pytest.mark.parametrize("cell", ["3.40 \N{PLUS-MINUS SIGN} 0.01", "3.40 +- 0.01", "3.40+/-0.01",
                                  "**3.40**", "_3.40_", "3.40*", "3.40 (0.01)",
                                  "3.40(1)", "3.40\u2020"])  # fmt: skip
def test_ways_to_write_a_loss(cell):
    assert take(f"params,tokens,loss\n1e8,1e9,{cell}\n".encode()).loss.tolist() == [3.4]


@pytest.mark.parametrize("cell", ["300 x 1000000", "512x1024"])
def test_a_product_is_no_power_of_ten(cell):
    with pytest.raises(ValueError, match="line 2"):
        take(f"params,tokens,loss\n1e8,{cell},3\n".encode())


@pytest.mark.parametrize("other", ["t", "c", "budget", "achieved_flops", "n", "tflops"])
def test_a_doubtful_name_is_not_taken_where_there_are_better_ones(other):
    header = "N,D,loss" if other != "t" else "C,N,loss"
    table = csv_reader.parse(f"{header},{other}\n1e8,1e10,3,7\n2e8,1e10,3,9\n".encode())
    assert other not in guess(table).chosen.values()


def test_what_is_no_logarithm_is_refused():
    with pytest.raises(ValueError, match="no logarithm"):
        take(b"log10_flops,params,loss\n1e18,1e8,3\n")
    with pytest.raises(ValueError, match="45 is no logarithm to base 10"):
        take(b"log10_flops,params,loss\n45,1e8,3\n")


@pytest.mark.parametrize(
    ("header", "best"),
    [
        ("train/loss,eval/c4/loss,aux/z/loss", "eval/c4/loss"),
        ("aux/z/loss,train/loss", "train/loss"),
        ("loss_ema,loss", "loss"),
        ("perf/a/flops,compute", None),
    ],
)
def test_of_paths_the_held_out_loss_is_best_and_one_of_unknown_data_the_last(header, best):
    columns = guess(csv_reader.parse(f"{header},N\n{'1,' * header.count(',')}1,2\n".encode()))
    assert columns.loss == best
    assert columns.flops in (None, "compute")


LOGS = {  # header: the columns of params, tokens, flops and loss that are found
    "Name,State,Runtime,batch_size,lr,n_params,train/tokens,train/loss,val/loss":
        ("n_params", "train/tokens", None, "val/loss"),
    "epoch,learning_rate,loss,step,eval_loss,total_flos,num_input_tokens_seen":
        (None, "num_input_tokens_seen", "total_flos", "eval_loss"),
    "config/n_params,throughput/total_tokens,throughput/total_gflops,eval/loss,train/loss":
        ("config/n_params", "throughput/total_tokens", "throughput/total_gflops", "eval/loss"),
    "loss_metrics/global_avg_loss,model_size,n_tokens_seen":
        ("model_size", "n_tokens_seen", None, "loss_metrics/global_avg_loss"),
    "lm loss,consumed_tokens,iteration,params,throughput/tokens_per_second":
        ("params", "consumed_tokens", None, "lm loss"),
    "hyperparameters/params,hyperparameters/tokens,train/CrossEntropyLoss,train/Perplexity":
        ("hyperparameters/params", "hyperparameters/tokens", None, "train/CrossEntropyLoss"),
}  # fmt: skip


@pytest.mark.parametrize(("header", "found"), LOGS.items(), ids=range(len(LOGS)))
def test_the_headers_of_usual_logs_are_known(header, found):
    columns = guess(csv_reader.parse(f"{header}\n{'1,' * header.count(',')}1\n".encode()))
    assert (columns.params, columns.tokens, columns.flops, columns.loss) == found


def test_every_refusal_of_columns_lists_them_all():
    names = [f"c{k}" for k in range(60)]
    for extra in ("x", "loss", "loss,params", "params,tokens"):
        header = ",".join([*names, extra])
        data = f"{header}\n{','.join('1' for _ in header.split(','))}\n".encode()
        with pytest.raises(ValueError, match="the file has the columns") as refusal:
            take(data)
        assert all(f"'{name}'" in str(refusal.value) for name in [*names, *extra.split(",")])
