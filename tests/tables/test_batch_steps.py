"""Somebody's table of batches and steps is read as it was meant, or refused with its line."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toylab.experiments.critical_batch_study import CriticalBatchStudy
from toylab.fits.critical_batch import Fit
from toylab.laws.critical_batch import Tradeoff
from toylab.tables.batch_steps import convert, fits, read
from toylab.tables.csv_reader import parse
from toylab.tables.step_columns import Columns, guess

few = settings(deadline=None, max_examples=15)
CURVE = Tradeoff(S_min=100.0, E_min=1e4)
BATCHES = [10, 30, 100, 300, 1000]
STEPS = [100 + 1e4 / B for B in BATCHES]


def take(text):
    found = parse(text.encode())
    return convert(found, guess(found)).frame


def table(head="batch,steps", *, batch=BATCHES, steps=STEPS):
    return head + "\n" + "".join(f"{B},{S}\n" for B, S in zip(batch, steps, strict=True))


# --- Which column is which --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("batch,steps", "batch/steps/-"),
        ("steps,batch", "batch/steps/-"),
        ("batch_size,S", "batch_size/S/-"),
        ("BS,iterations", "BS/iterations/-"),
        ("B,S,target", "B/S/target"),
        ("gbs,iters,run", "gbs/iters/run"),
        ("Global Batch Size,train_steps,model", "Global Batch Size/train_steps/model"),
        ("Effective batch,num_updates,Name", "Effective batch/num_updates/Name"),
        ("tokens per step,optimizer steps", "tokens per step/optimizer steps/-"),
        ("batch tokens,number of steps,label", "batch tokens/number of steps/label"),
        ("examples_per_batch,n_iterations", "examples_per_batch/n_iterations/-"),
        ("samples per update,total steps", "samples per update/total steps/-"),
        ("Sequences per step,training steps", "Sequences per step/training steps/-"),
        ("train_batch_size,num steps", "train_batch_size/num steps/-"),
        ("Batch size (tokens),Steps (k)", "Batch size (tokens)/Steps (k)/-"),
        ("batch in millions,steps to target", "batch in millions/steps to target/-"),
        ("loss,batch,steps", "batch/steps/loss"),
        ("target loss,batch,steps", "batch/steps/target loss"),
        ("experiment,batch,steps", "batch/steps/experiment"),
        ("batch,steps,Group", "batch/steps/Group"),
        ("bs,batch,steps", "batch/steps/-"),  # the likelier of two
        ("updates,steps,batch", "batch/steps/-"),
        ("batch (M),batch,steps", "batch/steps/-"),  # the one that needs no unit
        ("target,batch,seed,steps,lr,edge,device,examples", "batch/steps/target"),
        ("b,s,g", "-/-/-"),  # may be anything
        ("epoch,lr,seconds", "-/-/-"),
        ("batches,steps per second,val_loss", "-/-/-"),
    ],
)
def test_columns_are_found_by_their_names(header, expected):
    names = [None if name == "-" else name for name in expected.split("/")]
    assert guess(parse(header.encode())) == Columns(*names)


@pytest.mark.parametrize("other", ["run", "name", "model", "loss"])
@pytest.mark.parametrize("sure", ["group", "target"])
def test_a_target_or_a_group_goes_before_the_name_of_a_run(other, sure):
    """A run's name, or the loss it ended with, is another on every line."""
    assert guess(parse(f"{other},batch,steps,{sure}\n".encode())).group == sure


@pytest.mark.parametrize("name", ["run", "name", "model", "loss", "label", "experiment"])
def test_a_column_whose_cells_hardly_recur_is_no_group(name):
    lines = [f"{B},{S},{k}" for k, (B, S) in enumerate(zip(BATCHES, STEPS, strict=True))]
    text = "\n".join([f"batch,steps,{name}", *lines])
    assert guess(parse(text.encode())) == Columns("batch", "steps", None)
    (found,) = fits(take(text)).values()
    assert found.B_crit.value == pytest.approx(CURVE.B_crit)
    pair = "\n".join([f"batch,steps,{name}", *lines, "3000,103.4,0"])
    assert guess(parse(pair.encode())).group is None


@pytest.mark.parametrize("name", ["group", "Group", "target", "target loss"])
def test_a_group_that_says_it_is_one_is_believed_though_each_line_has_its_own(name):
    text = f"batch,steps,{name}\n" + "".join(f"{B},9,{B}\n" for B in BATCHES)
    assert guess(parse(text.encode())).group == name
    found = fits(take(text))
    assert len(found) == 5
    assert all("needs 3 different batches, got 1" in one for one in found.values())


def test_the_only_line_of_a_table_does_not_tell_that_a_name_is_no_group():
    assert guess(parse(b"batch,steps,model\n8,900,small\n")).group == "model"


# --- What its numbers say ---------------------------------------------------------------------


def test_a_table_without_groups_is_one():
    frame = take(table())
    assert list(frame) == ["group", "batch", "steps"]
    assert frame["group"].tolist() == ["all"] * 5
    assert frame["batch"].tolist() == BATCHES
    assert frame["steps"].tolist() == pytest.approx(STEPS)
    (found,) = fits(frame).values()
    assert found.B_crit.value == pytest.approx(CURVE.B_crit)


def test_groups_keep_their_names_and_their_order():
    text = "steps,target,batch\n" + "".join(
        f"{S * more},{name},{B}\n"
        for name, more in (("2.55", 3), ("2.9", 1), (" 2.7 ", 2))
        for B, S in zip(BATCHES, STEPS, strict=True)
    )
    found = fits(take(text))
    assert list(found) == ["2.55", "2.9", "2.7"]
    assert [fit.S_min.value for fit in found.values()] == pytest.approx([300, 100, 200])
    assert [fit.B_crit.value for fit in found.values()] == pytest.approx([100] * 3)


def test_rows_of_groups_may_be_mixed_and_repeated_seeds_count_as_one_batch():
    rows = [
        (name, B, S * more * luck)
        for B, S in zip(BATCHES, STEPS, strict=True)
        for name, more in (("b", 1), ("a", 2))
        for luck in (0.8, 1.25)
    ]
    frame = take("group,batch,steps\n" + "".join(f"{g},{B},{S}\n" for g, B, S in rows))
    assert frame.to_numpy().tolist() == [list(row) for row in rows]
    found = fits(frame)
    assert list(found) == ["b", "a"]
    assert found["a"].S_min.value == pytest.approx(200)
    assert len(found["a"].batches) == 5


@pytest.mark.parametrize(
    ("head", "cells", "expected"),
    [
        ("batch,steps", "2048,1500", (2048, 1500)),
        ("batch,steps", "0.5M,3k", (5e5, 3000)),
        ("batch,steps", "1e6,1.5e3", (1e6, 1500)),
        ("batch,steps", '"2,048","1,500"', (2048, 1500)),
        ("batch (M),steps", "0.5,3", (5e5, 3)),
        ("batch (k),steps (k)", "0.5,0.2", (500, 200)),
        ("batch tokens (M),steps", "0.5,3", (5e5, 3)),
        ("batch_size_M,steps", "0.5,3", (5e5, 3)),
        ("batch in millions,steps in thousands", "0.5,3", (5e5, 3000)),
        ("tokens per step (millions),steps", "4,3", (4e6, 3)),
        ("batch (tokens),steps", "64,3", (64, 3)),
        ("batch size (sequences),steps", "64,3", (64, 3)),
        ("batch_examples,steps", "64,3", (64, 3)),
        ("batch;steps", "1,5;2,25", (1.5, 2.25)),
        ("batch (M);steps", "0,5;3000", (5e5, 3000)),
        ("batch;steps", "1,000,000;3,000", (1e6, 3000)),
        ("batch\tsteps", "64\t3", (64, 3)),
    ],
)
def test_numbers_are_read_with_their_units_and_marks(head, cells, expected):
    frame = take(f"{head}\n{cells}\n")
    assert (frame["batch"][0], frame["steps"][0]) == pytest.approx(expected)


@pytest.mark.parametrize("head", ["batch (M tokens)", "Batch size (million tokens)"])
def test_millions_of_tokens_are_not_taken_for_tokens(head):
    found = parse(f"{head},steps\n2,300\n4,200\n".encode())
    assert convert(found, Columns(head, "steps", None)).frame["batch"].tolist() == [2e6, 4e6]


def test_a_papers_symbol_in_brackets_is_no_unit():
    """Nobody counts a batch in billions, and B is what every paper calls it."""
    frame = take("Batch size (B),Steps (S)\n64,300\n128,200\n")
    assert frame["batch"].tolist() == [64, 128]
    assert frame["steps"].tolist() == [300, 200]


@given(st.permutations(range(5)), st.sampled_from([",", ";", "\t", "|"]))
@few
def test_neither_the_order_of_rows_nor_the_separator_matters(order, separator):
    text = table(batch=[BATCHES[k] for k in order], steps=[STEPS[k] for k in order])
    (found,) = fits(take(text.replace(",", separator))).values()
    assert found.B_crit.value == pytest.approx(CURVE.B_crit)
    assert found.batches == pytest.approx(BATCHES)


@pytest.mark.parametrize(
    "more", ["loss,nan", "lr,inf", "edge,True", "note,diverged", "note,", "seed,-1"]
)
def test_what_stands_in_other_columns_does_not_matter(more):
    name, cell = more.split(",")
    lines = table("batch,steps").splitlines()
    text = "\n".join([f"{lines[0]},{name} x", *(f"{line},{cell}" for line in lines[1:])])
    assert take(text)["steps"].tolist() == pytest.approx(STEPS)


def test_our_own_races_are_read_as_they_were_trained(tmp_path):
    """The CSV of `toylab batch-steps`."""
    usual = {"lr": 0.5, "edge": False, "device": "cpu"}
    rows = [
        usual | {"batch": B, "target": target, "steps": S * more, "seed": seed}
        for target, more in ((2.9, 1), (2.7, 2))
        for seed in (0, 1)
        for B, S in zip(BATCHES, STEPS, strict=True)
    ]
    CriticalBatchStudy().table(rows).to_csv(tmp_path / "races.csv", index=False)
    found = fits(read(tmp_path / "races.csv").frame)
    assert list(found) == ["2.9", "2.7"]
    assert found["2.7"].S_min.value == pytest.approx(200)


# --- What has no fit --------------------------------------------------------------------------


def test_a_group_with_too_few_batches_has_a_reason_beside_one_that_has_a_fit():
    text = "group,batch,steps\nlow,1,9\nlow,1,8\nlow,2,7\n"
    text += "".join(f"good,{B},{S}\n" for B, S in zip(BATCHES, STEPS, strict=True))
    found = fits(take(text))
    assert found["low"] == "a hyperbola needs 3 different batches, got 2"
    assert isinstance(found["good"], Fit)
    assert found["good"].E_min.value == pytest.approx(CURVE.E_min)


REFUSED = {
    "empty": ("", ["empty"]),
    "header only": ("batch,steps\n", ["a header and no rows", "add a line"]),
    "no batch": (
        "size,steps\n1,2\n",
        ["no column holds the batch", "'size', 'steps'", "choose"],
    ),
    "no steps": ("batch,seconds\n1,2\n", ["no column holds the steps", "'batch', 'seconds'"]),
    "less than a batch": ("batch,examples\n9,2\n", ["line 2", "'examples'", "same unit"]),
    "neither": ("a,b\n1,2\n", ["no column holds the batch"]),
    "steps twice": ("batch,steps,steps\n1,2,3\n4,5,6\n", ["'steps' is there 2 times"]),
    "batch twice": ("batch,batch,steps\n1,2,3\n", ["'batch' is there 2 times"]),
    "group twice": ("group,batch,steps,group\na,1,2,b\n", ["'group' is there 2 times"]),
    "text": ("batch,steps\n1,9\n2,many\n", ["line 3", "'steps'", "'many'"]),
    "zero": ("batch,steps\n0,9\n", ["line 2", "'batch'", "0 is not positive"]),
    "negative": ("batch,steps\n1,9\n2,-5\n", ["line 3", "'steps'", "-5 is not positive"]),
    "nan": ("batch,steps\n1,nan\n2,nan\n", ["line 2", "'steps'", "'nan' is no result"]),
    "never": ("batch,steps\n1,-1\n2,-1\n", ["line 2", "'steps'", "-1 is not positive"]),
    "nothing": ("batch,steps\n1,\n2,\n", ["line 2", "'steps'", "empty"]),
    "less than one": ("batch,steps\n0.5,9\n", ["line 2", "'batch'", "0.5 is less than one"]),
    "less than a step": ("batch,steps\n8,0.9\n", ["line 2", "'steps'", "0.9 is less than one"]),
    "beyond": ("batch,steps\n1e16,9\n", ["line 2", "'batch'", "1e16 is beyond any run"]),
    "beyond in steps": ("batch,steps\n1,2e15\n", ["line 2", "'steps'", "2e15"]),
    "two units": ("batch (M),steps\n5k,9\n", ["line 2", "'batch (M)'", "one place"]),
    "unclear comma": ("batch;steps\n1,500;900\n", ["line 2", "'batch'", "'1,500'", "decimal"]),
    "percent": ("batch,steps\n1,9%\n", ["line 2", "'steps'", "percentage"]),
    "short row": ("batch,steps,group\n1,9,a\n2,8\n", ["line 3", "2 cells", "3 columns"]),
    "workbook": ("PK\x03\x04", ["Excel"]),
}


def refusal(call, *arguments):
    """What is said, after checking that it is one sentence."""
    with pytest.raises(ValueError, match=r"\w") as caught:
        call(*arguments)
    sentence = str(caught.value)
    assert type(caught.value) is ValueError
    assert "\n" not in sentence
    assert not sentence.endswith(".")
    return sentence


@pytest.mark.parametrize(("text", "fragments"), REFUSED.values(), ids=REFUSED)
def test_a_broken_file_is_refused_with_its_place(text, fragments, tmp_path):
    (tmp_path / "table.csv").write_text(text)
    said = refusal(read, tmp_path / "table.csv")
    assert [fragment for fragment in fragments if fragment not in said] == [], said


def test_a_file_that_is_not_there_is_refused(tmp_path):
    assert "cannot read" in refusal(read, tmp_path / "none.csv")
    assert "cannot read" in refusal(read, tmp_path)


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        (Columns(None, "steps", None), "no column holds the batch"),
        (Columns("batch", None, None), "no column holds the steps"),
        (Columns("batch", "gone", None), "column 'gone' is not in the file"),
        (Columns("batch", "steps", "gone"), "column 'gone' is not in the file"),
        (Columns("batch", "batch", None), "column 'batch' is used twice"),
        (Columns("batch", "steps", "steps"), "column 'steps' is used twice"),
        (Columns("batch", "word", None), "line 2, column 'word': 'x' is not a number"),
    ],
)
def test_a_choice_of_columns_that_makes_no_table_is_refused(columns, sentence):
    found = parse(b"batch,steps,word\n1,9,x\n2,8,y\n")
    assert sentence in refusal(convert, found, columns)


def test_any_column_can_be_chosen_whatever_its_name():
    found = parse(b"a,b,batch,c\n10,300,1,u\n20,200,1,v\n")
    frame = convert(found, Columns("a", "b", "c")).frame
    assert frame.to_numpy().tolist() == [["u", 10, 300], ["v", 20, 200]]


@pytest.mark.slow
@given(st.text(max_size=60), st.sampled_from(["", "batch,steps\n", "batch;steps;group\n"]))
@few
def test_any_text_is_a_table_or_refused_in_a_sentence(text, head):
    try:
        frame = take(head + text)
    except ValueError:
        return
    assert (frame[["batch", "steps"]] >= 1).to_numpy().all()
    assert np.isfinite(frame[["batch", "steps"]].to_numpy()).all()
    for found in fits(frame).values():
        assert isinstance(found, str) or 0 < found.B_crit.value < math.inf
