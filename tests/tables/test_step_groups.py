"""Tables of steps that hold more than one model, loss or rate: told apart, and said to be."""

import math
from itertools import product

import numpy as np
import pandas as pd
import pytest

from toylab.laws.critical_batch import Tradeoff
from toylab.tables.batch_steps import ImportedSteps, convert, fits
from toylab.tables.csv_reader import parse
from toylab.tables.step_columns import Columns, guess

BATCHES = (32, 64, 128, 256, 512, 1024, 2048, 4096)
SMALL, LARGE = Tradeoff(1000, 2e5), Tradeoff(1000, 2e6)  # B_crit 200 and 2000


def given(frame: pd.DataFrame, **columns: str | None) -> ImportedSteps:
    """The table as a CSV would bring it."""
    table = parse(frame.to_csv(index=False).encode())
    guessed = guess(table)
    return convert(table, Columns(**{**vars(guessed), **columns}) if columns else guessed)


def runs(noise: float = 0.03, draw: int = 0, **factors: dict) -> pd.DataFrame:
    """A row for each batch and each combination of values; a value has a curve or a factor."""
    rng, rows = np.random.default_rng(draw), []
    for batch, *values in product(BATCHES, *factors.values()):
        named = dict(zip(factors, values, strict=True))
        effects = [factors[name][value] for name, value in named.items()]
        curve = next((e for e in effects if isinstance(e, Tradeoff)), SMALL)
        times = math.prod(e for e in effects if not isinstance(e, Tradeoff))
        steps = float(curve.steps(batch)) * times * math.exp(noise * rng.standard_normal())
        rows.append({**named, "batch_size": batch, "num_steps": max(round(steps), 1)})
    return pd.DataFrame(rows)


def critical(made: ImportedSteps) -> dict[str, float]:
    return {name: fit.B_crit.value for name, fit in fits(made.frame).items()}


MODELS = {"70M": SMALL, "1B": LARGE}


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("model_size", MODELS),
        ("params", {"70000000": SMALL, "1000000000": LARGE}),
        ("optimizer", {"sgd": SMALL, "shampoo": LARGE}),
        ("config/model", MODELS),
        ("loss", {"3.2": SMALL, "2.9": LARGE}),
        ("code", {"0": SMALL, "1": LARGE}),  # nothing but the steps tells these
        ("variant", {"x": Tradeoff(1000, 2e5), "y": Tradeoff(1300, 2.6e5)}),
        ("depth", {"4": SMALL, "8": LARGE}),
    ],
)
def test_a_column_that_says_why_steps_at_one_batch_differ_makes_groups(name, values):
    made = given(runs(**{name: values}))
    assert made.groups == (name,)
    assert list(fits(made.frame)) == list(values)
    for said, (group, fit) in zip(values.values(), fits(made.frame).items(), strict=True):
        assert fit.B_crit.holds(said.B_crit), group
        assert fit.rms < 0.05
    assert made.columns == {"batch": "batch_size", "steps": "num_steps", "groups": [name]}
    assert made.not_used == ()


def test_two_models_in_one_group_have_another_critical_batch_and_a_warning():
    """What the table says without its column: far from either, and not in silence."""
    ((_, fit),) = fits(given(runs(model_size=MODELS).drop(columns="model_size")).frame).items()
    assert 300 < fit.B_crit.value < 1200
    assert any("several losses, models" in warning for warning in fit.warnings)


@pytest.mark.parametrize("names", [("model_size", "target"), ("kind", "ctx")])
def test_several_such_columns_make_one_group_of_each_combination(names):
    made = given(runs(**{names[0]: MODELS, names[1]: {"3.2": 1.0, "3.0": 2.0}}))
    assert set(made.groups) == set(names)
    found = critical(made)
    assert len(found) == 4
    for group, value in found.items():
        assert value == pytest.approx(2000 if "=1B" in group else 200, rel=0.25)
        assert all(f"{name}=" in group for name in names)


@pytest.mark.parametrize("draw", range(3))
def test_of_two_that_each_leave_as_much_unexplained_both_are_found(draw):
    """Neither of them alone makes much of a difference."""
    frame = runs(draw=draw, kind={"x": 1.0, "y": 2.0}, ctx={"1": 1.0, "2": 2.0})
    made = given(frame[frame["batch_size"] < 1000])
    assert set(made.groups) == {"kind", "ctx"}


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("seed", {"0": 1.0, "1": 1.3, "2": 0.8}),  # luck that a seed shares
        ("trial_note", {"a": 1.0, "b": 1.0}),
        ("gpu", {"0": 1.0, "1": 1.0, "2": 1.0}),
        ("loss", {"3.20": 1.0, "3.21": 1.0}),  # the loss that was reached
    ],
)
def test_a_column_that_explains_nothing_makes_no_groups(name, values):
    for luck in range(4):
        made = given(runs(draw=luck, **{name: values}))
        assert made.groups == ()
        assert len(made.frame) == len(BATCHES) * len(values)
        assert made.seed == ("seed" if name == "seed" else None)
        assert made.not_used == (() if name == "seed" else (name,))


def test_another_name_of_the_same_models_is_not_used():
    frame = runs(model_size=MODELS)
    frame["params"] = frame["model_size"].map({"70M": 7e7, "1B": 1e9})
    made = given(frame)
    assert made.groups == ("model_size",)
    assert made.not_used == ("params",)


def test_a_group_that_the_reader_chooses_is_one_and_what_else_differs_still_is():
    frame = runs(model_size=MODELS, note={"a": 1.0, "b": 1.0})
    made = given(frame, group="note")
    assert made.groups == ("note", "model_size")
    assert given(frame, group=None).groups == ("model_size",)


RATES = {"1e-4": 2.2, "3e-4": 1.0, "1e-3": 1.4, "3e-3": 3.0}


@pytest.mark.parametrize("name", ["lr", "peak_lr", "config/learning_rate", "warmup", "momentum"])
def test_of_a_sweep_the_least_steps_of_each_batch_and_group_count(name):
    made = given(runs(noise=0.01, kind=MODELS, **{name: RATES}))
    assert made.groups == ("kind",)
    assert made.tuned == (name,)
    assert (len(made.frame), made.not_used) == (16, ())
    assert critical(made) == pytest.approx({"70M": 200, "1B": 2000}, rel=0.05)
    assert [fit.S_min.value for fit in fits(made.frame).values()] == pytest.approx([1000] * 2, 0.05)
    assert made.notes == (
        f"Only the least steps over column '{name}' of each batch were used, 16 of 64 rows.",
    )


def test_a_sweep_does_not_hide_a_smaller_difference_between_groups():
    made = given(runs(kind={"x": 1.0, "y": 1.3}, lr=RATES))
    assert made.groups == ("kind",)
    assert len(made.frame) == 16


def test_seeds_within_a_sweep_are_kept_each_with_its_best_rate():
    made = given(runs(lr=RATES, seed={"0": 1.0, "1": 1.2}))
    assert len(made.frame) == 16
    assert made.frame["seed"].tolist() == ["0", "1"] * 8
    assert critical(made) == pytest.approx({"all": 200}, rel=0.1)
    tuned = given(made.frame.assign(lr=["1e-4", "3e-4"] * 8))  # one that is best for each seed
    assert (len(tuned.frame), tuned.tuned, tuned.not_used) == (16, (), ("lr",))


def test_repeats_that_nobody_numbered_keep_the_rate_that_is_best_on_average():
    """And a rate with which one of two runs did not come to the loss is not the best."""
    frame = runs(noise=0.01, lr=RATES)
    again = frame.assign(num_steps=(frame["num_steps"] * 1.02).round())
    lucky = frame[frame["lr"] == "1e-3"].assign(num_steps=100, lr="1e-2")
    made = given(pd.concat([frame, again, lucky]))
    assert len(made.frame) == 16
    assert critical(made) == pytest.approx({"all": 200}, rel=0.05)


def test_a_rate_that_was_tuned_for_each_batch_is_no_sweep():
    frame = runs()
    made = given(frame.assign(lr=[f"{0.1 / b:.2g}" for b in frame["batch_size"]]))
    assert (made.tuned, made.notes, made.not_used) == ((), (), ("lr",))
    assert len(made.frame) == 8


@pytest.mark.parametrize(
    "cell", ["", "nan", "inf", "-1", "-1.0", ">5000", "not reached", "DNF", "diverged", "crashed"]
)
def test_runs_that_never_came_to_the_loss_are_left_out_and_their_lines_said(cell):
    text = "batch,steps\n" + "".join(f"{B},{SMALL.steps(B)}\n" for B in BATCHES)
    table = parse((text + f"8192,{cell}\n16384,{cell}\n").encode())
    made = convert(table, guess(table))
    assert made.frame["batch"].tolist() == list(BATCHES)
    assert made.notes == ("Rows without a result were left out, on lines 10, 11.",)


@pytest.mark.parametrize(
    ("name", "bad", "good"),
    [("state", "crashed", "finished"), ("reached", "False", "True"), ("converged", "0", "1")],
)
def test_so_are_those_that_another_column_says_of(name, bad, good):
    frame = runs(noise=0).assign(**{name: [bad, *[good] * 7]})
    made = given(frame)
    assert len(made.frame) == 7
    assert made.notes == ("Rows without a result were left out, on line 2.",)


@pytest.mark.parametrize(
    ("head", "batch", "length", "noted"),
    [
        ("batch,examples", "{B}", "{E}", False),
        ("batch (tokens),tokens", "{B}", "{E}", False),
        ("batch_tokens,tokens_to_target", "{B:.0f}", "{E:.0f}", False),
        ("log2_batch,log2(examples)", "{lB}", "{lE}", False),
        ("log2 batch,examples seen", "{lB}", "{E}", False),
        ("sequences per step,tokens seen", "{B}", "{E}", True),
    ],
)
def test_examples_stand_for_steps_and_logarithms_for_numbers(head, batch, length, noted):
    lines = [head]
    for B in BATCHES:
        E = float(SMALL.examples(B))
        values = {"B": B, "E": E, "lB": math.log2(B), "lE": math.log2(E)}
        lines.append(f"{batch.format(**values)},{length.format(**values)}")
    table = parse("\n".join(lines).encode())
    made = convert(table, guess(table))
    assert made.frame["steps"].to_numpy() == pytest.approx(SMALL.steps(BATCHES), rel=1e-6)
    assert made.frame["batch"].to_numpy() == pytest.approx(BATCHES)
    assert set(made.columns) == {"batch", "examples"}
    assert "steps from examples / batch" in made.summary
    assert any("all off by one factor" in note for note in made.notes) is noted


def test_steps_go_before_examples_and_what_is_left_is_said():
    frame = runs(noise=0, model_size=MODELS, seed={"0": 1.0, "1": 1.01}, lr={"1": 1.0, "2": 2.0})
    made = given(frame.assign(tokens=frame["batch_size"] * frame["num_steps"], wall=3))
    assert made.summary == (
        "Read: batch from 'batch_size', steps from 'num_steps', groups by 'model_size', seeds "
        "from 'seed'. Not used: 'tokens', 'wall'."
    )
    assert made.columns["least_over"] == ["lr"]
