"""The 4-bit E5 format, written here as its description says and read back through transformers."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from playground.errors import ModelError
from playground.models.convert_e5 import convert, dequantize
from playground.models.tensors import Array

HIDDEN, LAYERS, HEADS, FFN, VOCABULARY, POSITIONS, TYPES = 32, 2, 2, 64, 50, 16, 2
PARTS = {"q": HIDDEN, "k": HIDDEN, "v": HIDDEN, "ao": HIDDEN, "aln": HIDDEN, "fi": FFN, "fo": HIDDEN, "oln": HIDDEN}


def quantize(values: Array) -> tuple[bytes, Array]:
    """Q4_0 blocks of ``values``, and what they stand for."""
    blocks = values.reshape(-1, 32)
    scales = (np.abs(blocks).max(axis=1) / 7).astype("<f2")
    nibbles = np.clip(np.round(blocks / scales[:, None].astype(np.float32)) + 8, 0, 15).astype(np.uint8)
    packed = b"".join(scale.tobytes() + (row[:16] | (row[16:] << 4)).tobytes() for scale, row in zip(scales, nibbles, strict=True))
    return packed, ((nibbles.astype(np.float32) - 8) * scales[:, None].astype(np.float32)).reshape(values.shape)


def random_tensors() -> dict[str, Array]:
    random = np.random.default_rng(0)
    shapes: dict[str, tuple[int, ...]] = {
        "emb.word": (VOCABULARY, HIDDEN), "emb.pos": (POSITIONS, HIDDEN), "emb.type": (TYPES, HIDDEN),
        "emb.ln.w": (HIDDEN,), "emb.ln.b": (HIDDEN,),
    }  # fmt: skip
    for layer in range(LAYERS):
        for part, rows in PARTS.items():
            columns = () if part.endswith("ln") else (FFN if part == "fo" else HIDDEN,)
            shapes |= {f"l{layer}.{part}.w": (rows, *columns), f"l{layer}.{part}.b": (rows,)}
    return {name: random.normal(0, 0.5, shape).astype(np.float32) for name, shape in shapes.items()}


def write_e5(path: Path) -> dict[str, Array]:
    """Write a small file of the format; returns the values it stands for."""
    meaning: dict[str, Array] = {}
    stored: dict[str, tuple[int, int, bytes]] = {}
    for name, values in random_tensors().items():
        matrix = name == "emb.word" or (name.startswith("l") and values.ndim == 2)
        data, meaning[name] = quantize(values) if matrix else (values.tobytes(), values)
        stored[name] = (int(matrix), values.size, data)
    blob, normaliser = b"<s><pad>", b"normal"
    head = b"E5S1" + struct.pack("<I", 1)
    head += struct.pack("<7i", HIDDEN, LAYERS, HEADS, FFN, VOCABULARY, POSITIONS, TYPES) + struct.pack("<fi", 1e-12, 32)
    head += struct.pack("<5i", 2, 0, 2, 1, 3) + struct.pack("<Q", len(blob)) + struct.pack("<3I", 0, 3, 8) + struct.pack("<2f", 0, 0) + blob
    head += struct.pack("<iI", 1, len(normaliser)) + normaliser + struct.pack("<i", len(stored))
    start = len(head) + sum(2 + len(name) + 1 + 20 for name in stored)
    directory, body = b"", b""
    for name, (kind, count, data) in stored.items():
        directory += (
            struct.pack("<H", len(name))
            + name.encode()
            + struct.pack("<B", kind)
            + struct.pack("<IQQ", count, start + len(body), len(data))
        )
        body += data
    path.write_bytes(head + directory + body)
    return meaning


@pytest.fixture
def converted(tmp_path: Path) -> tuple[Path, dict[str, Array]]:
    meaning = write_e5(tmp_path / "e5.bin")
    (tmp_path / "tokenizer.json").write_text("{}")
    folder = tmp_path / "model"
    folder.mkdir()
    convert(tmp_path / "e5.bin", tmp_path / "tokenizer.json", folder)
    return folder, meaning


def test_low_nibbles_come_first_and_eight_is_zero() -> None:
    block = np.zeros(1, np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)]))
    block["scale"], block["nibbles"][0, 0] = 0.5, 0x98
    values = dequantize(block)
    assert (values[0], values[16], values[1]) == (0.0, 0.5, -4.0)


def test_it_loads_as_a_bert_without_a_missing_weight(converted: tuple[Path, dict[str, Array]]) -> None:
    from transformers import AutoModel

    model, info = AutoModel.from_pretrained(converted[0], output_loading_info=True)
    assert type(model).__name__ == "BertModel"
    assert not any(info.values())


def test_it_loads_in_float32_unless_told_otherwise(converted: tuple[Path, dict[str, Array]]) -> None:
    import torch
    from transformers import AutoModel

    assert AutoModel.from_pretrained(converted[0]).dtype == torch.float32


def test_every_weight_lands_in_its_place(converted: tuple[Path, dict[str, Array]]) -> None:
    from transformers import AutoModel

    folder, meaning = converted
    weights = {name: tensor.numpy() for name, tensor in AutoModel.from_pretrained(folder).state_dict().items()}
    for ours, theirs in {
        "emb.word": "embeddings.word_embeddings.weight", "emb.pos": "embeddings.position_embeddings.weight",
        "emb.ln.b": "embeddings.LayerNorm.bias",
        "l1.k.w": "encoder.layer.1.attention.self.key.weight", "l0.ao.b": "encoder.layer.0.attention.output.dense.bias",
        "l1.aln.w": "encoder.layer.1.attention.output.LayerNorm.weight", "l0.fi.w": "encoder.layer.0.intermediate.dense.weight",
        "l1.fo.w": "encoder.layer.1.output.dense.weight", "l0.oln.b": "encoder.layer.0.output.LayerNorm.bias",
    }.items():  # fmt: skip
        np.testing.assert_allclose(weights[theirs], meaning[ours], rtol=1e-3, err_msg=ours)


def test_the_pooler_passes_the_first_token_on(converted: tuple[Path, dict[str, Array]]) -> None:
    import torch
    from transformers import AutoModel

    model = AutoModel.from_pretrained(converted[0]).eval()
    with torch.no_grad():
        out = model(input_ids=torch.tensor([[0, 5, 6, 2]]))
    assert torch.allclose(out.pooler_output, torch.tanh(out.last_hidden_state[:, 0]), atol=1e-6)


@pytest.mark.parametrize("damage", ["magic", "cut", "empty"])
def test_a_file_that_is_something_else_is_refused(damage: str, tmp_path: Path) -> None:
    path = tmp_path / "e5.bin"
    write_e5(path)
    data = path.read_bytes()
    path.write_bytes({"magic": b"GGUF" + data[4:], "cut": data[:2000], "empty": b""}[damage])
    with pytest.raises(ModelError) as caught:
        convert(path, tmp_path / "tokenizer.json", tmp_path)
    assert caught.value.code == "source_archive_unreadable"
