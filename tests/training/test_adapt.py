"""Adapters around frozen weights: where they go, what is trained with them, and what must never be quantized."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from transformers import (
    AutoModelForSequenceClassification,
    BertConfig,
    DistilBertConfig,
    ElectraConfig,
    LlamaConfig,
    PretrainedConfig,
    RobertaConfig,
)

from playground.devices import Device
from playground.errors import ModelError
from playground.models.catalogue import get_model
from playground.recipe import Recipe
from playground.training.adapt import adapt, load_trained, save_trained, trained
from playground.training.load import Loaded, anatomy, load_base, meta_model, quantization_config
from playground.training.methods import targets
from playground.training.plan import plan
from tests.training.conftest import MINILM, OBJECTIVE

LAPTOP = Device("cpu", "CPU", 1, 2, 16_000, bf16=False)
SMALL = {"hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64, "vocab_size": 50, "num_labels": 3}
CONFIGS: dict[str, PretrainedConfig] = {
    "bert": BertConfig(**SMALL),
    "roberta": RobertaConfig(**SMALL),
    "electra": ElectraConfig(**SMALL, embedding_size=64),
    "distilbert": DistilBertConfig(dim=64, n_layers=2, n_heads=2, hidden_dim=64, vocab_size=50, num_labels=3),
    "llama": LlamaConfig(**SMALL, num_key_value_heads=2, pad_token_id=0),
}


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("bert", ("bert.pooler", "classifier")),
        ("roberta", ("classifier",)),
        ("electra", ("classifier",)),
        ("distilbert", ("classifier", "pre_classifier")),
        ("llama", ("score",)),
    ],
)
def test_head_and_pooler_are_recognised(name: str, head: tuple[str, ...]) -> None:
    parts = anatomy(meta_model(CONFIGS[name], OBJECTIVE.auto_class))
    assert parts.head == head
    assert not any(layer.startswith(head) for layer in parts.linears)


@pytest.mark.parametrize("name", CONFIGS)
@pytest.mark.parametrize("quantization", ["nf4", "int8"])
def test_head_and_pooler_are_trained_whole_and_never_quantized(name: str, quantization: str, tmp_path: Path) -> None:
    AutoModelForSequenceClassification.from_config(CONFIGS[name]).save_pretrained(tmp_path)
    recipe = Recipe(model=MINILM, quantization=quantization, lora_r=2)  # type: ignore[arg-type]
    how = plan(recipe, LAPTOP)
    parts = anatomy(meta_model(CONFIGS[name], OBJECTIVE.auto_class))
    base = AutoModelForSequenceClassification.from_pretrained(
        tmp_path,
        quantization_config=quantization_config(recipe, how, meta_model(CONFIGS[name], OBJECTIVE.auto_class)),
        dtype=torch.float32,
        device_map={"": "cpu"},
    )
    base.requires_grad_(False)
    kinds = {path: type(module).__name__ for path, module in base.named_modules()}
    assert all(kinds[path].startswith("Linear") and kinds[path] != "Linear" for path in parts.linears)
    assert all(kinds[path] in ("Linear", "LlamaRMSNorm") for path in parts.head_linears)

    model = adapt(Loaded(base, None, get_model(MINILM), ("a", "b", "c")), recipe, how, OBJECTIVE)  # type: ignore[arg-type]
    inputs = {"input_ids": torch.randint(3, 50, (2, 9)), "attention_mask": torch.ones(2, 9, dtype=torch.long)}
    model(**inputs).logits.sum().backward()
    names = {path for path, parameter in model.named_parameters() if parameter.grad is not None}
    assert all(tensor.dtype == torch.float32 for tensor in trained(model).values())
    assert names == set(trained(model))
    assert all(any(f"{part}.modules_to_save" in path for path in names) for part in parts.head)


def test_every_linear_layer_gets_an_adapter() -> None:
    parts = anatomy(meta_model(CONFIGS["bert"], OBJECTIVE.auto_class))
    assert len(targets(parts, "all-linear")) == 12


def test_attention_layers_alone() -> None:
    names = targets(anatomy(meta_model(CONFIGS["bert"], OBJECTIVE.auto_class)), "attention")
    assert len(names) == 8
    assert all("attention" in name for name in names)


@pytest.mark.parametrize(
    ("name", "endings"), [("bert", {"query", "value"}), ("distilbert", {"q_lin", "v_lin"}), ("llama", {"q_proj", "v_proj"})]
)
def test_query_and_value_whatever_they_are_called(name: str, endings: set[str]) -> None:
    names = targets(anatomy(meta_model(CONFIGS[name], OBJECTIVE.auto_class)), "query-value")
    assert len(names) == 4
    assert {one.rsplit(".", 1)[-1] for one in names} == endings


def test_a_fused_projection_falls_back_to_attention() -> None:
    from playground.training.load import Anatomy

    parts = Anatomy((), ("layers.0.attn.Wqkv", "layers.0.mlp.Wi"), ())
    assert targets(parts, "query-value") == ["layers.0.attn.Wqkv"]


@pytest.fixture
def loaded(tiny_bert: Path) -> Loaded:
    recipe = Recipe(model=MINILM, lora_r=2)
    return load_base(tiny_bert, get_model(MINILM), recipe, ("a", "b"), plan(recipe, LAPTOP), torch.device("cpu"), OBJECTIVE)


def test_the_base_is_frozen_and_the_same_seed_draws_the_same_adapter(tiny_bert: Path, loaded: Loaded) -> None:
    recipe = Recipe(model=MINILM, lora_r=2)
    again = load_base(tiny_bert, get_model(MINILM), recipe, ("a", "b"), plan(recipe, LAPTOP), torch.device("cpu"), OBJECTIVE)
    one, two = (trained(adapt(each, recipe, plan(recipe, LAPTOP), OBJECTIVE)) for each in (loaded, again))
    assert one.keys() == two.keys()
    assert all(torch.equal(tensor, two[name]) for name, tensor in one.items())
    assert all("lora" in name or "modules_to_save" in name for name in one)


def test_trained_weights_come_back_exactly(loaded: Loaded, tmp_path: Path) -> None:
    recipe = Recipe(model=MINILM, lora_r=2)
    model = adapt(loaded, recipe, plan(recipe, LAPTOP), OBJECTIVE)
    with torch.no_grad():
        for tensor in trained(model).values():
            tensor.normal_()
    before = {name: tensor.clone() for name, tensor in trained(model).items()}
    save_trained(model, tmp_path / "w.safetensors")
    with torch.no_grad():
        for tensor in trained(model).values():
            tensor.zero_()
    load_trained(model, tmp_path / "w.safetensors")
    assert all(torch.equal(tensor, before[name]) for name, tensor in trained(model).items())


def test_weights_of_another_shape_are_refused(loaded: Loaded, tmp_path: Path) -> None:
    recipe = Recipe(model=MINILM, lora_r=2)
    model = adapt(loaded, recipe, plan(recipe, LAPTOP), OBJECTIVE)
    save_trained(model, tmp_path / "w.safetensors")
    saved = load_file(tmp_path / "w.safetensors")
    saved.pop(next(iter(saved)))
    from safetensors.torch import save_file

    save_file(saved, tmp_path / "w.safetensors")
    with pytest.raises(ModelError, match=r"w\.safetensors"):
        load_trained(model, tmp_path / "w.safetensors")


PLAIN_PEFT = """
import json, sys, torch
from pathlib import Path
from peft import PeftModel
from transformers import AutoModelForSequenceClassification, AutoTokenizer
run, base = Path(sys.argv[1]), sys.argv[2]
labels = json.loads((run / "adapter/labels.json").read_text())["labels"]
model = AutoModelForSequenceClassification.from_pretrained(base, num_labels=len(labels))
model = PeftModel.from_pretrained(model, run / "adapter").eval()
tokenizer = AutoTokenizer.from_pretrained(run / "adapter")
texts = json.loads(sys.argv[3])
with torch.no_grad():
    probabilities = model(**tokenizer(texts, padding=True, return_tensors="pt")).logits.softmax(-1)
print(json.dumps([labels[row.argmax()] for row in probabilities]), json.dumps(probabilities.max(-1).values.tolist()), sep="\\n")
"""


def test_anybody_can_load_the_adapter_with_peft_alone(make_run: object, tiny_bert: Path) -> None:
    import json

    import pandas as pd

    from playground.training import train

    folder = make_run(learning_rate=0.01, warmup_ratio=0.0)  # type: ignore[operator]
    train(folder.path)
    frame = pd.read_parquet(folder.predictions)
    command = [sys.executable, "-c", PLAIN_PEFT, str(folder.path), str(tiny_bert), json.dumps(frame["text"].tolist())]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    answers, confidences = (json.loads(line) for line in done.stdout.splitlines()[-2:])
    assert answers == frame["tuned"].tolist()
    assert confidences == pytest.approx(frame["tuned_confidence"].tolist(), abs=1e-4)
