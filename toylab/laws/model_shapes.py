"""Shapes of published models, from their makers' reports, and the parameters these count to.

`published` is the exact number that the maker's files have, or None where only a rounded one is
printed. Norms, biases and routers are counted; what is used in training alone is not (as
DeepSeek-V3's heads that predict a second token).
"""

from dataclasses import dataclass
from typing import Any

from toylab.laws.law import Paper
from toylab.laws.published import DEEPSEEK, LLAMA
from toylab.laws.transformer import Latent, Transformer

GPT3 = Paper("GPT-3 2020", "2005.14165", "Language Models are Few-Shot Learners")
LLAMA2 = Paper("Llama 2 2023", "2307.09288", "Llama 2: Open Foundation and Fine-Tuned Chat Models")
MISTRAL = Paper("Mistral 7B 2023", "2310.06825", "Mistral 7B")
MIXTRAL = Paper("Mixtral 2024", "2401.04088", "Mixtral of Experts")
GEMMA = Paper("Gemma 2024", "2403.08295", "Gemma: Open Models Based on Gemini Research")
GEMMA2 = Paper("Gemma 2 2024", "2408.00118", "Gemma 2: Improving Open Language Models at a Size")
QWEN25 = Paper("Qwen2.5 2024", "2412.15115", "Qwen2.5 Technical Report")
QWEN3 = Paper("Qwen3 2025", "2505.09388", "Qwen3 Technical Report")
PYTHIA = Paper("Pythia 2023", "2304.01373", "Pythia: A Suite for Analyzing Large Language Models")
DEEPSEEK_MOE = Paper("DeepSeekMoE 2024", "2401.06066", "DeepSeekMoE: Towards Ultimate Expert "
                     "Specialization in Mixture-of-Experts Language Models")  # fmt: skip
DEEPSEEK_V2 = Paper("DeepSeek-V2 2024", "2405.04434", "DeepSeek-V2: A Strong, Economical, and "
                    "Efficient Mixture-of-Experts Language Model")  # fmt: skip
DEEPSEEK_V3 = Paper("DeepSeek-V3 2024", "2412.19437", "DeepSeek-V3 Technical Report")


@dataclass(frozen=True)
class ModelShape:
    """A published model."""

    shape: Transformer
    paper: Paper | None  # None for GPT-2, whose report is in no archive
    published: int | None = None  # parameters, exact
    tokens: float | None = None  # trained on, where reported


def _llama(
    layers: int, width: int, heads: int, feed_forward: int, vocabulary: int, context: int,
    kv_heads: int = 0, **more: Any,
) -> Transformer:  # fmt: skip
    """A decoder with gated feed-forward parts, and an output layer of its own."""
    return Transformer(
        layers, width, context, vocabulary, tied=False, heads=heads, kv_heads=kv_heads,
        feed_forward=feed_forward, gated=True, **more,
    )  # fmt: skip


def _deepseek(
    layers: int, width: int, feed_forward: int, expert_width: int, experts: int, active: int,
    shared: int, dense_layers: int, vocabulary: int, q_rank: int,
) -> Transformer:  # fmt: skip
    """DeepSeek-V2 and V3: 128 heads through low ranks, and many small experts."""
    return Transformer(
        layers, width, 4096, vocabulary, tied=False, experts=experts, active=active, heads=128,
        head_size=128, feed_forward=feed_forward, gated=True, expert_width=expert_width,
        shared_width=shared * expert_width, dense_layers=dense_layers,
        latent=Latent(kv_rank=512, rope=64, value=128, q_rank=q_rank),
    )  # fmt: skip


SHAPES = {
    "GPT-2": ModelShape(
        Transformer(12, 768, 1024, 50_257, biases=True, positions=True, heads=12),
        None, 124_439_808,
    ),
    "GPT-2 XL": ModelShape(
        Transformer(48, 1600, 1024, 50_257, biases=True, positions=True, heads=25),
        None, 1_557_611_200,
    ),
    "GPT-3 175B": ModelShape(
        Transformer(96, 12_288, 2048, 50_257, biases=True, positions=True, heads=96),
        GPT3, None, 300e9,
    ),
    "Pythia-12B": ModelShape(
        Transformer(36, 5120, 2048, 50_688, tied=False, biases=True, heads=40),
        PYTHIA, 11_846_072_320, 300e9,
    ),
    "Llama 2 7B": ModelShape(
        _llama(32, 4096, 32, 11_008, 32_000, 4096), LLAMA2, 6_738_415_616, 2e12
    ),
    "Llama 3 8B": ModelShape(
        _llama(32, 4096, 32, 14_336, 128_256, 8192, 8), LLAMA, 8_030_261_248, 15e12
    ),
    "Llama 3 70B": ModelShape(
        _llama(80, 8192, 64, 28_672, 128_256, 8192, 8), LLAMA, 70_553_706_496, 15e12
    ),
    "Llama 3.1 405B": ModelShape(
        _llama(126, 16_384, 128, 53_248, 128_256, 8192, 8), LLAMA, 405_853_388_800, 15.6e12
    ),
    "Mistral 7B": ModelShape(
        _llama(32, 4096, 32, 14_336, 32_000, 8192, 8), MISTRAL, 7_241_732_096
    ),
    "Mixtral 8x7B": ModelShape(
        _llama(32, 4096, 32, 14_336, 32_000, 32_768, 8, experts=8, active=2),
        MIXTRAL, 46_702_792_704,
    ),
    "Gemma 7B": ModelShape(
        Transformer(28, 3072, 8192, 256_000, heads=16, head_size=256, feed_forward=24_576,
                    gated=True),
        GEMMA, 8_537_680_896, 6e12,
    ),
    "Gemma 2 9B": ModelShape(
        Transformer(42, 3584, 8192, 256_000, heads=16, kv_heads=8, head_size=256,
                    feed_forward=14_336, gated=True, norms=4),
        GEMMA2, 9_241_705_984, 8e12,
    ),
    "Qwen2.5-7B": ModelShape(
        _llama(28, 3584, 28, 18_944, 152_064, 4096, 4, qkv_biases=True),
        QWEN25, 7_615_616_512, 18e12,
    ),
    "Qwen3-30B-A3B": ModelShape(
        _llama(48, 2048, 32, 6144, 151_936, 4096, 4, head_size=128, experts=128, active=8,
               expert_width=768, head_norms=True),
        QWEN3, 30_532_122_624, 36e12,
    ),
    "DeepSeek LLM 7B": ModelShape(
        _llama(30, 4096, 32, 11_008, 102_400, 4096), DEEPSEEK, 6_910_365_696, 2e12
    ),
    "DeepSeekMoE 16B": ModelShape(
        _llama(28, 2048, 16, 10_944, 102_400, 4096, experts=64, active=6, expert_width=1408,
               shared_width=2816, dense_layers=1),
        DEEPSEEK_MOE, 16_375_728_128, 2e12,
    ),
    "DeepSeek-V2": ModelShape(
        _deepseek(60, 5120, 12_288, 1536, 160, 6, 2, 1, 102_400, 1536),
        DEEPSEEK_V2, 235_741_434_880, 8.1e12,
    ),
    "DeepSeek-V3": ModelShape(
        _deepseek(61, 7168, 18_432, 2048, 256, 8, 1, 3, 129_280, 1536), DEEPSEEK_V3, None, 14.8e12
    ),
}  # fmt: skip
