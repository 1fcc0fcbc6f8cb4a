"""Recipes of real models against the reports' own arithmetic, and what laws make of them."""

import numpy as np
import pandas as pd
import pytest

from toylab.data.recorded import DATA
from toylab.laws import allocation, batch_lr, published, recipes
from toylab.laws.trained_models import trained

SEQUENCES = {  # sequences of so many tokens, first and last, as the reports and configurations say
    "MT-NLG 530B": (2048, 32, 1920), "PaLM 540B": (2048, 512, 2048),
    "GPT-NeoX-20B": (2048, 1536, 1536), "BLOOM-176B": (2048, 192, 2048),
    "Pythia-12B": (2048, 1024, 1024), "Cerebras-GPT 1.3B": (2048, 528, 528),
    "Cerebras-GPT 13B": (2048, 720, 1080), "Falcon-40B": (2048, None, 1152),
    "Falcon-180B": (2048, None, 2048), "DeepSeek LLM 7B": (4096, 2304, 2304),
    "DeepSeek LLM 67B": (4096, 4608, 4608), "OLMo-7B": (2048, 2048, 2048),
    "DeepSeek-V2": (4096, 2304, 9216), "DeepSeek-V3": (4096, 3072, 15_360),
    "OLMoE-1B-7B": (4096, 1024, 1024), "OLMo 2 7B": (4096, 1024, 1024),
    "OLMo 2 32B": (4096, 2048, 2048),
}  # fmt: skip
TABLE = recipes.recipes().set_index("name")


@pytest.mark.parametrize(("name", "counted"), SEQUENCES.items(), ids=SEQUENCES)
def test_a_batch_is_its_sequences_times_their_length(name, counted):
    """Batches keep three digits."""
    length, first, last = counted
    row = TABLE.loc[name]
    assert row["batch_last"] == pytest.approx(length * last, rel=5e-3)
    if first is None:
        assert np.isnan(row["batch_first"])
    else:
        assert row["batch_first"] == pytest.approx(length * first, rel=5e-3)


def test_steps_times_batch_are_the_tokens_where_a_configuration_gives_the_steps():
    for name, steps in {"GPT-NeoX-20B": 150_000, "Pythia-12B": 143_000}.items():
        assert TABLE.loc[name, "batch_last"] * steps == pytest.approx(
            TABLE.loc[name, "tokens"], rel=5e-3
        )
    steps = 50e3, 65e3, 140e3  # PaLM: until step 50k, 115k, 255k
    batches = [2048 * sequences for sequences in (512, 1024, 2048)]
    assert np.dot(steps, batches) == pytest.approx(TABLE.loc["PaLM 540B", "tokens"], rel=0.01)


def test_every_model_has_one_row_and_every_recipe_a_model_and_a_source():
    frame = recipes.recipes()
    assert list(frame["name"]) == list(trained()["name"])
    with_recipe = frame[frame["recipe_source"] != ""]
    file = pd.read_csv(DATA / "recipes.csv", comment="#")
    assert set(with_recipe["name"]) == set(file["name"])
    assert len(with_recipe) == len(file) >= 30
    assert with_recipe["recipe_source"].str.len().min() > 10


def test_what_a_recipe_says_is_in_range_or_empty():
    frame = recipes.recipes()
    grown = frame[frame["batch_first"].notna() & frame["batch_last"].notna()]
    assert (grown["batch_first"] <= grown["batch_last"]).all()
    assert frame["batch_last"].dropna().between(1e5, 2e8).all()
    assert (frame["batch_last"].dropna() < frame["tokens"][frame["batch_last"].notna()] / 1e3).all()
    assert frame["peak_lr"].dropna().between(1e-5, 0.02).all()
    assert frame["exponent"].dropna().between(0.4, 0.6).all()
    assert set(frame["mup"]) <= {"yes", "no", ""}
    said = {way for ways in frame["approach"] for way in ways.split(", ") if way}
    assert said <= set(recipes.APPROACHES)
    assert (frame.loc[frame["exponent"].notna(), "approach"] != "").all()


def test_deepseeks_two_rates_and_batches_are_those_beside_the_batch_laws():
    for one in batch_lr.TRAINED:
        row = TABLE.loc[one.name.replace("DeepSeek", "DeepSeek LLM")]
        assert (row["peak_lr"], row["tokens"]) == (one.lr, one.tokens)
        assert row["batch_last"] == pytest.approx(one.batch, rel=5e-3)


def test_exponents_are_those_of_the_registry():
    for name, law in {
        "Chinchilla 70B": published.find("hoffmann-1"),
        "DeepSeek LLM 67B": published.DEEPSEEK_M,
        "Llama 3.1 405B": published.LLAMA_3,
    }.items():
        a = law.form.exponent if law.gives != "tokens" else 1 - law.form.exponent
        assert TABLE.loc[name, "exponent"] == pytest.approx(a, abs=5e-4)


def test_rates_of_other_scales_are_not_compared():
    other = set(TABLE.index[TABLE["peak_lr"].notna() & ~TABLE["comparable"]])
    assert other == {"PaLM 540B", "Cerebras-GPT 1.3B", "MiniCPM-2.4B", "Kimi K2", "GLM-4.5"}
    ours = recipes.find("MiniCPM-2.4B").settings()
    assert ours["times_lr"].isna().all()
    assert ours["times_batch"].notna().all()


def test_a_late_decay_is_a_constant_rate_but_for_its_end():
    held = set(TABLE.index[TABLE["late_decay"]])
    assert held == {
        "MiniCPM-2.4B", "Hunyuan-Large", "DeepSeek-V3", "MiniMax-Text-01", "SmolLM2-1.7B",
        "SmolLM3-3B", "Kimi K2",
    }  # fmt: skip
    assert not TABLE.loc["PaLM 540B", "late_decay"]  # 1/sqrt(step) from step 10,000 on


def test_medians_are_of_the_years_own_models():
    table = recipes.yearly().set_index("year")
    frame = recipes.recipes()
    for year, rows in frame.groupby("year"):
        ratios = np.sort((rows["tokens"] / rows["active_params"]).to_numpy())
        middle = (ratios[(len(ratios) - 1) // 2] + ratios[len(ratios) // 2]) / 2
        assert table.loc[year, "tokens_per_param"] == pytest.approx(middle)
        assert table.loc[year, "models"] == len(rows)
    adam = frame[frame["comparable"]].groupby("year")["peak_lr"].median()
    pd.testing.assert_series_equal(table["lr"].dropna(), adam, check_names=False)


def test_laws_are_asked_for_the_models_own_compute():
    """DeepSeek's constants written out; both of their models follow their own law."""
    frame = recipes.with_advice().set_index("name")
    C = 6 * frame["active_params"] * frame["tokens"]
    np.testing.assert_allclose(frame["batch_deepseek"], 0.2920 * C**0.3271)
    np.testing.assert_allclose(frame["lr_deepseek"], 0.3118 * C**-0.1250)
    np.testing.assert_allclose(frame["batch_step"], 0.58 * frame["tokens"] ** 0.571)
    N = frame["active_params"]
    np.testing.assert_allclose(frame["lr_step"], 1.79 * N**-0.713 * frame["tokens"] ** 0.307)
    near = frame.loc[["DeepSeek LLM 7B", "DeepSeek LLM 67B"]]
    np.testing.assert_allclose(near["batch_last"] / near["batch_deepseek"], 1, atol=0.05)
    np.testing.assert_allclose(near["peak_lr"] / near["lr_deepseek"], 1, atol=0.05)


@pytest.mark.parametrize("name", ["GPT-3 175B", "Kimi K2", "Llama 3 8B"])
def test_a_recipe_stands_beside_every_law(name):
    mine, form = recipes.find(name), published.REFIT.form
    splits = mine.splits(form).set_index("name")
    np.testing.assert_allclose(splits["params"], splits["times_params"] * mine.params)
    best = allocation.best(form, mine.flops)
    assert splits.loc["besiroglu", "params"] == pytest.approx(best.params)
    assert splits.loc["besiroglu", "waste"] == pytest.approx(0, abs=1e-9)
    assert mine.regret(form).waste > splits.loc["besiroglu", "waste"]
    frame = recipes.with_advice().set_index("name").loc[name]
    settings = mine.settings().set_index("law")
    assert settings.loc["DeepSeek 2024", "batch"] == pytest.approx(frame["batch_deepseek"])
    assert settings.loc["Step Law 2025", "lr"] == pytest.approx(frame["lr_step"])
    if np.isnan(mine.batch):
        assert settings["times_batch"].isna().all()


def test_the_size_of_a_mixture_is_what_a_token_meets():
    kimi = recipes.find("Kimi K2")
    assert (kimi.params, kimi.total) == (32e9, 1.04e12)
    assert kimi.flops == 6 * 32e9 * 15.5e12


def test_an_unknown_model_is_refused():
    with pytest.raises(ValueError, match=r"name must be a model of models\.csv, got 'GPT-9'"):
        recipes.find("GPT-9")
