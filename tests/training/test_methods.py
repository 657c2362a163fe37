"""What each way of adapting trains, in every architecture, and that it leaves the base answering as it did."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import torch
from transformers import AutoModelForSequenceClassification

from playground.devices import Device
from playground.models.catalogue import get_model
from playground.recipe import Recipe
from playground.runs.folder import RunFolder
from playground.training import train
from playground.training.adapt import adapt, trained
from playground.training.load import Loaded, anatomy, layers_of, meta_model
from playground.training.plan import plan
from tests.training.conftest import MINILM, OBJECTIVE, MakeRun
from tests.training.test_adapt import CONFIGS

LAPTOP = Device("cpu", "CPU", 1, 2, 16_000, bf16=False)


def settings_of(method: str, quantization: str) -> dict[str, object]:
    return {"method": method, "quantization": quantization, "last_layers": 1, "learning_rate": 5e-4, "epochs": 1, "warmup_ratio": 0.0}


def references(run: RunFolder) -> list[list[str]]:
    frame = pd.read_parquet(run.predictions)
    return [frame[name].tolist() for name in ("majority", "tfidf", "probe", "zero_shot")]


def test_the_references_do_not_depend_on_the_method(make_run: MakeRun) -> None:
    runs = [make_run(method, **settings_of(method, "none")) for method in ("lora", "full", "last-layers")]
    for run in runs:
        assert train(run.path).ending == "finished"
    assert references(runs[0]) == references(runs[1]) == references(runs[2])


@pytest.mark.parametrize("name", CONFIGS)
def test_full_trains_every_weight_of_every_architecture(name: str, tmp_path: Path) -> None:
    _saved(name, tmp_path)
    model = adapted_from(name, tmp_path, method="full")
    whole = sum(parameter.numel() for parameter in meta_model(CONFIGS[name], OBJECTIVE.auto_class).parameters())
    assert sum(parameter.numel() for parameter in trained(model).values()) == whole


@pytest.mark.parametrize("name", CONFIGS)
def test_head_trains_the_head_alone(name: str, tmp_path: Path) -> None:
    _saved(name, tmp_path)
    model = adapted_from(name, tmp_path, method="head")
    parts = anatomy(meta_model(CONFIGS[name], OBJECTIVE.auto_class)).head
    assert all(any(f"{part}.modules_to_save" in path for part in parts) for path in trained(model))


@pytest.mark.parametrize("name", CONFIGS)
def test_last_layers_trains_the_top_of_the_encoder_and_the_head(name: str, tmp_path: Path) -> None:
    _saved(name, tmp_path)
    model = adapted_from(name, tmp_path, method="last-layers", last_layers=1)
    top, below = (
        layers_of(meta_model(CONFIGS[name], OBJECTIVE.auto_class))[-1],
        layers_of(meta_model(CONFIGS[name], OBJECTIVE.auto_class))[-2],
    )
    paths = list(trained(model))
    assert any(f"{top}.modules_to_save" in path for path in paths)
    assert not any(f"{below}." in path for path in paths)


@pytest.mark.parametrize("name", CONFIGS)
@pytest.mark.parametrize("method", ["dora", "ia3"])
def test_adapters_of_every_kind_fit_every_architecture(name: str, method: str, tmp_path: Path) -> None:
    _saved(name, tmp_path)
    model = adapted_from(name, tmp_path, method=method)
    inputs = {"input_ids": torch.randint(3, 50, (2, 9)), "attention_mask": torch.ones(2, 9, dtype=torch.long)}
    model(**inputs).logits.sum().backward()
    assert all(parameter.grad is not None for parameter in model.parameters() if parameter.requires_grad)


def test_more_last_layers_than_there_are_means_all_of_them(tmp_path: Path) -> None:
    _saved("bert", tmp_path)
    paths = list(trained(adapted_from("bert", tmp_path, method="last-layers", last_layers=90)))
    assert all(any(f"{layer}." in path for path in paths) for layer in layers_of(meta_model(CONFIGS["bert"], OBJECTIVE.auto_class)))


def test_a_layer_trained_whole_is_not_quantized(tmp_path: Path) -> None:
    _saved("bert", tmp_path)
    model = adapted_from("bert", tmp_path, method="last-layers", last_layers=1, quantization="nf4")
    kinds = {path: type(module).__name__ for path, module in model.named_modules()}
    assert {kind for path, kind in kinds.items() if ".layer.1." in path and path.endswith(("query", "dense"))} == {"Linear"}
    assert {kind for path, kind in kinds.items() if ".layer.0." in path and path.endswith(("query", "dense"))} == {"Linear4bit"}


def test_rank_stabilized_scales_by_the_root_of_the_rank(tmp_path: Path) -> None:
    _saved("bert", tmp_path)
    models = [adapted_from("bert", tmp_path, lora_r=16, lora_alpha=8, rank_stabilized=on) for on in (False, True)]
    found = [[module.scaling for module in model.modules() if isinstance(getattr(module, "scaling", None), dict)] for model in models]
    scales = [scalings[0]["default"] for scalings in found]
    assert scales == [0.5, 2.0]


def _saved(name: str, folder: Path) -> None:
    torch.manual_seed(0)
    AutoModelForSequenceClassification.from_config(CONFIGS[name]).save_pretrained(folder)


def adapted_from(name: str, folder: Path, **settings: object) -> torch.nn.Module:
    from playground.training.load import _from_pretrained

    recipe = Recipe(model=MINILM, lora_r=2).with_values({"learning_rate": 1e-4, "compute_dtype": "float32", **settings})
    how = plan(recipe, LAPTOP)
    base, _ = _from_pretrained(folder, CONFIGS[name], recipe, how, torch.device("cpu"), OBJECTIVE.auto_class)
    base.requires_grad_(False)
    return adapt(Loaded(base, None, get_model(MINILM), ("a", "b", "c")), recipe, how, OBJECTIVE)  # type: ignore[arg-type]
