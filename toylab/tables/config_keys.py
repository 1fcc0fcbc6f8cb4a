"""Keys of a model's `config.json`: their spellings, and what the families leave unsaid.

The spellings are those of Hugging Face's libraries for GPT-2, GPT-NeoX, Llama, Mistral, Mixtral,
Qwen, Gemma and DeepSeek.
"""

from collections.abc import Mapping
from typing import Any

SPELLINGS: Mapping[str, tuple[str, ...]] = {  # of whole numbers, by the field of Transformer
    "layers": ("num_hidden_layers", "n_layer", "n_layers", "num_layers"),
    "width": ("hidden_size", "n_embd", "d_model", "dim"),
    "vocabulary": ("vocab_size", "padded_vocab_size"),
    "context": (
        "max_position_embeddings", "n_positions", "n_ctx", "max_sequence_length", "max_seq_len",
        "seq_length", "block_size",
    ),
    "heads": ("num_attention_heads", "n_head", "n_heads"),
    "kv_heads": ("num_key_value_heads", "n_kv_heads", "num_kv_heads"),
    "head_size": ("qk_nope_head_dim", "head_dim", "kv_channels"),  # a latent head_dim is rope's
    "feed_forward": ("intermediate_size", "n_inner", "ffn_hidden_size", "ffn_dim"),
    "experts": ("n_routed_experts", "num_local_experts", "num_experts"),
    "active": ("num_experts_per_tok", "num_experts_per_token", "moe_topk"),
    "expert_width": ("moe_intermediate_size",),
    "shared_width": ("shared_expert_intermediate_size",),
    "dense_layers": ("first_k_dense_replace",),
}  # fmt: skip
NEEDED = ("layers", "width", "vocabulary", "context", "heads")
SHARED = "n_shared_experts"  # each as wide as the others
LATENT = {
    "kv_rank": "kv_lora_rank", "rope": "qk_rope_head_dim", "value": "v_head_dim",
    "q_rank": "q_lora_rank",
}  # fmt: skip
# Of so many layers one has experts: the last (Qwen), or the first (DeepSeek).
EVERY = ("decoder_sparse_step", "moe_layer_freq")
DENSE = "mlp_only_layers"  # a list of layers without
SWITCHES = {
    "tied": ("tie_word_embeddings",),
    "biases": ("bias", "use_bias"),
    "qkv_biases": ("qkv_bias",),
}
PLAIN: Mapping[str, Any] = {"gated": True, "tied": False}  # a Llama
GEMMA: Mapping[str, Any] = {"gated": True, "tied": True, "head_size": 256}
FAMILIES: Mapping[str, Mapping[str, Any]] = {  # by model_type
    "gpt2": {"gated": False, "tied": True, "biases": True, "positions": True},
    "gpt_neox": {"gated": False, "tied": False, "biases": True},
    "llama": PLAIN,
    "mistral": PLAIN,
    "mixtral": PLAIN,
    "qwen2": {**PLAIN, "qkv_biases": True},
    "qwen3": {**PLAIN, "head_norms": True},
    "qwen3_moe": {**PLAIN, "head_norms": True},
    "gemma": GEMMA,
    "gemma2": {**GEMMA, "norms": 4},
    "gemma3_text": {
        **GEMMA,
        "norms": 4,
        "head_norms": True,
        "vocabulary": 262_208,
        "context": 131_072,
        "heads": 8,
        "kv_heads": 4,
    },
    "deepseek": PLAIN,
    "deepseek_v2": PLAIN,
    "deepseek_v3": PLAIN,
}
FOREIGN = (  # how the types of models begin that are no decoders alone, or no Transformers
    "albert", "bart", "bert", "clip", "deberta", "distilbert", "electra", "falcon_mamba", "jamba",
    "mamba", "modernbert", "mt5", "roberta", "rwkv", "t5", "umt5", "vit", "whisper", "xlm",
)  # fmt: skip
LEFT_OUT = {  # what changes a count and is not counted, and why it is not
    "sliding_window": "a window of attention: its layers need fewer scores",
    "num_nextn_predict_layers": "layers that predict a second token, in training alone",
    "attention_bias": "biases in attention",
    "mlp_bias": "biases in the feed-forward part",
    "vision_config": "the part that reads pictures",
    "audio_config": "the part that reads sound",
}
NEUTRAL = {  # what changes no count
    "_name_or_path", "architectures", "attention_dropout", "attn_logit_softcapping",
    "attn_pdrop", "auto_map", "aux_loss_alpha", "bos_token_id", "cache_implementation", "clip_qkv",
    "classifier_dropout", "dropout", "dtype", "embd_pdrop", "eos_token_id", "ep_size",
    "final_logit_softcapping", "hidden_act", "hidden_activation", "hidden_dropout",
    "hidden_dropout_prob", "activation_function", "initializer_range", "layer_norm_eps",
    "layer_norm_epsilon", "layer_types", "max_window_layers", "model_type", "n_group",
    "norm_eps", "norm_topk_prob", "output_router_logits", "pad_token_id",
    "partial_rotary_factor", "pretraining_tp", "quantization_config", "qk_head_dim",
    "query_pre_attn_scalar", "rope_interleave", "rope_local_base_freq", "rope_parameters",
    "rms_norm_eps", "resid_pdrop", "rope_scaling", "rope_theta",
    "rotary_emb_base", "rotary_pct", "routed_scaling_factor", "router_aux_loss_coef",
    "scoring_func", "seq_aux", "summary_activation", "summary_first_dropout",
    "summary_proj_to_labels", "summary_type", "summary_use_proj", "task_specific_params",
    "tokenizer_class", "topk_group", "topk_method", "torch_dtype", "transformers_version",
    "unsloth_version", "use_cache", "use_mrope", "use_parallel_residual", "use_sliding_window",
}  # fmt: skip
