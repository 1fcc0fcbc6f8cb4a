"""Counting: GPT-2 to the last parameter, Hoffmann's table, Kaplan's formula, and torch."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toylab.laws.counting import count
from toylab.laws.transformer import Latent, Transformer

GPT2 = Transformer(12, 768, 1024, 50_257, biases=True, positions=True)
# Hoffmann et al. 2022: layers, width, heads, and of Table A4 parameters and ratio to 6 N D.
CHINCHILLAS = [
    (10, 640, 10, 73e6, 1.03), (20, 1024, 16, 305e6, 1.10), (24, 1280, 10, 552e6, 1.08),
    (26, 1792, 14, 1.1e9, 1.04), (28, 2048, 16, 1.6e9, 1.03), (40, 3584, 28, 6.8e9, 0.99),
]  # fmt: skip


def parts(model):
    return {part.name: part for part in count(model).parts}


@pytest.mark.parametrize(
    ("layers", "width", "params"),
    [(12, 768, 124_439_808), (24, 1024, 354_823_168), (36, 1280, 774_030_080),
     (48, 1600, 1_557_611_200)],
)  # fmt: skip
def test_gpt2_is_counted_to_the_last_parameter(layers, width, params):
    """The released checkpoints; the first without positions has 123.65M."""
    model = replace(GPT2, layers=layers, width=width)
    assert count(model).params == params
    if layers == 12:
        assert params - parts(model)["positions"].params == pytest.approx(123.65e6, abs=5e3)


def test_gpt2s_parameters_are_those_of_torchs_modules():
    """Norms, biases, matrices: a layer of torch's own has as many."""
    torch = pytest.importorskip("torch")
    small = Transformer(2, 24, 7, 11, biases=True, positions=True)
    layer = torch.nn.TransformerEncoderLayer(24, 4, 96)
    inside = [*layer.parameters()] * 2 + [*torch.nn.LayerNorm(24).parameters()]
    assert count(small).without_embeddings == sum(one.numel() for one in inside)
    assert count(small).params == count(small).without_embeddings + (11 + 7) * 24


def test_matrices_are_kaplans_formula_and_cost_six_a_weight():
    """Eq. 2.1: N = 12 n_layer d^2; and Table 1's scores are half of ours, which skip no pair."""
    model = Transformer(9, 512, 2048, 1000)
    some = parts(model)
    matrices = some["attention matrices"].params + some["feed-forward"].params
    assert matrices == 12 * 9 * 512**2
    assert count(model).without_embeddings == pytest.approx(matrices, rel=1e-3)
    assert some["attention scores"].flops == 2 * 3 * (2 * 9 * 2048 * 512)
    assert some["attention matrices"].flops == 6 * some["attention matrices"].params


@pytest.mark.parametrize(("layers", "width", "heads", "params", "ratio"), CHINCHILLAS)
def test_hoffmanns_ratios_come_out_of_matrices_and_scores(layers, width, heads, params, ratio):
    """Appendix F, with its softmax. Those models have a matrix of relative positions more in each
    layer; the printed ratios leave out the vocabulary's FLOPs and keep its parameters.
    """
    model = Transformer(layers, width, 2048, 32_000)
    N = count(model).params + layers * width**2
    assert pytest.approx(params, rel=0.04) == N
    softmax = 3 * (3 * heads * 2048) * layers
    flops = count(model).flops - parts(model)["vocabulary"].flops + softmax
    assert flops / (6 * N) == pytest.approx(ratio, abs=0.005)


def test_a_look_up_costs_nothing_and_the_output_layer_six_a_weight_tied_or_not():
    tied, untied = count(GPT2), count(replace(GPT2, tied=False))
    assert untied.flops == tied.flops
    assert untied.params - tied.params == 50_257 * 768
    assert parts(GPT2)["vocabulary"].left_out == 0
    assert untied.most.name == "vocabulary"
    assert untied.most.left_out == -6 * 50_257 * 768


def test_a_token_pays_for_the_experts_that_it_meets_and_6nd_for_all():
    one, eight = count(GPT2), count(replace(GPT2, experts=8, active=1))
    router = 12 * 768 * 8
    assert eight.flops == one.flops + 6 * router
    assert eight.params > 4 * one.params
    assert eight.most.name == "feed-forward"
    assert (one.active, eight.active) == (one.params, one.params + router)
    assert count(replace(GPT2, experts=8, active=8)).flops > eight.flops * 3


def test_recomputing_adds_a_third_of_the_layers_cost():
    plain, again = count(GPT2), count(replace(GPT2, recompute=True))
    layers = plain.flops - parts(GPT2)["vocabulary"].flops
    assert again.flops - plain.flops == pytest.approx(layers / 3)
    assert again.params == plain.params


def test_a_long_context_makes_the_scores_the_largest_part_that_is_left_out():
    long = count(replace(GPT2, context=131_072))
    assert long.most.name == "attention scores"
    assert long.flops > 10 * 6 * long.without_embeddings
    frame = long.frame
    assert frame["params"].sum() == long.params
    assert 1 + frame["share"].sum() == pytest.approx(long.flops / (6 * long.params))


@pytest.mark.parametrize(
    "wrong",
    [
        {"layers": 0},
        {"layers": 2.5},
        {"width": -1},
        {"active": 2},
        {"experts": 0},
        {"heads": 7},
        {"kv_heads": 5},
        {"dense_layers": 13},
    ],
)
def test_shapes_that_cannot_be_are_refused_by_name(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong)) if "active" not in wrong else "experts"):
        replace(GPT2, **wrong)


# DeepSeek LLM 2024, Table 3, its smallest and its largest model: layers, width, and 6 N1 / M,
# 6 N2 / M. M = 72 n d^2 + 12 n d s; N1 has no vocabulary, N2 one matrix of it.
DEEPSEEKS = [(8, 512, 0.43, 1.32), (80, 8192, 0.92, 0.94)]


@pytest.mark.parametrize(("layers", "width", "without", "within"), DEEPSEEKS)
def test_deepseeks_ratios_come_out_of_the_count(layers, width, without, within):
    counted = count(Transformer(layers, width, 4096, 102_400, norms=0))
    inside = counted.flops - 6 * 102_400 * width  # M leaves the output layer out
    assert inside == 72 * layers * width**2 + 12 * layers * width * 4096
    assert 6 * counted.without_embeddings / inside == pytest.approx(without, abs=0.005)
    assert 6 * counted.params / inside == pytest.approx(within, abs=0.006)


def test_a_small_mixture_of_experts_is_almost_all_vocabulary():
    """Width 64, 4 layers, 8 heads of 64, 4 gated experts of which a token meets one."""
    model = Transformer(
        4, 64, 256, 50_257, tied=False, experts=4, active=1, heads=8, head_size=64, gated=True
    )
    counted = count(model)
    assert counted.params == pytest.approx(7.7e6, abs=5e4)
    assert counted.embeddings == 2 * 50_257 * 64
    assert counted.six_n_d["total"] < 0.7 < 1.2 < counted.six_n_d["multiplied"]


def test_kernels_that_skip_masked_pairs_halve_the_scores_alone():
    full, half = count(GPT2), count(GPT2, skip_masked=True)
    assert full.flops - half.flops == 6 * 12 * 1024 * 768
    assert half.params == full.params


many, few = st.integers(1, 300), st.integers(0, 3)
SHAPES = st.builds(
    lambda layers, dense, experts, active, groups, kv_heads, **more: Transformer(
        layers, experts=experts, active=min(active, experts), dense_layers=min(dense, layers),
        heads=groups * kv_heads, kv_heads=kv_heads, **more,
    ),
    layers=st.integers(1, 9), dense=few, experts=st.integers(1, 9), active=st.integers(1, 9),
    groups=st.integers(1, 4), kv_heads=st.integers(1, 4), width=many, context=many,
    vocabulary=many, head_size=many, feed_forward=few, expert_width=few, shared_width=few,
    norms=few, tied=st.booleans(), biases=st.booleans(), positions=st.booleans(),
    gated=st.booleans(), qkv_biases=st.booleans(), head_norms=st.booleans(),
    latent=st.none() | st.builds(Latent, many, few, many, few),
)  # fmt: skip


@given(SHAPES)
def test_tensors_are_named_once_and_add_up_and_a_token_pays_six_for_each_weight_it_meets(model):
    counted = count(model)
    names = [tensor.name for tensor in counted.tensors]
    assert len(set(names)) == len(names)
    assert sum(tensor.params for tensor in counted.tensors) == counted.params
    assert counted.multiplied <= counted.active <= counted.params
    per_pair = model.query + model.value  # two products of matrices, 2 FLOPs a number, 3 passes
    scores = 6 * model.layers * model.heads * model.context * per_pair
    assert counted.flops == 6 * counted.multiplied + scores


@given(SHAPES)
def test_a_model_of_twice_the_layers_has_twice_of_all_but_vocabulary_and_its_last_norm(model):
    one = count(model)
    two = count(replace(model, layers=2 * model.layers, dense_layers=2 * model.dense_layers))
    head = 6 * model.vocabulary * model.width
    last = (model.norms > 0) * (1 + model.biases) * model.width
    assert two.flops - head == 2 * (one.flops - head)
    assert two.without_embeddings - last == 2 * (one.without_embeddings - last)
    assert two.embeddings == one.embeddings
