"""Units that the names do not tell: asked for by what would be plausible, and by no other."""

import math

import pytest

from tests.tables.studies import CELLS, has_the_runs, loss, take, text
from toylab.laws.forms import PF_DAY
from toylab.tables import csv_reader
from toylab.tables.columns import guess
from toylab.tables.training_runs import convert_losses

B, M, T = 1e9, 1e6, 1e12
LARGE = 1200.0  # times: 12B to 1.2T params on 1.2T to 120T tokens


def table(columns, scale=1.0):
    """Nine runs, their sizes counted in units: {"params": 1e6} has them in millions."""
    rows = []
    for N, D in CELLS:
        plain = {"params": scale * N, "tokens": scale * D}
        plain["flops"] = 6 * plain["params"] * plain["tokens"]
        rows.append((*(plain[size] / unit for size, unit in columns.items()), loss(N, D)))
    return rows


ASKED = [
    ({"params": B, "tokens": 1}, ["params (B)"]),
    ({"params": M, "flops": 1}, ["params (M)"]),
    ({"params": 1, "tokens": B}, ["tokens (B)"]),
    ({"params": 1, "tokens": T}, ["tokens (T)"]),
    ({"params": 1, "tokens": 1, "flops": 1e18}, ["flops (1e18)"]),
    ({"params": 1, "tokens": 1, "flops": PF_DAY}, ["flops (PF-days)"]),
    ({"params": M, "tokens": B, "flops": 1}, ["params (M)", "tokens (B)"]),
    ({"params": 1, "tokens": B, "flops": 1e18}, ["tokens (B)", "flops (1e18)"]),
]


@pytest.mark.parametrize(("columns", "names"), ASKED)
def test_units_are_asked_for_with_their_factor_and_the_answer_is_read(columns, names):
    rows = table(columns, LARGE)
    with pytest.raises(ValueError, match="Name it") as refusal:
        take(",".join([*columns, "loss"]), rows)
    told = str(refusal.value).split("Name it")[1]
    assert told.startswith(f" {' and '.join(map(repr, names))}, or")
    answered = [next((name for name in names if name.startswith(size)), size) for size in columns]
    found = take(",".join([*answered, "loss"]), rows).runs
    assert found.params == pytest.approx([LARGE * N for N, _ in CELLS])
    assert found.tokens == pytest.approx([LARGE * D for _, D in CELLS])


@pytest.mark.parametrize(("unit", "scale"), [(M, 1.0), (B, LARGE)])
def test_sizes_that_are_all_small_are_noted_unless_they_are_said_to_be_plain(unit, scale):
    rows = table({"params": unit, "tokens": unit}, scale)
    (note,) = take("params,tokens,loss", rows).notes
    assert "'params (M)' or 'tokens (M)'" in note
    assert take("params (n),tokens (n),loss", rows).notes == ()


def test_numbers_that_are_called_plain_are_believed():
    found = take("params (n),tokens (n),flops (n),loss", [(300, 1e12, 1.8e15, 3.0)])
    assert found.notes == ()


def test_a_loss_above_that_of_a_guess_is_asked_about():
    """ln 256 is 5.5 nats: losses of 6 to 11 are bits, or of a larger vocabulary."""
    losses = (6.2, 8, 7, 5, 9, 8, 7, 6, 6.5)
    rows = [(N, D, 256, value) for (N, D), value in zip(CELLS, losses, strict=True)]
    with pytest.raises(ValueError, match="vocabulary") as refusal:
        take("params,tokens,vocab_size,loss", rows)
    assert "1.26 times" in str(refusal.value)
    for name in ("loss (bits)", "loss (nats)", "val_bpb"):
        assert len(take(f"params,tokens,vocab_size,{name}", rows).runs) == 9
    larger = [(N, D, 50257, value) for N, D, _, value in rows]
    assert take("params,tokens,vocab_size,loss", larger).notes == ()


def test_losses_that_are_all_above_eleven_and_a_half_are_asked_about():
    rows = [(N, D, 11.6 + loss(N, D)) for N, D in CELLS]
    with pytest.raises(ValueError, match="'loss \\(bits\\)'"):
        take("params,tokens,loss", rows)
    assert take("params,tokens,loss", [*rows[:8], (1e9, 1e11, 9.0)]).notes == ()


def test_a_loss_above_any_untrained_models_is_noted_of_a_law_in_one_variable_too():
    losses = [3.5, 3.3, 3.1, 2.9, 25.0]
    both = [(10**k, 20 * 10**k, one) for k, one in enumerate(losses, 7)]
    alone = csv_reader.parse(text("params,loss", [(N, one) for N, _, one in both]).encode())
    (note,) = take("params,tokens,loss", both).notes
    assert convert_losses(alone, guess(alone)).notes == (note,)


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("val_bpb", "in bits per byte"), ("bits/byte", "in bits per byte"),
        ("loss (bits per char)", "in bits per character"), ("bpc", "in bits per character"),
        ("nats_per_byte", "in nats per byte"), ("loss / word", "per word"),
        ("eval/c4/bpb", "in bits per byte"),
    ],
)  # fmt: skip
def test_bits_per_byte_are_read_as_they_stand_and_said(name, unit):
    found = take(f"params,tokens,{name}", table({"params": 1, "tokens": 1}))
    has_the_runs(found)
    (note,) = found.notes
    assert note == f"The loss is {unit}: exponents do not depend on the unit, E, A and B do."


@pytest.mark.parametrize("name", ["perplexity", "val_ppl", "loss (ppl)"])
def test_of_a_perplexity_the_logarithm_is_read(name):
    rows = [(N, D, math.exp(loss(N, D))) for N, D in CELLS]
    found = take(f"params,tokens,{name}", rows)
    has_the_runs(found)
    assert ["logarithm" in note and f"'{name}'" in note for note in found.notes] == [True]
    assert take("params,tokens,log_ppl", table({"params": 1, "tokens": 1})).notes == ()
