"""`toylab plan`: a model or a budget, as JSON and as text."""

import json

import pytest

from tests.cli.command import refused, strict
from tests.tables.test_model_config import CONFIGS
from toylab import __main__ as cli
from toylab.laws import allocation, published, serving
from toylab.laws.counting import count
from toylab.laws.model_shapes import SHAPES

KEYS = {"params_total", "params_active", "params_embedding", "flops_per_token", "six_n_d", "hours",
        "cost", "serve"}  # fmt: skip
REFIT = published.REFIT.form


def plan(capsys, *arguments):
    assert cli.main(["plan", *arguments, "--json"]) == 0
    return strict(capsys.readouterr().out)


def test_a_config_is_counted_paid_for_and_made_to_serve(tmp_path, capsys):
    path = tmp_path / "config.json"
    path.write_text(json.dumps(CONFIGS["Llama 3 8B"] | {"sliding_window": 4096}))
    arguments = ("--config", str(path), "--flops", "1e21", "--serve", "2T", "--devices", "16")
    made = plan(capsys, *arguments)
    counted = count(SHAPES["Llama 3 8B"].shape)
    assert set(made) >= KEYS
    assert made["params_total"] == made["params_active"] == 8_030_261_248
    assert made["params_embedding"] == 2 * 128_256 * 4096
    assert made["six_n_d"] == counted.six_n_d
    assert made["tokens"] * made["flops_per_token"] == pytest.approx(1e21)
    assert made["hours"] == pytest.approx(87.8 / 2, rel=2e-3)
    assert made["cost"] == pytest.approx(2 * 16 * made["hours"])
    loss = float(REFIT.loss(counted.active, made["tokens"]))
    best = serving.best(REFIT, loss, 2e12)
    assert made["serve"] == {
        "params": best.params, "tokens": best.tokens, "total_flops": best.flops,
    }  # fmt: skip
    assert cli.main(["plan", *arguments]) == 0
    out, err = capsys.readouterr()
    assert "8,030,261,248" in out
    assert "sliding_window is not counted" in err
    assert "nan" not in out


def test_a_budget_alone_is_split_by_the_law(capsys):
    made, split = plan(capsys, "--flops", "1e21"), allocation.best(REFIT, 1e21)
    assert (made["params_total"], made["tokens"]) == (
        pytest.approx(split.params), pytest.approx(split.tokens),
    )  # fmt: skip
    assert (made["six_n_d"], made["serve"]) == (None, None)


def test_a_model_alone_has_the_tokens_that_the_law_gives_it(capsys):
    made = plan(capsys, "--model", "GPT-2", "--context", "2048")
    assert made["tokens"] == pytest.approx(float(allocation.matched(REFIT, made["params_active"])))
    assert made["params_total"] == 124_439_808 + 1024 * 768


def test_the_tokens_of_a_model_may_be_given_instead_of_its_flops(capsys):
    made = plan(capsys, "--model", "Llama 3 8B", "--tokens", "15T")
    assert made["tokens"] == pytest.approx(15e12)
    assert made["flops"] == pytest.approx(count(SHAPES["Llama 3 8B"].shape).flops * 15e12)


def test_a_mixture_is_planned_by_what_a_token_meets(capsys):
    made, counted = plan(capsys, "--model", "Mixtral 8x7B"), count(SHAPES["Mixtral 8x7B"].shape)
    assert (made["params_total"], made["params_active"]) == (counted.params, counted.active)
    assert made["tokens"] == pytest.approx(float(allocation.matched(REFIT, counted.active)))
    assert made["flops"] == pytest.approx(counted.flops * made["tokens"])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "a plan needs a model, a budget of flops, or both"),
        (["--model", "GPT-9"], "invalid choice: 'GPT-9'"),
        (["--config", "nowhere.json"], "cannot read nowhere.json"),
        (["--tokens", "15T"], "--tokens needs a model"),
        (["--flops", "1e21", "--context", "512"], "--context needs a model"),
        (["--model", "GPT-2", "--flops", "1e21", "--tokens", "1T"], "not allowed with argument"),
        (["--flops", "many"], "'many' is not a positive number"),
        (["--flops", "1e21", "--mfu", "2"], "mfu must be above 0 and at most 1"),
        (["--flops", "1e21", "--devices", "0"], "devices must be positive"),
        (["--flops", "1e21", "--price", "-1"], "price must be at least 0"),
        (["--model", "GPT-2", "--context", "0"], "context must be a whole number of at least 1"),
        (["--model", "GPT-2", "--config", "x"], "not allowed with argument"),
    ],
)
def test_what_cannot_be_planned_is_refused(arguments, sentence, capsys):
    assert sentence in refused(["plan", *arguments], capsys)
