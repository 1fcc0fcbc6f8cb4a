"""Configs of published models, in their makers' spellings, count to the parameter."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toylab.laws.counting import count
from toylab.laws.model_shapes import SHAPES
from toylab.laws.transformer import Transformer
from toylab.tables.model_config import read_config


def llama(family, layers, width, heads, kv_heads, inner, vocabulary, context, **more):
    return {
        "architectures": ["Some"], "model_type": family, "num_hidden_layers": layers,
        "hidden_size": width, "num_attention_heads": heads, "num_key_value_heads": kv_heads,
        "intermediate_size": inner, "vocab_size": vocabulary, "max_position_embeddings": context,
        "torch_dtype": "bfloat16", "hidden_act": "silu", **more,
    }  # fmt: skip


def deepseek(family, layers, width, inner, each, experts, active, shared, dense, vocabulary):
    return llama(
        family, layers, width, 128, 128, inner, vocabulary, 4096, moe_intermediate_size=each,
        n_routed_experts=experts, num_experts_per_tok=active, n_shared_experts=shared,
        first_k_dense_replace=dense, moe_layer_freq=1, q_lora_rank=1536, kv_lora_rank=512,
        qk_nope_head_dim=128, qk_rope_head_dim=64, v_head_dim=128, tie_word_embeddings=False,
    )  # fmt: skip


CONFIGS = {
    "GPT-2": {"model_type": "gpt2", "n_layer": 12, "n_embd": 768, "n_head": 12, "n_ctx": 1024,
              "n_positions": 1024, "vocab_size": 50257, "n_inner": None},
    "Pythia-12B": {"model_type": "gpt_neox", "num_hidden_layers": 36, "hidden_size": 5120,
                   "num_attention_heads": 40, "intermediate_size": 20480, "vocab_size": 50688,
                   "max_position_embeddings": 2048, "rotary_pct": 0.25,
                   "tie_word_embeddings": False},
    "Llama 2 7B": llama("llama", 32, 4096, 32, 32, 11008, 32000, 4096),
    "Llama 3 8B": llama("llama", 32, 4096, 32, 8, 14336, 128256, 8192, rope_theta=5e5),
    "Llama 3 70B": llama("llama", 80, 8192, 64, 8, 28672, 128256, 8192),
    "Llama 3.1 405B": llama("llama", 126, 16384, 128, 8, 53248, 128256, 8192,
                            rope_scaling={"factor": 8.0}, attention_bias=False, mlp_bias=False),
    "Mistral 7B": llama("mistral", 32, 4096, 32, 8, 14336, 32000, 8192),
    "Mixtral 8x7B": llama("mixtral", 32, 4096, 32, 8, 14336, 32000, 32768, num_local_experts=8,
                          num_experts_per_tok=2, sliding_window=None),
    "Gemma 7B": llama("gemma", 28, 3072, 16, 16, 24576, 256000, 8192, head_dim=256),
    "Gemma 2 9B": llama("gemma2", 42, 3584, 16, 8, 14336, 256000, 8192, head_dim=256),
    "Qwen2.5-7B": llama("qwen2", 28, 3584, 28, 4, 18944, 152064, 4096, use_sliding_window=False),
    "Qwen3-30B-A3B": llama("qwen3_moe", 48, 2048, 32, 4, 6144, 151936, 4096, head_dim=128,
                           num_experts=128, num_experts_per_tok=8, moe_intermediate_size=768,
                           decoder_sparse_step=1, mlp_only_layers=[]),
    "DeepSeek LLM 7B": llama("llama", 30, 4096, 32, 32, 11008, 102400, 4096),
    "DeepSeekMoE 16B": llama("deepseek", 28, 2048, 16, 16, 10944, 102400, 4096,
                             n_routed_experts=64, num_experts_per_tok=6, n_shared_experts=2,
                             moe_intermediate_size=1408, first_k_dense_replace=1),
    "DeepSeek-V2": deepseek("deepseek_v2", 60, 5120, 12288, 1536, 160, 6, 2, 1, 102400),
    "DeepSeek-V3": deepseek("deepseek_v3", 61, 7168, 18432, 2048, 256, 8, 1, 3, 129280),
}  # fmt: skip


@pytest.mark.parametrize("name", CONFIGS)
def test_a_published_config_counts_to_the_parameter(name):
    config, model = read_config(json.dumps(CONFIGS[name])), SHAPES[name]
    counted = count(config.shape())
    assert counted == count(model.shape)
    assert model.published in (counted.params, None)
    assert (config.recognised, config.missing, config.unknown) == (True, (), ())


def test_what_a_token_meets_is_what_the_reports_print():
    """12.9B of Mixtral (its sec. 2), 21B and 37B of DeepSeek-V2 and V3, 2.8B, 3.3B."""
    told = {"Mixtral 8x7B": (12.9e9, 5e7), "DeepSeek-V2": (21e9, 5e8), "DeepSeek-V3": (37e9, 1e9),
            "DeepSeekMoE 16B": (2.8e9, 5e7), "Qwen3-30B-A3B": (3.3e9, 6e7)}  # fmt: skip
    for name, (active, rounding) in told.items():
        assert count(SHAPES[name].shape).active == pytest.approx(active, abs=rounding)
    balance = 256 * 58  # which the reports call no parameter
    assert count(SHAPES["DeepSeek-V3"].shape).params + balance == 671_026_419_200


def test_what_is_missing_is_asked_for_and_taken():
    text = json.dumps({k: v for k, v in CONFIGS["Llama 3 8B"].items() if k != "vocab_size"})
    config = read_config(text)
    assert config.missing == ("vocabulary",)
    with pytest.raises(ValueError, match="lacks vocabulary"):
        config.shape()
    assert count(config.shape(vocabulary=128_256)).params == 8_030_261_248


def test_keys_that_are_not_understood_or_not_counted_are_named():
    odd = CONFIGS["Mistral 7B"] | {"sliding_window": 4096, "attention_sinks": 4, "model_type": "x"}
    config = read_config(json.dumps(odd))
    assert config.unknown == ("attention_sinks",)
    assert set(config.left_out) == {"sliding_window"}
    assert not config.recognised
    assert count(config.shape()).params == 7_241_732_096  # as a Llama


def test_a_window_that_hides_nothing_is_not_named():
    base = CONFIGS["Qwen2.5-7B"] | {"sliding_window": 131_072}
    assert not read_config(json.dumps(base)).left_out
    used = base | {"use_sliding_window": True}
    assert set(read_config(json.dumps(used)).left_out) == {"sliding_window"}
    whole = used | {"sliding_window": used["max_position_embeddings"]}
    assert not read_config(json.dumps(whole)).left_out


def test_what_a_library_adds_to_a_latent_config_changes_nothing():
    """Saved again, it has the part of a head that turns as head_dim."""
    saved = CONFIGS["DeepSeek-V3"] | {"head_dim": 64, "qk_head_dim": 192, "rope_interleave": True}
    config = read_config(json.dumps(saved))
    assert (config.shape(), config.unknown) == (SHAPES["DeepSeek-V3"].shape, ())


def test_a_gemma_that_leaves_unsaid_what_its_family_has_is_counted_whole():
    """Gemma 3's report, Table 1: 3,209M of the 4B model are not embeddings."""
    inner = {"model_type": "gemma3_text", "hidden_size": 2560, "intermediate_size": 10_240,
             "num_hidden_layers": 34, "sliding_window": 1024}  # fmt: skip
    config = read_config(json.dumps({"text_config": inner, "model_type": "gemma3"}))
    assert config.missing == ()
    assert count(config.shape()).without_embeddings == pytest.approx(3209e6, abs=5e5)


def test_a_language_model_inside_another_is_found():
    inner = CONFIGS["Gemma 2 9B"]
    config = read_config(json.dumps({"text_config": inner, "vision_config": {"hidden_size": 8}}))
    assert config.shape() == SHAPES["Gemma 2 9B"].shape
    assert set(config.left_out) == {"vision_config"}


@pytest.mark.parametrize("layers", [1, 2, 7, 48])
@pytest.mark.parametrize("first", [0, 1, 3])
@pytest.mark.parametrize("apart", [1, 2, 3])
@pytest.mark.parametrize("key", ["decoder_sparse_step", "moe_layer_freq"])
def test_layers_without_experts_are_those_that_the_models_own_rule_skips(layers, first, apart, key):
    """Qwen's code gives layer i experts if (i + 1) % step is 0, DeepSeek's if i % freq is."""
    shift = key == "decoder_sparse_step"
    sparse = [i for i in range(first, layers) if (i + shift) % apart == 0]
    said = {"num_hidden_layers": layers, "first_k_dense_replace": first, key: apart}
    config = read_config(json.dumps(CONFIGS["Qwen3-30B-A3B"] | said))
    if first > layers:
        with pytest.raises(ValueError, match="dense_layers must be at most"):
            config.shape()
    else:
        assert config.shape().dense_layers == layers - len(sparse)


def test_layers_listed_as_without_experts_have_none():
    base = CONFIGS["Qwen3-30B-A3B"] | {"mlp_only_layers": [0, 5]}
    assert read_config(json.dumps(base)).shape().dense_layers == 2


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "broken on line 1"),
        ('{"n_layer": 3,\n oops}', "broken on line 2"),
        ("[1]", "one JSON object"),
        ("{}", "no config of a decoder"),
        ('{"image_size": 224}', "no config of a decoder"),
        ('{"model_type": "bert", "hidden_size": 768}', "type bert is no decoder"),
        ('{"model_type": "albert", "hidden_size": 768}', "type albert is no decoder"),
        ('{"is_encoder_decoder": true, "d_model": 512}', "no decoder"),
        ('{"hidden_size": "big"}', "hidden_size must be a whole number"),
        ('{"hidden_size": -3}', "hidden_size must be a whole number"),
        ('{"hidden_size": 1e400}', "hidden_size must be a whole number"),
        ('{"hidden_size": true}', "hidden_size must be a whole number"),
        ('{"hidden_size": 64, "use_bias": "no"}', "use_bias must be true or false"),
        ("[" * 100_000, "nested too deeply"),
        (json.dumps(CONFIGS["Qwen3-30B-A3B"] | {"mlp_only_layers": 3}), "must be a list"),
    ],
)
def test_a_broken_or_foreign_config_gets_a_sentence(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_config(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from([*CONFIGS["DeepSeek-V3"], "text_config"]), JSON))
def test_no_config_ends_in_anything_but_a_shape_or_a_sentence(changes):
    with suppress(ValueError):
        config = read_config(json.dumps(CONFIGS["DeepSeek-V3"] | changes))
        assert isinstance(config.shape(**dict.fromkeys(config.missing, 2)), Transformer)
