"""Weights written in pieces are plain safetensors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file

from playground.models.tensors import Tensor, write_safetensors


def test_pieces_become_the_tensor_they_add_up_to(tmp_path: Path) -> None:
    values = np.arange(12, dtype=np.float32)
    path = tmp_path / "a.safetensors"
    write_safetensors(
        path, {"half": Tensor((3, 4), "F16", lambda: iter([values[:5], values[5:]])), "full": Tensor((12,), "F32", lambda: iter([values]))}
    )
    loaded = load_file(path)
    assert (loaded["half"].dtype, loaded["full"].dtype) == (np.float16, np.float32)
    assert np.array_equal(loaded["half"], values.reshape(3, 4))
    assert np.array_equal(loaded["full"], values)


def test_transformers_accepts_the_metadata(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    write_safetensors(path, {"a": Tensor((1,), "F32", lambda: iter([np.ones(1)]))})
    with safe_open(path, framework="numpy") as weights:
        assert weights.metadata() == {"format": "pt"}


@pytest.mark.parametrize("count", [3, 5])
def test_a_tensor_of_another_size_than_its_shape_is_refused(count: int, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="values of its shape"):
        write_safetensors(tmp_path / "a", {"a": Tensor((4,), "F32", lambda: iter([np.ones(count)]))})
