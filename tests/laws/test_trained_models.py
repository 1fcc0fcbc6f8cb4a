"""The tables of real models and of Hoffmann's projections, against papers and arithmetic."""

import numpy as np
import pytest

from toylab.laws import published, trained_models
from toylab.laws.allocation import regret

# Params and tokens; Hoffmann et al. 2022, Table 1.
HOFFMANN_TABLE_1 = {
    "GPT-3 175B": (175e9, 300e9),
    "Jurassic-1 Jumbo": (178e9, 300e9),
    "Gopher 280B": (280e9, 300e9),
    "MT-NLG 530B": (530e9, 270e9),
    "Chinchilla 70B": (70e9, 1.4e12),
}


@pytest.fixture
def trained():
    return trained_models.trained().set_index("name")


@pytest.mark.parametrize(("name", "printed"), HOFFMANN_TABLE_1.items(), ids=HOFFMANN_TABLE_1)
def test_models_are_those_of_hoffmanns_table_1(trained, name, printed):
    assert (trained["params"][name], trained["tokens"][name]) == printed


@pytest.mark.parametrize(("name", "flops"), [("Gopher 280B", 5.04e23), ("Chinchilla 70B", 5.88e23)])
def test_six_n_d_of_two_equal_budgets_differ_from_both(trained, name, flops):
    """Hoffmann et al. 2022: both were given 5.76e23."""
    row = trained.loc[name]
    assert 6 * row["params"] * row["tokens"] == pytest.approx(flops, rel=1e-9)
    assert row["train_flops"] == 5.76e23


@pytest.mark.parametrize(
    ("name", "ratio", "half"),
    [
        ("LLaMA-65B", 21, 0.5), ("Llama 2 7B", 297, 0.5), ("Llama 2 70B", 29, 0.5),
        ("Llama 3 8B", 1870, 5), ("Llama 3 70B", 214, 0.5), ("Llama 3.1 405B", 38.5, 0.05),
    ],
)  # fmt: skip
def test_tokens_a_parameter_are_those_of_the_model_families(trained, name, ratio, half):
    assert trained["tokens_per_param"][name] == pytest.approx(ratio, abs=half)


def test_where_the_flops_are_said_to_be_six_n_d_they_are(trained):
    """To the three digits that the table keeps."""
    said = trained[trained["source"].str.contains(r"FLOPs = 6ND|FLOPs = 6\*active\*D")]
    product = 6 * said["active_params"] * said["tokens"]
    assert len(said) > 15
    np.testing.assert_allclose(product / said["train_flops"], 1, rtol=5.1e-3)


def test_reported_flops_are_within_half_of_six_n_d(trained):
    """Attention and embeddings count too, and a report rounds: 0.62 to 1.05."""
    product = 6 * trained["active_params"] * trained["tokens"]
    assert (product / trained["train_flops"]).between(0.6, 1.1).all()


def test_only_mixtures_of_experts_meet_a_token_with_fewer_parameters(trained):
    sparse = trained[trained["active_params"] < trained["params"]]
    assert set(sparse.index) == {
        "DeepSeek-V2", "Hunyuan-Large", "DeepSeek-V3", "OLMoE-1B-7B", "MiniMax-Text-01", "Kimi K2",
        "GLM-4.5",
    }  # fmt: skip
    assert (trained["active_params"] <= trained["params"]).all()
    ratio = sparse["tokens"] / sparse["active_params"]
    np.testing.assert_allclose(sparse["tokens_per_param"], ratio)


def test_every_model_has_one_row_with_a_year_a_source_and_a_link(trained):
    assert trained.index.is_unique
    assert trained["year"].between(2020, 2025).all()
    assert trained["source"].str.len().min() > 10
    assert trained["link"].str.match(r"https://\S+$").all()
    assert not trained.isna().any(axis=None)


def test_the_models_that_budgets_are_named_after_exist(trained):
    assert set(trained_models.SPENT) <= set(trained.index)


def test_budgets_rise_and_two_of_one_budget_share_a_name(trained):
    budgets = trained_models.budgets()
    assert list(budgets.values()) == sorted(set(budgets.values()))
    assert budgets["Gopher, Chinchilla"] == 5.76e23
    single = {name: C for name, C in budgets.items() if ", " not in name}
    assert single == {name: trained["train_flops"][name] for name in single}
    both = {"Gopher 280B", "Chinchilla 70B"}
    assert set(single) | both == set(trained_models.SPENT)


@pytest.mark.parametrize("law", published.SURFACES, ids=[law.name for law in published.SURFACES])
def test_models_are_judged_by_the_parameters_that_a_token_meets(law):
    for row in trained_models.with_waste(law.form).itertuples():
        cost = regret(law.form, row.active_params, row.tokens)
        assert row.loss == pytest.approx(float(law.form.loss(row.active_params, row.tokens)))
        assert (row.nats, row.waste) == (cost.nats, cost.waste)
        assert 0 <= row.waste < 1


def test_a_model_made_small_on_purpose_shows_as_waste():
    """Llama 3 8B saw 1870 tokens a parameter; Chinchilla nearly what the refit asks for."""
    waste = trained_models.with_waste(published.REFIT.form).set_index("name")["waste"]
    assert waste["Chinchilla 70B"] < 0.01 < 0.3 < waste["Llama 3 8B"]


def test_tables_are_read_once_and_nobody_changes_them():
    before = trained_models.trained().copy()
    trained_models.with_waste(published.REFIT.form)
    assert trained_models.trained().equals(before)


@pytest.mark.parametrize(("approach", "slope"), [(1, 0.498), (2, 0.490), (3, 0.459)])
def test_the_size_grows_in_hoffmanns_tables_as_its_exponent(approach, slope):
    """The paper prints 0.50, 0.49 and 0.46 in Table 2."""
    table = trained_models.projected()[lambda f: f["approach"] == approach]
    assert len(table) == 9
    found = np.polyfit(np.log(table["flops"]), np.log(table["params"]), 1)[0]
    assert found == pytest.approx(slope, abs=5e-4)


def test_every_row_of_hoffmanns_tables_multiplies_to_its_flops():
    """Within 5 %, as sizes have two digits; the misprint was off by a factor of ten."""
    table = trained_models.projected()
    product = 6 * table["params"] * table["tokens"]
    np.testing.assert_allclose(product / table["flops"], 1, rtol=0.05)


def test_the_misprint_is_mended_and_no_other_number_is():
    """Hoffmann et al. 2022, Table A3 prints 1.26e24 for 175B under approach 3."""
    table = trained_models.projected().set_index(["approach", "params"])["flops"]
    assert table[3, 175e9] == pytest.approx(1.26e25)
    assert table[1, 175e9] == 3.85e24
    assert table[2, 175e9] == 4.54e24
    assert table[3, 67e9] == 1.71e24


def test_the_table_of_approach_1_has_20_to_22_4_tokens_a_parameter():
    table = trained_models.projected().query("approach == 1")
    ratio = table["tokens_per_param"]
    assert (ratio.min(), ratio.max()) == pytest.approx((20.0, 22.4), abs=0.05)


def test_the_table_of_approach_3_has_ever_more_tokens_a_parameter():
    ratio = trained_models.projected().query("approach == 3")["tokens_per_param"].to_numpy()
    assert (np.diff(ratio) > 0).all()
    assert ratio[[0, -1]] == pytest.approx([23, 142.55])
