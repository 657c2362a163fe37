"""A conversion runs in a child, and its failure arrives as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from playground.errors import ModelError
from playground.models.convert import E5_FILE, convert
from tests.models.test_convert_e5 import write_e5


def test_the_child_writes_a_model_folder(tmp_path: Path) -> None:
    write_e5(tmp_path / E5_FILE)
    (tmp_path / "tokenizer.json").write_text("{}")
    folder = tmp_path / "model"
    folder.mkdir()
    convert("e5-q4", tmp_path, folder)
    assert {path.name for path in folder.iterdir()} == {"config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"}


def test_the_childs_error_arrives_with_its_facts(tmp_path: Path) -> None:
    (tmp_path / E5_FILE).write_bytes(b"something else entirely")
    with pytest.raises(ModelError) as caught:
        convert("e5-q4", tmp_path, tmp_path)
    assert caught.value.code == "source_archive_unreadable"
    assert caught.value.facts["file"] == E5_FILE


def test_a_child_that_dies_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        convert("e5-q4", tmp_path / "nowhere", tmp_path)
    assert caught.value.code == "conversion_failed"
    assert "nowhere" in str(caught.value.facts["why"])
