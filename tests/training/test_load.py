"""The base model as it is loaded."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from transformers import BertConfig, DistilBertConfig, GPT2Config

from playground.devices import Device
from playground.errors import ModelError
from playground.models.catalogue import get_model
from playground.recipe import Recipe
from playground.training.load import load_base, without_dropout
from playground.training.plan import plan
from tests.training.conftest import MINILM, OBJECTIVE

CPU = torch.device("cpu")
LAPTOP = Device("cpu", "CPU", 1, 2, 16_000, bf16=True)


@pytest.mark.parametrize("config", [BertConfig(), DistilBertConfig(), GPT2Config()], ids=["bert", "distilbert", "gpt2"])
def test_dropout_is_found_whatever_it_is_called(config: BertConfig) -> None:
    without_dropout(config)
    left = {name: value for name, value in config.to_dict().items() if "drop" in name and isinstance(value, float) and value > 0}
    assert left == {}


def test_weights_are_held_in_the_precision_of_the_plan(tiny_bert: Path) -> None:
    recipe = Recipe(model=MINILM)
    loaded = load_base(tiny_bert, get_model(MINILM), recipe, ("a", "b", "c"), plan(recipe, LAPTOP), CPU, OBJECTIVE)
    assert {parameter.dtype for parameter in loaded.model.parameters()} == {torch.bfloat16}
    assert not any(parameter.requires_grad for parameter in loaded.model.parameters())
    assert loaded.model.config.num_labels == 3
    assert loaded.model.config.id2label == {0: "a", 1: "b", 2: "c"}


def test_four_bit_weights_are_not_repacked_by_an_evaluation(tiny_bert: Path) -> None:
    recipe = Recipe(model=MINILM, quantization="nf4", double_quantization=True)
    loaded = load_base(tiny_bert, get_model(MINILM), recipe, ("a", "b"), plan(recipe, LAPTOP), CPU, OBJECTIVE)
    quantized = {name: module for name, module in loaded.model.named_modules() if type(module).__name__ == "Linear4bit"}
    before = {name: module.weight.data.clone() for name, module in quantized.items()}
    loaded.model.eval()
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        loaded.model(input_ids=torch.randint(5, 90, (2, 7)))
    assert quantized
    assert all(torch.equal(module.weight.data, before[name]) for name, module in quantized.items())
    assert all(module.weight.quant_state.nested for module in quantized.values())


def test_broken_files_are_a_model_error(tmp_path: Path, tiny_bert: Path) -> None:
    for path in tiny_bert.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "config.json").write_text("{")
    recipe = Recipe(model=MINILM)
    with pytest.raises(ModelError) as caught:
        load_base(tmp_path, get_model(MINILM), recipe, ("a", "b"), plan(recipe, LAPTOP), CPU, OBJECTIVE)
    assert caught.value.code == "model_broken"
