"""Anybody's table of runs is read as it was meant, or refused in a sentence that says why."""

import math
import os
import random
import re
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toylab.laws.forms import PF_DAY
from toylab.tables import csv_reader
from toylab.tables.columns import Columns, guess
from toylab.tables.csv_reader import NUMBER, parse
from toylab.tables.file_text import LARGEST
from toylab.tables.training_runs import convert, read

# Hoffmann et al.'s runs as read off their figure; kept beside the project, not in it.

HEAD = "params,tokens,loss\n"
GOOD = HEAD + "70000000,1.4e9,3.21\n1.4e8,2.8e9,3.0\n280M,5.6B,2.8\n"
PARAMS, TOKENS, LOSS = [7e7, 1.4e8, 2.8e8], [1.4e9, 2.8e9, 5.6e9], [3.21, 3.0, 2.8]


def take(text, encoding="utf-8"):
    found = parse(text.encode(encoding))
    return convert(found, guess(found))


def table(rows, head=HEAD):
    return head + "".join(f"{row}\n" for row in rows)


def assert_good(found):
    np.testing.assert_allclose(found.runs.params, PARAMS)
    np.testing.assert_allclose(found.runs.tokens, TOKENS)
    np.testing.assert_allclose(found.runs.loss, LOSS)
    np.testing.assert_allclose(found.runs.flops, 6 * np.multiply(PARAMS, TOKENS))


ONE, TWO = "7e7,1.4e9,3.2", "1.4e8,2.8e9,3.0"

BROKEN = {
    "empty": (b"", ["empty", "params,tokens,loss"]),
    "blank": (b"\n \r\n\n", ["empty"]),
    "comments only": (b"# nothing\n# here\n", ["comments only"]),
    "excel": (b"PK\x03\x04" + bytes(100), ["Excel workbook", "save it as CSV"]),
    "old excel": (b"\xd0\xcf\x11\xe0" + bytes(100), ["old Excel workbook"]),
    "parquet": (b"PAR1" + bytes(100), ["Parquet"]),
    "binary": (b"params,\0tokens", ["binary", "CSV"]),
    "half utf-16": (b"\xff\xfea", ["binary"]),
    "json": (b'[{"params": 7e7]', ["JSON", "line 1"]),
    "json list": (b"[1, 2]", ["JSON", "record"]),
    "html": (b"<!DOCTYPE html><p>", ["web page"]),
    "one column": (b"loss\n3.2\n", ["line 1", "1 columns", "commas"]),
    "no header": (f"{ONE}\n{TWO}\n".encode(), ["line 1", "numbers where the names", "params"]),
    "commented header": (f"# {HEAD}{ONE}\n{TWO}\n", ["line 2", "without a #"]),
    "header only": (HEAD, ["header and no rows", "add a line"]),
    "open quote": (table([ONE, '"7e7,1.4e9,3.2', TWO]), ["line 3", "quotation mark"]),
    "text after a quote": (table([ONE, '"7e7"0,1.4e9,3.2']), ["line 3", "quotation mark"]),
    "open quote in header": (f'params,"tokens,loss\n{ONE}\n', ["line 1", "quotation mark"]),
    "short row": (table([ONE, "7e7,1.4e9"]), ["line 3", "2 cells", "3 columns"]),
    "long row": (table([ONE, TWO, ONE + ",9"]), ["line 4", "4 cells", "3 columns"]),
    "nameless cell": ("params,tokens,loss,\n1e8,1e9,3,x\n", ["line 2", "4 cells"]),
    "locale commas": (
        table(["7e7,1.4e9,3,21", "1.4e8,2.8e9,3,0"]),
        ["line 2", "decimal marks are commas", "semicolons"],
    ),
    "no loss": ("params,tokens\n1e8,1e9\n", ["no column holds the loss", "'params', 'tokens'"]),
    "perplexity of one": (
        "params,tokens,ppl\n1e8,1e9,9\n1e8,2e9,0.9\n",
        ["line 3", "'ppl'", "above 1", "name the column 'loss'"],
    ),
    "no tokens": ("params,loss,epoch\n1e8,3,1\n", ["two of params, tokens", "'epoch'"]),
    "steps are no tokens": ("params,step,lr,loss\n1e8,10,0.1,3\n", ["two of", "'step', 'lr'"]),
    "many columns": (
        ",".join(f"c{i}" for i in range(30)) + "\n" + ",".join(["1"] * 30),
        ["'c7', 'c8'", "'c28', 'c29'"],
    ),
    "too many columns": (
        ",".join(f"c{i}" for i in range(201)),
        ["line 1", "201 columns, not between 2 and 200"],
    ),
    "a header of thousands of words": (
        " ".join(f"w{i}" for i in range(8000)),
        ["line 1", "8,000 columns"],
    ),
    "brackets without end": (" ".join(["(a"] * 8000), ["line 1", "8,000 columns"]),
    "a header of a page": ("params,tokens,loss " + "x" * 400, ["line 1", "405 letters", "300"]),
    "a number without end": (
        table([ONE, "1" * 100_000 + "x,1e9,3"]),
        ["line 3", "100,001 letters", "at most 300", "quotation mark"],
    ),
    "thousands without end": (
        table([ONE, '"1' + ",000" * 30_000 + 'x",1e9,3']),
        ["line 3", "120,002 letters"],
    ),
    "a cell too long for the parser": (
        table([ONE, "1" * 200_000 + ",1e9,3"]),
        ["line 3", "quotation mark out of place"],
    ),
    "a quote over many lines": (
        table([ONE, '"' + "\n".join([ONE] * 50) + '",1e9,3']),
        ["line 3", "letters", "quotation mark out of place"],
    ),
    "the longest number": (table([ONE, "1" * 299 + "x,1e9,3"]), ["line 3", "'111", "\u2026"]),
    "text": (table([ONE, "7e7,abc,3"]), ["line 3", "'tokens'", "'abc'", "5.76e23 or 70B"]),
    "text in loss": (table([ONE, "7e7,1e9,low"]), ["line 3", "'loss'", "'low'", "2.35"]),
    "suffix in loss": (table([ONE, "7e7,1e9,3M"]), ["line 3", "'loss'", "'3M'"]),
    "empty cells": (table(["7e7,,3"]), ["line 2", "'tokens'", "empty", "fill it in"]),
    "nan alone": (table(["7e7,1e9,NaN"]), ["line 2", "'loss'", "'NaN'", "diverged"]),
    "overflow": (table([ONE, "1e400,1e9,3"]), ["line 3", "'params'", "beyond any run"]),
    "huge": (table([ONE, "1e9,2e18,3"]), ["line 3", "'tokens'", "2e18", "unit"]),
    "negative": (table([ONE, "-7e7,1e9,3"]), ["line 3", "'params'", "not positive"]),
    "negative loss": (table([ONE, "7e7,1e9,-3"]), ["line 3", "'loss'", "-3", "not positive"]),
    "zero": (table([ONE, "7e7,1e9,0.0"]), ["line 3", "'loss'", "not positive"]),
    "percent": (table([ONE, "7e7,1e9,30%"]), ["line 3", "'loss'", "percentage"]),
    "underscore": (table([ONE, "70_0,1e9,3"]), ["line 3", "'params'", "'70_0'"]),
    "other digits": (table([ONE, "\u0667e7,1e9,3"]), ["line 3", "'params'", "not a number"]),
    "long cell": (table([ONE, "x" * 301 + ",1e9,3"]), ["line 3", "301 letters", "300"]),
    "bad groups": (table([ONE, '"7,00,000",1e9,3']), ["line 3", "'params'", "unclear comma"]),
    "quoted decimal comma": (table([ONE, '7e7,1e9,"3,140"']), ["line 3", "'loss'", "point"]),
    "unclear comma": (
        "params;tokens;loss\n1e8;1e9;3\n1,000;1e9;3\n",
        ["line 3", "'params'", "'1,000'", "decimal comma or a thousands separator"],
    ),
    "two marks": (
        "params;tokens;loss\n1e8;1e9;3,1\n70.000;1e9;3,2\n",
        ["line 3", "'params'", "'70.000'", "decimal commas"],
    ),
    "two units": (
        "params (M),tokens,loss\n1,1e9,3\n70M,1e9,3\n",
        ["line 3", "(M)", "one place"],
    ),
    "billions": (
        table(["70,1.4,3", "0.07,1.4,3"]),
        ["line 3", "'params'", "0.07", "params (B)"],
    ),
    "trillions": (table(["1e8,0.4,3"]), ["line 2", "'tokens'", "0.4", "'tokens (B)'"]),
    "pf-days": ("params,flops,loss\n1e8,0.1,3\n", ["line 2", "'flops'", "'flops (PF-days)'"]),
    "derived tokens": (
        "params,flops,loss\n1e8,100,3\n",
        ["line 2", "imply", "tokens", "'flops (1e15)'", "1.7 tokens a parameter"],
    ),
    "derived params": ("tokens,flops,loss\n3,3e23,3\n", ["line 2", "imply", "1.67e22 params"]),
    "perplexity": (table(["7e7,1e9,90", "7e8,1e9,60"]), ["'loss'", "above 50", "logarithm"]),
    "flops in other units": (
        "params,tokens,flops,loss\n1e8,1e9,0.6e9,3\n2e8,1e9,1.2e9,3\n1e9,1e9,6e18,3\n",
        ["'flops'", "1e-9 times", "'flops (1e9)'"],
    ),
    "flops far too many": (
        "params,tokens,flops,loss\n1e8,1e9,6e19,3\n1e8,1e9,6e17,3\n1e8,1e9,6e20,3\n",
        ["'flops'", "100 times", "billions"],
    ),
    "loss twice": ("params,tokens,loss,loss\n1e8,1e9,3,3\n", ["'loss' is there 2 times"]),
}


def said(call, *arguments):
    """The refusal, after checking that it is one sentence and nothing but."""
    with pytest.raises(ValueError, match=r"\w") as caught:
        call(*arguments)
    assert type(caught.value) is ValueError
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert not sentence.endswith(".")
    assert len(sentence) < 300
    return sentence


@pytest.mark.parametrize(("content", "fragments"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_file_is_refused_with_its_place_and_the_remedy(content, fragments, tmp_path):
    path = tmp_path / "broken.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    sentence = said(read, path)
    assert [fragment for fragment in fragments if fragment not in sentence] == [], sentence


def test_good_runs_are_read_as_they_stand():
    found = take(GOOD)
    assert_good(found)
    assert found.columns == Columns("params", "tokens", None, "loss")
    assert found.notes == ()


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", " ", "   ", " ; ", ", "])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_any_separator_and_line_end_will_do(separator, newline):
    assert_good(take(GOOD.replace(",", separator).replace("\n", newline)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
def test_any_usual_encoding_will_do(encoding):
    lines = GOOD.replace("\n", ",é\n").splitlines(keepends=True)
    assert_good(take("# Größe\n" + "".join(lines), encoding))


def test_big_endian_text_and_unassigned_bytes_will_do():
    assert_good(convert(found := parse(b"\xfe\xff" + GOOD.encode("utf-16-be")), guess(found)))
    assert_good(convert(found := parse(b"# \x81\n" + GOOD.encode()), guess(found)))


@pytest.mark.parametrize(
    "text",
    [
        "# made by\n#\n\n" + GOOD,
        "sep=,\n" + GOOD,
        '"# made by, us",,\n' + GOOD,
        GOOD + "\n\n  \n,,\n",
        GOOD.replace("\n", ",,\n"),
        GOOD.replace("params", '"params"').replace("3.21", '"3.21"'),
        GOOD.replace("70000000", '"70,000,000"'),
        GOOD.replace("70000000", '"70,000,000.0"'),
        GOOD.replace("70000000", " 70 M "),
        GOOD.replace("70000000,1.4e9", '70000000, "1,400,000,000"'),
        GOOD.replace(",", ";").replace("\n", ";x\n").replace("x", "notes (a,b,c,d,e)", 1),
        GOOD.replace("70000000", "70m").replace("3.21", "+3.21"),
        GOOD.replace("params", '"params\n(N)"'),
        GOOD.replace("params,", "Model Size, ").replace("tokens", "Training tokens (D)"),
        GOOD.replace("\n1.4e8", "\n\n,,\n1.4e8"),
        GOOD.rstrip(),
    ],
)
def test_what_spreadsheets_add_is_taken_off(text):
    found = take(text)
    assert_good(found)
    assert found.notes == ()


def test_lines_are_counted_as_an_editor_does():
    text = '# one\n\nparams,"to\nkens",loss,x\n1e8,1e9,3,\n\n2e8,1e9,3,"1\n0"\n3e8,1e9,x,\n'
    assert parse(text.encode()).cells.index.tolist() == [5, 7, 9]
    assert "line 9, column 'loss'" in said(take, text)


def test_the_cells_are_the_text_of_the_file():
    cells = parse(b" a , b,a\n1,x y, \n,,\n007,3%,z\n").cells
    assert cells.columns.tolist() == ["a", "b", "a"]
    assert cells.to_numpy().tolist() == [["1", "x y", ""], ["007", "3%", "z"]]
    assert cells.index.tolist() == [2, 4]


def test_decimal_commas_are_read_and_said():
    found = take("params (M);tokens;loss\n70;1,4e9;3,21\n140;2,8e9;3\n280;5,6B;2,800\n")
    assert_good(found)
    assert "commas" in found.notes[0]
    assert "decimal" in found.notes[0]


def test_three_decimals_after_a_comma_are_decimals_of_a_loss():
    assert take("params\ttokens\tloss\n1e8\t1e9\t3,125\n").runs.loss == [3.125]


def test_commas_between_thousands_are_taken_out_of_a_table_of_tabs():
    found = take("params\ttokens\tloss\n70,000\t1,400,000,000\t3.21\n")
    assert found.runs.params == [70_000]
    assert found.runs.tokens == [1.4e9]
    assert found.notes == ()


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("N,D,L", "N D - L"),
        ("n_params,n_tokens,final_loss", "n_params n_tokens - final_loss"),
        ("num_params,train_tokens,val_loss", "num_params train_tokens - val_loss"),
        ("Model Size,Training FLOP,loss", "Model Size/-/Training FLOP/loss"),
        (
            "non_embedding_params,Dataset size,Eval Loss",
            "non_embedding_params/Dataset size/-/Eval Loss",
        ),
        ("non-embedding params,data,test_loss", "non-embedding params/data/-/test_loss"),
        ("PARAMETERS,C,Cross-Entropy", "PARAMETERS - C Cross-Entropy"),
        ("c_flops,model_params,loss (nats)", "model_params/-/c_flops/loss (nats)"),
        ("size,compute_budget,loss [nats]", "size/-/compute_budget/loss [nats]"),
        (
            "Training compute (FLOP),Parameters (N),validation loss",
            "Parameters (N)/-/Training compute (FLOP)/validation loss",
        ),
        ("N (B),D (B),C (PF-days),bits per token", "N (B)/D (B)/C (PF-days)/bits per token"),
        ("tokens_B,Params [millions],train_loss", "Params [millions]/tokens_B/-/train_loss"),
        ("compute,params,loss [nats/token]", "params|-|compute|loss [nats/token]"),
        ("tokens in billions,PF-days,loss", "-/tokens in billions/PF-days/loss"),
        ("params,N,modelsize,tokens,loss", "params tokens - loss"),
        ("Params,params (M),tokens,loss", "Params tokens - loss"),
        ("params (M),Params,tokens,loss", "Params tokens - loss"),
        ("train_loss,loss,val_loss,N,D", "N D - val_loss"),
        ("N,D,train/loss", "N|D|-|train/loss"),
        ("N,D,train/loss,eval/loss", "N|D|-|eval/loss"),
        ("N,D,train/loss,eval/loss,val/loss", "N|D|-|val/loss"),
        ("N,D,Eval / Loss,loss", "N|D|-|Eval / Loss"),
        ("N,D,train/loss,loss", "N|D|-|loss"),
        ("N,D,train/loss,nats/token", "N|D|-|nats/token"),
        ("N,D,loss/token", "N|D|-|loss/token"),
        ("N,D,val/loss (bits/token)", "N|D|-|val/loss (bits/token)"),
        ("N,D,Loss / Token", "N|D|-|Loss / Token"),
        ("bits/byte,loss / char,bits / Word,FLOP/s,FLOPs / sec", "-|-|-|bits/byte"),
        ("tokens/s,tokens/day,params/byte,N/D,FLOPs/token", "- - - -"),
        ("train_loss,loss,N,D", "N D - loss"),
        ("loss,Loss,N,D", "N D - loss"),
        ("final_loss,loss,N,D", "N D - loss"),
        ("n,d,c,l", "n d - -"),
        ("d_k,n_b,c_b,lr", "- - - -"),
        ("epoch,lr,step,n_layers", "- - - -"),
        ("FLOP/s,loss (bits/byte),tokens per param,params (GB)", "-|-|-|loss (bits/byte)"),
        ("tokens (1e-9),params^2,perplexity,steps", "- - - perplexity"),
        (
            "tokens (10^9),params (x1e6),flops (1e18),loss",
            "params (x1e6)/tokens (10^9)/flops (1e18)/loss",
        ),
        (",x,\u00d1", "- - - -"),
    ],
)
def test_columns_are_found_by_their_names(header, expected):
    names = expected.split(next(mark for mark in "|/ " if mark in expected))
    expected = Columns(*(None if name == "-" else name for name in names))
    assert guess(parse(header.encode())) == expected


@given(st.sampled_from(["val_loss", "Model Size", "Training FLOP", "num tokens"]), st.randoms())
def test_case_and_punctuation_of_a_name_do_not_matter(name, chance):
    changed = "".join(chance.choice([c.upper(), c.lower()]) for c in name)
    changed = re.sub("[ _]", chance.choice(["", " ", "_", "-", "."]), changed)
    assert changed in vars(guess(parse(f"{changed},x\n".encode()))).values()


@pytest.mark.parametrize("kind", ["params", "tokens", "flops", "loss"])
def test_no_spelling_belongs_to_two_kinds(kind):
    letters = {"params": "N", "tokens": "D", "flops": "C", "loss": "L"}
    for name in (kind, letters[kind]):
        found = vars(guess(parse(f"{name},x\n".encode())))
        assert [k for k, v in found.items() if v] == [kind]


def test_a_column_of_words_is_no_size():
    assert take("size,data,params,flops,loss\nS,c4,1e8,6e17,3\n").columns.tokens is None


@pytest.mark.parametrize(
    ("name", "cell", "kind", "expected"),
    [
        ("params (M)", "70", "params", 7e7),
        ("Params [millions]", "70", "params", 7e7),
        ("params (B)", "0.07", "params", 7e7),
        ("params", "350M", "params", 3.5e8),
        ("params", "70B", "params", 7e10),
        ("params (non-embedding)", "7e7", "params", 7e7),
        ("params (thousands)", "7e4", "params", 7e7),
        ("tokens_B", "1400", "tokens", 1.4e12),
        ("tokens (in T)", "1.4", "tokens", 1.4e12),
        ("tokens", "1.4T", "tokens", 1.4e12),
        ("tokens (10^9)", "1400", "tokens", 1.4e12),
        ("flops (PF-days)", "100", "flops", 100 * PF_DAY),
        ("compute [petaflop/s-days]", "100", "flops", 100 * PF_DAY),
        ("PF_days", "100", "flops", 100 * PF_DAY),
        ("flops (1e18)", "12", "flops", 1.2e19),
        ("loss (bits)", "4", "loss", 4 * math.log(2)),
        ("loss (nats)", "4", "loss", 4),
        ("val/loss (bits/token)", "4", "loss", 4 * math.log(2)),
        ("loss [bits / Token]", "4", "loss", 4 * math.log(2)),
    ],
)
def test_a_unit_in_a_name_or_a_cell_scales_and_the_name_is_noted(name, cell, kind, expected):
    row = {"params": ("N", "7e7"), "tokens": ("D", "1.4e9"), "loss": ("L", "3")}
    row[kind] = (name, cell)
    if kind == "flops":
        del row["tokens"]
    head, cells = zip(*row.values(), strict=True)
    found = take(",".join(head) + "\n" + ",".join(cells))
    assert getattr(found.runs, kind) == pytest.approx(expected)
    scaled = expected != pytest.approx(NUMBER.fullmatch(cell) and float(cell.rstrip("BMT")))
    in_name = cell[-1].isdigit() and scaled
    assert len([note for note in found.notes if repr(name) in note]) == in_name


def test_an_unknown_unit_of_a_chosen_column_is_noted():
    found = convert(
        parse(b"text (GB),N,loss\n1e8,1e7,3\n"), Columns("N", "text (GB)", None, "loss")
    )
    assert found.runs.tokens == [1e8]
    assert ["'text (GB)'" in note and "unknown" in note for note in found.notes] == [True]


@pytest.mark.parametrize(
    ("columns", "fragments"),
    [
        (Columns("N", "D", None, None), ["no column holds the loss", "'N', 'D', 'C', 'ppl'"]),
        (Columns("N", None, None, "L"), ["two of params, tokens and flops", "'ppl'"]),
        (Columns("N", "D", None, "x"), ["'x' is not in the file", "'N', 'D', 'C'"]),
        (Columns("N", "N", None, "L"), ["'N' is used twice"]),
        (Columns("N", "D", "L", "L"), ["'L' is used twice"]),
        (Columns("N", "N x x", None, "L"), ["'N x x' is not in the file"]),
        (Columns("N", "x x 2", None, "L"), ["'x x 2' is not in the file"]),
    ],
)
def test_a_choice_of_columns_that_makes_no_runs_is_refused(columns, fragments):
    found = parse(b"N,D,C,ppl,L\n1e8,1e9,6e17,20,3\n")
    sentence = said(convert, found, columns)
    assert [fragment for fragment in fragments if fragment not in sentence] == [], sentence


def test_a_letter_alone_is_a_symbol_and_no_unit():
    found = convert(parse(b"M,T,L\n1e8,1e9,3\n"), Columns("M", "T", None, "L"))
    assert (found.runs.params, found.runs.tokens, found.notes) == ([1e8], [1e9], ())


def test_two_columns_of_one_name_matter_only_where_it_is_chosen():
    assert_good(take(re.sub(r"(?m)$", ",1,2", GOOD.rstrip()).replace("loss,1,2", "loss,x,x")))


def test_flops_stay_as_the_study_counted_them():
    found = take("params,tokens,flops,loss\n1e8,1e9,7e17,3\n1e8,2e9,1.1e18,2.9\n")
    assert found.runs.flops.tolist() == [7e17, 1.1e18]
    assert found.notes == ()


def test_the_third_of_params_tokens_and_flops_follows():
    assert take("params,flops,loss\n1e8,6e17,3\n").runs.tokens == pytest.approx(1e9)
    assert take("tokens,flops,loss\n1e9,6e17,3\n").runs.params == pytest.approx(1e8)


def test_an_exact_repeat_counts_once_and_another_seed_counts():
    found = take(table([ONE, TWO, ONE, "7e7,1.4e9,3.3", "70M,1.4B,3.20"]))
    assert found.runs.loss.tolist() == [3.2, 3.0, 3.3]
    assert [note for note in found.notes if "lines 4, 6" in note] == list(found.notes)


@pytest.mark.parametrize(
    ("rows", "fragment"),
    [
        (["1e8,1e9,21", "1e8,2e9,3"], "1 of 2 losses are above 20"),
        (["1e8,1e9,90", "1e8,2e9,3"], "1 of 2 losses are above 20"),
        (["1e9,1e8,3", "2e9,2e8,3"], "swapped"),
        (["70,1.4e8,3", "140,2e8,3"], "No run has more than 140 params:"),
        (["1,300,3", "1,600,3"], "No run has more than 1 params and 600 tokens:"),
    ],
)
def test_odd_sizes_are_noted(rows, fragment):
    assert sum(fragment in note for note in take(table(rows)).notes) == 1


@pytest.mark.parametrize(
    "rows",
    [
        ["1e9,1e8,3", "1e8,2e9,3"],
        ["1e8,1e9,20", "1e8,2e9,11"],
        ["999,1e9,3", "1000,1e9,3"],
    ],
)
def test_usual_sizes_are_not_noted(rows):
    assert take(table(rows)).notes == ()


def test_columns_are_not_swapped_where_one_of_them_is_not_there():
    assert take("params,flops,loss\n1e10,6e19,3\n").notes == ()


def test_counted_flops_far_from_six_a_parameter_and_token_are_noted_with_their_range():
    found = take("params,tokens,flops,loss\n1e8,1e9,6e17,3\n1e8,2e9,2.4e18,2.9\n")
    assert found.notes == ("The flops given are 1 to 2 times 6 x params x tokens.",)
    found = take("params,tokens,flops,loss\n1e8,1e9,6e17,3\n1e8,2e9,6e17,2.9\n")
    assert found.notes == ("The flops given are 0.5 to 1 times 6 x params x tokens.",)


def test_a_note_is_a_sentence():
    found = take("params (M);tokens;flops;loss (bits)\n1;1e3;1e11;40,1\n1;1e3;1e11;40,1\n")
    assert len(found.notes) == 7
    assert [note for note in found.notes if not re.fullmatch(r"[A-Z0-9][^\n]*[.?]", note)] == []


positive = st.floats(-3, 3).map(lambda exponent: 10.0**exponent)
runs = st.tuples(positive.map(lambda x: 1e9 * x), positive.map(lambda x: 1e12 * x), positive)


@given(st.lists(runs, min_size=1, max_size=9, unique=True).filter(lambda r: r[0][2] < 11))
def test_numbers_survive_the_file_to_the_last_bit(rows):
    found = take(table([",".join(map(repr, row)) for row in rows])).runs
    assert list(zip(found.params, found.tokens, found.loss, strict=True)) == rows


def unharmed(data):
    """Read it; whatever it is, nothing but a ValueError may come of it."""
    try:
        found = parse(data)
        columns = guess(found)
        made = convert(found, columns)
    except ValueError as error:
        assert type(error) is ValueError  # noqa: PT017 - not a UnicodeDecodeError
        return None
    for array in made.runs.frame.to_numpy().T:
        assert (np.isfinite(array) & (array > 0)).all()
    return made


@given(st.binary())
def test_no_bytes_do_harm(data):
    unharmed(data)


@given(st.binary(max_size=60), st.sampled_from([b"", b"\xff\xfe", b"\xef\xbb\xbf", b"# x\n"]))
def test_no_bytes_within_a_table_do_harm(data, mark):
    unharmed(mark + GOOD.encode() + data)
    unharmed(mark + HEAD.encode() + data + b"\n" + ONE.encode())


cell = st.one_of(
    st.text("0123456789.,;eE+-kMBT%\"' \r\n#|\t", max_size=8),
    st.sampled_from(["", "nan", "1e8", "1e9", "3", "1,000", "70B", "1e-400", "1e999", "\u0667"]),
    st.floats().map(str),
)
name = st.sampled_from(
    ["params", "N", "tokens", "D (B)", "flops", "C", "loss", "L", "loss (bits)", "x", "", "a,b"]
)


@given(st.data(), st.sampled_from([",", ";", "\t", "|", " "]), st.integers(1, 5))
def test_no_table_does_harm(data, separator, columns):
    head = data.draw(st.lists(name, min_size=columns, max_size=columns))
    rows = data.draw(st.lists(st.lists(cell, min_size=columns, max_size=columns), max_size=5))
    unharmed("\n".join(separator.join(row) for row in [head, *rows]).encode())


@given(st.integers(0, 2), st.integers(0, 2), cell)
def test_one_changed_cell_is_read_or_refused_at_its_line(row, column, changed):
    cells = [line.split(",") for line in GOOD.splitlines()[1:]]
    cells[row][column] = '"' + changed.replace('"', '""') + '"'
    text = table([",".join(line) for line in cells])
    try:
        found = take(text)
    except ValueError as error:
        assert f"line {row + 2}" in str(error)  # noqa: PT017 - where it is refused
    else:
        others = np.arange(3) != row
        kept = others if len(found.runs) == 3 else slice(None)  # else it is no result
        np.testing.assert_allclose(found.runs.loss[kept], np.array(LOSS)[others])


names = st.none() | st.sampled_from(["params", "tokens", "loss", "other", ""])


@given(names, names, names, names)
def test_any_choice_of_columns_is_read_or_refused(params, tokens, flops, loss):
    columns = Columns(params, tokens, flops, loss)
    try:
        made = convert(parse(GOOD.encode()), columns)
    except ValueError as error:
        assert type(error) is ValueError  # noqa: PT017 - not a subclass
    else:
        assert made.columns == columns


def test_a_large_file_is_refused_unread(tmp_path):
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    start = time.perf_counter()
    sentence = said(read, path)
    assert time.perf_counter() - start < 0.1
    assert "200.0 MB" in sentence
    assert "5 MB" in sentence
    assert "one line per finished run" in sentence


def test_large_bytes_are_refused_before_they_are_decoded():
    assert "limit is 5 MB" in said(parse, bytes(LARGEST + 1))
    assert "binary" in said(parse, bytes(LARGEST))


def test_what_has_no_size_is_not_read_for_ever():
    if not os.path.exists("/dev/zero"):
        pytest.skip("there is no endless file here")
    assert "limit is 5 MB" in said(read, "/dev/zero")


def test_a_file_that_is_not_there_is_refused_with_its_name(tmp_path):
    assert "no.csv: No such file" in said(read, tmp_path / "no.csv")
    assert "directory" in said(read, str(tmp_path))


def test_more_rows_than_any_log_are_refused(monkeypatch):
    rows = [f"7e7,1.4e9,{2 + k / 1e6}" for k in range(5)]
    monkeypatch.setattr(csv_reader, "MOST_ROWS", 5)
    assert len(take(table(rows)).runs) == 5
    assert "more than 5 rows" in said(take, table([*rows, ONE]))


def test_two_hundred_columns_and_cells_of_three_hundred_letters_are_allowed():
    extra = 200 - 3
    head = HEAD.strip() + "," + ",".join(f"c{k}" for k in range(extra))
    row = ONE + "," + ",".join(["y" * 300] * extra)
    assert take(f"{head}\n{row}\n").runs.loss.tolist() == [3.2]


@given(st.text("0123456789.,+-eE ()/aM", min_size=1), st.integers(1, 300))
def test_no_name_and_no_cell_takes_long(part, letters):
    """Whatever repeats: were it slow, the suite would stand still here."""
    long = (part * letters)[:letters]
    cell = '"' + long + '"'
    unharmed(f"{cell},tokens,loss\n1e8,1e9,3\n".encode())
    unharmed(f"params,tokens,loss\n{cell},1e9,3\n".encode())


def test_shuffled_rows_are_the_same_runs():
    rows = GOOD.splitlines()[1:]
    random.Random(0).shuffle(rows)
    assert sorted(take(table(rows)).runs.loss) == sorted(LOSS)


def test_the_published_points_are_read_without_a_doubt(published_points):
    found = read(published_points)
    assert found.columns == Columns("Model Size", None, "Training FLOP", "loss")
    assert len(found.runs) == 245
    assert found.notes == ()
    assert found.runs.params[0] == 6795600349.289497
    assert found.runs.flops[-1] == float(published_points.read_text().split()[-1].split(",")[4])


def test_rows_without_a_result_are_left_out_and_their_lines_are_told():
    rows = [ONE, "7e7,,3", "7e7,-,3", "params,tokens,loss", TWO, "7e7,1e9,-inf"]
    found = take(table(rows))
    assert found.runs.loss.tolist() == take(table([ONE, TWO])).runs.loss.tolist()
    (note,) = found.notes
    assert note.endswith("lines 3, 4, 5, 7.")


def test_runs_that_their_state_calls_crashed_are_left_out():
    rows = [f"{ONE},finished", f"{TWO},finished", "7e7,1e9,9.1,crashed", "7e7,1e9,8,running"]
    found = take("params,tokens,loss,State\n" + "\n".join(rows))
    assert len(found.runs) == 2
    (note,) = found.notes
    assert note.endswith("lines 4, 5.")
