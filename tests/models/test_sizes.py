"""What the catalogue says of a model's size follows from its published configuration, counted by transformers without any weights."""

from __future__ import annotations

from typing import Any, Final

import pytest

from playground.models import CATALOGUE, get_model

_BERT: Final = {"vocab_size": 30_522}
_BERT_ZH: Final = {"vocab_size": 21_128}
_XLM_R: Final = {"vocab_size": 250_002, "max_position_embeddings": 514, "type_vocab_size": 1}
_SMALL: Final = {"hidden_size": 384, "num_attention_heads": 12, "intermediate_size": 1536}
_GEMMA: Final = {"vocab_size": 262_144, "num_attention_heads": 4, "num_key_value_heads": 1, "head_dim": 256}
_TIED: Final = {"tie_word_embeddings": True}
#: What the publishers' config.json says, where it differs from the defaults of the class.
CONFIGS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "sentence-transformers/all-MiniLM-L6-v2": ("Bert", _BERT | _SMALL | {"num_hidden_layers": 6}),
    "intfloat/multilingual-e5-small": ("Bert", _SMALL | {"vocab_size": 250_037}),
    "BAAI/bge-small-zh-v1.5": (
        "Bert",
        _BERT_ZH | {"hidden_size": 512, "num_hidden_layers": 4, "num_attention_heads": 8, "intermediate_size": 2048},
    ),
    "BAAI/bge-small-en-v1.5": ("Bert", _BERT | _SMALL),
    "BAAI/bge-base-zh-v1.5": ("Bert", _BERT_ZH),
    "BAAI/bge-base-en-v1.5": ("Bert", _BERT),
    "google-bert/bert-base-uncased": ("Bert", _BERT),
    "google-bert/bert-base-chinese": ("Bert", _BERT_ZH),
    "FacebookAI/roberta-base": ("Roberta", {"vocab_size": 50_265, "max_position_embeddings": 514, "type_vocab_size": 1}),
    "FacebookAI/xlm-roberta-base": ("XLMRoberta", _XLM_R),
    "intfloat/multilingual-e5-base": ("XLMRoberta", _XLM_R),
    "answerdotai/ModernBERT-base": ("ModernBert", {}),
    "HuggingFaceTB/SmolLM2-135M-Instruct": (
        "Llama",
        _TIED
        | {"vocab_size": 49_152, "hidden_size": 576, "num_hidden_layers": 30, "num_attention_heads": 9, "num_key_value_heads": 3}
        | {"intermediate_size": 1536, "max_position_embeddings": 8192},
    ),
    "HuggingFaceTB/SmolLM2-360M-Instruct": (
        "Llama",
        _TIED
        | {"vocab_size": 49_152, "hidden_size": 960, "num_hidden_layers": 32, "num_attention_heads": 15, "num_key_value_heads": 5}
        | {"intermediate_size": 2560, "max_position_embeddings": 8192},
    ),
    "Qwen/Qwen3-0.6B": (
        "Qwen3",
        _TIED
        | {"vocab_size": 151_936, "hidden_size": 1024, "num_hidden_layers": 28, "num_attention_heads": 16, "num_key_value_heads": 8}
        | {"head_dim": 128, "intermediate_size": 3072, "max_position_embeddings": 40_960},
    ),
    "google/gemma-3-270m-it": (
        "Gemma3Text",
        _GEMMA | {"hidden_size": 640, "num_hidden_layers": 18, "intermediate_size": 2048, "max_position_embeddings": 32_768},
    ),
    "google/gemma-3-1b-it": (
        "Gemma3Text",
        _GEMMA | {"hidden_size": 1152, "num_hidden_layers": 26, "intermediate_size": 6912, "max_position_embeddings": 32_768},
    ),
    "meta-llama/Llama-3.2-1B-Instruct": (
        "Llama",
        _TIED
        | {"vocab_size": 128_256, "hidden_size": 2048, "num_hidden_layers": 16, "num_attention_heads": 32, "num_key_value_heads": 8}
        | {"intermediate_size": 8192, "max_position_embeddings": 131_072},
    ),
    "microsoft/phi-1_5": ("Phi", {"vocab_size": 51_200, "num_hidden_layers": 24, "hidden_size": 2048, "intermediate_size": 8192}),
    "google/flan-t5-small": (
        "T5",
        {
            "vocab_size": 32_128,
            "d_model": 512,
            "d_kv": 64,
            "d_ff": 1024,
            "num_layers": 8,
            "num_heads": 6,
            "feed_forward_proj": "gated-gelu",
        },
    ),
}


@pytest.mark.parametrize("model_id", [model.id for model in CATALOGUE])
def test_sizes_follow_from_the_published_configuration(model_id: str) -> None:
    import torch
    import transformers

    model, (family, values) = get_model(model_id), CONFIGS[model_id]
    config = getattr(transformers, f"{family}Config")(**values)
    kinds = {"encoder": "AutoModel", "causal": "AutoModelForCausalLM", "seq2seq": "AutoModelForSeq2SeqLM"}
    with torch.device("meta"):
        weights = dict(getattr(transformers, kinds[model.kind]).from_config(config).named_parameters())
    tables = [name for name in weights if "embed" in name or name.startswith(("shared.", "lm_head."))]
    # The published T5 v1.1 weights have an output table of their own, which this version of the class ties to the input's.
    untied = config.vocab_size * config.d_model if family == "T5" and "lm_head.weight" not in weights else 0
    assert model.parameters == sum(one.numel() for one in weights.values()) + untied
    assert model.embedding_parameters == sum(weights[name].numel() for name in tables) + untied


@pytest.mark.parametrize("model_id", [model.id for model in CATALOGUE])
def test_layers_width_and_longest_text_are_those_of_the_configuration(model_id: str) -> None:
    import transformers

    from playground.models.architectures import kind_of, shape_of

    model, (family, values) = get_model(model_id), CONFIGS[model_id]
    shape = shape_of(getattr(transformers, f"{family}Config")(**values).to_dict())
    assert (shape.architecture, shape.hidden, shape.layers) == (model.architecture, model.hidden, model.layers)
    assert shape.positions == model.max_positions
    assert kind_of(model.architecture) == model.kind
