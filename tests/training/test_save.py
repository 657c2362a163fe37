"""What a finished run leaves."""

from __future__ import annotations

import json

from playground.training import train
from tests.training.conftest import MINILM, MakeRun


def test_the_adapter_folder_is_self_sufficient(make_run: MakeRun) -> None:
    folder = make_run(epochs=1)
    train(folder.path)
    names = {path.name for path in folder.adapter.iterdir()}
    assert {"adapter_config.json", "adapter_model.safetensors", "tokenizer.json", "labels.json", "probe.safetensors"} <= names
    config = json.loads((folder.adapter / "adapter_config.json").read_text())
    assert config["base_model_name_or_path"] == MINILM
    assert set(config["modules_to_save"]) >= {"classifier", "bert.pooler"}
    meta = json.loads((folder.adapter / "labels.json").read_text())
    assert meta == {
        "labels": ["delivery", "praise", "refund"],
        "base_model": MINILM,
        "prefix": "",
        "max_length": 32,
        "task": "text-classification",
    }
