"""Counting weights from the headers of safetensors files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from playground.models.weights import Counted, count, parse_header, read_tensors, weight_files

TABLE, LAYER = ((100, 8), "BF16"), ((8, 8), "BF16")


def test_a_file_is_read_by_its_header(tmp_path: Path) -> None:
    save_file({"a": np.zeros((2, 3), np.float32), "b": np.zeros(4, np.float16)}, tmp_path / "model.safetensors")
    assert read_tensors(tmp_path / "model.safetensors") == {"a": ((2, 3), "F32"), "b": ((4,), "F16")}


@pytest.mark.parametrize("cut", [4, 20, -1])
def test_a_file_that_is_cut_off_is_refused(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "model.safetensors"
    save_file({"a": np.zeros((2, 3), np.float32)}, path)
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(ValueError, match=r".+"):
        read_tensors(path)


@pytest.mark.parametrize("header", [b"[]", b"{", b'{"a": 1}', b'{"a": {"shape": ["x"], "dtype": "F32"}}'])
def test_nonsense_is_no_header(header: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_header(header)


def test_a_tied_output_table_counts_once_where_the_file_repeats_it() -> None:
    files = [{"model.embed_tokens.weight": TABLE, "model.layers.0.q.weight": LAYER, "lm_head.weight": TABLE}]
    assert count(files, {"tie_word_embeddings": True}) == Counted(864, 800, 2)
    assert count(files, {"tie_word_embeddings": False}) == Counted(1664, 1600, 2)


@pytest.mark.parametrize(
    "name", ["embeddings.word_embeddings.weight", "transformer.wte.weight", "shared.weight", "model.embed_tokens.weight"]
)
def test_embeddings_are_known_whatever_they_are_called(name: str) -> None:
    assert count([{name: TABLE}, {"encoder.layer.0.dense.weight": LAYER}], {}).embedding_parameters == 800


def test_files_of_weights_are_the_one_or_those_of_the_index() -> None:
    index = {"weight_map": {"a": "x-2.safetensors", "b": "x-1.safetensors", "c": "x-1.safetensors"}}
    names = ["x-1.safetensors", "x-2.safetensors", "model.safetensors.index.json"]
    assert weight_files(names, index) == ("x-1.safetensors", "x-2.safetensors")
    assert weight_files([*names, "model.safetensors"], index) == ("model.safetensors",)
    assert weight_files(names[1:], index) == ()
    assert weight_files(["pytorch_model.bin"], None) == ()
