"""What is never called a whole model."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save

from playground.errors import ModelError
from playground.models.types import Model
from playground.models.verify import verify


@pytest.fixture
def folder(tmp_path: Path, tiny_files: dict[str, bytes]) -> Path:
    for name, data in tiny_files.items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


def refusal(folder: Path, model: Model) -> str:
    with pytest.raises(ModelError) as caught:
        verify(folder, model)
    return caught.value.code


def test_a_whole_folder_passes(folder: Path, tiny: Model) -> None:
    verify(folder, tiny)


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json"])
def test_a_missing_file_is_refused(folder: Path, tiny: Model, name: str) -> None:
    (folder / name).unlink()
    assert refusal(folder, tiny) == "model_file_missing"


def test_weights_cut_short_are_refused(folder: Path, tiny: Model, tiny_files: dict[str, bytes]) -> None:
    (folder / "model.safetensors").write_bytes(tiny_files["model.safetensors"][:-1])
    assert refusal(folder, tiny) == "model_weights_unreadable"


def test_a_pickle_under_the_name_of_the_weights_is_refused(folder: Path, tiny: Model) -> None:
    (folder / "model.safetensors").write_bytes(b"\x80\x04\x95" + b"\x00" * 5000)
    assert refusal(folder, tiny) == "model_weights_unreadable"


def test_weights_of_another_size_are_refused(folder: Path, tiny: Model) -> None:
    (folder / "model.safetensors").write_bytes(save({"embeddings": np.zeros((500, 8), np.float32)}))
    assert refusal(folder, tiny) == "model_differs"


def test_another_architecture_is_refused(folder: Path, tiny: Model) -> None:
    (folder / "config.json").write_text(json.dumps({"model_type": "gpt2", "hidden_size": 8, "num_hidden_layers": 1}))
    assert refusal(folder, tiny) == "model_differs"


@pytest.mark.parametrize("name", ["config.json", "tokenizer_config.json"])
def test_a_file_that_asks_for_its_own_code_is_refused(folder: Path, tiny: Model, name: str) -> None:
    (folder / name).write_text(json.dumps({"auto_map": {"AutoModel": "modeling.Evil"}}))
    assert refusal(folder, tiny) == "model_runs_code"


@pytest.mark.parametrize("text", ["not json", "[]", "\ufffd"])
def test_an_unreadable_config_is_refused(folder: Path, tiny: Model, text: str) -> None:
    (folder / "config.json").write_text(text, encoding="utf-8")
    assert refusal(folder, tiny) == "model_config_unreadable"
