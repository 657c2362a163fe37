"""A Llama-type model from a GGUF file to what ``AutoModelForCausalLM`` and ``AutoTokenizer`` load; numpy only, in one pass."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from playground.errors import ModelError
from playground.models.files import CONFIG, TOKENIZER, WEIGHTS
from playground.models.tensors import PIECE, Array, Tensor, write_safetensors

#: GGUF name -> transformers name; a layer's parts stand behind "blk.<n>." and "model.layers.<n>.".
_WHOLE: Final = {"token_embd": "model.embed_tokens", "output_norm": "model.norm", "output": "lm_head"}
_PARTS: Final = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
#: GGUF's token type of tokens with a meaning of their own (<|im_start|> ...).
_CONTROL: Final = 3
#: GGUF's name of a token's place -> (name of the place, name of the token) in transformers.
_SPECIAL: Final = {
    "bos_token_id": ("bos_token_id", "bos_token"),
    "eos_token_id": ("eos_token_id", "eos_token"),
    "padding_token_id": ("pad_token_id", "pad_token"),
    "unknown_token_id": ("unk_token_id", "unk_token"),
}
#: How text is cut before byte-pair encoding, by GGUF's name for it: digits one by one, then GPT-2's rule.
_PRE_TOKENIZERS: Final[Mapping[str, list[dict[str, Any]]]] = {
    "smollm": [
        {"type": "Digits", "individual_digits": True},
        {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True},
    ],
}

Fields = Mapping[str, Any]


def convert(source: Path, folder: Path) -> None:
    """Write config, weights, generation config and tokenizer (chat template included) into ``folder``.

    :raises ModelError: "source_archive_unreadable" if the file is not a GGUF of this architecture.
    """
    from gguf import GGUFReader

    try:
        reader = GGUFReader(source)
        fields = _Fields(reader)
        architecture = fields["general.architecture"]
        if architecture != "llama":
            raise ValueError(f"its architecture is {architecture}, not llama")
        tensors = dict(_tensors(reader, fields))
        write_safetensors(folder / WEIGHTS, tensors)
        _write_json(folder / CONFIG, _config(fields, tied="lm_head.weight" not in tensors))
        _write_json(folder / "generation_config.json", _generation_config(fields))
        _write_json(folder / TOKENIZER, _tokenizer(fields))
        _write_json(folder / "tokenizer_config.json", _tokenizer_config(fields))
    except (KeyError, ValueError, IndexError) as error:
        raise ModelError("source_archive_unreadable", file=source.name, why=str(error)) from error


class _Fields(Mapping[str, Any]):
    """The key-value part of a GGUF file."""

    def __init__(self, reader: Any) -> None:
        self._fields = reader.fields

    def __getitem__(self, key: str) -> Any:
        return self._fields[key].contents()

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)


def _tensors(reader: Any, fields: Fields) -> Iterator[tuple[str, Tensor]]:
    heads = {"attn_q": fields["llama.attention.head_count"], "attn_k": fields["llama.attention.head_count_kv"]}
    for stored in reader.tensors:
        name, part = _name(stored.name)
        shape = tuple(int(size) for size in reversed(stored.shape))
        full = stored.tensor_type.name == "F32"
        yield name, Tensor(shape, "F32" if full else "F16", _pieces(stored, shape, heads.get(part)))


def _name(name: str) -> tuple[str, str]:
    """A tensor's name in transformers, and the part of a layer it is ("" outside)."""
    stem, _, kind = name.rpartition(".")
    if stem in _WHOLE:
        return f"{_WHOLE[stem]}.{kind}", ""
    block, layer, part = stem.split(".")
    if block != "blk":
        raise ValueError(f"unknown tensor {name}")
    return f"model.layers.{int(layer)}.{_PARTS[part]}.{kind}", part


def _pieces(stored: Any, shape: tuple[int, ...], heads: int | None) -> Callable[[], Iterator[Array]]:
    from gguf.quants import dequantize

    def pieces() -> Iterator[Array]:
        rows = max(1, PIECE // shape[-1]) if heads is None and len(shape) > 1 else len(stored.data)
        for start in range(0, len(stored.data), rows):
            values = dequantize(stored.data[start : start + rows], stored.tensor_type)
            yield unpermute(values, heads) if heads else values

    return pieces


def unpermute(weights: Array, heads: int) -> Array:
    """Rows of a query or key projection in transformers' order: GGUF interleaves the two halves of every head for its rotary embedding."""
    rows, columns = weights.shape
    return weights.reshape(heads, rows // heads // 2, 2, columns).swapaxes(1, 2).reshape(rows, columns)


def _config(fields: Fields, *, tied: bool) -> dict[str, Any]:
    hidden, heads = fields["llama.embedding_length"], fields["llama.attention.head_count"]
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "dtype": "float32",
        "vocab_size": fields["llama.vocab_size"],
        "hidden_size": hidden,
        "num_hidden_layers": fields["llama.block_count"],
        "num_attention_heads": heads,
        "num_key_value_heads": fields["llama.attention.head_count_kv"],
        "head_dim": hidden // heads,
        "intermediate_size": fields["llama.feed_forward_length"],
        "max_position_embeddings": fields["llama.context_length"],
        "rms_norm_eps": float(f"{fields['llama.attention.layer_norm_rms_epsilon']:.6g}"),  # as written before it became a float32: 1e-05
        "rope_theta": float(fields["llama.rope.freq_base"]),
        "hidden_act": "silu",
        "attention_bias": False,
        "attention_dropout": 0.0,
        "mlp_bias": False,
        "initializer_range": 0.02,
        "tie_word_embeddings": tied,
        **_generation_config(fields),
    }


def _generation_config(fields: Fields) -> dict[str, Any]:
    return {place: fields[f"tokenizer.ggml.{stored}"] for stored, (place, _) in _SPECIAL.items() if place != "unk_token_id"}


def _tokenizer(fields: Fields) -> dict[str, Any]:
    """A tokenizer.json of byte-pair encoding."""
    tokens, kinds = fields["tokenizer.ggml.tokens"], fields["tokenizer.ggml.token_type"]
    shape = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [{"id": place, "content": tokens[place], **shape} for place, kind in enumerate(kinds) if kind == _CONTROL],
        "normalizer": None,
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": _PRE_TOKENIZERS[fields["tokenizer.ggml.pre"]]},
        "post_processor": None,
        "decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "ignore_merges": False,
            "vocab": {token: place for place, token in enumerate(tokens)},
            "merges": [merge.split(" ") for merge in fields["tokenizer.ggml.merges"]],
        },
    }


def _tokenizer_config(fields: Fields) -> dict[str, Any]:
    tokens = fields["tokenizer.ggml.tokens"]
    return {
        **{token: tokens[fields[f"tokenizer.ggml.{stored}"]] for stored, (_, token) in _SPECIAL.items()},
        "tokenizer_class": "PreTrainedTokenizerFast",  # tokenizer.json as it is, not rebuilt from a vocabulary
        "model_max_length": fields["llama.context_length"],
        "clean_up_tokenization_spaces": False,
        "chat_template": fields["tokenizer.chat_template"],
    }


def _write_json(path: Path, value: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False), encoding="utf-8")
