"""A GGUF file written here, converted by us and by transformers: both must be the same model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from gguf import GGMLQuantizationType, GGUFWriter
from gguf.quants import quantize

from playground.errors import ModelError
from playground.models.convert_gguf import convert, unpermute

HIDDEN, HEADS, KV_HEADS, FFN, LAYERS = 64, 4, 2, 96, 2
CHAT = "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}{% endfor %}"


def bytes_to_unicode() -> list[str]:
    """GPT-2's printable stand-ins for the 256 bytes."""
    keep = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in keep]
    return [chr(byte) for byte in keep] + [chr(256 + place) for place in range(len(others))]


TOKENS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", *bytes_to_unicode(), "he", "ll", "hell", "hello", "Ġhello"]
MERGES = ["h e", "l l", "he ll", "hell o", "Ġ hello"]


def write_gguf(path: Path, *, architecture: str = "llama") -> Path:
    random = np.random.default_rng(0)
    writer = GGUFWriter(path, architecture)
    writer.add_block_count(LAYERS)
    writer.add_context_length(128)
    writer.add_embedding_length(HIDDEN)
    writer.add_feed_forward_length(FFN)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_rope_freq_base(10000.0)
    writer.add_rope_dimension_count(HIDDEN // HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(len(TOKENS))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(TOKENS)
    writer.add_token_types([3, 3, 3] + [1] * (len(TOKENS) - 3))
    writer.add_token_merges(MERGES)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    writer.add_pad_token_id(2)
    writer.add_chat_template(CHAT)

    def matrix(name: str, rows: int, columns: int) -> None:
        values = random.normal(0, 0.2, (rows, columns)).astype(np.float32)
        writer.add_tensor(f"{name}.weight", quantize(values, GGMLQuantizationType.Q4_1), raw_dtype=GGMLQuantizationType.Q4_1)

    def norm(name: str) -> None:
        writer.add_tensor(f"{name}.weight", random.normal(1, 0.1, HIDDEN).astype(np.float32))

    matrix("token_embd", len(TOKENS), HIDDEN)
    for layer in range(LAYERS):
        norm(f"blk.{layer}.attn_norm")
        matrix(f"blk.{layer}.attn_q", HIDDEN, HIDDEN)
        matrix(f"blk.{layer}.attn_k", HIDDEN // HEADS * KV_HEADS, HIDDEN)
        matrix(f"blk.{layer}.attn_v", HIDDEN // HEADS * KV_HEADS, HIDDEN)
        matrix(f"blk.{layer}.attn_output", HIDDEN, HIDDEN)
        norm(f"blk.{layer}.ffn_norm")
        matrix(f"blk.{layer}.ffn_gate", FFN, HIDDEN)
        matrix(f"blk.{layer}.ffn_up", FFN, HIDDEN)
        matrix(f"blk.{layer}.ffn_down", HIDDEN, FFN)
    norm("output_norm")
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_gguf(tmp_path_factory.mktemp("gguf") / "tiny.gguf")


@pytest.fixture(scope="module")
def converted(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("converted")
    convert(source, folder)
    return folder


def test_it_answers_as_transformers_own_reading_of_the_file_does(source: Path, converted: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM, GgufConfig

    ours, info = AutoModelForCausalLM.from_pretrained(converted, output_loading_info=True)
    theirs = AutoModelForCausalLM.from_pretrained(
        source.parent, gguf_file=source.name, quantization_config=GgufConfig(dequantize=True), dtype=torch.float32
    )
    ids = torch.tensor([[1, 40, 80, 120, 2]])
    with torch.no_grad():
        assert torch.allclose(ours.eval()(ids).logits, theirs.eval()(ids).logits, atol=0.02)
    assert not any(info.values())


def test_the_head_is_the_embedding_table(converted: Path) -> None:
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(converted)
    assert model.get_input_embeddings().weight.data_ptr() == model.get_output_embeddings().weight.data_ptr()


def test_text_survives_the_tokenizer_and_merges_apply(converted: Path) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(converted)
    text = "hello hello 42 你好\n"
    assert tokenizer.decode(tokenizer(text)["input_ids"]) == text
    assert tokenizer.tokenize("hello hello") == ["hello", "Ġhello"]


def test_the_chat_template_comes_along(converted: Path) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(converted)
    chat = tokenizer.apply_chat_template([{"role": "user", "content": "hello"}], tokenize=False)
    assert chat == "<|im_start|>user\nhello<|im_end|>\n"
    assert tokenizer(chat)["input_ids"][0] == 1
    assert tokenizer.eos_token == "<|im_end|>"


def test_unpermute_undoes_the_interleaving_of_a_heads_halves() -> None:
    weights = np.arange(8)[:, None] * np.ones((1, 3))
    interleaved = weights.reshape(2, 2, 2, 3).swapaxes(1, 2).reshape(8, 3)
    assert np.array_equal(unpermute(interleaved, 2), weights)


def test_another_architecture_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        convert(write_gguf(tmp_path / "a.gguf", architecture="falcon"), tmp_path)
    assert caught.value.code == "source_archive_unreadable"


def test_a_file_that_is_no_gguf_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.gguf").write_bytes(b"not a model" * 100)
    with pytest.raises(ModelError) as caught:
        convert(tmp_path / "a.gguf", tmp_path)
    assert caught.value.code == "source_archive_unreadable"
